# SPDX-License-Identifier: GPL-2.0-or-later
"""Installing puts the plugin where Wireshark looks for it."""

import glob
import os
import re
import subprocess

from lib.tshark import PLUGIN_DIR, TSHARK, TsharkTest, environment

BUILD = os.environ.get("SX_BUILD_DIR", "")
READS_LOGS = bool(glob.glob(os.path.join(PLUGIN_DIR, "*", "wiretap", "*.so")))  # in this version


class InstallTest(TsharkTest):

    def install(self, *args, **variables):
        done = subprocess.run(["cmake", "--install", BUILD, *args], capture_output=True, text=True,
                              env={**environment(self.folder), **variables}, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def tshark_without_plugin_dir(self, *args):
        """Output of tshark where it looks for plugins by itself; \t between the columns of -G."""
        env = environment(self.folder)
        del env["WIRESHARK_PLUGIN_DIR"]
        return subprocess.run([TSHARK, *args], capture_output=True, text=True, env=env,
                              check=True).stdout

    def test_for_all_users_it_goes_to_the_global_plugins_folder(self):
        folders = self.tshark_without_plugin_dir("-G", "folders")
        plugins = re.search(r"^Global Plugins:\s*(\S+)", folders, re.M).group(1)
        self.install(DESTDIR=self.folder)
        self.assertTrue(os.path.isfile(self.folder + plugins + "/epan/sipexplain.so"), plugins)
        self.assertEqual(os.path.isfile(self.folder + plugins + "/wiretap/sipexplain-log.so"), READS_LOGS, plugins)

    def test_for_oneself_it_is_loaded_from_the_home_folder(self):
        self.install("--component", "personal")
        plugins = self.tshark_without_plugin_dir("-G", "plugins")
        loaded = [line.split("\t")[3] for line in plugins.splitlines() if line.startswith("sipexplain")]
        self.assertEqual(len(loaded), 2 if READS_LOGS else 1)
        for path in loaded:
            self.assertTrue(os.path.realpath(path).startswith(os.path.realpath(self.folder)), loaded)
