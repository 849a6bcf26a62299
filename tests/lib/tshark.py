# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs tshark and sharkd with, or without, the plugin, in a home of their own."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest

TSHARK = os.environ.get("TSHARK", "tshark")
SHARKD = os.environ.get("SHARKD", "sharkd")
PLUGIN_DIR = os.environ.get("SX_PLUGIN_DIR", "")


def environment(home, plugin=True, locale=()):
    """The environment of a Wireshark program: own settings, plain locale or another, the plugin or none."""
    env = {name: value for name, value in os.environ.items()
           if not name.startswith(("WIRESHARK_", "XDG_", "LC_", "LANG"))}
    env.update(HOME=home, LC_ALL="C.UTF-8", TZ="UTC",
               WIRESHARK_PLUGIN_DIR=PLUGIN_DIR if plugin else os.path.join(home, "no-plugins"))
    if locale:
        del env["LC_ALL"]
        env.update(LC_CTYPE="C.UTF-8", **dict(locale))
    return env


class TsharkTest(unittest.TestCase):
    """A test with a temporary folder and tshark. Wireshark ignores plugin folders for root."""

    maxDiff = None
    options = ()  # of every tshark run of the class
    locale = ()  # pairs such as ("LANG", "ru_RU.UTF-8"), in place of the plain one

    @classmethod
    def setUpClass(cls):
        if os.geteuid() == 0:
            raise RuntimeError("Wireshark loads no plugin for root: run ./test.sh, it steps down")
        if not os.path.isdir(PLUGIN_DIR):
            raise RuntimeError("SX_PLUGIN_DIR must name the build's plugins folder")

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="sipexplain-")
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name):
        """A path in the test's own folder."""
        return os.path.join(self.folder, name)

    def run_program(self, program, *args, plugin=True, stdin=None, check=True):
        """Runs a Wireshark program; returns the completed process with text output."""
        done = subprocess.run([program, *args], env=environment(self.folder, plugin, self.locale),
                              input=stdin,
                              stdin=subprocess.DEVNULL if stdin is None else None,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
                              timeout=300, check=False)
        if check:
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(done.stderr, "", "nothing belongs on stderr")
        return done

    def tshark(self, *args, **options):
        """Output of tshark -n with these arguments; fails on any word on stderr."""
        return self.run_program(TSHARK, "-n", *self.options, *args, **options).stdout

    def fields(self, capture, *names, args=()):
        """One list of values for each frame that has the first field; repeated values joined with |."""
        columns = [part for name in names for part in ("-e", name)]
        out = self.tshark("-r", capture, *args, "-Y", names[0], "-T", "fields",
                          "-E", "aggregator=|", *columns)
        return [line.split("\t") for line in out.splitlines()]

    def sharkd(self, *requests):
        """Answers of sharkd to JSON-RPC requests given as (method, parameters)."""
        lines = [json.dumps({"jsonrpc": "2.0", "id": i + 1, "method": method, "params": params})
                 for i, (method, params) in enumerate(requests)]
        done = self.run_program(SHARKD, "-", stdin="\n".join(lines) + "\n", check=False)
        answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        return [answer for answer in answers if "id" in answer]
