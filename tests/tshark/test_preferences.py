# SPDX-License-Identifier: GPL-2.0-or-later
"""Each preference has its default, and changes what it says and nothing else."""

import os
import re
import xml.etree.ElementTree as ElementTree

from lib import pcap, sip
from lib.tshark import SHARKD, TSHARK, TsharkTest

from .outputs import (PHONE, SEPARATOR, SERVER, mixed_capture, rows_of_tree, title_of, trees_of,
                      without_node)

# Values of _ws.expert.severity.
CHAT, NOTE, WARNING, ERROR = "2097152", "4194304", "6291456", "8388608"


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
    answer(405, "Method Not Allowed", "INFO")   # 4 warning: no Allow; note: the method
    answer(401, "Unauthorized", "REGISTER")     # 5 error: no WWW-Authenticate
    answer(489, "Bad Event", "SUBSCRIBE")       # 6 note: no Allow-Events, which no RFC in force demands
    answer(200, "OK", "BYE")                    # 7 chat
    answer(423, "Interval Too Brief", "REGISTER", [("CSeq", None)])  # 8 error: worse than no Min-Expires
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

    WANTED = {"diagnose": "TRUE", "long_texts": "Automatic", "explain_provisional": "TRUE",
              "lowest_severity": "Chat: every response", "look_ahead": "FALSE", "hep": "TRUE",
              "language": "System", "mask": "FALSE"}

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
    """long_texts says when the general words about a code are in view; fields have them in every case."""

    # What else may be written in a profile: of older versions, and words that nobody knows.
    WAYS = {"auto": "auto", "always": "always", "never": "never",
            "TRUE": "auto", "FALSE": "never", "true": "auto", "sometimes": "auto"}

    def setUp(self):
        super().setUp()
        self.mixed = self.capture
        self.capture = severities_capture(self.path("severities.pcap"))

    def rows(self, *args):
        """[(frame, rows)] of the trees, with the title as the first row."""
        return [(frame, [(-1, lines[0])] + rows_of_tree(lines))
                for frame, lines in trees_of(self.tshark("-r", self.capture, "-V", *args))]

    @staticmethod
    def general(rows):
        """The rows of the node about the code, and whether what the diagnosis means has a row."""
        start = next((i for i, (_, text) in enumerate(rows) if text.startswith("About ")), None)
        about = [] if start is None else [
            text for depth, text in rows[start:] if depth > 0 or text.startswith("About ")]
        return about, any(depth == 1 and text.startswith("What it means: ")
                          for depth, text in rows[:start])

    @staticmethod
    def without_general(rows):
        """The rows without these and the comparison with another code; nor a diagnosis that has no row below it but what it means."""
        for node in "About ", "Compared with ", "What it means: ":
            rows = without_node(rows, node)
        return [row for row, after in zip(rows, rows[1:] + rows[:1])
                if after[0] > 0 or not row[1].startswith("What happened: ")]

    def test_automatic_shows_them_where_no_diagnosis_says_more(self):
        # Frame 6 has no diagnosis but that of its class, and 1 and 7 are no reason to worry.
        for frame, rows in self.rows():
            about, meaning = self.general(rows)
            self.assertEqual(bool(about), frame == 6, rows)
            self.assertFalse(meaning, rows)

    def test_always_shows_them_under_every_response(self):
        for capture in self.mixed, self.capture:
            self.capture = capture
            for _, rows in self.rows(*set_to("long_texts", "always")):
                code, about = title_of([rows[0][1]])[0], self.general(rows)[0]
                self.assertTrue(about[0].startswith("About %s " % code), rows)
                titles = [text.partition(":")[0] for _, text in rows]
                for title in "What it means", "When you see it", "Reference", "Related codes":
                    self.assertIn(title, titles)
                self.assertTrue({"Causes", "Likely causes"} & set(titles), rows)
                self.assertTrue({"How to fix", "What to do"} & set(titles), rows)

    def test_never_shows_none(self):
        for _, rows in self.rows(*set_to("long_texts", "never")):
            self.assertEqual(self.general(rows), ([], False))

    def test_nothing_else_changes(self):
        for capture in self.mixed, self.capture:
            self.capture = capture
            for passes in (), ("-2",):
                plain = [[(frame, self.without_general(rows))
                          for frame, rows in self.rows(*passes, *set_to("long_texts", value))]
                         for value in ("auto", "always", "never")]
                self.assertEqual(plain[1:], plain[:1] * 2)

    def test_words_of_older_versions_and_unknown_ones(self):
        wanted = {value: self.rows(*set_to("long_texts", value)) for value in self.WAYS.values()}
        self.assertNotEqual(wanted["auto"], wanted["never"])
        profile = self.path(".config/wireshark/preferences")
        os.makedirs(os.path.dirname(profile))
        for word, value in self.WAYS.items():
            with self.subTest(word=word):
                self.assertEqual(self.rows(*set_to("long_texts", word)), wanted[value])
                with open(profile, "w", encoding="utf-8") as file:
                    file.write("sipexplain.long_texts: %s\n" % word)
                self.assertEqual(self.rows(), wanted[value])
                os.remove(profile)

    def test_the_fields_stay_whole(self):
        for capture in self.mixed, self.capture:
            self.capture = capture
            for value in "always", "never":
                self.assertEqual(self.cells(*set_to("long_texts", value)), self.cells())

    def test_the_filters_stay(self):
        never = set_to("long_texts", "never")
        for name in "description", "when", "cause", "fix":
            with self.subTest(name=name):
                field = "sipexplain." + name
                self.assertEqual(self.frames(field, *never), self.frames("sipexplain"))
                value = self.fields(self.capture, field)[0][0]
                text = '%s contains "%s"' % (field, re.search(r"\w+ \w+ \w+", value).group())
                self.assertEqual(self.frames(text, *never), self.frames(text))
                self.assertIn(1, self.frames(text, *never))


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
                                 if not title_of(lines)[0].startswith("1")])
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
        1: [CHAT], 2: [CHAT], 3: [NOTE], 4: [NOTE, WARNING], 5: [ERROR], 6: [NOTE], 7: [CHAT],
        8: [ERROR]}
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
        """Drop the expert items of our tree below limit, and the verdict field next to the one of the whole tree.

        Returns the severities that stay.
        """
        stay = []
        for child in list(element):
            if child.get("name") == "_ws.expert":
                severity = child.find("field[@name='_ws.expert.severity']").get("show")
                if int(severity) >= int(limit):
                    stay.append(severity)
                    continue
                element.remove(child)
                for verdict in element.findall("field"):
                    if element.tag == "proto" and verdict.get("name", "").startswith(
                            "sipexplain.expert."):
                        element.remove(verdict)
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
                ("chat", [1, 7], [3, 6], [4, 5, 8]), ("note", [], [3, 6], [4, 5, 8]),
                ("warning", [], [], [4, 5, 8]), ("error", [], [], [5, 8]), ("none", [], [], [])):
            with self.subTest(value=value):
                args = set_to("lowest_severity", value)
                self.assertEqual(self.frames("sipexplain.expert.normal", *args), normal)
                self.assertEqual(self.frames("sipexplain.expert.failure", *args), failure)
                self.assertEqual(self.frames("sipexplain.expert.violation", *args), violation)
                self.assertEqual(self.frames("sipexplain.expert.header.missing-mandatory", *args),
                                 [frame for frame in violation if frame != 5])
                self.assertEqual(self.frames("sipexplain.expert.policy.method-unsupported", *args),
                                 [4] if value in ("chat", "note") else [])
                self.assertEqual(self.frames("sipexplain", *args), list(range(1, 9)))

    def test_fields_stay(self):
        self.assertEqual(self.cells(*set_to("lowest_severity", "none")), self.cells())


class LookAheadTest(PreferencesTest):
    """look_ahead may cost time; on a second look it adds what came later, and changes nothing."""

    ON = set_to("look_ahead", "TRUE")

    def test_on_changes_no_output_of_one_pass(self):
        for args in ("-V",), ("-T", "json"), (), ("-q", "-z", "io,phs"):
            with self.subTest(args=args):
                self.assertEqual(self.tshark("-r", self.capture, *args, *self.ON),
                                 self.tshark("-r", self.capture, *args))

    def test_on_adds_what_came_later_to_two_passes_and_nothing_else(self):
        looks = []
        for args in (), ("-2",), ("-2", *self.ON):
            looks.append([(frame, lines[0], rows_of_tree(lines)) for frame, lines in
                          trees_of(self.tshark("-r", self.capture, "-V", *args))
                          if title_of(lines)[0]])
        self.assertEqual(len(looks[0]), 11)
        self.assertEqual(looks[1], looks[0])
        self.assertNotEqual(looks[2], looks[0])
        self.assertEqual([(frame, title, without_node(rows, "What came of it"))
                          for frame, title, rows in looks[2]], looks[0])
        explained = [row for row in self.cells() if row[1] or row[2]]
        self.assertEqual([row for row in self.cells("-2", *self.ON) if row[1] or row[2]], explained)

    def test_with_it_two_passes_know_the_outcome_of_a_call_in_each_of_its_frames(self):
        rows = self.fields(self.capture, "sipexplain.call.kind", "frame.number",
                           "sipexplain.call.code", "sipexplain.call.diagnosis",
                           args=("-2", *self.ON))
        wanted = [["registration", str(frame), "200", "auth.succeeded"] for frame in range(1, 5)]
        wanted += [["call", str(frame), "486", "callee.busy"] for frame in range(5, 10)]
        wanted += [["message", str(frame), "405", "header.missing-mandatory"] for frame in (10, 11)]
        wanted += [["subscription", str(frame), "", ""] for frame in (12, 13)]
        wanted += [["call", "17", "503", "route.unavailable"],
                   ["call|call", "18", "503|503", "route.unavailable|route.unavailable"]]
        self.assertEqual(rows, wanted)
        self.assertEqual(self.fields(self.capture, "sipexplain.call.kind"), [])

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
            self.assertIn("405 without Allow (RFC 3261 section 21.4.6)", tree)
        self.assertEqual(trees[0], trees[1])
        self.assertEqual(trees[2], trees[3])
        # What came before the frame is known for sure only with look ahead.
        self.assertIn("Verdict: violation, answers frame 10 after 10 ms", trees[0])
