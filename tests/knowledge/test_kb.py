# SPDX-License-Identifier: GPL-2.0-or-later
"""What kb.py reports and what it lets pass."""
import subprocess
import sys
import unittest

from .folder import (BODY, BY_METHOD, CSV, DIAGNOSES, KNOWLEDGE, REGISTRY, TEXT, Knowledge,
                     text_of)


class FrontMatter(Knowledge):
    def test_missing_key(self):
        self.expect_change("methods: INVITE\n", "", "8: key 'methods' is missing")

    def test_unknown_key(self):
        self.expect_change("verdict:", "colour: red\nverdict:", "8: unknown key 'colour'")

    def test_duplicate_key(self):
        self.expect_change("status: registered", "name: Busy Here\nstatus: registered",
                           "4: key 'name' is given twice")

    def test_misordered_key(self):
        self.expect_change("code: 486\nname: Busy Here", "name: Busy Here\ncode: 486",
                           "3: key 'code' must come before 'name'")

    def test_empty_reference(self):
        self.expect_change("RFC 3261 section 21.4.24", "", "5: key 'reference' is empty")

    def test_line_that_is_no_key(self):
        self.expect_change("verdict:", "hello\nverdict:", "8: expected 'key: value'")

    def test_missing(self):
        self.expect_486(BODY, "1: front matter is missing: the first line must be ---")

    def test_not_terminated(self):
        self.expect_change("user-action\n---\n", "user-action\n",
                           "1: front matter is not closed by ---")

    def test_empty_file(self):
        self.expect_486("", "1: front matter is missing: the first line must be ---",
                        *(f"1: section '{name}' is missing" for name in
                          ["Causes", "Headline", "How to fix", "Meaning", "When you see it"]))

    def test_bad_code(self):
        self.expect_change("code: 486", "code: 4x6",
                           "2: code '4x6' is not a number from 100 to 699")

    def test_code_that_disagrees_with_the_file_name(self):
        self.expect_change("code: 486\nname: Busy Here", "code: 401\nname: Unauthorized",
                           "2: code 401 does not agree with the file name",
                           "6: a code is not related to itself")

    def test_class_that_disagrees_with_the_file_name(self):
        text = text_of(5, "Unknown", "class").replace("code:", "class:")
        self.write("en/classes/4xx.md", text)
        self.expect("en/classes/4xx.md:2: error: class 5 does not agree with the file name")

    def test_unknown_class(self):
        self.write("en/classes/4xx.md", text_of(7, "Unknown", "class").replace("code:", "class:"))
        self.expect("en/classes/4xx.md:2: error: class '7' is not one of 1 to 6 and invalid")

    def test_name_that_differs_from_the_registry(self):
        self.expect_change("Busy Here", "Busy here", "3: the registry has the name 'Busy Here'")

    def test_status_that_differs_from_the_registry(self):
        self.expect_change("registered", "field", "4: the registry has the status 'registered'")

    def test_unknown_status(self):
        self.expect_change("registered", "class", "4: unknown status 'class'")

    def test_unknown_verdict(self):
        self.expect_change("user-action", "bad", "8: unknown verdict 'bad'")

    def test_unknown_method(self):
        self.expect_change("methods: INVITE", "methods: INVITE any", "7: unknown method 'any'")

    def test_duplicate_method(self):
        self.expect_change("methods: INVITE", "methods: BYE BYE", "7: method 'BYE' is given twice")

    def test_unknown_related_code(self):
        self.expect_change("related: 401", "related: 402", "6: unknown related code '402'")

    def test_code_related_to_itself(self):
        self.expect_change("related: 401", "related: 486", "6: a code is not related to itself")

    def test_duplicate_related_code(self):
        self.expect_change("related: 401", "related: 401 401",
                           "6: related code '401' is given twice")

    def test_too_many_related_codes(self):
        codes = ["411", "412", "413", "414", "415", "416"]
        self.write("codes.csv", CSV + "".join(f"{code},X,field\n" for code in codes))
        for code in codes:
            self.write(f"en/codes/{code}.md", text_of(code, "X", "field"))
        self.expect_change("related: 401", f"related: 401 {' '.join(codes)}",
                           "6: more than 6 related codes")


class Files(Knowledge):
    def test_code_without_file(self):
        (self.root / "en/codes/687.md").unlink()
        self.expect("codes.csv:4: error: code 687 has no file")

    def test_file_without_code(self):
        self.write("en/codes/499.md", text_of(499, "X", "field"))
        self.expect("en/codes/499.md:2: error: code 499 is not in the registry")

    def test_missing_classes(self):
        (self.root / "en/classes/4xx.md").unlink()
        (self.root / "en/classes/invalid.md").unlink()
        self.expect("en/classes/4xx.md:1: error: file is missing",
                    "en/classes/invalid.md:1: error: file is missing")

    def test_bad_row_of_the_registry(self):
        self.write("codes.csv", CSV + "486,Busy Here,registered\n")
        self.expect("codes.csv:5: error: expected a new 'code,name,status'")

    def test_mistakes_of_all_files_in_order(self):
        self.write("en/codes/401.md", text_of(401, "Wrong", "registered"))
        self.write("en/codes/486.md", TEXT.replace("user-action", "bad").replace("401", "402"))
        self.expect("en/codes/401.md:3: error: the registry has the name 'Unauthorized'",
                    "en/codes/401.md:6: error: a code is not related to itself",
                    "en/codes/486.md:6: error: unknown related code '402'",
                    "en/codes/486.md:8: error: unknown verdict 'bad'")


class Sections(Knowledge):
    def test_missing(self):
        self.expect_change("# Meaning\nIt is busy. Wait.\n\n", "",
                           "22: section 'Meaning' is missing")

    def test_empty(self):
        self.expect_change("It is busy. Wait.\n", "", "14: section 'Meaning' is empty")

    def test_duplicate(self):
        self.expect_486(TEXT + "\n# Meaning\nAgain.\n",
                        "27: section 'Meaning' is given twice for all")

    def test_unknown(self):
        self.expect_486(TEXT + "\n# Reasons\nNone.\n", "27: unknown section 'Reasons'")

    def test_misordered(self):
        self.expect_change("# Headline\nthe phone is busy\n\n# Meaning\nIt is busy. Wait.\n",
                           "# Meaning\nIt is busy. Wait.\n\n# Headline\nthe phone is busy\n",
                           "14: section 'Headline' must come before 'Meaning'")

    def test_general_one_behind_those_for_a_method(self):
        self.expect_change("# How to fix", "# Meaning for BYE\nIt is.\n\n# How to fix",
                           "27: section 'How to fix' must come before those for a method")

    def test_unknown_method(self):
        self.expect_486(TEXT + BY_METHOD.format("Meaning", "INVITE, invite", "It is."),
                        "27: unknown method 'invite'")

    def test_same_one_twice_for_a_method(self):
        self.expect_486(TEXT + BY_METHOD.format("Meaning", "INVITE, BYE", "It is.")
                        + BY_METHOD.format("Meaning", "BYE", "It is."),
                        "30: section 'Meaning' is given twice for BYE")

    def test_limits_hold_for_those_of_a_method(self):
        self.expect_486(TEXT + BY_METHOD.format("Causes", "BYE", "- one"),
                        "27: 'Causes for BYE' needs at least 2 bullets")

    def test_text_before_the_first(self):
        self.expect_change("# Headline", "Hello.\n\n# Headline",
                           "11: text before the first section")


class Form(Knowledge):
    def test_long_headline(self):
        self.expect_change("the phone is busy", "x" * 71,
                           "12: 'Headline' is 71 bytes long, the limit is 70")

    def test_long_meaning_wrapped(self):
        self.expect_change("It is busy. Wait.", "x" * 260 + "\n" + "x" * 260,
                           "15: 'Meaning' is 521 bytes long, the limit is 520")

    def test_long_when(self):
        self.expect_change("After an INVITE.", "x" * 421,
                           "18: 'When you see it' is 421 bytes long, the limit is 420")

    def test_long_bullet_wrapped(self):
        self.expect_change("- do not disturb", "- " + "x" * 100 + "\n  " + "x" * 100,
                           "22: bullet is 201 bytes long, the limit is 200")

    def test_headline_with_full_stop(self):
        self.expect_change("the phone is busy", "the phone is busy.",
                           "12: 'Headline' ends with a full stop")

    def test_bullet_with_full_stop(self):
        self.expect_change("- on a call", "- on a call.", "21: bullet ends with a full stop")

    def test_headline_of_two_lines(self):
        self.expect_change("the phone is busy", "the phone\nis busy",
                           "13: 'Headline' must be one line")

    def test_two_paragraphs(self):
        self.expect_change("It is busy. Wait.", "It is busy.\n\nWait.",
                           "17: 'Meaning' must be one paragraph")

    def test_too_few_bullets(self):
        self.expect_change("- do not disturb\n", "", "20: 'Causes' needs at least 2 bullets")

    def test_too_many_bullets(self):
        self.expect_change("- do not disturb\n", "- x\n" * 5,
                           "26: 'Causes' takes at most 5 bullets")

    def test_empty_bullet(self):
        self.expect_change("- call later", "-", "25: bullet is empty")

    def test_bullet_where_a_paragraph_belongs(self):
        self.expect_change("It is busy. Wait.", "- It is busy.",
                           "15: bullet in 'Meaning', which is a paragraph")

    def test_paragraph_where_bullets_belong(self):
        self.expect_change("- call later", "Call\nlater",
                           "25: 'How to fix' takes bullets: expected '- ', or two spaces before"
                           " the next line of a bullet")

    def test_next_line_of_a_bullet_without_indent(self):
        self.expect_change("- do not disturb", "- do not\ndisturb",
                           "23: 'Causes' takes bullets: expected '- ', or two spaces before"
                           " the next line of a bullet")


class Characters(Knowledge):
    def test_bad_utf8(self):
        self.expect_486(TEXT.encode().replace(b"busy. Wait", b"busy.\nW\xe4it"),
                        "16: not valid UTF-8")

    def test_tab(self):
        self.expect_change("is busy. Wait", "is\tbusy. Wait", "15: U+0009 is not printable ASCII")

    def test_control_character(self):
        self.expect_change("is busy. Wait", "is busy. \x07Wait",
                           "15: U+0007 is not printable ASCII")

    def test_non_ascii(self):
        self.expect_change("Wait.", "Wait\u2026", "15: U+2026 is not printable ASCII")

    def test_byte_order_mark(self):
        self.expect_486("\ufeff" + TEXT, "1: U+FEFF is not printable ASCII")


class Markdown(Knowledge):
    def expect_forbidden(self, text, what):
        self.expect_change("Wait.", text, f"15: Markdown that the guide forbids: {what}")

    def test_bold(self):
        self.expect_forbidden("**Wait**", "bold")

    def test_code_span(self):
        self.expect_forbidden("`Wait`", "a code span")

    def test_link(self):
        self.expect_forbidden("[Wait](https://example.com)", "a link")

    def test_uri_in_angle_brackets(self):
        self.expect_forbidden("Contact: <sip:a@example.com>", "a URI in angle brackets")

    def test_table(self):
        self.expect_forbidden("a | b", "a table")

    def test_heading_of_another_level(self):
        self.expect_change("# Causes", "## Causes\n\n# Causes",
                           "20: the only headings are lines of the form '# Section'")

    def test_heading_without_space(self):
        self.expect_change("Wait.", "Wait.\n#Hello",
                           "16: the only headings are lines of the form '# Section'")

    def test_underlined_heading(self):
        self.expect_change("Wait.", "Wait.\n---",
                           "16: the only headings are lines of the form '# Section'")

    def test_nested_list(self):
        self.expect_change("- call later", "- call later\n  - or never", "26: nested list")


class NearMisses(Knowledge):
    def test_folder_without_mistakes(self):
        self.expect()

    def test_everything_at_its_limit(self):
        text = TEXT.replace("the phone is busy", "x" * 70)
        text = text.replace("It is busy. Wait.", "x" * 260 + "\n" + "x" * 259)
        text = text.replace("After an INVITE.", "x" * 420)
        text = text.replace("- on a call\n- do not disturb\n", ("- " + "x" * 200 + "\n") * 5)
        text = text.replace("- call later\n", ("- " + "x" * 100 + "\n  " + "x" * 99 + "\n") * 5)
        self.expect_486(text)

    def test_crlf_and_white_space_at_line_ends(self):
        self.expect_486(TEXT.replace("\n", " \t\r\n"))

    def test_no_newline_at_the_end(self):
        self.expect_486(TEXT.rstrip("\n"))

    def test_blank_line_between_bullets(self):
        self.expect_change("- do not disturb", "\n- do not\n  disturb")

    def test_heading_for_several_methods(self):
        self.expect_486(TEXT + BY_METHOD.format("Meaning", "INVITE, BYE", "It is.")
                        + BY_METHOD.format("Headline", "BYE", "it is"))

    def test_sections_for_methods_in_any_order(self):
        self.expect_486(TEXT + BY_METHOD.format("How to fix", "BYE", "- stop")
                        + BY_METHOD.format("Meaning", "ACK", "It is.")
                        + BY_METHOD.format("Headline", "BYE", "it is"))

    def test_methods_any(self):
        self.expect_change("methods: INVITE", "methods: any")

    def test_characters_that_look_like_markdown(self):
        self.expect_change("Wait.", "refresher=uac|uas, 2*3, a [b] (c), 5 < 6, x-y, #5\n-5 dB.")


class RealFolder(unittest.TestCase):
    def test_has_no_mistakes(self):
        result = subprocess.run(
            [sys.executable, "-B", KNOWLEDGE / "kb.py", "check", "--registry", REGISTRY,
             "--diagnoses", DIAGNOSES, KNOWLEDGE],
            stderr=subprocess.PIPE, encoding="utf-8", check=False)
        self.assertEqual(result.stderr, "")
        self.assertEqual(result.returncode, 0)
