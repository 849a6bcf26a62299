# SPDX-License-Identifier: GPL-2.0-or-later
"""The rows of the budget table: what is run, what it may cost, what it costs."""

import collections
import statistics

from measure import in_turns, run, show_progress
from variants import NONE, PLUGIN

BYTES_PER_MESSAGE = 400
NOISE = 0.0005  # of a run; less is no finding

# limit: how much more than without a plugin, or None; repeats: where the limit is narrow
Row = collections.namedtuple("Row", "what limit capture arguments repeats")
ROWS = (
    Row("no SIP, -r", 0.02, "without_sip", ("-r", "{in}"), 2),
    Row("SIP and RTP, -r", None, "sip_and_rtp", ("-r", "{in}"), 1),
    Row("SIP only, one line a packet", 0.10, "sip", ("-r", "{in}"), 1),
    Row("SIP only, -2: all is diagnosed", None, "sip", ("-2", "-r", "{in}"), 1),
    Row("SIP only, -Y a code that none has", None, "sip", ("-r", "{in}", "-Y", "{code} == 999"), 1),
    Row("SIP only, -V", 0.20, "sip_details", ("-r", "{in}", "-V"), 1),
    Row("SIP only, -T fields -e code", None, "sip_details", ("-r", "{in}", "-T", "fields", "-e", "{code}"), 1),
    Row("SIP only, -r a -w b", 0.001, "sip", ("-r", "{in}", "-w", "{out}"), 2),
    Row("start-up, -G protocols", 0.01, None, ("-G", "protocols"), 2),
)


# Ratios of processor time to that of "-r" without a plugin, on many messages.
TIMES = (("one line a packet", 0.15, ()), ("-q -z sipexplain,calls,json", 0.20, ("-q", "-z", "sipexplain,calls,json")))


def _filled(row, capture):
    return tuple(part.replace("{in}", capture or "") for part in row.arguments)


def _percent(ratio, digits=2):
    return "%+.*f %%" % (digits, (ratio - 1) * 100)


def table(lines):
    """Aligned Markdown from a list of rows, the first of them the headings."""
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    rows = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |" for line in lines]
    rows.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(rows)


# ---- ratios against no plugin ----------------------------------------------------------------

def ask_for_rows(instructions, variants, captures):
    """Starts the instruction counts of all rows, on their captures and on the empty one."""
    for row in ROWS:
        for variant in variants:
            instructions.ask(variant, _filled(row, captures.get(row.capture)), row.repeats)
    for row in ROWS:
        for variant in variants if row.capture else ():
            instructions.ask(variant, _filled(row, captures["empty"]), row.repeats)


class Ratios:
    """Instruction ratios of one row."""

    def __init__(self, row, instructions, captures):
        self._row = row
        self._instructions = instructions
        self._captures = captures

    def _counts(self, variant):
        whole = self._instructions.get(variant, _filled(self._row, self._captures.get(self._row.capture)))
        if self._row.capture is None:
            return whole, 0
        return whole, self._instructions.get(variant, _filled(self._row, self._captures["empty"]))

    def plain(self, variant):
        """Of the whole runs."""
        return self._counts(variant)[0] / self._counts(NONE)[0]

    def net(self, variant):
        """Of the runs less what they cost on an empty capture, or None."""
        if self._row.capture is None:
            return None
        whole, start = self._counts(variant)
        none_whole, none_start = self._counts(NONE)
        return (whole - start) / (none_whole - none_start)

    def mark(self):
        """ok or OVER by the whole runs, with a word when the packets alone would say otherwise."""
        if self._row.limit is None:
            return "no limit"
        is_over = self.plain(PLUGIN) - 1 > self._row.limit
        if self._row.capture is None:
            return "OVER" if is_over else "ok"
        whole, start = self._counts(PLUGIN)
        none_whole, none_start = self._counts(NONE)
        allowed = (none_whole - none_start) * (1 + self._row.limit) + none_whole * NOISE
        is_net_over = whole - start > allowed
        if is_over:
            return "OVER" if is_net_over else "OVER by start-up"
        return "ok, net OVER" if is_net_over else "ok"


def ratio_rows(place, instructions, captures, rounds):
    """The rows with ratios: a list of lists of cells, with headings."""
    others = [variant for variant in place.variants if variant != NONE]
    heading = ["what", "limit"]
    for variant in others:
        heading += ["%s / none" % variant, "net of start-up", "time"]
    lines = [heading + ["mark"]]
    for row in ROWS:
        ratios = Ratios(row, instructions, captures)
        show_progress("times: " + row.what)
        times, _ = in_turns(place, _filled(row, captures.get(row.capture)), rounds)
        line = [row.what, "-" if row.limit is None else "+%g %%" % (row.limit * 100)]
        for variant in others:
            net = ratios.net(variant)
            line += [_percent(ratios.plain(variant)), "-" if net is None else _percent(net),
                     _percent(times[variant] / times[NONE], 0)]
        lines.append(line + [ratios.mark()])
    return lines


def time_rows(place, capture, messages, rounds):
    """The rows of TIMES: headings and cells; the runs are taken in turns."""
    runs = [(NONE, ("-r", capture))] + [(PLUGIN, ("-r", capture, *more)) for _, _, more in TIMES]
    seconds = [[] for _ in runs]
    for turn in range(rounds):
        show_progress("times of %d messages: turn %d of %d" % (messages, turn + 1, rounds))
        for (variant, arguments), of_run in zip(runs, seconds):
            of_run.append(run(place.command(variant, arguments), place.options(variant))[0])
    base, *others = [statistics.median(of_run) for of_run in seconds]
    return [["what", "limit", "processor time / none", "mark"]] + [
        ["%d messages, %s" % (messages, what), "+%g %%" % (limit * 100), _percent(time / base, 1),
         "ok" if time / base - 1 <= limit else "OVER"]
        for (what, limit, _), time in zip(TIMES, others)]


# ---- memory ------------------------------------------------------------------------------------

def memory_lines(bytes_a_message, messages):
    """The memory budget: headings and a row. Start-up is not taken off."""
    others = [variant for variant in bytes_a_message if variant != NONE]
    mark = "ok" if bytes_a_message[PLUGIN] <= BYTES_PER_MESSAGE else "OVER"
    return [["what", "limit"] + others + ["mark"],
            ["bytes a SIP message (%d)" % messages, "%d" % BYTES_PER_MESSAGE] +
            ["%.0f" % bytes_a_message[variant] for variant in others] + [mark]]
