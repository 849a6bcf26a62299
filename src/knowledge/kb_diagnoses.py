# SPDX-License-Identifier: GPL-2.0-or-later
"""The register of diagnoses (diagnoses.csv), and the files of their words."""
import re

from kb_check import VERDICTS, check_keys, check_sections, check_words
from kb_conditions import METHODS, check_cases, check_conditions
from kb_csv import read_rows
from kb_details import FORMS, check_rows, name_in_c, rows_of
from kb_parse import BULLETS, LINES, PARAGRAPH, TEMPLATES, Form, SectionForm
from kb_template import Template, kind_of

COLUMNS = "id family verdict severity slot codes methods requests on".split()
CHOICES = {"verdict": VERDICTS, "severity": "chat note warn error".split(),
           "slot": "outcome flow detail".split()}
ON = "orphan copy quoted duplicate timed".split()
DIAGNOSIS_FORM = Form(["reference", "beats", "marks"], {
    "Headline": SectionForm("headline", LINES, 70),
    "Meaning": SectionForm("meaning", PARAGRAPH, 420),
    "Evidence": SectionForm("evidence", TEMPLATES, None, (1, 24)),
    "Causes": SectionForm("causes", BULLETS, 200, (1, 10)),
    "How to fix": SectionForm("fixes", BULLETS, 200, (1, 10)),
    "What must follow": SectionForm("must_follow", LINES, 90, None, True),
}, optional=["beats", "marks"])
ID = re.compile(r"[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*")
FAMILY = re.compile(r"[a-z]+")
CODES = re.compile(r"any|([1-6]\d\d(-[1-6]\d\d)?( |$))*")
DEFAULTS = ("normal.", "failure.")  # ids of outcomes that say no more than the class of the code
REQUEST = "request"  # in `marks`: the request that the response answers


def fault_of_row(row):
    """What is wrong with a row of the register, or None. `row`: {column: value}."""
    if not ID.fullmatch(row["id"]):
        return f"'{row['id']}' is no id"
    if not FAMILY.fullmatch(row["family"]):
        return f"'{row['family']}' is no family"
    for column, choices in CHOICES.items():
        if row[column] not in choices:
            return f"unknown {column} '{row[column]}'"
    if not CODES.fullmatch(row["codes"]):
        return f"'{row['codes']}' are no codes, no ranges of codes, nor 'any'"
    for column in ("methods", "requests"):
        words = row[column].split()
        if words not in ([], ["any"]) and not set(words[words[0] == "not":]) <= set(METHODS):
            return f"unknown method in {column} '{row[column]}'"
    if not set(row["on"].split()) <= set(ON):
        return f"unknown word in '{row['on']}'"
    if not (row["codes"] or row["requests"] or {"quoted", "duplicate"} & set(row["on"].split())):
        return "it is asked on nothing"
    return None


def read_diagnoses(path, english, errors):
    """{id: row} of the register; the order of its lines is their precedence."""
    registry, names = {}, set()
    for line, row in read_rows(path, COLUMNS, errors, may_be_empty="codes methods requests on".split()):
        fault = fault_of_row(row)
        if not fault and name_in_c(row["id"]) in names:
            fault = f"'{row['id']}' is given twice, or has the same name in C"
        if not fault and not (english / "diagnoses" / f"{row['id']}.md").exists():
            errors.append((str(path), line, f"diagnosis {row['id']} has no file"))
        if fault:
            errors.append((str(path), line, fault))
            continue
        registry[row["id"]] = row
        names.add(name_in_c(row["id"]))
    if not registry:
        errors.append((str(path), 1, "no diagnoses"))
    return registry


def by_rank(diagnoses, registry):
    """In the order of the register, which is their precedence."""
    order = list(registry)
    return sorted(diagnoses, key=lambda doc: order.index(doc.path.stem))


def names_frame(row):
    return any(kind_of(name) == "frame" for name in Template(row.text, FORMS).parameters)


def check_diagnosis(doc, registry, fields, situations):
    check_keys(doc)
    if doc.path.stem not in registry:
        doc.error(1, f"diagnosis '{doc.path.stem}' is not in the register")
    check_beats(doc, registry)
    check_sections(doc)
    check_rows(doc, fields)
    rows = list(rows_of(doc))
    for section in doc.sections:
        if section.name in ("Causes", "How to fix"):
            check_conditions(doc, section, [row.key for row in rows], situations)
        elif section.name in ("Headline", "What must follow"):
            check_cases(doc, section, [row.key for row in rows], situations)
    check_words(doc, "marks", [REQUEST, *(row.key for row in rows if names_frame(row))],
                "evidence with a frame:")


def check_beats(doc, registry):
    name = doc.path.stem
    check_words(doc, "beats", registry, "diagnosis")
    slot = registry.get(name, {}).get("slot")
    doc.expect("beats", slot != "outcome", "the register alone decides between outcomes")
    doc.expect("beats", name not in doc.value("beats").split(), "a diagnosis does not beat itself")
