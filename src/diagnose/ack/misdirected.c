/* SPDX-License-Identifier: GPL-2.0-or-later
 * An ACK that was sent, and does not end the copies of the 2xx: for another target or tag, or lost behind the capture
 * point.
 */
#include "diagnose/ack/ack_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/keyed_hash.h"
#include "wire/uri.h"

#define LATE (400 * SX_MILLISECOND) /* a copy this late was not on its way already */

/** An ACK at the hop of a transaction whose Request-URI is not the Contact of the 2xx. */
typedef struct {
    const char *uri; /* lives as long as the findings */
    guint64 to_tag, host_port;
    guint32 frame;
} misdirected_ack;

static const sx_attachment_kind kind = {sizeof(misdirected_ack), NULL};

/* Hash of host and port of the URI in an element; 0 if it has none. */
static guint64 host_port(sx_slice element) {
    sx_uri uri;
    if (!sx_uri_read(element, &uri) || uri.host.len == 0)
        return 0;
    return sx_hash_number(sx_hash_lower(0, uri.host), uri.port);
}

/* An ACK at this hop whose Request-URI is not the Contact of the 2xx is kept, for ack.misdirected. */
static void learn_target(sx_context *context) {
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
            if (SX_ATTACHED(t, &kind) != NULL)
                continue;
            misdirected_ack *ack = (misdirected_ack *)sx_attachment_make(&t->attached, &kind);
            ack->uri = sx_findings_text(context->out, context->message->request_uri, SX_SHOWN);
            ack->to_tag = final->to_tag;
            ack->host_port = host_port(context->message->request_uri);
            ack->frame = context->packet->frame;
        }
    }
}

static void learn(sx_context *context) {
    if (context->seen.keys.method == SX_METHOD_ACK)
        learn_target(context);
}

static gboolean is_late(const sx_context *context, gint64 earlier) {
    return sx_gap(earlier, context->packet->time) >= LATE;
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

static void add_repeated_after(sx_context *context, guint copies) {
    const sx_final *final = context->seen.final;
    sx_ev_ack_misdirected_repeated(context->out, copies, final->frame,
                                   sx_gap(final->time, context->packet->time));
}

static gboolean has_wrong_target(sx_context *context) {
    const misdirected_ack *ack =
        (const misdirected_ack *)SX_ATTACHED(context->seen.transaction, &kind);
    const sx_final *final = context->seen.final;
    sx_header_walk walk = {0};
    sx_slice contact;
    sx_uri uri;
    if (ack == NULL || ack->to_tag != final->to_tag || final->copies_after_ack < 2 ||
        !has_loose_routes_only(context->message) ||
        !sx_message_next_element(context->message, SX_HDR_CONTACT, &walk, &contact) ||
        !sx_uri_read(contact, &uri) || host_port(contact) == ack->host_port)
        return FALSE;
    sx_ev_ack_misdirected_headline(context->out, ack->frame);
    sx_ev_ack_misdirected_wrong_target(context->out, ack->frame, ack->uri,
                                       sx_context_shown(context, contact, SX_SHOWN));
    add_repeated_after(context, final->copies_after_ack);
    return TRUE;
}

static gboolean has_foreign_tag(sx_context *context) {
    const sx_final *final = context->seen.final;
    sx_slice tag = {"", 0};
    if (final->ack_frame != 0 || final->copies_after_other_ack < 2)
        return FALSE;
    const sx_ack *ack = sx_call_other_ack(context->calls, &context->seen, context->packet);
    if (ack == NULL)
        return FALSE;
    sx_slice_param(sx_message_header(context->message, SX_HDR_TO), "tag", &tag);
    sx_ev_ack_misdirected_headline(context->out, ack->frame);
    sx_ev_ack_misdirected_wrong_tag(context->out, ack->frame,
                                    sx_context_shown(context, tag, SX_SHOWN));
    add_repeated_after(context, final->copies_after_other_ack);
    return TRUE;
}

/* Common to both: the 2xx goes on after an ACK, and nothing was said about it yet. */
static gboolean goes_on(const sx_context *context) {
    return sx_ack_is_copy_of_success(context) && context->message->headers_complete &&
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
                               sx_context_place(context, ack->client, ack->client_port),
                               sx_context_place(context, ack->server, 0));
    sx_ev_ack_not_arriving_repeated(context->out, final->copies_after_ack, final->frame, late);
    return TRUE;
}

const sx_learner sx_ack_learner = {.request = learn};
