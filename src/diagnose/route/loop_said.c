/* SPDX-License-Identifier: GPL-2.0-or-later
 * A loop that a refusal names in words, under another code than 482 or 483.
 */
#include "diagnose/context.h"
#include "diagnose/said.h"
#include "evidence.h"
#include "rules.h"

gboolean sx_rule_route_loop_said(sx_context *context) {
    static const char *const words[] = {"loop", NULL};
    const sx_transaction *transaction = context->seen.transaction;
    const char *said = sx_said_matching(context, words, "\\bloop(s|ed|ing)?\\b");
    if (said == NULL)
        return FALSE;
    sx_ev_route_loop_said_headline(context->out, said);
    sx_ev_route_loop_said_said(context->out, sx_context_said(context));
    if (transaction != NULL)
        sx_ev_route_loop_said_answered(context->out, sx_context_since_request(context),
                                       transaction->frame);
    return TRUE;
}
