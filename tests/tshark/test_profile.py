# SPDX-License-Identifier: GPL-2.0-or-later
"""The Wireshark profile "SIP Explain": columns, colors, filter buttons, and where it is installed."""

import itertools
import os
import re
import shutil
import subprocess

from captures.make_sample import PHONE, SERVER, make
from lib import pcap, sip
from lib.tshark import TSHARK, TsharkTest, environment

BUILD = os.environ.get("SX_BUILD_DIR", "")
PROFILE = os.path.join(os.path.dirname(__file__), "..", "..", "profile", "sip-explain")
NAME = "SIP Explain"
FILES = {"colorfilters", "dfilter_buttons", "preferences", "recent"}
LEAST_CONTRAST = 4.5  # of text, by WCAG 2
LEAST_DIFFERENCE = 6  # of the lightness L* of two backgrounds; 1 is just visible


def lines_of(name):
    """The lines of a file of the profile, but comments."""
    with open(os.path.join(PROFILE, name), encoding="utf-8") as stream:
        return [line.rstrip("\n") for line in stream if not line.startswith("#")]


def buttons():
    """{label: filter} of the filter buttons."""
    rows = (re.findall(r'"([^"]*)"', line) for line in lines_of("dfilter_buttons"))
    return {label: text.replace(r"\x22", '"') for _, label, text, _ in rows}


def rules():
    """[(name, filter, background, text)] of the colors, those as (red, green, blue)."""
    found = []
    for line in lines_of("colorfilters"):
        name, expression, colors = line.lstrip("@").split("@")
        background, text = (tuple(int(part) for part in color.split(","))
                            for color in re.findall(r"\[([^]]*)\]", colors))
        found.append((name, expression, background, text))
    return found


def luminance(color):
    """Relative luminance of sRGB with 16 bits a channel, 0 to 1 (WCAG 2)."""
    channels = (part / 65535 for part in color)
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """Contrast ratio of two colors, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def lightness(color):
    """CIE L*, 0 to 100."""
    value = luminance(color)
    return 116 * value ** (1 / 3) - 16 if value > 0.008856 else 903.3 * value


def troubled():
    """The sample, then a wrong password and a call without ACK; {what: frames}."""
    capture = make()
    capture.at(100)
    where = {}

    def ask(message):
        return capture.udp(PHONE, SERVER, message)

    def answer(message):
        return capture.udp(SERVER, PHONE, message)

    realm = 'realm="example.com"'
    register = sip.request("REGISTER", "sip:example.com", call="bad", to_uri="sip:eve@example.com")
    again = sip.request("REGISTER", "sip:example.com", [("Authorization", (
        f'Digest username="eve", {realm}, nonce="n1", uri="sip:example.com", '
        'response="00000000000000000000000000000000"'))], call="bad", cseq=2, to_uri="sip:eve@example.com")
    where["login"] = [ask(register), answer(sip.response(401, "Unauthorized", register, [
        ("WWW-Authenticate", f'Digest {realm}, nonce="n1"')])),
                      ask(again), answer(sip.response(403, "Forbidden", again))]
    invite = sip.request(call="lost")
    answered = sip.response(200, "OK", invite, [("Contact", "<sip:bob@198.51.100.5>")])
    ask(invite)
    where["200"] = []
    for delay in (0, 0.5, 1.5, 3.5, 7.5, 11.5):
        capture.at(110 + delay)
        where["200"].append(answer(answered))
    capture.at(200)
    return capture, where


class ProfileTest(TsharkTest):

    def setUp(self):
        super().setUp()
        shutil.copytree(PROFILE, self.path(f".config/wireshark/profiles/{NAME}"))
        self.capture = self.path("test.pcap")
        capture, self.where = troubled()
        capture.write(self.capture)

    def rows(self, *args):
        """The columns of all frames, by their titles."""
        out = self.tshark("-C", NAME, "-r", self.capture, "-T", "tabs", *args)
        titles = re.findall(r'^\t"([^"]*)"', "\n".join(lines_of("preferences")), re.M)
        return [dict(zip(titles, line.replace("\t\u2192\t", "\t").split("\t"))) for line in out.splitlines()]

    def frames(self, expression, *args):
        """The frames that a filter shows on a second look."""
        return [int(number) for number in self.tshark(
            "-2", "-o", "sipexplain.look_ahead:TRUE", "-r", self.capture, *args, "-Y", expression,
            "-T", "fields", "-e", "frame.number").split()]

    def test_columns_in_one_pass_and_without_filter(self):
        row = self.rows()[6]
        self.assertEqual([row[title].strip() for title in ("No.", "Source", "Destination", "Code", "Verdict",
                                                           "What happened", "Answer time", "Outcome of the call")],
                         ["7", "198.51.100.5", "192.0.2.10", "486", "user-action",
                          "the callee answers busy", "0.020000000", ""])
        self.assertEqual(row["Info"].strip(" |"), "Status: 486 Busy Here")

    def test_the_outcome_of_the_call_on_a_second_look(self):
        rows = self.rows("-2", "-o", "sipexplain.look_ahead:TRUE")
        for frame in range(5, 9):
            self.assertRegex(rows[frame - 1]["Outcome of the call"], "^user-action,the callee answers busy")
        self.assertEqual(rows[4]["Verdict"].strip(), "")

    def test_fields_of_the_columns_are_there(self):
        listed = self.run_program(TSHARK, "-G", "fields").stdout
        known = {line.split("\t")[2] for line in listed.splitlines() if line.startswith("F\t")}
        for names in re.findall(r'"%Cus:([^:]*):', "\n".join(lines_of("preferences"))):
            for name in names.split(" or "):
                self.assertIn(name, known)

    def test_widths_are_of_the_columns(self):
        fields = re.findall(r'"(%[^"]*)"', "\n".join(lines_of("preferences")))
        widths = re.findall(r'^\t"?(%[^,"]*)"?, \d+', "\n".join(lines_of("recent")), re.M)
        self.assertEqual(widths, [field.replace(":0:R", "") for field in fields])

    def test_buttons_show_what_they_say(self):
        self.assertEqual({label: self.frames(text) for label, text in buttons().items()},
                         {"Failures": [11, 15, 19, 24], "Failed calls": [*range(9, 17), *self.where["login"]],
                          "Oddities": [18, *self.where["200"][1:]], "Login": [24],
                          "No ACK": self.where["200"][2:3], "This call": []})

    def test_colors_of_frames(self):
        first = {}
        for name, expression, _, _ in rules():
            for frame in self.frames(expression):
                first.setdefault(frame, name.partition(": ")[2])
        self.assertEqual({frame: first.get(frame) for frame in (1, 7, 11, 18, 9, 24, self.where["200"][-1])},
                         {1: None, 7: "user action", 11: "failure", 18: "violation", 9: "of a failed call",
                          24: "failure", self.where["200"][-1]: "anomaly"})

    def test_tshark_colors(self):
        screen, terminal = os.openpty()  # tshark colors nothing else
        with open(screen, "rb", buffering=0) as stream:
            try:
                subprocess.run([TSHARK, "-C", NAME, "--color", "-r", self.capture, "-Y", "sipexplain.code == 488"],
                               env={**environment(self.folder), "COLORTERM": "truecolor"}, check=True,
                               stdout=terminal)
            finally:
                os.close(terminal)
            out = stream.read(4096).decode()
        background = next(rule[2] for rule in rules() if rule[0].endswith("failure"))
        self.assertIn("\x1b[48;2;%d;%d;%dm" % tuple(part >> 8 for part in background), out)

    def test_every_trouble_has_a_color(self):
        expressions = " ".join(rule[1] for rule in rules())
        for verdict in ("user-action", "failure", "anomaly", "violation"):
            self.assertIn(f'sipexplain.verdict == "{verdict}"', expressions)

    def test_text_is_readable(self):
        for name, _, background, text in rules():
            self.assertGreaterEqual(contrast(background, text), LEAST_CONTRAST, name)

    def test_colors_differ_in_lightness(self):
        for one, other in itertools.combinations(rules(), 2):
            self.assertGreaterEqual(abs(lightness(one[2]) - lightness(other[2])), LEAST_DIFFERENCE,
                                    (one[0], other[0]))


class ProfileInstallTest(TsharkTest):

    def install(self, *args, **variables):
        """Output of the installation into the test's own folder."""
        done = subprocess.run(["cmake", "--install", BUILD, *args], capture_output=True, text=True,
                              env={**environment(self.folder), **variables}, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_for_all_users_it_goes_to_the_global_profiles(self):
        folders = subprocess.run([TSHARK, "-G", "folders"], env=environment(self.folder), check=True,
                                 capture_output=True, text=True).stdout
        data = re.search(r"^Global configuration:\s*(\S+)", folders, re.M).group(1)
        self.install(DESTDIR=self.folder)
        self.assertEqual(set(os.listdir(f"{self.folder}{data}/profiles/{NAME}")), FILES)
        # The first who uses it gets a copy: that one is the user's, and no update touches it.
        capture = pcap.Capture()
        capture.write(self.path("empty.pcap"))
        subprocess.run([TSHARK, "-C", NAME, "-r", self.path("empty.pcap")], check=True, capture_output=True,
                       env={**environment(self.folder), "WIRESHARK_DATA_DIR": self.folder + data})
        self.assertEqual(set(os.listdir(self.path(f".config/wireshark/profiles/{NAME}"))), FILES)

    def test_for_oneself_it_goes_to_the_own_profiles(self):
        self.install("--component", "personal")
        self.assertEqual(set(os.listdir(self.path(f".config/wireshark/profiles/{NAME}"))), FILES)
        capture = pcap.Capture()
        capture.write(self.path("empty.pcap"))
        self.tshark("-C", NAME, "-r", self.path("empty.pcap"), plugin=False)

    def test_where_the_configuration_is_elsewhere(self):
        self.install("--component", "personal", XDG_CONFIG_HOME=self.path("elsewhere"))
        self.assertTrue(os.path.isdir(self.path(f"elsewhere/wireshark/profiles/{NAME}")))

    def test_a_profile_that_is_there_is_left_alone(self):
        folder = self.path(f".config/wireshark/profiles/{NAME}")
        os.makedirs(folder)
        with open(os.path.join(folder, "preferences"), "w", encoding="utf-8") as stream:
            stream.write("gui.layout_type: 2\n")
        self.assertIn(f"Left as it is (remove it to get the new one): {folder}",
                      self.install("--component", "personal"))
        self.assertEqual(os.listdir(folder), ["preferences"])
