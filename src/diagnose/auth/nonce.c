/* SPDX-License-Identifier: GPL-2.0-or-later
 * A challenge that says that the nonce was refused, not the digest (RFC 7616 sections 3.3 and 3.4).
 */
#include "diagnose/auth/auth_state.h"
#include "evidence.h"
#include "rules.h"

#define MAX_STALE 2 /* answers with stale=true in a row that are normal */

static guint stale_answers_before(const sx_context *context) {
    const sx_auth_state *prev = sx_auth_state_of(context->seen.prev);
    return prev != NULL ? prev->stale_answers : 0;
}

static guint32 accepted_nonce(const sx_context *context, const sx_credentials *used) {
    return sx_auth_frame_of(
        sx_auth_find(&sx_auth_memory_of(context)->recent,
                     sx_auth_key(SX_FACT_ACCEPTED, NULL, context->seen.transaction->server,
                                 used->realm, used->user, used->nonce)));
}

static const char *tail_of(sx_context *context, const sx_offer *offer) {
    return sx_context_shown(context, sx_auth_tail(offer->read.nonce), SX_NONCE_TAIL);
}

/* The first challenge of the answer that says stale=true; NULL if none does. */
static const sx_offer *stale_offer(const sx_auth_memory *memory) {
    for (guint i = 0; i < memory->n_offers; i++) {
        if (memory->offers[i].read.stale)
            return &memory->offers[i];
    }
    return NULL;
}

gboolean sx_rule_auth_stale_nonce(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_auth_state *state = sx_auth_state_of(t);
    const sx_offer *stale = stale_offer(sx_auth_memory_of(context));
    sx_rejection found;
    guint32 accepted = 0;
    if (state == NULL || state->n_credentials == 0 || !context->message->headers_complete)
        return FALSE;
    if (!sx_auth_find_rejection(context, &found)) {
        found.used = &state->credentials[0];
        found.offer = stale;
    } else {
        accepted = accepted_nonce(context, found.used);
    }
    if (stale != NULL ? stale_answers_before(context) >= MAX_STALE : accepted == 0)
        return FALSE;
    sx_ev_auth_stale_nonce_sent(context->out, found.used->user_text, t->frame);
    sx_ev_auth_stale_nonce_nonces(context->out, found.used->nonce_tail,
                                  tail_of(context, found.offer));
    if (found.used->challenge_frame != 0)
        sx_ev_auth_stale_nonce_age(context->out, found.used->challenge_frame,
                                   sx_auth_since_challenge(context, found.used), t->frame);
    if (accepted != 0)
        sx_ev_auth_stale_nonce_reused(context->out, accepted);
    if (found.used->nc_frame != 0)
        sx_ev_auth_stale_nonce_nc(context->out, found.used->nc, t->frame, found.used->nc_before,
                                  found.used->nc_frame);
    if (stale != NULL)
        sx_ev_auth_stale_nonce_flag(context->out);
    else
        sx_ev_auth_stale_nonce_no_flag(context->out);
    return TRUE;
}

/* Signs that the nonce, not the digest, was refused, in an answer that offers another one. */
static gboolean nonce_is_outlived(sx_context *context, const sx_rejection *found) {
    const sx_credentials *used = found->used;
    const sx_transaction *t = context->seen.transaction;
    guint32 accepted = sx_auth_user_accepted(context, used);
    guint32 refused = sx_auth_user_refused(context, used);
    gboolean late = sx_auth_since_challenge(context, used) > SX_LATE_ANSWER;
    if (found->same_nonce)
        return FALSE;
    if (refused != 0 && accepted == 0)
        sx_ev_auth_nonce_rejected_refused_before(context->out, refused);
    if (late)
        sx_ev_auth_nonce_rejected_late(
            context->out, t->frame, sx_auth_since_challenge(context, used), used->challenge_frame);
    if (accepted != 0)
        sx_ev_auth_nonce_rejected_accepted_before(context->out, accepted);
    return late || accepted != 0;
}

static gboolean nc_did_not_grow(sx_context *context, const sx_credentials *used) {
    const sx_transaction *t = context->seen.transaction;
    if (used->nc_frame == 0 ||
        sx_auth_find(&sx_auth_memory_of(context)->lasting,
                     sx_auth_key(SX_FACT_LAX_NC, NULL, t->server, 0, 0, 0)) != NULL)
        return FALSE;
    sx_ev_auth_nonce_rejected_nc(context->out, used->nc, t->frame, used->nc_before, used->nc_frame);
    return TRUE;
}

static gboolean text_blames_nonce(sx_context *context, gboolean challenged) {
    const char *text = sx_context_text(context);
    if (!sx_matches(text, "nonce|replay") && !(challenged && sx_matches(text, "stale|expired")))
        return FALSE;
    sx_ev_auth_nonce_rejected_phrase(context->out, sx_context_said(context));
    return TRUE;
}

static gboolean nonce_is_outdated(sx_context *context, const sx_credentials *used) {
    if (used->origin != SX_NONCE_OUTDATED)
        return FALSE;
    if (used->challenge_frame != 0)
        sx_ev_auth_nonce_rejected_outdated(context->out, used->last_challenge_frame);
    else
        sx_ev_auth_nonce_rejected_not_offered(context->out, used->last_challenge_frame);
    return TRUE;
}

static gboolean refused_for_nonce(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_auth_state *state = sx_auth_state_of(t);
    if (state == NULL || state->n_credentials == 0)
        return FALSE;
    sx_ev_auth_nonce_rejected_headline(context->out, t->frame, state->credentials[0].user_text);
    gboolean blamed = text_blames_nonce(context, FALSE);
    gboolean no_growth = nc_did_not_grow(context, &state->credentials[0]);
    return blamed || no_growth;
}

gboolean sx_rule_auth_nonce_rejected(sx_context *context) {
    guint code = context->message->code;
    sx_rejection found;
    guint stale_before = stale_answers_before(context);
    if (code == 400 || code == 403)
        return refused_for_nonce(context);
    if (!sx_auth_find_rejection(context, &found) || (found.stale && stale_before < MAX_STALE))
        return FALSE;
    sx_ev_auth_nonce_rejected_headline(context->out, context->seen.transaction->frame,
                                       found.used->user_text);
    gboolean held = text_blames_nonce(context, TRUE);
    if (found.stale) {
        sx_ev_auth_nonce_rejected_stale_again(context->out, stale_before + 1u);
        held = TRUE;
    }
    held = nonce_is_outdated(context, found.used) || held;
    held = nonce_is_outlived(context, &found) || held;
    held = nc_did_not_grow(context, found.used) || held;
    sx_ev_auth_nonce_rejected_nonces(context->out, found.used->nonce_tail,
                                     tail_of(context, found.offer));
    return held;
}
