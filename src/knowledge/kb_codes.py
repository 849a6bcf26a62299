# SPDX-License-Identifier: GPL-2.0-or-later
"""The register of codes and classes of codes (codes.csv), and the files of their words."""
import re

from kb_check import VERDICTS, check_keys, check_sections, faults_of_words
from kb_conditions import METHODS, check_cases, check_conditions
from kb_csv import read_rows
from kb_parse import BULLETS, LINES, PARAGRAPH, Form, SectionForm

COLUMNS = "code name status verdict methods related".split()
CODE_FORM = Form(["reference"], {
    "Headline": SectionForm("headline", LINES, 70),
    "Meaning": SectionForm("meaning", PARAGRAPH, 520),
    "When you see it": SectionForm("when", PARAGRAPH, 420),
    "Causes": SectionForm("causes", BULLETS, 200, (2, 10)),
    "How to fix": SectionForm("fixes", BULLETS, 200, (1, 10)),
    "What must follow": SectionForm("must_follow", LINES, 90, None, True),
}, methods=METHODS)
STATUSES = ["registered", "rfc2543", "field"]
CLASS = "class"  # the status of a class
CLASSES = "invalid 1xx 2xx 3xx 4xx 5xx 6xx".split()  # in the order of sx_class_entries
CODE = re.compile(r"[1-6]\d\d")
MAX_RELATED = 6


def file_of(code):
    return f"{'classes' if code in CLASSES else 'codes'}/{code}.md"


def faults_of_row(row, registry):
    code = row["code"]
    if (code not in CLASSES and not CODE.fullmatch(code)) or code in registry:
        yield f"'{code}' is no new code from 100 to 699 or class"
    if row["status"] not in ([CLASS] if code in CLASSES else STATUSES):
        yield f"unknown status '{row['status']}'"
    if row["verdict"] not in VERDICTS:
        yield f"unknown verdict '{row['verdict']}'"
    yield from faults_of_words(row["methods"], ["any"] if row["methods"] == "any" else METHODS, "method")
    if len(row["related"].split()) > MAX_RELATED:
        yield f"more than {MAX_RELATED} related codes"
    if code in row["related"].split():
        yield "a code is not related to itself"


def read_codes(path, english, errors):
    """{code: row} of the register, classes included."""
    registry = {}
    for line, row in read_rows(path, COLUMNS, errors):
        faults = list(faults_of_row(row, registry))
        errors.extend((str(path), line, fault) for fault in faults)
        registry.setdefault(row["code"], {**row, "line": line})
    for code, row in registry.items():
        for fault in faults_of_words(row["related"], [known for known in registry if known not in CLASSES],
                                     "related code"):
            errors.append((str(path), row["line"], fault))
        if not (english / file_of(code)).exists():
            errors.append((str(path), row["line"], f"code {code} has no file"))
    for code in CLASSES:
        if code not in registry:
            errors.append((str(path), 1, f"class {code} is missing"))
    return registry


def check_code(doc, registry, situations):
    check_keys(doc)
    if doc.path.stem not in registry or doc.file != file_of(doc.path.stem):
        doc.error(1, f"{doc.file} is not in the register")
    check_sections(doc)
    for section in doc.sections:
        if section.name in ("Causes", "How to fix"):
            check_conditions(doc, section, [], situations)
        elif section.name in ("Headline", "What must follow"):
            check_cases(doc, section, [], situations)
