/* SPDX-License-Identifier: GPL-2.0-or-later
 * What is different between two status codes: written by hand for those that people confuse, composed from the facts
 * about the two for all others.
 */
#ifndef SX_COMPARE_H
#define SX_COMPARE_H

#include "knowledge/words.h"

/** A comparison, the lower code first. The strings are valid UTF-8. */
typedef struct {
    guint low, high;
    gboolean by_hand;
    char *difference;       /* a paragraph */
    char **key_differences; /* "Aspect: sentence"; each of these lists ends with NULL */
    char **uses;            /* when to use which */
    char **elsewhere;       /* "Protocol: sentence"; may be empty */
    const char *reference;  /* constant */
} sx_comparison;

/** Whether two numbers can be compared: different ones from 100 to 699. */
gboolean sx_can_compare(guint one, guint other);

/** Whether the comparison of these two, in any order, was written by hand. */
gboolean sx_is_compared_by_hand(guint one, guint other);

/**
 * Compares two codes in any order; one that nobody registered has what its class says (RFC 3261 section 8.1.3.2).
 * @return to be freed with sx_comparison_free(); NULL if they cannot be compared
 */
sx_comparison *sx_compare(guint one, guint other, sx_language language);

/** Frees a comparison; NULL does nothing. */
void sx_comparison_free(sx_comparison *comparison);

/**
 * Only the key differences of two codes that can be compared. The latest pairs are kept: calls meet the same ones.
 * @return a list that ends with NULL, valid until the next call
 */
char *const *sx_key_differences(guint one, guint other, sx_language language);

/** The pairs written by hand, by their place from 0 on. @return FALSE: there is none there */
gboolean sx_pair_by_hand(guint place, guint *low, guint *high);

#endif
