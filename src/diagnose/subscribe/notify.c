/* SPDX-License-Identifier: GPL-2.0-or-later
 * NOTIFY that ends a subscription against the will of its subscriber (RFC 6665 section 4.1.3).
 */
#include "diagnose/context.h"
#include "diagnose/subscribe/subscribe.h"
#include "evidence.h"
#include "rules.h"

/* The reason, if it is one that refuses; the others ask to subscribe anew, or answer the subscriber's own wish. */
static gboolean refuses(const sx_message *notify, sx_slice *reason) {
    static const char *const refusing[] = {"rejected", "noresource", "giveup"};
    sx_slice state = sx_message_header(notify, SX_HDR_SUBSCRIPTION_STATE);
    if (!sx_slice_starts(state, "terminated") || !sx_slice_param(state, "reason", reason))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(refusing); i++) {
        if (sx_slice_is(*reason, refusing[i]))
            return TRUE;
    }
    return FALSE;
}

/* The newest SUBSCRIBE of the call before it. */
static const sx_transaction *last_subscribe(const sx_context *context) {
    sx_transaction_walk walk = {0};
    const sx_transaction *t;
    do {
        t = sx_calls_walk(context->calls, context->seen.call, &walk);
    } while (t != NULL && t->keys.method != SX_METHOD_SUBSCRIBE);
    return t;
}

gboolean sx_rule_subscribe_refused_by_notify(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    sx_slice reason;
    /* A NOTIFY about a transfer ends with "noresource" as a rule. */
    if (t == NULL || !refuses(context->message, &reason) || sx_subscribe_is_event(t, "refer"))
        return FALSE;
    const char *event = sx_context_header(context, SX_HDR_EVENT, SX_SHOWN);
    const char *why = sx_context_shown(context, reason, SX_SHOWN);
    const sx_transaction *subscribe = last_subscribe(context);
    if (event != NULL)
        sx_ev_subscribe_refused_by_notify_headline(context->out, event, why);
    sx_ev_subscribe_refused_by_notify_reason(context->out, why);
    if (sx_slice_is(reason, "noresource"))
        sx_ev_subscribe_refused_by_notify_gone(context->out);
    if (subscribe != NULL)
        sx_ev_subscribe_refused_by_notify_subscribe(context->out, subscribe->frame);
    return TRUE;
}
