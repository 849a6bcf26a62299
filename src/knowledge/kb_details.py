# SPDX-License-Identifier: GPL-2.0-or-later
"""What a response itself says: the rows (details/*.md), their fields (fields.csv), and the lists of
numbers that headers carry (values/*.csv)."""
import collections
import csv
import io
import re

from kb_check import check_keys, check_sections
from kb_diagnoses import check_evidence
from kb_parse import Form

DETAIL_FORM = Form(["detail", "reference"], {"Rows": ("rows", None, (1, 40))})
KINDS = ("frame", "seconds", "number", "code", "text")
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")  # of a file: part of a name in C
NUMBER = re.compile(r"[0-9]{1,10}")
FIELD = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")

Field = collections.namedtuple("Field", "kind title description")


def read_rows(path, header, errors):
    """Yields (line, cells) of a CSV with this header; a row of another width is a mistake."""
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        errors.append((str(path), error.object[:error.start].count(b"\n") + 1, "not UTF-8"))
        return
    rows = csv.reader(io.StringIO(text, newline=""))
    if next(rows, None) != header:
        errors.append((str(path), 1, f"expected the header '{','.join(header)}'"))
        return
    for row in rows:
        if len(row) == len(header) and all(row):
            yield rows.line_num, row
        else:
            errors.append((str(path), rows.line_num, f"expected '{','.join(header)}'"))


class Details:
    """documents: details/*.md by name; fields: {name: Field}; values: {list: {number: text}}."""

    def __init__(self, folder, documents, errors):
        self.documents = sorted(documents, key=lambda doc: doc.path)
        self.fields = self.read_fields(folder / "fields.csv", errors)
        self.kinds = {name: field.kind for name, field in self.fields.items()}
        self.values = {path.stem: self.read_values(path, errors)
                       for path in sorted(folder.glob("values/*.csv"))}
        for doc in self.documents:
            check_keys(doc)
            name = doc.value("detail")
            doc.expect("detail", NAME.fullmatch(name), f"detail '{name}' is not of a-z, 0-9 and -")
            doc.expect("detail", name == doc.path.stem,
                       f"detail {name} does not agree with the file name")
            check_sections(doc)
            check_evidence(doc, self.kinds)

    @staticmethod
    def read_fields(path, errors):
        fields = {}
        if not path.exists():
            return fields
        for line, row in read_rows(path, ["field", "type", "title", "description"], errors):
            name, kind = row[:2]
            if not FIELD.fullmatch(name) or name in fields:
                errors.append((str(path), line, f"'{name}' is no new name of a field"))
            elif kind not in KINDS:
                errors.append((str(path), line, f"unknown type '{kind}'"))
            else:
                fields[name] = Field(*row[1:])
        if len(fields) > 255:
            errors.append((str(path), 1, "more than 255 fields"))
        return fields

    @staticmethod
    def read_values(path, errors):
        values = {}
        for line, (number, text, _) in read_rows(path, ["value", "text", "reference"], errors):
            if (not NUMBER.fullmatch(number) or int(number) > 0xffffffff
                    or int(number) in values):
                errors.append((str(path), line, f"'{number}' is no new number"))
            elif text.endswith("."):
                errors.append((str(path), line, "text ends with a full stop"))
            else:
                values[int(number)] = text
        if not NAME.fullmatch(path.stem):
            errors.append((str(path), 1, "the file name is not of a-z, 0-9 and -"))
        if not values:
            errors.append((str(path), 1, "no values"))
        return values
