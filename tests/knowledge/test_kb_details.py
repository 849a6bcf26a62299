# SPDX-License-Identifier: GPL-2.0-or-later
"""Rows of details, their fields and lists of numbers: mistakes in them, and the C made of them."""
import unittest

from .folder import Knowledge

FIELDS = """\
field,type,title,description
q850.cause,number,Q.850 cause,ISDN release cause
q850.name,text,Q.850 name,What it says
code,code,Code,A status code
"""
VALUES = """\
value,text,reference
17,"busy, now",ITU-T Q.850
16,normal,ITU-T Q.850
4294967295,largest,field practice
"""
DETAIL = """\
---
detail: two-words
reference: RFC 3326
---

# Rows
- known: Cause {number:q850.cause}: {name:q850.name}, {text}
- none: No cause
"""  # the rows: 7 and 8
MAIN = r"""
#include <stdio.h>
#include "evidence.h"
struct sx_finding_builder { int n; };
void sx_evidence_add(sx_finding_builder *out, guint evidence, const sx_evidence_arg *args,
                     guint n_args) {
    char *text = sx_knowledge_evidence_text(evidence, args, n_args);
    printf("%s:", text);
    for (guint i = 0; i < n_args; i++) printf(" %u", sx_knowledge_evidence_field(evidence, i));
    printf("\n");
    g_free(text);
    out->n++;
}
int main(void) {
    static const guint32 numbers[] = {15, 16, 17, 18, 0, G_MAXUINT32};
    sx_finding_builder builder = {0}, *out = &builder;
    sx_ev_detail_two_words_known(out, 17, "busy", "x");
    sx_ev_detail_two_words_none(out);
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
        const char *text = sx_knowledge_value(SX_VALUES_A_LIST, numbers[i]);
        printf("%s ", text ? text : "-");
    }
    printf("%s\n", sx_knowledge_value(SX_VALUES_B, 1));
    for (guint i = 1; i <= sx_knowledge_n_fields(); i++) {
        const sx_field_entry *field = sx_knowledge_field(i);
        printf("%s %d %s, %s\n", field->name, (int)field->type, field->title, field->description);
    }
    return 0;
}
"""


class Details(Knowledge):
    """A folder without mistakes, in which a test changes one file."""

    def setUp(self):
        super().setUp()
        self.write("en/fields.csv", FIELDS)
        self.write("en/values/a-list.csv", VALUES)
        self.write("en/details/two-words.md", DETAIL)

    def expect_in(self, path, text, *errors):
        """With this text the report is exactly these errors of this file, given as "line: text"."""
        self.write(path, text)
        self.expect(*(f"{path}:{error}".replace(": ", ": error: ", 1) for error in errors))

    def test_nothing_is_wrong(self):
        self.expect()

    def test_details(self):
        for old, new, *errors in (
                ("detail: two-words", "detail: other", "2: detail other does not agree with the file name"),
                ("reference: RFC 3326\n", "", "3: key 'reference' is missing"),
                ("reference", "refer", "3: unknown key 'refer'", "4: key 'reference' is missing"),
                ("# Rows", "# Row", "6: unknown section 'Row'", "8: section 'Rows' is missing"),
                ("- none: No cause", "- none No cause",
                 "8: expected 'key: template' with a key of a-z, 0-9 and -"),
                ("- none:", "- known:", "8: evidence 'known' is given twice"),
                ("No cause", "No cause.", "8: bullet ends with a full stop"),
                ("No cause", "x" * 161, "8: evidence 'none' is 161 characters long, the limit is 160"),
                ("{text}", "{Text}", "7: unknown placeholder '{Text}'"),
                ("{text}", "{text", "7: unknown placeholder '{'"),
                ("{text}", "{text:}", "7: unknown placeholder '{text:}'"),
                ("{text}", "{a} {b} {c} {d} {e}", "7: more than 6 placeholders"),
                ("{name:q850.name}", "{name:q850.nam}", "7: there is no field 'q850.nam' of type text"),
                ("{number:q850.cause}", "{code:q850.cause}",
                 "7: there is no field 'q850.cause' of type code"),
                ("- none: No cause\n", "".join(f"- k{n}: x\n" for n in range(40)),
                 "47: 'Rows' takes at most 40 bullets")):
            with self.subTest(new=new[:40]):
                self.assertEqual(DETAIL.count(old), 1)
                self.expect_in("en/details/two-words.md", DETAIL.replace(old, new), *errors)

    def test_names_of_files(self):
        self.write("en/details/a.b.md", DETAIL.replace("two-words", "a.b"))
        self.write("en/values/a_list.csv", VALUES)
        self.expect("en/details/a.b.md:2: error: detail 'a.b' is not of a-z, 0-9 and -",
                    "en/values/a_list.csv:1: error: the file name is not of a-z, 0-9 and -")

    def test_two_rows_with_one_name_in_c(self):
        self.write("en/details/two.md", DETAIL.replace("two-words", "two").replace(
            "- known", "- words-known"))
        self.expect("en/details/two.md:7: error: evidence 'words-known' has the same name in C as"
                    " one of two-words")

    def test_fields(self):
        end = FIELDS + "code,text,T,D\n"
        for text, *errors in (
                ("", "1: expected the header 'field,type,title,description'"),
                (FIELDS.replace("title", "name"), "1: expected the header 'field,type,title,description'"),
                (end, "5: 'code' is no new name of a field"),
                (end.replace("code,text", "Code,text"), "5: 'Code' is no new name of a field"),
                (end.replace("code,text", "a..b,text"), "5: 'a..b' is no new name of a field"),
                (end.replace("code,text", "a-b,text"), "5: 'a-b' is no new name of a field"),
                (end.replace("code,text", "c,word"), "5: unknown type 'word'"),
                (FIELDS + "c,text,T\n", "5: expected 'field,type,title,description'"),
                (FIELDS + "c,text,,D\n", "5: expected 'field,type,title,description'"),
                (FIELDS + "c,text,T,D,E\n", "5: expected 'field,type,title,description'"),
                (FIELDS + "\n", "5: expected 'field,type,title,description'"),
                (FIELDS + "".join(f"f{n},text,T,D\n" for n in range(253)), "1: more than 255 fields")):
            with self.subTest(text=text[-40:]):
                self.write("en/details/two-words.md", DETAIL.replace(":q850.cause", "").replace(
                    ":q850.name", ""))
                self.expect_in("en/fields.csv", text, *errors)

    def test_fields_that_are_not_utf_8(self):
        self.write("en/details/two-words.md", DETAIL.replace(":q850.cause", "").replace(
            ":q850.name", ""))
        self.expect_in("en/fields.csv", FIELDS.encode() + b"c,text,\xff,D\n", "5: not UTF-8")

    def test_a_field_of_another_type_or_none_in_a_diagnosis(self):
        self.write("en/fields.csv", "field,type,title,description\n")
        self.expect("en/details/two-words.md:7: error: there is no field 'q850.cause' of type number",
                    "en/details/two-words.md:7: error: there is no field 'q850.name' of type text")

    def test_values(self):
        for text, *errors in (
                ("", "1: expected the header 'value,text,reference'", "1: no values"),
                ("value,text,reference\n", "1: no values"),
                (VALUES + "17,again,R\n", "5: '17' is no new number"),
                (VALUES + "-1,x,R\n", "5: '-1' is no new number"),
                (VALUES + "4294967296,x,R\n", "5: '4294967296' is no new number"),
                (VALUES + "\u00b2,x,R\n", "5: '\u00b2' is no new number"),
                (VALUES + "1,x.,R\n", "5: text ends with a full stop"),
                (VALUES + "1,x\n", "5: expected 'value,text,reference'"),
                (VALUES + "1,x,\n", "5: expected 'value,text,reference'"),
                (VALUES.encode() + b"1,\xc3,R\n", "1: no values", "5: not UTF-8")):
            with self.subTest(text=text[-30:]):
                self.expect_in("en/values/a-list.csv", text, *errors)

    def test_what_the_c_says(self):
        self.write("en/values/b.csv", "value,text,reference\n1,one,R\n")
        self.assertEqual(self.build_and_run(MAIN, "diagnosis.c", "values.c"), [
            "Cause 17: busy, x: 1 2 0", "No cause:",
            "- normal busy, now - - largest one",
            "q850.cause 2 Q.850 cause, ISDN release cause", "q850.name 4 Q.850 name, What it says",
            "code 3 Code, A status code"])


if __name__ == "__main__":
    unittest.main()
