/* SPDX-License-Identifier: GPL-2.0-or-later
 * Calls that are answered though the caller had ended them before (RFC 3261 sections 9.1, 15 and 16.10).
 */
#include "diagnose/session/session_state.h"
#include "evidence.h"
#include "rules.h"

/* Whether the caller has given up what this INVITE is a branch of, before it was sent. With the caller's side in the
 * capture that side tells; else the INVITE must come from the caller itself: a proxy may go on to the next phone. */
static gboolean was_given_up(const sx_context *context, const sx_transaction *t,
                             const sx_transaction *cancel) {
    const sx_transaction *upstream = sx_calls_transaction(context->calls, t->upstream);
    if (upstream == NULL)
        return t->keys.n_vias == 1;
    const sx_transaction *given_up = sx_calls_transaction(context->calls, upstream->cancel);
    return given_up != NULL && given_up->frame <= cancel->frame;
}

/* The CANCEL of an earlier INVITE with the numbers and tags of this one; NULL if there is none. */
static const sx_transaction *cancelled_before(const sx_context *context, const sx_transaction *t) {
    sx_transaction_walk walk = {0};
    const sx_transaction *old;
    while ((old = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (old->id >= t->id || old->keys.method != SX_METHOD_INVITE ||
            old->keys.cseq != t->keys.cseq || old->keys.from_tag != t->keys.from_tag ||
            old->client != t->client)
            continue;
        const sx_transaction *cancel = sx_calls_transaction(context->calls, old->cancel);
        if (cancel != NULL && cancel->frame < t->frame && was_given_up(context, t, cancel))
            return cancel;
    }
    return NULL;
}

gboolean sx_rule_session_ghost_call(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_transaction *cancel =
        sx_context_is_initial(context) ? cancelled_before(context, t) : NULL;
    if (cancel == NULL)
        return FALSE;
    sx_ev_session_ghost_call_cancel(context->out,
                                    sx_context_place(context, cancel->client, cancel->client_port),
                                    cancel->frame);
    sx_ev_session_ghost_call_invite(context->out, t->frame, sx_gap(cancel->time, t->time));
    return TRUE;
}

/* The BYE that ended the early dialog of this answer, and was answered 2xx before; NULL if there is none. */
static const sx_transaction *early_bye(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    sx_transaction_walk walk = {0};
    const sx_transaction *bye;
    while ((bye = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (bye->id > t->id && bye->keys.method == SX_METHOD_BYE &&
            bye->keys.from_tag == t->keys.from_tag &&
            bye->keys.to_tag == context->seen.keys.to_tag && bye->final != NULL &&
            bye->final->code < 300 && bye->final->frame < context->packet->frame)
            return bye;
    }
    return NULL;
}

gboolean sx_rule_session_answered_after_bye(sx_context *context) {
    const sx_transaction *bye = sx_context_is_initial(context) ? early_bye(context) : NULL;
    if (bye == NULL)
        return FALSE;
    sx_ev_session_answered_after_bye_bye(context->out,
                                         sx_context_place(context, bye->client, bye->client_port),
                                         bye->frame, sx_gap(bye->time, context->packet->time));
    sx_ev_session_answered_after_bye_accepted(context->out, bye->final->code, bye->final->frame);
    return TRUE;
}
