# SPDX-License-Identifier: GPL-2.0-or-later
"""A small knowledge folder for the tests of kb.py."""
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
KNOWLEDGE = ROOT / "src" / "knowledge"
REGISTRY = KNOWLEDGE / "codes.csv"
DIAGNOSES = KNOWLEDGE / "diagnoses.csv"

CSV = """\
code,name,status
401,Unauthorized,registered
486,Busy Here,registered
687,"Gone, all",field
"""
FRONT = """\
---
code: 486
name: Busy Here
status: registered
reference: RFC 3261 section 21.4.24
related: 401
methods: INVITE
verdict: user-action
---
"""
BODY = """\

# Headline
the phone is busy

# Meaning
It is busy. Wait.

# When you see it
After an INVITE.

# Causes
- on a call
- do not disturb

# How to fix
- call later
"""
TEXT = FRONT + BODY  # the heading lines: 11, 14, 17, 20, 24; the last line: 25
DIAGNOSES_CSV = """\
id,family,verdict,severity,slot,codes,methods,requests,on
auth.wrong,auth,normal,chat,outcome,401,,,
auth.wrong-credentials,auth,failure,warn,outcome,401 407,,,orphan
ack.missing,ack,violation,error,flow,200-299,INVITE,,copy
retransmit.repeated,retransmit,anomaly,note,detail,any,,not ACK,orphan copy
"""
DIAGNOSIS = """\
---
diagnosis: auth.wrong-credentials
reference: RFC 3261 section 22.1
---

# Headline
not accepted

# Meaning
It is wrong. Correct it.

# Evidence
- headline: wrong for "{text}"
- sent: For "{text}" in frame {frame}, {seconds} later

# Causes
- wrong password

# How to fix
- set it
"""  # the heading lines: 6, 9, 12, 16, 19; the last line: 20
BY_METHOD = "\n# {} for {}\n{}\n"  # heading in line 27, text from line 28


def text_of(code, name, status):
    return (TEXT.replace("code: 486", f"code: {code}").replace("Busy Here", name)
            .replace("registered", status).replace("related: 401", "related: 401 486"))


def diagnosis_of(name):
    """DIAGNOSIS for another diagnosis of the register."""
    return DIAGNOSIS.replace("auth.wrong-credentials", name)


class Knowledge(unittest.TestCase):
    """A folder without mistakes, in which a test changes one file."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.root = pathlib.Path(temporary.name)
        self.write("codes.csv", CSV)
        self.write("diagnoses.csv", DIAGNOSES_CSV)
        self.write("en/codes/401.md", text_of(401, "Unauthorized", "registered")
                   .replace("related: 401 486", "related: 486"))
        self.write("en/codes/486.md", TEXT)
        self.write("en/codes/687.md", text_of(687, "Gone, all", "field"))
        for name in ["invalid", "1", "2", "3", "4", "5", "6"]:
            text = text_of(name, "Unknown", "class").replace("code:", "class:")
            self.write(f"en/classes/{name}{'' if name == 'invalid' else 'xx'}.md", text)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))

    def run_kb(self, command, *options):
        return subprocess.run(
            [sys.executable, "-B", KNOWLEDGE / "kb.py", command, "--registry", "codes.csv",
             "--diagnoses", "diagnoses.csv", *options, "."],
            cwd=self.root, stderr=subprocess.PIPE, encoding="utf-8", check=False)

    def run_compile(self):
        return self.run_kb("compile", "--output", "out.c", "--header", "evidence.h",
                           "--rules", "rules.c")

    def build_and_run(self, main, *sources):
        """The lines that this program prints, built with what `compile` makes."""
        self.assertEqual(self.run_compile().stderr, "")
        self.write("main.c", main)
        compiler = shlex.split(os.environ.get("CC", "cc"))
        glib = subprocess.check_output(["pkg-config", "--cflags", "--libs", "glib-2.0"],
                                       encoding="utf-8").split()
        subprocess.run(
            [*compiler, "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror",
             f"-I{KNOWLEDGE.parent}", f"-I{KNOWLEDGE}", "main.c", "out.c",
             *(KNOWLEDGE / source for source in sources), "-o", "main", *glib],
            cwd=self.root, check=True)
        return subprocess.check_output([self.root / "main"], encoding="utf-8").splitlines()

    def expect(self, *errors):
        """The report of `check` is exactly this."""
        result = self.run_kb("check")
        self.assertEqual(result.stderr.splitlines(), list(errors))
        self.assertEqual(result.returncode, 1 if errors else 0)

    def expect_486(self, text, *errors):
        """Same, with this text of 486.md and errors given as "line: text"."""
        self.write("en/codes/486.md", text)
        self.expect(*("en/codes/486.md:" + error.replace(": ", ": error: ", 1) for error in errors))

    def expect_change(self, old, new, *errors):
        self.assertEqual(TEXT.count(old), 1)
        self.expect_486(TEXT.replace(old, new), *errors)
