# SPDX-License-Identifier: GPL-2.0-or-later
"""What is said about each message of a flow, here read from the PDML of tshark."""

import dataclasses
import xml.etree.ElementTree

ARGUMENTS = ("-T", "pdml", "-J", "frame sipexplain")
SECOND_LOOK = ("-2", "-o", "sipexplain.look_ahead:TRUE")
SEVERITIES = {"2097152": "chat", "4194304": "note", "6291456": "warn", "8388608": "error"}


@dataclasses.dataclass
class Seen:
    """The sipexplain.* values of one message."""

    fields: dict = dataclasses.field(default_factory=dict)  # name without sipexplain.: values; row: what is in view
    experts: list = dataclasses.field(default_factory=list)  # (diagnosis, severity)

    def values(self, name):
        """The values of sipexplain.<name>, in order."""
        return self.fields.get(name, [])

    def add_row(self, name, text):
        """What stands in view; lines that go on belong to the row before them."""
        rows = self.fields.setdefault("row", [])
        if name == "continued" and rows:
            rows[-1] += " " + text.strip()
        else:
            rows.append(text)

    def add(self, proto):
        """The fields of one <proto name="sipexplain">."""
        for field in proto.iter("field"):
            prefix, _, name = field.get("name", "").partition(".")
            if prefix == "sipexplain" and not name.startswith("expert."):
                self.fields.setdefault(name, []).append(field.get("show", ""))
                if field.get("hide") != "yes":
                    self.add_row(name, field.get("showname", ""))
            elif field.get("name") == "_ws.expert":
                inner = {one.get("name"): one.get("show") for one in field.iter("field")}
                name = next((one[18:] for one in inner if one.startswith("sipexplain.expert.")),
                            None)
                if name:
                    severity = inner.get("_ws.expert.severity")
                    self.experts.append((name, SEVERITIES.get(severity, severity)))
        return self


def packets(pdml):
    """{frame: (protocols, [Seen of each message that has a tree])}."""
    found = {}
    for packet in xml.etree.ElementTree.fromstring(pdml.encode()).iter("packet"):
        field = {one.get("name"): one.get("show") for one in packet.iter("field")}
        found[int(field["num"])] = (field.get("frame.protocols", "").split(":"), [
            Seen().add(one) for one in packet.iter("proto") if one.get("name") == "sipexplain"])
    return found


def by_message(wired, found):
    """{message: Seen} from {frame: (protocols, [Seen])}. Of messages that share a frame, each tree goes to the
    first it fits."""
    result = {}
    for number, frame in sorted(wired.frames.items()):
        one = wired.sent[number - 1]
        trees = found[frame][1] if frame in found else []
        result[number] = Seen()
        for tree in trees:
            alone = list(wired.frames.values()).count(frame) == 1
            is_answer = bool(tree.values("code"))
            if alone or (is_answer != one.request and tree.values("method") in ([], [one.method])):
                trees.remove(tree)
                result[number] = tree
                break
    return result


def unread(wired, found):
    """The messages in which Wireshark itself sees no SIP: a mistake in the case."""
    return [number for number, frame in sorted(wired.frames.items())
            if wired.sent[number - 1].step.action not in ("raw", "icmp")
            and not {"snap", "mtu"} & set(wired.sent[number - 1].step.options)
            and "sip" not in found[frame][0]]
