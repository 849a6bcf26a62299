#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks the explanations (GUIDE.md tells their format) and compiles them into one C file.

DIR holds en/codes/*.md and en/classes/*.md. Every mistake goes to stderr as "file:line: error: ..."
and makes the exit status 1. Parse -> check -> emit; Python 3.8 and its standard library.
"""
import argparse
import csv
import pathlib
import re
import sys

METHODS = ("ACK BYE CANCEL INFO INVITE MESSAGE NOTIFY OPTIONS PRACK PUBLISH REFER REGISTER"
           " SUBSCRIBE UPDATE").split()
KEYS = "name status reference related methods verdict".split()  # behind "code" or "class"
STATUSES = {"code": ["registered", "rfc2543", "field"], "class": ["class"]}
VERDICTS = "normal benign user-action failure anomaly violation".split()
# Value of "class": name of its file, in the order of sx_class_entries.
CLASSES = dict([("invalid", "invalid")] + [(digit, digit + "xx") for digit in "123456"])
# Section: name in C, limit in bytes, fewest and most bullets or None for a paragraph.
SECTIONS = {
    "Headline": ("headline", 70, None),
    "Meaning": ("meaning", 520, None),
    "When you see it": ("when", 420, None),
    "Causes": ("causes", 200, (2, 5)),
    "How to fix": ("fixes", 200, (1, 5)),
}
ORDER = list(SECTIONS)
FORBIDDEN = [("bold", r"\*\*"), ("a code span", r"`"), ("a link", r"\]\("),
             ("a URI in angle brackets", r"<(sips?|tel|urn|https?):"), ("a table", r"^ *\|| \| ")]
CODE = re.compile(r"[1-6]\d\d")
BULLET = re.compile(r" *[-*+]( |$)")


class Section:
    """One heading and what stands under it."""

    def __init__(self, line, title):
        self.line = line
        self.title = title
        self.name, _, methods = title.partition(" for ")
        self.methods = [method.strip() for method in methods.split(",")] if methods else []
        self.lines = []  # (line, text)
        self.items = []  # [line, joined text]: the paragraph or the bullets


class Document:
    """One Markdown file. A key given twice is twice in `keys`, its first value is in `front`."""

    def __init__(self, path, label, errors):
        self.path = path
        self.label = label  # "code" or "class"
        self.errors = errors
        self.keys = []  # (line, key, value)
        self.front = {}  # key: (line, value)
        self.front_end = 0  # line of the closing ---, 0 if there is none
        self.sections = []
        self.last_line = 1

    def error(self, line, text):
        self.errors.append((str(self.path), line, text))

    def expect(self, key, good, text):
        """Reports a value that is not good; a missing one is the business of check_keys()."""
        if self.value(key) and not good:
            self.error(self.front[key][0], text)

    def value(self, key):
        return self.front.get(key, (0, ""))[1]


# ---- parse ----
def parse_document(path, label, errors):
    doc = Document(path, label, errors)
    lines = read_lines(doc)
    doc.last_line = max(len(lines), 1)
    parse_body(doc, lines[parse_front(doc, lines):])
    for section in doc.sections:
        if section.name in SECTIONS:
            parse = parse_bullets if SECTIONS[section.name][2] else parse_paragraph
            parse(doc, section)
    return doc


def read_lines(doc):
    """The lines as (line, text) without white space at the end."""
    lines = []
    data = doc.path.read_bytes()
    for line, raw in enumerate(data.split(b"\n"), 1):
        raw = raw.rstrip(b" \t\r")
        text = raw.decode("utf-8", "replace")
        odd = re.search(r"[^ -~]", text)
        if text.encode("utf-8") != raw:
            doc.error(line, "not valid UTF-8")
        elif odd:
            doc.error(line, f"U+{ord(odd.group()):04X} is not printable ASCII")
        lines.append((line, text.lstrip("\ufeff")))
    return lines[:-1] if data.endswith(b"\n") else lines


def parse_front(doc, lines):
    """Reads the front matter; returns the index of the first line behind it."""
    if not lines or lines[0][1] != "---":
        doc.error(1, "front matter is missing: the first line must be ---")
        return 0
    index = 1
    while index < len(lines) and not lines[index][1].startswith("#"):
        line, text = lines[index]
        index += 1
        if text == "---":
            doc.front_end = line
            return index
        key, colon, value = text.partition(":")
        if colon and re.fullmatch(r"\w+", key):
            doc.keys.append((line, key, value.strip()))
            doc.front.setdefault(key, (line, value.strip()))
        elif text:
            doc.error(line, "expected 'key: value'")
    doc.error(1, "front matter is not closed by ---")
    return index


def parse_body(doc, lines):
    """Cuts the text behind the front matter into sections."""
    for line, text in lines:
        heading = re.match(r"# +(\S.*)", text)
        if heading:
            doc.sections.append(Section(line, heading.group(1)))
            continue
        if text.lstrip().startswith("#") or re.fullmatch(r" *(==+|--+)", text):
            doc.error(line, "the only headings are lines of the form '# Section'")
            continue
        for what, pattern in FORBIDDEN:
            if re.search(pattern, text):
                doc.error(line, f"Markdown that the guide forbids: {what}")
        if doc.sections:
            doc.sections[-1].lines.append((line, text))
        elif text and doc.front_end:
            doc.error(line, "text before the first section")


def parse_paragraph(doc, section):
    ended = False
    for line, text in section.lines:
        if not text:
            ended = bool(section.items)
        elif BULLET.match(text):
            return doc.error(line, f"bullet in '{section.title}', which is a paragraph")
        elif ended:
            return doc.error(line, f"'{section.title}' must be one paragraph")
        elif section.items and section.name == "Headline":
            return doc.error(line, f"'{section.title}' must be one line")
        elif section.items:
            section.items[0][1] += " " + text.strip()
        else:
            section.items.append([line, text.strip()])


def parse_bullets(doc, section):
    can_go_on = complained = False
    for line, text in section.lines:
        if not text:
            can_go_on = False
        elif text == "-" or text.startswith("- "):
            section.items.append([line, text[1:].strip()])
            can_go_on = True
        elif text.startswith(" ") and BULLET.match(text):
            doc.error(line, "nested list")
        elif can_go_on and re.match(r"  \S", text):
            section.items[-1][1] += " " + text.strip()
        elif not complained:
            complained = True
            doc.error(line, f"'{section.title}' takes bullets: expected '- ', or two spaces before"
                            " the next line of a bullet")


# ---- check ----
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


def check_document(doc, registry):
    check_keys(doc)
    check_values(doc, registry)
    check_words(doc, "related", list(registry), "related code")
    check_words(doc, "methods", ["any"] if doc.value("methods") == "any" else METHODS, "method")
    codes = doc.value("related").split()
    doc.expect("related", len(codes) <= 6, "more than 6 related codes")
    doc.expect("related", doc.value("code") not in codes, "a code is not related to itself")
    check_sections(doc)
    for section in doc.sections:
        if section.name in SECTIONS:
            check_items(doc, section)


def check_keys(doc):
    order = [doc.label] + KEYS
    last, seen = 0, set()
    for line, key, value in doc.keys:
        if key not in order:
            doc.error(line, f"unknown key '{key}'")
            continue
        if key in seen:
            doc.error(line, f"key '{key}' is given twice")
        elif order.index(key) < last:
            doc.error(line, f"key '{key}' must come before '{order[last]}'")
        else:
            last = order.index(key)
        if not value:
            doc.error(line, f"key '{key}' is empty")
        seen.add(key)
    for key in order:
        if doc.front_end and key not in seen:
            doc.error(doc.front_end, f"key '{key}' is missing")


def check_values(doc, registry):
    label, number = doc.label, doc.value(doc.label)
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


def check_words(doc, key, known, what):
    seen = set()
    for word in doc.value(key).split():
        doc.expect(key, word in known, f"unknown {what} '{word}'")
        doc.expect(key, word not in seen, f"{what} '{word}' is given twice")
        seen.add(word)


def check_sections(doc):
    last, by_method, seen = 0, False, set()
    for section in doc.sections:
        name = section.name
        if name not in SECTIONS:
            doc.error(section.line, f"unknown section '{section.title}'")
            continue
        for method in section.methods or [None]:
            if method and method not in METHODS:
                doc.error(section.line, f"unknown method '{method}'")
            elif (name, method) in seen:
                doc.error(section.line, f"section '{name}' is given twice for {method or 'all'}")
            elif not method and by_method:
                doc.error(section.line, f"section '{name}' must come before those for a method")
            elif not method and ORDER.index(name) < last:
                doc.error(section.line, f"section '{name}' must come before '{ORDER[last]}'")
            elif not method:
                last = ORDER.index(name)
            seen.add((name, method))
        by_method = by_method or bool(section.methods)
    for name in ORDER:
        if (name, None) not in seen:
            doc.error(doc.last_line, f"section '{name}' is missing")


def check_items(doc, section):
    _, limit, counts = SECTIONS[section.name]
    what = "bullet" if counts else f"'{section.title}'"
    if not any(text for _, text in section.lines):
        doc.error(section.line, f"section '{section.title}' is empty")
    for line, text in section.items:
        size = len(text.encode("utf-8"))
        if not text:
            doc.error(line, "bullet is empty")
        if size > limit:
            doc.error(line, f"{what} is {size} bytes long, the limit is {limit}")
        if text.endswith(".") and (counts or section.name == "Headline"):
            doc.error(line, f"{what} ends with a full stop")
    if counts and 0 < len(section.items) < counts[0]:
        doc.error(section.line, f"'{section.title}' needs at least {counts[0]} bullets")
    if counts and len(section.items) > counts[1]:
        line = section.items[counts[1]][0]
        doc.error(line, f"'{section.title}' takes at most {counts[1]} bullets")


# ---- emit ----
def quote(text):
    """A C string literal; question marks are escaped because of trigraphs."""
    def escape(byte):
        if chr(byte) in '"\\?':
            return "\\" + chr(byte)
        return chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"
    return '"' + "".join(map(escape, text.encode("utf-8"))) + '"'


def emit_section(section, piece):
    if not SECTIONS[section.name][2]:
        return f"static const char {piece}[] = {quote(section.items[0][1])};\n"
    bullets = "".join(f"    {quote(text)},\n" for _, text in section.items)
    return f"static const char *const {piece}[] = {{\n{bullets}    NULL,\n}};\n"


def emit_entry(doc):
    """What stands before the table for this file, and its row in the table."""
    stem = doc.path.stem
    pieces = {}  # (section, method): its name in C
    before = ""
    for section in doc.sections:
        piece = "_".join([SECTIONS[section.name][0], stem] + section.methods)
        before += emit_section(section, piece)
        pieces.update({(section.name, method): piece for method in section.methods or [None]})
    texts = []
    for method in [None] + METHODS:
        row = [pieces.get((name, method), "NULL") for name in ORDER]
        if set(row) != {"NULL"}:
            methods = quote(f" {method} ") if method else "NULL"
            texts.append(f"    {{{', '.join([methods] + row)}}},\n")
    related = ", ".join(doc.value("related").split() + ["0"])
    before += (f"static const guint16 related_{stem}[] = {{{related}}};\n"
               f"static const sx_text texts_{stem}[] = {{\n{''.join(texts)}}};\n\n")
    verdict = doc.value("verdict").upper().replace("-", "_")
    return before, (f"    {{{doc.value('code') or 0}, {quote(doc.value('name'))},"
                    f" {quote(doc.value('reference'))}, related_{stem},"
                    f" SX_CODE_{doc.value('status').upper()}, SX_VERDICT_{verdict},"
                    f" texts_{stem}, {len(texts)}}},\n")


def emit_table(docs, declaration):
    before, rows = zip(*map(emit_entry, docs))
    return f"{''.join(before)}const sx_code_entry {declaration} = {{\n{''.join(rows)}}};\n"


def emit(codes, classes):
    codes = sorted(codes, key=lambda doc: int(doc.value("code")))
    classes = sorted(classes, key=lambda doc: list(CLASSES).index(doc.value("class")))
    return ("/* SPDX-License-Identifier: GPL-2.0-or-later\n"
            " * Made by kb.py from the Markdown files; do not edit.\n */\n"
            "#include \"knowledge.h\"\n\n"
            + emit_table(codes, "sx_code_entries[]")
            + f"const guint sx_n_code_entries = {len(codes)};\n\n"
            + emit_table(classes, "sx_class_entries[7]"))


def main():
    parser = argparse.ArgumentParser(description="Check or compile the explanations of codes.")
    parser.add_argument("command", choices=["check", "compile"])
    parser.add_argument("--registry", required=True, type=pathlib.Path, metavar="CSV")
    parser.add_argument("--output", type=pathlib.Path, metavar="FILE.c")
    parser.add_argument("folder", type=pathlib.Path, metavar="DIR")
    options = parser.parse_args()
    if options.command == "compile" and not options.output:
        parser.error("compile needs --output")
    errors = []
    english = options.folder / "en"
    registry = read_registry(options.registry, errors)
    codes = [parse_document(path, "code", errors) for path in english.glob("codes/*.md")]
    classes = [parse_document(path, "class", errors) for path in english.glob("classes/*.md")]
    check_files(english, options.registry, registry, errors)
    for doc in codes + classes:
        check_document(doc, registry)
    for path, line, text in sorted(errors):
        print(f"{path}:{line}: error: {text}", file=sys.stderr)
    if options.command == "compile" and not errors:
        data = emit(codes, classes).encode("ascii")
        if not options.output.exists() or options.output.read_bytes() != data:
            options.output.write_bytes(data)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
