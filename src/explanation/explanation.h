/* SPDX-License-Identifier: GPL-2.0-or-later
 * What is shown about one message: title, headline, verdict, severity and rows, in order. It decides everything about
 * what is shown, what is left out and how texts are cut into rows; whoever prints it runs through the rows.
 */
#ifndef SX_EXPLANATION_H
#define SX_EXPLANATION_H

#include "diagnose/annotation.h"
#include "explanation/notes.h"
#include "knowledge/diagnosis.h"
#include "knowledge/fields.h"

/** When the general words about a code stand in view. The fields have them in every case. */
typedef enum {
    SX_LONG_TEXTS_AUTO, /* in a window folded; elsewhere where no diagnosis says more */
    SX_LONG_TEXTS_ALWAYS,
    SX_LONG_TEXTS_NEVER,
} sx_long_texts;

/** Who looks. */
typedef struct {
    gboolean in_window; /* nodes can be folded and unfolded */
    guint
        columns; /* characters that a row may be wide, indentation by 4 a level included; at least 40 */
    sx_long_texts long_texts;
    gboolean no_provisional; /* nothing is said about 100 to 199 */
    gboolean complete;       /* the whole capture was fed: what came of it can be told */
    sx_language language;    /* of labels and texts; values that users filter by are English */
    const sx_notes *notes;   /* the user's own; NULL: none */
} sx_view;

/** One row. The rows below it have a larger depth and follow it. */
typedef struct {
    guint16 field;     /* sx_field */
    guint8 depth;      /* 0: right below the title */
    guint8 hidden;     /* gboolean: for filters and exports only */
    guint8 folded;     /* gboolean: in a window the rows below it are out of sight at first */
    const char *label; /* "Verdict"; NULL: the text alone */
    const char *text;  /* as it is shown; NULL: as the field shows its value */
    union {
        const char *text;
        guint64 number; /* also a frame, a code; a time in microseconds */
    } value;
} sx_row;

#define SX_NO_ROW G_MAXUINT

/** A diagnosis that is worth a notice of its own, as an expert item of Wireshark. */
typedef struct {
    guint8 diagnosis; /* sx_diagnosis_id; SX_DIAG_NONE: a note of the user */
    guint8 severity;  /* sx_severity */
    guint row;        /* index of the row it stands in; SX_NO_ROW: the title */
} sx_notice;

/** All of it. Strings are valid UTF-8 without control characters, and live as long as the explanation. */
typedef struct {
    const char *title;    /* "401 Unauthorized", "BYE" */
    const char *headline; /* whole */
    const char *heading;  /* title and headline, cut to what a label holds */
    sx_verdict verdict;
    sx_severity severity;
    guint
        diagnosis; /* sx_diagnosis_id that the headline is from; SX_DIAG_NONE: from the code, or there is none */
    const sx_row *rows;
    guint n_rows;
    const sx_notice *notices;
    guint n_notices;
} sx_explanation;

/** Frees an explanation with all its strings; NULL does nothing. */
void sx_explanation_free(sx_explanation *explanation);

/** Whether a row is a group, a frame ...: the type of its field. */
static inline sx_field_type sx_row_type(const sx_row *row) {
    return sx_field_type_of(row->field);
}

#endif
