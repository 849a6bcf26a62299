# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds the fuzzers with clang and runs each for SX_FUZZ_SECONDS (60): no input may crash, hang or leak."""

import concurrent.futures
import os
import shutil
import subprocess
import tempfile
import unittest

FOLDER = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(FOLDER))
BUILD = os.environ.get("SX_BUILD_DIR", "")
SECONDS = int(os.environ.get("SX_FUZZ_SECONDS", "60"))
NAMES = ("message", "sdp", "details", "conversation", "log", "hep")
LIMITS = ("-max_len=65536", "-timeout=10", "-rss_limit_mb=2048")
EMPTY_FUZZER = """#include <stddef.h>
#include <stdint.h>
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) { return data == NULL && size > 0; }
"""


def run(*command, cwd=None, seconds=600):
    """Runs a command; returns it completed, with all output as one text."""
    return subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
                          timeout=seconds, check=False)


def compiler():
    """The newest clang on the path, or None."""
    names = ["clang"] + ["clang-%d" % version for version in range(25, 10, -1)]
    return next(filter(None, map(shutil.which, names)), None)


class FuzzTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        clang = compiler()
        if clang is None:
            raise unittest.SkipTest("clang is not installed (package clang)")
        if not os.path.isdir(BUILD):
            raise RuntimeError("SX_BUILD_DIR must name the build folder")
        cls.folder = tempfile.mkdtemp(prefix="sipexplain-fuzz-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.require_runtime(clang)
        cls.build = os.path.join(BUILD, "fuzz")
        cls.make("cmake", "-S", ROOT, "-B", cls.build, "-DCMAKE_C_COMPILER=" + clang,
                 "-DSX_PLUGIN=OFF", "-DSX_FUZZ=ON")
        cls.make("cmake", "--build", cls.build, "--target", "fuzzers", "--parallel")
        with concurrent.futures.ThreadPoolExecutor(len(NAMES)) as pool:
            cls.done = dict(zip(NAMES, pool.map(cls.fuzz, NAMES)))

    @classmethod
    def require_runtime(cls, clang):
        """Skips unless an empty fuzzer can be built."""
        source = os.path.join(cls.folder, "empty.c")
        with open(source, "w", encoding="utf-8") as file:
            file.write(EMPTY_FUZZER)
        done = run(clang, "-fsanitize=fuzzer,address,undefined", source, "-o", source + ".out")
        if done.returncode != 0:
            raise unittest.SkipTest("%s has no libFuzzer or no sanitizers (Debian 12: package "
                                    "libclang-rt-14-dev, elsewhere libclang-rt-dev):\n%s"
                                    % (clang, done.stdout[-500:]))

    @staticmethod
    def make(*command):
        done = run(*command)
        if done.returncode != 0:
            raise RuntimeError("%s\n%s" % (" ".join(command), done.stdout[-5000:]))

    @classmethod
    def fuzz(cls, name):
        """Runs one fuzzer on a copy of its corpus; what it cannot digest stays in the build folder."""
        corpus = os.path.join(cls.folder, name)
        shutil.copytree(os.path.join(FOLDER, "corpus", name), corpus)
        crashes = os.path.join(cls.build, "crashes-" + name, "")
        os.makedirs(crashes, exist_ok=True)
        before = set(os.listdir(crashes))
        fuzzer = os.path.join(cls.build, "tests", "fuzz", "fuzz_" + name)
        words = os.path.join(FOLDER, "log.dict" if name == "log" else "sip.dict")
        done = run(fuzzer, corpus, *LIMITS, "-max_total_time=%d" % SECONDS,
                   "-artifact_prefix=" + crashes, "-dict=" + words,
                   "-print_final_stats=1", cwd=cls.folder, seconds=SECONDS + 600)
        slow = [one for one in set(os.listdir(crashes)) - before if one.startswith("timeout-")]
        if slow and run(fuzzer, *LIMITS, os.path.join(crashes, slow[0])).returncode == 0:
            os.remove(os.path.join(crashes, slow[0]))  # the machine stood still, not the engine
            done.returncode = 0
        return done

    def check(self, name):
        """The fuzzer of this name ran to its end; else its last words, with the path of the input."""
        done = self.done[name]
        self.assertEqual(done.returncode, 0, "\n" + done.stdout[-8000:])
        self.assertIn("stat::number_of_executed_units:", done.stdout)

    def test_messages(self):
        self.check("message")

    def test_descriptions(self):
        self.check("sdp")

    def test_details(self):
        self.check("details")

    def test_conversations(self):
        self.check("conversation")

    def test_logs(self):
        self.check("log")

    def test_hep(self):
        self.check("hep")

    def test_the_corpus_is_small(self):
        sizes = [os.path.getsize(os.path.join(where, name))
                 for where, _, names in os.walk(os.path.join(FOLDER, "corpus")) for name in names]
        self.assertGreater(len(sizes), 50)
        self.assertLess(sum(sizes), 370 * 1024)


if __name__ == "__main__":
    unittest.main()
