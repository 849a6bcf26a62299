/* SPDX-License-Identifier: GPL-2.0-or-later
 * What is learned from requests with credentials, from challenges, and from answers to credentials.
 */
#include <string.h>

#include "diagnose/auth.h"
#include "diagnose/auth_memory.h"
#include "evidence.h"
#include "wire/keyed_hash.h"
#include "wire/uri.h"

#define IGNORED_FOR (3600 * SX_SECOND)

static gboolean is_challenge_code(guint code) {
    return code == 401 || code == 407;
}

/* ---- requests ---- */

static const sx_offered *find_offered(const sx_auth_kept *prev, const sx_credentials *used,
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
    const sx_auth_kept *prev = sx_auth_kept_of(seen->prev);
    gboolean asked;
    const sx_auth_fact *nonce =
        sx_auth_facts_find(memory->recent, sx_auth_key(SX_FACT_NONCE, NULL, seen->destination,
                                                       used->realm, used->nonce, 0));
    if (nonce != NULL) {
        used->challenge_frame = nonce->frame;
        used->challenge_time = nonce->time;
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
    const sx_auth_fact *last = sx_auth_facts_find(
        memory->recent, sx_auth_key(SX_FACT_OFFERED, seen->source, seen->destination, used->realm,
                                    seen->keys.from_aor, 0));
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
    sx_auth_fact *highest = sx_auth_facts_put(
        sx_auth_memory_of(context)->recent,
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

static void compare_uris(sx_context *context, sx_auth_kept *kept, sx_slice digest_uri) {
    sx_uri uri;
    if (kept->digest_uri != NULL || !sx_uri_read(digest_uri, &uri) ||
        sx_uri_target(&uri) == context->seen.keys.request_uri)
        return;
    kept->digest_uri = sx_auth_text(context, digest_uri);
    kept->request_uri = sx_auth_text(context, context->message->request_uri);
}

static void note_use(const sx_context *context, const sx_credentials *used) {
    sx_auth_facts *lasting = sx_auth_memory_of(context)->lasting;
    const sx_observation *seen = &context->seen;
    guint32 frame = context->packet->frame;
    sx_auth_facts_put(lasting,
                      sx_auth_key(SX_FACT_CREDENTIALS, seen->source, seen->destination, 0, 0, 0))
        ->frame = frame;
    sx_auth_facts_put(lasting, sx_auth_key(SX_FACT_REALM_CREDENTIALS, seen->source,
                                           seen->destination, used->realm, 0, 0))
        ->frame = frame;
}

static void add_credentials(sx_context *context, sx_auth_kept *kept, const sx_challenge *read,
                            gboolean for_proxy) {
    if (kept->n_credentials >= SX_MAX_CREDENTIALS)
        return;
    kept->credentials = g_renew(sx_credentials, kept->credentials, kept->n_credentials + 1u);
    sx_credentials *used = &kept->credentials[kept->n_credentials++];
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
    if (read->has_nc && context->seen.keys.method != SX_METHOD_CANCEL)
        check_nc(context, used);
    note_use(context, used);
    compare_uris(context, kept, read->uri);
}

static void learn_credentials(sx_context *context, sx_auth_kept *kept, sx_header_id id) {
    sx_header_walk walk = {0};
    sx_challenge read;
    for (guint i = 0; i < SX_MAX_OFFERS && sx_challenge_next(context->message, id, &walk, &read);
         i++) {
        if (!read.is_digest)
            kept->other_scheme = TRUE;
        else if (read.has_auts)
            kept->resynchronises = TRUE;
        else if (read.nonce.len == 0 || !read.has_response)
            kept->announced = TRUE;
        else
            add_credentials(context, kept, &read, id == SX_HDR_PROXY_AUTHORIZATION);
    }
}

static void learn_request(sx_context *context) {
    const sx_message *message = context->message;
    gboolean has_credentials = sx_message_has(message, SX_HDR_AUTHORIZATION) ||
                               sx_message_has(message, SX_HDR_PROXY_AUTHORIZATION);
    gboolean has_identity = sx_message_has(message, SX_HDR_IDENTITY);
    if (!has_credentials && !has_identity && message->headers_complete)
        return;
    gboolean challenged = sx_auth_ever_challenged(context);
    sx_auth_kept *kept = sx_auth_keep(context->seen.transaction);
    kept->chain_challenged = challenged != FALSE;
    kept->cut = !message->headers_complete;
    if (has_credentials && !kept->cut) {
        learn_credentials(context, kept, SX_HDR_AUTHORIZATION);
        learn_credentials(context, kept, SX_HDR_PROXY_AUTHORIZATION);
    }
    if (has_identity)
        kept->identity = sx_auth_identity_read(context);
}

/* ---- challenges ---- */

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

void sx_auth_before(sx_context *context) {
    sx_auth_memory *memory = sx_auth_memory_of(context);
    memory->n_offers = 0;
    if (context->seen.repetition != SX_FIRST)
        return;
    if (!context->message->is_response) {
        if (context->seen.transaction != NULL)
            learn_request(context);
    } else if (is_challenge_code(context->message->code)) {
        read_offers(memory, context->message, SX_HDR_WWW_AUTHENTICATE);
        read_offers(memory, context->message, SX_HDR_PROXY_AUTHENTICATE);
    }
}

static void keep_offers(const sx_auth_memory *memory, sx_auth_kept *kept, const sx_packet *packet) {
    kept->offered = g_new0(sx_offered, memory->n_offers);
    for (guint i = 0; i < memory->n_offers; i++) {
        const sx_offer *offer = &memory->offers[i];
        kept->offered[i] = (sx_offered){offer->realm, offer->nonce, offer->for_proxy};
    }
    kept->n_offered = (guint8)memory->n_offers;
    kept->challenge_frame = packet->frame;
    kept->challenge_time = packet->time;
}

static void note_nonces(const sx_context *context) {
    sx_auth_memory *memory = sx_auth_memory_of(context);
    const sx_transaction *transaction = context->seen.transaction;
    for (guint i = 0; i < memory->n_offers; i++) {
        const sx_offer *offer = &memory->offers[i];
        if (offer->nonce == 0)
            continue;
        sx_auth_fact *nonce =
            sx_auth_facts_put(memory->recent, sx_auth_key(SX_FACT_NONCE, NULL, transaction->server,
                                                          offer->realm, offer->nonce, 0));
        nonce->frame = context->packet->frame;
        nonce->time = context->packet->time;
        nonce->number = offer->for_proxy;
        sx_auth_fact *last = sx_auth_facts_put(
            memory->recent, sx_auth_key(SX_FACT_OFFERED, transaction->client, transaction->server,
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
        sx_auth_fact *first = sx_auth_facts_put(memory->recent, sx_auth_ignored_key(t, realm));
        const sx_auth_fact *used =
            sx_auth_facts_find(memory->lasting, sx_auth_key(SX_FACT_REALM_CREDENTIALS, t->client,
                                                            t->server, realm, 0, 0));
        if (first->frame != 0 && sx_gap(first->time, now) <= IGNORED_FOR &&
            (used == NULL || used->frame < first->frame))
            continue;
        first->frame = context->packet->frame;
        first->time = now;
        first->value = t->keys.call_id;
    }
    if (t->keys.method != SX_METHOD_INVITE || t->keys.to_tag != 0)
        return;
    sx_auth_fact *peer = sx_auth_facts_put(
        memory->lasting, sx_auth_key(SX_FACT_PEER, t->client, t->server, sx_auth_hop(t), 0, 0));
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
static void count_in_row(const sx_context *context, sx_auth_kept *kept, guint outcome) {
    const sx_auth_kept *prev = sx_auth_kept_of(context->seen.prev);
    guint32 frame = context->packet->frame;
    kept->first_challenge_frame = frame;
    if (kept->n_credentials == 0)
        return;
    if (prev != NULL && prev->first_challenge_frame != 0)
        kept->first_challenge_frame = prev->first_challenge_frame;
    if (is_stale(sx_auth_memory_of(context)))
        kept->stale_answers = (guint16)MIN((prev ? prev->stale_answers : 0) + 1, G_MAXUINT16);
    if (!is_rejection(outcome))
        return;
    gboolean again = prev != NULL && prev->rejections > 0;
    kept->rejections = (guint16)MIN((again ? prev->rejections : 0) + 1, G_MAXUINT16);
    kept->first_rejection_frame = again ? prev->first_rejection_frame : frame;
}

static void note_challenge(const sx_context *context, guint outcome) {
    const sx_auth_memory *memory = sx_auth_memory_of(context);
    sx_auth_kept *kept = sx_auth_keep(context->seen.transaction);
    kept->chain_challenged = TRUE;
    if (memory->n_offers == 0 || !context->message->headers_complete)
        return;
    count_in_row(context, kept, outcome);
    if (kept->n_offered == 0)
        keep_offers(memory, kept, context->packet);
    note_nonces(context);
    if (kept->n_credentials == 0 && !kept->other_scheme && !kept->resynchronises && !kept->cut)
        note_unanswered(context);
}

static void note_accepted(const sx_context *context, const sx_credentials *used, guint outcome) {
    sx_auth_memory *memory = sx_auth_memory_of(context);
    const sx_transaction *t = context->seen.transaction;
    guint32 frame = context->packet->frame;
    sx_auth_facts_put(memory->recent, sx_auth_key(SX_FACT_ACCEPTED, NULL, t->server, used->realm,
                                                  used->user, used->nonce))
        ->frame = frame;
    sx_auth_facts_put(memory->lasting, sx_auth_key(SX_FACT_USER_ACCEPTED, t->client, t->server,
                                                   used->realm, used->user, 0))
        ->frame = frame;
    if (used->nc_frame != 0)
        sx_auth_facts_put(memory->lasting, sx_auth_key(SX_FACT_LAX_NC, NULL, t->server, 0, 0, 0))
            ->frame = frame;
    if (outcome == SX_DIAG_AUTH_SUCCEEDED)
        sx_auth_facts_put(memory->recent, sx_auth_succeeded_key(t, used->nonce))->frame = frame;
}

static void note_refused(sx_context *context, const sx_credentials *used, guint outcome) {
    sx_auth_memory *memory = sx_auth_memory_of(context);
    const sx_transaction *t = context->seen.transaction;
    guint32 frame = context->packet->frame;
    guint64 who = sx_hash_number(used->user, used->realm);
    sx_auth_fact *nc = sx_auth_facts_find(
        memory->recent, sx_auth_key(SX_FACT_NC, t->client, t->server, who, used->nonce, 0));
    if (nc != NULL && nc->frame == t->frame)
        nc->frame = 0;
    if (outcome == SX_DIAG_AUTH_WRONG_CREDENTIALS || outcome == SX_DIAG_AUTH_LOOP ||
        outcome == SX_DIAG_AUTH_CREDENTIALS_FORBIDDEN)
        sx_auth_facts_put(memory->lasting,
                          sx_auth_key(SX_FACT_USER_REFUSED, NULL, t->server, used->user, 0, 0))
            ->frame = frame;
    if (context->message->code == 403 &&
        sx_matches(sx_context_text(context), "authentication failed|wrong password|"
                                             "(bad|invalid) (password|credentials)"))
        sx_auth_facts_put(memory->lasting,
                          sx_auth_key(SX_FACT_PASSWORD_403, NULL, t->server, used->realm, 0, 0))
            ->frame = frame;
}

void sx_auth_after(sx_context *context, guint outcome) {
    const sx_message *message = context->message;
    const sx_transaction *transaction = context->seen.transaction;
    if (!message->is_response || transaction == NULL || context->seen.repetition != SX_FIRST)
        return;
    if (message->code < 300)
        sx_auth_note_failed_check(context);
    if (message->code < 200)
        return;
    if (is_challenge_code(message->code))
        note_challenge(context, outcome);
    const sx_auth_kept *kept = sx_auth_kept_of(transaction);
    for (guint i = 0; kept != NULL && i < kept->n_credentials; i++) {
        if (message->code < 300)
            note_accepted(context, &kept->credentials[i], outcome);
        else if (message->code == 403 || is_challenge_code(message->code))
            note_refused(context, &kept->credentials[i], outcome);
    }
}
