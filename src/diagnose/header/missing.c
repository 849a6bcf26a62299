/* SPDX-License-Identifier: GPL-2.0-or-later
 * Headers that a message must carry and does not, or carries too often.
 */
#include <string.h>

#include "diagnose/context.h"
#include "diagnose/told.h"
#include "evidence.h"
#include "rules.h"
#include "wire/via.h"

static gboolean is_contact_of_answer(const sx_mandatory_rule *rule) {
    return rule->one_of[0] == SX_HDR_CONTACT && rule->weight == SX_MISSING_USELESS;
}

/* A challenge that is missing has a diagnosis of its own. */
static gboolean is_challenge(const sx_mandatory_rule *rule) {
    return rule->one_of[0] == SX_HDR_WWW_AUTHENTICATE ||
           rule->one_of[0] == SX_HDR_PROXY_AUTHENTICATE;
}

/* A request that may begin a dialog; inside one the target that is known stays in use (RFC 3261 section 8.1.1.8). */
static gboolean request_lacks_contact(sx_context *context) {
    const sx_message *message = context->message;
    if (sx_message_has(message, SX_HDR_CONTACT) || !message->headers_complete ||
        !sx_context_is_initial(context) || context->seen.repetition != SX_FIRST)
        return FALSE;
    const char *method = sx_transaction_method(context->seen.transaction);
    sx_ev_header_missing_contact_headline_request(context->out, method);
    sx_ev_header_missing_contact_request(context->out, method);
    if (context->seen.relayed_frame != 0) {
        context->severity = SX_SEVERITY_CHAT;
        sx_ev_header_missing_contact_hop_before(context->out, context->seen.relayed_frame);
    }
    return TRUE;
}

gboolean sx_rule_header_missing_contact(sx_context *context) {
    if (!context->message->is_response)
        return request_lacks_contact(context);
    sx_missing_set missing = context->missing;
    const sx_mandatory_rule *rule = sx_missing_next(&missing);
    while (rule != NULL && !is_contact_of_answer(rule))
        rule = sx_missing_next(&missing);
    if (rule == NULL)
        return FALSE;
    sx_ev_header_missing_contact_headline_answer(context->out, context->message->code);
    sx_ev_header_missing_contact_answer(context->out, context->message->code, rule->what, rule->rfc,
                                        rule->section);
    if (context->seen.transaction != NULL && context->seen.transaction->keys.to_tag != 0)
        sx_ev_header_missing_contact_old_target(context->out);
    if (context->seen.keys.to_tag == 0)
        sx_ev_header_missing_contact_no_tag(context->out);
    if (sx_message_has(context->message, SX_HDR_RECORD_ROUTE))
        sx_ev_header_missing_contact_record_route(context->out);
    return TRUE;
}

/* A 2xx copies the Record-Routes of its INVITE (RFC 3261 section 12.1.1). */
gboolean sx_rule_header_record_route_missing(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_told *told;
    if (sx_message_has(context->message, SX_HDR_RECORD_ROUTE) || t->keys.to_tag != 0 ||
        !context->message->headers_complete)
        return FALSE;
    told = sx_told_at(sx_tolds_of(context), t->keys.from_tag, t->client, t->server);
    if (told == NULL || told->n_routes == 0)
        return FALSE;
    sx_ev_header_record_route_missing_asked(context->out, told->route_frame, told->record_route);
    return TRUE;
}

/* INVITE and the 2xx to it have exactly one Contact (RFC 3261 sections 8.1.1.8 and 12.1.1). */
gboolean sx_rule_header_several_contacts(sx_context *context) {
    const sx_message *message = context->message;
    sx_slice first = sx_message_header(message, SX_HDR_CONTACT);
    sx_header_walk walk = {0};
    sx_slice element;
    guint n = 0;
    if (message->count[SX_HDR_CONTACT] == 0 ||
        (message->count[SX_HDR_CONTACT] == 1 && memchr(first.p, ',', first.len) == NULL))
        return FALSE;
    while (sx_message_next_element(message, SX_HDR_CONTACT, &walk, &element))
        n++;
    if (n < 2)
        return FALSE;
    sx_ev_header_several_contacts_list(context->out, n, sx_context_list(context, SX_HDR_CONTACT));
    return TRUE;
}

/* Headers without which a request is useless to its receiver; Contact has a diagnosis of its own. */
static const struct {
    guint8 method;
    sx_header_id header;
    guint rfc;
    const char *section;
} of_requests[] = {
    {SX_METHOD_SUBSCRIBE, SX_HDR_EVENT, 6665, "8.2.1"},
    {SX_METHOD_REFER, SX_HDR_REFER_TO, 3515, "2.1"},
    {SX_METHOD_PRACK, SX_HDR_RACK, 3262, "7.2"},
};

static gboolean add_missing_of_request(sx_context *context) {
    const sx_message *message = context->message;
    if (!message->headers_complete || context->seen.repetition != SX_FIRST)
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(of_requests); i++) {
        if (of_requests[i].method != context->seen.keys.method ||
            sx_message_has(message, of_requests[i].header))
            continue;
        const char *name = sx_header_name(of_requests[i].header);
        const char *method = sx_method_name((sx_method)of_requests[i].method);
        sx_ev_header_missing_mandatory_headline_request(context->out, name, method);
        sx_ev_header_missing_mandatory_request(context->out, method, name, of_requests[i].rfc,
                                               of_requests[i].section);
        return TRUE;
    }
    return FALSE;
}

/* On a stream only Content-Length tells where a message ends, but over WebSocket, where each has a frame of its own. */
static gboolean add_missing_length(sx_context *context) {
    const sx_message *message = context->message;
    sx_header_walk walk = {0};
    sx_slice element;
    sx_via via;
    if (context->packet->transport != SX_TRANSPORT_STREAM ||
        sx_message_has(message, SX_HDR_CONTENT_LENGTH) || !message->headers_complete ||
        context->seen.repetition != SX_FIRST ||
        !sx_message_next_element(message, SX_HDR_VIA, &walk, &element))
        return FALSE;
    sx_via_read(element, &via);
    if (!sx_slice_is(via.transport, "TCP") && !sx_slice_is(via.transport, "TLS"))
        return FALSE;
    sx_ev_header_missing_mandatory_headline_length(context->out);
    sx_ev_header_missing_mandatory_length(context->out);
    return TRUE;
}

gboolean sx_rule_header_missing_mandatory(sx_context *context) {
    sx_missing_set missing = context->missing;
    const sx_mandatory_rule *rule;
    gboolean any = add_missing_length(context);
    if (!context->message->is_response)
        return add_missing_of_request(context) || any;
    while ((rule = sx_missing_next(&missing)) != NULL) {
        if (rule->weight == SX_MISSING_NOTED || is_contact_of_answer(rule) || is_challenge(rule))
            continue;
        if (rule->weight == SX_MISSING_USELESS)
            context->severity = SX_SEVERITY_ERROR;
        if (!any)
            sx_ev_header_missing_mandatory_headline(context->out, rule->what,
                                                    context->message->code);
        sx_ev_header_missing_mandatory_missing(context->out, context->message->code, rule->what,
                                               rule->rfc, rule->section);
        any = TRUE;
    }
    return any;
}
