# SPDX-License-Identifier: GPL-2.0-or-later
"""HEP packets as bytes, versions 1 to 3: what an agent sends to a collector."""

import struct
import zlib

from .pcap import packed

COLLECTOR = ("198.51.100.9", 9060)
AGENT = ("192.0.2.20", 47000)
AGENT6, COLLECTOR6 = ("2001:db8::20", 47000), ("2001:db8::9", 9060)
TCP, UDP, TLS, SCTP = 6, 17, 22, 132
SIP, RTCP, DNS, LOG = 1, 5, 53, 100
FAMILY, PROTOCOL, SOURCE, DESTINATION, SOURCE6, DESTINATION6 = 1, 2, 3, 4, 5, 6
SOURCE_PORT, DESTINATION_PORT, SECONDS, MICROSECONDS, PAYLOAD_TYPE, AGENT_ID = 7, 8, 9, 10, 11, 12
KEY, PAYLOAD, COMPRESSED, CORRELATION_ID, NODE = 14, 15, 16, 17, 19


def chunk(kind, data, vendor=0, length=None):
    """One chunk; length: what it says instead of the truth."""
    return struct.pack("!HHH", vendor, kind, len(data) + 6 if length is None else length) + data


def packet(chunks, length=None):
    """A packet of version 3; length: what it says instead of the truth."""
    body = b"".join(chunks)
    return b"HEP3" + struct.pack("!H", len(body) + 6 if length is None else length) + body


def _family(address):
    return 2 if len(packed(address)) == 4 else 10


def split_time(micros):
    """Seconds and microseconds."""
    return divmod(micros, 1000000)


def chunks(payload, src, dst, micros, protocol=UDP, kind=SIP, agent=2001, compress=False):
    """The usual chunks, in the usual order. src, dst: (address, port); micros: since 1970."""
    ip6 = _family(src[0]) == 10
    seconds, micros = split_time(micros)
    body = zlib.compress(payload) if compress else payload
    return [chunk(FAMILY, bytes([_family(src[0])])), chunk(PROTOCOL, bytes([protocol])),
            chunk(SOURCE6 if ip6 else SOURCE, packed(src[0])),
            chunk(DESTINATION6 if ip6 else DESTINATION, packed(dst[0])),
            chunk(SOURCE_PORT, struct.pack("!H", src[1])),
            chunk(DESTINATION_PORT, struct.pack("!H", dst[1])),
            chunk(SECONDS, struct.pack("!I", seconds)),
            chunk(MICROSECONDS, struct.pack("!I", micros)),
            chunk(PAYLOAD_TYPE, bytes([kind])), chunk(AGENT_ID, struct.pack("!I", agent)),
            chunk(COMPRESSED if compress else PAYLOAD, body)]


def hep3(payload, src, dst, micros, *more, **options):
    """A packet of version 3; more: further chunks, before the payload."""
    usual = chunks(payload, src, dst, micros, **options)
    return packet(usual[:-1] + list(more) + usual[-1:])


def hep2(payload, src, dst, micros, protocol=UDP, agent=2001, version=2, order="<", length=None):
    """A packet of version 2 or 1. order: of the bytes of time and agent, as struct has it."""
    ends = packed(src[0]) + packed(dst[0])
    length = 8 + len(ends) if length is None else length
    head = struct.pack("!BBBBHH", version, length, _family(src[0]), protocol, src[1],
                       dst[1]) + ends
    if version == 2:
        head += struct.pack(order + "IIH2x", *split_time(micros), agent)
    return head + payload


