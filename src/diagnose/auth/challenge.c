/* SPDX-License-Identifier: GPL-2.0-or-later
 * Challenges to requests without credentials: the normal first step, and those that nobody can answer.
 */
#include "diagnose/auth/auth_state.h"
#include "diagnose/register/register.h"
#include "evidence.h"
#include "rules.h"

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
    sx_slice server = sx_context_product(context);
    if (without_nonce != NULL)
        sx_ev_auth_challenge_header_missing_no_nonce(
            context->out, sx_auth_text(context, without_nonce->read.realm));
    else
        sx_ev_auth_challenge_header_missing_no_header(context->out, sx_header_name(wanted));
    if (swapped)
        sx_ev_auth_challenge_header_missing_swapped(context->out, sx_header_name(other),
                                                    context->message->code);
    if (server.len > 0)
        sx_ev_auth_challenge_header_missing_server(context->out,
                                                   sx_context_shown(context, server, SX_SHOWN));
    return TRUE;
}

static void add_offer(sx_context *context, const sx_offer *offer) {
    const sx_challenge *read = &offer->read;
    const char *realm = sx_auth_text(context, read->realm);
    if (!read->is_digest) {
        sx_ev_auth_challenge_scheme(context->out, sx_context_shown(context, read->scheme, SX_SHOWN),
                                    realm);
        return;
    }
    sx_ev_auth_challenge_realm(
        context->out, realm,
        read->algorithm.len > 0 ? sx_context_shown(context, read->algorithm, SX_SHOWN) : "MD5",
        sx_context_shown(context, sx_auth_tail(read->nonce), SX_NONCE_TAIL));
    if (read->qop.len > 0)
        sx_ev_auth_challenge_qop(context->out, sx_context_shown(context, read->qop, SX_SHOWN));
}

static void add_request(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_auth_state *state = sx_auth_state_of(t);
    const sx_auth_memory *memory = sx_auth_memory_of(context);
    if (t == NULL)
        sx_ev_auth_challenge_orphan(context->out);
    if (state == NULL)
        return;
    if (state->resynchronises)
        sx_ev_auth_challenge_resynchronised(context->out, t->frame);
    else if (state->n_credentials == 0 && state->announced)
        sx_ev_auth_challenge_announced(context->out, t->frame);
    if (state->n_credentials == 0)
        return;
    const sx_credentials *used = &state->credentials[0];
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

gboolean sx_rule_auth_aka_keys(sx_context *context) {
    const sx_auth_state *state = sx_auth_state_of(context->seen.transaction);
    const sx_auth_state *prev = sx_auth_state_of(context->seen.prev);
    if (state == NULL || prev == NULL || !state->resynchronises || !prev->resynchronises ||
        prev->challenge_frame == 0)
        return FALSE;
    sx_ev_auth_aka_keys_first(context->out, context->seen.prev->frame, prev->challenge_frame);
    sx_ev_auth_aka_keys_again(context->out, context->seen.transaction->frame);
    return TRUE;
}

/* A call from where the challenging side is registered itself. */
static void add_trunk(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_registered_phone *phone = t != NULL && t->keys.method == SX_METHOD_INVITE &&
                                               t->keys.to_tag == 0 && sx_auth_came_without(t)
                                           ? sx_register_phone(context, t)
                                           : NULL;
    if (phone != NULL)
        sx_ev_auth_challenge_trunk(context->out, sx_context_place(context, t->server, 0),
                                   sx_context_place(context, t->client, 0), phone->frame);
}

gboolean sx_rule_auth_challenge(sx_context *context) {
    const sx_auth_memory *memory = sx_auth_memory_of(context);
    gboolean usable = FALSE;
    for (guint i = 0; i < memory->n_offers; i++) {
        if (is_usable(&memory->offers[i])) {
            usable = TRUE;
            add_offer(context, &memory->offers[i]);
        }
    }
    if (usable) {
        add_trunk(context);
        add_request(context);
    }
    return usable;
}
