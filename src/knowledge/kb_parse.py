# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads one Markdown file: front matter and sections, whatever kind of file it is."""
import re

FORBIDDEN = [("bold", r"\*\*"), ("a code span", r"`"), ("a link", r"\]\("),
             ("a URI in angle brackets", r"<(sips?|tel|urn|https?):"), ("a table", r"^ *\|| \| ")]
BULLET = re.compile(r" *[-*+]( |$)")


class Form:
    """What a kind of file consists of.

    sections: {title: (name in C, limit in bytes or None, fewest and most bullets or None)};
    without bullets it is a paragraph. methods: those a section may be written for.
    """

    def __init__(self, keys, sections, optional=(), methods=()):
        self.keys = keys  # the first one tells what the file is about
        self.optional = optional
        self.sections = sections
        self.order = list(sections)
        self.methods = methods

    def takes_bullets(self, section):
        return self.sections[section.name][2] is not None


class Section:
    """One heading and what stands under it."""

    def __init__(self, line, title, form):
        self.line = line
        self.title = title
        self.name, _, methods = title.partition(" for ") if form.methods else (title, "", "")
        self.methods = [method.strip() for method in methods.split(",")] if methods else []
        self.lines = []  # (line, text)
        self.items = []  # [line, joined text]: the paragraph or the bullets


class Document:
    """One Markdown file. A key given twice is twice in `keys`, its first value is in `front`."""

    def __init__(self, path, form, errors):
        self.path = path
        self.form = form
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


def parse_document(path, form, errors):
    doc = Document(path, form, errors)
    lines = read_lines(doc)
    doc.last_line = max(len(lines), 1)
    parse_body(doc, lines[parse_front(doc, lines):])
    for section in doc.sections:
        if section.name in form.sections:
            parse = parse_bullets if form.takes_bullets(section) else parse_paragraph
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
            doc.sections.append(Section(line, heading.group(1), doc.form))
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
