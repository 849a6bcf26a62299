# SPDX-License-Identifier: GPL-2.0-or-later
"""Each preference has its default, and changes what it says and nothing else."""

import re
import xml.etree.ElementTree as ElementTree

from lib import pcap, sip
from lib.tshark import SHARKD, TSHARK, TsharkTest

from .outputs import SEPARATOR, mixed_capture, trees_of

PHONE, SERVER = ("192.0.2.10", 5060), ("192.0.2.20", 5060)

# Values of _ws.expert.severity.
CHAT, NOTE, WARNING, ERROR = "2097152", "4194304", "6291456", "8388608"

LONG_TITLES = ("What it means: ", "When you see it: ", "Typical causes", "How to fix")


def set_to(name, value):
    """tshark arguments that set one of our preferences."""
    return ("-o", "sipexplain.%s:%s" % (name, value))


def severities_capture(path):
    """Responses that get each severity, and two in one frame."""
    capture = pcap.Capture()

    def answer(code, phrase, method="INVITE", headers=()):
        message = sip.request(method, call="%s-%d" % (method, code))
        return capture.udp(SERVER, PHONE, sip.response(code, phrase, message, headers))

    answer(180, "Ringing")                      # 1 chat
    answer(486, "Busy Here")                    # 2 chat
    answer(404, "Not Found")                    # 3 note
    answer(405, "Method Not Allowed", "INFO")   # 4 warning: no Allow
    answer(401, "Unauthorized", "REGISTER")     # 5 error: no WWW-Authenticate
    answer(489, "Bad Event", "SUBSCRIBE")       # 6 two notes: no Allow-Events, and it failed
    answer(200, "OK", "BYE")                    # 7 chat
    answer(423, "Interval Too Brief", "REGISTER", [("CSeq", None)])  # 8 warning and error
    return capture.write(path)


class PreferencesTest(TsharkTest):
    """A test on the mixed capture."""

    def setUp(self):
        super().setUp()
        self.capture = mixed_capture(self.path("mixed.pcap"))

    def cells(self, *args):
        """-T fields with all long and short texts."""
        names = ["frame.number"] + ["sipexplain." + name for name in (
            "code", "sipfrag.code", "name", "class", "method", "verdict", "headline",
            "description", "when", "cause", "fix", "reference", "related", "missing_header")]
        out = self.tshark("-r", self.capture, *args, "-T", "fields", "-E",
                          "aggregator=" + SEPARATOR, *[p for name in names for p in ("-e", name)])
        return [line.split("\t") for line in out.splitlines()]

    def frames(self, display_filter, *args):
        """The frames that a display filter keeps."""
        out = self.tshark("-r", self.capture, *args, "-Y", display_filter, "-T", "fields", "-e",
                          "frame.number")
        return [int(line) for line in out.split()]


class DefaultsTest(TsharkTest):
    """The list of preferences."""

    WANTED = {"diagnose": "TRUE", "long_texts": "TRUE", "explain_provisional": "TRUE",
              "lowest_severity": "Chat: every response", "look_ahead": "FALSE"}

    def preferences(self, what):
        """{name: value} of our preferences as tshark -G prints them."""
        out = self.run_program(TSHARK, "-G", what).stdout
        return dict(re.findall(r"(?m)^#?sipexplain\.([\w.]+): (.*)$", out))

    def test_names_and_defaults(self):
        self.assertEqual(self.preferences("currentprefs"), self.WANTED)
        self.assertEqual(self.preferences("defaultprefs"), self.WANTED)

    def test_a_name_that_does_not_exist_is_refused(self):
        done = self.run_program(TSHARK, "-n", "-o", "sipexplain.no_such:TRUE", "-v", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("sipexplain.no_such", done.stderr)


class LongTextsTest(PreferencesTest):
    """long_texts hides rows; the fields stay."""

    OFF = set_to("long_texts", "FALSE")

    @staticmethod
    def without_long_rows(lines):
        """The lines of a tree without the long texts, of findings too, and what is below them."""
        kept, limit = [], None  # limit: the indentation of the long text that is left out
        for line in lines:
            text = line.lstrip(" ")
            indent = len(line) - len(text)
            if limit is None or indent <= limit:
                limit = indent if text.startswith(LONG_TITLES) else None
            if limit is None:
                kept.append(line)
        return kept

    def test_the_rows_are_there_by_default(self):
        for _, lines in trees_of(self.tshark("-r", self.capture, "-V")):
            titles = [line for line in lines if line[4:].startswith(LONG_TITLES)]
            self.assertEqual(len(titles), 4, lines)

    def test_off_hides_the_rows_of_the_details_and_no_other(self):
        for passes in (), ("-2",):
            with self.subTest(passes=passes):
                before = trees_of(self.tshark("-r", self.capture, "-V", *passes))
                after = trees_of(self.tshark("-r", self.capture, "-V", *passes, *self.OFF))
                wanted = [(frame, self.without_long_rows(lines)) for frame, lines in before]
                self.assertNotEqual(wanted, before)
                self.assertEqual(after, wanted)

    def test_off_leaves_the_fields_whole(self):
        self.assertEqual(self.cells(*self.OFF), self.cells())

    def test_off_leaves_the_filters(self):
        for name in "description", "when", "cause", "fix":
            with self.subTest(name=name):
                field = "sipexplain." + name
                self.assertEqual(self.frames(field, *self.OFF), self.frames("sipexplain"))
                value = self.fields(self.capture, field)[0][0]
                text = '%s contains "%s"' % (field, re.search(r"\w+ \w+ \w+", value).group())
                self.assertEqual(self.frames(text, *self.OFF), self.frames(text))
                self.assertIn(2, self.frames(text, *self.OFF))


class ProvisionalTest(PreferencesTest):
    """explain_provisional off: 1xx get nothing."""

    OFF = set_to("explain_provisional", "FALSE")

    def test_off_removes_1xx_and_nothing_else(self):
        before, after = self.cells(), self.cells(*self.OFF)
        self.assertEqual([row[0] for row in after], [row[0] for row in before])
        changed = [int(old[0]) for old, new in zip(before, after) if old != new]
        self.assertEqual(changed, [6, 7, 18])
        empty = [""] * (len(before[0]) - 1)
        self.assertEqual(after[5][1:], empty)
        self.assertEqual(after[6][1:], empty)

    def test_off_leaves_the_other_messages_of_the_segment(self):
        before, after = self.cells()[17], self.cells(*self.OFF)[17]
        self.assertEqual((before[1], after[1]), (SEPARATOR.join(("100", "503")), "503"))
        for old, new in list(zip(before, after))[1:]:
            self.assertTrue(old.endswith(new), (old, new))

    def test_off_removes_them_from_filters(self):
        self.assertEqual(self.frames("sipexplain.class == 1"), [6, 7, 18])
        self.assertEqual(self.frames("sipexplain.class == 1", *self.OFF), [])
        self.assertEqual(self.frames("sipexplain.code < 200", *self.OFF), [])
        self.assertEqual(self.frames("sipexplain", *self.OFF), [2, 4, 8, 11, 12, 13, 18, 19])
        self.assertEqual(self.frames("sipexplain.expert.normal", *self.OFF), [2, 4, 13])

    def test_off_removes_their_trees(self):
        before = trees_of(self.tshark("-r", self.capture, "-V"))
        after = trees_of(self.tshark("-r", self.capture, "-V", *self.OFF))
        self.assertEqual(after, [(frame, lines) for frame, lines in before
                                 if not lines[1].startswith("    Status code: 1")])
        self.assertEqual(len(before) - len(after), 3)

    def test_off_works_for_a_reported_status_and_a_violation(self):
        capture = pcap.Capture()
        notify = sip.request("NOTIFY", headers=[("Event", "refer"), (
            "Content-Type", "message/sipfrag")], body=b"SIP/2.0 100 Trying\r\n")
        capture.udp(SERVER, PHONE, notify)
        early = sip.request("INVITE", call="early")
        capture.udp(SERVER, PHONE, sip.response(183, "Session Progress", early,
                                                [("Require", "100rel")]))  # no RSeq
        self.capture = capture.write(self.path("reported.pcap"))
        self.assertEqual(self.frames("sipexplain"), [1, 2])
        self.assertEqual(self.frames("sipexplain.expert.violation"), [2])
        self.assertEqual(self.frames("sipexplain", *self.OFF), [])
        self.assertEqual(self.frames("sipexplain.expert.violation", *self.OFF), [])


class LowestSeverityTest(PreferencesTest):
    """lowest_severity removes expert items, and only them."""

    WANTED = {
        1: [CHAT], 2: [CHAT], 3: [NOTE], 4: [WARNING], 5: [ERROR], 6: [NOTE, NOTE], 7: [CHAT],
        8: [ERROR, WARNING]}
    LIMITS = {"chat": CHAT, "note": NOTE, "warning": WARNING, "error": ERROR, "none": "99999999"}

    def setUp(self):
        super().setUp()
        self.capture = severities_capture(self.path("severities.pcap"))

    def packets(self, *args):
        """The packets of -T pdml, parsed."""
        root = ElementTree.fromstring(self.tshark("-r", self.capture, "-T", "pdml", *args))
        return root.findall("packet")

    @staticmethod
    def prune(element, limit):
        """Drop the expert items of our tree below limit; returns the severities that stay."""
        stay = []
        for child in list(element):
            if child.get("name") == "_ws.expert":
                severity = child.find("field[@name='_ws.expert.severity']").get("show")
                if int(severity) < int(limit):
                    element.remove(child)
                else:
                    stay.append(severity)
            else:
                stay += LowestSeverityTest.prune(child, limit)
        return stay

    def test_each_value_removes_the_items_below_it_and_nothing_else(self):
        for value, limit in self.LIMITS.items():
            with self.subTest(value=value):
                wanted = self.packets()
                for number, packet in enumerate(wanted, 1):
                    mine = packet.findall("proto[@name='sipexplain']")
                    self.assertEqual(len(mine), 1)
                    stay = [severity for severity in self.WANTED[number]
                            if int(severity) >= int(limit)]
                    self.assertEqual(self.prune(mine[0], limit), stay, number)
                found = self.packets(*set_to("lowest_severity", value))
                self.assertEqual([self.canonical(packet) for packet in found],
                                 [self.canonical(packet) for packet in wanted])

    @staticmethod
    def canonical(packet):
        """A packet as nested tuples of names, attributes and children."""
        return (packet.tag, sorted(packet.attrib.items()),
                [LowestSeverityTest.canonical(child) for child in packet])

    def test_filters_follow(self):
        for value, normal, failure, violation in (
                ("chat", [1, 7], [3, 6], [4, 5, 6, 8]), ("note", [], [3, 6], [4, 5, 6, 8]),
                ("warning", [], [], [4, 5, 8]), ("error", [], [], [5, 8]), ("none", [], [], [])):
            with self.subTest(value=value):
                args = set_to("lowest_severity", value)
                self.assertEqual(self.frames("sipexplain.expert.normal", *args), normal)
                self.assertEqual(self.frames("sipexplain.expert.failure", *args), failure)
                self.assertEqual(self.frames("sipexplain.expert.violation", *args), violation)
                self.assertEqual(self.frames("sipexplain", *args), list(range(1, 9)))

    def test_fields_stay(self):
        self.assertEqual(self.cells(*set_to("lowest_severity", "none")), self.cells())


class LookAheadTest(PreferencesTest):
    """look_ahead may cost time; on a second look it adds what came later, and changes nothing."""

    ON = set_to("look_ahead", "TRUE")
    LATER = re.compile(r" {4}(Next request in frame|Its final response in frame|"
                       r"Verdict of the call|Outcome of the call): ")
    WHAT_CAME = re.compile(r"\n    What came of it(\n     +[^\n]*)+")

    def test_on_changes_no_output_of_one_pass(self):
        for args in ("-V",), ("-T", "json"), (), ("-q", "-z", "io,phs"):
            with self.subTest(args=args):
                self.assertEqual(self.tshark("-r", self.capture, *args, *self.ON),
                                 self.tshark("-r", self.capture, *args))

    def test_on_adds_what_came_later_to_two_passes_and_nothing_else(self):
        trees = []
        for args in (), ("-2",), ("-2", *self.ON):
            out = self.tshark("-r", self.capture, "-V", *args)
            trees.append([(frame, [line for line in self.WHAT_CAME.sub("", "\n".join(lines))
                                   .split("\n") if not self.LATER.match(line)])
                          for frame, lines in trees_of(out)
                          if lines[1].startswith(("    Status code", "    Reported status code"))])
        self.assertEqual(len(trees[0]), 11)
        self.assertEqual(trees[1], trees[0])
        self.assertEqual(trees[2], trees[0])

    def test_with_it_two_passes_know_the_outcome_of_a_call_in_each_of_its_frames(self):
        rows = self.fields(self.capture, "sipexplain.call.code", "frame.number",
                           args=("-2", *self.ON))
        self.assertEqual(rows, [["486", "5"], ["486", "6"], ["486", "7"], ["486", "8"],
                                ["486", "9"], ["503", "17"], ["503|503", "18"]])

    def test_with_it_two_passes_know_the_request_that_followed(self):
        rows = self.fields(self.capture, "sipexplain.retry_frame", "frame.number",
                           "sipexplain.final_frame", args=("-2", *self.ON))
        self.assertEqual(rows, [["3", "2", "4"]])

    def test_sharkd_can_switch_it_before_and_after_loading(self):
        trees = []
        for value in "TRUE", "FALSE":
            answers = self.sharkd(
                ("setconf", {"name": "sipexplain.look_ahead", "value": value}),
                ("load", {"file": self.capture}), ("frame", {"frame": 11, "proto": True}),
                ("setconf", {"name": "sipexplain.look_ahead", "value": "TRUE"}),
                ("frame", {"frame": 11, "proto": True}))
            self.assertEqual(len(answers), 5, SHARKD)
            for answer in answers:
                self.assertIn("result", answer)
            trees += [str([node for node in answers[i]["result"]["tree"]
                           if node["l"].startswith("SIP Explain: 405 ")]) for i in (2, 4)]
        for tree in trees:
            self.assertIn("Allow is missing: a 405 to MESSAGE must carry it", tree)
        self.assertEqual(trees[0], trees[1])
        self.assertEqual(trees[2], trees[3])
        # What came before the frame is known for sure only with look ahead.
        self.assertIn("Request in frame: 10", trees[0])
