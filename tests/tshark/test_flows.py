# SPDX-License-Identifier: GPL-2.0-or-later
"""Conversations through Wireshark: what the engine says of them is what tshark and sharkd show."""

import concurrent.futures
import json
import os
import shutil
import subprocess
import unittest

from flows import expect, flow, native, seen
from flows.cases import cases
from flows.wire import wire
from lib.tshark import TsharkTest, environment

PROGRAM = os.environ.get("SX_FLOW_LOOK", "")
# Each transport and each way in which a message may reach Wireshark, and some of each family.
THROUGH_TSHARK = (
    "detail/address-web", "detail/cut", "detail/hostile", "detail/reported", "detail/unknown-method",
    "flow/duplicate*", "flow/ack-failure-orphan", "flow/no-response-tcp", "flow/incomplete", "flow/fragmented",
    "flow/icmp*", "flow/ack-missing", "auth/header-missing-not", "auth/wrong-at-each-hop", "auth/wrong-credentials",
    "media/snapped", "media/copies", "hindsight/one-segment", "hindsight/pointers", "session/transfer*",
    "policy/scanner-tool", "route/missing-mandatory")

HEAD = """\
a = 192.0.2.1:5060
b = 198.51.100.2
c = 203.0.113.3:5080
d = [2001:db8::6]:5070
e = 2001:db8::7
"""
CALL = """\
0.0 a > b INVITE
0.1 b > a 100 Trying
0.2 b > a 180 Ringing
0.3 b > a 200 OK
0.4 a > b ACK
"""


def made(text):
    """The Wired of a flow between the endpoints of HEAD."""
    return wire(flow.parse(HEAD + text))


class Sharkd:
    """A sharkd that loads one capture after the other."""

    def __init__(self, folder):
        self.process = subprocess.Popen(["sharkd", "-"], env=environment(folder), text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, encoding="utf-8")
        self.ident = 0

    def ask(self, method, **params):
        """The result of a request."""
        self.ident += 1
        self.process.stdin.write(json.dumps({"jsonrpc": "2.0", "id": self.ident, "method": method,
                                             "params": params}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline()).get("result", {})

    def trees(self, frame):
        """The lines of each tree of ours below a frame, without expert items."""
        return [["%s%s" % ("    " * depth, text) for depth, text in self.walk(node, 0)]
                for node in self.ask("frame", frame=frame, proto=True).get("tree", [])
                if node["l"].startswith("SIP Explain: ")]

    def walk(self, node, depth):
        """(depth, label) of a node and those below it."""
        if not node["l"].startswith("Expert Info"):
            yield depth, node["l"]
            for child in node.get("n", []):
                yield from self.walk(child, depth + 1)

    def close(self):
        """Ends it."""
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class FlowsInWiresharkTest(TsharkTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flows = {name: flow.load(path) for name, path in cases().items()}
        cls.wired = {name: wire(one) for name, one in cls.flows.items()}
        cls.found = native.explanations(PROGRAM, [native.feed(name, wired)
                                                  for name, wired in cls.wired.items()])

    def looks(self, name):
        """{look: {message: Seen}} of a flow by tshark."""
        wired, result = self.wired[name], {}
        path = wired.capture.write(self.path(name.replace("/", "_") + ".pcap"))
        for look, arguments in ((1, ()), (2, seen.SECOND_LOOK)):
            found = seen.packets(self.tshark("-r", path, *arguments, *seen.ARGUMENTS))
            self.assertEqual(seen.unread(wired, found), [], "Wireshark sees no SIP in " + name)
            result[look] = seen.by_message(wired, found)
        return result

    def test_expectations_hold_in_tshark_too(self):
        names = cases(THROUGH_TSHARK)
        self.assertGreater(len(names), 20 if "SX_FLOWS" not in os.environ else 0)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for name, looks in zip(names, pool.map(self.looks, names)):
                with self.subTest(name=name):
                    self.assertEqual(expect.failures(self.flows[name], self.wired[name], looks), [])

    @unittest.skipUnless(shutil.which("sharkd"), "sharkd is not installed")
    def test_wireshark_shows_what_the_engine_says(self):
        sharkd = Sharkd(self.folder)
        self.addCleanup(sharkd.close)
        sharkd.ask("setconf", name="sipexplain.look_ahead", value="TRUE")
        for name, wired in self.wired.items():
            path = wired.capture.write(self.path("flow.pcap"))
            sharkd.ask("load", file=path)
            said = self.found.get((name, 2), {})
            for frame in sorted(set(wired.frames.values())):
                with self.subTest(name=name, frame=frame):
                    self.assertEqual(sharkd.trees(frame),
                                     [native.lines(one) for one in said.get(frame, [])])


class TsharkReadsTest(TsharkTest):
    """What Wireshark itself makes of such captures."""

    def frames(self, text, *names):
        """{frame: values} of all frames with SIP."""
        wired = made(text)
        path = wired.capture.write(self.path("flow.pcap"))
        out = self.tshark("-r", path, "-Y", "sip", "-T", "fields", "-E", "aggregator=|",
                          "-e", "frame.number", *(part for name in names for part in ("-e", name)))
        rows = [line.split("\t") for line in out.splitlines()]
        self.assertEqual(self.tshark("-r", path, "-Y", "_ws.malformed || tcp.analysis.flags"), "")
        return wired.frames, {int(row[0]): row[1:] for row in rows}

    def test_udp(self):
        for text in (CALL, CALL.replace(" a ", " d ").replace(" b ", " e ")):
            _, found = self.frames(text, "sip.response-request", "sip.CSeq.method")
            self.assertEqual(found, {1: ["", "INVITE"], 2: ["1", "INVITE"], 3: ["1", "INVITE"],
                                     4: ["1", "INVITE"], 5: ["1", "ACK"]})

    def test_tcp_and_join(self):
        frames, found = self.frames(
            "transport tcp\n0 a > b INVITE\n0.1 b > a 100 Trying\n0.1 b > a 180 Ringing [join]\n"
            "0.2 c > b OPTIONS\n0.3 b > c 200 OK\n0.4 b > c OPTIONS [udp, call x]\n0.5 b > a 200 OK",
            "sip.Status-Code", "sip.Via.transport", "sip.CSeq.method")
        self.assertEqual(frames, {1: 4, 2: 5, 3: 5, 4: 9, 5: 10, 6: 11, 7: 12})
        self.assertEqual(found, {
            4: ["", "TCP", "INVITE"], 5: ["100|180", "TCP|TCP", "INVITE|INVITE"],
            9: ["", "TCP", "OPTIONS"], 10: ["200", "TCP", "OPTIONS"],
            11: ["", "UDP", "OPTIONS"], 12: ["200", "TCP", "INVITE"]})

    def test_retransmission_over_proxy(self):
        _, found = self.frames("0 a > b INVITE\n0.1 b > c forward 1\n0.6 b > c again 2\n"
                               "0.7 c > b 486 Busy Here\n0.8 b > a back 4\n0.9 a > b ACK",
                               "sip.response-request", "sip.resend-original")
        self.assertEqual(found, {1: ["", ""], 2: ["", ""], 3: ["", "2"], 4: ["2", ""],
                                 5: ["1", ""], 6: ["1", ""]})

    def test_icmp_quotes_sip(self):
        _, found = self.frames("0 a > b BYE\n1 c > a icmp 3/3 quoting 1", "icmp.code", "sip.Method")
        self.assertEqual(found[2], ["3", "BYE"])


if __name__ == "__main__":
    unittest.main()
