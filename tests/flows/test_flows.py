# SPDX-License-Identifier: GPL-2.0-or-later
"""Every .flow file below this folder: what the engine says about it, in one pass and in a second look.

SX_FLOWS="auth/wrong* benign/*" runs only the cases whose names match, SX_FLOW_FOLDER those of another folder.
SX_FLOW_LOOK is the program made of look.c.
"""

import os
import unittest

from . import expect, native, seen
from .cases import IS_ALL, cases, template_of, templates
from .doubles import common_words, doubles
from .flow import load
from .wire import wire

PROGRAM = os.environ.get("SX_FLOW_LOOK", "")
MOST_DOUBLED = 0.03  # of all trees: those with two rows that share most of their words


class FlowTest(unittest.TestCase):
    """One test for each file; all of them are fed to one process when the class starts."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.flows = {name: load(path) for name, path in cases().items()}
        cls.wired = {name: wire(flow) for name, flow in cls.flows.items()}
        found = native.explanations(PROGRAM, [native.feed(name, wired)
                                              for name, wired in cls.wired.items()])
        cls.looks = {name: {look: seen.by_message(wired, native.packets(found.get((name, look), {})))
                            for look in (1, 2)} for name, wired in cls.wired.items()}

    def test_there_are_cases(self):
        self.assertTrue(self.flows, "no .flow file matches SX_FLOWS")

    @unittest.skipUnless(IS_ALL, "not all cases are run")
    def test_every_row_of_details_is_expected_somewhere(self):
        among = templates()
        seen_rows = {row for name, flow in self.flows.items()
                     for row in expect.rows(flow, self.looks[name])}
        self.assertEqual(sorted(set(among) - {template_of(row, among) for row in seen_rows}), [])

    def test_rows_that_say_the_same_are_doubles(self):
        common = common_words()
        rows = ["1. Another branch of the call was answered", "The branch was answered by another",
                "The call of frame 2", "Call 2"]
        self.assertEqual(doubles(rows, common), [(rows[0], rows[1])])

    @unittest.skipUnless(IS_ALL, "not all cases are run")
    def test_few_trees_say_a_thing_twice(self):
        common = common_words()
        trees = [tree.values("row") for looks in self.looks.values() for look in looks.values()
                 for tree in look.values() if tree.values("row")]
        self.assertLess(sum(bool(doubles(rows, common)) for rows in trees),
                        MOST_DOUBLED * len(trees))


def _test_of(name):
    def test(self):
        flow = self.flows[name]
        self.assertTrue(flow.checks, "%s:1: the case expects nothing" % flow.path)
        problems = expect.failures(flow, self.wired[name], self.looks[name])
        if problems:
            self.fail("\n" + "\n".join(problems))
    return test


for _name in cases():
    setattr(FlowTest, "test_" + _name, _test_of(_name))

if __name__ == "__main__":
    unittest.main()
