# SPDX-License-Identifier: GPL-2.0-or-later
"""Rules that the sources keep: layers, formatting, file length, no machine in them."""

import os
import re
import shutil
import subprocess
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDERS = ("src", "plugin", "tests", "scripts", ".ci")
LONGEST_FILE = 500


def source_files(*suffixes):
    """Paths of the project's own files with these suffixes, relative to the root."""
    for folder in FOLDERS:
        for where, folders, names in os.walk(os.path.join(ROOT, folder)):
            folders[:] = [name for name in folders if name != "__pycache__"]
            for name in names:
                if name.endswith(suffixes):
                    yield os.path.relpath(os.path.join(where, name), ROOT)


def text_of(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


class SourceTest(unittest.TestCase):

    def test_the_engine_includes_no_wireshark_header(self):
        wireshark = re.compile(r'#\s*include\s*[<"](epan|wsutil|wiretap|wireshark|ws_)')
        files = [path for path in source_files(".c", ".h") if path.startswith("src" + os.sep)]
        self.assertGreater(len(files), 10)
        self.assertEqual([path for path in files if wireshark.search(text_of(path))], [])

    def test_files_stay_short(self):
        long = {path: text_of(path).count("\n") for path in source_files(".c", ".h", ".py", ".sh")
                if text_of(path).count("\n") > LONGEST_FILE}
        self.assertEqual(long, {})

    def test_every_source_names_its_licence(self):
        mark = "SPDX-License-Identifier: GPL-2.0-or-later"
        bare = [path for path in source_files(".c", ".h", ".py", ".sh", ".txt", ".lua")
                if text_of(path).strip() and mark not in text_of(path)]
        self.assertEqual(bare, [])

    def test_c_files_are_formatted(self):
        tool = shutil.which("clang-format-14") or shutil.which("clang-format")
        version = subprocess.run([tool, "--version"], capture_output=True, text=True,
                                 check=True).stdout if tool else ""
        if "version 14" not in version:
            self.skipTest("clang-format 14 is not installed; other versions format differently")
        done = subprocess.run([tool, "--dry-run", "-Werror", *source_files(".c", ".h")], cwd=ROOT,
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.stderr, "")


if __name__ == "__main__":
    unittest.main()
