/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "route": its rules, and those about probes, overload, loops, redirections and time-outs.
 */
#include "diagnose/route.h"

#include <string.h>

#include "diagnose/family.h"
#include "evidence.h"
#include "rules.h"
#include "wire/via.h"

#define MAX_VIAS 70 /* that are looked through */
#define FEW_HOPS 10 /* a smaller Max-Forwards was set too low rather than used up */
#define PROBES_FOR_INTERVAL 3
#define MAX_CONTACTS 8
#define MAX_ATTEMPTS 4 /* that evidence names */

static guint64 probe_key(const sx_transaction *t) {
    guint64 key = sx_hash_bytes((guint64)t->keys.method, t->client->ip, t->client->ip_len);
    key = sx_hash_bytes(key, t->server->ip, t->server->ip_len);
    return sx_hash_number(key, (guint64)t->server_port << 8 | t->keys.n_vias);
}

static gboolean is_probe(const sx_transaction *t) {
    const sx_route_kept *kept = sx_route_kept_of(t);
    return (t->keys.method == SX_METHOD_OPTIONS && t->keys.to_tag == 0) ||
           (kept != NULL && kept->probe);
}

static void count_probe(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    GHashTable *table = sx_route_memory_of(context)->probes;
    guint64 key = probe_key(t);
    sx_route_probes *probes = (sx_route_probes *)g_hash_table_lookup(table, &key);
    if (probes == NULL) {
        if (g_hash_table_size(table) >= SX_ROUTE_MAX_HOSTS)
            return;
        probes = g_new0(sx_route_probes, 1);
        probes->key = key;
        probes->first = t->time;
        g_hash_table_insert(table, &probes->key, probes);
    }
    probes->count++;
    probes->last = t->time;
}

static void learn_probe(sx_context *context) {
    sx_transaction *t = context->seen.transaction;
    const sx_message *message = context->message;
    guint8 ip[16];
    if (message->is_response || t == NULL || context->seen.repetition != SX_FIRST)
        return;
    if (t->keys.method == SX_METHOD_NOTIFY &&
        (sx_message_has_token(message, SX_HDR_EVENT, "keep-alive") ||
         sx_message_has_token(message, SX_HDR_EVENT, "ping")))
        sx_route_keep(t)->probe = TRUE;
    if (!is_probe(t))
        return;
    count_probe(context);
    guint len = sx_uri_host_ip(context->seen.request_uri.host, ip);
    if (len > 0 && (len != t->server->ip_len || memcmp(ip, t->server->ip, len) != 0))
        sx_route_keep(t)->other_host = TRUE;
}

/* After the rules: whether a server answers OPTIONS. */
static void learn_options(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    guint code = sx_context_code(context);
    if (t == NULL || t->keys.method != SX_METHOD_OPTIONS || code < 200 || code == 408 ||
        code == 503 || code == 504)
        return;
    sx_route_server *server = sx_route_server_of(context, t->server, TRUE);
    if (server != NULL) {
        server->options_frame = context->packet->frame;
        server->options_code = (guint16)code;
    }
}

gboolean sx_rule_benign_probe_answered(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_route_kept *kept = sx_route_kept_of(t);
    guint code = context->message->code;
    gboolean traced = code == 483 && t->max_forwards == 0;
    gboolean options = t->keys.method == SX_METHOD_OPTIONS && t->keys.to_tag == 0 && code != 401 &&
                       code != 407 && code != 408 && code != 503 && code != 504;
    gboolean notify = kept != NULL && kept->probe;
    if (!traced && !options && !notify)
        return FALSE;
    guint64 key = probe_key(t);
    const sx_route_probes *probes =
        (const sx_route_probes *)g_hash_table_lookup(sx_route_memory_of(context)->probes, &key);
    sx_ev_benign_probe_answered_answered(context->out, code, sx_context_since_request(context),
                                         t->frame);
    if (traced)
        sx_ev_benign_probe_answered_traced(context->out);
    if (!traced && probes != NULL && probes->count >= PROBES_FOR_INTERVAL)
        sx_ev_benign_probe_answered_interval(context->out, probes->count,
                                             sx_gap(probes->first, probes->last) /
                                                 (gint64)(probes->count - 1));
    if (kept != NULL && kept->other_host)
        sx_ev_benign_probe_answered_other_host(
            context->out, sx_route_address(context, t->server, t->server_port));
    return TRUE;
}

gboolean sx_rule_route_overloaded(sx_context *context) {
    guint32 wait = sx_route_seconds(context->message, SX_HDR_RETRY_AFTER);
    if (wait == 0 || wait == SX_ROUTE_NONE)
        return FALSE;
    sx_ev_route_overloaded_headline(context->out, wait * SX_SECOND);
    sx_ev_route_overloaded_wait(context->out, wait * SX_SECOND);
    if (context->seen.keys.method == SX_METHOD_OPTIONS)
        sx_ev_route_overloaded_probe(context->out);
    return TRUE;
}

static const char *copy_header(sx_context *context, sx_header_id header) {
    sx_slice value = sx_slice_trim(sx_message_header(context->message, header));
    return value.len == 0 ? NULL
                          : sx_context_copy(context, sx_slice_head(value, SX_ROUTE_MAX_TEXT));
}

gboolean sx_rule_route_unavailable(sx_context *context) {
    const char *server_name = copy_header(context, SX_HDR_SERVER);
    const char *reason = copy_header(context, SX_HDR_REASON);
    const char *warning = copy_header(context, SX_HDR_WARNING);
    const sx_route_server *server = sx_route_server_of(context, context->seen.source, FALSE);
    if (sx_route_seconds(context->message, SX_HDR_RETRY_AFTER) == 0)
        sx_ev_route_unavailable_at_once(context->out);
    if (server_name != NULL)
        sx_ev_route_unavailable_server(context->out, server_name);
    if (reason != NULL)
        sx_ev_route_unavailable_reason(context->out, reason);
    if (warning != NULL)
        sx_ev_route_unavailable_warning(context->out, warning);
    if (context->seen.keys.method == SX_METHOD_REGISTER)
        sx_ev_route_unavailable_register(context->out);
    if (context->seen.keys.method == SX_METHOD_OPTIONS)
        sx_ev_route_unavailable_probe(context->out);
    else if (server != NULL && server->options_frame != 0)
        sx_ev_route_unavailable_options(context->out, server->options_code, server->options_frame);
    return TRUE;
}

/* Says which hosts stand more than once in the Via list, which a response repeats from its request. */
static guint add_repeated_hosts(sx_context *context,
                                void (*add)(sx_finding_builder *out, const char *host, guint64 n)) {
    sx_slice hosts[MAX_VIAS];
    guint64 hashes[MAX_VIAS];
    guint counts[MAX_VIAS] = {0};
    sx_header_walk walk = {0};
    sx_slice element;
    sx_via via;
    guint n = 0;
    guint repeated = 0;
    for (guint i = 0; i < MAX_VIAS; i++) {
        guint known = 0;
        if (!sx_message_next_element(context->message, SX_HDR_VIA, &walk, &element))
            break;
        sx_via_read(element, &via);
        guint64 hash = sx_hash_lower(0, via.sent_by);
        while (known < n && hashes[known] != hash)
            known++;
        if (known == n) {
            hosts[n] = via.sent_by;
            hashes[n++] = hash;
        }
        counts[known]++;
    }
    for (guint i = 0; i < n && repeated < MAX_ATTEMPTS; i++) {
        if (counts[i] < 2)
            continue;
        repeated++;
        add(context->out, sx_context_copy(context, sx_slice_head(hosts[i], SX_ROUTE_MAX_TEXT)),
            counts[i]);
    }
    return repeated;
}

/* The same request came by the same server before, with fewer Via. */
static const sx_transaction *earlier_pass(const sx_context *context, const sx_transaction *t) {
    sx_transaction_walk walk = {0};
    const sx_transaction *other;
    const sx_transaction *found = NULL;
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other != t && other->keys.cseq == t->keys.cseq &&
            other->keys.method == t->keys.method && other->server == t->server &&
            other->keys.n_vias < t->keys.n_vias)
            found = other;
    }
    return found;
}

static void add_repeated_in_loop(sx_finding_builder *out, const char *host, guint64 n) {
    sx_ev_route_loop_detected_repeated(out, host, n);
}

gboolean sx_rule_route_loop_detected(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    add_repeated_hosts(context, add_repeated_in_loop);
    const sx_transaction *before = t ? earlier_pass(context, t) : NULL;
    if (before != NULL)
        sx_ev_route_loop_detected_earlier_pass(context->out, before->frame, before->keys.n_vias,
                                               t->frame, t->keys.n_vias);
    if (t == NULL)
        sx_ev_route_loop_detected_orphan(context->out);
    return TRUE;
}

static void add_repeated_hop(sx_finding_builder *out, const char *host, guint64 n) {
    sx_ev_route_too_many_hops_repeated(out, host, n);
}

gboolean sx_rule_route_too_many_hops(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    guint repeated = add_repeated_hosts(context, add_repeated_hop);
    if (t == NULL)
        return TRUE;
    if (t->max_forwards != SX_ROUTE_NONE)
        sx_ev_route_too_many_hops_sent(context->out, t->max_forwards, t->keys.n_vias, t->frame);
    if (t->max_forwards <= FEW_HOPS && t->keys.n_vias <= FEW_HOPS && repeated == 0)
        sx_ev_route_too_many_hops_low(context->out);
    return TRUE;
}

/* A Contact that wants another transport or way in is another target, though user, host and port are the same. */
static gboolean changes_the_way(const sx_context *context, const sx_uri *uri) {
    sx_slice value;
    if (sx_slice_param(uri->rest, "maddr", &value))
        return TRUE;
    if (!sx_slice_param(uri->rest, "transport", &value))
        return FALSE;
    return sx_slice_is(value, "udp") != (context->seen.transaction->transport == SX_TRANSPORT_UDP);
}

/* The attempt that went to this target already; NULL if there was none. */
static const sx_transaction *tried_before(const sx_context *context, guint64 target) {
    const sx_transaction *t = context->seen.transaction;
    const sx_transaction *other;
    sx_transaction_walk walk = {0};
    if (t->keys.request_uri == target)
        return t;
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other->keys.from_tag == t->keys.from_tag && other->keys.method == t->keys.method &&
            other->keys.to_tag == t->keys.to_tag && other->keys.request_uri == target)
            return other;
    }
    return NULL;
}

gboolean sx_rule_route_redirect_unusable(sx_context *context) {
    const sx_message *message = context->message;
    sx_header_walk walk = {0};
    sx_slice contact;
    sx_uri uri;
    if (message->code == 303 || message->code == 304)
        return FALSE;
    for (guint i = 0; i < MAX_CONTACTS; i++) {
        if (!sx_message_next_element(message, SX_HDR_CONTACT, &walk, &contact))
            break;
        if (!sx_uri_read(contact, &uri) || changes_the_way(context, &uri))
            continue;
        const sx_transaction *before = tried_before(context, sx_uri_target(&uri));
        if (before != NULL) {
            sx_ev_route_redirect_unusable_loop(
                context->out, sx_context_copy(context, sx_slice_head(contact, SX_ROUTE_MAX_TEXT)),
                before->frame);
            return TRUE;
        }
    }
    if (sx_message_has(message, SX_HDR_CONTACT) || !message->headers_complete ||
        (message->code == 300 && message->body.len > 0))
        return FALSE;
    sx_ev_route_redirect_unusable_no_contact(context->out);
    return TRUE;
}

gboolean sx_rule_timer_non_invite_408(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    sx_ev_timer_non_invite_408_after(context->out, sx_context_since_request(context), t->frame);
    if (t->copies > 1)
        sx_ev_timer_non_invite_408_copies(context->out, t->copies);
    sx_ev_timer_non_invite_408_sender(context->out,
                                      sx_route_address(context, t->server, t->server_port));
    if (t->keys.method == SX_METHOD_CANCEL)
        sx_ev_timer_non_invite_408_cancel(context->out);
    return TRUE;
}

/* A request that the sender of this answer sent on, and that has no final response yet. */
static const sx_transaction *open_downstream(const sx_context *context, const sx_transaction *t) {
    sx_transaction_walk walk = {0};
    const sx_transaction *other;
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other->keys.cseq == t->keys.cseq && other->keys.method == t->keys.method &&
            other->client == t->server && other->keys.n_vias > t->keys.n_vias &&
            other->final == NULL)
            return other;
    }
    return NULL;
}

gboolean sx_rule_timer_next_hop_timeout(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    guint code = context->message->code;
    if ((code != 408 && code != 504) || t->keys.to_tag != 0)
        return FALSE;
    sx_ev_timer_next_hop_timeout_after(context->out, sx_context_since_request(context), t->frame);
    if (t->ring_frame != 0)
        sx_ev_timer_next_hop_timeout_rang(context->out, sx_gap(t->ring_time, context->packet->time),
                                          t->ring_code, t->ring_frame);
    else if (t->trying_frame != 0)
        sx_ev_timer_next_hop_timeout_only_trying(context->out, t->trying_frame);
    else
        sx_ev_timer_next_hop_timeout_nothing(context->out);
    const sx_transaction *open = open_downstream(context, t);
    if (open != NULL)
        sx_ev_timer_next_hop_timeout_open(
            context->out, open->frame, sx_route_address(context, open->server, open->server_port));
    const sx_transaction *cancel = sx_calls_transaction(context->calls, t->cancel);
    if (cancel != NULL)
        sx_ev_timer_next_hop_timeout_cancel(context->out, cancel->frame);
    return TRUE;
}

static void *memory_new(void) {
    sx_route_memory *memory = g_new0(sx_route_memory, 1);
    memory->servers = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    memory->numbers = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    memory->registrations = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    memory->probes = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    return memory;
}

static void memory_free(void *kept) {
    sx_route_memory *memory = (sx_route_memory *)kept;
    g_hash_table_destroy(memory->servers);
    g_hash_table_destroy(memory->numbers);
    g_hash_table_destroy(memory->registrations);
    g_hash_table_destroy(memory->probes);
    g_free(memory);
}

static void before(sx_context *context) {
    if (context->message->is_response)
        return;
    sx_route_learn_target(context);
    sx_route_learn_cancel(context);
    sx_route_learn_wish(context);
    sx_route_learn_defects(context);
    sx_route_learn_forward(context);
    learn_probe(context);
}

static void after(sx_context *context, guint outcome) {
    (void)outcome;
    if (!context->message->is_response)
        return;
    sx_route_learn_numbers(context);
    sx_route_learn_server(context);
    sx_route_learn_demand(context);
    sx_route_learn_contacts(context);
    learn_options(context);
}

const sx_family sx_route_family = {
    .memory_new = memory_new,
    .memory_free = memory_free,
    .before = before,
    .after = after,
    .details = sx_route_details,
};
