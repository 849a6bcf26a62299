/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "subscribe": subscriptions and event packages (RFC 6665, RFC 3903, RFC 3842).
 */
#include "diagnose/subscribe/subscribe.h"

#include <string.h>

#include "diagnose/context.h"
#include "diagnose/learner.h"
#include "diagnose/requests.h"
#include "diagnose/subscribe/subscribe_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/expires.h"
#include "wire/keyed_hash.h"
#include "wire/uri.h"

#define MAX_REFUSED 10000 /* event packages times servers */

/** That a server does not support an event package. */
typedef struct {
    guint64 key;   /* of server, package and code */
    guint32 frame; /* of the first answer; 0: none */
} refused_event;

/** Of a SUBSCRIBE, NOTIFY or PUBLISH. */
typedef struct {
    const char *event; /* lives as long as the findings */
} subscribe_request;

static const sx_attachment_kind kind = {sizeof(subscribe_request), NULL};

static void init(void *own) {
    sx_subscribe_memory *memory = (sx_subscribe_memory *)own;
    sx_map_init(&memory->refused, sizeof(refused_event), MAX_REFUSED);
    sx_renewals_init(&memory->renewals);
    sx_subscribe_init_tags(memory);
}

static void clear(void *own) {
    sx_subscribe_memory *memory = (sx_subscribe_memory *)own;
    sx_map_clear(&memory->refused);
    sx_map_clear(&memory->renewals);
    sx_map_clear(&memory->tags);
}

/* Of a SUBSCRIBE: each event package is a subscription of its own. */
static guint64 renewal_key(const sx_transaction *transaction) {
    const char *event = sx_subscribe_event(transaction);
    return sx_renewal_key(transaction,
                          event != NULL ? sx_hash_lower(0, (sx_slice){event, strlen(event)}) : 0);
}

static void learn_event(sx_context *context) {
    sx_transaction *t = context->seen.transaction;
    sx_subscribe_memory_of(context)->renewal = NULL;
    sx_slice event = sx_message_header(context->message, SX_HDR_EVENT);
    const char *semicolon = event.len > 0 ? memchr(event.p, ';', event.len) : NULL;
    if (semicolon != NULL)
        event = sx_slice_trim((sx_slice){event.p, (gsize)(semicolon - event.p)});
    if (t == NULL || event.len == 0 ||
        (t->keys.method != SX_METHOD_SUBSCRIBE && t->keys.method != SX_METHOD_NOTIFY &&
         t->keys.method != SX_METHOD_PUBLISH))
        return;
    ((subscribe_request *)sx_attachment_make(&t->attached, &kind))->event =
        sx_findings_text(context->out, event, SX_SHOWN);
    if (t->keys.method == SX_METHOD_SUBSCRIBE && t->keys.to_tag == 0 && t->older_in_call == 0 &&
        t->upstream == 0 && sx_request_terms_of(t).expires != 0) {
        sx_subscribe_memory *memory = sx_subscribe_memory_of(context);
        memory->renewal = sx_renewals_ask(&memory->renewals, renewal_key(t), t);
    }
}

static void learn_answer(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    sx_method method = (sx_method)context->seen.keys.method;
    guint code = context->message->code;
    if (t == NULL || code < 200 || code >= 300)
        return;
    if (method == SX_METHOD_PUBLISH)
        sx_subscribe_learn_tag(context);
    else if (method == SX_METHOD_SUBSCRIBE && t->keys.to_tag == 0)
        sx_renewals_grant(&sx_subscribe_memory_of(context)->renewals, renewal_key(t),
                          context->packet, sx_header_seconds(context->message, SX_HDR_EXPIRES));
}

gboolean sx_rule_subscribe_flapping(sx_context *context) {
    const sx_renewal *renewal = sx_subscribe_memory_of(context)->renewal;
    if (renewal == NULL)
        return FALSE;
    gint64 elapsed = sx_gap(renewal->first_time, renewal->last_time);
    sx_ev_subscribe_flapping_headline(context->out, elapsed / MAX(renewal->count - 1, 1));
    sx_ev_subscribe_flapping_anew(context->out, renewal->count, elapsed, renewal->first_frame);
    sx_ev_subscribe_flapping_granted(context->out, renewal->granted_frame, renewal->granted);
    return TRUE;
}

const char *sx_subscribe_event(const sx_transaction *transaction) {
    const subscribe_request *request = (const subscribe_request *)SX_ATTACHED(transaction, &kind);
    return request != NULL ? request->event : NULL;
}

gboolean sx_subscribe_is_event(const sx_transaction *transaction, const char *name) {
    const char *event = sx_subscribe_event(transaction);
    return event != NULL && g_ascii_strcasecmp(event, name) == 0;
}

/* The answer of a server, with this code, to requests for this event package. */
static guint64 refused_key(const sx_context *context, const char *event) {
    guint64 key = sx_hash_lower(context->message->code, (sx_slice){event, strlen(event)});
    return sx_hash_number(key, context->seen.source->key);
}

/* Frame of an earlier, same answer; 0: there is none. */
static guint32 refused_before(const sx_context *context, const char *event) {
    const sx_subscribe_memory *memory = sx_subscribe_memory_of(context);
    const refused_event *before =
        (const refused_event *)sx_map_find(&memory->refused, refused_key(context, event));
    return before != NULL ? before->frame : 0;
}

static void note_refused(sx_context *context, guint outcome) {
    sx_subscribe_memory *memory = sx_subscribe_memory_of(context);
    if (outcome != SX_DIAG_SUBSCRIBE_NOT_SUPPORTED || context->seen.relayed_from != NULL)
        return;
    const char *event = sx_subscribe_event(context->seen.transaction);
    if (event == NULL)
        return;
    refused_event *first =
        (refused_event *)sx_map_put(&memory->refused, refused_key(context, event));
    if (first->frame == 0)
        first->frame = context->packet->frame;
}

gboolean sx_rule_subscribe_no_mailbox(sx_context *context) {
    sx_uri uri;
    if (context->seen.transaction->keys.to_tag != 0 ||
        !sx_subscribe_is_event(context->seen.transaction, "message-summary"))
        return FALSE;
    if (!sx_uri_read(sx_message_header(context->message, SX_HDR_TO), &uri))
        return TRUE;
    sx_slice aor = {uri.scheme.p, (gsize)(uri.rest.p - uri.scheme.p)};
    sx_slice user = uri.user.len > 0 ? uri.user : uri.host;
    sx_ev_subscribe_no_mailbox_headline(context->out, sx_context_shown(context, user, SX_SHOWN));
    sx_ev_subscribe_no_mailbox_aor(context->out, sx_context_shown(context, aor, 2 * SX_SHOWN));
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

gboolean sx_subscribe_ends(guint code) {
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
        sx_ev_subscribe_ended_other_server(context->out,
                                           sx_context_place(context, first->server, 0),
                                           sx_context_place(context, t->server, 0));
}

gboolean sx_rule_subscribe_ended(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    if (!sx_subscribe_ends(context->message->code) || !is_in_subscription(context) ||
        (t->keys.method == SX_METHOD_NOTIFY && sx_subscribe_is_event(t, "refer")))
        return FALSE;
    const char *event = sx_subscribe_event(t);
    if (event != NULL) {
        sx_ev_subscribe_ended_headline(context->out, event);
        sx_ev_subscribe_ended_event(context->out, event);
    }
    add_beginning(context);
    return TRUE;
}

static void add_allowed(sx_context *context) {
    sx_header_id header = context->message->code == 489 ? SX_HDR_ALLOW_EVENTS : SX_HDR_ALLOW;
    const char *list = sx_context_header(context, header, SX_SHOWN_LONG);
    if (list != NULL)
        sx_ev_subscribe_not_supported_allows(context->out, list);
    else if (header == SX_HDR_ALLOW_EVENTS && context->message->headers_complete)
        sx_ev_subscribe_not_supported_no_list(context->out, sx_header_name(header));
}

gboolean sx_rule_subscribe_not_supported(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    guint code = context->message->code;
    gboolean unsolicited = code == 481 && t->keys.method == SX_METHOD_NOTIFY && t->keys.to_tag == 0;
    if (!unsolicited &&
        ((code != 405 && code != 489 && code != 501) || is_in_subscription(context)))
        return FALSE;
    const char *event = sx_subscribe_event(t);
    const char *server = sx_context_place(context, t->server, 0);
    guint32 before = event != NULL ? refused_before(context, event) : 0;
    if (event != NULL)
        sx_ev_subscribe_not_supported_headline(context->out, sx_transaction_method(t), event,
                                               server);
    if (unsolicited)
        sx_ev_subscribe_not_supported_unsolicited(context->out);
    if (before != 0)
        sx_ev_subscribe_not_supported_again(context->out, before);
    add_allowed(context);
    return TRUE;
}

const sx_learner sx_subscribe_learner = {
    .memory_size = sizeof(sx_subscribe_memory),
    .memory_init = init,
    .memory_clear = clear,
    .request = learn_event,
    .response = learn_answer,
    .after = note_refused,
};
