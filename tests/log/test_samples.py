# SPDX-License-Identifier: GPL-2.0-or-later
"""Each sample holds the conversation of layouts.py; so do the logs of SX_LOGS, if that names a folder of further ones."""

import os
import re
import subprocess
import unittest

from .layouts import LAYOUTS, conversation
from .reader import LOOK, SAMPLES, look

FURTHER = os.environ.get("SX_LOGS", "")
TWO_CALLS = re.compile(rb"Call-ID: (reg|call)-1@")


class SampleTest(unittest.TestCase):
    """The files as they are committed."""

    def test_samples(self):
        names = sorted(os.listdir(SAMPLES))
        formats = {layout.write.__name__: layout.name for layout in LAYOUTS}
        for name in names:
            with self.subTest(name):
                read = look("--again", os.path.join(SAMPLES, name))
                self.assertEqual([m.text for m in read.messages], [m.data for m in conversation()])
                self.assertEqual({m.format for m in read.messages}, {formats.get(name[:-4], "bare")})
                self.assertEqual((read.result, read.differ), ("end", 0))

    def test_every_format_has_a_sample(self):
        listed = subprocess.run([LOOK, "--formats"], stdout=subprocess.PIPE, check=True).stdout.decode().split()
        seen = {m.format for name in os.listdir(SAMPLES) for m in look(os.path.join(SAMPLES, name)).messages}
        self.assertEqual(set(listed), seen)


@unittest.skipUnless(os.path.isdir(FURTHER), "SX_LOGS names no folder of further logs")
class FurtherTest(unittest.TestCase):
    """Logs that are not part of this repository, one conversation in all of them, described by their README.md."""

    @classmethod
    def setUpClass(cls):
        with open(os.path.join(FURTHER, "README.md"), encoding="utf-8") as file:
            rows = re.findall(r"^\| (\S+\.\w+) \| ([^|]+) \| (\d+) \| ([^|]+) \| ([^|]+) \|$", file.read(), re.M)
        cls.rows = {name: (writer, int(count), clock, ends) for name, writer, count, clock, ends in rows}
        cls.read = {name: look("--again", os.path.join(FURTHER, name)) for name in cls.rows}

    def for_each(self):
        """All logs, with what is said of them."""
        for name, row in self.rows.items():
            with self.subTest(name):
                yield self.read[name], row

    def test_counts(self):
        self.assertEqual(set(self.rows), set(os.listdir(FURTHER)) - {"README.md"})
        for read, (_, count, _, _) in self.for_each():
            self.assertEqual((len(read.messages), read.differ, read.result), (count, 0, "end"))
            self.assertFalse(any(m.cut for m in read.messages))
            self.assertTrue(all(TWO_CALLS.search(m.text) for m in read.messages))

    def test_the_messages_are_the_same_in_all(self):
        servers = [read for read, (writer, _, _, _) in self.for_each() if not writer.startswith(("phone", "browser"))]
        self.assertGreater(len(servers), 10)
        for read in servers:
            self.assertEqual([m.text for m in read.messages], [m.text for m in servers[0].messages])

    def test_times(self):
        for read, (_, count, clock, _) in self.for_each():
            wanted = "none" if clock == "none" else "ms" if clock.startswith("relative") else clock.split(",")[0]
            self.assertEqual({m.precision for m in read.messages}, {wanted})
            if wanted == "none":
                continue
            base = read.messages[0].time
            gaps = [m.time - base for m in read.messages]
            unit = {"s": 1000000, "ms": 1000, "us": 1}[wanted]
            if count == 11:  # the 200 four times
                self.assertEqual([(gap - gaps[7]) // 1000 for gap in gaps[7:]],
                                 [0, 1000, 2000, 4000] if wanted == "s" else [0, 500, 1500, 3500])
            for gap, whole in zip(gaps, (0, 4000, 35000, 40000, 3060000)):
                self.assertAlmostEqual(gap, whole // unit * unit, delta=max(unit, 20))
            flags = read.messages[0].flags
            if clock in ("none", "relative only") or "no date" in clock:
                self.assertEqual(flags, 0)
            elif wanted != "none":
                self.assertTrue(flags & 1)
                self.assertEqual(bool(flags & 2), "no year" not in clock)
                self.assertEqual(base // 1000000, 1795165200)

    def test_addresses(self):
        for read, (writer, _, _, ends) in self.for_each():
            logs_phone = writer.startswith(("phone", "browser"))
            for m in read.messages:
                from_phone = (m.text.startswith((b"REGISTER", b"INVITE", b"ACK")))
                phone, server = (m.source, m.destination) if from_phone else (m.destination, m.source)
                if m.direction:
                    self.assertEqual(m.direction == "sent", from_phone == logs_phone)
                peer = server if logs_phone else phone
                wanted = {"none": "made up", "both": "said", "peer": "said"}[ends]
                if peer.host == "voice.example.com":
                    wanted = "named"
                self.assertEqual(peer.origin, wanted)
                if wanted == "said":
                    self.assertEqual((peer.ip, peer.port), ("192.0.2.1" if logs_phone else "198.51.100.7", 5060))
                own = phone if logs_phone else server
                self.assertEqual(own.ip, "198.51.100.7" if logs_phone else "192.0.2.1")


if __name__ == "__main__":
    unittest.main()
