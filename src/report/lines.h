/* SPDX-License-Identifier: GPL-2.0-or-later
 * The inside of a report; for the files of this folder only.
 */
#ifndef SX_REPORT_LINES_H
#define SX_REPORT_LINES_H

#include "report/report.h"

#include "explainer.h"

/** A message that is taken in. */
typedef struct {
    sx_explainer *explainer;
    const sx_message *message;
    const sx_packet *packet;
    guint32 conversation;     /* 0: none */
    guint32 kept;             /* 1 + index of its annotation; 0: there is none */
    sx_annotation annotation; /* where there is one */
} sx_taken;

/** What differs from report to report. */
typedef struct {
    const char *name;
    const sx_column *columns;
    guint n_columns;
    gsize line_size;
    void (*take)(sx_report *report, const sx_taken *taken);
    /** Takes in a frame without SIP; NULL: it tells of messages only. */
    void (*take_unseen)(sx_report *report, sx_unseen unseen, const sx_unseen_at *at);
    /** Writes all cells of a row. */
    void (*write)(sx_report *report, sx_explainer *explainer, sx_table *table, guint row);
    /** Writes all rows; NULL: as they are. */
    void (*write_all)(sx_report *report, sx_explainer *explainer, sx_table *table);
} sx_report_form;

extern const sx_report_form sx_calls_form, sx_messages_form, sx_summary_form, sx_findings_form,
    sx_ladder_form;

struct sx_report {
    const sx_report_form *form;
    sx_language language;
    GArray *lines;    /* of the size that the form says */
    GArray *seen;     /* of the same size: what a form keeps beside its lines */
    GArray *numbers;  /* guint32: what the form keeps by conversation, or by group */
    GHashTable *rows; /* 1 + row by key; made by the form that needs it */
    sx_finding_builder *texts;
    GArray *changed; /* guint: rows since sx_report_show_changes() */
};

/** Notes that a row is new or has changed. */
void sx_report_touch(sx_report *report, guint row);

/** What is kept for a conversation or group, 0 at first. Valid until the next call. */
guint32 *sx_report_number(sx_report *report, guint32 of);

/** The text in the report's store; NULL for NULL. Frees what it is given. */
const char *sx_report_keep(sx_report *report, char *text);

/** "alice@example.com" of From or To; the number of a tel: URI; NULL: there is none that can be read. */
const char *sx_report_party(sx_report *report, const sx_message *message, sx_header_id header);

/** The first thing to do about a message; NULL: nothing. */
const char *sx_report_what_to_do(const sx_explainer *explainer, const sx_annotation *annotation,
                                 sx_language language);

#endif
