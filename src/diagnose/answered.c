/* SPDX-License-Identifier: GPL-2.0-or-later
 * Who made a response. The first of these that holds, else unknown:
 *   passed on      the same answer was seen one hop further on: whoever made that one
 *   callee         2xx to INVITE: a proxy makes none (RFC 3261 sections 13.3.1.4 and 16.7)
 *   own side       this box sent the request on in this capture, and what it sent has no final answer, or another code
 *   proxy          phrase or code of the proxy's own modules (vendor table); Warning 392, which SER-type proxies add to
 *                  answers of their own (field practice)
 *   proxy          407 (RFC 3261 section 22.3); 483 (section 16.3)
 *   callee         the To tag is that of a 1xx to the same INVITE (sections 12.1.1 and 16.7: proxies pass it on)
 *   callee         a Warning about the SDP (RFC 3261 section 20.43, 30x) by an agent that is not the sender
 *   proxy          408 after 32 s: timer B or F of a server that asked on (section 17.1)
 *   own side       within 5 ms, not sent on in this capture, by a box that sends other requests on in this capture
 *   proxy          within 3 ms of its own 100, by a host that challenges or registers
 *   callee         another Server than in the 100 and 407 of this address, and a code that a user's device gives
 * A PBX that calls on in another call (B2BUA) answers as the called end: SIP does not show what is behind it.
 */
#include <string.h>

#include "details/noisy.h"
#include "diagnose/context.h"
#include "diagnose/diagnose.h"
#include "diagnose/learner.h"
#include "diagnose/vendor/vendor.h"
#include "evidence.h"
#include "wire/keyed_hash.h"
#include "wire/uri.h"

#define MAX_SERVERS 10000 /* that are remembered */

#define AT_ONCE (3 * SX_MILLISECOND) /* too short to ask anybody behind */
#define NOT_ASKED                                                                                  \
    (5 * SX_MILLISECOND) /* the same, where both sides of the box are in the capture */
#define TIMEOUT_FROM (31500 * SX_MILLISECOND)
#define TIMEOUT_TO (34 * SX_SECOND)

/** What is known of one server. */
typedef struct {
    guint64 key;       /* of the host */
    guint64 product;   /* hash of Server or User-Agent in its own responses; 0: none seen */
    gboolean serves;   /* it challenges or registers */
    gboolean forwards; /* a request was seen before and behind it */
} known_server;

/** Of the whole capture. */
typedef struct {
    sx_bounded_map servers; /* known_server */
} answered_memory;

static answered_memory *memory_of(const sx_context *context) {
    return (answered_memory *)context->memory[SX_LEARNER_ANSWERED];
}

static void init(void *memory) {
    sx_map_init(&((answered_memory *)memory)->servers, sizeof(known_server), MAX_SERVERS);
}

static void clear(void *memory) {
    sx_map_clear(&((answered_memory *)memory)->servers);
}

static known_server *source_of(const sx_context *context) {
    return (known_server *)sx_map_put(&memory_of(context)->servers, context->seen.source->key);
}

static guint64 product_of(const sx_context *context) {
    sx_slice product = sx_context_product(context);
    return product.len > 0 ? sx_hash_slice(0, product) : 0;
}

/* What the host itself writes: 100 and 407 come from the neighbor, never from behind it. */
static void learn_server(const sx_context *context) {
    guint code = context->message->code;
    gboolean registration = context->seen.keys.method == SX_METHOD_REGISTER;
    gboolean registers = code >= 200 && code < 300 && registration;
    if ((code != 100 && code != 401 && code != 407 && !registers) ||
        context->seen.relayed_from != NULL)
        return;
    known_server *server = source_of(context);
    if (code == 100 || code == 407) {
        guint64 product = product_of(context);
        if (product != 0)
            server->product = product;
    }
    if (code != 100 && (code != 401 || registration))
        server->serves = TRUE;
}

static void learn_after(sx_context *context, guint outcome G_GNUC_UNUSED) {
    if (context->message->is_response)
        learn_server(context);
}

/* Whether the sender of a request with several Vias is seen to get it: a box with both its sides in the capture. */
static void learn_forward(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    if (t != NULL && t->upstream != 0)
        source_of(context)->forwards = TRUE;
}

/* The request as its receiver sent it on; NULL if that is not seen. */
static const sx_transaction *sent_on(const sx_context *context, const sx_transaction *t) {
    sx_transaction_walk walk = {0};
    const sx_transaction *other;
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (sx_transaction_is_sent_on(other, t) && other->keys.n_vias == t->keys.n_vias + 1)
            return other;
    }
    return NULL;
}

static sx_answered by_what_was_sent_on(const sx_transaction *behind, guint code) {
    if (behind->final == NULL)
        return SX_ANSWERED_OWN_OPEN;
    for (const sx_final *final = behind->final; final != NULL; final = final->next) {
        if (final->code == code)
            return SX_ANSWERED_UNKNOWN; /* perhaps that one, in other words */
    }
    return SX_ANSWERED_OWN_OTHER_CODE;
}

/* Marks in the message itself. */
static sx_answered by_marks(const sx_context *context) {
    const sx_message *message = context->message;
    sx_slice warning;
    if (sx_vendor_shows(context, SX_DIAG_VENDOR_PROXY_LOCAL_REPLY))
        return SX_ANSWERED_PROXY_MODULE;
    if (sx_noisy_find(message, &warning))
        return SX_ANSWERED_PROXY_NOISY;
    if (message->code == 407)
        return SX_ANSWERED_PROXY_CHALLENGE;
    return message->code == 483 ? SX_ANSWERED_PROXY_HOPS : SX_ANSWERED_UNKNOWN;
}

static gboolean rang_with_this_tag(const sx_context *context, const sx_transaction *t) {
    if (t->keys.to_tag != 0 || context->seen.keys.to_tag == 0 || t->keys.method != SX_METHOD_INVITE)
        return FALSE;
    const sx_tag *tag = sx_call_tag(context->seen.call, context->seen.keys.to_tag);
    return tag != NULL && tag->by_response && tag->frame > t->frame && tag->frame <= t->ring_frame;
}

/* warn-code SP warn-agent: the agent is an address, and not that of the sender. */
static gboolean warns_from_elsewhere(const sx_context *context) {
    const sx_host *source = context->seen.source;
    sx_header_walk walk = {0};
    sx_slice warning;
    guint8 ip[16];
    guint digits;
    if (!sx_message_next_element(context->message, SX_HDR_WARNING, &walk, &warning))
        return FALSE;
    guint32 code = sx_slice_number(warning, &digits);
    if (digits != 3 || code < 300 || code > 309 || warning.len < 6)
        return FALSE;
    sx_slice agent = sx_slice_trim(sx_slice_after(warning, 3));
    gsize len = 0;
    while (len < agent.len && agent.p[len] != ' ')
        len++;
    agent.len = len;
    const char *colon = memchr(agent.p, ':', agent.len);
    if (colon != NULL && agent.p[0] != '[')
        agent.len = (gsize)(colon - agent.p);
    guint ip_len = sx_uri_host_ip(agent, ip);
    return ip_len > 0 && (ip_len != source->ip_len || memcmp(ip, source->ip, ip_len) != 0);
}

static gboolean is_code_of_user(guint code) {
    return code == 480 || code == 486 || code == 487 || code == 488 || code == 600 || code == 603 ||
           code == 606 || code == 607;
}

/* Times, and what else this capture has of the sender. */
static sx_answered by_sender(const sx_context *context, const sx_transaction *t) {
    guint code = context->message->code;
    gint64 now = context->packet->time;
    gint64 since = sx_gap(t->last_copy_time != 0 ? t->last_copy_time : t->time, now);
    gint64 in_all = sx_gap(t->time, now);
    const known_server *server =
        (const known_server *)sx_map_find(&memory_of(context)->servers, context->seen.source->key);
    if (code == 408 && in_all >= TIMEOUT_FROM && in_all <= TIMEOUT_TO)
        return SX_ANSWERED_PROXY_TIMEOUT;
    if (server == NULL || t->keys.to_tag != 0 || context->seen.keys.method == SX_METHOD_REGISTER)
        return SX_ANSWERED_UNKNOWN;
    gboolean timed = context->precision < SX_TIME_SECONDS;
    if (server->forwards && timed && since <= NOT_ASKED)
        return SX_ANSWERED_OWN_NOT_SENT_ON;
    if (server->serves && timed && t->trying_frame != 0 && sx_gap(t->trying_time, now) <= AT_ONCE)
        return SX_ANSWERED_PROXY_AT_ONCE;
    guint64 product = product_of(context);
    if (product != 0 && server->product != 0 && product != server->product && is_code_of_user(code))
        return SX_ANSWERED_CALLEE_PRODUCT;
    return SX_ANSWERED_UNKNOWN;
}

static sx_answered passed_on(sx_answered original) {
    switch (original) {
    case SX_ANSWERED_CALLEE_SUCCESS:
    case SX_ANSWERED_CALLEE_TAG:
    case SX_ANSWERED_CALLEE_WARNING:
    case SX_ANSWERED_CALLEE_PRODUCT:
    case SX_ANSWERED_RELAYED_CALLEE: return SX_ANSWERED_RELAYED_CALLEE;
    case SX_ANSWERED_UNSAID:
    case SX_ANSWERED_UNKNOWN:
    case SX_ANSWERED_RELAYED_UNKNOWN: return SX_ANSWERED_RELAYED_UNKNOWN;
    case SX_ANSWERED_OWN_OPEN:
    case SX_ANSWERED_OWN_OTHER_CODE:
    case SX_ANSWERED_OWN_NOT_SENT_ON:
    case SX_ANSWERED_RELAYED_OWN: return SX_ANSWERED_RELAYED_OWN;
    default: return SX_ANSWERED_RELAYED_PROXY;
    }
}

static sx_answered by_relay(const sx_observation *seen) {
    const sx_final *original = seen->relayed_from->final;
    while (original != NULL && original->frame != seen->relayed_frame)
        original = original->next;
    return passed_on(original ? (sx_answered)original->answered_by : SX_ANSWERED_UNKNOWN);
}

static sx_answered find(const sx_context *context) {
    const sx_observation *seen = &context->seen;
    const sx_transaction *t = seen->transaction;
    guint code = context->message->code;
    if (seen->relayed_from != NULL)
        return by_relay(seen);
    if (code < 300)
        return SX_ANSWERED_CALLEE_SUCCESS;
    const sx_transaction *behind = t != NULL ? sent_on(context, t) : NULL;
    if (behind != NULL)
        return by_what_was_sent_on(behind, code);
    sx_answered marked = by_marks(context);
    if (marked != SX_ANSWERED_UNKNOWN || t == NULL)
        return marked;
    if (rang_with_this_tag(context, t))
        return SX_ANSWERED_CALLEE_TAG;
    if (warns_from_elsewhere(context))
        return SX_ANSWERED_CALLEE_WARNING;
    return by_sender(context, t);
}

/* Inside a dialog either side may be asked, and of other methods and challenges it is no news that nobody can tell. */
static gboolean is_news(const sx_context *context, sx_answered answered) {
    sx_method method = context->seen.keys.method;
    gboolean unknown = answered == SX_ANSWERED_UNKNOWN || answered == SX_ANSWERED_RELAYED_UNKNOWN;
    if (!unknown && passed_on(answered) != SX_ANSWERED_RELAYED_CALLEE)
        return TRUE;
    return context->seen.transaction != NULL && context->seen.transaction->keys.to_tag == 0 &&
           context->message->code != 401 &&
           (method == SX_METHOD_INVITE || method == SX_METHOD_MESSAGE);
}

sx_answered sx_answered_by(const sx_context *context) {
    const sx_observation *seen = &context->seen;
    guint code = sx_context_code(context);
    if (code < 200 || code > 699 || (code < 300 && seen->keys.method != SX_METHOD_INVITE) ||
        seen->repetition != SX_FIRST || context->packet->quoted)
        return SX_ANSWERED_UNSAID;
    sx_answered answered = find(context);
    if (!is_news(context, answered))
        answered = SX_ANSWERED_UNSAID;
    if (seen->final != NULL)
        seen->final->answered_by = (guint8)answered;
    return answered;
}

const sx_learner sx_answered_learner = {
    .memory_size = sizeof(answered_memory),
    .memory_init = init,
    .memory_clear = clear,
    .request = learn_forward,
    .after = learn_after,
};
