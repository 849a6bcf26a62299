/* SPDX-License-Identifier: GPL-2.0-or-later
 * What joins a response to its request, and must be its own: branch, Via list, Call-ID (RFC 3261 sections 8.1.1.7 and
 * 8.2.6.2).
 */
#include "diagnose/header/header.h"
#include "evidence.h"
#include "rules.h"

const char *sx_header_top_branch(sx_context *context) {
    sx_header_walk walk = {0};
    sx_slice via;
    sx_slice branch;
    if (!sx_message_next_element(context->message, SX_HDR_VIA, &walk, &via) ||
        !sx_slice_param(via, "branch", &branch))
        return "";
    return sx_context_shown(context, branch, SX_SHOWN);
}

/* An element between may put its own Call-ID on both legs, but no response of one hop has another than its request. */
gboolean sx_rule_header_not_copied(sx_context *context) {
    const sx_keys *keys = &context->seen.keys;
    sx_transaction *t = context->seen.transaction;
    if (t == NULL || (keys->n_vias == t->keys.n_vias && keys->call_id == t->keys.call_id))
        return FALSE; /* each response is asked */
    gboolean fewer = keys->n_vias > 0 && keys->n_vias < t->keys.n_vias;
    gboolean other_call = keys->call_id != t->keys.call_id;
    if ((t->reported & SX_REPORTED_NOT_COPIED) != 0 || t->is_cut ||
        !context->message->headers_complete)
        return FALSE;
    if (fewer)
        sx_ev_header_not_copied_vias(context->out, keys->n_vias, sx_header_top_branch(context),
                                     t->keys.n_vias, t->frame);
    if (other_call)
        sx_ev_header_not_copied_call_id(
            context->out, sx_context_header(context, SX_HDR_CALL_ID, SX_SHOWN), t->frame);
    if (fewer || other_call)
        t->reported |= SX_REPORTED_NOT_COPIED;
    return fewer || other_call;
}

/* CANCEL and ACK are to have the branch of their INVITE; another method is another transaction. */
gboolean sx_rule_header_branch_reused(sx_context *context) {
    const sx_observation *seen = &context->seen;
    const sx_transaction *t = seen->transaction;
    const sx_transaction *earlier = seen->prev;
    if (t == NULL || (earlier == NULL && t->same_key == 0) || t->keys.branch == 0)
        return FALSE; /* each request is asked */
    if (earlier == NULL || earlier->keys.branch != t->keys.branch)
        earlier = sx_calls_transaction(context->calls, t->same_key);
    if (earlier == NULL || earlier->client != t->client || earlier->frame >= t->frame ||
        (earlier->keys.call_id == t->keys.call_id && earlier->keys.cseq == t->keys.cseq))
        return FALSE;
    sx_ev_header_branch_reused_earlier(
        context->out, sx_header_top_branch(context),
        sx_context_shown(context, context->message->method, SX_SHOWN), earlier->frame,
        sx_gap(earlier->time, t->time));
    return TRUE;
}
