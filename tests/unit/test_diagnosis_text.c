/* SPDX-License-Identifier: GPL-2.0-or-later
 * Tests of the diagnoses and of their evidence, whichever of them have a file by now.
 */
#include "evidence.h"

#include <string.h>

#define MAX_PLACEHOLDERS 6

static void assert_complete(const sx_diagnosis_entry *entry) {
    g_assert_nonnull(strchr(entry->id, '.'));
    g_assert_cmpint(entry->verdict, <, SX_N_VERDICTS);
    g_assert_cmpuint(entry->severity, <=, SX_SEVERITY_ERROR);
    g_assert_cmpuint(entry->slot, <=, SX_SLOT_DETAIL);
    g_assert_true(entry->reference && entry->headline && entry->meaning);
    g_assert_true(entry->causes && entry->causes[0].text && entry->fixes && entry->fixes[0].text);
    g_assert_true(entry->marks || !entry->marks_request);
    g_assert_true(!entry->beats || (entry->slot != SX_SLOT_OUTCOME && entry->beats[0]));
}

static void every_diagnosis_has_an_entry(void) {
    g_assert_null(sx_knowledge_diagnosis(SX_DIAG_NONE)->id);
    for (guint i = SX_DIAG_NONE + 1; i < SX_N_DIAGNOSES; i++)
        assert_complete(sx_knowledge_diagnosis(i));
}

static void what_does_not_exist_is_harmless(void) {
    static const guint indexes[] = {SX_N_EVIDENCE, G_MAXUINT};
    for (gsize i = 0; i < G_N_ELEMENTS(indexes); i++) {
        char *text = sx_knowledge_evidence_text(indexes[i], NULL, 0);
        g_assert_cmpstr(text, ==, "");
        g_assert_null(sx_knowledge_evidence_template(indexes[i]));
        g_assert_false(sx_knowledge_evidence_is_headline(indexes[i]));
        g_free(text);
    }
}

/* The arguments of a template: all numbers and times have this value, all texts that one. */
static guint make_args(const char *template, guint64 number, const char *text,
                       sx_evidence_arg *args) {
    static const char letters[] = "fsnct"; /* first letters of the placeholders by sx_arg_type */
    guint n_args = 0;
    for (const char *at = template; (at = strchr(at, '{')) != NULL; at++) {
        g_assert_cmpuint(n_args, <, MAX_PLACEHOLDERS);
        const char *letter = strchr(letters, at[1]);
        g_assert_nonnull(letter);
        sx_evidence_arg *arg = &args[n_args++];
        arg->type = (sx_arg_type)(letter - letters);
        if (arg->type == SX_ARG_TEXT)
            arg->value.text = text;
        else
            arg->value.number = number;
    }
    return n_args;
}

/* The template with every placeholder of this name replaced by something. */
static char *replace(char *template, const char *name, const char *by) {
    char **pieces = g_strsplit(template, name, -1);
    char *result = g_strjoinv(by, pieces);
    g_strfreev(pieces);
    g_free(template);
    return result;
}

static void assert_filled(guint evidence, guint64 number, const char *as_number,
                          const char *as_seconds, const char *text) {
    sx_evidence_arg args[MAX_PLACEHOLDERS];
    const char *template = sx_knowledge_evidence_template(evidence);
    guint n_args = make_args(template, number, text, args);
    char *expected = g_strdup(template);
    expected = replace(expected, "{frame}", as_number);
    expected = replace(expected, "{number}", as_number);
    expected = replace(expected, "{code}", as_number);
    expected = replace(expected, "{seconds}", as_seconds);
    expected = replace(expected, "{text}", text ? text : "?");
    char *got = sx_knowledge_evidence_text(evidence, args, n_args);
    g_assert_cmpstr(got, ==, expected);
    g_free(got);
    g_free(expected);
}

static void every_evidence_prints_times(void) {
    static const struct {
        guint64 microseconds;
        const char *as_number;
        const char *as_seconds;
    } times[] = {
        {0, "0", "under 1 ms"},
        {999, "999", "under 1 ms"},
        {1000, "1000", "1 ms"},
        {350000, "350000", "350 ms"},
        {999999, "999999", "1 s"},
        {1200000, "1200000", "1.2 s"},
        {59960000, "59960000", "60 s"},
        {95000000, "95000000", "95 s"},
        {599999999, "599999999", "10 min"},
        {720000000, "720000000", "12 min"},
        {G_GUINT64_CONSTANT(7200000000), "7200000000", "2 h"},
        {G_GUINT64_CONSTANT(257300000000), "257300000000", "71 h"},
        {G_GUINT64_CONSTANT(259200000000), "259200000000", "3 days"},
        {G_MAXUINT32 * G_GUINT64_CONSTANT(1000) - 1, "4294967294999", "50 days"},
        {G_MAXUINT32 * G_GUINT64_CONSTANT(1000), "4294967295000", "over 49 days"},
        {G_MAXUINT64, "18446744073709551615", "over 49 days"},
    };
    for (guint evidence = 0; evidence < SX_N_EVIDENCE; evidence++) {
        for (gsize i = 0; i < G_N_ELEMENTS(times); i++)
            assert_filled(evidence, times[i].microseconds, times[i].as_number, times[i].as_seconds,
                          "alice");
    }
}

static void text_that_is_missing_is_a_question_mark(void) {
    for (guint evidence = 0; evidence < SX_N_EVIDENCE; evidence++)
        assert_filled(evidence, 1, "1", "under 1 ms", NULL);
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
        sx_evidence_arg arg = {.type = SX_ARG_TEXT, .value.text = texts[i].on_the_wire};
        char *got = sx_knowledge_evidence_text(SX_EV_DETAIL_REASON_HANGUP, &arg, 1);
        char *expected = g_strconcat("X-Asterisk-HangupCause: ", texts[i].shown, NULL);
        g_assert_cmpstr(got, ==, expected);
        g_free(got);
        g_free(expected);
    }
}

static void placeholder_without_argument_is_left_out(void) {
    for (guint evidence = 0; evidence < SX_N_EVIDENCE; evidence++) {
        char *text = sx_knowledge_evidence_text(evidence, NULL, MAX_PLACEHOLDERS);
        g_assert_null(strpbrk(text, "{}"));
        g_free(text);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/diagnosis-text/entries", every_diagnosis_has_an_entry);
    g_test_add_func("/diagnosis-text/out-of-range", what_does_not_exist_is_harmless);
    g_test_add_func("/diagnosis-text/times", every_evidence_prints_times);
    g_test_add_func("/diagnosis-text/null-text", text_that_is_missing_is_a_question_mark);
    g_test_add_func("/diagnosis-text/terminal", text_from_the_wire_cannot_steer_a_terminal);
    g_test_add_func("/diagnosis-text/no-argument", placeholder_without_argument_is_left_out);
    return g_test_run();
}
