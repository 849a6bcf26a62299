# SPDX-License-Identifier: GPL-2.0-or-later
"""The files of diagnoses: their form and what must be right in them."""
import collections
import csv
import itertools
import re

from kb_check import VERDICTS, check_keys, check_sections, check_words
from kb_parse import Form
from kb_template import Template, kind_of, uncounted

METHODS = ("ACK BYE CANCEL INFO INVITE MESSAGE NOTIFY OPTIONS PRACK PUBLISH REFER REGISTER"
           " SUBSCRIBE UPDATE").split()
COLUMNS = "id family verdict severity slot codes methods requests on".split()
CHOICES = {"verdict": VERDICTS, "severity": "chat note warn error".split(),
           "slot": "outcome flow detail".split()}
ON = "orphan copy quoted duplicate".split()
DIAGNOSIS_FORM = Form(
    ["diagnosis", "reference", "beats", "marks"],
    {
        "Headline": ("headline", 70, None),
        "Meaning": ("meaning", 420, None),
        "Evidence": ("evidence", None, (1, 24)),  # its limits: check_evidence()
        "Causes": ("causes", 200, (1, 10)),  # together: check_conditions()
        "How to fix": ("fixes", 200, (1, 10)),
    },
    optional=["beats", "marks"])
ID = re.compile(r"[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*")
FAMILY = re.compile(r"[a-z]+")
CODES = re.compile(r"any|([1-6]\d\d(-[1-6]\d\d)?( |$))*")
TEMPLATES = ("Evidence", "Rows")  # sections whose bullets are "key: template"
EVIDENCE = re.compile(r"([a-z][a-z0-9-]*): +(\S.*)")
CONDITION = re.compile(r"\[(not )?([a-z][a-z0-9-]*)\] +(\S.*)")
FORMS = 2  # of an English plural
MAX_TEMPLATE = 160
REQUEST = "request"  # in `marks`: the request that the response answers
MAX_HEADLINE = 90
MAX_BULLETS = 5  # of one list that are shown together

Evidence = collections.namedtuple("Evidence", "line key template name")  # name: in C
# key: evidence that decides whether the bullet is shown, None: always; wanted: with or without it
Bullet = collections.namedtuple("Bullet", "line key wanted text")


def is_headline(key):
    """A diagnosis may have several: the rule writes the one that fits."""
    return key == "headline" or key.startswith("headline-")


def names_frame(item):
    return any(kind_of(name) == "frame" for name in Template(item.template, FORMS).parameters)


def name_in_c(words):
    return re.sub(r"[.-]", "_", words)


def evidence_of(doc):
    """The well-formed bullets under "Evidence" of a diagnosis, or under "Rows" of a detail."""
    owner = doc.path.stem if "diagnosis" in doc.form.keys else f"detail.{doc.path.stem}"
    for section in doc.sections:
        for line, text in section.items if section.name in TEMPLATES else []:
            parts = EVIDENCE.fullmatch(text)
            if parts:
                key, template = parts.groups()
                yield Evidence(line, key, template, name_in_c(f"{owner}.{key}"))


def bullets_of(section):
    """The bullets under "Causes" or "How to fix"."""
    for line, text in section.items:
        parts = CONDITION.fullmatch(text)
        if parts:
            yield Bullet(line, parts.group(2), not parts.group(1), parts.group(3))
        else:
            yield Bullet(line, None, True, text)


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


def read_diagnoses(path, errors):
    """{id: {column: value}} of the register; the order of its lines is their precedence."""
    registry = {}
    names = set()
    with open(path, encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        if next(rows, None) != COLUMNS:
            errors.append((str(path), 1, f"expected the header '{','.join(COLUMNS)}'"))
        for values in rows:
            row = dict(zip(COLUMNS, values))
            fault = ("expected " + ",".join(COLUMNS) if len(values) != len(COLUMNS)
                     else fault_of_row(row))
            if not fault and name_in_c(row["id"]) in names:
                fault = f"'{row['id']}' is given twice, or has the same name in C"
            if fault:
                errors.append((str(path), rows.line_num, fault))
                continue
            registry[row["id"]] = row
            names.add(name_in_c(row["id"]))
    if not registry:
        errors.append((str(path), 1, "no diagnoses"))
    return registry


def check_diagnosis(doc, registry, fields):
    check_keys(doc)
    check_values(doc, registry)
    check_beats(doc, registry)
    check_sections(doc)
    check_evidence(doc, fields)
    for section in doc.sections:
        if section.name in ("Causes", "How to fix"):
            check_conditions(doc, section)
    check_words(doc, "marks", [REQUEST, *(item.key for item in evidence_of(doc)
                                          if names_frame(item))],
                "evidence with a frame:")


def check_values(doc, registry):
    name = doc.value("diagnosis")
    doc.expect("diagnosis", name in registry, f"diagnosis '{name}' is not in the registry")
    doc.expect("diagnosis", doc.path.stem == name,
               f"diagnosis {name} does not agree with the file name")


def check_beats(doc, registry):
    check_words(doc, "beats", registry, "diagnosis")
    slot = registry.get(doc.value("diagnosis"), {}).get("slot")
    doc.expect("beats", slot != "outcome", "the register alone decides between outcomes")
    doc.expect("beats", doc.value("diagnosis") not in doc.value("beats").split(),
               "a diagnosis does not beat itself")


def check_evidence(doc, fields):
    """fields: {name: type} of those a placeholder may fill."""
    found = list(evidence_of(doc))
    lines = [item.line for item in found]
    for section in doc.sections:
        for line, text in section.items if section.name in TEMPLATES else []:
            if text and line not in lines:
                doc.error(line, "expected 'key: template' with a key of a-z, 0-9 and -")
    seen = set()
    for line, key, template, _ in found:
        if key in seen:
            doc.error(line, f"evidence '{key}' is given twice")
        seen.add(key)
        limit = MAX_HEADLINE if is_headline(key) else MAX_TEMPLATE
        read = Template(template, FORMS, fields)
        if read.length() > limit:
            doc.error(line, f"evidence '{key}' is {read.length()} characters long,"
                            f" the limit is {limit}")
        for fault in read.faults + uncounted(template):
            doc.error(line, fault)


def check_conditions(doc, section):
    """Whatever the evidence is, a list of 1 to MAX_BULLETS bullets is shown."""
    known = {item.key for item in evidence_of(doc)}
    bullets = list(bullets_of(section))
    for line, key, _, text in bullets:
        if text.startswith("["):
            doc.error(line, "expected '[key] text' or '[not key] text'")
        elif key and key not in known:
            doc.error(line, f"there is no evidence '{key}'")
    keys = sorted({bullet.key for bullet in bullets if bullet.key})
    sizes = [sum(not bullet.key or bullet.wanted == (bullet.key in there) for bullet in bullets)
             for n in range(len(keys) + 1) for there in map(set, itertools.combinations(keys, n))]
    if bullets and min(sizes) == 0:
        doc.error(section.line, f"'{section.title}' shows nothing with some evidence")
    if bullets and max(sizes) > MAX_BULLETS:
        doc.error(section.line, f"'{section.title}' shows {max(sizes)} bullets,"
                                f" the limit is {MAX_BULLETS}")


def check_names_in_c(docs):
    """a.b with the key c-d and a.b-c with the key d would be the same function."""
    owners = {}
    for doc in sorted(docs, key=lambda doc: doc.path):
        for item in evidence_of(doc):
            owner = owners.setdefault(item.name, doc.path.stem)
            if owner != doc.path.stem:
                doc.error(item.line,
                          f"evidence '{item.key}' has the same name in C as one of {owner}")
