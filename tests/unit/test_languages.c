/* SPDX-License-Identifier: GPL-2.0-or-later
 * Which language a locale is, which one the environment asks for, and what every language has to have.
 */
#include <string.h>

#include "explanation/wrap.h"
#include "knowledge/diagnosis.h"
#include "knowledge/languages.h"
#include "knowledge/words.h"
#include "knowledge_ids.h"
#include "labels.h"

/* The code of the language of a locale; "" for none. */
static const char *of(const char *locale) {
    sx_language language;
    return sx_language_from_name(locale, &language) ? sx_language_code(language) : "";
}

static void names_of_locales(void) {
    static const char *const names[][2] = {
        {"en", "en"},
        {"en_US.UTF-8", "en"},
        {"pt_PT", "pt"},
        {"pt_BR.UTF-8", "pt"},
        {"pt-BR", "pt"},
        {"ru_RU.KOI8-R", "ru"},
        {"de_AT@euro", "de"},
        {"zh_CN.GB18030", "zh-Hans"},
        {"zh_SG", "zh-Hans"},
        {"zh-Hans", "zh-Hans"},
        {"zh_Hans_CN", "zh-Hans"},
        {"ZH-HANS", "zh-Hans"},
        {"zh_TW.UTF-8", ""},
        {"zh_HK", ""},
        {"zh", ""},
        {"zh_Hant_TW", ""},
        {"C", ""},
        {"", ""},
        {"xx_YY", ""},
        {"ptx", ""},
        {"@._-", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        g_assert_cmpstr(of(names[i][0]), ==, names[i][1]);
}

/* Sets the variables that are given as NAME=VALUE, and no other ones of a language. */
static void set_environment(const char *const *variables) {
    static const char *const all[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
        g_unsetenv(all[i]);
    for (; *variables != NULL; variables++) {
        char **pair = g_strsplit(*variables, "=", 2);
        g_setenv(pair[0], pair[1], TRUE);
        g_strfreev(pair);
    }
}

/* The language of the system is read once: so each environment has a process of its own. */
static void environments(void) {
    static const struct {
        const char *variables[4], *code;
    } cases[] = {
        {{NULL}, "en"},
        {{"LANG=ru_RU.UTF-8"}, "ru"},
        {{"LANG=de_DE.UTF-8", "LC_MESSAGES=pt_BR.UTF-8"}, "pt"},
        {{"LC_ALL=ja_JP.UTF-8", "LC_MESSAGES=pt_BR.UTF-8", "LANG=de_DE"}, "ja"},
        {{"LANGUAGE=zh_TW:pt_PT:de", "LANG=en_US.UTF-8"}, "pt"},
        {{"LANGUAGE=nl:fr", "LANG=en_US.UTF-8"}, "fr"},
        {{"LANGUAGE=ru", "LC_ALL=C"}, "ru"},
        {{"LANG=zh_TW.UTF-8"}, "en"},
        {{"LANG=nl_NL.UTF-8"}, "en"},
    };
    const char *which = g_getenv("SX_TEST_CASE");
    if (g_test_subprocess()) {
        gsize i = (gsize)g_ascii_strtoull(which, NULL, 10);
        set_environment(cases[i].variables);
        g_assert_cmpstr(sx_language_code(sx_language_of_system()), ==, cases[i].code);
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *number = g_strdup_printf("%" G_GSIZE_FORMAT, i);
        g_setenv("SX_TEST_CASE", number, TRUE);
        g_test_trap_subprocess(NULL, 0, 0);
        g_test_trap_assert_passed();
        g_free(number);
    }
}

static void only_arabic_runs_from_right_to_left(void) {
    for (guint i = 0; i < sx_n_languages(); i++)
        g_assert_cmpint(sx_language_is_right_to_left((sx_language)i), ==,
                        strcmp(sx_language_code((sx_language)i), "ar") == 0);
    g_assert_false(sx_language_is_right_to_left(255));
}

/* Titles stand before a colon: they have to leave room for what is behind it. */
static void titles_are_short(void) {
    static const sx_word titles[] = {SX_LABEL_ROWS_VERDICT,     SX_LABEL_ROWS_WHAT_HAPPENED,
                                     SX_LABEL_ROWS_MUST_FOLLOW, SX_LABEL_ROWS_CAUSES,
                                     SX_LABEL_ROWS_FIXES,       SX_LABEL_ROWS_REFERENCE};
    for (guint i = 0; i < sx_n_languages(); i++) {
        for (gsize j = 0; j < G_N_ELEMENTS(titles); j++)
            g_assert_cmpuint(sx_columns_of(sx_word_text((sx_language)i, titles[j])), <=, 28);
    }
}

static void russian_words_go_with_the_number(void) {
    static const struct {
        guint64 number;
        const char *text;
    } days[] = {{1, "1 день"},   {2, "2 дня"},     {5, "5 дней"},    {11, "11 дней"},
                {21, "21 день"}, {104, "104 дня"}, {112, "112 дней"}};
    sx_language russian;
    g_assert_true(sx_language_find("ru", &russian));
    if (strcmp(sx_word_text(russian, SX_LABEL_UNITS_UNDER_MILLISECOND),
               sx_word_text(SX_ENGLISH, SX_LABEL_UNITS_UNDER_MILLISECOND)) == 0) {
        g_test_skip("ru has no units yet");
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(days); i++) {
        GString *text = g_string_new(NULL);
        sx_label_units_days(russian, text, days[i].number);
        g_assert_cmpstr(text->str, ==, days[i].text);
        g_string_free(text, TRUE);
    }
}

static void english_sentences_have_english_words(void) {
    sx_language german;
    g_assert_true(sx_language_from_name("de", &german));
    const sx_arg party = {SX_ARG_WORD, {.number = SX_LABEL_PARTIES_CALLEE}};
    GString *out = g_string_new(NULL);
    g_assert_cmpstr(sx_word_text(german, SX_LABEL_PARTIES_CALLEE), !=, "callee");
    sx_word_format(german, out, sx_evidence_entries[SX_EV_DETAIL_ANSWERED_SUCCESS].template, &party,
                   1);
    g_assert_true(g_str_has_prefix(out->str, "Answered by: callee, or a PBX"));
    g_string_free(out, TRUE);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/languages/locales", names_of_locales);
    g_test_add_func("/languages/environments", environments);
    g_test_add_func("/languages/right-to-left", only_arabic_runs_from_right_to_left);
    g_test_add_func("/languages/titles", titles_are_short);
    g_test_add_func("/languages/english-sentences", english_sentences_have_english_words);
    g_test_add_func("/languages/russian", russian_words_go_with_the_number);
    return g_test_run();
}
