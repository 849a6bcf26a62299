/* SPDX-License-Identifier: GPL-2.0-or-later
 * Rows of the Warning header (RFC 3261 section 20.43), the debug output of SER-type proxies included.
 */
#include "details/details.h"
#include "details/noisy.h"
#include "evidence.h"

#define MAX_WARNINGS 16 /* values shown of one response */

/* Cuts the first word off. */
static sx_slice take_word(sx_slice *rest) {
    *rest = sx_slice_trim(*rest);
    gsize len = 0;
    while (len < rest->len && !g_ascii_isspace(rest->p[len]))
        len++;
    sx_slice word = {rest->p, len};
    rest->p += len;
    rest->len -= len;
    return word;
}

static void add_noisy(sx_slice warning, sx_finding_builder *out) {
    sx_slice source = sx_noisy_field(warning, "req_src_ip");
    sx_slice in = sx_noisy_field(warning, "in_uri");
    sx_slice behind = sx_noisy_field(warning, "out_uri");
    if (source.len > 0)
        sx_ev_detail_warning_noisy_source(out, sx_detail_text(out, source));
    if (in.len > 0)
        sx_ev_detail_warning_noisy_in_uri(out, sx_detail_text(out, in));
    if (behind.len > 0)
        sx_ev_detail_warning_noisy_out_uri(out, sx_detail_text(out, behind));
}

static void add_code(guint32 code, sx_slice agent, sx_finding_builder *out) {
    sx_word meaning = sx_knowledge_value(SX_VALUES_WARNING, code);
    const char *from = sx_detail_text(out, agent);
    if (meaning != 0 && agent.len > 0)
        sx_ev_detail_warning_known(out, code, from, meaning);
    else if (meaning != 0)
        sx_ev_detail_warning_known_no_agent(out, code, meaning);
    else if (agent.len > 0)
        sx_ev_detail_warning_unknown(out, code, from);
    else
        sx_ev_detail_warning_unknown_no_agent(out, code);
}

/* warn-code SP warn-agent SP warn-text; some senders leave the agent out. */
static void add_warning(sx_slice warning, sx_finding_builder *out) {
    guint digits;
    sx_slice rest = warning;
    guint32 code = sx_slice_number(take_word(&rest), &digits);
    if (digits != 3) { /* without any digits it is the rest of a text that lacks its quotes */
        if (digits > 0)
            sx_ev_detail_warning_no_code(out, sx_detail_text(out, warning));
        return;
    }
    rest = sx_slice_trim(rest);
    gboolean is_text = rest.len > 0 && rest.p[0] == '"';
    add_code(code, is_text ? (sx_slice){rest.p, 0} : take_word(&rest), out);
    if (sx_slice_trim(rest).len > 0)
        sx_ev_detail_warning_text(out, sx_detail_quoted(out, rest));
    if (code == 392)
        add_noisy(warning, out);
}

void sx_detail_warning(const sx_message *response, sx_finding_builder *out) {
    sx_header_walk walk = {0};
    sx_slice warning;
    for (guint n = 0;
         n < MAX_WARNINGS && sx_message_next_element(response, SX_HDR_WARNING, &walk, &warning);
         n++)
        add_warning(warning, out);
}
