# SPDX-License-Identifier: GPL-2.0-or-later
"""The files of codes and classes of codes: their form and what must be right in them."""
import csv
import re

from kb_check import VERDICTS, check_keys, check_sections, check_words
from kb_parse import Form

METHODS = ("ACK BYE CANCEL INFO INVITE MESSAGE NOTIFY OPTIONS PRACK PUBLISH REFER REGISTER"
           " SUBSCRIBE UPDATE").split()
KEYS = "name status reference related methods verdict".split()
SECTIONS = {
    "Headline": ("headline", 70, None),
    "Meaning": ("meaning", 520, None),
    "When you see it": ("when", 420, None),
    "Causes": ("causes", 200, (2, 5)),
    "How to fix": ("fixes", 200, (1, 5)),
}
CODE_FORM = Form(["code"] + KEYS, SECTIONS, methods=METHODS)
CLASS_FORM = Form(["class"] + KEYS, SECTIONS, methods=METHODS)
STATUSES = {"code": ["registered", "rfc2543", "field"], "class": ["class"]}
# Value of "class": name of its file, in the order of sx_class_entries.
CLASSES = dict([("invalid", "invalid")] + [(digit, digit + "xx") for digit in "123456"])
CODE = re.compile(r"[1-6]\d\d")


def read_registry(path, errors):
    """{code: (name, status, line)} of the CSV."""
    registry = {}
    with open(path, encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        next(rows, None)
        for row in rows:
            if len(row) != 3 or not CODE.fullmatch(row[0]) or row[0] in registry:
                errors.append((str(path), rows.line_num, "expected a new 'code,name,status'"))
            else:
                registry[row[0]] = (row[1], row[2], rows.line_num)
    if not registry:
        errors.append((str(path), 1, "no codes"))
    return registry


def check_files(english, registry_path, registry, errors):
    for code, (_, _, line) in registry.items():
        if not (english / "codes" / (code + ".md")).exists():
            errors.append((str(registry_path), line, f"code {code} has no file"))
    for name in CLASSES.values():
        path = english / "classes" / (name + ".md")
        if not path.exists():
            errors.append((str(path), 1, "file is missing"))


def check_code(doc, registry):
    check_keys(doc)
    check_values(doc, registry)
    check_words(doc, "related", list(registry), "related code")
    check_words(doc, "methods", ["any"] if doc.value("methods") == "any" else METHODS, "method")
    codes = doc.value("related").split()
    doc.expect("related", len(codes) <= 6, "more than 6 related codes")
    doc.expect("related", doc.value("code") not in codes, "a code is not related to itself")
    check_sections(doc)


def check_values(doc, registry):
    label = doc.form.keys[0]
    number = doc.value(label)
    if label == "code":
        valid = CODE.fullmatch(number)
        doc.expect(label, valid, f"code '{number}' is not a number from 100 to 699")
        doc.expect(label, not valid or number in registry, f"code {number} is not in the registry")
    else:
        valid = number in CLASSES
        doc.expect(label, valid, f"class '{number}' is not one of 1 to 6 and invalid")
    doc.expect(label, not valid or doc.path.stem == CLASSES.get(number, number),
               f"{label} {number} does not agree with the file name")
    status, verdict = doc.value("status"), doc.value("verdict")
    known = status in STATUSES[label]
    doc.expect("status", known, f"unknown status '{status}'")
    doc.expect("verdict", verdict in VERDICTS, f"unknown verdict '{verdict}'")
    if number in registry:
        name, right, _ = registry[number]
        doc.expect("name", doc.value("name") == name, f"the registry has the name '{name}'")
        doc.expect("status", not known or status == right, f"the registry has the status '{right}'")
