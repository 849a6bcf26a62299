# SPDX-License-Identifier: GPL-2.0-or-later
"""Each kind of expectation holds when it should and fails when it should."""

import os
import re
import unittest
from xml.sax.saxutils import quoteattr

from . import expect, flow, seen
from .cases import template_of, templates
from .wire import wire

TALK = """\
phone  = 192.0.2.10
server = 198.51.100.5
transport tcp
0.0 phone > server INVITE
0.1 server > phone 100 Trying
0.1 server > phone 401 Unauthorized [join]
0.2 phone > server ACK
0.3 phone > server INVITE
0.4 phone > server CANCEL [join]
"""  # messages 1..6 are in the frames 4, 5, 5, 6, 7, 7


def field(name, show):
    """A field of PDML."""
    return "<field name=%s show=%s/>" % (quoteattr(name), quoteattr(show))


def tree(ids="", experts="", **values):
    """The plugin's tree for one message; experts: "auth.loop warn, ..."; a value may be a list."""
    values.setdefault("method", "INVITE")
    inner = "".join(field("sipexplain.diagnosis", one) for one in ids.split())
    for name, many in values.items():
        for one in many if isinstance(many, list) else [many]:
            inner += field("sipexplain." + name.replace("__", "."), one)
    for name, severity in (one.split() for one in experts.split(",") if one):
        number = next(key for key, word in seen.SEVERITIES.items() if word == severity)
        inner += '<field name="_ws.expert" show="">%s%s</field>' % (
            field("sipexplain.expert." + name, ""), field("_ws.expert.severity", number))
    return '<proto name="sipexplain"><field name="" show="">%s</field></proto>' % inner


def pdml(shown):
    """PDML of seven frames; shown: {frame: the trees in it}."""
    packets = "".join(
        '<packet><proto name="geninfo">%s</proto><proto name="frame">%s</proto>%s</packet>' % (
            field("num", str(number)), field("frame.protocols", "eth:ip:tcp:sip"),
            "".join(shown.get(number, []))) for number in range(1, 8))
    return '<?xml version="1.0" encoding="utf-8"?><pdml>%s</pdml>' % packets


def trees(experts="auth.wrong-credentials warn", late="anomaly", evidence="late"):
    """{frame: trees} with something in each field that is looked at."""
    return {
        5: [tree("normal.provisional", "normal.provisional chat", code="100", verdict="normal"),
            tree("auth.wrong-credentials timer.late", experts, code="401", verdict="failure",
                 evidence=["User \"bob\" & co", evidence], evidence__frame=["4", "5"],
                 headline="wrong password", relayed_from="4", copy_of="5",
                 detail=["Reason: Q.850 cause 17", "Allow: BYE"], detail__q850__cause=["17", "21"],
                 call__verdict="failure", call__code="401")],
        7: [tree("timer.slow", "timer.slow warn", method="CANCEL", verdict=late)],
    }


def looks(wired, once, twice):
    """What was seen in one pass and in a second look."""
    return {1: seen.by_message(wired, seen.packets(pdml(once))),
            2: seen.by_message(wired, seen.packets(pdml(twice)))}


class ExpectTest(unittest.TestCase):
    """Expectations against trees that are known."""

    maxDiff = None

    @staticmethod
    def problems(expectations, once=None, twice=None):
        """The failures of a case with these expectations, without the path."""
        once = once or trees()
        case = flow.parse(TALK + expectations)
        wired = wire(case)
        found = expect.failures(case, wired, looks(wired, once, twice or once))
        return [text[len(case.path) + 1:] for text in found]

    def test_what_holds(self):
        self.assertEqual(self.problems(
            'expect 2: normal.provisional normal chat\n'
            'expect 3: auth.wrong-credentials failure warn frames 1 2 text \'"bob" &\' text late'
            ' headline password also timer.late relayed-from 1 copy-of 3\n'
            'expect 3: also timer.late\nexpect 3: warn\nexpect 6: timer.slow anomaly warn frames\n'
            'expect 3: detail "cause 17" detail Allow no-detail "cause 21" no-detail "cause 177"'
            ' field detail.q850.cause 21 field code 401 no-field detail.warning.code warn\n'
            'expect 2: no-detail "" no-field detail no-field detail.q850.cause\n'
            'second 3: call-verdict failure call-code 401\nsecond 3: text bob no-text alice\n'
            'never auth.loop\nnever 2: auth.wrong-credentials\nsilent 1 4 5\ncalm 1 2\n'), [])
        quiet = trees("auth.wrong-credentials chat", late="benign")
        quiet[5][1] = quiet[5][1].replace("failure", "user-action")
        quiet[7] = [tree("timer.slow", "timer.slow chat", method="CANCEL", verdict="benign")]
        self.assertEqual(self.problems("calm\n", quiet), [])

    def test_what_does_not_hold(self):
        for text, words in (
                ("expect 3: timer.late", "timer.late expected first; diagnosis: auth.wrong-cre"),
                ("expect 6: timer.late", "timer.late expected; diagnosis: timer.slow"),
                ("expect 1: a.b", "a.b expected; diagnosis: nothing"),
                ("expect 3: also a.b", "a.b expected as well"),
                ("expect 3: anomaly", "verdict: 'anomaly' expected; there: 'failure'"),
                ("expect 3: error", "severity error expected; expert items: auth.wrong-credentials warn"),
                ("expect 3: frames 1", "evidence.frame: frames 4 expected (messages 1); there: 4, 5"),
                ("expect 3: frames 1 2 4", "frames 4, 5, 6 expected"),
                ("expect 3: text alice", "evidence: 'alice' expected"),
                ("expect 3: no-text bob", "evidence: not expected: 'User \"bob\" & co'"),
                ("expect 3: headline alice", "headline: 'alice' expected; there: 'wrong password'"),
                ("second 3: call-verdict normal", "call.verdict: 'normal' expected"),
                ("second 3: call-code 40", "call.code: '40' expected"),
                ("expect 3: relayed-from 2", "relayed_from: frames 5 expected"),
                ("expect 3: copy-of 1", "copy_of: frames 4 expected (messages 1); there: 5"),
                ("expect 3: detail cause-17", "detail: 'cause-17' expected; there: 'Reason: Q.850 ca"),
                ("expect 2: detail Reason", "detail: 'Reason' expected; there: nothing"),
                ("expect 3: no-detail cause", "detail: not expected: 'Reason: Q.850 cause 17'"),
                ("expect 3: no-detail ''", "not expected: 'Reason: Q.850 cause 17', 'Allow: BYE'"),
                ("expect 3: field detail.q850.cause 1", "'1' expected; there: '17', '21'"),
                ("expect 2: field detail.q850.cause 17", "'17' expected; there: nothing"),
                ("expect 3: no-field detail.q850.cause", "q850.cause: not expected: '17', '21'"),
                ("never timer.slow", "timer.slow is not true here"),
                ("never 3: auth.wrong-credentials", "is not true here"),
                ("calm 1 3 4 5", "nothing that alarms expected: failure, auth.wrong-credentials warn; diag"),
                ("calm 5 6", "nothing that alarms expected: anomaly, timer.slow warn; diagnosis: timer.slow"),
                ("silent 1 6", "nothing to say expected; diagnosis: timer.slow")):
            with self.subTest(text=text):
                found = self.problems(text)
                self.assertEqual(len(found), 1, found)
                self.assertTrue(found[0].startswith("10: message "), found)
                self.assertIn(words, found[0])

    def test_rows_in_view_are_those_that_are_not_hidden(self):
        shown = trees()
        shown[5][0] = shown[5][0].replace("</field></proto>", "".join(
            '<field name="sipexplain.%s" show="" showname="%s"%s/>' % one for one in (
                ("detail", "Reason: Q.850", ""), ("continued", "   cause 16", ""),
                ("detail", "Allow: ACK", ' hide="yes"'))) + "</field></proto>")
        self.assertEqual(self.problems(
            'expect 2: row "Q.850 cause 16" no-row Allow', shown), [])
        for text in ("row Allow", "no-row 'cause 16'"):
            with self.subTest(text=text):
                self.assertIn("Reason: Q.850 cause 16", self.problems("expect 2: " + text, shown)[0])

    def test_the_severity_is_that_of_the_diagnosis_in_the_line(self):
        both = trees("auth.wrong-credentials note, timer.late warn")
        self.assertEqual(self.problems("expect 3: auth.wrong-credentials note\nexpect 3: warn\n"
                                       "expect 3: also timer.late warn", both), [])
        self.assertEqual(len(self.problems("expect 3: auth.wrong-credentials warn", both)), 1)

    def test_the_second_look_is_held_against_its_own_expectations(self):
        later = trees(evidence="Hindsight: answered")
        text = "expect 3: text late\nsecond 3: text answered"
        self.assertEqual(self.problems(text, trees(), later), [])
        self.assertEqual(self.problems(text, later, trees()), [
            "10: message 3 (frame 5): evidence: 'late' expected; there: 'User \"bob\" & co',"
            " 'Hindsight: answered'",
            "11: message 3 (frame 5), second look: evidence: 'answered' expected; there:"
            " 'User \"bob\" & co', 'late'"])

    def test_the_second_look_may_not_change_ids_or_verdicts(self):
        self.assertEqual(self.problems("silent 1", trees(), trees(late="failure")), [
            "9: message 6 (frame 7): verdict is anomaly in one pass, but failure in the second look"])
        fewer = trees()
        del fewer[7]
        self.assertIn("9: message 6 (frame 7): diagnosis is timer.slow in one pass, but nothing in"
                      " the second look", self.problems("silent 1", trees(), fewer))

    def test_rows_that_are_expected_and_there_are_reported(self):
        case = flow.parse(TALK + "expect 3: detail cause detail Reason detail Deny no-detail 'Allow'\n"
                          "second 3: detail Allow text late\nexpect 2: detail Allow\n")
        wired = wire(case)
        self.assertEqual(expect.rows(case, looks(wired, trees(), trees())),
                         ["Reason: Q.850 cause 17"] * 2 + ["Allow: BYE", "late"])

    def test_a_row_is_of_the_template_that_says_most_of_it(self):
        self.assertLess({"details/reason.md: q850", "details/redirect.md: contact"},
                        {os.path.join(*name.split(os.sep)[-2:]) for name in templates()})
        among = {"a": (re.compile("Try: .*"), 5), "b": (re.compile("Try: .* at .*"), 9)}
        self.assertEqual([template_of(row, among) for row in ("Try: x", "Try: x at y", "Tried")],
                         ["a", "b", None])

    def test_a_message_must_be_sip_to_wireshark(self):
        wired = wire(flow.parse(TALK))
        found = seen.packets(pdml({}).replace("tcp:sip", "tcp"))
        self.assertEqual(seen.unread(wired, found), [1, 2, 3, 4, 5, 6])

    def test_trees_of_a_shared_frame_find_their_messages(self):
        found = seen.by_message(wire(flow.parse(TALK)), seen.packets(pdml(trees())))
        self.assertEqual([found[number].values("diagnosis")[:1] for number in range(1, 7)], [
            [], ["normal.provisional"], ["auth.wrong-credentials"], [], [], ["timer.slow"]])

    def test_verbs_of_the_reader(self):
        self.assertEqual(expect.parse("never 3: a.b c.d", 7), [
            expect.Check(7, 1, 3, "never", "a.b"), expect.Check(7, 1, 3, "never", "c.d")])


if __name__ == "__main__":
    unittest.main()
