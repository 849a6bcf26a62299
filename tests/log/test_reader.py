# SPDX-License-Identifier: GPL-2.0-or-later
"""What is no log, messages alone, bodies, heads, pieces, packed logs, a log that grows."""

import gzip
import os
import subprocess
import tempfile
import unittest

from .layouts import BY_NAME, HEAD, HEADERS, MESSAGE, MICROS, bare, conversation, micros, write
from .reader import EMPTY_LINE, ENTITIES, JOINED, LENGTH, LOOK, look, read_bytes


class NoLogTest(unittest.TestCase):
    """Text and other things that hold no SIP messages of a log."""

    START = b"INVITE sip:b@example.com SIP/2.0"

    def check_refused(self, data):
        """No message, and the reader says that it is no log."""
        read = read_bytes(data)
        self.assertEqual((read.messages, read.result), ([], "not a log"))

    def test_empty(self):
        self.check_refused(b"")
        self.check_refused(b"\n\n\n")

    def test_source_code(self):
        for mark in (b'"', b' * ', b'// ', b"'", b"#", b"    "):
            self.check_refused(b"int x;\n" + b"".join(mark + line + b"\n" for line in MESSAGE.split(b"\n")) + b"}\n")

    def test_logs_in_strings_of_programs(self):
        for quote in (b'"', b"'"):
            self.check_refused(b"send(" + quote + HEAD.replace(b"\n", rb"\n") + MESSAGE.replace(b"\n", rb"\r\n") +
                               rb"\r\n" + quote + b");\n")

    def test_web_page(self):
        for start in (b"<!DOCTYPE html>\n", b"<HTML><body>", b"\n  <html>", b"<?xml version='1.0'?>\n"):
            self.check_refused(start + b"<pre>\n" + HEAD + MESSAGE + b"\n")

    def test_json(self):
        for start in (b'{"a":\n', b"[{\n", b'[ "x",\n'):
            self.check_refused(start + HEAD + MESSAGE + b"\n")

    def test_stamps_in_brackets_are_no_json(self):
        data = b"[2024-01-01 10:00:00.000] VERBOSE[1] x.c: " + HEAD + MESSAGE + b"\n"
        self.assertEqual(len(read_bytes(data).messages), 1)

    def test_binary(self):
        for data in (b"\xd4\xc3\xb2\xa1\x02\0\x04\0", b"\x0a\x0d\x0d\x0a\x1c\0\0\0", b"\x7fELF\x02\x01\x01\0"):
            self.check_refused(data + b"\n" + HEAD + MESSAGE + b"\n")
        self.check_refused((HEAD + MESSAGE).decode().encode("utf-16"))

    def test_other_logs(self):
        self.check_refused(b"".join(b"Jan  2 10:00:0%d pbx kernel: something %d\n" % (i, i) for i in range(10)))
        self.check_refused(b"Jan  2 10:00:00 sip kamailio[1]: INFO: got " + self.START + b" from 192.0.2.1\n" * 3)
        self.check_refused(b"10:00 parse_msg(): method: <INVITE>\n10:00 parse_msg(): version: <SIP/2.0>\n")

    def test_heads_without_messages(self):
        self.check_refused(HEAD + b"\n" + HEAD + b"OPTIONS\n")
        self.check_refused(b"recv 4 bytes from udp/[192.0.2.1]:5060 at 10:00:00.000000:\n" + b"-" * 72 + b"\njaK\n")

    def test_stamped_lines_that_name_messages(self):
        for behind in (b" from 192.0.2.1", b"", b" (CSeq: 1 INVITE)"):
            self.check_refused(b"2024-01-01 10:00:00 sip[1]: got " + self.START + behind + b"\n2024-01-01 10:00:01 Via: x\n" * 3)

    def test_start_lines_in_prose(self):
        self.check_refused(b"The phone sends\n" + self.START + b"\nand gets\nSIP/2.0 200 OK\nfrom it.\n")
        self.check_refused(self.START + b".\n" + HEADERS + b"\n")
        self.check_refused(self.START + b".\n" + HEADERS.replace(b"\n", b".\n", 1) + b"\nand so on.\n")

    def test_alone_it_needs_via_call_id_and_cseq(self):
        self.assertEqual(len(read_bytes(MESSAGE + b"\n").messages), 1)
        for name in (b"Via", b"Call-ID", b"CSeq"):
            self.check_refused(MESSAGE.replace(name + b":", b"X-Other:") + b"\n")
        self.check_refused(b"SIP/2.0 200 OK\nthe headers follow:\n" + HEADERS + b"\n")

    def test_a_limit(self):
        data = b"2024-01-01 10:00:00 other line\n" * 20000 + HEAD + MESSAGE + b"\n"
        self.assertEqual(len(read_bytes(data).messages), 1)
        self.assertEqual(read_bytes(data, "--limit", "262144").result, "not a log")
        self.assertEqual(read_bytes(data, "--limit", "1000000").result, "end")

    def test_the_limit_is_for_the_first_message_only(self):
        read = read_bytes((HEAD + MESSAGE + b"\n") * 100, "--limit", "4096", "--again")
        self.assertEqual((len(read.messages), read.differ), (100, 0))

    def test_unreadable(self):
        self.assertRaises(RuntimeError, look, "/nonexistent/x.log")
        self.assertRaises(RuntimeError, look, "/tmp")


class MessageTest(unittest.TestCase):
    """Messages alone, and what belongs to a message."""

    def check_one(self, data, wanted, **fields):
        """One message with this text."""
        read = read_bytes(data, "--again")
        self.assertEqual([m.text for m in read.messages], [wanted])
        self.assertEqual(read.differ, 0)
        for name, value in fields.items():
            self.assertEqual(getattr(read.messages[0], name), value)
        return read.messages[0]

    def test_alone(self):
        messages = conversation()
        read = read_bytes(bare(messages), "--again")
        self.assertEqual([m.text for m in read.messages], [m.data for m in messages])
        client = {m.destination if m.text.startswith(b"SIP") else m.source for m in read.messages}
        server = {m.source if m.text.startswith(b"SIP") else m.destination for m in read.messages}
        self.assertEqual([(e.ip, e.port, e.origin) for e in client], [("192.0.2.10", 5060, "learned")])
        self.assertEqual([e.origin for e in server], ["made up"])
        self.assertEqual({m.direction for m in read.messages}, {""})

    def test_alone_behind_a_stamp(self):
        message = self.check_one(b"2024-05-06 07:08:09,123 [sip] DEBUG got this\n\n" + MESSAGE + b"\n",
                                 MESSAGE.replace(b"\n", b"\r\n") + b"\r\n", precision="ms")
        self.assertEqual(message.time, micros(2024, 5, 6, 7, 8, 9, 123000))

    def test_alone_behind_a_stamp_in_its_line(self):
        wire = MESSAGE.replace(b"\n", b"\r\n") + b"\r\n"
        for lead in (b"[2024/05/06 07:08:09.123] ", b"05-06 07:08:09.123 1894 1897 D Lib: ", b"@2024-05-06 07:08:09,123||x: <"):
            message = self.check_one(b"other\n" + lead + MESSAGE + b"\n" + lead + b"other\n", wire, precision="ms", line=2)
            self.assertEqual(message.time % (86400 * MICROS), micros(1970, 1, 1, 7, 8, 9, 123000))
            self.check_one(b"".join(lead + line + b"\n" for line in MESSAGE.split(b"\n")) + lead + b"other\n", wire)

    def test_alone_with_the_dots_of_ngrep(self):
        wire = MESSAGE.replace(b"\n", b"\r\n") + b"\r\n"
        self.check_one(b"1\n" + MESSAGE.replace(b"\n", b".\n") + b".\n\n2\n", wire)
        answer = b"SIP/2.0 200 Done.\n" + HEADERS
        self.check_one(answer.replace(b"\n", b".\n").replace(b"..", b".") + b".\n",
                       answer.replace(b".\n", b"\n").replace(b"\n", b"\r\n") + b"\r\n")
        for end in (b"\n", b"\r\n"):
            self.check_one((answer + b"\n").replace(b"\n", end), answer.replace(b"\n", b"\r\n") + b"\r\n")

    def test_bytes_as_python_prints_them(self):
        wire = MESSAGE.replace(b"\n", b"\r\n") + b"\r\n"
        for quote in (b"'", b'"'):
            data = b"b" + quote + wire.replace(b"\r\n", rb"\r\n") + quote + b"\n"
            self.check_one(b"New message\n" + data + b"other\n", wire, cut=False)
            for before in (b"data = ", b"    ", b"("):
                self.assertEqual(read_bytes(before + data).messages, [])

    def test_retransmissions_are_two_messages(self):
        self.assertEqual(len(read_bytes((HEAD + MESSAGE + b"\n") * 2).messages), 2)

    def test_empty_lines_belong_to_bodies(self):
        body = b"--b\r\nContent-Type: text/plain\r\n\r\none\r\n\r\ntwo\r\n--b--\r\n"
        start = MESSAGE.replace(b"\n", b"\r\n") + b"Content-Type: multipart/mixed;boundary=b\r\nContent-Length: %d\r\n\r\n"
        wire = start % len(body) + body
        self.check_one(HEAD + wire.replace(b"\r\n", b"\n") + b"\n\nother\n", wire, cut=False)
        self.check_one(HEAD + wire + b"\nother\n", wire, cut=False)

    def test_a_message_in_a_body_is_no_message(self):
        body = MESSAGE.replace(b"\n", b"\r\n") + b"\r\n"
        wire = (MESSAGE.replace(b"\n", b"\r\n") + b"Content-Type: message/sip\r\nContent-Length: %d\r\n\r\n" % len(body) +
                body)
        self.check_one(HEAD + wire.replace(b"\r\n", b"\n") + b"\n", wire, cut=False)

    def test_a_body_sent_with_lf_stays_so(self):
        body = b"first line\nsecond line\nthird\n"
        head = MESSAGE + b"Content-Type: text/plain\nContent-Length: %d\n\n" % len(body)
        wire = head.replace(b"\n", b"\r\n") + body
        self.check_one(HEAD + head + body + b"\nother line of the log\n", wire, cut=False)
        self.check_one(HEAD + wire + b"\nother line of the log\n", wire, cut=False)

    def test_a_record_behind_a_body_without_line_end(self):
        body = b"no end"
        head = MESSAGE + b"Content-Type: text/plain\nContent-Length: %d\n\n" % len(body)
        first = b"recv 1 bytes from tcp/[192.0.2.10]:5060 at 10:00:00.000001:\n" + b"-" * 72 + b"\n" + head + body
        read = read_bytes(first + first + b"2024-01-01 10:00:00.1 [INFO] x\n", "--again")
        self.assertEqual([m.text for m in read.messages], [head.replace(b"\n", b"\r\n") + body] * 2)
        self.assertFalse(any(m.cut or m.repairs & LENGTH for m in read.messages))

    def test_nul_ends_a_message(self):
        read = read_bytes(HEAD + MESSAGE + b"Subject: x\0yz\n\n" + HEAD + MESSAGE + b"\n")
        self.assertEqual([m.cut for m in read.messages], [True, False])
        self.assertIn(b"Subject: x", read.messages[0].text)

    def test_the_empty_line_alone_is_missing(self):
        text = MESSAGE + b"Content-Length: 0\n"
        for behind in (HEAD + MESSAGE + b"\n", b"", b"```\nprose: more\n", b"** the phone, rings\n"):
            first = read_bytes(HEAD + text + behind).messages[0]
            self.assertEqual(first.text, text.replace(b"\n", b"\r\n") + b"\r\n")
            self.assertEqual((first.cut, first.repairs & EMPTY_LINE), (False, EMPTY_LINE))
        self.assertTrue(read_bytes(HEAD + MESSAGE + HEAD + MESSAGE + b"\n").messages[0].cut)

    def test_the_empty_line_before_a_description_is_missing(self):
        body = b"v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nt=0 0\n"
        text = MESSAGE + b"Content-Type: application/sdp\nContent-Length: %d\n" % (len(body) + 4)
        wire = (text + b"\n" + body).replace(b"\n", b"\r\n")
        self.check_one(HEAD + text + body + b"\n", wire, cut=False)

    def test_entities_in_a_body_are_the_body(self):
        body = b"<a>1 &lt; 2 &amp; 3</a>\r\n"
        wire = MESSAGE.replace(b"\n", b"\r\n") + b"Content-Type: text/xml\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        message = self.check_one(HEAD + wire + b"\n", wire)
        self.assertFalse(message.repairs & ENTITIES)

    def test_a_start_line_alone_is_cut(self):
        read = read_bytes(b"send 9 bytes to udp/[192.0.2.1]:5060 at 10:00:00.000001:\n   BYE sip:b@x.example SIP/2.0\n\n")
        self.assertEqual([(m.text, m.cut) for m in read.messages], [(b"BYE sip:b@x.example SIP/2.0\r\n\r\n", True)])

    def test_too_long(self):
        text = HEAD + MESSAGE + b"Content-Length: 300000\n\n" + b"x" * 99 + b"\n"
        data = text + (b"y" * 99 + b"\n") * 3000 + HEAD + MESSAGE + b"\n"
        read = read_bytes(data, "--again")
        self.assertEqual([m.cut for m in read.messages], [True, False])
        self.assertLess(len(read.messages[0].text), 70000)
        line = HEAD + MESSAGE + b"Subject: " + b"z" * 200000 + b"\n\n"
        self.assertEqual([m.cut for m in read_bytes(line + HEAD + MESSAGE + b"\n").messages], [True, False])

    def test_two_own_addresses_are_none(self):
        layout, messages = BY_NAME["pjsua"], conversation()
        data = write(layout, messages, "ms")
        self.assertEqual({m.source.origin for m in read_bytes(data).messages if m.direction == "sent"}, {"learned"})
        other = data.replace(b"Contact: <sip:b@198.51.100.20>", b"Contact: <sip:b@198.51.100.99>")
        read = read_bytes(data + other)
        own = {m.source if m.direction == "sent" else m.destination for m in read.messages}
        self.assertEqual([(e.ip, e.origin) for e in own], [("2001:db8:0:51::1", "made up")])


class HeadTest(unittest.TestCase):
    """Heads as they are found: variants that no layout writes."""

    PEERS = {"192.0.2.10:5060": ("192.0.2.10", 5060, "said"), "[2001:db8::20]:5061": ("2001:db8::20", 5061, "said"),
             "2001:db8::20:5061": ("2001:db8::20", 5061, "said"), "[2001:db8::20]": ("2001:db8::20", 0, "said"),
             "192.0.2.10": ("192.0.2.10", 0, "said"), "::ffff:192.0.2.9:5060": ("::ffff:192.0.2.9", 5060, "said"),
             "pbx.example.com:5060": (None, 5060, "named"), "<<REDACTED>>:5060": (None, 5060, "named"),
             "XX.XX.XX.XXX2": (None, 0, "named"), "[my-proxy]:5060": (None, 5060, "named"),
             "192.0.2.10.sip": ("192.0.2.10", 5060, "said"), "192.0.2.10.sip-tls": ("192.0.2.10", 5061, "said"),
             "pbx.example.com.5062": (None, 5062, "named"), "10.1.x.20": (None, 0, "named"),
             "pbx.sip": (None, 0, "named")}

    def test_addresses(self):
        for text, (ip, port, origin) in self.PEERS.items():
            with self.subTest(text):
                data = HEAD.replace(b"192.0.2.10:5060", text.encode()) + MESSAGE + b"\n"
                peer = read_bytes(data).messages[0].source
                self.assertEqual((peer.port, peer.origin), (port, origin))
                self.assertEqual(peer.ip, ip or peer.ip)
                self.assertEqual(peer.ip.startswith("2001:db8:0:52:"), ip is None)

    def test_variants(self):
        cases = {
            "Reliably Transmitting (NAT) to 192.0.2.10:5060:": ("asterisk-chan-sip", "sent", "TCP"),
            "<--- SIP read from 192.0.2.10:5060 --->": ("asterisk-chan-sip", "received", "TCP"),
            "recv 400 bytes from wss/[192.0.2.10]:5060 at 10:00:00.000001:": ("freeswitch", "received", "WSS"),
            "2024-01-01 10:00:00.1 send 4 bytes to tls/[192.0.2.10]:5060 at 10:00:00.000001:": ("freeswitch", "sent", "TLS"),
            "app: 10:00:00.123   Fri  RX 537 bytes Response msg 401/REGISTER/cseq=2 (rdata0x1) from TLS 192.0.2.10:5060:":
                ("pjsua", "received", "TLS"),
            "bel/channel [0x1]: message sent to [TLS://192.0.2.10:5060], size: [392] bytes": ("belle-sip", "sent", "TLS"),
            "U 192.0.2.10:5060 -> 192.0.2.1:5060": ("ngrep", "", "UDP"),
            "T 2024/01/01 10:00:00.123456 192.0.2.10:5060 -> 192.0.2.1:5060 [AP] #9": ("ngrep", "", "TCP"),
            "JsSIP | TRANSPORT | received WebSocket text message:": ("jssip", "received", "TCP"),
            "[2024-01-01T10:00:00.1Z] INFO - sip.Transport - Sending WebSocket message:": ("sip.js", "sent", "TCP"),
            "[S=1] [SID=1:1:1] ---- Incoming SIP Message from 192.0.2.10:5060 to SIPInterface #0 (UDP (x)) TLS TO(#1) ----":
                ("audiocodes", "received", "TLS"),
            "TCP message received [9] bytes :": ("sipp", "received", "TCP"),
            "Sent: ": ("direction-word", "sent", "TCP"),
        }
        for head, wanted in cases.items():
            with self.subTest(head):
                text = MESSAGE.replace(b"\n", b".\n") + b"." if wanted[0] == "ngrep" else MESSAGE
                for data in (head.encode() + b"\n" + text + b"\n", head.encode() + b"\n\n" + text + b"\n"):
                    found = read_bytes(data).messages[0]
                    self.assertEqual((found.format, found.direction, found.transport), wanted)
                    self.assertIn("192.0.2.10" if "192.0.2.10" in head else "2001:db8:0:51::2",
                                  (found.source.ip, found.destination.ip))

    def test_lines_that_a_phone_broke_anywhere(self):
        lead = b"08-11 05:50:01.382 18941 18976 D Baresip Lib: "
        text = b"SIP/2.0 401 Unau\nthorized\n" + HEADERS.replace(b"192.0.2.10", b"192.0\n.2.10") + b"Content-Length: 0\n\n"
        data = b"05:50:01.007#\nUDP 192.0.2.10:5060 -> 192.0.2.1:5060\n" + text
        read = read_bytes(b"".join(lead + line + b"\n" for line in data.split(b"\n")), "--again")
        wire = b"SIP/2.0 401 Unauthorized\n" + HEADERS + b"Content-Length: 0\n\n"
        self.assertEqual(([m.text for m in read.messages], read.differ), ([wire.replace(b"\n", b"\r\n")], 0))
        self.assertIn(b"Unau\r\nthorized", read_bytes(data).messages[0].text)

    def test_an_empty_line_in_a_head(self):
        data = b"00802148.002 |16:17:01.297 |AppInfo  |x: Incoming SIP UDP message size 5 from 192.0.2.10:[5070]:\n%s[151,NET]\n\n"
        for between, wanted in ((b"", 5070), (b"\n", 5070), (b"\n\n", 0)):
            read = read_bytes(data % between + MESSAGE + b"\n")
            self.assertEqual([m.source.port if m.format == "cisco-cucm" else 0 for m in read.messages], [wanted])

    def test_headers_of_packets_as_text(self):
        head = b"10:00:00.123456 IP 192.0.2.10.5070 > 192.0.2.1.5060: UDP, length 9\n"
        for packet in (b"E..4X....", b"`.9...>@..:\n\n...\n....", b"E" * 99 + b"\n"):
            read = read_bytes(head + packet + MESSAGE + b"\n" + head + b"E.jaK\n", "--again")
            self.assertEqual([(m.format, m.source.port, m.text[:8]) for m in read.messages], [("tcpdump", 5070, b"MESSAGE ")])
            self.assertEqual(read.differ, 0)
        read = read_bytes(head + b"E" * 170 + b"\n" + MESSAGE + b"\n")
        self.assertEqual([m.format for m in read.messages], ["bare"])

    def test_the_head_in_the_same_line(self):
        for head, wanted in ((b"x.js:9 JsSIP:Transport received text message:", "jssip"), (b"SEND: ", "direction-word"),
                             (b"x.js:1 recv=", "direction-word"), (b"JsSIP:Transport sending message: ", "jssip")):
            read = read_bytes(b"x\n" + head + MESSAGE + b"\n +3ms\n", "--again")
            self.assertEqual([(m.format, m.line) for m in read.messages], [(wanted, 2)])
            self.assertEqual(read.differ, 0)

    def test_the_mark_of_utf8(self):
        data = b"\xef\xbb\xbf2024/01/01 10:00:00.000001 192.0.2.10:5060 -> 192.0.2.1:5060\n" + MESSAGE + b"\n"
        self.assertEqual([m.format for m in read_bytes(data, "--again").messages], ["sngrep"])

    def test_remarks_are_counted(self):
        layout = BY_NAME["cisco"]
        read = read_bytes(write(layout, conversation(), "s"), "--file-time", str(micros(2024, 3, 2)))
        self.assertEqual(sorted(read.remarks.values()), [[6, 1]] * 5)
        words = " ".join(read.remarks)
        for word in ("whole seconds", "no year", "own address is not in this log", "peer is not known", "top Via"):
            self.assertIn(word, words)
        self.assertEqual(read_bytes(write(BY_NAME["kamailio_sipdump"], conversation(), "us")).remarks, {})


class PiecesTest(unittest.TestCase):
    """Messages in several records, records with several messages."""

    def received(self, text, channel=b"0x55d0", second=1):
        """A record of belle-sip."""
        return (b"2024-01-01 10:00:0%d:000 belle-sip-message-channel [%s]: received [9] new bytes from "
                b"[TCP://192.0.2.10:5060]:\n%s\n" % (second, channel, text))

    def setUp(self):
        self.wires = [m.data for m in conversation(transport="TCP")]
        self.texts = [wire.replace(b"\r\n", b"\n") for wire in self.wires]
        self.other = b"2024-01-01 10:00:01:500 belle-sip-message-channel [0x1]: starting recv task\n"

    def check(self, data, wires, joined=()):
        """These messages, those of them put together."""
        read = read_bytes(data, "--again")
        self.assertEqual([m.text for m in read.messages], wires)
        self.assertEqual([i for i, m in enumerate(read.messages) if m.repairs & JOINED], list(joined))
        self.assertEqual(read.differ, 0)
        self.assertFalse(any(m.cut for m in read.messages))
        return read

    def test_cut_anywhere(self):
        text = self.texts[0]
        for place in list(range(40, len(text) - 1, 23)) + [text.index(b"\n\n") + n for n in (0, 1, 2)]:
            with self.subTest(place):
                data = self.received(text[:place]) + self.other + self.received(text[place:]) + self.other
                self.check(data, self.wires[:1], [0])

    def test_three_pieces_and_another_channel_between(self):
        text = self.texts[0]
        data = (self.received(text[:100]) + self.received(self.texts[3], b"0x7777") + self.received(text[100:300]) +
                self.other + self.received(text[300:]))
        self.check(data, [self.wires[0], self.wires[3]], [0])

    def test_two_in_one_read(self):
        read = self.check(self.received(self.texts[0] + self.texts[3] + self.texts[4]) + self.other,
                          [self.wires[0], self.wires[3], self.wires[4]])
        self.assertEqual({m.source.ip for m in read.messages}, {"192.0.2.10"})
        self.assertEqual(len({m.time for m in read.messages}), 1)
        self.assertEqual(len({(m.offset, m.start) for m in read.messages}), 3)

    def test_the_rest_and_another_message(self):
        text = self.texts[0]
        data = (self.received(text[:200]) + self.other + self.received(text[200:] + self.texts[4], second=3) +
                self.received(self.texts[3], second=4))
        read = self.check(data, [self.wires[0], self.wires[4], self.wires[3]], [0])
        self.assertEqual([m.time // MICROS % 60 for m in read.messages], [1, 3, 4])
        self.assertEqual([m.line for m in read.messages], [1] + [
            data[:data.index(b"10:00:0%d:" % second)].count(b"\n") + 1 for second in (3, 4)])

    def test_a_long_rest_and_another_message(self):
        body = "".join("line %d of a long text\n" % i for i in range(400))
        wire = (MESSAGE.decode() + "Content-Type: text/plain\nContent-Length: %d\n\n" % (len(body) + 400)).encode()
        text = wire + body.encode()
        data = self.received(text[:300]) + self.other + self.received(text[300:] + self.texts[4], second=3)
        self.check(data, [text.replace(b"\n", b"\r\n"), self.wires[4]], [0])

    def test_a_message_that_never_goes_on(self):
        data = self.received(self.texts[0][:200]) + self.received(self.texts[3])
        read = read_bytes(data, "--again")
        self.assertEqual(([m.cut for m in read.messages], read.differ), ([True, False], 0))
        self.assertEqual(read.messages[1].text, self.wires[3])

    def test_syslog_records_go_on(self):
        head = (b"<133>[S=%d] [SID=b9:24:1]  (N 6) ---- Incoming SIP Message from 192.0.2.10:5060 to SIPInterface #1 "
                b"(Provider) TCP TO(#134) ---- #012")
        text = self.texts[0].replace(b"\n", b" #012")
        for place in (150, 333, len(text) - 30):
            with self.subTest(place):
                time = b" [Time:01-01@10:00:00.%03d]\n"
                data = (head % 7 + text[:place] + time % 1 + b"<133>[S=8] [SID=b9:24:1]  " + text[place:] + time % 2 +
                        head % 9 + self.texts[3].replace(b"\n", b" #012") + time % 3)
                self.check(data, [self.wires[0], self.wires[3]], [0])
                lost = data.replace(b"[S=8]", b"[S=88]")
                self.assertEqual([m.cut for m in read_bytes(lost).messages], [True, False])


class InputTest(unittest.TestCase):
    """Packed logs, standard input, growth."""

    def setUp(self):
        self.messages = conversation()
        self.data = write(BY_NAME["asterisk_pjsip"], self.messages, "ms") * 50
        self.folder = tempfile.TemporaryDirectory(prefix="sipexplain-log-")
        self.addCleanup(self.folder.cleanup)

    def path(self, data):
        """A file with this content."""
        path = os.path.join(self.folder.name, "x")
        with open(path, "wb") as file:
            file.write(data)
        return path

    def test_gzip(self):
        packed = gzip.compress(self.data)
        half = len(self.data) // 2
        for data in (packed, gzip.compress(self.data[:half]) + gzip.compress(self.data[half:]), packed + b"\0" * 100):
            self.assertEqual(len(look("--again", self.path(data)).messages), 300)
            self.assertEqual(look("--again", self.path(data)).differ, 0)
            self.assertEqual(len(read_bytes(data).messages), 300)
            self.assertEqual(len(read_bytes(data, "--chunk", "1").messages), 300)

    def test_gzip_that_is_cut_or_damaged(self):
        packed = gzip.compress(self.data)
        for data in (packed[:-200], packed[:len(packed) // 2] + b"\xff" * 50):
            read = look(self.path(data))
            self.assertEqual(read.result, "unreadable")
            self.assertLess(len(read.messages), 301)
        self.assertEqual(look(self.path(b"\x1f\x8b")).result, "unreadable")

    def test_a_bomb_takes_no_memory(self):
        path = self.path(b"")
        with gzip.open(path, "wb", 1) as file:
            file.write(b"2024-01-01 x\n")
            for _ in range(300):
                file.write(b"A" * 1000000)
        with subprocess.Popen([LOOK, path], stdout=subprocess.PIPE) as process:
            self.assertIn(b"not a log", process.stdout.read())
            process.stdout.close()
            _, _, usage = os.wait4(process.pid, 0)
            process.returncode = 0
        self.assertLess(usage.ru_maxrss, 64 * 1024)

    def test_a_log_that_grows(self):
        """Each message is there before the next line comes."""
        with subprocess.Popen([LOOK, "--ahead", "0", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            for _ in range(3):
                process.stdin.write(HEAD + MESSAGE + b"Content-Length: 3\n\nabc\n")
                process.stdin.flush()
                self.assertIn(b"asterisk-pjsip", process.stdout.readline())
            process.stdin.close()
            self.assertIn(b'"messages": 3', process.stdout.readline())

    def test_hostile_logs_take_linear_time(self):
        """No input costs much more than its length: the slowest is told by a time limit far beyond."""
        start = b"INVITE a:b SIP/2.0\n"
        channel = b"channel [0x%d]: received [9] new bytes from [TCP://192.0.2.10:5060]:\nBYE a:b SIP/2.0\nVia: x\n"
        for unit in (start, start + b"X: y\n", start + b"Content-Length: 60000\n\n", b"SIP/2.0 200 ", b"sent sent ",
                     b"INVITE a:b SIP/2.0#012", HEAD, HEAD + start, b"<--- ", channel % 1, start + b"\n\n",
                     HEAD + start + b"Via: x\n,", b"\x1b[", b"&lt;", b" " * 50 + start, b"10:00:00 " * 8 + start,
                     b"Transmitting (a) to " * 3 + start, b"a:" * 1000 + b" SIP/2.0\n"):
            with self.subTest(unit[:60]):
                data = b"x\n" + unit * (4000000 // len(unit))
                done = subprocess.run([LOOK, "--quiet", "-"], input=data, stdout=subprocess.PIPE, timeout=60, check=True)
                self.assertIn(b'"result"', done.stdout)
        data = b"".join(channel % i for i in range(40000))
        subprocess.run([LOOK, "--quiet", "-"], input=data, stdout=subprocess.PIPE, timeout=60, check=True)


if __name__ == "__main__":
    unittest.main()
