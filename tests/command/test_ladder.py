# SPDX-License-Identifier: GPL-2.0-or-later
"""Ladders in the HTML of check: what is drawn, what is marked, what is left out."""

import re
import shutil
import subprocess
import unittest
import xml.etree.ElementTree as xml

from lib import pcap, sip
from log.layouts import BY_NAME, Sent, conversation, write

from .test_check import PHONE, SERVER, SECOND, WITH_TSHARK, CheckTest, trouble

SVG = re.compile(r"<svg.*?</svg>", re.DOTALL)


def refused(call, before=0):
    """An INVITE that is refused behind so many provisional responses."""
    invite = sip.request("INVITE", call=call)
    return [(False, invite), *[(True, sip.response(180, "Ringing", invite))] * before, (True, sip.response(503, "Service Unavailable", invite))]


class LadderTest(CheckTest):

    def log_of(self, messages):
        start = conversation()[0].micros
        sent = [Sent(data, by_server, start + i * SECOND) for i, (by_server, data) in enumerate(messages)]
        return self.write("test.log", write(BY_NAME["asterisk_pjsip"], sent, "ms"))

    def drawn(self, path, *args):
        out, _ = self.check("--format=html", *args, path, status=1)
        return out, [xml.fromstring(svg) for svg in SVG.findall(out)]

    def labels(self, svg, kind="n"):
        return [text.text for text in svg.iter("{http://www.w3.org/2000/svg}text") if text.get("class") == kind]

    def marked(self, svg):
        groups = [group for group in svg.iter("{http://www.w3.org/2000/svg}g") if "bad" in group.get("class")]
        return [label for group in groups for label in self.labels(group)]

    def test_messages_ends_times_and_the_failing_one(self):
        _, (svg,) = self.drawn(self.log_of(refused("a", 1)))
        self.assertEqual(self.labels(svg), ["INVITE", "180 Ringing", "503 Service Unavailable"])
        self.assertEqual(self.marked(svg), ["503 Service Unavailable"])
        self.assertEqual(self.labels(svg, "t"), ["+0.000 s", "+1.000 s", "+2.000 s"])
        self.assertEqual(len(self.labels(svg, "a")), 2)
        self.assertTrue(all(re.fullmatch(r"line \d+", text) for text in self.labels(svg, "f")))

    def test_what_went_well_is_not_drawn(self):
        invite = sip.request("OPTIONS")
        out, _ = self.check("--format=html", self.log_of([(False, invite), (True, sip.response(200, "OK", invite))]), status=0)
        self.assertNotIn("<svg", out)

    def test_other_formats_have_none(self):
        for format_ in ("text", "csv", "json", "markdown"):
            self.assertNotIn("<svg", self.check("--format=" + format_, self.log_of(refused("a")), status=1)[0])

    def test_a_long_call_is_bounded_and_says_so(self):
        _, (svg,) = self.drawn(self.log_of(refused("a", 100)))
        self.assertLessEqual(len(self.labels(svg)), 41)
        self.assertEqual(self.marked(svg), ["503 Service Unavailable"])
        gaps = self.labels(svg, "g")
        self.assertEqual([int(re.search(r"\d+", gap)[0]) + len(self.labels(svg)) for gap in gaps], [102])

    def test_many_failed_calls_are_bounded_and_it_says_so(self):
        out, drawn = self.drawn(self.log_of([one for i in range(30) for one in refused("call-%d" % i)]))
        self.assertEqual(len(drawn), 20)
        self.assertIn("10 more conversations failed, not drawn", out)

    def test_the_page_has_no_script_and_no_request(self):
        out, _ = self.drawn(self.log_of(refused("a")))
        self.assertNotRegex(out, r"<script|<link|<img|src=|url\(|@import")

    def test_masked(self):
        out, _ = self.drawn(self.log_of(refused("a")), "--mask")
        self.assertNotRegex(out, r"198\.51\.100\.5\b|192\.0\.2\.10\b|alice|example\.com")

    @unittest.skipUnless(shutil.which("tidy"), "tidy is not there")
    def test_the_page_is_valid(self):
        out, _ = self.drawn(self.log_of([(by_server, data) for data, by_server, _ in trouble()]))
        done = subprocess.run(["tidy", "-q", "-e"], input=out, capture_output=True, text=True, check=False)
        self.assertEqual(done.stderr, "")

    @WITH_TSHARK
    def test_captures_are_drawn_alike(self):
        capture = pcap.Capture()
        for by_server, data in refused("a", 1):
            capture.udp(*((SERVER, PHONE) if by_server else (PHONE, SERVER)), data)
        _, (svg,) = self.drawn(self.capture("test.pcap", capture))
        self.assertEqual(self.labels(svg), ["INVITE", "180 Ringing", "503 Service Unavailable"])
        self.assertEqual(self.marked(svg), ["503 Service Unavailable"])
        self.assertEqual(self.labels(svg, "a"), [PHONE[0], SERVER[0]])
        self.assertEqual(self.labels(svg, "f"), ["frame 1", "frame 2", "frame 3"])

    @WITH_TSHARK
    def test_hostile_names_stay_text(self):
        invite = sip.request("INVITE", from_uri='sip:"><script>@example.com')
        capture = pcap.Capture()
        capture.udp(PHONE, SERVER, invite)
        capture.udp(SERVER, PHONE, sip.response(403, "</svg><script>", invite))
        out, drawn = self.drawn(self.capture("test.pcap", capture))
        self.assertNotIn("<script", out)
        self.assertEqual(len(drawn), 1)


if __name__ == "__main__":
    unittest.main()
