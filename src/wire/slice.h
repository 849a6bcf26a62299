/* SPDX-License-Identifier: GPL-2.0-or-later
 * Pieces of a message: pointer and length, never terminated, never copied.
 */
#ifndef SX_SLICE_H
#define SX_SLICE_H

#include <glib.h>
#include <string.h>

#include "wire/compiler.h"

/** Bytes inside a message. They live as long as the buffer that was read. */
typedef struct {
    const char *p;
    gsize len;
} sx_slice;

/* The small ones are inline, and the length of a constant text with them: they are asked all the time. */

static inline gboolean sx_is_space(char c) {
    return (guchar)c <= ' ' && (c == ' ' || c == '\t' || c == '\r' || c == '\n');
}

/** What follows the first n bytes (at most all). The pointer of an empty slice may be NULL, which bears no addition. */
static inline sx_slice sx_slice_after(sx_slice s, gsize n) {
    return n == 0 ? s : (sx_slice){s.p + n, s.len - n};
}

/** The slice without spaces, tabs and line ends at both ends. */
static inline sx_slice sx_slice_trim(sx_slice s) {
    if (s.len == 0)
        return s; /* its pointer may be NULL, which bears no addition */
    const char *start = s.p;
    const char *end = s.p + s.len;
    while (start < end && sx_is_space(*start))
        start++;
    while (end > start && sx_is_space(end[-1]))
        end--;
    return (sx_slice){start, (gsize)(end - start)};
}

/** As g_ascii_strncasecmp() == 0; sx_same_letters() is faster where the case is the same too. */
SX_NO_INLINE gboolean sx_same_but_for_case(const char *a, const char *b, gsize len);

/** Whether so many bytes are the same, ASCII case ignored. */
static inline gboolean sx_same_letters(const char *a, const char *b, gsize len) {
    if (len > 0 && ((a[0] ^ b[0]) & ~0x20) != 0)
        return FALSE; /* most that differ do so in the first letter */
    return memcmp(a, b, len) == 0 || sx_same_but_for_case(a, b, len);
}

/** The first bytes of the slice, at most `limit`, not cut inside a UTF-8 character. */
sx_slice sx_slice_head(sx_slice s, gsize limit);

/** Whether the slice is this text, ASCII case ignored. */
static inline gboolean sx_slice_is(sx_slice s, const char *text) {
    return s.len == strlen(text) && sx_same_letters(s.p, text, s.len);
}

/** Whether the slice is this text, byte by byte. */
static inline gboolean sx_slice_is_exactly(sx_slice s, const char *text) {
    return s.len == strlen(text) && memcmp(s.p, text, s.len) == 0;
}

/**
 * Where a text stands in the slice, ASCII case ignored.
 * @param text not empty
 * @param from where the search begins
 * @return s.len if it is not there
 */
gsize sx_slice_find(sx_slice s, const char *text, gsize from);

/** Whether the slice starts with this text, ASCII case ignored. */
static inline gboolean sx_slice_starts(sx_slice s, const char *text) {
    gsize len = strlen(text);
    return s.len >= len && sx_same_letters(s.p, text, len);
}

/**
 * The next element of a comma-separated header value (RFC 3261 section 7.3.1). Commas inside quoted strings and
 * angle brackets do not separate.
 * @param rest what is left of the value; moved behind the element
 * @param element set to the trimmed element; may be empty
 * @return FALSE when nothing is left
 */
gboolean sx_slice_next_element(sx_slice *rest, sx_slice *element);

/** sx_slice_param() for a name that is a slice. */
gboolean sx_slice_find_param(sx_slice element, sx_slice name, sx_slice *value);

/**
 * The value of a parameter behind the element, as in `;tag=abc` (generic-param of RFC 3261 section 25.1). Quotes
 * around the value are taken off. Parameters inside angle brackets belong to the URI and are not found.
 * @param element one element of a header value
 * @param name name of the parameter
 * @param value set to the value, empty if the parameter has none
 * @return whether the parameter is there
 */
static SX_ALWAYS_INLINE gboolean sx_slice_param(sx_slice element, const char *name,
                                                sx_slice *value) {
    return sx_slice_find_param(element, (sx_slice){name, strlen(name)}, value);
}

/**
 * The decimal number that the slice starts with.
 * @param s slice that starts with a digit
 * @param digits set to how many digits there are; 0 if it does not start with a digit
 * @return the number, at most 4294967295 (more digits do not overflow)
 */
guint32 sx_slice_number(sx_slice s, guint *digits);

#endif
