# SPDX-License-Identifier: GPL-2.0-or-later
"""Comparisons of two codes: mistakes in those written by hand, and in what the others are composed from."""
import unittest

from .folder import KNOWLEDGE, Knowledge

WRITTEN_BY_HAND = """
100-183 180-183 200-202 200-401 200-403 301-302 302-305 401-403 401-407 403-404 403-603 404-410 404-484 404-604
406-488 408-480 408-481 408-504 415-488 420-421 422-423 428-438 436-437 480-486 480-487 480-503 482-483 486-600
486-603 487-603 488-606 500-503 502-504 603-607 603-608 607-608""".split()
PAIR = """\
---
compare: 401 486
reference: RFC 3261 section 21
---

# How they differ
One. Two.

# Key differences
- Class: 401 and 486 are client failures
- Retry: 401 now, 486 later
- Scope: 401 any, 486 INVITE

# When to use which
- Send 401
- Send 486

# Elsewhere
- HTTP: 401 is the same there
"""  # the sections: 6, 9, 14, 18; the last line: 19
CODES = "401 486 687 1xx 2xx 3xx 4xx 5xx 6xx".split()
FACTS = "code,sender,retry,headers,ends,next,http,q850,xmpp,source\n" + "".join(
    f"{code},any,never,,{'nothing' if code[0] == '1' else 'dialog'},wait,,,,a book\n" for code in CODES)
COMPOSED = "---\nreference: a book\n---\n\n# How they differ\n" + "".join(
    f"- class-{low}-{high}: {{low_code}} is not {{high_code}}.\n"
    for low in range(1, 7) for high in range(low, 7)) + """
# Key differences
- classes: Class: {low_code} is not {high_code}

# When to use which
- use-401: Send 401
- use-486: Send 486
- use-687: Do not send 687
- use-unknown: Do not send {code}

# Elsewhere
- http: HTTP: {code} is the same there

# Class
- class-1: provisional

# Sender
- sender-any: anybody

# Retry
- retry-never: never

# Next
- next-wait: waits

# Ends
- ends-nothing: nothing
- ends-dialog: the dialog

# Methods
- methods-any: any request

# Lists
- list-next: {names}, {name}
- list-last: {names} and {name}
"""


class WrittenComparisons(Knowledge):
    """A pair in the small folder."""

    def setUp(self):
        super().setUp()
        self.write("en/compare/401-486.md", PAIR)

    def expect_change(self, old, new, *errors):
        self.assertEqual(PAIR.count(old), 1, old)
        self.expect_in("en/compare/401-486.md", PAIR.replace(old, new), *errors)

    def test_the_pairs_that_people_confuse_are_written(self):
        self.assertEqual(sorted(path.stem for path in (KNOWLEDGE / "en/compare").glob("[0-9]*.md")), WRITTEN_BY_HAND)

    def test_a_good_one_has_no_mistakes(self):
        self.expect()
        self.assertEqual(self.run_compile().returncode, 0)

    def test_the_front_names_the_pair(self):
        self.expect_change("401 486\n", "486 401\n", "2: expected the codes 401 486")
        self.expect_change("reference: RFC 3261 section 21\n", "", "3: key 'reference' is missing")

    def test_the_file_is_named_by_two_codes_of_the_register(self):
        for name in ("486-401", "401-402", "401-401", "401", "401-4xx"):
            path = f"en/compare/{name}.md"
            self.write(path, PAIR.replace("compare: 401 486", "compare: " + name.replace("-", " ")))
            errors = self.run_kb("check").stderr
            self.assertIn(f"{path}:1: error: '{name}' is no pair of codes of the register", errors)
            (self.root / path).unlink()

    def test_sections_keep_their_limits(self):
        self.expect_change("One. Two.", "One.", "7: 'How they differ' has 2 to 4 sentences")
        self.expect_change("One. Two.", "One. Two. " + "x" * 412 + ".",
                           "7: 'How they differ' is 423 characters long, the limit is 420")
        self.expect_change("- Scope: 401 any, 486 INVITE\n", "", "9: 'Key differences' needs at least 3 bullets")
        self.expect_change("- Send 486", "- Send 486.", "16: bullet ends with a full stop")
        self.expect_change("Send 401\n", "x" * 161 + "\n", "15: bullet is 161 characters long, the limit is 160")

    def test_a_key_difference_has_an_aspect_and_names_both_codes(self):
        aspects = ("Class, Who sends it, Scope, Retry, Headers, What the caller does next, What it ends,"
                   " Typical cause")
        self.expect_change("Retry: 401 now, 486 later", "Retry: now", "11: the bullet does not name 401",
                           "11: the bullet does not name 486")
        self.expect_change("Retry:", "Color:", f"11: expected 'aspect: sentence' with one of {aspects}")
        self.expect_change("Retry:", "Class:", "11: aspect 'Class' is given twice")

    def test_elsewhere_names_a_protocol(self):
        self.expect_change("HTTP: 401", "Telex: 401",
                           "19: expected 'protocol: sentence' with one of HTTP, Q.850, Q.931, SMTP, XMPP, FTP")
        self.expect_change("\n# Elsewhere\n- HTTP: 401 is the same there\n", "")


class ComposedComparisons(Knowledge):
    """Facts and words in the small folder."""

    def setUp(self):
        super().setUp()
        self.write("code-facts.csv", FACTS)
        self.write("en/compare/_composed.md", COMPOSED.replace("- sender-any: anybody", "- sender-phone: a phone"))
        self.change_fact("486,any,", "486,phone,")

    def change_fact(self, old, new):
        self.edit("code-facts.csv", old, new)

    def expect_fact(self, old, new, *errors):
        before = self.read("code-facts.csv")
        self.change_fact(old, new)
        self.expect(*errors)
        self.write("code-facts.csv", before)

    def test_good_ones_have_no_mistakes(self):
        self.expect()
        self.assertEqual(self.run_compile().returncode, 0)

    def test_facts_are_plausible(self):
        row = "401,any,never,,dialog,wait,,,,a book"
        for new, error in [
                ("401,any,never,,dialog,wait,402,,,a book", "http is empty or 401"),
                ("401,any,never,,dialog,wait,,17,,a book", "'17' is no cause of q850-cause.csv"),
                ("401,any,never,,dialog,wait,,,Gone,a book", "'Gone' is no XMPP condition"),
                ("401,any,never,A B C D,dialog,wait,,,,a book", "headers are at most 3 names with a blank between"),
                ("401,any,never,via,dialog,wait,,,,a book", "headers are at most 3 names with a blank between"),
                ("401,any,never,,nothing,wait,,,,a book", "'nothing' does not go with the class of the code")]:
            with self.subTest(error):
                self.expect_fact(row, new, f"code-facts.csv:2: error: {error}")
        self.expect_fact(row, "401,any,never,Via Reason,dialog,wait,401,,gone,a book")

    def test_each_code_has_a_line_in_the_order_of_the_register(self):
        order = "expected a line for each code of codes.csv but 'invalid', in the same order"
        self.expect_fact("687,any,never,,dialog,wait,,,,a book\n", "", f"code-facts.csv:1: error: {order}",
                         f"en/compare/_composed.md:{self.line_of('- use-687')}: error: 'use-687' is of no code")

    def line_of(self, begin):
        lines = self.read("en/compare/_composed.md").splitlines()
        return next(number for number, line in enumerate(lines, 1) if line.startswith(begin))

    def test_each_value_has_a_word_and_each_word_is_used(self):
        self.expect_fact("401,any,never,,dialog,wait", "401,any,later,,dialog,wait",
                         "en/compare/_composed.md:1: error: 'retry-later' is missing")
        self.expect_fact("486,phone", "486,any", f"en/compare/_composed.md:{self.line_of('- sender-phone')}: error: "
                         "'sender-phone' is no word of code-facts.csv")

    def test_templates_are_complete(self):
        text = self.read("en/compare/_composed.md")
        for old, new, line, error in [
                ("- class-1-2: {low_code} is not {high_code}.\n", "", 1, "'class-1-2' is missing"),
                ("- class-1-2: {low_code} is not {high_code}.\n", "- class-1-2: {high_code} is not {low_code}.\n", 7,
                 "'class-1-2' names low_code and high_code in this order, or none of them"),
                ("- class-1-2: {low_code} is not {high_code}.\n", "- class-1-2: {low_code} is not {high_code}\n", 7,
                 "bullet ends without a full stop"),
                ("- use-401: Send 401\n", "- use-401: Send it\n", self.line_of("- use-401"),
                 "'use-401' does not name the code"),
                ("- use-401: Send 401\n", "", 1, "'use-401' is missing")]:
            with self.subTest(error):
                self.assertIn(old, text)
                self.expect_in("en/compare/_composed.md", text.replace(old, new), f"{line}: {error}")
        self.expect_in("en/compare/_composed.md", text.replace("- class-1-1: {low_code} is not {high_code}.",
                                                               "- class-1-1: They are alike."))

    def test_they_can_be_translated(self):
        self.write("languages.csv", "code,name,forms,plural,scope\nen,English,2,one,complete\n"
                                    "ru,R,3,east_slavic,labels\n")
        self.write("ru/compare/_composed.md", "# How they differ\n- class-1-1: {high_code} x {low_code}.\n"
                                              "# Retry\n- retry-never: nikogda\n")
        self.run_kb("stamp", "ru", "compare/_composed.md")
        errors = self.run_kb("check").stderr
        self.assertNotIn("compare/_composed.md", errors)
        self.write("ru/compare/_composed.md", self.read("ru/compare/_composed.md").replace("{low_code}", ""))
        self.assertIn("the placeholder 'low_code' is missing", self.run_kb("check").stderr)


class Templates(unittest.TestCase):
    """What _composed.md has and the engine."""

    def test_every_template_is_used(self):
        text = (KNOWLEDGE / "en/compare/_composed.md").read_text(encoding="utf-8")
        source = (KNOWLEDGE.parent / "compare/compose.c").read_text(encoding="utf-8")
        keys = [line[2:].partition(":")[0] for line in text.splitlines() if line.startswith("- ") and "{" in line]
        unused = [key for key in keys if not key.startswith("class-")
                  and f"sx_compared_{key.replace('-', '_')}(" not in source]
        self.assertEqual(unused, [])


if __name__ == "__main__":
    unittest.main()
