/* SPDX-License-Identifier: GPL-2.0-or-later
 * ACK to a final response of INVITE: missing, wrong, or lost behind the capture point (RFC 3261 section 13.3.1.4).
 */
#include <string.h>

#include "diagnose/flow.h"
#include "rules.h"
#include "wire/uri.h"

#define DROP_FROM                                                                                  \
    (4 * SX_SECOND) /* how long answerers wait for the ACK: 64*T1, less on some stacks */
#define DROP_TO (40 * SX_SECOND)
#define DROP_COPIES 3

/* An ACK at this hop whose Request-URI is not the Contact of the 2xx is kept, for ack.misdirected. */
static void learn_ack(sx_context *context) {
    const sx_observation *seen = &context->seen;
    sx_transaction_walk walk = {0};
    sx_transaction *t;
    while ((t = sx_calls_walk(context->calls, seen->call, &walk)) != NULL) {
        if (t->keys.method != SX_METHOD_INVITE || t->keys.cseq != seen->keys.cseq ||
            t->client != seen->source || t->server != seen->destination ||
            t->keys.n_vias != seen->keys.n_vias)
            continue;
        for (const sx_final *final = t->final; final != NULL; final = final->next) {
            if (final->code >= 300 || final->to_tag != seen->keys.to_tag || final->contact == 0 ||
                final->contact == seen->keys.request_uri)
                continue;
            sx_flow_kept *kept = sx_flow_keep(t);
            if (kept->ack_uri != NULL)
                continue;
            sx_slice uri = sx_slice_head(context->message->request_uri, SX_FLOW_MAX_TEXT);
            kept->ack_uri = g_strndup(uri.p, uri.len);
            kept->ack_tag = final->to_tag;
            kept->ack_host = sx_flow_host_port(context->message->request_uri);
            kept->ack_frame = context->packet->frame;
        }
    }
}

static gboolean is_late(const sx_context *context, gint64 earlier) {
    return sx_gap(earlier, context->packet->time) >= SX_FLOW_LATE;
}

static gboolean is_copy_of_success(const sx_context *context) {
    const sx_observation *seen = &context->seen;
    return context->message->is_response && seen->repetition == SX_COPY && seen->final != NULL &&
           seen->final->code < 300 && seen->keys.method == SX_METHOD_INVITE;
}

void sx_flow_ack_learn(sx_context *context) {
    const sx_observation *seen = &context->seen;
    if (!context->message->is_response && seen->keys.method == SX_METHOD_ACK)
        learn_ack(context);
}

/* Whether an ACK to this answer was seen at any hop. */
static gboolean is_acknowledged(const sx_call *call, const sx_final *final, guint32 cseq) {
    if (final->ack_frame != 0)
        return TRUE;
    for (guint i = 0; i < call->n_acks; i++) {
        if (call->acks[i].cseq == cseq && call->acks[i].to_tag == final->to_tag)
            return TRUE;
    }
    return FALSE;
}

static gboolean is_ack_missing(const sx_context *context) {
    const sx_observation *seen = &context->seen;
    return is_copy_of_success(context) && seen->final->copies >= 3 &&
           sx_gap(seen->final->time, context->packet->time) >= SX_FLOW_THIRD &&
           (seen->final->reported & SX_REPORTED_ACK_MISSING) == 0 && sx_flow_is_whole(context) &&
           !is_acknowledged(seen->call, seen->final, seen->keys.cseq);
}

/* Where the caller sends the ACK: its first route is the last Record-Route, else the Contact (RFC 3261 section
 * 12.1.2). Returns the name of the header; NULL if there is neither. */
static const char *next_hop(const sx_message *message, sx_slice *element) {
    sx_header_walk walk = {0};
    sx_slice next;
    gboolean found = FALSE;
    while (sx_message_next_element(message, SX_HDR_RECORD_ROUTE, &walk, &next)) {
        *element = next;
        found = TRUE;
    }
    if (found)
        return "Record-Route";
    walk = (sx_header_walk){0};
    return sx_message_next_element(message, SX_HDR_CONTACT, &walk, element) ? "Contact" : NULL;
}

/* The host with its port, as evidence. */
static const char *host_text(sx_context *context, const sx_uri *uri) {
    const char *host = sx_context_copy(context, sx_slice_head(uri->host, SX_FLOW_MAX_TEXT));
    if (uri->port == 0)
        return host;
    char *text = g_strdup_printf(strchr(host, ':') ? "[%s]:%u" : "%s:%u", host, uri->port);
    const char *kept = g_string_chunk_insert(context->scratch, text);
    g_free(text);
    return kept;
}

static gboolean is_packet_source(const sx_uri *uri, const sx_host *source) {
    guint8 ip[16];
    guint len = sx_uri_host_ip(uri->host, ip);
    return len != 0 && len == source->ip_len && memcmp(ip, source->ip, len) == 0;
}

gboolean sx_rule_ack_missing_private_contact(sx_context *context) {
    const sx_observation *seen = &context->seen;
    sx_slice element;
    sx_uri uri;
    if (!is_ack_missing(context))
        return FALSE;
    const char *header = next_hop(context->message, &element);
    if (header == NULL || !sx_uri_read(element, &uri) || !sx_host_is_private(uri.host) ||
        is_packet_source(&uri, seen->source))
        return FALSE;
    if (!sx_ip_is_public(seen->source->ip, seen->source->ip_len) &&
        !sx_ip_is_public(seen->destination->ip, seen->destination->ip_len))
        return FALSE;
    const sx_endpoint *from = &context->packet->source;
    const sx_endpoint *to = &context->packet->destination;
    const char *place = host_text(context, &uri);
    seen->final->reported |= SX_REPORTED_ACK_MISSING;
    sx_ev_ack_missing_private_contact_headline(context->out, place);
    sx_ev_ack_missing_private_contact_next_hop(context->out, header, place);
    sx_ev_ack_missing_private_contact_addresses(
        context->out, sx_flow_place(context, seen->source, from->port),
        sx_flow_place(context, seen->destination, to->port));
    sx_ev_ack_missing_private_contact_repeated(context->out, seen->final->copies,
                                               sx_gap(seen->final->time, context->packet->time),
                                               seen->final->frame);
    return TRUE;
}

/* An ACK that was sent after this answer and might have been meant for it. */
static void tell_other_ack(sx_context *context, const sx_final *final) {
    const sx_call *call = context->seen.call;
    for (guint i = 0; i < call->n_acks; i++) {
        const sx_ack *ack = &call->acks[i];
        if (ack->frame < final->frame)
            continue;
        if (ack->cseq == context->seen.keys.cseq) {
            sx_ev_ack_missing_other_tag(context->out, ack->frame);
            return;
        }
        if (ack->to_tag == final->to_tag) {
            sx_ev_ack_missing_other_cseq(context->out, ack->frame, ack->cseq);
            return;
        }
    }
}

gboolean sx_rule_ack_missing(sx_context *context) {
    sx_final *final = context->seen.final;
    sx_slice element;
    if (!is_ack_missing(context))
        return FALSE;
    gint64 since = sx_gap(final->time, context->packet->time);
    const char *header = next_hop(context->message, &element);
    final->reported |= SX_REPORTED_ACK_MISSING;
    sx_ev_ack_missing_headline(context->out, final->copies, since);
    sx_ev_ack_missing_repeated(context->out, final->copies, since, final->frame);
    if (header != NULL)
        sx_ev_ack_missing_next_hop(
            context->out, header,
            sx_context_copy(context, sx_slice_head(element, SX_FLOW_MAX_TEXT)));
    else
        sx_ev_ack_missing_no_contact(context->out);
    tell_other_ack(context, final);
    return TRUE;
}

/* With a strict router on the path the Request-URI is not the Contact (RFC 3261 section 12.2.1.1). */
static gboolean has_loose_routes_only(const sx_message *message) {
    sx_header_walk walk = {0};
    sx_slice route;
    sx_slice value;
    sx_uri uri;
    while (sx_message_next_element(message, SX_HDR_RECORD_ROUTE, &walk, &route)) {
        if (!sx_uri_read(route, &uri) || !sx_slice_param(uri.rest, "lr", &value))
            return FALSE;
    }
    return TRUE;
}

static void tell_repeated_after(sx_context *context, guint copies) {
    const sx_final *final = context->seen.final;
    sx_ev_ack_misdirected_repeated(context->out, copies, final->frame,
                                   sx_gap(final->time, context->packet->time));
}

static gboolean has_wrong_target(sx_context *context) {
    const sx_flow_kept *kept = sx_flow_kept_of(context->seen.transaction);
    const sx_final *final = context->seen.final;
    sx_header_walk walk = {0};
    sx_slice contact;
    sx_uri uri;
    if (kept == NULL || kept->ack_uri == NULL || kept->ack_tag != final->to_tag ||
        final->copies_after_ack < 2 || !has_loose_routes_only(context->message) ||
        !sx_message_next_element(context->message, SX_HDR_CONTACT, &walk, &contact) ||
        !sx_uri_read(contact, &uri) || sx_flow_host_port(contact) == kept->ack_host)
        return FALSE;
    const char *ack_uri =
        sx_context_copy(context, (sx_slice){kept->ack_uri, strlen(kept->ack_uri)});
    sx_ev_ack_misdirected_headline(context->out, kept->ack_frame);
    sx_ev_ack_misdirected_wrong_target(
        context->out, kept->ack_frame, ack_uri,
        sx_context_copy(context, sx_slice_head(contact, SX_FLOW_MAX_TEXT)));
    tell_repeated_after(context, final->copies_after_ack);
    return TRUE;
}

static gboolean has_foreign_tag(sx_context *context) {
    const sx_final *final = context->seen.final;
    sx_slice tag = {"", 0};
    if (final->ack_frame != 0 || final->copies_after_other_ack < 2)
        return FALSE;
    const sx_ack *ack = sx_call_other_ack(&context->seen, context->packet);
    if (ack == NULL)
        return FALSE;
    sx_slice_param(sx_message_header(context->message, SX_HDR_TO), "tag", &tag);
    sx_ev_ack_misdirected_headline(context->out, ack->frame);
    sx_ev_ack_misdirected_wrong_tag(context->out, ack->frame,
                                    sx_context_copy(context, sx_slice_head(tag, SX_FLOW_MAX_TEXT)));
    tell_repeated_after(context, final->copies_after_other_ack);
    return TRUE;
}

/* Common to both: the 2xx goes on after an ACK, and nothing was said about it yet. */
static gboolean goes_on(const sx_context *context) {
    return is_copy_of_success(context) && sx_flow_is_whole(context) &&
           (context->seen.final->reported & SX_REPORTED_ACK_FAILING) == 0;
}

gboolean sx_rule_ack_misdirected(sx_context *context) {
    sx_final *final = context->seen.final;
    if (!goes_on(context) || (final->ack_frame != 0 && !is_late(context, final->ack_time)))
        return FALSE;
    if (!has_wrong_target(context) && !has_foreign_tag(context))
        return FALSE;
    /* The ACK that is missing was sent in this form: later copies say no more. */
    final->reported |= SX_REPORTED_ACK_FAILING | SX_REPORTED_ACK_MISSING;
    return TRUE;
}

gboolean sx_rule_ack_not_arriving(sx_context *context) {
    sx_final *final = context->seen.final;
    if (!goes_on(context) || final->ack_frame == 0 || final->copies_after_ack < 2 ||
        !is_late(context, final->ack_time))
        return FALSE;
    gint64 late = sx_gap(final->ack_time, context->packet->time);
    const sx_ack *ack = sx_call_ack(context->seen.call, context->seen.keys.cseq, final->to_tag);
    if (ack == NULL)
        return FALSE;
    final->reported |= SX_REPORTED_ACK_FAILING;
    sx_ev_ack_not_arriving_headline(context->out, late);
    sx_ev_ack_not_arriving_ack(context->out, final->ack_frame,
                               sx_flow_place(context, ack->client, ack->client_port),
                               sx_flow_place(context, ack->server, 0));
    sx_ev_ack_not_arriving_repeated(context->out, final->copies_after_ack, final->frame, late);
    return TRUE;
}

/* How often a failure response was seen, since when, and whether that was told. */
typedef struct {
    guint copies;
    guint32 frame;
    gint64 time;
    gboolean reported;
} failure_copies;

static gboolean count_failure(const sx_context *context, failure_copies *count) {
    const sx_final *final = context->seen.final;
    const sx_flow_counted *counted = sx_flow_memory_of(context)->present;
    if (final != NULL && context->seen.repetition == SX_COPY)
        *count = (failure_copies){final->copies, final->frame, final->time,
                                  (final->reported & SX_REPORTED_ACK_MISSING) != 0};
    else if (context->seen.transaction == NULL && counted != NULL)
        *count =
            (failure_copies){counted->copies, counted->frame, counted->time, counted->reported};
    else
        return FALSE;
    return count->copies >= 3 && !count->reported &&
           sx_gap(count->time, context->packet->time) >= SX_FLOW_THIRD;
}

gboolean sx_rule_ack_missing_for_failure(sx_context *context) {
    const sx_observation *seen = &context->seen;
    failure_copies count;
    if (context->packet->transport != SX_TRANSPORT_UDP || !sx_flow_is_whole(context) ||
        !count_failure(context, &count))
        return FALSE;
    for (guint i = 0; i < seen->call->n_acks; i++) {
        const sx_ack *ack = &seen->call->acks[i];
        if (ack->cseq == seen->keys.cseq && ack->client == seen->destination)
            return FALSE;
    }
    if (seen->final != NULL)
        seen->final->reported |= SX_REPORTED_ACK_MISSING;
    else
        sx_flow_memory_of(context)->present->reported = TRUE;
    gint64 since = sx_gap(count.time, context->packet->time);
    sx_ev_ack_missing_for_failure_headline(context->out, context->message->code, count.copies,
                                           since);
    sx_ev_ack_missing_for_failure_repeated(context->out, count.copies, since, count.frame);
    if (seen->transaction == NULL)
        sx_ev_ack_missing_for_failure_orphan(context->out);
    return TRUE;
}

/* The first Reason that tells of an ACK that did not come; its protocol is empty if there is none. */
static gboolean names_missing_ack(sx_context *context, sx_slice *value) {
    sx_header_walk walk = {0};
    if (!sx_message_next_value(context->message, SX_HDR_REASON, &walk, value))
        return FALSE;
    return sx_reason_has(context->message, "SIP", 408) ||
           sx_reason_has(context->message, "RELEASE_CAUSE", 4) ||
           sx_matches(sx_context_text(context), "(^|[^a-z])ack");
}

gboolean sx_rule_ack_call_dropped(sx_context *context) {
    const sx_observation *seen = &context->seen;
    sx_transaction_walk walk = {0};
    const sx_transaction *t;
    sx_slice reason = {"", 0};
    if (!sx_flow_is_whole(context) || seen->keys.from_tag == 0)
        return FALSE;
    gboolean named = names_missing_ack(context, &reason);
    while ((t = sx_calls_walk(context->calls, seen->call, &walk)) != NULL) {
        const sx_final *final = t->keys.method == SX_METHOD_INVITE ? t->final : NULL;
        while (final != NULL && (final->code >= 300 || final->to_tag != seen->keys.from_tag))
            final = final->next;
        if (final == NULL || is_acknowledged(seen->call, final, t->keys.cseq))
            continue;
        gint64 since = sx_gap(final->time, context->packet->time);
        gboolean repeated = final->copies >= DROP_COPIES && since >= DROP_FROM && since <= DROP_TO;
        if (!named && !repeated)
            continue;
        sx_ev_ack_call_dropped_headline(context->out, since);
        if (final->copies > 1)
            sx_ev_ack_call_dropped_repeated(context->out, final->frame, final->copies, since);
        else
            sx_ev_ack_call_dropped_answered(context->out, final->frame, since);
        if (reason.len > 0)
            sx_ev_ack_call_dropped_reason(
                context->out, sx_context_copy(context, sx_slice_head(reason, SX_FLOW_MAX_TEXT)));
        return TRUE;
    }
    return FALSE;
}
