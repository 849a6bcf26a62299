/* SPDX-License-Identifier: GPL-2.0-or-later
 * The words: what each status code means, compiled from the Markdown files of this folder by kb.py.
 */
#ifndef SX_KNOWLEDGE_H
#define SX_KNOWLEDGE_H

#include <glib.h>

#include "knowledge/verdict.h"

typedef enum {
    SX_CODE_REGISTERED, /* in the IANA registry */
    SX_CODE_RFC2543,    /* in RFC 2543, dropped by RFC 3261 */
    SX_CODE_FIELD,      /* seen on the wire, never registered */
    SX_CODE_CLASS       /* nobody knows this number: the entry explains its class */
} sx_code_status;

/** The prose of one code for one method; a field that is NULL was not written for that method. */
typedef struct {
    const char
        *methods; /* methods it is for, each with a space on both sides; NULL in the general text */
    const char *headline;
    const char *meaning;
    const char *when;
    const char *const *causes; /* ends with NULL, most likely first */
    const char *const *fixes;  /* ends with NULL */
} sx_text;

/** All that is known of one code, or of a class of codes. */
typedef struct {
    guint16 code; /* 0 in the entries of classes */
    const char *name;
    const char *reference;
    const guint16 *related; /* ends with 0 */
    sx_code_status status;
    sx_verdict verdict;
    const sx_text *texts; /* texts[0] is the general one, those by method follow */
    guint8 n_texts;
} sx_code_entry;

/**
 * The entry of a code. Never NULL: a code without an entry of its own gets that of its class (RFC 3261
 * section 8.1.3.2; status SX_CODE_CLASS), a number outside 100 to 699 the entry "invalid".
 * @param code status code as on the wire
 */
const sx_code_entry *sx_knowledge_code(guint code);

/**
 * The prose of an entry for a method, section by section, with the general text where nothing was written for it.
 * @param entry from sx_knowledge_code()
 * @param method CSeq method in upper case, or NULL for the general text
 * @return by value; no field is NULL but methods; the strings are constant
 */
sx_text sx_knowledge_text(const sx_code_entry *entry, const char *method);

/* Made by kb.py: the entries of the codes in ascending order, and those of the classes: [0] invalid, [1] to [6]. */
extern const sx_code_entry sx_code_entries[];
extern const guint sx_n_code_entries;
extern const sx_code_entry sx_class_entries[7];

#endif
