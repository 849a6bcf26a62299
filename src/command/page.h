/* SPDX-License-Identifier: GPL-2.0-or-later
 * A page of words: a code, a diagnosis, a comparison, a cause ... as blocks, whatever it is written as.
 */
#ifndef SX_COMMAND_PAGE_H
#define SX_COMMAND_PAGE_H

#include "knowledge/words.h"

typedef enum {
    SX_BLOCK_TEXT,  /* a paragraph */
    SX_BLOCK_LIST,  /* bullets, in no order */
    SX_BLOCK_STEPS, /* numbered, most likely or most useful first */
    SX_BLOCK_FACTS, /* label and value, a line each */
    SX_BLOCK_LINKS, /* other pages, on one line where there is room */
    SX_BLOCK_PART, /* a title above the blocks that follow, up to the next one or sx_page_end_part() */
} sx_block_kind;

/** One line of a list. */
typedef struct {
    const char *key; /* stable English name of a fact, for JSON; NULL: the label is one */
    char *label;     /* of a fact; of a link the id of the other page; else NULL */
    char *text;
    const char *name; /* stable English name of the text, for JSON; NULL: the text itself */
} sx_item;

/** One block. */
typedef struct {
    sx_block_kind kind;
    const char *key;        /* stable English name, for JSON and HTML */
    const char *labels_are; /* the same for labels that have no key: "id", "aspect" */
    char *title;            /* NULL: none */
    GPtrArray *items;       /* sx_item; a paragraph and a part have one or none */
    gboolean in_part;       /* it stands below a SX_BLOCK_PART */
    gboolean is_prose;      /* its texts are in English where the language has labels only */
} sx_block;

/** A page. */
typedef struct {
    sx_language language;
    char *id; /* "401", "200-401", "auth.loop", "q850-17" */
    const char
        *kind; /* "code", "class", "diagnosis", "comparison", "cause", "vendor", "list", "search" */
    char *title;
    char *summary;     /* one line below the title; NULL */
    GPtrArray *blocks; /* sx_block */
    gboolean
        has_labels; /* HTML: its labels have a class, so that a script can put others in their place */
    gboolean in_part; /* where the next block stands */
    gboolean
        is_unknown; /* what it was asked about is unknown: it tells of the class, or of nothing */
} sx_page;

/** A new page without blocks; free it with sx_page_free(). Takes the strings. */
sx_page *sx_page_new(sx_language language, const char *kind, char *id, char *title, char *summary);
void sx_page_free(sx_page *page);

/** Adds a block; `title` is copied. */
sx_block *sx_page_add(sx_page *page, sx_block_kind kind, const char *key, const char *title);

/** From here on blocks stand below no part. */
void sx_page_end_part(sx_page *page);

/** Adds an item to a block; the strings are copied, label may be NULL. */
void sx_block_item(sx_block *block, const char *label, const char *text);

/** The same for a fact that has a stable name. @param key constant @return the item, until another one is added */
sx_item *sx_block_fact(sx_block *block, const char *key, const char *label, const char *text);

/** The page of a status code, whatever number it is, for a method or, with NULL, in general. */
sx_page *sx_page_of_code(sx_language language, guint code, const char *method);

/** The page of two codes that can be compared, see sx_compare(). */
sx_page *sx_page_of_comparison(sx_language language, guint one, guint other);

/** The page of a diagnosis. @param diagnosis an sx_diagnosis_id that is in use */
sx_page *sx_page_of_diagnosis(sx_language language, guint diagnosis);

/** The page of a Q.850 cause; NULL if the number is none. */
sx_page *sx_page_of_q850(sx_language language, guint cause);

/** The page of a vendor, by its place among sx_vendors. */
sx_page *sx_page_of_vendor(sx_language language, guint vendor);

/** All codes, comparisons written by hand, diagnoses, causes and vendors, a line each. */
sx_page *sx_page_of_everything(sx_language language);

/** Pages that have every word of a text, the best first. */
sx_page *sx_page_of_search(sx_language language, const char *text);

/** Writes the ids of all pages to standard output, a line each, with a tab and the headline behind them. */
void sx_print_ids(sx_language language);

/** How many vendors there are. */
guint sx_n_vendors(void);

#endif
