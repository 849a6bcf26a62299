# SPDX-License-Identifier: GPL-2.0-or-later
"""A small knowledge folder for the tests of kb.py."""
import contextlib
import io
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import types
import unittest
from unittest import mock

ROOT = pathlib.Path(__file__).resolve().parents[2]
KNOWLEDGE = ROOT / "src" / "knowledge"
sys.path.insert(0, str(KNOWLEDGE))
import kb  # noqa: E402 (the path comes first)

# What kb.py compiles, and the C that reads it.
SOURCES = ["knowledge_facts.c", "knowledge_words.c",
           *(str(KNOWLEDGE / name) for name in ("words.c", "plurals.c", "knowledge.c", "diagnosis.c", "bullets.c",
                                                "fields.c", "values.c")),
           str(KNOWLEDGE.parent / "wire" / "method.c")]

CODES = """\
code,name,status,verdict,methods,related
401,Unauthorized,registered,normal,any,486
486,Busy Here,registered,user-action,INVITE,401
687,"Gone, all",field,failure,any,401 486
invalid,No code,class,violation,any,401
1xx,Unknown 1xx,class,normal,any,401
2xx,Unknown 2xx,class,normal,any,401
3xx,Unknown 3xx,class,normal,any,401
4xx,Unknown 4xx,class,failure,any,401
5xx,Unknown 5xx,class,failure,any,401
6xx,Unknown 6xx,class,failure,any,401
"""
TEXT = """\
---
reference: RFC 3261 section 21.4.24
---

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
"""  # the heading lines: 5, 8, 11, 14, 18; the last line: 19
BY_METHOD = "\n# {} for {}\n{}\n"  # heading in line 21, text from line 22
DIAGNOSES = """\
id,family,verdict,severity,slot,codes,methods,requests,on
auth.wrong,auth,normal,chat,outcome,401,,,
auth.wrong-credentials,auth,failure,warn,outcome,401 407,,,orphan
ack.missing,ack,violation,error,flow,200-299,INVITE,,copy
retransmit.repeated,retransmit,anomaly,note,detail,any,,not ACK,orphan copy
"""
DIAGNOSIS = """\
---
reference: RFC 3261 section 22.1
---

# Headline
not accepted

# Meaning
It is wrong. Correct it.

# Evidence
- headline: wrong for "{user}"
- sent: For "{user}" in frame {request_frame}, {later_seconds} later

# Causes
- wrong password

# How to fix
- set it
"""  # the heading lines: 5, 8, 11, 15, 18; the last line: 19
LANGUAGES = "code,name,forms,plural,scope\nen,English,2,one,complete\n"


class Knowledge(unittest.TestCase):
    """A folder without mistakes, in which a test changes one file."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.root = pathlib.Path(temporary.name)
        self.write("codes.csv", CODES)
        self.write("diagnoses.csv", DIAGNOSES)
        self.write("languages.csv", LANGUAGES)
        shutil.copy(KNOWLEDGE / "situations.csv", self.root)
        for code in ("401", "486", "687"):
            self.write(f"en/codes/{code}.md", TEXT)
        for name in ("invalid", "1xx", "2xx", "3xx", "4xx", "5xx", "6xx"):
            self.write(f"en/classes/{name}.md", TEXT)
        for row in DIAGNOSES.splitlines()[1:]:
            self.write(f"en/diagnoses/{row.split(',')[0]}.md", DIAGNOSIS)
        (self.root / "en/labels").mkdir()
        shutil.copy(KNOWLEDGE / "en/labels/units.md", self.root / "en/labels")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))

    def read(self, name):
        return (self.root / name).read_text(encoding="utf-8")

    def edit(self, name, old, new):
        text = self.read(name)
        self.assertEqual(text.count(old), 1, old)
        self.write(name, text.replace(old, new))

    def run_kb(self, *arguments):
        """What kb.py does, in this process: starting one for each costs more than all the rest."""
        out, err, here = io.StringIO(), io.StringIO(), os.getcwd()
        os.chdir(self.root)
        try:
            with mock.patch.object(sys, "argv", ["kb.py", "--folder", ".", *arguments]), \
                    contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                status = kb.main()
        except SystemExit as end:
            status = end.code
        finally:
            os.chdir(here)
        return types.SimpleNamespace(stdout=out.getvalue(), stderr=err.getvalue(), returncode=status)

    def run_compile(self):
        return self.run_kb("compile", ".")

    def build_and_run(self, main):
        """The lines that this program prints, built with what `compile` makes."""
        self.assertEqual(self.run_compile().stderr, "")
        self.write("main.c", main)
        compiler = shlex.split(os.environ.get("CC", "cc"))
        glib = subprocess.check_output(["pkg-config", "--cflags", "--libs", "glib-2.0"],
                                       encoding="utf-8").split()
        subprocess.run(
            [*compiler, "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror", "-I.",
             f"-I{KNOWLEDGE.parent}", "main.c", *SOURCES, "-o", "main", *glib],
            cwd=self.root, check=True)
        return subprocess.check_output([self.root / "main"], encoding="utf-8").splitlines()

    def expect(self, *errors):
        """The report of `check` is exactly this."""
        result = self.run_kb("check")
        self.assertEqual(result.stderr.splitlines(), list(errors))
        self.assertEqual(result.returncode, 1 if errors else 0)

    def expect_in(self, file, text, *errors):
        """Same, with this text of a file, and errors of it given as "line: text"."""
        self.write(file, text)
        self.expect(*(f"{file}:" + error.replace(": ", ": error: ", 1) for error in errors))

    def expect_486(self, text, *errors):
        self.expect_in("en/codes/486.md", text, *errors)

    def expect_change(self, old, new, *errors):
        self.assertEqual(TEXT.count(old), 1)
        self.expect_486(TEXT.replace(old, new), *errors)
