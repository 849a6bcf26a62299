# SPDX-License-Identifier: GPL-2.0-or-later
"""What the engine says of each message of a flow: python3 -m flows.show [-l] [-t] FILE|FOLDER...

-l tells only which expectations fail, and those that are only proposed, which nothing checks yet; -t shows whole trees.
SX_FLOW_LOOK is the program made of look.c.
"""

import os
import sys

from . import expect, native, seen
from .error import FlowError
from .flow import load
from .wire import wire

PROPOSED = ("# expect ", "# second ", "# never ", "# calm", "# silent ", "# proposed:")


def files(names):
    """The paths among names, and the .flow files below the folders among them."""
    found = []
    for name in names:
        below = sorted(os.path.join(where, one) for where, _, inside in os.walk(name)
                       for one in inside if one.endswith(".flow"))
        found += below if os.path.isdir(name) else [name]
    return found


def _said(number, frame, sent, look):
    """The lines for one message: what it is, its headline, verdict and ids."""
    start = sent.data.split(b"\r\n", 1)[0].decode("utf-8", "replace")
    lines = ["%2d (%s) %s > %s %s" % (number, frame, sent.step.src.name, sent.step.dst.name,
                                      start[:70])]
    lines += look.values("headline")[:1]
    if look.values("diagnosis"):
        lines.append("[%s] %s" % (", ".join(look.values("verdict")),
                                  " ".join(look.values("diagnosis"))))
    return "\n       ".join(lines)


def _show(wired, explained, looks, with_trees):
    """Prints what is said in the second look, message by message."""
    for number, frame in sorted(wired.frames.items()):
        print(_said(number, frame, wired.sent[number - 1], looks[2][number]))
        for one in explained[2].get(frame, []) if with_trees else []:
            print("\n".join("       | " + text for text in native.lines(one)))


def _proposed(path):
    with open(path, encoding="utf-8") as file:
        return [line.rstrip() for line in file if line.startswith(PROPOSED)]


def main(arguments):
    """The command; 1: an expectation fails."""
    options = {one for one in arguments if one.startswith("-")}
    try:
        flows = {path: load(path) for path in files(
            one for one in arguments if one not in options)}
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
            _show(wired[path], explained, looks, "-t" in options)
        for text in problems:
            print("   !" + text[len(path):])
        for text in _proposed(path):
            print("   ?" + text[1:])
    if len(flows) > 1:
        print("%d flows, %d hold" % (len(flows), len(flows) - bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
