/* SPDX-License-Identifier: GPL-2.0-or-later
 * Reliable provisional responses that no PRACK confirms (RFC 3262).
 */
#include "diagnose/flow.h"
#include "rules.h"

/* The three parts of RAck: RSeq, CSeq number and method (RFC 3262 section 7.2). */
static gboolean read_rack(const sx_message *message, guint32 *rseq, guint32 *cseq) {
    sx_slice value = sx_message_header(message, SX_HDR_RACK);
    guint digits;
    *rseq = sx_slice_number(value, &digits);
    if (digits == 0 || digits >= value.len)
        return FALSE;
    value = sx_slice_trim((sx_slice){value.p + digits, value.len - digits});
    *cseq = sx_slice_number(value, &digits);
    if (digits == 0 || digits >= value.len)
        return FALSE;
    value = sx_slice_trim((sx_slice){value.p + digits, value.len - digits});
    return sx_slice_is_exactly(value, "INVITE");
}

static const sx_attachment_kind of_call = {sizeof(sx_flow_call), NULL};

void sx_flow_prack_learn(sx_context *context) {
    sx_call *call = context->seen.call;
    guint32 rseq;
    guint32 cseq;
    if (context->message->is_response || context->seen.keys.method != SX_METHOD_PRACK ||
        context->seen.repetition == SX_COPY || !read_rack(context->message, &rseq, &cseq))
        return;
    sx_flow_call *kept = (sx_flow_call *)sx_attachment_make(&call->attached, &of_call);
    guint size = G_N_ELEMENTS(kept->pracks);
    kept->pracks[kept->next].rseq = rseq;
    kept->pracks[kept->next].cseq = cseq;
    kept->pracks[kept->next].frame = context->packet->frame;
    kept->next = (guint8)((kept->next + 1) % size);
    kept->n = (guint8)MIN(kept->n + 1u, size);
}

/* Whether a PRACK names this response; else *other is set to one that names another RSeq, 0 if there is none. */
static gboolean is_confirmed(const sx_call *call, guint32 rseq, guint32 cseq, guint32 *other,
                             guint32 *other_rseq) {
    const sx_flow_call *kept = (const sx_flow_call *)SX_ATTACHED(call, &of_call);
    *other = 0;
    for (guint i = 0; kept != NULL && i < kept->n; i++) {
        if (kept->pracks[i].rseq == rseq && kept->pracks[i].cseq == cseq)
            return TRUE;
        if (kept->pracks[i].frame > *other) {
            *other = kept->pracks[i].frame;
            *other_rseq = kept->pracks[i].rseq;
        }
    }
    return FALSE;
}

gboolean sx_rule_session_prack_missing(sx_context *context) {
    const sx_observation *seen = &context->seen;
    sx_flow_counted *counted = sx_flow_memory_of(context)->present;
    guint32 rseq;
    guint32 other;
    guint32 other_rseq = 0;
    if (counted == NULL || counted->copies < 3 || counted->reported || !sx_flow_is_whole(context) ||
        !sx_flow_is_reliable(context->message, &rseq))
        return FALSE;
    gint64 since = sx_gap(counted->time, context->packet->time);
    /* The caller must be seen sending at this hop, else its PRACK could not be seen either. */
    if (since < SX_FLOW_THIRD || seen->transaction->client != seen->destination ||
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
