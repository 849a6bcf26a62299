/* SPDX-License-Identifier: GPL-2.0-or-later
 * Turns the messages of a capture into annotations, one capture file at a time.
 */
#ifndef SX_EXPLAIN_H
#define SX_EXPLAIN_H

#include "diagnose/annotation.h"
#include "diagnose/findings.h"
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

/**
 * The annotations of a frame.
 * @param count set to how many there are
 * @return the first of them, the others follow; valid until the next call or feed; NULL if there is none
 */
const sx_annotation *sx_explainer_frame(const sx_explainer *explainer, guint32 frame, guint *count);

/** Whether messages of this frame were fed in their order. */
gboolean sx_explainer_knows_frame(const sx_explainer *explainer, guint32 frame);

/** Where the findings of annotations are kept. */
const sx_finding_builder *sx_explainer_findings(const sx_explainer *explainer);

/** Which finding of an annotation its verdict comes from: its place among them, from 0. */
guint sx_explainer_deciding(const sx_explainer *explainer, const sx_annotation *annotation);

/**
 * The finding whose evidence stands for one of an annotation: its own, but the outcome of a retransmission, or of the
 * same answer one hop on, is proven by what was seen of the original.
 * @param index below annotation->n_findings
 */
const sx_finding *sx_explainer_proof(const sx_explainer *explainer, const sx_annotation *annotation,
                                     guint index);

/**
 * What came of a message, told by the messages after it: one finding, of which only the evidence counts.
 * @param annotation of the message, from sx_explainer_frame(); NULL: the first message of a frame that has none
 * @return to be freed with sx_findings_free(); NULL: nothing to say, or no later frame was fed
 */
sx_finding_builder *sx_explainer_hindsight(const sx_explainer *explainer, guint32 frame,
                                           const sx_annotation *annotation);

/** How a call ended, as far as it was fed. */
typedef struct {
    guint16 code;   /* final response to its INVITE that is no challenge; 0: none yet */
    guint8 verdict; /* sx_verdict of that response */
    guint8 n_vias;  /* of that response: the fewer, the nearer to the caller */
} sx_call_outcome;

/**
 * The outcome of the call that a message belongs to.
 * @param annotation of the message, from sx_explainer_frame(); NULL: the first message of a frame that has none
 * @return FALSE if none is known
 */
gboolean sx_explainer_call_outcome(const sx_explainer *explainer, guint32 frame,
                                   const sx_annotation *annotation, sx_call_outcome *outcome);

/**
 * What can be said of a message without knowing any other: for a frame that is met out of order.
 * @param annotation filled in; its strings live as long as the explainer
 * @return FALSE if there is nothing to explain: most requests
 */
gboolean sx_explain_alone(sx_explainer *explainer, const sx_message *message,
                          const sx_packet *packet, sx_annotation *annotation);

#endif
