/* SPDX-License-Identifier: GPL-2.0-or-later
 * SIP messages that an ICMP error quotes: which one it was and why it was not delivered (RFC 792, RFC 4443).
 */
#include <string.h>

#include "diagnose/policy/policy.h"
#include "diagnose/timer/timer_state.h"
#include "evidence.h"
#include "labels.h"
#include "rules.h"
#include "wire/keyed_hash.h"

#define MAX_FLOWS 4096
#define CAPTURED_TWICE (20 * SX_MILLISECOND)
#define QUOTED_WITHIN                                                                              \
    (10 * SX_SECOND) /* from a message to the error, when only addresses join them */

/* What type and code say; 0 if the error does not mean that the message was not delivered. */
static sx_word why(const sx_packet *packet) {
    gboolean v4 = packet->icmp_version == 4;
    if (packet->icmp_type == (v4 ? 3 : 1)) {
        sx_word reason = sx_knowledge_value(
            v4 ? SX_VALUES_ICMP_UNREACHABLE : SX_VALUES_ICMPV6_UNREACHABLE, packet->icmp_code);
        return reason != 0 ? reason : SX_LABEL_ICMP_UNREACHABLE;
    }
    if (packet->icmp_version != 6)
        return 0;
    switch (packet->icmp_type) {
    case 2: return SX_LABEL_ICMP_TOO_LARGE;
    case 4: return SX_LABEL_ICMP_PARAMETER;
    default: return 0;
    }
}

/** The last message of a flow, to find what a cut ICMP error quotes. */
typedef struct {
    guint64 key;
    gint64 time;
    guint32 frame, transaction;
    guint16 code; /* 0: a request */
    guint8 method;
} last_of_flow;

/** An ICMP error, to know it again when it is captured twice. */
typedef struct {
    guint64 key;
    gint64 time;
    guint32 frame;
} seen_error;

/** First ICMP error that quotes a request. */
typedef struct {
    guint32 frame;
} icmp_error;

static const sx_attachment_kind kind = {sizeof(icmp_error), NULL};

guint32 sx_timer_icmp_frame(const sx_transaction *transaction) {
    const icmp_error *error = (const icmp_error *)SX_ATTACHED(transaction, &kind);
    return error != NULL ? error->frame : 0;
}

void sx_timer_init_flows(sx_timer_memory *memory) {
    sx_map_init(&memory->flows, sizeof(last_of_flow), MAX_FLOWS);
    sx_map_init(&memory->errors, sizeof(seen_error), MAX_FLOWS);
}

void sx_timer_learn_flow(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    guint64 key = context->seen.flow;
    last_of_flow *last = (last_of_flow *)sx_map_put(&sx_timer_memory_of(context)->flows, key);
    *last = (last_of_flow){key,
                           context->packet->time,
                           context->packet->frame,
                           t != NULL ? t->id : 0,
                           (guint16)sx_context_code(context),
                           context->seen.keys.method};
}

/* Whether a header of the quoted piece is there to its end. */
static gboolean is_whole(const sx_message *message, sx_header_id id) {
    return sx_message_has(message, id) &&
           message->value[id] + message->value_len[id] < message->text.len;
}

/* Whether the last message of a flow may be the one that is quoted, as far as the quoted piece tells. One that names its
 * call is found by that, or is not in the capture. */
static gboolean may_be_quoted(const sx_context *context, const last_of_flow *last) {
    const sx_message *message = context->message;
    const sx_transaction *t = sx_calls_transaction(context->calls, last->transaction);
    const sx_keys *keys = &context->seen.keys;
    gboolean same_branch = t == NULL || !is_whole(message, SX_HDR_VIA) || keys->branch == 0 ||
                           keys->branch == t->keys.branch;
    gboolean same_method = keys->method == last->method || keys->method == SX_METHOD_OTHER;
    return !is_whole(message, SX_HDR_CALL_ID) && same_branch && same_method &&
           last->code == sx_context_code(context);
}

/* The last message of the flow that an error quotes; NULL if it came too long before, or is another one. */
static const last_of_flow *quoted_message(const sx_context *context) {
    const last_of_flow *last = (const last_of_flow *)sx_map_find(
        &sx_timer_memory_of(context)->flows, sx_calls_flow(context->packet));
    gboolean recent = last != NULL && sx_gap(last->time, context->packet->time) <= QUOTED_WITHIN;
    return recent && may_be_quoted(context, last) ? last : NULL;
}

/* The transaction by Call-ID and branch, as far as the quoted piece has them. */
static sx_transaction *find_by_branch(const sx_context *context) {
    const sx_keys *keys = &context->seen.keys;
    const sx_endpoint *from = &context->packet->source;
    const sx_call *call = sx_calls_find_call(context->calls, keys->call_id);
    const sx_host *sender = sx_calls_host(context->calls, from->ip, from->ip_len);
    sx_transaction_walk walk = {0};
    sx_transaction *found = NULL;
    sx_transaction *t;
    if (call == NULL || keys->branch == 0 || !sx_message_has(context->message, SX_HDR_CALL_ID))
        return NULL;
    while ((t = sx_calls_walk(context->calls, call, &walk)) != NULL) {
        gboolean same_method = keys->method == t->keys.method || keys->method == SX_METHOD_OTHER;
        if (t->keys.branch != keys->branch || !same_method ||
            (keys->cseq != 0 && keys->cseq != t->keys.cseq))
            continue;
        if ((context->message->is_response ? t->server : t->client) == sender)
            return t;
        if (found == NULL)
            found = t;
    }
    return found;
}

/* Frame and time of the copy that was quoted; frame 0 if it is not known. */
static guint32 quoted_frame(const sx_context *context, const sx_transaction *t, gint64 *time) {
    if (t != NULL && !context->message->is_response) {
        *time = t->last_copy_time;
        return t->last_copy_frame;
    }
    for (const sx_final *final = t ? t->final : NULL; final != NULL; final = final->next) {
        if (final->code == context->message->code) {
            *time = final->last_time;
            return final->last_frame;
        }
    }
    const last_of_flow *last = quoted_message(context);
    if (last == NULL)
        return 0;
    *time = last->time;
    return last->frame;
}

/* The transaction of the last message of this flow, for errors that quote too little. */
static sx_transaction *find_by_flow(const sx_context *context) {
    const last_of_flow *last = quoted_message(context);
    return last != NULL ? sx_calls_transaction(context->calls, last->transaction) : NULL;
}

static void add_quoted(sx_context *context, sx_transaction *t) {
    const sx_message *message = context->message;
    gint64 time = 0;
    guint32 frame = quoted_frame(context, t, &time);
    if (frame != 0)
        sx_ev_timer_icmp_unreachable_original(context->out, frame,
                                              sx_gap(time, context->packet->time));
    if (t == NULL)
        return;
    if (message->is_response) {
        sx_ev_timer_icmp_unreachable_request(context->out, t->frame);
        return;
    }
    if (t->response_frame != 0)
        sx_ev_timer_icmp_unreachable_answered(context->out, t->response_frame);
    icmp_error *error = (icmp_error *)sx_attachment_make(&t->attached, &kind);
    if (error->frame == 0)
        error->frame = context->packet->frame;
}

static const char *first_line(sx_context *context) {
    const sx_message *message = context->message;
    gsize len = 0;
    while (len < message->text.len && message->text.p[len] != '\r' && message->text.p[len] != '\n')
        len++;
    return sx_context_shown(context, (sx_slice){message->text.p, len}, 100);
}

/* Whether this very error was captured before, as a port mirror makes it; else notes it. Each copy of a request may
 * meet an error of its own, but not so soon. */
static gboolean is_captured_twice(const sx_context *context) {
    const sx_packet *packet = context->packet;
    const sx_keys *keys = &context->seen.keys;
    const guint64 parts[] = {sx_calls_flow(packet), keys->branch, keys->call_id,
                             (guint64)keys->cseq << 32 | keys->size,
                             (guint64)keys->method << 32 | (guint64)packet->icmp_type << 24 |
                                 (guint64)packet->icmp_code << 16 | sx_context_code(context)};
    guint64 key = sx_hash_bytes(0, parts, sizeof parts);
    seen_error *before = (seen_error *)sx_map_put(&sx_timer_memory_of(context)->errors, key);
    gboolean twice = before->frame != 0 && packet->precision < SX_TIME_SECONDS &&
                     before->frame != packet->frame &&
                     ABS(packet->time - before->time) <= CAPTURED_TWICE;
    if (!twice)
        *before = (seen_error){key, packet->time, packet->frame};
    return twice;
}

gboolean sx_rule_timer_icmp_unreachable(sx_context *context) {
    const sx_packet *packet = context->packet;
    sx_word reason = why(packet);
    if (reason == 0 || is_captured_twice(context))
        return FALSE;
    const sx_endpoint *to = &packet->destination;
    sx_host target = {.ip_len = to->ip_len};
    memcpy(target.ip, to->ip, sizeof target.ip);
    const char *place = sx_context_place(context, &target, to->port);
    sx_ev_timer_icmp_unreachable_headline(context->out, place, reason);
    sx_ev_timer_icmp_unreachable_error(context->out, reason, packet->icmp_type, packet->icmp_code);
    if (context->message->is_response)
        sx_ev_timer_icmp_unreachable_answer(context->out, place);
    sx_ev_timer_icmp_unreachable_message(context->out, first_line(context));
    sx_transaction *t = find_by_branch(context);
    add_quoted(context, t != NULL ? t : find_by_flow(context));
    /* Tools that knock at every address of the Internet: what they do not reach is no loss. */
    if (sx_policy_scanner_tool(context->message) != NULL) {
        context->severity = SX_SEVERITY_CHAT;
        sx_ev_timer_icmp_unreachable_scanner(context->out);
    }
    return TRUE;
}
