/* SPDX-License-Identifier: GPL-2.0-or-later
 * Tests of words: languages, templates, times, lists, texts from the network, plural rules.
 */
#include "knowledge/words.h"

#include "evidence.h"
#include "knowledge/languages.h"
#include "labels.h"

static void assert_evidence(guint evidence, const sx_arg *args, guint n_args,
                            const char *expected) {
    char *got = sx_knowledge_evidence_text(SX_ENGLISH, evidence, args, n_args);
    g_assert_cmpstr(got, ==, expected);
    g_free(got);
}

static void english_comes_first_and_is_complete(void) {
    sx_language language = 200;
    g_assert_true(sx_language_find("en", &language));
    g_assert_cmpuint(language, ==, SX_ENGLISH);
    g_assert_cmpstr(sx_language_code(SX_ENGLISH), ==, "en");
    g_assert_cmpstr(sx_language_name(SX_ENGLISH), ==, "English");
    g_assert_true(sx_language_is_complete(SX_ENGLISH));
    for (guint word = 1; word < sx_n_words; word++)
        g_assert_cmpstr(sx_word_text(SX_ENGLISH, (sx_word)word), !=, "");
}

static void what_does_not_exist_is_harmless(void) {
    sx_language language = 7;
    GString *out = g_string_new("");
    g_assert_false(sx_language_find("no", &language) || sx_language_find("", &language));
    g_assert_cmpuint(language, ==, 7);
    g_assert_null(sx_language_code(255));
    g_assert_null(sx_language_name(255));
    g_assert_false(sx_language_is_complete(255));
    g_assert_cmpstr(sx_word_text(SX_ENGLISH, 0), ==, "");
    g_assert_cmpstr(sx_word_text(SX_ENGLISH, G_MAXUINT16), ==, "");
    g_assert_cmpstr(sx_word_text(255, SX_LABEL_ROWS_VERDICT), ==, "Verdict");
    sx_word_format(SX_ENGLISH, out, G_MAXUINT16, NULL, 0);
    sx_word_format(SX_ENGLISH, out, 0, NULL, SX_MAX_ARGS);
    g_assert_cmpstr(out->str, ==, "");
    g_string_free(out, TRUE);
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
        {(G_MAXUINT32 - 1) * G_GUINT64_CONSTANT(1000) - 1, "50 days"},
        {(G_MAXUINT32 - 1) * G_GUINT64_CONSTANT(1000), "over 49 days"},
        {G_MAXUINT64, "over 49 days"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(times); i++) {
        GString *got = g_string_new("in ");
        sx_word_append_time(SX_ENGLISH, got, times[i].microseconds);
        g_assert_cmpstr(got->str + 3, ==, times[i].shown);
        g_string_free(got, TRUE);
    }
}

static void words_go_with_the_number(void) {
    sx_arg args[2] = {{.type = SX_ARG_TEXT, .value.text = "al"},
                      {.type = SX_ARG_NUMBER, .value.number = 1}};
    guint headline = SX_EV_AUTH_LOOP_HEADLINE;
    assert_evidence(headline, args, 2, "credentials of user \"al\" rejected 1 time in a row");
    args[1].value.number = 0;
    assert_evidence(headline, args, 2, "credentials of user \"al\" rejected 0 times in a row");
    args[1].value.number = G_MAXUINT64;
    assert_evidence(headline, args, 2,
                    "credentials of user \"al\" rejected 18446744073709551615 times in a row");
    assert_evidence(headline, args, 1, "credentials of user \"al\" rejected  times in a row");
}

static void what_is_missing_is_a_question_mark(void) {
    sx_arg text = {.type = SX_ARG_TEXT};
    sx_arg words[2] = {{.type = SX_ARG_NUMBER, .value.number = 15}, {.type = SX_ARG_WORD}};
    assert_evidence(SX_EV_DETAIL_REASON_HANGUP, &text, 1, "X-Asterisk-HangupCause: ?");
    assert_evidence(SX_EV_DETAIL_REASON_Q850, words, 2, "Reason: Q.850 cause 15, ?");
}

static void word_in_a_sentence(void) {
    sx_arg args[2] = {
        {.type = SX_ARG_NUMBER, .value.number = 17},
        {.type = SX_ARG_WORD, .value.number = sx_knowledge_value(SX_VALUES_Q850_CAUSE, 17)}};
    assert_evidence(SX_EV_DETAIL_REASON_Q850, args, 2, "Reason: Q.850 cause 17, user busy");
}

static void texts_from_the_network_neither_steer_nor_hide(void) {
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
        {"a\xe2\x80\xa8"
         "b\xe2\x80\xa9"
         "c",
         "a\\u2028b\\u2029c"},
        {"\xee\x80\x80\xe3\x85\xa4\xef\xbb\xbf\xe2\xa0\x80", "\\ue000\\u3164\\ufeff\\u2800"},
        {"J\xc3\xb6rg \xf0\x9f\x93\x9e \xef\xbf\xbd %s DOMAIN\\user <b>&\"",
         "J\xc3\xb6rg \xf0\x9f\x93\x9e \xef\xbf\xbd %s DOMAIN\\user <b>&\""},
        {"\001\002{x}", "\\001\\002{x}"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        sx_arg arg = {.type = SX_ARG_TEXT, .value.text = texts[i].on_the_wire};
        char *expected = g_strconcat("X-Asterisk-HangupCause: ", texts[i].shown, NULL);
        assert_evidence(SX_EV_DETAIL_REASON_HANGUP, &arg, 1, expected);
        /* What is escaped stays as it is when it is printed once more. */
        arg.value.text = texts[i].shown;
        assert_evidence(SX_EV_DETAIL_REASON_HANGUP, &arg, 1, expected);
        g_free(expected);
    }
}

static void lists_have_separators_between_items(void) {
    GString *list = g_string_new("");
    sx_word_append_item(SX_ENGLISH, list, "");
    sx_word_append_item(SX_ENGLISH, list, "a");
    sx_word_append_item(SX_ENGLISH, list, "");
    sx_word_append_item(SX_ENGLISH, list, "b\n");
    g_assert_cmpstr(list->str, ==, "a, b ");
    g_string_free(list, TRUE);
}

static void assert_forms(sx_plural plural, const char *expected) {
    static const guint64 numbers[] = {0,  1,  2,  3,  4,   5,   10,  11,  12,  14,
                                      20, 21, 22, 25, 100, 101, 102, 103, 111, G_MAXUINT64};
    char forms[G_N_ELEMENTS(numbers) + 1] = "";
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
        forms[i] = (char)('0' + plural(numbers[i]));
    g_assert_cmpstr(forms, ==, expected);
}

static void plural_rules(void) {
    assert_forms(sx_plural_one, "10111111111111111111");
    assert_forms(sx_plural_zero_or_one, "00111111111111111111");
    assert_forms(sx_plural_none, "00000000000000000000");
    assert_forms(sx_plural_east_slavic, "20111222222012201122");
    assert_forms(sx_plural_arabic, "01233334444444555344");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/words/english", english_comes_first_and_is_complete);
    g_test_add_func("/words/out-of-range", what_does_not_exist_is_harmless);
    g_test_add_func("/words/times", times_have_a_unit_and_no_more_precision_than_needed);
    g_test_add_func("/words/plural", words_go_with_the_number);
    g_test_add_func("/words/missing", what_is_missing_is_a_question_mark);
    g_test_add_func("/words/word", word_in_a_sentence);
    g_test_add_func("/words/network", texts_from_the_network_neither_steer_nor_hide);
    g_test_add_func("/words/lists", lists_have_separators_between_items);
    g_test_add_func("/words/plural-rules", plural_rules);
    return g_test_run();
}
