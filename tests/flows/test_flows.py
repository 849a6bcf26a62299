# SPDX-License-Identifier: GPL-2.0-or-later
"""Every .flow file below this folder: what the plugin says about it, in one pass and in two.

SX_FLOWS="auth/wrong* benign/*" runs only the cases whose names match.
"""

import concurrent.futures
import fnmatch
import os
import shutil
import tempfile
import unittest

from lib.tshark import TsharkTest

from . import expect, seen
from .flow import load
from .wire import wire

FOLDER = os.path.dirname(os.path.abspath(__file__))


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


def failures(path, runner, capture_path):
    """What the plugin says otherwise than a .flow file expects; runner: a TsharkTest."""
    flow = load(path)
    if not flow.checks:
        return ["%s:1: the case expects nothing" % path]
    wired = wire(flow)
    wired.capture.write(capture_path)
    looks = {}
    for look, arguments in ((1, ()), (2, seen.SECOND_LOOK)):
        found = seen.packets(runner.tshark("-r", capture_path, *arguments, *seen.ARGUMENTS))
        unread = seen.unread(wired, found)
        if unread:
            return ["%s:%d: Wireshark sees no SIP in message %d" % (
                path, wired.sent[number - 1].step.line, number) for number in unread]
        looks[look] = seen.by_message(wired, found)
    return expect.failures(flow, wired, looks)


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
        cls.results = {name: pool.submit(failures, path, runner, os.path.join(
            runner.folder, name.replace("/", "_") + ".pcap")) for name, path in cases().items()}

    def test_there_are_cases(self):
        self.assertTrue(self.results, "no .flow file matches SX_FLOWS")


def _test_of(name):
    def test(self):
        problems = self.results[name].result()
        if problems:
            self.fail("\n" + "\n".join(problems))
    return test


for _name in cases():
    setattr(FlowTest, "test_" + _name, _test_of(_name))

if __name__ == "__main__":
    unittest.main()
