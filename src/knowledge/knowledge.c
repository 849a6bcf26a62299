/* SPDX-License-Identifier: GPL-2.0-or-later
 * Finds the entry of a status code and its prose for a method.
 */
#include "knowledge/knowledge.h"

#include <stdlib.h>
#include <string.h>

#include "wire/method.h"

static int compare_code(const void *key, const void *element) {
    guint code = *(const guint *)key;
    guint other = ((const sx_code_entry *)element)->code;
    return (code > other) - (code < other);
}

const sx_code_entry *sx_knowledge_code(guint code) {
    static const sx_code_entry *known[700]; /* looked up before */
    gboolean valid = code >= 100 && code < 700;
    if (valid && known[code] != NULL)
        return known[code];
    const sx_code_entry *entry =
        bsearch(&code, sx_code_entries, sx_n_code_entries, sizeof *sx_code_entries, compare_code);
    if (entry == NULL)
        entry = &sx_class_entries[valid ? code / 100 : 0];
    if (valid)
        known[code] = entry;
    return entry;
}

sx_text sx_knowledge_text(const sx_code_entry *entry, const char *method) {
    const sx_method_text *texts = &sx_method_texts[entry->first_text];
    sx_text text = texts[0].text;
    sx_method known =
        method != NULL ? sx_method_lookup((sx_slice){method, strlen(method)}) : SX_METHOD_OTHER;
    for (guint i = 1; i < entry->n_texts && known != SX_METHOD_OTHER; i++) {
        const sx_text *special = &texts[i].text;
        if (texts[i].methods != 1u << known)
            continue;
        if (special->headline != 0) {
            text.headline = special->headline;
            text.headline_cases = special->headline_cases;
        }
        if (special->meaning != 0)
            text.meaning = special->meaning;
        if (special->when != 0)
            text.when = special->when;
        if (special->must_follow != 0 || special->must_follow_cases.count != 0) {
            text.must_follow = special->must_follow;
            text.must_follow_cases = special->must_follow_cases;
        }
        if (special->causes.count != 0)
            text.causes = special->causes;
        if (special->fixes.count != 0)
            text.fixes = special->fixes;
    }
    return text;
}

const char *sx_knowledge_registered_name(const sx_code_entry *entry) {
    return sx_word_text(SX_ENGLISH, entry->name);
}
