# SPDX-License-Identifier: GPL-2.0-or-later
"""Responses that lack a header which they must carry, and those that only look like it."""

import collections
import re
import unittest

from flows.seen import packets
from lib import pcap, sip
from lib.streams import CLIENT, SERVER, TcpStream
from lib.tshark import TsharkTest

from .outputs import rows_of_tree, trees_of

ALICE, BOB = ("192.0.2.10", 5060), ("198.51.100.20", 5060)
NOTE, WARN, ERROR = "note", "warn", "error"
MISSING = "header.missing-mandatory"

# Headers that make a response of any code and method complete; each test drops or replaces some.
COMPLETE = [(name, "1") for name in (
    "WWW-Authenticate Proxy-Authenticate Allow Accept Accept-Encoding Accept-Language Unsupported"
    " Min-SE Min-Expires Expires SIP-ETag Geolocation-Error AlertMsg-Error Recv-Info Allow-Events"
    " Security-Server Call-Info Reason RSeq").split()] + [
        ("Contact", "<sip:bob@198.51.100.20>"), ("Require", "100rel")]

# The status code and method it is tried with, the header, who demands it, the severity, and
# other ways to write the header.
Rule = collections.namedtuple("Rule", "code method header reference severity spellings")
COMMON = "RFC 3261 section 8.2.6.2"
RULES = [
    Rule(180, "INVITE", "Via", COMMON, ERROR, ["v: SIP/2.0/UDP 192.0.2.1", "VIA : x"]),
    Rule(404, "FOO", "From", COMMON, ERROR, ["f: <sip:a@example.com>;tag=1", "FROM: x"]),
    Rule(100, "INVITE", "To", COMMON, ERROR, ["t: <sip:a@example.com>", "tO\t: x"]),
    Rule(699, "BYE", "Call-ID", COMMON, ERROR, ["i: 1", "call-id:1", "I: 1"]),
    Rule(200, "", "CSeq", COMMON, ERROR, ["CSEQ: 1 BYE", "cseq:\r\n 1 BYE"]),
    Rule(199, "INVITE", "Reason", "RFC 6228 section 5", WARN, ["reason: SIP;cause=486"]),
    Rule(200, "INVITE", "Contact", "RFC 3261 section 12.1.1", ERROR,
         ["m: <sip:b@198.51.100.20>", "CONTACT: <sip:b@198.51.100.20>"]),
    Rule(299, "INVITE", "Contact", "RFC 3261 section 12.1.1", ERROR, ["M: x"]),
    Rule(200, "UPDATE", "Contact", "RFC 3311 section 8", WARN, ["m: x"]),
    Rule(202, "SUBSCRIBE", "Contact", "RFC 3261 section 12.1.1", WARN, ["m: x"]),
    Rule(200, "SUBSCRIBE", "Expires", "RFC 6665 section 4.2.1.1", WARN, ["expires: 60"]),
    Rule(200, "PUBLISH", "Expires", "RFC 3903 section 6", WARN, ["EXPIRES: 0"]),
    Rule(200, "PUBLISH", "SIP-ETag", "RFC 3903 section 6", WARN, ["sip-etag: x"]),
    Rule(401, "REGISTER", "WWW-Authenticate", "RFC 3261 section 22.2", ERROR,
         ["www-authenticate: Digest realm=x"]),
    Rule(405, "INFO", "Allow", "RFC 3261 section 21.4.6", WARN, ["allow: INVITE", "ALLOW:"]),
    Rule(407, "INVITE", "Proxy-Authenticate", "RFC 3261 section 22.3", ERROR,
         ["PROXY-AUTHENTICATE: Digest realm=x"]),
    Rule(420, "INVITE", "Unsupported", "RFC 3261 section 21.4.15", WARN, ["unsupported: x"]),
    Rule(421, "INVITE", "Require", "RFC 3261 section 21.4.16", WARN, ["require: timer"]),
    Rule(422, "INVITE", "Min-SE", "RFC 4028 section 6", WARN, ["min-se: 90"]),
    Rule(423, "REGISTER", "Min-Expires", "RFC 3261 section 21.4.17", WARN, ["MIN-EXPIRES: 60"]),
    Rule(424, "INVITE", "Geolocation-Error", "RFC 6442 section 4.3", WARN,
         ["geolocation-error: 100"]),
    Rule(425, "INVITE", "AlertMsg-Error", "RFC 8876 section 5.1", WARN, ["alertmsg-error: 100"]),
    Rule(469, "INFO", "Recv-Info", "RFC 6086 section 4.2.2", WARN, ["recv-info: x"]),
    Rule(489, "SUBSCRIBE", "Allow-Events", "RFC 3265 section 7.2", NOTE,
         ["u: presence", "allow-events: presence"]),
    Rule(494, "INVITE", "Security-Server", "RFC 3329 section 2.3.1", WARN, ["security-server: x"]),
    Rule(608, "INVITE", "Call-Info", "RFC 8688 section 3.1", NOTE, ["call-info: <x>"]),
]


def without(code, method, *names, also=()):
    """A response without these headers, and with some lines added."""
    kept = [pair for pair in COMPLETE if pair[0] not in names]
    drops = [(name, None) for name in names]
    return sip.response(code, "x", sip.request(method or "BYE"), kept + drops + list(also))


class MandatoryTest(TsharkTest):
    """Base: responses in UDP, one a frame."""

    # Each response by itself: what the conversation adds is tested in flows/.
    options = ("-o", "sipexplain.diagnose:FALSE")

    def write(self, *messages):
        """A capture with these messages."""
        capture = pcap.Capture()
        for data in messages:
            capture.udp(BOB, ALICE, data)
        return capture.write(self.path("headers.pcap"))

    def missing(self, *messages):
        """For each message its values of sipexplain.missing_header, joined with |."""
        return self.missing_in(self.write(*messages))

    def missing_in(self, path):
        """For each frame of a capture its values of sipexplain.missing_header, joined with |."""
        out = self.tshark("-r", path, "-T", "fields", "-E", "aggregator=|",
                          "-e", "sipexplain.missing_header")
        return out.split("\n")[:-1]

    def items(self, path):
        """{frame: (expert item of the whole message, rows that name a header)} where a header is missing."""
        out = self.tshark("-r", path, "-Y", "sipexplain.missing_header", "-T", "pdml")
        rows = {frame: [text for _, text in rows_of_tree(lines)
                        if re.search(" (must|should) carry it ", text)]
                for frame, lines in trees_of(self.tshark("-r", path, "-V"))}
        return {frame: (one.experts[-1], rows[frame])
                for frame, (_, trees) in packets(out).items() for one in trees}

    def verdicts(self, path):
        """For each frame of a capture the verdict."""
        out = self.tshark("-r", path, "-T", "fields", "-e", "sipexplain.verdict")
        return out.split("\n")[:-1]


class RulesTest(MandatoryTest):
    """Each rule by itself."""

    @staticmethod
    def broken():
        """For each rule the response that breaks this rule only."""
        return [without(rule.code, rule.method, rule.header) for rule in RULES]

    @staticmethod
    def text(rule):
        """What the row of a broken rule says."""
        method = " to %s" % rule.method if rule.method else ""
        duty = "should" if rule.severity == NOTE else "must"
        return "%s is missing: a %d%s %s carry it (%s)" % (
            rule.header, rule.code, method, duty, rule.reference)

    def test_a_missing_header_is_named(self):
        self.assertEqual(self.missing(*self.broken()), [rule.header for rule in RULES])

    def test_verdict_is_violation_unless_the_header_is_only_missed(self):
        self.assertEqual(self.verdicts(self.write(*self.broken())), [
            "failure" if rule.code in (489, 608) else "violation" for rule in RULES])

    def test_a_row_names_header_and_rfc_and_the_expert_item_has_the_severity_of_the_rule(self):
        ids = {489: "failure.client", 608: "failure.global"}  # no RFC in force demands these headers
        self.assertEqual(self.items(self.write(*self.broken())), {
            number: ((ids.get(rule.code, MISSING), rule.severity), [self.text(rule)])
            for number, rule in enumerate(RULES, 1)})

    def test_with_diagnosing_the_missing_header_leads(self):
        # Headline, verdict and first diagnosis are of the same finding, which has the severity of the rule.
        self.options = ()
        calls = [[("Call-ID", None if rule.header == "Call-ID" else number)]
                 for number, rule in enumerate(RULES)]
        path = self.write(*(without(rule.code, rule.method, rule.header, also=call)
                            for rule, call in zip(RULES, calls)))
        out = self.tshark("-r", path, "-T", "fields", "-E", "aggregator=|", *[
            part for name in ("diagnosis", "verdict", "headline", "evidence", "missing_header")
            for part in ("-e", "sipexplain." + name)])
        items = self.items(path)
        for (number, rule), line in zip(enumerate(RULES, 1), out.splitlines()):
            with self.subTest(code=rule.code, header=rule.header):
                ids, verdict, headline, evidence, header = [
                    cell.split("|") for cell in line.split("\t")]
                leads = rule.severity != NOTE
                self.assertEqual(header, [rule.header])
                self.assertEqual(verdict, ["violation" if leads else "failure"])
                self.assertEqual(ids[0].startswith(("header.missing-", "auth.challenge-header-")), leads)
                self.assertEqual(items[number][0], (ids[0], rule.severity))
                if ids[0] == MISSING:
                    self.assertEqual(headline, [
                        "no %s in it, which a %d must carry" % (rule.header, rule.code)])
                    self.assertEqual(evidence[0], "%d without %s (%s)" % (
                        rule.code, rule.header, rule.reference))

    def test_a_noted_header_keeps_the_expert_item_of_the_code(self):
        path = self.write(without(489, "SUBSCRIBE", "Allow-Events"),
                          without(494, "INVITE", "Security-Server"),
                          without(608, "INVITE", "Call-Info"))
        for name, frames in (("failure", "1\n3\n"), ("violation", "2\n"),
                             ("failure.client", "1\n"), ("failure.global", "3\n"), (MISSING, "2\n")):
            self.assertEqual(self.tshark(
                "-r", path, "-Y", "sipexplain.expert." + name, "-T", "fields",
                "-e", "frame.number"), frames)

    def test_the_same_response_with_the_header_is_silent(self):
        path = self.write(*(without(rule.code, rule.method) for rule in RULES))
        self.assertEqual(self.missing_in(path), [""] * len(RULES))
        self.assertEqual(self.items(path), {})
        self.assertNotIn("violation", self.verdicts(path))

    def test_the_header_in_another_spelling_is_as_good(self):
        cases = [(rule, line) for rule in RULES for line in rule.spellings]
        path = self.write(*(without(rule.code, rule.method, rule.header, also=[line])
                            for rule, line in cases))
        for (rule, line), missing in zip(cases, self.missing_in(path)):
            with self.subTest(code=rule.code, line=line):
                self.assertEqual(missing, "")
        self.assertEqual(self.items(path), {})

    def test_several_missing_headers_are_all_named(self):
        path = self.write(without(200, "PUBLISH", "Via", "Expires", "SIP-ETag", "Allow"))
        self.assertEqual(self.missing_in(path), ["Via|Expires|SIP-ETag"])
        item, rows = self.items(path)[1]
        self.assertEqual((item, [row.partition(" ")[0] for row in rows]),
                         ((MISSING, ERROR), ["Via", "Expires", "SIP-ETag"]))

    def test_a_response_of_the_start_line_only_lacks_all_five(self):
        self.assertEqual(self.missing(b"SIP/2.0 486 Busy Here\r\n\r\n"),
                         ["Via|From|To|Call-ID|CSeq"])


class NearMissTest(MandatoryTest):
    """Responses that a rule almost applies to."""

    def silent(self, *messages):
        """None of the messages lacks anything."""
        self.assertEqual(self.missing(*messages), [""] * len(messages))

    def test_other_codes_need_not_carry_the_header(self):
        cases = [(300, "INVITE", "Contact"), (180, "INVITE", "Contact"), (403, "INVITE", "Allow"),
                 (400, "INVITE", "WWW-Authenticate"), (402, "INVITE", "WWW-Authenticate"),
                 (406, "INVITE", "Proxy-Authenticate"), (419, "INVITE", "Unsupported"),
                 (481, "SUBSCRIBE", "Expires"), (488, "SUBSCRIBE", "Allow-Events"),
                 (412, "PUBLISH", "SIP-ETag"), (607, "INVITE", "Call-Info"),
                 (183, "INVITE", "Reason"), (203, "SUBSCRIBE", "Contact")]
        self.silent(*(without(*case) for case in cases))

    def test_other_methods_need_not_carry_the_header(self):
        cases = [(200, "BYE", "Contact"), (200, "REGISTER", "Contact"), (200, "invite", "Contact"),
                 (200, "INVITES", "Contact"), (200, "NOTIFY", "Expires"),
                 (200, "REGISTER", "Expires"), (200, "SUBSCRIBE", "SIP-ETag"),
                 (199, "BYE", "Reason")]
        self.silent(*(without(*case) for case in cases))

    def test_any_of_the_three_accept_headers_satisfies_a_415(self):
        three = ("Accept", "Accept-Encoding", "Accept-Language")
        self.silent(*(without(415, "INVITE", *three, also=[line])
                      for line in ("Accept-Language: en", "accept: x/y", "Accept-Encoding:")))
        path = self.write(without(415, "INVITE", *three),
                          without(415, "INVITE", *three, also=["Accept-Contact: *"]))
        self.assertEqual(self.missing_in(path), ["Accept/Accept-Encoding/Accept-Language"] * 2)
        self.assertEqual(self.items(path)[1], (("failure.client", WARN), [
            "Accept/Accept-Encoding/Accept-Language is missing: a 415 to INVITE must"
            " carry it (RFC 3261 section 21.4.13)"]))

    def test_an_unrelated_challenge_does_not_satisfy_a_401(self):
        lines = ["Proxy-Authenticate: Digest", "X-WWW-Authenticate: Digest", "WWW-Authenticat: x",
                 "WWW-Authenticate-2: x", "WWW-Authenticate", "Authorization: Digest"]
        self.assertEqual(self.missing(*(without(
            401, "INVITE", "WWW-Authenticate", "Proxy-Authenticate", also=[line])
            for line in lines)), ["WWW-Authenticate"] * len(lines))

    def test_a_header_in_the_body_does_not_count(self):
        body = b"\r\nWWW-Authenticate: Digest realm=x\r\n"
        data = sip.response(401, "x", sip.request(), [], body)
        self.assertEqual(self.missing(data), ["WWW-Authenticate"])

    def test_an_element_in_a_folded_line_is_no_header(self):
        data = sip.response(401, "x", sip.request(), ["Subject: a\r\n WWW-Authenticate: Digest"])
        self.assertEqual(self.missing(data), ["WWW-Authenticate"])

    def test_a_request_never_lacks_anything(self):
        path = self.write(b"INVITE sip:bob@example.com SIP/2.0\r\n\r\n", sip.request("SUBSCRIBE"),
                          sip.request("INVITE", headers=[(name, None) for name in (
                              "Via", "From", "To", "Call-ID", "CSeq", "Contact")]))
        self.assertEqual(self.fields(path, "sipexplain"), [])
        self.assertEqual(self.items(path), {})


class ReliableProvisionalTest(MandatoryTest):
    """RSeq and Require: 100rel go together (RFC 3262), and 199 (RFC 6228)."""

    def provisional(self, *cases, code=183, method="INVITE"):
        """What provisional responses with these additional headers (lists of lines) lack."""
        return self.missing(*(sip.response(code, "x", sip.request(method), lines)
                              for lines in cases))

    def test_rseq_without_100rel_lacks_require(self):
        self.assertEqual(self.provisional(
            ["RSeq: 1"], ["RSeq: 1", "Require: timer"], ["rseq: 1", "Supported: 100rel"],
            ["RSeq: 1", "Require: 100rel2, x100rel"]), ["Require: 100rel"] * 4)

    def test_100rel_without_rseq_lacks_rseq(self):
        self.assertEqual(self.provisional(
            ["Require: 100rel"], ["REQUIRE: timer, 100Rel"], ["Require: 100rel", "RSeqs: 1"],
            ["Require: timer", "Require: 100rel"]), ["RSeq"] * 4)

    def test_both_or_neither_is_fine(self):
        self.assertEqual(self.provisional(
            [], ["RSeq: 1", "Require: 100rel"], ["RSeq: 1", "Require: a", "Require: 100rel"],
            ["Require: timer"], ["Supported: 100rel"], ["RSeq: 1", "require:a,100rel,b"]), [""] * 6)

    def test_rule_holds_for_101_to_199_to_invite(self):
        both = ["Require: 100rel"], ["RSeq: 1"]
        for code in (101, 180, 198):
            self.assertEqual(self.provisional(*both, code=code), ["RSeq", "Require: 100rel"])
        self.assertEqual(self.provisional(*both, code=199),
                         ["RSeq|Reason", "Require: 100rel|Reason"])
        self.assertEqual(self.provisional(*both, code=100), [""] * 2)
        self.assertEqual(self.provisional(*both, method="UPDATE"), [""] * 2)
        self.assertEqual(self.provisional(*both, code=200, method="BYE"), [""] * 2)

    def test_texts_of_both_directions(self):
        path = self.write(sip.response(183, "x", sip.request(), ["RSeq: 1"]),
                          sip.response(183, "x", sip.request(), ["Require: 100rel"]))
        text = "%s is missing: a 183 to INVITE must carry it (RFC 3262 section 3)"
        self.assertEqual(self.items(path), {1: ((MISSING, WARN), [text % "Require: 100rel"]),
                                            2: ((MISSING, WARN), [text % "RSeq"])})

    def test_199_needs_a_to_tag(self):
        wrong = ["<sip:a@b>", "<sip:a@b;tag=1>", "\"x;tag=1\" <sip:a@b>", "<sip:a@b>;tags=1"]
        right = ["<sip:a@b>;tag=1", "<sip:a@b>;x=y; TAG = 1", "sip:a@b;tag=1"]
        path = self.write(*(sip.response(199, "x", sip.request(), COMPLETE + [("To", value)],
                                         to_tag=None) for value in wrong + right))
        text = "To tag is missing: a 199 to INVITE must carry it (RFC 6228 section 5)"
        self.assertEqual(self.missing_in(path), ["To tag"] * 4 + [""] * 3)
        self.assertEqual(self.items(path),
                         {number: ((MISSING, WARN), [text]) for number in (1, 2, 3, 4)})


class TruncatedTest(MandatoryTest):
    """A response that the capture does not hold in full."""

    BARE = sip.response(401, "Unauthorized", sip.request(), body=b"x" * 200)  # no challenge
    HEADERS_END = 42 + BARE.index(b"\r\n\r\n") + 4  # 42: Ethernet, IP and UDP

    def cut(self, snaps):
        """(code, missing headers) for each snap length."""
        capture = pcap.Capture()
        for snap in snaps:
            capture.udp(BOB, ALICE, self.BARE, snap=snap)
        path = capture.write(self.path("cut.pcap"))
        out = self.tshark("-r", path, "-T", "fields", "-E", "aggregator=|",
                          "-e", "sipexplain.code", "-e", "sipexplain.missing_header")
        return [tuple(line.split("\t")) for line in out.split("\n")[:-1]]

    def test_cut_inside_the_headers_accuses_nobody(self):
        snaps = list(range(42 + len("SIP/2.0 401 Unauthorized\r\n"), self.HEADERS_END - 3, 5))
        snaps += [self.HEADERS_END - 2]
        self.assertEqual(self.cut(snaps), [("401", "")] * len(snaps))

    def test_cut_inside_the_body_still_accuses(self):
        snaps = [self.HEADERS_END, self.HEADERS_END + 1, 42 + len(self.BARE)]
        self.assertEqual(self.cut(snaps), [("401", "WWW-Authenticate")] * 3)

    def test_cut_in_tcp_accuses_nobody(self):
        capture = pcap.Capture()
        stream = TcpStream(capture, ALICE, BOB)
        with capture.path(snap=150):
            stream.send(CLIENT, sip.request())
            number = stream.send(SERVER, self.BARE)
        path = capture.write(self.path("tcp.pcap"))
        self.assertEqual(self.missing_in(path)[number - 1], "")


if __name__ == "__main__":
    unittest.main()
