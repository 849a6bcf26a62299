/* SPDX-License-Identifier: GPL-2.0-or-later
 * Challenges that a client does not answer, and those to a peer that should not be asked.
 */
#include "diagnose/auth/auth_state.h"
#include "evidence.h"
#include "rules.h"

#define SOON (5 * SX_SECOND)      /* within this another call belongs to the same attempt */
#define PEER_SOON (2 * SX_SECOND) /* the same for calls of a trunk */
#define REMEMBERED (3600 * SX_SECOND)

/* A challenge of this answer for a realm that PREV, also without credentials, was challenged for. */
static const sx_offer *ignored_in_chain(const sx_context *context) {
    const sx_auth_memory *memory = sx_auth_memory_of(context);
    const sx_transaction *prev = context->seen.prev;
    const sx_auth_state *state = sx_auth_state_of(prev);
    if (state == NULL || !sx_auth_came_without(prev) ||
        prev->keys.cseq == context->seen.transaction->keys.cseq)
        return NULL;
    for (guint i = 0; i < memory->n_offers; i++) {
        for (guint j = 0; j < state->n_offered; j++) {
            if (memory->offers[i].realm == state->offered[j].realm)
                return &memory->offers[i];
        }
    }
    return NULL;
}

/* The same for another call of the same sender. */
static const sx_offer *ignored_in_other_call(const sx_context *context, guint32 *frame) {
    const sx_auth_memory *memory = sx_auth_memory_of(context);
    const sx_transaction *t = context->seen.transaction;
    for (guint i = 0; i < memory->n_offers; i++) {
        guint64 realm = memory->offers[i].realm;
        const sx_auth_fact *first = sx_auth_find(&memory->recent, sx_auth_ignored_key(t, realm));
        if (first == NULL || first->value == t->keys.call_id)
            continue;
        gint64 gap = sx_gap(first->time, t->time);
        const sx_auth_fact *used =
            sx_auth_find(&memory->lasting,
                         sx_auth_key(SX_FACT_REALM_CREDENTIALS, t->client, t->server, realm, 0, 0));
        if (gap < SOON || gap > REMEMBERED || (used != NULL && used->frame > first->frame))
            continue;
        *frame = first->frame;
        return &memory->offers[i];
    }
    return NULL;
}

/* Algorithms that the answer offers for the realm of a challenge, separated by commas. */
static void add_algorithms(sx_context *context, const sx_offer *of) {
    const sx_auth_memory *memory = sx_auth_memory_of(context);
    GString *all = g_string_sized_new(32);
    gboolean md5 = FALSE;
    sx_slice first = {NULL, 0}; /* the first algorithm, if it is not MD5 */
    for (guint i = 0; i < memory->n_offers; i++) {
        const sx_offer *offer = &memory->offers[i];
        sx_slice algorithm = offer->read.algorithm;
        if (!offer->read.is_digest || offer->realm != of->realm)
            continue;
        if (all->len > 0)
            g_string_append(all, ", ");
        else
            first = algorithm;
        g_string_append(all,
                        algorithm.len > 0 ? sx_context_shown(context, algorithm, SX_SHOWN) : "MD5");
        md5 = md5 || algorithm.len == 0 || sx_slice_is(algorithm, "MD5") ||
              sx_slice_is(algorithm, "MD5-sess");
    }
    if (all->len > 0) {
        sx_ev_auth_challenge_ignored_algorithms(context->out, all->str);
        if (!md5)
            sx_ev_auth_challenge_ignored_no_md5(context->out);
        else if (first.len > 0 && !sx_slice_starts(first, "MD5"))
            sx_ev_auth_challenge_ignored_md5_later(context->out,
                                                   sx_context_shown(context, first, SX_SHOWN));
    }
    g_string_free(all, TRUE);
}

gboolean sx_rule_auth_challenge_ignored(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    /* Keep-alives by OPTIONS are content with any answer. */
    gboolean is_probe = t->keys.method == SX_METHOD_OPTIONS && t->keys.to_tag == 0;
    guint32 first = 0;
    if (!context->message->headers_complete || is_probe || !sx_auth_came_without(t))
        return FALSE;
    const sx_offer *offer = ignored_in_chain(context);
    if (offer != NULL)
        first = sx_auth_state_of(context->seen.prev)->challenge_frame;
    else
        offer = ignored_in_other_call(context, &first);
    if (offer == NULL)
        return FALSE;
    sx_ev_auth_challenge_ignored_headline(context->out, sx_auth_text(context, offer->read.realm));
    sx_ev_auth_challenge_ignored_again(context->out, first, t->frame);
    add_algorithms(context, offer);
    if (offer->read.qop.len > 0)
        sx_ev_auth_challenge_ignored_qop(context->out,
                                         sx_context_shown(context, offer->read.qop, SX_SHOWN));
    return TRUE;
}

gboolean sx_rule_auth_peer_not_trusted(sx_context *context) {
    const sx_auth_memory *memory = sx_auth_memory_of(context);
    const sx_transaction *t = context->seen.transaction;
    if (t->keys.to_tag != 0 || !context->message->headers_complete || memory->n_offers == 0 ||
        !sx_auth_came_without(t))
        return FALSE;
    const sx_auth_fact *peer = sx_auth_find(
        &memory->lasting, sx_auth_key(SX_FACT_PEER, t->client, t->server, sx_auth_hop(t), 0, 0));
    if (peer == NULL || peer->value == t->keys.call_id || peer->other == t->keys.from_aor ||
        sx_gap(peer->time, context->packet->time) < PEER_SOON ||
        sx_auth_find(&memory->lasting,
                     sx_auth_key(SX_FACT_CREDENTIALS, t->client, t->server, 0, 0, 0)) != NULL)
        return FALSE;
    sx_ev_auth_peer_not_trusted_headline(context->out, sx_context_place(context, t->client, 0));
    sx_ev_auth_peer_not_trusted_first(context->out, peer->frame,
                                      sx_gap(peer->time, context->packet->time));
    sx_ev_auth_peer_not_trusted_count(context->out, peer->number + 1u);
    sx_ev_auth_peer_not_trusted_realm(context->out,
                                      sx_auth_text(context, memory->offers[0].read.realm));
    return TRUE;
}
