# SPDX-License-Identifier: GPL-2.0-or-later
"""What the documents say is so: made pages are new, links lead somewhere, names in code are there."""

import glob
import os
import re
import subprocess
import sys
import unittest

from .test_source import ROOT, text_of

PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/*.md", "src/knowledge/GUIDE.md", "tests/flows/README.md")
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
PATH = re.compile(r"`((?:src|plugin|tests|scripts|docs|profile)/[\w./-]+)`")
NAME = re.compile(r"`(sx_\w+|SX_\w+|[A-Z]+_[A-Z_]+)(?:\(\))?`")

HEADLINE = re.compile(r"^# Headline(?: for ([^\n]*))?\n(.*?)(?=^# |\Z)", re.MULTILINE | re.DOTALL)
EVIDENCE_HEADLINE = re.compile(r"^- (headline[a-z-]*): (.*(?:\n  .*)*)", re.MULTILINE)


def pages():
    """Paths relative to the root."""
    for pattern in PAGES:
        for path in sorted(glob.glob(os.path.join(ROOT, pattern))):
            yield os.path.relpath(path, ROOT)


def headlines_without_values():
    """(id, headline) of diagnoses and (code, method, headline) of codes; of a headline among the evidence, its key behind the id."""
    for folder in ("diagnoses", "codes", "classes"):
        for path in sorted(glob.glob(os.path.join(ROOT, "src", "knowledge", "en", folder, "*.md"))):
            text, name = text_of(os.path.relpath(path, ROOT)), os.path.basename(path)[:-len(".md")]
            for method, lines in HEADLINE.findall(text):
                for line in lines.split("\n"):
                    if line and "{" not in line:
                        yield (name, line) if folder == "diagnoses" else (name, method, line)
            for key, words in EVIDENCE_HEADLINE.findall(text):
                if "{" not in words:
                    yield ("%s %s" % (name, key), " ".join(words.split()))


class DocsTest(unittest.TestCase):

    def test_the_list_of_diagnoses_is_made_from_the_register(self):
        tool = os.path.join(ROOT, "src", "knowledge", "kb.py")
        made = subprocess.run([sys.executable, "-B", tool, "list"], capture_output=True, text=True, check=True).stdout
        self.assertEqual(text_of("docs/diagnoses.md"), made)

    def test_each_headline_without_values_has_its_reason(self):
        rows = {}
        for line in text_of("docs/headlines.md").splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("| ") else []
            if cells and cells[0] not in ("id", "code"):
                rows[tuple(cells[:-1])] = cells[-1]
        self.assertEqual(set(rows) ^ set(headlines_without_values()), set())
        self.assertEqual([row for row, why in rows.items() if not why], [])

    def test_links_and_paths_lead_somewhere(self):
        lost = []
        for page in pages():
            text = text_of(page)
            where = os.path.dirname(os.path.join(ROOT, page))
            lost += [(page, link) for link in LINK.findall(text)
                     if "://" not in link and not os.path.exists(os.path.join(where, link))]
            lost += [(page, path) for path in PATH.findall(text) if not os.path.exists(os.path.join(ROOT, path))]
        self.assertEqual(lost, [])

    def test_names_from_the_code_are_in_the_code(self):
        code = "".join(text_of(os.path.relpath(path, ROOT)) for folder in ("src", "plugin", "tests")
                       for suffix in (".c", ".h", ".py", "CMakeLists.txt")
                       for path in glob.glob(os.path.join(ROOT, folder, "**", "*" + suffix), recursive=True))
        code += text_of("CMakeLists.txt") + text_of("test.sh")
        for page in ("docs/rules.md", "CONTRIBUTING.md"):
            for name in set(NAME.findall(text_of(page))):
                with self.subTest(page=page, name=name):
                    self.assertRegex(code, r"\b" + re.escape(name) + ("" if name.endswith("_") else r"\b"))


if __name__ == "__main__":
    unittest.main()
