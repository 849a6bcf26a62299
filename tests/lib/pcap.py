# SPDX-License-Identifier: GPL-2.0-or-later
"""Classic pcap files made in memory: Ethernet, VLAN, IP, fragments, UDP, ICMP and tunnels."""

import contextlib
import ipaddress
import struct

START = 1700000000  # 2023-11-14T22:13:20Z, the time of `at(0)`
PROTO_ICMP, PROTO_IPIP, PROTO_TCP, PROTO_UDP = 1, 4, 6, 17
PROTO_IPV6, PROTO_FRAGMENT, PROTO_GRE, PROTO_ICMPV6, PROTO_SCTP = 41, 44, 47, 58, 132
ETHERTYPE = {4: 0x0800, 6: 0x86DD}


# ---- addresses and checksums -------------------------------------------------------------

def packed(address):
    """The 4 or 16 bytes of a textual IP address."""
    return ipaddress.ip_address(address).packed


def checksum(data):
    """The Internet checksum (RFC 1071) of data."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def pseudo_header(src, dst, proto, length):
    """The pseudo header of IPv4 or IPv6 over which UDP, TCP and ICMPv6 are summed."""
    src, dst = packed(src), packed(dst)
    if len(src) == 4:
        return src + dst + struct.pack("!BBH", 0, proto, length)
    return src + dst + struct.pack("!II", length, proto)


def ip_version(packet):
    """4 or 6: the version of an IP packet."""
    return packet[0] >> 4


def ip_header_length(packet):
    """The length of the IP header (for IPv6 with a fragment header, if one follows)."""
    if ip_version(packet) == 4:
        return (packet[0] & 15) * 4
    return 48 if packet[6] == PROTO_FRAGMENT else 40


def ip_source(packet):
    """The textual source address of an IP packet."""
    return str(ipaddress.ip_address(packet[12:16] if ip_version(packet) == 4 else packet[8:24]))


# ---- IP ----------------------------------------------------------------------------------

def _ip4_packet(src, dst, proto, payload, ident, ttl, flags_offset):
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), ident & 0xFFFF, flags_offset,
                         ttl, proto, 0) + packed(src) + packed(dst)
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def ip_packet(src, dst, proto, payload, ident=0, ttl=64):
    """An IP packet; the version follows from the addresses (ident is for IPv4 only)."""
    if len(packed(src)) != len(packed(dst)):
        raise ValueError("addresses of two IP versions: %s %s" % (src, dst))
    if len(packed(src)) == 4:
        return _ip4_packet(src, dst, proto, payload, ident, ttl, 0)
    return struct.pack("!IHBB", 6 << 28, len(payload), proto, ttl) + packed(src) + packed(
        dst) + payload


def ip_fragments(src, dst, proto, payload, mtu, ident=1, ttl=64):
    """The list of IPv4 or IPv6 fragments, none longer than mtu, that carry payload."""
    is_ip4 = len(packed(src)) == 4
    room = (mtu - (20 if is_ip4 else 48)) // 8 * 8
    if room < 8:
        raise ValueError("mtu %d leaves no room" % mtu)
    packets = []
    for offset in range(0, len(payload), room):
        part = payload[offset:offset + room]
        more = offset + room < len(payload)
        if is_ip4:
            flags_offset = (0x2000 if more else 0) | offset // 8
            packets.append(_ip4_packet(src, dst, proto, part, ident, ttl, flags_offset))
        else:
            header = struct.pack("!BBHI", proto, 0, offset | more, ident)
            packets.append(ip_packet(src, dst, PROTO_FRAGMENT, header + part, ttl=ttl))
    return packets


# ---- UDP and ICMP ------------------------------------------------------------------------

def udp_datagram(src, dst, payload):
    """A UDP datagram (header and payload, no IP) between two (address, port) pairs."""
    length = 8 + len(payload)
    ports = struct.pack("!HHH", src[1], dst[1], length)
    pseudo = pseudo_header(src[0], dst[0], PROTO_UDP, length)
    total = checksum(pseudo + ports + b"\0\0" + payload) or 0xFFFF
    return ports + struct.pack("!H", total) + payload


def udp_packet(src, dst, payload, ident=0, ttl=64):
    """An IP packet with a UDP datagram between two (address, port) pairs."""
    return ip_packet(src[0], dst[0], PROTO_UDP, udp_datagram(src, dst, payload), ident, ttl)


def icmp_packet(router, dst, quoted, icmp_type, code, ident=0):
    """An ICMP or ICMPv6 error (by the form of router) that quotes the bytes of an IP packet."""
    message = struct.pack("!BBHI", icmp_type, code, 0, 0) + quoted
    proto, summed = PROTO_ICMP, message
    if len(packed(router)) == 16:
        proto = PROTO_ICMPV6
        summed = pseudo_header(router, dst, proto, len(message)) + message
    message = message[:2] + struct.pack("!H", checksum(summed)) + message[4:]
    return ip_packet(router, dst, proto, message, ident)


# ---- tunnels: each makes an outer IP packet out of an inner one -----------------------------

def ip_in_ip(src, dst, inner, ident=0):
    """inner in an IP packet between the addresses src and dst."""
    proto = PROTO_IPIP if ip_version(inner) == 4 else PROTO_IPV6
    return ip_packet(src, dst, proto, inner, ident)


def gre(src, dst, inner, ident=0):
    """inner in GRE between the addresses src and dst."""
    header = struct.pack("!HH", 0, ETHERTYPE[ip_version(inner)])
    return ip_packet(src, dst, PROTO_GRE, header + inner, ident)


def vxlan(src, dst, inner, vni=100, vlan=(), ident=0):
    """inner in an Ethernet frame in VXLAN between the addresses src and dst."""
    header = struct.pack("!II", 0x08000000, vni << 8)
    return udp_packet((src, 49152), (dst, 4789), header + ethernet(inner, vlan), ident)


def gtpu(src, dst, inner, teid=1, ident=0):
    """inner in GTP-U (version 1) between the addresses src and dst."""
    header = struct.pack("!BBHI", 0x30, 0xFF, len(inner), teid)
    return udp_packet((src, 2152), (dst, 2152), header + inner, ident)


def ethernet(packet, vlan=()):
    """An Ethernet frame with an IP packet; vlan: the 802.1Q tags, the outermost first."""
    if ip_version(packet) == 4:
        src, dst = packet[12:16], packet[16:20]
    else:
        src, dst = packet[20:24], packet[36:40]
    frame = b"\x02\x00" + dst + b"\x02\x00" + src
    for tag in vlan:
        frame += struct.pack("!HH", 0x8100, tag)
    return frame + struct.pack("!H", ETHERTYPE[ip_version(packet)]) + packet


# ---- the capture file --------------------------------------------------------------------

class Capture:
    """Frames with times, written as a pcap file. Methods that add return a frame number."""

    def __init__(self, start=START, step=0.01):
        self.start = round(start * 1000000)
        self.step = step
        self.frames = []  # (microseconds, captured bytes, original length)
        self.packets = {}  # frame number: the IP packet in it, before any tunnel
        self._now = self.start
        self._vlan, self._wrap, self._snap = (), None, None
        self._ident = 0

    @property
    def count(self):
        """How many frames there are: the number of the last one."""
        return len(self.frames)

    def at(self, seconds):
        """Set the time, in seconds since the start, of the next frame; returns the capture."""
        self._now = self.start + round(seconds * 1000000)
        return self

    def wait(self, seconds):
        """Move the time of the next frame by some seconds; returns the capture."""
        self._now += round(seconds * 1000000)
        return self

    def next_ident(self):
        """A fresh IPv4 identification (or IPv6 fragment identification)."""
        self._ident = self._ident % 0xFFFF + 1
        return self._ident

    @contextlib.contextmanager
    def path(self, vlan=(), wrap=None, snap=None):
        """Within `with`: tag, wrap (function of an IP packet) and truncate all IP frames.

        Example: `with capture.path(wrap=lambda p: gre("192.0.2.1", "192.0.2.2", p)):`
        """
        saved = self._vlan, self._wrap, self._snap
        self._vlan, self._wrap, self._snap = vlan, wrap, snap
        try:
            yield self
        finally:
            self._vlan, self._wrap, self._snap = saved

    def raw(self, frame, snap=None):
        """Add the bytes of an Ethernet frame; snap: keep only so many of them."""
        self.frames.append((self._now, frame[:snap], len(frame)))
        self._now += round(self.step * 1000000)
        return self.count

    def ip(self, packet, snap=None):
        """Add an IP packet in an Ethernet frame."""
        self.packets[self.count + 1] = packet
        outer = self._wrap(packet) if self._wrap else packet
        return self.raw(ethernet(outer, self._vlan), self._snap if snap is None else snap)

    def udp(self, src, dst, payload, ident=None, ttl=64, mtu=None, snap=None):
        """Add a UDP datagram between (address, port) pairs; with mtu, in fragments if longer.

        Returns the number of the last frame added.
        """
        ident = self.next_ident() if ident is None else ident
        packet = udp_packet(src, dst, payload, ident, ttl)
        if mtu is None or len(packet) <= mtu:
            return self.ip(packet, snap)
        datagram = udp_datagram(src, dst, payload)
        for part in ip_fragments(src[0], dst[0], PROTO_UDP, datagram, mtu, ident, ttl):
            self.ip(part, snap)
        return self.count

    def icmp(self, router, dst, quoted, icmp_type=None, code=None, quote=None):
        """Add an ICMP or ICMPv6 error, by default "port unreachable".

        router, dst: addresses (dst None: the source of the quoted packet); quoted: an IP
        packet or the number of a frame with one; quote: of the quoted packet keep only the IP
        header and so many bytes.
        """
        if isinstance(quoted, int):
            quoted = self.packets[quoted]
        is_ip4 = ip_version(quoted) == 4
        icmp_type = (3 if is_ip4 else 1) if icmp_type is None else icmp_type
        code = (3 if is_ip4 else 4) if code is None else code
        dst = ip_source(quoted) if dst is None else dst
        if quote is not None:
            quoted = quoted[:ip_header_length(quoted) + quote]
        return self.ip(icmp_packet(router, dst, quoted, icmp_type, code, self.next_ident()))

    def to_bytes(self):
        """The whole pcap file."""
        parts = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)]
        for micros, kept, length in self.frames:
            parts.append(struct.pack("<IIII", micros // 1000000, micros % 1000000, len(kept),
                                     length) + kept)
        return b"".join(parts)

    def write(self, path):
        """Write the pcap file; returns path."""
        with open(path, "wb") as stream:
            stream.write(self.to_bytes())
        return path
