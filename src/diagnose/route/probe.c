/* SPDX-License-Identifier: GPL-2.0-or-later
 * Requests that only ask whether somebody is there: OPTIONS, and NOTIFY that keeps a way open.
 */
#include <string.h>

#include "diagnose/route/route_state.h"
#include "diagnose/subscribe/subscribe.h"
#include "evidence.h"
#include "rules.h"
#include "wire/keyed_hash.h"
#include "wire/uri.h"

#define PROBES_FOR_INTERVAL 3

/** What is known of a kind of probe between two hosts. */
typedef struct {
    guint64 key;
    gint64 first, last;
    guint32 count;
} probe_count;

/* Attached to a probe whose Request-URI names another address than its receiver's; there is no more to it. */
static const sx_attachment_kind other_host = {0, NULL};

void sx_route_init_probes(sx_route_memory *memory) {
    sx_map_init(&memory->probes, sizeof(probe_count), SX_ROUTE_MAX_ENTRIES);
    sx_map_init(&memory->refused, sizeof(sx_route_refused_probe), SX_ROUTE_MAX_ENTRIES);
    sx_map_init(&memory->options, sizeof(sx_route_options), SX_ROUTE_MAX_ENTRIES);
}

static guint64 probe_key(const sx_transaction *t) {
    guint64 hosts = sx_hash_number(t->client->key, t->server->key);
    return sx_hash_number(hosts, (guint64)t->keys.method << 32 | (guint64)t->server_port << 8 |
                                     t->keys.n_vias);
}

static gboolean is_keep_alive(const sx_transaction *t) {
    return t->keys.method == SX_METHOD_NOTIFY &&
           (sx_subscribe_is_event(t, "keep-alive") || sx_subscribe_is_event(t, "ping"));
}

static gboolean is_probe(const sx_transaction *t) {
    return (t->keys.method == SX_METHOD_OPTIONS && t->keys.to_tag == 0) || is_keep_alive(t);
}

static void count_probe(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    probe_count *probes =
        (probe_count *)sx_map_put(&sx_route_memory_of(context)->probes, probe_key(t));
    if (probes->count++ == 0)
        probes->first = t->time;
    probes->last = t->time;
}

void sx_route_learn_probe(sx_context *context) {
    sx_transaction *t = context->seen.transaction;
    guint8 ip[16];
    if (t == NULL || !is_probe(t))
        return;
    count_probe(context);
    guint len = sx_uri_host_ip(context->seen.request_uri.host, ip);
    if (len > 0 && (len != t->server->ip_len || memcmp(ip, t->server->ip, len) != 0))
        sx_attachment_make(&t->attached, &other_host);
}

static void learn_refused(const sx_context *context, const sx_transaction *t) {
    sx_bounded_map *all = &sx_route_memory_of(context)->refused;
    guint code = context->message->code;
    if (code < 300) {
        sx_route_refused_probe *before = (sx_route_refused_probe *)sx_map_find(all, t->client->key);
        if (before != NULL && before->server == t->server)
            before->frame = 0;
    } else if (t->keys.to_tag == 0 && code != 401 && code != 407 && code < 500) {
        sx_route_refused_probe *probe = (sx_route_refused_probe *)sx_map_put(all, t->client->key);
        probe->server = t->server;
        probe->port = t->server_port;
        probe->frame = context->packet->frame;
        probe->code = (guint16)code;
    }
}

const sx_route_refused_probe *sx_route_refused_probe_of(const sx_context *context,
                                                        const sx_host *client) {
    const sx_route_refused_probe *probe = (const sx_route_refused_probe *)sx_map_find(
        &sx_route_memory_of(context)->refused, client->key);
    return probe != NULL && probe->frame != 0 ? probe : NULL;
}

void sx_route_learn_options(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    guint code = context->message->code;
    if (t->keys.method != SX_METHOD_OPTIONS || code < 200 || code == 408 || code == 503 ||
        code == 504)
        return;
    sx_route_options *options =
        (sx_route_options *)sx_map_put(&sx_route_memory_of(context)->options, t->server->key);
    options->frame = context->packet->frame;
    options->code = (guint16)code;
    learn_refused(context, t);
}

const sx_route_options *sx_route_options_of(const sx_context *context, const sx_host *server) {
    return (const sx_route_options *)sx_map_find(&sx_route_memory_of(context)->options,
                                                 server->key);
}

/* A copy of the request that could still go further: it was no probe of the first hop. */
static gboolean came_with_more_hops(const sx_context *context, const sx_transaction *t) {
    sx_transaction_walk walk = {0};
    const sx_transaction *other;
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other != t && other->keys.method == t->keys.method &&
            other->keys.cseq == t->keys.cseq && other->keys.from_tag == t->keys.from_tag &&
            other->max_forwards > 0 && other->max_forwards != G_MAXUINT32)
            return TRUE;
    }
    return FALSE;
}

gboolean sx_rule_benign_probe_answered(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    guint code = context->message->code;
    gboolean traced = code == 483 && t->max_forwards == 0 && t->keys.n_vias == 1 &&
                      !came_with_more_hops(context, t);
    gboolean options = t->keys.method == SX_METHOD_OPTIONS && t->keys.to_tag == 0 && code != 401 &&
                       code != 407 && code != 408 && code != 482 && code != 503 && code != 504 &&
                       (code != 483 || traced);
    gboolean notify = is_keep_alive(t);
    if (!traced && !options && !notify)
        return FALSE;
    const probe_count *probes =
        (const probe_count *)sx_map_find(&sx_route_memory_of(context)->probes, probe_key(t));
    sx_ev_benign_probe_answered_answered(context->out, code, sx_context_since_request(context),
                                         t->frame);
    if (traced)
        sx_ev_benign_probe_answered_traced(context->out);
    if (!traced && probes != NULL && probes->count >= PROBES_FOR_INTERVAL)
        sx_ev_benign_probe_answered_interval(context->out, probes->count,
                                             sx_gap(probes->first, probes->last) /
                                                 (gint64)(probes->count - 1));
    if (SX_ATTACHED(t, &other_host) != NULL)
        sx_ev_benign_probe_answered_other_host(
            context->out, sx_context_place(context, t->server, t->server_port));
    return TRUE;
}
