# SPDX-License-Identifier: GPL-2.0-or-later
"""A Wireshark window on a screen that nobody sees, its mouse and keyboard, and what it shows."""

import collections
import contextlib
import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

from lib.tshark import environment

WIRESHARK = os.environ.get("WIRESHARK", "wireshark")
LAUNCHER_FOLDERS = "/usr/libexec:/usr/lib/at-spi2-core:/usr/lib/at-spi2"
PATIENCE = 90  # seconds until something that must come has come
SCREEN_READER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "screen.py")


def accessibility_launcher():
    """The path of the program that starts the accessibility bus, or None."""
    return shutil.which("at-spi-bus-launcher", path=LAUNCHER_FOLDERS)


def what_is_missing():
    """What is not installed of what the test needs, as a text; empty when all is there."""
    missing = [name for name in (WIRESHARK, "Xvfb", "xdotool", "dbus-daemon")
               if not shutil.which(name)]
    if not accessibility_launcher():
        missing.append("at-spi-bus-launcher (at-spi2-core)")
    try:
        ctypes.CDLL("libatspi.so.0")
    except OSError:
        missing.append("libatspi.so.0 (at-spi2-core)")
    return ", ".join(missing)


class NoDisplay(Exception):
    """There is no X server to be had."""


class Desktop:
    """An X server, a session bus and Wireshark on a capture; `close` ends them all."""

    def __init__(self, folder, capture, options, size=(1280, 1024)):
        self.folder, self.size = folder, size
        self.env = dict(environment(folder), XDG_RUNTIME_DIR=os.path.join(folder, "run"),
                        QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1", QT_ACCESSIBILITY="1",
                        QT_QPA_PLATFORM="xcb")
        os.mkdir(self.env["XDG_RUNTIME_DIR"], 0o700)
        for name in ("WAYLAND_DISPLAY", "SESSION_MANAGER", "AT_SPI_BUS_ADDRESS", "XAUTHORITY"):
            self.env.pop(name, None)
        self.processes = []
        self.seen = {}
        with contextlib.ExitStack() as undo:
            undo.callback(self.close)
            self.env["DISPLAY"] = self._start_display()
            self.env["DBUS_SESSION_BUS_ADDRESS"] = self._start_bus()
            self.wireshark = self._start("wireshark", [WIRESHARK, *options, capture])
            self._place_window(os.path.basename(capture))
            # Not before Wireshark's event loop runs: Qt 5 may otherwise use a connection to this
            # bus that it has not yet opened, and then shows nothing for ever.
            self._start("at-spi", [accessibility_launcher(), "--launch-immediately"])
            undo.pop_all()

    def _start(self, name, command, **options):
        with open(os.path.join(self.folder, name + ".log"), "ab") as log:
            process = subprocess.Popen(command, env=self.env, stdin=subprocess.DEVNULL, stderr=log,
                                       start_new_session=True, **{"stdout": log, **options})
        self.processes.append(process)
        return process

    def _start_display(self):
        """Starts Xvfb on a display number of its choice; returns the display's name."""
        read_end, write_end = os.pipe()
        with open(read_end, encoding="ascii") as numbers:
            try:
                self._start("xvfb", ["Xvfb", "-displayfd", str(write_end), "-nolisten", "tcp",
                                     "-noreset", "-screen", "0", "%dx%dx24" % self.size],
                            pass_fds=[write_end])
            finally:
                os.close(write_end)
            number = numbers.readline().strip()  # an empty line when Xvfb gives up
        if not number:
            raise NoDisplay(self.log("xvfb"))
        return ":" + number

    def _start_bus(self):
        bus = self._start("dbus", ["dbus-daemon", "--session", "--nofork", "--print-address"],
                          stdout=subprocess.PIPE)
        with bus.stdout:
            return bus.stdout.readline().decode().strip()

    def close(self):
        """Ends all processes started, and theirs."""
        for process in reversed(self.processes):
            for how in (signal.SIGTERM, signal.SIGKILL):
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, how)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=5)
        self.processes = []

    def log(self, name):
        """What a program has written so far."""
        with open(os.path.join(self.folder, name + ".log"), encoding="utf-8",
                  errors="replace") as stream:
            return stream.read()

    def _run(self, *command):
        return subprocess.run(command, env=self.env, stdin=subprocess.DEVNULL, timeout=PATIENCE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
                              check=False)

    # ---- what the user does --------------------------------------------------------------

    def _xdotool(self, *arguments):
        done = self._run("xdotool", *(str(argument) for argument in arguments))
        if done.returncode != 0:
            raise AssertionError("xdotool %s: %s" % (arguments, done.stderr))

    def _place_window(self, title):
        """Waits for the main window with a loaded file and lets it fill the screen."""
        def windows():
            return self._run("xdotool", "search", "--onlyvisible", "--name",
                             "^%s" % title).stdout.split()
        self._wait(windows, "a window with the title " + title)
        window = windows()[0]
        self._xdotool("windowmove", window, 0, 0, "windowsize", window, *self.size)
        self._xdotool("windowfocus", window)

    def click(self, middle):
        """Clicks on a place on the screen."""
        self._xdotool("mousemove", *middle, "click", 1)

    def press(self, *keys):
        """Presses keys, such as "ctrl+End"."""
        self._xdotool("key", *keys)

    def select(self, number):
        """Clicks on a frame that is in view, waits until the details show it, and returns them."""
        def rows():
            return self.seen.get("list", {}).get("rows", [])
        self.wait(lambda: any(row[0] == str(number) for row in rows()), "frame %d" % number)
        places = {row[0]: place for row, place in zip(rows(), self.seen["list"]["middles"])}
        self.click(places[str(number)])
        return self.wait_for_details("Frame %d:" % number)

    def go_to_list(self):
        """Gives the packet list the keyboard: clicks on a frame in the middle of it."""
        self.look()
        top = self.seen["filter"]["middle"][1]
        bottom = min((y for _, y in self.seen.get("details", {}).get("middles", [])), default=9999)
        places = [place for place in self.seen["list"]["middles"] if top < place[1] < bottom]
        self.click(places[len(places) // 2])

    def fold(self):
        """Folds all rows of the details, now and for the frames selected later."""
        self.press("ctrl+Left")
        self.wait(lambda: not any(text.startswith("Source Port: ") for text in self.details()),
                  "folded rows")

    def expand(self, start):
        """Unfolds the row of the details that starts so, and all below it."""
        self.wait_for_details(start)
        texts = self.details()
        row = next(i for i, text in enumerate(texts) if text.startswith(start))
        self.click(self.seen["details"]["middles"][row])
        self.press("shift+Right")
        self.wait(lambda: len(self.details()) > len(texts), "more rows below " + start)

    def choose(self, *path):
        """Chooses an entry of the menus, given as the names on the way."""
        self._wait(lambda: self._run(sys.executable, "-B", SCREEN_READER, *path).returncode == 0,
                   " > ".join(path))

    def open_menu_of_row(self, start):
        """Opens the menu of the row of the details that starts so."""
        texts = self.wait_for_details(start)
        row = next(i for i, text in enumerate(texts) if text.startswith(start))
        self._xdotool("mousemove", *self.seen["details"]["middles"][row], "click", 3)

    def apply_filter(self, text):
        """Types a display filter and presses the Enter key."""
        self.wait(lambda: "filter" in self.seen, "the display filter entry")
        self.click(self.seen["filter"]["middle"])
        self.press("ctrl+a", "BackSpace")
        if text:
            self._xdotool("type", "--delay", 20, text)
        self.wait(lambda: self.seen["filter"]["text"] == text, "the filter typed")
        self.press("Return")

    # ---- what the user sees --------------------------------------------------------------

    def look(self):
        """Reads the window into `seen`."""
        done = self._run(sys.executable, "-B", SCREEN_READER)
        with contextlib.suppress(ValueError):
            self.seen = json.loads(done.stdout)

    def details(self):
        """The texts of the rows of the packet details, unfolded rows included."""
        return [row[0] for row in self.seen.get("details", {}).get("rows", [])]

    def wait_for_details(self, start):
        """Waits until a row of the details starts so; returns the texts of all rows."""
        self.wait(lambda: any(text.startswith(start) for text in self.details()), start)
        return self.details()

    def wait(self, is_there, what):
        """Looks until is_there() is true; fails when that does not come."""
        def look():
            self.look()
            return is_there()
        self._wait(look, what)

    def _wait(self, is_there, what):
        deadline = time.monotonic() + PATIENCE
        while not is_there():
            if self.wireshark.poll() is not None:
                raise AssertionError("Wireshark has ended:\n" + self.log("wireshark"))
            if time.monotonic() > deadline:
                raise AssertionError("%s does not come.\nSeen: %s\nWireshark says:\n%s" % (
                    what, json.dumps(self.seen, indent=1), self.log("wireshark")))
            time.sleep(0.2)

    def color_at(self, middle):
        """The color "#RRGGBB" that most of the pixels around a place have; None without ImageMagick."""
        if not shutil.which("import"):
            return None
        x, y = middle
        done = self._run("import", "-window", "root", "-crop", "40x10+%d+%d" % (x - 20, y - 5),
                         "-depth", "8", "txt:-")
        found = collections.Counter(re.findall("#[0-9A-F]{6}", done.stdout))
        return found.most_common(1)[0][0] if found else None

    def screenshot(self, name):
        """Saves the screen as a PNG in the folder SX_SCREENSHOTS, if that is set."""
        folder = os.environ.get("SX_SCREENSHOTS")
        if folder and shutil.which("import"):
            self.save_screen(os.path.join(folder, name + ".png"))

    def save_screen(self, path, *options):
        """Saves the screen with ImageMagick and these options of it."""
        self._run("import", "-window", "root", *options, path)
