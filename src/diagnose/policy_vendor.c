/* SPDX-License-Identifier: GPL-2.0-or-later
 * What makers of SIP products put into their responses: own codes, phrases and notes.
 */
#include <string.h>

#include "diagnose/policy.h"
#include "evidence.h"
#include "noisy.h"
#include "uri.h"

#define MAX_SHOWN 160

static const char *shown(sx_context *context, sx_slice text) {
    return sx_context_copy(context, sx_slice_head(sx_slice_trim(text), MAX_SHOWN));
}

void sx_policy_learn_vendor(sx_context *context) {
    sx_policy_memory *memory = sx_policy_memory_of(context);
    sx_slice warning;
    if (!context->message->is_response || !sx_noisy_find(context->message, &warning) ||
        g_hash_table_contains(memory->noisy, context->seen.source))
        return;
    memory->noisy_first = TRUE;
    sx_policy_put(memory->noisy, context->seen.source, context->seen.source);
}

/* What the proxy saw as source, against what the client wrote into its Via: they differ behind a NAT. */
static void tell_nat(sx_context *context, sx_slice source) {
    sx_header_walk walk = {0};
    sx_slice via;
    guint8 seen_ip[16];
    guint8 via_ip[16];
    guint len = sx_uri_host_ip(source, seen_ip);
    if (len == 0 || context->seen.keys.n_vias != 1 ||
        !sx_message_next_element(context->message, SX_HDR_VIA, &walk, &via))
        return;
    const char *space = memchr(via.p, ' ', via.len);
    if (space == NULL)
        return;
    sx_slice host = sx_slice_trim((sx_slice){space, via.len - (gsize)(space - via.p)});
    gsize end = 0;
    while (end < host.len && host.p[end] != ':' && host.p[end] != ';' && host.p[end] != ' ')
        end++;
    host.len = end;
    if (sx_uri_host_ip(host, via_ip) == len && memcmp(seen_ip, via_ip, len) != 0)
        sx_ev_vendor_noisy_feedback_nat(context->out, shown(context, source), shown(context, host));
}

gboolean sx_vendor_noisy_feedback(sx_context *context) {
    sx_slice warning;
    if (!sx_noisy_find(context->message, &warning))
        return FALSE;
    sx_slice source = sx_noisy_field(warning, "req_src_ip");
    tell_nat(context, source);
    if (!sx_policy_memory_of(context)->noisy_first)
        return TRUE;
    sx_slice port = sx_noisy_field(warning, "req_src_port");
    sx_slice in = sx_noisy_field(warning, "in_uri");
    sx_slice out = sx_noisy_field(warning, "out_uri");
    if (source.len > 0)
        sx_ev_vendor_noisy_feedback_source(context->out, shown(context, source),
                                           shown(context, port));
    if (in.len > 0)
        sx_ev_vendor_noisy_feedback_in_uri(context->out, shown(context, in));
    if (out.len > 0)
        sx_ev_vendor_noisy_feedback_out_uri(context->out, shown(context, out));
    if (source.len == 0 && in.len == 0 && out.len == 0)
        sx_ev_vendor_noisy_feedback_text(context->out, shown(context, warning));
    return TRUE;
}

/* Ends in "(SL)", "(TM)", "(2/SL)": the proxy's stateless or transaction module made the response itself. */
static gboolean ends_in_module(sx_slice phrase) {
    phrase = sx_slice_trim(phrase);
    if (phrase.len < 4 || phrase.p[phrase.len - 1] != ')')
        return FALSE;
    sx_slice module = {phrase.p + phrase.len - 3, 2};
    if (!sx_slice_is(module, "SL") && !sx_slice_is(module, "TM"))
        return FALSE;
    gsize i = phrase.len - 4;
    if (phrase.p[i] == '(')
        return TRUE;
    if (phrase.p[i] != '/')
        return FALSE;
    gsize slash = i;
    while (i > 0 && g_ascii_isdigit(phrase.p[i - 1]))
        i--;
    return i > 0 && i < slash && phrase.p[i - 1] == '(';
}

static gboolean is_proxy_code(guint code) {
    return code == 473 || code == 475 || code == 477 || code == 479;
}

gboolean sx_vendor_proxy_local_reply(sx_context *context) {
    const sx_message *message = context->message;
    sx_slice product = sx_message_product(message);
    sx_slice warning;
    if (!is_proxy_code(message->code) && !ends_in_module(message->phrase) &&
        !sx_policy_contains(message->phrase, "terribly sorry, server error", FALSE))
        return FALSE;
    sx_ev_vendor_proxy_local_reply_said(context->out, shown(context, message->phrase),
                                        sx_policy_address(context, context->seen.source));
    if (product.len > 0)
        sx_ev_vendor_proxy_local_reply_server(context->out, shown(context, product));
    if (sx_noisy_find(message, &warning)) {
        sx_slice out = sx_noisy_field(warning, "out_uri");
        sx_slice source = sx_noisy_field(warning, "req_src_ip");
        if (out.len > 0)
            sx_ev_vendor_proxy_local_reply_out_uri(context->out, shown(context, out));
        if (source.len > 0)
            sx_ev_vendor_proxy_local_reply_source(context->out, shown(context, source));
    }
    return TRUE;
}

static const char *const freeswitch_causes[] = {
    "blind transfer", "attended transfer",   "allotted timeout", "user challenge",  "media timeout",
    "picked off",     "user not registered", "progress timeout", "invalid gateway", "gateway down",
    "invalid URL",    "invalid profile",     "no pickup",        "SRTP read error",
};

gboolean sx_policy_freeswitch_cause(const sx_message *message, guint *cause) {
    sx_header_walk walk = {0};
    sx_reason reason;
    while (sx_reason_next(message, &walk, &reason)) {
        if (!sx_reason_is_freeswitch(message, &reason))
            continue;
        *cause = (guint)reason.cause;
        return TRUE;
    }
    return FALSE;
}

gboolean sx_vendor_freeswitch_cause(sx_context *context) {
    guint cause;
    if (!sx_policy_freeswitch_cause(context->message, &cause))
        return FALSE;
    sx_ev_vendor_freeswitch_cause_headline(context->out, cause, freeswitch_causes[cause - 600]);
    sx_ev_vendor_freeswitch_cause_cause(context->out, cause, freeswitch_causes[cause - 600]);
    return TRUE;
}
