/* SPDX-License-Identifier: GPL-2.0-or-later
 * What an explainer knows about a message that was fed before; for the engine only.
 */
#ifndef SX_RECALL_H
#define SX_RECALL_H

#include "diagnose/findings.h"
#include "report/conversations.h"
#include "sipexplain.h"

/** The number of the call of a message; 0: it was not fed, or is quoted. */
guint32 sx_explainer_call(const sx_explainer *explainer, guint32 frame, guint ordinal);

/** The annotation that was kept of a message. @return 1 + its index in the store; 0: none was */
guint32 sx_explainer_annotation(const sx_explainer *explainer, guint32 frame, guint ordinal,
                                sx_annotation *annotation);

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

/** Adds what came of a message, told by the messages after it, to the finding that is being made in `out`. */
void sx_explainer_tell_outcome(const sx_explainer *explainer, const sx_annotation *annotation,
                               sx_language language, sx_finding_builder *out);

/**
 * The outcome of the conversation that a message belongs to, as far as it was fed.
 * @return FALSE if it belongs to none
 */
gboolean sx_explainer_outcome(const sx_explainer *explainer, const sx_annotation *annotation,
                              const sx_message *message, const sx_packet *packet,
                              sx_outcome *outcome);

/** The annotation that decided an outcome, of which annotation is not 0. */
sx_annotation sx_explainer_decision(const sx_explainer *explainer, const sx_outcome *outcome);

/** What became of a request. */
typedef enum {
    SX_ANSWER_UNKNOWN, /* it is no request that is answered, or was forgotten */
    SX_ANSWER_NONE,    /* no final response was fed */
    SX_ANSWER_FINAL,
} sx_answer;

/** The first final response to a request. @param answer its annotation, where there is one */
sx_answer sx_explainer_answer(const sx_explainer *explainer, const sx_annotation *request,
                              sx_annotation *answer);

/** A response that was met before another one. */
typedef struct {
    guint32 frame;
    guint code;
} sx_met;

/**
 * The response of the same call or registration, to the same method, that a response is worth comparing with: another
 * code, before it. A final one with a final one, the latest of those whose comparison was written by hand, else the
 * latest; a provisional one only where the comparison was written by hand.
 * @return FALSE if there is none
 */
gboolean sx_explainer_met(const sx_explainer *explainer, const sx_annotation *response,
                          sx_met *met);

/** The final response that an ACK is for. */
typedef struct {
    guint32 frame;
    guint code;
} sx_acknowledged;

/**
 * @param message the ACK itself, for its branch: that to a failure has the branch of its INVITE
 * @return FALSE: the message is no ACK, or acknowledges nothing that was fed
 */
gboolean sx_explainer_acknowledged(const sx_explainer *explainer, const sx_annotation *ack,
                                   const sx_message *message, sx_acknowledged *acknowledged);

#endif
