# SPDX-License-Identifier: GPL-2.0-or-later
"""Units: what a translator reads and mends at once, a section of a Markdown file or a row of a CSV."""
import hashlib

from kb_conditions import bullets_of
from kb_details import rows_of
from kb_parse import BULLETS, LINES, ROW, TEMPLATES
from kb_template import without_fields

SAID = ("means", "do")  # what the row of a vendor says
HASH = 8  # digits


class Unit:
    """texts: {key: (line, text)} in their order; made_from: of a translation: (line, hash of the English unit)."""

    def __init__(self, file, name, line, texts, templates=False, made_from=None, section=None):
        self.file = file
        self.name = name
        self.line = line
        self.texts = texts
        self.templates = templates
        self.made_from = made_from
        self.section = section

    def hash(self):
        """Of the texts as a translator sees them."""
        texts = [f"{key}: {without_fields(text) if self.templates else text}"
                 for key, (_, text) in self.texts.items()]
        return hashlib.sha256("\n".join(texts).encode("utf-8")).hexdigest()[:HASH]


def texts_of(doc, section):
    """{key: (line, text)}: by key where bullets have one, else by their number."""
    kind = doc.form.of(section).kind
    if kind == TEMPLATES:
        return {row.key: (row.line, row.text) for row in rows_of(doc) if row.section == section.title}
    if kind == ROW:
        pairs = [(line, *text.partition(": ")) for line, text in section.items]
        return {key: (line, value) for line, key, _, value in pairs if key in SAID}
    texts = section.items
    if kind in (BULLETS, LINES):
        texts = [(bullet.line, bullet.text) for bullet in bullets_of(section)]
    return {str(number): (line, text) for number, (line, text) in enumerate(texts)}


def units_of(doc):
    """The units of a Markdown file."""
    for section in doc.sections:
        form = doc.form.of(section)
        if form:
            yield Unit(doc.file, section.title, section.line, texts_of(doc, section),
                       form.kind == TEMPLATES, section.made_from, section)


class Words:
    """Numbers of all texts. Those of the labels come first, so that other texts do not move them."""

    def __init__(self):
        self.english = [""]  # number: text, as it is written
        self.numbers = {}  # (file, name of the unit, key): number
        self.templates = set()
        self.phrases = {}  # text: number of what is translated word by word

    def new(self, text):
        self.english.append(text)
        return len(self.english) - 1

    def add(self, unit):
        for key, (_, text) in unit.texts.items():
            number = self.numbers[unit.file, unit.name, key] = self.new(text)
            if unit.templates:
                self.templates.add(number)

    def of(self, file, name, key="0"):
        """The number of a text; 0: there is none."""
        return self.numbers.get((file, name, key), 0)

    def phrase(self, text):
        if text not in self.phrases:
            self.phrases[text] = self.new(text)
        return self.phrases[text]
