/* SPDX-License-Identifier: GPL-2.0-or-later
 * The topics in the order in which they are shown.
 */
#include "details/details.h"

#include <string.h>

#include "body.h"

/* Folded headers are one line for the reader (RFC 3261 section 7.3.1). */
const char *sx_detail_text(sx_finding_builder *out, sx_slice value) {
    value = sx_slice_head(sx_slice_trim(value), SX_DETAIL_TEXT);
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

static gboolean has_reason(const sx_message *message) {
    return sx_message_has(message, SX_HDR_REASON) ||
           sx_message_has(message, SX_HDR_X_ASTERISK_HANGUPCAUSE) ||
           sx_message_has(message, SX_HDR_X_ASTERISK_HANGUPCAUSECODE);
}

gboolean sx_details_on_request(const sx_message *request, const sx_occasion *occasion) {
    (void)occasion;
    return has_reason(request) && (sx_slice_is_exactly(request->method, "BYE") ||
                                   sx_slice_is_exactly(request->method, "CANCEL"));
}

void sx_details_read(const sx_message *message, const sx_occasion *occasion,
                     sx_finding_builder *out) {
    sx_message reported;
    (void)occasion;
    sx_detail_reason(message, out);
    sx_detail_contradiction(message, out);
    if (!message->is_response && sx_body_sipfrag(message, &reported))
        message = &reported;
    if (!message->is_response) {
        sx_detail_vendor(message, out);
        return;
    }
    sx_detail_warning(message, out);
    sx_detail_limits(message, out);
    sx_detail_challenge(message, out);
    sx_detail_redirect(message, out);
    sx_detail_support(message, out);
    sx_detail_errors(message, out);
    sx_detail_server(message, out);
    sx_detail_vendor(message, out);
}
