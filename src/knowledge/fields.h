/* SPDX-License-Identifier: GPL-2.0-or-later
 * The fields sipexplain.*, all of them: names that users type. Made from en/fields.csv.
 */
#ifndef SX_FIELDS_H
#define SX_FIELDS_H

#include "knowledge/words.h"
#include "knowledge_ids.h"

/** What a field holds. */
typedef enum {
    SX_HOLDS_TEXT,
    SX_HOLDS_NUMBER,
    SX_HOLDS_CODE,    /* a status code */
    SX_HOLDS_SECONDS, /* a time, in microseconds */
    SX_HOLDS_FRAME,   /* the number of a frame ... */
    SX_HOLDS_REQUEST_FRAME,
    SX_HOLDS_RESPONSE_FRAME,
    SX_HOLDS_ORIGINAL_FRAME, /* ... of the original of a copy */
    SX_HOLDS_GROUP,          /* nothing: it stands above others, or goes on with a text */
} sx_field_type;

/** What there is to know of a field to register it. The strings live as long as the program. */
typedef struct {
    const char *name; /* below "sipexplain."; NULL: SX_FIELD_NONE */
    sx_field_type type;
    const char *title, *description;
} sx_field_info;

/** A field by its number, an sx_field below SX_N_FIELDS. */
sx_field_info sx_field_info_of(sx_language language, guint field);

/** What a field holds. */
sx_field_type sx_field_type_of(guint field);

/* Made by kb.py. */
typedef struct {
    guint16 name; /* sx_fact() */
    guint8 type;  /* sx_field_type */
    sx_word title, description;
} sx_field_entry;
extern const sx_field_entry sx_field_entries[];

#endif
