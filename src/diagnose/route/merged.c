/* SPDX-License-Identifier: GPL-2.0-or-later
 * The same request on two ways to one server: 482 (RFC 3261 section 8.2.2.2).
 */
#include "diagnose/route/route_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/keyed_hash.h"

#define MERGE_GAP (32 * SX_SECOND)
#define MAX_VIAS 70 /* that are looked through */

/* The other copy came from here if its branch stands further down in the Via list, which a response repeats. */
static gboolean came_back(const sx_message *response, guint64 branch) {
    sx_header_walk walk = {0};
    sx_slice via;
    sx_slice value;
    for (guint i = 0; i < MAX_VIAS; i++) {
        if (!sx_message_next_element(response, SX_HDR_VIA, &walk, &via))
            return FALSE;
        if (i > 0 && sx_slice_param(via, "branch", &value) && sx_hash_slice(0, value) == branch)
            return TRUE;
    }
    return FALSE;
}

static gboolean is_same_request(const sx_transaction *other, const sx_transaction *t) {
    return other != t && other->keys.method == t->keys.method && other->keys.cseq == t->keys.cseq &&
           other->keys.from_tag == t->keys.from_tag && other->server == t->server &&
           other->keys.branch != t->keys.branch;
}

/* The next one of the call that is the same request as that of the message at hand. */
static const sx_transaction *next_same_request(const sx_context *context,
                                               sx_transaction_walk *walk) {
    const sx_transaction *other;
    while ((other = sx_calls_walk(context->calls, context->seen.call, walk)) != NULL &&
           !is_same_request(other, context->seen.transaction)) {
    }
    return other;
}

/* Whether a request had its final answer when another one came: then that one is no second copy on its way. */
static gboolean was_over(const sx_transaction *other, const sx_transaction *t) {
    return other->final != NULL && other->final->frame < t->frame;
}

gboolean sx_rule_benign_merged_request(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    sx_transaction_walk walk = {0};
    const sx_transaction *other;
    if (t->keys.to_tag != 0)
        return FALSE;
    while ((other = next_same_request(context, &walk)) != NULL) {
        if (was_over(other, t) || ABS(other->time - t->time) > MERGE_GAP ||
            (other->final != NULL && other->final->code == 482))
            continue;
        if (came_back(context->message, other->keys.branch))
            return FALSE;
        sx_ev_benign_merged_request_other(
            context->out, other->frame,
            sx_context_place(context, other->client, other->client_port),
            sx_gap(other->time, t->time));
        if (other->final != NULL)
            sx_ev_benign_merged_request_answered(context->out, other->final->code,
                                                 other->final->frame);
        else if (other->ring_frame != 0)
            sx_ev_benign_merged_request_ringing(context->out, other->ring_code, other->ring_frame);
        else
            sx_ev_benign_merged_request_open(context->out);
        return TRUE;
    }
    return FALSE;
}

gboolean sx_rule_route_identifiers_reused(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    sx_transaction_walk walk = {0};
    const sx_transaction *other;
    if (t->keys.to_tag != 0)
        return FALSE;
    while ((other = next_same_request(context, &walk)) != NULL) {
        if (!was_over(other, t) || other->final->code == 482 ||
            came_back(context->message, other->keys.branch))
            continue;
        sx_ev_route_identifiers_reused_before(context->out, t->keys.cseq, other->frame);
        sx_ev_route_identifiers_reused_over(context->out, other->final->code, other->final->frame,
                                            sx_gap(other->final->time, t->time));
        sx_ev_route_identifiers_reused_again(context->out, t->frame);
        return TRUE;
    }
    return FALSE;
}
