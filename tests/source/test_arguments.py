# SPDX-License-Identifier: GPL-2.0-or-later
"""The functions that templates become take their values in the order of English: what a caller passes is what stands there."""

import os
import re
import unittest

from .test_families import files

KNOWLEDGE = os.path.join(os.path.dirname(__file__), "..", "..", "src", "knowledge", "en")
FOLDERS = ["calls", "command", "details", "diagnose", "explanation", "report"]
PREFIXES = {"diagnoses": "sx_ev_", "details": "sx_ev_detail_", "labels": "sx_label_"}
TEMPLATE = re.compile(r"^- ([a-z][a-z0-9-]*): (.*(?:\n  .*)*)", re.MULTILINE)
PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)[^{}]*\}")
LITERAL = re.compile(r'"(?:[^"\\\n]|\\.)*"')
CALL = re.compile(r"\b(sx_(?:ev|label)_\w+)\(")
# Values of one type in C: the compiler does not tell them apart, their names do.
KINDS = {"frame", "code", "method", "header", "user", "host", "realm", "tag"}


def parameters():
    """{function: [placeholder]} of all templates."""
    found = {}
    for folder, prefix in PREFIXES.items():
        for name in os.listdir(os.path.join(KNOWLEDGE, folder)):
            with open(os.path.join(KNOWLEDGE, folder, name), encoding="utf-8") as file:
                text = file.read()
            for key, template in TEMPLATE.findall(text):
                function = prefix + re.sub(r"[.-]", "_", name[:-len(".md")] + "_" + key)
                found[function] = list(dict.fromkeys(PLACEHOLDER.findall(template)))
    return found


def arguments(text, start):
    """The arguments of the call whose parenthesis opens at a place."""
    found, depth, begin = [], 0, start + 1
    for at in range(start, len(text)):
        depth += (text[at] == "(") - (text[at] == ")")
        if (text[at] == "," and depth == 1) or depth == 0:
            found.append(text[begin:at].strip())
            begin = at + 1
        if depth == 0:
            break
    return found


def last_word(name):
    return re.search(r"[A-Za-z0-9]*$", name).group()


def exchanged(text, functions):
    """The calls that pass a value by the name of another parameter than the one it becomes."""
    text = LITERAL.sub('""', text)  # a comma inside separates nothing
    for call in CALL.finditer(text):
        names = [last_word(name) for name in functions.get(call.group(1), [])]
        passed = [last_word(one) for one in arguments(text, call.end() - 1)][-len(names):] if names else []
        for name, argument in zip(names, passed):
            if argument in KINDS and argument != name and argument in names:
                yield "%s: %s for %s" % (call.group(1), argument, name)


class ArgumentsTest(unittest.TestCase):
    """Calls of the functions that the templates become."""

    def test_no_value_stands_in_the_place_of_another(self):
        functions = parameters()
        found = ["%s: %s" % (path, fault) for folder in FOLDERS
                 for path, text in sorted(files(folder, ".c").items()) for fault in exchanged(text, functions)]
        self.assertEqual(found, [])

    def test_what_counts(self):
        functions = {"sx_ev_a_b": ["code", "first_frame"], "sx_label_c": ["header", "method"]}
        self.assertEqual(list(exchanged("sx_ev_a_b(out, first->frame, code);", functions)),
                         ["sx_ev_a_b: frame for code", "sx_ev_a_b: code for frame"])
        self.assertEqual(list(exchanged("sx_label_c(l, out, f(a, b), header);", functions)),
                         ["sx_label_c: header for method"])
        for near in ("sx_ev_a_b(out, code, first->frame);", "sx_ev_a_b(out, a->frame_code, f(frame, 1));",
                     "sx_label_c(l, out, name, method);", "other(out, first->frame, code);"):
            self.assertEqual(list(exchanged(near, functions)), [])


if __name__ == "__main__":
    unittest.main()
