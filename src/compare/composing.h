/* SPDX-License-Identifier: GPL-2.0-or-later
 * A comparison while it is composed; for the files of this folder only.
 */
#ifndef SX_COMPOSING_H
#define SX_COMPOSING_H

#include "knowledge/comparisons.h"
#include "knowledge/knowledge.h"

/** One of the two codes, and what is known of it. */
typedef struct {
    guint code;
    const sx_code_entry *entry;
    const sx_code_facts *facts;
} sx_compared_code;

/** The two, the lower one first, and the language. */
typedef struct {
    sx_compared_code low, high;
    sx_language language;
} sx_composing;

sx_composing sx_composing_of(guint low, guint high, sx_language language);

/** A text in the language of the reader. */
static inline const char *sx_compose_word(const sx_composing *c, sx_word word) {
    return sx_word_text(c->language, word);
}

/** The parts, each to be freed by the caller. */
char *sx_compose_difference(const sx_composing *c);
char **sx_compose_key_differences(const sx_composing *c);
char **sx_compose_uses(const sx_composing *c);
char **sx_compose_elsewhere(const sx_composing *c);

#endif
