# SPDX-License-Identifier: GPL-2.0-or-later
"""Damaged captures: editcap changes bytes at random, and tshark with the plugin must get through all the same."""

import concurrent.futures
import os
import re
import shutil
import subprocess
import time
import unittest

from lib import hep_twin
from lib.tshark import TSHARK, TsharkTest, environment
from tshark.outputs import all_flows_capture, captures_of_others, mixed_capture

EDITCAP = os.environ.get("EDITCAP", "editcap")
SAMPLE = os.path.join(os.path.dirname(__file__), "..", "captures", "sample.pcap")
SECONDS = 60  # in which all of it is done, on any machine: the rounds that do not fit are left out
LARGEST = 4000000  # bytes of a capture; larger ones would take all of that time
RATES = ("0.02", "0.005")  # chance that a byte is changed
LOOKS = ((), ("-2", "-o", "sipexplain.look_ahead:TRUE"))
BAD = re.compile(r"sipexplain|assertion|\bERROR\b|\bSIG[A-Z]+\b|abort|core dumped|"
                 r"Dissector bug|Sanitizer", re.IGNORECASE)
# What Wireshark says in the tree when a dissector, here ours, breaks its rules.
BAD_TREE = re.compile(r"Dissector bug, protocol [^:]*SIP Explain|packet-sipexplain|"
                      r"Malformed Packet: [^\]]*SIP Explain")


class EditcapTest(TsharkTest):

    def captures(self):
        """Paths of the captures to damage."""
        flows = all_flows_capture(self.path("flows.pcap"))
        hep_twin.twin(self.tshark, flows, self.path("hep.pcap"))
        return [mixed_capture(self.path("mixed.pcap")), flows, self.path("hep.pcap"),
                SAMPLE] + captures_of_others(LARGEST)

    def damaged(self, capture, rate, seed):
        """A damaged copy of a capture; None where editcap cannot read it."""
        target = self.path("%s-%s-%d.pcapng" % (os.path.basename(capture), rate, seed))
        done = subprocess.run([EDITCAP, "-E", rate, "--seed", str(seed), capture, target],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return target if done.returncode == 0 and os.path.getsize(target) > 0 else None

    def look(self, path, arguments):
        """One run of tshark; returns the lines that tell what is wrong with it."""
        try:
            done = subprocess.run([TSHARK, "-n", "-r", path, "-V", *arguments], check=False,
                                  env=environment(self.folder), stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  timeout=2 * SECONDS, encoding="utf-8", errors="replace")
        except subprocess.TimeoutExpired:
            return ["no end within %d seconds" % (2 * SECONDS)]
        wrong = [] if done.returncode == 0 else ["exit status %d" % done.returncode]
        wrong += [text for text in done.stderr.splitlines() if BAD.search(text)]
        wrong += [text for text in done.stdout.splitlines() if BAD_TREE.search(text)]
        self.explained += done.stdout.count("\nSIP Explain: ")
        return wrong[:10]

    def round(self, job):
        """What is wrong with one damaged capture, as lines; None if it was not looked at."""
        capture, rate, seed = job
        path = self.damaged(capture, rate, seed) if time.monotonic() < self.end else None
        if path is None:
            return None
        wrong = []
        for arguments in LOOKS:
            found = self.look(path, arguments)
            if found:
                wrong += ["editcap -E %s --seed %d %s a.pcapng; tshark -n -r a.pcapng -V %s" % (
                    rate, seed, capture, " ".join(arguments))] + found
        os.remove(path)
        return wrong

    @unittest.skipUnless(shutil.which(EDITCAP), "editcap is not installed (wireshark-common)")
    def test_damaged_captures(self):
        captures = self.captures()
        self.end, self.explained = time.monotonic() + SECONDS, 0
        jobs = [(capture, rate, seed) for seed in range(1, 1 + max(2, 40 // len(captures)))
                for rate in RATES for capture in captures]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            done = [wrong for wrong in pool.map(self.round, jobs) if wrong is not None]
        self.assertEqual("\n".join(text for wrong in done for text in wrong), "")
        self.assertGreaterEqual(len(done), 3)
        self.assertGreater(self.explained, 100)


if __name__ == "__main__":
    unittest.main()
