/* SPDX-License-Identifier: GPL-2.0-or-later
 * Pieces of a message: pointer and length, never terminated, never copied.
 */
#ifndef SX_SLICE_H
#define SX_SLICE_H

#include <glib.h>

/** Bytes inside a message. They live as long as the buffer that was read. */
typedef struct {
    const char *p;
    gsize len;
} sx_slice;

/** The slice without spaces, tabs and line ends at both ends. */
sx_slice sx_slice_trim(sx_slice s);

/** The first bytes of the slice, at most `limit`, not cut inside a UTF-8 character. */
sx_slice sx_slice_head(sx_slice s, gsize limit);

/** Whether the slice is this text, ASCII case ignored. */
gboolean sx_slice_is(sx_slice s, const char *text);

/** Whether the slice is this text, byte by byte. */
gboolean sx_slice_is_exactly(sx_slice s, const char *text);

/**
 * Where a text stands in the slice, ASCII case ignored.
 * @param text not empty
 * @param from where the search begins
 * @return s.len if it is not there
 */
gsize sx_slice_find(sx_slice s, const char *text, gsize from);

/** Whether the slice starts with this text, ASCII case ignored. */
gboolean sx_slice_starts(sx_slice s, const char *text);

/**
 * The next element of a comma-separated header value (RFC 3261 section 7.3.1). Commas inside quoted strings and
 * angle brackets do not separate.
 * @param rest what is left of the value; moved behind the element
 * @param element set to the trimmed element; may be empty
 * @return FALSE when nothing is left
 */
gboolean sx_slice_next_element(sx_slice *rest, sx_slice *element);

/**
 * The value of a parameter behind the element, as in `;tag=abc` (generic-param of RFC 3261 section 25.1). Quotes
 * around the value are taken off. Parameters inside angle brackets belong to the URI and are not found.
 * @param element one element of a header value
 * @param name name of the parameter
 * @param value set to the value, empty if the parameter has none
 * @return whether the parameter is there
 */
gboolean sx_slice_param(sx_slice element, const char *name, sx_slice *value);

/**
 * The decimal number that the slice starts with.
 * @param s slice that starts with a digit
 * @param digits set to how many digits there are; 0 if it does not start with a digit
 * @return the number, at most 4294967295 (more digits do not overflow)
 */
guint32 sx_slice_number(sx_slice s, guint *digits);

#endif
