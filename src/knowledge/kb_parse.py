# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads one Markdown file: front matter and sections, whatever kind of file it is."""
import collections
import re
import unicodedata

FORBIDDEN = [("bold", r"\*\*"), ("a code span", r"`"), ("a link", r"\]\("),
             ("a URI in angle brackets", r"<(sips?|tel|urn|https?):"), ("a table", r"^ *\|| \| ")]
BULLET = re.compile(r" *[-*+]( |$)")
MADE_FROM = re.compile(r"from: ?([0-9a-f]{8})")
JOINERS = "\u200c\u200d"  # that scripts need inside words

# Lines: one for each case, that without a condition last.
LINES, PARAGRAPH, BULLETS, TEMPLATES, ROW = "lines", "paragraph", "bullets", "templates", "row"

# name: in C; kind: how the text is read; limit: of characters, None; counts: fewest and most bullets; optional:
# the section may be missing; sentences: texts end with a full stop
SectionForm = collections.namedtuple("SectionForm", "name kind limit counts optional sentences",
                                     defaults=[None, None, False, False])


class Form:
    """What a kind of file consists of."""

    def __init__(self, keys, sections, optional=(), methods=(), any_section=None):
        """sections: {title: SectionForm}; optional: keys that may be missing; methods: those a section may be
        written for; any_section: form of the sections, whatever their titles are."""
        self.keys = keys
        self.optional = optional
        self.sections = sections
        self.order = list(sections)
        self.methods = methods
        self.any_section = any_section

    def of(self, section):
        return self.sections.get(section.name, self.any_section)


class Section:
    """One heading and what stands under it."""

    def __init__(self, line, title, form):
        self.line = line
        self.title = title
        self.name, _, methods = title.partition(" for ") if form.methods else (title, "", "")
        self.methods = [method.strip() for method in methods.split(",")] if methods else []
        self.lines = []  # (line, text)
        self.items = []  # [line, joined text]: the paragraph or the bullets
        self.made_from = None  # of a translation: (line, hash of the English text)


class Document:
    """One Markdown file. A key given twice is twice in `keys`, its first value is in `front`."""

    def __init__(self, path, file, form, errors):
        self.path = path
        self.file = file  # its name below the folder of the language
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


def parse_document(folder, file, form, errors, translated=False):
    """folder: of the language; translated: prose only, in any script, with the hashes it was made from."""
    doc = Document(folder / file, file, form, errors)
    lines = read_lines(doc, translated)
    doc.last_line = max(len(lines), 1)
    parse_body(doc, lines[0 if translated or not form.keys else parse_front(doc, lines):])
    for section in doc.sections:
        if translated:
            take_made_from(section)
        if form.of(section):
            parse_section(doc, section)
    return doc


def odd_character(text, translated):
    """The first character that does not belong into a text, or None."""
    if not translated:
        found = re.search(r"[^ -~]", text)
        return found and found.group()
    for character in text:
        category = unicodedata.category(character)
        if category in ("Cc", "Cn", "Co", "Cs", "Zl", "Zp") or (
                category == "Cf" and character not in JOINERS):
            return character
    return None


def check_characters(text, translated):
    """What is wrong with the characters of a text, or None."""
    odd = odd_character(text, translated)
    if odd:
        return f"U+{ord(odd):04X} is not printable{'' if translated else ' ASCII'}"
    if unicodedata.normalize("NFC", text) != text:
        return "characters are not in their composed form (Unicode NFC)"
    return None


def read_lines(doc, translated):
    """The lines as (line, text) without white space at the end."""
    lines = []
    data = doc.path.read_bytes()
    for line, raw in enumerate(data.split(b"\n"), 1):
        raw = raw.rstrip(b" \t\r")
        text = raw.decode("utf-8", "replace")
        if text.encode("utf-8") != raw:
            doc.error(line, "not valid UTF-8")
        else:
            fault = check_characters(text, translated)
            if fault:
                doc.error(line, fault)
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
    begins = bool(doc.front_end) or not lines or lines[0][0] == 1
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
        elif text and begins:
            doc.error(line, "text before the first section")


def take_made_from(section):
    """Takes the line "from: <hash>" below a heading off."""
    for index, (line, text) in enumerate(section.lines):
        found = MADE_FROM.fullmatch(text)
        if found:
            section.made_from = (line, found.group(1))
            del section.lines[index]
        if text:
            return


def parse_section(doc, section):
    kind = doc.form.of(section).kind
    if kind == LINES:
        parse_lines(doc, section)
    elif kind == PARAGRAPH:
        parse_paragraph(doc, section)
    else:
        parse_bullets(doc, section)


def parse_paragraph(doc, section):
    ended = False
    for line, text in section.lines:
        if not text:
            ended = bool(section.items)
        elif BULLET.match(text):
            return doc.error(line, f"bullet in '{section.title}', which is a paragraph")
        elif ended:
            return doc.error(line, f"'{section.title}' must be one paragraph")
        elif section.items:
            section.items[0][1] += " " + text.strip()
        else:
            section.items.append([line, text.strip()])


def parse_lines(doc, section):
    for line, text in section.lines:
        if BULLET.match(text):
            return doc.error(line, f"bullet in '{section.title}', which has a line for each case")
        if text:
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
