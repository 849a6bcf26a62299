/* SPDX-License-Identifier: GPL-2.0-or-later
 * Tests of the diagnoses and of their evidence, whichever of them have a file by now.
 */
#include "evidence.h"

#include <string.h>

static void assert_complete(guint diagnosis) {
    const sx_diagnosis_entry *entry = sx_knowledge_diagnosis(diagnosis);
    const sx_text *words = &entry->words;
    g_assert_nonnull(strchr(sx_diagnosis_id_of(diagnosis), '.'));
    g_assert_cmpint(entry->verdict, <, SX_N_VERDICTS);
    g_assert_cmpuint(entry->severity, <=, SX_SEVERITY_ERROR);
    g_assert_cmpuint(entry->slot, <=, SX_SLOT_DETAIL);
    g_assert_true(entry->reference != 0 && words->headline != 0 && words->meaning != 0);
    g_assert_true(words->causes.count > 0 && words->fixes.count > 0);
    g_assert_true(entry->marks || !entry->marks_request);
    g_assert_true(entry->n_beaten == 0 || entry->slot != SX_SLOT_OUTCOME);
}

static void every_diagnosis_has_an_entry(void) {
    g_assert_null(sx_diagnosis_id_of(SX_DIAG_NONE));
    for (guint i = SX_DIAG_NONE + 1; i < SX_N_DIAGNOSES; i++)
        assert_complete(i);
}

static void what_does_not_exist_is_harmless(void) {
    static const guint indexes[] = {SX_N_EVIDENCE, G_MAXUINT};
    for (gsize i = 0; i < G_N_ELEMENTS(indexes); i++) {
        char *text = sx_knowledge_evidence_text(SX_ENGLISH, indexes[i], NULL, 0);
        g_assert_cmpstr(text, ==, "");
        g_assert_false(sx_knowledge_evidence_is_headline(indexes[i]));
        g_free(text);
    }
}

static void times_have_a_unit_and_no_more_precision_than_needed(void) {
    static const struct {
        guint64 microseconds;
        const char *shown;
    } times[] = {
        {0, "under 1 ms"},
        {999, "under 1 ms"},
        {1000, "1 ms"},
        {350000, "350 ms"},
        {999999, "1 s"},
        {1200000, "1.2 s"},
        {59960000, "60 s"},
        {95000000, "95 s"},
        {599999999, "10 min"},
        {720000000, "12 min"},
        {G_GUINT64_CONSTANT(7200000000), "2 h"},
        {G_GUINT64_CONSTANT(257300000000), "71 h"},
        {G_GUINT64_CONSTANT(259200000000), "3 days"},
        {G_MAXUINT32 * G_GUINT64_CONSTANT(1000) - 1, "50 days"},
        {G_MAXUINT32 * G_GUINT64_CONSTANT(1000), "over 49 days"},
        {G_MAXUINT64, "over 49 days"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(times); i++) {
        GString *got = g_string_new("in ");
        sx_word_append_time(SX_ENGLISH, got, times[i].microseconds);
        g_assert_cmpstr(got->str + 3, ==, times[i].shown);
        g_string_free(got, TRUE);
    }
}

static void assert_text(guint evidence, const sx_arg *args, guint n_args, const char *expected) {
    char *got = sx_knowledge_evidence_text(SX_ENGLISH, evidence, args, n_args);
    g_assert_cmpstr(got, ==, expected);
    g_free(got);
}

static void text_that_is_missing_is_a_question_mark(void) {
    sx_arg arg = {.type = SX_ARG_TEXT};
    assert_text(SX_EV_DETAIL_REASON_HANGUP, &arg, 1, "X-Asterisk-HangupCause: ?");
}

static void words_go_with_the_number(void) {
    sx_arg args[2] = {{.type = SX_ARG_TEXT, .value.text = "al"},
                      {.type = SX_ARG_NUMBER, .value.number = 1}};
    guint headline = SX_EV_AUTH_LOOP_HEADLINE;
    assert_text(headline, args, 2, "credentials of user \"al\" rejected 1 time in a row");
    args[1].value.number = 0;
    assert_text(headline, args, 2, "credentials of user \"al\" rejected 0 times in a row");
    args[1].value.number = G_MAXUINT64;
    assert_text(headline, args, 2,
                "credentials of user \"al\" rejected 18446744073709551615 times in a row");
}

static void text_from_the_wire_cannot_steer_a_terminal(void) {
    static const struct {
        const char *on_the_wire;
        const char *shown;
    } texts[] = {
        {"\033[31mred\a\177", "\\033[31mred\\007\\177"},
        {"two\r\n\tlines", "two   lines"},
        {"\xc2\x9b"
         "31m",
         "\\u009b31m"},
        {"\xe2\x80\xae"
         "abc",
         "\\u202e"
         "abc"},
        {"J\xc3\xb6rg \xf0\x9f\x93\x9e \xef\xbf\xbd %s DOMAIN\\user",
         "J\xc3\xb6rg \xf0\x9f\x93\x9e \xef\xbf\xbd %s DOMAIN\\user"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        sx_arg arg = {.type = SX_ARG_TEXT, .value.text = texts[i].on_the_wire};
        char *expected = g_strconcat("X-Asterisk-HangupCause: ", texts[i].shown, NULL);
        assert_text(SX_EV_DETAIL_REASON_HANGUP, &arg, 1, expected);
        g_free(expected);
    }
}

static void placeholder_without_argument_is_left_out(void) {
    for (guint evidence = 0; evidence < SX_N_EVIDENCE; evidence++) {
        char *text = sx_knowledge_evidence_text(SX_ENGLISH, evidence, NULL, SX_MAX_ARGS);
        for (const char *at = text; *at != '\0'; at++)
            g_assert_true(g_ascii_isprint(*at) && *at != '{' && *at != '}' && *at != '|');
        g_free(text);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/diagnosis-text/entries", every_diagnosis_has_an_entry);
    g_test_add_func("/diagnosis-text/out-of-range", what_does_not_exist_is_harmless);
    g_test_add_func("/diagnosis-text/times", times_have_a_unit_and_no_more_precision_than_needed);
    g_test_add_func("/diagnosis-text/null-text", text_that_is_missing_is_a_question_mark);
    g_test_add_func("/diagnosis-text/plural", words_go_with_the_number);
    g_test_add_func("/diagnosis-text/terminal", text_from_the_wire_cannot_steer_a_terminal);
    g_test_add_func("/diagnosis-text/no-argument", placeholder_without_argument_is_left_out);
    return g_test_run();
}
