# SPDX-License-Identifier: GPL-2.0-or-later
"""The Wireshark window: columns, packet details and display filter, as a user sees them.

SX_SCREENSHOTS=FOLDER keeps a picture of the screen at the end of each test (needs ImageMagick).
"""

import os
import shutil
import tempfile
import unittest

from lib import pcap, sip
from lib.tshark import TsharkTest

from .desktop import Desktop, NoDisplay, what_is_missing

PHONE, PROXY = ("192.0.2.10", 5060), ("192.0.2.20", 5060)
KEEPALIVES = 40  # frames between the call and the last response: more than the list has room for
COLUMNS = ('"No.","%m","Code","%Cus:sipexplain.code:0:R",'
           '"Verdict","%Cus:sipexplain.verdict:0:R","Info","%i"')
OPTIONS = (
    "-n", "-o", "gui.column.format:" + COLUMNS,
    "-o", "gui.update.enabled:FALSE",
    "-o", "gui.ask_unsaved:FALSE",
    "-o", "gui.layout_type:1",  # list above details, both as wide as the window
    "-o", "gui.layout_content_3:NONE",
)


def make_capture(path):
    """Writes the capture; returns {what: frame} and the [[number, code, verdict]] of all frames."""
    capture = pcap.Capture()
    frames, rows = {}, []

    def add(source, target, message, name=None, code="", verdict=""):
        number = capture.udp(source, target, message)
        rows.append([str(number), code, verdict])
        frames[name or number] = number

    def answer(request, code, phrase, verdict, headers=(), name=None):
        message = sip.response(code, phrase, request, headers)
        add(PROXY, PHONE, message, name or code, str(code), verdict)
        return message

    register = sip.request("REGISTER", "sip:example.com", call="reg")
    add(PHONE, PROXY, register)
    answer(register, 401, "Unauthorized", "normal",
           [("WWW-Authenticate", 'Digest realm="example.com", nonce="n1"')])
    register = sip.request("REGISTER", "sip:example.com", [
        ("Authorization", 'Digest username="alice", realm="example.com", nonce="n1", '
                          'uri="sip:example.com", response="00000000000000000000000000000000"'),
    ], call="reg", cseq=2)
    add(PHONE, PROXY, register)
    answer(register, 200, "OK", "normal", [("Contact", "<sip:alice@192.0.2.10>;expires=60")])
    invite = sip.request("INVITE", call="busy")
    add(PHONE, PROXY, invite)
    answer(invite, 100, "Trying", "normal")
    answer(invite, 180, "Ringing", "normal")
    busy = answer(invite, 486, "Busy Here", "user-action")
    add(PHONE, PROXY, sip.ack(invite, busy))
    for i in range(KEEPALIVES):
        add(PHONE, PROXY, b"\r\n\r\n", "keepalive %d" % i)
    publish = sip.request("PUBLISH", call="publish")
    add(PHONE, PROXY, publish)
    answer(publish, 405, "Method Not Allowed", "violation")
    capture.write(path)
    return frames, rows


class GuiTest(TsharkTest):
    """One Wireshark window for all tests; each selects and filters what it needs itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        missing = what_is_missing()
        if missing:
            raise unittest.SkipTest("not installed: " + missing)
        folder = tempfile.mkdtemp(prefix="sipexplain-gui-")
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        capture = os.path.join(folder, "gui-test.pcap")
        cls.frames, cls.rows = make_capture(capture)
        try:
            cls.gui = Desktop(folder, capture, OPTIONS)
        except NoDisplay as problem:
            raise unittest.SkipTest("no display: %s" % problem) from None
        cls.addClassCleanup(cls.gui.close)

    def setUp(self):
        super().setUp()
        self.check_rows(self.rows)
        self.go_to_first()
        self.gui.fold()

    def tearDown(self):
        self.gui.screenshot(self.id().rpartition(".")[2])
        self.assertIsNone(self.gui.wireshark.poll(), "Wireshark must still run")
        self.assertNotIn("sipexplain", self.gui.log("wireshark"))

    def listed(self):
        """[[number, code, verdict]] as the packet list shows them now."""
        return [row[:3] for row in self.gui.seen.get("list", {}).get("rows", [])]

    def check_rows(self, rows):
        """Waits until the packet list has so many rows, and compares them."""
        self.gui.wait(lambda: len(self.listed()) == len(rows), "%d rows" % len(rows))
        self.assertEqual(self.listed(), rows)

    def go_to_last(self):
        """Shows the last frame, scrolling the list."""
        self.gui.press("ctrl+End")
        return self.gui.wait_for_details("Frame %d:" % len(self.rows))

    def go_to_first(self):
        """Shows the first frame, scrolling the list."""
        self.gui.press("ctrl+Home")
        return self.gui.wait_for_details("Frame 1:")

    def test_columns(self):
        self.assertEqual(self.gui.seen["list"]["headers"], ["No.", "Code", "Verdict", "Info"])

    def test_columns_and_details_on_later_visits(self):
        codes = 401, 200, 180, 486
        for code in codes + codes[::-1]:
            details = self.gui.select(self.frames[code])
            self.assertIn("SIP Explain: %d " % code, details[-1])
        self.assertIn("SIP Explain: REGISTER - answered with 401 in frame 2: ", self.gui.select(1)[-1])
        self.assertIn("SIP Explain: 405 Method Not Allowed - ", self.go_to_last()[-1])
        self.assertIn("SIP Explain: REGISTER - ", self.go_to_first()[-1])
        self.check_rows(self.rows)

    def test_details_of_a_response(self):
        self.assertRegex(self.gui.select(self.frames[486])[-1],
                         "^SIP Explain: 486 Busy Here - [a-z]")
        self.gui.expand("SIP Explain: ")
        rows = self.gui.details()
        rows = rows[next(i for i, row in enumerate(rows) if row.startswith("SIP Explain")) + 1:]
        for row in ("Verdict: user-action, answers frame 5 after 30 ms, rang for 10 ms", "Request in frame: 5",
                    "What happened: callee.busy", "Likely causes", "What to do", "About 486 Busy Here"):
            self.assertIn(row, rows)
        for start in ("Answered by: ", "What it means: ", "When you see it: ", "Reference: RFC 3261",
                      "Related codes: 480, 600"):
            self.assertTrue(any(row.startswith(start) for row in rows), (start, rows))
        for title in ("Likely causes", "What to do"):
            self.assertRegex(rows[rows.index(title) + 1], "^1[.] [A-Z]")

    def test_details_of_a_broken_response(self):
        self.go_to_last()
        self.gui.expand("SIP Explain: 405")
        rows = self.gui.details()
        self.assertTrue(any(row.startswith("Verdict: violation, answers frame ") for row in rows), rows)
        self.assertIn("What happened: header.missing-mandatory", rows)

    def test_display_filter(self):
        self.gui.apply_filter('sipexplain.verdict == "user-action"')
        self.addCleanup(self.gui.apply_filter, "")
        self.check_rows([[str(self.frames[486]), "486", "user-action"]])
        self.assertIn("Displayed: 1 ", self.gui.seen["status"])
        self.gui.screenshot("test_display_filter_on")
        self.gui.apply_filter("sipexplain.missing_header")
        self.check_rows([[str(self.frames[405]), "405", "violation"]])
        self.gui.apply_filter("")
        self.check_rows(self.rows)
