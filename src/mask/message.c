/* SPDX-License-Identifier: GPL-2.0-or-later
 * Masks of whole messages, header by header. A header that is not in the table is masked word by word.
 */
#include "mask/masking.h"

#include <string.h>

#include "diagnose/policy/policy.h"
#include "wire/header.h"
#include "wire/message.h"

/** What a header holds. */
typedef enum {
    HOLDS_WORDS,    /* ids, or nobody knows what */
    HOLDS_PLAIN,    /* words and numbers of the protocol */
    HOLDS_FEATURES, /* the same, with parameters that tell of somebody */
    HOLDS_ADDRESSES,
    HOLDS_VIAS,
    HOLDS_CREDENTIALS,
    HOLDS_IDENTITY,
    HOLDS_WARNINGS,
    HOLDS_SECONDS, /* a number, then text */
    HOLDS_TEXT,    /* read by people, and by the rules */
    HOLDS_PRIVATE, /* read by people only */
} content;

static const guint8 contents[SX_N_HDRS] = {
    [SX_HDR_TO] = HOLDS_ADDRESSES,
    [SX_HDR_VIA] = HOLDS_VIAS,
    [SX_HDR_CSEQ] = HOLDS_PLAIN,
    [SX_HDR_DATE] = HOLDS_PLAIN,
    [SX_HDR_FROM] = HOLDS_ADDRESSES,
    [SX_HDR_PATH] = HOLDS_ADDRESSES,
    [SX_HDR_RACK] = HOLDS_PLAIN,
    [SX_HDR_RSEQ] = HOLDS_PLAIN,
    [SX_HDR_ALLOW] = HOLDS_PLAIN,
    [SX_HDR_EVENT] = HOLDS_FEATURES,
    [SX_HDR_ROUTE] = HOLDS_ADDRESSES,
    [SX_HDR_ACCEPT] = HOLDS_PLAIN,
    [SX_HDR_MIN_SE] = HOLDS_PLAIN,
    [SX_HDR_REASON] = HOLDS_TEXT,
    [SX_HDR_SERVER] = HOLDS_TEXT,
    [SX_HDR_CALL_ID] = HOLDS_WORDS,
    [SX_HDR_CONTACT] = HOLDS_ADDRESSES,
    [SX_HDR_EXPIRES] = HOLDS_PLAIN,
    [SX_HDR_PRIVACY] = HOLDS_PLAIN,
    [SX_HDR_REQUIRE] = HOLDS_PLAIN,
    [SX_HDR_WARNING] = HOLDS_WARNINGS,
    [SX_HDR_IDENTITY] = HOLDS_IDENTITY,
    [SX_HDR_REFER_TO] = HOLDS_ADDRESSES,
    [SX_HDR_CALL_INFO] = HOLDS_ADDRESSES,
    [SX_HDR_DIVERSION] = HOLDS_ADDRESSES,
    [SX_HDR_RECV_INFO] = HOLDS_PLAIN,
    [SX_HDR_REFER_SUB] = HOLDS_PLAIN,
    [SX_HDR_SUPPORTED] = HOLDS_PLAIN,
    [SX_HDR_TIMESTAMP] = HOLDS_PLAIN,
    [SX_HDR_ALERT_INFO] = HOLDS_ADDRESSES,
    [SX_HDR_ERROR_INFO] = HOLDS_ADDRESSES,
    [SX_HDR_USER_AGENT] = HOLDS_TEXT,
    [SX_HDR_GEOLOCATION] = HOLDS_ADDRESSES,
    [SX_HDR_MAX_BREADTH] = HOLDS_PLAIN,
    [SX_HDR_MIN_EXPIRES] = HOLDS_PLAIN,
    [SX_HDR_REFERRED_BY] = HOLDS_ADDRESSES,
    [SX_HDR_RETRY_AFTER] = HOLDS_SECONDS,
    [SX_HDR_UNSUPPORTED] = HOLDS_PLAIN,
    [SX_HDR_ALLOW_EVENTS] = HOLDS_PLAIN,
    [SX_HDR_CONTENT_TYPE] = HOLDS_FEATURES,
    [SX_HDR_FEATURE_CAPS] = HOLDS_FEATURES,
    [SX_HDR_HISTORY_INFO] = HOLDS_ADDRESSES,
    [SX_HDR_MAX_FORWARDS] = HOLDS_PLAIN,
    [SX_HDR_RECORD_ROUTE] = HOLDS_ADDRESSES,
    [SX_HDR_AUTHORIZATION] = HOLDS_CREDENTIALS,
    [SX_HDR_P_EARLY_MEDIA] = HOLDS_PLAIN,
    [SX_HDR_PROXY_REQUIRE] = HOLDS_PLAIN,
    [SX_HDR_SERVICE_ROUTE] = HOLDS_ADDRESSES,
    [SX_HDR_ALERTMSG_ERROR] = HOLDS_TEXT,
    [SX_HDR_CONTENT_LENGTH] = HOLDS_PLAIN,
    [SX_HDR_MS_DIAGNOSTICS] = HOLDS_TEXT,
    [SX_HDR_ACCEPT_ENCODING] = HOLDS_PLAIN,
    [SX_HDR_ACCEPT_LANGUAGE] = HOLDS_PLAIN,
    [SX_HDR_REMOTE_PARTY_ID] = HOLDS_ADDRESSES,
    [SX_HDR_SECURITY_SERVER] = HOLDS_PLAIN,
    [SX_HDR_SECURITY_VERIFY] = HOLDS_PLAIN,
    [SX_HDR_SESSION_EXPIRES] = HOLDS_PLAIN,
    [SX_HDR_TRIGGER_CONSENT] = HOLDS_ADDRESSES,
    [SX_HDR_CONTENT_ENCODING] = HOLDS_PLAIN,
    [SX_HDR_WWW_AUTHENTICATE] = HOLDS_CREDENTIALS,
    [SX_HDR_GEOLOCATION_ERROR] = HOLDS_TEXT,
    [SX_HDR_PERMISSION_MISSING] = HOLDS_ADDRESSES,
    [SX_HDR_PROXY_AUTHENTICATE] = HOLDS_CREDENTIALS,
    [SX_HDR_SUBSCRIPTION_STATE] = HOLDS_PLAIN,
    [SX_HDR_AUTHENTICATION_INFO] = HOLDS_CREDENTIALS,
    [SX_HDR_P_ASSERTED_IDENTITY] = HOLDS_ADDRESSES,
    [SX_HDR_PROXY_AUTHORIZATION] = HOLDS_CREDENTIALS,
    [SX_HDR_P_PREFERRED_IDENTITY] = HOLDS_ADDRESSES,
    [SX_HDR_X_ASTERISK_HANGUPCAUSE] = HOLDS_TEXT,
    [SX_HDR_ACCEPT_RESOURCE_PRIORITY] = HOLDS_PLAIN,
    [SX_HDR_X_ASTERISK_HANGUPCAUSECODE] = HOLDS_PLAIN,
};

/** A header that the engine does not read. */
typedef struct {
    const char *name;
    content holds;
} other_header;

static const other_header others[] = {
    {"P-Called-Party-ID", HOLDS_ADDRESSES},
    {"P-Associated-URI", HOLDS_ADDRESSES},
    {"Reply-To", HOLDS_ADDRESSES},
    {"X-Twilio-Error", HOLDS_TEXT},
    {"MIME-Version", HOLDS_PLAIN},
    {"Content-Disposition", HOLDS_FEATURES},
    {"Content-Language", HOLDS_PLAIN},
    {"Priority", HOLDS_PLAIN},
    {"Resource-Priority", HOLDS_PLAIN},
    {"Subject", HOLDS_PRIVATE},
    {"s", HOLDS_PRIVATE},
    {"Organization", HOLDS_PRIVATE},
    {"Security-Client", HOLDS_PLAIN},
    {"Request-Disposition", HOLDS_PLAIN},
    {"Info-Package", HOLDS_PLAIN},
    {"Accept-Contact", HOLDS_FEATURES},
    {"a", HOLDS_FEATURES},
    {"Flow-Timer", HOLDS_PLAIN},
    {"Policy-Contact", HOLDS_ADDRESSES},
};

static content content_of(sx_slice name, sx_header_id id) {
    for (guint i = 0; id == SX_HDR_OTHER && i < G_N_ELEMENTS(others); i++) {
        if (sx_slice_is(name, others[i].name))
            return others[i].holds;
    }
    return (content)contents[id];
}

/** A message while it is masked. */
typedef struct {
    sx_mask *mask;
    GArray *texts;  /* sx_span: free text comes last, when all names are known */
    gboolean scans; /* the display name is that of a tool, by which a rule knows a scanner */
    sx_slice type;  /* Content-Type */
} masking;

/* Code, host or name of who warns, text (RFC 3261 section 20.43). */
static void mask_warnings(masking *m, sx_span value) {
    while (value.len > 0) {
        gsize quote = sx_span_find(value, '"');
        sx_span agent = sx_span_trim((sx_span){value.p, quote});
        while (agent.len > 0 && (g_ascii_isdigit(agent.p[0]) || agent.p[0] == ','))
            agent = sx_span_after(agent, 1);
        if (agent.len > 0 && sx_is_space(agent.p[0]))
            sx_mask_host(m->mask, sx_span_trim(agent));
        value = sx_span_after(value, quote + 1);
        sx_span text = {value.p, sx_span_find(value, '"')};
        g_array_append_val(m->texts, text);
        value = sx_span_after(value, text.len + 1);
    }
}

static void mask_value(masking *m, content holds, sx_span value) {
    switch (holds) {
    case HOLDS_PLAIN: break;
    case HOLDS_FEATURES: sx_mask_features(m->mask, value); break;
    case HOLDS_ADDRESSES: sx_mask_addresses(m->mask, value, m->scans); break;
    case HOLDS_VIAS: sx_mask_vias(m->mask, value); break;
    case HOLDS_CREDENTIALS: sx_mask_credentials(m->mask, value); break;
    case HOLDS_IDENTITY: sx_mask_identity(m->mask, value); break;
    case HOLDS_SECONDS:
        while (value.len > 0 && g_ascii_isdigit(value.p[0]))
            value = sx_span_after(value, 1);
        g_array_append_val(m->texts, value);
        break;
    case HOLDS_WARNINGS: mask_warnings(m, value); break;
    case HOLDS_TEXT: g_array_append_val(m->texts, value); break;
    case HOLDS_PRIVATE: sx_mask_blank(value); break;
    default: sx_mask_words(m->mask, value, SX_MASK_NAMED);
    }
}

/* One header with its folded lines; without a colon it is none, and may be anything. */
static void mask_header(masking *m, sx_span header) {
    gsize colon = sx_span_find(header, ':');
    sx_slice name = sx_slice_trim((sx_slice){header.p, colon});
    sx_span value = sx_span_trim(sx_span_after(header, colon + 1));
    if (colon == header.len) {
        sx_mask_words(m->mask, header, SX_MASK_ONLY);
        return;
    }
    sx_header_id id = sx_header_lookup(name);
    if (id == SX_HDR_CONTENT_TYPE && m->type.len == 0)
        m->type = sx_span_slice(value);
    mask_value(m, content_of(name, id), value);
}

static void mask_start_line(masking *m, sx_span line) {
    gsize first = sx_span_find(line, ' ');
    sx_span rest = sx_span_after(line, first + 1);
    if (sx_slice_starts(sx_span_slice(line), "SIP/")) {
        rest = sx_span_after(rest, sx_span_find(rest, ' ')); /* behind the code */
        g_array_append_val(m->texts, rest);
        return;
    }
    gsize last = rest.len;
    while (last > 0 && rest.p[last - 1] != ' ')
        last--;
    gboolean complete =
        last > 0 && sx_slice_starts(sx_span_slice(sx_span_after(rest, last)), "SIP/");
    sx_mask_uri(m->mask, (sx_span){rest.p, complete ? last - 1 : rest.len});
}

/* A line with those that are folded into it, without the line end. */
static sx_span take_header(sx_span *rest) {
    gsize len = 0;
    do
        len += sx_span_find(sx_span_after(*rest, len), '\n') + 1;
    while (len < rest->len && (rest->p[len] == ' ' || rest->p[len] == '\t'));
    sx_span header = {rest->p, MIN(len, rest->len)};
    *rest = sx_span_after(*rest, len);
    while (header.len > 0 && (header.p[header.len - 1] == '\n' || header.p[header.len - 1] == '\r'))
        header.len--;
    return header;
}

/* @return what follows the empty line */
static sx_span mask_head(masking *m, sx_span rest) {
    while (rest.len > 0 && (rest.p[0] == '\r' || rest.p[0] == '\n'))
        rest = sx_span_after(rest, 1);
    if (rest.len > 0)
        mask_start_line(m, take_header(&rest));
    while (rest.len > 0) {
        sx_span header = take_header(&rest);
        if (header.len == 0)
            return rest;
        mask_header(m, header);
    }
    return rest;
}

static void mask_texts(masking *m) {
    for (guint i = 0; i < m->texts->len; i++)
        sx_mask_text(m->mask, g_array_index(m->texts, sx_span, i));
}

void sx_mask_nested(sx_mask *mask, sx_span s, guint depth) {
    sx_message message;
    masking m = {mask, g_array_new(FALSE, FALSE, sizeof(sx_span)), FALSE, {NULL, 0}};
    gboolean is_message = sx_message_read(sx_span_slice(s), SX_FRAMING_REST, &message) > 0;
    m.scans = is_message && sx_policy_scanner_tool(&message) != NULL;
    mask->attacks = is_message && sx_policy_is_injection(&message);
    sx_span body = mask_head(&m, s);
    sx_mask_body(mask, body, m.type, depth);
    mask_texts(&m);
    g_array_free(m.texts, TRUE);
}

void sx_mask_message(sx_mask *mask, char *bytes, gsize len) {
    if (len > 0)
        sx_mask_nested(mask, (sx_span){bytes, len}, 0);
}

sx_slice sx_mask_copy(sx_mask *mask, sx_slice message, sx_packet *packet, GString *copy) {
    g_string_truncate(copy, 0);
    g_string_append_len(copy, message.p, (gssize)message.len);
    sx_mask_message(mask, copy->str, copy->len);
    sx_mask_packet(mask, packet);
    return (sx_slice){copy->str, copy->len};
}
