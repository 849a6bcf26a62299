# SPDX-License-Identifier: GPL-2.0-or-later
"""Streams added to a capture: TCP, TLS, WebSocket and SCTP."""

import base64
import hashlib
import ssl
import struct

from .pcap import PROTO_SCTP, PROTO_TCP, checksum, ip_packet, pseudo_header

CLIENT, SERVER = "client", "server"  # who sends
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


def other(sender):
    """The opposite end of sender."""
    return SERVER if sender == CLIENT else CLIENT


def tcp_packet(src, dst, seq, ack, flags, payload=b"", ident=0):
    """An IP packet with a TCP segment between two (address, port) pairs."""
    header = struct.pack("!HHIIBBHHH", src[1], dst[1], seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 0x50,
                         flags, 65535, 0, 0)
    pseudo = pseudo_header(src[0], dst[0], PROTO_TCP, len(header) + len(payload))
    total = checksum(pseudo + header + payload)
    header = header[:16] + struct.pack("!H", total) + header[18:]
    return ip_packet(src[0], dst[0], PROTO_TCP, header + payload, ident)


class TcpStream:
    """A TCP connection. `open` it (or not, as if the capture began late), `send`, `close`."""

    def __init__(self, capture, client, server, mss=1400):
        self.capture = capture
        self.ends = {CLIENT: client, SERVER: server}
        self.next_seq = {CLIENT: 1000, SERVER: 5000}
        self.mss = mss
        self._last = None

    def _segment(self, sender, flags, payload=b"", lost=False):
        receiver = other(sender)
        ack = self.next_seq[receiver] if flags & ACK else 0
        self._last = (self.ends[sender], self.ends[receiver], self.next_seq[sender], ack, flags,
                      payload)
        self.next_seq[sender] += len(payload) + (1 if flags & (SYN | FIN) else 0)
        return self.capture.count if lost else self.resend()

    def open(self):
        """Add the three-way handshake."""
        self._segment(CLIENT, SYN)
        self._segment(SERVER, SYN | ACK)
        return self._segment(CLIENT, ACK)

    def send(self, sender, data, cuts=(), lost=False):
        """Send bytes from CLIENT or SERVER, in new segments at the offsets `cuts`.

        lost: the bytes are sent but not in the capture. Returns the last frame's number.
        """
        edges = sorted(set(cuts) | {0, len(data)})
        for begin, end in zip(edges, edges[1:]):
            for offset in range(begin, end, self.mss):
                part = data[offset:min(end, offset + self.mss)]
                self._segment(sender, PSH | ACK, part, lost)
        return self.capture.count

    def resend(self):
        """Add the last segment once more (a retransmission)."""
        return self.capture.ip(tcp_packet(*self._last, ident=self.capture.next_ident()))

    def ack(self, sender):
        """Add an acknowledgement without data."""
        return self._segment(sender, ACK)

    def close(self, sender=CLIENT):
        """Close the connection from both sides, sender first."""
        self._segment(sender, FIN | ACK)
        self._segment(other(sender), FIN | ACK)
        return self._segment(sender, ACK)

    def reset(self, sender=CLIENT):
        """Break the connection off."""
        return self._segment(sender, RST | ACK)


class TlsStream:
    """A real TLS 1.2 session (anonymous ECDH, so no certificate) over a TCP connection.

    keylog: the path of a key log file, appended to (tshark: `-o tls.keylog_file:PATH`). The
    keys are random: the bytes of such a capture differ each time.
    """

    def __init__(self, capture, client, server, keylog, ciphers="AECDH-AES128-SHA:@SECLEVEL=0"):
        self.tcp = TcpStream(capture, client, server)
        self.capture = capture
        self._incoming, self._outgoing, self._ssl = {}, {}, {}
        for end, protocol in ((CLIENT, ssl.PROTOCOL_TLS_CLIENT), (SERVER, ssl.PROTOCOL_TLS_SERVER)):
            context = ssl.SSLContext(protocol)
            if end == CLIENT:
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
                context.keylog_filename = str(keylog)
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
            context.set_ciphers(ciphers)
            self._incoming[end], self._outgoing[end] = ssl.MemoryBIO(), ssl.MemoryBIO()
            self._ssl[end] = context.wrap_bio(self._incoming[end], self._outgoing[end],
                                              server_side=end == SERVER)

    def _flush(self, sender, cuts=()):
        data = self._outgoing[sender].read()
        if data:
            self._incoming[other(sender)].write(data)
            self.tcp.send(sender, data, cuts)
        return self.capture.count

    def open(self):
        """Add the TCP and the TLS handshake."""
        self.tcp.open()
        waiting = [CLIENT, SERVER]
        for _ in range(20):
            if not waiting:
                return self.capture.count
            for end in tuple(waiting):
                try:
                    self._ssl[end].do_handshake()
                    waiting.remove(end)
                except ssl.SSLWantReadError:
                    pass
                self._flush(end)
        raise RuntimeError("the TLS handshake does not end")

    def send(self, sender, data, cuts=(), segment_cuts=()):
        """Send bytes, in new TLS records at the offsets `cuts`.

        segment_cuts: where the encrypted bytes are cut in TCP segments. Returns the number of
        the last frame.
        """
        edges = sorted(set(cuts) | {0, len(data)})
        for begin, end in zip(edges, edges[1:]):
            self._ssl[sender].write(data[begin:end])
        self._flush(sender, segment_cuts)
        received = b""
        while len(received) < len(data):
            received += self._ssl[other(sender)].read(len(data))
        if received != data:
            raise RuntimeError("TLS received other bytes than were sent")
        return self.capture.count

    def close(self, sender=CLIENT):
        """Add the TLS close alert and the end of the TCP connection."""
        try:
            self._ssl[sender].unwrap()
        except ssl.SSLWantReadError:
            pass
        self._flush(sender)
        return self.tcp.close(sender)


class WebSocket:
    """SIP over WebSocket (RFC 7118) over a stream: a TcpStream, or a TlsStream for wss."""

    KEY = base64.b64encode(b"sip-explain-test").decode()
    MASK = b"\x11\x22\x33\x44"
    TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10

    def __init__(self, stream, host="ws.example.com", protocol="sip"):
        self.stream = stream
        self.host = host
        self.protocol = protocol

    def open(self):
        """Open the stream below and add the HTTP Upgrade and its answer 101."""
        self.stream.open()
        magic = self.KEY + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(magic.encode()).digest()).decode()
        common = ("Upgrade: websocket\r\nConnection: Upgrade\r\n"
                  "Sec-WebSocket-Protocol: %s\r\n" % self.protocol)
        self.stream.send(CLIENT, (
            "GET / HTTP/1.1\r\nHost: %s\r\n%sSec-WebSocket-Key: %s\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n" % (self.host, common, self.KEY)).encode())
        return self.stream.send(SERVER, (
            "HTTP/1.1 101 Switching Protocols\r\n%sSec-WebSocket-Accept: %s\r\n\r\n"
            % (common, accept)).encode())

    def frame(self, sender, data, opcode=TEXT, final=True):
        """The bytes of one WebSocket frame; masked when CLIENT sends."""
        mask_bit = 0x80 if sender == CLIENT else 0
        head = struct.pack("!B", (0x80 if final else 0) | opcode)
        if len(data) < 126:
            head += struct.pack("!B", mask_bit | len(data))
        elif len(data) < 65536:
            head += struct.pack("!BH", mask_bit | 126, len(data))
        else:
            head += struct.pack("!BQ", mask_bit | 127, len(data))
        if not mask_bit:
            return head + data
        return head + self.MASK + bytes(b ^ self.MASK[i % 4] for i, b in enumerate(data))

    def send(self, sender, data, splits=(), opcode=TEXT, cuts=()):
        """Send one message, in new WebSocket frames (each its own TCP segment) at `splits`.

        cuts: instead, cut the only WebSocket frame in TCP segments there.
        """
        edges = sorted(set(splits) | {0, len(data)})
        for begin, end in zip(edges, edges[1:]):
            part = self.frame(sender, data[begin:end], opcode if begin == 0 else 0,
                              end == len(data))
            self.stream.send(sender, part, cuts)
        return self.stream.capture.count

    def close(self, sender=CLIENT):
        """Add the WebSocket close frames and the end of the stream below."""
        for end in (sender, other(sender)):
            self.stream.send(end, self.frame(end, struct.pack("!H", 1000), self.CLOSE))
        return self.stream.close(sender)


def _crc32c_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


_CRC32C = _crc32c_table()


def crc32c(data):
    """The CRC-32C (Castagnoli) of data, as SCTP uses it."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ _CRC32C[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def sctp_packet(src, dst, tag, chunks, ident=0):
    """An IP packet with SCTP chunks: a list of (type, flags, value)."""
    body = b""
    for kind, flags, value in chunks:
        body += struct.pack("!BBH", kind, flags, 4 + len(value)) + value
        body += b"\0" * (-len(value) % 4)
    ports = struct.pack("!HHI", src[1], dst[1], tag)
    crc = struct.pack("<I", crc32c(ports + b"\0\0\0\0" + body))
    return ip_packet(src[0], dst[0], PROTO_SCTP, ports + crc + body, ident)


class SctpAssociation:
    """An SCTP association. `open` it (or not), `send`, `close`."""

    DATA, INIT, INIT_ACK, SHUTDOWN, SHUTDOWN_ACK, COOKIE_ECHO, COOKIE_ACK, SHUTDOWN_DONE = (
        0, 1, 2, 7, 8, 10, 11, 14)

    def __init__(self, capture, client, server):
        self.capture = capture
        self.ends = {CLIENT: client, SERVER: server}
        self.tags = {CLIENT: 0x11111111, SERVER: 0x22222222}  # the tag that this end expects
        self.next_tsn = {CLIENT: 1000, SERVER: 5000}
        self.next_ssn = {CLIENT: 0, SERVER: 0}

    def _packet(self, sender, chunks, tag=None):
        receiver = other(sender)
        return self.capture.ip(sctp_packet(
            self.ends[sender], self.ends[receiver], self.tags[receiver] if tag is None else tag,
            chunks, self.capture.next_ident()))

    def _init(self, sender, extra=b""):
        return struct.pack("!IIHHI", self.tags[sender], 65536, 1, 1,
                           self.next_tsn[sender]) + extra

    def open(self):
        """Add INIT, INIT ACK, COOKIE ECHO and COOKIE ACK."""
        cookie = b"test-cookie-0001"
        parameter = struct.pack("!HH", 7, 4 + len(cookie)) + cookie
        self._packet(CLIENT, [(self.INIT, 0, self._init(CLIENT))], tag=0)
        self._packet(SERVER, [(self.INIT_ACK, 0, self._init(SERVER, parameter))])
        self._packet(CLIENT, [(self.COOKIE_ECHO, 0, cookie)])
        return self._packet(SERVER, [(self.COOKIE_ACK, 0, b"")])

    def _data_chunk(self, sender, data, flags, ppid):
        value = struct.pack("!IHHI", self.next_tsn[sender], 0, self.next_ssn[sender], ppid) + data
        self.next_tsn[sender] += 1
        return (self.DATA, flags, value)

    def send(self, sender, *messages, ppid=0):
        """Send one packet with one DATA chunk for each message."""
        chunks = []
        for data in messages:
            chunks.append(self._data_chunk(sender, data, 3, ppid))
            self.next_ssn[sender] += 1
        return self._packet(sender, chunks)

    def send_split(self, sender, data, cuts, ppid=0):
        """Send one message in several packets, cut at the offsets `cuts`."""
        edges = sorted(set(cuts) | {0, len(data)})
        for begin, end in zip(edges, edges[1:]):
            flags = (2 if begin == 0 else 0) | (1 if end == len(data) else 0)
            self._packet(sender, [self._data_chunk(sender, data[begin:end], flags, ppid)])
        self.next_ssn[sender] += 1
        return self.capture.count

    def close(self, sender=CLIENT):
        """Add SHUTDOWN, SHUTDOWN ACK and SHUTDOWN COMPLETE."""
        receiver = other(sender)
        received = struct.pack("!I", self.next_tsn[receiver] - 1)
        self._packet(sender, [(self.SHUTDOWN, 0, received)])
        self._packet(receiver, [(self.SHUTDOWN_ACK, 0, b"")])
        return self._packet(sender, [(self.SHUTDOWN_DONE, 0, b"")])
