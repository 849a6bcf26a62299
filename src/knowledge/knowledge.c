/* SPDX-License-Identifier: GPL-2.0-or-later
 * Finds the entry of a status code and its prose for a method.
 */
#include "knowledge/knowledge.h"

#include <stdlib.h>
#include <string.h>

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

/* Is the method one of the words in a list that has a space on both sides of each word? */
static gboolean lists_method(const char *methods, const char *method) {
    size_t length = strlen(method);
    if (length == 0)
        return FALSE;
    for (const char *at = methods; (at = strstr(at, method)) != NULL; at++) {
        if (at > methods && at[-1] == ' ' && at[length] == ' ')
            return TRUE;
    }
    return FALSE;
}

sx_text sx_knowledge_text(const sx_code_entry *entry, const char *method) {
    sx_text text = entry->texts[0];
    if (!method)
        return text;
    for (guint i = 1; i < entry->n_texts; i++) {
        const sx_text *special = &entry->texts[i];
        if (!lists_method(special->methods, method))
            continue;
        text.methods = special->methods;
        if (special->headline)
            text.headline = special->headline;
        if (special->meaning)
            text.meaning = special->meaning;
        if (special->when)
            text.when = special->when;
        if (special->causes)
            text.causes = special->causes;
        if (special->fixes)
            text.fixes = special->fixes;
    }
    return text;
}
