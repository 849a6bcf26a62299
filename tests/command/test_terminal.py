# SPDX-License-Identifier: GPL-2.0-or-later
"""The habits of a terminal tool: width, bold text, pager; help, man page and completion that know every option."""

import glob
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from .command import BUILD, COMMAND, CommandTest, environment

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, os.pardir)
COMPLETION = os.path.join(ROOT, "src", "command", "completion")


class TerminalTest(CommandTest):
    """On a terminal and off it."""

    def test_a_pipe_gets_plain_text_in_80_columns(self):
        lines = self.run_it("401").splitlines()
        self.assertNotIn("\033", "".join(lines))
        self.assertTrue(70 < max(map(len, lines)) <= 80)

    def test_a_terminal_gets_bold_titles_in_its_width(self):
        out = self.on_terminal("401", "--no-pager", columns=60)
        self.assertIn("\033[1m401 Unauthorized\033[0m\n", out)
        self.assertTrue(50 < max(len(line) for line in re.sub("\033.*?m", "", out).splitlines()) <= 60)

    def test_a_wide_terminal_gets_lines_that_can_be_read(self):
        out = self.on_terminal("401", "--no-pager", columns=250, NO_COLOR="1")
        self.assertTrue(90 < max(map(len, out.splitlines())) <= 100)

    def test_columns_of_the_environment_count(self):
        self.assertLessEqual(max(map(len, self.run_it("401", COLUMNS="50").splitlines())), 50)

    def test_no_color(self):
        self.assertNotIn("\033", self.on_terminal("401", "--no-pager", NO_COLOR="1"))
        self.assertIn("\033", self.on_terminal("401", "--no-pager", NO_COLOR=""))
        self.assertNotIn("\033", self.on_terminal("401", "--no-pager", TERM="dumb"))

    def test_the_pager(self):
        pager = "sed s/^/P:/"
        out = self.on_terminal("401", PAGER=pager, NO_COLOR="1")
        self.assertTrue(all(line.startswith("P:") for line in out.splitlines()), out)
        own = self.on_terminal("401", PAGER="false", SIPEXPLAIN_PAGER=pager, NO_COLOR="1")
        self.assertEqual(own, out)
        for variables, args in (({"PAGER": "cat"}, ()), ({"PAGER": ""}, ()), ({"PAGER": pager}, ("--no-pager",)),
                                ({"PAGER": "no-such-program-anywhere"}, ())):
            self.assertIn("\n401 Unauthorized\n" if "no-such" in str(variables) else "401 Unauthorized\n",
                          "\n" + self.on_terminal("401", *args, NO_COLOR="1", **variables))

    def test_options_of_less(self):
        pager = 'echo "LESS=$LESS"; cat >/dev/null'
        self.assertIn("LESS=FRX\n", self.on_terminal("401", PAGER=pager))
        self.assertIn("LESS=X\n", self.on_terminal("401", PAGER=pager, LESS="X"))

    def test_a_pipe_gets_no_pager(self):
        self.assertFalse(self.run_it("401", PAGER="sed s/^/P:/").startswith("P:"))

    def test_who_quits_the_pager_has_read_enough(self):
        self.on_terminal("--list", PAGER="true")

    def test_a_reader_that_goes_away_is_no_error_message(self):
        done = subprocess.run(["sh", "-c", f"'{COMMAND}' --list | head -n 1"], capture_output=True, encoding="utf-8",
                              env=environment(), check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


class HelpTest(CommandTest):
    """The help is the source of what else tells the options."""

    def options(self):
        return set(re.findall(r"--[a-z]+(?:-[a-z]+)*", self.run_it("--help")))

    def test_the_help_has_sections(self):
        titles = re.findall(r"^\S.*$", self.run_it("-h"), re.MULTILINE)
        self.assertEqual(titles[-6:], ["Usage", "Options", "Options of check", "Examples", "Exit status", "Environment"])
        self.assertLess({"--list", "--search", "--lang", "--format", "--help", "--version"}, self.options())

    def test_the_help_is_in_the_language_asked_for(self):
        self.assertNotEqual(self.run_it("--help", "--lang=de"), self.run_it("--help"))

    def test_its_examples_work(self):
        with tempfile.TemporaryDirectory() as folder:
            block = self.run_it("--help").partition("Examples\n")[2].partition("\n\n")[0]
            lines = [line.strip(" -") for line in block.splitlines()]
            self.assertGreater(len(lines), 5)
            for line in lines:
                subprocess.run(line.replace("sipexplain", f"'{COMMAND}'", 1), shell=True, check=True, cwd=folder,
                               stdout=subprocess.DEVNULL, env=environment())

    def test_the_man_page_has_every_option(self):
        with open(os.path.join(BUILD, "sipexplain.1"), encoding="utf-8") as file:
            page = file.read()
        self.assertEqual(page, self.run_it("--help", "--format=man", "--lang=en"))
        self.assertEqual({option for option in self.options() if option.replace("-", "\\-") not in page}, set())
        for section in ("NAME", "SYNOPSIS", "OPTIONS", "EXAMPLES", "EXIT STATUS", "ENVIRONMENT", "SEE ALSO"):
            self.assertIn(f".SH {section}\n", page)

    @unittest.skipUnless(shutil.which("mandoc"), "no mandoc")
    def test_the_man_page_is_well_formed(self):
        done = subprocess.run(["mandoc", "-Tlint", "-Werror", os.path.join(BUILD, "sipexplain.1")],
                              capture_output=True, encoding="utf-8", check=False)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_completion_has_every_option(self):
        for name in os.listdir(COMPLETION):
            with open(os.path.join(COMPLETION, name), encoding="utf-8") as file:
                text = file.read()
            words = {"--" + one for one in re.findall(r"(?:-l |--)([a-z]+(?:-[a-z]+)*)", text)}
            self.assertEqual(self.options() - words, set(), name)
            self.assertLessEqual(words - self.options(), {"--list-ids", "--list-languages"} | {
                "--" + one for one in ("lang", "ids")}, name)

    def bash(self, *words):
        script = ("source \"$1\"; PATH=$2:$PATH; shift 2; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1));"
                  " _sipexplain 2>/dev/null; printf '%s\\n' \"${COMPREPLY[@]}\"")
        return subprocess.run(["bash", "-c", script, "bash", os.path.join(COMPLETION, "sipexplain.bash"), BUILD,
                               *words], capture_output=True, encoding="utf-8", check=True,
                              env=environment()).stdout.split()

    @unittest.skipUnless(shutil.which("bash"), "no bash")
    def test_bash_completes(self):
        self.assertEqual(self.bash("sipexplain", "481", "B"), ["BYE"])
        self.assertEqual(self.bash("sipexplain", "auth.wro"), ["auth.wrong-credentials"])
        self.assertEqual(self.bash("sipexplain", "--fo"), ["--format="])
        self.assertIn("ru", self.bash("sipexplain", "--lang", "=", "r"))
        self.assertIn("407", self.bash("sipexplain", "401", "4"))
        self.assertEqual(self.bash("sipexplain", "Q.850", "17"), ["17"])
        self.assertEqual(self.bash("sipexplain", "che"), ["check"])
        self.assertEqual(self.bash("sipexplain", "check", COMPLETION + "/sipexplain.f"),
                         [COMPLETION + "/sipexplain.fish"])

    def test_other_shells_can_read_theirs(self):
        for shell, options, name in (("zsh", ["-n"], "_sipexplain"), ("fish", ["-n"], "sipexplain.fish")):
            if shutil.which(shell):
                subprocess.run([shell, *options, os.path.join(COMPLETION, name)], check=True, env=environment())


class InstallTest(CommandTest):
    """Everything goes where the system looks for it."""

    def test_files(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["cmake", "--install", BUILD, "--prefix", "/usr", "--component", "command"],
                           capture_output=True, env={**environment(), "DESTDIR": folder}, check=True)
            for path in ("bin/sipexplain", "share/man/man1/sipexplain.1*", "share/zsh/*/_sipexplain",
                         "share/bash-completion/completions/sipexplain",
                         "share/fish/vendor_completions.d/sipexplain.fish"):
                self.assertEqual(len(glob.glob(f"{folder}/usr/{path}")), 1, path)


if __name__ == "__main__":
    unittest.main()
