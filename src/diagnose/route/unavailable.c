/* SPDX-License-Identifier: GPL-2.0-or-later
 * No way to the called side: names that do not resolve, trunks without a free channel, servers that are overloaded or
 * out of service.
 */
#include "details/q850.h"
#include "diagnose/route/route_state.h"
#include "diagnose/said.h"
#include "diagnose/timer/timer.h"
#include "evidence.h"
#include "rules.h"
#include "wire/expires.h"

gboolean sx_rule_route_dns_failure(sx_context *context) {
    static const char *const words[] = {"dns", "resolv", NULL};
    const sx_transaction *transaction = context->seen.transaction;
    guint code = context->message->code;
    const char *text = sx_context_text(context);
    const char *host = sx_request_text(transaction, SX_REQUEST_TARGET_HOST);
    if (code != 476 && code != 478 && !sx_matches_with(text, words, "\\bdns\\b|unresolv|resolve"))
        return FALSE;
    if (*text != '\0')
        sx_ev_route_dns_failure_said(context->out, sx_context_said(context));
    if (host != NULL)
        sx_ev_route_dns_failure_target(context->out, transaction->frame, host);
    const char *user = sx_request_text(transaction, SX_REQUEST_TARGET);
    if (host == NULL && user != NULL && (g_ascii_isdigit(*user) || *user == '+'))
        sx_ev_route_dns_failure_no_host(context->out, transaction->frame, user);
    sx_ev_route_dns_failure_by(context->out, sx_context_place(context, context->seen.source, 0));
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
            return sx_context_shown(context, reason.location, SX_SHOWN);
    }
    return NULL;
}

gboolean sx_rule_route_no_circuits(sx_context *context) {
    gint cause = sx_reason_q850(context->message);
    if (!is_circuit_cause(cause, context->message->code))
        return FALSE;
    const char *location = location_of(context);
    sx_ev_route_no_circuits_cause(context->out, sx_reason_q850_header(context->message),
                                  (guint64)cause, sx_q850_name((guint)cause));
    if (location != NULL)
        sx_ev_route_no_circuits_location(context->out, location);
    if (sx_message_has(context->message, SX_HDR_RETRY_AFTER))
        sx_ev_route_no_circuits_retry_after(
            context->out, sx_context_header(context, SX_HDR_RETRY_AFTER, SX_SHOWN_WHOLE));
    if (context->seen.transaction != NULL)
        sx_ev_route_no_circuits_answered(context->out, sx_context_since_request(context),
                                         context->seen.transaction->frame);
    return TRUE;
}

gboolean sx_rule_route_overloaded(sx_context *context) {
    guint32 wait = sx_header_seconds(context->message, SX_HDR_RETRY_AFTER);
    if (wait == 0 || wait == SX_NO_SECONDS)
        return FALSE;
    sx_ev_route_overloaded_headline(context->out, wait * SX_SECOND);
    sx_ev_route_overloaded_wait(context->out, wait, wait * SX_SECOND);
    if (context->seen.keys.method == SX_METHOD_OPTIONS)
        sx_ev_route_overloaded_probe(context->out);
    return TRUE;
}

#define ASKED_NOBODY (100 * SX_MILLISECOND)

/* A server that sends a call nowhere, and whose next hop refused its probe: it may take that for a failure. */
static void add_refused_probe(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_host *server = context->seen.source;
    const sx_route_refused_probe *probe = sx_route_refused_probe_of(context, server);
    sx_transaction_walk walk = {0};
    const sx_transaction *other;
    if (probe == NULL || t == NULL || t->keys.to_tag != 0 || probe->server == t->client ||
        (t->keys.method != SX_METHOD_INVITE && t->keys.method != SX_METHOD_MESSAGE) ||
        context->precision >= SX_TIME_SECONDS || sx_context_since_request(context) > ASKED_NOBODY)
        return;
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other->client == server)
            return;
    }
    sx_ev_route_unavailable_probe_refused(context->out, sx_context_place(context, server, 0),
                                          sx_context_place(context, probe->server, probe->port),
                                          probe->code, probe->frame);
}

/* What the server sent the request on to, as far as an ICMP error says that it is not there. */
static void add_gone_contact(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    sx_transaction_walk walk = {0};
    const sx_transaction *branch;
    while (t != NULL &&
           (branch = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (!sx_transaction_is_sent_on(branch, t) || sx_timer_icmp_frame(branch) == 0)
            continue;
        sx_ev_route_unavailable_contact_gone(
            context->out, sx_context_place(context, branch->server, branch->server_port),
            sx_timer_icmp_frame(branch));
        return;
    }
}

gboolean sx_rule_route_unavailable(sx_context *context) {
    const char *server_name = sx_context_header(context, SX_HDR_SERVER, SX_SHOWN);
    const char *words =
        sx_said_telling(context, is_circuit_cause(sx_reason_q850(context->message), 503));
    const char *reason = sx_context_header(context, SX_HDR_REASON, SX_SHOWN);
    const char *warning = sx_context_header(context, SX_HDR_WARNING, SX_SHOWN);
    const sx_route_options *options = sx_route_options_of(context, context->seen.source);
    if (words != NULL)
        sx_ev_route_unavailable_headline_said(context->out, words);
    if (sx_header_seconds(context->message, SX_HDR_RETRY_AFTER) == 0)
        sx_ev_route_unavailable_at_once(context->out);
    if (server_name != NULL)
        sx_ev_route_unavailable_server(context->out, server_name);
    if (reason != NULL)
        sx_ev_route_unavailable_reason(context->out, reason);
    if (warning != NULL)
        sx_ev_route_unavailable_warning(context->out, warning);
    if (context->seen.keys.method == SX_METHOD_REGISTER)
        sx_ev_route_unavailable_register(context->out);
    if (context->seen.keys.method == SX_METHOD_OPTIONS)
        sx_ev_route_unavailable_probe(context->out);
    else if (options != NULL)
        sx_ev_route_unavailable_options(context->out, options->code, options->frame);
    add_refused_probe(context);
    add_gone_contact(context);
    return TRUE;
}
