# SPDX-License-Identifier: GPL-2.0-or-later
"""Templates: texts with named placeholders. Reading, what can be wrong with them, and their form in C.

In C a template is printed in one pass. The byte 1 to 6 stands for a parameter; PLURAL, the parameter, the forms with
NEXT_FORM between them and END stand for a choice by number. What stands between OPTIONAL and OPTIONAL_END is left out where its
time is not known.
"""
import collections
import re

KINDS = ("frame", "seconds", "number", "code", "word", "text")
MAX_PARAMETERS = 6
PLURAL, NEXT_FORM, END = "\x07", "\x08", "\x0e"
OPTIONAL, OPTIONAL_END = "\x0b", "\x0c"
PRINTED = 8  # characters that a placeholder counts for in a limit
PIECE = re.compile(r"\{([^{}]*)\}")
PART = re.compile(r"\[([^][]*\{(\w*_seconds)\}[^][]*)\]")  # that may be left out
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
FIELD = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
# "3 copies" that would be "1 copies": a count, which has a plural in its name, before a word in the plural
COUNTED = re.compile(r"\{(\w*s_number)(?::[^{}]*)?\} ([a-z-]+s)\b")
UNITS = ["ms"]

Placeholder = collections.namedtuple("Placeholder", "name field forms")


def kind_of(name):
    """What a placeholder prints follows from the last word of its name."""
    last = name.rsplit("_", 1)[-1]
    return last if last in KINDS else "text"


def holds(field_kind, name):
    """Whether a field of this type can have the value of this placeholder."""
    return field_kind == ("text" if kind_of(name) == "word" else kind_of(name))


class Template:
    """pieces: texts and Placeholders; parameters: names in the order of their first use; fields: {name: field};
    optional: names of times that may be left out, with what stands around them; faults: what is wrong."""

    def __init__(self, text, n_forms, fields=None):
        """n_forms: of a plural; fields: {name: kind} of those a placeholder may fill, None: it may name none."""
        self.pieces, self.faults, self.fields = [], [], {}
        self.optional = {name for _, name in PART.findall(text)} - set(PIECE.findall(PART.sub("", text)))
        text = PART.sub(OPTIONAL + r"\1" + OPTIONAL_END, text)
        last = 0
        for match in PIECE.finditer(text):
            self.pieces += [text[last:match.start()], self.read(match, n_forms, fields)]
            last = match.end()
        self.pieces.append(text[last:])
        texts = [piece for piece in self.pieces if isinstance(piece, str)]
        self.faults += [f"unknown placeholder '{brace}'" for brace in re.findall("[{}]", "".join(texts))]
        self.parameters = list(dict.fromkeys(piece.name for piece in self.pieces
                                             if isinstance(piece, Placeholder)))
        if len(self.parameters) > MAX_PARAMETERS:
            self.faults.append(f"more than {MAX_PARAMETERS} placeholders")

    def read(self, match, n_forms, fields):
        name, *forms = match.group(1).split("|")
        name, colon, field = name.partition(":")
        if not NAME.fullmatch(name) or (colon and (forms or not FIELD.fullmatch(field))):
            self.faults.append(f"unknown placeholder '{match.group()}'")
            return ""
        if colon and fields is None:
            self.faults.append(f"a field has no place here: '{match.group()}'")
        elif colon and not holds(fields.get(field), name):
            self.faults.append(f"there is no field '{field}' for the placeholder '{name}'")
        if colon:
            self.fields[name] = field
        if forms and kind_of(name) != "number":
            self.faults.append(f"'{match.group()}' chooses by what is no number")
        elif forms and len(forms) != n_forms:
            self.faults.append(f"'{match.group()}' has {len(forms)} forms, the language has {n_forms}")
        return Placeholder(name, field, forms)

    def length(self):
        """Characters of the text as it is printed, by a guess at the values."""
        return sum(len(piece) if isinstance(piece, str) else max(map(len, piece.forms or ["x" * PRINTED]))
                   for piece in self.pieces)

    def compiled(self, parameters=None):
        """The form in C; parameters: in the order in which C has them."""
        parameters = self.parameters if parameters is None else parameters
        text = ""
        for piece in self.pieces:
            if isinstance(piece, str):
                text += piece
                continue
            byte = chr(1 + parameters.index(piece.name))
            text += PLURAL + byte + NEXT_FORM.join(piece.forms) + END if piece.forms else byte
        return text


def without_fields(text):
    """The template as a translator sees it."""
    return re.sub(r"\{(\w+):[^{}|]*\}", r"{\1}", text)


def uncounted(text):
    """The words in English that are wrong after the number 1."""
    return [f"'{{{name}}} {word}' is wrong for 1: write {{{name}|...|{word}}}"
            for name, word in COUNTED.findall(text) if word not in UNITS]
