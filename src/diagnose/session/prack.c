/* SPDX-License-Identifier: GPL-2.0-or-later
 * Reliable provisional responses, and the PRACKs that confirm them or do not (RFC 3262).
 */
#include "diagnose/retransmit/retransmit.h"
#include "diagnose/session/session_state.h"
#include "evidence.h"
#include "rules.h"

#define N_PRACKS 8 /* the newest are kept of a call */

/** The PRACKs of a call, and its newest reliable provisional response. */
typedef struct {
    struct {
        guint32 rseq, cseq, frame;
    } pracks[N_PRACKS]; /* ring */
    guint8 n, next;
    guint32 rseq, rseq_cseq, rseq_frame;
} prack_call;

/** RAck of a PRACK as it was sent; lives as long as the findings. */
typedef struct {
    const char *rack;
} prack_request;

static const sx_attachment_kind of_call = {sizeof(prack_call), NULL};
static const sx_attachment_kind of_request = {sizeof(prack_request), NULL};

/* The three parts of RAck: RSeq, CSeq number and method (RFC 3262 section 7.2). */
static gboolean read_rack(const sx_message *message, guint32 *rseq, guint32 *cseq) {
    sx_slice value = sx_message_header(message, SX_HDR_RACK);
    guint digits;
    *rseq = sx_slice_number(value, &digits);
    if (digits == 0 || digits >= value.len)
        return FALSE;
    value = sx_slice_trim(sx_slice_after(value, digits));
    *cseq = sx_slice_number(value, &digits);
    if (digits == 0 || digits >= value.len)
        return FALSE;
    value = sx_slice_trim(sx_slice_after(value, digits));
    return sx_slice_is_exactly(value, "INVITE");
}

void sx_session_learn_prack(sx_context *context) {
    guint32 rseq;
    guint32 cseq;
    prack_request *request =
        (prack_request *)sx_attachment_make(&context->seen.transaction->attached, &of_request);
    request->rack =
        sx_findings_text(context->out, sx_message_header(context->message, SX_HDR_RACK), SX_SHOWN);
    if (!read_rack(context->message, &rseq, &cseq))
        return;
    prack_call *state = (prack_call *)sx_attachment_make(&context->seen.call->attached, &of_call);
    state->pracks[state->next].rseq = rseq;
    state->pracks[state->next].cseq = cseq;
    state->pracks[state->next].frame = context->packet->frame;
    state->next = (guint8)((state->next + 1) % N_PRACKS);
    state->n = (guint8)MIN(state->n + 1, N_PRACKS);
}

void sx_session_learn_reliable(sx_context *context) {
    guint digits;
    guint32 rseq = sx_slice_number(sx_message_header(context->message, SX_HDR_RSEQ), &digits);
    if (digits == 0)
        return;
    prack_call *state = (prack_call *)sx_attachment_make(&context->seen.call->attached, &of_call);
    state->rseq = rseq;
    state->rseq_cseq = context->seen.keys.cseq;
    state->rseq_frame = context->packet->frame;
}

void sx_session_add_rack(sx_context *context) {
    const prack_request *request =
        (const prack_request *)SX_ATTACHED(context->seen.transaction, &of_request);
    const prack_call *state = (const prack_call *)SX_ATTACHED(context->seen.call, &of_call);
    if (request != NULL && state != NULL && state->rseq_frame != 0)
        sx_ev_session_dialog_lost_rack(context->out, request->rack, state->rseq_frame, state->rseq,
                                       state->rseq_cseq);
}

/* Whether a PRACK names this response; else *other is set to one that names another RSeq, 0 if there is none. */
static gboolean is_confirmed(const sx_call *call, guint32 rseq, guint32 cseq, guint32 *other,
                             guint32 *other_rseq) {
    const prack_call *state = (const prack_call *)SX_ATTACHED(call, &of_call);
    *other = 0;
    for (guint i = 0; state != NULL && i < state->n; i++) {
        if (state->pracks[i].rseq == rseq && state->pracks[i].cseq == cseq)
            return TRUE;
        if (state->pracks[i].frame > *other) {
            *other = state->pracks[i].frame;
            *other_rseq = state->pracks[i].rseq;
        }
    }
    return FALSE;
}

gboolean sx_rule_session_prack_missing(sx_context *context) {
    const sx_observation *seen = &context->seen;
    sx_counted_response *counted = sx_retransmit_counted(context);
    guint32 rseq;
    guint32 other;
    guint32 other_rseq = 0;
    if (counted == NULL || counted->copies < 3 || counted->reported ||
        !context->message->headers_complete || !sx_retransmit_is_reliable(context->message, &rseq))
        return FALSE;
    gint64 since = sx_gap(counted->time, context->packet->time);
    /* The caller must be seen sending at this hop, else its PRACK could not be seen either. */
    if (since < SX_THIRD_COPY || seen->transaction->client != seen->destination ||
        seen->transaction->server != seen->source ||
        is_confirmed(seen->call, rseq, seen->keys.cseq, &other, &other_rseq))
        return FALSE;
    counted->reported = TRUE;
    sx_ev_session_prack_missing_headline(context->out, context->message->code, rseq,
                                         counted->copies);
    sx_ev_session_prack_missing_repeated(context->out, rseq, counted->copies, since,
                                         counted->frame);
    if (other != 0)
        sx_ev_session_prack_missing_other_rack(context->out, other, other_rseq);
    return TRUE;
}
