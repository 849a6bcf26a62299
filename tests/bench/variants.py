# SPDX-License-Identifier: GPL-2.0-or-later
"""What is compared: tshark without a plugin, with the plugin, and with the same idea in Lua."""

import csv
import os
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TSHARK = os.environ.get("TSHARK", "tshark")
PLUGIN_DIR = pathlib.Path(os.environ.get("SX_PLUGIN_DIR") or ROOT / "build" / "plugins")
NOBODY = 65534
NONE, PLUGIN, LUA = "none", "plugin", "Lua"
CODE_FIELD = {NONE: "sip.Status-Code", PLUGIN: "sipexplain.code", LUA: "equivalent.code"}


class CannotMeasure(Exception):
    """Something that the benchmark needs is missing or went wrong."""


# ---- the texts for Lua -------------------------------------------------------------------

def _meaning(code):
    """What a code means, from its knowledge file."""
    path = ROOT / "src" / "knowledge" / "en" / "codes" / ("%s.md" % code)
    return " ".join(path.read_text("utf-8").split("# Meaning\n", 1)[1].split("\n#", 1)[0].split())


def _quoted(text):
    return '"%s"' % text.replace("\\", "\\\\").replace('"', '\\"')


def write_lua_texts(path):
    """The Lua table of all codes, as equivalent.lua reads it."""
    with open(ROOT / "src" / "knowledge" / "codes.csv", newline="", encoding="utf-8") as stream:
        codes = [row for row in csv.DictReader(stream) if row["status"] != "class"]
    with open(path, "w", encoding="utf-8") as stream:
        stream.write("return {\n")
        for row in codes:
            stream.write("[%s] = { name = %s, verdict = %s, description = %s },\n"
                         % (row["code"], _quoted(row["name"]), _quoted(row["verdict"]),
                            _quoted(_meaning(row["code"]))))
        stream.write("}\n")


# ---- the place -----------------------------------------------------------------------------

class Place:
    """A temporary folder with all that the runs read and write, and the commands of the variants."""

    def __init__(self, folder):
        self.folder = folder
        self.variants = [NONE, PLUGIN, LUA]
        if not PLUGIN_DIR.is_dir():
            raise CannotMeasure("no plugin in %s: build it or set SX_PLUGIN_DIR" % PLUGIN_DIR)
        shutil.copytree(PLUGIN_DIR, self.path("plugins"))
        shutil.copy(HERE / "equivalent.lua", self.path("equivalent.lua"))
        write_lua_texts(self.path("texts.lua"))
        os.mkdir(self.path("home"))
        os.mkdir(self.path("no-plugins"))
        os.mkdir(self.path("out"))
        if os.geteuid() == 0:
            os.chmod(folder, 0o755)
            for name in ("home", "out"):
                os.chown(self.path(name), NOBODY, NOBODY)
            subprocess.run(["chmod", "-R", "a+rX", self.path("plugins")], check=True)

    def path(self, *names):
        """A path in the folder."""
        return os.path.join(self.folder, *names)

    def options(self, variant):
        """How subprocess starts a run: own home and settings, plain locale, the plugin or none, not as root."""
        plugins = self.path("plugins" if variant == PLUGIN else "no-plugins")
        environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": self.path("home"), "TZ": "UTC",
                       "TMPDIR": self.path("out"), "LC_ALL": "C.UTF-8", "WIRESHARK_PLUGIN_DIR": plugins}
        options = {"env": environment, "cwd": self.path("out"), "stdin": subprocess.DEVNULL}
        if os.geteuid() == 0:  # Wireshark loads no plugins for root
            options.update(user=NOBODY, group=NOBODY, extra_groups=[])
        return options

    def command(self, variant, arguments):
        """The command line of a variant. {code}: the field with the status code; {out}: a file of its own."""
        out = self.path("out", "%s-%d.pcap" % (variant, id(arguments)))
        lua = ["-X", "lua_script:" + self.path("equivalent.lua"), "-X", "lua_script1:" + self.path("texts.lua")]
        filled = [a.replace("{code}", CODE_FIELD[variant]).replace("{out}", out) for a in arguments]
        return [TSHARK] + filled + ["-n"] + (lua if variant == LUA else [])  # -G has to come first

    def output(self, variant, *arguments):
        """What a variant prints; fails on any other end than success."""
        try:
            done = subprocess.run(self.command(variant, arguments), check=False, capture_output=True,
                                  encoding="utf-8", **self.options(variant))
        except OSError as error:
            raise CannotMeasure("%s: %s" % (TSHARK, error)) from error
        if done.returncode != 0:
            raise CannotMeasure("tshark (%s) failed: %s" % (variant, done.stderr.strip()))
        return done.stdout

    def check_variants(self, capture):
        """Makes sure that every variant does its work; leaves Lua out where tshark has none. Returns notes."""
        notes = []
        about = self.output(NONE, "-v")
        if "with Lua" not in " ".join(about.split()):
            notes.append("This tshark has no Lua: no Lua columns.")
            self.variants.remove(LUA)
        expected = None
        for variant in self.variants:
            codes = self.output(variant, "-r", capture, "-T", "fields", "-e", CODE_FIELD[variant])
            if not codes.strip():
                raise CannotMeasure("no %s in the output of variant %s" % (CODE_FIELD[variant], variant))
            if expected not in (None, codes):
                raise CannotMeasure("variant %s finds other status codes than no plugin" % variant)
            expected = codes
        return [about.splitlines()[0]] + notes
