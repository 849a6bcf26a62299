/* SPDX-License-Identifier: GPL-2.0-or-later
 * Parts of a message body (RFC 2046 section 5.1, RFC 3420).
 */
#include "wire/body.h"

#include <string.h>

#define MAX_MULTIPART_DEPTH 3

static gboolean is_media_type(sx_slice content_type, const char *type) {
    const char *semicolon = memchr(content_type.p, ';', content_type.len);
    if (semicolon)
        content_type.len = (gsize)(semicolon - content_type.p);
    return sx_slice_is(sx_slice_trim(content_type), type);
}

/* Cuts the body at the next line that begins with "--boundary". */
static gboolean next_part(sx_slice *rest, sx_slice boundary, sx_slice *part) {
    for (gsize i = 0; i + 2 + boundary.len <= rest->len; i++) {
        const char *dashes = memchr(rest->p + i, '-', rest->len - i);
        if (dashes == NULL)
            return FALSE;
        i = (gsize)(dashes - rest->p);
        if (i + 2 + boundary.len > rest->len)
            return FALSE;
        if ((i > 0 && dashes[-1] != '\n') || dashes[1] != '-' ||
            memcmp(dashes + 2, boundary.p, boundary.len) != 0)
            continue;
        gsize used = i + 2 + boundary.len;
        *part = (sx_slice){rest->p, i};
        *rest = (sx_slice){rest->p + used, rest->len - used};
        return TRUE;
    }
    return FALSE;
}

/* Splits a part into its Content-Type value, folding left in, and its content. */
static sx_slice part_content(sx_slice part, sx_slice *content_type) {
    static const char name[] = "Content-Type:";
    gboolean in_type = FALSE;
    *content_type = (sx_slice){"text/plain", strlen("text/plain")}; /* RFC 2046 section 5.1 */
    const char *line = memchr(part.p, '\n', part.len);              /* behind the boundary */
    while (line != NULL) {
        line++;
        gsize left = part.len - (gsize)(line - part.p);
        const char *end = memchr(line, '\n', left);
        sx_slice header = sx_slice_trim((sx_slice){line, end ? (gsize)(end - line) : left});
        if (header.len == 0 && end != NULL)
            return (sx_slice){end + 1, part.len - (gsize)(end + 1 - part.p)};
        if (left > 0 && line[0] != ' ' && line[0] != '\t') {
            in_type = sx_slice_starts(header, name);
            if (in_type)
                *content_type = sx_slice_trim(sx_slice_after(header, strlen(name)));
        } else if (in_type) {
            content_type->len = (gsize)(header.p + header.len - content_type->p);
        }
        line = end;
    }
    return (sx_slice){part.p + part.len, 0};
}

static gboolean find_part(sx_slice body, sx_slice content_type, const char *type, int depth,
                          sx_slice *found) {
    sx_slice boundary;
    if (is_media_type(content_type, type)) {
        *found = body;
        return TRUE;
    }
    if (depth == 0 || !sx_slice_starts(content_type, "multipart/") ||
        !sx_slice_param(content_type, "boundary", &boundary) || boundary.len == 0)
        return FALSE;
    sx_slice part;
    gboolean first = TRUE;
    while (next_part(&body, boundary, &part)) {
        sx_slice part_type;
        sx_slice content = part_content(part, &part_type);
        if (!first && find_part(content, part_type, type, depth - 1, found))
            return TRUE;
        first = FALSE; /* what stands before the first boundary is no part */
    }
    /* A truncated body ends without a boundary. */
    sx_slice part_type;
    sx_slice content = part_content(body, &part_type);
    return !first && find_part(content, part_type, type, depth - 1, found);
}

gboolean sx_body_find(const sx_message *message, const char *type, sx_slice *part) {
    sx_slice content_type = sx_message_header(message, SX_HDR_CONTENT_TYPE);
    return find_part(message->body, content_type, type, MAX_MULTIPART_DEPTH, part);
}

gboolean sx_body_sipfrag(const sx_message *notify, sx_message *fragment) {
    sx_slice part;
    if (notify->is_response || !sx_slice_is_exactly(notify->method, "NOTIFY") ||
        !sx_body_find(notify, "message/sipfrag", &part) ||
        sx_message_read(part, SX_FRAMING_REST, fragment) == 0)
        return FALSE;
    if (notify->body_complete) /* a fragment may end without CRLF (RFC 3420 section 2) */
        fragment->start_line_complete = TRUE;
    return fragment->is_response;
}
