/* SPDX-License-Identifier: GPL-2.0-or-later
 * Rows of limited length out of a long text.
 */
#include "explanation/wrap.h"

sx_slice sx_rows_next(sx_slice *rest, gsize limit) {
    *rest = sx_slice_trim(*rest);
    gsize end = sx_slice_head(*rest, limit).len;
    if (end < rest->len) {
        gsize space = end;
        while (space > 0 && rest->p[space] != ' ')
            space--;
        if (space > 0)
            end = space;
    }
    sx_slice row = {rest->p, end};
    rest->p += end;
    rest->len -= end;
    return sx_slice_trim(row);
}
