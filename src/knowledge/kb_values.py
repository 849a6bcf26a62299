# SPDX-License-Identifier: GPL-2.0-or-later
"""Lists: the fields sipexplain.* (fields.csv), and numbers that headers carry with what they mean (values/*.csv)."""
import collections
import re

from kb_csv import read_rows
from kb_details import FILE_NAME

FIELD_TYPES = ("text number code seconds frame request-frame response-frame original-frame group").split()
FIELD_COLUMNS = ["field", "type", "title", "description"]
VALUE_COLUMNS = ["value", "text", "reference"]
NUMBER = re.compile(r"[0-9]{1,10}")
FIELD = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
DETAIL = "detail."  # below it are the fields that placeholders fill
MAX_FIELDS = 255

Field = collections.namedtuple("Field", "line type title description")
Value = collections.namedtuple("Value", "line text")


def read_fields(path, errors):
    """{name: Field} in the order of the file."""
    fields, in_c = {}, set()
    for line, row in read_rows(path, FIELD_COLUMNS, errors) if path.exists() else []:
        name = row["field"]
        if not FIELD.fullmatch(name) or name.replace(".", "_") in in_c:
            errors.append((str(path), line, f"'{name}' is no new name of a field"))
        elif row["type"] not in FIELD_TYPES:
            errors.append((str(path), line, f"unknown type '{row['type']}'"))
        else:
            in_c.add(name.replace(".", "_"))
            fields[name] = Field(line, row["type"], row["title"], row["description"])
    if len(fields) > MAX_FIELDS:
        errors.append((str(path), 1, f"more than {MAX_FIELDS} fields"))
    return fields


def detail_kinds(fields):
    """{name without "detail.": type} of the fields that placeholders may fill."""
    return {name[len(DETAIL):]: field.type for name, field in fields.items() if name.startswith(DETAIL)}


def read_values(path, errors):
    """{number: Value} of one list."""
    values = {}
    for line, row in read_rows(path, VALUE_COLUMNS, errors):
        number = row["value"]
        if not NUMBER.fullmatch(number) or int(number) > 0xffffffff or int(number) in values:
            errors.append((str(path), line, f"'{number}' is no new number"))
        elif row["text"].endswith("."):
            errors.append((str(path), line, "text ends with a full stop"))
        else:
            values[int(number)] = Value(line, row["text"])
    if not FILE_NAME.fullmatch(path.stem):
        errors.append((str(path), 1, "the file name is not of a-z, 0-9 and -"))
    if not values:
        errors.append((str(path), 1, "no values"))
    return values
