/* SPDX-License-Identifier: GPL-2.0-or-later
 * Rows of headers that explain a refusal: Geolocation-Error, AlertMsg-Error, Error-Info, Call-Info of a 608.
 */
#include "details/details.h"
#include "evidence.h"
#include "wire/uri.h"

#define MAX_LINKS 8 /* addresses shown of one response */

static void add_geolocation(guint32 code, sx_finding_builder *out) {
    sx_word meaning = sx_knowledge_value(SX_VALUES_GEOLOCATION_ERROR, code);
    if (meaning != 0)
        sx_ev_detail_errors_geolocation(out, code, meaning);
    else
        sx_ev_detail_errors_geolocation_unknown(out, code);
}

static void add_alertmsg(guint32 code, sx_finding_builder *out) {
    sx_word meaning = sx_knowledge_value(SX_VALUES_ALERTMSG_ERROR, code);
    if (meaning != 0)
        sx_ev_detail_errors_alertmsg(out, code, meaning);
    else
        sx_ev_detail_errors_alertmsg_unknown(out, code);
}

static void add_codes(const sx_message *response, sx_header_id id,
                      void (*add)(guint32 code, sx_finding_builder *out), sx_finding_builder *out) {
    sx_header_walk walk = {0};
    sx_slice element;
    guint32 code;
    for (guint n = 0; n < MAX_LINKS && sx_message_next_element(response, id, &walk, &element);
         n++) {
        if (sx_detail_number(element, &code))
            add(code, out);
    }
}

/* RFC 8688 section 3.1 demands a purpose; the other purposes of RFC 3261 are pictures and the like. */
static gboolean is_redress(sx_slice element) {
    sx_slice purpose;
    return !sx_slice_param(element, "purpose", &purpose) || sx_slice_is(purpose, "jwscard");
}

static void add_links(const sx_message *response, sx_header_id id,
                      void (*row)(sx_finding_builder *out, const char *text),
                      sx_finding_builder *out) {
    sx_header_walk walk = {0};
    sx_slice element;
    for (guint n = 0; n < MAX_LINKS && sx_message_next_element(response, id, &walk, &element);
         n++) {
        if (id != SX_HDR_CALL_INFO || is_redress(element))
            row(out, sx_detail_text(out, sx_uri_text(element)));
    }
}

void sx_detail_errors(const sx_message *response, sx_finding_builder *out) {
    add_codes(response, SX_HDR_GEOLOCATION_ERROR, add_geolocation, out);
    add_codes(response, SX_HDR_ALERTMSG_ERROR, add_alertmsg, out);
    add_links(response, SX_HDR_ERROR_INFO, sx_ev_detail_errors_error_info, out);
    if (response->code == 608)
        add_links(response, SX_HDR_CALL_INFO, sx_ev_detail_errors_call_info, out);
}
