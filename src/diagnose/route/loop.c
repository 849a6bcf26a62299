/* SPDX-License-Identifier: GPL-2.0-or-later
 * Requests that go in circles, or too far (RFC 3261 sections 16.3 and 16.6).
 */
#include "diagnose/route/route_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/expires.h"
#include "wire/keyed_hash.h"
#include "wire/uri.h"
#include "wire/via.h"

#define MAX_VIAS 70 /* that are looked through */
#define MAX_HOSTS 4 /* that evidence names */
#define FEW_HOPS 10 /* a smaller Max-Forwards was set too low rather than used up */

/* The port of the answering side as Via has it: 0 stands for 5060, and over a connection nothing is known. */
static guint16 own_port(const sx_context *context) {
    guint16 port = context->packet->source.port;
    return port == 5060 ? 0 : port;
}

/* The hosts of the Via list, which a response repeats from its request. */
typedef struct {
    sx_slice hosts[MAX_VIAS];
    guint64 hashes[MAX_VIAS];
    guint counts[MAX_VIAS];
    guint n, n_vias;
    gboolean has_own; /* one of them is the address that the response comes from */
} via_hosts;

static void read_hosts(const sx_context *context, via_hosts *all) {
    const sx_host *own = context->seen.source;
    sx_header_walk walk = {0};
    sx_slice element;
    sx_via via;
    all->n = all->n_vias = 0;
    all->has_own = FALSE;
    while (all->n_vias < MAX_VIAS &&
           sx_message_next_element(context->message, SX_HDR_VIA, &walk, &element)) {
        guint known = 0;
        sx_via_read(element, &via);
        guint64 hash = sx_hash_lower(0, via.sent_by);
        all->has_own |=
            sx_uri_is_host(via.host, own->ip, own->ip_len) && via.port == own_port(context);
        while (known < all->n && all->hashes[known] != hash)
            known++;
        if (known == all->n) {
            all->hosts[known] = via.sent_by;
            all->counts[known] = 0;
            all->hashes[all->n++] = hash;
        }
        all->counts[known]++;
        all->n_vias++;
    }
}

/* How the hosts that stand more than once are said: the first one, and all further ones. */
typedef struct {
    void (*first)(sx_finding_builder *out, const char *host, guint64 n);
    void (*further)(sx_finding_builder *out, const char *hosts);
} repeated_rows;

static guint add_repeated_hosts(sx_context *context, const via_hosts *all, repeated_rows rows) {
    const char *further = NULL;
    guint repeated = 0;
    for (guint i = 0; i < all->n && repeated < MAX_HOSTS; i++) {
        if (all->counts[i] < 2)
            continue;
        const char *host = sx_context_shown(context, all->hosts[i], SX_SHOWN);
        if (repeated++ == 0)
            rows.first(context->out, host, all->counts[i]);
        else
            further = sx_context_print(context, "%s%s%s (%u)", further != NULL ? further : "",
                                       further != NULL ? ", " : "", host, all->counts[i]);
    }
    if (further != NULL)
        rows.further(context->out, further);
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

/* A loop is only said where a server stands twice in Via, the one that answers included. */
gboolean sx_rule_route_loop_detected(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    via_hosts all;
    read_hosts(context, &all);
    guint repeated = add_repeated_hosts(context, &all,
                                        (repeated_rows){sx_ev_route_loop_detected_repeated,
                                                        sx_ev_route_loop_detected_repeated_too});
    const sx_transaction *before = t ? earlier_pass(context, t) : NULL;
    if (repeated == 0 && before == NULL && !all.has_own)
        return FALSE;
    if (repeated == 0 && all.has_own)
        sx_ev_route_loop_detected_own(context->out,
                                      sx_context_place(context, context->seen.source, 0));
    if (before != NULL)
        sx_ev_route_loop_detected_earlier_pass(context->out, before->frame, before->keys.n_vias,
                                               t->frame, t->keys.n_vias);
    if (t == NULL)
        sx_ev_route_loop_detected_orphan(context->out);
    return TRUE;
}

gboolean sx_rule_route_loop_claimed(sx_context *context) {
    via_hosts all;
    read_hosts(context, &all);
    sx_ev_route_loop_claimed_vias(context->out, all.n_vias);
    const char *words = sx_context_words(context);
    if (words != NULL)
        sx_ev_route_loop_claimed_said(context->out, words);
    return TRUE;
}

gboolean sx_rule_route_too_many_hops(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    via_hosts all;
    read_hosts(context, &all);
    guint repeated = add_repeated_hosts(context, &all,
                                        (repeated_rows){sx_ev_route_too_many_hops_repeated,
                                                        sx_ev_route_too_many_hops_repeated_too});
    if (t == NULL)
        return TRUE;
    if (t->max_forwards != SX_NO_SECONDS)
        sx_ev_route_too_many_hops_sent(context->out, t->max_forwards, t->keys.n_vias, t->frame);
    if (t->max_forwards <= FEW_HOPS && t->keys.n_vias <= FEW_HOPS && repeated == 0)
        sx_ev_route_too_many_hops_low(context->out);
    return TRUE;
}
