# SPDX-License-Identifier: GPL-2.0-or-later
"""CPack on the build that is tested."""

import glob
import os
import shutil
import subprocess
import unittest

BUILD = os.environ.get("SX_BUILD_DIR", "")


def run(*command, **options):
    """Standard output of a command; an AssertionError with all it wrote if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def pack(folder, config="CPackConfig.cmake", *options):
    """Packs into a folder; returns the paths of the packages."""
    if not BUILD:
        raise unittest.SkipTest("SX_BUILD_DIR names no build")
    if not shutil.which("cpack"):
        raise unittest.SkipTest("not installed: cpack")
    os.makedirs(folder)
    owner = {}
    if os.geteuid() == 0: # whoever builds there later has to write there, too
        owner = {"user": os.stat(BUILD).st_uid, "group": os.stat(BUILD).st_gid, "extra_groups": []}
        os.chown(folder, owner["user"], owner["group"])
    run("cpack", "--config", os.path.join(BUILD, config), "-B", folder, *options, cwd=BUILD, **owner)
    return sorted(path for path in glob.glob(os.path.join(folder, "*")) if os.path.isfile(path))


def make_debs(folder, *options):
    """The two packages of Debian as {name: path}."""
    missing = [name for name in ("dpkg-deb", "dpkg-shlibdeps", "readelf") if not shutil.which(name)]
    if missing:
        raise unittest.SkipTest("not installed: " + ", ".join(missing))
    return {os.path.basename(path).partition("_")[0]: path for path in pack(folder, "CPackConfig.cmake", "-G", "DEB", *options)}
