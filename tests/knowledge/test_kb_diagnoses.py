# SPDX-License-Identifier: GPL-2.0-or-later
"""What kb.py reports in the files of diagnoses and what it lets pass."""
from .folder import DIAGNOSES, DIAGNOSIS, Knowledge

FILE = "en/diagnoses/auth.wrong-credentials.md"


class Diagnoses(Knowledge):
    def expect_diagnosis(self, text, *errors):
        """The text of the file and its errors as "line: text"."""
        self.write(FILE, text)
        self.expect(*(f"{FILE}:" + error.replace(": ", ": error: ", 1) for error in errors))

    def expect_edit(self, old, new, *errors):
        self.assertEqual(DIAGNOSIS.count(old), 1)
        self.expect_diagnosis(DIAGNOSIS.replace(old, new), *errors)

    def expect_flow(self, beats, *errors):
        """Same for a diagnosis of the slot flow with this line behind the reference."""
        self.write("en/diagnoses/ack.missing.md", DIAGNOSIS.replace("22.1\n", f"22.1\n{beats}\n"))
        self.expect(*(f"en/diagnoses/ack.missing.md:3: error: {error}" for error in errors))


class FrontMatter(Diagnoses):
    def test_missing_key(self):
        self.expect_edit("reference: RFC 3261 section 22.1\n", "", "2: key 'reference' is missing")

    def test_unknown_key(self):
        self.expect_edit("reference:", "diagnosis: auth.wrong\nreference:", "2: unknown key 'diagnosis'")

    def test_misordered_key(self):
        self.expect_edit("reference: RFC 3261 section 22.1", "marks: sent\nreference: RFC 3261 section 22.1",
                         "3: key 'reference' must come before 'marks'")

    def test_unknown_diagnosis(self):
        self.write("en/diagnoses/auth.new.md", DIAGNOSIS)
        self.expect("en/diagnoses/auth.new.md:1: error: diagnosis 'auth.new' is not in the register")

    def test_outcome_that_beats(self):
        self.expect_edit("22.1\n", "22.1\nbeats: auth.wrong\n",
                         "3: the register alone decides between outcomes")

    def test_unknown_beaten_diagnosis(self):
        self.expect_flow("beats: auth.wrong auth.new", "unknown diagnosis 'auth.new'")

    def test_beaten_diagnosis_given_twice(self):
        self.expect_flow("beats: auth.wrong auth.wrong", "diagnosis 'auth.wrong' is given twice")

    def test_diagnosis_that_beats_itself(self):
        self.expect_flow("beats: ack.missing", "a diagnosis does not beat itself")

    def test_marks_without_a_frame(self):
        self.expect_flow("marks: sent request")
        self.expect_flow("marks: headline sent", "unknown evidence with a frame: 'headline'")
        self.expect_flow("marks: sent sent", "evidence with a frame: 'sent' is given twice")

    def test_empty_beats(self):
        self.expect_flow("beats:", "key 'beats' is empty")


class Registry(Diagnoses):
    def expect_first(self, *errors):
        """These are the errors of the register; others follow from them."""
        self.assertEqual([line for line in self.run_kb("check").stderr.splitlines()
                          if line.startswith("diagnoses.csv")], list(errors))

    def test_diagnosis_without_file(self):
        self.write("diagnoses.csv", DIAGNOSES + "ack.late,ack,violation,error,flow,200,,,\n")
        self.expect("diagnoses.csv:6: error: diagnosis ack.late has no file")

    def expect_bad_row(self, row, error):
        self.write("diagnoses.csv", DIAGNOSES + row + "\n")
        self.expect(f"diagnoses.csv:6: error: {error}")

    def test_missing_column(self):
        self.expect_bad_row("ack.late,ack,violation,error,flow,200,,",
                            "expected 'id,family,verdict,severity,slot,codes,methods,requests,on'")

    def test_bad_id(self):
        self.expect_bad_row("acklate,ack,violation,error,flow,200,,,", "'acklate' is no id")

    def test_bad_family(self):
        self.expect_bad_row("ack.late,A/ck,violation,error,flow,200,,,", "'A/ck' is no family")

    def test_unknown_value(self):
        self.expect_bad_row("ack.late,ack,violation,fatal,flow,200,,,", "unknown severity 'fatal'")

    def test_bad_codes(self):
        for codes in ["99", "200-", "200,300", "all", "700"]:
            self.expect_bad_row(f'ack.late,ack,violation,error,flow,"{codes}",,,',
                                f"'{codes}' are no codes, no ranges of codes, nor 'any'")

    def test_bad_methods(self):
        self.expect_bad_row("ack.late,ack,violation,error,flow,200,invite,,",
                            "unknown method in methods 'invite'")
        self.expect_bad_row("ack.late,ack,violation,error,flow,200,,any BYE,",
                            "unknown method in requests 'any BYE'")

    def test_unknown_word_of_what_it_is_asked_on(self):
        self.expect_bad_row("ack.late,ack,violation,error,flow,200,,,copies",
                            "unknown word in 'copies'")

    def test_asked_on_nothing(self):
        self.expect_bad_row("ack.late,ack,violation,error,flow,,INVITE,,copy",
                            "it is asked on nothing")

    def test_diagnosis_given_twice(self):
        self.expect_bad_row("ack.missing,ack,violation,error,flow,200,,,",
                            "'ack.missing' is given twice, or has the same name in C")

    def test_diagnosis_with_the_same_name_in_c(self):
        self.expect_bad_row("auth-wrong.credentials,ack,violation,error,flow,200,,,",
                            "'auth-wrong.credentials' is given twice, or has the same name in C")

    def test_other_header(self):
        self.write("diagnoses.csv", DIAGNOSES.replace("slot", "place"))
        self.expect_first("diagnoses.csv:1: error: expected the header"
                          " 'id,family,verdict,severity,slot,codes,methods,requests,on'",
                          "diagnoses.csv:1: error: no diagnoses")

    def test_no_rows(self):
        self.write("diagnoses.csv", DIAGNOSES.splitlines()[0] + "\n")
        self.expect_first("diagnoses.csv:1: error: no diagnoses")


class Sections(Diagnoses):
    def test_missing(self):
        self.expect_edit("# Causes\n- wrong password\n\n", "", "16: section 'Causes' is missing")

    def test_of_codes(self):
        self.expect_edit("# Causes", "# When you see it\nHere.\n\n# Causes",
                         "15: unknown section 'When you see it'")

    def test_for_a_method(self):
        self.expect_diagnosis(DIAGNOSIS + "\n# Meaning for BYE\nIt is.\n",
                              "21: unknown section 'Meaning for BYE'")

    def test_misordered(self):
        self.expect_edit("# Causes\n- wrong password\n\n# How to fix\n- set it\n",
                         "# How to fix\n- set it\n\n# Causes\n- wrong password\n",
                         "18: section 'Causes' must come before 'How to fix'")

    def test_long_meaning(self):
        self.expect_edit("It is wrong. Correct it.", "x" * 421,
                         "9: 'Meaning' is 421 characters long, the limit is 420")

    def test_long_bullet(self):
        self.expect_edit("wrong password", "x" * 201,
                         "16: bullet is 201 characters long, the limit is 200")

    def test_too_many_bullets(self):
        self.expect_edit("- set it\n", "- set it\n" * 6,
                         "18: 'How to fix' shows 6 bullets in some case, the limit is 5")
        self.expect_edit("- set it\n", "- set it\n" * 11,
                         "18: 'How to fix' shows 11 bullets in some case, the limit is 5",
                         "29: 'How to fix' takes at most 10 bullets")

    def test_forbidden_markdown(self):
        self.expect_edit("Correct", "**Correct**", "9: Markdown that the guide forbids: bold")

    def test_non_ascii(self):
        self.expect_edit("Correct", "C\u00f6rrect", "9: U+00F6 is not printable ASCII")


class Evidence(Diagnoses):
    def expect_sent(self, template, *errors):
        self.expect_edit('For "{user}" in frame {request_frame}, {later_seconds} later', template,
                         *("13: " + error for error in errors))

    def test_none(self):
        start, end = DIAGNOSIS.index("- headline"), DIAGNOSIS.index("\n# Causes")
        self.expect_diagnosis(DIAGNOSIS[:start] + DIAGNOSIS[end:],
                              "11: section 'Evidence' is empty")

    def test_without_key(self):
        for bullet in ["For all", "Sent: For all", "-sent: For all", "sent:For all", "sent:"]:
            self.expect_edit("- headline: wrong for \"{user}\"", f"- {bullet}",
                             "12: expected 'key: template' with a key of a-z, 0-9 and -")

    def test_key_given_twice(self):
        self.expect_edit("- headline:", "- sent:", "13: 'sent' is given twice")

    def test_unknown_placeholder(self):
        for name in ["Ms", "a-b", "_a", "a_", "", "a__b", "1a", "a|b", "a:", ":q", "a:b:c"]:
            fault = f"'{{{name}}}' chooses by what is no number" if name == "a|b" else (
                f"unknown placeholder '{{{name}}}'")
            self.expect_sent(f"in {{text}} {{{name}}}", fault)

    def test_choice_by_number(self):
        self.expect_sent("{n_number} {n_number|copy|copies}")
        self.expect_sent("{copies_number|copy}", "'{copies_number|copy}' has 1 forms, the language has 2")
        self.expect_sent("{n_number|a|b|c}", "'{n_number|a|b|c}' has 3 forms, the language has 2")
        self.expect_sent("{n_frame|a|b}", "'{n_frame|a|b}' chooses by what is no number")

    def test_count_before_a_word_that_is_wrong_for_1(self):
        self.expect_sent("{copies_number} copies", "'{copies_number} copies' is wrong for 1:"
                         " write {copies_number|...|copies}")
        self.expect_sent("{line_number} answers, {steps_number} ms, {copies_number} by me")

    def test_single_brace(self):
        self.expect_sent("in {text}} {", "unknown placeholder '{'", "unknown placeholder '}'")

    def test_placeholder_in_another(self):
        self.expect_sent("in {fr{text}ame}", "unknown placeholder '{'", "unknown placeholder '}'")

    def test_too_many_placeholders(self):
        self.expect_sent("{a}{b}{c}{d}{e}{f}{a}{g} x", "more than 6 placeholders")

    def test_long_template_wrapped(self):
        self.expect_sent("x" * 80 + "\n  " + "x" * 80,
                         "'sent' is 161 characters long, the limit is 160")

    def test_long_headline(self):
        self.expect_edit('wrong for "{user}"', "x" * 91,
                         "12: 'headline' is 91 characters long, the limit is 90")

    def test_full_stop(self):
        self.expect_sent("For {text}.", "bullet ends with a full stop")

    def test_too_many(self):
        more = "".join(f"- k{i}: x\n" for i in range(23))
        self.expect_edit("\n# Causes", more + "\n# Causes",
                         "36: 'Evidence' takes at most 24 bullets")

    def test_same_name_in_c(self):
        self.write("en/diagnoses/auth.wrong.md", DIAGNOSIS.replace("- sent:", "- credentials-sent:"))
        self.write(FILE, DIAGNOSIS)
        self.expect("en/diagnoses/auth.wrong.md:13: error: 'credentials-sent' has the same"
                    " name in C as one of auth.wrong-credentials")


class NearMisses(Diagnoses):
    def test_everything_at_its_limit(self):
        text = DIAGNOSIS.replace("not accepted", "x" * 70)
        text = text.replace("It is wrong. Correct it.", "x" * 210 + "\n" + "x" * 209)
        text = text.replace('wrong for "{user}"', "x" * 90)
        text = text.replace('For "{user}" in', "{code}{number}{text}{name} " + "x" * 55 + "\n  "
                            + "x" * 40)  # together 160 characters and 6 placeholders
        text = text.replace("\n# Causes", "".join(f"- k{i}: x\n" for i in range(10)) + "\n# Causes")
        text = text.replace("- wrong password\n", ("- " + "x" * 200 + "\n") * 5)
        self.expect_diagnosis(text.replace("- set it\n", ("- " + "x" * 200 + "\n") * 5))

    def test_beats_may_name_diagnoses_of_all_slots_without_file(self):
        self.expect_flow("beats: auth.wrong retransmit.repeated")

    def test_template_with_colon_and_percent_sign(self):
        self.expect_edit("sent: For", "x2-y: Reason: SIP;cause=200, 5 % for")

    def test_same_key_in_two_files(self):
        self.write("en/diagnoses/ack.missing.md", DIAGNOSIS)
        self.expect_diagnosis(DIAGNOSIS)
