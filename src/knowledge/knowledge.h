/* SPDX-License-Identifier: GPL-2.0-or-later
 * The words: what each status code means, compiled from the Markdown files of this folder by kb.py.
 */
#ifndef SX_KNOWLEDGE_H
#define SX_KNOWLEDGE_H

#include <glib.h>

#include "knowledge/bullets.h"
#include "knowledge/verdict.h"

#define SX_MAX_RELATED 6

typedef enum {
    SX_CODE_REGISTERED, /* in the IANA registry */
    SX_CODE_RFC2543,    /* in RFC 2543, dropped by RFC 3261 */
    SX_CODE_FIELD,      /* seen on the wire, never registered */
    SX_CODE_CLASS       /* nobody knows this number: the entry explains its class */
} sx_code_status;

/** The words about one code for one method, or about a diagnosis. */
typedef struct {
    sx_word headline, meaning; /* the headline is true in every case */
    sx_word when;              /* of codes: when you see it */
    sx_word must_follow;       /* what has to come next; 0: nothing, or nothing that is always so */
    sx_bullets causes, fixes;
    sx_bullets headline_cases, must_follow_cases; /* better ones for cases: sx_bullets_first() */
} sx_text;

/** All that is known of one code, or of a class of codes. */
typedef struct {
    guint16 code;   /* 0 in the entries of classes */
    guint8 status;  /* sx_code_status */
    guint8 verdict; /* sx_verdict */
    sx_word name, reference;
    guint16 related[SX_MAX_RELATED + 1]; /* ends with 0 */
    guint16 first_text; /* among sx_method_texts: the general one, then those by method */
    guint16 n_texts;
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
 * @return by value; what is 0 in the general words as well is missing
 */
sx_text sx_knowledge_text(const sx_code_entry *entry, const char *method);

/**
 * The registered name of a code, in English: what a phrase on the wire is compared with. For one that nobody registered
 * that of its class.
 */
const char *sx_knowledge_registered_name(const sx_code_entry *entry);

/* Made by kb.py: the entries of the codes in ascending order, and those of the classes: [0] invalid, [1] to [6]. */
typedef struct {
    guint32 methods; /* SX_METHOD_BIT() of the method; 0 in the general one */
    sx_text text;    /* 0 where nothing was written for the method */
} sx_method_text;
extern const sx_code_entry sx_code_entries[];
extern const guint sx_n_code_entries;
extern const sx_code_entry sx_class_entries[];
extern const sx_method_text sx_method_texts[];

#endif
