/* SPDX-License-Identifier: GPL-2.0-or-later
 * Tests of the table of codes and of its lookup, against the list in tests/data.
 */
#include "knowledge/knowledge.h"

#include <string.h>

#ifndef SX_SOURCE_DIR
#define SX_SOURCE_DIR "."
#endif

static void assert_class(guint code, guint index) {
    g_assert_true(sx_knowledge_code(code) == &sx_class_entries[index]);
}

static gboolean is_known(guint code) {
    return sx_knowledge_code(code)->code == code;
}

static void codes_ascend(void) {
    g_assert_cmpuint(sx_n_code_entries, >, 0);
    for (guint i = 1; i < sx_n_code_entries; i++) {
        g_assert_cmpuint(sx_code_entries[i - 1].code, <, sx_code_entries[i].code);
    }
}

/* The second column of a CSV row; quotes around it are taken off (no name holds a quote). */
static char *name_of_row(const char *row) {
    const char *start = strchr(row, ',') + 1;
    const char *end = strrchr(row, ',');
    if (*start == '"') {
        start++;
        end--;
    }
    return g_strndup(start, (gsize)(end - start));
}

static void every_code_of_the_list_has_its_name(void) {
    const char *root = g_getenv("SX_SOURCE_DIR");
    char *path = g_build_filename(root ? root : SX_SOURCE_DIR, "tests", "data",
                                  "sip-response-codes.csv", NULL);
    char *content = NULL;
    GError *error = NULL;
    g_file_get_contents(path, &content, NULL, &error);
    g_assert_no_error(error);
    char **rows = g_strsplit(content, "\n", -1);
    guint n_codes = 0;
    for (char **row = rows + 1; *row && **row; row++) {
        guint code = (guint)g_ascii_strtoull(*row, NULL, 10);
        char *name = name_of_row(g_strchomp(*row));
        g_assert_cmpuint(sx_knowledge_code(code)->code, ==, code);
        g_assert_cmpstr(sx_knowledge_registered_name(sx_knowledge_code(code)), ==, name);
        g_free(name);
        n_codes++;
    }
    g_assert_cmpuint(n_codes, ==, sx_n_code_entries);
    g_strfreev(rows);
    g_free(content);
    g_free(path);
}

static void unknown_code_gives_its_class(void) {
    assert_class(150, 1);
    assert_class(299, 2);
    assert_class(399, 3);
    assert_class(499, 4);
    assert_class(599, 5);
    assert_class(699, 6);
    g_assert_cmpint(sx_knowledge_code(499)->status, ==, SX_CODE_CLASS);
    g_assert_cmpuint(sx_knowledge_code(499)->code, ==, 0);
}

static void unknown_1xx_is_explained_as_183(void) {
    sx_text text = sx_knowledge_text(sx_knowledge_code(150), "INVITE");
    g_assert_nonnull(strstr(sx_word_text(SX_ENGLISH, text.meaning), "183"));
}

static void number_outside_100_to_699_is_invalid(void) {
    static const guint codes[] = {0, 1, 99, 700, 999, 65536 + 486, G_MAXUINT};
    for (gsize i = 0; i < G_N_ELEMENTS(codes); i++)
        assert_class(codes[i], 0);
}

static gboolean same_list(sx_bullets a, sx_bullets b) {
    return a.first == b.first && a.count == b.count;
}

static void method_falls_back_section_by_section(void) {
    const sx_code_entry *entry = sx_knowledge_code(401);
    sx_text general = sx_knowledge_text(entry, NULL);
    sx_text text = sx_knowledge_text(entry, "REGISTER");
    g_assert_cmpuint(text.headline, !=, general.headline);
    g_assert_cmpuint(text.when, !=, general.when);
    g_assert_cmpuint(text.meaning, ==, general.meaning);
    g_assert_true(same_list(text.causes, general.causes));
    g_assert_true(same_list(text.fixes, general.fixes));
}

static void other_methods_give_the_general_text(void) {
    static const char *const methods[] = {"FOO", "", " ", "INVIT", "NVITE", "INVITES", "invite"};
    const sx_code_entry *entry = sx_knowledge_code(401);
    sx_text general = sx_knowledge_text(entry, NULL);
    g_assert_cmpuint(sx_knowledge_text(entry, "INVITE").headline, !=, general.headline);
    for (gsize i = 0; i < G_N_ELEMENTS(methods); i++) {
        sx_text text = sx_knowledge_text(entry, methods[i]);
        g_assert_cmpuint(text.headline, ==, general.headline);
        g_assert_true(same_list(text.causes, general.causes));
    }
}

static void assert_complete(const sx_code_entry *entry) {
    g_assert_cmpuint(entry->n_texts, >, 0);
    sx_text text = sx_knowledge_text(entry, NULL);
    g_assert_true(text.headline != 0 && text.meaning != 0 && text.when != 0);
    g_assert_true(text.causes.count > 0 && text.fixes.count > 0);
    g_assert_cmpuint(sx_method_texts[entry->first_text].methods, ==, 0);
    for (guint i = 1; i < entry->n_texts; i++)
        g_assert_cmpuint(sx_method_texts[entry->first_text + i].methods, !=, 0);
    g_assert_cmpuint(entry->related[0], !=, 0);
    for (const guint16 *related = entry->related; *related; related++) {
        g_assert_true(is_known(*related));
        g_assert_cmpuint(*related, !=, entry->code);
    }
}

static void entries_are_complete_and_related_codes_known(void) {
    for (guint i = 0; i < sx_n_code_entries; i++)
        assert_complete(&sx_code_entries[i]);
    for (guint i = 0; i < 7; i++) {
        assert_complete(&sx_class_entries[i]);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/knowledge/codes-ascend", codes_ascend);
    g_test_add_func("/knowledge/list", every_code_of_the_list_has_its_name);
    g_test_add_func("/knowledge/class", unknown_code_gives_its_class);
    g_test_add_func("/knowledge/unknown-1xx", unknown_1xx_is_explained_as_183);
    g_test_add_func("/knowledge/invalid", number_outside_100_to_699_is_invalid);
    g_test_add_func("/knowledge/fallback", method_falls_back_section_by_section);
    g_test_add_func("/knowledge/other-methods", other_methods_give_the_general_text);
    g_test_add_func("/knowledge/complete", entries_are_complete_and_related_codes_known);
    return g_test_run();
}
