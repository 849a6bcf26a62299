# SPDX-License-Identifier: GPL-2.0-or-later
"""HEP packets: what is read from them, in datagrams and streams, whole and damaged, and to whom payloads go."""

import gzip
import os
import re
import ssl
import struct
import time
import unittest
import zlib

from lib import hep, pcap, sip
from lib.streams import CLIENT, TcpStream, TlsStream
from lib.tshark import TsharkTest

PHONE, SERVER = ("192.0.2.10", 5060), ("198.51.100.20", 5062)
PHONE6, SERVER6 = ("2001:db8::10", 5060), ("2001:db8:1::20", 5062)
NOON = 1800000000000000  # microseconds
INVITE = sip.request("INVITE")
BUSY = sip.response(486, "Busy Here", INVITE)
DNS = b"\x12\x34\x01\0\0\1\0\0\0\0\0\0\3www\7example\3com\0\0\1\0\1"
RECEIVER_REPORT = b"\x80\xc9\0\1\0\0\0\1"


def of_phone(payload=INVITE, *more, **options):
    """A packet of version 3 about something that the phone sent."""
    return hep.hep3(payload, PHONE, SERVER, NOON, *more, **options)


class HepTest(TsharkTest):
    """Base: an empty capture."""

    def setUp(self):
        super().setUp()
        self.capture = pcap.Capture()

    def send(self, *packets, src=hep.AGENT, dst=hep.COLLECTOR, **options):
        """Add HEP packets as datagrams."""
        for packet in packets:
            self.capture.udp(src, dst, packet, **options)

    def write(self):
        """The path of the capture."""
        return self.capture.write(self.path("hep.pcap"))

    def values(self, *names, args=(), of="sipexplain.hep"):
        """The values of sipexplain.hep.* (names with a dot before: of any field), one row a frame with HEP."""
        fields = [name[1:] if name[0] == "." else "sipexplain.hep." + name for name in names]
        out = self.tshark("-r", self.write(), *args, "-Y", of, "-T", "fields", "-E",
                          "aggregator=|", *(part for name in fields for part in ("-e", name)))
        return [tuple(line.split("\t")) for line in out.splitlines()]

    def details(self, *args):
        """tshark -V."""
        return self.tshark("-r", self.write(), "-V", *args)


class FieldsTest(HepTest):

    def test_version_3(self):
        self.send(of_phone(INVITE, hep.chunk(hep.NODE, b"pbx-1"), hep.chunk(13, b"\0\x3c"),
                           hep.chunk(hep.CORRELATION_ID, b"c-1"), hep.chunk(18, b"\0\x64"),
                           hep.chunk(20, b"\2\0\0\0\0\1"), hep.chunk(21, b"\2\0\0\0\0\2"),
                           hep.chunk(22, b"\x08\0"), hep.chunk(23, b"\x18"), hep.chunk(24, b"\xb8"),
                           hep.chunk(32, struct.pack("!H", 421)), hep.chunk(33, b"\0\x5d"),
                           hep.chunk(36, b"call")))
        names = ("version", "length", "family", "protocol", "ip.src", "ip.dst", "ip.addr",
                 "srcport", "dstport", "port", "seconds", "microseconds", "payload_type", "agent",
                 "node", "keep_alive", "correlation_id", "vlan", "mac.src", "mac.dst", "ethertype",
                 "tcp.flags", "tos", "mos", "r_factor", "transaction_type")
        length = str(self.capture.frames[0][2] - 42)
        self.assertEqual(self.values(*names), [(
            "3", length, "2", "17", PHONE[0], SERVER[0], PHONE[0] + "|" + SERVER[0], "5060", "5062",
            "5060|5062", "1800000000", "0", "1", "2001", "pbx-1", "60", "c-1", "100",
            "02:00:00:00:00:01", "02:00:00:00:00:02", "0x0800", "0x18", "0xb8", "421", "93", "call")])

    def test_time(self):
        self.send(hep.hep3(INVITE, PHONE, SERVER, NOON + 123456))
        self.assertRegex(self.values("time")[0][0], "2027.*08:00:00.123456000")

    def test_ipv6(self):
        self.send(hep.hep3(INVITE, PHONE6, SERVER6, NOON), hep.hep2(INVITE, PHONE6, SERVER6, NOON),
                  src=hep.AGENT6, dst=hep.COLLECTOR6)
        self.assertEqual(self.values("version", "family", "ipv6.src", "ipv6.dst", "ipv6.addr", "ip.src"),
                         [(version, "10", PHONE6[0], SERVER6[0], PHONE6[0] + "|" + SERVER6[0], "")
                          for version in "32"])

    def test_versions_1_and_2(self):
        self.send(hep.hep2(INVITE, PHONE, SERVER, NOON + 5), hep.hep2(INVITE, PHONE, SERVER, 0, version=1),
                  hep.hep2(INVITE, PHONE, SERVER, NOON + 5, order=">"))
        self.assertEqual(
            self.values("version", "protocol", "ip.src", "dstport", "seconds", "microseconds", "agent"),
            [("2", "17", PHONE[0], "5062", "1800000000", "5", "2001"),
             ("1", "17", PHONE[0], "5062", "", "", ""),
             ("2", "17", PHONE[0], "5062", "1800000000", "5", "2001")])
        self.assertEqual([row for row in self.values(".sip.Method")], [("INVITE",)] * 3)

    def test_title(self):
        self.send(of_phone(INVITE, hep.chunk(hep.NODE, b"pbx\n\x1b[1m")),
                  hep.packet([hep.chunk(hep.PAYLOAD, b"x")]))
        titles = re.findall("(?m)^Homer .*$", self.details())
        self.assertEqual(titles, [
            "Homer Encapsulation Protocol, HEP3: SIP, 192.0.2.10:5060 to 198.51.100.20:5062 (UDP), "
            'node "pbx\\n\\033[1m", agent 2001',
            "Homer Encapsulation Protocol, HEP3: unknown payload, unknown:0 to unknown:0"])
        self.assertNotIn("\x1b", self.details())

    def test_unknown_chunks_and_chunks_of_vendors_are_shown(self):
        self.send(of_phone(INVITE, hep.chunk(777, b"abc"), hep.chunk(1, b"\1\2", vendor=3),
                           hep.chunk(hep.SOURCE, b"\1\2\3\4\5"), hep.chunk(78, b"")))
        self.assertEqual(
            self.values("chunk.vendor", "chunk.type", "chunk.length", "chunk.data", "protocol"),
            [("0|3|0|0", "777|1|3|78", "3|2|5|0", "616263|0102|0102030405", "17")])
        self.assertIn("Chunk 1 of vendor 3 (OpenSIPS), 2 bytes", self.details())

    def test_key_is_not_printed(self):
        self.send(of_phone(INVITE, hep.chunk(hep.KEY, b"TopSecret")))
        for args in ("-V",), ("-T", "json"), ("-T", "pdml"), ("-T", "fields", "-e", "sipexplain.hep.key"):
            out = self.tshark("-r", self.write(), *args)
            self.assertNotIn("TopSecret", out)
        self.assertIn("Authentication key, not shown (9 bytes)", self.details())

    def test_columns(self):
        self.send(of_phone())
        columns = ("-o", 'gui.column.format:"s","%s","d","%d","p","%p","q","%S","r","%D"')
        self.assertEqual(self.tshark("-r", self.write(), *columns).replace("→", "").split(),
                         [PHONE[0], SERVER[0], "SIP", "5060", "5062"])
        # A stream stays what it is: Wireshark follows it by its own ends.
        self.capture = pcap.Capture()
        TcpStream(self.capture, hep.AGENT, hep.COLLECTOR).send(CLIENT, of_phone())
        self.assertEqual(self.tshark("-r", self.write(), *columns).replace("→", "").split(),
                         [hep.AGENT[0], hep.COLLECTOR[0], "SIP", "47000", "9060"])


class CompressedTest(HepTest):

    def compressed(self, body):
        """Add a packet with this compressed payload."""
        self.send(hep.packet(hep.chunks(b"", PHONE, SERVER, NOON)[:-1]
                             + [hep.chunk(hep.COMPRESSED, body)]))

    def test_zlib_and_gzip(self):
        self.compressed(zlib.compress(INVITE))
        self.compressed(gzip.compress(INVITE))
        self.assertEqual(self.values(".sip.Method", ".frame.protocols"),
                         [("INVITE", "eth:ethertype:ip:udp:sipexplain.hep:sip")] * 2)
        self.assertEqual(self.values(".sip.Method", of="sipexplain.hep.not_inflated || "
                                                       "sipexplain.hep.inflated_in_part"), [])

    def test_damaged(self):
        whole = zlib.compress(INVITE + b"x" * 500)
        for body in b"no zlib at all", b"", whole[:-4], whole[:60], whole[:60] + b"\xff" * 40, b"\x1f\x8b":
            self.compressed(body)
        rows = self.values("not_inflated", "inflated_in_part", ".sip.Method")
        self.assertEqual(len(rows), 6)
        self.assertEqual([bool(none or some) for none, some, _ in rows],
                         [True, False, True, True, True, True])
        self.assertTrue(rows[0][0])
        self.assertEqual(rows[2], ("", "1", "INVITE"))

    def test_bomb(self):
        bomb = zlib.compress(INVITE + b" " * 60000000, 9)
        self.assertLess(len(bomb), 65000)
        self.compressed(bomb)
        begin = time.monotonic()
        self.assertEqual(self.values("inflated_in_part", ".sip.Method"), [("1", "INVITE")])
        self.assertLess(time.monotonic() - begin, 30)
        self.assertIn("Inflated payload (65536 bytes)", self.tshark("-r", self.write(), "-x"))


class StreamTest(HepTest):

    FIRST, SECOND = of_phone(protocol=hep.TCP), hep.hep3(BUSY, SERVER, PHONE, NOON + 1, protocol=hep.TCP)

    def stream(self, *parts, cuts=(), mss=1400):
        """Add a stream with these bytes, and another port than the ones before."""
        client = (hep.AGENT[0], hep.AGENT[1] + self.capture.count)
        stream = TcpStream(self.capture, client, hep.COLLECTOR, mss)
        first = stream.open() + 1
        for part in parts:
            stream.send(CLIENT, part, cuts)
        return first

    def messages(self):
        """{frame: how many SIP messages it has}, where there are any."""
        return {int(number): found.count("|") + 1 for number, found in
                self.values(".frame.number", ".sip.CSeq.method") if found}

    def test_joined(self):
        self.stream(self.FIRST + self.SECOND + self.FIRST)
        self.assertEqual(self.messages(), {4: 3})

    def test_cut_anywhere(self):
        joined, wanted = self.FIRST + self.SECOND, {}
        for cut in range(4, len(joined)):
            first = self.stream(joined, cuts=(cut,))
            wanted.update({first: 1, first + 1: 1} if cut >= len(self.FIRST) else {first + 1: 2})
        self.assertEqual(self.messages(), wanted)

    def test_over_many_segments(self):
        long = of_phone(sip.request("INVITE", headers=[("X-Long", "x" * 5000)]), protocol=hep.TCP)
        wanted = {}
        for mss in range(280, 310):  # some cut the mark of the second packet
            first = self.stream(long + self.SECOND, mss=mss)
            for end in len(long), len(long) + len(self.SECOND):
                frame = first + (end - 1) // mss
                wanted[frame] = wanted.get(frame, 0) + 1
        self.assertEqual(self.messages(), wanted)

    def test_several_messages_in_one_packet(self):
        both = hep.hep3(BUSY + BUSY, SERVER, PHONE, NOON, protocol=hep.TCP)
        self.stream(both)
        self.assertEqual(self.messages(), {4: 2})

    def test_a_cut_message_does_not_wait_for_the_next_packet(self):
        cut = of_phone(INVITE.replace(b"Content-Length: 0", b"Content-Length: 900"), protocol=hep.TCP)
        self.stream(cut, self.SECOND)
        self.assertEqual(self.messages(), {4: 1, 5: 1})

    def test_out_of_step(self):
        self.stream(self.FIRST + b"garbage" + self.SECOND)
        self.assertEqual(self.values(".sip.CSeq.method", ".data.len"),
                         [("INVITE", str(7 + len(self.SECOND)))])

    def test_lengths_that_no_packet_has(self):
        for says in 0, 1, 5, 6, 0xFFFF:
            self.stream(self.FIRST[:4] + struct.pack("!H", says) + self.FIRST[6:], self.SECOND)
        self.assertNotRegex(self.details(), "(?i)dissector bug|assert")

    def test_over_tls(self):
        keys = self.path("keys.log")
        try:
            stream = TlsStream(self.capture, hep.AGENT, hep.COLLECTOR, keys)
        except ssl.SSLError as error:
            self.skipTest("no anonymous TLS here: %s" % error)
        stream.open()
        stream.send(CLIENT, self.FIRST + self.SECOND, cuts=(200,))
        args = ("-o", "tls.keylog_file:" + keys)
        self.assertEqual(self.values(".sip.CSeq.method", "ip.src", args=args),
                         [("INVITE|INVITE", PHONE[0] + "|" + SERVER[0])])


class DamagedTest(HepTest):

    def malformed(self, *packets):
        """For each packet, whether it is called malformed; fails on worse."""
        self.capture = pcap.Capture()
        self.send(*packets)
        self.assertNotRegex(self.details(), "(?i)dissector bug|assert|Malformed Packet")
        return [bool(row[0]) for row in self.values("malformed")]

    def test_lengths_of_chunks(self):
        head = hep.chunks(INVITE, PHONE, SERVER, NOON)
        good = hep.packet(head)
        bad = [hep.packet(head + [hep.chunk(77, b"abc", length=length)])
               for length in (0, 1, 5, 10, 1000, 0xFFFF)]
        bad += [hep.packet(head + [b"\0" * count]) for count in range(1, 6)]
        self.assertEqual(self.malformed(good, *bad), [False] + [True] * len(bad))
        # What stood before the damage is good.
        self.assertEqual(self.values(".sip.Method"), [("INVITE",)] * (1 + len(bad)))

    def test_length_of_the_packet(self):
        good = of_phone()
        whole = len(good)
        packets = [good[:4] + struct.pack("!H", says) + good[6:]
                   for says in (0, 5, 6, 7, whole - 1, whole, whole + 1, 0xFFFF)]
        self.assertEqual(self.malformed(*packets),
                         [True, True, False, True, True, False, True, True])

    def test_times_that_no_clock_shows(self):
        packets = [hep.packet(hep.chunks(INVITE, PHONE, SERVER, 0)[:6] + [
            hep.chunk(hep.SECONDS, struct.pack("!I", seconds)),
            hep.chunk(hep.MICROSECONDS, struct.pack("!I", micros)),
            hep.chunk(hep.PAYLOAD_TYPE, b"\1"), hep.chunk(hep.PAYLOAD, INVITE)])
            for seconds, micros in ((0, 0), (0xFFFFFFFF, 999999), (5, 1000000), (5, 0xFFFFFFFF))]
        self.assertEqual(self.malformed(*packets), [False, False, True, True])

    def test_every_cut_of_the_capture(self):
        packet = of_phone()
        for snap in range(46, 42 + len(packet), 11):  # behind the mark
            self.send(packet, snap=snap)
        text = self.details()
        self.assertNotRegex(text, "(?i)dissector bug|assert|Malformed Packet")
        self.assertEqual(self.values(".frame.number", of="sipexplain.hep.malformed"), [])
        self.assertEqual(text.count("Packet size limited during capture"), self.capture.count)

    def test_many_chunks(self):
        self.send(hep.packet([hep.chunk(700, b"")] * 10900))
        begin = time.monotonic()
        self.assertEqual(self.details().count("Chunk 700 of"), 10900)
        self.assertLess(time.monotonic() - begin, 30)

    def test_no_addresses(self):
        self.send(hep.packet([hep.chunk(hep.PAYLOAD_TYPE, b"\1"), hep.chunk(hep.PAYLOAD, BUSY)]))
        self.assertIn("SIP Explain: 486", self.details())


class PayloadTest(HepTest):

    def protocols(self, payload, kind):
        """Which protocols come behind HEP."""
        self.capture = pcap.Capture()
        self.send(of_phone(payload, kind=kind))
        return self.values(".frame.protocols")[0][0].partition("sipexplain.hep")[2]

    def test_dissectors(self):
        self.assertEqual(self.protocols(RECEIVER_REPORT, hep.RTCP), ":rtcp")
        self.assertEqual(self.protocols(DNS, hep.DNS), ":dns")
        self.assertEqual(self.protocols(b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n", 3), ":sdp")
        self.assertEqual(self.protocols(b'{"a": 1}', hep.DNS), ":json")
        self.assertEqual(self.protocols(b"\x01\x02\xff", 200), ":data")
        self.assertEqual(self.protocols(b"", hep.SIP), "")

    def test_text(self):
        self.send(of_phone(b"10:00 line one\r\nline <two>\nline three", kind=hep.LOG),
                  of_phone(b' {"jitter": 5}', kind=hep.RTCP), of_phone(b"\r\n\r\n"))
        self.assertEqual(self.values("text")[:2], [
            ("10:00 line one|line <two>|line three",), (' {"jitter": 5}',)])
        self.assertEqual(self.values(".json.value.number")[1], ("5",))
        info = self.tshark("-r", self.write(), "-o", 'gui.column.format:"i","%i"').splitlines()
        self.assertEqual(info[0], "HEP3 Log: 10:00 line one")

    def test_many_lines(self):
        self.send(of_phone(b"\n" * 60000, kind=hep.LOG))
        self.assertEqual(len(re.findall("(?m)^    Text", self.details())), 501)

    def test_sip_is_for_sip_payloads_only(self):
        for kind in 0, 3, 5, 50, 100, 255:
            self.assertNotIn("sip", self.protocols(INVITE, kind).split(":"), kind)

    def test_icmp_error_about_hep_says_nothing_of_sip(self):
        frame = self.capture.udp(hep.AGENT, hep.COLLECTOR, of_phone(BUSY))
        self.capture.icmp("198.51.100.9", None, frame)
        rows = self.values(".frame.protocols", ".sip.Status-Code", "payload_type")
        self.assertEqual(rows[1][1:], ("", "1"))
        self.assertNotIn("sip:", rows[1][0] + ":".replace("sipexplain", ""))
        self.assertEqual(self.details().count("SIP Explain: "), 1)


if __name__ == "__main__":
    unittest.main()
