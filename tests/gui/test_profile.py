# SPDX-License-Identifier: GPL-2.0-or-later
"""The profile "SIP Explain" in the Wireshark window, its statistics and its conversation filter.

SX_SCREENSHOTS=FOLDER keeps a picture of the screen at the end of each test (needs ImageMagick).
"""

import os
import shutil
import tempfile
import unittest

from captures.make_sample import make
from lib.tshark import TsharkTest

from .desktop import Desktop, NoDisplay, what_is_missing

PROFILE = os.path.join(os.path.dirname(__file__), "..", "..", "profile", "sip-explain")
COLUMNS = ["No.", "Time", "Source", "Destination", "Code", "Verdict", "What happened", "Answer time",
           "Outcome of the call", "Info"]
FAILURE, USER_ACTION, VIOLATION = "#A01722", "#BBDDF2", "#3B1E58"


class ProfileWindowTest(TsharkTest):
    """A Wireshark window for each test: statistics windows stay open."""

    def setUp(self):
        super().setUp()
        missing = what_is_missing()
        if missing:
            raise unittest.SkipTest("not installed: " + missing)
        # Short: names of sockets in it have a limit.
        self.home = tempfile.mkdtemp(prefix="sx-gui-")
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        shutil.copytree(PROFILE, os.path.join(self.home, ".config/wireshark/profiles/SIP Explain"))
        capture = os.path.join(self.home, "sample.pcap")
        make().write(capture)
        try:
            self.gui = Desktop(self.home, capture, ("-n", "-C", "SIP Explain", "-o", "gui.update.enabled:FALSE",
                                                    "-o", "gui.ask_unsaved:FALSE"))
        except NoDisplay as problem:
            raise unittest.SkipTest("no display: %s" % problem) from None
        self.addCleanup(self.gui.close)
        self.gui.wait(lambda: len(self.rows()) == 20, "all rows")

    def tearDown(self):
        self.gui.screenshot("test_profile_" + self.id().rpartition(".")[2])
        self.assertIsNone(self.gui.wireshark.poll(), "Wireshark must still run")
        self.assertNotIn("sipexplain", self.gui.log("wireshark"))

    def rows(self):
        """The rows of the packet list by the titles of the columns."""
        shown = self.gui.seen.get("list", {"headers": [], "rows": []})
        return [dict(zip(shown["headers"], row)) for row in shown["rows"]]

    def statistics(self, name):
        """Opens a window of the menu and returns its rows by the titles of the columns."""
        entry = ("SIP Explain", name) if self.has_submenus() else ("SIP Explain: " + name,)
        self.gui.choose("Telephony", *entry)
        self.gui.press("Escape", "Escape")
        self.gui.wait(self.table, "rows of " + name)
        return self.table()

    def has_submenus(self):
        """Whether statistics may have a menu of their own, as since Wireshark 4.6."""
        version = self.run_program("tshark", "--version").stdout.split()[2]
        return tuple(int(part) for part in version.split(".")[:2]) >= (4, 6)

    def table(self):
        """The rows of the statistics window that is open."""
        for table in self.gui.seen["tables"]:
            if "Display filter" in table["headers"]:
                titles = [title.strip() for title in table["headers"]]
                return [dict(zip(titles, (cell.strip() for cell in row))) for row in table["rows"]]
        return []

    def test_columns(self):
        self.assertEqual(self.gui.seen["list"]["headers"], COLUMNS)
        busy = self.rows()[6]
        self.assertEqual([busy[title] for title in ("Code", "Verdict", "What happened", "Answer time")],
                         ["486", "user-action", "the callee answers busy", "0.020000000"])
        self.assertEqual({row["Outcome of the call"] for row in self.rows()[4:8]},
                         {"user-action,the callee answers busy"})

    def test_colors(self):
        middles = self.gui.seen["list"]["middles"]
        if not self.gui.color_at(middles[6]):
            self.skipTest("not installed: ImageMagick")
        self.assertEqual([self.gui.color_at(middles[frame - 1]) for frame in (7, 11, 15, 18)],
                         [USER_ACTION, FAILURE, FAILURE, VIOLATION])
        self.assertEqual(self.gui.color_at(middles[3]), "#FFFFFF")

    def test_tree_is_open_and_as_wide_as_the_window(self):
        details = self.gui.select(7)
        own = details[next(i for i, text in enumerate(details) if text.startswith("SIP Explain: ")):]
        for text in ("Likely causes", "What to do"):
            self.assertIn(text, own)
        longest = max(len(text) for text in own)
        self.assertTrue(64 < longest <= 100, longest)

    def test_calls(self):
        rows = self.statistics("Calls")
        self.assertEqual([(row["Frame"], row["Code"], row["Verdict"], row["Messages"]) for row in rows],
                         [("1", "200", "normal", "4"), ("5", "486", "user-action", "4"), ("9", "488", "failure", "4"),
                          ("13", "503", "failure", "4"), ("17", "405", "violation", "2"), ("19", "", "normal", "2")])
        self.assertEqual(rows[1]["Display filter"], 'sip.Call-ID == "bob@example.com"')

    def test_messages(self):
        rows = self.statistics("Messages")
        self.assertEqual([row["Frame"] for row in rows],
                         [row["No."] for row in self.rows() if row["Verdict"]])

    def test_summary(self):
        rows = {(row["Group"], row["Value"]): row for row in self.statistics("Summary")}
        self.assertEqual((rows["all", "sip"]["Messages"], rows["code", "503"]["Problems"]), ("20", "1"))
        self.assertEqual(rows["verdict", "failure"]["Display filter"], 'sipexplain.verdict == "failure"')

    def test_a_window_twice(self):
        self.statistics("Calls")
        self.statistics("Calls")
        self.gui.wait(lambda: sum("Display filter" in table["headers"] for table in self.gui.seen["tables"]) == 2,
                      "two windows")
        tables = [table["rows"] for table in self.gui.seen["tables"] if "Display filter" in table["headers"]]
        self.assertEqual(tables[0], tables[1])

    def test_this_call_with_all_its_hops(self):
        self.gui.select(7)
        self.gui.choose("Analyze", "Conversation Filter", "SIP Explain: this call with all its hops")
        self.gui.press("Escape", "Escape", "Escape")
        self.gui.wait(lambda: [row["No."] for row in self.rows()] == ["5", "6", "7", "8"], "the call")
        self.assertEqual(self.gui.seen["filter"]["text"], 'sip.Call-ID == "bob@example.com"')

    def test_button_of_this_call(self):
        self.gui.select(11)
        self.gui.apply_filter("sip.Call-ID == ${sip.Call-ID}")
        self.gui.wait(lambda: [row["No."] for row in self.rows()] == ["9", "10", "11", "12"], "the call")
