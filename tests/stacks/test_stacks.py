# SPDX-License-Identifier: GPL-2.0-or-later
"""Diagnoses of calls between SIPp phones through Kamailio, captured while they happen.

Each scenario runs in a network namespace of its own, four at a time. SX_STACKS=FOLDER keeps the
captures there.
"""

import collections
import concurrent.futures
import csv
import os
import shutil
import tempfile
import unittest

from flows.seen import SECOND_LOOK
from lib.tshark import TsharkTest

from .network import CannotCapture, play, what_is_missing
from .sipp import CALLEE, CALLER, PROXY
from .verdicts import BAD, LATE

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
REGISTER = os.path.join(ROOT, "src", "knowledge", "diagnoses.csv")
PORTS = {PROXY[1]: "proxy", CALLER[1]: "caller", CALLEE[1]: "callee"}


def login(password):
    """SIPp's options for alice with this password."""
    return ["-key", "caller", "alice", "-au", "alice", "-ap", password]


def calling(user):
    """SIPp's options for a call to this user from one who needs no login."""
    return ["-s", user, "-key", "caller", "guest"]


def refusing(status, milliseconds=1000, header="Server: callee"):
    """The callee: rings for so long, then answers with this status."""
    words = {"@STATUS@": status, "@HEADER@": header}
    if milliseconds:
        return ["callee_refuses", ["-d", str(milliseconds)], words]
    return ["callee_refuses_at_once", [], words]


SCENARIOS = {
    "no ack": {"caller": ["caller_sends_no_ack", calling("bob")],
               "callee": ["callee_hangs_up", []]},
    "no answer": {"caller": ["caller_is_refused", calling("impatient")],
                  "callee": ["callee_is_cancelled", []]},
    "callee gives up": {"caller": ["caller_is_refused", calling("bob")],
                        "callee": refusing("480 Temporarily Unavailable", 5500)},
    "answered": {"caller": ["caller_talks", calling("bob")], "callee": ["callee_answers", []]},
    "wrong password": {"caller": ["register", login("wrong")]},
    "right password": {"caller": ["register", login("secret")]},
    "call with login": {
        "caller": ["caller_logs_in", [*login("secret"), "-s", "bob"]],
        "callee": ["callee_answers", []]},
    "unknown user": {"caller": ["caller_is_refused", calling("nobody")]},
    "busy": {"caller": ["caller_is_refused", calling("bob")], "callee": refusing("486 Busy Here")},
    "busy at once": {"caller": ["caller_is_refused", calling("bob")],
                     "callee": refusing("486 Busy Here", 0)},
    "cancel": {"caller": ["caller_cancels", calling("bob")], "callee": ["callee_is_cancelled", []]},
    "redirect": {"caller": ["caller_is_refused", calling("carol")]},
    "redirect followed": {"caller": ["caller_follows", calling("carol")],
                          "callee": ["callee_answers", []]},
    "callee redirects": {
        "caller": ["caller_is_refused", calling("bob")],
        "callee": refusing("302 Moved Temporarily", 0, "Contact: <sip:dave@127.0.0.1:20060>")},
    "overload": {"caller": ["caller_is_refused", calling("full")]},
    "overload behind the proxy": {
        "caller": ["caller_is_refused", calling("bob")],
        "callee": refusing("503 Service Unavailable", 0, "Retry-After: 30")},
}


Message = collections.namedtuple("Message", "frame sender what ids verdict answer_time copy_of")


def verdicts():
    """{id: verdict} of the list of diagnoses."""
    with open(REGISTER, encoding="utf-8", newline="") as file:
        return {row["id"]: row["verdict"] for row in csv.DictReader(file)}


class StacksTest(TsharkTest):
    """All scenarios begin together; each test waits for its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        missing = what_is_missing("sipp")
        if missing:
            raise unittest.SkipTest("not installed: " + missing)
        cls.captures = os.environ.get("SX_STACKS") or tempfile.mkdtemp(prefix="sipexplain-stacks-")
        if not os.environ.get("SX_STACKS"):
            cls.addClassCleanup(shutil.rmtree, cls.captures, ignore_errors=True)
        try:
            play("sipp.py", os.path.join(cls.captures, "probe"))
        except CannotCapture as error:
            raise unittest.SkipTest("no capture without rights here: %s" % error) from error
        pool = concurrent.futures.ThreadPoolExecutor(max_workers=4)
        cls.addClassCleanup(pool.shutdown, cancel_futures=True)
        cls.played = {
            name: pool.submit(play, "sipp.py", os.path.join(cls.captures, name.replace(" ", "-")),
                              proxy=True, **plan) for name, plan in SCENARIOS.items()}
        cls.verdict_of = verdicts()

    def look(self, scenario, options=()):
        """One Message for each SIP message of a scenario."""
        capture = self.played[scenario].result()
        rows = self.fields(capture, "sip", "frame.number", "udp.srcport", "sip.Status-Code",
                           "sip.Method", "sipexplain.diagnosis", "sipexplain.verdict",
                           "sipexplain.answer_time", "sipexplain.copy_of", args=options)
        return [Message(number, PORTS[int(port)], code or method, ids.split("|") if ids else [],
                        verdict, time, copy)
                for _, number, port, code, method, ids, verdict, time, copy in rows]

    def check(self, scenario, outcomes, others=()):
        """Compares final responses, as (sender, code, diagnosis), and all other bad messages.

        Others: (sender, code or method, diagnosis), in any order. Repeated messages do not count.
        """
        self.played[scenario].result()
        for options in ((), SECOND_LOOK):
            with self.subTest(options=options):
                self.check_look(self.look(scenario, options), outcomes, others)

    def check_look(self, messages, outcomes, others):
        finals, also, bad = [], set(), []
        for one in messages:
            found = [(one.sender, one.what, name) for name in one.ids]
            also.update(found)
            if one.what.isdigit():
                self.assertTrue(one.ids, one)
                self.assertIn(one.verdict, [self.verdict_of[name] for name in one.ids], one)
                self.assertRegex(one.answer_time, r"^\d+\.\d+$", one)
                if int(one.what) >= 200 and not one.copy_of:
                    finals.append(found[0])
                if found[0] in outcomes:
                    found = found[1:]
            bad += [(one.frame, *triple) for triple in found if triple not in others
                    and triple[2] != LATE and self.verdict_of[triple[2]] in BAD]
        # The hops of a call are not in step: each sender's own order counts.
        self.assertEqual(sorted(finals, key=lambda one: one[0]),
                         sorted(outcomes, key=lambda one: one[0]))
        self.assertEqual(set(others) - also, set(), "is missing")
        self.assertEqual(bad, [], "is not expected")

    def test_wrong_password(self):
        self.check("wrong password", [
            ("proxy", "401", "auth.challenge"), ("proxy", "401", "auth.wrong-credentials"),
            ("proxy", "401", "auth.loop")])

    def test_right_password(self):
        self.check("right password", [
            ("proxy", "401", "auth.challenge"), ("proxy", "200", "auth.succeeded")])

    def test_call_with_login(self):
        # The proxy keeps the credentials: they were accepted at its hop, the callee never saw them.
        self.check("call with login", [
            ("proxy", "407", "auth.challenge"),
            ("callee", "200", "normal.success"), ("proxy", "200", "auth.succeeded"),
            ("callee", "200", "normal.success"), ("proxy", "200", "normal.success")])

    def test_answered(self):
        self.check("answered", [
            ("callee", "200", "normal.success"), ("proxy", "200", "normal.success")] * 2)

    def test_unknown_user(self):
        self.check("unknown user", [("proxy", "404", "route.not-found")])

    def test_busy(self):
        self.check("busy", [("callee", "486", "callee.busy"), ("proxy", "486", "callee.busy")])

    def test_busy_at_once(self):
        self.check("busy at once", [("callee", "486", "callee.busy"),
                                    ("proxy", "486", "callee.busy")])

    def test_cancel(self):
        self.check("cancel", [
            ("proxy", "200", "normal.success"), ("callee", "200", "normal.success"),
            ("callee", "487", "benign.cancelled-by-caller"),
            ("proxy", "487", "benign.cancelled-by-caller")])

    def test_no_answer(self):
        self.check("no answer", [
            ("proxy", "408", "callee.no-answer"), ("callee", "200", "normal.success"),
            ("callee", "487", "benign.attempt-ended")])

    def test_callee_gives_up(self):
        self.check("callee gives up", [
            ("callee", "480", "callee.no-answer"), ("proxy", "480", "callee.no-answer")])

    def test_no_ack(self):
        self.check("no ack", [
            ("callee", "200", "normal.success"), ("proxy", "200", "normal.success"),
            ("caller", "200", "normal.success"), ("proxy", "200", "normal.success")],
            [("callee", "200", "ack.missing"), ("proxy", "200", "ack.missing"),
             ("callee", "BYE", "ack.call-dropped"), ("proxy", "BYE", "ack.call-dropped")])

    def test_redirect(self):
        self.check("redirect", [("proxy", "302", "normal.redirect")])

    def test_redirect_followed(self):
        self.check("redirect followed", [("proxy", "302", "normal.redirect")] + [
            ("callee", "200", "normal.success"), ("proxy", "200", "normal.success")] * 2)
        self.assertEqual(
            [one.ids for one in self.look("redirect followed")
             if (one.sender, one.what) == ("caller", "INVITE")], [[], ["benign.next-target-tried"]])

    def test_callee_redirects(self):
        self.check("callee redirects", [
            ("callee", "302", "normal.redirect"), ("proxy", "302", "normal.redirect")])

    def test_overload(self):
        self.check("overload", [("proxy", "503", "route.overloaded")])

    def test_overload_behind_the_proxy(self):
        self.check("overload behind the proxy", [
            ("callee", "503", "route.overloaded"), ("proxy", "500", "failure.server")],
            [("proxy", "500", "route.code-rewritten")])


if __name__ == "__main__":
    unittest.main()
