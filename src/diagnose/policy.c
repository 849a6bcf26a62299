/* SPDX-License-Identifier: GPL-2.0-or-later
 * Refused by a rule of the server: 403, 405 and 501, 420, 421 and 494, 603 and 608 of spam filters.
 */
#include <string.h>

#include "diagnose/auth.h"
#include "diagnose/policy.h"
#include "evidence.h"
#include "rules.h"

#define MAX_SHOWN 160 /* bytes of a header that are shown */

static const char *shown(sx_context *context, sx_slice text) {
    return sx_context_copy(context, sx_slice_head(sx_slice_trim(text), MAX_SHOWN));
}

static const char *joined_header(sx_context *context, sx_header_id id) {
    sx_header_walk walk = {0};
    sx_slice element;
    GString *all = g_string_new(NULL);
    while (all->len < MAX_SHOWN && sx_message_next_element(context->message, id, &walk, &element)) {
        if (all->len > 0)
            g_string_append(all, ", ");
        g_string_append_len(all, element.p, (gssize)MIN(element.len, MAX_SHOWN));
    }
    const char *copy = shown(context, (sx_slice){all->str, all->len});
    g_string_free(all, TRUE);
    return copy;
}

/* Phrase, Reason and Warning say no more than the code does. */
static gboolean says_nothing(sx_context *context) {
    const char *text = sx_context_text(context);
    return text[0] == '\0' || strcmp(text, "forbidden") == 0;
}

gboolean sx_rule_policy_source_not_allowed(sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    gpointer peer =
        sx_policy_host_key(transaction->client, (guint64)GPOINTER_TO_SIZE(transaction->server));
    sx_slice product = sx_message_product(context->message);
    if (transaction->keys.to_tag != 0 || sx_auth_has_credentials(transaction) ||
        sx_auth_ever_challenged(context) || !says_nothing(context) ||
        sx_message_has(context->message, SX_HDR_REASON) ||
        g_hash_table_contains(sx_policy_memory_of(context)->peers, peer))
        return FALSE;
    sx_ev_policy_source_not_allowed_addresses(context->out, transaction->frame,
                                              sx_policy_address(context, transaction->client),
                                              sx_policy_address(context, transaction->server));
    const char *host = sx_policy_text(transaction, SX_POLICY_TARGET_HOST);
    if (host != NULL)
        sx_ev_policy_source_not_allowed_domain(context->out, host);
    if (product.len > 0)
        sx_ev_policy_source_not_allowed_server(context->out, shown(context, product));
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
    const char *sender = sx_policy_text(transaction, SX_POLICY_ASSERTED);
    const char *target = sx_policy_text(transaction, SX_POLICY_TARGET);
    if (sender == NULL)
        sender = sx_policy_text(transaction, SX_POLICY_FROM);
    if (sender != NULL)
        sx_ev_policy_forbidden_sender(context->out, sender, sx_policy_form(sender));
    if (target != NULL)
        sx_ev_policy_forbidden_target(context->out, target, sx_policy_form(target));
    return TRUE;
}

gboolean sx_rule_policy_method_unsupported(sx_context *context) {
    guint code = context->message->code;
    if (code != 405 && code != 501)
        return FALSE;
    const char *method = shown(context, sx_message_method(context->message));
    sx_ev_policy_method_unsupported_headline(context->out, method);
    if (sx_message_has(context->message, SX_HDR_ALLOW))
        sx_ev_policy_method_unsupported_allow(context->out, joined_header(context, SX_HDR_ALLOW));
    else
        sx_ev_policy_method_unsupported_no_allow(context->out);
    return TRUE;
}

static void tell_required(sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    const char *require = sx_policy_text(transaction, SX_POLICY_REQUIRE);
    const char *proxy_require = sx_policy_text(transaction, SX_POLICY_PROXY_REQUIRE);
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
            sx_ev_policy_extension_mismatch_unsupported(context->out,
                                                        joined_header(context, SX_HDR_UNSUPPORTED));
        else
            sx_ev_policy_extension_mismatch_no_unsupported(context->out);
        tell_required(context);
        return TRUE;
    case 421:
        sx_ev_policy_extension_mismatch_wanted(context->out,
                                               joined_header(context, SX_HDR_REQUIRE));
        return TRUE;
    case 494:
        sx_ev_policy_extension_mismatch_security(context->out,
                                                 joined_header(context, SX_HDR_SECURITY_SERVER));
        return TRUE;
    default: return FALSE;
    }
}

/* The contact for redress: RFC 8688 section 3.1 puts it into Call-Info, ATIS-1000099 into the text of a Reason. */
static gboolean tell_redress(sx_context *context) {
    sx_header_walk walk = {0};
    sx_reason reason;
    sx_slice element;
    sx_slice purpose;
    while (sx_reason_next(context->message, &walk, &reason)) {
        if (!sx_policy_contains(reason.text, "v=analytics", FALSE))
            continue;
        sx_ev_policy_blocked_by_analytics_reason(context->out, shown(context, reason.text));
        if (reason.location.len > 0)
            sx_ev_policy_blocked_by_analytics_location(context->out,
                                                       shown(context, reason.location));
        return TRUE;
    }
    walk = (sx_header_walk){0};
    while (sx_message_next_element(context->message, SX_HDR_CALL_INFO, &walk, &element)) {
        if (!sx_slice_param(element, "purpose", &purpose) || !sx_slice_is(purpose, "jwscard"))
            continue;
        sx_ev_policy_blocked_by_analytics_card(context->out,
                                               shown(context, sx_policy_uri(element)));
        return TRUE;
    }
    return FALSE;
}

gboolean sx_rule_policy_blocked_by_analytics(sx_context *context) {
    guint code = context->message->code;
    if (code != 608 &&
        (code != 603 || (strstr(sx_context_text(context), "v=analytics") == NULL &&
                         !sx_policy_contains(context->message->phrase, "network blocked", FALSE))))
        return FALSE;
    if (context->seen.transaction != NULL)
        sx_ev_policy_blocked_by_analytics_answered(context->out, sx_context_since_request(context),
                                                   context->seen.transaction->frame);
    if (!tell_redress(context))
        sx_ev_policy_blocked_by_analytics_missing(context->out);
    return TRUE;
}
