/* SPDX-License-Identifier: GPL-2.0-or-later
 * Requests that go in circles, or too far (RFC 3261 sections 16.3 and 16.6).
 */
#include "diagnose/route/route_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/expires.h"
#include "wire/keyed_hash.h"
#include "wire/via.h"

#define MAX_VIAS 70 /* that are looked through */
#define MAX_HOSTS 4 /* that evidence names */
#define FEW_HOPS 10 /* a smaller Max-Forwards was set too low rather than used up */

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
    for (guint i = 0; i < n && repeated < MAX_HOSTS; i++) {
        if (counts[i] < 2)
            continue;
        repeated++;
        add(context->out, sx_context_shown(context, hosts[i], SX_SHOWN), counts[i]);
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
    if (t->max_forwards != SX_NO_SECONDS)
        sx_ev_route_too_many_hops_sent(context->out, t->max_forwards, t->keys.n_vias, t->frame);
    if (t->max_forwards <= FEW_HOPS && t->keys.n_vias <= FEW_HOPS && repeated == 0)
        sx_ev_route_too_many_hops_low(context->out);
    return TRUE;
}
