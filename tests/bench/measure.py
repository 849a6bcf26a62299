# SPDX-License-Identifier: GPL-2.0-or-later
"""Instructions, times and memory of one run of a program."""

import concurrent.futures
import os
import re
import statistics
import subprocess
import sys

from variants import CannotMeasure

# Both count the same instructions; callgrind takes twice as long and leaves out the dynamic linker's first steps.
TOOLS = {
    "cachegrind": ["--cache-sim=no", "--cachegrind-out-file=/dev/null"],
    "callgrind": ["--callgrind-out-file=/dev/null"],
}


def run(command, options):
    """Runs to the end; returns processor seconds, peak memory in bytes and the text on stderr."""
    try:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options)
    except OSError as error:
        raise CannotMeasure("%s: %s" % (command[0], error)) from error
    words = process.stderr.read().decode("utf-8", "replace")
    process.stderr.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise CannotMeasure("%s ended with %d: %s" % (" ".join(command), process.returncode, words[-500:]))
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, words


class Instructions:
    """Instruction counts of runs, several at a time; each run that was asked for twice is made once."""

    def __init__(self, place, tool):
        self._place = place
        self._tool = ["valgrind", "--tool=" + tool] + TOOLS[tool]
        self._pool = concurrent.futures.ThreadPoolExecutor(min(4, os.cpu_count() or 1))
        self._runs = {}
        self._done = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._pool.shutdown(cancel_futures=True)

    def _count(self, variant, arguments):
        command = self._tool + self._place.command(variant, arguments)
        words = run(command, self._place.options(variant))[2]
        found = re.search(r"I +refs: +([\d,]+)", words)
        if found is None:
            raise CannotMeasure("valgrind counted nothing: " + words[-500:])
        self._done += 1
        show_progress("instructions: %d of %d runs" % (self._done, sum(map(len, self._runs.values()))))
        return int(found.group(1).replace(",", ""))

    def ask(self, variant, arguments, repeats=1):
        """Starts runs, unless they were started before."""
        key = variant, tuple(arguments)
        if key not in self._runs:
            self._runs[key] = [self._pool.submit(self._count, variant, list(arguments)) for _ in range(repeats)]

    def wait(self):
        """Waits for all runs: times and memory need a quiet machine."""
        for futures in self._runs.values():
            for future in futures:
                future.result()

    def get(self, variant, arguments):
        """The count of a run that was asked for: the smallest of its repeats, for noise only adds."""
        return min(future.result() for future in self._runs[variant, tuple(arguments)])


def in_turns(place, arguments, rounds, variants=None, pick=statistics.median):
    """Processor time and peak memory by variant, from runs taken in turns A B C A B C: their medians, or what is picked."""
    variants = variants or place.variants
    times = {variant: [] for variant in variants}
    peaks = {variant: [] for variant in variants}
    for _ in range(rounds):
        for variant in variants:
            seconds, peak, _ = run(place.command(variant, arguments), place.options(variant))
            times[variant].append(seconds)
            peaks[variant].append(peak)
    return ({variant: pick(values) for variant, values in times.items()},
            {variant: pick(values) for variant, values in peaks.items()})


def show_progress(text):
    """A line on a terminal that the next one overwrites."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K" + text)
        sys.stderr.flush()
