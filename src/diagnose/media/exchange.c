/* SPDX-License-Identifier: GPL-2.0-or-later
 * Offers and answers as a whole (RFC 3261 section 13.2.1, RFC 3262 section 5, RFC 3311 section 5.2, RFC 6337 section 2):
 * which message has to answer which offer, answers that are missing, and calls that are ended right after one.
 */
#include "diagnose/media/media.h"
#include "diagnose/media/media_state.h"
#include "evidence.h"
#include "rules.h"

#define ENDS_WITHIN (2 * SX_SECOND) /* a BYE that an answer explains: machines send it at once */

/** A description in a response to INVITE that is more than its copy: an offer, or the answer in a reliable 1xx. */
typedef struct {
    guint64 to_tag;
    guint32 frame;
    gboolean is_offer;
    char packed[]; /* the offer */
} early_description;

static const sx_attachment_kind kind = {0, NULL};

static const early_description *early_of(const sx_transaction *invite, guint64 to_tag) {
    const early_description *early = (const early_description *)SX_ATTACHED(invite, &kind);
    return early != NULL && early->to_tag == to_tag ? early : NULL;
}

static gboolean is_reliable(const sx_message *message) {
    return sx_message_has(message, SX_HDR_RSEQ) &&
           sx_message_has_token(message, SX_HDR_REQUIRE, "100rel");
}

/* Without an offer in the INVITE the first reliable response brings it. */
static void learn_response(const sx_context *context) {
    const sx_media_summary *summary = &sx_media_memory_of(context)->summary;
    sx_transaction *t = context->seen.transaction;
    guint64 to_tag = context->seen.keys.to_tag;
    guint code = context->message->code;
    gboolean is_offer = !sx_media_has_offer(t);
    if (code == 100 || code >= 300 || early_of(t, to_tag) != NULL ||
        !(code < 200 ? is_reliable(context->message) : is_offer))
        return;
    early_description *early = (early_description *)sx_attachment_add(
        &t->attached, &kind, sizeof *early + (is_offer ? sx_media_offer_size(summary) : 0));
    *early = (early_description){to_tag, context->packet->frame, is_offer};
    if (is_offer) {
        sx_media_offer_pack(summary, early->packed);
        sx_media_make_call(context)->late_offers = TRUE;
    }
}

/* The INVITE at this hop that an ACK or PRACK belongs to. */
static const sx_transaction *invite_of(const sx_context *context) {
    const sx_observation *seen = &context->seen;
    gboolean ack = seen->keys.method == SX_METHOD_ACK;
    const sx_transaction *t;
    sx_transaction_walk walk = {0};
    while ((t = sx_calls_walk(context->calls, seen->call, &walk)) != NULL) {
        if (t->keys.method == SX_METHOD_INVITE && t->client == seen->source &&
            t->keys.from_tag == seen->keys.from_tag &&
            (ack ? t->keys.cseq == seen->keys.cseq : t->keys.cseq < seen->keys.cseq))
            return t;
    }
    return NULL;
}

/* ACK and PRACK answer what a response offered. */
static void find_late_offer(const sx_context *context) {
    sx_media_memory *memory = sx_media_memory_of(context);
    const sx_media_call *call = sx_media_call_of(context);
    if (call == NULL || !call->late_offers)
        return;
    const sx_transaction *invite = invite_of(context);
    const early_description *early = early_of(invite, context->seen.keys.to_tag);
    if (early == NULL || !early->is_offer)
        return;
    /* Behind a reliable 1xx with the offer, the PRACK has answered before the ACK comes. */
    gboolean ack = context->seen.keys.method == SX_METHOD_ACK;
    gboolean in_success = invite->final != NULL && invite->final->frame <= early->frame;
    if (ack != in_success)
        return;
    memory->answered = early->packed;
    memory->answered_frame = early->frame;
}

/* Behind an UPDATE the 2xx to the INVITE may repeat what that agreed on, or nothing: no answer to the first offer, which
 * the caller has to ignore (RFC 3261 section 13.2.1). */
static gboolean is_answered_by_update(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    sx_transaction_walk walk = {0};
    const sx_transaction *later;
    while ((later = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL &&
           later->id > t->id) {
        if (later->keys.method == SX_METHOD_UPDATE && later->frame > t->frame)
            return TRUE;
    }
    return FALSE;
}

/* The description in a PRACK is an offer only where INVITE and 1xx are done with theirs. */
static gboolean is_offer_of_prack(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_transaction *invite;
    sx_transaction_walk walk = {0};
    while ((invite = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (invite->keys.method == SX_METHOD_INVITE && invite->client == t->client &&
            invite->keys.from_tag == t->keys.from_tag && invite->keys.cseq < t->keys.cseq)
            return sx_media_has_offer(invite);
    }
    return FALSE;
}

static void find_offer(const sx_context *context) {
    sx_media_memory *memory = sx_media_memory_of(context);
    const sx_transaction *t = context->seen.transaction;
    const void *packed = sx_media_packed_offer(t);
    guint code = context->message->code;
    if (packed == NULL || code == 100 || code >= 300)
        return;
    if (t->keys.method == SX_METHOD_PRACK
            ? !is_offer_of_prack(context)
            : t->keys.method == SX_METHOD_INVITE && is_answered_by_update(context))
        return;
    memory->answered = packed;
    memory->answered_frame = t->frame;
}

void sx_media_learn_exchange(sx_context *context) {
    sx_media_memory *memory = sx_media_memory_of(context);
    sx_method method = context->seen.keys.method;
    memory->flaw = SX_DIAG_NONE;
    if (context->message->is_response) {
        if (context->seen.transaction == NULL)
            return;
        find_offer(context);
        if (memory->described && method == SX_METHOD_INVITE)
            learn_response(context);
    } else if (method == SX_METHOD_ACK || method == SX_METHOD_PRACK) {
        find_late_offer(context);
    }
}

const sx_media_summary *sx_media_answered(const sx_context *context) {
    sx_media_memory *memory = sx_media_memory_of(context);
    if (memory->answered == NULL)
        return NULL;
    sx_media_offer_unpack(memory->answered, &memory->offer);
    return memory->offer.whole ? &memory->offer : NULL;
}

void sx_media_note_exchange(const sx_context *context) {
    const sx_media_memory *memory = sx_media_memory_of(context);
    const sx_keys *keys = &context->seen.keys;
    guint code = sx_context_code(context);
    if (memory->answered == NULL || context->seen.relayed_from != NULL ||
        (code > 0 && code < 200 && memory->flaw == SX_DIAG_NONE))
        return;
    sx_media_make_call(context)->answer =
        (sx_media_answer){keys->from_tag,         keys->to_tag,           context->packet->time,
                          memory->answered_frame, context->packet->frame, memory->flaw};
}

/* ---- no answer ---- */

/* Perhaps the reliable 1xx with the answer is not in this capture: its PRACK is. */
static gboolean may_have_answer_unseen(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_transaction *later;
    sx_transaction_walk walk = {0};
    if (t->keys.method != SX_METHOD_INVITE || t->ring_frame != 0)
        return FALSE;
    while ((later = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL &&
           later->id > t->id) {
        if (later->keys.method == SX_METHOD_PRACK)
            return TRUE;
    }
    return FALSE;
}

gboolean sx_media_lacks_body(const sx_context *context) {
    const sx_message *message = context->message;
    return message->headers_complete && message->body_complete && message->body.len == 0;
}

/* A description of the called side came in a 1xx that was not reliable: that alone is no answer. */
static void add_unreliable(const sx_context *context) {
    const sx_observation *seen = &context->seen;
    const sx_transaction *t = seen->transaction;
    if (t->keys.method != SX_METHOD_INVITE || t->ring_frame == 0)
        return;
    const sx_media_side *side =
        sx_media_side_of(context, seen->keys.to_tag, seen->source, seen->destination);
    if (side != NULL && side->frame > t->frame)
        sx_ev_media_answer_missing_unreliable(context->out, side->frame);
}

gboolean sx_rule_media_answer_missing(sx_context *context) {
    sx_media_memory *memory = sx_media_memory_of(context);
    const sx_observation *seen = &context->seen;
    guint code = sx_context_code(context);
    if (memory->answered == NULL || !sx_media_lacks_body(context))
        return FALSE;
    const sx_media_summary *offer = sx_media_answered(context);
    if (offer == NULL || (code != 0 && (early_of(seen->transaction, seen->keys.to_tag) != NULL ||
                                        may_have_answer_unseen(context))))
        return FALSE;
    if (code != 0)
        sx_ev_media_answer_missing_response(context->out, code,
                                            sx_transaction_method(seen->transaction),
                                            memory->answered_frame, offer->lines);
    else
        sx_ev_media_answer_missing_request(context->out, sx_method_name(seen->keys.method),
                                           memory->answered_frame, offer->lines);
    if (code != 0)
        add_unreliable(context);
    memory->flaw = SX_DIAG_MEDIA_ANSWER_MISSING;
    return TRUE;
}

/* ---- the call that ends with its answer ---- */

/* A code of a Reason that speaks of the answer, or of nothing else: not of a timer or a dialog that is gone. */
static gboolean read_refusal(const sx_message *message, sx_reason *reason) {
    sx_header_walk walk = {0};
    while (sx_reason_next(message, &walk, reason)) {
        gint cause = reason->cause;
        if (sx_slice_is(reason->protocol, "SIP") && cause >= 400 && cause < 700 && cause != 401 &&
            cause != 407 && cause != 408 && cause != 481 && cause != 487)
            return TRUE;
    }
    return FALSE;
}

static gboolean concerns(const sx_media_answer *answer, const sx_keys *keys) {
    return (answer->from_tag == keys->from_tag && answer->to_tag == keys->to_tag) ||
           (answer->from_tag == keys->to_tag && answer->to_tag == keys->from_tag);
}

static void add_flaw(sx_context *context, const sx_media_answer *answer) {
    sx_finding_builder *out = context->out;
    switch (answer->flaw) {
    case SX_DIAG_MEDIA_ANSWER_MISSING:
        sx_ev_media_answer_refused_missing(out, answer->frame, answer->offer_frame);
        break;
    case SX_DIAG_MEDIA_ANSWER_MISMATCH:
        sx_ev_media_answer_refused_mismatch(out, answer->frame, answer->offer_frame);
        break;
    case SX_DIAG_MEDIA_ANSWER_UNUSABLE:
        sx_ev_media_answer_refused_unusable(out, answer->frame, answer->offer_frame);
        break;
    default: sx_ev_media_answer_refused_answer(out, answer->frame, answer->offer_frame);
    }
}

gboolean sx_rule_media_answer_refused(sx_context *context) {
    const sx_media_call *call = sx_media_call_of(context);
    sx_reason reason;
    if (call == NULL || call->answer.frame == 0 || !concerns(&call->answer, &context->seen.keys) ||
        sx_calls_relayed_request(context->calls, &context->seen) != NULL)
        return FALSE;
    const sx_media_answer *answer = &call->answer;
    gint64 later = sx_gap(answer->time, context->packet->time);
    gboolean says = read_refusal(context->message, &reason);
    if (later > ENDS_WITHIN || (!says && answer->flaw == SX_DIAG_NONE))
        return FALSE;
    if (answer->flaw == SX_DIAG_MEDIA_ANSWER_MISSING)
        sx_ev_media_answer_refused_headline_missing(context->out);
    else if (says)
        sx_ev_media_answer_refused_headline_code(context->out, (guint)reason.cause);
    add_flaw(context, answer);
    sx_ev_media_answer_refused_later(context->out, later);
    if (says && reason.text.len > 0)
        sx_ev_media_answer_refused_reason_text(
            context->out, (guint)reason.cause,
            sx_context_shown(context, reason.text, 2 * SX_SHOWN));
    else if (says)
        sx_ev_media_answer_refused_reason(context->out, (guint)reason.cause);
    return TRUE;
}
