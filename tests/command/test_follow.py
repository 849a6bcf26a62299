# SPDX-License-Identifier: GPL-2.0-or-later
"""sipexplain check --follow: findings as a log grows."""

import json
import os
import select
import signal
import subprocess
import unittest

from log.layouts import BY_NAME, LAYOUTS, conversation, write

from .command import COMMAND, CommandTest, environment
from .test_check import trouble
from .test_mask import originals

LAYOUT = BY_NAME["asterisk_pjsip"]


class FollowTest(CommandTest):

    def begin(self, *args):
        process = subprocess.Popen([COMMAND, "check", "--follow", *args, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=environment(), bufsize=0)
        self.addCleanup(lambda: [stream.close() for stream in (process.stdin, process.stdout, process.stderr)])
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def follow(self, data, *args):
        """What it says of a log that ends, and its exit status."""
        done = subprocess.run([COMMAND, "check", "--follow", *args, "-"], input=data, capture_output=True, check=False,
                              env=environment())
        self.assertEqual(done.stderr, b"")
        return done.stdout.decode(), done.returncode

    def said(self, process, seconds):
        """What can be read within that time."""
        out = b""
        while select.select([process.stdout], [], [], seconds)[0]:
            piece = os.read(process.stdout.fileno(), 65536)
            if not piece:
                break
            out += piece
            seconds = 0.3
        return out.decode()

    def test_a_finding_is_said_when_it_comes(self):
        sent = trouble()
        process = self.begin()
        process.stdin.write(write(LAYOUT, sent[:3], "ms"))
        self.assertEqual(self.said(process, 0.5), "")
        process.stdin.write(write(LAYOUT, sent[3:5], "ms"))
        out = self.said(process, 10)
        self.assertIn("1. wrong credentials", out)
        self.assertIn("auth.wrong-credentials", out)
        self.assertNotIn("SIP messages", out)

    def test_ctrl_c_ends_it_with_a_summary(self):
        process = self.begin()
        process.stdin.write(write(LAYOUT, trouble(), "ms"))
        self.said(process, 10)
        process.send_signal(signal.SIGINT)
        out = self.said(process, 10)
        self.assertEqual(process.wait(), 130)
        self.assertIn("SIP messages", out)
        self.assertIn("ack.missing", out)
        self.assertEqual(process.stderr.read(), b"")

    def test_interrupted_before_anything_came(self):
        process = self.begin()
        self.assertEqual(self.said(process, 0.5), "")
        process.send_signal(signal.SIGINT)
        self.assertEqual((process.wait(), process.stdout.read(), process.stderr.read()), (130, b"", b""))

    def test_each_finding_once_a_conversation(self):
        other = [one._replace(data=one.data.replace(b"call-1", b"call-2").replace(b"reg-1", b"reg-2").replace(
            b"To: <sip:example.com>", b"To: <sip:1003@example.com>")) for one in trouble()]
        answers = trouble()[-1:] * 5
        for layout in LAYOUTS:
            out, status = self.follow(write(layout, trouble() + answers + other, layout.clocks[-1]), "--format=json")
            found = [(row["diagnosis"], row["file"]) for row in map(json.loads, out.splitlines())]
            self.assertEqual(sorted(set(found)), [(name, "-") for name in (
                "ack.missing", "auth.wrong-credentials", "retransmit.repeated")], layout.name)
            self.assertEqual((len(found), status), (6, 1), layout.name)

    def test_normal_traffic_says_nothing(self):
        for layout in LAYOUTS:
            data = write(layout, conversation(), layout.clocks[0], between=layout.noise)
            self.assertEqual(self.follow(data, "--format=json"), ("", 0), layout.name)
        out, status = self.follow(data)
        self.assertIn("Nothing is wrong", out)
        self.assertEqual(status, 0)

    def test_csv_has_its_header_once(self):
        lines = self.follow(write(LAYOUT, trouble(), "ms"), "--format=csv")[0].splitlines()
        self.assertEqual([line.split(",")[0] for line in lines], ["file", "-", "-", "-"])

    def test_nothing_is_left_of_a_masked_log(self):
        data, gone = write(LAYOUT, trouble(), "ms"), originals(one.data for one in trouble())
        for format_ in ("--format=text", "--format=csv", "--format=json"):
            plain, masked = (self.follow(data, format_, *mask)[0].encode() for mask in ((), ("--mask-key=one",)))
            self.assertTrue([word for word in gone if word in plain], format_)
            self.assertEqual([word for word in gone if word in masked], [], format_)
            self.assertIn(b"auth.wrong-credentials", masked)

    def test_the_border_of_the_exit_status(self):
        data = write(LAYOUT, trouble()[4:], "ms")
        self.assertEqual([self.follow(data, "--fail-on=" + verdict)[1] for verdict in ("anomaly", "violation")], [1, 0])

    def test_what_is_no_log(self):
        done = subprocess.run([COMMAND, "check", "--follow", "-"], input=b"nothing\n" * 9, capture_output=True, check=False,
                              env=environment())
        self.assertEqual((done.returncode, done.stdout, len(done.stderr.splitlines())), (2, b"", 1))

    def test_wrong_usage(self):
        for args in (("x.log",), ("-", "-"), ("--format=html", "-"), ("--output=x", "-"), ()):
            self.wrong_usage("check", "--follow", *args)


if __name__ == "__main__":
    unittest.main()
