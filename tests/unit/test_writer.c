/* SPDX-License-Identifier: GPL-2.0-or-later
 * Rows are as wide as the view and keep their values whole; nothing is said twice, and nothing new is taken for said.
 */
#include "explanation/writer.h"

#include <string.h>

static sx_writer new_writer(const sx_view *view) {
    sx_writer writer;
    sx_writer_init(&writer, view);
    return writer;
}

static void clear(sx_writer *writer) {
    g_array_free(writer->rows, TRUE);
    g_array_free(writer->notices, TRUE);
    g_string_chunk_free(writer->strings);
    g_array_free(writer->words, TRUE);
    g_array_free(writer->ends, TRUE);
}

static const sx_row *row_at(const sx_writer *writer, guint index) {
    return &g_array_index(writer->rows, sx_row, index);
}

/* Whether `text` counts as said beside this one row, and whether it does when its values count too. */
static void check_said(const char *row, const char *text, gboolean words, gboolean values) {
    sx_view view = {.columns = 100};
    sx_writer writer = new_writer(&view);
    sx_writer_text(&writer, SX_FIELD_EVIDENCE, NULL, row);
    g_assert_cmpint(sx_writer_has_said(&writer, text, FALSE), ==, words);
    g_assert_cmpint(sx_writer_has_said(&writer, text, TRUE), ==, values);
    clear(&writer);
}

static void test_same_words(void) {
    check_said("423 without CSeq (RFC 3261 section 8.2.6.2)",
               "423 without CSeq (RFC 3261 section 8.2.6.2)", TRUE, TRUE);
    check_said("the challenge is unusable", "The challenge is unusable", TRUE, TRUE);
    check_said("the nonce was not accepted", "the password is wrong", FALSE, FALSE);
    check_said("the nonce was not accepted", "", FALSE, FALSE);
}

static void test_other_values(void) {
    check_said("404 without From (RFC 3261 section 8.2.6.2)",
               "404 without To (RFC 3261 section 8.2.6.2)", TRUE, FALSE);
    check_said("Try instead: sip:carol@example.com", "Try instead: sip:dave@example.com", TRUE,
               FALSE);
    check_said("Challenge: realm \"pbx\", no qop", "Challenge: realm \"trunk\", no qop", TRUE,
               FALSE);
    check_said("Copy 2 of frame 4, 500 ms after it", "Copy 3 of frame 4, 1500 ms after it", TRUE,
               FALSE);
}

static void test_values_in_other_rows(void) {
    sx_view view = {.columns = 100};
    sx_writer writer = new_writer(&view);
    sx_writer_text(&writer, SX_FIELD_EVIDENCE, NULL, "Challenge in frame 2, realm \"pbx\"");
    sx_writer_text(&writer, SX_FIELD_EVIDENCE, NULL, "Credentials for user \"bob\" sent");
    g_assert_true(
        sx_writer_has_said(&writer, "Credentials for user \"bob\" of realm \"pbx\"", TRUE));
    g_assert_false(
        sx_writer_has_said(&writer, "Credentials for user \"bob\" of realm \"sip\"", TRUE));
    clear(&writer);
}

static void test_general_and_hidden_rows_say_nothing(void) {
    static const guint16 general[] = {SX_FIELD_DESCRIPTION, SX_FIELD_WHEN, SX_FIELD_CAUSE,
                                      SX_FIELD_FIX};
    const char *text = "The response has no Allow header";
    sx_view view = {.columns = 100};
    sx_writer writer = new_writer(&view);
    for (guint i = 0; i < G_N_ELEMENTS(general); i++)
        sx_writer_text(&writer, (sx_field)general[i], NULL, text);
    writer.hidden = TRUE;
    sx_writer_text(&writer, SX_FIELD_DETAIL, NULL, text);
    g_assert_false(sx_writer_has_said(&writer, text, FALSE));
    writer.hidden = FALSE;
    sx_writer_text(&writer, SX_FIELD_DETAIL, NULL, text);
    g_assert_true(sx_writer_has_said(&writer, text, TRUE));
    clear(&writer);
}

/* A text in a view of 40 columns: all rows fit, joined they begin the text, and the field has all of it. */
static guint check_width(const char *text) {
    sx_view view = {.columns = 40};
    sx_writer writer = new_writer(&view);
    GString *joined = g_string_new(NULL);
    writer.depth = 1;
    sx_writer_text(&writer, SX_FIELD_DETAIL, "Label", text);
    g_assert_cmpstr(row_at(&writer, 0)->value.text, ==, text);
    for (guint i = 0; i < writer.rows->len; i++) {
        const sx_row *row = row_at(&writer, i);
        glong label = row->label != NULL ? (glong)strlen("Label: ") : 0;
        g_assert_cmpint(8 + label + g_utf8_strlen(row->text, -1), <=, 40);
        g_assert_cmpuint(strlen(row->text) + (gsize)label, <=, 230);
        g_assert_true(g_utf8_validate(row->text, -1, NULL));
        g_assert_cmpuint(row->field, ==, i == 0 ? SX_FIELD_DETAIL : SX_FIELD_CONTINUED);
        g_string_append_printf(joined, "%s%s", i > 0 ? " " : "",
                               row->text + strspn(row->text, " "));
    }
    if (writer.rows->len < 6)
        g_assert_cmpstr(joined->str, ==, text);
    else
        g_assert_true(g_str_has_suffix(joined->str, " ..."));
    guint n = writer.rows->len;
    g_string_free(joined, TRUE);
    clear(&writer);
    return n;
}

static void test_width(void) {
    g_assert_cmpuint(check_width("short"), ==, 1);
    g_assert_cmpuint(check_width("a text that needs more than one row of forty columns"), ==, 2);
    g_assert_cmpuint(
        check_width("\xd1\x82\xd0\xb5\xd0\xba\xd1\x81\xd1\x82 \xd1\x82\xd0\xb5\xd0\xba\xd1\x81"
                    "\xd1\x82 \xd1\x82\xd0\xb5\xd0\xba\xd1\x81\xd1\x82 \xd1\x82\xd0\xb5\xd0\xba"
                    "\xd1\x81\xd1\x82 \xd1\x82\xd0\xb5\xd0\xba\xd1\x81\xd1\x82"),
        ==, 2);
    GString *endless = g_string_new("x");
    for (guint i = 0; i < 500; i++)
        g_string_append(endless, " word");
    g_assert_cmpuint(check_width(endless->str), ==, 6);
    g_string_free(endless, TRUE);
}

static void test_a_row_is_folded_and_hidden_with_all_its_lines(void) {
    sx_view view = {.columns = 40};
    sx_writer writer = new_writer(&view);
    guint first = sx_writer_text(&writer, SX_FIELD_DETAIL, NULL, "short");
    guint wide = sx_writer_text(&writer, SX_FIELD_DETAIL, NULL,
                                "a text that needs more than one row of forty columns");
    guint last = sx_writer_text(&writer, SX_FIELD_DETAIL, NULL, "short again");
    g_assert_cmpuint(last, >, wide + 1);
    sx_writer_fold(&writer, wide);
    sx_writer_hide_row(&writer, wide);
    for (guint i = first; i <= last; i++) {
        g_assert_cmpint(row_at(&writer, i)->folded, ==, i >= wide && i < last);
        g_assert_cmpint(row_at(&writer, i)->hidden, ==, i >= wide && i < last);
    }
    sx_writer_fold(&writer, last);
    g_assert_true(row_at(&writer, last)->folded);
    clear(&writer);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/writer/same-words", test_same_words);
    g_test_add_func("/writer/other-values", test_other_values);
    g_test_add_func("/writer/values-in-other-rows", test_values_in_other_rows);
    g_test_add_func("/writer/general-and-hidden", test_general_and_hidden_rows_say_nothing);
    g_test_add_func("/writer/width", test_width);
    g_test_add_func("/writer/fold-and-hide", test_a_row_is_folded_and_hidden_with_all_its_lines);
    return g_test_run();
}
