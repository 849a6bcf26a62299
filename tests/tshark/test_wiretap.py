# SPDX-License-Identifier: GPL-2.0-or-later
"""Text logs opened as captures, by the plugin that reads files."""

import glob
import gzip
import json
import os
import subprocess
import unittest

from command.command import COMMAND
from command.test_check import trouble
from lib.tshark import PLUGIN_DIR, TSHARK, TsharkTest, environment
from log.layouts import BY_NAME, LAYOUTS, conversation, write

CALLER, CALLED = "192.0.2.10", "198.51.100.20"
NOT_OF_THE_PLACE = ("severity", "verdict", "code", "diagnosis", "headline", "what_to_do", "messages", "conversations")


FURTHER = os.environ.get("SX_LOGS", "")

# The final responses of the conversations in the logs of SX_LOGS, as their README.md has them: code, verdict, diagnoses.
LOGIN = [("401", "normal", ["auth.challenge"]), ("401", "failure", ["auth.wrong-credentials"])]
BY_PHONE = LOGIN + [("486", "user-action", ["callee.busy"])]
BY_SERVER = LOGIN + [("200", "normal", ["normal.success"])] + [
    ("200", "anomaly", sorted(["normal.success", one])) for one in ("retransmit.repeated", "ack.missing", "retransmit.repeated")]
AGAIN = ("ack.missing", "retransmit.repeated")
COARSE = ("asterisk-chansip.log", "asterisk-pjsip-console.txt")  # whole seconds, no time


def findings(lines):
    """Reports as lines of JSON, without where things were."""
    return [{name: row[name] for name in NOT_OF_THE_PLACE} for row in map(json.loads, lines.splitlines())]


@unittest.skipUnless(glob.glob(os.path.join(PLUGIN_DIR, "*", "wiretap", "*.so")), "not for this version of Wireshark")
class WiretapTest(TsharkTest):

    def write(self, data, name="test.log"):
        with open(self.path(name), "wb") as file:
            file.write(data)
        return self.path(name)

    def command(self, *args):
        return subprocess.run([COMMAND, *args], capture_output=True, text=True, check=False, env=environment(self.folder)).stdout

    def look(self, path, *args):
        """Number, time, ends, direction and text of each message."""
        names = ("frame.number", "frame.time_epoch", "frame.cap_len", "frame.len", "_ws.col.Source", "_ws.col.Destination",
                 "exported_pdu.p2p_dir", "sip.msg_hdr", "sdp.media")
        return self.tshark("-r", path, *args, "-T", "fields", *(word for name in names for word in ("-e", name)))

    def test_every_layout_is_read_as_check_and_convert_read_it(self):
        out = self.path("out.pcapng")
        for layout in LAYOUTS:
            for clock in layout.clocks if layout is BY_NAME["asterisk_pjsip"] else layout.clocks[-1:]:
                with self.subTest(layout=layout.name, clock=clock):
                    log = self.write(write(layout, trouble(), clock, between=layout.noise))
                    self.command("convert", log, out)
                    seen = self.look(log)
                    self.assertEqual(len(seen.splitlines()), len(trouble()))
                    self.assertEqual(seen, self.look(out))
                    self.assertEqual(findings(self.tshark("-r", log, "-q", "-z", "sipexplain,findings,json")),
                                     findings(self.command("check", "--format=json", log)))

    def finals(self, path):
        """Code, verdict and diagnoses of each final response."""
        out = self.tshark("-r", path, "-Y", "sipexplain.code >= 200", "-T", "fields", "-e", "sipexplain.code", "-e",
                          "sipexplain.verdict", "-e", "sipexplain.diagnosis")
        rows = [line.split("\t") for line in out.splitlines()]
        return [(code, verdict, sorted(diagnoses.split(","))) for code, verdict, diagnoses in rows]

    @unittest.skipUnless(os.path.isdir(FURTHER), "SX_LOGS names no folder of further logs")
    def test_further_logs_give_what_captures_of_their_conversations_give(self):
        """By check, by the capture that convert makes, and opened as they are."""
        for name in sorted(set(os.listdir(FURTHER)) - {"README.md"}):
            with self.subTest(name), open(os.path.join(FURTHER, name), "rb") as file:
                log = self.write(file.read(), name)
                out = self.path("out.pcapng")
                self.command("convert", log, out)
                found, texts = self.finals(log), self.tshark("-r", log, "-V", "-O", "sipexplain")
                self.assertEqual(found, self.finals(out))
                self.assertNotIn("benign.duplicate-capture", str(found))
                if any(code == "486" for code, _, _ in found):
                    self.assertEqual(found, BY_PHONE)
                    last = ("user-action", "486", "callee.busy")
                elif name in COARSE:
                    self.assertEqual(found[:3], BY_SERVER[:3])  # ack.missing may stand on a later copy
                    self.assertLessEqual({one for _, _, all_of_it in found[3:] for one in all_of_it}, {*AGAIN, "normal.success"})
                    self.assertIn("ack.missing", str(found[3:]))
                    self.assertNotRegex(texts, r"\d ms\b")
                    last = ("anomaly", "200", "ack.missing")
                else:
                    self.assertEqual(found, BY_SERVER)
                    last = ("anomaly", "200", "ack.missing")
                done = subprocess.run([COMMAND, "check", "--format=json", log], capture_output=True, text=True, check=False,
                                      env=environment(self.folder))
                rows = {(row["verdict"], str(row["code"]), row["diagnosis"]) for row in map(json.loads, done.stdout.splitlines())}
                self.assertIn(("failure", "401", "auth.wrong-credentials"), rows)
                self.assertEqual(last in rows, last[0] != "user-action")  # what a person decided is no finding
                calls = map(json.loads, self.tshark("-r", log, "-q", "-z", "sipexplain,calls,json").splitlines())
                self.assertEqual([(row["verdict"], str(row["code"]), row["diagnosis"]) for row in calls],
                                 [("failure", "401", "auth.wrong-credentials"), last])
                self.assertEqual(done.returncode, 1)

    def test_messages_are_read_again_by_their_place(self):
        for layout in (BY_NAME["asterisk_pjsip"], BY_NAME["freeswitch"], BY_NAME["jssip"], BY_NAME["belle_sip"]):
            log = self.write(write(layout, conversation() + trouble(), layout.clocks[0], between=layout.noise))
            self.assertEqual(self.look(log), self.look(log, "-2"), layout.name)

    def test_several_messages_of_one_record(self):
        answers = b"".join(message.data for message in conversation() if message.sent)
        head = b"channel [0x55d0]: received [%d] new bytes from [TCP://192.0.2.10:5060]:\n" % len(answers)
        log = self.write(head + answers + b"\n")
        self.assertEqual(len(self.look(log).splitlines()), 3)
        self.assertEqual(self.look(log), self.look(log, "-2"))

    def test_a_packed_log(self):
        data = write(BY_NAME["sngrep"], conversation() * 200, "us")
        log, packed = self.write(data), self.write(gzip.compress(data), "test.log.gz")
        for args in ((), ("-2",)):
            self.assertEqual(self.look(log), self.look(packed, *args))

    def test_times_are_as_fine_as_in_the_log_and_stay_so(self):
        layout = BY_NAME["asterisk_pjsip"]
        for clock, shown in (("ms", "1709251198.250000000"), ("s", "1709251198.000000000"), (None, "")):
            log = self.write(write(layout, conversation()[:2], clock))
            self.assertEqual(self.tshark("-r", log, "-c", "1", "-T", "fields", "-e", "frame.time_epoch").strip(), shown)
            answered = self.tshark("-r", log, "-T", "fields", "-e", "sipexplain.answer_time")
            self.assertEqual(bool(answered.strip()), clock == "ms", clock)
        log = self.write(write(layout, trouble(), "s"))
        self.run_program("editcap", log, self.path("saved.pcapng"))
        self.assertEqual(self.look(log), self.look(self.path("saved.pcapng")))

    def test_the_year_is_that_of_the_file(self):
        log = self.write(write(BY_NAME["asterisk_chan_sip"], conversation()[:1], "s"))
        os.utime(log, (1709251200, 1709251200))
        self.assertEqual(self.look(log).split("\t")[1], "1709251198.000000000")

    def test_a_log_holds_no_frame_twice(self):
        invite = conversation()[0]
        log = self.write(write(BY_NAME["sngrep"], [invite, invite._replace(micros=invite.micros + 1000)], "us"))
        self.assertEqual(self.tshark("-r", log, "-T", "fields", "-e", "sipexplain.diagnosis").split(), ["retransmit.repeated"])

    def test_a_cut_message(self):
        whole = write(BY_NAME["asterisk_pjsip"], conversation()[:1], "ms")
        lengths = self.look(self.write(whole[:-40])).split("\t")[2:4]
        self.assertEqual(int(lengths[0]) + 1, int(lengths[1]))

    def test_what_is_no_log_is_as_it_was(self):
        """The same words and the same exit status as without the plugin."""
        message = conversation()[0].data.replace(b"\r\n", b"\n")
        record = write(BY_NAME["asterisk_pjsip"], conversation()[:1], "ms")
        others = {"source code": b'#include "sip.h"\n' + b"".join(b' * %s\n' % line for line in message.split(b"\n")),
                  "web page": b"<!DOCTYPE html>\n<pre>\n" + record,
                  "JSON": b'{"text":\n"' + message.replace(b"\n", b"\\r\\n") + b'"}\n',
                  "syslog": b"".join(b"Nov 20 09:00:%02d pbx sip[7]: got INVITE sip:b@example.com SIP/2.0\n" % i for i in range(60)),
                  "binary": bytes(range(256)) * 64 + record, "empty": b"", "prose": b"The phone sends SIP/2.0 200 OK\n" * 9,
                  "far behind": b"2026-11-20 09:00:00 other line\n" * 20000 + record}
        for name, data in others.items():
            path = self.write(data, "other.txt")
            runs = [self.run_program(TSHARK, "-r", path, plugin=plugin, check=False) for plugin in (True, False)]
            seen, expected = ((run.returncode, run.stdout, run.stderr) for run in runs)
            self.assertEqual(seen, expected, name)

    def test_captures_are_what_they_were(self):
        out = self.path("out.pcapng")
        self.command("convert", self.write(write(BY_NAME["sngrep"], conversation(), "us")), out)
        self.run_program("editcap", "-F", "pcap", out, self.path("out.pcap"))
        for name, kind in (("out.pcapng", "pcapng"), ("out.pcap", "pcap")):
            self.assertIn("- %s\n" % kind, self.run_program("capinfos", "-t", self.path(name)).stdout)


if __name__ == "__main__":
    unittest.main()
