/* SPDX-License-Identifier: GPL-2.0-or-later
 * What comparisons of two codes are made of: those written by hand (en/compare), and the facts and words that the
 * others are composed from (code-facts.csv, en/compare/_composed.md). All of it is made by kb.py.
 */
#ifndef SX_COMPARISONS_H
#define SX_COMPARISONS_H

#include "knowledge/bullets.h"

/** A comparison written by hand. */
typedef struct {
    guint16 low, high;
    sx_word difference, reference;
    sx_bullets key_differences, uses, elsewhere; /* none of them has conditions */
} sx_comparison_entry;
extern const sx_comparison_entry sx_comparison_entries[]; /* ascending by low, then high */
extern const guint sx_n_comparison_entries;

/** What is typical of a code, or of the codes of a class that nobody registered. */
typedef struct {
    guint16 code;   /* 0 in the entries of classes */
    sx_word sender; /* 0: any server or device */
    sx_word retry, next;
    sx_word ends;      /* 0: it never answers a request in a dialog */
    sx_word use;       /* 0 in the entries of classes */
    sx_word methods;   /* a word for those that it answers; 0: they are named */
    guint16 named;     /* sx_fact(): names of methods with a blank between */
    guint16 headers;   /* sx_fact(): names with a blank between */
    guint16 condition; /* sx_fact(): of XMPP; 0: none */
    guint8 in_http;    /* gboolean: it means the same there */
    guint8 cause;      /* of Q.850; 0: none */
} sx_code_facts;
extern const sx_code_facts sx_code_facts_entries[]; /* ascending */
extern const guint sx_n_code_facts_entries;
extern const sx_code_facts sx_class_facts[]; /* [1] to [6] */

/** Sentences on two classes, the lower one first: sx_word_format() with the lower and the higher code. */
extern const sx_word sx_composed_pairs[7][7];
/** What a code of a class is, such as "a success (2xx)". */
extern const sx_word sx_composed_kinds[7];
/** Of all that is composed. */
extern const sx_word sx_composed_reference;

#endif
