/* SPDX-License-Identifier: GPL-2.0-or-later
 * Pieces of a message, and the parts of a header value (RFC 3261 sections 7.3.1 and 25.1).
 */
#include "wire/slice.h"

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

gboolean sx_same_but_for_case(const char *a, const char *b, gsize len) {
    for (gsize i = 0; i < len; i++) {
        if (lower(a[i]) != lower(b[i]))
            return FALSE;
    }
    return TRUE;
}

sx_slice sx_slice_head(sx_slice s, gsize limit) {
    if (s.len > limit) {
        while (limit > 0 && ((guchar)s.p[limit] & 0xC0) == 0x80)
            limit--;
        s.len = limit;
    }
    return s;
}

gsize sx_slice_find(sx_slice s, const char *text, gsize from) {
    gsize len = strlen(text);
    char first = lower(text[0]);
    for (gsize i = from; i + len <= s.len; i++) {
        if (lower(s.p[i]) == first && sx_same_letters(s.p + i, text, len))
            return i;
    }
    return s.len;
}

/* Where the separator stands outside quotes and angle brackets; s.len if nowhere. */
static SX_NO_INLINE gsize find_behind_quotes(sx_slice s, char separator) {
    gboolean quoted = FALSE;
    gboolean in_angle = FALSE;
    for (gsize i = 0; i < s.len; i++) {
        char c = s.p[i];
        if (quoted) {
            if (c == '\\')
                i++;
            else if (c == '"')
                quoted = FALSE;
        } else if (c == '"') {
            quoted = TRUE;
        } else if (c == '<') {
            in_angle = TRUE;
        } else if (c == '>') {
            in_angle = FALSE;
        } else if (c == separator && !in_angle) {
            return i;
        }
    }
    return s.len;
}

/* The same without a look at each character, in the usual cases. */
static inline gsize find_separator(sx_slice s, char separator) {
    const char *first = memchr(s.p, separator, s.len);
    if (first == NULL)
        return s.len;
    gsize before = (gsize)(first - s.p);
    if (memchr(s.p, '"', before) == NULL && memchr(s.p, '<', before) == NULL)
        return before;
    return find_behind_quotes(s, separator);
}

/* Takes the piece before the separator off the front of rest. */
static gboolean next_piece(sx_slice *rest, char separator, sx_slice *piece) {
    if (rest->len == 0)
        return FALSE;
    gsize end = find_separator(*rest, separator);
    *piece = sx_slice_trim((sx_slice){rest->p, end});
    gsize used = end < rest->len ? end + 1 : end;
    rest->p += used;
    rest->len -= used;
    return TRUE;
}

gboolean sx_slice_next_element(sx_slice *rest, sx_slice *element) {
    return next_piece(rest, ',', element);
}

static sx_slice unquote(sx_slice s) {
    if (s.len >= 2 && s.p[0] == '"' && s.p[s.len - 1] == '"') {
        s.p++;
        s.len -= 2;
    }
    return s;
}

/* What stands behind the name-addr or token of an element: its parameters, from the first ';' on. */
static sx_slice parameters(sx_slice element) {
    if (element.len == 0)
        return element;
    const char *end = element.p + element.len;
    const char *start = element.p; /* where the URI is over */
    if (*start ==
        '<') { /* the most usual case: no other brackets or quotes, parameters right behind */
        const char *close = memchr(start, '>', element.len);
        if (close != NULL && close + 1 < end && close[1] == ';' &&
            memchr(start, '"', (gsize)(close - start)) == NULL)
            return (sx_slice){close + 1, (gsize)(end - close) - 1};
    }
    if (memchr(element.p, '"', element.len) != NULL) {
        gsize at = find_separator(element, ';');
        return sx_slice_after(element, at);
    }
    /* The usual cases, without a look at each character. */
    const char *semicolon = *start == '<' ? start : memchr(start, ';', element.len);
    if (semicolon != NULL &&
        (*start == '<' || memchr(start, '<', (gsize)(semicolon - start)) != NULL)) {
        start = memchr(start, '>', element.len);
        semicolon = start ? memchr(start, ';', (gsize)(end - start)) : NULL;
    }
    if (semicolon == NULL)
        return (sx_slice){end, 0};
    return (sx_slice){semicolon, (gsize)(end - semicolon)};
}

gboolean sx_slice_find_param(sx_slice element, sx_slice name, sx_slice *value) {
    sx_slice rest = parameters(element);
    sx_slice piece;
    if (rest.len > 0) {
        rest.p++;
        rest.len--;
    }
    while (next_piece(&rest, ';', &piece)) {
        if (piece.len < name.len || !sx_same_letters(piece.p, name.p, name.len))
            continue;
        sx_slice tail = sx_slice_after(piece, name.len);
        while (tail.len > 0 && sx_is_space(tail.p[0])) {
            tail.p++;
            tail.len--;
        }
        if (tail.len > 0 && tail.p[0] != '=')
            continue;
        *value = (sx_slice){piece.p, 0};
        if (tail.len > 0)
            *value = unquote(sx_slice_trim(sx_slice_after(tail, 1)));
        return TRUE;
    }
    return FALSE;
}

guint32 sx_slice_number(sx_slice s, guint *digits) {
    *digits = 0;
    if (s.len == 0)
        return 0;
    const char *p = s.p;
    const char *end = p + s.len;
    const char *safe =
        p + MIN(s.len, 10); /* so many digits do not overflow 64 bits, whatever they are */
    guint64 number = 0;
    guint digit;
    for (; p < safe && (digit = (guchar)*p - (guint)'0') <= 9; p++)
        number = number * 10 + digit;
    for (; p >= safe && p < end && (digit = (guchar)*p - (guint)'0') <= 9; p++)
        number = number > G_MAXUINT32 ? number : number * 10 + digit;
    *digits = (guint)(p - s.p);
    return (guint32)MIN(number, G_MAXUINT32);
}
