/* SPDX-License-Identifier: GPL-2.0-or-later
 * Takes messages into the memory: which transaction, which copy, which call (RFC 3261 section 17).
 */
#include <string.h>

#include "calls/memory.h"
#include "wire/keyed_hash.h"
#include "wire/uri.h"

#define LIFETIME (32 * SX_SECOND)          /* of a transaction after its last message */
#define LIFETIME_RINGING (200 * SX_SECOND) /* of an INVITE that has a provisional response only */
#define DUPLICATE_GAP (20 * SX_MILLISECOND)
#define DUPLICATE_GAP_SAME_ID SX_SECOND
#define TRYING_GAP (5 * SX_MILLISECOND) /* a server may answer 100 twice */
#define MAX_SAME_KEY 16                 /* transactions with one key that are looked through */
#define MAX_FINALS 8                    /* final responses of one transaction that are told apart */

/* The key under which a transaction is found: the branch, or what old stacks have instead of one. */
static guint64 transaction_key(const sx_keys *keys) {
    guint64 seed = sx_hash_number((guint64)keys->method, keys->cseq);
    if (keys->branch != 0)
        return sx_hash_number(seed, keys->branch);
    return sx_hash_number(sx_hash_number(seed + 1, keys->call_id), keys->from_tag);
}

guint64 sx_host_key(const guint8 *ip, guint ip_len) {
    return sx_hash_bytes(0, ip, MIN(ip_len, sizeof((sx_host *)NULL)->ip));
}

static guint64 flow_key(guint64 source, guint64 destination, const sx_packet *packet) {
    guint64 ports = (guint64)packet->source.port << 16 | packet->destination.port;
    return sx_hash_number(sx_hash_number(source, ports), destination);
}

guint64 sx_calls_flow(const sx_packet *packet) {
    return flow_key(sx_host_key(packet->source.ip, packet->source.ip_len),
                    sx_host_key(packet->destination.ip, packet->destination.ip_len), packet);
}

/* What stands for the bytes of a message: all that tells it from others, without another look at each byte. Servers refuse a
 * request twice, by two of their parts, in other words only. */
static guint64 hash_packet(const sx_message *message, const sx_packet *packet,
                           const sx_observation *seen) {
    const sx_keys *keys = &seen->keys;
    guint64 phrase = message->code >= 300 ? sx_hash_slice(0, message->phrase) : 0;
    const guint64 parts[] = {keys->branch,
                             keys->call_id,
                             keys->from_tag,
                             keys->to_tag,
                             (guint64)keys->cseq << 32 | keys->size,
                             (guint64)keys->method << 32 | (guint64)message->code << 16 |
                                 (guint64)packet->transport << 8 | keys->n_vias,
                             phrase,
                             seen->flow};
    return sx_hash_bytes(0, parts, sizeof parts);
}

/* Whether this very packet was captured before; else notes it. Without a time, two equal ones are a retransmission. */
static gboolean is_duplicate(sx_calls *calls, const sx_message *message, const sx_packet *packet,
                             sx_observation *seen) {
    if (packet->from_log || packet->precision == SX_TIME_NONE)
        return FALSE;
    guint64 key = hash_packet(message, packet, seen);
    sx_recent_packet *before = (sx_recent_packet *)sx_map_put(&calls->recent, key);
    gboolean at_once = packet->precision < SX_TIME_SECONDS;
    gint64 apart = ABS(packet->time - before->time);
    gboolean same_id = before->ip_id == packet->ip_id;
    gboolean id_unknown = before->ip_id == 0 || packet->ip_id == 0;
    gboolean duplicate =
        before->frame != 0 && ((at_once && apart <= DUPLICATE_GAP && (same_id || id_unknown)) ||
                               (apart <= DUPLICATE_GAP_SAME_ID && same_id && !id_unknown));
    if (duplicate && message->is_response && message->code == 100 && apart > TRYING_GAP && !same_id)
        duplicate = FALSE;
    if (duplicate) {
        seen->original_frame = before->frame;
        seen->original_time = before->time;
        return TRUE;
    }
    *before = (sx_recent_packet){key, packet->time, packet->frame, packet->ip_id};
    return FALSE;
}

static gboolean is_alive(const sx_transaction *transaction, gint64 now) {
    gboolean ringing = transaction->keys.method == SX_METHOD_INVITE && transaction->final == NULL &&
                       transaction->response_frame != 0;
    return sx_gap(transaction->last_time, now) <= (ringing ? LIFETIME_RINGING : LIFETIME);
}

/* The transaction that a request belongs to already. */
static sx_transaction *find_request(const sx_calls *calls, const sx_observation *seen,
                                    const sx_packet *packet, guint64 key) {
    sx_transaction *candidate = sx_memory_by_key(calls, key);
    for (guint i = 0; candidate != NULL && i < MAX_SAME_KEY; i++) {
        gboolean same_ports = packet->transport != SX_TRANSPORT_UDP ||
                              (candidate->client_port == packet->source.port &&
                               candidate->server_port == packet->destination.port);
        if (candidate->client == seen->source && candidate->server == seen->destination &&
            same_ports && candidate->keys.call_id == seen->keys.call_id &&
            candidate->keys.to_aor == seen->keys.to_aor && is_alive(candidate, packet->time))
            return candidate;
        candidate = sx_calls_transaction(calls, candidate->same_key);
    }
    return NULL;
}

static guint score_response(const sx_transaction *candidate, const sx_observation *seen,
                            const sx_packet *packet) {
    return (candidate->client == seen->destination ? 8u : 0u) +
           (candidate->server == seen->source ? 4u : 0u) +
           (candidate->client_port == packet->destination.port ? 2u : 0u) +
           (candidate->server_port == packet->source.port ? 1u : 0u);
}

/* Stacks that lose or change the top Via: only if there is exactly one request that fits. */
static sx_transaction *find_response_by_call(const sx_calls *calls, const sx_observation *seen,
                                             gint64 now) {
    sx_transaction_walk walk = {0};
    sx_transaction *found = NULL;
    sx_transaction *candidate;
    while ((candidate = sx_calls_walk(calls, seen->call, &walk)) != NULL) {
        if (candidate->keys.from_tag != seen->keys.from_tag ||
            candidate->keys.cseq != seen->keys.cseq ||
            candidate->keys.method != seen->keys.method || candidate->client != seen->destination ||
            candidate->server != seen->source || !is_alive(candidate, now))
            continue;
        if (found != NULL)
            return NULL;
        found = candidate;
    }
    return found;
}

static sx_transaction *find_response(const sx_calls *calls, const sx_observation *seen,
                                     const sx_packet *packet, guint64 key) {
    sx_transaction *best = NULL;
    guint best_score = 0;
    sx_transaction *candidate = sx_memory_by_key(calls, key);
    for (guint i = 0; candidate != NULL && i < MAX_SAME_KEY; i++) {
        guint score = score_response(candidate, seen, packet);
        gboolean same_call = candidate->keys.call_id == seen->keys.call_id;
        gboolean fits = same_call || score == 15;
        if (same_call && is_alive(candidate, packet->time))
            score |= 16u; /* before any with this branch in another call */
        if (fits && (best == NULL || score > best_score)) {
            best = candidate;
            best_score = score;
        }
        candidate = sx_calls_transaction(calls, candidate->same_key);
    }
    return best != NULL ? best : find_response_by_call(calls, seen, packet->time);
}

/* A phone may use one Call-ID for all its addresses (RFC 3261 section 10.2): each has attempts of its own. */
static gboolean same_address(const sx_transaction *a, const sx_transaction *b) {
    return a->keys.method != SX_METHOD_REGISTER || a->keys.to_aor == b->keys.to_aor;
}

/* PREV: the transaction before it with the same Call-ID, method and HOP; of REGISTER the same address-of-record too. */
static sx_transaction *find_prev(const sx_calls *calls, const sx_call *call,
                                 const sx_transaction *transaction) {
    sx_transaction_walk walk = {0};
    sx_transaction *candidate;
    while ((candidate = sx_calls_walk(calls, call, &walk)) != NULL) {
        if (candidate != transaction && candidate->keys.method == transaction->keys.method &&
            candidate->client == transaction->client && candidate->server == transaction->server &&
            candidate->server_port == transaction->server_port &&
            candidate->keys.n_vias == transaction->keys.n_vias &&
            candidate->keys.cseq <= transaction->keys.cseq && same_address(candidate, transaction))
            return candidate;
    }
    return NULL;
}

/* The same request one hop before: its receiver sent this one on, under a Via of its own (RFC 3261 section 16.6). */
static sx_transaction *find_upstream(const sx_calls *calls, const sx_call *call,
                                     const sx_transaction *transaction) {
    sx_transaction_walk walk = {0};
    sx_transaction *candidate;
    if (transaction->keys.n_vias < 2)
        return NULL;
    while ((candidate = sx_calls_walk(calls, call, &walk)) != NULL &&
           sx_gap(candidate->last_time, transaction->time) <= LIFETIME) {
        if (candidate->keys.cseq == transaction->keys.cseq &&
            candidate->keys.method == transaction->keys.method &&
            candidate->keys.from_tag == transaction->keys.from_tag &&
            candidate->keys.n_vias + 1 == transaction->keys.n_vias &&
            candidate->keys.branch != transaction->keys.branch &&
            candidate->server == transaction->client)
            return candidate;
    }
    return NULL;
}

/* The INVITE that a CANCEL names: same branch, else the same hop and CSeq number (RFC 3261 section 9.1). */
static void link_cancel(const sx_calls *calls, const sx_call *call, sx_transaction *cancel) {
    sx_transaction_walk walk = {0};
    sx_transaction *invite = NULL;
    sx_transaction *candidate;
    while ((candidate = sx_calls_walk(calls, call, &walk)) != NULL) {
        if (candidate->keys.method != SX_METHOD_INVITE ||
            candidate->keys.cseq != cancel->keys.cseq || candidate->client != cancel->client ||
            candidate->server != cancel->server)
            continue;
        if (invite == NULL)
            invite = candidate;
        if (candidate->keys.branch == cancel->keys.branch && candidate->keys.branch != 0) {
            invite = candidate;
            break;
        }
    }
    if (invite == NULL)
        return;
    cancel->cancel = invite->id;
    if (invite->cancel == 0)
        invite->cancel = cancel->id;
}

static sx_transaction *begin_transaction(sx_calls *calls, const sx_message *message,
                                         const sx_packet *packet, sx_observation *seen,
                                         guint64 key) {
    guint digits;
    sx_transaction *t = sx_memory_new_transaction(calls, &seen->keys, key);
    guint32 hops = sx_slice_number(sx_message_header(message, SX_HDR_MAX_FORWARDS), &digits);
    t->call = seen->call->id;
    t->older_in_call = seen->call->newest;
    seen->call->newest = t->id;
    t->client = seen->source;
    t->server = seen->destination;
    t->client_port = packet->source.port;
    t->server_port = packet->destination.port;
    t->transport = (guint8)packet->transport;
    t->frame = packet->frame;
    t->time = t->last_time = t->last_copy_time = packet->time;
    t->max_forwards = digits > 0 ? hops : G_MAXUINT32;
    t->is_cut = !message->headers_complete;
    seen->prev = find_prev(calls, seen->call, t);
    t->prev = seen->prev ? seen->prev->id : 0;
    const sx_transaction *upstream = find_upstream(calls, seen->call, t);
    if (upstream != NULL) {
        t->upstream = upstream->id;
        seen->relayed_frame = upstream->frame;
    }
    if (t->keys.method == SX_METHOD_CANCEL)
        link_cancel(calls, seen->call, t);
    return t;
}

static void touch(sx_transaction *transaction, const sx_packet *packet) {
    transaction->last_time = MAX(transaction->last_time, packet->time);
}

gboolean sx_transaction_ended_copies(const sx_transaction *t, gint64 *time, guint32 *frame) {
    gboolean invite = t->keys.method == SX_METHOD_INVITE;
    if (invite ? t->response_frame == 0 : t->final == NULL)
        return FALSE;
    *time = invite ? t->response_time : t->final->time;
    *frame = invite ? t->response_frame : t->final->frame;
    return TRUE;
}

gboolean sx_call_shows_late(const sx_call *call, gint64 earlier, gint64 now) {
    sx_precision precision = (sx_precision)call->precision;
    return precision == SX_TIME_NONE || sx_gap_at_least(precision, earlier, now) >= SX_LATE;
}

static void count_late_copy(sx_transaction *t, const sx_call *call, const sx_packet *packet) {
    gint64 since;
    guint32 frame;
    if (t->copies_after_response < G_MAXUINT8 && sx_transaction_ended_copies(t, &since, &frame) &&
        sx_call_shows_late(call, since, packet->time))
        t->copies_after_response++;
}

static void observe_request(sx_calls *calls, const sx_message *message, const sx_packet *packet,
                            sx_observation *seen) {
    guint64 key = transaction_key(&seen->keys);
    sx_transaction *t = find_request(calls, seen, packet, key);
    if (t == NULL) {
        t = begin_transaction(calls, message, packet, seen, key);
    } else {
        seen->repetition = SX_COPY;
        seen->original_frame = t->frame;
        seen->original_time = t->time;
        seen->copy_number = t->copies + 1u;
        seen->prev = sx_calls_transaction(calls, t->prev);
        count_late_copy(t, seen->call, packet);
    }
    if (t->copies < G_MAXUINT16)
        t->copies++;
    t->last_copy_frame = packet->frame;
    t->last_copy_time = packet->time;
    touch(t, packet);
    seen->transaction = t;
}

static void note_provisional(sx_transaction *t, guint code, const sx_packet *packet) {
    if (code > 100)
        t->progressed = TRUE;
    if (code == 180)
        t->alerted = TRUE;
    if (code == 100 && t->trying_frame == 0) {
        t->trying_frame = packet->frame;
        t->trying_time = packet->time;
    }
    if (code >= 180 && code <= 183 && t->ring_frame == 0) {
        t->ring_frame = packet->frame;
        t->ring_time = packet->time;
        t->ring_code = (guint16)code;
    }
}

static guint64 contact_of(const sx_message *message) {
    sx_header_walk walk = {0};
    sx_slice contact;
    sx_uri uri;
    if (sx_message_next_element(message, SX_HDR_CONTACT, &walk, &contact) &&
        sx_uri_read(contact, &uri))
        return sx_uri_target(&uri);
    return 0;
}

static void count_copy(const sx_calls *calls, sx_final *final, const sx_packet *packet,
                       sx_observation *seen) {
    seen->repetition = SX_COPY;
    seen->original_frame = final->frame;
    seen->original_time = final->time;
    if (final->copies < G_MAXUINT16)
        final->copies++;
    final->last_frame = packet->frame;
    final->last_time = packet->time;
    seen->copy_number = final->copies;
    seen->final = final;
    if (final->ack_frame != 0 && sx_call_shows_late(seen->call, final->ack_time, packet->time) &&
        final->copies_after_ack < G_MAXUINT16)
        final->copies_after_ack++;
    if (final->ack_frame == 0 && final->code < 300 && seen->keys.method == SX_METHOD_INVITE &&
        final->copies_after_other_ack < G_MAXUINT8 &&
        sx_call_other_ack(calls, seen, packet) != NULL)
        final->copies_after_other_ack++;
}

static sx_final *note_final(const sx_calls *calls, sx_transaction *t, const sx_message *message,
                            const sx_packet *packet, sx_observation *seen) {
    guint n = 0;
    sx_final **link = &t->final;
    for (; *link != NULL && n < MAX_FINALS; link = &(*link)->next, n++) {
        sx_final *known = *link;
        if (known->code != message->code || known->to_tag != seen->keys.to_tag)
            continue;
        count_copy(calls, known, packet, seen);
        return known;
    }
    if (n == MAX_FINALS)
        return NULL;
    sx_final *final = *link = n == 0 ? &t->own_final : g_new0(sx_final, 1);
    final->code = message->code;
    final->copies = 1;
    final->to_tag = seen->keys.to_tag;
    final->frame = final->last_frame = packet->frame;
    final->time = final->last_time = packet->time;
    if (message->code < 300)
        final->contact = contact_of(message);
    return final;
}

/* The same answer, To tag and all, seen one hop further on, or on the other side of a NAT. */
static void find_relayed(const sx_calls *calls, const sx_message *message, sx_observation *seen) {
    sx_transaction_walk walk = {0};
    sx_transaction *other;
    while ((other = sx_calls_walk(calls, seen->call, &walk)) != NULL) {
        if (other == seen->transaction || other->keys.cseq != seen->keys.cseq ||
            other->keys.method != seen->keys.method)
            continue;
        gboolean next_hop =
            other->keys.n_vias == seen->keys.n_vias + 1 && other->client == seen->source;
        gboolean translated = other->keys.branch != 0 && other->keys.branch == seen->keys.branch &&
                              (other->client != seen->destination || other->server != seen->source);
        if (!next_hop && !translated)
            continue;
        for (const sx_final *final = other->final; final != NULL; final = final->next) {
            if (final->code == message->code && final->to_tag == seen->keys.to_tag) {
                seen->relayed_from = other;
                seen->relayed_frame = final->frame;
                return;
            }
        }
    }
}

static void observe_response(sx_calls *calls, const sx_message *message, const sx_packet *packet,
                             sx_observation *seen) {
    sx_transaction *t = find_response(calls, seen, packet, transaction_key(&seen->keys));
    seen->transaction = t;
    if (message->code >= 200)
        find_relayed(calls, message, seen);
    if (t == NULL) {
        sx_keys_read_addresses(message, &seen->keys);
        return;
    }
    seen->keys.from_aor = t->keys.from_aor;
    seen->keys.to_aor = t->keys.to_aor;
    seen->prev = sx_calls_transaction(calls, t->prev);
    if (t->response_frame == 0) {
        t->response_frame = packet->frame;
        t->response_time = packet->time;
    }
    if (message->code < 200)
        note_provisional(t, message->code, packet);
    else
        seen->final = note_final(calls, t, message, packet, seen);
    touch(t, packet);
}

/* An ACK acknowledges the final response with its To tag, at whatever hop it was seen (RFC 3261 section 13.2.2.4). */
static void observe_ack(sx_calls *calls, const sx_packet *packet, sx_observation *seen) {
    sx_call *call = seen->call;
    sx_transaction_walk walk = {0};
    sx_transaction *t;
    if (call->n_acks < SX_N_ACKS) /* most calls have one or two */
        call->acks = g_renew(sx_ack, call->acks, call->n_acks + 1u);
    call->acks[call->next_ack] =
        (sx_ack){seen->keys.to_tag, seen->keys.request_uri, packet->time,
                 seen->source,      seen->destination,      seen->keys.cseq,
                 packet->frame,     packet->source.port,    packet->destination.port};
    call->next_ack = (guint8)((call->next_ack + 1) % SX_N_ACKS);
    call->n_acks = MIN(call->n_acks + 1, SX_N_ACKS);
    while ((t = sx_calls_walk(calls, call, &walk)) != NULL) {
        if (t->keys.method != SX_METHOD_INVITE || t->keys.cseq != seen->keys.cseq)
            continue;
        for (sx_final *final = t->final; final != NULL; final = final->next) {
            if (final->to_tag != seen->keys.to_tag || final->ack_frame != 0)
                continue;
            final->ack_frame = packet->frame;
            final->ack_time = packet->time;
        }
    }
}

static void note_tag(sx_call *call, guint64 tag, guint32 frame, gboolean by_response) {
    if (tag == 0 || call->n_tags >= SX_MAX_LOOK_BACK || sx_call_tag(call, tag) != NULL)
        return;
    call->tags = (sx_tag *)sx_memory_grow(call->tags, call->n_tags, sizeof(sx_tag), call->own_tags,
                                          G_N_ELEMENTS(call->own_tags));
    call->tags[call->n_tags++] = (sx_tag){tag, frame, by_response};
}

static void note_tags(sx_observation *seen, const sx_message *message, guint32 frame) {
    if (!message->is_response)
        note_tag(seen->call, seen->keys.from_tag, frame, FALSE);
    else if (message->code < 300 && seen->transaction != NULL &&
             seen->transaction->keys.to_tag == 0)
        note_tag(seen->call, seen->keys.to_tag, frame, TRUE);
}

void sx_calls_observe(sx_calls *calls, const sx_message *message, const sx_packet *packet,
                      sx_observation *seen) {
    gboolean is_new;
    sx_keys_read(message, &seen->keys, &seen->request_uri);
    seen->source = sx_memory_host(calls, &packet->source);
    seen->destination = sx_memory_host(calls, &packet->destination);
    seen->flow = flow_key(seen->source->key, seen->destination->key, packet);
    if (is_duplicate(calls, message, packet, seen)) {
        seen->repetition = SX_DUPLICATE;
        return;
    }
    seen->call = sx_memory_call(calls, seen->keys.call_id, &is_new);
    if (is_new) {
        seen->call->first_frame = packet->frame;
        seen->call->first_time = packet->time;
        seen->call->starts_inside = (guint8)(message->is_response || seen->keys.to_tag != 0);
    }
    seen->call->precision = MAX(seen->call->precision, packet->precision);
    if (message->is_response)
        observe_response(calls, message, packet, seen);
    else if (seen->keys.method == SX_METHOD_ACK)
        observe_ack(calls, packet, seen);
    else
        observe_request(calls, message, packet, seen);
    note_tags(seen, message, packet->frame);
    sx_dialogs_observe(message, packet, seen);
}

void sx_calls_note_sender(const sx_observation *seen, const sx_packet *packet) {
    if (seen->source->first_sent_frame == 0)
        seen->source->first_sent_frame = packet->frame;
    seen->source->last_sent_frame = packet->frame;
    seen->source->last_sent_time = packet->time;
}
