/* SPDX-License-Identifier: GPL-2.0-or-later
 * Reports of a capture: its calls, its messages, a summary. Collected while the messages pass, in one pass, without a
 * tree; written as text, CSV or JSON at the end, or shown in a window row by row.
 */
#ifndef SX_REPORT_H
#define SX_REPORT_H

#include "report/table.h"
#include "report/unseen.h"
#include "wire/message.h"
#include "wire/packet.h"

typedef struct sx_explainer sx_explainer;

typedef enum {
    SX_REPORT_CALLS,    /* a row for each call, registration, subscription and lone request */
    SX_REPORT_MESSAGES, /* a row for each message with an explanation */
    SX_REPORT_SUMMARY,  /* how often: each verdict, diagnosis, code, method and peer */
    SX_REPORT_FINDINGS, /* a row for each kind of failure, anomaly or violation, worst first */
    SX_REPORT_LADDER,   /* a row for each message of what failed, to be drawn; has no window */
    SX_N_REPORTS
} sx_report_kind;

/** The name of a report, as users type it. */
const char *sx_report_name(sx_report_kind kind);

/** The columns of a report. @param n set to how many there are */
const sx_column *sx_report_columns(sx_report_kind kind, guint *n);

typedef struct sx_report sx_report;

/**
 * A new, empty report; free it with sx_report_free().
 * @param language of titles and texts; words that users filter by are English
 */
sx_report *sx_report_new(sx_report_kind kind, sx_language language);

/** Frees a report; NULL does nothing. */
void sx_report_free(sx_report *report);

/**
 * Takes a message in, after it was fed to the explainer; in the order of frames.
 * @param ordinal which message of its frame it is, from 0
 */
void sx_report_add(sx_report *report, sx_explainer *explainer, const sx_message *message,
                   const sx_packet *packet, guint ordinal);

/** Takes in a frame in which no SIP was found; only the summary tells of it. */
void sx_report_add_unseen(sx_report *report, sx_unseen unseen, const sx_unseen_at *at);

/** Writes the report of the messages that were taken in. @param explainer may be NULL if there were none */
void sx_report_write(sx_report *report, sx_explainer *explainer, sx_format format, sx_sink sink,
                     void *user);

/** Gives the rows that are new or have changed since the last call to a window. */
void sx_report_show_changes(sx_report *report, sx_explainer *explainer, sx_cell_sink cells,
                            void *user);

#endif
