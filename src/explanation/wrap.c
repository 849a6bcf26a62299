/* SPDX-License-Identifier: GPL-2.0-or-later
 * Lines of limited width out of a long text.
 */
#include "explanation/wrap.h"

/* Bytes of the most characters that fit. */
static gsize fitting(sx_slice text, guint columns, gsize bytes) {
    gsize end = 0;
    for (guint n = 0; n < columns && end < text.len; n++) {
        gsize next = end + (gsize)g_utf8_skip[(guchar)text.p[end]];
        if (next > bytes || next > text.len)
            break;
        end = next;
    }
    return end;
}

sx_slice sx_wrap_next(sx_slice *rest, guint columns, gsize bytes) {
    *rest = sx_slice_trim(*rest);
    gsize end = fitting(*rest, columns, bytes);
    if (end < rest->len && rest->p[end] != ' ') {
        gsize space = end;
        while (space > 0 && rest->p[space] != ' ')
            space--;
        if (space > 0)
            end = space;
    }
    sx_slice line = {rest->p, end};
    rest->p += end;
    rest->len -= end;
    *rest = sx_slice_trim(*rest);
    return sx_slice_trim(line);
}
