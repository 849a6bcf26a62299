# SPDX-License-Identifier: GPL-2.0-or-later
"""What is written: whole or not at all, beside what it is made of, and never in place of a device or a link."""

import os
import stat
import subprocess

from .command import COMMAND, environment
from .test_check import WITH_TSHARK, CheckTest


class OutputTest(CheckTest):

    def run_it(self, *args, status, **more):
        done = subprocess.run([COMMAND, *args], capture_output=True, check=False, timeout=60, env=environment(), **more)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stderr.decode()

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def test_a_log_is_not_overwritten_by_what_is_made_of_it(self):
        log = self.log()
        with open(log, "rb") as file:
            before = file.read()
        os.link(log, self.path("same.log"))
        for args in (("convert", log, log), ("convert", log, self.path("same.log")),
                     ("check", "--output", log, log), ("check", "--output", self.path("same.log"), log)):
            self.assertIn("log", self.run_it(*args, status=2))
            with open(log, "rb") as file:
                self.assertEqual(file.read(), before, args)

    def test_a_pipe_stays_a_pipe(self):
        pipe = self.path("pipe")
        os.mkfifo(pipe)
        for args, status in ((("convert", self.log(), pipe), 0), (("check", "--output", pipe, self.log()), 1)):
            with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
                self.run_it(*args, status=status)
                self.assertGreater(len(reader.communicate(timeout=60)[0]), 100)
            self.assertTrue(stat.S_ISFIFO(os.stat(pipe).st_mode))

    def test_a_link_leads_to_what_is_written(self):
        os.symlink(self.path("there"), self.path("link"))
        for name in ("there", "link"):
            self.run_it("convert", self.log(), self.path("link"), status=0)
            self.assertTrue(os.path.getsize(self.path("there")) > 100, name)
        self.assertTrue(os.path.islink(self.path("link")))

    def test_a_file_of_the_user_beside_it_stays(self):
        with open(self.path("out.pcapng.part"), "w", encoding="utf-8") as file:
            file.write("mine")
        self.run_it("convert", self.log(), self.path("out.pcapng"), status=0)
        with open(self.path("out.pcapng.part"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "mine")
        self.assertEqual(sorted(os.listdir(self.folder.name)), ["out.pcapng", "out.pcapng.part", "test.log"])

    def test_a_full_disk_is_said(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([COMMAND, "convert", self.log(), "-"], stdout=full, stderr=subprocess.PIPE, check=False,
                                  env=environment())
        self.assertEqual(done.returncode, 2)
        self.run_it("check", "--output", "/dev/full", self.log(), status=2)

    def test_a_name_of_a_file_steers_no_terminal(self):
        log = self.path("a\x1b[31m\nb.log")
        os.rename(self.log(), log)
        for form in ("text", "markdown", "csv", "json", "html"):
            out, _ = self.check("--format", form, log, status=1)
            self.assertNotIn("\x1b", out, form)
            self.assertNotIn("\nb.log", out, form)

    def test_a_pipe_in_a_folder_is_no_capture(self):
        os.mkdir(self.path("folder"))
        os.mkfifo(self.path("folder/pipe"))
        os.rename(self.log(), self.path("folder/test.log"))
        self.run_it("check", self.path("folder"), status=1)


class GuardTest(CheckTest):

    @WITH_TSHARK
    def test_a_number_has_no_guard_of_csv(self):
        """CSV of the reports puts a ' before what looks like a formula; what is made of it does not."""
        from lib import pcap, sip
        from .test_check import PHONE, SERVER
        capture = pcap.Capture()
        invite = sip.request("INVITE", "sip:+4930123@example.com", from_uri="sip:+4989555@example.com", to_uri="sip:+4930123@example.com")
        capture.udp(PHONE, SERVER, invite)
        capture.udp(SERVER, PHONE, sip.response(404, "Not Found", invite))
        for form in ("text", "json", "html"):
            out, _ = self.check("--format", form, self.capture(capture=capture), status=1)
            self.assertIn("+4930123", out)
            self.assertNotIn("'+", out, form)
        out, _ = self.check("--format", "csv", self.capture(capture=capture), status=1)
        self.assertIn("'+", out)


if __name__ == "__main__":
    import unittest
    unittest.main()
