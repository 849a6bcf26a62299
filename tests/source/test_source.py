# SPDX-License-Identifier: GPL-2.0-or-later
"""Rules that the sources keep: layers, formatting, file length, no machine in them."""

import os
import re
import shutil
import subprocess
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDERS = ("src", "plugin", "tests", "scripts", "cmake", ".ci", ".github")
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

    def test_extensions_stand_beside_a_portable_way(self):
        extension = re.compile(r"__(?:attribute|typeof|builtin_\w+|extension|int128|declspec|forceinline)\b|__attribute__"
                               r"|\btypeof\b|\(\{|\b_?(?:GNU_SOURCE|mem(?:mem|rchr)|strcasestr|asprintf|alloca|getline)\b")
        header = re.compile(r"#\s*include\s*<(?:unistd|strings|sys/\w+|arpa/\w+|netinet/\w+|io)\.h>")
        beside = {"src/wire/compiler.h", "src/log/find.h", "src/log/system.h", "plugin/ws_compat.h"}
        for path in source_files(".c", ".h"):
            if path.startswith("tests") or path in beside:
                continue
            code = re.sub(r"/\*.*?\*/|//[^\n]*", "", text_of(path), flags=re.S)
            with self.subTest(path=path):
                self.assertEqual(extension.findall(code), [])
                # What only Unix has is asked for first.
                unix = re.sub(r"#if(?:def G_OS_UNIX| defined\(G_OS_UNIX\)).*?#(?:else|endif)", "", code, flags=re.S)
                self.assertEqual(header.findall(unix), [])

    def test_files_stay_short(self):
        long = {path: text_of(path).count("\n") for path in source_files(".c", ".h", ".py", ".sh")
                if text_of(path).count("\n") > LONGEST_FILE}
        self.assertEqual(long, {})

    def test_every_source_names_its_licence(self):
        mark = "SPDX-License-Identifier: GPL-2.0-or-later"
        bare = [path for path in source_files(".c", ".h", ".py", ".sh", ".txt", ".lua", ".cmake", ".yml")
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
