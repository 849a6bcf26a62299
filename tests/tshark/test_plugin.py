# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin loads, registers exactly its own names, and links and exports nothing else."""

import csv
import glob
import os
import re
import shutil
import subprocess

from lib.tshark import PLUGIN_DIR, TSHARK, TsharkTest, environment

from .outputs import KNOWLEDGE, general_headline

FIELDS = {
    "sipexplain.code": ("Status code", "FT_UINT16"),
    "sipexplain.sipfrag.code": ("Reported status code", "FT_UINT16"),
    "sipexplain.name": ("Name", "FT_STRING"),
    "sipexplain.phrase": ("Phrase on the wire", "FT_STRING"),
    "sipexplain.class": ("Class", "FT_UINT32"),
    "sipexplain.method": ("Method", "FT_STRING"),
    "sipexplain.verdict": ("Verdict", "FT_STRING"),
    "sipexplain.diagnosis": ("Diagnosis", "FT_STRING"),
    "sipexplain.headline": ("Headline", "FT_STRING"),
    "sipexplain.detail": ("Detail", "FT_STRING"),
    "sipexplain.evidence": ("Evidence", "FT_STRING"),
    "sipexplain.evidence.frame": ("Evidence in frame", "FT_FRAMENUM"),
    "sipexplain.evidence.diagnosis": ("Diagnosis of the evidence", "FT_STRING"),
    "sipexplain.relayed_from": ("Relayed from", "FT_FRAMENUM"),
    "sipexplain.copy_of": ("Copy of", "FT_FRAMENUM"),
    "sipexplain.request_frame": ("Request in frame", "FT_FRAMENUM"),
    "sipexplain.retry_frame": ("Next request in frame", "FT_FRAMENUM"),
    "sipexplain.final_frame": ("Its final response in frame", "FT_FRAMENUM"),
    "sipexplain.answer_time": ("Time since the request", "FT_RELATIVE_TIME"),
    "sipexplain.ring_time": ("Ring time", "FT_RELATIVE_TIME"),
    "sipexplain.talk_time": ("Talk time", "FT_RELATIVE_TIME"),
    "sipexplain.call.kind": ("Kind of conversation", "FT_STRING"),
    "sipexplain.call.verdict": ("Verdict of the call", "FT_STRING"),
    "sipexplain.call.code": ("Outcome of the call", "FT_UINT16"),
    "sipexplain.call.diagnosis": ("Diagnosis of the call", "FT_STRING"),
    "sipexplain.call.headline": ("Headline of the call", "FT_STRING"),
    "sipexplain.compare.code": ("Compared with code", "FT_UINT16"),
    "sipexplain.compare.frame": ("Compared with frame", "FT_FRAMENUM"),
    "sipexplain.compare.difference": ("Difference", "FT_STRING"),
    "sipexplain.description": ("What it means", "FT_STRING"),
    "sipexplain.when": ("When you see it", "FT_STRING"),
    "sipexplain.cause": ("Cause", "FT_STRING"),
    "sipexplain.cause.diagnosis": ("Diagnosis of the cause", "FT_STRING"),
    "sipexplain.fix": ("Fix", "FT_STRING"),
    "sipexplain.fix.diagnosis": ("Diagnosis of the fix", "FT_STRING"),
    "sipexplain.reference": ("Reference", "FT_STRING"),
    "sipexplain.related": ("Related code", "FT_UINT16"),
    "sipexplain.missing_header": ("Missing header", "FT_STRING"),
    "sipexplain.quoted": ("Quoted", "FT_STRING"),
    "sipexplain.outcome": ("What came of it", "FT_NONE"),
    "sipexplain.must_follow": ("What must follow", "FT_STRING"),
    "sipexplain.causes": ("Likely causes", "FT_NONE"),
    "sipexplain.fixes": ("What to do", "FT_NONE"),
    "sipexplain.about": ("About the code", "FT_NONE"),
    "sipexplain.continued": ("Continued", "FT_NONE"),
    "sipexplain.note": ("Note", "FT_STRING"),
    "sipexplain.expert.note": ("a note of your own", "FT_NONE"),
}
FIELDS.update({f"sipexplain.expert.{verdict}": ("Verdict of the expert item", "FT_NONE") for verdict in (
    "normal", "benign", "user-action", "failure", "anomaly", "violation")})
HEP = ["Homer Encapsulation Protocol (SIP Explain)", "HEP (SIP Explain)", "sipexplain.hep"]
TYPES = {"text": "FT_STRING", "number": "FT_UINT32", "code": "FT_UINT16", "frame": "FT_FRAMENUM",
         "seconds": "FT_RELATIVE_TIME"}


def rows_of(*path):
    """The rows of a CSV file of the knowledge."""
    with open(KNOWLEDGE.joinpath(*path), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


FIELDS.update({f"sipexplain.{row['field']}": (row["title"], TYPES[row["type"]])
               for row in rows_of("en", "fields.csv") if row["field"].startswith("detail.")})
FIELDS.update({f"sipexplain.expert.{row['id']}": (general_headline(row["id"]), "FT_NONE")
               for row in rows_of("diagnoses.csv")})

# GLib with what comes with it, and libc, with the linker that some systems name next to it.
LIBRARY = re.compile(r"lib(wireshark|wiretap|wsutil|z|(?:glib|gmodule)-2\.0)\.so\.\d+$"
                     r"|libc\.(so\.6|musl-\w+\.so\.1)$|ld-linux[\w-]*\.so\.\d$")

EXPORTED = {"plugin_version", "plugin_want_major", "plugin_want_minor", "plugin_register"}


def lines_of_fields(text):
    """The lines of tshark -G fields, in columns."""
    return [line.split("\t") for line in text.splitlines()]


class LoadTest(TsharkTest):
    """tshark knows the plugin and its names."""

    def test_the_plugin_is_in_the_list_of_plugins_once(self):
        # When a plugin does not load, tshark says so on stderr only and ends well.
        out = self.run_program(TSHARK, "-G", "plugins").stdout
        mine = [[cell.strip() for cell in line.split("\t")] for line in out.splitlines()
                if "sipexplain" in line and "sipexplain-log.so" not in line]
        self.assertEqual(len(mine), 1, out)
        name, version, kind, path = mine[0]
        self.assertEqual((name, kind), ("sipexplain.so", "dissector"))
        self.assertRegex(version, r"^\d+\.\d+\.\d+$")
        self.assertTrue(os.path.samefile(path, library()), path)

    def test_a_broken_plugin_is_noticed_by_that_list(self):
        folder = os.path.join(self.folder, "no-plugins",
                              os.path.relpath(os.path.dirname(library()), PLUGIN_DIR))
        os.makedirs(folder)
        with open(os.path.join(folder, "sipexplain.so"), "wb") as stream:
            stream.write(b"not a library")
        done = self.run_program(TSHARK, "-G", "plugins", plugin=False, check=False)
        self.assertEqual(done.returncode, 0)
        self.assertNotIn("sipexplain.so\t", done.stdout.replace(" ", ""))
        self.assertIn("sipexplain.so", done.stderr)

    def test_the_protocol_has_its_names(self):
        out = self.run_program(TSHARK, "-G", "protocols").stdout
        mine = [line.split("\t")[:3] for line in out.splitlines() if "sipexplain" in line]
        self.assertEqual(mine, [HEP, ["SIP Explain", "SIP Explain", "sipexplain"]])

    def test_the_fields_have_exactly_these_names_and_types(self):
        lines = lines_of_fields(self.run_program(TSHARK, "-G", "fields").stdout)
        mine = [line for line in lines if line[0] == "F" and line[4] == "sipexplain"]
        found = {(line[2], (line[1], line[3])) for line in mine}
        self.assertEqual((found - set(FIELDS.items()), set(FIELDS.items()) - found), (set(), set()))
        self.assertEqual(len(mine), len(FIELDS))
        for line in mine:
            if line[3].startswith("FT_UINT"):
                self.assertEqual(line[5], "BASE_DEC", line)
            if ".expert." not in line[2]:
                self.assertNotEqual(line[7], "", "a field has a description: %s" % line)

    def test_nothing_else_is_registered(self):
        for what in "fields", "protocols", "values":
            with self.subTest(what=what):
                plain = self.run_program(TSHARK, "-G", what, plugin=False).stdout.splitlines()
                known = set(plain)
                added = [line for line in self.run_program(TSHARK, "-G", what).stdout.splitlines()
                         if line not in known]
                wanted = {"fields": len(FIELDS) + 1, "protocols": 1, "values": 0}
                own = [line for line in added if "\tsipexplain.hep" not in line]  # test_hep.py has those
                self.assertEqual(len(own), wanted[what])
                for line in added:
                    self.assertRegex(line, r"\tsipexplain(\.|\t|$)")


def library():
    """The path of the plugin's library."""
    return glob.glob(os.path.join(PLUGIN_DIR, "*", "epan", "sipexplain.so"))[0]


class LibraryTest(TsharkTest):
    """What the library links and exports."""

    def tool(self, *command):
        """Output of a tool for libraries; skips the test where it is not installed."""
        if shutil.which(command[0]) is None:
            self.skipTest("%s is not installed" % command[0])
        done = subprocess.run([*command, library()], env=environment(self.folder),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
                              check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def test_it_is_the_only_library(self):
        found = sorted(os.path.basename(path) for path in
                       glob.glob(os.path.join(PLUGIN_DIR, "**", "*.so*"), recursive=True))
        self.assertEqual([name for name in found if name != "sipexplain-log.so"], ["sipexplain.so"])

    def test_it_links_wireshark_glib_zlib_and_libc_only(self):
        needed = re.findall(r"\(NEEDED\).*\[(.*)\]", self.tool("readelf", "-dW"))
        self.assertIn("libwireshark", [name.split(".")[0] for name in needed])
        self.assertEqual([name for name in needed if not LIBRARY.match(name)], [])

    def test_it_exports_the_entry_points_of_a_plugin_only(self):
        names = {line.split()[-1].split("@")[0]
                 for line in self.tool("nm", "-D", "--defined-only").splitlines()}
        self.assertEqual(names - {"plugin_describe"}, EXPORTED)
