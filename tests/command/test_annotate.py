# SPDX-License-Identifier: GPL-2.0-or-later
"""sipexplain annotate: comments are there, all else is as it was."""

import gzip
import os
import struct
import subprocess
import unittest

from lib import pcap
from lib.tshark import TSHARK

from .command import COMMAND, environment
from .test_check import PHONE, PLUGINS, SERVER, WITH_TSHARK, CheckTest, trouble


def block(order, kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack(order + "II", kind, len(body) + 12) + body + struct.pack(order + "I", len(body) + 12)


def option(order, code, value):
    return struct.pack(order + "HH", code, len(value)) + value + b"\0" * (-len(value) % 4)


def section(order, length=-1):
    return block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, length))


def interface(order, linktype=1):
    return block(order, 1, struct.pack(order + "HHI", linktype, 0, 0) + option(order, 2, b"eth7") + option(order, 0, b""))


def packet(order, data, micros, options=b"", kind=6):
    return block(order, kind, struct.pack(order + "IIIII", 0, micros >> 32, micros & 0xFFFFFFFF, len(data), len(data)) +
                 data + b"\0" * (-len(data) % 4) + options)


SECRETS = "CLIENT_RANDOM %s %s\n" % ("ab" * 32, "cd" * 48)


@WITH_TSHARK
class AnnotateTest(CheckTest):

    def setUp(self):
        super().setUp()
        self.pcap = pcap.Capture()
        for data, by_server, _ in trouble():
            self.pcap.udp(*((SERVER, PHONE) if by_server else (PHONE, SERVER)), data)
        self.frames = [(kept, micros) for micros, kept, _ in self.pcap.frames]
        self.out = os.path.join(self.folder.name, "out.pcapng")

    def pcapng(self, order="<", options=b"", name="in.pcapng", more=b""):
        data = section(order) + interface(order) + more
        data += b"".join(packet(order, data, micros, options) for data, micros in self.frames)
        return self.write(name, data)

    def annotate(self, *args, status=0, **variables):
        done = subprocess.run([COMMAND, "annotate", *args], capture_output=True, check=False,
                              env={**environment(), "WIRESHARK_PLUGIN_DIR": PLUGINS, **variables})
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def fields(self, path, *names):
        done = subprocess.run([TSHARK, "-n", "-r", path, "-T", "fields", "-E", "separator=|", *(word for name in names for word in ("-e", name))],
                              capture_output=True, text=True, check=True, env=environment())
        return done.stdout.splitlines()

    def same_packets(self, one, other, *more):
        names = ("frame.number", "frame.time_epoch", "frame.len", "frame.cap_len", "eth.src", "sip.msg_hdr", "data.data", *more)
        self.assertEqual(self.fields(one, *names), self.fields(other, *names))

    def raw(self, path):
        """The packets as editcap writes them, which reads all blocks."""
        out = os.path.join(self.folder.name, "raw.pcap")
        subprocess.run(["editcap", "-F", "pcap", path, out], check=True, capture_output=True)
        with open(out, "rb") as file:
            return file.read()

    def test_comments_of_a_pcap(self):
        path = self.capture("in.pcap", self.pcap)
        self.annotate(path, self.out)
        self.same_packets(path, self.out)
        self.assertEqual(self.raw(path), self.raw(self.out))
        comments = self.fields(self.out, "frame.number", "frame.comment")
        self.assertTrue(comments[3].startswith("4|SIP Explain: 401 - wrong credentials for user"), comments)
        self.assertIn("What to do: ", comments[3])
        self.assertEqual(comments[1], "2|")  # a challenge is normal

    def test_all(self):
        self.annotate("--all", self.capture("in.pcap", self.pcap), self.out)
        self.assertTrue(self.fields(self.out, "frame.comment")[1].startswith("SIP Explain: 401 - "))

    def test_pcapng_of_both_byte_orders_keeps_blocks_and_comments(self):
        for order in "<>":
            with self.subTest(order=order):
                mine = option(order, 1, "mine \u2713".encode()) + option(order, 2, b"\0\0\0\1") + option(order, 0, b"")
                secrets = block(order, 10, struct.pack(order + "II", 0x544C534B, len(SECRETS)) + SECRETS.encode())
                names = block(order, 4, struct.pack(order + "HH", 1, 11) + b"\xc0\0\2\x0aphone\0" + b"\0" + struct.pack(order + "HH", 0, 0))
                path = self.pcapng(order, mine, more=secrets + names)
                self.annotate(path, self.out)
                self.same_packets(path, self.out, "frame.interface_id", "frame.interface_name")
                with open(path, "rb") as file, open(self.out, "rb") as other:
                    before, after = file.read(), other.read()
                head = len(section(order)) + len(interface(order)) + len(secrets) + len(names)
                self.assertEqual(before[:head], after[:head])
                comments = self.fields(self.out, "frame.comment")
                self.assertTrue(all(comment.startswith("mine \u2713") for comment in comments), comments)
                self.assertIn("SIP Explain: 401 - wrong credentials", comments[3])

    def test_two_sections_of_different_byte_order(self):
        half = len(self.frames) // 2
        data = b"".join(section(order, 4) + interface(order) + b"".join(packet(order, data, micros) for data, micros in part)
                        for order, part in (("<", self.frames[:half]), (">", self.frames[half:])))
        path = self.write("in.pcapng", data)
        self.annotate(path, self.out)
        self.same_packets(path, self.out)
        self.assertIn("wrong credentials", self.fields(self.out, "frame.comment")[3])

    def test_gzip(self):
        with open(self.pcapng(), "rb") as file:
            path = self.write("in.pcapng.gz", gzip.compress(file.read()))
        self.annotate(path, self.out)
        self.assertIn("wrong credentials", self.fields(self.out, "frame.comment")[3])

    def test_a_simple_packet_has_no_room(self):
        data = section("<") + interface("<") + b"".join(block("<", 3, struct.pack("<I", len(data)) + data) for data, _ in self.frames)
        done = self.annotate(self.write("in.pcapng", data), self.out)
        self.assertIn(b"had no room for a comment", done.stderr)
        with open(self.out, "rb") as file:
            self.assertEqual(file.read(), data)

    def test_masked(self):
        done = self.annotate("--mask", self.capture("in.pcap", self.pcap), self.out)
        self.assertIn(b"the packets are not", done.stderr)
        comments = "\n".join(self.fields(self.out, "frame.comment"))
        self.assertIn("wrong credentials", comments)
        self.assertNotRegex(comments, "1001|example|198.51.100.5\\b")

    def test_damage_leaves_nothing(self):
        with open(self.pcapng(), "rb") as file:
            good = file.read()
        at = len(section("<")) + len(interface("<"))
        bad = {"cut": good[:-30], "length": good[:at + 4] + b"\xff\xff\xff\x7f" + good[at + 8:], "zero": good[:at + 4] + bytes(4) + good[at + 8:],
               "none": b"no capture at all", "short": good[:9]}
        for name, data in bad.items():
            with self.subTest(name=name):
                path = self.write("bad", data)
                done = self.annotate(path, self.out, status=2)
                self.assertTrue(done.stderr)
                self.assertFalse([name for name in os.listdir(self.folder.name) if name.startswith("out")])

    def test_broken_options_are_copied_as_they_are(self):
        path = self.pcapng("<", struct.pack("<HH", 1, 60000) + b"abcd")
        done = subprocess.run([TSHARK, "-n", "-r", path], capture_output=True, check=False, env=environment())
        if done.returncode != 0:
            self.annotate(path, self.out, status=2)
        else:
            self.annotate(path, self.out)
            with open(path, "rb") as file, open(self.out, "rb") as other:
                self.assertEqual(file.read(), other.read())

    def test_the_capture_itself_is_never_written(self):
        path = self.capture("in.pcap", self.pcap)
        self.annotate(path, path, status=2)
        with open(path, "rb") as file:
            self.assertEqual(file.read(), self.pcap.to_bytes())

    def test_standard_output(self):
        done = self.annotate(self.capture("in.pcap", self.pcap), "-")
        self.assertTrue(done.stdout.startswith(b"\x0a\x0d\x0d\x0a"))

    def test_wrong_usage(self):
        for args in ((), ("one",), ("one", "two", "three"), ("-", "x"), ("--nothing", "x", "y")):
            self.assertEqual(len(self.annotate(*args, status=2).stderr.splitlines()), 1)


if __name__ == "__main__":
    unittest.main()
