# SPDX-License-Identifier: GPL-2.0-or-later
"""The files of codes and their register: what kb.py reports and what it lets pass."""
import subprocess
import sys
import unittest

from .folder import BY_METHOD, CODES, KNOWLEDGE, TEXT, Knowledge


class FrontMatter(Knowledge):
    def test_missing_key(self):
        self.expect_change("reference: RFC 3261 section 21.4.24\n", "", "2: key 'reference' is missing")

    def test_unknown_key(self):
        self.expect_change("reference:", "code: 486\nreference:", "2: unknown key 'code'")

    def test_duplicate_key(self):
        self.expect_change("reference:", "reference: x\nreference:", "3: key 'reference' is given twice")

    def test_empty_reference(self):
        self.expect_change("RFC 3261 section 21.4.24", "", "2: key 'reference' is empty")

    def test_line_that_is_no_key(self):
        self.expect_change("reference:", "hello\nreference:", "2: expected 'key: value'")

    def test_missing(self):
        self.expect_486(TEXT[TEXT.index("# Headline"):],
                        "1: front matter is missing: the first line must be ---")

    def test_not_terminated(self):
        self.expect_change("21.4.24\n---\n", "21.4.24\n", "1: front matter is not closed by ---")

    def test_empty_file(self):
        self.expect_486("", "1: front matter is missing: the first line must be ---",
                        *(f"1: section '{name}' is missing" for name in
                          ["Causes", "Headline", "How to fix", "Meaning", "When you see it"]))


class Register(Knowledge):
    def expect_row(self, row, *errors):
        """With this row in place of that of 687."""
        self.write("codes.csv", CODES.replace('687,"Gone, all",field,failure,any,401 486\n', row + "\n"))
        self.write("en/codes/687.md", TEXT)
        self.expect(*(f"codes.csv:4: error: {error}" for error in errors))

    def test_name_with_comma(self):
        self.expect_row('687,"a, b",field,failure,any,401')

    def test_unknown_status(self):
        self.expect_row("687,Gone,class,failure,any,401", "unknown status 'class'")

    def test_unknown_verdict(self):
        self.expect_row("687,Gone,field,bad,any,401", "unknown verdict 'bad'")

    def test_methods(self):
        self.expect_row("687,Gone,field,failure,INVITE BYE,401")
        self.expect_row("687,Gone,field,failure,INVITE any,401", "unknown method 'any'")
        self.expect_row("687,Gone,field,failure,BYE BYE,401", "method 'BYE' is given twice")

    def test_related(self):
        self.expect_row("687,Gone,field,failure,any,402", "unknown related code '402'")
        self.expect_row("687,Gone,field,failure,any,4xx", "unknown related code '4xx'")
        self.expect_row("687,Gone,field,failure,any,687", "a code is not related to itself")
        self.expect_row("687,Gone,field,failure,any,401 401", "related code '401' is given twice")
        self.expect_row("687,Gone,field,failure,any,401 486 400 402 403 404 405", "more than 6 related codes",
                        *(f"unknown related code '{code}'" for code in (400, 402, 403, 404, 405)))

    def test_wrong_width(self):
        self.write("codes.csv", CODES + "688,Gone,field,failure,any\n")
        self.expect("codes.csv:12: error: expected 'code,name,status,verdict,methods,related'")

    def test_bad_code(self):
        for code in ("99", "700", "4x6", "486", "7xx", "4XX"):
            self.write("codes.csv", CODES + f"{code},X,field,failure,any,401\n")
            self.assertIn(f"codes.csv:12: error: '{code}' is no new code from 100 to 699 or class",
                          self.run_kb("check").stderr)

    def test_code_without_file(self):
        (self.root / "en/codes/687.md").unlink()
        self.expect("codes.csv:4: error: code 687 has no file")

    def test_file_without_code(self):
        self.write("en/codes/499.md", TEXT)
        self.write("en/classes/486.md", TEXT)
        self.expect("en/classes/486.md:1: error: classes/486.md is not in the register",
                    "en/codes/499.md:1: error: codes/499.md is not in the register")

    def test_missing_class(self):
        self.write("codes.csv", CODES.replace("4xx,Unknown 4xx,class,failure,any,401\n", ""))
        self.expect("codes.csv:1: error: class 4xx is missing",
                    "en/classes/4xx.md:1: error: classes/4xx.md is not in the register")

    def test_header_of_another_time(self):
        self.write("codes.csv", "code,name,status\n")
        self.assertIn("codes.csv:1: error: expected the header 'code,name,status,verdict,methods,related'",
                      self.run_kb("check").stderr)

    def test_name_that_is_not_ascii(self):
        self.expect_row("687,G\u00f6ne,field,failure,any,401", "U+00F6 is not printable ASCII")


class Files(Knowledge):
    def test_mistakes_of_all_files_in_order(self):
        self.write("codes.csv", CODES.replace("user-action", "bad"))
        self.write("en/codes/401.md", TEXT.replace("the phone is busy", "the phone is busy."))
        self.write("en/codes/486.md", TEXT.replace("Meaning", "Means"))
        self.expect("codes.csv:3: error: unknown verdict 'bad'",
                    "en/codes/401.md:6: error: 'Headline' ends with a full stop",
                    "en/codes/486.md:8: error: unknown section 'Means'",
                    "en/codes/486.md:19: error: section 'Meaning' is missing")


class Sections(Knowledge):
    def test_missing(self):
        self.expect_change("# Meaning\nIt is busy. Wait.\n\n", "", "16: section 'Meaning' is missing")

    def test_empty(self):
        self.expect_change("It is busy. Wait.\n", "", "8: section 'Meaning' is empty")

    def test_duplicate(self):
        self.expect_486(TEXT + "\n# Meaning\nAgain.\n", "21: section 'Meaning' is given twice for all")

    def test_unknown(self):
        self.expect_486(TEXT + "\n# Reasons\nNone.\n", "21: unknown section 'Reasons'")

    def test_misordered(self):
        self.expect_change("# Headline\nthe phone is busy\n\n# Meaning\nIt is busy. Wait.\n",
                           "# Meaning\nIt is busy. Wait.\n\n# Headline\nthe phone is busy\n",
                           "8: section 'Headline' must come before 'Meaning'")

    def test_what_must_follow_is_one_line_and_may_be_left_out(self):
        follow = BY_METHOD.format("What must follow", "INVITE", "an ACK")
        self.expect_486(TEXT + "\n# What must follow\nthe same request\n" + follow)
        self.expect_486(TEXT + follow)
        self.expect_486(TEXT + follow.replace("an ACK", "x" * 91),
                        "22: 'What must follow for INVITE' is 91 characters long, the limit is 90")
        self.expect_486(TEXT + follow.replace("an ACK", "an ACK."),
                        "22: 'What must follow for INVITE' ends with a full stop")

    def test_general_one_behind_those_for_a_method(self):
        self.expect_change("# How to fix", "# Meaning for BYE\nIt is.\n\n# How to fix",
                           "21: section 'How to fix' must come before those for a method")

    def test_unknown_method(self):
        self.expect_486(TEXT + BY_METHOD.format("Meaning", "INVITE, invite", "It is."),
                        "21: unknown method 'invite'")

    def test_same_one_twice_for_a_method(self):
        self.expect_486(TEXT + BY_METHOD.format("Meaning", "INVITE, BYE", "It is.")
                        + BY_METHOD.format("Meaning", "BYE", "It is."),
                        "24: section 'Meaning' is given twice for BYE")

    def test_limits_hold_for_those_of_a_method(self):
        self.expect_486(TEXT + BY_METHOD.format("Causes", "BYE", "- one"),
                        "21: 'Causes for BYE' needs at least 2 bullets")

    def test_text_before_the_first(self):
        self.expect_change("# Headline", "Hello.\n\n# Headline", "5: text before the first section")


class Form(Knowledge):
    def test_long_headline(self):
        self.expect_change("the phone is busy", "x" * 71,
                           "6: 'Headline' is 71 characters long, the limit is 70")

    def test_long_meaning_wrapped(self):
        self.expect_change("It is busy. Wait.", "x" * 260 + "\n" + "x" * 260,
                           "9: 'Meaning' is 521 characters long, the limit is 520")

    def test_long_when(self):
        self.expect_change("After an INVITE.", "x" * 421,
                           "12: 'When you see it' is 421 characters long, the limit is 420")

    def test_long_bullet_wrapped(self):
        self.expect_change("- do not disturb", "- " + "x" * 100 + "\n  " + "x" * 100,
                           "16: bullet is 201 characters long, the limit is 200")

    def test_headline_with_full_stop(self):
        self.expect_change("the phone is busy", "the phone is busy.", "6: 'Headline' ends with a full stop")

    def test_bullet_with_full_stop(self):
        self.expect_change("- on a call", "- on a call.", "15: bullet ends with a full stop")

    def test_headline_of_two_lines(self):
        self.expect_change("the phone is busy", "the phone\nis busy",
                           "6: 'Headline' has a line without conditions that is not its last one")

    def test_two_paragraphs(self):
        self.expect_change("It is busy. Wait.", "It is busy.\n\nWait.", "11: 'Meaning' must be one paragraph")

    def test_too_few_bullets(self):
        self.expect_change("- do not disturb\n", "", "14: 'Causes' needs at least 2 bullets")

    def test_too_many_bullets(self):
        self.expect_change("- do not disturb\n", "- x\n" * 5,
                           "14: 'Causes' shows 6 bullets in some case, the limit is 5")

    def test_empty_bullet(self):
        self.expect_change("- call later", "-", "19: bullet is empty")

    def test_bullet_where_a_paragraph_belongs(self):
        self.expect_change("It is busy. Wait.", "- It is busy.", "9: bullet in 'Meaning', which is a paragraph")

    def test_paragraph_where_bullets_belong(self):
        self.expect_change("- call later", "Call\nlater",
                           "19: 'How to fix' takes bullets: expected '- ', or two spaces before"
                           " the next line of a bullet")

    def test_next_line_of_a_bullet_without_indent(self):
        self.expect_change("- do not disturb", "- do not\ndisturb",
                           "17: 'Causes' takes bullets: expected '- ', or two spaces before"
                           " the next line of a bullet")


class Characters(Knowledge):
    def test_bad_utf8(self):
        self.expect_486(TEXT.encode().replace(b"busy. Wait", b"busy.\nW\xe4it"), "10: not valid UTF-8")

    def test_tab(self):
        self.expect_change("is busy. Wait", "is\tbusy. Wait", "9: U+0009 is not printable ASCII")

    def test_control_character(self):
        self.expect_change("is busy. Wait", "is busy. \x07Wait", "9: U+0007 is not printable ASCII")

    def test_non_ascii(self):
        self.expect_change("Wait.", "Wait\u2026", "9: U+2026 is not printable ASCII")

    def test_byte_order_mark(self):
        self.expect_486("\ufeff" + TEXT, "1: U+FEFF is not printable ASCII")


class Markdown(Knowledge):
    def expect_forbidden(self, text, what):
        self.expect_change("Wait.", text, f"9: Markdown that the guide forbids: {what}")

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
                           "14: the only headings are lines of the form '# Section'")

    def test_heading_without_space(self):
        self.expect_change("Wait.", "Wait.\n#Hello", "10: the only headings are lines of the form '# Section'")

    def test_underlined_heading(self):
        self.expect_change("Wait.", "Wait.\n---", "10: the only headings are lines of the form '# Section'")

    def test_nested_list(self):
        self.expect_change("- call later", "- call later\n  - or never", "20: nested list")


class NearMisses(Knowledge):
    def test_folder_without_mistakes(self):
        self.expect()

    def test_everything_at_its_limit(self):
        text = TEXT.replace("the phone is busy", "x" * 70)
        text = text.replace("It is busy. Wait.", "x" * 260 + "\n" + "x" * 259)
        text = text.replace("After an INVITE.", "x" * 420)
        text = text.replace("- on a call\n- do not disturb\n", ("- " + "x" * 200 + "\n") * 5)
        text = text.replace("- call later\n", ("- " + "x" * 100 + "\n  " + "x" * 99 + "\n") * 5)
        self.expect_486(text + "\n# What must follow\n" + "x" * 90 + "\n")

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

    def test_characters_that_look_like_markdown(self):
        self.expect_change("Wait.", "refresher=uac|uas, 2*3, a [b] (c), 5 < 6, x-y, #5\n-5 dB.")


class RealFolder(unittest.TestCase):
    def test_has_no_mistakes(self):
        result = subprocess.run([sys.executable, "-B", KNOWLEDGE / "kb.py", "check"],
                                stderr=subprocess.PIPE, encoding="utf-8", check=False)
        self.assertEqual(result.stderr, "")
        self.assertEqual(result.returncode, 0)
