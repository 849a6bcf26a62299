# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes inputs for the fuzzers out of the flow cases and RFC 4475, and chooses some of them.

In tests/, with the fuzzers built below $build (see test_fuzz.py):

    python3 -m fuzz.make_corpus make /tmp/raw
    python3 -m fuzz.make_corpus choose $build/fuzz_message 70000 fuzz/corpus/message /tmp/raw/message
    python3 -m fuzz.make_corpus choose $build/fuzz_sdp 8000 fuzz/corpus/sdp /tmp/raw/sdp
    python3 -m fuzz.make_corpus choose $build/fuzz_details 24000 fuzz/corpus/details /tmp/raw/message
    python3 -m fuzz.make_corpus choose $build/fuzz_conversation 220000 fuzz/corpus/conversation \\
        /tmp/raw/conversation
    python3 -m fuzz.make_corpus choose $build/fuzz_log 40000 fuzz/corpus/log /tmp/raw/log
    python3 -m fuzz.make_corpus choose $build/fuzz_hep 8000 fuzz/corpus/hep /tmp/raw/hep

`make` writes message/, sdp/, log/, hep/ and conversation/, the last one in the form that fuzz_conversation.c describes. `choose` fills a
folder anew, up to so many bytes, with the inputs that reach most; behind its folder come those to choose from, which
may be the ones in which a fuzzer has worked.
"""

import glob
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile

from flows.flow import load
from flows.wire import wire
from log.layouts import samples
from lib import hep

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
    words = ("late", "+3", "same", "quoted", "tcp", "dropped", "log", "prec2", "prec3")
    lines = data.split(b"\n")
    marks = [i for i, text in enumerate(lines) if text.startswith(b"@@ ")]
    for i in marks[number % 3::3]:
        lines[i] += b" " + words[number % len(words)].encode()
    return b"\n".join(lines)


def shorten(data, number):
    """The same message as a short snap length leaves it, cut at one of many places."""
    return data[:40 + number * 37 % max(len(data) - 40, 1)]


def descriptions(messages):
    """The session descriptions in messages, and each once more with its lines in another order."""
    for data in messages:
        start = data.find(b"v=0\r\n", data.find(b"\r\n\r\n"))
        if start > 0:
            yield data[start:]
            lines = data[start:].split(b"\r\n")
            yield b"\n".join(lines[len(lines) // 2:] + lines)


def logs():
    """The messages of log/layouts.py in every layout, and as pastes spoil them."""
    for number, data in enumerate(data for _, data in sorted(samples().items())):
        yield data[:len(data) // 3]
        yield (data.replace(b"<", b"&lt;"), b"> " + data.replace(b"\n", b"\n> "), data.replace(b"\n", b"\n\n"),
               data.replace(b"\n", b"#012", 12), data.replace(b"\n", b"\\r\\n\n"), data.replace(b":", b"\x1b[0m:", 9),
               )[number % 6][:len(data) // 2]


def encapsulated(messages):
    """Messages inside HEP of each version, whole and damaged; the last byte says how much more was on the wire."""
    ends = {True: (("2001:db8::1", 5060), ("2001:db8::2", 5060)),
            False: (("192.0.2.1", 5060), ("192.0.2.2", 5060))}
    for number, data in enumerate(messages):
        src, dst = ends[number % 3 == 0]
        packets = [hep.hep3(data, src, dst, 1700000000000001, hep.chunk(hep.NODE, b"node"),
                            hep.chunk(number, b"more", number % 4), compress=number % 2 == 1),
                   hep.hep2(data, src, dst, 1700000000000001, order="<>"[number % 2],
                            version=1 + number % 2)]
        for packet in packets:
            yield packet + b"\0"
            yield packet[:len(packet) * (number % 7 + 1) // 8] + b"\xff"


def write(folder, kind, inputs):
    """Write each input once, under the name that libFuzzer gives it."""
    target = os.path.join(folder, kind)
    os.makedirs(target, exist_ok=True)
    for data in inputs:
        with open(os.path.join(target, hashlib.sha1(data).hexdigest()), "wb") as file:
            file.write(data)
    print("%s: %d inputs" % (target, len(os.listdir(target))))


def make(folder):
    """Write all inputs that the repository's cases give."""
    messages, conversations = [], []
    for path in sorted(glob.glob(TORTURE)):
        with open(path, "rb") as file:
            messages.append(file.read())
        conversations.append(b"@@ 0 %s\n" % DEFAULT_ENDS.encode() + messages[-1])
    conversations.append(b"!" + b"\n".join(conversations[:8]))
    for number, path in enumerate(sorted(glob.glob(FLOWS, recursive=True))):
        flow = load(path)
        conversations.append(conversation(flow))
        if number % 8 == 0:
            conversations.append(twist(conversations[-1], number // 8))
        messages += [sent.data for sent in wire(flow).sent if sent.data]
    write(folder, "sdp", descriptions(messages))
    write(folder, "hep", encapsulated(messages[::8]))
    messages += [shorten(data, number) for number, data in enumerate(messages[::4])]
    write(folder, "message", messages)
    write(folder, "conversation", conversations)
    write(folder, "log", logs())


def features(fuzzer, folders):
    """{path: what the input reaches}, as libFuzzer's merge finds out (a plain -merge would list new ones only)."""
    with tempfile.TemporaryDirectory() as work:
        control = os.path.join(work, "control")
        os.mkdir(os.path.join(work, "merged"))
        subprocess.run([fuzzer, "-set_cover_merge=1", "-use_counters=0",
                        "-merge_control_file=" + control, os.path.join(work, "merged"), *folders],
                       check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(control, encoding="utf-8") as file:
            lines = file.read().splitlines()
    paths, found = lines[2:2 + int(lines[0])], {}
    for text in lines[2 + len(paths):]:
        words = text.split()
        if words[0] == "FT":
            found[paths[int(words[1])]] = set(words[2:])
    return found


def choose(fuzzer, limit, target, *folders):
    """Fill a folder with the inputs that reach most for their size."""
    left = features(fuzzer, folders)
    sizes = {path: os.path.getsize(path) for path in left}
    missed = set().union(*left.values())
    chosen, room = [], int(limit)
    while left:
        best = max(left, key=lambda path: (len(left[path]) / (sizes[path] + 1), path))
        reached = left.pop(best)
        if not reached:
            break
        if sizes[best] > room:
            continue
        chosen.append(best)
        room -= sizes[best]
        missed -= reached
        left = {path: others - reached for path, others in left.items()}
    shutil.rmtree(target, ignore_errors=True)
    os.makedirs(target)
    for path in chosen:
        shutil.copy(path, target)
    print("%s: %d inputs, %d bytes; %d features are left out" % (
        target, len(chosen), int(limit) - room, len(missed)))


def main(arguments):
    """The command."""
    if len(arguments) == 2 and arguments[0] == "make":
        make(arguments[1])
    elif len(arguments) > 4 and arguments[0] == "choose":
        choose(*arguments[1:])
    else:
        return __doc__
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
