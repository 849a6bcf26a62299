/* SPDX-License-Identifier: GPL-2.0-or-later
 * Writes rows: cuts them to the width of the view, keeps their strings, and knows what was said already.
 */
#ifndef SX_EXPLANATION_WRITER_H
#define SX_EXPLANATION_WRITER_H

#include "diagnose/findings.h"
#include "explanation/explanation.h"

/** The rows of one explanation while they are written. */
typedef struct {
    const sx_view *view;
    GArray *rows;          /* sx_row */
    GArray *notices;       /* sx_notice */
    GStringChunk *strings; /* of all rows */
    GArray *words; /* guint32: hashes of the words of the rows in view, one row behind the other */
    GArray *ends;  /* guint: where the words of each of these rows end */
    guint depth;   /* of the next row */
    gboolean hidden; /* all rows are for filters and exports only */
} sx_writer;

void sx_writer_init(sx_writer *writer, const sx_view *view);

/** Keeps a string that was made with g_malloc(), and frees it. */
const char *sx_writer_keep(sx_writer *writer, char *text);

/** A text in a field, with a label before it; hidden: for filters and exports only. Label may be NULL. Index of the row. */
guint sx_writer_text(sx_writer *writer, sx_field field, const char *label, const char *text);
/** The same, but the row shows other words than the field has. */
guint sx_writer_text_as(sx_writer *writer, sx_field field, const char *label, const char *shown,
                        const char *value);
/** A frame, or another number, whose row shows a sentence. */
guint sx_writer_number_as(sx_writer *writer, sx_field field, const char *label, const char *shown,
                          guint64 number);
/** A row above others. */
guint sx_writer_group(sx_writer *writer, sx_field field, const char *label);

/** Values for filters and exports only; nothing for a number of 0, a text of NULL. */
void sx_writer_hide_text(sx_writer *writer, guint field, const char *value);
void sx_writer_hide_number(sx_writer *writer, guint field, guint64 number);
/** The same, 0 as well. */
void sx_writer_hide_value(sx_writer *writer, guint field, guint64 number);
/** The same for a time, SX_NO_TIME for none. */
void sx_writer_hide_time(sx_writer *writer, sx_field field, gint64 microseconds);

/** Folds what stands below a row. */
void sx_writer_fold(sx_writer *writer, guint index);

/** A frame below a row: in view where nodes can be folded, else hidden. */
void sx_writer_further_frame(sx_writer *writer, sx_field field, guint32 frame);

/** Takes a row, and the lines that go on with it, out of view. */
void sx_writer_hide_row(sx_writer *writer, guint index);

/** Takes a text for said that is no row. */
void sx_writer_note_said(sx_writer *writer, const char *text);

/**
 * Whether a row in view has most of the words of this text.
 * @param values each number, address, header and name in quotes of the text has to be in view as well
 */
gboolean sx_writer_has_said(const sx_writer *writer, const char *text, gboolean values);

#endif
