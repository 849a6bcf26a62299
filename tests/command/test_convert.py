# SPDX-License-Identifier: GPL-2.0-or-later
"""sipexplain convert: a capture of a text log, with the same messages, ends and findings."""

import json
import os
import subprocess

from lib.tshark import TSHARK
from log.layouts import LAYOUTS, conversation

from .command import COMMAND, environment
from .test_check import PLUGINS, WITH_TSHARK, CheckTest


class ConvertTest(CheckTest):

    def convert(self, *args, status=0, **more):
        done = subprocess.run([COMMAND, "convert", *args], capture_output=True, check=False, env=environment(), **more)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def test_what_is_no_log_leaves_no_capture(self):
        out = os.path.join(self.folder.name, "out.pcapng")
        self.convert(self.write("x.txt", b"nothing\n"), out, status=2)
        self.assertEqual(os.listdir(self.folder.name), ["x.txt"])

    def test_wrong_usage(self):
        for args in ((), ("one",), ("one", "two", "three")):
            self.assertEqual(len(self.convert(*args, status=2).stderr.splitlines()), 1)

    @WITH_TSHARK
    def test_every_layout_as_a_capture_holds_the_same_messages(self):
        out = os.path.join(self.folder.name, "out.pcapng")
        for layout in LAYOUTS:
            with self.subTest(layout=layout.name):
                log = self.log(layout)
                self.convert(log, out)
                seen = subprocess.run([TSHARK, "-n", "-r", out, "-T", "fields", "-e", "sip.Method", "-e", "sip.Status-Code"],
                                      capture_output=True, text=True, check=True, env=environment()).stdout
                self.assertEqual(seen.split(), ["INVITE", "100", "404"])

    @WITH_TSHARK
    def test_capture_and_log_have_the_same_findings(self):
        out = os.path.join(self.folder.name, "out.pcapng")
        log = self.log()
        self.convert(log, out)
        of_log, of_capture = ([(row["diagnosis"], row["headline"], row["messages"]) for row in map(json.loads, lines.splitlines())]
                              for lines, _ in (self.check("--format=json", path, status=1) for path in (log, out)))
        self.assertEqual(of_log, of_capture)

    @WITH_TSHARK
    def test_standard_input_and_output(self):
        with open(self.log(), "rb") as stream:
            capture = self.convert("-", "-", stdin=stream).stdout
        seen = subprocess.run([TSHARK, "-n", "-r", "-", "-T", "fields", "-e", "ip.src", "-e", "sip.CSeq.method"],
                              input=capture, capture_output=True, check=True, env=environment()).stdout
        self.assertEqual(seen.decode().split().count("INVITE"), len(conversation()[:3]))


if __name__ == "__main__":
    import unittest
    unittest.main()
