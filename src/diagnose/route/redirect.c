/* SPDX-License-Identifier: GPL-2.0-or-later
 * Redirections: where they point, and those that lead nowhere (RFC 3261 sections 8.1.3.4 and 21.3).
 */
#include "diagnose/route/route_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/uri.h"

#define MAX_CONTACTS 8

/** Where a redirection points. */
typedef struct {
    guint n;
    guint64 targets[MAX_CONTACTS]; /* addresses-of-record */
} redirect_targets;

static const sx_attachment_kind kind = {sizeof(redirect_targets), NULL};

void sx_route_learn_contacts(sx_context *context) {
    guint code = context->message->code;
    sx_header_walk walk = {0};
    sx_slice contact;
    sx_uri uri;
    if (code < 300 || code > 399 || !sx_message_has(context->message, SX_HDR_CONTACT))
        return;
    redirect_targets *all =
        (redirect_targets *)sx_attachment_make(&context->seen.transaction->attached, &kind);
    while (all->n < MAX_CONTACTS &&
           sx_message_next_element(context->message, SX_HDR_CONTACT, &walk, &contact)) {
        if (sx_uri_read(contact, &uri))
            all->targets[all->n++] = sx_uri_aor(&uri);
    }
}

gboolean sx_route_points_to(const sx_transaction *redirected, guint64 aor) {
    const redirect_targets *all = (const redirect_targets *)SX_ATTACHED(redirected, &kind);
    if (all == NULL || redirected->final == NULL || redirected->final->code >= 400)
        return FALSE;
    for (guint i = 0; i < all->n; i++) {
        if (all->targets[i] == aor)
            return TRUE;
    }
    return FALSE;
}

/* A Contact that wants another transport or way in is another target, though user, host and port are the same. */
static gboolean changes_the_way(const sx_context *context, const sx_uri *uri) {
    sx_slice value;
    if (sx_slice_param(uri->rest, "maddr", &value))
        return TRUE;
    if (!sx_slice_param(uri->rest, "transport", &value))
        return FALSE;
    return sx_slice_is(value, "udp") != (context->seen.transaction->transport == SX_TRANSPORT_UDP);
}

/* The attempt that went to this target already; NULL if there was none. */
static const sx_transaction *tried_before(const sx_context *context, guint64 target) {
    const sx_transaction *t = context->seen.transaction;
    const sx_transaction *other;
    sx_transaction_walk walk = {0};
    if (t->keys.request_uri == target)
        return t;
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other->keys.from_tag == t->keys.from_tag && other->keys.method == t->keys.method &&
            other->keys.to_tag == t->keys.to_tag && other->keys.request_uri == target)
            return other;
    }
    return NULL;
}

gboolean sx_rule_route_redirect_unusable(sx_context *context) {
    const sx_message *message = context->message;
    sx_header_walk walk = {0};
    sx_slice contact;
    sx_uri uri;
    if (message->code == 303 || message->code == 304)
        return FALSE;
    for (guint i = 0; i < MAX_CONTACTS; i++) {
        if (!sx_message_next_element(message, SX_HDR_CONTACT, &walk, &contact))
            break;
        if (!sx_uri_read(contact, &uri) || changes_the_way(context, &uri))
            continue;
        const sx_transaction *before = tried_before(context, sx_uri_target(&uri));
        if (before != NULL) {
            sx_ev_route_redirect_unusable_loop(
                context->out, sx_context_shown(context, contact, SX_SHOWN), before->frame);
            return TRUE;
        }
    }
    if (sx_message_has(message, SX_HDR_CONTACT) || !message->headers_complete ||
        (message->code == 300 && message->body.len > 0))
        return FALSE;
    sx_ev_route_redirect_unusable_no_contact(context->out);
    return TRUE;
}
