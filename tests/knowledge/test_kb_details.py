# SPDX-License-Identifier: GPL-2.0-or-later
"""Rows of details, their fields and lists of numbers: mistakes in them, and the C made of them."""
import unittest

from .folder import Knowledge

FIELDS = """\
field,type,title,description
code,code,Code,A status code
detail.q850.cause,number,Q.850 cause,ISDN release cause
detail.q850.name,text,Q.850 name,What it says
frame,request-frame,Frame,A frame
"""
VALUES = """\
value,text,reference
17,"busy, now",ITU-T Q.850
16,normal,ITU-T Q.850
4294967295,largest,field practice
"""
DETAIL = """\
---
reference: RFC 3326
---

# Rows
- known: Cause {cause_number:q850.cause}: {name_word:q850.name}, {text}
- none: No cause
"""  # the rows: 6 and 7
WITHOUT_FIELDS = DETAIL.replace(":q850.cause", "").replace(":q850.name", "")
LABELS = """\
# Labels
- waiting: {minutes_number} {minutes_number|minute|minutes} for {name_word}, {name_word}
- plain: A label
"""
MAIN = r"""
#include <stdio.h>
#include "evidence.h"
#include "labels.h"
#include "knowledge/fields.h"
struct sx_finding_builder { int n; };
void sx_evidence_add(sx_finding_builder *out, guint evidence, const sx_arg *args, guint n_args) {
    char *text = sx_knowledge_evidence_text(SX_ENGLISH, evidence, args, n_args);
    printf("%s:", text);
    for (guint i = 0; i < n_args; i++) printf(" %u", sx_knowledge_evidence_field(evidence, i));
    printf("\n");
    g_free(text);
    out->n++;
}
static const char *value(guint table, guint32 number) {
    return sx_word_text(SX_ENGLISH, sx_knowledge_value(table, number));
}
int main(void) {
    static const guint32 numbers[] = {15, 16, 17, 18, 0, G_MAXUINT32};
    sx_finding_builder builder = {0}, *out = &builder;
    sx_ev_detail_two_words_known(out, 17, sx_knowledge_value(SX_VALUES_B, 1), "x");
    sx_ev_detail_two_words_known(out, 18, 0, NULL);
    sx_ev_detail_two_words_none(out);
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) printf("%s ", value(SX_VALUES_A_LIST, numbers[i]));
    printf("%s%s\n", value(SX_VALUES_B, 1), value(SX_N_VALUES, 1));
    for (guint i = SX_FIELD_NONE; i < SX_N_FIELDS; i++) {
        sx_field_info field = sx_field_info_of(SX_ENGLISH, i);
        printf("%d %s %d %s, %s\n", i == SX_FIELD_DETAIL_Q850_NAME, field.name ? field.name : "-",
               (int)field.type, field.title, field.description);
    }
    GString *text = g_string_new(sx_word_text(SX_ENGLISH, SX_LABEL_SOME_TOPIC_PLAIN));
    sx_label_some_topic_waiting(SX_ENGLISH, text, 1, SX_LABEL_SOME_TOPIC_PLAIN);
    printf("%s\n", text->str);
    g_string_free(text, TRUE);
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
        self.write("en/labels/some-topic.md", LABELS)

    def test_nothing_is_wrong(self):
        self.expect()

    def test_details(self):
        for old, new, *errors in (
                ("reference: RFC 3326\n", "", "2: key 'reference' is missing"),
                ("reference", "refer", "2: unknown key 'refer'", "3: key 'reference' is missing"),
                ("# Rows", "# Row", "5: unknown section 'Row'", "7: section 'Rows' is missing"),
                ("- none: No cause", "- none No cause",
                 "7: expected 'key: template' with a key of a-z, 0-9 and -"),
                ("- none:", "- known:", "7: 'known' is given twice"),
                ("No cause", "No cause.", "7: bullet ends with a full stop"),
                ("No cause", "x" * 161, "7: 'none' is 161 characters long, the limit is 160"),
                ("{text}", "{Text}", "6: unknown placeholder '{Text}'"),
                ("{text}", "{text", "6: unknown placeholder '{'"),
                ("{text}", "{text:}", "6: unknown placeholder '{text:}'"),
                ("{text}", "{a} {b} {c} {d} {e}", "6: more than 6 placeholders"),
                ("{name_word:q850.name}", "{name:q850.nam}",
                 "6: there is no field 'q850.nam' for the placeholder 'name'"),
                ("{name_word:q850.name}", "{name:code}",
                 "6: there is no field 'code' for the placeholder 'name'"),
                ("{cause_number:q850.cause}", "{cause_code:q850.cause}",
                 "6: there is no field 'q850.cause' for the placeholder 'cause_code'"),
                ("- none: No cause\n", "".join(f"- k{n}: x\n" for n in range(40)),
                 "46: 'Rows' takes at most 40 bullets")):
            with self.subTest(new=new[:40]):
                self.assertEqual(DETAIL.count(old), 1)
                self.expect_in("en/details/two-words.md", DETAIL.replace(old, new), *errors)

    def test_labels(self):
        self.expect_in("en/labels/some-topic.md", LABELS.replace("{name_word}, ", "{name_word:q850.name}"),
                       "2: a field has no place here: '{name_word:q850.name}'")
        self.expect_in("en/labels/some-topic.md", "Hello.\n" + LABELS, "1: text before the first section")
        self.expect_in("en/labels/some-topic.md", "---\nreference: x\n---\n" + LABELS,
                       "1: the only headings are lines of the form '# Section'",
                       "2: text before the first section",
                       "3: the only headings are lines of the form '# Section'")
        self.expect_in("en/labels/some-topic.md", LABELS.replace("minutes}", "minutes|more}"),
                       "2: '{minutes_number|minute|minutes|more}' has 3 forms, the language has 2")

    def test_names_of_files(self):
        self.write("en/details/a.b.md", DETAIL)
        self.write("en/values/a_list.csv", VALUES)
        self.expect("en/details/a.b.md:1: error: the file name is not of a-z, 0-9 and -",
                    "en/values/a_list.csv:1: error: the file name is not of a-z, 0-9 and -")

    def test_two_rows_with_one_name_in_c(self):
        self.write("en/details/two.md", DETAIL.replace("- known", "- words-known"))
        self.expect("en/details/two.md:6: error: 'words-known' has the same name in C as one of two-words")

    def test_fields(self):
        end = FIELDS + "code,text,T,D\n"
        for text, *errors in (
                ("", "1: expected the header 'field,type,title,description'"),
                (FIELDS.replace("title", "name"), "1: expected the header 'field,type,title,description'"),
                (end, "6: 'code' is no new name of a field"),
                (end.replace("code,text", "Code,text"), "6: 'Code' is no new name of a field"),
                (end.replace("code,text", "a..b,text"), "6: 'a..b' is no new name of a field"),
                (end.replace("code,text", "a-b,text"), "6: 'a-b' is no new name of a field"),
                (end.replace("code,text", "c,word"), "6: unknown type 'word'"),
                (FIELDS + "detail_q850.name,text,T,D\n", "6: 'detail_q850.name' is no new name of a field"),
                (FIELDS + "c,text,T\n", "6: expected 'field,type,title,description'"),
                (FIELDS + "c,text,,D\n", "6: expected 'field,type,title,description'"),
                (FIELDS + "c,text,T,D,E\n", "6: expected 'field,type,title,description'"),
                (FIELDS + "\n", "6: expected 'field,type,title,description'"),
                (FIELDS + "".join(f"f{n},text,T,D\n" for n in range(252)), "1: more than 255 fields")):
            with self.subTest(text=text[-40:]):
                self.write("en/details/two-words.md", WITHOUT_FIELDS)
                self.expect_in("en/fields.csv", text, *errors)

    def test_fields_that_are_not_utf_8(self):
        self.write("en/details/two-words.md", WITHOUT_FIELDS)
        self.expect_in("en/fields.csv", FIELDS.encode() + b"c,text,\xff,D\n", "6: not valid UTF-8")

    def test_no_fields(self):
        self.write("en/fields.csv", "field,type,title,description\n")
        self.expect("en/details/two-words.md:6: error: there is no field 'q850.cause' for the placeholder"
                    " 'cause_number'",
                    "en/details/two-words.md:6: error: there is no field 'q850.name' for the placeholder"
                    " 'name_word'")

    def test_values(self):
        for text, *errors in (
                ("", "1: expected the header 'value,text,reference'", "1: no values"),
                ("value,text,reference\n", "1: no values"),
                (VALUES + "17,again,R\n", "5: '17' is no new number"),
                (VALUES + "-1,x,R\n", "5: '-1' is no new number"),
                (VALUES + "4294967296,x,R\n", "5: '4294967296' is no new number"),
                (VALUES + "\u00b2,x,R\n", "5: '\u00b2' is no new number", "5: U+00B2 is not printable ASCII"),
                (VALUES + "1,x.,R\n", "5: text ends with a full stop"),
                (VALUES + "1,x\n", "5: expected 'value,text,reference'"),
                (VALUES + "1,x,\n", "5: expected 'value,text,reference'"),
                (VALUES.encode() + b"1,\xc3,R\n", "1: no values", "5: not valid UTF-8")):
            with self.subTest(text=text[-30:]):
                self.expect_in("en/values/a-list.csv", text, *errors)

    def test_what_the_c_says(self):
        self.write("en/values/b.csv", "value,text,reference\n1,one,R\n")
        self.assertEqual(self.build_and_run(MAIN), [
            "Cause 17: one, x: 2 3 0", "Cause 18: ?, ?: 2 3 0", "No cause:",
            " normal busy, now   largest one",
            "0 - 8 , ", "0 code 2 Code, A status code", "0 detail.q850.cause 1 Q.850 cause, ISDN release cause",
            "1 detail.q850.name 0 Q.850 name, What it says", "0 frame 5 Frame, A frame",
            "A label1 minute for A label, A label"])
