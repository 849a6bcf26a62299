/* SPDX-License-Identifier: GPL-2.0-or-later
 * The debug output that SER-type proxies put into Warning 392.
 */
#include "details/noisy.h"
#include "diagnose/vendor/vendor_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/uri.h"
#include "wire/via.h"

void sx_vendor_learn_noisy(sx_context *context) {
    sx_vendor_memory *memory = sx_vendor_memory_of(context);
    guint64 host = context->seen.source->key;
    sx_slice warning;
    if (!sx_noisy_find(context->message, &warning) || sx_map_find(&memory->noisy, host) != NULL)
        return;
    memory->noisy_first = TRUE;
    sx_map_add(&memory->noisy, host);
}

/* What the proxy saw as source, against what the client wrote into its Via: they differ behind a NAT. */
static void add_nat(sx_context *context, sx_slice source) {
    sx_header_walk walk = {0};
    sx_slice element;
    sx_via via;
    guint8 seen_ip[16];
    guint8 via_ip[16];
    if (context->seen.keys.n_vias != 1 || sx_uri_host_ip(source, seen_ip) != 4 ||
        !sx_message_next_element(context->message, SX_HDR_VIA, &walk, &element))
        return;
    sx_via_read(element, &via);
    if (sx_uri_host_ip(via.host, via_ip) == 4 && memcmp(seen_ip, via_ip, 4) != 0)
        sx_ev_vendor_noisy_feedback_nat(context->out,
                                        sx_context_shown(context, source, SX_SHOWN_LONG),
                                        sx_context_shown(context, via.host, SX_SHOWN_LONG));
}

gboolean sx_rule_vendor_noisy_feedback(sx_context *context) {
    sx_slice warning;
    if (!sx_noisy_find(context->message, &warning))
        return FALSE;
    sx_slice source = sx_noisy_field(warning, "req_src_ip");
    add_nat(context, source);
    if (!sx_vendor_memory_of(context)->noisy_first)
        return TRUE;
    sx_slice port = sx_noisy_field(warning, "req_src_port");
    sx_slice in = sx_noisy_field(warning, "in_uri");
    sx_slice out = sx_noisy_field(warning, "out_uri");
    if (source.len > 0 && port.len > 0)
        sx_ev_vendor_noisy_feedback_source(context->out,
                                           sx_context_shown(context, source, SX_SHOWN_LONG),
                                           sx_context_shown(context, port, SX_SHOWN_LONG));
    else if (source.len > 0)
        sx_ev_vendor_noisy_feedback_source_alone(context->out,
                                                 sx_context_shown(context, source, SX_SHOWN_LONG));
    if (in.len > 0)
        sx_ev_vendor_noisy_feedback_in_uri(context->out,
                                           sx_context_shown(context, in, SX_SHOWN_LONG));
    if (out.len > 0)
        sx_ev_vendor_noisy_feedback_out_uri(context->out,
                                            sx_context_shown(context, out, SX_SHOWN_LONG));
    if (source.len == 0 && in.len == 0 && out.len == 0)
        sx_ev_vendor_noisy_feedback_text(context->out,
                                         sx_context_shown(context, warning, SX_SHOWN_LONG));
    return TRUE;
}
