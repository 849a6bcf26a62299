/* SPDX-License-Identifier: GPL-2.0-or-later
 * Finds the comparison that was written by hand, or has one composed.
 */
#include "compare/compare.h"

#include <stdlib.h>

#include "compare/composing.h"

#define KEPT_PAIRS 64

static int compare_pairs(const void *key, const void *element) {
    const guint *pair = (const guint *)key;
    const sx_comparison_entry *entry = (const sx_comparison_entry *)element;
    if (pair[0] != entry->low)
        return pair[0] < entry->low ? -1 : 1;
    return pair[1] < entry->high ? -1 : pair[1] > entry->high;
}

static const sx_comparison_entry *find_written(guint one, guint other) {
    guint pair[] = {MIN(one, other), MAX(one, other)};
    return bsearch(pair, sx_comparison_entries, sx_n_comparison_entries,
                   sizeof *sx_comparison_entries, compare_pairs);
}

static char **texts_of(sx_bullets list, sx_language language) {
    char **texts = g_new0(char *, list.count + 1u);
    for (guint i = 0; i < list.count; i++)
        texts[i] = g_strdup(sx_word_text(language, sx_bullet_entries[list.first + i].text));
    return texts;
}

gboolean sx_can_compare(guint one, guint other) {
    return one != other && one >= 100 && other >= 100 && one < 700 && other < 700;
}

gboolean sx_is_compared_by_hand(guint one, guint other) {
    return find_written(one, other) != NULL;
}

gboolean sx_pair_by_hand(guint place, guint *low, guint *high) {
    if (place >= sx_n_comparison_entries)
        return FALSE;
    *low = sx_comparison_entries[place].low;
    *high = sx_comparison_entries[place].high;
    return TRUE;
}

static char **key_differences_of(guint one, guint other, sx_language language) {
    const sx_comparison_entry *written = find_written(one, other);
    if (written != NULL)
        return texts_of(written->key_differences, language);
    sx_composing c = sx_composing_of(MIN(one, other), MAX(one, other), language);
    return sx_compose_key_differences(&c);
}

char *const *sx_key_differences(guint one, guint other, sx_language language) {
    static struct {
        guint low, high;
        sx_language language;
        char **texts;
    } kept[KEPT_PAIRS];
    guint low = MIN(one, other);
    guint high = MAX(one, other);
    guint place = (low * 7 + high) % KEPT_PAIRS;
    if (kept[place].low != low || kept[place].high != high || kept[place].language != language) {
        g_strfreev(kept[place].texts);
        kept[place].low = low;
        kept[place].high = high;
        kept[place].language = language;
        kept[place].texts = key_differences_of(low, high, language);
    }
    return kept[place].texts;
}

sx_comparison *sx_compare(guint one, guint other, sx_language language) {
    if (!sx_can_compare(one, other))
        return NULL;
    sx_comparison *made = g_new0(sx_comparison, 1);
    const sx_comparison_entry *written = find_written(one, other);
    made->low = MIN(one, other);
    made->high = MAX(one, other);
    made->by_hand = written != NULL;
    if (written != NULL) {
        made->difference = g_strdup(sx_word_text(language, written->difference));
        made->key_differences = texts_of(written->key_differences, language);
        made->uses = texts_of(written->uses, language);
        made->elsewhere = texts_of(written->elsewhere, language);
        made->reference = sx_word_text(language, written->reference);
        return made;
    }
    sx_composing c = sx_composing_of(made->low, made->high, language);
    made->difference = sx_compose_difference(&c);
    made->key_differences = sx_compose_key_differences(&c);
    made->uses = sx_compose_uses(&c);
    made->elsewhere = sx_compose_elsewhere(&c);
    made->reference = sx_word_text(language, sx_composed_reference);
    return made;
}

void sx_comparison_free(sx_comparison *comparison) {
    if (comparison == NULL)
        return;
    g_free(comparison->difference);
    g_strfreev(comparison->key_differences);
    g_strfreev(comparison->uses);
    g_strfreev(comparison->elsewhere);
    g_free(comparison);
}
