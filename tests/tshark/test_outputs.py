# SPDX-License-Identifier: GPL-2.0-or-later
"""Every way of asking tshark and sharkd gives the same explanation of the same frame."""

import collections
import re

from lib.tshark import TSHARK, TsharkTest

from .outputs import (EXPECTED, LOOK_AHEAD, SEPARATOR, Row, all_codes_capture, from_blocks,
                      from_ek, from_json, from_pdml, lines_of_node, mixed_capture, rows_of_tree,
                      title_of, trees_of, unpack)

EXPLAINED = "sipexplain.code or sipexplain.sipfrag.code"


class OutputTest(TsharkTest):
    """A test on the mixed capture."""

    def setUp(self):
        super().setUp()
        self.capture = mixed_capture(self.path("mixed.pcap"))

    def tshark(self, *args, **options):
        """As for all; a read filter may leave a word on stderr."""
        done = self.run_program(TSHARK, "-n", *args, check=False, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr if "-R" not in args else "", "")
        return done.stdout

    def rows_by_fields(self, *args):
        """Rows from -T fields."""
        out = self.tshark("-r", self.capture, *args, "-T", "fields", "-E",
                          "aggregator=" + SEPARATOR, "-e", "frame.number", "-e", "sipexplain.code",
                          "-e", "sipexplain.sipfrag.code", "-e", "sipexplain.verdict", "-e",
                          "sipexplain.headline")
        rows = []
        for line in out.splitlines():
            frame, code, reported, verdict, headline = line.split("\t")
            rows.append(Row(int(frame), unpack(code) + unpack(reported), unpack(verdict),
                            unpack(headline)))
        return rows

    def explained(self, *args):
        """Rows from -T fields of the frames that have an explanation."""
        return [row for row in self.rows_by_fields(*args) if row.codes]

    def frames(self, display_filter, *args):
        """The frames that a display filter keeps."""
        out = self.tshark("-r", self.capture, *args, "-Y", display_filter, "-T", "fields", "-e",
                          "frame.number")
        return [int(line) for line in out.split()]

    def text(self, *args):
        """Output of tshark for the capture."""
        return self.tshark("-r", self.capture, *args)


class SameAnswerTest(OutputTest):
    """tshark's output formats, in one pass and in two."""

    def test_fields_in_one_pass_are_as_expected(self):
        rows = self.rows_by_fields()
        self.assertEqual([row.frame for row in rows], list(range(1, 20)))
        rows = [row for row in rows if row.codes or row.verdicts or row.headlines]
        self.assertEqual([tuple(row[:3]) for row in rows], EXPECTED)
        for row in rows:
            self.assertEqual(len(row.headlines), len(row.codes), row)
            self.assertNotIn("", row.headlines)

    def test_a_display_filter_changes_no_row(self):
        self.assertEqual(self.rows_by_fields("-Y", "sipexplain"), self.explained())

    def test_two_passes_give_the_same_rows(self):
        rows = self.explained()
        self.assertEqual(self.explained("-2"), rows)
        self.assertEqual(self.explained("-2", *LOOK_AHEAD), rows)
        self.assertEqual(self.rows_by_fields("-2", "-Y", EXPLAINED), rows)
        self.assertEqual(self.rows_by_fields("-2", *LOOK_AHEAD, "-Y", EXPLAINED), rows)

    def test_second_pass_that_sees_sip_first_does_not_tell_what_follows(self):
        def requests(*args):
            text = self.tshark("-r", self.capture, "-2", *args, "-V")
            return [lines[0] for frame, lines in trees_of(text) if frame == 1]
        self.assertEqual(requests(), [])
        self.assertRegex(requests(*LOOK_AHEAD)[0], "^SIP Explain: REGISTER - answered with 401 in frame 2")

    def test_look_ahead_in_one_pass_changes_nothing(self):
        self.assertEqual(self.explained(*LOOK_AHEAD), self.explained())

    def test_a_read_filter_on_our_field_keeps_the_right_frames_with_look_ahead(self):
        # Wireshark gives the frames that a read filter keeps new numbers, from 1.
        rows = [row for row in self.explained() if row.frame != 12]
        kept = self.rows_by_fields("-2", *LOOK_AHEAD, "-R", "sipexplain.code")
        self.assertEqual([row[1:3] for row in kept[:-1]], [row[1:3] for row in rows[:-1]])
        self.assertEqual([row.frame for row in kept], list(range(1, len(rows) + 1)))

    def test_a_read_filter_on_a_field_of_sip_leaves_the_explanations_right(self):
        # Frames that the filter drops had the number of the next one that it keeps. Headlines may
        # differ: they follow from frames that are no longer there, as does all that is said about
        # the quoted answer in the last row.
        rows = [row for row in self.explained() if row.frame != 12]
        for args in (), LOOK_AHEAD:
            with self.subTest(args=args):
                kept = self.rows_by_fields("-2", *args, "-R", "sip.Status-Code")
                self.assertEqual([row[1:3] for row in kept[:-1]], [row[1:3] for row in rows[:-1]])

    def test_with_a_read_filter_no_reference_points_to_another_frame(self):
        # Only responses stay, as frames 1 to 9: no frame has a request, and the ICMP error in
        # frame 9 quotes the answer in frame 5.
        for args in (), LOOK_AHEAD:
            out = self.text("-2", *args, "-R", "sip.Status-Code", "-T", "fields", "-e",
                            "frame.number", "-e", "sipexplain.request_frame", "-e",
                            "sipexplain.evidence.frame")
            rows = [line.split("\t") for line in out.splitlines()]
            with self.subTest(args=args):
                self.assertEqual([row[:2] for row in rows],
                                 [[str(frame), ""] for frame in range(1, 10)])
                self.assertIn(rows[8][2], ("", "5"))

    def test_a_read_filter_on_a_diagnosis_says_why_it_is_empty(self):
        for wanted, args in ((1, ("-R", 'sipexplain.diagnosis == "callee.busy"')),
                             (1, ("-R", "sip.Status-Code", "-T", "fields", "-e", "sipexplain.diagnosis")),
                             (0, ("-R", "sip.Status-Code")), (0, ("-R", "sip", "-V"))):
            with self.subTest(args=args):
                run = self.run_program(TSHARK, "-n", "-r", self.capture, "-2", *args, check=False)
                self.assertEqual(run.stderr.count("read filter"), wanted, run.stderr)

    def test_the_details_have_the_same_rows(self):
        rows = self.explained()
        for args in (), ("-2",), ("-2", *LOOK_AHEAD), ("-Y", "sipexplain"):
            with self.subTest(args=args):
                self.assertEqual(from_blocks(trees_of(self.text("-V", *args))), rows)

    def test_the_first_line_of_the_tree_has_code_name_and_headline(self):
        rows = {row.frame: row for row in self.explained()}
        first = {frame: lines[0] for frame, lines in trees_of(self.text("-V"))}
        self.assertEqual(first[8], "SIP Explain: 486 Busy Here - " + rows[8].headlines[0])
        self.assertEqual(first[12], "SIP Explain: NOTIFY reports 404 Not Found - "
                         + rows[12].headlines[0])
        self.assertEqual(first[19], "SIP Explain: 486 Busy Here - " + rows[19].headlines[0])

    def test_json_has_the_same_rows(self):
        rows = self.explained()
        self.assertEqual(from_json(self.text("-T", "json")), rows)
        self.assertEqual(from_json(self.text("-2", "-T", "json")), rows)

    def test_ek_has_the_same_rows(self):
        rows = self.explained()
        self.assertEqual(from_ek(self.text("-T", "ek")), rows)
        self.assertEqual(from_ek(self.text("-2", "-T", "ek")), rows)

    def test_pdml_has_the_same_rows(self):
        rows = self.explained()
        self.assertEqual(from_pdml(self.text("-T", "pdml")), rows)
        self.assertEqual(from_pdml(self.text("-2", "-T", "pdml")), rows)

    def test_custom_columns_have_the_same_codes_and_verdicts(self):
        columns = ("-o", 'gui.column.format:"No.","%m","Code","%Cus:sipexplain.code:0:R",'
                   '"Reported","%Cus:sipexplain.sipfrag.code:0:R",'
                   '"Verdict","%Cus:sipexplain.verdict:0:R"', "-T", "tabs")
        wanted = [(row.frame, row.codes, row.verdicts) for row in self.explained()]
        for args in (), ("-2",), ("-Y", "sipexplain"):
            with self.subTest(args=args):
                found = []
                for line in self.text(*columns, *args).splitlines():
                    frame, code, reported, verdict = [cell.strip() for cell in line.split("\t")]
                    if verdict:
                        found.append((int(frame), (code or reported).split(","),
                                      verdict.split(",")))
                self.assertEqual(found, wanted)

    def test_lists_without_our_columns_are_unaffected(self):
        for kind in "tabs", "psml", "text":
            with self.subTest(kind=kind):
                self.assertEqual(self.text("-T", kind),
                                 self.tshark("-r", self.capture, "-T", kind, plugin=False))


class FilterTest(OutputTest):
    """Display filters on our fields."""

    def test_filters_keep_the_right_frames(self):
        everything = [row[0] for row in EXPECTED]
        for text, frames in (
                (EXPLAINED, everything),
                ("sipexplain.code == 486", [8, 19]),
                ("sipexplain.code == 503", [18]),
                ("sipexplain.code in {401, 405, 503}", [2, 11, 18]),
                ("sipexplain.code in {400..499}", [2, 8, 11, 19]),
                ("sipexplain.code == 404", []),
                ("sipexplain.sipfrag.code == 404", [12]),
                ("sipexplain.class == 5", [18]),
                ('sipexplain.code and sipexplain.method == "REGISTER"', [2, 4]),
                ('sipexplain.name contains "Busy"', [8, 19]),
                ('sipexplain.verdict == "user-action"', [8]),
                ('sipexplain.verdict == "failure"', [12, 18, 19]),
                ('sipexplain.verdict matches "^viol"', [11]),
                ('sipexplain.missing_header == "Allow"', [11]),
                ("sipexplain.quoted", [19]),
                ("sipexplain.expert.failure", [12, 18, 19]),
                ("sipexplain.expert.violation", [11]),
                ("sipexplain.expert.user-action", [8]),
                ("sipexplain.expert.normal", [2, 4, 6, 7, 13, 18]),
                ("sipexplain.expert.anomaly", []),
                ("sipexplain.expert.header.missing-mandatory", [11]),
                ("sipexplain.expert.policy.method-unsupported", [11]),
                ("sipexplain.expert.timer.icmp-unreachable", [19]),
                ("sipexplain.expert.auth.challenge-header-missing", []),
                ('_ws.expert.message == "a mandatory header is missing"', [11]),
                ("sip.Status-Code == 486 and not icmp and sipexplain.code == 486", [8])):
            with self.subTest(filter=text):
                self.assertEqual(self.frames(text), frames)
                self.assertEqual(self.frames(text, "-2"), frames)

    def test_the_protocol_is_in_explained_frames_and_on_a_second_look_in_the_calls(self):
        everything = [row[0] for row in EXPECTED]
        self.assertEqual(self.frames("sipexplain"), everything)
        for field in "sipexplain", "sipexplain.headline":
            self.assertEqual(self.frames("sip and not " + field), [1, 3, 5, 9, 10, 17])
            # A filter on sip lets the first pass see it.
            self.assertEqual(self.frames("sip and not " + field, "-2"), [])
        self.assertEqual(self.frames("sipexplain", "-2", *LOOK_AHEAD),
                         sorted(everything + list(SecondLookTest.TITLES)))

    def test_causes_and_fixes_can_be_searched(self):
        for field in "sipexplain.cause", "sipexplain.fix", "sipexplain.description":
            cells = self.fields(self.capture, field, "frame.number")
            self.assertEqual([int(frame) for _, frame in cells], [row[0] for row in EXPECTED])
            word = max(re.findall(r"\w{4,}", cells[4][0]), key=len)
            wanted = [int(frame) for value, frame in cells if word in value]
            self.assertEqual(self.frames('%s contains "%s"' % (field, word)), wanted)
            self.assertIn(8, wanted)


class SecondLookTest(OutputTest):
    """Requests without findings say what came of them; they have no verdict of their own."""

    AGAIN = ("-2", *LOOK_AHEAD)
    LOGIN = 'the registrar accepted the registration (credentials of user "alice" accepted)'
    TITLES = {
        1: "REGISTER - answered with 401 in frame 2: the server asks for credentials, a normal login step",
        3: "REGISTER - answered with 200 in frame 4: " + LOGIN,
        5: "INVITE - answered with 486 in frame 8: the callee answers busy",
        9: "ACK - acknowledges the 486 in frame 8",
        10: "MESSAGE - answered with 405 in frame 11: no Allow in it, which a 405 must carry",
        17: "INVITE - answered with 503 in frame 18: the server cannot handle requests at the moment",
    }

    def test_titles_of_requests(self):
        titles = {frame: lines[0] for frame, lines in trees_of(self.text("-V", *self.AGAIN))
                  if frame in self.TITLES}
        self.assertEqual(titles, {frame: "SIP Explain: " + title
                                  for frame, title in self.TITLES.items()})
        rows = self.fields(self.capture, "sipexplain.headline", "frame.number", args=self.AGAIN)
        self.assertEqual({int(frame): headline for headline, frame in rows
                          if int(frame) in self.TITLES},
                         {frame: title.partition(" - ")[2] for frame, title in self.TITLES.items()})

    def test_they_have_no_verdict_and_no_expert_item(self):
        for field in "verdict", "diagnosis", "code", "cause", "expert":
            text = "_ws.expert" if field == "expert" else "sipexplain." + field
            frames = self.frames(text, *self.AGAIN)
            self.assertIn(8, frames)
            self.assertEqual(set(frames) & set(self.TITLES), set(), field)

    def test_once_they_say_nothing(self):
        self.assertEqual(set(self.frames("sipexplain")) & set(self.TITLES), set())


class StatisticsTest(OutputTest):
    """-z expert lists our items; -z io,phs does not show the plugin."""

    # The warnings: no Allow in the 405, and the ICMP error. The notes: the method that the 405 refuses, the transfer
    # that failed, and the 503.
    COUNTS = {"Warns": 2, "Notes": 3, "Chats": 7}

    def expert_counts(self, *args):
        """{severity heading: how many of our items} as tshark -z expert lists them."""
        counts, heading = collections.Counter(), None
        for line in self.text(*args).splitlines():
            title = re.match(r"(\w+) \(\d+\)$", line)
            heading = title.group(1) if title else heading
            item = re.match(r"\s+(\d+)\s.*\sSIP Explain\s", line)
            if item:
                counts[heading] += int(item.group(1))
        return dict(counts)

    def test_expert_statistics_count_our_items_by_severity(self):
        wanted = self.COUNTS
        self.assertEqual(self.expert_counts("-q", "-z", "expert"), wanted)

    def test_expert_statistics_are_the_same_in_two_passes_and_with_other_statistics(self):
        wanted = self.COUNTS
        self.assertEqual(self.expert_counts("-q", "-2", "-z", "expert"), wanted)
        self.assertEqual(self.expert_counts("-q", "-z", "expert", "-z", "io,phs"), wanted)
        self.assertEqual(self.expert_counts("-q", "-z", "expert", "-Y", "sip"), wanted)

    def test_what_is_printed_beside_a_line_a_packet_is_the_same_too(self):
        """Where lines are all that is asked for, nothing is diagnosed."""
        self.assertEqual(self.expert_counts("-z", "expert"), self.COUNTS)
        for report in "calls", "summary":
            with self.subTest(report=report):
                wanted = self.text("-q", "-z", "sipexplain," + report)
                self.assertTrue(wanted.strip())
                self.assertTrue(self.text("-z", "sipexplain," + report).endswith(wanted))

    def test_the_column_of_expert_items_has_ours_without_a_tree(self):
        column = ("-o", 'gui.column.format:"No.","%m","Expert","%a"', "-T", "tabs")
        lines = [line.split("\t") for line in self.text(*column).splitlines()]
        severities = {int(frame): severity.strip() for frame, severity in lines}
        self.assertEqual((severities[4], severities[19]), ("Chat", "Warning"))

    def test_the_protocol_hierarchy_does_not_show_the_plugin(self):
        for args in ((), ("-Y", "sip"), ("-2",), ("-2", *LOOK_AHEAD)):
            with self.subTest(args=args):
                out = self.text("-q", "-z", "io,phs", *args)
                self.assertIn(" sip ", out)
                self.assertNotIn("sipexplain", out)
                self.assertEqual(out, self.tshark("-r", self.capture, "-q", "-z", "io,phs", *[
                    arg for arg in args if arg not in LOOK_AHEAD], plugin=False))


class SharkdTest(OutputTest):
    """sharkd gives the rows that tshark gives."""

    def ask(self, *requests, before=()):
        """Results of requests after the capture is loaded."""
        answers = self.sharkd(*before, ("load", {"file": self.capture}), *requests)
        self.assertEqual(len(answers), len(before) + 1 + len(requests))
        for answer in answers:
            self.assertIn("result", answer)
        return [answer["result"] for answer in answers[len(before) + 1:]]

    def rows_of_frames(self, frames, before=()):
        """Rows from the trees of the frames, asked for in this order."""
        results = self.ask(*[("frame", {"frame": frame, "proto": True}) for frame in frames],
                           before=before)
        blocks = []
        for frame, result in zip(frames, results):
            blocks += [(frame, lines_of_node(node)) for node in result["tree"]
                       if node["l"].startswith("SIP Explain: ")]
        return from_blocks(blocks)

    SETCONF = (("setconf", {"name": "sipexplain.look_ahead", "value": "TRUE"}),)

    # Without look ahead, sharkd 4.6 lets a post-dissector see SIP only in the tree of a frame or
    # where a filter names sip; what was seen once stays known.
    def ways_to_see(self):
        """(requests before loading, requests after it): each makes SIP seen."""
        return ((self.SETCONF, ()),
                ((), [("frame", {"frame": frame, "proto": True}) for frame in range(1, 20)]))

    def test_frames_can_be_filtered_by_our_fields(self):
        for before, after in self.ways_to_see():
            with self.subTest(look_ahead=bool(before)):
                by_code, by_verdict, by_protocol = self.ask(
                    *after, ("frames", {"filter": "sipexplain.code == 486"}),
                    ("frames", {"filter": 'sipexplain.verdict == "failure"'}),
                    ("frames", {"filter": EXPLAINED}), before=before)[-3:]
                self.assertEqual([row["num"] for row in by_code], [8, 19])
                self.assertEqual([row["num"] for row in by_verdict], [12, 18, 19])
                self.assertEqual([row["num"] for row in by_protocol],
                                 [row[0] for row in EXPECTED])

    def test_a_filter_on_sip_and_our_fields_needs_nothing(self):
        rows, = self.ask(("frames", {"filter": "sip and sipexplain.code == 486"}))
        self.assertEqual([row["num"] for row in rows], [8, 19])

    def test_columns_show_our_fields(self):
        wanted = [(row.frame, row.codes, row.verdicts) for row in self.explained()]
        for before, after in self.ways_to_see():
            with self.subTest(look_ahead=bool(before)):
                rows = self.ask(*after, ("frames", {
                    "column0": "sipexplain.code:0", "column1": "sipexplain.sipfrag.code:0",
                    "column2": "sipexplain.verdict:0"}), before=before)[-1]
                self.assertEqual([row["num"] for row in rows], list(range(1, 20)))
                found = [(row["num"], (row["c"][0] or row["c"][1]).split(","),
                          row["c"][2].split(",")) for row in rows if row["c"][2]]
                self.assertEqual(found, wanted)

    def test_the_tree_of_a_frame_has_the_same_rows(self):
        rows, frames = self.explained(), list(range(1, 20))
        self.assertEqual(self.rows_of_frames(frames), rows)
        self.assertEqual(self.rows_of_frames(frames, self.SETCONF), rows)

    def test_the_order_of_asking_does_not_matter(self):
        rows, frames = self.explained(), list(range(19, 0, -1))
        self.assertEqual(self.rows_of_frames(frames, self.SETCONF), rows)
        # Without look ahead a frame met after later ones has no context (design.md).
        self.assertEqual([(row.frame, row.codes) for row in self.rows_of_frames(frames)],
                         [(row.frame, row.codes) for row in rows])

    def test_one_frame_alone_has_its_explanation(self):
        wanted = [row for row in self.explained() if row.frame == 18]
        self.assertEqual(self.rows_of_frames([18]), wanted)


class LongTextTest(OutputTest):
    """Rows are as wide as the view, values of fields are whole."""

    ALWAYS = ("-o", "sipexplain.long_texts:always")
    NAMES = ("description", "when", "cause", "cause.diagnosis", "fix", "fix.diagnosis")
    TITLES = {"What it means": "description", "When you see it": "when"}
    LISTS = {"Likely causes": "cause", "Causes": "cause", "What to do": "fix", "How to fix": "fix"}

    def setUp(self):
        super().setUp()
        self.capture = self.path("codes.pcap")
        self.codes = all_codes_capture(self.capture)

    def texts_of_tree(self, lines):
        """{field: the long texts in view}, their rows joined."""
        texts, field, level = {name: [] for name in self.NAMES}, None, 0
        for depth, text in rows_of_tree(lines):
            title, _, rest = text.partition(": ")
            if title in self.TITLES:
                texts[self.TITLES[title]].append(rest)
            elif text in self.LISTS:
                field, level, number = self.LISTS[text], depth + 1, 0
            elif field is not None and depth == level:
                number += 1
                self.assertTrue(text.startswith("%d. " % number), text)
                texts[field].append(text[len("%d. " % number):])
            else:
                field = None
        return texts

    def values(self, *args):
        """[{field: its values}] for each frame."""
        out = self.text(*args, "-T", "fields", "-E", "aggregator=" + SEPARATOR, *[
            part for name in self.NAMES for part in ("-e", "sipexplain." + name)])
        return [dict(zip(self.NAMES, map(unpack, line.split("\t")))) for line in out.splitlines()]

    def is_part_in_order(self, some, of_all):
        """Whether a list is another one with items left out."""
        rest = iter(of_all)
        return all(item in rest for item in some)

    def test_rows_joined_are_the_whole_values(self):
        values, blocks = self.values(), trees_of(self.text("-V", *self.ALWAYS))
        self.assertEqual(len(values), 3 * len(self.codes))
        self.assertEqual(len(blocks), len(values))
        self.assertGreater(max(len(text.encode()) for value in values
                               for text in value["description"]), 240)
        for (_, lines), value in zip(blocks, values):
            shown, code = self.texts_of_tree(lines), title_of(lines)[0]
            for name, owners in (("cause", "cause.diagnosis"), ("fix", "fix.diagnosis")):
                general = [text for text, owner in zip(value[name], value[owners]) if owner == code]
                self.assertGreater(len(general), 0, lines)
                self.assertTrue(self.is_part_in_order(general, shown[name]), (general, shown))
                self.assertTrue(self.is_part_in_order(shown[name], value[name]), (shown, value))
            self.assertEqual(shown["when"], value["when"])
            self.assertEqual(shown["description"][-1], value["description"][-1])
            self.assertTrue(self.is_part_in_order(shown["description"], value["description"]))

    def test_what_is_in_view_changes_no_value(self):
        self.assertEqual(self.values(*self.ALWAYS), self.values())
