# SPDX-License-Identifier: GPL-2.0-or-later
"""The .flow format: each construct makes the right bytes, each mistake is pointed at."""

import contextlib
import io
import os
import struct
import tempfile
import unittest

from lib import pcap, sip

from . import flow
from .error import FlowError
from .wire import wire

HEAD = """\
a = 192.0.2.1:5060
b = 198.51.100.2
c = 203.0.113.3:5080
d = [2001:db8::6]:5070
e = 2001:db8::7
"""
CALL = """\
0.0 a > b INVITE
0.1 b > a 100 Trying
0.2 b > a 180 Ringing
0.3 b > a 200 OK
0.4 a > b ACK
"""


def made(text):
    """The Wired of a flow between the endpoints of HEAD."""
    return wire(flow.parse(HEAD + text))


def values(wired, name):
    """For each message its first header of this name."""
    return [sip.field(one.data, name) for one in wired.sent]


def start_lines(wired):
    """For each message its first line."""
    return [one.data.split(b"\r\n")[0].decode() for one in wired.sent]


class DefaultsTest(unittest.TestCase):
    """The headers that the file leaves out."""

    def test_request(self):
        self.assertEqual(made("0 a > b INVITE sip:bob@example.com").sent[0].data, (
            b"INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;"
            b"branch=z9hG4bK-1\r\nMax-Forwards: 70\r\nFrom: <sip:alice@example.com>;tag=a-call-1"
            b"\r\nTo: <sip:bob@example.com>\r\nCall-ID: call-1@example.com\r\nCSeq: 1 INVITE\r\n"
            b"Contact: <sip:alice@192.0.2.1:5060>\r\nContent-Length: 0\r\n\r\n"))

    def test_response(self):
        self.assertEqual(made("0 a > b OPTIONS\n1 b > a 404 Not Found").sent[1].data, (
            b"SIP/2.0 404 Not Found\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK-1\r\n"
            b"From: <sip:alice@example.com>;tag=a-call-1\r\nTo: <sip:bob@example.com>;tag=b-call-1"
            b"\r\nCall-ID: call-1@example.com\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"))

    def test_register_is_for_the_sender(self):
        wired = made("0 a > b REGISTER\n1 b > a 200 OK\n2 a > b REGISTER")
        self.assertEqual(start_lines(wired)[0], "REGISTER sip:example.com SIP/2.0")
        self.assertEqual(values(wired, "To")[::2], ["<sip:alice@example.com>"] * 2)
        self.assertEqual(values(wired, "Contact")[1], "<sip:alice@192.0.2.1:5060>;expires=3600")
        self.assertEqual(values(wired, "CSeq")[2], "2 REGISTER")

    def test_dialog_in_both_directions(self):
        wired = made(CALL + "1 b > a BYE\n2 a > b 200 OK\n3 a > b BYE")
        self.assertEqual(start_lines(wired)[4:8:3], [
            "ACK sip:bob@198.51.100.2:5060 SIP/2.0", "BYE sip:bob@198.51.100.2:5060 SIP/2.0"])
        self.assertEqual(start_lines(wired)[5], "BYE sip:alice@192.0.2.1:5060 SIP/2.0")
        self.assertEqual(values(wired, "CSeq")[4:], ["1 ACK", "1 BYE", "1 BYE", "2 BYE"])
        self.assertEqual(values(wired, "From")[5], "<sip:bob@example.com>;tag=b-call-1")
        self.assertEqual(values(wired, "To")[4:], [
            "<sip:bob@example.com>;tag=b-call-1", "<sip:alice@example.com>;tag=a-call-1",
            "<sip:alice@example.com>;tag=a-call-1", "<sip:bob@example.com>;tag=b-call-1"])
        self.assertEqual(values(wired, "Contact")[1:5], [
            None, *["<sip:bob@198.51.100.2:5060>"] * 2, None])

    def test_ack_and_cancel_keep_branch_and_cseq_unless_answered_with_2xx(self):
        refused = made("0 a > b INVITE\n1 a > b CANCEL\n2 b > a 200 OK\n3 b > a 487 No\n4 a > b ACK")
        via = values(refused, "Via")
        self.assertEqual((via[1], via[4]), (via[0], via[0]))
        self.assertEqual(values(refused, "CSeq"), [
            "1 INVITE", "1 CANCEL", "1 CANCEL", "1 INVITE", "1 ACK"])
        self.assertEqual(values(refused, "To")[4], "<sip:bob@example.com>;tag=b-call-1")
        self.assertIn("branch=z9hG4bK-5", values(made(CALL), "Via")[4])

    def test_no_to_tag_after_a_refusal(self):
        wired = made("0 a > b INVITE\n1 b > a 407 x\n2 a > b ACK\n3 a > b INVITE")
        self.assertEqual(values(wired, "To")[3], "<sip:bob@example.com>")
        self.assertEqual(values(wired, "CSeq")[3], "2 INVITE")

    def test_early_dialog(self):
        wired = made("0 a > b INVITE\n1 b > a 183 x\n2 a > b PRACK\n3 b > a 180 Ringing\n4 b > a 200 OK")
        self.assertEqual(values(wired, "To")[2], "<sip:bob@example.com>;tag=b-call-1")
        self.assertEqual(values(wired, "CSeq")[2:], ["2 PRACK", "1 INVITE", "2 PRACK"])

    def test_subscription(self):
        wired = made("0 a > b SUBSCRIBE\n1 b > a 200 OK\n2 b > a NOTIFY\n3 a > b REFER\n4 b > a NOTIFY")
        self.assertEqual(values(wired, "Event"), ["presence", None, "presence", None, "refer"])
        self.assertEqual(values(wired, "Expires")[1], "3600")
        self.assertEqual(values(wired, "Subscription-State")[2], "active")

    def test_a_request_that_begins_in_mid_dialog_teaches_the_tags(self):
        wired = made("0 a > b BYE\n  To: <sip:x@y>;tag=9\n  CSeq: 40 BYE\n1 a > b INFO")
        self.assertEqual(values(wired, "To")[1], "<sip:bob@example.com>;tag=9")
        self.assertEqual(values(wired, "CSeq")[1], "41 INFO")


class MessageLineTest(unittest.TestCase):
    """What can stand on a message line and below it."""

    def test_which_request_is_answered(self):
        wired = made("0 a > b OPTIONS\n1 a > b MESSAGE\n2 b > a 200 OK\n3 b > a 200 OK\n"
                     "4 b > a 500 x [to 1]\n5 b > a 200 OK")
        self.assertEqual(values(wired, "CSeq")[2:], [
            "2 MESSAGE", "1 OPTIONS", "1 OPTIONS", "2 MESSAGE"])

    def test_headers_are_replaced_dropped_and_added(self):
        wired = made("0 a > b INVITE\n  to: <sip:z@z>\n  -Max-Forwards\n  +Via: x\n  X-A: 1\n"
                     "    2\n  X-A: 3\n  +no colon\n")
        lines = wired.sent[0].data.split(b"\r\n")
        self.assertEqual([line for line in lines if line[:3].lower() in (b"via", b"to:", b"max")], [
            b"Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK-1", b"to: <sip:z@z>", b"Via: x"])
        self.assertIn(b"\r\nX-A: 1\r\n 2\r\nX-A: 3\r\n", wired.sent[0].data)
        self.assertIn(b"\r\nno colon\r\n", wired.sent[0].data)

    def test_sdp(self):
        data = made("0 d > e INVITE\n  sdp: audio 9 RTP/AVP 0\n  sdp: a=sendonly\n").sent[0].data
        self.assertIn(b"\r\nContent-Type: application/sdp\r\n", data)
        self.assertEqual(data.partition(b"\r\n\r\n")[2], (
            b"v=0\r\no=- 1 1 IN IP6 2001:db8::6\r\ns=-\r\nc=IN IP6 2001:db8::6\r\nt=0 0\r\n"
            b"m=audio 9 RTP/AVP 0\r\na=sendonly\r\n"))
        other = made("0 a > b INVITE\n  sdp: c=IN IP4 10.0.0.1\n  sdp: audio 9 RTP/AVP 0\n").sent[0]
        self.assertEqual(other.data.count(b"c=IN"), 1)
        self.assertIn(b"c=IN IP4 10.0.0.1\r\nt=0 0\r\n", other.data)

    def test_body(self):
        wired = made("0 a > b MESSAGE\n  Content-Type: text/plain\n  body:\n    # one\n\n      two\n\n"
                     "1 b > a 200 OK")
        self.assertTrue(wired.sent[0].data.endswith(b": 16\r\nContent-Type: text/plain\r\n\r\n"
                                                    b"# one\r\n\r\n  two\r\n"), wired.sent[0].data)
        self.assertEqual(made("0 a > b raw\n  body:\n    x y").sent[0].data, b"x y\r\n")

    def test_calls_users_and_times(self):
        wired = made("call two\nfrom 1001 to tel:+1\n0.5 a > b INVITE\n+0.25 b > a 486 Busy Here\n"
                     "2 a > b OPTIONS [call three, from sip:x@y to z@w]")
        self.assertEqual(values(wired, "Call-ID")[1:], ["two@example.com", "three@example.com"])
        self.assertEqual(start_lines(wired)[0], "INVITE tel:+1 SIP/2.0")
        self.assertEqual(values(wired, "From")[1:], [
            "<sip:1001@example.com>;tag=a-two", "<sip:x@y>;tag=a-three"])
        self.assertEqual(values(wired, "To")[2], "<sip:z@w>")
        self.assertEqual([micros - pcap.START * 1000000 for micros, _, _ in wired.capture.frames],
                         [500000, 750000, 2000000])

    def test_forward_and_back(self):
        wired = made("0 a > b INVITE\n1 b > c forward 1 sip:c@c\n  X: 1\n2 c > b 486 Busy\n"
                     "3 b > c ACK\n4 b > a back 3\n5 a > b ACK\n6 c > b BYE\n7 b > a forward 7")
        vias = [[value.split("=")[1] for name, value in sip.fields(one.data) if name == "Via"]
                for one in wired.sent]
        b = "z9hG4bK-"
        self.assertEqual(vias, [[b + "1"], [b + "2", b + "1"], [b + "2", b + "1"], [b + "2"],
                                [b + "1"], [b + "1"], [b + "7"], [b + "8", b + "7"]])
        self.assertEqual(values(wired, "Max-Forwards")[1], "69")
        self.assertEqual(start_lines(wired)[1:4:2], ["INVITE sip:c@c SIP/2.0", "ACK sip:c@c SIP/2.0"])
        self.assertEqual(values(wired, "X")[1], "1")
        self.assertEqual(values(wired, "To")[3:6], ["<sip:bob@example.com>;tag=c-call-1"] * 3)
        self.assertEqual(values(wired, "From")[6:], ["<sip:bob@example.com>;tag=c-call-1"] * 2)

    def test_a_body_survives_forwarding(self):
        wired = made("0 a > b INVITE\n  sdp: audio 9 RTP/AVP 0\n1 b > c forward 1")
        self.assertEqual(*(one.data.partition(b"\r\n\r\n")[2] for one in wired.sent))
        self.assertEqual(len(set(values(wired, "Content-Length"))), 1)

    def test_again_dup_and_another_path(self):
        packets = made("0 a > b INVITE\n1 a > b again 1\n2 a > b again 1 [dup]\n3 c > b again 1 [dup]"
                       ).capture.packets
        self.assertEqual(len({packets[number][28:] for number in (1, 2, 3)}), 1)
        self.assertEqual([struct.unpack("!H", packets[number][4:6])[0] for number in (1, 2, 3, 4)],
                         [1, 2, 1, 1])
        self.assertEqual(pcap.ip_source(packets[4]), "203.0.113.3")

    def test_icmp(self):
        packets = made("0 a > b OPTIONS\n1 c > a icmp 3/1 quoting 1 [quote 8]").capture.packets
        self.assertEqual((packets[2][20:22], packets[2][28:]), (b"\3\1", packets[1][:28]))
        packets = made("0 d > e OPTIONS\n1 e > d icmp 1/4 quoting 1").capture.packets
        self.assertEqual((packets[2][40:42], packets[2][48:]), (b"\1\4", packets[1]))

    def test_unseen(self):
        wired = made("0 a > b INVITE [unseen]\n1 b > a 486 Busy Here")
        self.assertEqual((wired.frames, wired.capture.count), ({2: 1}, 1))
        self.assertEqual(values(wired, "CSeq")[1], "1 INVITE")

    def test_snap_mtu_vlan_and_gre(self):
        wired = made("0 a > b INVITE [snap 90]\n1 a > b INVITE [mtu 150, vlan 7]\n2 a > b BYE [gre]")
        frames = wired.capture.frames
        self.assertEqual(len(frames[0][1]), 90)
        self.assertEqual(wired.frames, {1: 1, 2: 4, 3: 5})
        self.assertEqual(frames[3][1][12:16], b"\x81\0\0\7")
        self.assertEqual(frames[4][1][23], pcap.PROTO_GRE)


class MistakeTest(unittest.TestCase):
    """A file that cannot be used is refused, with the line."""

    def test_mistakes(self):
        for text, line, words in (
                ("0 a > x INVITE", 6, "no endpoint has this name: x"),
                ("0 a > b invite", 6, "neither a request nor"),
                ("hello", 6, "not understood"),
                ("z = 1.2.3", 6, "no address"),
                ("  To: x", 6, "belongs below a message"),
                ("0 a > b BYE\n  To: x\n   y\n \n z", 10, "indented neither"),
                ("0 a > b BYE\n  what is this", 7, "no header line"),
                ("0 a > b BYE [tls]", 6, "unknown option: tls"),
                ("0 a > b again 1", 6, "message 1 is not above"),
                ("0 b > a 200 OK", 6, "no request that this could answer"),
                ("0 a > b BYE\n0 b > a back 1", 7, "message 1 is no response"),
                ("0 a > b ACK", 6, "no INVITE for this ACK"),
                ("0 a > b BYE\n1 a > b INFO [to 1]", 7, "is for a response"),
                ("0 a > b BYE\n1 b > a 200 OK [join]", 7, "[join] needs tcp"),
                ("0 a > b BYE [unseen]\n1 a > b again 1 [dup]", 7, "no frame that"),
                ("0 a > d BYE", 6, "two IP versions"),
                ("0 a > b BYE\nexpect 2: a.b", 7, "there is no message 2"),
                ("0 a > b BYE\nexpect 1: a.b frames 9", 7, "there is no message 9"),
                ("0 a > b BYE [unseen]\nsilent 1", 7, "message 1 is not in the capture"),
                ("expect 1: failed", 6, "neither an id nor a word"),
                ("expect 1:", 6, "needs `N: what`"), ("never", 6, "needs an id"),
                ("expect 1: field detail.allow", 6, "field needs a value"),
                ("expect 1: field 9=9 BYE", 6, "no field of sipexplain, named"),
                ("expect 1: no-field a.b-c", 6, "no field of sipexplain"),
                ("silent", 6, "needs message numbers"), ("expect 1: text", 6, "needs a value")):
            with self.subTest(text=text):
                with self.assertRaises(FlowError) as caught:
                    made(text)
                self.assertTrue(str(caught.exception).startswith("flow:%d: " % line),
                                caught.exception)
                self.assertIn(words, str(caught.exception))


class CommandTest(unittest.TestCase):
    """python3 -m flows.flow FILE OUT.pcap"""

    def test_command(self):
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(
                io.StringIO()) as out:
            case, capture = os.path.join(folder, "x.flow"), os.path.join(folder, "x.pcap")
            with open(case, "w", encoding="utf-8") as file:
                file.write(HEAD + "0 a > b BYE [tcp]\n1 b > a 200 OK [unseen]\n")
            self.assertEqual(flow.main([case, capture]), 0)
            self.assertEqual(out.getvalue(),
                             "message 1: frame 4\nmessage 2: not in the capture\n")
            with open(capture, "rb") as file:
                self.assertEqual(file.read(), wire(flow.load(case)).capture.to_bytes())
            with open(case, "a", encoding="utf-8") as file:
                file.write("hello\n")
            self.assertEqual(flow.main([case, capture]), case + ":8: not understood: hello")
        self.assertIn("usage", flow.main([]))


if __name__ == "__main__":
    unittest.main()
