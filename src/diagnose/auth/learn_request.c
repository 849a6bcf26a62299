/* SPDX-License-Identifier: GPL-2.0-or-later
 * What is learned from requests with credentials.
 */
#include <string.h>

#include "diagnose/auth/auth.h"
#include "diagnose/auth/auth_state.h"
#include "wire/keyed_hash.h"
#include "wire/uri.h"

static const sx_offered *find_offered(const sx_auth_state *prev, const sx_credentials *used,
                                      gboolean *asked_for_realm) {
    *asked_for_realm = FALSE;
    for (guint i = 0; prev != NULL && i < prev->n_offered; i++) {
        const sx_offered *offered = &prev->offered[i];
        if (offered->realm != used->realm || offered->for_proxy != used->for_proxy)
            continue;
        *asked_for_realm = TRUE;
        if (offered->nonce == used->nonce)
            return offered;
    }
    return NULL;
}

/* Which challenge these credentials answer: of PREV, else any that this server made. */
static void find_challenge(const sx_context *context, sx_credentials *used) {
    const sx_auth_memory *memory = sx_auth_memory_of(context);
    const sx_observation *seen = &context->seen;
    const sx_auth_state *prev = sx_auth_state_of(seen->prev);
    gboolean asked;
    const sx_auth_fact *nonce =
        sx_auth_find(&memory->recent, sx_auth_key(SX_FACT_NONCE, NULL, seen->destination,
                                                  used->realm, used->nonce, 0));
    if (nonce != NULL) {
        used->challenge_frame = nonce->frame;
        used->challenge_time = nonce->time;
        used->challenged = (guint32)nonce->value;
        used->for_proxy = nonce->number != 0; /* some clients take the other header */
        used->origin = SX_NONCE_LAST;
    }
    if (find_offered(prev, used, &asked) != NULL) {
        used->challenge_frame = prev->challenge_frame;
        used->challenge_time = prev->challenge_time;
        used->origin = SX_NONCE_LAST;
        return;
    }
    if (asked) {
        used->origin = SX_NONCE_OUTDATED;
        used->last_challenge_frame = prev->challenge_frame;
        return;
    }
    const sx_auth_fact *last =
        sx_auth_find(&memory->recent, sx_auth_key(SX_FACT_OFFERED, seen->source, seen->destination,
                                                  used->realm, seen->keys.from_aor, 0));
    if (nonce != NULL && last != NULL && last->value != used->nonce && last->frame > nonce->frame) {
        used->origin = SX_NONCE_OUTDATED;
        used->last_challenge_frame = last->frame;
    }
}

/* nc must grow with each request that uses a nonce (RFC 7616 section 3.4). Copies of one request at other hops or
 * branches, and requests that were refused, prove nothing. */
static void check_nc(const sx_context *context, sx_credentials *used) {
    const sx_observation *seen = &context->seen;
    guint64 who = sx_hash_number(used->user, used->realm);
    sx_auth_fact *highest =
        sx_auth_put(&sx_auth_memory_of(context)->recent,
                    sx_auth_key(SX_FACT_NC, seen->source, seen->destination, who, used->nonce, 0));
    gboolean same_request =
        highest->value == seen->keys.call_id && highest->other == seen->keys.cseq;
    if (highest->frame != 0 && used->nc <= highest->number) {
        if (!same_request) {
            used->nc_frame = highest->frame;
            used->nc_before = highest->number;
        }
        return;
    }
    highest->number = used->nc;
    highest->frame = context->packet->frame;
    highest->value = seen->keys.call_id;
    highest->other = seen->keys.cseq;
}

static void compare_uris(sx_context *context, sx_auth_state *state, sx_slice digest_uri) {
    sx_uri uri;
    if (state->digest_uri != NULL || !sx_uri_read(digest_uri, &uri) ||
        sx_uri_target(&uri) == context->seen.keys.request_uri)
        return;
    state->digest_uri = sx_auth_text(context, digest_uri);
    state->request_uri = sx_auth_text(context, context->message->request_uri);
}

static void note_use(const sx_context *context, const sx_credentials *used) {
    sx_bounded_map *lasting = &sx_auth_memory_of(context)->lasting;
    const sx_observation *seen = &context->seen;
    guint32 frame = context->packet->frame;
    sx_auth_put(lasting, sx_auth_key(SX_FACT_CREDENTIALS, seen->source, seen->destination, 0, 0, 0))
        ->frame = frame;
    sx_auth_put(lasting, sx_auth_key(SX_FACT_REALM_CREDENTIALS, seen->source, seen->destination,
                                     used->realm, 0, 0))
        ->frame = frame;
}

static void add_credentials(sx_context *context, sx_auth_state *state, const sx_challenge *read,
                            gboolean for_proxy) {
    if (state->n_credentials >= SX_MAX_CREDENTIALS)
        return;
    state->credentials = g_renew(sx_credentials, state->credentials, state->n_credentials + 1u);
    sx_credentials *used = &state->credentials[state->n_credentials++];
    sx_slice tail = sx_auth_tail(read->nonce);
    *used = (sx_credentials){
        .realm = sx_auth_hash(read->realm),
        .nonce = sx_auth_hash(read->nonce),
        .user = sx_auth_hash(read->username),
        .user_text = sx_auth_text(context, read->username),
        .realm_text = sx_auth_text(context, read->realm),
        .for_proxy = for_proxy,
        .nc = read->nc,
    };
    memcpy(used->nonce_tail, tail.p, tail.len);
    find_challenge(context, used);
    const sx_auth_state *prev = sx_auth_state_of(context->seen.prev);
    if (prev != NULL)
        used->differences = sx_auth_compare(context, used, read, prev);
    if (read->has_nc && context->seen.keys.method != SX_METHOD_CANCEL)
        check_nc(context, used);
    note_use(context, used);
    compare_uris(context, state, read->uri);
}

static void learn_credentials(sx_context *context, sx_auth_state *state, sx_header_id id) {
    sx_header_walk walk = {0};
    sx_challenge read;
    for (guint i = 0; i < SX_MAX_OFFERS && sx_challenge_next(context->message, id, &walk, &read);
         i++) {
        if (!read.is_digest)
            state->other_scheme = TRUE;
        else if (read.has_auts)
            state->resynchronises = TRUE;
        else if (read.nonce.len == 0 || read.response_len == 0)
            state->announced = TRUE;
        else
            add_credentials(context, state, &read, id == SX_HDR_PROXY_AUTHORIZATION);
    }
}

void sx_auth_learn_request(sx_context *context) {
    const sx_message *message = context->message;
    gboolean has_credentials = sx_message_has(message, SX_HDR_AUTHORIZATION) ||
                               sx_message_has(message, SX_HDR_PROXY_AUTHORIZATION);
    if (context->seen.transaction == NULL || !has_credentials || !message->headers_complete)
        return;
    gboolean challenged = sx_auth_ever_challenged(context);
    sx_auth_state *state = sx_auth_state_make(context->seen.transaction);
    state->chain_challenged = challenged != FALSE;
    learn_credentials(context, state, SX_HDR_AUTHORIZATION);
    learn_credentials(context, state, SX_HDR_PROXY_AUTHORIZATION);
}
