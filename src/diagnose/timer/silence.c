/* SPDX-License-Identifier: GPL-2.0-or-later
 * Requests that nobody answers (RFC 3261 section 17.1).
 */
#include "diagnose/timer/timer.h"

#include "diagnose/auth/auth.h"
#include "diagnose/register/register.h"
#include "diagnose/timer/timer_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/keyed_hash.h"

#define MAX_PAIRS 20000
#define MAX_ASKED 4096
#define SAFE_SIZE 1300                   /* bytes of a request for UDP, RFC 3261 section 18.1.1 */
#define NO_ANSWER (7 * SX_SECOND)        /* the 5th copy comes at 7.5 s; pauses of 3.5 s are real */
#define NO_ANSWER_COPIES 5               /* where there is no time */
#define NO_ANSWER_CANCEL (4 * SX_SECOND) /* before a CANCEL */
#define OLD_BINDING (60 * SX_SECOND)   /* without a message NAT routers forget an address by then */
#define NEXT_TRY_FROM (30 * SX_SECOND) /* over reliable transports */
#define NEXT_TRY_TO (3600 * SX_SECOND)

enum {
    PAIR_ANSWERED = 1, /* a response from server to client was captured */
    PAIR_PROOF = 2, /* a request from client to server shows that the server must have answered */
};

/** A client and a server. */
typedef struct {
    guint64 key;
    guint bits;
} host_pair;

/** A server address and port that answered a small request. */
typedef struct {
    guint64 key;
    guint32 frame; /* of the answer */
} answered_small;

/** The newest request of a user to a server over a reliable transport, to see that it is tried anew. */
typedef struct {
    guint64 key;
    guint32 transaction;
} asked_request;

void sx_timer_init_silence(sx_timer_memory *memory) {
    sx_map_init(&memory->pairs, sizeof(host_pair), MAX_PAIRS);
    sx_map_init(&memory->answered_small, sizeof(answered_small), MAX_PAIRS);
    sx_map_init(&memory->asked, sizeof(asked_request), MAX_ASKED);
}

static guint64 pair_key(const sx_host *client, const sx_host *server) {
    return sx_hash_number(client->key, server->key);
}

static guint64 server_key(const sx_transaction *t) {
    return sx_hash_number(t->server->key, t->server_port);
}

/* A nonce, a To tag: the client got them in an answer. */
static gboolean proves_answer(const sx_context *context) {
    const sx_keys *keys = &context->seen.keys;
    return keys->method == SX_METHOD_ACK || keys->to_tag != 0 ||
           sx_auth_has_credentials(context->seen.transaction);
}

/* Hosts go on being the same two for a while: what is known of them is not looked up again. */
void sx_timer_learn_pair(sx_context *context) {
    sx_timer_memory *memory = sx_timer_memory_of(context);
    const sx_observation *seen = &context->seen;
    gboolean response = context->message->is_response;
    const sx_host *client = response ? seen->destination : seen->source;
    const sx_host *server = response ? seen->source : seen->destination;
    if (memory->learned_client == client && memory->learned_server == server)
        return;
    host_pair *pair = (host_pair *)sx_map_put(&memory->pairs, pair_key(client, server));
    if (response)
        pair->bits |= PAIR_ANSWERED;
    else if ((pair->bits & PAIR_PROOF) == 0 && proves_answer(context))
        pair->bits |= PAIR_PROOF;
    if (pair->bits == (PAIR_ANSWERED | PAIR_PROOF)) {
        memory->learned_client = client;
        memory->learned_server = server;
    }
}

void sx_timer_learn_small(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    if (t->transport != SX_TRANSPORT_UDP || t->keys.size > SAFE_SIZE ||
        t->response_frame != context->packet->frame)
        return;
    answered_small *small =
        (answered_small *)sx_map_put(&sx_timer_memory_of(context)->answered_small, server_key(t));
    if (small->frame == 0)
        small->frame = context->packet->frame;
}

/* Same method, user and server. */
static guint64 asked_key(const sx_transaction *t) {
    guint64 key = sx_hash_number(t->keys.from_aor, (guint64)t->keys.method << 16 | t->server_port);
    return sx_hash_number(sx_hash_number(key, t->server->key), t->client->key);
}

void sx_timer_learn_asked(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    if (t->transport != SX_TRANSPORT_UDP)
        ((asked_request *)sx_map_put(&sx_timer_memory_of(context)->asked, asked_key(t)))
            ->transaction = t->id;
}

gboolean sx_timer_has_answered_twin(const sx_context *context, const sx_transaction *transaction) {
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

guint sx_timer_silent_branches(const sx_context *context, const sx_transaction *transaction,
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
    const host_pair *pair = (const host_pair *)sx_map_find(&sx_timer_memory_of(context)->pairs,
                                                           pair_key(t->client, t->server));
    return pair != NULL && pair->bits == PAIR_PROOF;
}

static gboolean is_long_silent(const sx_context *context, const sx_transaction *t) {
    return context->precision == SX_TIME_NONE ? t->copies >= NO_ANSWER_COPIES
                                              : sx_gap(t->time, context->packet->time) >= NO_ANSWER;
}

/* The transaction that this message proves to be unanswered; NULL if it proves none. */
static sx_transaction *silent_transaction(const sx_context *context) {
    const sx_observation *seen = &context->seen;
    gint64 now = context->packet->time;
    sx_transaction *t = seen->transaction;
    if (t == NULL)
        return NULL;
    if (seen->repetition == SX_COPY)
        return t->transport == SX_TRANSPORT_UDP && is_long_silent(context, t) ? t : NULL;
    sx_transaction *invite = sx_calls_transaction(context->calls, t->cancel);
    if (t->keys.method == SX_METHOD_CANCEL && invite != NULL)
        return sx_gap(invite->time, now) >= NO_ANSWER_CANCEL ? invite : NULL;
    if (t->transport == SX_TRANSPORT_UDP)
        return NULL;
    const asked_request *asked =
        (const asked_request *)sx_map_find(&sx_timer_memory_of(context)->asked, asked_key(t));
    sx_transaction *last =
        asked != NULL ? sx_calls_transaction(context->calls, asked->transaction) : NULL;
    if (last == NULL || sx_gap(last->time, now) < NEXT_TRY_FROM ||
        sx_gap(last->time, now) > NEXT_TRY_TO)
        return NULL;
    return last;
}

static gboolean is_unanswered(const sx_context *context, const sx_transaction *t) {
    gboolean reported;
    if (t->response_frame != 0 || (t->reported & SX_REPORTED_SILENCE) != 0 ||
        !context->message->headers_complete || is_one_way(context, t) ||
        sx_timer_has_answered_twin(context, t))
        return FALSE;
    if (t->keys.method == SX_METHOD_CANCEL) {
        const sx_transaction *invite = sx_calls_transaction(context->calls, t->cancel);
        if (invite != NULL && invite->final != NULL)
            return FALSE;
    }
    sx_timer_silent_branches(context, t, &reported);
    return !reported;
}

gboolean sx_rule_timer_fragmented_request_lost(sx_context *context) {
    sx_transaction *t = context->seen.transaction;
    if (context->seen.repetition != SX_COPY || t == NULL || t->keys.size <= SAFE_SIZE ||
        silent_transaction(context) != t || !is_unanswered(context, t))
        return FALSE;
    const answered_small *small = (const answered_small *)sx_map_find(
        &sx_timer_memory_of(context)->answered_small, server_key(t));
    if (small == NULL)
        return FALSE;
    t->reported |= SX_REPORTED_SILENCE;
    sx_ev_timer_fragmented_request_lost_headline(context->out, t->keys.size);
    sx_ev_timer_fragmented_request_lost_size(context->out, t->keys.size, t->copies,
                                             sx_gap(t->time, context->packet->time), t->frame);
    sx_ev_timer_fragmented_request_lost_small(context->out, small->frame);
    if (sx_timer_icmp_frame(t) != 0)
        sx_ev_timer_fragmented_request_lost_icmp(context->out, sx_timer_icmp_frame(t));
    return TRUE;
}

/* What else is known of the silent server. */
static void add_server(sx_context *context, const sx_transaction *t) {
    if (t->transport == SX_TRANSPORT_UDP && t->keys.size > SAFE_SIZE)
        sx_ev_timer_no_response_size(context->out, t->keys.size);
    if (t->server->last_sent_frame == 0)
        sx_ev_timer_no_response_never_sent(context->out);
    else
        sx_ev_timer_no_response_last_sent(context->out, t->server->last_sent_frame);
    if (sx_timer_icmp_frame(t) != 0)
        sx_ev_timer_no_response_icmp(context->out, sx_timer_icmp_frame(t));
    if (t->keys.method == SX_METHOD_OPTIONS && context->seen.keys.method == SX_METHOD_OPTIONS &&
        !sx_message_has(context->message, SX_HDR_CONTACT))
        sx_ev_timer_no_response_no_contact(context->out);
    const sx_registered_phone *phone = sx_register_phone(context, t);
    if (phone != NULL && sx_gap(phone->time, t->time) >= OLD_BINDING &&
        t->server->last_sent_time <= phone->time)
        sx_ev_timer_no_response_binding(context->out, phone->frame, sx_gap(phone->time, t->time));
}

gboolean sx_rule_timer_no_response(sx_context *context) {
    sx_transaction *t = silent_transaction(context);
    if (t == NULL || !is_unanswered(context, t))
        return FALSE;
    gint64 since = sx_gap(t->time, context->packet->time);
    const char *place = sx_context_place(context, t->server, t->server_port);
    t->reported |= SX_REPORTED_SILENCE;
    sx_ev_timer_no_response_headline(context->out, since, place);
    if (t == context->seen.transaction)
        sx_ev_timer_no_response_repeated(context->out, t->copies, since, place, t->frame);
    else if (context->seen.keys.method == SX_METHOD_CANCEL && t->keys.method == SX_METHOD_INVITE)
        sx_ev_timer_no_response_cancelled(context->out, t->frame, place, since);
    else
        sx_ev_timer_no_response_next_try(context->out, place, t->frame, since);
    add_server(context, t);
    return TRUE;
}
