/* SPDX-License-Identifier: GPL-2.0-or-later
 * The topics in the order in which they are shown.
 */
#include "details/details.h"

#include <string.h>

#include "wire/body.h"
#include "wire/reason.h"

/* Folded headers are one line for the reader (RFC 3261 section 7.3.1). */
const char *sx_detail_text(sx_finding_builder *out, sx_slice value) {
    value = sx_slice_head(sx_slice_trim(value), SX_DETAIL_TEXT);
    if (value.len == 0)
        return sx_findings_text(out, (sx_slice){"", 0}, 0);
    if (memchr(value.p, '\r', value.len) == NULL && memchr(value.p, '\n', value.len) == NULL)
        return sx_findings_text(out, value, SX_DETAIL_TEXT);
    char line[SX_DETAIL_TEXT];
    gsize used = 0;
    for (gsize i = 0; i < value.len; i++) {
        gboolean space = g_ascii_isspace(value.p[i]);
        if (!space || (used > 0 && line[used - 1] != ' '))
            line[used++] = space ? ' ' : value.p[i];
    }
    return sx_findings_text(out, (sx_slice){line, used}, SX_DETAIL_TEXT);
}

const char *sx_detail_quoted(sx_finding_builder *out, sx_slice value) {
    char plain[SX_DETAIL_TEXT];
    gsize used = 0;
    value = sx_slice_trim(value);
    if (value.len > 0 && value.p[0] == '"') {
        value.p++;
        value.len--;
    }
    if (value.len > 0 && value.p[value.len - 1] == '"')
        value.len--;
    value = sx_slice_head(value, sizeof plain);
    for (gsize i = 0; i < value.len; i++) {
        if (value.p[i] == '\\' && i + 1 < value.len)
            i++;
        plain[used++] = value.p[i];
    }
    return sx_detail_text(out, (sx_slice){plain, used});
}

gboolean sx_detail_number(sx_slice value, guint32 *number) {
    guint digits;
    *number = sx_slice_number(value, &digits);
    return digits > 0 &&
           (*number < G_MAXUINT32 || (digits == 10 && sx_slice_starts(value, "4294967295")));
}

static gboolean has_reason(const sx_message *message) {
    sx_header_walk walk = {0};
    sx_reason reason;
    return sx_reason_next(message, &walk, &reason) ||
           sx_message_has(message, SX_HDR_X_ASTERISK_HANGUPCAUSE) ||
           sx_message_has(message, SX_HDR_X_ASTERISK_HANGUPCAUSECODE);
}

gboolean sx_details_on_request(const sx_message *request, const sx_packet *packet) {
    if (request->known_method == SX_METHOD_BYE || request->known_method == SX_METHOD_CANCEL)
        return has_reason(request);
    return sx_detail_address_on_request(request, packet);
}

/* A message that the capture cut short, without the line that was cut: half a number is no number. */
static gboolean read_whole_lines(const sx_message *message, sx_message *whole) {
    sx_slice text = message->text;
    while (text.len > 0 && text.p[text.len - 1] != '\n' && text.p[text.len - 1] != '\r')
        text.len--;
    return sx_message_read(text, SX_FRAMING_REST, whole) > 0;
}

static void read_headers(const sx_message *message, gboolean has_product_of_request,
                         sx_finding_builder *out) {
    sx_detail_vendor(message, out); /* its rows quote the words that the others would repeat */
    sx_detail_reason(message, out);
    sx_detail_contradiction(message, out);
    if (message->is_response) {
        sx_detail_warning(message, out);
        sx_detail_limits(message, out);
        sx_detail_challenge(message, out);
        sx_detail_redirect(message, out);
        sx_detail_support(message, out);
        sx_detail_errors(message, out);
        if (!has_product_of_request)
            sx_detail_server(message, out);
    }
}

void sx_details_read(const sx_message *message, const sx_packet *packet,
                     gboolean has_product_of_request, sx_finding_builder *out) {
    sx_message whole;
    sx_message reported;
    if (!message->headers_complete) {
        if (!read_whole_lines(message, &whole))
            return;
        message = &whole;
    }
    read_headers(message, has_product_of_request, out);
    sx_detail_address(message, packet, out);
    if (sx_body_sipfrag(message, &reported) &&
        (message->body_complete || read_whole_lines(&reported, &reported)))
        read_headers(&reported, FALSE, out);
}
