# SPDX-License-Identifier: GPL-2.0-or-later
"""HEP byte by byte as programs of others write it: which chunks, in which order, in which byte order.

Each function takes (payload, src, dst, micros, protocol) and returns the packet; what they do was read in their sources.
"""

import struct
import zlib

from . import hep
from .hep import chunk
from .pcap import packed

AGENT, KEY, CORRELATION, NODE = 2001, b"myHep", b"call-1@example.com", b"node-1"


def _swapped(number):
    """A 16-bit number in network order that was stored in 32 bits of a little-endian machine."""
    return struct.pack("<I", struct.unpack("<H", struct.pack(">H", number))[0])


def _family(src):
    return 2 if len(packed(src[0])) == 4 else 10


def _family_chunks(src, protocol):
    return [chunk(1, bytes([_family(src)])), chunk(2, bytes([protocol]))]


def _address_chunks(src, dst):
    first = 3 if _family(src) == 2 else 5
    return [chunk(first, packed(src[0])), chunk(first + 1, packed(dst[0]))]


def _port_chunks(src, dst):
    return [chunk(7, struct.pack("!H", src[1])), chunk(8, struct.pack("!H", dst[1]))]


def _time_chunks(micros):
    seconds, micros = hep.split_time(micros)
    return [chunk(9, struct.pack("!I", seconds)), chunk(10, struct.pack("!I", micros))]


def _kind_chunks(agent):
    return [chunk(11, b"\1"), chunk(12, agent)]


def captagent(payload, src, dst, micros, protocol):
    """captagent with compression: addresses behind the fixed part, then key, correlation, MOS, R-factor."""
    return hep.packet(
        _family_chunks(src, protocol) + _port_chunks(src, dst) + _time_chunks(micros)
        + _kind_chunks(_swapped(AGENT)) + _address_chunks(src, dst)
        + [chunk(14, KEY), chunk(17, CORRELATION), chunk(32, struct.pack("!H", 421)),
           chunk(33, struct.pack("!H", 93)), chunk(16, zlib.compress(payload))])


def captagent_2(payload, src, dst, micros, protocol):
    """captagent set to version 2: the length leaves the time out, which is in the order of the machine."""
    return hep.hep2(payload, src, dst, micros, protocol, AGENT)


def kamailio(payload, src, dst, micros, protocol):
    """Kamailio's siptrace: correlation before the key."""
    return hep.packet(
        _family_chunks(src, protocol) + _address_chunks(src, dst) + _port_chunks(src, dst)
        + _time_chunks(micros) + _kind_chunks(struct.pack("!I", AGENT))
        + [chunk(17, CORRELATION), chunk(14, KEY), chunk(15, payload)])


def kamailio_1(payload, src, dst, micros, protocol):
    """Kamailio's siptrace set to version 1."""
    del micros
    return hep.hep2(payload, src, dst, 0, protocol, version=1)


def heplify(payload, src, dst, micros, protocol):
    """heplify: correlation, an empty VLAN and the name of the node behind the payload."""
    return hep.packet(
        _family_chunks(src, protocol) + _address_chunks(src, dst) + _port_chunks(src, dst)
        + _time_chunks(micros) + _kind_chunks(struct.pack("!I", AGENT))
        + [chunk(14, KEY), chunk(15, payload), chunk(17, CORRELATION), chunk(18, b"\0\0"),
           chunk(19, NODE)])


def hep_js(payload, src, dst, micros, protocol):
    """The library for Node.js: key, correlation, transaction type, payload."""
    return hep.packet(
        _family_chunks(src, protocol) + _address_chunks(src, dst) + _port_chunks(src, dst)
        + _time_chunks(micros) + _kind_chunks(struct.pack("!I", AGENT))
        + [chunk(14, KEY), chunk(17, CORRELATION), chunk(36, b"call"), chunk(15, payload)])


def sngrep(payload, src, dst, micros, protocol):
    """sngrep: as captagent, without what only that one knows."""
    return hep.packet(
        _family_chunks(src, protocol) + _port_chunks(src, dst) + _time_chunks(micros)
        + _kind_chunks(_swapped(AGENT)) + _address_chunks(src, dst)
        + [chunk(14, KEY), chunk(15, payload)])


def sngrep_2(payload, src, dst, micros, protocol):
    """sngrep set to version 2: in place of a length stands the high byte of that of the whole packet."""
    whole = 20 + 2 * len(packed(src[0])) + len(payload)
    return hep.hep2(payload, src, dst, micros, protocol, AGENT, length=whole >> 8)


def sofia(payload, src, dst, micros, protocol):
    """sofia-sip, and with it FreeSWITCH: addresses behind the fixed part."""
    return hep.packet(
        _family_chunks(src, protocol) + _port_chunks(src, dst) + _time_chunks(micros)
        + _kind_chunks(struct.pack("!I", 200)) + _address_chunks(src, dst) + [chunk(15, payload)])


def sofia_2(payload, src, dst, micros, protocol):
    """The same set to version 2: the length counts the time too."""
    return hep.hep2(payload, src, dst, micros, protocol, 200, length=20 + 2 * len(packed(src[0])))


def opensips(payload, src, dst, micros, protocol):
    """OpenSIPS: its own correlation, as JSON, behind the payload."""
    return hep.packet(
        _family_chunks(src, protocol) + _port_chunks(src, dst) + _time_chunks(micros)
        + _kind_chunks(struct.pack("!I", AGENT)) + _address_chunks(src, dst)
        + [chunk(15, payload), chunk(101, b'{"sip":"call-1@example.com"}')])


def opensips_2(payload, src, dst, micros, protocol):
    """OpenSIPS set to version 2: it counts the addresses twice, so as many zeros follow the payload."""
    return hep.hep2(payload, src, dst, micros, protocol, AGENT) + bytes(2 * len(packed(src[0])))


def big_endian_2(payload, src, dst, micros, protocol):
    """Any of them on a machine of the other byte order."""
    return hep.hep2(payload, src, dst, micros, protocol, AGENT, order=">")


SENDERS = (captagent, captagent_2, kamailio, heplify, hep_js, sngrep, sngrep_2, sofia, sofia_2, opensips,
           opensips_2, big_endian_2)
