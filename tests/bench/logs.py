# SPDX-License-Identifier: GPL-2.0-or-later
"""What reading text logs costs: messages a second of user time and peak memory, and what text without SIP costs."""

import os
import pathlib

from log import layouts
from measure import run, show_progress
from variants import ROOT, CannotMeasure

LOOK = pathlib.Path(os.environ.get("SX_LOG_LOOK") or ROOT / "build" / "tests" / "log_look")
MESSAGES_PER_SECOND = 100000  # of the whole command, which explains them too
MEMORY = 64 << 20
ROUNDS = 3
OTHER = b"2024-02-29 23:59:59.000040 [DEBUG] sofia.c:7325 Channel sofia/internal/312@example.com entering state [x][100]\n"


def write_log(path, layout, messages):
    """A log of so many messages; returns how many there are."""
    calls = layouts.conversation()
    part = layouts.write(layout, calls, layout.clocks[0], between=layout.noise) * 100
    rounds = -(-messages // (100 * len(calls)))
    with open(path, "wb") as file:
        for _ in range(rounds):
            file.write(part)
    return rounds * 100 * len(calls)


def _look(path):
    runs = [run([str(LOOK), "--quiet", path], {}) for _ in range(ROUNDS)]
    return min(seconds for seconds, _, _ in runs), max(peak for _, peak, _ in runs)


def rows(folder, messages):
    """The table: every layout, then a text of other lines."""
    if not LOOK.is_file():
        raise CannotMeasure("no %s: build it or set SX_LOG_LOOK" % LOOK)
    lines = [["log of %d messages" % messages, "MB", "messages a second", "MB a second", "peak memory at most", "mark"]]
    path = os.path.join(folder, "x.log")
    for layout in layouts.LAYOUTS:
        name = layout.write.__name__
        show_progress("logs: " + name)
        count = write_log(path, layout, messages)
        seconds, peak = _look(path)
        size = os.path.getsize(path)
        is_over = count / seconds < MESSAGES_PER_SECOND or peak > MEMORY
        lines.append([name, "%.0f" % (size / 1e6), "%.0f" % (count / seconds), "%.0f" % (size / seconds / 1e6),
                      "%.1f MiB" % (peak / (1 << 20)), "OVER" if is_over else "ok"])
    with open(path, "wb") as file:
        for _ in range(200):
            file.write(OTHER * 10000)
    seconds, peak = _look(path)
    size = os.path.getsize(path)
    lines.append(["other lines only", "%.0f" % (size / 1e6), "-", "%.0f" % (size / seconds / 1e6),
                  "%.1f MiB" % (peak / (1 << 20)), "no limit"])
    os.remove(path)
    return lines
