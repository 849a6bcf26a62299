# SPDX-License-Identifier: GPL-2.0-or-later
"""Every diagnosis of the register is expected by a flow, and another one, or another message, comes near and has to stay
without it."""

import csv
import os
import unittest

from .cases import IS_ALL, ROOT, cases
from .flow import load

REGISTER = os.path.join(ROOT, "src", "knowledge", "diagnoses.csv")
ALWAYS = {"normal.provisional", "normal.success"}  # what holds when nothing else does has no near miss


def diagnoses():
    """The ids of the register."""
    with open(REGISTER, encoding="utf-8", newline="") as file:
        return [row["id"] for row in csv.DictReader(file)]


@unittest.skipUnless(IS_ALL, "not all cases are run")
class CoverageTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.checks = [check for path in cases().values() for check in load(path).checks]

    def ids(self, *kinds):
        """The ids in expectations of these kinds."""
        return {check.value for check in self.checks if check.kind in kinds}

    def test_every_diagnosis_is_expected_by_a_flow(self):
        self.assertEqual(sorted(set(diagnoses()) - self.ids("id", "also")), [])

    def test_every_diagnosis_has_a_near_miss(self):
        self.assertEqual(sorted(set(diagnoses()) - self.ids("never") - ALWAYS), [])

    def test_flows_expect_only_diagnoses_that_there_are(self):
        self.assertEqual(sorted(self.ids("id", "also", "never") - set(diagnoses())), [])


if __name__ == "__main__":
    unittest.main()
