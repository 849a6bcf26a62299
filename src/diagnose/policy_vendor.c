/* SPDX-License-Identifier: GPL-2.0-or-later
 * What makers of SIP products put into their responses: own codes, phrases and notes.
 */
#include <string.h>

#include "details/noisy.h"
#include "diagnose/policy.h"
#include "evidence.h"
#include "knowledge/facts.h"
#include "rules.h"
#include "wire/uri.h"
#include "wire/via.h"

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
    sx_slice element;
    sx_via via;
    guint8 seen_ip[16];
    guint8 via_ip[16];
    if (context->seen.keys.n_vias != 1 || sx_uri_host_ip(source, seen_ip) != 4 ||
        !sx_message_next_element(context->message, SX_HDR_VIA, &walk, &element))
        return;
    sx_via_read(element, &via);
    if (sx_uri_host_ip(via.host, via_ip) == 4 && memcmp(seen_ip, via_ip, 4) != 0)
        sx_ev_vendor_noisy_feedback_nat(context->out, shown(context, source),
                                        shown(context, via.host));
}

gboolean sx_rule_vendor_noisy_feedback(sx_context *context) {
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
    if (source.len > 0 && port.len > 0)
        sx_ev_vendor_noisy_feedback_source(context->out, shown(context, source),
                                           shown(context, port));
    else if (source.len > 0)
        sx_ev_vendor_noisy_feedback_source_alone(context->out, shown(context, source));
    if (in.len > 0)
        sx_ev_vendor_noisy_feedback_in_uri(context->out, shown(context, in));
    if (out.len > 0)
        sx_ev_vendor_noisy_feedback_out_uri(context->out, shown(context, out));
    if (source.len == 0 && in.len == 0 && out.len == 0)
        sx_ev_vendor_noisy_feedback_text(context->out, shown(context, warning));
    return TRUE;
}

const sx_vendor_hit *sx_policy_vendor_hits(const sx_context *context, guint *n) {
    sx_policy_memory *memory = sx_policy_memory_of(context);
    if (memory->n_hits < 0)
        memory->n_hits = (gint)sx_vendor_find(context->message, memory->hits);
    *n = (guint)memory->n_hits;
    return memory->hits;
}

gboolean sx_policy_vendor_says(const sx_context *context, const char *id) {
    guint n;
    const sx_vendor_hit *hits = sx_policy_vendor_hits(context, &n);
    for (guint i = 0; i < n; i++) {
        if (strcmp(sx_fact(hits[i].row->id), id) == 0)
            return TRUE;
    }
    return FALSE;
}

/* The next row of the message that this diagnosis tells; NULL if there is none. */
static const sx_vendor_hit *next_hit(const sx_context *context, guint diagnosis, guint *i) {
    guint n;
    const sx_vendor_hit *hits = sx_policy_vendor_hits(context, &n);
    while (*i < n) {
        const sx_vendor_hit *hit = &hits[(*i)++];
        if (hit->row->diagnosis == diagnosis)
            return hit;
    }
    return NULL;
}

gboolean sx_rule_vendor_proxy_local_reply(sx_context *context) {
    const sx_message *message = context->message;
    sx_slice product = sx_message_product(message);
    sx_slice warning;
    guint i = 0;
    const sx_vendor_hit *hit = next_hit(context, SX_DIAG_VENDOR_PROXY_LOCAL_REPLY, &i);
    if (hit == NULL)
        return FALSE;
    sx_ev_vendor_proxy_local_reply_said(context->out, shown(context, message->phrase),
                                        sx_policy_address(context, context->seen.source));
    for (; hit != NULL; hit = next_hit(context, SX_DIAG_VENDOR_PROXY_LOCAL_REPLY, &i))
        sx_ev_vendor_proxy_local_reply_meaning(context->out, sx_vendor_of(hit->row)->name,
                                               hit->row->means);
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

gboolean sx_rule_vendor_freeswitch_cause(sx_context *context) {
    guint i = 0;
    const sx_vendor_hit *hit = next_hit(context, SX_DIAG_VENDOR_FREESWITCH_CAUSE, &i);
    if (hit == NULL)
        return FALSE;
    if (hit->found.len > 0)
        sx_ev_vendor_freeswitch_cause_headline(context->out, hit->cause,
                                               shown(context, hit->found));
    sx_ev_vendor_freeswitch_cause_cause(context->out, hit->cause, hit->row->means);
    sx_ev_vendor_freeswitch_cause_advice(context->out, hit->row->action);
    return TRUE;
}

static void tell_teams(sx_context *context, const sx_vendor_hit *hit, gboolean first) {
    guint digits;
    guint32 number = sx_slice_number(hit->number, &digits);
    if (digits > 0 && first)
        sx_ev_vendor_teams_code_headline(context->out, number);
    if (digits > 0)
        sx_ev_vendor_teams_code_number(context->out, number, hit->row->means);
    else
        sx_ev_vendor_teams_code_text(context->out, shown(context, hit->found), hit->row->means);
    sx_ev_vendor_teams_code_advice(context->out, hit->row->action);
}

gboolean sx_rule_vendor_teams_code(sx_context *context) {
    const sx_message *message = context->message;
    sx_slice diagnostics = sx_message_header(message, SX_HDR_MS_DIAGNOSTICS);
    guint i = 0;
    const sx_vendor_hit *hit = next_hit(context, SX_DIAG_VENDOR_TEAMS_CODE, &i);
    if (hit == NULL && diagnostics.len == 0)
        return FALSE;
    if (message->code == 401 || message->code == 407)
        context->severity = SX_SEVERITY_CHAT; /* a challenge: the login goes on */
    for (gboolean first = TRUE; hit != NULL; first = FALSE) {
        tell_teams(context, hit, first);
        hit = next_hit(context, SX_DIAG_VENDOR_TEAMS_CODE, &i);
    }
    if (diagnostics.len > 0)
        sx_ev_vendor_teams_code_diagnostics(context->out, shown(context, diagnostics));
    return TRUE;
}

gboolean sx_rule_vendor_phrase_hint(sx_context *context) {
    guint i = 0;
    const sx_vendor_hit *hit = next_hit(context, SX_DIAG_VENDOR_PHRASE_HINT, &i);
    if (hit == NULL)
        return FALSE;
    sx_ev_vendor_phrase_hint_headline(context->out, sx_vendor_of(hit->row)->name, hit->row->means);
    for (; hit != NULL; hit = next_hit(context, SX_DIAG_VENDOR_PHRASE_HINT, &i)) {
        sx_ev_vendor_phrase_hint_phrase(context->out, shown(context, context->message->phrase),
                                        sx_vendor_of(hit->row)->name, hit->row->means);
        sx_ev_vendor_phrase_hint_advice(context->out, hit->row->action);
    }
    return TRUE;
}
