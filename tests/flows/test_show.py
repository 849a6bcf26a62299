# SPDX-License-Identifier: GPL-2.0-or-later
"""The command that prints what the engine says of flows."""

import contextlib
import io
import os
import tempfile
import unittest

from . import show

FLOW = """\
a = 192.0.2.1
b = 198.51.100.2
0.0 a > b OPTIONS
0.1 b > a 200 OK
expect 2: %s
# proposed: a.b failure
"""


class ShowTest(unittest.TestCase):

    def run_on(self, *options):
        """(exit status, output) on a folder with a flow that holds and one that does not."""
        with tempfile.TemporaryDirectory() as folder:
            for name, verdict in (("one", "normal"), ("two", "failure")):
                with open(os.path.join(folder, name + ".flow"), "w", encoding="utf-8") as file:
                    file.write(FLOW % verdict)
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                status = show.main([*options, folder])
            return status, printed.getvalue().replace(folder + os.sep, "")

    def test_a_list_of_what_fails(self):
        status, text = self.run_on("-l")
        self.assertEqual((status, text.splitlines()), (1, [
            "== one.flow: holds", "   ? proposed: a.b failure", "== two.flow: 1 fail",
            "   !:5: message 2 (frame 2): verdict: 'failure' expected; there: 'normal'",
            "   ? proposed: a.b failure", "2 flows, 1 hold"]))

    def test_what_is_said(self):
        _, text = self.run_on()
        self.assertIn(" 2 (2) b > a SIP/2.0 200 OK\n", text)
        self.assertIn("\n       [normal] normal.success\n", text)
        self.assertNotIn("   | ", text)
        self.assertIn("\n       | SIP Explain: 200 OK", self.run_on("-t")[1])

    def test_advice_comes_before_what_else_the_message_says(self):
        codecs = os.path.join(os.path.dirname(os.path.abspath(__file__)), "media", "codec-mismatch.flow")
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            show.main(["-t", codecs])
        tree = printed.getvalue().partition("only telephone-event in common")[2].partition("ACK sip:")[0]
        places = [tree.index(row) for row in ("What happened", "Likely causes", "What to do", "Reference", "Warning 392")]
        self.assertEqual(places, sorted(places))

    def test_a_file_that_cannot_be_read(self):
        self.assertIn("nowhere", show.main(["nowhere.flow"]))


if __name__ == "__main__":
    unittest.main()
