/* SPDX-License-Identifier: GPL-2.0-or-later
 * Via values.
 */
#include "wire/via.h"

#include <string.h>

/* Takes what stands before a character, or everything; the character goes too. */
static sx_slice take(sx_slice *rest, char end) {
    const char *found = rest->len > 0 ? memchr(rest->p, end, rest->len) : NULL;
    sx_slice head = {rest->p, found ? (gsize)(found - rest->p) : rest->len};
    gsize used = head.len + (found ? 1 : 0);
    rest->p += used;
    rest->len -= used;
    return head;
}

void sx_via_read(sx_slice element, sx_via *via) {
    sx_slice rest = element;
    guint digits;
    sx_slice front = take(&rest, ';');
    if (front.len > 8 && memcmp(front.p, "SIP/2.0/", 8) == 0) { /* as nearly always */
        front.p += 8;
        front.len -= 8;
    } else {
        take(&front, '/'); /* SIP */
        take(&front, '/'); /* 2.0 */
    }
    front = sx_slice_trim(front);
    gsize len = 0;
    while (len < front.len && front.p[len] != ' ' && front.p[len] != '\t')
        len++;
    via->transport = (sx_slice){front.p, len};
    via->sent_by = sx_slice_trim(sx_slice_after(front, len));
    rest = via->sent_by;
    if (rest.len > 0 && rest.p[0] == '[') {
        take(&rest, '[');
        via->host = take(&rest, ']');
        take(&rest, ':');
    } else {
        via->host = sx_slice_trim(take(&rest, ':'));
    }
    guint32 port = sx_slice_number(sx_slice_trim(rest), &digits);
    via->port = port <= G_MAXUINT16 ? (guint16)port : 0;
}
