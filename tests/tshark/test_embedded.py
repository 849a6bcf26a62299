# SPDX-License-Identifier: GPL-2.0-or-later
"""Responses that a NOTIFY reports (message/sipfrag) and those that an ICMP error quotes."""

import unittest

from lib import pcap, sip
from lib.tshark import TsharkTest

from .outputs import general_headline
from .test_codes import CODES
from .test_transports import expert_items, read_trees

ALICE, BOB = ("192.0.2.10", 5060), ("198.51.100.20", 5060)
ALICE6, BOB6 = ("2001:db8::10", 5060), ("2001:db8:1::20", 5060)
ROUTER, ROUTER6 = "203.0.113.1", "2001:db8:f::1"
CHAT, NOTE = "2097152", "4194304"  # values of _ws.expert.severity
REFUSED = "failure.client"  # of a response that nobody diagnosed

INVITE = sip.request("INVITE", headers=[("Content-Type", "application/sdp")], body=sip.sdp())
RINGING = sip.response(180, "Ringing", INVITE)
BUSY = sip.response(486, "Busy Here", INVITE)
CHALLENGE = sip.response(401, "Unauthorized", sip.request("REGISTER"))  # lacks WWW-Authenticate
QUOTED = ["in an error message or in another message: nobody sent it here"]


def notify(body, content_type="message/sipfrag", headers=(), method="NOTIFY"):
    """A NOTIFY as it follows a REFER."""
    return sip.request(method, headers=[
        ("Event", "refer"), ("Subscription-State", "active;expires=60"),
        ("Content-Type", content_type), *headers], body=body)


def multipart(boundary, *parts):
    """A multipart body; parts: (Content-Type or None, content)."""
    lines = b""
    for content_type, content in parts:
        content = content if isinstance(content, bytes) else content.encode()
        head = b"Content-Type: %s\r\n" % content_type.encode() if content_type else b""
        lines += b"--%s\r\n%s\r\n%s\r\n" % (boundary.encode(), head, content)
    return lines + b"--%s--\r\n" % boundary.encode()


class EmbeddedTest(TsharkTest):
    """Base: an empty capture."""

    # Each response by itself: what the conversation adds is tested in flows/.
    options = ("-o", "sipexplain.diagnose:FALSE")

    def setUp(self):
        super().setUp()
        self.capture = pcap.Capture()

    def trees(self):
        """{frame: [tree]} of the capture."""
        path = self.capture.write(self.path("embedded.pcap"))
        return read_trees(self.tshark("-r", path, "-T", "pdml"))

    def add(self, *messages, **options):
        """Adds messages from Bob to Alice."""
        for data in messages:
            self.capture.udp(BOB, ALICE, data, **options)

    def check_fragments(self, expected):
        """expected: {frame: reported code}; no other frame is explained at all."""
        found = {}
        for number, trees in self.trees().items():
            for tree in trees:
                self.assertNotIn("sipexplain.code", tree)
                found.setdefault(number, []).extend(tree["sipexplain.sipfrag.code"])
        self.assertEqual(found, {number: [code] for number, code in expected.items()})


class SipfragTest(EmbeddedTest):
    """A NOTIFY with one body."""

    CASES = {100: ("Trying", "normal", "normal.provisional", CHAT),
             200: ("OK", "normal", "normal.success", CHAT),
             404: ("Not Found", "failure", REFUSED, NOTE),
             486: ("Busy Here", "user-action", REFUSED, CHAT)}

    def add_cases(self):
        """One frame for each case."""
        self.add(*(notify("SIP/2.0 %d %s\r\n" % (code, name))
                   for code, (name, _, _, _) in self.CASES.items()))

    def test_reported_code_is_explained_as_for_invite(self):
        self.add_cases()
        trees = self.trees()
        self.assertEqual(sorted(trees), [1, 2, 3, 4])
        for number, (code, (name, verdict, _, _)) in enumerate(self.CASES.items(), 1):
            tree, = trees[number]
            self.assertNotIn("sipexplain.code", tree)
            self.assertNotIn("sipexplain.phrase", tree)
            shown = [tree["sipexplain." + field] for field in (
                "sipfrag.code", "name", "class", "method", "verdict")]
            self.assertEqual(shown, [[str(code)], [name], [str(code // 100)], ["NOTIFY"],
                                     [verdict]])
            for section, field in (("Headline", "headline"), ("Meaning", "description"),
                                   ("Causes", "cause"), ("How to fix", "fix")):
                self.assertEqual(tree["sipexplain." + field], CODES[code].text(section, "INVITE"))

    def test_expert_item_is_that_of_the_reported_code(self):
        self.add_cases()
        trees = self.trees()
        for number, (_, verdict, diagnosis, severity) in enumerate(self.CASES.values(), 1):
            tree, = trees[number]
            self.assertEqual(expert_items(tree), [diagnosis, verdict])
            self.assertEqual(tree["_ws.expert.severity"], [severity])
            self.assertEqual(tree["_ws.expert.message"], [general_headline(diagnosis)])

    def test_top_line_says_who_tells(self):
        self.add(notify("SIP/2.0 486 Busy Here\r\n"))
        path = self.capture.write(self.path("one.pcap"))
        self.assertIn("\nSIP Explain: NOTIFY reports 486 Busy Here - %s\n"
                      % CODES[486].text("Headline", "INVITE")[0],
                      self.tshark("-r", path, "-O", "sipexplain"))

    def test_response_to_the_notify_has_a_code_of_its_own(self):
        report = notify("SIP/2.0 486 Busy Here\r\n")
        self.add(report, sip.response(200, "OK", report))
        trees = self.trees()
        self.assertEqual(trees[1][0]["sipexplain.sipfrag.code"], ["486"])
        self.assertEqual(trees[2][0]["sipexplain.code"], ["200"])
        self.assertNotIn("sipexplain.sipfrag.code", trees[2][0])
        self.assertEqual(expert_items(trees[2][0]), ["normal.success", "normal"])

    def test_headers_behind_the_status_line_do_no_harm(self):
        self.add(notify(b"SIP/2.0 404 Not Found\r\nTo: <sip:x@y>;tag=1\r\nCSeq: 7 BYE\r\n\r\n"),
                 notify(BUSY), notify(b"SIP/2.0 200 OK\r\nContent-Length: 99\r\n\r\nv=0\r\n"))
        self.check_fragments({1: "404", 2: "486", 3: "200"})

    def test_headers_missing_from_a_fragment_accuse_nobody(self):
        self.add(notify("SIP/2.0 401 Unauthorized\r\n\r\n"), notify("SIP/2.0 200 OK\r\n\r\n"))
        trees = self.trees()
        for number, diagnosis in (1, REFUSED), (2, "normal.success"):
            self.assertNotIn("sipexplain.missing_header", trees[number][0])
            self.assertEqual(expert_items(trees[number][0]), [diagnosis, "normal"])

    def test_spellings_of_the_media_type(self):
        types = ["message/sipfrag;version=2.0", "message/sipfrag; version=2.0",
                 "Message/SIPfrag ;version=\"2.0\"", "message/sipfrag;charset=utf-8;version=2.0"]
        self.add(*(notify("SIP/2.0 486 Busy Here\r\n", kind) for kind in types),
                 notify("SIP/2.0 486 Busy Here").replace(b"Content-Type:", b"c:"))
        self.check_fragments({number: "486" for number in range(1, 6)})

    def test_line_ends_of_the_status_line(self):
        self.add(*(notify(b"SIP/2.0 486 Busy Here" + end)
                   for end in (b"", b"\n", b"\r", b"\r\n", b"\r\n\r\n")),
                 notify(b"\r\nSIP/2.0 486 Busy Here\r\n"))
        self.check_fragments({number: "486" for number in range(1, 7)})
        for trees in self.trees().values():
            self.assertNotIn("sipexplain.phrase", trees[0])

    def test_another_phrase_is_shown(self):
        self.add(notify("SIP/2.0 486 Line busy\r\n"))
        self.assertEqual(self.trees()[1][0]["sipexplain.phrase"], ["Line busy"])

    def test_without_a_status_line_there_is_nothing(self):
        bodies = ["", "\r\n", "Subject: SIP/2.0 486 Busy Here\r\n", "SIP/2.0\r\n",
                  "SIP/2.0 Busy\r\n", "INVITE sip:x@y SIP/2.0\r\n", "HTTP/1.1 404 Not Found\r\n",
                  " SIP/2.0 486 x\r\n"]
        self.add(*map(notify, bodies))
        self.check_fragments({})

    def test_other_methods_report_nothing(self):
        self.add(*(notify("SIP/2.0 486 Busy Here\r\n", method=method)
                   for method in ("MESSAGE", "INFO", "REFER", "PUBLISH", "notify", "NOTIFYX")))
        self.check_fragments({})

    def test_other_media_types_report_nothing(self):
        self.add(*(notify("SIP/2.0 486 Busy Here\r\n", kind) for kind in (
            "text/plain", "message/sipfragment", "application/sipfrag", "message/sipfrag2",
            "application/pidf+xml;type=message/sipfrag")))
        self.check_fragments({})


class TruncatedSipfragTest(EmbeddedTest):
    """A NOTIFY whose body the capture, or the datagram, does not hold in full."""

    LINE = b"SIP/2.0 404 Not Found\r\nTo: <sip:x@y>\r\n"

    def cut(self, kept):
        """Adds a NOTIFY of whose body so many bytes are captured."""
        data = notify(self.LINE)
        return self.capture.udp(BOB, ALICE, data, snap=42 + len(data) - len(self.LINE) + kept)

    def test_cut_behind_the_status_line_still_reports(self):
        numbers = [self.cut(kept) for kept in (23, 24, 30, len(self.LINE))]
        self.check_fragments({number: "404" for number in numbers})

    def test_cut_in_the_code_reports_nothing(self):
        for kept in range(0, len("SIP/2.0 40") + 1):
            self.cut(kept)
        self.check_fragments({})

    def test_cut_in_the_phrase_tells_no_other_phrase(self):
        numbers = [self.cut(kept) for kept in range(len("SIP/2.0 404 "), 21)]
        trees = self.trees()
        self.assertEqual(sorted(trees), numbers)
        for number in numbers:
            self.assertEqual(trees[number][0]["sipexplain.sipfrag.code"], ["404"])
            self.assertNotIn("sipexplain.phrase", trees[number][0])

    def test_content_length_beyond_the_datagram_still_reports(self):
        self.add(notify("SIP/2.0 404 Not Found\r\n", headers=[("Content-Length", 500)]))
        self.check_fragments({1: "404"})


class MultipartTest(EmbeddedTest):
    """A NOTIFY with message/sipfrag among other parts."""

    FRAGMENT = ("message/sipfrag;version=2.0", "SIP/2.0 486 Busy Here\r\n")
    TEXT = ("text/plain", "SIP/2.0 404 Not Found\r\n")

    def test_first_or_later_part(self):
        for parts in ([self.FRAGMENT], [self.FRAGMENT, self.TEXT], [self.TEXT, self.FRAGMENT],
                      [(None, "SIP/2.0 404 Not Found\r\n"), self.TEXT, self.FRAGMENT]):
            self.add(notify(multipart("b1", *parts), "multipart/mixed;boundary=b1"))
        self.check_fragments({1: "486", 2: "486", 3: "486", 4: "486"})

    def test_quoted_boundary(self):
        for boundary in ("b1", "a;b=c", "gc0p4Jq0M2Yt08j34c0p", "a b", "x,y:z?=(1)"):
            self.add(notify(multipart(boundary, self.TEXT, self.FRAGMENT),
                            'multipart/mixed; boundary="%s"' % boundary))
        self.check_fragments({number: "486" for number in range(1, 6)})

    def test_nested(self):
        inner = multipart("inner", self.TEXT, self.FRAGMENT)
        middle = multipart("middle", self.TEXT, ('multipart/related;boundary="inner"', inner))
        self.add(notify(multipart("outer", ("multipart/mixed;boundary=inner", inner)),
                        "multipart/mixed;boundary=outer"),
                 notify(multipart("outer", self.TEXT, ("multipart/mixed;boundary=middle", middle)),
                        "Multipart/Alternative;Boundary=outer"))
        self.check_fragments({1: "486", 2: "486"})

    def test_folded_headers(self):
        inner = multipart("inner", self.TEXT, ("message/sipfrag;\r\n version=2.0",
                                               self.FRAGMENT[1]))
        self.add(notify(inner, "multipart/mixed;\r\n boundary=inner"),
                 notify(multipart("outer", ("multipart/mixed;\r\n\tboundary=inner", inner)),
                        "multipart/mixed;boundary=outer"))
        self.check_fragments({1: "486", 2: "486"})

    def test_preamble_and_other_headers_of_a_part(self):
        body = (b"SIP/2.0 404 Not Found\r\n\r\n--b1\r\nContent-ID: <1>\r\n"
                b"content-type:message/sipfrag\r\nContent-Disposition: x\r\n\r\n"
                b"SIP/2.0 486 Busy Here\r\n--b1--\r\nSIP/2.0 404 Not Found\r\n")
        self.add(notify(body, "multipart/mixed;boundary=b1"))
        self.add(notify(body.replace(b"content-type:", b"CONTENT-TYPE: \t"),
                        "multipart/mixed;boundary=b1"))
        self.check_fragments({1: "486", 2: "486"})

    def test_without_such_a_part_there_is_nothing(self):
        self.add(notify(multipart("b1", self.TEXT), "multipart/mixed;boundary=b1"),
                 notify(multipart("b1", self.FRAGMENT), "multipart/mixed;boundary=b2"),
                 notify(multipart("b1", self.FRAGMENT), "multipart/mixed"),
                 notify(multipart("b1", self.FRAGMENT), 'multipart/mixed;boundary=""'),
                 notify(multipart("b1", self.FRAGMENT), "text/plain;boundary=b1"))
        self.check_fragments({})

    def test_cut_inside_the_last_part(self):
        body = multipart("b1", self.TEXT, self.FRAGMENT)
        data = notify(body, "multipart/mixed;boundary=b1")
        ends = [data.index(b"Busy Here") + len(b"Busy Here\r\n"), len(data) - 3]
        for end in ends:
            self.add(data, snap=42 + end)
        self.add(data, snap=42 + data.index(b"SIP/2.0 486"))
        self.check_fragments({1: "486", 2: "486"})


class IcmpTest(EmbeddedTest):
    """ICMP errors that quote what somebody sent."""

    def facts(self):
        """{frame: (code, name, method, quoted, expert items)} of the only tree of each frame."""
        found = {}
        for number, trees in self.trees().items():
            tree, = trees
            found[number] = (tree["sipexplain.code"], tree["sipexplain.name"],
                             tree.get("sipexplain.method"), tree.get("sipexplain.quoted"),
                             expert_items(tree))
        return found

    def test_quoted_response_is_no_event(self):
        for ends, router in (((BOB, ALICE), ROUTER), ((BOB6, ALICE6), ROUTER6)):
            sent = self.capture.udp(*ends, BUSY)
            self.capture.icmp(router, None, sent)
        sent = (["486"], ["Busy Here"], ["INVITE"], None, [REFUSED, "user-action"])
        quoted = (["486"], ["Busy Here"], ["INVITE"], QUOTED, [])
        self.assertEqual(self.facts(), {1: sent, 2: quoted, 3: sent, 4: quoted})

    def test_no_frame_with_a_quote_matches_our_expert_items(self):
        sent = self.capture.udp(BOB, ALICE, BUSY)
        self.capture.icmp(ROUTER, None, sent)
        path = self.capture.write(self.path("quote.pcap"))
        wanted = " || ".join("sipexplain.expert." + name for name in (
            "normal", "benign", "user-action", "failure", "anomaly", "violation", REFUSED))
        self.assertEqual(self.fields(path, "frame.number"), [["1"], ["2"]])
        self.assertEqual(self.tshark("-r", path, "-Y", wanted, "-T", "fields",
                                     "-e", "frame.number"), "1\n")

    def test_other_kinds_of_error(self):
        sent = self.capture.udp(BOB, ALICE, RINGING)
        for icmp_type, code in ((3, 1), (3, 13), (11, 0), (12, 0)):
            self.capture.icmp(ROUTER, None, sent, icmp_type, code)
        sent6 = self.capture.udp(BOB6, ALICE6, RINGING)
        for icmp_type, code in ((1, 0), (3, 0)):
            self.capture.icmp(ROUTER6, None, sent6, icmp_type, code)
        quoted = (["180"], ["Ringing"], ["INVITE"], QUOTED, [])
        facts = self.facts()
        self.assertEqual({number: facts[number] for number in (2, 3, 4, 5, 7, 8)},
                         {number: quoted for number in (2, 3, 4, 5, 7, 8)})

    def test_quoted_response_accuses_nobody(self):
        sent = self.capture.udp(BOB, ALICE, CHALLENGE)
        self.capture.icmp(ROUTER, None, sent)
        trees = self.trees()
        self.assertEqual(trees[1][0]["sipexplain.verdict"], ["violation"])
        self.assertEqual(expert_items(trees[1][0]), ["header.missing-mandatory", "violation"])
        self.assertEqual(trees[2][0]["sipexplain.verdict"], ["normal"])
        self.assertNotIn("sipexplain.missing_header", trees[2][0])
        self.assertEqual(expert_items(trees[2][0]), [])

    def test_quoted_request_is_nothing(self):
        for data in (INVITE, sip.request("OPTIONS"), sip.ack(INVITE, BUSY)):
            self.capture.icmp(ROUTER, None, self.capture.udp(BOB, ALICE, data))
        self.capture.icmp(ROUTER6, None, self.capture.udp(BOB6, ALICE6, INVITE))
        self.assertEqual(self.facts(), {})

    def test_quoted_notify_reports_without_an_expert_item(self):
        sent = self.capture.udp(BOB, ALICE, notify("SIP/2.0 486 Busy Here\r\n"))
        self.capture.icmp(ROUTER, None, sent)
        tree, = self.trees()[2]
        self.assertEqual((tree["sipexplain.sipfrag.code"], tree["sipexplain.quoted"],
                          expert_items(tree)), (["486"], QUOTED, []))

    def test_top_line_says_that_it_is_quoted(self):
        self.capture.icmp(ROUTER, None, self.capture.udp(BOB, ALICE, BUSY))
        out = self.tshark("-r", self.capture.write(self.path("one.pcap")), "-O", "sipexplain")
        self.assertEqual(out.count("\nSIP Explain: 486 Busy Here - quoted, not sent here\n"), 1)
        self.assertEqual(out.count("\nSIP Explain: "), 2)


class TruncatedQuoteTest(EmbeddedTest):
    """ICMP errors that quote only the beginning."""

    START = b"SIP/2.0 486 Busy Here\r\n"

    def quote(self, kept):
        """Adds an error that quotes so many bytes of the response, behind the UDP header."""
        packet = pcap.udp_packet(BOB, ALICE, BUSY)
        return self.capture.icmp(ROUTER, None, packet, quote=8 + kept)

    def test_a_quote_without_a_response_is_nothing(self):
        for kept in range(0, len("SIP/2.0 48") + 1):
            self.quote(kept)
        self.assertEqual(self.trees(), {})

    def test_a_quote_that_ends_in_the_headers_is_explained(self):
        numbers = [self.quote(kept) for kept in range(len(self.START), len(BUSY), 25)]
        trees = self.trees()
        self.assertEqual(sorted(trees), numbers)
        for number in numbers:
            tree, = trees[number]
            self.assertEqual((tree["sipexplain.code"], tree["sipexplain.quoted"],
                              expert_items(tree)), (["486"], QUOTED, []))
            self.assertNotIn("sipexplain.missing_header", tree)
            self.assertNotIn("sipexplain.phrase", tree)

    def test_a_quote_that_ends_in_the_phrase_tells_no_other_phrase(self):
        for kept in range(len("SIP/2.0 486 "), len("SIP/2.0 486 Busy Here")):
            self.quote(kept)
        trees = [tree for trees in self.trees().values() for tree in trees]
        self.assertEqual({tree["sipexplain.code"][0] for tree in trees}, {"486"})
        self.assertEqual([tree.get("sipexplain.phrase") for tree in trees], [None] * len(trees))


if __name__ == "__main__":
    unittest.main()
