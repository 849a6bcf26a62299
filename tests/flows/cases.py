# SPDX-License-Identifier: GPL-2.0-or-later
"""The .flow files below this folder, and the rows of knowledge that they have to show."""

import fnmatch
import glob
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
FOLDER = os.path.abspath(os.environ.get("SX_FLOW_FOLDER", HERE))
IS_ALL = FOLDER == HERE and not os.environ.get("SX_FLOWS")  # every case of the project is run
DETAILS = os.path.join(ROOT, "src", "knowledge", "en", "details", "*.md")
ROW = re.compile(r"^- ([a-z][a-z0-9-]*): (.+(?:\n  .+)*)", re.MULTILINE)
PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def cases(patterns=()):
    """{name: path} of the cases to run: those that SX_FLOWS, or else one of the patterns, matches."""
    found = {}
    for where, _, names in os.walk(FOLDER):
        for name in names:
            if name.endswith(".flow"):
                path = os.path.join(where, name)
                found[os.path.relpath(path, FOLDER)[:-len(".flow")]] = path
    wanted = os.environ.get("SX_FLOWS", "").split() or patterns or ["*"]
    return {name: path for name, path in sorted(found.items())
            if any(fnmatch.fnmatch(name, pattern) for pattern in wanted)}


def templates():
    """{name: (expression that its rows match, how much of it is literal)} of the rows in details/*.md."""
    found = {}
    for path in sorted(glob.glob(DETAILS)):
        with open(path, encoding="utf-8") as file:
            for key, text in ROW.findall(file.read()):
                literal = PLACEHOLDER.split(" ".join(text.split()))
                found["%s: %s" % (os.path.relpath(path, ROOT), key)] = (
                    re.compile(".*".join(map(re.escape, literal)), re.DOTALL), len("".join(literal)))
    return found


def template_of(row, among):
    """The name of the template that a row is made from: of those that match the one with most text of its own."""
    return max((name for name, (expression, _) in among.items() if expression.fullmatch(row)),
               key=lambda name: among[name][1], default=None)
