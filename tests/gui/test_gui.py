# SPDX-License-Identifier: GPL-2.0-or-later
"""The Wireshark window: columns, packet details and display filter, as a user sees them.

SX_SCREENSHOTS=FOLDER keeps a picture of the screen at the end of each test (needs ImageMagick).
"""

import os
import shutil
import tempfile
import time
import unittest

from lib import pcap, sip
from lib.tshark import TsharkTest
from tshark.test_languages import scopes

from .desktop import Desktop, NoDisplay, what_is_missing

PHONE, PROXY = ("192.0.2.10", 5060), ("192.0.2.20", 5060)
KEEPALIVES = 40  # frames between the call and the last response: more than the list has room for
WIDEST = 100  # characters of a row where the details are as wide as the window
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
        cls.first_look = cls.gui.select(cls.frames[486])  # before anything is folded

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
        self.gui.go_to_list()
        self.gui.press("ctrl+End")
        return self.gui.wait_for_details("Frame %d:" % len(self.rows))

    def go_to_first(self):
        """Shows the first frame, scrolling the list."""
        self.gui.go_to_list()
        self.gui.press("ctrl+Home")
        return self.gui.wait_for_details("Frame 1:")

    def test_columns(self):
        self.assertEqual(self.gui.seen["list"]["headers"], ["No.", "Code", "Verdict", "Info"])

    def test_columns_and_details_on_later_visits(self):
        codes = 401, 200, 180, 486
        for code in codes + codes[::-1]:
            details = self.gui.select(self.frames[code])
            self.assertIn("SIP Explain: %d " % code, details[-1])
        self.assertIn("SIP Explain: 405 Method Not Allowed - ", self.go_to_last()[-1])
        self.check_rows(self.rows)

    def test_requests_tell_what_came_of_them_once_the_capture_is_read(self):
        self.assertEqual(self.gui.select(1)[-1],
                         "SIP Explain: REGISTER - answered with 401 in frame 2: the server asks for "
                         "credentials, a normal login step")
        self.assertRegex(self.gui.select(self.frames[486] + 1)[-1],
                         "^SIP Explain: ACK - acknowledges the 486 in frame %d$" % self.frames[486])
        self.assertNotIn("SIP Explain", self.gui.select(self.frames["keepalive 0"])[-1])

    def choose_language(self, number):
        """Chooses a language by its number in the menu of our tree, 0 for that of the system."""
        self.gui.open_menu_of_row("SIP Explain: ")
        time.sleep(0.5)  # menus cannot be seen
        # From below: Decode As, Protocol Preferences; in it: Open ... preferences, Language.
        for key in ["Up", "Up", "Right", "Down", "Right"] + ["Down"] * number + ["Return"]:
            self.gui.press(key)
            time.sleep(0.1)

    def test_another_language_takes_effect_at_once(self):
        self.gui.select(self.frames[486])
        self.gui.expand("SIP Explain: ")
        self.gui.wait_for_details("Verdict: ")
        self.addCleanup(self.choose_language, 0)
        self.choose_language(1 + list(scopes()).index("de"))
        self.gui.wait(lambda: any(text.startswith("Bewertung: Benutzeraktion") for text in self.gui.details()),
                      "the verdict in German")
        self.check_rows(self.rows)  # values of columns stay

    def rows_below(self, start):
        """The rows of our tree when all of it is unfolded, with the lines that go on joined to theirs."""
        self.gui.expand(start)
        texts = self.gui.details()
        rows = []
        for text in texts[next(i for i, row in enumerate(texts) if row.startswith(start)) + 1:]:
            if not text.startswith("[Expert Info ("):
                self.assertLessEqual(len(text), WIDEST, text)
            if text.startswith("   "):
                rows[-1] += text[2:]
            else:
                rows.append(text)
        return rows

    def test_details_of_a_response(self):
        self.assertRegex(self.gui.select(self.frames[486])[-1],
                         "^SIP Explain: 486 Busy Here - [a-z]")
        rows = self.rows_below("SIP Explain: ")
        for row in ("Verdict: user-action, answers frame 5 after 30 ms, 10 ms after the first 18x",
                    "Request in frame: 5", "What happened: callee.busy", "Likely causes",
                    "What to do", "About 486 Busy Here", "Causes", "How to fix"):
            self.assertIn(row, rows)
        for start in ("Answered by: callee", "What it means: ", "When you see it: ",
                      "Reference: RFC 3261", "Related codes: 480, 600"):
            self.assertTrue(any(row.startswith(start) for row in rows), (start, rows))
        for title in "Likely causes", "What to do", "Causes", "How to fix":
            self.assertRegex(rows[rows.index(title) + 1], "^1[.] [A-Z]")
        for start in "Status code", "Name", "Class", "Method", "Headline":
            self.assertFalse(any(row.startswith(start + ":") for row in rows), (start, rows))

    def test_what_is_general_and_frames_are_folded_at_first(self):
        rows = self.first_look[next(i for i, row in enumerate(self.first_look)
                                    if row.startswith("SIP Explain: 486")):]
        self.assertIn("What happened: callee.busy", rows)
        self.assertIn("1. The user is in another call", rows)
        self.assertIn("About 486 Busy Here", rows)
        for start in "What it means: ", "Request in frame: ":
            self.assertFalse(any(row.startswith(start) for row in rows), (start, rows))

    def test_details_of_a_broken_response(self):
        self.go_to_last()
        rows = self.rows_below("SIP Explain: 405")
        self.assertIn("Verdict: violation, answers frame %d after 10 ms" % (len(self.rows) - 1), rows)
        self.assertIn("What happened: header.missing-mandatory", rows)
        self.assertIn("405 without Allow (RFC 3261 section 21.4.6)", rows)
        # Its expert item stands below all lines of the other diagnosis.
        other = next(i for i, row in enumerate(rows) if row.startswith("Also: "))
        self.assertEqual(rows[other], "Also: subscribe.not-supported - this event package or method "
                                      "is not supported here")
        self.assertIn("[Expert Info (Note/Response): ", " ".join(rows[other:other + 3]))

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
