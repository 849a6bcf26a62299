/* SPDX-License-Identifier: GPL-2.0-or-later
 * Calls that a spam filter refused: 608, and 603 in the form of ATIS-1000099.
 */
#include <string.h>

#include "diagnose/policy/policy_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/uri.h"

static gboolean contains(sx_slice text, const char *words) {
    return sx_slice_find(text, words, 0) < text.len;
}

/* The contact for redress: RFC 8688 section 3.1 puts it into Call-Info, ATIS-1000099 into the text of a Reason. */
static gboolean add_redress(sx_context *context) {
    sx_header_walk walk = {0};
    sx_reason reason;
    sx_slice element;
    sx_slice purpose;
    while (sx_reason_next(context->message, &walk, &reason)) {
        if (!contains(reason.text, "v=analytics"))
            continue;
        sx_ev_policy_blocked_by_analytics_reason(
            context->out, sx_context_shown(context, reason.text, SX_SHOWN_LONG));
        if (reason.location.len > 0)
            sx_ev_policy_blocked_by_analytics_location(
                context->out, sx_context_shown(context, reason.location, SX_SHOWN_LONG));
        return TRUE;
    }
    walk = (sx_header_walk){0};
    while (sx_message_next_element(context->message, SX_HDR_CALL_INFO, &walk, &element)) {
        if (!sx_slice_param(element, "purpose", &purpose) || !sx_slice_is(purpose, "jwscard"))
            continue;
        sx_ev_policy_blocked_by_analytics_card(
            context->out, sx_context_shown(context, sx_uri_text(element), SX_SHOWN_LONG));
        return TRUE;
    }
    return FALSE;
}

gboolean sx_rule_policy_blocked_by_analytics(sx_context *context) {
    guint code = context->message->code;
    if (code != 608 && (code != 603 || (strstr(sx_context_text(context), "v=analytics") == NULL &&
                                        !contains(context->message->phrase, "network blocked"))))
        return FALSE;
    if (context->seen.transaction != NULL)
        sx_ev_policy_blocked_by_analytics_answered(context->out, sx_context_since_request(context),
                                                   context->seen.transaction->frame);
    if (!add_redress(context))
        sx_ev_policy_blocked_by_analytics_missing(context->out);
    return TRUE;
}
