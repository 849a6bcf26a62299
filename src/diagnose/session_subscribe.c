/* SPDX-License-Identifier: GPL-2.0-or-later
 * Subscriptions and event packages (RFC 6665, RFC 3903, RFC 3842).
 */
#include <string.h>

#include "diagnose/session.h"
#include "evidence.h"
#include "rules.h"
#include "wire/uri.h"

static gboolean is_event(const sx_session_request *request, const char *name) {
    return request != NULL && request->event != NULL &&
           g_ascii_strcasecmp(request->event, name) == 0;
}

gboolean sx_rule_subscribe_no_mailbox(sx_context *context) {
    sx_uri uri;
    if (context->seen.transaction->keys.to_tag != 0 ||
        !is_event(sx_session_of_request(context), "message-summary"))
        return FALSE;
    if (!sx_uri_read(sx_message_header(context->message, SX_HDR_TO), &uri))
        return TRUE;
    sx_slice aor = {uri.scheme.p, (gsize)(uri.rest.p - uri.scheme.p)};
    sx_slice user = uri.user.len > 0 ? uri.user : uri.host;
    sx_ev_subscribe_no_mailbox_headline(
        context->out, sx_context_copy(context, sx_slice_head(user, SX_SESSION_TEXT)));
    sx_ev_subscribe_no_mailbox_aor(
        context->out, sx_context_copy(context, sx_slice_head(aor, 2 * SX_SESSION_TEXT)));
    return TRUE;
}

/* The 2xx to the SUBSCRIBE without To tag that made a subscription in this call; NULL if it is not in the capture. */
static const sx_transaction *subscription_of(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_transaction *other;
    sx_transaction_walk walk = {0};
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other != t && other->id < t->id && other->keys.method == SX_METHOD_SUBSCRIBE &&
            other->final != NULL && other->final->code < 300 &&
            (other->keys.from_tag == t->keys.from_tag || other->keys.from_tag == t->keys.to_tag))
            return other;
    }
    return NULL;
}

/* Whether the request can only be about a subscription: not the first one in a dialog that an INVITE made. */
static gboolean is_in_subscription(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_dialog *dialog;
    if (t->keys.to_tag == 0)
        return FALSE;
    dialog = sx_call_dialog(context->seen.call, t->keys.from_tag, t->keys.to_tag);
    return dialog == NULL || dialog->confirmed_method != SX_METHOD_INVITE ||
           subscription_of(context) != NULL;
}

static gboolean ends_subscription(guint code) {
    switch (code) {
    case 404:
    case 405:
    case 410:
    case 416:
    case 489:
    case 501:
    case 604: return TRUE;
    default: return code >= 480 && code <= 485;
    }
}

/* Where the subscription began, and whether another server answers now. */
static void add_beginning(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_transaction *first = subscription_of(context);
    if (first == NULL) {
        sx_ev_subscribe_ended_not_seen(context->out);
        return;
    }
    /* The walk is newest first: go back to the one without To tag. */
    sx_transaction_walk walk = {0};
    const sx_transaction *other;
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other->keys.method == SX_METHOD_SUBSCRIBE && other->keys.to_tag == 0 &&
            other->final != NULL && other->final->code < 300)
            first = other;
    }
    sx_ev_subscribe_ended_created(context->out, first->final->frame,
                                  sx_gap(first->final->time, t->time));
    if (t->keys.method == SX_METHOD_SUBSCRIBE && first->client == t->client &&
        first->server != t->server)
        sx_ev_subscribe_ended_other_server(context->out, sx_session_host(context, first->server),
                                           sx_session_host(context, t->server));
}

gboolean sx_rule_subscribe_ended(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_session_request *request = sx_session_of_request(context);
    if (!ends_subscription(context->message->code) || !is_in_subscription(context) ||
        (t->keys.method == SX_METHOD_NOTIFY && request != NULL && request->is_refer))
        return FALSE;
    if (request != NULL && request->event != NULL) {
        sx_ev_subscribe_ended_headline(context->out, request->event);
        sx_ev_subscribe_ended_event(context->out, request->event);
    }
    add_beginning(context);
    return TRUE;
}

static void add_allowed(sx_context *context) {
    sx_header_id header = context->message->code == 489 ? SX_HDR_ALLOW_EVENTS : SX_HDR_ALLOW;
    sx_slice value = sx_message_header(context->message, header);
    if (value.len > 0)
        sx_ev_subscribe_not_supported_allows(context->out,
                                             sx_context_copy(context, sx_slice_head(value, 160)));
    else if (header == SX_HDR_ALLOW_EVENTS && context->message->headers_complete)
        sx_ev_subscribe_not_supported_no_list(context->out);
}

gboolean sx_rule_subscribe_not_supported(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_session_request *request = sx_session_of_request(context);
    guint code = context->message->code;
    gboolean unsolicited = code == 481 && t->keys.method == SX_METHOD_NOTIFY && t->keys.to_tag == 0;
    if (!unsolicited &&
        ((code != 405 && code != 489 && code != 501) || is_in_subscription(context)))
        return FALSE;
    const char *event = request != NULL ? request->event : NULL;
    const char *server = sx_session_host(context, t->server);
    guint32 before = event != NULL ? sx_session_refused_before(context, event) : 0;
    if (event != NULL)
        sx_ev_subscribe_not_supported_headline(context->out, sx_session_method(t), event, server);
    if (unsolicited)
        sx_ev_subscribe_not_supported_unsolicited(context->out);
    if (before != 0)
        sx_ev_subscribe_not_supported_again(context->out, before);
    add_allowed(context);
    return TRUE;
}
