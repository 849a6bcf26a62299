# SPDX-License-Identifier: GPL-2.0-or-later
"""Puts the messages of a flow into a capture and tells which frame each one became."""

import dataclasses
import struct

from lib import pcap
from lib.streams import CLIENT, SERVER, TcpStream

from .talk import Talk

GRE_ENDS = ("203.0.113.251", "203.0.113.252")


@dataclasses.dataclass
class Wired:
    """A capture, the messages in it, and the number of the frame of each message."""

    capture: pcap.Capture
    sent: list
    frames: dict


class _Wiring:
    """Adds one message after the other to a capture."""

    def __init__(self, flow):
        self.flow = flow
        self.capture = pcap.Capture(step=0.001)
        self.frames = {}
        self.unseen = {}
        self.streams = {}

    def add(self, group):
        """The messages of one step, or of several that share a TCP segment."""
        step = group[0].step
        for one in group[1:]:
            if (one.step.transport, one.step.src, one.step.dst) != ("TCP", step.src, step.dst):
                raise self.flow.error(one.step.line,
                                      "[join] needs tcp and the ends of the line above")
        options = step.options
        wrap = (lambda packet: pcap.gre(*GRE_ENDS, packet)) if "gre" in options else None
        vlan = (options["vlan"],) if "vlan" in options else ()
        self.capture.at(step.time)
        with self.capture.path(vlan=vlan, wrap=wrap, snap=options.get("snap")):
            frame = self.frame(step, b"".join(one.data for one in group))
        self.frames.update((one.step.number, frame) for one in group)

    def leave_out(self, one):
        """A message that is not in the capture; an ICMP error may quote it all the same."""
        elsewhere = pcap.Capture()
        frame = elsewhere.udp(one.step.src.pair, one.step.dst.pair, one.data)
        self.unseen[one.step.number] = elsewhere.packets[frame]

    def frame(self, step, data):
        """Add one frame; returns its number."""
        capture = self.capture
        source = self.frames.get(step.ref)
        if source is None and step.action == "icmp":
            source = self.unseen.get(step.ref)
        if source is None and (step.action == "icmp" or "dup" in step.options):
            raise self.flow.error(step.line, "there is no frame that this could repeat or quote")
        try:
            if step.action == "icmp":
                return capture.icmp(step.src.address, step.dst.address, source,
                                    int(step.words["type"]), int(step.words["code"]),
                                    step.options.get("quote"))
            packet = capture.packets[source] if "dup" in step.options else None
            if packet and step.transport == "TCP":
                return capture.ip(packet)
            if step.transport == "TCP":
                return self.tcp(step, data)
            ident = None
            if packet and pcap.ip_version(packet) == 4:
                ident = struct.unpack("!H", packet[4:6])[0]
            return capture.udp(step.src.pair, step.dst.pair, data, ident,
                               mtu=step.options.get("mtu"))
        except ValueError as error:
            raise self.flow.error(step.line, str(error)) from error

    def tcp(self, step, data):
        """Send bytes in the one TCP connection between two endpoints, opened when first used."""
        ends = frozenset((step.src, step.dst))
        if ends not in self.streams:
            self.capture.at(step.time - 0.003)
            self.streams[ends] = TcpStream(self.capture, step.src.pair, step.dst.pair)
            self.streams[ends].open()
            self.capture.at(step.time)
        stream = self.streams[ends]
        return stream.send(CLIENT if stream.ends[CLIENT] == step.src.pair else SERVER, data)


def wire(flow):
    """The Wired of a Flow."""
    sent = Talk(flow).sent
    wiring = _Wiring(flow)
    group = []
    for one in sent:
        if "join" in one.step.options and not group:
            raise flow.error(one.step.line, "[join] has nothing above to join")
        if "join" not in one.step.options and group:
            wiring.add(group)
            group = []
        if "unseen" not in one.step.options:
            group.append(one)
        elif one.step.transport != "TCP":
            wiring.leave_out(one)
    if group:
        wiring.add(group)
    return Wired(wiring.capture, sent, wiring.frames)
