# SPDX-License-Identifier: GPL-2.0-or-later
"""What holds for every explanation: how wide rows are, what the keys of exports are, which values belong together.

All of it is asked of the mixed capture, of each status code, of all flow cases, and of the captures in SX_CAPTURES.
"""

import json
import os
import re
import shutil
import tempfile
import xml.etree.ElementTree as ElementTree

from lib import pcap, sip
from lib.tshark import TSHARK, TsharkTest

from .outputs import (HANGING, LOOK_AHEAD, PHONE, SEPARATOR, SERVER, all_codes_capture, all_flows_capture,
                      captures_of_others, mixed_capture, trees_of, unpack)

COLUMNS, BYTES = 100, 230  # of a row: what tshark's output is made for, and what Wireshark does not cut
EXPERT_ITEM = re.compile(r" +\[Expert Info \(")  # a row of Wireshark's own around our text
ONCE, AGAIN = (), ("-2", *LOOK_AHEAD)
OWNED = ("evidence", "cause", "fix")  # each with a parallel field .diagnosis


class EveryExplanationTest(TsharkTest):
    """Each test goes through all captures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.mkdtemp(prefix="sipexplain-")
        cls.addClassCleanup(shutil.rmtree, folder)
        codes = os.path.join(folder, "codes.pcap")
        all_codes_capture(codes)
        cls.captures = [mixed_capture(os.path.join(folder, "mixed.pcap")), codes,
                        all_flows_capture(os.path.join(folder, "flows.pcap")), *captures_of_others()]

    def outputs(self, *args, ways=(ONCE, AGAIN)):
        """(what was run, tshark's output) for each capture and way to look at it."""
        for capture in self.captures:
            for way in ways:
                command = ("-r", capture, *args, *way)
                yield " ".join(command), self.tshark(*command)

    def names(self):
        """The names of our fields and of those of expert items."""
        lines = [line.split("\t") for line in
                 self.run_program(TSHARK, "-G", "fields").stdout.splitlines()]
        return {line[2] for line in lines if line[0] == "F"
                and line[4] in ("sipexplain", "_ws.expert")} | {"_ws.expert"}

    # ---- rows ----

    def test_rows_fit_and_titles_are_not_cut_by_wireshark(self):
        trees = 0
        for command, out in self.outputs("-V", ways=(AGAIN, *(
                ("-o", "sipexplain.long_texts:" + one) for one in ("auto", "always", "never")))):
            for _, lines in trees_of(out):
                trees += 1
                self.assertNotRegex(lines[0], r"\[truncated\]|\[…\]|…$", command)
                self.assertEqual([line for line in lines[1:] if len(line) > COLUMNS
                                  and not EXPERT_ITEM.match(line)], [], command)
                self.assertEqual([line for line in lines
                                  if len(line.lstrip(" ").encode()) > BYTES], [], command)
                self.check_lines_that_go_on(lines, command)
        self.assertGreater(trees, 1000)

    def check_lines_that_go_on(self, lines, command):
        """Nothing stands between a row and the lines that go on with it."""
        indents = [len(line) - len(line.lstrip(" ")) for line in lines]
        for before, indent, line in zip(indents, indents[1:], lines[1:]):
            if indent % 4 == HANGING:
                self.assertIn(before, (indent, indent - HANGING), (command, line))

    # ---- keys: no sentence is one ----

    def keys(self, node):
        """All keys in and below a value that was read with lists of pairs."""
        for item in node if isinstance(node, list) else []:
            if isinstance(item, tuple):
                yield item[0]
                yield from self.keys(item[1])
            elif isinstance(item, list):
                yield from self.keys(item)

    def check_keys(self, layers_of, names, *args):
        """All keys below sipexplain are names; returns those that were there."""
        found = set()
        for command, out in self.outputs(*args):
            for layers in layers_of(out):
                mine = {key for name, value in layers if name == "sipexplain"
                        for key in self.keys(value)}
                self.assertEqual(mine - names, set(), command)
                found |= mine
        return found

    def test_keys_of_json_are_fields(self):
        names = self.names()
        names |= {name + end for name in names for end in ("_tree", "_raw")}

        def layers_of(out):
            return [dict(dict(packet)["_source"])["layers"]
                    for packet in json.loads(out, object_pairs_hook=list)]
        found = self.check_keys(layers_of, names, "-T", "json", "-J", "sipexplain")
        self.assertLessEqual({"sipexplain.evidence", "sipexplain.fix_tree", "_ws.expert"}, found)
        self.captures = self.captures[:1]
        self.check_keys(layers_of, names, "-T", "json", "-J", "sipexplain", "-x")

    def test_keys_of_ek_are_fields(self):
        ours = {"sipexplain_" + name.replace(".", "_") for name in self.names()}
        experts = {"_ws_expert__ws_expert" + end for end in ("_message", "_severity", "_group")}

        def layers_of(out):
            return [dict(json.loads(line, object_pairs_hook=list)).get("layers", ())
                    for line in out.splitlines()]
        found = self.check_keys(layers_of, ours | experts | {"_ws_expert"},
                                "-T", "ek", "-J", "sipexplain")
        self.assertLessEqual({"sipexplain_sipexplain_evidence", *experts}, found)

    def test_items_of_pdml_are_fields(self):
        names, found = self.names(), set()
        for command, out in self.outputs("-T", "pdml", "-J", "sipexplain"):
            for proto in ElementTree.fromstring(out).iter("proto"):
                if proto.get("name") == "sipexplain":
                    found |= {field.get("name") for field in proto.iter("field")}
                    self.check_what_hangs_where(proto, command)
            self.assertEqual(found - names, set(), command)
        self.assertIn("sipexplain.evidence", found)

    def check_what_hangs_where(self, proto, command):
        """The diagnosis of a value hangs on it, and no hidden value on a line that goes on with a row."""
        for field in proto.iter("field"):
            name, below = field.get("name"), [one.get("name") for one in field]
            if name in ("sipexplain.cause", "sipexplain.fix"):
                self.assertEqual(below, [name + ".diagnosis"], command)
            elif name == "sipexplain.evidence.frame" and below:
                self.assertEqual(below[:2], ["sipexplain.evidence",
                                             "sipexplain.evidence.diagnosis"], command)
            elif name == "sipexplain.continued":
                self.assertEqual([one.get("name") for one in field if one.get("hide")], [], command)

    # ---- of which diagnosis each evidence, cause and fix is ----

    def test_each_value_has_its_diagnosis_in_a_parallel_field(self):
        names = [name + end for name in OWNED for end in ("", ".diagnosis")]
        names += ["diagnosis", "code", "sipfrag.code"]
        several = 0
        for command, out in self.outputs("-T", "fields", "-E", "aggregator=" + SEPARATOR, *[
                part for name in names for part in ("-e", "sipexplain." + name)]):
            for line in out.splitlines():
                row = dict(zip(names, map(unpack, line.split("\t"))))
                known = {*row["diagnosis"], *row["code"], *row["sipfrag.code"]}
                for name in OWNED:
                    owners = row[name + ".diagnosis"]
                    self.assertEqual(len(row[name]), len(owners), (command, row))
                    self.assertLessEqual(set(owners), known | {"outcome"}, (command, row))
                    several += len(set(owners)) > 1
        self.assertGreater(several, 100)

    def test_the_values_of_one_message(self):
        out = self.tshark("-r", self.captures[0], "-Y", "sipexplain.code == 405", "-T", "fields",
                          "-E", "aggregator=" + SEPARATOR, *[
                              part for name in ("evidence", "evidence.diagnosis", "fix",
                                                "fix.diagnosis")
                              for part in ("-e", "sipexplain." + name)])
        evidence, proven, fixes, fixed = map(unpack, out.rstrip("\n").split("\t"))
        self.assertEqual(list(zip(proven, evidence)), [
            ("header.missing-mandatory", "405 without Allow (RFC 3261 section 21.4.6)"),
            ("policy.method-unsupported", "The response has no Allow header")])
        firsts = {owner: fixes[fixed.index(owner)] for owner in fixed}
        self.assertEqual(list(firsts), ["header.missing-mandatory", "policy.method-unsupported", "405"])
        self.assertIn("Capture at the sender", firsts["header.missing-mandatory"])
        self.assertIn("Switch the feature off on the sending side", firsts["policy.method-unsupported"])
        self.assertIn("Read Allow in the response", firsts["405"])


class ExpertGroupsTest(TsharkTest):
    """-z expert, as the window, groups by what happened: the text has no frame, name or number in it."""

    def groups(self, *args):
        """[(severity, how many, text)] of our items."""
        found, severity = [], None
        for line in self.tshark("-r", self.capture, "-q", "-z", "expert", *args).splitlines():
            heading = re.match(r"(\w+) \(\d+\)$", line)
            severity = heading.group(1) if heading else severity
            item = re.match(r"\s+(\d+)\s+Response\s+SIP Explain\s+(.*)$", line)
            if item:
                found.append((severity, int(item.group(1)), item.group(2)))
        return found

    def test_a_message_that_is_repeated_is_one_group(self):
        capture = pcap.Capture()
        times = (0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5)
        lost = sip.request("INVITE", call="lost")
        for seconds in times:
            capture.at(seconds).udp(PHONE, SERVER, lost)
        for number in range(2):
            invite = sip.request("INVITE", call="call-%d" % number)
            answer = sip.response(200, "OK", invite, [("Contact", "<sip:bob@192.0.2.20>")])
            capture.at(100 * number + 50).udp(PHONE, SERVER, invite)
            for seconds in times:
                capture.at(100 * number + 51 + seconds).udp(SERVER, PHONE, answer)
        self.capture = capture.write(self.path("repeated.pcap"))
        for args in ONCE, AGAIN, ("-Y", "sip"):
            with self.subTest(args=args):
                # Of each message sent seven times the first says something else, one copy tells why, five only repeat it.
                self.assertEqual(sorted(self.groups(*args)), [
                    ("Chats", 2, "the request succeeded"),
                    ("Notes", 15, "the same message was sent again"),
                    ("Warns", 1, "no response to this request in this capture"),
                    ("Warns", 2, "the 2xx is repeated: no ACK for it in this capture")])

    def test_different_values_are_one_group(self):
        capture = pcap.Capture()
        for number in range(5):
            ask = sip.request("REGISTER", "sip:%d.example.com" % number, call="reg-%d" % number)
            capture.udp(PHONE, SERVER, ask)
            capture.udp(SERVER, PHONE, sip.response(401, "Unauthorized", ask, [(
                "WWW-Authenticate", 'Digest realm="realm %d", nonce="%d"' % (number, number))]))
            capture.wait(number)
        self.capture = capture.write(self.path("challenges.pcap"))
        self.assertEqual(self.groups(), [
            ("Chats", 5, "the server asks for credentials, a normal login step")])
