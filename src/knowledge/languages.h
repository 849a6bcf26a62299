/* SPDX-License-Identifier: GPL-2.0-or-later
 * What kb.py makes of the words of each language, and the rules of their plurals.
 */
#ifndef SX_LANGUAGES_H
#define SX_LANGUAGES_H

#include "knowledge/words.h"

/** Which of the forms of a word goes with a number, from 0 on; one function for each rule named in languages.csv. */
typedef guint (*sx_plural)(guint64 number);

guint sx_plural_one(guint64 number);         /* 1 or not: English, German, Spanish */
guint sx_plural_zero_or_one(guint64 number); /* up to 1 or not: French, Portuguese, Hindi */
guint sx_plural_none(guint64 number);        /* one form: Chinese, Japanese, Vietnamese */
guint sx_plural_east_slavic(guint64 number); /* 1 21 31, 2 to 4 22, others: Russian */
guint sx_plural_arabic(guint64 number);      /* 0, 1, 2, 3 to 10, 11 to 99, others */

/** The texts of a language: one pool, and where each text begins in it; 0 where it is not translated. */
typedef struct {
    const char *code;
    const char *name;
    sx_plural plural;
    guint8 n_forms;
    gboolean complete;
    const char *pool;
    const guint32 *offsets; /* sx_n_words */
} sx_language_entry;
extern const sx_language_entry sx_languages[]; /* English first */
extern const guint sx_n_language_entries;
extern const guint sx_n_words;

#endif
