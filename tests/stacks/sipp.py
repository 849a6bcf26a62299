# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls between SIPp phones through Kamailio: the program that network.play() runs."""

import os
import sys

if __package__:
    from .network import HERE, Failed, find, inside
else:
    from network import HERE, Failed, find, inside

PROXY, CALLER, CALLEE = ("127.0.0.1", 20060), ("127.0.0.2", 20062), ("127.0.0.3", 20063)


def start(stage, name, address, scenario, options, words=()):
    """Starts SIPp for one call; the words are put into the scenario file in place of their keys."""
    with open(os.path.join(HERE, scenario + ".xml"), encoding="utf-8") as file:
        text = file.read()
    for word, meaning in dict(words).items():
        text = text.replace(word, meaning)
    path = os.path.join(stage.folder, name + ".xml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    stage.start(name, [
        find("sipp"), "%s:%d" % PROXY, "-sf", path,
        "-i", address[0], "-p", str(address[1]), "-bind_local", "-mi", address[0],
        "-mp", "20102", "-m", "1", "-l", "1", "-nostdin", "-skip_rlimit", "-nd",
        "-timeout", "25s", "-timeout_error", "-deadcall_wait", "0", "-trace_err",
        "-error_file", os.path.join(stage.folder, name + "_errors.log"), *options])


def finish(stage, name):
    """Waits until a phone has played its part."""
    code = stage.processes[name].wait(timeout=30)
    if code:
        raise Failed("%s: SIPp's exit code is %d" % (name, code))


def scenario(stage, plan):
    """The plan: proxy, whether Kamailio runs; caller and callee, each [scenario file, SIPp's options, perhaps words]."""
    if plan.get("proxy"):
        stage.proxy("kamailio.cfg", PROXY)
    if plan.get("callee"):
        start(stage, "callee", CALLEE, *plan["callee"])
        stage.listen("callee", CALLEE)
    if plan.get("caller"):
        start(stage, "caller", CALLER, *plan["caller"])
        finish(stage, "caller")
    if plan.get("callee"):
        finish(stage, "callee")


if __name__ == "__main__":
    sys.exit(inside("udp portrange 20060-20063", scenario))
