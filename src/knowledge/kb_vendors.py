# SPDX-License-Identifier: GPL-2.0-or-later
"""The files of vendors: their form, and what must be right in them."""
import collections
import pathlib
import re

from kb_check import check_keys, row_of
from kb_parse import ROW, Form, SectionForm

VENDOR_FORM = Form(["vendor", "sign", "hosts", "causes", "diagnosis", "source"], {},
                   optional=["sign", "hosts", "causes", "diagnosis"], any_section=SectionForm("row", ROW))
BULLET_KEYS = ["match", "means", "do", "source", "diagnosis"]
REQUIRED = BULLET_KEYS[:3]
PLACES = ["code", "phrase", "text", "header", "reason"]
PATTERNS = ["phrase", "text"]  # places that need a pattern
LIMITS = {"means": 160, "do": 160}
MAX_PATTERN = 100
MAX_VENDORS = 64
ID = re.compile(r"[a-z0-9][a-z0-9-]*")
RANGE = r"\d{1,9}(?:-\d{1,9})?"
CODES = re.compile(r"[1-6]\d\d(?:-[1-6]\d\d)?")
WORD = re.compile(r'"[^"]+"|[^" ]+')
NUMBER = re.compile(rf"\{{(number|{RANGE})\}}")
HEADERS = pathlib.Path(__file__).resolve().parents[1] / "wire" / "header.h"
ANY_NUMBER = 10 ** 9  # how many numbers {number} takes

Row = collections.namedtuple("Row", "id doc line matches values")
Match = collections.namedtuple("Match", "signed codes place header protocol causes pattern")


# ---- reading ----
def rows_of(doc):
    """The rows of a file, in its order."""
    for section in doc.sections:
        values, matches = {}, []
        for _, key, value in row_of(section):
            match = match_of(value) if key == "match" else None
            if match:
                matches += [match._replace(pattern=part) for part in alternatives(match)]
            values.setdefault(key, value)
        for key in ["diagnosis", "source"]:
            values.setdefault(key, doc.value(key))
        yield Row(f"{doc.path.stem}.{section.title}", doc, section.line, matches, values)


def match_of(text):
    """What a match bullet says; None if it cannot be read."""
    words = WORD.findall(text)
    if not words or " ".join(words) != text:
        return None
    words.append("")  # so that there is always one more to look at
    signed = words[0] == "signed" and bool(words.pop(0))
    codes = words.pop(0) if CODES.fullmatch(words[0]) else None
    place = words.pop(0) or "code"
    header = words.pop(0) if place == "header" else None
    protocol = words.pop(0) if place == "reason" else None
    causes = words.pop(0) if protocol else None
    pattern = words.pop(0)[1:-1] if words and words[0].startswith('"') else None
    if (words not in ([""], []) or place not in PLACES or (place in PATTERNS) > (pattern is not None)
            or header == "" or (protocol and not re.fullmatch(f"any|{RANGE}", causes))):
        return None
    return Match(signed, limits(codes), place, header, protocol, limits(causes), pattern)


def alternatives(match):
    return match.pattern.split("|") if match.pattern else [None]


def limits(text):
    """First and last of "5" or "5-9"; None for everything."""
    if not text or text == "any":
        return None
    first, _, last = text.partition("-")
    return int(first), int(last or first)


def known_headers():
    return re.findall(r'X\(\w+, "([^"]+)"\)', HEADERS.read_text(encoding="utf-8"))


# ---- checking ----
def check_vendors(docs, codes, diagnoses):
    """codes: the register; diagnoses: ids of those that have a file."""
    for doc in docs[MAX_VENDORS:]:
        doc.error(1, f"more than {MAX_VENDORS} vendors")
    for doc in docs:
        check_vendor(doc, codes, diagnoses)


def check_vendor(doc, codes, diagnoses):
    check_keys(doc)
    doc.expect("diagnosis", doc.value("diagnosis") in diagnoses,
               f"diagnosis '{doc.value('diagnosis')}' has no file")
    doc.expect("causes", doc.value("causes") == "own", "the only value of 'causes' is 'own'")
    if not doc.sections:
        doc.error(doc.last_line, "no rows")
    seen = set()
    for section in doc.sections:
        if not ID.fullmatch(section.title):
            doc.error(section.line, f"'{section.title}' is no id of a-z, 0-9 and -")
        if section.title in seen:
            doc.error(section.line, f"row '{section.title}' is given twice")
        seen.add(section.title)
        check_bullets(doc, section, codes, diagnoses)


def check_bullets(doc, section, codes, diagnoses):
    last, seen = 0, set()
    for line, key, value in row_of(section):
        if key not in BULLET_KEYS:
            doc.error(line, "expected one of '" + ": ', '".join(BULLET_KEYS) + ": '")
            continue
        place = BULLET_KEYS.index(key)
        if key in seen and key != "match":
            doc.error(line, f"'{key}' is given twice")
        elif place < last:
            doc.error(line, f"'{key}' must come before '{BULLET_KEYS[last]}'")
        last = max(last, place)
        seen.add(key)
        if key == "match":
            check_match(doc, line, value, codes)
        elif key == "diagnosis" and value != "none" and value not in diagnoses:
            doc.error(line, f"diagnosis '{value}' has no file")
        if len(value) > LIMITS.get(key, len(value)):
            doc.error(line, f"'{key}' is {len(value)} characters long, the limit is {LIMITS[key]}")
        if key in LIMITS and value.endswith("."):
            doc.error(line, f"'{key}' ends with a full stop")
    for key in REQUIRED:
        if key not in seen:
            doc.error(section.line, f"row '{section.title}' lacks '{key}'")


def check_match(doc, line, text, codes):
    match = match_of(text)
    if not match:
        doc.error(line, f"cannot read the match '{text}'")
        return
    if match.place == "code":
        registered = not match.codes or any(
            codes.get(str(code), {}).get("status") == "registered" for code in range(
                match.codes[0], match.codes[1] + 1))
        if registered:
            doc.error(line, "too little to know a vendor by: add a phrase, text, header or reason,"
                            " or take codes that are not registered")
    if match.signed and not doc.value("sign") and not doc.value("hosts"):
        doc.error(line, "'signed' needs the key 'sign' or 'hosts'")
    if match.header and match.header not in known_headers():
        doc.error(line, f"header '{match.header}' is not in header.h")
    for what, range_ in ("codes", match.codes), ("causes", match.causes):
        if range_ and range_[0] > range_[1]:
            doc.error(line, f"the range of {what} runs backwards")
    for pattern in alternatives(match) if match.pattern else []:
        check_pattern(doc, line, pattern)


def check_pattern(doc, line, pattern):
    literals = NUMBER.sub("", pattern)
    if not pattern.strip("^$* "):
        doc.error(line, "the pattern matches everything")
    if len(pattern.encode("utf-8")) > MAX_PATTERN:
        doc.error(line, f"the pattern is longer than {MAX_PATTERN} bytes")
    for part in re.findall(r"\{[^{}]*\}|[{}]", literals):
        doc.error(line, f"unknown placeholder '{part}'")
    if len(NUMBER.findall(pattern)) > 1:
        doc.error(line, "more than one number in a pattern")
    for range_ in NUMBER.findall(pattern):
        first, last = limits(range_) if range_ != "number" else (0, 0)
        if first > last:
            doc.error(line, "the range of a number runs backwards")


def width(match):
    """How many numbers a match takes: what is narrower comes first."""
    found = NUMBER.search(match.pattern or "")
    if found:
        range_ = limits(found.group(1)) if found.group(1) != "number" else (0, ANY_NUMBER)
        return range_[1] - range_[0]
    if match.place == "reason":
        return match.causes[1] - match.causes[0] if match.causes else ANY_NUMBER
    return ANY_NUMBER if match.place == "header" and match.pattern is None else 0


def words_of_key(doc, key):
    """The words of a key of the front matter."""
    return [word.strip() for word in doc.value(key).split(",") if word.strip()]
