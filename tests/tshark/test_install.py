# SPDX-License-Identifier: GPL-2.0-or-later
"""Installing puts the plugin where Wireshark looks for it."""

import os
import re
import subprocess

from lib.tshark import TSHARK, TsharkTest, environment

BUILD = os.environ.get("SX_BUILD_DIR", "")


class InstallTest(TsharkTest):

    def install(self, *args, **variables):
        done = subprocess.run(["cmake", "--install", BUILD, *args], capture_output=True, text=True,
                              env={**environment(self.folder), **variables}, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_for_all_users_it_goes_to_the_global_plugins_folder(self):
        folders = self.run_program(TSHARK, "-G", "folders", plugin=False).stdout
        plugins = re.search(r"^Global Plugins:\s*(\S+)", folders, re.M).group(1)
        self.install(DESTDIR=self.folder)
        self.assertTrue(os.path.isfile(self.folder + plugins + "/epan/sipexplain.so"), plugins)

    def test_for_oneself_it_is_loaded_from_the_home_folder(self):
        self.install("--component", "personal")
        env = environment(self.folder)
        del env["WIRESHARK_PLUGIN_DIR"]
        out = subprocess.run([TSHARK, "-G", "plugins"], capture_output=True, text=True, env=env,
                             check=True).stdout
        loaded = [line.split("\t")[3] for line in out.splitlines() if line.startswith("sipexplain.so")]
        self.assertEqual([os.path.realpath(path) for path in loaded],
                         [os.path.realpath(path) for path in loaded if path.startswith(self.folder)])
        self.assertEqual(len(loaded), 1)
