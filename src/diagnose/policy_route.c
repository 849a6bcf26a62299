/* SPDX-License-Identifier: GPL-2.0-or-later
 * No way to the called side: names that do not resolve, trunks without a free channel.
 */
#include "details/q850.h"
#include "diagnose/policy.h"
#include "evidence.h"
#include "rules.h"

gboolean sx_rule_route_dns_failure(sx_context *context) {
    static const char *const words[] = {"dns", "resolv", NULL};
    const sx_transaction *transaction = context->seen.transaction;
    guint code = context->message->code;
    const char *text = sx_context_text(context);
    const char *host = sx_policy_text(transaction, SX_POLICY_TARGET_HOST);
    if (code != 476 && code != 478 && !sx_matches_with(text, words, "\\bdns\\b|unresolv|resolve"))
        return FALSE;
    if (*text != '\0')
        sx_ev_route_dns_failure_said(context->out, sx_context_said(context));
    if (host != NULL)
        sx_ev_route_dns_failure_target(context->out, transaction->frame, host);
    sx_ev_route_dns_failure_by(context->out, sx_policy_address(context, context->seen.source));
    return TRUE;
}

/* Whether a cause of Q.850 says that no channel was to be had; 41 only with the code that it becomes. */
static gboolean is_circuit_cause(gint cause, guint code) {
    switch (cause) {
    case 34:
    case 38:
    case 42:
    case 44:
    case 47: return TRUE;
    case 41: return code == 503;
    default: return FALSE;
    }
}

static const char *location_of(sx_context *context) {
    sx_header_walk walk = {0};
    sx_reason reason;
    while (sx_reason_next(context->message, &walk, &reason)) {
        if (sx_slice_is(reason.protocol, "Q.850") && reason.location.len > 0)
            return sx_context_copy(context, sx_slice_head(reason.location, SX_POLICY_MAX_TEXT));
    }
    return NULL;
}

gboolean sx_rule_route_no_circuits(sx_context *context) {
    gint cause = sx_reason_q850(context->message);
    if (!is_circuit_cause(cause, context->message->code))
        return FALSE;
    const char *location = location_of(context);
    sx_ev_route_no_circuits_cause(context->out, (guint64)cause, sx_q850_name((guint)cause),
                                  context->message->code);
    if (location != NULL)
        sx_ev_route_no_circuits_location(context->out, location);
    if (sx_message_has(context->message, SX_HDR_RETRY_AFTER))
        sx_ev_route_no_circuits_retry_after(context->out,
                                            sx_policy_header(context, SX_HDR_RETRY_AFTER));
    if (context->seen.transaction != NULL)
        sx_ev_route_no_circuits_answered(context->out, sx_context_since_request(context),
                                         context->seen.transaction->frame);
    return TRUE;
}
