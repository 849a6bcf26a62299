/* SPDX-License-Identifier: GPL-2.0-or-later
 * What is wrong with a request that was refused as malformed: 400 (RFC 3261 section 8.1.1).
 */
#include <string.h>

#include "diagnose/header/header.h"
#include "diagnose/learner.h"
#include "diagnose/requests.h"
#include "evidence.h"
#include "rules.h"
#include "wire/uri.h"

/* Bits of request_defects.bits: these headers in this order, then what else may be wrong. */
static const sx_header_id checked[] = {SX_HDR_VIA,     SX_HDR_FROM, SX_HDR_TO,
                                       SX_HDR_CALL_ID, SX_HDR_CSEQ, SX_HDR_MAX_FORWARDS,
                                       SX_HDR_CONTACT};
#define N_CHECKED G_N_ELEMENTS(checked)
#define FIRST_SINGLE 1 /* From, To, Call-ID, CSeq, Max-Forwards stand in a message once */
#define N_SINGLE 5
#define TWICE(i) (1u << (N_CHECKED + (i)))
#define BODY_LENGTH (1u << (N_CHECKED + N_SINGLE))
#define EMPTY_CONTACT (1u << (N_CHECKED + N_SINGLE + 1))
#define PRIVATE_CONTACT (1u << (N_CHECKED + N_SINGLE + 2))

static guint header_defects(const sx_context *context) {
    const sx_message *message = context->message;
    const guint16 *count = message->count;
    guint defects = 0;
    if (count[SX_HDR_VIA] > 0 &&
        (count[SX_HDR_CONTACT] > 0 || context->seen.keys.method != SX_METHOD_INVITE) &&
        count[SX_HDR_FROM] == 1 && count[SX_HDR_TO] == 1 && count[SX_HDR_CALL_ID] == 1 &&
        count[SX_HDR_CSEQ] == 1 && count[SX_HDR_MAX_FORWARDS] == 1)
        return 0; /* the usual case */
    for (guint i = 0; i < N_CHECKED; i++) {
        gboolean needed =
            checked[i] != SX_HDR_CONTACT || context->seen.keys.method == SX_METHOD_INVITE;
        if (needed && !sx_message_has(message, checked[i]))
            defects |= 1u << i;
    }
    for (guint i = 0; i < N_SINGLE; i++) {
        if (message->count[checked[FIRST_SINGLE + i]] >= 2)
            defects |= TWICE(i);
    }
    return defects;
}

/* A private Contact can be a defect only if the request came over a public network. */
static guint contact_defects(sx_context *context) {
    const sx_host *source = context->seen.source;
    sx_header_walk walk = {0};
    sx_slice element;
    if (!sx_message_has(context->message, SX_HDR_CONTACT))
        return 0;
    const sx_uri *contact = sx_context_contact(context);
    if (contact == NULL)
        return sx_message_next_element(context->message, SX_HDR_CONTACT, &walk, &element)
                   ? 0
                   : EMPTY_CONTACT;
    return sx_ip_is_public(source->ip, source->ip_len) && sx_host_is_private(contact->host)
               ? PRIVATE_CONTACT
               : 0;
}

/** What is wrong with the headers of a request. */
typedef struct {
    guint bits;
    guint32 length; /* Content-Length, where the body has another one */
    guint32 body;   /* bytes of that body */
} request_defects;

static const sx_attachment_kind kind = {sizeof(request_defects), NULL};

/** The newest ACK with defects of a call, for a 2xx: it has no transaction of its own. */
typedef struct {
    request_defects defects;
    guint64 to_tag;
    guint32 cseq, frame;
} ack_defects;

static const sx_attachment_kind ack_kind = {sizeof(ack_defects), NULL};

static void keep_defects(const sx_context *context, request_defects found) {
    const sx_keys *keys = &context->seen.keys;
    sx_transaction *t = context->seen.transaction;
    if (t != NULL) {
        *(request_defects *)sx_attachment_make(&t->attached, &kind) = found;
        return;
    }
    ack_defects *ack = (ack_defects *)sx_attachment_make(&context->seen.call->attached, &ack_kind);
    *ack = (ack_defects){found, keys->to_tag, keys->cseq, context->packet->frame};
}

/* Most requests have no defect and cost no memory. */
static void learn_defects(sx_context *context) {
    const sx_message *message = context->message;
    gboolean is_ack = context->seen.keys.method == SX_METHOD_ACK;
    if ((context->seen.transaction == NULL && !is_ack) || !message->headers_complete)
        return;
    guint bits = header_defects(context) | (is_ack ? 0 : contact_defects(context));
    guint digits;
    guint32 length = sx_slice_number(sx_message_header(message, SX_HDR_CONTENT_LENGTH), &digits);
    if (digits > 0 && context->packet->transport == SX_TRANSPORT_UDP && length != message->body.len)
        bits |= BODY_LENGTH;
    if (bits == 0)
        return;
    keep_defects(context,
                 (request_defects){bits, length, (guint32)MIN(message->body.len, G_MAXUINT32)});
}

static const ack_defects *defects_of_ack(const sx_context *context) {
    const sx_keys *keys = &context->seen.keys;
    const ack_defects *ack = (const ack_defects *)SX_ATTACHED(context->seen.call, &ack_kind);
    return ack != NULL && ack->cseq == keys->cseq && ack->to_tag == keys->to_tag ? ack : NULL;
}

const char *sx_header_missing_in_ack(const sx_context *context, guint32 *frame) {
    const ack_defects *ack = defects_of_ack(context);
    for (guint i = 0; ack != NULL && i < N_CHECKED; i++) {
        if ((ack->defects.bits & 1u << i) == 0)
            continue;
        *frame = ack->frame;
        return sx_header_name(checked[i]);
    }
    return NULL;
}

static void add_defects(const sx_context *context, guint32 frame, const request_defects *defects) {
    for (guint i = 0; i < N_CHECKED; i++) {
        if ((defects->bits & 1u << i) != 0)
            sx_ev_header_rejected_as_malformed_lacks(context->out, frame,
                                                     sx_header_name(checked[i]));
    }
    for (guint i = 0; i < N_SINGLE; i++) {
        if ((defects->bits & TWICE(i)) != 0)
            sx_ev_header_rejected_as_malformed_twice(context->out, frame,
                                                     sx_header_name(checked[FIRST_SINGLE + i]));
    }
    if ((defects->bits & BODY_LENGTH) != 0)
        sx_ev_header_rejected_as_malformed_length(context->out, defects->length, defects->body,
                                                  frame);
    if ((defects->bits & EMPTY_CONTACT) != 0)
        sx_ev_header_rejected_as_malformed_empty_contact(context->out, frame);
    if ((defects->bits & PRIVATE_CONTACT) != 0)
        sx_ev_header_rejected_as_malformed_private_contact(context->out, frame);
}

/* A character of a user that has to be escaped (RFC 3261 section 25.1: user, and "%" of what is escaped). */
static gboolean is_disallowed(char c) {
    return !g_ascii_isalnum(c) && strchr("-_.!~*'()&=+$,;?/%", c) == NULL;
}

static gboolean add_unescaped(sx_context *context, const sx_transaction *t) {
    const char *user = t != NULL ? sx_request_text(t, SX_REQUEST_TARGET) : NULL;
    const char *at = user;
    while (at != NULL && *at != '\0' && !is_disallowed(*at))
        at++;
    if (at == NULL || *at == '\0')
        return FALSE;
    gboolean ascii = g_ascii_isgraph(*at);
    const char *character = ascii ? sx_context_print(context, "%c", *at) : "?";
    sx_ev_header_rejected_as_malformed_unescaped(
        context->out, t->frame, sx_context_shown(context, (sx_slice){user, strlen(user)}, SX_SHOWN),
        character, sx_context_print(context, "%%%02X", (guchar)*at));
    return TRUE;
}

/* The response that may not be, and what may be wrong with its request (RFC 3261 section 17: an ACK has no response). */
static void add_ack(sx_context *context) {
    const ack_defects *ack = context->seen.transaction == NULL ? defects_of_ack(context) : NULL;
    sx_ev_header_rejected_as_malformed_to_ack(context->out);
    if (ack != NULL)
        add_defects(context, ack->frame, &ack->defects);
}

gboolean sx_rule_header_rejected_as_malformed(sx_context *context) {
    const sx_message *message = context->message;
    const sx_transaction *t = context->seen.transaction;
    const request_defects *defects = (const request_defects *)SX_ATTACHED(t, &kind);
    sx_header_walk walk = {0};
    sx_slice warning;
    sx_slice phrase = sx_slice_trim(message->phrase);
    if (phrase.len > 0 && !sx_slice_is(phrase, "Bad Request"))
        sx_ev_header_rejected_as_malformed_phrase(context->out,
                                                  sx_context_shown(context, phrase, SX_SHOWN));
    if (sx_message_next_element(message, SX_HDR_WARNING, &walk, &warning))
        sx_ev_header_rejected_as_malformed_warning(context->out,
                                                   sx_context_shown(context, warning, SX_SHOWN));
    gboolean unescaped = add_unescaped(context, t);
    if (context->seen.keys.method == SX_METHOD_ACK)
        add_ack(context);
    if (defects != NULL)
        add_defects(context, t->frame, defects);
    else if (t != NULL && !unescaped)
        sx_ev_header_rejected_as_malformed_no_defect(context->out, t->frame);
    return TRUE;
}

const sx_learner sx_header_learner = {.request = learn_defects};
