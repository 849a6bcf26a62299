/* SPDX-License-Identifier: GPL-2.0-or-later
 * Reliable provisional responses, and the PRACKs that confirm them or do not (RFC 3262).
 */
#include "diagnose/compare.h"
#include "diagnose/retransmit/retransmit.h"
#include "diagnose/session/session_state.h"
#include "evidence.h"
#include "rules.h"

#define N_KEPT 8 /* PRACKs, and reliable responses, that are kept of a call: the newest */

/** A reliable response, or what the RAck of a PRACK names; both in one dialog of the call. */
typedef struct {
    guint64 to_tag;
    guint32 rseq, cseq, frame;
    guint32 transaction; /* of a PRACK */
} numbers;

typedef struct {
    numbers *kept; /* at most N_KEPT */
    guint n;       /* how many there were */
} ring;

typedef struct {
    ring pracks, responses;
} prack_call;

/** RAck of a PRACK as it was sent; lives as long as the findings. */
typedef struct {
    const char *rack;
    guint32 rseq, cseq; /* 0, 0: it cannot be read */
} prack_request;

static void release(void *own) {
    g_free(((prack_call *)own)->pracks.kept);
    g_free(((prack_call *)own)->responses.kept);
}

static const sx_attachment_kind of_call = {sizeof(prack_call), release};
static const sx_attachment_kind of_request = {sizeof(prack_request), NULL};

static void keep(ring *all, const sx_context *context, guint32 rseq, guint32 cseq) {
    const sx_observation *seen = &context->seen;
    if (all->n < N_KEPT)
        all->kept = g_renew(numbers, all->kept, all->n + 1u);
    all->kept[all->n++ % N_KEPT] =
        (numbers){seen->keys.to_tag, rseq, cseq, context->packet->frame, seen->transaction->id};
}

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
    request->rseq = rseq;
    request->cseq = cseq;
    prack_call *state = (prack_call *)sx_attachment_make(&context->seen.call->attached, &of_call);
    keep(&state->pracks, context, rseq, cseq);
}

void sx_session_learn_reliable(sx_context *context) {
    guint digits;
    guint32 rseq = sx_slice_number(sx_message_header(context->message, SX_HDR_RSEQ), &digits);
    if (digits == 0)
        return;
    prack_call *state = (prack_call *)sx_attachment_make(&context->seen.call->attached, &of_call);
    keep(&state->responses, context, rseq, context->seen.keys.cseq);
}

static gboolean is_refused(const sx_context *context, const numbers *prack) {
    const sx_transaction *t = sx_calls_transaction(context->calls, prack->transaction);
    return t != NULL && t->final != NULL && t->final->code >= 300;
}

/* Its sender repeats it at the hop of its INVITE, where the answer would be seen, and there is none. */
static gboolean is_unanswered(const sx_context *context, const sx_transaction *prack,
                              const sx_transaction *invite) {
    const sx_call *call = context->seen.call;
    return prack != NULL && prack->response_frame == 0 && prack->copies >= SX_LATE_COPIES(call) &&
           prack->client == invite->client && prack->server == invite->server &&
           sx_call_shows_late(call, prack->time, context->packet->time);
}

static gboolean is_taken(const sx_context *context, const numbers *prack) {
    const sx_transaction *t = sx_calls_transaction(context->calls, prack->transaction);
    return !is_refused(context, prack) && !is_unanswered(context, t, context->seen.transaction);
}

const sx_transaction *sx_session_unanswered_prack(const sx_context *context,
                                                  const sx_transaction *invite) {
    const prack_call *state = (const prack_call *)SX_ATTACHED(context->seen.call, &of_call);
    for (guint i = 0; state != NULL && i < MIN(state->pracks.n, N_KEPT); i++) {
        const numbers *prack = &state->pracks.kept[i];
        const sx_transaction *t = sx_calls_transaction(context->calls, prack->transaction);
        if (prack->cseq == invite->keys.cseq && is_unanswered(context, t, invite))
            return t;
    }
    return NULL;
}

/* Whether a PRACK confirms a response; else *other is set to the newest one that names another, behind `since`,
 * or another branch, or was refused or not answered; NULL if there is none. */
static gboolean is_confirmed(const sx_context *context, const numbers *response, guint32 since,
                             const numbers **other) {
    const prack_call *state = (const prack_call *)SX_ATTACHED(context->seen.call, &of_call);
    *other = NULL;
    for (guint i = 0; state != NULL && i < MIN(state->pracks.n, N_KEPT); i++) {
        const numbers *prack = &state->pracks.kept[i];
        gboolean same = prack->rseq == response->rseq && prack->cseq == response->cseq;
        if (same && prack->to_tag == response->to_tag && is_taken(context, prack))
            return TRUE;
        if ((same || prack->frame > since) && (*other == NULL || prack->frame > (*other)->frame))
            *other = prack;
    }
    return FALSE;
}

/* The text of a tag of the call; NULL if it is not known. */
static const char *tag_text(const sx_context *context, guint64 tag) {
    const sx_told *told = sx_told_first(sx_tolds_of(context), tag);
    return told != NULL ? told->tag_text : NULL;
}

/* What a PRACK has that this response needs otherwise. */
static void add_other(sx_context *context, const numbers *response, const numbers *prack) {
    const sx_transaction *t = sx_calls_transaction(context->calls, prack->transaction);
    const char *tag = tag_text(context, prack->to_tag);
    if (prack->rseq != response->rseq) {
        sx_ev_session_prack_missing_headline_rseq(context->out, prack->frame, prack->rseq,
                                                  response->rseq);
        sx_ev_session_prack_missing_other_rack(context->out, prack->frame, prack->rseq);
    } else if (prack->cseq != response->cseq) {
        sx_ev_session_prack_missing_headline_cseq(context->out, prack->frame, prack->cseq,
                                                  response->cseq);
        sx_ev_session_prack_missing_other_cseq(context->out, prack->frame, prack->cseq,
                                               response->cseq);
    } else if (prack->to_tag != response->to_tag && tag != NULL) {
        sx_ev_session_prack_missing_headline_tag(context->out, prack->frame);
        sx_ev_session_prack_missing_other_tag(context->out, prack->frame, tag);
    } else if (t != NULL && t->final != NULL && t->final->code >= 300) {
        sx_ev_session_prack_missing_headline_refused(context->out, prack->frame, t->final->code);
    } else if (is_unanswered(context, t, context->seen.transaction)) {
        sx_ev_session_prack_missing_headline_unanswered(context->out, prack->frame);
        sx_ev_session_prack_missing_unanswered(context->out, prack->frame, t->copies);
    }
    if (t != NULL && t->final != NULL && t->final->code >= 300)
        sx_ev_session_prack_missing_refused(context->out, prack->frame, t->final->code,
                                            t->final->frame);
}

gboolean sx_rule_session_prack_missing(sx_context *context) {
    const sx_observation *seen = &context->seen;
    sx_counted_response *counted = sx_retransmit_counted(context);
    guint32 rseq;
    const numbers *other;
    if (counted == NULL || counted->reported || !context->message->headers_complete ||
        !sx_retransmit_is_reliable(context->message, &rseq))
        return FALSE;
    gint64 since = sx_gap(counted->time, context->packet->time);
    numbers response = {seen->keys.to_tag, rseq, seen->keys.cseq, counted->frame, 0};
    /* The caller must be seen sending at this hop, else its PRACK could not be seen either. */
    if (!sx_retransmit_is_third(context, counted->copies, counted->time) ||
        seen->transaction->client != seen->destination ||
        seen->transaction->server != seen->source ||
        is_confirmed(context, &response, counted->frame, &other))
        return FALSE;
    counted->reported = TRUE;
    if (other != NULL)
        add_other(context, &response, other);
    sx_ev_session_prack_missing_headline(context->out, context->message->code, rseq,
                                         counted->copies);
    sx_ev_session_prack_missing_repeated(context->out, rseq, counted->copies, since,
                                         counted->frame);
    return TRUE;
}

/* The reliable response that a PRACK was most likely sent for; NULL if one fits, or some may have been forgotten. */
static const numbers *meant_by(const prack_call *state, const numbers *rack) {
    const numbers *meant = NULL;
    if (state == NULL || state->responses.n == 0 || state->responses.n > N_KEPT)
        return NULL;
    for (guint i = 0; i < state->responses.n; i++) {
        const numbers *response = &state->responses.kept[i];
        gboolean same_tag = response->to_tag == rack->to_tag;
        if (response->frame > rack->frame)
            continue;
        if (same_tag && response->rseq == rack->rseq && response->cseq == rack->cseq)
            return NULL;
        if (meant == NULL || same_tag || meant->to_tag != rack->to_tag)
            meant = response;
    }
    return meant;
}

gboolean sx_rule_session_prack_mismatch(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const prack_request *request = (const prack_request *)SX_ATTACHED(t, &of_request);
    if (request == NULL || (request->rseq == 0 && request->cseq == 0) ||
        context->seen.call->starts_inside)
        return FALSE;
    numbers rack = {t->keys.to_tag, request->rseq, request->cseq, t->frame, t->id};
    const numbers *meant =
        meant_by((const prack_call *)SX_ATTACHED(context->seen.call, &of_call), &rack);
    if (meant == NULL)
        return FALSE;
    if (meant->rseq != rack.rseq)
        sx_ev_session_prack_mismatch_headline_rseq(context->out, rack.rseq, meant->rseq);
    else if (meant->cseq != rack.cseq)
        sx_ev_session_prack_mismatch_headline_cseq(context->out, rack.cseq, meant->cseq);
    else
        sx_ev_session_prack_mismatch_headline_tag(context->out);
    sx_ev_session_prack_mismatch_rack(context->out, request->rack, meant->frame, meant->rseq,
                                      meant->cseq);
    const char *tag = tag_text(context, meant->to_tag);
    if (meant->to_tag != rack.to_tag && tag != NULL)
        sx_ev_session_prack_mismatch_tag(context->out, meant->frame, tag);
    return TRUE;
}
