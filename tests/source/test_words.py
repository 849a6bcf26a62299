# SPDX-License-Identifier: GPL-2.0-or-later
"""What a user reads stands in src/knowledge: no English in the C of the engine."""

import re
import unittest

from .test_families import files

FOLDERS = ["calls", "command", "details", "diagnose", "explanation", "report", "wire"]
# Calls whose texts are looked for in messages, not shown.
LOOKED_FOR = {"contains", "strstr", "sx_matches", "sx_matches_with", "sx_slice_find", "sx_slice_is"}
LITERAL = re.compile(r'"(?:[^"\\\n]|\\.)*"')
SENTENCE = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
COMMENT = re.compile(r"/\*.*?\*/|^ *#.*$", re.DOTALL | re.MULTILINE)


def call_around(text, place):
    """The name before the innermost parenthesis that is open at a place."""
    depth = 0
    for at in range(place - 1, -1, -1):
        depth += (text[at] == ")") - (text[at] == "(")
        if depth < 0:
            return re.search(r"\w*$", text[:at]).group()
    return ""


def sentences(text):
    """The literals that look like words for a reader."""
    text = COMMENT.sub(" ", text)
    text = re.sub(r'"\s*"', "", text)  # one literal in several pieces
    return [found.group() for found in LITERAL.finditer(text)
            if SENTENCE.search(found.group()) and call_around(text, found.start()) not in LOOKED_FOR]


class WordsTest(unittest.TestCase):
    """Literals of two words and more."""

    def test_the_engine_has_no_sentences(self):
        found = ["%s: %s" % (path, sentence) for folder in FOLDERS
                 for path, text in sorted(files(folder, ".c", ".h").items()) for sentence in sentences(text)]
        self.assertEqual(found, [])

    def test_what_counts(self):
        self.assertEqual(sentences('f("the caller"); /* "a comment here" */'), ['"the caller"'])
        self.assertEqual(sentences('x = y ? "no answer"\n    " at all" : "";'), ['"no answer at all"'])
        for near in ('sx_matches(text, "stale date")', 'f(sx_matches_with(t, words, "a b|ab cd"))',
                     '#error "no such thing"', 'f("%s %s", "Call-ID")', 'f("Q.850")'):
            self.assertEqual(sentences(near), [])


if __name__ == "__main__":
    unittest.main()
