# SPDX-License-Identifier: GPL-2.0-or-later
"""A network of one's own with a proxy, phones and a capture; it goes away with all its processes.

Needs no rights: user, network and process namespaces of Linux. play() starts a program inside them (sipp.py,
phones.py), which plays one scenario on a Stage and exits with a word about what went wrong.
"""

import errno
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ENTER = ("unshare", "--user", "--map-root-user", "--net", "--pid", "--fork", "--kill-child")
PATIENCE = 20  # seconds until something that must come has come
LONGEST = 60  # seconds that a scenario may take in all
NO_CAPTURE = 3  # exit code: nothing wrong, but this system does not let us capture


def what_is_missing(*names):
    """What is not installed of these programs and those that any test needs; empty when all is there."""
    return ", ".join(name for name in ("unshare", "dumpcap", "kamailio", *names) if not find(name))


def find(program):
    """The path of a program; Kamailio is in a folder that ordinary users do not search."""
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")


class CannotCapture(Exception):
    """The system does not let an ordinary user have a network of its own and capture on it."""


def play(program, folder, **plan):
    """Plays a scenario with its files in this folder; returns the path of the capture.

    The program is a file of this folder, which reads the plan and calls inside().
    """
    os.makedirs(folder, exist_ok=True)
    command = [find("unshare") or "unshare", *ENTER[1:], sys.executable, "-B",
               os.path.join(HERE, program), json.dumps(dict(plan, folder=folder))]
    env = dict(os.environ, HOME=folder, LC_ALL="C.UTF-8", TERM="dumb")
    with subprocess.Popen(command, env=env, cwd=folder, start_new_session=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, encoding="utf-8", errors="replace") as process:
        try:
            said, _ = process.communicate(timeout=LONGEST + 10)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)  # the kernel ends the rest: --kill-child
    if process.returncode == NO_CAPTURE or "unshare: " in said:
        raise CannotCapture(said.strip() or "no word why")
    if process.returncode:
        raise AssertionError("%s\n%s" % (said.strip(), logs(folder)))
    return os.path.join(folder, "capture.pcap")


def logs(folder):
    """What the programs said, for the message of a failed test."""
    parts = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".log"):
            with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as log:
                parts.append("--- %s\n%s" % (name, log.read()[-1500:]))
    return "\n".join(parts)


# From here on: inside.

class Failed(Exception):
    """The scenario did not go as planned."""


class Stage:
    """The processes inside, and the files that they leave."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = {}

    def start(self, name, command):
        """Starts a program; its words go to NAME.log."""
        with open(os.path.join(self.folder, name + ".log"), "wb") as log:
            self.processes[name] = subprocess.Popen(
                command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def wait_for(self, what, name, ready):
        """Waits until ready() holds, for as long as the program of this name runs."""
        end = time.monotonic() + PATIENCE
        while not ready():
            if self.processes[name].poll() is not None:
                raise Failed("%s ended too early" % name)
            if time.monotonic() > end:
                raise Failed("%s: no %s" % (name, what))
            time.sleep(0.05)

    def listen(self, name, address):
        """Waits until the program has this UDP port."""
        self.wait_for("open port", name, lambda: taken(address))

    def capture(self, which):
        """Starts the capture of what passes this filter; NO_CAPTURE is the end where that is not allowed."""
        path = os.path.join(self.folder, "capture.pcap")
        self.start("dumpcap", [find("dumpcap"), "-i", "lo", "-f", which, "-P", "-w", path])
        try:
            self.wait_for("capture file", "dumpcap",
                          lambda: os.path.exists(path) and os.path.getsize(path) > 0)
        except Failed:
            print("dumpcap may not capture: " + logs(self.folder))
            sys.exit(NO_CAPTURE)

    def proxy(self, config, address, *options):
        """Starts Kamailio and waits for it."""
        self.start("kamailio", [
            find("kamailio"), "-DD", "-E", "-f", os.path.join(HERE, config),
            "-w", self.folder, "-Y", self.folder, "-m", "16", "-M", "4", *options])
        self.listen("kamailio", address)

    def close(self):
        """Ends all processes, the capture last and in peace."""
        for name, process in self.processes.items():
            if name != "dumpcap" and process.poll() is None:
                process.kill()
        dumpcap = self.processes.get("dumpcap")
        if dumpcap and dumpcap.poll() is None:
            dumpcap.send_signal(signal.SIGINT)
            dumpcap.wait(timeout=PATIENCE)


def taken(address):
    """Whether a program has this UDP port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(address)
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False


def loopback_up():
    """What `ip link set lo up` does, without that program."""
    import fcntl  # pylint: disable=import-outside-toplevel
    import struct  # pylint: disable=import-outside-toplevel
    get_flags, set_flags, up = 0x8913, 0x8914, 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(control, get_flags, request))[1]
        fcntl.ioctl(control, set_flags, struct.pack("16sH14x", b"lo", flags | up))


def too_long(*_):
    """Ends the scenario, even when nobody waits for it any more."""
    raise Failed("more than %d s" % LONGEST)


def inside(which, scenario):
    """Plays scenario(stage, plan) with the plan of the command line, while what passes the filter is captured."""
    plan = json.loads(sys.argv[1])
    signal.signal(signal.SIGALRM, too_long)  # the first process of a namespace has no default
    signal.alarm(LONGEST)
    try:
        loopback_up()
    except OSError as error:
        print("lo does not come up: %s" % error)
        sys.exit(NO_CAPTURE)
    stage = Stage(plan["folder"])
    try:
        stage.capture(which)
        scenario(stage, plan)
        time.sleep(0.3)  # for the last ACK
    except (Failed, subprocess.TimeoutExpired) as failure:
        sys.exit(str(failure))
    finally:
        stage.close()
