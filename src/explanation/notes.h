/* SPDX-License-Identifier: GPL-2.0-or-later
 * The user's own notes: which messages each of them is for, and what it says.
 */
#ifndef SX_NOTES_H
#define SX_NOTES_H

#include "knowledge/diagnosis.h"
#include "wire/message.h"

/** A note. What is "" or NULL holds for every message. */
typedef struct {
    const char *codes;   /* "403", "400-499": responses with such a code */
    const char *method;  /* "INVITE": the request and its responses */
    const char *product; /* pattern of Server, else of User-Agent */
    const char *phrase;  /* pattern of the reason phrase */
    const char *text;    /* never empty */
    gint severity;       /* sx_severity at least; SX_NOTE_NO_SEVERITY: that of the message */
} sx_note;

#define SX_NOTE_NO_SEVERITY (-1)
#define SX_MAX_NOTES 4 /* for one message, in the order of the table */

typedef struct sx_notes sx_notes;

/** An empty table; free it with sx_notes_free(). */
sx_notes *sx_notes_new(void);
void sx_notes_free(sx_notes *notes);

/**
 * Adds a note. A pattern is a text that may stand anywhere, ASCII case ignored; "*" stands for anything between.
 * @param note is copied
 * @return NULL; or what is wrong with it, to be freed with g_free(): then it is not added
 */
char *sx_notes_add(sx_notes *notes, const sx_note *note, sx_language language);

/**
 * The notes for a message. Linear in the table and in the first 200 bytes of what is compared.
 * @param notes NULL: there are none
 * @param found set to the first ones; they live as long as the table
 * @return how many
 */
guint sx_notes_find(const sx_notes *notes, const sx_message *message,
                    const sx_note *found[SX_MAX_NOTES]);

#endif
