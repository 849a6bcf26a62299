# SPDX-License-Identifier: GPL-2.0-or-later
"""Comparisons of two codes: those written by hand (en/compare/401-407.md), and what the others are composed from
(en/compare/_composed.md and code-facts.csv)."""
import re

from kb_check import check_keys, check_sections, row_of
from kb_codes import CLASSES
from kb_csv import read_rows
from kb_details import FORMS, check_rows, rows_of
from kb_parse import BULLETS, PARAGRAPH, TEMPLATES, Form, SectionForm
from kb_template import Template

COMPOSED = "_composed.md"
COMPARE_FORM = Form(["compare", "reference"], {
    "How they differ": SectionForm("difference", PARAGRAPH, 420),
    "Key differences": SectionForm("key_differences", BULLETS, 160, (3, 6)),
    "When to use which": SectionForm("uses", BULLETS, 160, (2, 4)),
    "Elsewhere": SectionForm("elsewhere", BULLETS, 120, (1, 4), True),
})
COMPOSED_FORM = Form(["reference"], {
    "How they differ": SectionForm("difference", TEMPLATES, sentences=True),
    **{name: SectionForm(name, TEMPLATES) for name in (
        "Key differences", "When to use which", "Elsewhere", "Class", "Sender", "Retry", "Next", "Ends", "Methods",
        "Lists")},
})
ASPECTS = ("Class", "Who sends it", "Scope", "Retry", "Headers", "What the caller does next", "What it ends",
           "Typical cause")
PROTOCOLS = ("HTTP", "Q.850", "Q.931", "SMTP", "XMPP", "FTP")
COLUMNS = "code sender retry headers ends next http q850 xmpp source".split()
MAY_BE_EMPTY = "headers ends http q850 xmpp".split()
ANY = "any"  # the sender that has no word
MOST_HEADERS = 3
HEADER = re.compile(r"[A-Z][A-Za-z0-9-]*")
CONDITION = re.compile(r"[a-z-]*")
SENTENCE_END = re.compile(r"[.?](?: |$)")
OPEN = ("nothing", "early-dialog")  # what a provisional response ends
BY_CLASS = ("low_code", "high_code")  # what the sentences on two classes may name, in this order


# ---- written by hand ----
def check_comparison(doc, codes):
    """codes: the register."""
    check_keys(doc)
    check_sections(doc)
    pair = doc.path.stem.split("-")
    if len(pair) != 2 or not set(pair) <= set(codes) - set(CLASSES) or pair[0] >= pair[1]:
        doc.error(1, f"'{doc.path.stem}' is no pair of codes of the register, the lower one first")
    doc.expect("compare", doc.value("compare").split() == pair, f"expected the codes {' '.join(pair)}")
    for section in doc.sections:
        if section.name == "How they differ" and section.items:
            line, text = section.items[0]
            if not 2 <= len(SENTENCE_END.findall(text)) <= 4:
                doc.error(line, "'How they differ' has 2 to 4 sentences")
        elif section.name == "Key differences":
            check_topics(doc, section, ASPECTS, "aspect")
            for line, text in section.items:
                for code in pair:
                    if code not in text:
                        doc.error(line, f"the bullet does not name {code}")
        elif section.name == "Elsewhere":
            check_topics(doc, section, PROTOCOLS, "protocol")


def check_topics(doc, section, known, what):
    seen = set()
    for line, key, _ in row_of(section):
        if key not in known:
            doc.error(line, f"expected '{what}: sentence' with one of {', '.join(known)}")
        elif key in seen:
            doc.error(line, f"{what} '{key}' is given twice")
        seen.add(key)


def pair_of(doc):
    return [int(code) for code in doc.path.stem.split("-")]


# ---- composed ----
def read_facts(path, codes, causes, errors):
    """{code: row} of code-facts.csv; causes: the Q.850 causes that have a name."""
    facts = {}
    if not path.exists():
        return facts
    for line, row in read_rows(path, COLUMNS, errors, MAY_BE_EMPTY):
        errors.extend((str(path), line, fault) for fault in faults_of_facts(row, codes, causes))
        facts[row["code"]] = {**row, "line": line}
    if list(facts) != [code for code in codes if code != "invalid"]:
        errors.append((str(path), 1, "expected a line for each code of codes.csv but 'invalid', in the same order"))
    return facts


def faults_of_facts(row, codes, causes):
    code = row["code"]
    if code not in codes:
        yield f"'{code}' is no code of codes.csv"
    if row["http"] not in ("", code):
        yield f"http is empty or {code}"
    if row["q850"] and (not row["q850"].isdigit() or int(row["q850"]) not in causes):
        yield f"'{row['q850']}' is no cause of q850-cause.csv"
    if not CONDITION.fullmatch(row["xmpp"]):
        yield f"'{row['xmpp']}' is no XMPP condition"
    headers = row["headers"].split(" ") if row["headers"] else []
    if len(headers) > MOST_HEADERS or not all(map(HEADER.fullmatch, headers)):
        yield f"headers are at most {MOST_HEADERS} names with a blank between"
    if (row["ends"] in OPEN) != (code[0] == "1"):
        yield f"'{row['ends']}' does not go with the class of the code"


def check_composed(doc, facts):
    check_keys(doc)
    check_sections(doc)
    check_rows(doc, None)
    templates = {row.key: row for row in rows_of(doc)}
    check_vocabulary(doc, templates, facts)
    for key, row in templates.items():
        allowed = BY_CLASS if re.fullmatch(r"class-\d-\d", key) else None
        parameters = tuple(Template(row.text, FORMS).parameters)
        if allowed and parameters not in ((), allowed):
            doc.error(row.line, f"'{key}' names {' and '.join(allowed)} in this order, or none of them")
    for low in range(1, 7):
        for high in range(low, 7):
            if f"class-{low}-{high}" not in templates:
                doc.error(1, f"'class-{low}-{high}' is missing")


def check_vocabulary(doc, templates, facts):
    """Each value of the facts has its word, each word is used."""
    for column in ("sender", "retry", "next", "ends"):
        used = {row[column] for row in facts.values()} - {"", ANY}
        words = {key.partition("-")[2] for key in templates if key.startswith(f"{column}-")}
        for value in sorted(used - words):
            doc.error(1, f"'{column}-{value}' is missing")
        for value in sorted(words - used):
            doc.error(templates[f"{column}-{value}"].line, f"'{column}-{value}' is no word of code-facts.csv")
    uses = {key[4:]: row for key, row in templates.items() if key.startswith("use-")}
    wanted = [code for code in facts if code not in CLASSES]
    for code in wanted:
        if code not in uses:
            doc.error(1, f"'use-{code}' is missing")
        elif code not in uses[code].text:
            doc.error(uses[code].line, f"'use-{code}' does not name the code")
    for code in sorted(set(uses) - set(wanted) - {"unknown"}):
        doc.error(uses[code].line, f"'use-{code}' is of no code")
