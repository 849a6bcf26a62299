# SPDX-License-Identifier: GPL-2.0-or-later
"""What is said of calls between baresip and JsSIP through Kamailio and rtpengine, captured while they happen.

Scenarios skip, saying so, where a program is missing: see README.md. SX_STACKS=FOLDER keeps the captures there.
"""

import collections
import concurrent.futures
import os
import shutil
import tempfile
import unittest

from flows.seen import SECOND_LOOK
from lib.tshark import TsharkTest

from . import network, phones
from .verdicts import BAD, LATE

NAMES = {address: name for name, address in phones.ADDRESSES.items()}
NAMES[phones.PROXY[0]] = "proxy"

# Scenario, with "+rtpengine", "+without-ack": what must be said, as (sender, code or method, diagnosis, part of the
# headline). Any other message must have a verdict that alarms nobody.
EXPECTED = {
    "phone-wrong-password": [
        ("proxy", "401", "auth.wrong-credentials", 'wrong credentials for user "alice" in realm "example.com"'),
        ("proxy", "401", "auth.loop", "rejected 2 times in a row")],
    "web-wrong-password": [("proxy", "401", "auth.wrong-credentials", 'wrong credentials for user "alice"')],
    "phone-answered": [("bob", "200", "normal.success", "the call is answered"),
                       ("alice", "BYE", "", "ends a call of 1")],
    "web-answered": [("bob", "200", "normal.success", "the call is answered"), ("alice", "BYE", "", "ends a call of 1")],
    "web-to-phone-answered+rtpengine": [("bob", "200", "normal.success", "the call is answered")],
    "phone-to-web-answered+rtpengine": [("bob", "200", "normal.success", "the call is answered")],
    "secure-to-plain-answered+rtpengine": [("bob", "200", "normal.success", "the call is answered")],
    "secure-to-plain": [
        (who, "488", "media.offer-refused", "nothing but SRTP was refused (RTP/SAVP)") for who in ("bob", "proxy")],
    "plain-to-secure": [(who, "488", "media.offer-refused", "the media offer was refused") for who in ("bob", "proxy")],
    "no-common-codec": [(who, "488", "media.offer-refused", "the media offer was refused") for who in ("bob", "proxy")],
    "no-common-codec+rtpengine": [
        (who, "488", "media.offer-refused", "the media offer was refused") for who in ("bob", "proxy")],
    "web-to-phone": [
        (who, "488", "media.offer-refused", "offer in the form of WebRTC was refused") for who in ("bob", "proxy")],
    "phone-to-web": [(who, "488", "media.secure-profile-mismatch", "plain RTP offered to a WebSocket client")
                     for who in ("bob", "proxy")],
    "phone-refuses": [(who, "486", "callee.busy", "the callee answers busy") for who in ("bob", "proxy")],
    "web-do-not-disturb": [(who, "480", "callee.rejected-automatically", "do not disturb") for who in ("bob", "proxy")],
    "web-declines": [(who, "603", "callee.declined", "the callee declined") for who in ("bob", "proxy")],
    "phone-holds": [("bob", "200", "normal.success", "put on hold"), ("bob", "200", "normal.success", "taken off hold")],
    "web-holds": [("bob", "200", "normal.success", "put on hold"), ("bob", "200", "normal.success", "taken off hold")],
    "web-holds+rtpengine": [("bob", "200", "normal.success", "put on hold")],
    "phone-transfers": [
        ("alice", "NOTIFY", "transfer.succeeded", "the transfer to sip:carol@example.com succeeded")],
    "web-transfers": [("alice", "NOTIFY", "transfer.succeeded", "the transfer to sip:carol@example.com succeeded")],
    "phone-transfers-to-nobody": [
        ("proxy", "404", "route.not-found", "nobody is not known there"),
        ("alice", "NOTIFY", "transfer.failed", "the transfer to sip:nobody@example.com failed with 404"),
        ("proxy", "NOTIFY", "transfer.failed", "failed with 404")],
    "phone-cancels": [(who, "487", "benign.cancelled-by-caller", "given up from the caller's side") for who in ("bob", "proxy")],
    "web-cancels": [(who, "487", "benign.cancelled-by-caller", "given up from the caller's side") for who in ("bob", "proxy")],
    "web-closed": [("proxy", "500", "vendor.proxy-local-reply", 'it cannot reach the phone of "bob"')],
    "web-closed-in-call": [("proxy", "500", "session.bye-refused", "the BYE was refused with 500")],
    "phone-gone": [("proxy", "INVITE", "timer.no-response", "no response in"),
                   ("proxy", "408", "timer.next-hop-timeout", "no final answer came from the next hop")],
    "without-ack+without-ack": [
        ("bob", "200", "ack.missing", "got to 10.20.0.1:5060 and no further"),
        ("proxy", "200", "ack.not-arriving", "is repeated")],
    "web-without-ack+without-ack": [
        ("bob", "200", "ack.missing", "got to 10.20.0.1:8080 and no further"),
        ("proxy", "200", "ack.not-arriving", "is repeated")],
}

Message = collections.namedtuple("Message", "frame sender what ids verdicts headline")


class PhonesTest(TsharkTest):
    """All scenarios begin together; each test waits for its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        missing = network.what_is_missing()
        if missing:
            raise unittest.SkipTest("not installed: " + missing)
        cls.captures = os.environ.get("SX_STACKS") or tempfile.mkdtemp(prefix="sipexplain-phones-")
        if not os.environ.get("SX_STACKS"):
            cls.addClassCleanup(shutil.rmtree, cls.captures, ignore_errors=True)
        try:
            network.play("sipp.py", os.path.join(cls.captures, "probe"))
        except network.CannotCapture as error:
            raise unittest.SkipTest("no capture without rights here: %s" % error) from error
        pool = concurrent.futures.ThreadPoolExecutor(max_workers=2)
        cls.addClassCleanup(pool.shutdown, cancel_futures=True)
        cls.played, cls.missing = {}, {}
        for case in EXPECTED:
            name, _, option = case.partition("+")
            missing = phones.what_is_missing(name, option == "rtpengine")
            if missing:
                cls.missing[case] = missing
                continue
            cls.played[case] = pool.submit(
                network.play, "phones.py", os.path.join(cls.captures, case), name=name,
                rtpengine=option == "rtpengine", without_ack=option == "without-ack")

    def look(self, capture, options):
        """One Message for each frame with SIP."""
        rows = self.fields(capture, "sip", "frame.number", "ip.src", "sip.Status-Code", "sip.Method",
                           "sipexplain.diagnosis", "sipexplain.verdict", "sipexplain.headline", args=options)
        return [Message(frame, NAMES[source], code or method, ids.split("|"), verdicts.split("|"), headline)
                for _, frame, source, code, method, ids, verdicts, headline in rows]

    def check(self, case):
        """Compares what is said of a scenario, in the same pass and in a second look."""
        if case in self.missing:
            self.skipTest("not installed: " + self.missing[case])
        capture = self.played[case].result()
        for options in ((), SECOND_LOOK):
            with self.subTest(options=options):
                messages = self.look(capture, options)
                for sender, what, name, part in EXPECTED[case]:
                    self.assertTrue(
                        any(one.sender == sender and one.what == what and name in one.ids and part in one.headline
                            for one in messages), (sender, what, name, part, messages))
                allowed = {(sender, name) for sender, _, name, _ in EXPECTED[case]}
                self.assertEqual([one for one in messages if set(one.verdicts) & set(BAD) and not any(
                    (one.sender, name) in allowed or name == LATE for name in one.ids)], [], "is not expected")


def _make_tests():
    for case in EXPECTED:
        setattr(PhonesTest, "test_" + case.replace("-", "_").replace("+", "_"), lambda self, case=case: self.check(case))


_make_tests()

if __name__ == "__main__":
    unittest.main()
