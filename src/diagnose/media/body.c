/* SPDX-License-Identifier: GPL-2.0-or-later
 * The type of a body against what its receiver takes (RFC 3261 section 21.4.13). Of the type of a request a number is
 * kept: there are few types in a capture.
 */
#include <string.h>

#include "diagnose/media/media.h"
#include "diagnose/media/media_state.h"
#include "evidence.h"
#include "wire/keyed_hash.h"

#define MAX_TYPE 48 /* bytes kept of a type */
#define SDP_TYPE "application/sdp"

static sx_slice without_parameters(sx_slice value) {
    const char *semicolon = value.len > 0 ? memchr(value.p, ';', value.len) : NULL;
    if (semicolon != NULL)
        value.len = (gsize)(semicolon - value.p);
    return sx_slice_trim(value);
}

guint8 sx_media_body_type(sx_media_memory *memory, const sx_message *message) {
    char text[sizeof((sx_body_type *)NULL)->text];
    if (!sx_message_has(message, SX_HDR_CONTENT_TYPE))
        return 0;
    sx_slice type = without_parameters(sx_message_header(message, SX_HDR_CONTENT_TYPE));
    gboolean encoded = sx_message_has(message, SX_HDR_CONTENT_ENCODING);
    if (!encoded && sx_slice_is(type, SDP_TYPE))
        return SX_BODY_SDP;
    type = sx_slice_head(type, MAX_TYPE);
    sx_slice coding = sx_slice_head(sx_message_header(message, SX_HDR_CONTENT_ENCODING), MAX_TYPE);
    g_snprintf(text, sizeof text, "%.*s%s%.*s", (int)type.len, type.p,
               encoded ? "; Content-Encoding: " : "", (int)coding.len, encoded ? coding.p : "");
    guint64 key = sx_hash_bytes(0, text, strlen(text));
    guint32 known = sx_map_id(&memory->body_types, key);
    if (known == 0) {
        if (memory->body_types.newest >= SX_MAX_BODY_TYPES)
            return 0;
        sx_body_type *added = (sx_body_type *)sx_map_add(&memory->body_types, key);
        g_strlcpy(added->text, text, sizeof added->text);
        known = memory->body_types.newest;
    }
    return (guint8)(known + SX_BODY_SDP);
}

/* The type of the body where it is another than plain SDP; NULL: none, or one of too many. */
static const sx_body_type *other_type(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    return t != NULL && t->body_type > SX_BODY_SDP
               ? (const sx_body_type *)sx_map_at(&sx_media_memory_of(context)->body_types,
                                                 t->body_type - SX_BODY_SDP)
               : NULL;
}

gboolean sx_media_is_multipart(const sx_context *context) {
    const sx_body_type *type = other_type(context);
    return type != NULL && g_ascii_strncasecmp(type->text, "multipart/", 10) == 0;
}

/* The type as it was sent; NULL if the request had no body, or one of too many types. */
static const char *sent_type(sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    if (transaction != NULL && transaction->body_type == SX_BODY_SDP)
        return SDP_TYPE;
    const sx_body_type *type = other_type(context);
    return type == NULL ? NULL
                        : sx_context_shown(context, (sx_slice){type->text, strlen(type->text)},
                                           sizeof type->text);
}

/* Whether a range such as "text/plain;q=0.5", "text/" with a star, or both stars, takes the type. */
static gboolean takes(sx_slice range, sx_slice type) {
    range = without_parameters(range);
    if (range.len == 3 && memcmp(range.p, "*/*", 3) == 0)
        return TRUE;
    if (range.len > 2 && memcmp(range.p + range.len - 2, "/*", 2) == 0)
        return type.len >= range.len && g_ascii_strncasecmp(type.p, range.p, range.len - 1) == 0;
    return range.len == type.len && g_ascii_strncasecmp(type.p, range.p, type.len) == 0;
}

static gboolean is_listed(const sx_message *message, const char *type) {
    sx_header_walk walk = {0};
    sx_slice range;
    sx_slice wanted = without_parameters((sx_slice){type, strlen(type)});
    while (sx_message_next_element(message, SX_HDR_ACCEPT, &walk, &range)) {
        if (takes(range, wanted))
            return TRUE;
    }
    return FALSE;
}

sx_media_body sx_media_body_of(sx_context *context) {
    sx_media_body body = {
        .sent = sent_type(context),
    };
    body.accept =
        sx_message_has(context->message, SX_HDR_ACCEPT)
            ? sx_context_shown(context, sx_message_header(context->message, SX_HDR_ACCEPT),
                               SX_SHOWN_LONG)
            : NULL;
    body.says = body.accept != NULL || sx_message_has(context->message, SX_HDR_ACCEPT_ENCODING) ||
                sx_message_has(context->message, SX_HDR_ACCEPT_LANGUAGE);
    body.multipart = sx_media_is_multipart(context);
    body.listed =
        body.sent != NULL && body.accept != NULL && is_listed(context->message, body.sent);
    return body;
}

void sx_media_add_unsupported_type(sx_context *context) {
    sx_finding_builder *out = context->out;
    const sx_transaction *t = context->seen.transaction;
    guint code = sx_context_code(context);
    if (t == NULL || (code != 415 && code != 488 && code != 606))
        return;
    guint32 frame = t->frame;
    if (t->keys.method == SX_METHOD_INVITE && t->body_type == 0 && !t->is_cut)
        sx_ev_failure_client_no_offer(out, frame);
    if (code != 415)
        return;
    sx_media_body body = sx_media_body_of(context);
    if (body.sent != NULL && body.accept != NULL && !body.listed)
        sx_ev_failure_client_headline_type(out, body.sent, body.accept);
    if (body.sent != NULL)
        sx_ev_failure_client_sent(out, frame, body.sent);
    if (body.listed)
        sx_ev_failure_client_listed(out);
    if (body.multipart && body.accept != NULL && !body.listed)
        sx_ev_failure_client_multipart(out);
    const sx_media_summary *offer = sx_media_offer(context);
    const char *type;
    guint line = offer != NULL ? sx_media_unusual_line(context, offer, &type) : 0;
    if (line != 0)
        sx_ev_failure_client_unusual(out, line, type);
    if (!body.says)
        sx_ev_failure_client_no_list(out);
}

const char *sx_media_key_press(sx_context *context) {
    const char *type = context->seen.keys.method == SX_METHOD_INFO ? sent_type(context) : NULL;
    return type != NULL && g_ascii_strncasecmp(type, "application/dtmf", 16) == 0 ? type : NULL;
}

gboolean sx_media_lacks_events(const sx_context *context, guint32 *offer_frame,
                               guint32 *answer_frame) {
    const sx_transaction *t = context->seen.transaction;
    const sx_media_side *own = sx_media_side_of(context, t->keys.from_tag, t->client, t->server);
    const sx_media_side *other = sx_media_side_of(context, t->keys.to_tag, t->server, t->client);
    if (own == NULL || other == NULL || !own->events || other->events)
        return FALSE;
    *offer_frame = own->frame;
    *answer_frame = other->frame;
    return TRUE;
}
