# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures for the tests of outputs, and readers of what tshark and sharkd say about them."""

import collections
import csv
import glob
import json
import os
import pathlib
import re
import xml.etree.ElementTree as ElementTree

from flows.cases import cases
from flows.flow import load
from flows.wire import wire
from lib import pcap, sip, streams

PHONE, SERVER = ("192.0.2.10", 5060), ("192.0.2.20", 5060)
LOOK_AHEAD = ("-o", "sipexplain.look_ahead:TRUE")
SEPARATOR = "\x1f"
HANGING = 3  # columns that a line is indented more than the row it goes on with
SUFFIXES = (".pcap", ".pcapng", ".cap", ".pcap.gz", ".pcapng.gz")
KNOWLEDGE = pathlib.Path(__file__).resolve().parents[2] / "src" / "knowledge"
CODES_CSV = os.path.join(os.path.dirname(__file__), "..", "data", "sip-response-codes.csv")

# What the plugin says about a frame, in the order of its messages.
Row = collections.namedtuple("Row", "frame codes verdicts headlines")

# Frame, codes and verdicts of the capture below.
EXPECTED = [
    (2, ["401"], ["normal"]),
    (4, ["200"], ["normal"]),
    (6, ["100"], ["normal"]),
    (7, ["180"], ["normal"]),
    (8, ["486"], ["user-action"]),
    (11, ["405"], ["violation"]),
    (12, ["404"], ["failure"]),
    (13, ["200"], ["normal"]),
    (18, ["100", "503"], ["normal", "failure"]),
    (19, ["486"], ["failure"]),  # the verdict of timer.icmp-unreachable
]


def mixed_capture(path):
    """A login, a busy call, a 405 without Allow, a NOTIFY, two in a segment, an ICMP quote."""
    capture = pcap.Capture()

    def ask(message):
        return capture.udp(PHONE, SERVER, message)

    def answer(code, phrase, message, *headers):
        reply = sip.response(code, phrase, message, headers)
        return capture.udp(SERVER, PHONE, reply), reply

    register = sip.request("REGISTER", "sip:example.com", call="reg")
    ask(register)
    answer(401, "Unauthorized", register,
           ("WWW-Authenticate", 'Digest realm="pbx", nonce="abc", algorithm=MD5'))
    login = sip.request("REGISTER", "sip:example.com", [(
        "Authorization", 'Digest username="alice", realm="pbx", nonce="abc", '
                         'uri="sip:example.com", response="00112233445566778899aabbccddeeff"')],
        call="reg", cseq=2)
    ask(login)
    answer(200, "OK", login, ("Contact", "<sip:alice@192.0.2.10:5060>;expires=3600"))
    invite = sip.request("INVITE", call="busy")
    ask(invite)
    answer(100, "Trying", invite)
    answer(180, "Ringing", invite)
    busy_frame, busy = answer(486, "Busy Here", invite)
    ask(sip.ack(invite, busy))
    text = sip.request("MESSAGE", call="text")
    ask(text)
    answer(405, "Method Not Allowed", text)
    notify = sip.request("NOTIFY", "sip:alice@192.0.2.10", [
        ("Event", "refer"), ("Subscription-State", "terminated;reason=noresource"),
        ("Content-Type", "message/sipfrag;version=2.0")], b"SIP/2.0 404 Not Found\r\n",
        call="refer", to_tag="b1")
    capture.udp(SERVER, PHONE, notify)
    capture.udp(PHONE, SERVER, sip.response(200, "OK", notify))
    stream = streams.TcpStream(capture, ("192.0.2.10", 40000), SERVER)
    stream.open()
    second = sip.request("INVITE", call="tcp", transport="TCP")
    stream.send(streams.CLIENT, second)
    stream.send(streams.SERVER, sip.response(100, "Trying", second)
                + sip.response(503, "Service Unavailable", second))
    capture.icmp("192.0.2.1", None, busy_frame)
    return capture.write(path)


def all_codes_capture(path):
    """Each registered response code, to a method it is usual for; returns the codes, too."""
    capture = pcap.Capture()
    with open(CODES_CSV, encoding="utf-8") as stream:
        codes = [int(row[0]) for row in csv.reader(stream) if row and row[0].isdigit()]
    for code in codes:
        for method in ("INVITE", "REGISTER", "SUBSCRIBE"):
            ask = sip.request(method, call="%s-%d" % (method, code))
            capture.udp(SERVER, PHONE, sip.response(code, "Any", ask))
    capture.write(path)
    return codes


def all_flows_capture(path, without=()):
    """The frames of every flow case but some, each at a time of its own; returns the path."""
    whole = pcap.Capture()
    for number, (name, flow) in enumerate(cases().items()):
        if name not in without:
            whole.frames += [(micros + number * 1000000000, kept, length)
                             for micros, kept, length in wire(load(flow)).capture.frames]
    return whole.write(path)


def captures_of_others(largest=None):
    """Paths of the captures in the folder SX_CAPTURES, none if that is not set; largest: in bytes."""
    folder = os.environ.get("SX_CAPTURES", "")
    paths = glob.glob(os.path.join(folder, "**", "*"), recursive=True) if folder else []
    return sorted(path for path in paths if path.endswith(SUFFIXES)
                  and (largest is None or os.path.getsize(path) < largest))


def general_headline(diagnosis):
    """What a diagnosis says in general: the headline of its file."""
    text = (KNOWLEDGE / "en" / "diagnoses" / (diagnosis + ".md")).read_text("utf-8")
    return text.partition("\n# Headline\n")[2].partition("\n")[0]


# ---- readers: each makes a list of Row ---------------------------------------------------

def unpack(value):
    """The values of one cell of -T fields."""
    return value.split(SEPARATOR) if value else []


def explaining(rows):
    """The rows of responses: a second look also adds the outcome of a call to its requests."""
    return [row for row in rows if row.codes]


def rows_of_tree(lines):
    """(depth, text) of each row below the title of a tree, the lines that go on with a row joined to it."""
    rows = []
    for line in lines[1:]:
        text = line.lstrip(" ")
        indent = len(line) - len(text)
        if indent % 4 == HANGING:
            rows[-1] = (rows[-1][0], rows[-1][1] + " " + text)
        else:
            rows.append((indent // 4 - 1, text))
    return rows


def without_node(rows, start):
    """Rows of rows_of_tree() without each that starts so, and what is below it."""
    kept, limit = [], None
    for depth, text in rows:
        if limit is None or depth <= limit:
            limit = depth if text.startswith(start) else None
        if limit is None:
            kept.append((depth, text))
    return kept


def title_of(lines):
    """(code or None, headline) that the first line of a tree has."""
    title, _, headline = lines[0].partition(" - ")
    code = re.match(r"SIP Explain: (?:NOTIFY reports )?(\d+) ", title + " ")
    return code and code.group(1), headline


def from_blocks(blocks):
    """Rows from (frame, text lines of one tree of the plugin)."""
    rows = {}
    for frame, lines in blocks:
        row = rows.setdefault(frame, Row(frame, [], [], []))
        code, headline = title_of(lines)
        row.codes.extend([code] if code else [])
        below = [text.partition(": ") for depth, text in rows_of_tree(lines) if depth == 0]
        # The verdict's row also tells what the message is to others; a headline that is too wide for the title has a row.
        row.verdicts.extend(text.partition(", ")[0] for name, _, text in below if name == "Verdict")
        row.headlines.append(next((text for name, _, text in below if name == "Headline"), headline))
    return explaining(rows[frame] for frame in sorted(rows))


def trees_of(text):
    """(frame, lines) for each "SIP Explain:" tree in the text of tshark -V."""
    frame, block, blocks = 0, None, []
    for line in text.splitlines():
        start = re.match(r"Frame (\d+): ", line)
        if start:
            frame = int(start.group(1))
        if line.startswith("SIP Explain: "):
            block = [line]
            blocks.append((frame, block))
        elif block is not None and line.startswith("    "):
            block.append(line)
        else:
            block = None
    return blocks


def walk(node):
    """Each (key, value) with a plain value in nested pairs, lists and dictionaries."""
    if isinstance(node, dict):
        node = list(node.items())
    for item in node if isinstance(node, list) else []:
        if isinstance(item, tuple):
            values = item[1] if isinstance(item[1], list) else [item[1]]
            yield from ((item[0], value) for value in values if isinstance(value, str))
            yield from walk(item[1])
        elif isinstance(item, (dict, list)):
            yield from walk(item)


def from_pairs(frame, pairs, prefix):
    """A Row from (field, value) pairs."""
    pairs = list(pairs)

    def values(*names):
        return [value for name, value in pairs if name in [prefix + n for n in names]]

    return Row(frame, values("code", "sipfrag" + prefix[-1] + "code"), values("verdict"),
               values("headline"))


def from_json(text):
    """Rows from -T json; the same key may come several times."""
    rows = []
    for packet in json.loads(text, object_pairs_hook=list):
        layers = dict(dict(packet)["_source"])["layers"]
        mine = [value for name, value in layers if name == "sipexplain"]
        if mine:
            frame = int(dict(dict(layers)["frame"])["frame.number"])
            rows.append(from_pairs(frame, walk(mine), "sipexplain."))
    return explaining(rows)


def from_ek(text):
    """Rows from -T ek."""
    rows = []
    for line in text.splitlines():
        layers = json.loads(line).get("layers", {})
        if "sipexplain" in layers:
            mine = layers["sipexplain"]
            frame = int(layers["frame"]["frame_frame_number"])
            rows.append(from_pairs(frame, walk(mine if isinstance(mine, list) else [mine]),
                                   "sipexplain_sipexplain_"))
    return explaining(rows)


def from_pdml(text):
    """Rows from -T pdml."""
    rows = []
    for packet in ElementTree.fromstring(text).iter("packet"):
        pairs = [(field.get("name"), field.get("show")) for proto in packet.findall("proto")
                 if proto.get("name") == "sipexplain" for field in proto.iter("field")]
        if pairs:
            frame = int(packet.find(".//field[@name='frame.number']").get("show"))
            rows.append(from_pairs(frame, pairs, "sipexplain."))
    return explaining(rows)


def lines_of_node(node, depth=0):
    """The text of a sharkd tree node, indented as tshark -V does."""
    lines = ["    " * depth + node["l"]]
    for child in node.get("n", []):
        lines += lines_of_node(child, depth + 1)
    return lines
