# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the command sipexplain as a user would: in a pipe, or on a terminal."""

import os
import pty
import struct
import subprocess
import termios
import fcntl
import unittest

BUILD = os.environ.get("SX_BUILD_DIR", "")
COMMAND = os.path.join(BUILD, "sipexplain")


def environment(**variables):
    """One in which nothing of the user's own counts."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "ASAN_OPTIONS") if name in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8", "TERM": "xterm", **variables}


@unittest.skipUnless(os.path.exists(COMMAND), "no command in SX_BUILD_DIR")
class CommandTest(unittest.TestCase):
    """With the command at hand."""

    def run_it(self, *args, status=0, **variables):
        """What it prints into a pipe; nothing on standard error unless the exit status says so."""
        done = subprocess.run([COMMAND, *args], capture_output=True, encoding="utf-8",
                              env=environment(**variables), check=False)
        self.assertEqual(done.returncode, status, done.stderr)
        if status < 2:
            self.assertEqual(done.stderr, "")
        return done.stdout

    def wrong_usage(self, *args, **variables):
        """The one line that it says."""
        done = subprocess.run([COMMAND, *args], capture_output=True, encoding="utf-8",
                              env=environment(**variables), check=False)
        self.assertEqual((done.returncode, done.stdout), (2, ""), args)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        return done.stderr.rstrip("\n")

    def on_terminal(self, *args, columns=80, **variables):
        """What it prints on a terminal of this width."""
        parent, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen([COMMAND, *args], stdin=child, stdout=child, stderr=child,
                                   env=environment(**variables), close_fds=True)
        os.close(child)
        out = b""
        while True:
            try:
                piece = os.read(parent, 65536)
            except OSError:  # Linux: the other end was closed
                piece = b""
            if not piece:
                break
            out += piece
        os.close(parent)
        self.assertEqual(process.wait(), 0, out)
        return out.decode("utf-8").replace("\r\n", "\n")
