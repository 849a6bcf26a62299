/* SPDX-License-Identifier: GPL-2.0-or-later
 * Rows of times: Retry-After, Min-Expires, Min-SE, Session-Expires.
 */
#include "details/details.h"
#include "evidence.h"

/* The comment in parentheses behind a number (RFC 3261 section 20.33); empty if there is none. */
static sx_slice comment_of(sx_slice value) {
    gsize begin = 0;
    while (begin < value.len && value.p[begin] != '(' && value.p[begin] != ';')
        begin++;
    if (begin >= value.len || value.p[begin] != '(')
        return (sx_slice){value.p, 0};
    gsize end = ++begin;
    while (end < value.len && value.p[end] != ')')
        end++;
    return (sx_slice){value.p + begin, end - begin};
}

static gboolean read_seconds(sx_slice value, guint32 *seconds) {
    guint digits;
    *seconds = sx_slice_number(value, &digits);
    return digits > 0;
}

static void add_retry_after(sx_slice value, sx_finding_builder *out) {
    guint32 seconds;
    sx_slice duration;
    sx_slice comment = comment_of(value);
    if (!read_seconds(value, &seconds)) {
        sx_ev_detail_limits_retry_after_date(out, sx_detail_text(out, value));
        return;
    }
    if (seconds == 0)
        sx_ev_detail_limits_retry_after_now(out, 0);
    else
        sx_ev_detail_limits_retry_after(out, seconds, seconds * SX_SECOND);
    if (comment.len > 0)
        sx_ev_detail_limits_retry_after_comment(out, sx_detail_text(out, comment));
    if (sx_slice_param(value, "duration", &duration) && read_seconds(duration, &seconds))
        sx_ev_detail_limits_retry_after_duration(out, seconds, seconds * SX_SECOND);
}

typedef void (*seconds_row)(sx_finding_builder *out, guint64 number, gint64 time);

static void add_seconds(const sx_message *response, sx_header_id id, seconds_row row,
                        sx_finding_builder *out) {
    guint32 seconds;
    if (sx_message_has(response, id) && read_seconds(sx_message_header(response, id), &seconds))
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
