/* SPDX-License-Identifier: GPL-2.0-or-later
 * SIP Explain: feed it the messages of one capture file, in order, and ask what there is to say about each of them.
 * The one header for whoever stands outside the engine.
 */
#ifndef SX_SIPEXPLAIN_H
#define SX_SIPEXPLAIN_H

#include "explanation/explanation.h"
#include "report/filter.h"
#include "report/report.h"
#include "wire/message.h"
#include "wire/packet.h"

/** All that is remembered of one capture file. */
typedef struct sx_explainer sx_explainer;

/**
 * A new explainer; free it with sx_explainer_free().
 * @param diagnose whether to remember the conversation and find out what happened; else each message is explained
 *        by itself, at less cost
 */
sx_explainer *sx_explainer_new(gboolean diagnose);

/** Frees the explainer and every annotation it made; NULL does nothing. */
void sx_explainer_free(sx_explainer *explainer);

/* ---- feeding ---- */

/** Whether the messages of this frame were fed, or could not be because a later frame came first. */
gboolean sx_explainer_is_past(const sx_explainer *explainer, guint32 frame);

/** Notes that all messages of a frame were fed; from then on sx_explainer_is_past() is true for it. */
void sx_explainer_close_frame(sx_explainer *explainer, guint32 frame);

/**
 * Forgets what was said about a frame: another frame has taken its number, as happens in the first pass of tshark -2
 * when a read filter drops frames. From then on each message is explained by itself: what was learned refers to frames
 * by numbers that are no longer theirs. Only for the frame fed last.
 */
void sx_explainer_retract_frame(sx_explainer *explainer, guint32 frame);

/** Whether this is the frame that was fed last. */
gboolean sx_explainer_is_last(const sx_explainer *explainer, guint32 frame);

/**
 * Feeds one message, in the order of frames and of the messages inside a frame, and keeps what there is to say.
 * @param message read by sx_message_read(); not referenced after the call
 */
void sx_explainer_feed(sx_explainer *explainer, const sx_message *message, const sx_packet *packet);

/* ---- asking ---- */

/**
 * Makes the explanation of a message.
 * @param ordinal which message of its frame it is, from 0
 * @return to be freed with sx_explanation_free(); NULL: there is nothing to say
 */
sx_explanation *sx_explain(sx_explainer *explainer, const sx_message *message,
                           const sx_packet *packet, guint ordinal, const sx_view *view);

/** The highest severity among the messages of the frame that was fed last; cheap, no explanation is made. */
sx_severity sx_explainer_severity(const sx_explainer *explainer);

/* ---- notices ---- */

/** How many numbers of diagnoses there are, SX_DIAG_NONE included; some may be unused. */
guint sx_n_diagnoses(void);

/** The stable name of a notice: the id of its diagnosis; "note" for SX_DIAG_NONE, a note of the user; NULL: unused. */
const char *sx_notice_id_of(guint diagnosis);

/** What it says in general, in one line. */
const char *sx_notice_title_of(guint diagnosis, sx_language language);

#endif
