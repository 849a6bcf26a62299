# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes inputs for the fuzzers out of the flow cases and RFC 4475: python3 -m fuzz.make_corpus FOLDER.

FOLDER gets message/ and conversation/, the latter in the form that fuzz_conversation.c describes. The corpus in the
repository is a part of this, chosen by libFuzzer:

    in tests/:  python3 -m fuzz.make_corpus /tmp/raw
                build/fuzz_message -merge=1 fuzz/corpus/message /tmp/raw/message
"""

import glob
import hashlib
import os
import sys

from flows.flow import load
from flows.wire import wire

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FLOWS = os.path.join(TESTS, "flows", "**", "*.flow")
TORTURE = os.path.join(TESTS, "data", "rfc4475", "*.dat")
HEADERS_BELOW = {"UDP": 42, "TCP": 54}  # bytes of Ethernet, IPv4 and transport that snap counts too
DEFAULT_ENDS = "192.0.2.10:5060 198.51.100.5:5060"


def quoted_part(step, source, previous):
    """The line and the bytes of an ICMP error about the message `source`."""
    room = step.options.get("quote")
    data = source.data if room is None else source.data[:max(room - 8, 0)]
    return line(step, previous, source.step, ["icmp%s/%s" % (step.words["type"],
                                                             step.words["code"])]) + data


def line(step, previous, ends, options):
    """The line before a frame, its line end included."""
    gap = round((step.time - previous) * 1000)
    return ("@@ %s\n" % " ".join([str(gap), ends.src.host, ends.dst.host] + options)).encode()


def part(sent, number, previous, everything):
    """The line and the bytes of one message; number: its IP identification."""
    step = sent.step
    if step.action == "icmp":
        return quoted_part(step, everything[step.ref - 1], previous)
    options = []
    if "join" in step.options:
        options.append("same")
    if step.transport == "TCP":
        options.append("tcp")
    else:
        options.append("id%d" % (step.ref if "dup" in step.options else number))
    snap = step.options.get("snap")
    data = sent.data if snap is None else sent.data[:max(snap - HEADERS_BELOW[step.transport], 0)]
    return line(step, previous, step, options) + data


def conversation(flow):
    """A Flow as an input of fuzz_conversation."""
    parts, previous = [], 0
    everything = wire(flow).sent
    for sent in everything:
        if "unseen" not in sent.step.options:
            parts.append(part(sent, sent.step.number, previous, everything))
            previous = sent.step.time
    return b"\n".join(parts)


def twist(data, number):
    """The same conversation with the rarer options, so that the fuzzer knows them."""
    words = ("dropped", "late", "+3", "same", "quoted", "tcp")
    lines = data.split(b"\n")
    marks = [i for i, text in enumerate(lines) if text.startswith(b"@@ ")]
    for i in marks[number % 3::3]:
        lines[i] += b" " + words[number % len(words)].encode()
    return b"\n".join(lines)


def write(folder, kind, inputs):
    """Write each input once, under the name that libFuzzer gives it."""
    target = os.path.join(folder, kind)
    os.makedirs(target, exist_ok=True)
    for data in inputs:
        with open(os.path.join(target, hashlib.sha1(data).hexdigest()), "wb") as file:
            file.write(data)
    print("%s: %d inputs" % (target, len(os.listdir(target))))


def main(arguments):
    """The command."""
    if len(arguments) != 1:
        return "usage: python3 -m fuzz.make_corpus FOLDER"
    messages, conversations = [], []
    for path in sorted(glob.glob(TORTURE)):
        with open(path, "rb") as file:
            messages.append(file.read())
        conversations.append(b"@@ 0 %s\n" % DEFAULT_ENDS.encode() + messages[-1])
    for number, path in enumerate(sorted(glob.glob(FLOWS, recursive=True))):
        flow = load(path)
        conversations.append(conversation(flow))
        if number % 8 == 0:
            conversations.append(twist(conversations[-1], number // 8))
        messages += [sent.data for sent in wire(flow).sent if sent.data]
    write(arguments[0], "message", messages)
    write(arguments[0], "conversation", conversations)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
