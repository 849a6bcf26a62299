/* SPDX-License-Identifier: GPL-2.0-or-later
 * Learns what the sides of a call tell each other.
 */
#include "diagnose/told.h"

#include <string.h>

#include "diagnose/context.h"
#include "diagnose/learner.h"
#include "wire/keyed_hash.h"

static void release(void *own) {
    sx_tolds *all = (sx_tolds *)own;
    for (guint i = 0; i < all->n; i++)
        g_free(sx_told_number(all, i)->tag_text);
    g_free(all->more);
}

static const sx_attachment_kind kind = {sizeof(sx_tolds), release};

const sx_tolds *sx_tolds_of_call(const sx_call *call) {
    return (const sx_tolds *)SX_ATTACHED(call, &kind);
}

const sx_tolds *sx_tolds_of(const sx_context *context) {
    return sx_tolds_of_call(context->seen.call);
}

const sx_told *sx_told_first(const sx_tolds *all, guint64 tag) {
    for (guint i = 0; all != NULL && i < all->n; i++) {
        const sx_told *told = sx_told_number(all, i);
        if (told->tag == tag)
            return told;
    }
    return NULL;
}

const sx_told *sx_told_at(const sx_tolds *all, guint64 tag, const sx_host *from,
                          const sx_host *to) {
    for (guint i = 0; all != NULL && i < all->n; i++) {
        const sx_told *told = sx_told_number(all, i);
        if (told->tag == tag && told->from == from && told->to == to)
            return told;
    }
    return NULL;
}

gboolean sx_told_over(const sx_tolds *all, guint64 tag, const sx_host *from, const sx_host *to) {
    return sx_told_at(all, tag, from, to) != NULL;
}

/* How well something that was told fits the sender of a request; 0: not at all. */
static guint score(const sx_told *told, const sx_context *context) {
    const sx_observation *seen = &context->seen;
    if (told->tag != seen->keys.to_tag || told->to != seen->source || !told->ends_here)
        return 0;
    return 1u + (told->to_port == context->packet->source.port ? 2u : 0u) +
           (told->from == seen->destination ? 1u : 0u);
}

const sx_told *sx_told_to_sender(const sx_context *context) {
    const sx_tolds *all = sx_tolds_of(context);
    const sx_told *best = NULL;
    guint best_score = 0;
    gboolean doubtful = FALSE;
    if (context->seen.keys.n_vias != 1 || context->seen.keys.to_tag == 0)
        return NULL;
    for (guint i = 0; all != NULL && i < all->n; i++) {
        const sx_told *told = sx_told_number(all, i);
        guint points = score(told, context);
        if (points == 0 || points < best_score)
            continue;
        doubtful = points == best_score &&
                   (told->target != best->target || told->routes != best->routes || doubtful);
        best = told;
        best_score = points;
    }
    return doubtful ? NULL : best;
}

const sx_told *sx_told_at_hop(const sx_context *context) {
    const sx_observation *seen = &context->seen;
    const sx_tolds *all = sx_tolds_of(context);
    const sx_told *found = NULL;
    for (guint i = 0; all != NULL && i < all->n; i++) {
        const sx_told *told = sx_told_number(all, i);
        if (told->tag != seen->keys.to_tag || told->from != seen->destination ||
            told->to != seen->source)
            continue;
        if (found != NULL && found->target != told->target)
            return NULL;
        found = told;
    }
    return found;
}

guint sx_routes_read(const sx_message *message, sx_header_id header, guint64 hashes[SX_MAX_ROUTES],
                     gboolean *strict) {
    sx_header_walk walk = {0};
    sx_slice element;
    sx_slice value;
    sx_uri uri;
    guint n = 0;
    *strict = FALSE;
    while (n < SX_MAX_ROUTES && sx_message_next_element(message, header, &walk, &element)) {
        if (!sx_uri_read(element, &uri) || !sx_slice_param(uri.rest, "lr", &value))
            *strict = TRUE;
        hashes[n++] = sx_uri_target(&uri);
    }
    return n;
}

guint32 sx_routes_hash(const guint64 *hashes, guint n, gboolean backwards) {
    guint64 all = 0;
    for (guint i = 0; i < n; i++)
        all = sx_hash_number(all, hashes[backwards ? n - 1 - i : i]);
    return (guint32)all;
}

/* Methods that form a dialog or change its target (RFC 3261 section 12.2, RFC 3311, RFC 6665 section 4.4.1). */
static gboolean tells(sx_method method, guint code) {
    switch (method) {
    case SX_METHOD_INVITE: return TRUE;
    case SX_METHOD_UPDATE:
    case SX_METHOD_SUBSCRIBE:
    case SX_METHOD_REFER: return code == 0 || code >= 200;
    case SX_METHOD_NOTIFY: return code == 0;
    default: return FALSE;
    }
}

static char *tag_text(const sx_message *message) {
    sx_slice text;
    sx_header_id header = message->is_response ? SX_HDR_TO : SX_HDR_FROM;
    if (!sx_slice_param(sx_message_header(message, header), "tag", &text))
        return NULL;
    text = sx_slice_head(text, SX_SHOWN);
    return g_utf8_make_valid(text.p, (gssize)text.len);
}

static sx_told *place_of(sx_tolds *all, guint number) {
    return (sx_told *)sx_told_number(all, number);
}

static sx_told *add(sx_context *context, guint64 tag, guint16 to_port) {
    const sx_observation *seen = &context->seen;
    sx_tolds *all = (sx_tolds *)sx_attachment_make(&seen->call->attached, &kind);
    if (all->n >= SX_MAX_TOLD)
        return NULL;
    gboolean first = sx_told_first(all, tag) == NULL;
    if (all->n >= G_N_ELEMENTS(all->first))
        all->more = g_renew(sx_told, all->more, all->n + 1u - G_N_ELEMENTS(all->first));
    sx_told *added = place_of(all, all->n++);
    *added = (sx_told){.tag = tag,
                       .from = seen->source,
                       .to = seen->destination,
                       .to_port = to_port,
                       .frame = context->packet->frame,
                       .tag_text = first ? tag_text(context->message) : NULL,
                       .ends_here = !context->message->is_response || seen->keys.n_vias == 1};
    return added;
}

/* In a dialog nobody brings up a tag; one that is known from the other direction is at the wrong place. */
static gboolean is_misplaced(const sx_observation *seen, const sx_tolds *all, guint64 tag) {
    return seen->transaction->keys.to_tag != 0 &&
           sx_told_over(all, tag, seen->destination, seen->source);
}

static sx_told *told_over(sx_context *context, guint64 tag, guint16 to_port) {
    const sx_observation *seen = &context->seen;
    sx_tolds *all = (sx_tolds *)SX_ATTACHED(seen->call, &kind);
    for (guint i = 0; all != NULL && i < all->n; i++) {
        sx_told *told = place_of(all, i);
        if (told->tag == tag && told->from == seen->source && told->to == seen->destination &&
            told->to_port == to_port)
            return told;
    }
    return is_misplaced(seen, all, tag) ? NULL : add(context, tag, to_port);
}

/* Where requests go to: the first route, else the Contact. */
static void set_next(sx_told *told, const sx_uri *uri) {
    guint8 ip[16];
    guint len = sx_uri_host_ip(uri->host, ip);
    told->next = len > 0 ? (guint32)sx_host_key(ip, len) : 0;
    told->next_port = uri->port;
}

static void learn_contact(sx_context *context, sx_told *told) {
    sx_header_walk walk = {0};
    sx_slice element;
    const sx_uri *contact = sx_context_contact(context);
    if (contact == NULL)
        return;
    guint64 target = sx_uri_target(contact);
    told->contact_frame = context->packet->frame;
    if (target == told->target)
        return;
    told->before = (guint32)told->target;
    told->target = target;
    if (sx_message_next_element(context->message, SX_HDR_CONTACT, &walk, &element))
        told->contact = sx_findings_text(context->out, sx_uri_text(element), SX_SHOWN_LONG);
    if (told->n_routes == 0)
        set_next(told, contact);
}

/* The caller goes by the Record-Routes of the answer from the last one on, the called side by those of the request from
 * the first one on (RFC 3261 sections 12.1.1 and 12.1.2). */
static void learn_routes(sx_context *context, sx_told *told) {
    const sx_message *message = context->message;
    guint64 hashes[SX_MAX_ROUTES];
    gboolean strict;
    sx_header_walk walk = {0};
    sx_slice element = {NULL, 0};
    sx_uri uri;
    told->route_frame = context->packet->frame;
    guint32 raw = (guint32)sx_hash_slice(0, sx_message_header(message, SX_HDR_RECORD_ROUTE));
    if (told->raw == raw && told->n_routes == 1 && message->count[SX_HDR_RECORD_ROUTE] == 1)
        return;
    told->n_routes = (guint8)sx_routes_read(message, SX_HDR_RECORD_ROUTE, hashes, &strict);
    told->routes = sx_routes_hash(hashes, told->n_routes, message->is_response);
    told->raw = told->n_routes == 1 ? raw : 0;
    told->strict = strict != FALSE;
    for (guint i = 0; i < (message->is_response ? told->n_routes : 1u); i++)
        sx_message_next_element(message, SX_HDR_RECORD_ROUTE, &walk, &element);
    if (sx_uri_read(element, &uri))
        set_next(told, &uri);
    told->record_route =
        sx_findings_text(context->out, (sx_slice){element.p, element.len}, SX_SHOWN_LONG);
}

static void learn(sx_context *context) {
    const sx_message *message = context->message;
    const sx_observation *seen = &context->seen;
    guint code = sx_context_code(context);
    guint64 tag = message->is_response ? seen->keys.to_tag : seen->keys.from_tag;
    if (seen->transaction == NULL || tag == 0 || code == 100 || code >= 300 ||
        !tells((sx_method)seen->keys.method, code))
        return;
    gboolean udp = context->packet->transport == SX_TRANSPORT_UDP;
    sx_told *told = told_over(context, tag, udp ? context->packet->destination.port : 0);
    if (told == NULL)
        return;
    learn_contact(context, told);
    if (seen->transaction->keys.to_tag != 0)
        return;
    if (sx_message_has(message, SX_HDR_RECORD_ROUTE)) {
        learn_routes(context, told);
    } else {
        told->route_frame = context->packet->frame;
        told->routes = told->raw = 0;
        told->n_routes = 0;
        if (told->record_route != NULL && sx_context_contact(context) != NULL)
            set_next(told, sx_context_contact(context));
        told->record_route = NULL;
    }
}

const sx_learner sx_told_learner = {.request = learn, .response = learn};
