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
    g_test_add_func("/diagnosis-text/no-argument", placeholder_without_argument_is_left_out);
    return g_test_run();
}
