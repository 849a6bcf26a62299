# SPDX-License-Identifier: GPL-2.0-or-later
"""The HEP twin of a capture: what a collector would have got from an agent that saw what the capture holds.

Each frame with SIP becomes one with the same messages inside HEP, between an agent and a collector, at a time that has nothing
to do with that of the messages. ICMP errors, which no agent sends on, stay; frames with anything else become empty ones:
frame numbers are the same in both.
"""

import calendar
import json
import time

from . import hep, pcap
from .streams import CLIENT, TcpStream

PROTOCOLS = {"udp": hep.UDP, "tcp": hep.TCP, "sctp": hep.SCTP}
JSON = ("-T", "json", "-x", "-o", "ip.defragment:TRUE")
EMPTY = bytes(12) + b"\x88\xb5" + bytes(46)  # an Ethernet type for experiments
LONGEST = 65000  # bytes that one frame can hold


class TooLong(ValueError):
    """A frame's messages do not fit into one frame of HEP."""


class _Frame:
    """What the JSON of tshark tells of a frame."""

    def __init__(self, packet):
        layers = dict(dict(packet)["_source"])["layers"]
        self.raw = bytes.fromhex(self.last(layers, "frame_raw")[0])
        self.micros = _micros(dict(self.last(layers, "frame"))["frame.time_epoch"])
        self.quotes = any(name in ("icmp", "icmpv6") for name, _ in layers)
        self.layers = layers
        self.messages = _outermost([bytes.fromhex(value[0]) for name, value in layers
                                    if name == "sip_raw"])

    @staticmethod
    def last(layers, *names):
        """The innermost layer of these names."""
        return [value for name, value in layers if name in names][-1]

    def ends(self):
        """Source, destination and IP protocol of the innermost packet."""
        transport = [name for name, _ in self.layers if name in PROTOCOLS][-1]
        ports = dict(self.last(self.layers, transport))
        ip = dict(self.last(self.layers, "ip", "ipv6"))
        kind = "ip" if "ip.src" in ip else "ipv6"
        return ((ip[kind + ".src"], int(ports[transport + ".srcport"])),
                (ip[kind + ".dst"], int(ports[transport + ".dstport"])), PROTOCOLS[transport])


def _micros(epoch):
    """Microseconds of a time that is text, from 4.6 on in ISO form: a float would not hold them."""
    seconds, _, fraction = epoch.rstrip("Z").partition(".")
    if "T" in seconds:
        seconds = calendar.timegm(time.strptime(seconds, "%Y-%m-%dT%H:%M:%S"))
    return int(seconds) * 1000000 + int(fraction.ljust(6, "0")[:6])


def _outermost(messages):
    """The messages that are no part of the one before, as a body may be a message."""
    found = []
    for data in messages:
        if not found or data not in found[-1][1:]:
            found.append(data)
    return found


def _begins_sip(data):
    return b"SIP/2.0" in data.lstrip().split(b"\n", 1)[0]


def _encapsulated(number, data, frame):
    """A message in HEP of one kind or another."""
    src, dst, protocol = frame.ends()
    if number % 4 == 1 and _begins_sip(data):
        return hep.hep2(data, src, dst, frame.micros, protocol)
    more = [hep.chunk(hep.NODE, b"node-1"), hep.chunk(1, b"x", vendor=3)] if number % 4 == 3 else []
    return hep.hep3(data, src, dst, frame.micros, *more, protocol=protocol,
                    compress=number % 4 == 2)


def _in_stream(data, frame):
    """A message in HEP that can share a segment with others: versions before 3 cannot."""
    src, dst, protocol = frame.ends()
    return hep.hep3(data, src, dst, frame.micros, protocol=protocol)


def twin(tshark, path, target):
    """Write the twin of a capture; returns how many frames have SIP inside HEP. tshark: runs it, returns its output."""
    packets = json.loads(tshark("-r", path, *JSON), object_pairs_hook=list)
    capture = pcap.Capture(step=0.001)
    stream = TcpStream(capture, hep.AGENT, hep.COLLECTOR, mss=LONGEST)
    count = 0
    for number, frame in enumerate(map(_Frame, packets)):
        capture.at(number * 0.001)
        if sum(map(len, frame.messages)) > LONGEST - 200 * len(frame.messages):
            raise TooLong(path)
        if frame.quotes:  # from 4.4 on what is quoted is a part of its layer
            capture.frames.append((frame.micros, frame.raw, len(frame.raw)))
        elif len(frame.messages) == 1:
            capture.udp(hep.AGENT, hep.COLLECTOR, _encapsulated(number, frame.messages[0], frame))
        elif frame.messages:
            stream.send(CLIENT, b"".join(_in_stream(data, frame) for data in frame.messages))
        else:
            capture.raw(EMPTY)
        count += bool(frame.messages and not frame.quotes)
    capture.write(target)
    return count
