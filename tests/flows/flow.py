# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads a .flow file (README.md tells its format): python3 -m flows.flow FILE OUT.pcap."""

import dataclasses
import ipaddress
import re
import sys

from . import expect
from .error import FlowError
from .wire import wire

ENDPOINT = re.compile(r"([\w.-]+)\s*=\s*(\S+)")
ADDRESS = re.compile(r"\[?([0-9A-Fa-f:.]+?)\]?(?::(\d+))?")
MESSAGE = re.compile(r"(\+?)(\d+(?:\.\d+)?)\s+([\w.-]+)\s*>\s*([\w.-]+)\s+(.+)")
OPTIONS = re.compile(r"(.*?)(?:\s+\[([^\][]*)\])?")
ACTIONS = (  # name, what follows the endpoints on a message line
    ("response", re.compile(r"(?P<code>\d{3})(?:\s+(?P<phrase>.*))?")),
    ("forward", re.compile(r"forward\s+(?P<ref>\d+)(?:\s+(?P<uri>\S+))?")),
    ("back", re.compile(r"back\s+(?P<ref>\d+)")),
    ("again", re.compile(r"again\s+(?P<ref>\d+)")),
    ("icmp", re.compile(r"icmp\s+(?P<type>\d+)/(?P<code>\d+)\s+quoting\s+(?P<ref>\d+)")),
    ("raw", re.compile(r"raw")),
    ("request", re.compile(r"(?P<method>[A-Z][A-Z0-9]*)(?:\s+(?P<uri>\S+))?")),
)
OPTION = re.compile(
    r"(?P<flag>tcp|udp|unseen|join|dup|gre)|(?P<name>to|snap|mtu|vlan|quote)\s+(?P<number>\d+)"
    r"|call\s+(?P<call>[\w.-]+)|from\s+(?P<caller>\S+)\s+to\s+(?P<callee>\S+)")
HEADER = re.compile(r"([^\s:]+)\s*:\s*(.*)")


@dataclasses.dataclass(frozen=True)
class Endpoint:
    """A named address and port."""

    name: str
    address: str
    port: int

    @property
    def pair(self):
        """(address, port), as tests/lib wants it."""
        return self.address, self.port

    @property
    def host(self):
        """The address and port as they stand in a Via or a URI."""
        return "%s:%d" % ("[%s]" % self.address if ":" in self.address else self.address, self.port)


@dataclasses.dataclass
class Step:
    """One message line and the indented lines below it."""

    line: int
    number: int
    time: float
    src: Endpoint
    dst: Endpoint
    action: str
    words: dict  # the named parts of ACTIONS
    options: dict
    call: str
    users: tuple
    transport: str
    headers: list = dataclasses.field(default_factory=list)  # ("=" or "+" or "-", name, value)
    sdp: list = dataclasses.field(default_factory=list)
    body: list = None

    @property
    def ref(self):
        """The number of the message that forward, back, again, icmp or `to` names, or None."""
        return int(self.words["ref"]) if self.words.get("ref") else self.options.get("to")


@dataclasses.dataclass
class Flow:
    """A whole file."""

    path: str
    endpoints: dict = dataclasses.field(default_factory=dict)
    steps: list = dataclasses.field(default_factory=list)
    checks: list = dataclasses.field(default_factory=list)

    def error(self, line, text):
        """The exception that points at a line of this file."""
        return FlowError("%s:%d: %s" % (self.path, line, text))


def endpoint(name, text):
    """An Endpoint from 192.0.2.10:5060, 192.0.2.10, [2001:db8::1]:5060 or 2001:db8::1."""
    bare = text.count(":") > 1 and not text.startswith("[")
    match = ADDRESS.fullmatch("[%s]" % text if bare else text)
    address = str(ipaddress.ip_address(match[1] if match else text))
    return Endpoint(name, address, int(match[2] or 5060))


class _Reader:
    """Takes the lines of a file one by one; what was said before decides what a line means."""

    def __init__(self, path):
        self.flow = Flow(path)
        self.line = 0
        self.call, self.users, self.transport = "call-1", ("alice", "bob"), "UDP"
        self.step = None  # whose indented lines follow
        self.indent = self.body_indent = None
        self.blanks = 0

    def fail(self, text):
        raise self.flow.error(self.line, text)

    def take(self, raw):
        """One line of the file."""
        self.line += 1
        text = raw.strip()
        indent = len(raw) - len(raw.lstrip())
        if self.body_indent is not None:
            if not text:
                self.blanks += 1
                return
            if indent > self.body_indent:
                self.step.body += [""] * self.blanks + [raw.rstrip("\n")]
                self.blanks = 0
                return
            self.body_indent, self.blanks = None, 0
        if not text or text.startswith("#"):
            return
        if indent:
            self.detail(indent, text)
        else:
            self.statement(text)

    def detail(self, indent, text):
        """An indented line: a header or the body of the message above."""
        step = self.step
        if step is None or step.action in ("again", "icmp"):
            self.fail("an indented line belongs below a message that is built here")
        self.indent = self.indent or indent
        header = HEADER.fullmatch(text)
        if indent > self.indent and step.headers and step.headers[-1][2] is not None:
            sign, name, value = step.headers[-1]
            step.headers[-1] = (sign, name, value + "\r\n " + text)
        elif indent != self.indent:
            self.fail("this line is indented neither as a header nor as the rest of one")
        elif text == "body:":
            self.body_indent, step.body = indent, []
        elif header and header[1] == "sdp":
            step.sdp.append(header[2])
        elif text[0] == "-" and len(text.split()) == 1:
            step.headers.append(("-", text[1:], None))
        elif text[0] == "+":
            step.headers.append(("+", "", text[1:]))
        elif header:
            step.headers.append(("=", header[1], header[2]))
        else:
            self.fail("no header line: %s" % text)

    def statement(self, text):
        """A line that is not indented."""
        self.step = self.indent = None
        words = text.split()
        place = ENDPOINT.fullmatch(text)
        message = MESSAGE.fullmatch(text)
        if message:
            self.message(*message.groups())
        elif words[0] in expect.VERBS:
            try:
                self.flow.checks += expect.parse(text, self.line)
            except ValueError as error:
                self.fail(str(error))
        elif place:
            try:
                self.flow.endpoints[place[1]] = endpoint(place[1], place[2])
            except ValueError:
                self.fail("no address: %s" % place[2])
        elif words[0] == "call" and len(words) == 2:
            self.call = words[1]
        elif words[0] == "from" and len(words) == 4 and words[2] == "to":
            self.users = (words[1], words[3])
        elif words[0] == "transport" and words[1:] in (["tcp"], ["udp"]):
            self.transport = words[1].upper()
        else:
            self.fail("not understood: %s" % text)

    def message(self, plus, time, src, dst, rest):
        """A message line."""
        for name in (src, dst):
            if name not in self.flow.endpoints:
                self.fail("no endpoint has this name: %s" % name)
        steps = self.flow.steps
        text, options = OPTIONS.fullmatch(rest).groups()
        action, words = self.action(text)
        seconds = float(time) + (steps[-1].time if plus and steps else 0)
        self.step = Step(self.line, len(steps) + 1, seconds, self.flow.endpoints[src],
                         self.flow.endpoints[dst], action, words, {}, self.call, self.users,
                         self.transport)
        for option in (options or "").split(","):
            if option.strip():
                self.option(option.strip())
        ref = self.step.ref
        if ref is not None and not 0 < ref < self.step.number:
            self.fail("message %d is not above this one" % ref)
        steps.append(self.step)

    def action(self, text):
        """(name, words) of what a message line does."""
        for name, pattern in ACTIONS:
            match = pattern.fullmatch(text)
            if match:
                return name, match.groupdict()
        return self.fail("neither a request nor a response nor an action: %s" % text)

    def option(self, text):
        """One of the options in [brackets]."""
        match = OPTION.fullmatch(text)
        if not match:
            self.fail("unknown option: %s" % text)
        if match["flag"] in ("tcp", "udp"):
            self.step.transport = match["flag"].upper()
        elif match["flag"]:
            self.step.options[match["flag"]] = True
        elif match["name"]:
            self.step.options[match["name"]] = int(match["number"])
        elif match["call"]:
            self.step.call = match["call"]
        else:
            self.step.users = (match["caller"], match["callee"])


def parse(text, path="flow"):
    """The Flow that a text describes; FlowError tells file, line and what is wrong."""
    reader = _Reader(path)
    for raw in text.split("\n"):
        reader.take(raw)
    flow = reader.flow
    for check in flow.checks:
        for number in check.messages():
            if not 0 < number <= len(flow.steps):
                raise flow.error(check.line, "there is no message %d" % number)
            if "unseen" in flow.steps[number - 1].options:
                raise flow.error(check.line, "message %d is not in the capture" % number)
    return flow


def load(path):
    """The Flow of a file."""
    with open(path, encoding="utf-8") as file:
        return parse(file.read(), path)


def main(arguments):
    """The command: write the capture of a case, or say what is wrong with it."""
    if len(arguments) != 2:
        return "usage: python3 -m flows.flow FILE OUT.pcap"
    try:
        flow = load(arguments[0])
        wired = wire(flow)
    except (FlowError, OSError) as error:
        return str(error)
    wired.capture.write(arguments[1])
    for step in flow.steps:
        print("message %d: %s" % (step.number, "frame %d" % wired.frames[step.number]
                                  if step.number in wired.frames else "not in the capture"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
