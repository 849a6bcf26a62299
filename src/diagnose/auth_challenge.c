/* SPDX-License-Identifier: GPL-2.0-or-later
 * Challenges to requests without credentials: the normal first step, a client that does not answer it, a peer that
 * should not be asked, and challenges that nobody can answer.
 */
#include "diagnose/auth_memory.h"
#include "evidence.h"
#include "rules.h"

#define MAX_SHOWN 64              /* bytes of a value that evidence shows */
#define SOON (5 * SX_SECOND)      /* within this another call belongs to the same attempt */
#define PEER_SOON (2 * SX_SECOND) /* the same for calls of a trunk */
#define REMEMBERED (3600 * SX_SECOND)

static const char *shown(sx_context *context, sx_slice value) {
    return sx_context_copy(context, sx_slice_head(value, MAX_SHOWN));
}

gboolean sx_rule_auth_challenge_to_ack_or_cancel(sx_context *context) {
    const sx_observation *seen = &context->seen;
    const sx_ack *ack =
        seen->keys.method == SX_METHOD_ACK ? sx_call_ack(seen->call, seen->keys.cseq, 0) : NULL;
    if (seen->transaction != NULL)
        sx_ev_auth_challenge_to_ack_or_cancel_cancel(context->out, seen->transaction->frame);
    else if (ack != NULL)
        sx_ev_auth_challenge_to_ack_or_cancel_ack(context->out, ack->frame);
    return TRUE;
}

static gboolean is_usable(const sx_offer *offer) {
    return !offer->read.is_digest || offer->nonce != 0;
}

gboolean sx_rule_auth_challenge_header_missing(sx_context *context) {
    const sx_auth_memory *memory = sx_auth_memory_of(context);
    gboolean is_407 = context->message->code == 407;
    const sx_offer *without_nonce = NULL;
    gboolean swapped = FALSE;
    if (!context->message->headers_complete)
        return FALSE;
    for (guint i = 0; i < memory->n_offers; i++) {
        const sx_offer *offer = &memory->offers[i];
        if (offer->for_proxy != is_407)
            swapped = TRUE;
        else if (is_usable(offer))
            return FALSE;
        else
            without_nonce = offer;
    }
    sx_header_id wanted = is_407 ? SX_HDR_PROXY_AUTHENTICATE : SX_HDR_WWW_AUTHENTICATE;
    sx_header_id other = is_407 ? SX_HDR_WWW_AUTHENTICATE : SX_HDR_PROXY_AUTHENTICATE;
    sx_slice server = sx_message_header(context->message, SX_HDR_SERVER);
    if (server.len == 0)
        server = sx_message_header(context->message, SX_HDR_USER_AGENT);
    if (without_nonce != NULL)
        sx_ev_auth_challenge_header_missing_no_nonce(
            context->out, sx_auth_text(context, without_nonce->read.realm));
    else
        sx_ev_auth_challenge_header_missing_no_header(context->out, sx_header_name(wanted));
    if (swapped)
        sx_ev_auth_challenge_header_missing_swapped(context->out, sx_header_name(other),
                                                    context->message->code);
    if (server.len > 0)
        sx_ev_auth_challenge_header_missing_server(context->out, shown(context, server));
    return TRUE;
}

/* Whether the request had nothing at all to authenticate with, as far as it was captured. */
static gboolean came_without_credentials(const sx_auth_kept *kept) {
    return kept == NULL ||
           (kept->n_credentials == 0 && !kept->other_scheme && !kept->resynchronises && !kept->cut);
}

/* A challenge of this answer for a realm that PREV, also without credentials, was challenged for. */
static const sx_offer *ignored_in_chain(const sx_context *context) {
    const sx_auth_memory *memory = sx_auth_memory_of(context);
    const sx_transaction *prev = context->seen.prev;
    const sx_auth_kept *kept = sx_auth_kept_of(prev);
    if (kept == NULL || !came_without_credentials(kept) ||
        prev->keys.cseq == context->seen.transaction->keys.cseq)
        return NULL;
    for (guint i = 0; i < memory->n_offers; i++) {
        for (guint j = 0; j < kept->n_offered; j++) {
            if (memory->offers[i].realm == kept->offered[j].realm)
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
        const sx_auth_fact *first =
            sx_auth_facts_find(memory->recent, sx_auth_ignored_key(t, realm));
        if (first == NULL || first->value == t->keys.call_id)
            continue;
        gint64 gap = sx_gap(first->time, t->time);
        const sx_auth_fact *used =
            sx_auth_facts_find(memory->lasting, sx_auth_key(SX_FACT_REALM_CREDENTIALS, t->client,
                                                            t->server, realm, 0, 0));
        if (gap < SOON || gap > REMEMBERED || (used != NULL && used->frame > first->frame))
            continue;
        *frame = first->frame;
        return &memory->offers[i];
    }
    return NULL;
}

/* Algorithms that the answer offers for the realm of a challenge, separated by commas. */
static void show_algorithms(sx_context *context, const sx_offer *of) {
    const sx_auth_memory *memory = sx_auth_memory_of(context);
    GString *all = g_string_sized_new(32);
    gboolean md5 = FALSE;
    for (guint i = 0; i < memory->n_offers; i++) {
        const sx_offer *offer = &memory->offers[i];
        sx_slice algorithm = offer->read.algorithm;
        if (!offer->read.is_digest || offer->realm != of->realm)
            continue;
        if (all->len > 0)
            g_string_append(all, ", ");
        g_string_append(all, algorithm.len > 0 ? shown(context, algorithm) : "MD5");
        md5 = md5 || algorithm.len == 0 || sx_slice_is(algorithm, "MD5") ||
              sx_slice_is(algorithm, "MD5-sess");
    }
    if (all->len > 0) {
        sx_ev_auth_challenge_ignored_algorithms(context->out, all->str);
        if (!md5)
            sx_ev_auth_challenge_ignored_no_md5(context->out);
    }
    g_string_free(all, TRUE);
}

gboolean sx_rule_auth_challenge_ignored(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    /* Keep-alives by OPTIONS are content with any answer. */
    gboolean is_probe = t->keys.method == SX_METHOD_OPTIONS && t->keys.to_tag == 0;
    guint32 first = 0;
    if (!context->message->headers_complete || is_probe ||
        !came_without_credentials(sx_auth_kept_of(t)))
        return FALSE;
    const sx_offer *offer = ignored_in_chain(context);
    if (offer != NULL)
        first = sx_auth_kept_of(context->seen.prev)->challenge_frame;
    else
        offer = ignored_in_other_call(context, &first);
    if (offer == NULL)
        return FALSE;
    sx_ev_auth_challenge_ignored_headline(context->out, sx_auth_text(context, offer->read.realm));
    sx_ev_auth_challenge_ignored_again(context->out, first, t->frame);
    show_algorithms(context, offer);
    if (offer->read.qop.len > 0)
        sx_ev_auth_challenge_ignored_qop(context->out, shown(context, offer->read.qop));
    return TRUE;
}

gboolean sx_rule_auth_peer_not_trusted(sx_context *context) {
    const sx_auth_memory *memory = sx_auth_memory_of(context);
    const sx_transaction *t = context->seen.transaction;
    if (t->keys.to_tag != 0 || !context->message->headers_complete || memory->n_offers == 0 ||
        !came_without_credentials(sx_auth_kept_of(t)))
        return FALSE;
    const sx_auth_fact *peer = sx_auth_facts_find(
        memory->lasting, sx_auth_key(SX_FACT_PEER, t->client, t->server, sx_auth_hop(t), 0, 0));
    if (peer == NULL || peer->value == t->keys.call_id || peer->other == t->keys.from_aor ||
        sx_gap(peer->time, context->packet->time) < PEER_SOON ||
        sx_auth_facts_find(memory->lasting,
                           sx_auth_key(SX_FACT_CREDENTIALS, t->client, t->server, 0, 0, 0)) != NULL)
        return FALSE;
    char *address = sx_host_text(t->client);
    sx_ev_auth_peer_not_trusted_headline(context->out, address);
    g_free(address);
    sx_ev_auth_peer_not_trusted_first(context->out, peer->frame,
                                      sx_gap(peer->time, context->packet->time));
    sx_ev_auth_peer_not_trusted_count(context->out, peer->number + 1u);
    sx_ev_auth_peer_not_trusted_realm(context->out,
                                      sx_auth_text(context, memory->offers[0].read.realm));
    return TRUE;
}

static void show_offer(sx_context *context, const sx_offer *offer) {
    const sx_challenge *read = &offer->read;
    const char *realm = sx_auth_text(context, read->realm);
    if (!read->is_digest) {
        sx_ev_auth_challenge_scheme(context->out, shown(context, read->scheme), realm);
        return;
    }
    sx_ev_auth_challenge_realm(context->out, realm,
                               read->algorithm.len > 0 ? shown(context, read->algorithm) : "MD5",
                               sx_context_copy(context, sx_auth_tail(read->nonce)));
    if (read->qop.len > 0)
        sx_ev_auth_challenge_qop(context->out, shown(context, read->qop));
}

static void show_request(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_auth_kept *kept = sx_auth_kept_of(t);
    const sx_auth_memory *memory = sx_auth_memory_of(context);
    if (t == NULL)
        sx_ev_auth_challenge_orphan(context->out);
    if (kept == NULL)
        return;
    if (kept->resynchronises)
        sx_ev_auth_challenge_resynchronised(context->out, t->frame);
    else if (kept->n_credentials == 0 && kept->announced)
        sx_ev_auth_challenge_announced(context->out, t->frame);
    if (kept->n_credentials == 0)
        return;
    const sx_credentials *used = &kept->credentials[0];
    for (guint i = 0; i < memory->n_offers; i++) {
        if (memory->offers[i].realm == used->realm &&
            memory->offers[i].for_proxy == used->for_proxy) {
            if (used->origin == SX_NONCE_UNKNOWN)
                sx_ev_auth_challenge_preemptive(context->out, t->frame);
            return;
        }
    }
    sx_ev_auth_challenge_other_realm(context->out, t->frame, used->realm_text);
}

gboolean sx_rule_auth_challenge(sx_context *context) {
    const sx_auth_memory *memory = sx_auth_memory_of(context);
    gboolean usable = FALSE;
    for (guint i = 0; i < memory->n_offers; i++) {
        if (is_usable(&memory->offers[i])) {
            usable = TRUE;
            show_offer(context, &memory->offers[i]);
        }
    }
    if (usable)
        show_request(context);
    return usable;
}
