# SPDX-License-Identifier: GPL-2.0-or-later
"""Files of templates: what a message itself says (details/*.md), and all other words that are shown (labels/*.md)."""
import collections
import re

from kb_check import check_keys, check_sections
from kb_parse import TEMPLATES, Form, SectionForm
from kb_template import Template, uncounted

FORMS = 2  # of an English plural
MAX_TEMPLATE = 160
MAX_HEADLINE = 90
DETAIL_FORM = Form(["reference"], {"Rows": SectionForm("rows", TEMPLATES, None, (1, 40))})
LABEL_FORM = Form([], {"Labels": SectionForm("labels", TEMPLATES, None, (1, 80))})
FILE_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")  # part of a name in C
BULLET = re.compile(r"([a-z][a-z0-9-]*): +(\S.*)")

# section: that it stands in; name: in C
Row = collections.namedtuple("Row", "line section key text name")


def name_in_c(words):
    return re.sub(r"[.-]", "_", words)


def is_headline(key):
    """A diagnosis may have several: the rule writes the one that fits."""
    return key == "headline" or key.startswith("headline-")


def rows_of(doc):
    """The well-formed bullets "key: template" of a document."""
    kind, owner = doc.file.split("/")[0], doc.path.stem
    prefix = "" if kind == "diagnoses" else f"{kind[:-1]}."
    for section in doc.sections:
        form = doc.form.of(section)
        for line, text in section.items if form and form.kind == TEMPLATES else []:
            parts = BULLET.fullmatch(text)
            if parts:
                key, template = parts.groups()
                yield Row(line, section.title, key, template, name_in_c(f"{prefix}{owner}.{key}"))


def check_rows(doc, fields):
    """fields: {name: type} of those a placeholder may fill, None: none."""
    found = list(rows_of(doc))
    lines = [row.line for row in found]
    for section in doc.sections:
        form = doc.form.of(section)
        for line, text in section.items if form and form.kind == TEMPLATES else []:
            if text and line not in lines:
                doc.error(line, "expected 'key: template' with a key of a-z, 0-9 and -")
    seen = set()
    for row in found:
        if row.key in seen:
            doc.error(row.line, f"'{row.key}' is given twice")
        seen.add(row.key)
        template = Template(row.text, FORMS, fields)
        for fault in template.faults + uncounted(row.text) + faults_of_length(row, template):
            doc.error(row.line, fault)


def faults_of_length(row, template, stretch=100):
    limit = (MAX_HEADLINE if is_headline(row.key) else MAX_TEMPLATE) * stretch // 100
    if template.length() <= limit:
        return []
    return [f"'{row.key}' is {template.length()} characters long, the limit is {limit}"]


def check_rows_file(doc, fields):
    """A file of details or labels."""
    check_keys(doc)
    if not FILE_NAME.fullmatch(doc.path.stem):
        doc.error(1, "the file name is not of a-z, 0-9 and -")
    check_sections(doc)
    check_rows(doc, fields)


def check_names_in_c(docs):
    """a.b with the key c-d and a.b-c with the key d would be the same function."""
    owners = {}
    for doc in sorted(docs, key=lambda doc: doc.path):
        for row in rows_of(doc):
            owner = owners.setdefault(row.name, doc.path.stem)
            if owner != doc.path.stem:
                doc.error(row.line, f"'{row.key}' has the same name in C as one of {owner}")
