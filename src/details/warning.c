/* SPDX-License-Identifier: GPL-2.0-or-later
 * Rows of the Warning header (RFC 3261 section 20.43), the debug output of SER-type proxies included.
 */
#include <string.h>

#include "details/details.h"
#include "evidence.h"
#include "noisy.h"

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

static sx_slice unquote(sx_slice text) {
    text = sx_slice_trim(text);
    if (text.len > 0 && text.p[0] == '"') {
        text.p++;
        text.len--;
        if (text.len > 0 && text.p[text.len - 1] == '"')
            text.len--;
    }
    return text;
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

/* warn-code SP warn-agent SP warn-text */
static void add_warning(sx_slice warning, sx_finding_builder *out) {
    guint digits;
    sx_slice rest = warning;
    guint32 code = sx_slice_number(take_word(&rest), &digits);
    if (digits != 3)
        return;
    const char *agent = sx_detail_text(out, take_word(&rest));
    const char *meaning = sx_knowledge_value(SX_VALUES_WARNING, code);
    sx_slice text = unquote(rest);
    if (meaning != NULL)
        sx_ev_detail_warning_known(out, code, agent, meaning);
    else
        sx_ev_detail_warning_unknown(out, code, agent);
    if (text.len > 0)
        sx_ev_detail_warning_text(out, sx_detail_text(out, text));
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
