# SPDX-License-Identifier: GPL-2.0-or-later
"""The life of the packages in a clean system: installed, used by an ordinary user, updated, removed.

As root: SX_BUILD_DIR=... python3 -B -m unittest packages.test_life (in tests/). It makes a system with debootstrap, of the release
and from the mirror that this system has; SX_SYSTEM names a folder to keep it in. Skipped where that is not possible.
"""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

from .packing import BUILD, make_debs, run

SAMPLE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "captures", "sample.pcap")
USER = "4711"
NAMES = re.compile("sip-?explain|SIP Explain", re.I)
# All mounts are of a namespace that ends with the command.
ENTER = r"""
mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    HOME="$HOME" LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive chroot $SX_USER "$0" "$@"
"""


def what_is_missing():
    """Why there can be no clean system, as a text; empty if there can."""
    if os.geteuid() != 0:
        return "debootstrap and chroot need root"
    missing = [name for name in ("debootstrap", "chroot", "unshare", "apt-get") if not shutil.which(name)]
    if missing:
        return "not installed: " + ", ".join(missing)
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode != 0:
        return "no mounts of one's own in this container"
    return ""


def release_and_mirror():
    """The code name of this system, and where its packages come from."""
    with open("/etc/os-release", encoding="utf-8") as file:
        name = re.search(r"^VERSION_CODENAME=(\w+)", file.read(), re.M)
    mirrors = run("apt-get", "indextargets", "--format", "$(CODENAME) $(REPO_URI)", "Created-By: Packages").split("\n")
    mirror = next((line.split()[1] for line in mirrors if name and line.split()[:1] == [name.group(1)]), None)
    if not mirror:
        raise unittest.SkipTest("where this system has its packages from is not known")
    return name.group(1), mirror


class LifeTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        missing = what_is_missing() or ("" if BUILD else "SX_BUILD_DIR names no build")
        if missing:
            raise unittest.SkipTest(missing)
        folder = tempfile.TemporaryDirectory(dir="/var/tmp")
        cls.addClassCleanup(folder.cleanup)
        os.chmod(folder.name, 0o755)
        cls.debs = make_debs(os.path.join(folder.name, "packages"))
        cls.newer = make_debs(os.path.join(folder.name, "newer"), "-D", "CPACK_DEBIAN_PACKAGE_RELEASE=9999")
        cls.system = os.environ.get("SX_SYSTEM") or os.path.join(folder.name, "system")
        if not os.path.exists(cls.system + "/etc/debian_version"):
            release, mirror = release_and_mirror()
            run("debootstrap", "--variant=minbase", release, cls.system, mirror)
        with open(cls.system + "/usr/sbin/policy-rc.d", "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\nexit 101\n") # starts no service
        if os.path.exists("/etc/resolv.conf"):
            shutil.copy("/etc/resolv.conf", cls.system + "/etc/resolv.conf")
        cls.inside("apt-get", "update")
        os.makedirs(cls.system + "/home/user", exist_ok=True)
        shutil.copy(SAMPLE, cls.system + "/home/user/sample.pcap")
        os.chmod(cls.system + "/home/user/sample.pcap", 0o644)
        os.chown(cls.system + "/home/user", int(USER), int(USER))

    @classmethod
    def inside(cls, *command, user=None):
        """Runs a command in the clean system, as root or as an ordinary user."""
        env = {**os.environ, "HOME": "/home/user" if user else "/root",
               "SX_USER": f"--userspec={user}:{user}" if user else ""}
        return run("unshare", "--mount", "--propagation", "private", "sh", "-c", ENTER, cls.system, *command, env=env)

    def apt(self, *arguments, debs=()):
        """apt-get with packages of ours, copied into the system."""
        inside = []
        for path in debs:
            shutil.copy(path, self.system + "/tmp")
            inside.append("/tmp/" + os.path.basename(path))
        return self.inside("apt-get", "-y", "--no-install-recommends", *arguments, *inside)

    def as_user(self, *command):
        return self.inside(*command, user=USER)

    def ours(self):
        """What of ours is in the system, dpkg's own lists and logs, and the user's files apart."""
        found = []
        for where, folders, files in os.walk(self.system):
            inside = where[len(self.system):]
            if inside in ("/proc", "/sys", "/dev", "/tmp", "/home", "/var/log", "/var/lib/dpkg/info"):
                folders.clear()
                continue
            found += [os.path.join(inside, name) for name in folders + files if NAMES.search(name)]
        return found

    def test_life(self):
        self.assertEqual(self.ours(), [])
        self.command_alone()
        self.plugin()
        self.update()
        self.removal()

    def command_alone(self):
        self.apt("install", debs=[self.debs["sipexplain"]])
        self.assertIn("486 Busy Here", self.as_user("sipexplain", "486"))
        self.assertNotIn("wireshark", self.inside("dpkg-query", "-W", "-f", "${Package}\n"))

    def plugin(self):
        self.apt("install", "tshark", debs=[self.debs["sipexplain-wireshark"]])
        self.assertRegex(self.as_user("tshark", "-G", "plugins"), r"(?m)^sipexplain\.so")
        # The plugin of the system is loaded for root, too.
        self.assertRegex(self.inside("tshark", "-G", "plugins"), r"(?m)^sipexplain\.so")
        found = self.as_user("tshark", "-r", "/home/user/sample.pcap", "-Y", "sipexplain.code == 486", "-T", "fields",
                             "-e", "sipexplain.headline")
        self.assertIn("busy", found)
        with self.assertRaisesRegex(AssertionError, "exit status 1\n(?s:.*)sipexplain"):
            self.as_user("sipexplain", "check", "/home/user/sample.pcap")
        self.as_user("tshark", "-C", "SIP Explain", "-r", "/home/user/sample.pcap")
        self.profile = self.system + "/home/user/.config/wireshark/profiles/SIP Explain/preferences"
        self.assertTrue(os.path.exists(self.profile))

    def update(self):
        with open(self.profile, "a", encoding="utf-8") as file:
            file.write("# the user's own\n")
        self.apt("install", debs=self.newer.values())
        self.assertIn("9999", self.inside("dpkg-query", "-W", "-f", "${Version}", "sipexplain-wireshark"))
        self.assertRegex(self.as_user("tshark", "-G", "plugins"), r"(?m)^sipexplain\.so")
        with open(self.profile, encoding="utf-8") as file:
            self.assertIn("# the user's own", file.read())

    def removal(self):
        self.apt("remove", "sipexplain", "sipexplain-wireshark")
        self.assertEqual(self.ours(), [])
        self.assertNotIn("sipexplain", self.as_user("tshark", "-G", "plugins"))


if __name__ == "__main__":
    unittest.main()
