# SPDX-License-Identifier: GPL-2.0-or-later
"""Who gets the port of HEP: ours unless somebody else has it, or the user says no; what is no HEP is left alone."""

import unittest

from lib import hep, pcap, sip
from lib.streams import CLIENT, TcpStream
from lib.tshark import TSHARK, TsharkTest

from . import strip

PHONE, SERVER = ("192.0.2.10", 5060), ("198.51.100.20", 5062)
BUSY = sip.response(486, "Busy Here", sip.request("INVITE"))
PACKET = hep.hep3(BUSY, SERVER, PHONE, 1800000000000000)
OFF = ("-o", "sipexplain.hep:FALSE")
OURS, NOBODYS = "sipexplain.hep:sip", "data"

# Another dissector, as users load one: with the usual name, with the usual port, with both.
SCRIPT = """
local proto = Proto("%s", "Another HEP")
function proto.dissector(buffer, pinfo, tree)
  tree:add(proto, buffer())
  return buffer:len()
end
if %s then DissectorTable.get("udp.port"):add(9060, proto) end
"""


class PortTest(TsharkTest):

    def setUp(self):
        super().setUp()
        self.capture = pcap.Capture()

    # Its heuristic takes HEP for its own.
    options = ("--disable-protocol", "hcrt")

    def protocols(self, *args, packet=PACKET, port=9060):
        """What a datagram and a stream to a port hold."""
        self.capture = pcap.Capture()
        self.capture.udp(hep.AGENT, (hep.COLLECTOR[0], port), packet)
        TcpStream(self.capture, hep.AGENT, (hep.COLLECTOR[0], port)).send(CLIENT, packet)
        out = self.tshark("-r", self.capture.write(self.path("port.pcap")), *args, "-T", "fields",
                          "-e", "frame.protocols")
        return [line.split(":", 4)[4] for line in out.splitlines()]

    def script(self, name, with_port):
        """tshark arguments that load a dissector of somebody else; skips where there is no Lua."""
        if "with lua" not in self.run_program(TSHARK, "--version").stdout.lower():
            self.skipTest("this Wireshark has no Lua")
        path = self.path("other.lua")
        with open(path, "w", encoding="utf-8") as file:
            file.write(SCRIPT % (name, str(with_port).lower()))
        return ("-X", "lua_script:" + path)

    def test_by_itself(self):
        self.assertEqual(self.protocols(), [OURS, OURS])
        self.assertEqual(self.protocols(port=9061), [NOBODYS, NOBODYS])

    def test_preference(self):
        self.assertEqual(self.protocols(*OFF), [NOBODYS, NOBODYS])
        self.assertEqual(self.protocols("-o", "sipexplain.hep:TRUE"), [OURS, OURS])

    def test_decode_as(self):
        for port in 9060, 9999:
            decode = ("-d", "udp.port==%d,sipexplain.hep" % port,
                      "-d", "tcp.port==%d,sipexplain.hep" % port)
            for args in decode, OFF + decode:
                self.assertEqual(self.protocols(*args, port=port), [OURS, OURS], args)

    def test_another_choice_for_the_port(self):
        self.assertEqual(self.protocols("-d", "udp.port==9060,syslog")[0], "syslog")
        found = self.protocols("-o", "syslog.udp.port:9060")
        self.assertEqual(found, ["syslog", OURS])

    def test_heuristics(self):
        names = ("sipexplain_hep_udp", "sipexplain_hep_tcp")
        enabled = tuple(part for name in names for part in ("--enable-heuristic", name))
        self.assertEqual(self.protocols(*enabled, port=9999), [OURS, OURS])
        self.assertEqual(self.protocols(*enabled, *OFF, port=9999), [NOBODYS, NOBODYS])
        self.assertEqual(self.protocols(*enabled, port=9999, packet=b"HEP, but none"),
                         [NOBODYS, NOBODYS])

    def test_a_script_with_the_name(self):
        script = self.script("hep", False)
        self.assertEqual(self.protocols(*script), [NOBODYS, NOBODYS])
        self.assertEqual(self.protocols(*script, "-d", "udp.port==9060,sipexplain.hep")[0], OURS)

    def test_a_script_with_the_port(self):
        self.assertEqual(self.protocols(*self.script("homer", True)), ["homer", OURS])
        self.assertEqual(self.protocols(*self.script("hep", True)), ["hep", NOBODYS])


class LeftAloneTest(TsharkTest):
    """What comes to the port and is no HEP is for Wireshark what it is without the plugin."""

    PAYLOADS = (b"", b"H", b"HE", b"HEP", b"HEP2", b"hep3\0\x20", b"HEPs3\0\x20", b"\0" * 40, b"\2", b"\2\x10\2\x11",
                BUSY, b"\2" + BUSY, hep.hep2(b"", PHONE, SERVER, 1), hep.hep2(b"x" * 50, PHONE, SERVER, 1),
                hep.hep2(b"HTTP/1.1 200 OK\r\n\r\n", PHONE, SERVER, 1), b"\x80" * 60,
                b"\x12\x34\x01\0\0\1\0\0\0\0\0\0\3www\7example\3com\0\0\1\0\1")
    STREAMS = (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"HEAD / HTTP/1.1\r\n\r\n", BUSY,
               b"\x16\3\1\0\5\1\0\0\1\0", hep.hep2(BUSY, SERVER, PHONE, 1), PACKET[4:])

    def test_the_same_with_and_without(self):
        capture = pcap.Capture()
        for payload in self.PAYLOADS:
            capture.udp(hep.AGENT, hep.COLLECTOR, payload)
        for number, payload in enumerate(self.STREAMS + self.PAYLOADS):
            stream = TcpStream(capture, (hep.AGENT[0], 40000 + number), hep.COLLECTOR)
            stream.open()
            stream.send(CLIENT, payload, cuts=(1, 2))
            stream.send(CLIENT, payload)
            stream.close()
        path = capture.write(self.path("others.pcap"))
        self.assertEqual(self.tshark("-r", path, "-Y", "sipexplain.hep"), "")
        for args in (), ("-V",), ("-2", "-V"), ("-q", "-z", "io,phs"):
            with self.subTest(args=args):
                self.assertEqual(strip.details(self.tshark("-r", path, *args)),
                                 self.tshark("-r", path, *args, plugin=False))

    def test_the_mark_alone_is_hep(self):
        capture = pcap.Capture()
        capture.udp(hep.AGENT, hep.COLLECTOR, b"HEP3")
        found = self.tshark("-r", capture.write(self.path("mark.pcap")), "-V")
        self.assertIn("\nHomer Encapsulation Protocol, HEP3", found)
        self.assertNotIn("Malformed Packet", found)


if __name__ == "__main__":
    unittest.main()
