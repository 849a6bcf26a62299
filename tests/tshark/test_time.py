# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures whose frames have no time, or one to the second only: pcapng of Simple Packet Blocks, or of such an interface."""

import re
import struct
import unittest

from lib import pcap, sip
from lib.tshark import TsharkTest

ALICE, BOB = ("192.0.2.10", 5060), ("198.51.100.20", 5060)
SPOKEN_TIME = re.compile(r"\d m?s\b")
ROWS = ("verdict", "headline", "evidence")  # all that is said of this conversation alone
RESOLUTION = {"us": 6, "ms": 3, "s": 0}  # if_tsresol


def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length


def pcapng(capture, clock):
    """The frames of a capture with times as fine as the clock, None: without any."""
    digits = RESOLUTION.get(clock, 6)
    blocks = [block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)),
              block(1, struct.pack("<HHIHHBxxxHH", 1, 0, 0, 9, 1, digits, 0, 0))]
    for micros, data, length in capture.frames:
        if clock is None:
            blocks.append(block(3, struct.pack("<I", length) + data))
            continue
        time = micros // 10 ** (6 - digits)
        blocks.append(block(6, struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, len(data), length) + data))
    return b"".join(blocks)


class TimeTest(TsharkTest):

    def conversation(self, clock):
        """{frame: diagnoses}, and what was said, of an answer that is sent four times, for no ACK comes."""
        invite = sip.request("INVITE")
        answer = sip.response(200, "OK", invite, [("Contact", "<sip:bob@198.51.100.20>")])
        capture = pcap.Capture()
        capture.udp(ALICE, BOB, invite)
        for seconds in (0.1, 0.6, 1.6, 3.6):
            capture.at(seconds).udp(BOB, ALICE, answer)
        path = self.path("test.pcapng")
        with open(path, "wb") as stream:
            stream.write(pcapng(capture, clock))
        names = ["sipexplain." + name for name in (*ROWS, "diagnosis", "answer_time")]
        for args in ((), ("-2",)):
            rows = [line.split("\t") for line in self.tshark(
                "-r", path, "-T", "fields", *args, "-e", "frame.number",
                *(word for name in names for word in ("-e", name))).splitlines()]
            yield ({int(row[0]): row[4].split(",") for row in rows}, "\n".join("; ".join(row[1:4]) for row in rows),
                   [row[5] for row in rows])

    def test_a_missing_ack_is_found_with_every_clock(self):
        for clock in ("us", "ms", "s", None):
            for diagnoses, said, answered in self.conversation(clock):
                with self.subTest(clock=clock):
                    self.assertIn("retransmit.repeated", diagnoses[3])
                    self.assertIn("ack.missing", diagnoses[4] + diagnoses[5])
                    self.assertNotIn("benign.duplicate-capture", sum(diagnoses.values(), []))
                    self.assertEqual(bool(SPOKEN_TIME.search(said)), clock in ("us", "ms"), said)
                    self.assertEqual(any(answered), clock in ("us", "ms"), answered)

    def test_a_frame_that_was_captured_twice(self):
        """Its time tells it from a retransmission; to the second, the number of the IP packet does."""
        for clock, ident, duplicate in (("us", 0, True), ("s", 0, False), ("s", 7, True), (None, 7, False)):
            capture = pcap.Capture(step=0.001)
            for _ in range(2):
                capture.udp(ALICE, BOB, sip.request("INVITE"), ident=ident)
            path = self.path("twice.pcapng")
            with open(path, "wb") as stream:
                stream.write(pcapng(capture, clock))
            out = self.tshark("-r", path, "-T", "fields", "-e", "sipexplain.diagnosis")
            self.assertEqual("benign.duplicate-capture" in out, duplicate, (clock, ident))
            self.assertEqual("retransmit.repeated" in out, not duplicate, (clock, ident))


if __name__ == "__main__":
    unittest.main()
