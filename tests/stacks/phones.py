# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls between baresip and JsSIP through Kamailio, with or without rtpengine: the program that network.play() runs.

Each scenario is a function: what the users do, one after the other, each time waiting for what their phones say. It names
the classes of its phones itself: what must be installed is read from that.
"""

import glob
import json
import os
import socket
import subprocess
import sys
import threading
import time
import wave

if __package__:
    from .network import HERE, PATIENCE, Failed, find, inside
else:
    from network import HERE, PATIENCE, Failed, find, inside

PROXY, WEBSOCKET, RTPENGINE = ("10.20.0.1", 5060), ("10.20.0.1", 8080), ("127.0.0.1", 22222)
ADDRESSES = {"alice": "10.20.0.2", "bob": "10.20.0.3", "carol": "10.20.0.4"}
NODE_MODULES = os.environ.get("SX_NODE_MODULES") or os.path.join(HERE, "node_modules")
BARESIP_CONFIG = """sip_listen {address}:5060
sip_transports udp
net_interface {address}
audio_player aufile,{folder}/heard.wav
audio_source aufile,{folder}/silence.wav
audio_alert aufile,{folder}/alert.wav
rtp_ports 20000-20100
module_path {modules}
module aufile.so
module g711.so
module g722.so
module srtp.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen {address}:4444
"""
CLOSED = ("CALL_CLOSED", "ended", "failed")  # what phones say when a call is over
SCENARIOS = {}


class Phone:
    """What all phones have: words that they say, one after the other, and commands."""

    def __init__(self, stage, name):
        self.stage, self.name = stage, name
        self.said, self.more = [], threading.Condition()

    def hear(self, word):
        """Keeps a word that the phone said."""
        with self.more:
            self.said.append(word)
            self.more.notify_all()

    def wait(self, *words):
        """Waits until the phone says one of these words, and drops what it said up to there."""
        end = time.monotonic() + PATIENCE
        with self.more:
            while True:
                for place, said in enumerate(self.said):
                    if said in words:
                        del self.said[:place + 1]
                        return said
                if not self.more.wait(end - time.monotonic()):
                    raise Failed("%s did not say %s but %s" % (self.name, " or ".join(words), self.said))

    def uri(self):
        """The address of this phone's user."""
        return "sip:%s@example.com" % self.name


class Baresip(Phone):
    """A phone over UDP. It says baresip's own events: REGISTER_OK, CALL_INCOMING, CALL_ESTABLISHED, CALL_CLOSED..."""

    def __init__(self, stage, name, *, password="secret", account="", registered="REGISTER_OK"):
        super().__init__(stage, name)
        folder, address = os.path.join(stage.folder, name), ADDRESSES[name]
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "config"), "w", encoding="utf-8") as file:
            file.write(BARESIP_CONFIG.format(address=address, folder=folder, modules=baresip_modules()))
        with open(os.path.join(folder, "accounts"), "w", encoding="utf-8"):
            pass  # none yet, so that no event comes before we listen
        with wave.open(os.path.join(folder, "silence.wav"), "wb") as file:
            file.setparams((1, 2, 8000, 0, "NONE", ""))
            file.writeframes(bytes(16000 * 10))
        stage.start(name, [find("baresip"), "-f", folder])
        self.control = None
        stage.wait_for("control connection", name, self.connect)
        threading.Thread(target=self.listen, daemon=True).start()
        self.do("uanew", "<sip:%s@example.com>;auth_user=%s;auth_pass=%s;regint=600;outbound=\"sip:%s:%d\"%s"
                % (name, name, password, *PROXY, account and ";" + account))
        self.wait(registered)

    def connect(self):
        """Whether its control port is open."""
        try:
            self.control = socket.create_connection((ADDRESSES[self.name], 4444))
        except OSError:
            return False
        return True

    def listen(self):
        """Hears its events: netstrings of JSON."""
        with self.control.makefile("rb") as stream:
            while True:
                length = b""
                while not length.endswith(b":"):
                    byte = stream.read(1)
                    if not byte:
                        return
                    length += byte
                event = json.loads(stream.read(int(length[:-1])))
                stream.read(1)
                if event.get("event"):
                    self.hear(event["type"])

    def do(self, command, params=""):
        """One of baresip's long commands: dial, accept, hangup, hold, resume, transfer."""
        text = json.dumps({"command": command, "params": params}).encode()
        self.control.sendall(b"%d:%s," % (len(text), text))

    def leave(self):
        """The phone is gone without a word."""
        self.stage.processes[self.name].kill()
        self.stage.processes[self.name].wait()


class WebPhone(Phone):
    """JsSIP over WebSocket. It says the names of JsSIP's events: registered, incoming, progress, accepted, failed..."""

    def __init__(self, stage, name, *, password="secret", registered="registered"):
        super().__init__(stage, name)
        command = [find("node"), os.path.join(HERE, "webphone.js"), NODE_MODULES, "%s:%d" % WEBSOCKET, ADDRESSES[name],
                   name, password]
        with open(os.path.join(stage.folder, name + ".err.log"), "wb") as log:
            self.process = stage.processes[name] = subprocess.Popen(  # pylint: disable=consider-using-with
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, encoding="utf-8")
        threading.Thread(target=self.listen, daemon=True).start()
        self.do("start")
        self.wait(registered)

    def listen(self):
        """Hears its lines, and keeps them in a log."""
        with open(os.path.join(self.stage.folder, self.name + ".log"), "w", encoding="utf-8") as log:
            for line in self.process.stdout:
                print(line, end="", file=log, flush=True)
                self.hear(line.split()[0] if line.strip() else "")

    def do(self, *command):
        """One of webphone.js' commands: call, answer, refuse, hangup, hold, resume, transfer, close."""
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def leave(self):
        """The browser is closed."""
        self.do("close")
        self.process.wait(timeout=PATIENCE)


def scenario(function):
    """Makes the function a scenario of its name."""
    SCENARIOS[function.__name__.replace("_", "-")] = function
    return function


def what_is_missing(name, rtpengine=False):
    """What is not installed of what the scenario needs, as a text; empty when all is there."""
    web, code = WebPhone.__name__, SCENARIOS[name].__code__.co_names
    needed = [(Baresip.__name__ in code, "baresip", find("baresip") and baresip_modules()),
              (web in code, "node", find("node")), (rtpengine, "rtpengine", find("rtpengine"))]
    needed += [(web in code, "node module " + one, os.path.isdir(os.path.join(NODE_MODULES, one)))
               for one in ("jssip", "werift", "ws")]
    needed.append((web in code, "Kamailio's websocket.so", kamailio_module("websocket")))
    return ", ".join(what for wanted, what, there in needed if wanted and not there)


def baresip_modules():
    """The folder of baresip's modules; empty: not found."""
    return next(iter(glob.glob("/usr/lib/baresip/modules") + glob.glob("/usr/lib/*/baresip/modules")), "")


def kamailio_module(name):
    """Whether Kamailio has this module."""
    return any(glob.glob("%s/kamailio/modules/%s.so" % (where, name))
               for where in ("/usr/lib", "/usr/lib/*", "/usr/lib64", "/usr/local/lib*"))


def call(caller, callee):
    """The caller dials."""
    caller.do("dial" if isinstance(caller, Baresip) else "call", callee.uri())


def established(caller, callee):
    """The caller dials, the callee answers; until both have the call."""
    call(caller, callee)
    callee.wait("CALL_INCOMING", "incoming")
    callee.do("accept" if isinstance(callee, Baresip) else "answer")
    for phone in (caller, callee):
        phone.wait("CALL_ESTABLISHED", "confirmed")


def hang_up(phone, other):
    """One ends the call, the other hears of it."""
    phone.do("hangup")
    other.wait(*CLOSED)


@scenario
def phone_wrong_password(stage):
    Baresip(stage, "alice", password="wrong", registered="REGISTER_FAIL")


@scenario
def web_wrong_password(stage):
    WebPhone(stage, "alice", password="wrong", registered="registration-failed")


@scenario
def phone_answered(stage):
    bob, alice = Baresip(stage, "bob"), Baresip(stage, "alice")
    established(alice, bob)
    time.sleep(1)
    hang_up(alice, bob)


@scenario
def web_answered(stage):
    bob, alice = WebPhone(stage, "bob"), WebPhone(stage, "alice")
    established(alice, bob)
    time.sleep(1)
    hang_up(alice, bob)


@scenario
def web_to_phone_answered(stage):
    bob, alice = Baresip(stage, "bob"), WebPhone(stage, "alice")
    established(alice, bob)
    time.sleep(1)
    hang_up(bob, alice)


@scenario
def phone_to_web_answered(stage):
    bob, alice = WebPhone(stage, "bob"), Baresip(stage, "alice")
    established(alice, bob)
    time.sleep(1)
    hang_up(alice, bob)


@scenario
def secure_to_plain(stage):
    bob, alice = Baresip(stage, "bob"), Baresip(stage, "alice", account="mediaenc=srtp-mand")
    call(alice, bob)
    alice.wait(*CLOSED)


@scenario
def secure_to_plain_answered(stage):
    bob, alice = Baresip(stage, "bob"), Baresip(stage, "alice", account="mediaenc=srtp-mand")
    established(alice, bob)
    time.sleep(0.5)
    hang_up(alice, bob)


@scenario
def plain_to_secure(stage):
    bob, alice = Baresip(stage, "bob", account="mediaenc=srtp-mand"), Baresip(stage, "alice")
    call(alice, bob)
    alice.wait(*CLOSED)


@scenario
def no_common_codec(stage):
    bob, alice = Baresip(stage, "bob", account="audio_codecs=PCMA"), Baresip(stage, "alice", account="audio_codecs=G722/16000/1")
    call(alice, bob)
    alice.wait(*CLOSED)


@scenario
def web_to_phone(stage):
    bob, alice = Baresip(stage, "bob"), WebPhone(stage, "alice")
    call(alice, bob)
    alice.wait(*CLOSED)


@scenario
def phone_to_web(stage):
    bob, alice = WebPhone(stage, "bob"), Baresip(stage, "alice")
    call(alice, bob)
    bob.wait("incoming")
    bob.do("answer")
    alice.wait(*CLOSED)


@scenario
def phone_refuses(stage):
    bob, alice = Baresip(stage, "bob"), Baresip(stage, "alice")
    call(alice, bob)
    bob.wait("CALL_INCOMING")
    time.sleep(2)
    bob.do("hangup")
    alice.wait(*CLOSED)


@scenario
def web_do_not_disturb(stage):
    bob, alice = WebPhone(stage, "bob"), WebPhone(stage, "alice")
    call(alice, bob)
    bob.wait("incoming")
    bob.do("refuse", 480, "Do Not Disturb")
    alice.wait(*CLOSED)


@scenario
def web_declines(stage):
    bob, alice = WebPhone(stage, "bob"), WebPhone(stage, "alice")
    call(alice, bob)
    bob.wait("incoming")
    time.sleep(2)
    bob.do("refuse", 603)
    alice.wait(*CLOSED)


@scenario
def phone_holds(stage):
    bob, alice = Baresip(stage, "bob"), Baresip(stage, "alice")
    established(alice, bob)
    alice.do("hold")
    time.sleep(1)
    alice.do("resume")
    time.sleep(1)
    hang_up(alice, bob)


@scenario
def web_holds(stage):
    bob, alice = WebPhone(stage, "bob"), WebPhone(stage, "alice")
    established(alice, bob)
    alice.do("hold")
    alice.wait("hold")
    time.sleep(1)
    alice.do("resume")
    alice.wait("unhold")
    time.sleep(1)
    hang_up(alice, bob)


@scenario
def phone_transfers(stage):
    carol, bob, alice = Baresip(stage, "carol"), Baresip(stage, "bob"), Baresip(stage, "alice")
    established(alice, bob)
    time.sleep(0.5)
    bob.do("transfer", carol.uri())
    carol.wait("CALL_INCOMING")
    carol.do("accept")
    carol.wait("CALL_ESTABLISHED")
    time.sleep(1)
    hang_up(carol, alice)


@scenario
def phone_transfers_to_nobody(stage):
    bob, alice = Baresip(stage, "bob"), Baresip(stage, "alice")
    established(alice, bob)
    time.sleep(0.5)
    bob.do("transfer", "sip:nobody@example.com")
    bob.wait("TRANSFER_FAILED", *CLOSED)
    time.sleep(0.5)


@scenario
def web_transfers(stage):
    carol, bob, alice = WebPhone(stage, "carol"), WebPhone(stage, "bob"), WebPhone(stage, "alice")
    established(alice, bob)
    time.sleep(0.5)
    bob.do("transfer", carol.uri())
    carol.wait("incoming")
    carol.do("answer")
    carol.wait("confirmed")
    time.sleep(1)
    hang_up(carol, alice)


@scenario
def phone_cancels(stage):
    bob, alice = Baresip(stage, "bob"), Baresip(stage, "alice")
    call(alice, bob)
    bob.wait("CALL_INCOMING")
    time.sleep(1)
    hang_up(alice, bob)
    time.sleep(0.5)


@scenario
def web_cancels(stage):
    bob, alice = WebPhone(stage, "bob"), WebPhone(stage, "alice")
    call(alice, bob)
    bob.wait("incoming")
    time.sleep(1)
    hang_up(alice, bob)
    time.sleep(0.5)


@scenario
def web_closed(stage):
    bob, alice = WebPhone(stage, "bob"), WebPhone(stage, "alice")
    bob.leave()
    call(alice, bob)
    alice.wait(*CLOSED)


@scenario
def web_closed_in_call(stage):
    bob, alice = WebPhone(stage, "bob"), WebPhone(stage, "alice")
    established(alice, bob)
    bob.leave()
    time.sleep(0.5)
    alice.do("hangup")
    time.sleep(1)


@scenario
def phone_gone(stage):
    bob, alice = Baresip(stage, "bob"), Baresip(stage, "alice")
    bob.leave()
    call(alice, bob)
    alice.wait(*CLOSED)


@scenario
def without_ack(stage):
    bob, alice = Baresip(stage, "bob"), Baresip(stage, "alice")
    call(alice, bob)
    bob.wait("CALL_INCOMING")
    bob.do("accept")
    alice.wait("CALL_ESTABLISHED")
    time.sleep(9)
    alice.do("hangup")
    time.sleep(0.5)


@scenario
def web_without_ack(stage):
    bob, alice = WebPhone(stage, "bob"), WebPhone(stage, "alice")
    call(alice, bob)
    bob.wait("incoming")
    bob.do("answer")
    alice.wait("confirmed")
    time.sleep(9)
    alice.do("hangup")
    time.sleep(0.5)


def play(stage, plan):
    """The plan: name, of the scenario; rtpengine, whether it runs; without_ack, whether the proxy drops ACKs."""
    address_up("10.20.0.1")
    function = SCENARIOS[plan["name"]]
    if plan.get("rtpengine"):
        stage.start("rtpengine", [find("rtpengine"), "--foreground", "--log-stderr", "--table=-1", "--interface=10.20.0.1",
                                  "--listen-ng=%s:%d" % RTPENGINE, "--port-min=30000", "--port-max=30100"])
        stage.listen("rtpengine", RTPENGINE)
    web = WebPhone.__name__ in function.__code__.co_names
    defines = [word for word, wanted in (
        ("WITH_RTPENGINE", plan.get("rtpengine")), ("WITHOUT_ACK", plan.get("without_ack")),
        ("WITH_WEBSOCKET", web)) if wanted]
    stage.proxy("phones.cfg", PROXY, *(part for word in defines for part in ("-A", word)))
    if web:
        stage.wait_for("answer over TCP", "kamailio", answers_http)
    function(stage)


def answers_http():
    """Whether the proxy serves TCP: it has its UDP port earlier, and a connection from before then hangs."""
    try:
        with socket.create_connection(WEBSOCKET, timeout=1) as connection:
            connection.sendall(b"GET / HTTP/1.0\r\nHost: 10.20.0.1\r\nContent-Length: 0\r\n\r\n")
            return bool(connection.recv(1))
    except OSError:
        return False


def address_up(address):
    """What `ip address add ADDRESS/24 dev lo` does: every address of that network is this machine's."""
    import fcntl  # pylint: disable=import-outside-toplevel
    import struct  # pylint: disable=import-outside-toplevel
    set_address, set_netmask = 0x8916, 0x891C
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        for call, value in ((set_address, address), (set_netmask, "255.255.255.0")):
            fcntl.ioctl(control, call, struct.pack("16sHH4s8x", b"lo:1", socket.AF_INET, 0, socket.inet_aton(value)))


if __name__ == "__main__":
    sys.exit(inside("port 5060 or port 8080", play))
