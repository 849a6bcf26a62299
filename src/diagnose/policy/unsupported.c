/* SPDX-License-Identifier: GPL-2.0-or-later
 * Methods and extensions that a server does not support, or demands: 405 and 501, 420, 421 and 494.
 */
#include "diagnose/policy/policy_state.h"
#include "evidence.h"
#include "rules.h"

gboolean sx_rule_policy_method_unsupported(sx_context *context) {
    guint code = context->message->code;
    if (code != 405 && code != 501)
        return FALSE;
    const char *method =
        sx_context_shown(context, sx_message_method(context->message), SX_SHOWN_LONG);
    sx_ev_policy_method_unsupported_headline(context->out, method);
    if (sx_message_has(context->message, SX_HDR_ALLOW))
        sx_ev_policy_method_unsupported_allow(context->out, sx_context_list(context, SX_HDR_ALLOW));
    else
        sx_ev_policy_method_unsupported_no_allow(context->out);
    return TRUE;
}

static void add_required(sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    const char *require = sx_request_text(transaction, SX_REQUEST_REQUIRE);
    const char *proxy_require = sx_request_text(transaction, SX_REQUEST_PROXY_REQUIRE);
    if (require != NULL)
        sx_ev_policy_extension_mismatch_required(context->out, transaction->frame, require);
    if (proxy_require != NULL)
        sx_ev_policy_extension_mismatch_proxy_required(context->out, transaction->frame,
                                                       proxy_require);
    if (require == NULL && proxy_require == NULL)
        sx_ev_policy_extension_mismatch_not_required(context->out, transaction->frame);
}

gboolean sx_rule_policy_extension_mismatch(sx_context *context) {
    const sx_message *message = context->message;
    switch (message->code) {
    case 420:
        if (sx_message_has(message, SX_HDR_UNSUPPORTED))
            sx_ev_policy_extension_mismatch_unsupported(
                context->out, sx_context_list(context, SX_HDR_UNSUPPORTED));
        else
            sx_ev_policy_extension_mismatch_no_unsupported(context->out);
        add_required(context);
        return TRUE;
    case 421:
        sx_ev_policy_extension_mismatch_wanted(context->out,
                                               sx_context_list(context, SX_HDR_REQUIRE));
        return TRUE;
    case 494:
        sx_ev_policy_extension_mismatch_security(context->out,
                                                 sx_context_list(context, SX_HDR_SECURITY_SERVER));
        return TRUE;
    default: return FALSE;
    }
}
