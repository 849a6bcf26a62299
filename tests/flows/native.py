# SPDX-License-Identifier: GPL-2.0-or-later
"""What the engine says about each message of a flow, without Wireshark: see look.c."""

import json
import struct
import subprocess

from lib import pcap

from .seen import SEVERITIES, Seen

LINE = "%d %d %s %d %s %d %s %d %d %d %d %d\n"


def _ports(packet):
    return struct.unpack("!HH", packet[:4])


def _addresses(packet):
    """The addresses of an IP packet, in hexadecimal."""
    if pcap.ip_version(packet) == 4:
        return packet[12:16].hex(), packet[16:20].hex()
    return packet[8:24].hex(), packet[24:40].hex()


def _frame(wired, number, group):
    """The line and the bytes of one frame, as look.c reads them. group: its messages."""
    step = group[0].step
    micros, kept, length = wired.capture.frames[number - 1]
    packet = wired.capture.packets[number]
    packet = packet[:len(packet) - (length - len(kept))]  # what the capture cut off
    is_ip4 = pcap.ip_version(packet) == 4
    if step.action == "icmp":
        header = pcap.ip_header_length(packet)
        quoted = packet[header + 8:]
        inner = pcap.ip_header_length(quoted)
        ends, ports = _addresses(quoted), _ports(quoted[inner:])
        data, transport = quoted[inner + 8:], "udp"
        icmp = (4 if is_ip4 else 6, packet[header], packet[header + 1])
        ident = 0
    else:
        ends, ports = _addresses(packet), (step.src.port, step.dst.port)
        transport = "udp" if step.transport == "UDP" else "stream"
        whole = b"".join(one.data for one in group)
        data = whole[:len(whole) - (length - len(kept))]
        icmp = (0, 0, 0)
        fragmented = "mtu" in step.options and step.options["mtu"] < len(whole) + 48
        ident = (struct.unpack("!H", packet[4:6])[0]
                 if is_ip4 and transport == "udp" and not fragmented else 0)
        if transport == "stream":
            ports = _ports(packet[pcap.ip_header_length(packet):])
    return (LINE % (number, micros, ends[0], ports[0], ends[1], ports[1], transport, ident, *icmp,
                    len(data))).encode() + data


def feed(name, wired):
    """The input of look.c for one flow."""
    groups = {}
    for one in wired.sent:
        if one.step.number in wired.frames:
            groups.setdefault(wired.frames[one.step.number], []).append(one)
    return b"flow %s\n" % name.encode() + b"".join(
        _frame(wired, number, groups[number]) for number in sorted(groups))


def explanations(program, feeds):
    """{(flow, look): {frame: [explanation]}} for the input of several flows."""
    done = subprocess.run([program], input=b"".join(feeds), stdout=subprocess.PIPE, check=True)
    found = {}
    for line in done.stdout.decode("utf-8").splitlines():
        one = json.loads(line)
        found.setdefault((one["flow"], one["look"]), {}).setdefault(one["frame"], []).append(one)
    return found


def seen(explanation):
    """The Seen of one explanation."""
    result = Seen()
    for field, value, _, hidden, text in explanation["rows"]:
        if field != "continued":
            result.fields.setdefault(field, []).append(value)
        if not hidden:
            result.add_row(field, text)
    names = list(SEVERITIES.values())
    result.experts = [(name, names[severity]) for name, severity in explanation["notices"]]
    return result


def packets(explained):
    """{frame: (protocols, [Seen])} of {frame: [explanation]}, in the form of seen.packets()."""
    return {frame: (["sip"], [seen(one) for one in made]) for frame, made in explained.items()}


def lines(explanation):
    """The tree as tshark -V shows it, without expert items."""
    return ["SIP Explain: " + explanation["heading"]] + [
        "    " * (depth + 1) + text for _, _, depth, hidden, text in explanation["rows"]
        if not hidden]
