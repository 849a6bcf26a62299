# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads CSV files: a header that is known, rows of its width."""
import csv
import io

from kb_parse import check_characters


def read_rows(path, header, errors, may_be_empty=(), translated=False):
    """Yields (line, {column: cell}); a row of another width, or with an empty cell, is a mistake."""
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        errors.append((str(path), error.object[:error.start].count(b"\n") + 1, "not valid UTF-8"))
        return
    rows = csv.reader(io.StringIO(text, newline=""))
    if next(rows, None) != header:
        errors.append((str(path), 1, f"expected the header '{','.join(header)}'"))
        return
    for row in rows:
        cells = dict(zip(header, row))
        if len(row) != len(header) or not all(cells[name] for name in header
                                              if name not in may_be_empty):
            errors.append((str(path), rows.line_num, f"expected '{','.join(header)}'"))
            continue
        fault = check_characters("".join(row), translated)
        if fault:
            errors.append((str(path), rows.line_num, fault))
        yield rows.line_num, cells
