# SPDX-License-Identifier: GPL-2.0-or-later
"""The house: which folder a rule lives in, and which folder may include what of which."""

import csv
import glob
import os
import re
import unittest

SOURCES = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "src")
REGISTER = os.path.join(SOURCES, "knowledge", "diagnoses.csv")
INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)
RULE = re.compile(r"^(?:gboolean sx_rule_(\w+)\(|[A-Z_]+_RULE\((\w+)\))", re.MULTILINE)  # or made by a macro


def files(folder, *suffixes):
    """{path below src/: text} of the files below a folder."""
    paths = [path for suffix in suffixes
             for path in glob.glob(os.path.join(SOURCES, folder, "**", "*" + suffix), recursive=True)]
    texts = {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            texts[os.path.relpath(path, SOURCES)] = file.read()
    return texts


def homes():
    """{name of a rule in C: folders that define it}."""
    found = {}
    for path, text in files("diagnose", ".c").items():
        for names in RULE.findall(text):
            found.setdefault("".join(names), []).append(os.path.dirname(path))
    return found


def families():
    """{name of a rule in C: its family} by the register."""
    with open(REGISTER, encoding="utf-8", newline="") as file:
        return {re.sub(r"[.-]", "_", row["id"]): row["family"] for row in csv.DictReader(file)}


class FamiliesTest(unittest.TestCase):

    maxDiff = None

    def test_each_rule_is_defined_in_the_folder_of_its_family(self):
        expected = {name: [os.path.join("diagnose", family)] for name, family in families().items()}
        self.assertGreater(len(expected), 50)
        self.assertEqual(homes(), expected)

    def test_the_second_header_of_a_family_is_its_own(self):
        wrong = []
        for path, text in files("", ".c", ".h").items():
            for header in INCLUDE.findall(text):
                folder, name = os.path.split(header)
                is_family = os.path.dirname(folder) == "diagnose"
                if is_family and name != os.path.basename(folder) + ".h" and os.path.dirname(path) != folder:
                    wrong.append("%s includes %s" % (path, header))
        self.assertEqual(wrong, [])

    def test_what_lies_below_does_not_know_what_lies_above(self):
        above = {"wire": ("calls", "details", "diagnose", "explanation", "report"),
                 "calls": ("details", "diagnose", "explanation", "report"),
                 "diagnose": ("explanation", "report")}
        wrong = ["%s includes %s" % (path, header) for folder, others in above.items()
                 for path, text in files(folder, ".c", ".h").items()
                 for header in INCLUDE.findall(text) if header.split("/")[0] in others]
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
