# SPDX-License-Identifier: GPL-2.0-or-later
"""The language of what the plugin says: that of the system or the one chosen; names and values that users filter by stay."""

import csv
import os
import re

from lib import pcap, sip
from lib.tshark import TSHARK, TsharkTest

from .outputs import KNOWLEDGE, LOOK_AHEAD, PHONE, SERVER, mixed_capture, trees_of

RUSSIAN = ("-o", "sipexplain.language:ru")
PORTUGUESE = ("-o", "sipexplain.language:pt")
# Values of -T fields that are the same in every language.
STABLE = ["frame.number"] + ["sipexplain." + name for name in (
    "code", "sipfrag.code", "name", "class", "method", "verdict", "diagnosis", "phrase", "request_frame",
    "call.kind", "call.verdict", "call.code", "call.diagnosis", "related", "missing_header")]
# Words that no English sentence is without, and that neither Russian nor Portuguese has; what stands in quotes was sent.
ENGLISH = re.compile(r'"[^"]*"|\b(the|of|and|is|was|were|are|with|this|that|not|which|it|has|from|section|sections)\b')
IDS = re.compile(r"^[a-z0-9.-]+$|^[0-9. ]+$")


def scopes():
    """{code: scope} of the list of languages."""
    with open(os.path.join(KNOWLEDGE, "languages.csv"), encoding="utf-8", newline="") as file:
        return {row["code"]: row["scope"] for row in csv.DictReader(file)}


def label(language, file, key):
    """A label of a language, as its file has it; the English one while there is no such file."""
    path = KNOWLEDGE / language / "labels" / (file + ".md")
    text = (path if path.exists() else KNOWLEDGE / "en" / "labels" / path.name).read_text("utf-8")
    return re.search(r"^- %s: (.*)$" % key, text, re.MULTILINE).group(1)


def english_rows(lines):
    """Rows of our trees with English words, but those that Wireshark adds."""
    return [line for line in lines if not line.strip().startswith(("[Severity", "[Group"))
            and any(ENGLISH.findall(line))]


class Languages(TsharkTest):
    def setUp(self):
        super().setUp()
        self.capture = mixed_capture(self.path("mixed.pcap"))

    def tree(self, *args):
        """All lines of our trees, of a second look."""
        out = self.tshark("-r", self.capture, "-2", *LOOK_AHEAD, *args, "-V")
        return [line for _, lines in trees_of(out) for line in lines]

    def check_whole_tree(self, *args):
        """No row is English: neither a sentence nor a title."""
        mine, english = self.tree(*args), self.tree("-o", "sipexplain.language:en")
        self.assertGreater(len(english_rows(english)), 20)
        self.assertEqual(english_rows(mine), [])
        titles = [{line.partition(": ")[0].strip() for line in lines[1:] if ": " in line and "[" not in line}
                  for lines in (mine, english)]
        self.assertEqual({text for text in titles[0] & titles[1] if not IDS.match(text)} - {"SIP Explain"}, set())

    def values(self, *args):
        return self.tshark("-r", self.capture, "-2", *LOOK_AHEAD, *args, "-T", "fields", "-E", "header=y", "-E", "aggregator=|",
                           *[part for name in STABLE for part in ("-e", name)])

    def need_labels(self, language):
        if not (KNOWLEDGE / language / "labels" / "rows.md").exists():
            self.skipTest(language + " has no labels yet")

    def need_complete(self, language):
        if scopes()[language] != "complete":
            self.skipTest(language + " is not complete yet")


LABELED = [code for code in ("ru", "pt", "de", "ja") if (KNOWLEDGE / code / "labels" / "rows.md").exists()]


class Chosen(Languages):
    """By the preference."""

    def test_labels(self):
        for language in LABELED:
            lines = self.tree("-o", "sipexplain.language:" + language)
            self.assertTrue(lines)
            start = "    %s: " % label(language, "rows", "verdict")
            self.assertTrue([line for line in lines if line.startswith(start)], language)
            self.assertFalse([line for line in lines if line.startswith("    Verdict: ")], language)

    def test_names_and_values_stay(self):
        plain = self.values()
        self.assertIn("sipexplain.call.kind", plain.splitlines()[0])
        for language in ("ru", "pt", "ar", "zh-Hans"):
            self.assertEqual(self.values("-o", "sipexplain.language:" + language), plain)

    def test_filters_stay(self):
        for language in ((), RUSSIAN):
            out = self.tshark("-r", self.capture, *language, "-Y", 'sipexplain.verdict == "user-action"',
                              "-T", "fields", "-e", "frame.number")
            self.assertEqual(out.split(), ["8"])

    def test_texts_in_fields_follow(self):
        def headlines(*args):
            return self.tshark("-r", self.capture, *args, "-T", "fields", "-e", "sipexplain.headline")
        self.assertEqual(headlines("-o", "sipexplain.language:en"), headlines())
        self.need_complete("ru")
        self.assertRegex(headlines(*RUSSIAN), "[\u0430-\u044f]")

    def test_whole_tree_in_russian(self):
        self.need_complete("ru")
        self.check_whole_tree(*RUSSIAN)

    def test_whole_tree_in_portuguese(self):
        self.need_complete("pt")
        self.check_whole_tree(*PORTUGUESE)

    def test_reports(self):
        for language, args in (("en", ()), ("ru", RUSSIAN), ("ja", ("-o", "sipexplain.language:ja"))):
            text = self.tshark("-r", self.capture, *args, "-q", "-z", "sipexplain,calls")
            kinds = [label(language, "kinds", key) for key in ("call", "registration")]
            self.assertTrue(all(kind in text for kind in kinds), text)
            self.assertIn(label(language, "reports", "outcome"), text.splitlines()[0])
            self.assertIn(label(language, "verdicts", "user-action"), text)  # not cut
        plain, russian = (self.tshark("-r", self.capture, *args, "-q", "-z", "sipexplain,calls,json")
                          for args in ((), RUSSIAN))
        for name in ("kind", "verdict", "diagnosis", "code"):
            pattern = '"%s": ("[^"]*"|[^,]*)' % name
            self.assertEqual(re.findall(pattern, russian), re.findall(pattern, plain))

    def test_expert_items(self):
        text = self.tshark("-r", self.capture, *RUSSIAN, "-q", "-z", "expert")
        self.assertEqual(text.count("sipexplain"), 0)
        self.need_complete("ru")
        groups = [line for line in text.splitlines() if "SIP Explain" in line]
        self.assertTrue(groups)
        self.assertEqual(len(groups), len({line.split(None, 1)[1] for line in groups}))
        self.assertTrue(all(re.search("[\u0430-\u044f]", line) for line in groups), groups)

    def test_unknown_language(self):
        """By Wireshark, or taken for that of the system."""
        self.assertEqual(self.tree("-o", "sipexplain.language:xx"), self.tree())

    def test_rows_keep_to_their_width_and_bytes(self):
        for language in ("ru", "pt", "th", "hi", "ja"):
            for line in self.tree("-o", "sipexplain.language:" + language):
                self.assertLessEqual(len(line.strip().encode()), 240, line)


class PluralTest(TsharkTest):
    def test_days_in_russian(self):
        capture = pcap.Capture()
        expected = []
        for days, word in ((4, "\u0434\u043d\u044f"), (5, "\u0434\u043d\u0435\u0439"), (21, "\u0434\u0435\u043d\u044c")):
            message = sip.request("OPTIONS", call="days-%d" % days)
            capture.udp(PHONE, SERVER, sip.response(503, "Service Unavailable", message,
                                                    [("Retry-After", str(days * 86400))]))
            expected.append("%d %s" % (days, word))
        out = self.tshark("-r", capture.write(self.path("days.pcap")), *RUSSIAN, "-V")
        text = "\n".join(line for _, tree in trees_of(out) for line in tree)
        if not os.path.exists(KNOWLEDGE / "ru" / "labels" / "units.md"):
            self.skipTest("ru has no units yet")
        for days in expected:
            self.assertIn(days, text)


class OfSystem(Languages):
    """By the environment."""

    locale = (("LANG", "ru_RU.UTF-8"),)

    def test_language_of_the_system(self):
        self.need_labels("ru")
        self.assertTrue(self.tree() == self.tree(*RUSSIAN))
        self.assertFalse(self.tree() == self.tree("-o", "sipexplain.language:en"))

    def test_preference_goes_before_the_system(self):
        self.need_labels("pt")
        start = "    %s: " % label("pt", "rows", "verdict")
        self.assertTrue([line for line in self.tree(*PORTUGUESE) if line.startswith(start)])

    def test_whole_tree(self):
        self.need_complete("ru")
        self.check_whole_tree()

    def test_names_and_values_stay(self):
        self.assertEqual(self.values(), self.values("-o", "sipexplain.language:en"))

    def test_preferences_are_told_in_it(self):
        self.assertIn("# %s" % label("ru", "plugin", "language-help"),
                      self.run_program(TSHARK, "-G", "currentprefs").stdout)


class ChineseInTraditionalCharacters(Languages):
    locale = (("LANG", "zh_TW.UTF-8"),)

    def test_falls_to_english(self):
        self.assertEqual(self.tree(), self.tree("-o", "sipexplain.language:en"))


class ListOfLanguages(Languages):
    locale = (("LANGUAGE", "zh_TW:pt_PT:de"), ("LANG", "en_US.UTF-8"))

    def test_first_that_we_have(self):
        self.assertEqual(self.tree(), self.tree(*PORTUGUESE))
