/* SPDX-License-Identifier: GPL-2.0-or-later
 * A first request that is routed strictly because the route of the settings has no lr (RFC 3261 sections 8.1.1.1 and
 * 12.2.1.1): the proxy stands in the Request-URI, the recipient in the last Route.
 */
#include "diagnose/compare.h"
#include "diagnose/route/route_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/uri.h"

/** Both texts live as long as the findings. */
typedef struct {
    const char *request_uri, *route;
} strict_request;

static const sx_attachment_kind kind = {sizeof(strict_request), NULL};

void sx_route_learn_strict(sx_context *context) {
    const sx_message *message = context->message;
    sx_transaction *t = context->seen.transaction;
    sx_header_walk walk = {0};
    sx_slice route;
    sx_slice last = {"", 0};
    sx_slice value;
    sx_uri uri;
    sx_uri to;
    if (t == NULL || t->keys.to_tag != 0 || !sx_message_has(message, SX_HDR_ROUTE) ||
        !sx_uri_is_host(context->seen.request_uri.host, t->server->ip, t->server->ip_len))
        return;
    while (sx_message_next_element(message, SX_HDR_ROUTE, &walk, &route)) {
        if (!sx_uri_read(route, &uri) || sx_slice_param(uri.rest, "lr", &value))
            return;
        last = route;
    }
    if (!sx_uri_read(sx_message_header(message, SX_HDR_TO), &to) ||
        sx_uri_aor(&uri) != sx_uri_aor(&to) ||
        sx_uri_aor(&to) == sx_uri_aor(&context->seen.request_uri))
        return;
    strict_request *kept = (strict_request *)sx_attachment_make(&t->attached, &kind);
    kept->request_uri = sx_findings_text(context->out, message->request_uri, SX_SHOWN);
    kept->route = sx_findings_text(context->out, last, SX_SHOWN);
}

gboolean sx_rule_route_strict_route(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const strict_request *kept = (const strict_request *)SX_ATTACHED(t, &kind);
    if (kept == NULL || !sx_may_be_of_routing(context->message->code))
        return FALSE;
    sx_ev_route_strict_route_target(context->out, kept->request_uri, t->frame);
    sx_ev_route_strict_route_recipient(context->out, kept->route);
    return TRUE;
}
