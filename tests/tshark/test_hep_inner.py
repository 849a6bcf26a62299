# SPDX-License-Identifier: GPL-2.0-or-later
"""SIP inside HEP is explained as if it had been captured where the agent was: by its own ends and times."""

import concurrent.futures
import csv
import io
import os
import re
import unittest

from lib import hep, hep_senders, hep_twin, pcap, sip
from lib.streams import CLIENT, TcpStream
from lib.tshark import TsharkTest

from .outputs import (LOOK_AHEAD, all_flows_capture, captures_of_others, mixed_capture,
                      trees_of)

PHONE, SERVER, NEXT = ("192.0.2.10", 5060), ("198.51.100.20", 5062), ("203.0.113.5", 5064)
PHONE6, SERVER6 = ("2001:db8::10", 5060), ("2001:db8:1::20", 5062)
NOON = 1800000000250000  # microseconds
SECOND = 1000000

# HEP does not have the identification of IP packets, which tells copies from repetitions in these cases.
BY_IDENTIFICATION = ("flow/duplicate-in-tunnel", "flow/duplicate-not")


def invite(**options):
    """An INVITE and the answer 486, with an ACK."""
    ask = sip.request("INVITE", **options)
    busy = sip.response(486, "Busy Here", ask)
    return ask, busy, sip.ack(ask, busy)


class InnerTest(TsharkTest):

    def setUp(self):
        super().setUp()
        self.capture = pcap.Capture()

    def write(self):
        """The path of the capture."""
        return self.capture.write(self.path("hep.pcap"))

    def trees(self, path, *args):
        """(frame, lines) of each tree of ours."""
        return trees_of(self.tshark("-r", path, "-O", "sipexplain", *args))

    def lines(self, *args):
        """All lines of the trees of the capture."""
        return "\n".join("\n".join(lines) for _, lines in self.trees(self.write(), *args))

    def report(self, *names):
        """These columns of the report of messages."""
        text = self.tshark("-r", self.write(), "-q", "-z", "sipexplain,messages,csv")
        return [[row[name] for name in names] for row in csv.DictReader(io.StringIO(text))]

    def udp(self, *packets):
        """Add HEP packets as datagrams."""
        for packet in packets:
            self.capture.udp(hep.AGENT, hep.COLLECTOR, packet)


class TimeTest(InnerTest):

    def test_the_time_of_the_agent_counts(self):
        ask, busy, ack = invite()
        self.udp(hep.hep3(ask, PHONE, SERVER, NOON), hep.hep3(busy, SERVER, PHONE, NOON + 7 * SECOND),
                 hep.hep3(ack, PHONE, SERVER, NOON + 7 * SECOND + 10000))
        self.assertIn("answers frame 1 after 7 s", self.lines())
        found = self.tshark("-r", self.write(), "-Y", "sip.Status-Code", "-T", "fields", "-e",
                            "sipexplain.answer_time", "-e", "sip.response-time")
        self.assertEqual(found.split(), ["7.000000000", "7000"])

    def test_each_packet_of_a_segment_has_its_own_time_and_ends(self):
        ask, busy, _ = invite(transport="TCP")
        relayed = sip.request("INVITE", transport="TCP", call="other", via="198.51.100.20:5062")
        TcpStream(self.capture, hep.AGENT, hep.COLLECTOR).send(CLIENT, b"".join((
            hep.hep3(ask, PHONE, SERVER, NOON, protocol=hep.TCP),
            hep.hep3(relayed, SERVER, NEXT, NOON + SECOND, protocol=hep.TLS),
            hep.hep3(sip.response(503, "Service Unavailable", relayed), NEXT, SERVER, NOON + 2 * SECOND,
                     protocol=hep.TLS),
            hep.hep3(busy, SERVER, PHONE, NOON + 5 * SECOND, protocol=hep.TCP))))
        names = ("code", "source", "destination", "answer_time", "time")
        self.assertEqual(self.report(*names), [
            ["503", NEXT[0], SERVER[0], "1.000", "2027-01-15T08:00:02.250000Z"],
            ["486", SERVER[0], PHONE[0], "5.000", "2027-01-15T08:00:05.250000Z"]])
        lines = self.lines()
        self.assertIn("answers frame 1 after 5 s", lines)
        self.assertIn("answers frame 1 after 1 s", lines)

    def test_packets_in_the_wrong_order(self):
        ask, busy, _ = invite()
        self.udp(hep.hep3(ask, PHONE, SERVER, NOON), hep.hep3(busy, SERVER, PHONE, NOON - SECOND))
        self.assertIn("486 Busy Here", self.lines())
        self.assertNotIn("-", re.sub("[^0-9-]", "", self.tshark(
            "-r", self.write(), "-T", "fields", "-e", "sipexplain.answer_time")))

    def test_without_a_time_that_of_the_frame_counts(self):
        ask, busy, _ = invite()
        self.capture.step = 3
        self.udp(hep.hep2(ask, PHONE, SERVER, 0, version=1), hep.hep2(busy, SERVER, PHONE, 0, version=1))
        self.assertIn("answers frame 1 after 3 s", self.lines())


class EndsTest(InnerTest):

    def test_repetition_needs_the_inner_transport(self):
        ask, _, _ = invite()
        for protocol, word in ((hep.UDP, "sent again: copy 2"), (hep.TCP, None)):
            self.capture = pcap.Capture()
            self.udp(*[hep.hep3(ask, PHONE, SERVER, NOON + at, protocol=protocol)
                       for at in (0, 500000)])
            self.assertEqual(word is not None and word in self.lines(), word is not None)

    def test_a_hop_is_one_of_the_inner_network(self):
        ask, busy, _ = invite()
        relayed = ask.replace(b"Via:", b"Via: SIP/2.0/UDP 198.51.100.20:5062;branch=z9hG4bK-relay\r\nVia:", 1)
        back = sip.response(486, "Busy Here", relayed)
        self.udp(hep.hep3(ask, PHONE, SERVER, NOON), hep.hep3(relayed, SERVER, NEXT, NOON + 1000),
                 hep.hep3(back, NEXT, SERVER, NOON + 2000), hep.hep3(busy, SERVER, PHONE, NOON + 3000))
        found = self.tshark("-r", self.write(), "-Y", "sip.Status-Code", "-T", "fields", "-e",
                            "frame.number", "-e", "sipexplain.request_frame", "-e",
                            "sipexplain.relayed_from")
        self.assertEqual([line.split("\t") for line in found.splitlines()],
                         [["3", "2", ""], ["4", "1", "3"]])

    def test_message_in_a_message(self):
        inner = sip.response(404, "Not Found", sip.request("INVITE", call="inner"))
        outer = sip.request("INVITE", headers=[("Content-Type", "message/sip")], body=inner)
        self.udp(hep.hep3(outer, PHONE, SERVER, NOON), hep.hep3(outer, PHONE, SERVER, NOON, compress=True))
        found = self.tshark("-r", self.write(), "-Y", "sipexplain.quoted", "-T", "fields", "-e",
                            "sipexplain.code")
        self.assertEqual(found.split(), ["404", "404"])


class SendersTest(InnerTest):
    """What programs of others send; see lib/hep_senders.py."""

    def sent(self, senders, ends, protocol):
        """[the explanations] of a call that each sender reports as one of its own, in one capture."""
        self.capture = pcap.Capture()
        via = "%s:5060" % (ends[0][0] if "." in ends[0][0] else "[%s]" % ends[0][0])
        for number, sender in enumerate(senders):
            call = invite(transport="UDP" if protocol == hep.UDP else "TCP", via=via, call="call-%d" % number)
            for step, data in enumerate(call):
                src, dst = ends if step != 1 else ends[::-1]
                self.udp(sender(data, src, dst, NOON + (60 * number + step) * SECOND, protocol))
        trees = self.trees(self.write())
        self.assertEqual([frame % 3 for frame, _ in trees], [2] * len(senders))
        return ["\n".join(lines).replace("frame %d" % (frame - 1), "frame 1") for frame, lines in trees]

    def test_all_are_read_alike(self):
        for ends in (PHONE, SERVER), (PHONE6, SERVER6):
            for protocol in hep.UDP, hep.TCP, hep.TLS:
                found = self.sent(hep_senders.SENDERS, ends, protocol)
                self.assertIn("answers frame 1 after 1 s", found[0])
                for sender, one in zip(hep_senders.SENDERS, found):
                    with self.subTest(sender=sender.__name__, ends=ends, protocol=protocol):
                        self.assertEqual(one, found[0])
                self.assertEqual(self.tshark("-r", self.write(), "-Y",
                                             "sipexplain.hep.malformed || _ws.malformed"), "")

    def test_version_1_has_no_time(self):
        found = self.sent([hep_senders.kamailio_1], (PHONE, SERVER), hep.UDP)
        self.assertIn("answers frame 1 after 10 ms", found[0])


class TwinTest(InnerTest):
    """A capture and its HEP twin are explained alike."""

    def differences(self, path):
        """What is not alike, as (pass, frame, lines, lines of the twin); checks that there is HEP."""
        twin = path + ".twin"
        self.assertGreater(hep_twin.twin(self.tshark, path, twin), 0, path)
        found = []
        for args in (), ("-2", *LOOK_AHEAD):
            own, other = self.trees(path, *args), self.trees(twin, *args)
            found += [(args[:1], *pair) for pair in zip(own, other) if pair[0] != pair[1]]
            if len(own) != len(other):
                found.append((args[:1], len(own), len(other)))
        return found

    def all_alike(self, paths):
        """Fails on the first difference."""
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            for path, found in zip(paths, pool.map(self.differences, paths)):
                with self.subTest(path=os.path.basename(path)):
                    self.assertEqual(found[:1], [])

    def reports_alike(self, paths):
        """The same for reports, which leave out messages that were cut when captured: inside HEP they are whole."""
        for path in paths:
            for name in "calls", "messages", "findings":
                own, other = (self.tshark("-r", one, "-q", "-z", "sipexplain,%s,csv" % name)
                              for one in (path, path + ".twin"))
                with self.subTest(path=os.path.basename(path), report=name):
                    self.assertEqual(own, other)

    def test_flows(self):
        self.all_alike([all_flows_capture(self.path("flows.pcap"), BY_IDENTIFICATION)])

    def test_mixed(self):
        paths = [mixed_capture(self.path("mixed.pcap"))]
        self.all_alike(paths)
        self.reports_alike(paths)

    @unittest.skipUnless(os.environ.get("SX_CAPTURES"), "SX_CAPTURES names no folder with captures")
    def test_captures_of_others(self):
        copies = []
        for number, path in enumerate(captures_of_others()):
            copies.append(self.path("%d-%s" % (number, os.path.basename(path))))
            os.symlink(os.path.abspath(path), copies[-1])
        self.assertNotEqual(copies, [])
        self.all_alike(copies)
        self.reports_alike(copies)


if __name__ == "__main__":
    unittest.main()
