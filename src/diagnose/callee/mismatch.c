/* SPDX-License-Identifier: GPL-2.0-or-later
 * A CANCEL that names another INVITE than the one that is open (RFC 3261 section 9.1).
 */
#include "diagnose/callee/callee_state.h"
#include "diagnose/header/header.h"
#include "evidence.h"
#include "rules.h"

/** The INVITEs of a CANCEL at its hop. */
typedef struct {
    const sx_transaction *open;  /* the newest one without a final response when it was sent */
    const sx_transaction *named; /* that with its branch and CSeq number */
} cancelled_invites;

static gboolean was_open_at(const sx_transaction *invite, guint32 frame) {
    for (const sx_final *final = invite->final; final != NULL; final = final->next) {
        if (final->frame < frame)
            return FALSE;
    }
    return TRUE;
}

static cancelled_invites find_invites(const sx_context *context, const sx_transaction *cancel) {
    sx_transaction_walk walk = {0};
    cancelled_invites found = {NULL, NULL};
    const sx_transaction *t;
    while ((t = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (t->keys.method != SX_METHOD_INVITE || t->client != cancel->client ||
            t->server != cancel->server || t->id > cancel->id)
            continue;
        if (found.open == NULL && was_open_at(t, cancel->frame))
            found.open = t;
        if (found.named == NULL && t->keys.branch == cancel->keys.branch &&
            t->keys.cseq == cancel->keys.cseq)
            found.named = t;
    }
    return found;
}

gboolean sx_rule_callee_cancel_mismatch(sx_context *context) {
    const sx_transaction *cancel = context->seen.transaction;
    if (cancel->keys.branch == 0)
        return FALSE;
    cancelled_invites invites = find_invites(context, cancel);
    const sx_transaction *named = invites.named;
    const sx_transaction *open = invites.open;
    if (open == NULL || open == named || open->keys.branch == 0)
        return FALSE;
    sx_ev_callee_cancel_mismatch_open(context->out, cancel->frame, open->frame, open->keys.cseq);
    if (named != NULL && named->final != NULL)
        sx_ev_callee_cancel_mismatch_over(context->out, named->frame, named->keys.cseq,
                                          named->final->code);
    else
        sx_ev_callee_cancel_mismatch_branch(context->out, sx_header_top_branch(context));
    if (open->keys.cseq != cancel->keys.cseq && named == NULL)
        sx_ev_callee_cancel_mismatch_number(context->out, cancel->keys.cseq);
    return TRUE;
}
