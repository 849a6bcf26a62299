# SPDX-License-Identifier: GPL-2.0-or-later
"""The lines of a tree: what is said there once, though fields have it for each finding."""

import os
import tempfile
import unittest

from . import native
from .flow import load
from .wire import wire

PROGRAM = os.environ.get("SX_FLOW_LOOK", "")
ENDS = "a = 192.0.2.1\nb = 198.51.100.2\n"


class LinesTest(unittest.TestCase):

    def explanation(self, text, frame):
        """What is said of a frame of a flow in the second look."""
        with tempfile.NamedTemporaryFile("w", suffix=".flow", encoding="utf-8") as file:
            file.write(ENDS + text)
            file.flush()
            wired = wire(load(file.name))
        return native.explanations(PROGRAM, [native.feed("flow", wired)])["flow", 2][frame][0]

    def lines(self, text, frame):
        """The lines of a frame, without blanks around them."""
        return [line.strip() for line in native.lines(self.explanation(text, frame))]

    def test_a_missing_header_is_told_once(self):
        text = "0.0 a > b SUBSCRIBE\n0.1 b > a 489 Bad Event\n"
        said = [line for line in self.lines(text, 2) if "Allow-Events" in line]
        self.assertEqual(said, ["The answer has no Allow-Events, so it does not say what this"
                                " server offers"])
        self.assertIn("Allow-Events", native.seen(self.explanation(text, 2)).values("missing_header"))

    def test_a_missing_header_is_told_by_the_finding_that_leads(self):
        text = "0.0 a > b MESSAGE\n0.1 b > a 405 Method Not Allowed\n"
        said = [line for line in self.lines(text, 2) if "no Allow" in line or "without Allow" in line]
        self.assertEqual(said[1:], ["405 without Allow (RFC 3261 section 21.4.6)"])
        self.assertIn("The response has no Allow header",
                      native.seen(self.explanation(text, 2)).values("evidence"))

    def test_a_header_that_may_be_missing_is_told(self):
        text = "0.0 a > b MESSAGE\n0.1 b > a 501 Not Implemented\n"
        self.assertIn("The response has no Allow header", self.lines(text, 2))

    def test_a_method_is_not_named_twice_in_a_row(self):
        text = "0.0 a > b INVITE\n    -Contact\n0.1 b > a 200 OK\n0.2 a > b ACK\n0.3 a > b BYE\n"
        self.assertEqual(self.lines(text, 1)[0], "SIP Explain: INVITE without Contact: it does not"
                                                 " say where later requests go")
        self.assertIn("SIP Explain: ACK - acknowledges", self.lines(text, 3)[0])

    def test_how_long_it_rang_is_told_in_headline_and_verdict(self):
        text = "0.0 a > b INVITE\n0.5 b > a 180 Ringing\n30.5 b > a 486 Busy Here\n30.6 a > b ACK\n"
        self.assertEqual(sum("30 s" in line for line in self.lines(text, 3)), 2)


if __name__ == "__main__":
    unittest.main()
