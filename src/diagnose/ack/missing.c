/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "ack": a final response to INVITE that is repeated because no ACK comes (RFC 3261 sections 13.3.1.4 and
 * 17.2.1).
 */
#include <string.h>

#include "diagnose/ack/ack_state.h"
#include "diagnose/retransmit/retransmit.h"
#include "diagnose/told.h"
#include "evidence.h"
#include "rules.h"
#include "wire/uri.h"
#include "wire/via.h"

gboolean sx_ack_is_copy_of_success(const sx_context *context) {
    const sx_observation *seen = &context->seen;
    return context->message->is_response && seen->repetition == SX_COPY && seen->final != NULL &&
           seen->final->code < 300 && seen->keys.method == SX_METHOD_INVITE;
}

gboolean sx_ack_is_acknowledged(const sx_call *call, const sx_final *final, guint32 cseq) {
    if (final->ack_frame != 0)
        return TRUE;
    for (guint i = 0; i < call->n_acks; i++) {
        if (call->acks[i].cseq == cseq && call->acks[i].to_tag == final->to_tag)
            return TRUE;
    }
    return FALSE;
}

const sx_ack *sx_ack_stopped(const sx_context *context) {
    const sx_call *call = context->seen.call;
    const sx_transaction *t = context->seen.transaction;
    const sx_transaction *before = sx_calls_transaction(context->calls, t->upstream);
    const sx_ack *stopped = NULL;
    if (before == NULL || context->seen.final->copies_after_ack < 2)
        return NULL;
    for (guint i = 0; i < call->n_acks; i++) {
        const sx_ack *ack = &call->acks[i];
        if (ack->cseq != t->keys.cseq || ack->to_tag != context->seen.final->to_tag)
            continue;
        if (ack->client == before->client && ack->server == before->server &&
            ack->server_port == before->server_port)
            stopped = ack;
        else
            return NULL; /* sent on, or by another way */
    }
    return stopped;
}

static gboolean is_ack_missing(const sx_context *context) {
    const sx_observation *seen = &context->seen;
    return sx_ack_is_copy_of_success(context) &&
           sx_retransmit_is_third(context, seen->final->copies, seen->final->time) &&
           (seen->final->reported & SX_REPORTED_ACK_MISSING) == 0 &&
           context->message->headers_complete &&
           (!sx_ack_is_acknowledged(seen->call, seen->final, seen->keys.cseq) ||
            sx_ack_stopped(context) != NULL);
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
    const char *host = sx_context_shown(context, uri->host, SX_SHOWN);
    if (uri->port == 0)
        return host;
    return sx_context_print(context, strchr(host, ':') ? "[%s]:%u" : "%s:%u", host, uri->port);
}

gboolean sx_rule_ack_missing_private_contact(sx_context *context) {
    const sx_observation *seen = &context->seen;
    sx_slice element;
    sx_uri uri;
    if (!is_ack_missing(context))
        return FALSE;
    const char *header = next_hop(context->message, &element);
    if (header == NULL || !sx_uri_read(element, &uri) || !sx_host_is_private(uri.host) ||
        sx_uri_is_host(uri.host, seen->source->ip, seen->source->ip_len))
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
        context->out, sx_context_place(context, seen->source, from->port),
        sx_context_place(context, seen->destination, to->port));
    sx_ev_ack_missing_private_contact_repeated(context->out, seen->final->copies,
                                               sx_gap(seen->final->time, context->packet->time),
                                               seen->final->frame);
    return TRUE;
}

/* An ACK that was sent after this answer and might have been meant for it; that for another answer was not. */
static void add_other_ack(sx_context *context, const sx_final *final) {
    const sx_call *call = context->seen.call;
    if (final->outcome == SX_DIAG_CALLEE_ANSWERED_TWICE) {
        sx_ev_ack_missing_answered_twice(context->out, final->frame);
        return;
    }
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

/* What is odd in where the ACK has to go: a scheme that nothing else asks for, a port that the answer did not come from,
 * unless the INVITE was sent to that very port. */
static void add_odd_target(sx_context *context, const char *header, sx_slice element) {
    const sx_observation *seen = &context->seen;
    const sx_uri *contact = sx_context_contact(context);
    sx_uri next;
    if (header == NULL || contact == NULL || !sx_uri_read(element, &next))
        return;
    if (sx_slice_is(next.scheme, "sips") && !sx_slice_is(contact->scheme, "sips"))
        sx_ev_ack_missing_sips(context->out, sx_context_shown(context, element, SX_SHOWN));
    if (!sx_message_has(context->message, SX_HDR_RECORD_ROUTE) &&
        sx_uri_is_host(contact->host, seen->source->ip, seen->source->ip_len) &&
        sx_uri_port(contact) != context->packet->source.port &&
        sx_uri_target(contact) != seen->transaction->keys.request_uri)
        sx_ev_ack_missing_other_port(context->out, sx_uri_port(contact),
                                     context->packet->source.port);
}

gboolean sx_rule_ack_missing(sx_context *context) {
    sx_final *final = context->seen.final;
    sx_slice element;
    if (!is_ack_missing(context))
        return FALSE;
    gint64 since = sx_gap(final->time, context->packet->time);
    const char *header = next_hop(context->message, &element);
    final->reported |= SX_REPORTED_ACK_MISSING;
    const sx_ack *stopped = sx_ack_stopped(context);
    if (stopped != NULL) {
        const char *place = sx_context_place(context, stopped->server, stopped->server_port);
        sx_ev_ack_missing_headline_stopped(context->out, stopped->frame, place);
        sx_ev_ack_missing_stopped(context->out, stopped->frame, place);
    } else {
        sx_ev_ack_missing_headline(context->out, final->copies, since);
    }
    sx_ev_ack_missing_repeated(context->out, final->copies, since, final->frame);
    if (header != NULL)
        sx_ev_ack_missing_next_hop(context->out, header,
                                   sx_context_shown(context, element, SX_SHOWN));
    else
        sx_ev_ack_missing_no_contact(context->out);
    add_odd_target(context, header, element);
    const sx_told *told = sx_told_at(sx_tolds_of(context), context->seen.keys.from_tag,
                                     context->seen.destination, context->seen.source);
    if (told != NULL && told->n_routes > 0 &&
        !sx_message_has(context->message, SX_HDR_RECORD_ROUTE))
        sx_ev_ack_missing_no_record_route(context->out, told->route_frame);
    if (stopped == NULL)
        add_other_ack(context, final);
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
    const sx_counted_response *counted = sx_retransmit_counted(context);
    if (final != NULL && context->seen.repetition == SX_COPY)
        *count = (failure_copies){final->copies, final->frame, final->time,
                                  (final->reported & SX_REPORTED_ACK_MISSING) != 0};
    else if (context->seen.transaction == NULL && counted != NULL)
        *count =
            (failure_copies){counted->copies, counted->frame, counted->time, counted->reported};
    else
        return FALSE;
    return !count->reported && sx_retransmit_is_third(context, count->copies, count->time);
}

/** Top Via and To tag of the newest ACK to a failure at the hop of its INVITE. Texts live as long as the findings. */
typedef struct {
    const char *sent_by;
    const char *branch; /* NULL: that of the INVITE */
    const char *to_tag; /* "": none; NULL: that of the failure */
    guint32 frame;
} failure_ack;

static const sx_attachment_kind failure_kind = {sizeof(failure_ack), NULL};

static gboolean read_top_via(const sx_message *message, sx_via *via, sx_slice *branch) {
    sx_header_walk walk = {0};
    sx_slice element;
    if (!sx_message_next_element(message, SX_HDR_VIA, &walk, &element) ||
        !sx_slice_param(element, "branch", branch))
        return FALSE;
    sx_via_read(element, via);
    return TRUE;
}

/* Whether the ACK at hand has the To tag of a failure of this INVITE (RFC 3261 section 17.1.1.3). */
static gboolean has_tag_of_failure(const sx_context *context, const sx_transaction *t) {
    const sx_final *final = t->final;
    while (final != NULL && (final->code < 300 || final->to_tag != context->seen.keys.to_tag))
        final = final->next;
    return final != NULL;
}

static const char *to_tag_of(sx_context *context) {
    sx_slice tag;
    if (!sx_slice_param(sx_message_header(context->message, SX_HDR_TO), "tag", &tag))
        tag.len = 0;
    return tag.len > 0 ? sx_findings_text(context->out, tag, SX_SHOWN) : "";
}

void sx_ack_learn_for_failure(sx_context *context) {
    const sx_keys *keys = &context->seen.keys;
    sx_transaction_walk walk = {0};
    sx_transaction *t;
    sx_via via;
    sx_slice branch;
    if (context->packet->transport != SX_TRANSPORT_UDP || keys->branch == 0)
        return;
    while ((t = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (t->keys.method == SX_METHOD_INVITE && t->keys.cseq == keys->cseq &&
            t->client == context->seen.source && t->server == context->seen.destination &&
            t->final != NULL && t->final->code >= 300 && t->keys.branch != 0)
            break;
    }
    if (t == NULL || !read_top_via(context->message, &via, &branch))
        return;
    gboolean has_tag = has_tag_of_failure(context, t);
    /* The usual case: the branch of the INVITE, and the address that it was sent from. */
    if (has_tag && keys->branch == t->keys.branch && SX_ATTACHED(t, &failure_kind) == NULL &&
        sx_uri_is_host(via.host, t->client->ip, t->client->ip_len) &&
        (via.port != 0 ? via.port : 5060) == t->client_port)
        return;
    failure_ack *ack = (failure_ack *)sx_attachment_make(&t->attached, &failure_kind);
    ack->frame = context->packet->frame;
    ack->to_tag = has_tag ? NULL : to_tag_of(context);
    ack->sent_by = sx_findings_text(context->out, via.sent_by, SX_SHOWN);
    ack->branch =
        keys->branch != t->keys.branch ? sx_findings_text(context->out, branch, SX_SHOWN) : NULL;
}

/* An ACK with another branch or sent-by than the INVITE does not end its failure (RFC 3261 section 17.2.3), and To has to be
 * that of the failure. */
static gboolean add_unfit_ack(sx_context *context) {
    const failure_ack *ack =
        (const failure_ack *)SX_ATTACHED(context->seen.transaction, &failure_kind);
    sx_via via;
    sx_slice branch;
    if (ack == NULL || !read_top_via(context->message, &via, &branch))
        return FALSE;
    gboolean other_sender = !sx_slice_is(sx_slice_head(via.sent_by, SX_SHOWN), ack->sent_by);
    if (ack->branch == NULL && !other_sender && ack->to_tag == NULL)
        return FALSE;
    sx_ev_ack_missing_for_failure_headline_unfit(context->out, ack->frame);
    if (ack->branch != NULL)
        sx_ev_ack_missing_for_failure_other_branch(context->out, ack->frame, ack->branch,
                                                   sx_context_shown(context, branch, SX_SHOWN));
    else if (other_sender)
        sx_ev_ack_missing_for_failure_other_sender(
            context->out, ack->frame, ack->sent_by,
            sx_context_shown(context, via.sent_by, SX_SHOWN));
    else
        sx_ev_ack_missing_for_failure_other_tag(context->out, ack->frame, ack->to_tag,
                                                to_tag_of(context));
    return TRUE;
}

gboolean sx_rule_ack_missing_for_failure(sx_context *context) {
    const sx_observation *seen = &context->seen;
    failure_copies count;
    if (context->packet->transport != SX_TRANSPORT_UDP || !context->message->headers_complete ||
        !count_failure(context, &count))
        return FALSE;
    gboolean unfit = FALSE;
    for (guint i = 0; i < seen->call->n_acks && !unfit; i++) {
        const sx_ack *ack = &seen->call->acks[i];
        if (ack->cseq != seen->keys.cseq || ack->client != seen->destination)
            continue;
        unfit = add_unfit_ack(context);
        if (!unfit)
            return FALSE;
    }
    if (seen->final != NULL)
        seen->final->reported |= SX_REPORTED_ACK_MISSING;
    else
        sx_retransmit_counted(context)->reported = TRUE;
    gint64 since = sx_gap(count.time, context->packet->time);
    if (!unfit)
        sx_ev_ack_missing_for_failure_headline(context->out, context->message->code, count.copies,
                                               since);
    sx_ev_ack_missing_for_failure_repeated(context->out, count.copies, since, count.frame);
    if (seen->transaction == NULL)
        sx_ev_ack_missing_for_failure_orphan(context->out);
    return TRUE;
}
