# SPDX-License-Identifier: GPL-2.0-or-later
"""Every .flow file below this folder: what the plugin says about it, in one pass and in two.

SX_FLOWS="auth/wrong* benign/*" runs only the cases whose names match.
"""

import concurrent.futures
import fnmatch
import glob
import os
import re
import shutil
import tempfile
import unittest

from lib.tshark import TsharkTest

from . import expect, seen
from .flow import load
from .wire import wire

FOLDER = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(FOLDER))
DETAILS = os.path.join(ROOT, "src", "knowledge", "en", "details", "*.md")
ROW = re.compile(r"^- ([a-z][a-z0-9-]*): (.+(?:\n  .+)*)", re.MULTILINE)
PLACEHOLDER = re.compile(r"\{[a-z]+(?::[a-z0-9_.]+)?\}")


def cases():
    """{name: path} of the cases to run."""
    found = {}
    for where, _, names in os.walk(FOLDER):
        for name in names:
            if name.endswith(".flow"):
                path = os.path.join(where, name)
                found[os.path.relpath(path, FOLDER)[:-len(".flow")]] = path
    wanted = os.environ.get("SX_FLOWS", "").split() or ["*"]
    return {name: path for name, path in sorted(found.items())
            if any(fnmatch.fnmatch(name, pattern) for pattern in wanted)}


def run(path, runner, capture_path):
    """What the plugin says otherwise than a .flow file expects, and the rows of it that are expected.

    runner: a TsharkTest.
    """
    flow = load(path)
    if not flow.checks:
        return ["%s:1: the case expects nothing" % path], []
    wired = wire(flow)
    wired.capture.write(capture_path)
    looks = {}
    for look, arguments in ((1, ()), (2, seen.SECOND_LOOK)):
        found = seen.packets(runner.tshark("-r", capture_path, *arguments, *seen.ARGUMENTS))
        unread = seen.unread(wired, found)
        if unread:
            return ["%s:%d: Wireshark sees no SIP in message %d" % (
                path, wired.sent[number - 1].step.line, number) for number in unread], []
        looks[look] = seen.by_message(wired, found)
    return expect.failures(flow, wired, looks), expect.rows(flow, looks)


def failures(path, runner, capture_path):
    """What the plugin says otherwise than a .flow file expects."""
    return run(path, runner, capture_path)[0]


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


class FlowTest(TsharkTest):
    """One test for each file; all captures are looked at side by side when the class starts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        runner = TsharkTest()
        runner.folder = tempfile.mkdtemp(prefix="sipexplain-")
        cls.addClassCleanup(shutil.rmtree, runner.folder)
        pool = concurrent.futures.ThreadPoolExecutor(os.cpu_count())
        cls.addClassCleanup(pool.shutdown)
        cls.results = {name: pool.submit(run, path, runner, os.path.join(
            runner.folder, name.replace("/", "_") + ".pcap")) for name, path in cases().items()}

    def test_there_are_cases(self):
        self.assertTrue(self.results, "no .flow file matches SX_FLOWS")

    @unittest.skipIf(os.environ.get("SX_FLOWS"), "not all cases are run")
    def test_every_row_of_details_is_expected_somewhere(self):
        among = templates()
        seen_rows = {row for result in self.results.values() for row in result.result()[1]}
        self.assertEqual(sorted(set(among) - {template_of(row, among) for row in seen_rows}), [])


def _test_of(name):
    def test(self):
        problems = self.results[name].result()[0]
        if problems:
            self.fail("\n" + "\n".join(problems))
    return test


for _name in cases():
    setattr(FlowTest, "test_" + _name, _test_of(_name))

if __name__ == "__main__":
    unittest.main()
