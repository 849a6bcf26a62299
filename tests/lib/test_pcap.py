# SPDX-License-Identifier: GPL-2.0-or-later
"""The captures that tests/lib makes, as tshark sees them."""

import os
import shutil
import subprocess
import tempfile
import unittest

from . import pcap, sip
from .streams import CLIENT, SERVER, SctpAssociation, TcpStream, TlsStream, WebSocket, crc32c

TSHARK = os.environ.get("TSHARK") or shutil.which("tshark")
CHECKSUMS = ["ip", "udp", "tcp", "sctp", "icmp", "icmpv6"]
ALICE, BOB = ("192.0.2.10", 5060), ("198.51.100.20", 5060)
ALICE6, BOB6 = ("2001:db8::10", 5060), ("2001:db8:1::20", 5060)
OUTER, OUTER6 = ("203.0.113.1", "203.0.113.2"), ("2001:db8:f::1", "2001:db8:f::2")

INVITE = sip.request("INVITE", headers=[("Content-Type", "application/sdp")], body=sip.sdp())
TRYING = sip.response(100, "Trying", INVITE)
RINGING = sip.response(180, "Ringing", INVITE)
BUSY = sip.response(486, "Busy Here", INVITE)
LONG = sip.response(200, "OK", INVITE, [("X-Filler", "x" * 2500)])


def run_tshark(path, *args):
    """The lines that tshark prints about a capture."""
    with tempfile.TemporaryDirectory() as home:
        env = dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC", HOME=home, XDG_CONFIG_HOME=home)
        done = subprocess.run([TSHARK, "-n", "-r", path] + list(args), env=env, timeout=120,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise AssertionError("tshark: " + done.stderr.decode("utf-8", "replace"))
    return done.stdout.decode("utf-8").splitlines()


@unittest.skipUnless(TSHARK, "tshark is not installed")
class CaptureTest(unittest.TestCase):
    """Base: a fresh capture in a temporary directory."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.path = os.path.join(holder.name, "test.pcap")
        self.keylog = os.path.join(holder.name, "keys.log")
        self.capture = pcap.Capture()

    def codes(self, *args, field="sip.Status-Code"):
        """{frame number: field} of the frames that have the field."""
        self.capture.write(self.path)
        lines = run_tshark(self.path, "-T", "fields", "-E", "aggregator=,", "-e", "frame.number",
                           "-e", field, *args)
        pairs = [line.split("\t") for line in lines]
        return {int(number): value for number, value in pairs if value}

    def check(self, expected, *args):
        """The status codes are as expected; nothing is malformed, no checksum is bad."""
        self.assertEqual(self.codes(*args), expected)
        self.assertEqual(self.checksums(0, *args, also="_ws.malformed || "), [])

    def checksums(self, status, *args, also=""):
        """The frames with a checksum of this status: 0 bad, 1 good."""
        wanted = also + " || ".join(
            "%s.checksum.status == %d" % (name, status) for name in CHECKSUMS)
        return run_tshark(self.path, "-Y", wanted, "-o", "ip.check_checksum:TRUE",
                          "-o", "udp.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE",
                          "-o", "sctp.checksum:CRC 32c", *args)


class UdpTest(CaptureTest):
    """UDP, whole and in fragments; the file itself."""

    def test_ipv4_and_ipv6(self):
        self.capture.udp(ALICE, BOB, INVITE)
        self.capture.udp(BOB, ALICE, TRYING)
        self.capture.udp(BOB6, ALICE6, RINGING)
        self.check({2: "100", 3: "180"})

    def test_checksum_zero_is_sent_as_ones(self):
        for pad in range(0x10000):
            data = pcap.udp_datagram(ALICE, BOB, pad.to_bytes(2, "big"))
            if data[6:8] == b"\xff\xff":
                break
        else:
            self.fail("no payload sums up to zero")
        self.assertEqual(pcap.checksum(pcap.pseudo_header(ALICE[0], BOB[0], 17, 10) + data), 0)

    def test_a_bad_checksum_is_seen(self):
        client, server = (ALICE6[0], 40000), BOB6
        TcpStream(self.capture, client, server).send(SERVER, TRYING)
        SctpAssociation(self.capture, ALICE6, BOB6).send(SERVER, TRYING)
        self.capture.icmp(ALICE6[0], None, pcap.udp_packet(BOB6, ALICE6, TRYING))
        self.capture.udp(BOB, ALICE, TRYING)
        self.capture.udp(BOB6, ALICE6, TRYING)
        frames, self.capture.frames = self.capture.frames, []
        for _, frame, _ in frames:
            self.capture.raw(frame)
            self.capture.raw(frame[:-1] + b" ")
        self.capture.raw(frames[3][1].replace(b"\x40\x11", b"\x41\x11"))  # TTL: the IP sum
        self.capture.write(self.path)
        self.assertEqual(len(self.checksums(0)), 6)
        self.assertEqual(len(self.checksums(1)), 7)

    def test_time_ident_and_ttl(self):
        self.capture.udp(ALICE, BOB, INVITE)
        self.capture.at(1.5).udp(BOB, ALICE, TRYING, ident=77, ttl=9)
        self.capture.udp(BOB, ALICE, RINGING)
        self.capture.wait(2).udp(BOB, ALICE, RINGING)
        self.assertEqual(self.codes(field="frame.time_relative"), {
            1: "0.000000000", 2: "1.500000000", 3: "1.510000000", 4: "3.520000000"})
        self.assertEqual(self.codes(field="ip.id"), {
            1: "0x0001", 2: "0x004d", 3: "0x0002", 4: "0x0003"})
        self.assertEqual(self.codes(field="ip.ttl")[2], "9")

    def test_fragments(self):
        self.assertEqual(self.capture.udp(BOB, ALICE, LONG, mtu=1500), 2)
        self.assertEqual(self.capture.udp(BOB6, ALICE6, LONG, mtu=1280), 5)
        self.assertEqual(self.capture.udp(BOB, ALICE, TRYING, mtu=1500), 6)
        self.check({2: "200", 5: "200", 6: "100"})

    def test_snap(self):
        self.capture.udp(BOB, ALICE, TRYING, snap=100)
        with self.capture.path(snap=120):
            self.capture.udp(BOB, ALICE, RINGING)
        self.assertEqual(self.codes(), {1: "100", 2: "180"})
        self.assertEqual(self.codes(field="frame.cap_len"), {1: "100", 2: "120"})
        self.assertEqual(self.codes(field="frame.len")[1], str(42 + len(TRYING)))

    def test_raw_and_vlan(self):
        packet = pcap.udp_packet(BOB, ALICE, TRYING)
        self.capture.raw(pcap.ethernet(packet, vlan=(7,)))
        with self.capture.path(vlan=(100, 200)):
            self.capture.udp(BOB6, ALICE6, RINGING)
        self.capture.udp(BOB, ALICE, BUSY)
        self.check({1: "100", 2: "180", 3: "486"})
        self.assertEqual(self.codes(field="vlan.id"), {1: "7", 2: "100,200"})


class IcmpTest(CaptureTest):
    """ICMP errors that quote a datagram."""

    def test_whole_quote(self):
        for ends in ((BOB, ALICE), (BOB6, ALICE6)):
            sent = self.capture.udp(*ends, RINGING)
            self.capture.icmp(ends[1][0], None, sent)
        self.check({1: "180", 2: "180", 3: "180", 4: "180"})
        self.assertEqual(self.codes(field="icmp.code"), {2: "3"})
        self.assertEqual(self.codes(field="icmpv6.code"), {4: "4"})

    def test_short_quote(self):
        sent = self.capture.udp(BOB, ALICE, RINGING)
        self.capture.icmp("203.0.113.1", BOB[0], self.capture.packets[sent], 11, 0, quote=8)
        self.capture.icmp("203.0.113.1", BOB[0], sent, 3, 1, quote=60)
        sent = self.capture.udp(BOB6, ALICE6, RINGING)
        self.capture.icmp("2001:db8:f::1", None, sent, 3, 0, quote=60)
        self.assertEqual(self.codes(field="icmp.type"), {2: "11", 3: "3"})
        self.check({1: "180", 3: "180", 4: "180", 5: "180"})


class TunnelTest(CaptureTest):
    """An IP packet in another."""

    def test_tunnels(self):
        for number, tunnel in enumerate((pcap.gre, pcap.ip_in_ip, pcap.vxlan, pcap.gtpu)):
            self.capture = pcap.Capture()
            for outer in (OUTER, OUTER6):
                def wrap(packet, ends=outer, tunnel=tunnel):
                    return tunnel(ends[0], ends[1], packet)
                with self.subTest(tunnel=tunnel.__name__, outer=outer[0]):
                    with self.capture.path(wrap=wrap):
                        self.capture.udp(BOB, ALICE, TRYING)
                        self.capture.udp(BOB6, ALICE6, RINGING)
            field = ("gre.proto", "ip.proto", "vxlan.vni", "gtp.teid")[number]
            self.check({1: "100", 2: "180", 3: "100", 4: "180"})
            self.assertIn(1, self.codes(field=field))

    def test_stream_in_a_tunnel(self):
        with self.capture.path(wrap=lambda packet: pcap.gre(*OUTER, packet), vlan=(5,)):
            stream = TcpStream(self.capture, ALICE, BOB)
            stream.open()
            stream.send(SERVER, TRYING)
        self.check({4: "100"})


class TcpTest(CaptureTest):
    """TCP segments, TLS records, WebSocket frames."""

    def test_segments(self):
        for client, server in ((ALICE, BOB), (ALICE6, BOB6)):
            self.capture = pcap.Capture()
            stream = TcpStream(self.capture, (client[0], 40000), server)
            self.assertEqual(stream.open(), 3)
            self.assertEqual(stream.send(CLIENT, INVITE), 4)
            self.assertEqual(stream.send(SERVER, TRYING + RINGING), 5)
            stream.send(SERVER, b"\r\n\r\n")
            stream.send(CLIENT, b"\r\n")
            self.assertEqual(stream.send(SERVER, BUSY, cuts=[10, 200]), 10)
            self.assertEqual(stream.send(SERVER, LONG), 12)
            stream.ack(CLIENT)
            self.assertEqual(stream.close(), 16)
            self.check({5: "100,180", 10: "486", 12: "200"})
            self.assertEqual(self.codes(field="tcp.analysis.flags"), {})

    def test_lost_resent_reset(self):
        stream = TcpStream(self.capture, ALICE, BOB)
        stream.open()
        stream.send(SERVER, TRYING, lost=True)
        stream.send(SERVER, RINGING)
        stream.resend()
        stream.reset(SERVER)
        self.assertIn(4, self.codes(field="tcp.analysis.lost_segment"))
        self.assertIn(5, self.codes(field="tcp.analysis.retransmission"))
        self.assertIn(self.codes(field="tcp.flags.reset")[6], ("1", "True"))  # 4.0 and later

    def test_tls(self):
        stream = TlsStream(self.capture, (ALICE[0], 40000), (BOB[0], 5061), self.keylog)
        stream.open()
        stream.send(CLIENT, INVITE)
        both = stream.send(SERVER, TRYING + RINGING)
        records = stream.send(SERVER, BUSY, cuts=[100])
        segments = stream.send(SERVER, LONG, segment_cuts=[50, 500])
        stream.close()
        self.check({})
        self.check({both: "100,180", records: "486", segments: "200"},
                   "-o", "tls.keylog_file:" + self.keylog)

    def test_websocket(self):
        for port, client, server in ((80, ALICE, BOB), (8080, ALICE6, BOB6)):
            self.capture = pcap.Capture()
            stream = TcpStream(self.capture, (client[0], 40000), (server[0], port))
            socket = WebSocket(stream)
            self.assertEqual(socket.open(), 5)
            socket.send(CLIENT, INVITE)
            self.assertEqual(socket.send(SERVER, TRYING), 7)
            self.assertEqual(socket.send(CLIENT, RINGING), 8)
            self.assertEqual(socket.send(SERVER, BUSY, splits=[150]), 10)
            self.assertEqual(socket.send(SERVER, LONG, cuts=[700]), 13)
            stream.send(SERVER, socket.frame(SERVER, TRYING) + socket.frame(SERVER, RINGING))
            socket.close()
            self.check({7: "100", 8: "180", 10: "486", 13: "200", 14: "100,180"})

    def test_websocket_over_tls(self):
        stream = TlsStream(self.capture, (ALICE[0], 40000), (BOB[0], 443), self.keylog)
        socket = WebSocket(stream)
        socket.open()
        number = socket.send(SERVER, BUSY)
        self.check({number: "486"}, "-o", "tls.keylog_file:" + self.keylog)


class SctpTest(CaptureTest):
    """SCTP DATA chunks."""

    def test_crc(self):
        self.assertEqual(crc32c(b"123456789"), 0xE3069283)

    def test_data(self):
        for client, server in ((ALICE, BOB), (ALICE6, BOB6)):
            self.capture = pcap.Capture()
            association = SctpAssociation(self.capture, client, server)
            self.assertEqual(association.open(), 4)
            association.send(CLIENT, INVITE)
            self.assertEqual(association.send(SERVER, TRYING), 6)
            self.assertEqual(association.send(SERVER, RINGING, BUSY), 7)
            self.assertEqual(association.send_split(SERVER, LONG, [1300]), 9)
            association.close()
            self.check({6: "100", 7: "180,486", 9: "200"})

    def test_without_handshake(self):
        SctpAssociation(self.capture, ALICE, BOB).send(SERVER, TRYING)
        self.check({1: "100"})


class SipTest(unittest.TestCase):
    """The message builders."""

    def test_headers_add_replace_drop(self):
        data = sip.request("OPTIONS", headers=[
            ("via", "one"), ("VIA", "two"), ("Max-Forwards", None), ("X-New", "1"), "Broken line",
            ("Content-Length", 999)])
        self.assertEqual(data.split(b"\r\n"), [
            b"OPTIONS sip:bob@example.com SIP/2.0", b"via: one", b"VIA: two",
            b"From: <sip:alice@example.com>;tag=a1", b"To: <sip:bob@example.com>",
            b"Call-ID: call-1@example.com", b"CSeq: 1 OPTIONS",
            b"Contact: <sip:alice@192.0.2.10:5060>", b"Content-Length: 999", b"X-New: 1",
            b"Broken line", b"", b""])

    def test_response_ack_cancel(self):
        self.assertIsNone(sip.field(TRYING, "X-None"))
        self.assertEqual(sip.field(TRYING, "To"), "<sip:bob@example.com>")
        self.assertEqual(sip.field(BUSY, "to"), "<sip:bob@example.com>;tag=b1")
        for data, cseq in ((sip.ack(INVITE, BUSY), "1 ACK"), (sip.cancel(INVITE), "1 CANCEL")):
            self.assertEqual(sip.field(data, "Via"), sip.field(INVITE, "Via"))
            self.assertEqual(sip.field(data, "CSeq"), cseq)
        self.assertTrue(INVITE.endswith(sip.sdp()))
        self.assertEqual(sip.field(INVITE, "Content-Length"), str(len(sip.sdp())))


if __name__ == "__main__":
    unittest.main()
