# SPDX-License-Identifier: GPL-2.0-or-later
"""The reports -z sipexplain,calls, messages, summary and findings, read back by standard parsers."""

import calendar
import collections
import csv
import io
import json
import re
import subprocess
import time

from captures.make_sample import make
from lib import pcap, sip, streams
from lib.tshark import TSHARK, TsharkTest, environment

PHONE, PROXY, SERVER = ("192.0.2.10", 5060), ("192.0.2.20", 5060), ("198.51.100.5", 5060)
REPORTS = ("calls", "messages", "summary", "findings")
NUMBERS = {"first_frame", "last_frame", "messages", "problems", "frame", "code", "ring_time", "talk_time",
           "source_port", "destination_port", "request_frame", "answer_time", "copy_of", "relayed_from",
           "call_first_frame", "conversations"}


class ReportTest(TsharkTest):
    """Runs reports over a capture."""

    def write(self, capture, name="test.pcap"):
        """Writes a capture, or the messages between phone and server that are given instead; returns its path."""
        if isinstance(capture, list):
            messages, capture = capture, pcap.Capture()
            for message in messages:
                ends = (SERVER, PHONE) if message.startswith(b"SIP/2.0") else (PHONE, SERVER)
                capture.udp(*ends, message)
        path = self.path(name)
        capture.write(path)
        return path

    def report(self, path, name, *args):
        """Rows of a report as JSON gives them."""
        out = self.tshark("-q", "-r", path, *args, "-z", f"sipexplain,{name},json")
        return [json.loads(line) for line in out.splitlines()]

    def csv(self, path, name):
        """Rows of a report as CSV gives them, numbers as numbers and what is empty as None."""
        out = self.run_program(TSHARK, "-n", "-q", "-r", path, "-z", f"sipexplain,{name},csv").stdout
        rows = list(csv.DictReader(io.StringIO(out, newline=""), strict=True))
        for row in rows:
            self.assertNotIn(None, row)
            for key, value in row.items():
                number = key in NUMBERS and value != ""
                row[key] = json.loads(value) if number else value or None
        return rows

    def frames(self, path, display_filter, *args):
        """The numbers of the frames that a display filter shows."""
        out = self.tshark("-r", path, *args, "-Y", display_filter, "-T", "fields", "-e", "frame.number")
        return [int(line) for line in out.split()]


class CallsTest(ReportTest):

    def test_a_line_for_each_conversation(self):
        rows = self.report(self.write(make()), "calls")
        self.assertEqual([(row["first_frame"], row["last_frame"], row["messages"], row["kind"], row["code"],
                           row["verdict"]) for row in rows],
                         [(1, 4, 4, "registration", 200, "normal"), (5, 8, 4, "call", 486, "user-action"),
                          (9, 12, 4, "call", 488, "failure"), (13, 16, 4, "call", 503, "failure"),
                          (17, 18, 2, "probe", 405, "violation"), (19, 20, 2, "subscription", None, "normal")])
        self.assertEqual((rows[1]["from"], rows[1]["to"]), ("alice@example.com", "bob@example.com"))
        self.assertEqual(rows[1]["method"], "INVITE")
        self.assertEqual(rows[1]["diagnosis"], "callee.busy")
        self.assertIsNone(rows[0]["what_to_do"])
        self.assertRegex(rows[3]["what_to_do"], "^[A-Z]")

    def test_times(self):
        invite = sip.request(call="talk")
        capture = pcap.Capture()
        answer = sip.response(200, "OK", invite, [("Contact", "<sip:bob@198.51.100.5>")])
        for at, message in ((0, invite), (0.5, sip.response(180, "Ringing", invite)), (3.5, answer),
                            (4, sip.request("ACK", call="talk", to_tag="b1")),
                            (64, sip.request("BYE", call="talk", cseq=2, to_tag="b1")),):
            ends = (SERVER, PHONE) if message.startswith(b"SIP/2.0") else (PHONE, SERVER)
            capture.at(at).udp(*ends, message)
        row, = self.report(self.write(capture), "calls")
        self.assertEqual(row["start"], "2023-11-14T22:13:20.000000Z")
        self.assertEqual((row["ring_time"], row["talk_time"]), (3.0, 60.5))

    def test_filter_shows_the_call_on_all_hops(self):
        invite = sip.request(call="two-hops")
        relayed = sip.request(call="two-hops", headers=[
            "Via: SIP/2.0/UDP 192.0.2.20:5060;branch=z9hG4bK-hop", ("Max-Forwards", 69)])
        busy = sip.response(486, "Busy Here", relayed)
        capture = pcap.Capture()
        capture.udp(PHONE, PROXY, invite)
        capture.udp(PROXY, SERVER, relayed)
        capture.udp(PHONE, PROXY, sip.request("OPTIONS", call="other"))
        capture.udp(SERVER, PROXY, busy)
        capture.udp(PROXY, PHONE, sip.response(486, "Busy Here", invite))
        path = self.write(capture)
        call, other = self.report(path, "calls")
        self.assertEqual(self.frames(path, call["filter"]), [1, 2, 4, 5])
        self.assertEqual(self.frames(path, other["filter"]), [3])

    def test_filter_of_a_registration_is_by_address_of_record(self):
        messages = [sip.request("REGISTER", "sip:example.com", call=call, to_uri=to)
                    for call, to in (("a", "sip:bob@example.com"), ("b", "sip:bob@EXAMPLE.com;transport=tcp"),
                                     ("c", "sip:bobby@example.com"), ("d", "sip:example.com"),
                                     ("e", "sip:carol@[2001:db8::1]:5070"), ("f", "tel:+1234"))]
        path = self.write(messages + [sip.request("SUBSCRIBE", call="a", to_uri="sip:bob@example.com")])
        rows = self.report(path, "calls")
        self.assertEqual([self.frames(path, row["filter"]) for row in rows if row["kind"] == "registration"],
                         [[1, 2], [3], [4], [5], [6]])

    def test_hostile_call_ids(self):
        names = ['plain', 'qu"ote', 'back\\slash', 'end\\', 'a" || sip || "', "caf\u00e9", "tab\there", "\x01\x7f",
                 "%s%n", "x" * 400, "two  blanks"]
        path = self.write([sip.request("OPTIONS", call=name) for name in names])
        rows = self.report(path, "calls")
        self.assertEqual([self.frames(path, row["filter"]) for row in rows],
                         [[i + 1] for i in range(len(names))])

    def test_other_bytes_than_utf8(self):
        path = self.write([sip.message("OPTIONS sip:example.com SIP/2.0", [
            ("From", b"<sip:\xff\xfe@example.com>;tag=1"), ("To", "<sip:b@example.com>"), ("Call-ID", b"a\xffb"),
            ("CSeq", "1 OPTIONS")])])
        row, = self.report(path, "calls")
        self.assertEqual(self.frames(path, row["filter"]), [1])
        self.assertEqual(self.csv(path, "calls"), [row])


class MessagesTest(ReportTest):

    def test_a_line_for_each_explained_message(self):
        path = self.write(make())
        rows = self.report(path, "messages")
        shown = self.fields(path, "sipexplain.verdict", "frame.number", "sipexplain.headline")
        self.assertEqual([[row["verdict"], str(row["frame"]), row["headline"]] for row in rows], shown)

    def test_what_a_line_says(self):
        row = next(row for row in self.report(self.write(make()), "messages") if row["code"] == 486)
        self.assertEqual({key: row[key] for key in ("frame", "source", "source_port", "destination",
                                                    "destination_port", "method", "severity", "diagnosis",
                                                    "request_frame", "call_first_frame", "copy_of")},
                         {"frame": 7, "source": "198.51.100.5", "source_port": 5060, "destination": "192.0.2.10",
                          "destination_port": 5060, "method": "INVITE", "severity": "chat",
                          "diagnosis": "callee.busy", "request_frame": 5, "call_first_frame": 5, "copy_of": None})

    def test_filter_shows_the_call(self):
        path = self.write(make())
        row = next(row for row in self.report(path, "messages") if row["code"] == 486)
        self.assertEqual(self.frames(path, row["filter"]), [5, 6, 7, 8])


class SummaryTest(ReportTest):

    def test_counts_are_those_of_the_filters(self):
        path = self.write(make())
        rows = self.report(path, "summary")
        self.assertEqual([row["group"] for row in rows if row["group"] in ("all", "peer")], ["all"] + ["peer"] * 3)
        for row in rows:
            frames = self.tshark("-r", path, "-Y", row["filter"], "-T", "fields", "-e", "frame.number",
                                 "-e", "frame.time_epoch").splitlines()
            self.assertEqual(row["messages"], len(frames), row)
            self.assertEqual(f"{row['first_frame']}\t{self.epoch(row['first_time'])}", frames[0][:-3])
            self.assertEqual(self.epoch(row["last_time"]), frames[-1].split("\t")[1][:-3])

    @staticmethod
    def epoch(moment):
        """ISO 8601 as seconds since 1970, to the microsecond."""
        seconds, _, fraction = moment.rstrip("Z").partition(".")
        return f"{calendar.timegm(time.strptime(seconds, '%Y-%m-%dT%H:%M:%S'))}.{fraction}"

    def test_values_and_problems(self):
        rows = {(row["group"], row["value"]): row for row in self.report(self.write(make()), "summary")}
        self.assertEqual(rows["all", "sip"]["messages"], 20)
        self.assertEqual(rows["all", "sip"]["problems"],
                         sum(row["messages"] for (group, value), row in rows.items()
                             if group == "verdict" and value in ("failure", "anomaly", "violation")))
        self.assertEqual(rows["code", "503"]["problems"], 1)
        self.assertEqual(rows["code", "486"]["problems"], 0)
        self.assertEqual(rows["method", "INVITE"]["messages"], 9)
        self.assertEqual(rows["peer", "203.0.113.20"]["messages"], 4)

    def test_the_most_frequent_come_first(self):
        rows = [row for row in self.report(self.write(make()), "summary") if row["group"] == "method"]
        self.assertEqual([row["messages"] for row in rows],
                         sorted((row["messages"] for row in rows), reverse=True))

    def test_many_peers(self):
        capture = pcap.Capture()
        for i in range(60):
            for _ in range(1 + (i == 59)):
                capture.udp(PHONE, (f"198.51.100.{i + 1}", 5060), sip.request("OPTIONS", call=f"c{i}"))
        path = self.write(capture)
        peers = [row for row in self.report(path, "summary") if row["group"] == "peer"]
        self.assertEqual(len(peers), 51)
        self.assertEqual([(row["value"], row["messages"]) for row in peers[:2]],
                         [("192.0.2.10", 61), ("198.51.100.60", 2)])
        others = peers[-1]
        self.assertEqual((others["value"], others["filter"], others["messages"]), (None, None, 11))
        text = self.tshark("-q", "-r", path, "-z", "sipexplain,summary")
        self.assertRegex(text, r"(?m)^peer +others +11 ")

    def test_ipv6_and_invented_methods(self):
        capture = pcap.Capture()
        for method in ("DANCE", "dance", "x%s`y"):
            capture.udp(("2001:db8::1", 5060), ("2001:db8::2", 5060), sip.request(method, call=method))
        path = self.write(capture)
        rows = self.report(path, "summary")
        self.assertEqual([row["value"] for row in rows if row["group"] == "peer"], ["2001:db8::1", "2001:db8::2"])
        self.assertEqual([row["value"] for row in rows if row["group"] == "method"],
                         ["DANCE", "dance", "x%s`y"])
        for row in rows:
            self.assertEqual(len(self.frames(path, row["filter"])), row["messages"], row)


    def test_segments_of_a_message_that_was_put_together_are_not_unseen(self):
        capture = pcap.Capture()
        stream = streams.TcpStream(capture, PHONE, SERVER)
        stream.open()
        for i in range(3):
            invite = sip.request(call=f"c{i}", headers=[("Subject", "x" * 300)])
            stream.send(streams.CLIENT, invite, cuts=(200, 400))
            stream.send(streams.SERVER, sip.response(486, "Busy Here", invite))
        path = self.write(capture)
        for args in (), ("-2",):
            with self.subTest(args=args):
                groups = collections.Counter()
                for row in self.report(path, "summary", *args):
                    groups[row["group"]] += row["messages"]
                self.assertEqual((groups["all"], groups["not-taken"], groups["odd-port"]), (6, 0, 0))


class FindingsTest(ReportTest):

    def test_what_needs_attention_stands_in_groups_worst_first(self):
        path = self.write(make())
        rows = self.report(path, "findings")
        severities = ["note", "warning", "error"]
        places = [severities.index(row["severity"]) for row in rows]
        self.assertEqual(places, sorted(places, reverse=True))
        self.assertIn((11, "failure", 488), [(row["first_frame"], row["verdict"], row["code"]) for row in rows])
        for row in rows:
            self.assertIn(row["verdict"], ("failure", "anomaly", "violation"))
            self.assertTrue(row["headline"])
            self.assertIn(row["first_frame"], self.frames(path, row["filter"]))
            self.assertGreaterEqual(row["messages"], row["conversations"])

    def test_one_group_counts_all_calls_that_it_hit_and_no_copies(self):
        messages = []
        for number in range(3):
            invite = sip.request(call="call-%d" % number)
            messages += [invite, sip.response(503, "Service Unavailable", invite)]
        messages.append(messages[-1])
        rows = self.report(self.write(messages), "findings")
        self.assertEqual([(row["code"], row["conversations"], row["messages"], row["first_frame"]) for row in rows],
                         [(503, 3, 3, 2)])

    def test_a_group_has_a_headline_that_is_true_of_all(self):
        messages = []
        for user in ("bob", "bob", "carol"):
            uri = f"sip:{user}@example.com"
            invite = sip.request(uri=uri, call="call-%d" % len(messages))
            messages += [invite, sip.response(404, "Not Found", invite)]
        rows = self.report(self.write(messages[:4]), "findings")
        self.assertEqual([row["headline"] for row in rows], ["bob is not known there"])
        rows = self.report(self.write(messages), "findings")
        self.assertEqual([row["headline"] for row in rows], ["the called user or number is not known there"])

    def test_a_call_without_any_answer_is_a_finding(self):
        capture = pcap.Capture()
        capture.udp(PHONE, SERVER, sip.request(call="lost"))
        options = sip.request("OPTIONS", call="other")
        capture.at(200).udp(PHONE, SERVER, options)
        capture.udp(SERVER, PHONE, sip.response(200, "OK", options))
        rows = self.report(self.write(capture), "findings")
        self.assertEqual([(row["first_frame"], row["verdict"], row["code"], row["diagnosis"]) for row in rows],
                         [(1, "failure", None, None)])

    def test_nothing_is_found_where_nothing_is_wrong(self):
        options = sip.request("OPTIONS")
        self.assertEqual(self.report(self.write([options, sip.response(200, "OK", options)]), "findings"), [])


class FormatsTest(ReportTest):

    def test_csv_and_json_say_the_same(self):
        path = self.write(make())
        for name in REPORTS:
            rows = self.report(path, name)
            self.assertTrue(rows)
            self.assertEqual(self.csv(path, name), rows)

    def test_csv_is_that_of_the_standard(self):
        path = self.write(make())
        for name in REPORTS:
            out = self.run_bytes("-q", "-r", path, "-z", f"sipexplain,{name},csv")
            self.assertEqual(out.count(b"\n"), out.count(b"\r\n"))
            self.assertTrue(out.endswith(b"\r\n"))

    def run_bytes(self, *args):
        """Output of tshark as bytes."""
        return subprocess.run([TSHARK, "-n", *args], env=environment(self.folder), check=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE).stdout

    def test_text_is_the_default_and_lines_up(self):
        path = self.write(make())
        for name in REPORTS:
            text = self.tshark("-q", "-r", path, "-z", f"sipexplain,{name}")
            self.assertEqual(self.tshark("-q", "-r", path, "-z", f"sipexplain,{name},text"), text)
            head, *lines = text.splitlines()
            self.assertEqual(len(lines), len(self.report(path, name)))
            column = head.index("Verdict" if name != "summary" else "First (UTC)")
            self.assertEqual({line[column - 1] for line in lines}, {" "})
            self.assertNotIn(" ", {line[column] for line in lines})

    def test_neither_an_empty_capture_nor_one_without_sip_has_lines(self):
        other = pcap.Capture()
        other.udp(("192.0.2.1", 53), ("192.0.2.2", 53), b"no SIP in here")
        for capture in (pcap.Capture(), other):
            path = self.write(capture)
            for name in REPORTS:
                self.assertEqual(self.report(path, name), [])
                self.assertEqual(self.csv(path, name), [])
                text = self.tshark("-q", "-r", path, "-z", f"sipexplain,{name}")
                self.assertEqual(len(text.splitlines()), 1)

    def test_no_cell_is_a_formula(self):
        names = ("=1+1", "+cmd|calc", "-2+3", "@SUM(A1)", "\tx")
        path = self.write([sip.request("OPTIONS", call=f"=c{i}", from_uri=f"sip:{name}@h")
                           for i, name in enumerate(names)])
        out = self.tshark("-q", "-r", path, "-z", "sipexplain,calls,csv")
        for row in csv.reader(io.StringIO(out, newline="")):
            self.assertFalse([cell for cell in row if cell[:1] and cell[:1] in "=+-@\t\r"], row)
        self.assertEqual([row["from"][:2] for row in self.report(path, "calls")][:2], ["=1", "+c"])

    def test_text_cannot_steer_a_terminal(self):
        path = self.write([sip.request("OPTIONS", call="esc", from_uri="sip:\x1b[31m\u202ered@h")])
        for name in REPORTS:
            text = self.tshark("-q", "-r", path, "-z", f"sipexplain,{name}")
            self.assertNotRegex(text.replace("\n", ""), "[\x00-\x1f\x7f-\x9f\u202a-\u202e]")

    def test_percent_signs_are_no_formats(self):
        path = self.write([sip.request("OPTIONS", call="%s%n", from_uri="sip:%25s%n@h", uri="sip:%n%n@h")])
        self.assertIn("%25s%n@h", self.tshark("-q", "-r", path, "-z", "sipexplain,calls"))

    def test_filter_picks_messages(self):
        path = self.write(make())
        for name, count in (("calls", 1), ("messages", 2)):
            rows = self.tshark("-q", "-r", path, "-z", f'sipexplain,{name},json,sip.Call-ID == "bob@example.com"')
            self.assertEqual(len(rows.splitlines()), count, rows)
        out = self.tshark("-q", "-r", path, "-z", 'sipexplain,calls,sip.Call-ID == "bob@example.com"')
        self.assertEqual(len(out.splitlines()), 2)

    def test_several_at_once(self):
        path = self.write(make())
        out = self.tshark("-q", "-r", path, "-z", "sipexplain,calls,json", "-z", "sipexplain,summary,json")
        rows = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(sum("group" not in row for row in rows), 6)
        self.assertGreater(sum("group" in row for row in rows), 6)

    def test_messages_that_waited_are_reported_like_those_that_did_not(self):
        """Nothing has to wait where a filter asks for the tree of each frame."""
        capture = pcap.Capture()
        for i in range(400):
            large = b"x" * (60000 if i % 40 == 0 else i)
            invite = sip.request(call=f"c{i}", headers=[("Content-Type", "text/plain")], body=large)
            capture.udp(PHONE, SERVER, invite)
            code, phrase = ((486, "Busy Here"), (404, "Not Found"), (200, "OK"))[i % 3]
            answer = sip.response(code, phrase, invite)
            for _ in range(1 + i % 2):
                capture.udp(SERVER, PHONE, answer)
        path = self.write(capture)
        for name in REPORTS:
            with self.subTest(report=name):
                rows = self.report(path, name)
                self.assertGreaterEqual(len(rows), 3)
                out = self.tshark("-q", "-r", path, "-z", f"sipexplain,{name},json,frame")
                self.assertEqual([json.loads(line) for line in out.splitlines()], rows)

    def test_a_ring_of_files_has_a_report_for_each(self):
        """Numbers of frames, and what is known of calls, begin anew with each file."""
        capture = pcap.Capture()
        for i in range(30):
            invite = sip.request(call=f"c{i}")
            capture.udp(PHONE, SERVER, invite)
            capture.udp(SERVER, PHONE, sip.response(486, "Busy Here", invite))
        path = self.write(capture)
        self.write([], "ring.pcapng")  # a place to write to
        args = [TSHARK, "-n", "-q", "-i", "-", "-b", "packets:20", "-w", self.path("ring.pcapng")]
        with open(path, "rb") as stream:
            done = subprocess.run(args + ["-z", "sipexplain,messages,json", "-z", "sipexplain,summary,json"],
                                  env=environment(self.folder), stdin=stream, capture_output=True, check=False)
        if done.returncode != 0 and b"dumpcap" in done.stderr:
            self.skipTest("no dumpcap may be run here")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([row["messages"] for row in rows if row.get("group") == "all"], [20, 20, 20])
        self.assertEqual(sum("group" not in row for row in rows), 30)

    def test_two_passes_say_the_same(self):
        path = self.write(make())
        for name in REPORTS:
            self.assertEqual(self.report(path, name, "-2"), self.report(path, name))

    def test_wrong_arguments(self):
        path = self.write(make())
        for argument in ("callsx", "calls,no.such.field == 1", "summary;", "messages,csv,("):
            done = self.run_program(TSHARK, "-n", "-q", "-r", path, "-z", "sipexplain," + argument, check=False)
            self.assertEqual(done.returncode, 1, argument)
            self.assertIn("sipexplain,", done.stderr)
            self.assertEqual(done.stdout, "")

    def test_a_word_that_is_no_format_is_no_filter(self):
        path = self.write(make())
        for word in ("xml", "CSV", "sip"):
            done = self.run_program(TSHARK, "-n", "-q", "-r", path, "-z", "sipexplain,calls," + word, check=False)
            self.assertEqual((done.returncode, done.stdout), (1, ""), word)
            self.assertIn(f"'{word}' is no format: text, csv, json", done.stderr)
        self.assertTrue(self.tshark("-q", "-r", path, "-z", "sipexplain,calls,text,sip"))
        self.assertTrue(self.tshark("-q", "-r", path, "-z", "sipexplain,calls,sip.Method"))

    def test_no_two_columns_have_one_heading(self):
        path = self.write(make())
        for name in (*REPORTS, "ladder"):
            heads = re.split(r"  +", self.tshark("-q", "-r", path, "-z", "sipexplain," + name).splitlines()[0].strip())
            self.assertEqual(len(set(heads)), len(heads), name)

    def test_help_lists_them(self):
        listed = self.run_program(TSHARK, "-z", "help", check=False)
        for name in REPORTS:
            self.assertEqual((listed.stdout + listed.stderr).split().count("sipexplain," + name), 1)
