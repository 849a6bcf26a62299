/* SPDX-License-Identifier: GPL-2.0-or-later
 * Finds the entry of a diagnosis and fills the templates of its evidence.
 */
#include "knowledge/diagnosis.h"

#include "knowledge/facts.h"

const sx_diagnosis_entry *sx_knowledge_diagnosis(guint diagnosis) {
    return &sx_diagnosis_entries[diagnosis];
}

const char *sx_diagnosis_id_of(guint diagnosis) {
    guint16 id = sx_diagnosis_entries[diagnosis].id;
    return id != 0 ? sx_fact(id) : NULL;
}

gboolean sx_knowledge_evidence_is_headline(guint evidence) {
    return evidence < sx_n_evidence_entries && sx_evidence_entries[evidence].is_headline;
}

guint sx_knowledge_evidence_field(guint evidence, guint argument) {
    return evidence < sx_n_evidence_entries && argument < SX_MAX_ARGS
               ? sx_evidence_entries[evidence].fields[argument]
               : 0;
}

gboolean sx_knowledge_evidence_marks(guint evidence) {
    return evidence < sx_n_evidence_entries && sx_evidence_entries[evidence].marks;
}

char *sx_knowledge_evidence_text(sx_language language, guint evidence, const sx_arg *args,
                                 guint n_args) {
    GString *text = g_string_new(NULL);
    if (evidence < sx_n_evidence_entries)
        sx_word_format(language, text, sx_evidence_entries[evidence].template, args, n_args);
    return g_string_free(text, FALSE);
}

gboolean sx_diagnosis_is_of_missing_header(const sx_diagnosis_entry *entry) {
    return g_str_has_prefix(sx_fact(entry->id), "header.missing-");
}
