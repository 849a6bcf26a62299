#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the pictures of the README: Wireshark with the profile on a sample, on a screen that nobody sees.

    SX_BUILD_DIR=build python3 -B scripts/screenshots.py [FOLDER]      # docs/ by default

As an ordinary user. Exit status 0 with a reason where a program is missing.
"""

import os
import shutil
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests"))
os.environ.setdefault("SX_PLUGIN_DIR", os.path.join(os.path.abspath(os.environ.get("SX_BUILD_DIR", "build")), "plugins"))

from gui.desktop import Desktop, NoDisplay, what_is_missing  # noqa: E402

SAMPLE = os.path.join(ROOT, "tests", "captures", "sample.pcap")
PROFILE = os.path.join(ROOT, "profile", "sip-explain")
FRAME = 11  # a call that failed
COLORS = "64"  # of the file: a third of the size


def take(home, target):
    """Opens the sample, selects a frame, and saves the screen."""
    shutil.copytree(PROFILE, os.path.join(home, ".config/wireshark/profiles/SIP Explain"))
    capture = os.path.join(home, "sample.pcap")
    shutil.copy(SAMPLE, capture)
    gui = Desktop(home, capture, ("-n", "-C", "SIP Explain", "-o", "gui.update.enabled:FALSE", "-o", "gui.ask_unsaved:FALSE"),
                  size=(1280, 800))
    try:
        gui.wait(lambda: len(gui.seen.get("list", {}).get("rows", [])) >= FRAME, "all rows")
        details = gui.select(FRAME)
        if not any(text.startswith("SIP Explain: ") for text in details):
            raise SystemExit("No tree of SIP Explain: is SX_BUILD_DIR right?")
        gui.save_screen("PNG8:" + target, "-colors", COLORS, "-strip")
    finally:
        gui.close()


def main():
    missing = what_is_missing() or ("" if shutil.which("import") else "import (ImageMagick)")
    if missing:
        print("skipped, not installed: " + missing)
        return
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "docs")
    with tempfile.TemporaryDirectory(prefix="sx-shot-") as home:
        try:
            take(home, os.path.join(folder, "wireshark.png"))
        except NoDisplay as problem:
            print("skipped, no display: %s" % problem)


if __name__ == "__main__":
    main()
