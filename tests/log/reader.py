# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs log_look (look.c) and gives what it prints."""

import collections
import json
import os
import subprocess
import tempfile

LOOK = os.environ.get("SX_LOG_LOOK") or os.path.join(os.environ.get("SX_BUILD_DIR", ""), "tests", "log_look")
SAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "samples")

# repairs, as in log.h
LINE_ENDS, PREFIXES, COLORS, ESCAPES, ENTITIES, DOUBLED, JOINED, EMPTY_LINE, WRAPPED, LENGTH = (
    1 << bit for bit in range(10))
DATED, YEAR, ZONED = 1, 2, 4

Read = collections.namedtuple("Read", "messages result differ remarks")
End = collections.namedtuple("End", "ip port origin host")


class Message:
    """One message that was found."""

    def __init__(self, fields):
        self.__dict__.update(fields)
        self.text = fields["text"].encode("latin-1")
        self.source = End(**fields["source"])
        self.destination = End(**fields["destination"])

    @property
    def ends(self):
        """Both ends as text."""
        return tuple("%s:%d" % (end.ip, end.port) for end in (self.source, self.destination))


def look(*arguments, data=None, env=None):
    """What log_look prints; data: standard input."""
    done = subprocess.run([LOOK, *arguments], input=data, stdin=subprocess.DEVNULL if data is None else None,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=120, env=env)
    if done.returncode != 0:
        raise RuntimeError("%s: %d %s" % (arguments, done.returncode, done.stderr.decode("utf-8", "replace")))
    lines = [json.loads(line) for line in done.stdout.decode("ascii").splitlines()]
    last = lines.pop()
    return Read([Message(line) for line in lines], last["result"], last["differ"], last["remarks"])


def read_bytes(data, *arguments):
    """The messages of a text; given on standard input, or in a file if they are to be read again."""
    if "--again" not in arguments:
        return look(*arguments, "-", data=data)
    with tempfile.NamedTemporaryFile(prefix="sipexplain-log-") as file:
        file.write(data)
        file.flush()
        return look(*arguments, file.name)
