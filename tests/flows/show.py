# SPDX-License-Identifier: GPL-2.0-or-later
"""What the engine says of each message of a flow: python3 -m flows.show [-l] [-t] FILE...

-l tells only which expectations fail and the proposed ones, which nothing checks yet; -t shows whole trees.
SX_FLOW_LOOK is the program made of look.c.
"""

import os
import sys

from . import expect, native, seen
from .error import FlowError
from .flow import load
from .wire import wire

PROPOSED = ("# expect ", "# second ", "# never ", "# calm ", "# silent ", "# proposed:")


def _line(number, frame, sent, look):
    """One message: what it is, its headline, verdict and ids."""
    start = sent.data.split(b"\r\n", 1)[0].decode("utf-8", "replace")
    said = look.values("headline")
    return "%2d (%s) %s > %s %s%s%s" % (
        number, frame, sent.step.src.name, sent.step.dst.name, start[:60],
        "\n       " + said[0] if said else "",
        "\n       [%s] %s" % (", ".join(look.values("verdict")), " ".join(look.values("diagnosis")))
        if look.values("diagnosis") else "")


def main(arguments):
    """The command."""
    options = {one for one in arguments if one.startswith("-")}
    paths = [one for one in arguments if one not in options]
    try:
        flows = {path: load(path) for path in paths}
        wired = {path: wire(flow) for path, flow in flows.items()}
    except (FlowError, OSError) as error:
        return str(error)
    found = native.explanations(os.environ["SX_FLOW_LOOK"],
                                [native.feed(path, one) for path, one in wired.items()])
    bad = 0
    for path, flow in flows.items():
        explained = {look: found.get((path, look), {}) for look in (1, 2)}
        looks = {look: seen.by_message(wired[path], native.packets(explained[look]))
                 for look in (1, 2)}
        problems = expect.failures(flow, wired[path], looks)
        bad += bool(problems)
        print("== %s: %s" % (path, "%d fail" % len(problems) if problems else "holds"))
        if "-l" not in options:
            for number, frame in sorted(wired[path].frames.items()):
                print(_line(number, frame, wired[path].sent[number - 1], looks[2][number]))
                if "-t" in options:
                    for one in explained[2].get(frame, []):
                        print("\n".join("       | " + text for text in native.lines(one)))
        for text in problems:
            print("   !" + text[len(path):])
        with open(path, encoding="utf-8") as file:
            for text in file:
                if text.startswith(PROPOSED):
                    print("   ?" + text.rstrip())
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
