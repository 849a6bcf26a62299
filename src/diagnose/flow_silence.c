/* SPDX-License-Identifier: GPL-2.0-or-later
 * Requests that nobody answers, or only with 100 (RFC 3261 section 17.1).
 */
#include <string.h>

#include "diagnose/flow.h"
#include "rules.h"
#include "wire/keyed_hash.h"

#define NO_ANSWER (7 * SX_SECOND)        /* the 5th copy comes at 7.5 s; pauses of 3.5 s are real */
#define NO_ANSWER_CANCEL (4 * SX_SECOND) /* before a CANCEL */
#define NEXT_TRY_FROM (30 * SX_SECOND)   /* over reliable transports */
#define NEXT_TRY_TO (3600 * SX_SECOND)
#define ONLY_TRYING (8 * SX_SECOND)
#define SAME_PATIENCE SX_SECOND /* a timer that ends two calls ends them this alike */
#define N_ASKED 4096
#define N_PATIENCE 256

enum {
    PAIR_ANSWERED = 1, /* a response from server to client was captured */
    PAIR_PROOF = 2, /* a request from client to server shows that the server must have answered */
};

static guint64 hash_host(guint64 seed, const sx_host *host) {
    return sx_hash_bytes(seed, host->ip, host->ip_len);
}

/* Hosts are never dropped: where one lies stands for its address. */
static gpointer pair_key(const sx_host *client, const sx_host *server) {
    const guint64 pair[] = {(guint64)GPOINTER_TO_SIZE(client), (guint64)GPOINTER_TO_SIZE(server)};
    return GSIZE_TO_POINTER((gsize)sx_hash_bytes(0, pair, sizeof pair));
}

static gpointer server_key(const sx_transaction *t) {
    return GSIZE_TO_POINTER(
        (gsize)sx_hash_number((guint64)GPOINTER_TO_SIZE(t->server), t->server_port));
}

static guint known(GHashTable *table, gpointer key) {
    return GPOINTER_TO_UINT(g_hash_table_lookup(table, key));
}

static void make_known(GHashTable *table, gpointer key, guint value) {
    guint before = known(table, key);
    if (before == value || (before == 0 && g_hash_table_size(table) >= SX_FLOW_MAX_KNOWN))
        return;
    g_hash_table_insert(table, key, GUINT_TO_POINTER(value));
}

/* Digest credentials with a nonce: the client got it in an answer. */
static gboolean has_nonce(const sx_message *message, sx_header_id header) {
    sx_slice value = sx_message_header(message, header);
    static const char name[] = "nonce=\"";
    gsize len = sizeof name - 1;
    for (gsize i = 0; i + len < value.len; i++) {
        if (g_ascii_strncasecmp(value.p + i, name, len) == 0 &&
            (i == 0 || !g_ascii_isalnum(value.p[i - 1])))
            return value.p[i + len] != '"';
    }
    return FALSE;
}

static gboolean proves_answer(const sx_context *context) {
    const sx_keys *keys = &context->seen.keys;
    return keys->method == SX_METHOD_ACK || keys->to_tag != 0 ||
           has_nonce(context->message, SX_HDR_AUTHORIZATION) ||
           has_nonce(context->message, SX_HDR_PROXY_AUTHORIZATION);
}

static void learn_pair(sx_context *context, const sx_host *client, const sx_host *server) {
    sx_flow_memory *memory = sx_flow_memory_of(context);
    gpointer key = pair_key(client, server);
    guint before = known(memory->pairs, key);
    guint bits = before;
    if (context->message->is_response)
        bits |= PAIR_ANSWERED;
    else if ((bits & PAIR_PROOF) == 0 && proves_answer(context))
        bits |= PAIR_PROOF;
    if (bits != before)
        make_known(memory->pairs, key, bits);
    if (bits == (PAIR_ANSWERED | PAIR_PROOF)) {
        memory->learned_client = client;
        memory->learned_server = server;
    }
}

void sx_flow_silence_learn(sx_context *context) {
    const sx_observation *seen = &context->seen;
    sx_flow_memory *memory = sx_flow_memory_of(context);
    sx_transaction *t = seen->transaction;
    gboolean response = context->message->is_response;
    const sx_host *client = response ? seen->destination : seen->source;
    const sx_host *server = response ? seen->source : seen->destination;
    if (memory->learned_client != client || memory->learned_server != server)
        learn_pair(context, client, server);
    if (!response || t == NULL)
        return;
    if (t->transport == SX_TRANSPORT_UDP && t->keys.size <= SX_FLOW_SAFE_SIZE &&
        t->response_frame == context->packet->frame &&
        known(memory->answered_small, server_key(t)) == 0)
        make_known(memory->answered_small, server_key(t), context->packet->frame);
}

/* Same method, user and server. */
static guint64 asked_key(const sx_transaction *t) {
    guint64 key = sx_hash_number(t->keys.from_aor, (guint64)t->keys.method << 16 | t->server_port);
    return hash_host(hash_host(key, t->server), t->client);
}

static sx_flow_patience *patience_of(sx_flow_memory *memory, const sx_transaction *t,
                                     guint64 *key) {
    if (memory->patience == NULL)
        memory->patience = g_new0(sx_flow_patience, N_PATIENCE);
    *key = hash_host(hash_host(0, t->client), t->server);
    return &memory->patience[*key % N_PATIENCE];
}

void sx_flow_silence_learn_after(sx_context *context) {
    sx_flow_memory *memory = sx_flow_memory_of(context);
    const sx_transaction *t = context->seen.transaction;
    guint64 key;
    if (context->message->is_response || t == NULL || context->seen.repetition != SX_FIRST)
        return;
    if (t->transport != SX_TRANSPORT_UDP) {
        if (memory->asked == NULL)
            memory->asked = g_new0(sx_flow_asked, N_ASKED);
        key = asked_key(t);
        memory->asked[key % N_ASKED] = (sx_flow_asked){key, t->id};
    }
    const sx_transaction *invite = sx_calls_transaction(context->calls, t->cancel);
    if ((t->reported & SX_REPORTED_ONLY_TRYING) != 0 && invite != NULL) {
        sx_flow_patience *patience = patience_of(memory, t, &key);
        *patience = (sx_flow_patience){key, sx_gap(invite->time, t->time), t->frame};
    }
}

gboolean sx_flow_has_answered_twin(const sx_context *context, const sx_transaction *transaction) {
    sx_transaction_walk walk = {0};
    const sx_transaction *other;
    while (transaction->keys.branch != 0 &&
           (other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other != transaction && other->keys.branch == transaction->keys.branch &&
            other->keys.cseq == transaction->keys.cseq &&
            other->keys.method == transaction->keys.method && other->response_frame != 0 &&
            (other->client != transaction->client || other->server != transaction->server))
            return TRUE;
    }
    return FALSE;
}

guint sx_flow_silent_branches(const sx_context *context, const sx_transaction *transaction,
                              gboolean *reported) {
    sx_transaction_walk walk = {0};
    const sx_transaction *other;
    guint n = 0;
    *reported = FALSE;
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other->keys.cseq != transaction->keys.cseq ||
            other->keys.method != transaction->keys.method ||
            other->keys.from_tag != transaction->keys.from_tag ||
            other->client != transaction->client ||
            other->keys.n_vias != transaction->keys.n_vias || other->response_frame != 0)
            continue;
        n++;
        *reported = *reported || (other->reported & SX_REPORTED_SILENCE) != 0;
    }
    return n;
}

/* Whether the capture shows one direction only: the server must have answered this client, but never did here. */
static gboolean is_one_way(const sx_context *context, const sx_transaction *t) {
    return known(sx_flow_memory_of(context)->pairs, pair_key(t->client, t->server)) == PAIR_PROOF;
}

/* The transaction that this message proves to be unanswered; NULL if it proves none. */
static sx_transaction *silent_transaction(const sx_context *context) {
    const sx_observation *seen = &context->seen;
    gint64 now = context->packet->time;
    sx_transaction *t = seen->transaction;
    if (t == NULL)
        return NULL;
    if (seen->repetition == SX_COPY)
        return t->transport == SX_TRANSPORT_UDP && sx_gap(t->time, now) >= NO_ANSWER ? t : NULL;
    sx_transaction *invite = sx_calls_transaction(context->calls, t->cancel);
    if (t->keys.method == SX_METHOD_CANCEL && invite != NULL)
        return sx_gap(invite->time, now) >= NO_ANSWER_CANCEL ? invite : NULL;
    const sx_flow_asked *asked = sx_flow_memory_of(context)->asked;
    if (t->transport == SX_TRANSPORT_UDP || asked == NULL)
        return NULL;
    guint64 key = asked_key(t);
    asked = &asked[key % N_ASKED];
    sx_transaction *last =
        asked->key == key ? sx_calls_transaction(context->calls, asked->transaction) : NULL;
    if (last == NULL || sx_gap(last->time, now) < NEXT_TRY_FROM ||
        sx_gap(last->time, now) > NEXT_TRY_TO)
        return NULL;
    return last;
}

static gboolean is_unanswered(const sx_context *context, const sx_transaction *t) {
    gboolean reported;
    if (t->response_frame != 0 || (t->reported & SX_REPORTED_SILENCE) != 0 ||
        !sx_flow_is_whole(context) || is_one_way(context, t) ||
        sx_flow_has_answered_twin(context, t))
        return FALSE;
    if (t->keys.method == SX_METHOD_CANCEL) {
        const sx_transaction *invite = sx_calls_transaction(context->calls, t->cancel);
        if (invite != NULL && invite->final != NULL)
            return FALSE;
    }
    sx_flow_silent_branches(context, t, &reported);
    return !reported;
}

static guint32 icmp_frame_of(const sx_transaction *t) {
    const sx_flow_kept *kept = sx_flow_kept_of(t);
    return kept != NULL ? kept->icmp_frame : 0;
}

gboolean sx_rule_timer_fragmented_request_lost(sx_context *context) {
    sx_transaction *t = context->seen.transaction;
    if (context->seen.repetition != SX_COPY || t == NULL || t->keys.size <= SX_FLOW_SAFE_SIZE ||
        silent_transaction(context) != t || !is_unanswered(context, t))
        return FALSE;
    guint32 small = known(sx_flow_memory_of(context)->answered_small, server_key(t));
    if (small == 0)
        return FALSE;
    t->reported |= SX_REPORTED_SILENCE;
    sx_ev_timer_fragmented_request_lost_headline(context->out, t->keys.size);
    sx_ev_timer_fragmented_request_lost_size(context->out, t->keys.size, t->copies,
                                             sx_gap(t->time, context->packet->time), t->frame);
    sx_ev_timer_fragmented_request_lost_small(context->out, small);
    if (icmp_frame_of(t) != 0)
        sx_ev_timer_fragmented_request_lost_icmp(context->out, icmp_frame_of(t));
    return TRUE;
}

/* What else is known of the silent server. */
static void tell_server(sx_context *context, const sx_transaction *t) {
    if (t->transport == SX_TRANSPORT_UDP && t->keys.size > SX_FLOW_SAFE_SIZE)
        sx_ev_timer_no_response_size(context->out, t->keys.size);
    if (t->server->last_sent_frame == 0)
        sx_ev_timer_no_response_never_sent(context->out);
    else
        sx_ev_timer_no_response_last_sent(context->out, t->server->last_sent_frame);
    if (icmp_frame_of(t) != 0)
        sx_ev_timer_no_response_icmp(context->out, icmp_frame_of(t));
}

gboolean sx_rule_timer_no_response(sx_context *context) {
    sx_transaction *t = silent_transaction(context);
    if (t == NULL || !is_unanswered(context, t))
        return FALSE;
    gint64 since = sx_gap(t->time, context->packet->time);
    const char *place = sx_flow_place(context, t->server, t->server_port);
    t->reported |= SX_REPORTED_SILENCE;
    sx_ev_timer_no_response_headline(context->out, since, place);
    if (t == context->seen.transaction)
        sx_ev_timer_no_response_repeated(context->out, t->copies, since, place, t->frame);
    else if (context->seen.keys.method == SX_METHOD_CANCEL && t->keys.method == SX_METHOD_INVITE)
        sx_ev_timer_no_response_cancelled(context->out, t->frame, place, since);
    else
        sx_ev_timer_no_response_next_try(context->out, place, t->frame, since);
    tell_server(context, t);
    return TRUE;
}

gboolean sx_rule_timer_silent_after_trying(sx_context *context) {
    sx_transaction *t = context->seen.transaction;
    const sx_transaction *invite = t ? sx_calls_transaction(context->calls, t->cancel) : NULL;
    guint64 key;
    if (invite == NULL || invite->trying_frame == 0 || invite->ring_frame != 0 ||
        invite->final != NULL || invite->progressed || !sx_flow_is_whole(context))
        return FALSE;
    gint64 since = sx_gap(invite->time, context->packet->time);
    if (since < ONLY_TRYING)
        return FALSE;
    t->reported |= SX_REPORTED_ONLY_TRYING;
    sx_ev_timer_silent_after_trying_headline(context->out, since);
    sx_ev_timer_silent_after_trying_trying(
        context->out, sx_flow_place(context, invite->server, invite->server_port),
        invite->trying_frame, since, invite->frame);
    const sx_flow_patience *before = patience_of(sx_flow_memory_of(context), invite, &key);
    if (before->key == key && ABS(before->seconds - since) <= SAME_PATIENCE)
        sx_ev_timer_silent_after_trying_same_before(context->out, before->seconds, before->frame);
    return TRUE;
}
