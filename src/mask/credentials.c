/* SPDX-License-Identifier: GPL-2.0-or-later
 * Masks of challenges, credentials and PASSporTs. What proves a password is blanked; nonces stay the same or different.
 */
#include "mask/masking.h"

#include <string.h>

typedef enum { PLAIN, WORDS, SECRET, URI } param_kind;

static param_kind kind_of(sx_slice name) {
    static const char *const plain[] = {"algorithm", "qop", "nc", "stale", "userhash", "charset"};
    static const char *const secret[] = {"response", "rspauth", "auts"};
    for (guint i = 0; i < G_N_ELEMENTS(plain); i++) {
        if (sx_slice_is(name, plain[i]))
            return PLAIN;
    }
    for (guint i = 0; i < G_N_ELEMENTS(secret); i++) {
        if (sx_slice_is(name, secret[i]))
            return SECRET;
    }
    return sx_slice_is(name, "uri") || sx_slice_is(name, "domain") ? URI : WORDS;
}

static void mask_value(sx_mask *mask, sx_slice name, sx_span value) {
    gboolean identity = sx_slice_is(name, "username") || sx_slice_is(name, "realm");
    if (value.len > 1 && value.p[0] == '"')
        value = (sx_span){value.p + 1, value.len - (value.p[value.len - 1] == '"' ? 2 : 1)};
    switch (kind_of(name)) {
    case PLAIN: break;
    case SECRET:
        for (gsize i = 0; i < value.len; i++)
            value.p[i] = g_ascii_isalnum(value.p[i]) ? '0' : value.p[i];
        break;
    case URI:
        if (sx_span_find(value, ':') < value.len)
            sx_mask_uri(mask, value);
        else
            sx_mask_words(mask, value, SX_MASK_IDENTITY);
        break;
    default: sx_mask_words(mask, value, identity ? SX_MASK_IDENTITY : SX_MASK_ONLY);
    }
}

static gsize value_length(sx_span s) {
    gsize len = 0;
    if (s.len > 0 && s.p[0] == '"') {
        for (len = 1; len < s.len && s.p[len] != '"'; len++)
            len += s.p[len] == '\\' ? 1 : 0;
        return MIN(len + 1, s.len);
    }
    while (len < s.len && s.p[len] != ',' && !sx_is_space(s.p[len]))
        len++;
    return len;
}

void sx_mask_credentials(sx_mask *mask, sx_span s) {
    gboolean behind = FALSE; /* a scheme: a word there is a secret, however short */
    while (s.len > 0) {
        gsize len = 0;
        while (len < s.len && strchr("= \t\r\n,\"", s.p[len]) == NULL)
            len++;
        sx_slice word = {s.p, len};
        sx_span rest = sx_span_after(s, len);
        sx_span next = sx_span_trim(rest);
        sx_span value = sx_span_trim(sx_span_after(next, 1));
        gboolean ends = value.len == 0 || value.p[0] == '=' || value.p[0] == ','; /* base64 */
        if (len > 0 && next.len > 0 && next.p[0] == '=' && !ends) {
            value.len = value_length(value);
            mask_value(mask, word, value);
            s = sx_span_after(s, (gsize)(value.p + value.len - s.p));
            continue;
        }
        /* A scheme, or all that Basic, Bearer and NTLM send behind theirs. */
        if (behind || len > 8 || sx_span_find((sx_span){s.p, len}, '.') < len)
            sx_mask_blank((sx_span){s.p, len});
        behind = (behind || len > 0) && (next.len == 0 || next.p[0] != ',');
        s = next.len < rest.len ? next : sx_span_after(rest, 1);
    }
}

/* ---- PASSporT (RFC 8225) ---- */

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static gint value_of(char c) {
    const char *found = c != '\0' ? strchr(base64, c) : NULL;
    if (found != NULL)
        return (gint)(found - base64);
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static GByteArray *decoded(sx_span s) {
    GByteArray *bytes = g_byte_array_new();
    guint32 pending = 0;
    guint bits = 0;
    for (gsize i = 0; i < s.len && value_of(s.p[i]) >= 0; i++) {
        pending = pending << 6 | (guint32)value_of(s.p[i]);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            guint8 byte = (guint8)(pending >> bits);
            g_byte_array_append(bytes, &byte, 1);
        }
    }
    return bytes;
}

static void encode(sx_span s, const GByteArray *bytes) {
    guint32 pending = 0;
    guint bits = 0;
    guint at = 0;
    for (gsize i = 0; i < s.len && value_of(s.p[i]) >= 0; i++) {
        if (bits < 6) {
            pending = pending << 8 | (at < bytes->len ? bytes->data[at] : 0);
            at++;
            bits += 8;
        }
        bits -= 6;
        s.p[i] = base64[pending >> bits & 0x3f];
    }
}

/* Strings in JSON, but names and the words of the protocol. */
static void mask_json(sx_mask *mask, sx_span s) {
    static const char *const kept[] = {"shaken", "passport", "div", "ES256", "A", "B", "C"};
    while (s.len > 0) {
        gsize start = sx_span_find(s, '"');
        sx_span text = sx_span_after(s, start + 1);
        text.len = sx_span_find(text, '"');
        s = sx_span_after(s, start + text.len + 2);
        while (s.len > 0 && sx_is_space(s.p[0]))
            s = sx_span_after(s, 1);
        gboolean keep = s.len > 0 && s.p[0] == ':';
        for (guint i = 0; i < G_N_ELEMENTS(kept); i++)
            keep = keep || sx_slice_is_exactly(sx_span_slice(text), kept[i]);
        if (!keep)
            sx_mask_words(mask, text, SX_MASK_IDENTITY);
    }
}

void sx_mask_identity(sx_mask *mask, sx_span s) {
    gsize end = sx_span_find(s, ';');
    sx_span rest = {s.p, end};
    for (guint part = 0; rest.len > 0; part++) {
        gsize len = part < 2 ? sx_span_find(rest, '.') : rest.len;
        sx_span text = {rest.p, len};
        if (part < 2) {
            GByteArray *bytes = decoded(text);
            mask_json(mask, (sx_span){(char *)bytes->data, bytes->len});
            encode(text, bytes);
            g_byte_array_free(bytes, TRUE);
        } else {
            sx_mask_blank(text); /* the signature */
        }
        rest = sx_span_after(rest, len + 1);
    }
    sx_mask_params(mask, sx_span_after(s, end + 1));
}
