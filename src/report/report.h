/* SPDX-License-Identifier: GPL-2.0-or-later
 * Reports of a capture: its calls, its messages, a summary. Collected while the messages pass, in one pass, without a tree.
 */
#ifndef SX_REPORT_H
#define SX_REPORT_H

#include "report/table.h"
#include "sipexplain.h"

typedef struct sx_report sx_report;

/**
 * A new, empty report; free it with sx_report_free().
 * @param language of titles and texts; words that users filter by are English
 * @param with_messages whether sx_report_messages() will be asked for
 */
sx_report *sx_report_new(gboolean with_messages, sx_language language);

/** Frees a report; NULL does nothing. */
void sx_report_free(sx_report *report);

/**
 * Takes a message in, after it was fed to the explainer; in the order of frames.
 * @param ordinal which message of its frame it is, from 0
 */
void sx_report_add(sx_report *report, sx_explainer *explainer, const sx_message *message,
                   const sx_packet *packet, guint ordinal);

/** Writes a line for each call, registration, subscription and lone request that a message was taken in of. */
void sx_report_calls(sx_report *report, sx_explainer *explainer, sx_format format, sx_sink sink,
                     void *user);

/** Writes a line for each message with an explanation that was taken in. */
void sx_report_messages(sx_report *report, sx_explainer *explainer, sx_format format, sx_sink sink,
                        void *user);

#endif
