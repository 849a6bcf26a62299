/* SPDX-License-Identifier: GPL-2.0-or-later
 * Rows of what the other side takes and demands. Allow and the like stand in most responses: they are told where
 * they answer the request, in an OPTIONS and in the refusals that must name them.
 */
#include <string.h>

#include "details/details.h"
#include "evidence.h"

typedef void (*text_row)(sx_finding_builder *out, const char *text);
typedef void (*empty_row)(sx_finding_builder *out);

/* All headers of a kind on one row. */
static const char *join(const sx_message *response, sx_header_id id, sx_finding_builder *out) {
    char line[SX_DETAIL_TEXT];
    gsize used = 0;
    sx_header_walk walk = {0};
    sx_slice element;
    while (used + 3 < sizeof line && sx_message_next_element(response, id, &walk, &element)) {
        if (used > 0) {
            line[used++] = ',';
            line[used++] = ' ';
        }
        element = sx_slice_head(element, sizeof line - used);
        memcpy(line + used, element.p, element.len);
        used += element.len;
    }
    return sx_detail_text(out, (sx_slice){line, used});
}

static void add(const sx_message *response, sx_header_id id, text_row row, empty_row nothing,
                sx_finding_builder *out) {
    if (!sx_message_has(response, id))
        return;
    const char *text = join(response, id, out);
    if (text[0] != '\0')
        row(out, text);
    else if (nothing != NULL)
        nothing(out);
}

/* Whether the response is about what its sender takes. */
static gboolean tells_abilities(const sx_message *response) {
    guint code = response->code;
    return code == 405 || code == 406 || code == 415 || code == 420 || code == 421 || code == 469 ||
           code == 488 || code == 489 || code == 501 || code == 606 ||
           sx_slice_is_exactly(response->cseq_method, "OPTIONS");
}

void sx_detail_support(const sx_message *response, sx_finding_builder *out) {
    add(response, SX_HDR_UNSUPPORTED, sx_ev_detail_support_unsupported, NULL, out);
    add(response, SX_HDR_REQUIRE, sx_ev_detail_support_require, NULL, out);
    add(response, SX_HDR_SECURITY_SERVER, sx_ev_detail_support_security_server, NULL, out);
    if (!tells_abilities(response))
        return;
    add(response, SX_HDR_ALLOW, sx_ev_detail_support_allow, sx_ev_detail_support_allow_none, out);
    add(response, SX_HDR_ALLOW_EVENTS, sx_ev_detail_support_allow_events, NULL, out);
    add(response, SX_HDR_ACCEPT, sx_ev_detail_support_accept, sx_ev_detail_support_accept_none,
        out);
    add(response, SX_HDR_ACCEPT_ENCODING, sx_ev_detail_support_accept_encoding,
        sx_ev_detail_support_accept_encoding_none, out);
    add(response, SX_HDR_ACCEPT_LANGUAGE, sx_ev_detail_support_accept_language, NULL, out);
    add(response, SX_HDR_RECV_INFO, sx_ev_detail_support_recv_info,
        sx_ev_detail_support_recv_info_none, out);
}
