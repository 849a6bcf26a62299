# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the blocks of docs/many-captures.md as they stand, where their programs are there.

The queries need a PostgreSQL that psql reaches without more words: PGDATABASE names an empty database. The block over
hosts needs SX_HOSTS=yes and hosts "one" and "two" in ~/.ssh/config.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from captures.make_sample import make

from .command import BUILD, environment
from .test_check import PLUGINS, WITH_TSHARK

DOCS = os.path.join(os.path.dirname(__file__), os.pardir, os.pardir, "docs", "many-captures.md")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
PROGRAMS = ("parallel", "jq", "psql")
MAPPED = {"long": int, "integer": int, "double": float}
VERDICTS = {"failure", "anomaly", "violation"}


def blocks(kind):
    with open(DOCS, encoding="utf-8") as file:
        return [text for of, text in BLOCK.findall(file.read()) if of == kind]


def missing(block):
    """Why a block cannot run here; None: it can."""
    for program in PROGRAMS:
        if re.search(rf"(?m)^{program} |\| {program} |\b{program} -", block) and not shutil.which(program):
            return "no " + program
    if "psql" in block and not os.environ.get("PGDATABASE"):
        return "no PGDATABASE"
    if "--sshlogin" in block and not os.environ.get("SX_HOSTS"):
        return "no SX_HOSTS"
    return None


@WITH_TSHARK
class ManyCapturesTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        os.mkdir(cls.path("captures"))
        for name in ("calls.pcap", "more calls.pcap"):
            make().write(cls.path("captures", name))
        passed_on = {name: value for name, value in os.environ.items() if name.startswith("PG") or name in ("USER", "LOGNAME")}
        cls.environment = {**environment(), **passed_on, "WIRESHARK_PLUGIN_DIR": PLUGINS,
                           "PATH": BUILD + os.pathsep + os.environ["PATH"]}
        cls.skipped, cls.statuses = {}, {}
        for block in blocks("sh"):
            reason = missing(block)
            if reason:
                cls.skipped[block] = reason
                continue
            done = subprocess.run(["bash", "-c", block], cwd=cls.folder, env=cls.environment, check=False,
                                  capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL)
            cls.statuses[block] = (done.returncode, done.stdout, done.stderr)

    @classmethod
    def path(cls, *names):
        return os.path.join(cls.folder, *names)

    def lines(self, name):
        if not os.path.exists(self.path(name)):
            self.skipTest(f"{name} was not made: " + ", ".join(sorted(set(self.skipped.values()))))
        with open(self.path(name), encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def test_every_block_works_or_says_what_it_lacks(self):
        for block, (status, _, err) in self.statuses.items():
            with self.subTest(block=block):
                self.assertEqual(status, 2 if "parallel" in block else 0, err)  # 2: both files have failures
        for block, reason in self.skipped.items():
            with self.subTest(block=block):
                self.skipTest(reason)

    def test_every_finding_names_its_file(self):
        findings = self.lines("findings.json")
        self.assertEqual({finding["file"] for finding in findings}, {"captures/calls.pcap", "captures/more calls.pcap"})
        self.assertTrue({finding["verdict"] for finding in findings} <= VERDICTS)

    def test_every_call_names_its_file(self):
        self.assertEqual({call["file"] for call in self.lines("calls.json")},
                         {"captures/calls.pcap", "captures/more calls.pcap"})

    def test_the_bulk_file_of_calls(self):
        lines, calls = self.lines("calls.ndjson"), self.lines("calls.json")
        self.assertEqual(lines[1::2], calls)
        self.assertEqual(lines[0::2], [{"index": {"_index": "sip-calls"}}] * len(calls))

    def test_the_mapping_fits_the_messages(self):
        mapping = self.lines_of_document("mapping.json")
        types = mapping["mappings"]["properties"]["layers"]["properties"]["sipexplain"]["properties"]
        self.assertEqual(types["sipexplain_sipexplain_code"]["type"], "integer")
        self.assertEqual(types["sipexplain_sipexplain_answer_time"]["type"], "double")
        messages = self.lines("messages.ndjson")
        self.assertTrue(messages)
        self.assertFalse([line for line in messages[0::2] if set(line["index"]) != {"_index"}])
        for message in messages[1::2]:
            for name, values in message["layers"]["sipexplain"].items():
                for value in values if isinstance(values, list) else [values]:
                    if name in types:
                        MAPPED[types[name]["type"]](value)

    def lines_of_document(self, name):
        if not os.path.exists(self.path(name)):
            self.skipTest(f"{name} was not made")
        with open(self.path(name), encoding="utf-8") as file:
            return json.load(file)

    def test_the_queries(self):
        if not os.environ.get("PGDATABASE") or not shutil.which("psql"):
            self.skipTest("no PGDATABASE or no psql")
        for query in blocks("sql"):
            with self.subTest(query=query):
                done = subprocess.run(["psql", "-qAt", "-v", "ON_ERROR_STOP=1", "-c", query], env=self.environment,
                                      capture_output=True, encoding="utf-8", check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertTrue(done.stdout)


if __name__ == "__main__":
    unittest.main()
