/* SPDX-License-Identifier: GPL-2.0-or-later
 * Masks of several words, and of free text.
 */
#include "mask/masking.h"

#include <string.h>

#define LONG_NUMBER 7 /* digits; shorter ones are codes, counts and times, unless they are known */
#define LONGEST_HEX 64
#define LONG_HEX 12 /* hexadecimal digits: a MAC, an id */
#define DOTTED_MAC 14

sx_span sx_span_trim(sx_span s) {
    while (s.len > 0 && sx_is_space(s.p[0]))
        s = sx_span_after(s, 1);
    while (s.len > 0 && sx_is_space(s.p[s.len - 1]))
        s.len--;
    return s;
}

void sx_mask_blank(sx_span s) {
    for (gsize i = 0; i < s.len; i++) {
        if (g_ascii_isdigit(s.p[i]))
            s.p[i] = '0';
        else if (g_ascii_isalpha(s.p[i]) || (guchar)s.p[i] >= 0x80)
            s.p[i] = 'x';
    }
}

/* ---- words ---- */

static gboolean is_letter(char c) {
    return g_ascii_isalnum(c) || (guchar)c >= 0x80;
}

/* Inside of a word these belong to it: numbers and hosts are one. */
static gboolean joins(char c) {
    return is_letter(c) || (c != '\0' && strchr("._-+~*!#'", c) != NULL);
}

static gsize word_length(sx_span s) {
    gsize len = 0;
    while (len < s.len && joins(s.p[len]))
        len++;
    return len;
}

/* "%61" stands for "a"; "%40" and its like separate. @return whether it was one of them */
static gboolean mask_escape(sx_mask *mask, sx_span s) {
    if (s.len < 3 || s.p[0] != '%' || !g_ascii_isxdigit(s.p[1]) || !g_ascii_isxdigit(s.p[2]))
        return FALSE;
    gint value = g_ascii_xdigit_value(s.p[1]) * 16 + g_ascii_xdigit_value(s.p[2]);
    char c = (char)value;
    if (value < 0x80 && g_ascii_isalnum(c)) {
        sx_mask_word(mask, (sx_span){&c, 1}, SX_MASK_ONLY);
        s.p[1] = "0123456789abcdef"[(guchar)c >> 4];
        s.p[2] = "0123456789abcdef"[c & 0xf];
    } else if (value >= 0x80) { /* of a character beyond ASCII: its kind stays */
        s.p[2] = "0123456789abcdef"[sx_mask_step(mask, 1, (guint64)value) & 0xf];
    }
    return TRUE;
}

/* Whether a word stands between ";", "?" or "&" and "=", these escaped or not: base64 may end in "=" too. */
static gboolean is_name(const char *start, sx_span s, gsize len) {
    sx_span rest = sx_span_after(s, len);
    if (s.p == start)
        return FALSE;
    if (sx_slice_is((sx_slice){s.p, len}, "early-only")) /* of Replaces (RFC 3891) */
        return TRUE;
    gboolean escaped = s.p - start >= 3 && s.p[-3] == '%';
    gboolean begins = strchr(";?& ", s.p[-1]) != NULL ||
                      (escaped && (strchr("bBfF", s.p[-1]) != NULL || s.p[-1] == '6'));
    return begins &&
           ((rest.len > 1 && rest.p[0] == '=' && strchr("=,; \t\r\n", rest.p[1]) == NULL) ||
            (rest.len > 2 && rest.p[0] == '%' && rest.p[1] == '3' && (rest.p[2] | 0x20) == 'd'));
}

void sx_mask_words(sx_mask *mask, sx_span s, sx_mask_way way) {
    const char *start = s.p;
    while (s.len > 0) {
        gsize len = sx_mask_ip_text(mask, s);
        if (len == 0 && mask_escape(mask, s))
            len = 3;
        if (len == 0) {
            len = word_length(s);
            if (len > 0 && (way != SX_MASK_NAMED || !is_name(start, s, len)))
                sx_mask_word(mask, (sx_span){s.p, len}, way);
        }
        s = sx_span_after(s, MAX(len, 1));
    }
}

/* ---- free text ---- */

static gsize count(sx_span s, gboolean (*is)(gchar)) {
    gsize n = 0;
    for (gsize i = 0; i < s.len; i++)
        n += is(s.p[i]) ? 1 : 0;
    return n;
}

static gboolean is_digit(gchar c) {
    return g_ascii_isdigit(c);
}

static gboolean is_hex(gchar c) {
    return g_ascii_isxdigit(c);
}

/* "0011.2233.4455" */
static gboolean is_dotted_mac(sx_span s) {
    for (gsize i = 0; i < DOTTED_MAC; i++) {
        if (i >= s.len || (i % 5 == 4 ? s.p[i] != '.' : !g_ascii_isxdigit(s.p[i])))
            return FALSE;
    }
    return s.len == DOTTED_MAC || !(is_letter(s.p[DOTTED_MAC]) || s.p[DOTTED_MAC] == '.');
}

static gsize hex_length(sx_span s) {
    gsize len = is_dotted_mac(s) ? DOTTED_MAC : 0;
    if (len > 0)
        return len;
    while (len < s.len && len < LONGEST_HEX &&
           (g_ascii_isxdigit(s.p[len]) || s.p[len] == '-' || s.p[len] == ':'))
        len++;
    return len < s.len && is_letter(s.p[len]) ? 0 : len;
}

/* How long the MAC or id is that begins here; 0: there is none. */
static gsize id_length(sx_span s) {
    gsize len = hex_length(s);
    sx_span hex = {s.p, len};
    return len >= LONG_HEX && count(hex, is_hex) >= LONG_HEX && count(hex, is_digit) >= 2 ? len : 0;
}

/* Whether an id begins inside of a word, behind something else: "Phone-00:11:22:33:44:55", "SEP001122334455". */
static gboolean begins_id(char before, sx_span s) {
    if (g_ascii_isxdigit(before))
        return FALSE;
    for (gsize i = 0; is_letter(before) && i < LONG_HEX; i++) {
        if (i >= s.len || !g_ascii_isxdigit(s.p[i]))
            return FALSE;
    }
    return id_length(s) > 0;
}

/* "sip.example.com": labels, the last one of letters. */
static gboolean is_domain(sx_span word) {
    gsize letters = 0;
    gsize end = word.len;
    while (letters < end && g_ascii_isalpha(word.p[end - 1 - letters]))
        letters++;
    return letters >= 2 && letters < end && word.p[end - 1 - letters] == '.' && end > letters + 1 &&
           is_letter(word.p[end - 2 - letters]);
}

static gboolean is_long_number(sx_span word) {
    gsize digits = count(word, is_digit);
    return digits >= LONG_NUMBER && digits + 4 >= word.len && memchr(word.p, '.', word.len) == NULL;
}

/* The ids in a word, and its parts that are identities, between hyphens and dots. @return where the last one ends, which
 * an id with colons may do behind the word */
static gsize mask_parts(sx_mask *mask, sx_span s, gsize word) {
    gsize at = 0;
    while (at < word) {
        sx_span rest = sx_span_after(s, at);
        gsize len = at > 0 && begins_id(s.p[at - 1], rest) ? id_length(rest) : 0;
        gboolean is_id = len > 0;
        while (!is_id && at + len < word && is_letter(rest.p[len]) &&
               (len == 0 || !begins_id(rest.p[len - 1], sx_span_after(rest, len))))
            len++;
        sx_span part = {rest.p, len};
        if (is_id || (len > 0 && sx_mask_knows(mask, sx_span_slice(part))))
            sx_mask_word(mask, part, SX_MASK_ONLY);
        at += MAX(len, 1);
    }
    return at;
}

static gsize mask_free_word(sx_mask *mask, sx_span s) {
    gsize len = id_length(s);
    if (len > 0) {
        sx_mask_word(mask, (sx_span){s.p, len}, SX_MASK_ONLY);
        return len;
    }
    gsize whole = len = word_length(s);
    while (len > 0 && strchr(".'!*", s.p[len - 1]) != NULL)
        len--; /* the end of a sentence */
    sx_span word = {s.p, len};
    gboolean is_part = len < s.len && s.p[len] == '@';
    if (len == 0)
        return whole;
    if (is_part || is_domain(word) || is_long_number(word) ||
        sx_mask_knows(mask, sx_span_slice(word)))
        sx_mask_word(mask, word, SX_MASK_NAMED);
    else
        len = mask_parts(mask, s, len);
    if (is_part) {
        sx_span host = sx_span_after(s, len + 1);
        host.len = sx_mask_ip_text(mask, host) > 0 ? 0 : word_length(host);
        sx_mask_word(mask, host, SX_MASK_NAMED);
        len += 1 + word_length(sx_span_after(s, len + 1));
    }
    return len;
}

/* The length of a URI that begins here, up to what ends it in a text. */
static gsize uri_length(sx_span s) {
    static const char *const schemes[] = {"sip:", "sips:", "tel:", "http://", "https://", "urn:"};
    gboolean found = FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(schemes); i++)
        found = found || sx_slice_starts(sx_span_slice(s), schemes[i]);
    gsize len = 0;
    while (found && len < s.len && (guchar)s.p[len] > ' ' && strchr("\"<>,'", s.p[len]) == NULL)
        len++;
    return len;
}

void sx_mask_text(sx_mask *mask, sx_span s) {
    while (s.len > 0) {
        gsize len = uri_length(s);
        if (len > 0)
            sx_mask_uri(mask, (sx_span){s.p, len});
        else
            len = sx_mask_ip_text(mask, s);
        if (len == 0)
            len = mask_free_word(mask, s);
        s = sx_span_after(s, MAX(len, 1));
    }
}
