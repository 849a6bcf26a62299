# SPDX-License-Identifier: GPL-2.0-or-later
"""sipexplain convert: a capture of a text log, with the same messages, ends and findings."""

import json
import os
import re
import subprocess

from lib.tshark import TSHARK
from log.layouts import BY_NAME, LAYOUTS, conversation, write

from .command import COMMAND, environment
from .test_check import PLUGINS, WITH_TSHARK, CheckTest, trouble

NOT_OF_THE_PLACE = ("severity", "verdict", "code", "diagnosis", "headline", "what_to_do", "messages", "conversations")


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

    def findings(self, path):
        """What check says of a capture or a log, where it was apart."""
        lines, _ = self.check("--format=json", path, status=1)
        return [{name: row[name] for name in NOT_OF_THE_PLACE} for row in map(json.loads, lines.splitlines())]

    def as_capture(self, layout, messages, clock, **more):
        """A log, and the capture that convert makes of it."""
        out = os.path.join(self.folder.name, "out.pcapng")
        log = self.write("x.log", write(layout, messages, clock, **more))
        self.convert(log, out)
        return log, out

    @WITH_TSHARK
    def test_capture_and_log_have_the_same_findings_with_every_clock(self):
        for layout in LAYOUTS:
            for clock in layout.clocks if layout is BY_NAME["asterisk_pjsip"] else layout.clocks[-1:]:
                with self.subTest(layout=layout.name, clock=clock):
                    log, out = self.as_capture(layout, trouble(), clock)
                    self.assertEqual(self.findings(log), self.findings(out))

    @WITH_TSHARK
    def test_times_are_as_fine_as_in_the_log(self):
        layout = BY_NAME["asterisk_pjsip"]
        for clock, shown in (("ms", "58.250000000"), ("s", "58.000000000"), (None, "")):
            _, out = self.as_capture(layout, conversation()[:1], clock)
            frame = subprocess.run([TSHARK, "-n", "-r", out, "-T", "fields", "-e", "frame.time"], capture_output=True,
                                   text=True, check=True, env={**environment(), "TZ": "UTC"}).stdout
            self.assertEqual("".join(re.findall(r":(\d\d\.\d+)", frame)), shown, frame)

    @WITH_TSHARK
    def test_a_log_holds_no_frame_twice(self):
        """Two equal records in one millisecond are sent twice; in a capture they would be captured twice."""
        invite = conversation()[0]
        for layout in (BY_NAME["asterisk_pjsip"], BY_NAME["sip_js"], BY_NAME["sngrep"], BY_NAME["direction_word"]):
            log, out = self.as_capture(layout, [invite, invite._replace(micros=invite.micros + 1000)], layout.clocks[0])
            seen = subprocess.run([TSHARK, "-n", "-r", out, "-T", "fields", "-e", "sipexplain.diagnosis"], text=True,
                                  capture_output=True, check=True,
                                  env={**environment(), "WIRESHARK_PLUGIN_DIR": PLUGINS}).stdout
            self.assertIn("retransmit.repeated", seen, layout.name)
            self.assertEqual(self.findings(log), self.findings(out))

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
