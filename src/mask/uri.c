/* SPDX-License-Identifier: GPL-2.0-or-later
 * Masks of URIs, of values with URIs in them, and of Via.
 */
#include "mask/masking.h"

#include <string.h>

/* Parameters that tell of the protocol and of nobody. */
static const char *const plain_params[] = {
    "transport",  "lr",      "method",  "ttl",         "ob",         "q",        "expires",
    "cause",      "reason",  "index",   "rport",       "counter",    "screen",   "privacy",
    "party",      "id-type", "purpose", "comp",        "reg-id",     "keep",     "isfocus",
    "events",     "methods", "nat",     "algorithm",   "early-only", "audio",    "video",
    "phone-type", "ppt",     "alg",     "retry-after", "refresher",  "duration",
};

static gboolean is_plain(sx_slice name) {
    for (guint i = 0; i < G_N_ELEMENTS(plain_params); i++) {
        if (sx_slice_is(name, plain_params[i]))
            return TRUE;
    }
    return sx_slice_is(name, "user"); /* ";user=phone" */
}

/* A quoted reason that is none of RFC 5806 is what a person wrote. */
static gboolean is_said(sx_slice name, sx_slice value) {
    static const char *const reasons[] = {
        "unknown",       "user-busy",      "no-answer",      "unavailable",
        "unconditional", "time-of-day",    "do-not-disturb", "deflection",
        "follow-me",     "out-of-service", "away",
    };
    if (!sx_slice_is(name, "reason") || value.len < 2 || value.p[0] != '"')
        return FALSE;
    value = sx_slice_after(value, 1);
    value.len -= value.p[value.len - 1] == '"' ? 1 : 0;
    for (guint i = 0; i < G_N_ELEMENTS(reasons); i++) {
        if (sx_slice_is(value, reasons[i]))
            return FALSE;
    }
    return TRUE;
}

void sx_mask_host(sx_mask *mask, sx_span s) {
    gboolean bracket = s.len > 0 && s.p[0] == '[';
    sx_span host = sx_span_after(s, bracket ? 1 : 0);
    gsize len = sx_mask_ip_text(mask, host);
    if (len == 0) {
        len = sx_span_find(host, bracket ? ']' : ':');
        sx_mask_words(mask, (sx_span){host.p, len}, SX_MASK_IDENTITY);
    }
    sx_span port = sx_span_after(host, len);
    for (gsize i = 0; i < port.len; i++) {
        if (!g_ascii_isdigit(port.p[i]) && strchr("]: \t", port.p[i]) == NULL) {
            sx_mask_words(mask, port, SX_MASK_IDENTITY); /* no port */
            return;
        }
    }
}

/* One parameter, without the semicolon. */
static void mask_param(sx_mask *mask, sx_span param) {
    static const char cookie[] = "z9hG4bK";
    gsize equals = sx_span_find(param, '=');
    sx_span name = sx_span_trim((sx_span){param.p, equals});
    sx_span value = sx_span_trim(sx_span_after(param, equals + 1));
    if (is_plain(sx_span_slice(name)) && !is_said(sx_span_slice(name), sx_span_slice(value)))
        return;
    if (value.len == 0 && name.len > 0 && !g_ascii_isalpha(name.p[0]) && name.p[0] != '+')
        sx_mask_words(mask, name, SX_MASK_ONLY);
    if (sx_slice_is(sx_span_slice(name), "branch") && sx_slice_starts(sx_span_slice(value), cookie))
        value = sx_span_after(value, strlen(cookie)); /* RFC 3261 section 8.1.1.7 */
    if (value.len > 4 && sx_slice_starts(sx_span_slice(value), "\"sip:"))
        sx_mask_uri(mask, (sx_span){value.p + 1, value.len - 2});
    else if (value.len > 1 && value.p[0] == '<')
        sx_mask_uri(mask, sx_span_of(value.p + 1, value.p + sx_span_find(value, '>')));
    else
        sx_mask_words(mask, value, SX_MASK_ONLY);
}

/* Where a parameter ends: at a semicolon outside of quotes. */
static gsize param_length(sx_span s, char also) {
    gboolean quoted = FALSE;
    gsize i = 0;
    for (; i < s.len && (quoted || (s.p[i] != ';' && s.p[i] != also)); i++) {
        if (quoted && s.p[i] == '\\')
            i++;
        else if (s.p[i] == '"')
            quoted = !quoted;
    }
    return MIN(i, s.len);
}

void sx_mask_params(sx_mask *mask, sx_span s) {
    while (s.len > 0) {
        gsize len = param_length(s, ';');
        mask_param(mask, (sx_span){s.p, len});
        s = sx_span_after(s, len + 1);
    }
}

/* A feature or a parameter of content: what it names stays unless it is somebody's. */
static void mask_feature(sx_mask *mask, sx_span param) {
    static const char *const telling[] = {"call-id",  "from-tag", "to-tag", "+sip.instance",
                                          "filename", "name",     "start",  "filename*"};
    static const char *const located[] = {"url", "uri"};
    gsize equals = sx_span_find(param, '=');
    sx_slice name = sx_slice_trim((sx_slice){param.p, equals});
    sx_span value = sx_span_trim(sx_span_after(param, equals + 1));
    gboolean quoted = value.len > 1 && value.p[0] == '"';
    if (sx_slice_is(name, "boundary")) /* the body says it too */
        return;
    for (guint i = 0; i < G_N_ELEMENTS(telling); i++) {
        if (sx_slice_is(name, telling[i])) {
            sx_mask_words(mask, value, SX_MASK_NAMED); /* as Call-ID itself */
            return;
        }
    }
    if (quoted)
        value = (sx_span){value.p + 1, value.len - (value.p[value.len - 1] == '"' ? 2 : 1)};
    for (guint i = 0; i < G_N_ELEMENTS(located); i++) {
        if (sx_slice_is(name, located[i])) {
            sx_mask_uri(mask, value);
            return;
        }
    }
    if (!sx_slice_starts(sx_span_slice(value), "urn")) /* names a service (RFC 6050) */
        sx_mask_text(mask, value);
}

void sx_mask_features(sx_mask *mask, sx_span s) {
    while (s.len > 0) {
        gsize len = param_length(s, ',');
        mask_feature(mask, (sx_span){s.p, len});
        s = sx_span_after(s, len + 1);
    }
}

static gsize scheme_length(sx_span s) {
    gsize len = 0;
    while (len < s.len && (g_ascii_isalnum(s.p[len]) || s.p[len] == '+' || s.p[len] == '-'))
        len++;
    return len > 0 && len < s.len && s.p[len] == ':' && g_ascii_isalpha(s.p[0]) ? len + 1 : 0;
}

/* User and host, or a number, or whatever another scheme has. */
static void mask_front(sx_mask *mask, sx_span front, sx_slice scheme) {
    gsize at = sx_span_find(front, '@');
    if (sx_slice_starts(scheme, "tel") || sx_slice_starts(scheme, "urn")) {
        sx_mask_words(mask, front, SX_MASK_IDENTITY);
        return;
    }
    if (at < front.len) {
        sx_mask_words(mask, (sx_span){front.p, at}, SX_MASK_IDENTITY);
        front = sx_span_after(front, at + 1);
    }
    while (front.len > 0 && front.p[0] == '/')
        front = sx_span_after(front, 1); /* http://host/path */
    gsize path = sx_span_find(front, '/');
    sx_mask_host(mask, (sx_span){front.p, path});
    sx_mask_words(mask, sx_span_after(front, path), SX_MASK_ONLY);
}

void sx_mask_uri(sx_mask *mask, sx_span s) {
    s = sx_span_trim(s);
    sx_slice scheme = {s.p, scheme_length(s)};
    sx_span rest = sx_span_after(s, scheme.len);
    if (sx_slice_starts(sx_span_slice(s), "urn:service:"))
        return;                         /* urn:service:sos (RFC 5031) */
    gsize at = sx_span_find(rest, '@'); /* a user may hold ";" and "?" */
    gsize front = at < rest.len ? at : 0;
    while (front < rest.len && rest.p[front] != ';' && rest.p[front] != '?')
        front++;
    mask_front(mask, (sx_span){rest.p, front}, scheme);
    rest = sx_span_after(rest, front);
    gsize question = sx_span_find(rest, '?');
    sx_mask_params(mask, (sx_span){rest.p, question});
    sx_mask_words(mask, sx_span_after(rest, question), SX_MASK_NAMED);
}

/* A quoted string or an angle bracket, with what encloses it. */
static gsize enclosed_length(sx_span s, char close) {
    gsize i = 1;
    while (i < s.len && s.p[i] != close)
        i += close == '"' && s.p[i] == '\\' ? 2 : 1;
    return MIN(i + 1, s.len);
}

/* What stands outside of quotes and brackets: a display name, or a URI. */
static void mask_bare(sx_mask *mask, sx_span s, gboolean keep_display) {
    static const char *const schemes[] = {"sip:",    "sips:", "tel:",  "urn:", "http:", "https:",
                                          "mailto:", "cid:",  "pres:", "im:",  "xmpp:", "h323:"};
    s = sx_span_trim(s);
    gboolean is_uri = FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(schemes); i++)
        is_uri = is_uri || sx_slice_starts(sx_span_slice(s), schemes[i]);
    if (is_uri)
        sx_mask_uri(mask, s);
    else if (!keep_display)
        sx_mask_words(mask, s, SX_MASK_IDENTITY);
}

void sx_mask_addresses(sx_mask *mask, sx_span s, gboolean keep_display) {
    while (s.len > 0) {
        gsize len = 1;
        if (s.p[0] == '"') {
            len = enclosed_length(s, '"');
            if (!keep_display)
                sx_mask_words(mask, (sx_span){s.p, len}, SX_MASK_IDENTITY);
        } else if (s.p[0] == '<') {
            len = enclosed_length(s, '>');
            sx_mask_uri(mask, (sx_span){s.p + 1, len - (s.p[len - 1] == '>' && len > 1 ? 2 : 1)});
        } else if (s.p[0] == ';') {
            len = 1 + param_length(sx_span_after(s, 1), ',');
            mask_param(mask, (sx_span){s.p + 1, len - 1});
        } else if (s.p[0] != ',') {
            while (len < s.len && strchr("\"<;,", s.p[len]) == NULL)
                len++;
            mask_bare(mask, (sx_span){s.p, len}, keep_display);
        }
        s = sx_span_after(s, len);
    }
}

/* How long SIP/2.0/UDP is; blanks may stand around its slashes (RFC 3261 section 25.1). */
static gsize protocol_length(sx_span sent) {
    guint slashes = 0;
    gsize i = 0;
    for (; i < sent.len && slashes < 3; i++) {
        gsize next = i;
        while (next < sent.len && sx_is_space(sent.p[next]))
            next++;
        if (next > i) {
            gboolean behind = i > 0 && sent.p[i - 1] == '/';
            if (!behind && (slashes == 2 || next == sent.len || sent.p[next] != '/'))
                break;
            i = next - 1;
        } else if (sent.p[i] == '/') {
            slashes++;
        }
    }
    return slashes > 0 ? i : 0;
}

void sx_mask_vias(sx_mask *mask, sx_span s) {
    while (s.len > 0) {
        gsize len = param_length(s, ',');
        sx_span sent = sx_span_trim((sx_span){s.p, len});
        sx_mask_host(mask, sx_span_trim(sx_span_after(sent, protocol_length(sent))));
        s = sx_span_after(s, len);
        while (s.len > 0 && s.p[0] == ';') {
            len = param_length(sx_span_after(s, 1), ',');
            mask_param(mask, (sx_span){s.p + 1, len});
            s = sx_span_after(s, len + 1);
        }
        s = sx_span_after(s, 1); /* the comma */
    }
}
