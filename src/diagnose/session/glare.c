/* SPDX-License-Identifier: GPL-2.0-or-later
 * Changes of a session that meet: 491 (RFC 3261 sections 14.1 and 14.2, RFC 3311 section 5.2).
 */
#include "diagnose/session/session_state.h"
#include "evidence.h"
#include "rules.h"

#define MAX_GLARES 8                  /* of one call */
#define RETRY_WITHIN (32 * SX_SECOND) /* a 491 after that is no answer to a retry */

void sx_session_note_glare(sx_context *context) {
    const sx_keys *keys = &context->seen.transaction->keys;
    const sx_packet *packet = context->packet;
    sx_session_call *state = sx_session_call_make(context);
    for (guint i = 0; i < state->n_glares; i++) {
        sx_session_glare *glare = &state->glares[i];
        if (glare->from_tag == keys->from_tag && glare->to_tag == keys->to_tag) {
            glare->last_frame = packet->frame;
            glare->last_time = packet->time;
            return;
        }
    }
    if (state->n_glares >= MAX_GLARES)
        return;
    state->glares = g_renew(sx_session_glare, state->glares, state->n_glares + 1u);
    state->glares[state->n_glares++] = (sx_session_glare){
        keys->from_tag, keys->to_tag, packet->frame, packet->frame, packet->time, packet->time};
}

/* An INVITE with 2xx is in the way until its ACK. */
static gboolean is_pending_at(const sx_transaction *t, guint32 frame) {
    const sx_final *final = t->final;
    if (sx_session_open_at(t, frame))
        return TRUE;
    return t->keys.method == SX_METHOD_INVITE && final->code < 300 &&
           (final->ack_frame == 0 || final->ack_frame > frame);
}

/* An INVITE or UPDATE of the other side that was open while this request was. */
static const sx_transaction *crossing_request(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_transaction *other;
    sx_transaction_walk walk = {0};
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other != t && sx_session_is_change(other) && other->keys.from_tag == t->keys.to_tag &&
            (other->keys.to_tag == t->keys.from_tag || other->keys.to_tag == 0) &&
            is_pending_at(other, t->frame))
            return other;
    }
    return NULL;
}

/* The 2xx to an earlier INVITE of this side whose ACK was not there yet when this request was sent; NULL: none. */
static const sx_final *waits_for_ack(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_transaction *other;
    sx_transaction_walk walk = {0};
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other->id >= t->id || other->keys.method != SX_METHOD_INVITE ||
            other->keys.from_tag != t->keys.from_tag || other->client != t->client ||
            other->server != t->server)
            continue;
        for (const sx_final *final = other->final; final != NULL; final = final->next) {
            if (final->code < 300 && final->to_tag == t->keys.to_tag && final->frame < t->frame &&
                (final->ack_frame == 0 || final->ack_frame > t->frame))
                return final;
        }
    }
    return NULL;
}

gboolean sx_rule_session_ack_pending(sx_context *context) {
    const sx_final *final = waits_for_ack(context);
    if (final == NULL || final->ack_frame != 0 || crossing_request(context) != NULL ||
        sx_session_own_open_request(context) != NULL)
        return FALSE;
    sx_ev_session_ack_pending_answer(context->out, final->code, final->frame);
    if (final->copies > 1)
        sx_ev_session_ack_pending_copies(context->out, final->copies);
    return TRUE;
}

typedef enum { OWNER_UNKNOWN, OWNER, NOT_OWNER } owner_of_call_id;

/* Who made the Call-ID decides how long a client waits after 491 (RFC 3261 section 14.1). */
static owner_of_call_id owns_call_id(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_dialog *dialog = sx_call_dialog(context->seen.call, t->keys.from_tag, t->keys.to_tag);
    if (dialog == NULL || dialog->confirmed_frame == 0 || context->seen.call->starts_inside)
        return OWNER_UNKNOWN;
    return dialog->caller_tag == t->keys.from_tag ? OWNER : NOT_OWNER;
}

/* The newest change of the call, if it was refused: nothing is open since. */
static const sx_final *refused_before(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_transaction *other;
    sx_transaction_walk walk = {0};
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        const sx_final *final = other->final;
        if (other->id >= t->id || !sx_session_is_change(other) || other->keys.to_tag == 0)
            continue;
        if (final == NULL || final->frame > t->frame)
            return NULL;
        if (final->code == 491)
            continue;
        return final->code >= 400 && final->code != 401 && final->code != 407 ? final : NULL;
    }
    return NULL;
}

/* The 491 to this side in the dialog that the request at hand comes soon after; NULL: none. */
static const sx_session_glare *glare_before(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_session_call *state = sx_session_call_of(context);
    for (guint i = 0; state != NULL && i < state->n_glares; i++) {
        const sx_session_glare *glare = &state->glares[i];
        if (glare->from_tag == t->keys.from_tag && glare->to_tag == t->keys.to_tag)
            return glare->last_frame < t->frame && sx_gap(glare->last_time, t->time) <= RETRY_WITHIN
                       ? glare
                       : NULL;
    }
    return NULL;
}

static void add_glare_before(sx_context *context, const sx_session_glare *before) {
    const sx_transaction *t = context->seen.transaction;
    sx_ev_session_glare_repeated_headline(context->out,
                                          sx_gap(before->first_time, context->packet->time));
    sx_ev_session_glare_repeated_first(context->out, before->last_frame);
    sx_ev_session_glare_repeated_gap(context->out, sx_gap(before->last_time, t->time));
}

gboolean sx_rule_session_glare_repeated(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_session_glare *before = glare_before(context);
    const sx_final *refused = refused_before(context);
    if (t->keys.to_tag == 0 || context->seen.call->starts_inside ||
        (before == NULL && refused == NULL) || crossing_request(context) != NULL)
        return FALSE;
    if (before != NULL)
        add_glare_before(context, before);
    else
        sx_ev_session_glare_repeated_headline_refused(context->out, refused->frame);
    if (refused != NULL)
        sx_ev_session_glare_repeated_refused(context->out, refused->code, refused->frame);
    owner_of_call_id owner = owns_call_id(context);
    if (owner == OWNER)
        sx_ev_session_glare_repeated_owner(context->out);
    else if (owner == NOT_OWNER)
        sx_ev_session_glare_repeated_not_owner(context->out);
    const sx_transaction *own = sx_session_own_open_request(context);
    if (own != NULL)
        sx_ev_session_glare_repeated_own(context->out, sx_transaction_method(own), own->frame);
    return TRUE;
}

/* The 2xx with which the sender of the request at hand had answered the INVITE of the other side; NULL: it had not. */
static const sx_final *answered_before(const sx_context *context, const sx_transaction *crossing) {
    const sx_final *final = crossing->final;
    return final != NULL && final->code < 300 && final->frame < context->seen.transaction->frame
               ? final
               : NULL;
}

gboolean sx_rule_benign_glare(sx_context *context) {
    guint code = context->message->code;
    const sx_transaction *crossing = crossing_request(context);
    const sx_transaction *own = sx_session_own_open_request(context);
    const sx_final *waiting = waits_for_ack(context);
    /* Some stacks say 500 for it: then only what is seen to cross counts. */
    if (code != 491 && (code != 500 || crossing == NULL || own != NULL ||
                        !sx_session_is_change(context->seen.transaction) ||
                        sx_message_has(context->message, SX_HDR_RETRY_AFTER)))
        return FALSE;
    const sx_final *answered = crossing != NULL ? answered_before(context, crossing) : NULL;
    if (answered != NULL) {
        waiting = answered;
        crossing = NULL;
        sx_ev_benign_glare_headline_early(context->out, answered->code, answered->frame);
    } else if (crossing != NULL) {
        sx_ev_benign_glare_headline(context->out, sx_transaction_method(crossing), crossing->frame);
    }
    if (code != 491)
        sx_ev_benign_glare_other_code(context->out, code);
    if (crossing != NULL)
        sx_ev_benign_glare_crossing(context->out, sx_transaction_method(crossing), crossing->frame);
    if (own != NULL)
        sx_ev_benign_glare_own(context->out, sx_transaction_method(own), own->frame);
    if (waiting != NULL && crossing == NULL)
        sx_ev_benign_glare_ack_open(context->out, waiting->code, waiting->frame);
    if (crossing == NULL && own == NULL && waiting == NULL)
        sx_ev_benign_glare_not_visible(context->out);
    owner_of_call_id owner = owns_call_id(context);
    if (owner == OWNER)
        sx_ev_benign_glare_owner(context->out);
    else if (owner == NOT_OWNER)
        sx_ev_benign_glare_not_owner(context->out);
    return TRUE;
}
