# SPDX-License-Identifier: GPL-2.0-or-later
"""The packages of Debian: what is in them, and what they depend on."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

from .packing import make_debs, run

PROFILE = "/usr/share/wireshark/profiles/SIP Explain/"


class DebianTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        cls.debs = make_debs(os.path.join(cls.folder, "packages"))

    def unpack(self, name):
        """The folder with the files of a package."""
        folder = os.path.join(self.folder, name)
        if not os.path.isdir(folder):
            run("dpkg-deb", "-x", self.debs[name], folder)
        return folder

    def files(self, name):
        """The paths in a package."""
        root = self.unpack(name)
        return {os.path.join(where, one)[len(root):] for where, _, names in os.walk(root) for one in names}

    def field(self, name, field):
        return run("dpkg-deb", "-f", self.debs[name], field).strip()

    def test_there_are_two(self):
        self.assertEqual(set(self.debs), {"sipexplain", "sipexplain-wireshark"})

    def test_the_command_needs_no_wireshark(self):
        self.assertNotIn("wireshark", self.field("sipexplain", "Depends"))
        self.assertIn("libglib2.0", self.field("sipexplain", "Depends"))
        files = self.files("sipexplain")
        for path in ("bin/sipexplain", "share/man/man1/sipexplain.1.gz", "share/zsh/vendor-completions/_sipexplain",
                     "share/bash-completion/completions/sipexplain", "share/fish/vendor_completions.d/sipexplain.fish"):
            self.assertIn("/usr/" + path, files)

    def test_the_plugin_needs_the_wireshark_that_it_was_built_for(self):
        plugin = next(path for path in self.files("sipexplain-wireshark") if path.endswith("/sipexplain.so"))
        self.assertRegex(plugin, r"^/usr/lib/.*/plugins/\d+\.\d+/epan/sipexplain\.so$")
        needed = run("readelf", "-d", self.unpack("sipexplain-wireshark") + plugin)
        number = re.search(r"\[libwireshark\.so\.(\d+)\]", needed).group(1)
        self.assertRegex(self.field("sipexplain-wireshark", "Depends"), rf"\blibwireshark{number}(t64)?\b")
        minor = re.search(r"/plugins/(\d+\.\d+)/", plugin).group(1)
        self.assertTrue(self.field("sipexplain-wireshark", "Version").endswith("+ws" + minor))

    def test_the_profile_comes_with_the_plugin(self):
        self.assertEqual({path for path in self.files("sipexplain-wireshark") if path.startswith(PROFILE)},
                         {PROFILE + name for name in ("colorfilters", "dfilter_buttons", "preferences", "recent")})

    def test_no_file_is_in_both(self):
        self.assertEqual(self.files("sipexplain") & self.files("sipexplain-wireshark"), set())

    def test_lintian_finds_nothing(self):
        if not shutil.which("lintian"):
            self.skipTest("not installed: lintian")
        done = subprocess.run(["lintian", "--allow-root", "--tag-display-limit", "0", *self.debs.values()], text=True,
                              capture_output=True, check=False, env={**os.environ, "HOME": self.folder, "LC_ALL": "C"})
        self.assertEqual(done.stdout, "")


if __name__ == "__main__":
    unittest.main()
