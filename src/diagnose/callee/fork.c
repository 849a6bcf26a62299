/* SPDX-License-Identifier: GPL-2.0-or-later
 * A second phone of a fork that answers (RFC 3261 section 13.2.2.4).
 */
#include "diagnose/callee/callee_state.h"
#include "evidence.h"
#include "rules.h"

/** An answer, and who gave it. */
typedef struct {
    const sx_transaction *branch;
    const sx_final *answer;
} fork_answer;

/* The first 2xx with another To tag than this one. */
static const sx_final *other_answer(const sx_transaction *t, const sx_final *own) {
    const sx_final *final = t->final;
    while (final != NULL && (final->code >= 300 || final->to_tag == own->to_tag))
        final = final->next;
    return final;
}

/* Branches of a fork have one client, CSeq number and From tag, and as many Via values. */
static gboolean is_branch(const sx_transaction *other, const sx_transaction *t) {
    return other->keys.method == SX_METHOD_INVITE && other->keys.cseq == t->keys.cseq &&
           other->keys.from_tag == t->keys.from_tag && other->client == t->client &&
           other->keys.n_vias == t->keys.n_vias;
}

/* The newest answer of the fork before this one. */
static gboolean find_earlier(const sx_context *context, fork_answer *earlier) {
    const sx_observation *seen = &context->seen;
    sx_transaction_walk walk = {0};
    const sx_transaction *other;
    while ((other = sx_calls_walk(context->calls, seen->call, &walk)) != NULL) {
        const sx_final *answer =
            is_branch(other, seen->transaction) ? other_answer(other, seen->final) : NULL;
        if (answer != NULL && answer->frame < context->packet->frame) {
            *earlier = (fork_answer){other, answer};
            return TRUE;
        }
    }
    return FALSE;
}

gboolean sx_rule_callee_answered_twice(sx_context *context) {
    const sx_observation *seen = &context->seen;
    const sx_transaction *t = seen->transaction;
    fork_answer first;
    if (!sx_context_is_initial(context) || seen->final == NULL || seen->final->to_tag == 0 ||
        !find_earlier(context, &first))
        return FALSE;
    sx_ev_callee_answered_twice_first(
        context->out, sx_context_place(context, first.branch->server, first.branch->server_port),
        first.answer->code, first.answer->frame, sx_gap(first.answer->time, context->packet->time));
    sx_ev_callee_answered_twice_second(context->out,
                                       sx_context_place(context, t->server, t->server_port));
    const sx_transaction *cancel = sx_calls_transaction(context->calls, t->cancel);
    if (cancel != NULL)
        sx_ev_callee_answered_twice_cancel(context->out, cancel->frame);
    return TRUE;
}
