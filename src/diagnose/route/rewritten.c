/* SPDX-License-Identifier: GPL-2.0-or-later
 * A refusal that says another code than those of all branches (RFC 3261 section 16.7).
 */
#include "diagnose/route/route_state.h"
#include "evidence.h"
#include "rules.h"

#define MAX_BRANCHES 6 /* that evidence names */

/* Whether all branches failed, each with another code than this one. */
static gboolean all_differ(const sx_context *context, guint code, guint *n_branches) {
    sx_transaction_walk walk = {0};
    const sx_transaction *branch;
    *n_branches = 0;
    while ((branch = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (!sx_transaction_is_sent_on(branch, context->seen.transaction))
            continue;
        if (branch->final == NULL)
            return FALSE;
        for (const sx_final *final = branch->final; final != NULL; final = final->next) {
            if (final->code < 300 || final->code == code)
                return FALSE;
        }
        (*n_branches)++;
    }
    return *n_branches > 0;
}

gboolean sx_rule_route_code_rewritten(sx_context *context) {
    guint code = context->message->code;
    guint n_branches;
    guint shown = 0;
    sx_transaction_walk walk = {0};
    const sx_transaction *branch;
    const sx_final *only = NULL;
    if (code == 401 || code == 407 || code == 408 || code == 487 ||
        !all_differ(context, code, &n_branches))
        return FALSE;
    while ((branch = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL &&
           shown < MAX_BRANCHES) {
        if (!sx_transaction_is_sent_on(branch, context->seen.transaction))
            continue;
        only = branch->final;
        sx_ev_route_code_rewritten_branch(
            context->out, sx_context_place(context, branch->server, branch->server_port),
            only->code, only->frame);
        shown++;
    }
    if (n_branches == 1 && only != NULL) {
        sx_ev_route_code_rewritten_headline(context->out, only->code, code);
        if (only->code == 503 && code == 500) {
            sx_ev_route_code_rewritten_as_required(context->out);
            context->severity = SX_SEVERITY_CHAT;
        }
    }
    return TRUE;
}
