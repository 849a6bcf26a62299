/* SPDX-License-Identifier: GPL-2.0-or-later
 * The way of a request against Contact and Record-Route (RFC 3261 section 12.2.1.1), and its tags against those of the
 * dialog.
 */
#include "diagnose/compare.h"

#include <string.h>

#include "diagnose/context.h"
#include "diagnose/learner.h"
#include "evidence.h"
#include "wire/keyed_hash.h"
#include "wire/uri.h"

#define FORK_GAP (2 * SX_SECOND) /* so soon after the answer a BYE ends another branch */

/* ---- way ---- */

static const sx_attachment_kind kind = {sizeof(sx_differences), NULL};

const sx_differences *sx_differences_of(const sx_transaction *transaction) {
    return (const sx_differences *)SX_ATTACHED(transaction, &kind);
}

static void found_one(sx_differences *found, sx_way what, guint32 frame, const char *expected,
                      const char *actual) {
    if (found->n < SX_MAX_DIFFERENCES)
        found->items[found->n++] = (sx_difference){(guint8)what, frame, expected, actual};
}

static const char *keep(sx_context *context, sx_slice text) {
    return sx_findings_text(context->out, text, SX_SHOWN_LONG);
}

static void compare_routes(sx_context *context, const sx_told *told, sx_differences *found) {
    const sx_message *message = context->message;
    guint64 hashes[SX_MAX_ROUTES];
    gboolean strict;
    guint n = sx_routes_read(message, SX_HDR_ROUTE, hashes, &strict);
    sx_way what = SX_WAY_ROUTE;
    /* An outbound proxy of the settings may come before the route set. */
    if (told->n_routes == 0 ||
        (n >= told->n_routes &&
         sx_routes_hash(hashes + n - told->n_routes, told->n_routes, FALSE) == told->routes))
        return;
    if (n == 0)
        what = SX_WAY_NO_ROUTE;
    else if (n == told->n_routes && sx_routes_hash(hashes, n, TRUE) == told->routes)
        what = SX_WAY_ROUTE_ORDER;
    found_one(found, what, told->route_frame, told->record_route,
              n > 0 ? keep(context, sx_slice_trim(sx_message_header(message, SX_HDR_ROUTE)))
                    : NULL);
}

static gboolean is_host(sx_slice host, const sx_host *of) {
    return sx_uri_is_host(host, of->ip, of->ip_len);
}

static gboolean is_same_host(sx_slice one, sx_slice other) {
    return one.len == other.len && sx_same_letters(one.p, other.p, one.len);
}

static void compare_target(sx_context *context, const sx_told *told, sx_differences *found) {
    const sx_uri *actual = &context->seen.request_uri;
    guint64 target = context->seen.keys.request_uri;
    sx_uri expected;
    if (told->contact == NULL || target == 0 || target == told->target ||
        (guint32)target == told->before ||
        !sx_uri_read((sx_slice){told->contact, strlen(told->contact)}, &expected))
        return;
    sx_way what = SX_WAY_USER;
    if (!is_same_host(expected.host, actual->host) || expected.port != actual->port)
        what = SX_WAY_TARGET;
    /* Behind a NAT the address that the Contact came from takes its place. */
    if (what == SX_WAY_TARGET && sx_host_is_private(expected.host) &&
        is_host(actual->host, told->from))
        return;
    found_one(found, what, told->contact_frame, told->contact,
              keep(context, context->message->request_uri));
}

/* What the packet should have been sent to: the first Route, else the Request-URI. */
static gboolean read_next(const sx_message *message, sx_slice *element, sx_uri *uri) {
    sx_header_walk walk = {0};
    sx_slice value;
    if (!sx_message_next_element(message, SX_HDR_ROUTE, &walk, element))
        *element = message->request_uri;
    return sx_uri_read(*element, uri) && !sx_slice_param(uri->rest, "maddr", &value);
}

static void compare_place(sx_context *context, sx_differences *found) {
    const sx_packet *packet = context->packet;
    const sx_host *destination = context->seen.destination;
    guint8 ip[16];
    sx_slice element;
    sx_uri uri;
    if (!read_next(context->message, &element, &uri) || sx_uri_host_ip(uri.host, ip) == 0)
        return;
    gboolean same = is_host(uri.host, destination);
    guint16 port = uri.port != 0 ? uri.port : 5060;
    /* Over a connection the port may be that of the other end, and private addresses are translated. */
    if (same ? packet->transport != SX_TRANSPORT_UDP || port == packet->destination.port
             : sx_host_is_private(uri.host) &&
                   !sx_ip_is_private(destination->ip, destination->ip_len))
        return;
    const char *place = sx_context_place(context, destination, packet->destination.port);
    found_one(found, same ? SX_WAY_PORT : SX_WAY_HOST, packet->frame,
              keep(context, sx_uri_text(element)), keep(context, (sx_slice){place, strlen(place)}));
}

/* Nearly always: the very Contact, the very Record-Route, sent where they ask for. */
static gboolean is_as_told(const sx_context *context, const sx_told *told) {
    const sx_message *message = context->message;
    const sx_packet *packet = context->packet;
    guint n = message->count[SX_HDR_ROUTE];
    if (context->seen.keys.request_uri != told->target)
        return FALSE;
    if (told->next != 0 &&
        (told->next != (guint32)context->seen.destination->key ||
         (packet->transport == SX_TRANSPORT_UDP &&
          (told->next_port != 0 ? told->next_port : 5060) != packet->destination.port)))
        return FALSE;
    if (told->n_routes == 0)
        return n == 0;
    return n == 1 && told->raw != 0 &&
           told->raw == (guint32)sx_hash_slice(0, sx_message_header(message, SX_HDR_ROUTE));
}

/* A proxy takes its own routes out and leaves the Request-URI alone (RFC 3261 section 16.6). */
static void compare_behind_proxy(sx_context *context, sx_differences *found) {
    const sx_told *told = sx_told_at_hop(context);
    if (told != NULL && told->route_frame != 0 && !told->strict)
        compare_target(context, told, found);
}

void sx_compare_way(sx_context *context, sx_differences *found) {
    found->n = 0;
    if (context->seen.keys.method == SX_METHOD_CANCEL || !context->message->headers_complete)
        return;
    if (context->seen.keys.n_vias > 1) {
        compare_behind_proxy(context, found);
        return;
    }
    const sx_told *told = sx_told_to_sender(context);
    if (told == NULL || told->strict || is_as_told(context, told))
        return;
    if (told->route_frame != 0) {
        compare_routes(context, told, found);
        compare_target(context, told, found);
    }
    compare_place(context, found);
}

static void learn(sx_context *context) {
    sx_differences found;
    sx_transaction *t = context->seen.transaction;
    if (t == NULL || t->keys.to_tag == 0)
        return;
    sx_compare_way(context, &found);
    if (found.n > 0)
        memcpy(sx_attachment_make(&t->attached, &kind), &found, sizeof found);
}

gboolean sx_is_of_routing(guint code) {
    switch (code) {
    case 403:
    case 404:
    case 410:
    case 416:
    case 482:
    case 483:
    case 484:
    case 485:
    case 604: return TRUE;
    default: return code >= 476 && code <= 479;
    }
}

gboolean sx_may_be_of_routing(guint code) {
    return sx_is_of_routing(code) || code == 408 || code == 430 || code == 481 ||
           (code >= 502 && code <= 504);
}

/* The INVITE that has no final answer when another request comes in the early dialog that it made; NULL: there is none. */
static const sx_transaction *open_invite(const sx_context *context, const sx_told *told) {
    const sx_transaction *t = context->seen.transaction;
    sx_transaction_walk walk = {0};
    const sx_transaction *other;
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other->keys.method == SX_METHOD_INVITE && other->keys.to_tag == 0 &&
            other->id < t->id && other->frame < told->frame &&
            (other->keys.from_tag == t->keys.from_tag || other->keys.from_tag == t->keys.to_tag) &&
            (other->final == NULL || other->final->frame > t->frame))
            return other;
    }
    return NULL;
}

/* Some stacks take requests only once the call is answered. */
static void add_early(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_call *call = context->seen.call;
    const sx_dialog *dialog = sx_call_dialog(call, t->keys.from_tag, t->keys.to_tag);
    const sx_tag *tag = sx_call_tag(call, t->keys.to_tag);
    guint code = context->message->code;
    if (call->starts_inside || code == 487 || t->keys.method == SX_METHOD_PRACK ||
        (dialog != NULL && dialog->confirmed_frame != 0 && dialog->confirmed_frame < t->frame))
        return;
    if (tag == NULL || !tag->by_response)
        tag = sx_call_tag(call, t->keys.from_tag);
    const sx_told *told =
        tag != NULL && tag->by_response ? sx_told_first(sx_tolds_of(context), tag->tag) : NULL;
    if (told != NULL && told->frame < t->frame && open_invite(context, told) != NULL)
        sx_ev_detail_way_early(context->out, told->frame);
}

void sx_compare_add_rows(sx_context *context) {
    const sx_differences *found = sx_differences_of(context->seen.transaction);
    add_early(context);
    if (!sx_may_be_of_routing(context->message->code))
        return;
    for (guint i = 0; found != NULL && i < found->n; i++) {
        const sx_difference *one = &found->items[i];
        guint32 request = context->seen.transaction->frame;
        switch ((sx_way)one->what) {
        case SX_WAY_NO_ROUTE:
            sx_ev_detail_way_no_route(context->out, request, one->frame, one->expected);
            break;
        case SX_WAY_ROUTE_ORDER:
            sx_ev_detail_way_route_order(context->out, one->frame, one->actual);
            break;
        case SX_WAY_ROUTE:
            sx_ev_detail_way_route(context->out, one->actual, one->frame, one->expected);
            break;
        case SX_WAY_TARGET:
        case SX_WAY_USER:
            sx_ev_detail_way_target(context->out, one->actual, one->frame, one->expected);
            break;
        default: sx_ev_detail_way_place(context->out, one->frame, one->actual, one->expected);
        }
    }
}

/* ---- tags ---- */

/* The newest dialog that a request may be meant for when one of its tags is missing. */
static const sx_dialog *dialog_with(const sx_call *call, guint64 tag, guint32 before) {
    for (const sx_dialog *dialog = call->dialogs; dialog != NULL; dialog = dialog->next) {
        if (dialog->confirmed_frame != 0 && dialog->confirmed_frame < before &&
            (dialog->caller_tag == tag || dialog->callee_tag == tag))
            return dialog;
    }
    return NULL;
}

static gboolean is_always_inside(sx_method method) {
    return method == SX_METHOD_BYE || method == SX_METHOD_INFO || method == SX_METHOD_UPDATE ||
           method == SX_METHOD_PRACK;
}

static gboolean are_exchanged(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_tolds *all = sx_tolds_of(context);
    guint64 from = t->keys.from_tag;
    guint64 to = t->keys.to_tag;
    return sx_told_over(all, to, t->client, t->server) &&
           sx_told_over(all, from, t->server, t->client) &&
           !sx_told_over(all, from, t->client, t->server) &&
           !sx_told_over(all, to, t->server, t->client);
}

/* Some tag of the side that the request is for is known: not all of its answers are missing here. */
static gboolean knows_other_side(const sx_call *call, guint64 own_tag) {
    for (guint i = 0; i < call->n_tags; i++) {
        if (call->tags[i].tag != own_tag)
            return TRUE;
    }
    return FALSE;
}

static gboolean is_of_other_branch(const sx_context *context, const sx_dialog *meant) {
    const sx_transaction *t = context->seen.transaction;
    const sx_dialog *named = sx_call_dialog(context->seen.call, t->keys.from_tag, t->keys.to_tag);
    const sx_tag *tag = sx_call_tag(context->seen.call, t->keys.to_tag);
    return meant != NULL && meant->confirmed_method == SX_METHOD_INVITE &&
           meant->caller_tag == t->keys.from_tag && tag != NULL && tag->by_response &&
           (named == NULL || named->confirmed_frame == 0) &&
           sx_gap(meant->confirmed_time, t->time) > FORK_GAP;
}

sx_tags sx_compare_tags(const sx_context *context, const sx_dialog **dialog) {
    const sx_transaction *t = context->seen.transaction;
    const sx_call *call = context->seen.call;
    *dialog = NULL;
    if (t->keys.method == SX_METHOD_CANCEL)
        return SX_TAGS_FIT;
    if (t->keys.to_tag == 0) {
        *dialog = dialog_with(call, t->keys.from_tag, t->frame);
        return *dialog != NULL || is_always_inside((sx_method)t->keys.method) ? SX_TAGS_TO_MISSING
                                                                              : SX_TAGS_FIT;
    }
    if (t->keys.from_tag == 0) {
        *dialog = dialog_with(call, t->keys.to_tag, t->frame);
        return SX_TAGS_FROM_MISSING;
    }
    if (are_exchanged(context))
        return SX_TAGS_EXCHANGED;
    *dialog = dialog_with(call, t->keys.from_tag, t->frame);
    if (is_of_other_branch(context, *dialog))
        return SX_TAGS_OTHER_BRANCH;
    if (call->starts_inside || call->n_tags >= SX_MAX_LOOK_BACK ||
        sx_call_tag(call, t->keys.to_tag) != NULL || !knows_other_side(call, t->keys.from_tag))
        return SX_TAGS_FIT;
    return SX_TAGS_TO_UNKNOWN;
}

const sx_learner sx_compare_learner = {.request = learn};
