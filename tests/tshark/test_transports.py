# SPDX-License-Identifier: GPL-2.0-or-later
"""Responses over everything that carries SIP, and messages inside other messages."""

import os
import unittest
import xml.etree.ElementTree

from lib import pcap, sip
from lib.streams import CLIENT, SERVER, SctpAssociation, TcpStream, TlsStream, WebSocket
from lib.tshark import TSHARK, TsharkTest

from .test_codes import CODES

ALICE, BOB = ("192.0.2.10", 5060), ("198.51.100.20", 5060)
ALICE6, BOB6 = ("2001:db8::10", 5060), ("2001:db8:1::20", 5060)
OUTER, OUTER6 = ("203.0.113.1", "203.0.113.2"), ("2001:db8:f::1", "2001:db8:f::2")

INVITE = sip.request("INVITE", headers=[("Content-Type", "application/sdp")], body=sip.sdp())
OPTIONS = sip.request("OPTIONS", call="call-2")
TRYING = sip.response(100, "Trying", INVITE)
RINGING = sip.response(180, "Ringing", INVITE)
BUSY = sip.response(486, "Busy Here", INVITE)
ALIVE = sip.response(200, "OK", OPTIONS)
ANSWER = [("Contact", "<sip:bob@198.51.100.20>"), ("Content-Type", "application/sdp")]
SUCCESS, PROVISIONAL = ["normal.success", "normal"], ["normal.provisional", "normal"]  # expert items
LONG = sip.response(200, "OK", INVITE, ANSWER + [("X-Filler", "x" * 2200)], sip.sdp())


def seen(data):
    """What a response must show: code, method, headline."""
    code, method = data.split(b" ", 2)[1].decode(), sip.field(data, "CSeq").split()[1]
    return (code, method, *CODES[int(code)].text("Headline", method))


def read_trees(pdml):
    """{frame: [tree]} of PDML; a tree is {field: [value]}, expert items included by name."""
    trees = {}
    for number, packet in enumerate(xml.etree.ElementTree.fromstring(pdml).iter("packet"), 1):
        for proto in packet.iter("proto"):
            if proto.get("name") == "sipexplain":
                tree = {}
                for field in proto.iter("field"):
                    tree.setdefault(field.get("name"), []).append(field.get("show"))
                trees.setdefault(number, []).append(tree)
    return trees


def expert_items(tree):
    """The diagnoses of the expert items in a tree, and of the one of the whole message the verdict."""
    start = "sipexplain.expert."
    return [name[len(start):] for name in tree if name.startswith(start) for _ in tree[name]]


class TransportTest(TsharkTest):
    """Base: an empty capture."""

    # Each response by itself: what the conversation adds is tested in flows/.
    options = ("-o", "sipexplain.diagnose:FALSE")

    def setUp(self):
        super().setUp()
        self.capture = pcap.Capture()

    def trees(self, *args):
        """{frame: [tree]} of the capture."""
        path = self.capture.write(self.path("transport.pcap"))
        return read_trees(self.tshark("-r", path, "-T", "pdml", *args))

    def check(self, expected, *args):
        """expected: {frame: [message]}; these and no others are explained, in this order."""
        found = {number: [(*tree["sipexplain.code"], *tree["sipexplain.method"],
                           *tree["sipexplain.headline"]) for tree in trees]
                 for number, trees in self.trees(*args).items()}
        self.assertEqual(found, {number: [seen(data) for data in messages]
                                 for number, messages in expected.items()})

    def check_as_wireshark(self):
        """Each frame has the codes that Wireshark's own SIP dissector finds in it."""
        path = self.capture.write(self.path("transport.pcap"))
        out = self.tshark("-r", path, "-T", "fields", "-E", "aggregator=|",
                          "-e", "sip.Status-Code", "-e", "sipexplain.code")
        for line in out.split("\n")[:-1]:
            self.assertEqual(*line.split("\t"))
        return [line.split("\t")[1] for line in out.split("\n")[:-1]]


class DatagramTest(TransportTest):
    """UDP, whole and in fragments, and SCTP."""

    def test_udp_over_ipv4(self):
        for data in (INVITE, TRYING, RINGING, BUSY, OPTIONS, ALIVE):
            self.capture.udp(BOB, ALICE, data)
        self.check({2: [TRYING], 3: [RINGING], 4: [BUSY], 6: [ALIVE]})

    def test_udp_over_ipv6(self):
        self.capture.udp(ALICE6, BOB6, INVITE)
        self.capture.udp(BOB6, ALICE6, TRYING)
        self.capture.udp(BOB6, ALICE6, BUSY)
        self.check({2: [TRYING], 3: [BUSY]})

    def test_udp_on_another_port(self):
        self.capture.udp((BOB[0], 45678), (ALICE[0], 45679), BUSY)
        self.check({1: [BUSY]})

    def test_ipv4_fragments(self):
        last = self.capture.udp(BOB, ALICE, LONG, mtu=1500)
        self.assertEqual(last, 2)
        self.capture.udp(BOB, ALICE, TRYING)
        self.check({2: [LONG], 3: [TRYING]})

    def test_ipv6_fragments(self):
        last = self.capture.udp(BOB6, ALICE6, LONG, mtu=1280)
        self.assertEqual(last, 3)
        self.capture.udp(BOB6, ALICE6, TRYING)
        self.check({3: [LONG], 4: [TRYING]})

    def test_a_datagram_holds_one_message(self):
        self.capture.udp(BOB, ALICE, BUSY + TRYING)
        self.capture.udp(BOB, ALICE, b"\r\n\r\n")
        self.check({1: [BUSY]})

    def test_a_datagram_that_begins_with_a_keep_alive(self):
        self.capture.udp(BOB, ALICE, b"\r\n\r\n" + BUSY)
        self.capture.udp(BOB, ALICE, TRYING)
        self.assertEqual(self.check_as_wireshark()[1], "100")

    def talk_sctp(self, client, server):
        """Whole messages, two in a packet and one in two packets."""
        association = SctpAssociation(self.capture, client, server)
        association.open()
        association.send(CLIENT, INVITE)
        association.send(SERVER, TRYING)
        association.send(SERVER, RINGING, BUSY)
        association.send_split(SERVER, LONG, [1300])
        self.check({6: [TRYING], 7: [RINGING, BUSY], 9: [LONG]})

    def test_sctp_over_ipv4(self):
        self.talk_sctp(ALICE, BOB)

    def test_sctp_over_ipv6(self):
        self.talk_sctp(ALICE6, BOB6)


class TcpTest(TransportTest):
    """Messages and segments."""

    def setUp(self):
        super().setUp()
        self.stream = TcpStream(self.capture, (ALICE[0], 40000), BOB)
        self.stream.open()
        self.stream.send(CLIENT, INVITE)  # frame 4

    def send(self, data, **options):
        """Data from the server."""
        return self.stream.send(SERVER, data, **options)

    def test_one_message_a_segment(self):
        for data in (TRYING, RINGING, BUSY):
            self.send(data)
        self.stream.send(CLIENT, OPTIONS)
        self.send(ALIVE)
        self.check({5: [TRYING], 6: [RINGING], 7: [BUSY], 9: [ALIVE]})

    def test_over_ipv6(self):
        stream = TcpStream(self.capture, (ALICE6[0], 40000), BOB6)
        number = stream.send(SERVER, TRYING + BUSY)
        self.check({number: [TRYING, BUSY]})

    def test_several_messages_in_one_segment(self):
        self.send(TRYING + RINGING + ALIVE)
        self.send(BUSY + TRYING)
        self.check({5: [TRYING, RINGING, ALIVE], 6: [BUSY, TRYING]})

    def test_requests_between_responses_in_one_segment(self):
        self.send(TRYING + OPTIONS + RINGING + OPTIONS)
        self.check({5: [TRYING, RINGING]})

    def test_twenty_messages_in_one_segment(self):
        self.stream.mss = 65000
        self.send(b"".join([TRYING, BUSY] * 10))
        self.check({5: [TRYING, BUSY] * 10})

    def test_one_message_over_many_segments(self):
        last = self.send(BUSY, cuts=range(20, len(BUSY), 20))
        self.assertGreater(last, 10)
        self.send(LONG)
        self.check({last: [BUSY], last + 2: [LONG]})

    def test_a_segment_with_the_end_of_one_a_whole_one_and_the_start_of_the_next(self):
        data = TRYING + RINGING + BUSY
        first, second = 100, len(TRYING + RINGING) + 100
        self.send(data, cuts=[first, second])
        self.check({6: [TRYING, RINGING], 7: [BUSY]})

    def test_cut_inside_the_body(self):
        self.send(LONG + TRYING, cuts=[len(LONG) - 10])
        self.check({7: [LONG, TRYING]})

    def test_keep_alives_before_and_between(self):
        self.send(b"\r\n\r\n")
        self.send(TRYING)
        self.send(b"\r\n")
        self.send(RINGING + BUSY)
        self.send(b"\r\n\r\n\r\n\r\n")
        self.send(ALIVE)
        self.check({6: [TRYING], 8: [RINGING, BUSY], 10: [ALIVE]})

    def test_keep_alives_in_the_segment_of_a_message(self):
        self.send(b"\r\n\r\n" + TRYING)
        self.send(RINGING + b"\r\n" + BUSY + b"\r\n\r\n")
        self.send(BUSY)
        codes = self.check_as_wireshark()
        self.assertEqual((codes[5][:3], codes[6]), ("180", "486"))

    def test_without_content_length_the_next_segment_is_still_read(self):
        bare = sip.response(486, "Busy Here", INVITE, [("Content-Length", None)])
        self.send(bare)
        self.send(TRYING)
        self.check({5: [bare], 6: [TRYING]})

    def test_compact_content_length_frames_messages(self):
        compact = LONG.replace(b"Content-Length", b"l").replace(b"x" * 2200, b"y")
        self.send(compact + TRYING)
        self.check({5: [compact, TRYING]})

    def test_odd_content_lengths_frame_as_in_wireshark(self):
        odd = [["abc"], ["+3"], ["-1"], ["-0"], [""], ["2147483648"], ["4294967295"], ["4294967296"],
               ["99999999999999999999"], ["3abc"], ["0x3"], ["003"], ["\r\n 3"], ["3, 3"], ["0", "3"],
               ["3", "0"], ["abc", "3"], ["3", "abc"]]
        for values in odd:
            for body in b"", b"xyz":
                head, _ = sip.response(404, "Not Found", INVITE, [("Content-Length", None)]).split(b"\r\n\r\n")
                lines = b"".join(b"\r\nContent-Length: " + value.encode() for value in values)
                self.send(head + lines + b"\r\n\r\n" + body + RINGING + BUSY)
        codes = self.check_as_wireshark()
        self.assertTrue({"404", "404|180|486"} <= set(codes), codes)

    def test_more_messages_than_wireshark_has_room_for(self):
        # Wireshark itself says on stderr that its queue is full, whoever listens.
        self.stream.mss = 65000
        self.send(b"SIP/2.0 100 T\r\nl:0\r\n\r\n" * 2900)
        path = self.capture.write(self.path("many.pcap"))
        done = self.run_program(TSHARK, "-r", path, "-T", "fields", "-e", "sipexplain.code", check=False)
        self.assertEqual(done.stdout.count("100"), 2900)

    def test_retransmitted_segment_is_not_explained_twice(self):
        self.send(TRYING)
        self.stream.resend()
        self.send(BUSY)
        self.check({5: [TRYING], 7: [BUSY]})


class TlsTest(TransportTest):
    """SIP over TLS."""

    def setUp(self):
        super().setUp()
        self.keys = self.path("keys.log")
        stream = TlsStream(self.capture, (ALICE[0], 40000), (BOB[0], 5061), self.keys)
        stream.open()
        stream.send(CLIENT, INVITE)
        self.frames = [stream.send(SERVER, TRYING + RINGING), stream.send(SERVER, BUSY, cuts=[99]),
                       stream.send(SERVER, LONG, segment_cuts=[50, 500])]

    def test_with_keys(self):
        wanted = zip(self.frames, ([TRYING, RINGING], [BUSY], [LONG]))
        self.check(dict(wanted), "-o", "tls.keylog_file:" + self.keys)

    def test_without_keys_there_is_nothing(self):
        self.check({})

    def test_with_the_keys_of_another_session_there_is_nothing(self):
        with open(self.keys, encoding="ascii") as stream:
            secrets = stream.read().splitlines()
        other = self.path("other.log")
        with open(other, "w", encoding="ascii") as stream:
            stream.writelines(line[:-8] + "00000000\n" for line in secrets)
        self.assertGreater(os.path.getsize(other), 100)
        self.check({}, "-o", "tls.keylog_file:" + other)


class WebSocketTest(TransportTest):
    """SIP over WebSocket (RFC 7118)."""

    def setUp(self):
        super().setUp()
        self.stream = TcpStream(self.capture, (ALICE[0], 40000), (BOB[0], 80))
        self.socket = WebSocket(self.stream)
        self.assertEqual(self.socket.open(), 5)
        self.socket.send(CLIENT, INVITE)

    def test_one_message_a_frame_from_either_side(self):
        self.socket.send(SERVER, TRYING)
        self.socket.send(CLIENT, BUSY)
        self.socket.send(SERVER, ALIVE, opcode=WebSocket.BINARY)
        self.check({7: [TRYING], 8: [BUSY], 9: [ALIVE]})

    def test_message_in_two_websocket_frames(self):
        self.assertEqual(self.socket.send(SERVER, BUSY, splits=[150]), 8)
        self.check({8: [BUSY]})

    def test_websocket_frame_in_two_segments(self):
        self.assertEqual(self.socket.send(SERVER, BUSY, cuts=[150]), 8)
        self.check({8: [BUSY]})

    def test_several_websocket_frames_in_one_segment(self):
        self.stream.send(SERVER, b"".join(self.socket.frame(SERVER, data)
                                          for data in (TRYING, RINGING, BUSY)))
        self.check({7: [TRYING, RINGING, BUSY]})

    def test_over_tls(self):
        self.capture, keys = pcap.Capture(), self.path("keys.log")
        socket = WebSocket(TlsStream(self.capture, (ALICE[0], 40000), (BOB[0], 443), keys))
        socket.open()
        number = socket.send(SERVER, BUSY)
        self.check({number: [BUSY]}, "-o", "tls.keylog_file:" + keys)


class TunnelTest(TransportTest):
    """Below IP, and IP in something else."""

    def carry(self, **path):
        """UDP of both IP versions and TCP on such a path."""
        with self.capture.path(**path):
            self.capture.udp(ALICE, BOB, INVITE)
            self.capture.udp(BOB, ALICE, TRYING)
            self.capture.udp(BOB6, ALICE6, RINGING)
            TcpStream(self.capture, ALICE, BOB).send(SERVER, BUSY + ALIVE)
        self.check({2: [TRYING], 3: [RINGING], 4: [BUSY, ALIVE]})

    def test_vlan(self):
        self.carry(vlan=(7,))

    def test_two_vlan_tags(self):
        self.carry(vlan=(100, 200))

    def test_gre(self):
        self.carry(wrap=lambda packet: pcap.gre(*OUTER, packet))

    def test_gre_over_ipv6(self):
        self.carry(wrap=lambda packet: pcap.gre(*OUTER6, packet))

    def test_ip_in_ip(self):
        self.carry(wrap=lambda packet: pcap.ip_in_ip(*OUTER, packet))

    def test_vxlan(self):
        self.carry(wrap=lambda packet: pcap.vxlan(*OUTER, packet, vlan=(5,)))

    def test_gtpu(self):
        self.carry(wrap=lambda packet: pcap.gtpu(*OUTER, packet))


class MessageInMessageTest(TransportTest):
    """Bodies of the media type message/sip."""

    TYPE = ("Content-Type", "message/sip")

    def facts(self):
        """{frame: [(code, quoted, expert items)]}"""
        return {number: [(tree["sipexplain.code"][0], "sipexplain.quoted" in tree,
                          expert_items(tree)) for tree in trees]
                for number, trees in self.trees().items()}

    def test_response_in_a_request_is_quoted(self):
        for method in ("MESSAGE", "INVITE"):
            self.capture.udp(ALICE, BOB, sip.request(method, headers=[self.TYPE], body=BUSY))
        self.assertEqual(self.facts(), {1: [("486", True, [])], 2: [("486", True, [])]})

    def test_quoted_response_is_told_as_such(self):
        self.capture.udp(ALICE, BOB, sip.request("MESSAGE", headers=[self.TYPE], body=BUSY))
        tree = self.trees()[1][0]
        self.assertEqual(tree["sipexplain.quoted"],
                         ["in an error message or in another message: nobody sent it here"])
        self.assertEqual((tree["sipexplain.name"], tree["sipexplain.headline"]),
                         (["Busy Here"], ["quoted, not sent here"]))
        self.assertEqual(tree["sipexplain.description"], CODES[486].text("Meaning", "INVITE"))
        out = self.tshark("-r", self.path("transport.pcap"), "-O", "sipexplain")
        self.assertIn("\nSIP Explain: 486 Busy Here - quoted, not sent here\n", out)

    def test_response_in_a_response_is_quoted_and_the_outer_one_is_not(self):
        self.capture.udp(BOB, ALICE, sip.response(
            200, "OK", sip.request("MESSAGE"), [self.TYPE], BUSY))
        self.assertEqual(self.facts(), {1: [("200", False, SUCCESS), ("486", True, [])]})

    def test_request_in_a_request_is_nothing(self):
        self.capture.udp(ALICE, BOB, sip.request("MESSAGE", headers=[self.TYPE], body=OPTIONS))
        self.assertEqual(self.facts(), {})

    def test_quoted_response_lacks_no_header(self):
        bare = b"SIP/2.0 401 Unauthorized\r\nCSeq: 1 INVITE\r\n\r\n"
        self.capture.udp(ALICE, BOB, sip.request("MESSAGE", headers=[self.TYPE], body=bare))
        tree = self.trees()[1][0]
        self.assertEqual(tree["sipexplain.verdict"], ["normal"])
        self.assertNotIn("sipexplain.missing_header", tree)

    def test_messages_behind_it_in_the_same_segment_stand_for_themselves(self):
        outer = sip.request("MESSAGE", headers=[self.TYPE], body=BUSY)
        stream = TcpStream(self.capture, ALICE, BOB, mss=9000)
        stream.send(SERVER, outer + BUSY + TRYING)
        stream.send(SERVER, TRYING + outer + ALIVE + outer + BUSY)
        quoted, busy = ("486", True, []), ("486", False, ["failure.client", "user-action"])
        trying, alive = ("100", False, PROVISIONAL), ("200", False, SUCCESS)
        self.assertEqual(self.facts(), {1: [quoted, busy, trying],
                                        2: [trying, quoted, alive, quoted, busy]})

    def test_two_levels_deep(self):
        inner = sip.response(200, "OK", sip.request("MESSAGE"), [self.TYPE], BUSY)
        outer = sip.request("MESSAGE", headers=[self.TYPE], body=inner)
        TcpStream(self.capture, ALICE, BOB, mss=9000).send(SERVER, outer + TRYING)
        self.assertEqual(self.facts(), {
            1: [("200", True, []), ("486", True, []), ("100", False, PROVISIONAL)]})


if __name__ == "__main__":
    unittest.main()
