# SPDX-License-Identifier: GPL-2.0-or-later
"""--mask: nothing of who spoke is left in any output, the findings are the same."""

import json
import os
import re
import subprocess

from lib import pcap
from log.layouts import BY_NAME, conversation, write

from .command import COMMAND, environment
from .test_check import PHONE, SERVER, WITH_TSHARK, CheckTest, trouble

FORMATS = ("text", "csv", "json", "markdown", "html")
ADDRESS = re.compile(rb"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b")
NAME = re.compile(rb'sip:([\w.+-]+)@([\w.-]+)|(?:username|realm)="([^"]+)"|^Call-ID: ([^\r@]+)', re.MULTILINE)
KEPT = {b"127.0.0.1"}


def originals(messages):
    text = b"\n".join(messages)
    return ({word for groups in NAME.findall(text) for word in groups if len(word) > 3} | set(ADDRESS.findall(text))) - KEPT


def left(words, out):
    """Those that are there; an address as a whole, for a token may begin like one."""
    return [word for word in words if re.search(re.escape(word) + (rb"(?!\d)" if ADDRESS.fullmatch(word) else b""), out)]


class MaskTest(CheckTest):

    def trouble_log(self):
        return self.write("customer.log", write(BY_NAME["asterisk_pjsip"], trouble(), "ms"))

    def trouble_capture(self):
        capture = pcap.Capture()
        for data, by_server, _ in trouble():
            capture.udp(*((SERVER, PHONE) if by_server else (PHONE, SERVER)), data)
        return self.capture("customer.pcap", capture)

    def assert_masked(self, path, variables=None):
        gone = originals(one.data for one in trouble()) | {b"192.0.2.10", b"198.51.100.5", self.folder.name.encode()}
        for format_ in FORMATS:
            plain, _ = self.check("--format=" + format_, "--all", path, status=1, variables=variables or {})
            out, _ = self.check("--format=" + format_, "--all", "--mask-key=7", path, status=1, variables=variables or {})
            self.assertTrue([word for word in gone if word in plain.encode()], format_)
            self.assertEqual(left(gone, out.encode()), [], format_)

    def ids(self, *args):
        out, _ = self.check("--format=json", *args, status=1)
        return [(row["diagnosis"], row["verdict"], row["messages"], row["conversations"]) for row in map(json.loads, out.splitlines())]

    def convert(self, *args):
        subprocess.run([COMMAND, "convert", *args], check=True, env=environment())

    def test_nothing_is_left_of_a_log(self):
        self.assert_masked(self.trouble_log(), {"PATH": "/nowhere"})

    def test_findings_of_a_log_are_the_same(self):
        path = self.trouble_log()
        self.assertEqual(self.ids("--mask", path), self.ids(path))

    def test_a_key_gives_the_same_tokens_and_none_gives_others(self):
        path = self.trouble_log()
        texts = [self.check("--all", *args, path, status=1)[0] for args in
                 (("--mask-key=one",), ("--mask-key=one",), ("--mask-key=two",), ("--mask",), ("--mask",))]
        self.assertEqual(texts[0], texts[1])
        self.assertEqual(len(set(texts)), 4)

    def test_an_empty_key_is_none(self):
        path = self.trouble_log()
        texts = {self.check("--all", *args, path, status=1)[0] for args in ((), ("--mask-key=",), ("--mask-key=",))}
        self.assertEqual([len(texts), len([text for text in texts if "alice" in text])], [3, 1])

    def test_nothing_is_left_in_a_converted_log(self):
        out = os.path.join(self.folder.name, "out.pcapng")
        self.convert("--mask", self.trouble_log(), out)
        with open(out, "rb") as file:
            data = file.read()
        gone = originals(one.data for one in trouble())
        self.assertIn(b"REGISTER", data)
        self.assertEqual([word for word in gone if word in data], [])

    def test_a_report_says_whether_it_is_masked(self):
        path = self.trouble_log()
        self.assertIn("--mask masks them", self.check("--format=html", path, status=1)[0])
        self.assertIn("hosts and addresses are masked", self.check("--format=html", "--mask", path, status=1)[0])

    @WITH_TSHARK
    def test_nothing_is_left_of_a_capture(self):
        path = self.trouble_capture()
        self.assert_masked(path)
        self.assertEqual(self.ids("--mask", path), self.ids(path))

    @WITH_TSHARK
    def test_a_masked_log_and_its_masked_capture_say_the_same(self):
        out, log = os.path.join(self.folder.name, "out.pcapng"), self.trouble_log()
        self.convert("--mask-key=one", log, out)
        plain, masked = ([row["headline"] for row in map(json.loads, self.check("--format=json", *args, status=1)[0].splitlines())]
                         for args in ((out,), ("--mask-key=one", log)))
        self.assertEqual(plain, masked)

    @WITH_TSHARK
    def test_a_plugin_that_cannot_mask_tells_nothing(self):
        """Without the preference tshark ends before it reads: never an unmasked report."""
        out, err = self.check("--mask", self.trouble_capture(), status=2, variables={"WIRESHARK_PLUGIN_DIR": "/nowhere"})
        self.assertEqual(out, "")
        self.assertTrue(err)


if __name__ == "__main__":
    import unittest
    unittest.main()
