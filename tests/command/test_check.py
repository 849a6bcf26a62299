# SPDX-License-Identifier: GPL-2.0-or-later
"""sipexplain check: captures by tshark and the plugin, text logs by itself, formats and exit statuses."""

import csv
import glob
import gzip
import io
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from captures.make_sample import make
from lib import pcap, sip, streams
from lib.tshark import TSHARK
from log.layouts import BY_NAME, LAYOUTS, Sent, conversation, write

from .command import COMMAND, CommandTest, environment

PLUGINS = os.environ.get("SX_PLUGIN_DIR", "")
PHONE, SERVER = ("192.0.2.10", 5060), ("198.51.100.5", 5060)
HAS_PLUGIN = PLUGINS and glob.glob(os.path.join(PLUGINS, "*", "epan", "sipexplain.so"))
WITH_TSHARK = unittest.skipUnless(HAS_PLUGIN and shutil.which(TSHARK) and os.geteuid() != 0, "no tshark, no plugin, or root")


class CheckTest(CommandTest):

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def write(self, name, data):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def capture(self, name="test.pcap", capture=None):
        capture = capture or make()
        return self.write(name, capture.to_bytes())

    def well(self, name="well.pcap"):
        capture = pcap.Capture()
        options = sip.request("OPTIONS")
        capture.udp(PHONE, SERVER, options)
        capture.udp(SERVER, PHONE, sip.response(200, "OK", options))
        return self.capture(name, capture)

    def log(self, layout=BY_NAME["asterisk_pjsip"], to="test.log"):
        """A log of a call that was refused."""
        sent = [one._replace(data=one.data.replace(b"SIP/2.0 200 OK", b"SIP/2.0 404 Not Found")) for one in conversation()]
        return self.write(to, write(layout, sent[:3], layout.clocks[0]))

    def check(self, *args, status, **more):
        """Standard output and standard error."""
        done = subprocess.run([COMMAND, "check", *args], capture_output=True, check=False,
                              env={**environment(), "WIRESHARK_PLUGIN_DIR": PLUGINS, **more.pop("variables", {})}, **more)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout.decode(), done.stderr.decode()


class LogsTest(CheckTest):

    def test_text_without_messages_is_said_to_be_none(self):
        """Also where tshark is missing, which a log would not need."""
        for name, data, said in (("notes.txt", b"INVITE was sent\n" * 9, True), ("a.pcap", b"\xd4\xc3\xb2\xa1" * 9, False)):
            out, err = self.check(self.write(name, data), status=2, variables={"PATH": "/nowhere"})
            self.assertEqual((out, "no SIP message in it" in err, "tshark" in err), ("", said, True))

    def test_a_log_is_read_without_wireshark(self):
        out, err = self.check(self.log(), status=1, variables={"PATH": "/nowhere"})
        self.assertEqual(err, "")
        self.assertIn("route.not-found", out)
        self.assertIn("line ", out)

    def test_every_layout_gives_the_same_findings(self):
        for layout in LAYOUTS:
            with self.subTest(layout=layout.name):
                out, _ = self.check("--format=json", self.log(layout), status=1)
                self.assertEqual([(row["code"], row["verdict"]) for row in map(json.loads, out.splitlines())],
                                 [(404, "failure")])

    def test_standard_input(self):
        with open(self.log(), "rb") as stream:
            out, _ = self.check("-", status=1, stdin=stream)
        self.assertIn("route.not-found", out)


SECOND = 1000000
SPOKEN_TIME = re.compile(r"\d m?s\b")


def trouble():
    """A wrong password; an answer that is sent four times, for no ACK comes. Seen by the server."""
    nonce = 'Digest realm="example.com", nonce="%s", algorithm=MD5'
    login = ('Digest username="1001", realm="example.com", nonce="n1", uri="sip:example.com", '
             'response="0123456789abcdef0123456789abcdef", algorithm=MD5')
    first = sip.request("REGISTER", "sip:example.com", call="reg-1")
    second = sip.request("REGISTER", "sip:example.com", [("Authorization", login)], call="reg-1", cseq=2)
    invite = sip.request("INVITE", "sip:1002@example.com", call="call-1")
    answer = sip.response(200, "OK", invite, [("Contact", "<sip:1002@198.51.100.20>")])
    refusals = [sip.response(401, "Unauthorized", request, [("WWW-Authenticate", nonce % name)])
                for request, name in ((first, "n1"), (second, "n2"))]
    moments = [(0, False, first), (0.002, True, refusals[0]), (0.031, False, second), (0.033, True, refusals[1]),
               (5, False, invite), (5.001, True, sip.response(100, "Trying", invite)),
               *((5.2 + seconds, True, answer) for seconds in (0, 0.5, 1.5, 3.5))]
    start = conversation()[0].micros
    return [Sent(data, by_server, start + round(seconds * SECOND)) for seconds, by_server, data in moments]


class TimeTest(CheckTest):
    """What logs without a time, or with a coarse one, still show, and what is not said then."""

    def findings(self, layout, clock):
        out, _ = self.check("--format=json", self.write("test.log", write(layout, trouble(), clock)), status=1)
        return [json.loads(line) for line in out.splitlines()]

    def test_the_same_is_found_with_every_clock(self):
        for layout in LAYOUTS:
            for clock in layout.clocks:
                with self.subTest(layout=layout.name, clock=clock):
                    found = {row["diagnosis"]: row for row in self.findings(layout, clock)}
                    self.assertEqual(set(found), {"auth.wrong-credentials", "ack.missing", "retransmit.repeated"})
                    spoken = [row["headline"] + "; " + (row["evidence"] or "") for row in found.values()]
                    if clock in ("s", None):
                        self.assertFalse([text for text in spoken if SPOKEN_TIME.search(text)])
                        self.assertRegex(found["ack.missing"]["headline"], r"^2xx sent \d times, no ACK in this capture$")
                        self.assertRegex(found["auth.wrong-credentials"]["evidence"], r"sent in frame \d+;")
                    else:
                        self.assertIn("no ACK in this capture", found["ack.missing"]["headline"])
                        self.assertTrue(all(SPOKEN_TIME.search(text) for text in spoken), spoken)

    def test_a_log_that_breaks_off(self):
        layout = BY_NAME["asterisk_pjsip"]
        whole = write(layout, conversation(), layout.clocks[0])
        packed = gzip.compress(whole + os.urandom(4000).hex().encode())
        out, _ = self.check(self.write("whole.log.gz", packed), status=0)
        self.assertIn("Nothing is wrong", out)
        out, _ = self.check(self.write("cut.log.gz", packed[:-900]), status=2)
        self.assertIn("What could be read shows nothing wrong", out)
        self.assertIn("what is behind that place was not read", out)
        out, err = self.check("--format=json", self.write("cut.log.gz", packed[:-900]), status=2)
        self.assertIn("what is behind that place was not read", err)

    def test_no_span_without_times(self):
        for clock, spans in (("ms", True), (None, False)):
            layout = BY_NAME["asterisk_pjsip"]
            sent = [one._replace(data=one.data.replace(b"200 OK", b"404 Not Found")) for one in conversation()]
            out, _ = self.check(self.write("test.log", write(layout, sent, clock)), status=1)
            self.assertEqual(" SIP messages in " in out, spans, out)
            self.assertNotIn("1970", out)


class UsageTest(CheckTest):

    def test_wrong_usage_is_one_line(self):
        for args in ((), ("--format=nonsense", "x"), ("--fail-on=bad", "x"), ("--lang=xx", "x"), ("--nothing", "x")):
            out, err = self.check(*args, status=2)
            self.assertEqual((out, len(err.splitlines())), ("", 1), args)

    def test_a_file_that_is_not_there(self):
        out, err = self.check("/nowhere/at/all", status=2)
        self.assertEqual(out, "")
        self.assertIn("/nowhere/at/all", err)

    def test_a_folder_without_files(self):
        os.makedirs(os.path.join(self.folder.name, "one", "two"))
        self.assertEqual(self.check(self.folder.name, status=2),
                         ("", f"sipexplain: no captures or logs in '{self.folder.name}'\n"))
        self.log(to="one/two/test.log")
        self.assertIn("route.not-found", self.check(self.folder.name, status=1)[0])

    @unittest.skipIf(os.geteuid() == 0, "root may read every folder")
    def test_a_folder_that_cannot_be_read(self):
        os.mkdir(os.path.join(self.folder.name, "closed"), 0)
        _, err = self.check(os.path.join(self.folder.name, "closed"), status=2)
        self.assertIn("cannot be read", err)

    def test_names_of_files_steer_no_terminal(self):
        _, err = self.check("/nowhere/\x1b]0;x\x07", status=2)
        self.assertNotRegex(err, "[\x00-\x09\x0b-\x1f\x7f]")


@WITH_TSHARK
class CapturesTest(CheckTest):

    def test_findings_of_a_capture(self):
        out, _ = self.check(self.capture(), status=1)
        self.assertIn("488", out + " 488")
        self.assertIn("sipexplain.diagnosis == ", out)

    def test_nothing_wrong(self):
        out, _ = self.check(self.well(), status=0)
        self.assertIn("Nothing is wrong", out)

    def test_a_capture_that_breaks_off(self):
        capture = pcap.Capture()
        options = sip.request("OPTIONS")
        capture.udp(PHONE, SERVER, options)
        capture.udp(SERVER, PHONE, sip.response(200, "OK", options))
        capture.udp(PHONE, SERVER, sip.request("OPTIONS", call="last"))
        out, _ = self.check(self.write("cut.pcap", capture.to_bytes()[:-20]), status=2)
        self.assertNotIn("Nothing is wrong", out)
        self.assertIn("What could be read shows nothing wrong", out)
        self.assertIn("what is behind that place was not read", out.partition(NOT_ANALYZED)[2])

    def test_a_finding_of_several_users_names_none(self):
        capture = pcap.Capture()
        for user in ("alice", "bob"):
            invite = sip.request(to_uri=f"sip:{user}@example.com", uri=f"sip:{user}@example.com", call=user)
            capture.udp(PHONE, SERVER, invite)
            capture.udp(SERVER, PHONE, sip.response(404, "Not Found", invite))
        out, _ = self.check(self.capture("two.pcap", capture), status=1)
        self.assertIn("1. the called user or number is not known there\n", out)
        self.assertIn("2 conversations, 2 messages", out)
        self.assertIn("First from, to", out)
        one = pcap.Capture()
        for call in ("one", "two"):
            invite = sip.request(to_uri="sip:bob@example.com", uri="sip:bob@example.com", call=call)
            one.udp(PHONE, SERVER, invite)
            one.udp(SERVER, PHONE, sip.response(404, "Not Found", invite))
        out, _ = self.check(self.capture("one.pcap", one), status=1)
        self.assertIn("1. bob is not known there\n", out)

    def test_the_border_of_the_exit_status_can_be_moved(self):
        self.check("--fail-on=violation", self.capture(), status=1)
        invite = sip.request()
        capture = pcap.Capture()
        capture.udp(PHONE, SERVER, invite)
        capture.udp(SERVER, PHONE, sip.response(503, "Service Unavailable", invite))
        path = self.capture("one.pcap", capture)
        self.check(path, status=1)
        self.check("--fail-on=violation", path, status=0)

    def test_csv_and_json_name_the_file_in_every_line(self):
        one, two = self.capture("one.pcap"), self.log(to="two.log")
        out, _ = self.check("--format=csv", one, two, status=1)
        rows = list(csv.DictReader(io.StringIO(out), strict=True))
        self.assertEqual({row["file"] for row in rows}, {one, two})
        out, _ = self.check("--format=json", one, two, status=1)
        objects = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([(o["file"], str(o["first_frame"])) for o in objects],
                         [(row["file"], row["first_frame"]) for row in rows])

    def test_a_folder_is_read_file_by_file(self):
        self.capture("a.pcap")
        self.well("b.pcap")
        out, _ = self.check(self.folder.name, status=1)
        self.assertLess(out.index("a.pcap"), out.index("b.pcap"))

    def test_the_worst_file_decides(self):
        self.check(self.well(), self.write("x.txt", b"Nothing of this is a log.\n" * 40), status=2)

    def test_html_is_one_document(self):
        out, _ = self.check("--format=html", self.capture(), self.well(), status=1)
        self.assertEqual((out.count("<html"), out.count("</html>")), (1, 1))
        self.assertNotIn("<script", out)

    def test_no_format_lets_a_capture_steer_the_reader(self):
        invite = sip.request(from_uri="sip:al\x1b[31mice@example.com")
        capture = pcap.Capture()
        capture.udp(PHONE, SERVER, invite)
        capture.udp(SERVER, PHONE, sip.response(403, "For\x1b]0;x\x07bidden <script>", invite))
        path = self.capture("hostile.pcap", capture)
        for format_ in ("text", "csv", "json", "markdown", "html"):
            out, _ = self.check("--format=" + format_, path, status=1)
            self.assertNotRegex(out, "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", format_)
            if format_ in ("html", "markdown"):
                self.assertNotIn("<script>", out.replace("\\<", ""), format_)

    def test_another_language(self):
        out, _ = self.check("--lang=de", self.capture(), status=1)
        self.assertIn("sipexplain.diagnosis == ", out)

    def test_without_the_plugin_nothing_is_called_right(self):
        out, err = self.check(self.well(), status=2, variables={"WIRESHARK_PLUGIN_DIR": self.folder.name})
        self.assertEqual(out, "")
        self.assertIn("plugin", err)

    def test_options_behind_two_dashes_go_to_tshark(self):
        path = self.capture()
        out, _ = self.check("--format=json", path, "--", "-Y", "frame.number == 1", status=1)
        self.assertTrue(out)


NOT_ANALYZED = "Not analyzed"
IAX, MGCP, SIPS, HTTPS = 4569, 2427, 5061, 443  # ports that Wireshark gives to others
RECORD = b"\x17\x03\x03\x00\x40" + b"\xa5" * 64


@WITH_TSHARK
class OmittedTest(CheckTest):
    """What was not analyzed is said, and only that."""

    def omitted(self, capture, *options, **more):
        """The lines below "Not analyzed"."""
        out, _ = self.check(self.capture("test.pcap", capture), *options, status=more.get("status", 0))
        return " ".join(out.partition(NOT_ANALYZED)[2].split())

    @staticmethod
    def found():
        """A capture in which SIP is found."""
        capture = pcap.Capture()
        options = sip.request("OPTIONS")
        capture.udp(PHONE, SERVER, options)
        capture.udp(SERVER, PHONE, sip.response(200, "OK", options))
        return capture

    @staticmethod
    def record(capture, client, server):
        """A record of TLS whose keys nobody has, in a connection that was open before."""
        stream = streams.TcpStream(capture, client, server)
        stream.send(streams.CLIENT, RECORD)

    def test_nothing_is_omitted(self):
        self.assertEqual(self.omitted(self.found()), "")

    def test_sip_on_the_port_of_another_protocol(self):
        for capture in (pcap.Capture(), self.found()):
            capture.udp(("192.0.2.1", 5060), ("192.0.2.2", IAX), sip.request())
            capture.udp(("192.0.2.2", IAX), ("192.0.2.1", 5064), sip.response(404, "Not Found", sip.request()))
            said = self.omitted(capture)
            self.assertIn(f"2 packets hold SIP that Wireshark does not take for SIP, the first in frame {capture.count - 1}", said)
            self.assertIn(f"--decode-as udp.port=={IAX},sip", said)

    def test_the_same_port_with_another_protocol_or_decoded(self):
        capture = self.found()
        capture.udp(("192.0.2.1", 5064), ("192.0.2.2", IAX), b"\x80\x01\0\0" + sip.request())
        self.assertEqual(self.omitted(capture), "")
        capture.udp(("192.0.2.1", 5064), ("192.0.2.2", IAX), sip.request())
        self.assertEqual(self.omitted(capture, "--decode-as", f"udp.port=={IAX},sip"), "")

    def test_a_port_that_is_read_as_sip_already(self):
        capture = self.found()
        capture.udp(PHONE, SERVER, sip.request().replace(b" SIP/2.0\r\n", b" SIP/7.0\r\n", 1))
        said = self.omitted(capture)
        self.assertIn("1 packet begins as SIP does on a port of SIP, but Wireshark does not take it for SIP, the first in"
                      " frame 3", said)
        self.assertNotIn("--decode-as", said)

    def test_tls_on_the_port_of_sip(self):
        capture = self.found()
        self.record(capture, ("192.0.2.1", 40000), ("192.0.2.2", SIPS))
        self.record(capture, ("192.0.2.1", 40001), ("192.0.2.2", SIPS))
        self.assertIn("2 packets are encrypted (TLS), the first in frame 3: --keylog FILE", self.omitted(capture))

    def test_tls_elsewhere_where_sip_was_found(self):
        capture = self.found()
        self.record(capture, ("192.0.2.1", 40000), ("192.0.2.2", HTTPS))
        self.assertEqual(self.omitted(capture), "")
        capture = pcap.Capture()
        self.record(capture, ("192.0.2.1", 40000), ("192.0.2.2", HTTPS))
        self.assertIn("1 packet is encrypted", self.omitted(capture))

    def test_messages_that_were_cut(self):
        capture = self.found()
        capture.udp(PHONE, SERVER, sip.request("OPTIONS", call="cut"), snap=200)
        self.assertIn("1 SIP message was cut when captured, the first in frame 3", self.omitted(capture))
        out, _ = self.check(self.capture("test.pcap", capture), status=0)
        self.assertIn("What could be read shows nothing wrong", out)

    def test_other_packets_that_were_cut(self):
        capture = self.found()
        capture.udp(("192.0.2.1", 20000), ("192.0.2.2", 20002), b"\x80\0" + bytes(300), snap=100)
        self.assertEqual(self.omitted(capture), "")

    def test_a_read_filter(self):
        self.assertIn("read filter sip was given", self.omitted(self.found(), "--", "-2", "-R", "sip"))
        self.assertEqual(self.omitted(self.found(), "--", "-Y", "sip"), "")

    def test_the_summary_names_them(self):
        capture = self.found()
        capture.udp(("192.0.2.1", 5060), ("192.0.2.2", IAX), sip.request())
        self.record(capture, ("192.0.2.1", 40000), ("192.0.2.2", SIPS))
        capture.udp(PHONE, SERVER, sip.request("OPTIONS", call="cut"), snap=200)
        done = subprocess.run([TSHARK, "-r", self.capture("test.pcap", capture), "-q", "-z", "sipexplain,summary,csv"],
                              capture_output=True, check=True, env={**environment(), "WIRESHARK_PLUGIN_DIR": PLUGINS})
        rows = {row["group"]: row for row in csv.DictReader(io.StringIO(done.stdout.decode()), strict=True)}
        self.assertEqual({name: (rows[name]["messages"], rows[name]["first_frame"], rows[name]["filter"])
                          for name in ("odd-port", "encrypted", "cut")},
                         {"odd-port": ("1", "3", f"!sip && udp.port == {IAX}"),
                          "encrypted": ("1", "4", f"tls && tcp.port == 40000 && tcp.port == {SIPS}"),
                          "cut": ("1", "5", "frame.cap_len < frame.len && sip")})


if __name__ == "__main__":
    unittest.main()
