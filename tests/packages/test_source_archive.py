# SPDX-License-Identifier: GPL-2.0-or-later
"""The source archive builds without Python, and without what compilers and libraries add to C11.

SX_PORTABLE takes the portable way wherever there is one; the conversations and logs are fed to that build, too.
"""

import glob
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

from .packing import pack, run

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class SourceArchiveTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        archive, = pack(os.path.join(folder.name, "packages"), "CPackSourceConfig.cmake")
        shutil.unpack_archive(archive, folder.name)
        cls.source, = glob.glob(os.path.join(folder.name, "sipexplain-*"))
        cls.build = os.path.join(folder.name, "build")
        generator = ["-G", "Ninja"] if shutil.which("ninja") else []
        run("cmake", "-S", cls.source, "-B", cls.build, *generator, "-DCMAKE_DISABLE_FIND_PACKAGE_Python3=ON",
            "-DSX_WERROR=ON", "-DCMAKE_BUILD_TYPE=None", "-DCMAKE_C_FLAGS=-O2 -DSX_PORTABLE")
        run("cmake", "--build", cls.build, "--parallel", str(os.cpu_count()))

    def test_nothing_of_a_build_is_in_it(self):
        self.assertEqual(glob.glob(self.source + "/build*") + glob.glob(self.source + "/.git"), [])
        self.assertEqual(glob.glob(self.source + "/**/__pycache__", recursive=True), [])
        self.assertTrue(os.path.exists(self.source + "/src/made/knowledge_words.c"))

    def test_plugin_command_and_man_page_are_built(self):
        self.assertEqual(len(glob.glob(self.build + "/plugins/*/epan/sipexplain.so")), 1)
        self.assertIn("486 Busy Here", run(self.build + "/sipexplain", "486", "--lang", "en"))
        self.assertTrue(os.path.getsize(self.build + "/sipexplain.1"))

    def test_unit_tests(self):
        out = run("ctest", "--test-dir", self.build, "--output-on-failure")
        self.assertIn("100% tests passed", out)
        self.assertIn("unit/portable", out)

    def test_conversations_and_logs(self):
        for module in "flows.test_flows", "log.test_reader", "log.test_samples":
            done = subprocess.run([sys.executable, "-B", "-m", "unittest", module], cwd=TESTS, capture_output=True, text=True,
                                  check=False, env={**os.environ, "SX_BUILD_DIR": self.build,
                                                    "SX_FLOW_LOOK": self.build + "/tests/flow_look",
                                                    "SX_LOG_LOOK": self.build + "/tests/log_look"})
            self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
