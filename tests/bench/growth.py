# SPDX-License-Identifier: GPL-2.0-or-later
"""The growth table: what a message costs in captures of several sizes and shapes, in two passes: all is diagnosed.

Small captures are counted in instructions; for large ones that takes too long, so all have processor time as well.
"""

import collections
import os

import traffic
from budgets import BYTES_PER_MESSAGE
from measure import in_turns, show_progress
from variants import LUA, NONE, PLUGIN

COUNTED = 20000  # messages up to which instructions are counted
LARGE = 200000  # messages from which one run of each variant has to do
GROWTH = 1.1  # instructions: what is linear up to a tenth
TIMED_GROWTH = 2  # processor time: a memory larger than the caches makes it 1.5, a square law at least 5
DOUBLING = 2.2  # arrays that double make steps in the memory
NOISE = 1.0  # microseconds a message; a smaller difference is no finding

Shape = collections.namedtuple("Shape", "what write")
CALLS = Shape("calls and registrations", traffic.write_sip)
HOSTILE = (
    Shape("each message a new Call-ID", traffic.write_new_calls),
    Shape("one Call-ID for all", traffic.write_one_call),
    Shape("one transaction repeated", traffic.write_one_transaction),
)
HEADING = ["SIP messages", "instructions a message", "against the first", "us a message", "against the first",
           "time", "bytes a message", "against the first", "without plugin", "linear"]

# cost: of the plugin, a message; instructions is None where they were not counted
Point = collections.namedtuple("Point", "messages instructions micros more_time memory plain_memory")


def _ratio(value, first):
    return "%.2f" % (value / first) if first > 0 else "-"


def is_linear(points):
    """Whether the last point costs as much a message as the first one, within the room for what is no finding."""
    first, last = points[0], points[-1]
    room = max(first.memory[PLUGIN], BYTES_PER_MESSAGE / 10)
    if None not in (first.instructions, last.instructions):
        is_time_linear = last.instructions <= first.instructions * GROWTH
    else:
        is_time_linear = last.micros <= max(first.micros * TIMED_GROWTH, NOISE)
    return is_time_linear and last.memory[PLUGIN] <= room * DOUBLING


def reading(path):
    """The arguments of a run."""
    return ("-2", "-r", path)


class Growth:
    """Captures of growing sizes; the large ones are made when they are measured, and then removed."""

    def __init__(self, place, instructions, empty, rounds):
        self._place, self._instructions, self._empty = place, instructions, empty
        self._rounds = rounds
        self._captures = {}
        self._start = None

    def _capture(self, shape, messages):
        key = shape, messages
        if key not in self._captures:
            path = self._place.path("out", "%s-%d.pcap" % (shape.write.__name__, messages))
            self._captures[key] = path, shape.write(path, messages)
        return self._captures[key]

    def ask(self, shape, sizes):
        """Starts the instruction counts of the small sizes."""
        for variant in (NONE, PLUGIN):
            self._instructions.ask(variant, reading(self._empty))
            for messages in sizes:
                if messages <= COUNTED:
                    self._instructions.ask(variant, reading(self._capture(shape, messages)[0]))

    def _more_instructions(self, path):
        return self._instructions.get(PLUGIN, reading(path)) - self._instructions.get(NONE, reading(path))

    def _point(self, shape, messages):
        show_progress("time and memory: %s, %d messages" % (shape.what, messages))
        path, written = self._capture(shape, messages)
        variants = [v for v in self._place.variants if v != LUA or (shape == CALLS and messages < LARGE)]
        rounds = 1 if messages >= LARGE else 2 * self._rounds if messages <= COUNTED else self._rounds
        times, peaks = in_turns(self._place, reading(path), rounds, variants, min)
        if self._start is None:
            self._start = in_turns(self._place, reading(self._empty), 2 * self._rounds, None, min)
        start_times, start_peaks = self._start
        more, start_more = times[PLUGIN] - times[NONE], start_times[PLUGIN] - start_times[NONE]
        instructions = None
        if messages <= COUNTED:
            instructions = (self._more_instructions(path) - self._more_instructions(self._empty)) / written
        else:
            os.remove(path)
            del self._captures[shape, messages]
        plain = {v: (peaks[v] - peaks[NONE]) / written for v in variants}
        memory = {v: plain[v] - (start_peaks[v] - start_peaks[NONE]) / written for v in variants}
        memory[NONE] = (peaks[NONE] - start_peaks[NONE]) / written
        return Point(written, instructions, (more - start_more) / written * 1e6,
                     (more - start_more) / (times[NONE] - start_times[NONE]), memory, plain)

    def measure(self, shape, sizes):
        """The points of one shape, by size."""
        return [self._point(shape, messages) for messages in sizes]


def lines(points):
    """The rows of the table for one shape, with headings."""
    first, rows = points[0], [HEADING]
    for number, point in enumerate(points, 1):
        counted = None not in (point.instructions, first.instructions)
        rows.append(["%d" % point.messages,
                     "%.0f" % point.instructions if counted else "-",
                     _ratio(point.instructions, first.instructions) if counted else "-",
                     "%.2f" % point.micros, _ratio(point.micros, first.micros), "%+.0f %%" % (point.more_time * 100),
                     "%.0f" % point.memory[PLUGIN], _ratio(point.memory[PLUGIN], first.memory[PLUGIN]),
                     "%.0f" % point.memory[NONE], "ok" if is_linear(points[:number]) else "OVER"])
    return rows
