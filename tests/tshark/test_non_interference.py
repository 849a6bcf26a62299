# SPDX-License-Identifier: GPL-2.0-or-later
"""All output that is not about the plugin is byte for byte what it is without the plugin."""

import concurrent.futures
import glob
import os
import ssl
import unittest

from lib import pcap, sip, streams
from lib.tshark import TSHARK, TsharkTest

from . import strip
from .outputs import captures_of_others, mixed_capture

CAPTURES = os.environ.get("SX_CAPTURES", "")
TORTURE = os.path.join(os.path.dirname(__file__), "..", "data", "rfc4475", "*.dat")
PHONE, SERVER = ("192.0.2.10", 5060), ("192.0.2.20", 5060)
PHONE6, SERVER6 = ("2001:db8::10", 5060), ("2001:db8::20", 5060)


# ---- captures ----------------------------------------------------------------------------

def exchange(call, transport="UDP", **options):
    """An INVITE and the answers 100, 180 and 404 to it, as (from the client, bytes)."""
    invite = sip.request("INVITE", call=call, transport=transport, **options)
    return [(True, invite)] + [(False, sip.response(code, phrase, invite)) for code, phrase in
                               ((100, "Trying"), (180, "Ringing"), (404, "Not Found"))]


def over_udp(capture, messages, ends=(PHONE, SERVER), **options):
    """Add messages as UDP datagrams."""
    for from_client, data in messages:
        capture.udp(ends[0 if from_client else 1], ends[1 if from_client else 0], data, **options)


def over_stream(stream, messages, **options):
    """Open a stream and add messages to it."""
    stream.open()
    for from_client, data in messages:
        stream.send(streams.CLIENT if from_client else streams.SERVER, data, **options)


def transports(folder):
    """UDP, IPv6, TCP whole and cut and late, SCTP, WebSocket."""
    capture = pcap.Capture()
    over_udp(capture, exchange("udp"))
    over_udp(capture, exchange("udp6", via="[2001:db8::10]:5060"), (PHONE6, SERVER6))
    over_stream(streams.TcpStream(capture, ("192.0.2.10", 40001), SERVER), exchange("tcp", "TCP"))
    over_stream(streams.TcpStream(capture, ("192.0.2.10", 40002), SERVER),
                exchange("cut", "TCP"), cuts=(20, 150))
    late = streams.TcpStream(capture, ("192.0.2.10", 40003), SERVER)
    joined = b"".join(data for from_client, data in exchange("late", "TCP") if not from_client)
    late.send(streams.SERVER, joined)
    late.resend()
    late.send(streams.SERVER, joined, lost=True)
    late.send(streams.SERVER, joined)
    association = streams.SctpAssociation(capture, PHONE, SERVER)
    over_stream(association, exchange("sctp", "SCTP"))
    association.send(streams.SERVER, *[data for _, data in exchange("sctp2", "SCTP")[1:]])
    association.send_split(streams.SERVER, exchange("sctp3", "SCTP")[1][1], (100, 200))
    over_stream(streams.WebSocket(streams.TcpStream(capture, ("192.0.2.10", 40004),
                                                    ("192.0.2.20", 80))), exchange("ws", "WS"))
    return capture.write(os.path.join(folder, "transports.pcap")), ()


def encrypted(folder):
    """TLS and secure WebSocket, with their keys."""
    keys, capture = os.path.join(folder, "keys.log"), pcap.Capture()
    tls = streams.TlsStream(capture, ("192.0.2.10", 40005), ("192.0.2.20", 5061), keys)
    over_stream(tls, exchange("tls", "TLS"))
    tls.close()
    wss = streams.TlsStream(capture, ("192.0.2.10", 40006), ("192.0.2.20", 443), keys)
    over_stream(streams.WebSocket(wss), exchange("wss", "WSS"))
    path = capture.write(os.path.join(folder, "encrypted.pcap"))
    return path, ("-o", "tls.keylog_file:" + keys)


def wrapped(folder):
    """Fragments, VLAN tags, tunnels, ICMP quotes, short snap lengths."""
    capture = pcap.Capture()
    long = [("Subject", "x" * 2000)]
    over_udp(capture, exchange("fragments", headers=long), mtu=576)
    over_udp(capture, exchange("fragments6", headers=long), (PHONE6, SERVER6), mtu=1280)
    for make in pcap.ip_in_ip, pcap.gre, pcap.vxlan, pcap.gtpu:
        with capture.path(wrap=lambda packet, make=make: make("198.51.100.1", "198.51.100.2",
                                                             packet)):
            over_udp(capture, exchange(make.__name__))
    with capture.path(vlan=(100, 200)):
        over_udp(capture, exchange("vlan"))
    frame = capture.udp(SERVER, PHONE, exchange("quoted")[3][1])
    for quote in None, 8, 60, 200:
        capture.icmp("192.0.2.1", None, frame, quote=quote)
    frame = capture.udp(SERVER6, PHONE6, exchange("quoted6")[3][1])
    capture.icmp("2001:db8::1", None, frame)
    for snap in range(43, 400, 25):
        capture.udp(SERVER, PHONE, exchange("snap")[3][1], snap=snap)
    return capture.write(os.path.join(folder, "wrapped.pcap")), ()


def malformed(folder):
    """The torture tests of RFC 4475, and answers broken in more ways."""
    capture = pcap.Capture()
    for path in sorted(glob.glob(TORTURE)):
        with open(path, "rb") as stream:
            capture.udp(SERVER, PHONE, stream.read())
    answer = exchange("broken")[3][1]
    for data in (
            b"SIP/2.0 404 Not Found\r\n", b"SIP/2.0 404 Not Found\r\n\r\n", b"SIP/2.0 404\r\n\r\n",
            b"SIP/2.0 404 \r\n\r\n", b"SIP/2.0 999 Odd\r\n\r\n", b"SIP/2.0 000 Odd\r\n\r\n",
            b"SIP/2.0 99999999999 Large\r\n\r\n", b"SIP/2.0 40x Odd\r\n\r\n", b"\r\n\r\n",
            b"\0" * 50,
            answer.replace(b"\r\n", b"\n"), answer.replace(b"404", b"40\xff"),
            answer.replace(b"Not Found", b"\xc3\x28 \xd0\x9d\xd0\xb5\xd1\x82 <\"&'>"),
            answer.replace(b"Not Found", b"N" * 3000), answer.replace(b"INVITE", b"I\xff\xfe"),
            answer.replace(b"Content-Length: 0", b"Content-Length: 99999"),
            answer.replace(b"Content-Length: 0", b"Content-Length: -1"), answer + answer,
            *[answer[:length] for length in range(0, len(answer), 17)]):
        capture.udp(SERVER, PHONE, data)
        stream = streams.TcpStream(capture, ("192.0.2.10", 41000 + capture.count), SERVER)
        stream.send(streams.SERVER, data)
    return capture.write(os.path.join(folder, "malformed.pcap")), ()


def other_traffic(folder):
    """No SIP at all: DNS, HTTP, RTP-like bytes, ARP, text that looks like ours."""
    capture = pcap.Capture()
    query = b"\x12\x34\x01\0\0\1\0\0\0\0\0\0\3www\7example\3com\0\0\1\0\1"
    capture.udp(("192.0.2.10", 5353), ("192.0.2.53", 53), query)
    capture.udp(("192.0.2.10", 40000), ("192.0.2.20", 40000), b"\x80\0\0\1" + b"\x55" * 168)
    http = streams.TcpStream(capture, ("192.0.2.10", 42000), ("192.0.2.20", 80))
    http.open()
    http.send(streams.CLIENT, b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n")
    body = b'{"a":1,"sipexplain":{"b":2}}\nSIP Explain: 404\n    <proto name="sipexplain">\n'
    http.send(streams.SERVER, b"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\n"
              b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    http.close()
    capture.raw(bytes(6) + b"\2\0\0\0\0\1\x08\x06\0\1\x08\0\6\4\0\1" + bytes(20))
    capture.raw(b"\xff" * 10)
    return capture.write(os.path.join(folder, "other.pcap")), ()


def mixed(folder):
    """The capture of the tests of outputs."""
    return mixed_capture(os.path.join(folder, "mixed.pcap")), ()


# ---- runs --------------------------------------------------------------------------------

# Arguments of tshark, and how the plugin's part is taken out of the output.
RUNS = [
    ((), strip.same),
    (("-2",), strip.same),
    (("-x",), strip.same),
    (("-V",), strip.details),
    (("-2", "-V"), strip.details),
    (("-T", "pdml"), strip.pdml),
    (("-T", "psml"), strip.same),
    (("-T", "json"), strip.json_text),
    (("-T", "ek"), strip.ek),
    (("-2", "-R", "sip"), strip.same),
    (("-Y", "sip", "-P", "-O", "sip"), strip.details),
    (("-q", "-z", "io,phs"), strip.same),
    (("-q", "-z", "io,phs,sip", "-Y", "sip"), strip.same),
    (("-q", "-z", "sip,stat", "-z", "conv,udp"), strip.same),
]


class NonInterferenceTest(TsharkTest):
    """Runs with and without the plugin are compared."""

    def run_both(self, args):
        """Output with the plugin (and not a word on stderr), and output without it."""
        with_plugin = self.run_program(TSHARK, *args, check=False)
        without = self.run_program(TSHARK, *args, plugin=False, check=False)
        return with_plugin, without

    def compare(self, path, options=()):
        """Do all runs for one capture."""
        sip_fields = [part for name in self.sip_fields() for part in ("-e", name)]
        fields = ("-T", "fields", "-e", "frame.number", "-e", "frame.protocols")
        runs = RUNS + [(fields, strip.same), (fields + tuple(sip_fields), strip.same)]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            results = list(pool.map(self.run_both, [("-n", "-r", path, *options, *args)
                                                    for args, _ in runs]))
        for (args, take_out), (with_plugin, without) in zip(runs, results):
            with self.subTest(capture=os.path.basename(path), args=args[:6]):
                self.assertEqual(with_plugin.stderr, "")
                self.assertEqual((with_plugin.returncode, without.returncode), (0, 0))
                self.assert_same(take_out(with_plugin.stdout), take_out(without.stdout))
        self.compare_written(path, options)
        return {args: result[0].stdout for (args, _), result in zip(runs, results)}

    def assert_same(self, one, other):
        """The two texts are equal; shows the first difference only, they may be long."""
        if one != other:
            lines = zip(one.splitlines(), other.splitlines())
            number, pair = next(((i, pair) for i, pair in enumerate(lines, 1)
                                 if pair[0] != pair[1]), (0, ("length", "differs")))
            self.fail("line %d\nwith:    %s\nwithout: %s" % (number, pair[0], pair[1]))

    def compare_written(self, path, options):
        """Files written by -w, whole and filtered, are the same."""
        for args in (), ("-Y", "sip"):
            written = []
            for plugin in True, False:
                target = self.path("written-%s" % plugin)
                self.tshark("-r", path, *options, *args, "-w", target, plugin=plugin)
                with open(target, "rb") as stream:
                    written.append(stream.read())
            with self.subTest(capture=os.path.basename(path), written=args):
                self.assertGreater(len(written[0]), 50)
                self.assertTrue(written[0] == written[1], "the written file differs")

    def sip_fields(self):
        """The names of all fields of the SIP dissector."""
        out = self.run_program(TSHARK, "-G", "fields", plugin=False).stdout
        names = {line.split("\t")[2] for line in out.splitlines() if "\tsip." in line}
        self.assertIn("sip.Status-Code", names)
        return sorted(name for name in names if name.startswith("sip."))

    def assert_explained(self, outputs):
        """The plugin took part in these runs: the comparison was not of nothing."""
        self.assertIn("\nSIP Explain: 404 Not Found", outputs[("-V",)])
        self.assertIn('<proto name="sipexplain"', outputs[("-T", "pdml")])
        self.assertIn('        "sipexplain": {', outputs[("-T", "json")])
        self.assertIn(',"sipexplain":', outputs[("-T", "ek")])

    def test_mixed(self):
        outputs = self.compare(*mixed(self.folder))
        self.assertIn("\nSIP Explain: 486 Busy Here", outputs[("-V",)])

    def test_all_transports(self):
        self.assert_explained(self.compare(*transports(self.folder)))

    def test_encrypted_with_keys(self):
        try:
            made = encrypted(self.folder)
        except ssl.SSLError as error:
            self.skipTest("no anonymous TLS here: %s" % error)
        self.assert_explained(self.compare(*made))

    def test_fragments_tunnels_and_quotes(self):
        self.assert_explained(self.compare(*wrapped(self.folder)))

    def test_malformed_messages(self):
        self.assert_explained(self.compare(*malformed(self.folder)))

    def test_traffic_without_sip(self):
        outputs = self.compare(*other_traffic(self.folder))
        self.assertNotIn("\nSIP Explain: ", outputs[("-V",)])

    def test_the_list_of_fields(self):
        with_plugin, without = self.run_both(("-G", "fields"))
        self.assertEqual(with_plugin.stderr, "")
        self.assertIn("\tsipexplain.code\t", with_plugin.stdout)
        self.assertNotIn("sipexplain", without.stdout)
        # The order of fields that come from XML files differs from run to run.
        self.assert_same(*["\n".join(sorted(text.splitlines())) for text in
                           (strip.field_list(with_plugin.stdout), without.stdout)])

    @unittest.skipUnless(CAPTURES, "SX_CAPTURES names no folder with captures")
    def test_captures_of_others(self):
        paths = captures_of_others()
        self.assertNotEqual(paths, [], "no captures in " + CAPTURES)
        for path in paths:
            self.compare(path)


class StripTest(TsharkTest):
    """What is taken out is the plugin's part only: any other changed byte is noticed."""

    KINDS = ((("-V",), strip.details), (("-T", "pdml"), strip.pdml),
             (("-T", "json"), strip.json_text), (("-T", "ek"), strip.ek))

    def test_it_leaves_output_without_the_plugin_alone(self):
        path, _ = mixed(self.folder)
        for args, take_out in self.KINDS:
            out = self.tshark("-r", path, *args, plugin=False)
            wanted = out
            if take_out is strip.pdml:
                time = out[out.index(' time="'):out.index(' capture_file=')]
                wanted = out.replace(time, ' time=""', 1)
            if take_out is not strip.ek:  # that one has another form
                self.assertEqual(take_out(out), wanted)

    def test_a_changed_or_missing_line_outside_our_part_is_noticed(self):
        path, _ = mixed(self.folder)
        for args, take_out in self.KINDS:
            out = self.tshark("-r", path, *args)
            plain = take_out(out)
            self.assertNotIn("sipexplain", plain.replace(self.folder, ""))
            self.assertNotIn("SIP Explain", plain)
            kept = out.splitlines(keepends=True)
            spot = next(i for i, line in enumerate(kept) if "486 Busy Here" in line
                        and "SIP/2.0 486" in line)
            for changed in (kept[:spot] + kept[spot + 1:],
                            kept[:spot] + [kept[spot].replace("Busy", "busy", 1)] + kept[spot + 1:],
                            kept + ["x\n"], kept[:-1], kept[1:]):
                try:
                    found = take_out("".join(changed))
                except ValueError:
                    continue  # no longer JSON: noticed
                self.assertNotEqual(found, plain, args)

    def test_text_next_to_our_part_stays(self):
        ours = "SIP Explain: 404 Not Found - x\n    Status code: 404\n        deeper\n"
        self.assertEqual(strip.details("SIP\n    a: b\n" + ours + ours + "\nFrame 2: x\n"),
                         "SIP\n    a: b\n\nFrame 2: x\n")
        self.assertEqual(strip.details("  SIP Explain: x\nother\n   three spaces\n"),
                         "  SIP Explain: x\nother\n   three spaces\n")
        proto = '  <proto name="sipexplain" size="0">\n    <field/>\n  </proto>\n'
        kept = '  <proto name="sip">\n</packet>\n'
        self.assertEqual(strip.pdml("<packet>\n" + proto + proto + kept), "<packet>\n" + kept)
        self.assertEqual(strip.pdml('  <proto name="sipexplainer" >\n  </proto>\n'),
                         '  <proto name="sipexplainer" >\n  </proto>\n')
        ours = ',\n        "sipexplain": {\n          "a": "}",\n          "a": "{"\n        }'
        self.assertEqual(strip.json_text('{"sip": {}' + ours + ours + '\n      }'),
                         '{"sip": {}\n      }')
        self.assertEqual(strip.json_text('{,\n          "sipexplain": {}}'),
                         '{,\n          "sipexplain": {}}')
        for one, other in (
                ('{"layers":{"sip":{},"sipexplain":[{"a":"}"},{}]}}', '{"layers":{"sip":{}}}'),
                ('{"layers":{"sipexplain":{},"a":1,"b":2}}', '{"layers":{"b":2,"a":1}}')):
            self.assertEqual(strip.ek(one), strip.ek(other))
        for one, other in (
                ('{"layers":{"a":{"sipexplain":1}}}', '{"layers":{"a":{}}}'),
                ('{"layers":{},"sipexplain":1}', '{"layers":{}}'),
                ('{"layers":{"a":1}}', '{"layers":{"a":"1"}}'),
                ('{"layers":{"a":1}}', '{"layers":{"a":1.0}}'),
                ('{"layers":{"a":1,"a":1}}', '{"layers":{"a":1}}'),
                ('{"layers":{"a":[1,2]}}', '{"layers":{"a":[2,1]}}'),
                ('{"layers":{}}\n{"layers":{}}', '{"layers":{}}')):
            self.assertNotEqual(strip.ek(one), strip.ek(other))
        self.assertEqual(strip.field_list("P\tA\tsipexplain\nF\tB\tsipexplain.b\tx\nP\tC\tsip\n"),
                         "P\tC\tsip\n")
        self.assertEqual(strip.field_list("F\tB\tsipexplainb\tx\nF\tsipexplain.b\tsip.b\tx\n"),
                         "F\tB\tsipexplainb\tx\nF\tsipexplain.b\tsip.b\tx\n")
