/* SPDX-License-Identifier: GPL-2.0-or-later
 * What is learned from challenges, and from answers to credentials.
 */
#include "diagnose/auth/auth_state.h"
#include "evidence.h"
#include "wire/keyed_hash.h"

#define IGNORED_FOR (3600 * SX_SECOND)

static gboolean is_challenge_code(guint code) {
    return code == 401 || code == 407;
}

static void read_offers(sx_auth_memory *memory, const sx_message *message, sx_header_id id) {
    sx_header_walk walk = {0};
    while (memory->n_offers < SX_MAX_OFFERS) {
        sx_offer *offer = &memory->offers[memory->n_offers];
        if (!sx_challenge_next(message, id, &walk, &offer->read))
            return;
        offer->realm = sx_auth_hash(offer->read.realm);
        offer->nonce = offer->read.nonce.len > 0 ? sx_auth_hash(offer->read.nonce) : 0;
        offer->for_proxy = id == SX_HDR_PROXY_AUTHENTICATE;
        memory->n_offers++;
    }
}

void sx_auth_learn_challenges(sx_context *context) {
    sx_auth_memory *memory = sx_auth_memory_of(context);
    memory->n_offers = 0;
    if (!is_challenge_code(context->message->code))
        return;
    read_offers(memory, context->message, SX_HDR_WWW_AUTHENTICATE);
    read_offers(memory, context->message, SX_HDR_PROXY_AUTHENTICATE);
}

static void keep_offers(sx_context *context, sx_auth_state *state) {
    const sx_auth_memory *memory = sx_auth_memory_of(context);
    state->offered = g_new0(sx_offered, memory->n_offers);
    for (guint i = 0; i < memory->n_offers; i++) {
        const sx_offer *offer = &memory->offers[i];
        const sx_challenge *read = &offer->read;
        state->offered[i] = (sx_offered){
            .realm = offer->realm,
            .nonce = offer->nonce,
            .opaque = read->opaque.len > 0 ? (guint32)sx_auth_hash(read->opaque) : 0,
            .algorithm = read->algorithm.len > 0 ? sx_auth_text(context, read->algorithm) : NULL,
            .qop = read->qop.len > 0 ? sx_auth_text(context, read->qop) : NULL,
            .for_proxy = offer->for_proxy != FALSE,
            .userhash = read->has_userhash != FALSE,
        };
    }
    state->n_offered = (guint8)memory->n_offers;
    state->challenge_frame = context->packet->frame;
    state->challenge_time = context->packet->time;
}

static void note_nonces(const sx_context *context) {
    sx_auth_memory *memory = sx_auth_memory_of(context);
    const sx_transaction *transaction = context->seen.transaction;
    for (guint i = 0; i < memory->n_offers; i++) {
        const sx_offer *offer = &memory->offers[i];
        if (offer->nonce == 0)
            continue;
        sx_auth_fact *nonce =
            sx_auth_put(&memory->recent, sx_auth_key(SX_FACT_NONCE, NULL, transaction->server,
                                                     offer->realm, offer->nonce, 0));
        nonce->frame = context->packet->frame;
        nonce->time = context->packet->time;
        nonce->number = offer->for_proxy;
        nonce->value = transaction->id;
        sx_auth_fact *last = sx_auth_put(
            &memory->recent, sx_auth_key(SX_FACT_OFFERED, transaction->client, transaction->server,
                                         offer->realm, transaction->keys.from_aor, 0));
        last->frame = context->packet->frame;
        last->value = offer->nonce;
    }
}

/* Remembers the first of the challenges that nobody answered yet. */
static void note_unanswered(const sx_context *context) {
    sx_auth_memory *memory = sx_auth_memory_of(context);
    const sx_transaction *t = context->seen.transaction;
    gint64 now = context->packet->time;
    for (guint i = 0; i < memory->n_offers; i++) {
        guint64 realm = memory->offers[i].realm;
        sx_auth_fact *first = sx_auth_put(&memory->recent, sx_auth_ignored_key(t, realm));
        const sx_auth_fact *used =
            sx_auth_find(&memory->lasting,
                         sx_auth_key(SX_FACT_REALM_CREDENTIALS, t->client, t->server, realm, 0, 0));
        if (first->frame != 0 && sx_gap(first->time, now) <= IGNORED_FOR &&
            (used == NULL || used->frame < first->frame))
            continue;
        first->frame = context->packet->frame;
        first->time = now;
        first->value = t->keys.call_id;
    }
    if (t->keys.method != SX_METHOD_INVITE || t->keys.to_tag != 0)
        return;
    sx_auth_fact *peer = sx_auth_put(
        &memory->lasting, sx_auth_key(SX_FACT_PEER, t->client, t->server, sx_auth_hop(t), 0, 0));
    if (peer->frame == 0) {
        peer->frame = context->packet->frame;
        peer->time = now;
        peer->value = t->keys.call_id;
        peer->other = t->keys.from_aor;
    }
    if (t->prev == 0)
        peer->number++;
}

/* ---- answers to credentials ---- */

static gboolean is_rejection(guint outcome) {
    return outcome == SX_DIAG_AUTH_WRONG_CREDENTIALS || outcome == SX_DIAG_AUTH_LOOP ||
           outcome == SX_DIAG_AUTH_NONCE_REJECTED || outcome == SX_DIAG_AUTH_CHALLENGED_DOWNSTREAM;
}

/* Whether any challenge of the response at hand says stale=true. */
static gboolean is_stale(const sx_auth_memory *memory) {
    for (guint i = 0; i < memory->n_offers; i++) {
        if (memory->offers[i].read.stale)
            return TRUE;
    }
    return FALSE;
}

/* Counts rejections in a row; a request without credentials begins anew. */
static void count_in_row(const sx_context *context, sx_auth_state *state, guint outcome) {
    const sx_auth_state *prev = sx_auth_state_of(context->seen.prev);
    guint32 frame = context->packet->frame;
    state->first_challenge_frame = frame;
    if (state->n_credentials == 0)
        return;
    if (prev != NULL && prev->first_challenge_frame != 0)
        state->first_challenge_frame = prev->first_challenge_frame;
    if (is_stale(sx_auth_memory_of(context)))
        state->stale_answers = (guint16)MIN((prev ? prev->stale_answers : 0) + 1, G_MAXUINT16);
    if (!is_rejection(outcome))
        return;
    gboolean again = prev != NULL && prev->rejections > 0;
    state->rejections = (guint16)MIN((again ? prev->rejections : 0) + 1, G_MAXUINT16);
    state->first_rejection_frame = again ? prev->first_rejection_frame : frame;
}

static void note_challenge(sx_context *context, guint outcome) {
    const sx_auth_memory *memory = sx_auth_memory_of(context);
    sx_auth_state *state = sx_auth_state_make(context->seen.transaction);
    state->chain_challenged = TRUE;
    if (memory->n_offers == 0 || !context->message->headers_complete)
        return;
    count_in_row(context, state, outcome);
    if (state->n_offered == 0)
        keep_offers(context, state);
    note_nonces(context);
    if (sx_auth_came_without(context->seen.transaction))
        note_unanswered(context);
}

static void note_accepted(const sx_context *context, const sx_credentials *used, guint outcome) {
    sx_auth_memory *memory = sx_auth_memory_of(context);
    const sx_transaction *t = context->seen.transaction;
    guint32 frame = context->packet->frame;
    sx_auth_put(&memory->recent, sx_auth_key(SX_FACT_ACCEPTED, NULL, t->server, used->realm,
                                             used->user, used->nonce))
        ->frame = frame;
    sx_auth_put(&memory->lasting, sx_auth_key(SX_FACT_USER_ACCEPTED, t->client, t->server,
                                              used->realm, used->user, 0))
        ->frame = frame;
    if (used->nc_frame != 0)
        sx_auth_put(&memory->lasting, sx_auth_key(SX_FACT_LAX_NC, NULL, t->server, 0, 0, 0))
            ->frame = frame;
    if (used->differences != NULL)
        sx_auth_put(&memory->lasting, sx_auth_key(SX_FACT_LAX, NULL, t->server, used->realm, 0, 0))
            ->frame = frame;
    if (outcome == SX_DIAG_AUTH_SUCCEEDED)
        sx_auth_put(&memory->recent, sx_auth_succeeded_key(t, used->nonce))->frame = frame;
}

static void note_refused(sx_context *context, const sx_credentials *used, guint outcome) {
    sx_auth_memory *memory = sx_auth_memory_of(context);
    const sx_transaction *t = context->seen.transaction;
    guint32 frame = context->packet->frame;
    guint64 who = sx_hash_number(used->user, used->realm);
    sx_auth_fact *nc = sx_auth_find(
        &memory->recent, sx_auth_key(SX_FACT_NC, t->client, t->server, who, used->nonce, 0));
    if (nc != NULL && nc->frame == t->frame)
        nc->frame = 0;
    if (outcome == SX_DIAG_AUTH_WRONG_CREDENTIALS || outcome == SX_DIAG_AUTH_LOOP ||
        outcome == SX_DIAG_AUTH_CREDENTIALS_FORBIDDEN)
        sx_auth_put(&memory->lasting,
                    sx_auth_key(SX_FACT_USER_REFUSED, NULL, t->server, used->user, 0, 0))
            ->frame = frame;
    if (context->message->code == 403 &&
        sx_matches(sx_context_text(context), "authentication failed|wrong password|"
                                             "(bad|invalid) (password|credentials)"))
        sx_auth_put(&memory->lasting,
                    sx_auth_key(SX_FACT_PASSWORD_403, NULL, t->server, used->realm, 0, 0))
            ->frame = frame;
}

void sx_auth_learn_answer(sx_context *context, guint outcome) {
    const sx_transaction *transaction = context->seen.transaction;
    guint code = sx_context_code(context);
    if (code < 200 || transaction == NULL)
        return;
    if (is_challenge_code(code))
        note_challenge(context, outcome);
    const sx_auth_state *state = sx_auth_state_of(transaction);
    for (guint i = 0; state != NULL && i < state->n_credentials; i++) {
        if (code < 300)
            note_accepted(context, &state->credentials[i], outcome);
        else if (code == 403 || is_challenge_code(code))
            note_refused(context, &state->credentials[i], outcome);
    }
}
