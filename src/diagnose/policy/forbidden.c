/* SPDX-License-Identifier: GPL-2.0-or-later
 * 403: the source is not allowed, or no more is said.
 */
#include <string.h>

#include "diagnose/auth/auth.h"
#include "diagnose/policy/policy_state.h"
#include "evidence.h"
#include "rules.h"

/* Phrase, Reason and Warning say no more than the code does. */
static gboolean says_nothing(sx_context *context) {
    const char *text = sx_context_text(context);
    return text[0] == '\0' || strcmp(text, "forbidden") == 0;
}

gboolean sx_rule_policy_source_not_allowed(sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    sx_slice product = sx_message_product(context->message);
    if (transaction->keys.to_tag != 0 || sx_auth_has_credentials(transaction) ||
        sx_auth_ever_challenged(context) || !says_nothing(context) ||
        sx_message_has(context->message, SX_HDR_REASON) ||
        sx_map_find(&sx_policy_memory_of(context)->peers, sx_policy_peer_key(transaction)) != NULL)
        return FALSE;
    sx_ev_policy_source_not_allowed_addresses(context->out, transaction->frame,
                                              sx_context_place(context, transaction->client, 0),
                                              sx_context_place(context, transaction->server, 0));
    const char *host = sx_request_text(transaction, SX_REQUEST_TARGET_HOST);
    if (host != NULL)
        sx_ev_policy_source_not_allowed_domain(context->out, host);
    if (product.len > 0)
        sx_ev_policy_source_not_allowed_server(context->out,
                                               sx_context_shown(context, product, SX_SHOWN_LONG));
    return TRUE;
}

gboolean sx_rule_policy_forbidden(sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    if (!says_nothing(context))
        sx_ev_policy_forbidden_said(context->out, sx_context_said(context));
    if (transaction == NULL) {
        sx_ev_policy_forbidden_orphan(context->out);
        return TRUE;
    }
    if (sx_auth_has_credentials(transaction))
        sx_ev_policy_forbidden_with_credentials(context->out, transaction->frame);
    else if (sx_auth_ever_challenged(context))
        sx_ev_policy_forbidden_challenged(context->out, transaction->frame);
    else
        sx_ev_policy_forbidden_unchallenged(context->out, transaction->frame);
    const char *sender = sx_request_text(transaction, SX_REQUEST_ASSERTED);
    const char *target = sx_request_text(transaction, SX_REQUEST_TARGET);
    if (sender == NULL)
        sender = sx_request_text(transaction, SX_REQUEST_FROM);
    if (sender != NULL)
        sx_ev_policy_forbidden_sender(context->out, sender, sx_policy_form(sender));
    if (target != NULL)
        sx_ev_policy_forbidden_target(context->out, target, sx_policy_form(target));
    return TRUE;
}
