/* SPDX-License-Identifier: GPL-2.0-or-later
 * Rows of times: Retry-After, Min-Expires, Min-SE, Session-Expires.
 */
#include "details/details.h"
#include "evidence.h"

/* Takes what stands before `end`, and that, off the front. */
static sx_slice take_until(sx_slice *rest, gsize end) {
    sx_slice head = {rest->p, end};
    gsize used = MIN(end + 1, rest->len);
    *rest = (sx_slice){rest->p + used, rest->len - used};
    return head;
}

/* Takes the comment in parentheses, which may hold others and escapes (RFC 3261 section 25.1), off the front of what
 * stands behind a number; empty if there is none. */
static sx_slice take_comment(sx_slice *rest) {
    guint depth = 1;
    gsize end = 0;
    if (rest->len == 0 || rest->p[0] != '(')
        return (sx_slice){rest->p, 0};
    take_until(rest, 0);
    for (; end < rest->len; end++) {
        if (rest->p[end] == '\\')
            end++;
        else if (rest->p[end] == '(')
            depth++;
        else if (rest->p[end] == ')' && --depth == 0)
            break;
    }
    return take_until(rest, MIN(end, rest->len));
}

static void add_retry_after(sx_slice value, sx_finding_builder *out) {
    sx_slice duration;
    guint digits;
    guint32 seconds;
    sx_slice_number(value, &digits);
    sx_slice rest = sx_slice_trim(sx_slice_after(value, digits));
    sx_slice comment = take_comment(&rest);
    if (!sx_detail_number(value, &seconds)) {
        sx_ev_detail_limits_retry_after_date(out, sx_detail_text(out, value));
        return;
    }
    if (seconds == 0)
        sx_ev_detail_limits_retry_after_now(out, 0);
    else
        sx_ev_detail_limits_retry_after(out, seconds, seconds * SX_SECOND);
    if (comment.len > 0)
        sx_ev_detail_limits_retry_after_comment(out, sx_detail_quoted(out, comment));
    if (sx_slice_param(rest, "duration", &duration) && sx_detail_number(duration, &seconds))
        sx_ev_detail_limits_retry_after_duration(out, seconds, seconds * SX_SECOND);
}

typedef void (*seconds_row)(sx_finding_builder *out, guint64 number, gint64 time);

static void add_seconds(const sx_message *response, sx_header_id id, seconds_row row,
                        sx_finding_builder *out) {
    guint32 seconds;
    if (sx_message_has(response, id) && sx_detail_number(sx_message_header(response, id), &seconds))
        row(out, seconds, seconds * SX_SECOND);
}

void sx_detail_limits(const sx_message *response, sx_finding_builder *out) {
    sx_slice retry_after = sx_message_header(response, SX_HDR_RETRY_AFTER);
    if (retry_after.len > 0)
        add_retry_after(retry_after, out);
    add_seconds(response, SX_HDR_MIN_EXPIRES, sx_ev_detail_limits_min_expires, out);
    add_seconds(response, SX_HDR_MIN_SE, sx_ev_detail_limits_min_se, out);
    add_seconds(response, SX_HDR_SESSION_EXPIRES, sx_ev_detail_limits_session_expires, out);
}
