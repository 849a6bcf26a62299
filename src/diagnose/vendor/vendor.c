/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "vendor": what makers of SIP products put into their messages, own codes and phrases.
 */
#include "diagnose/vendor/vendor.h"

#include <string.h>

#include "details/noisy.h"
#include "diagnose/register/register.h"
#include "diagnose/requests.h"
#include "diagnose/vendor/vendor_state.h"
#include "evidence.h"
#include "knowledge/facts.h"
#include "rules.h"

#define MAX_NOISY 20000 /* hosts that are remembered */

static void init(void *memory) {
    sx_map_init(&((sx_vendor_memory *)memory)->noisy, sizeof(guint64), MAX_NOISY);
}

static void clear(void *memory) {
    sx_map_clear(&((sx_vendor_memory *)memory)->noisy);
}

static void begin(sx_context *context) {
    sx_vendor_memory *memory = sx_vendor_memory_of(context);
    memory->noisy_first = FALSE;
    memory->n_hits = -1;
}

/* The rows of the vendor table that fit the message at hand. */
static const sx_vendor_hit *hits_of(const sx_context *context, guint *n) {
    sx_vendor_memory *memory = sx_vendor_memory_of(context);
    if (memory->n_hits < 0)
        memory->n_hits = (gint)sx_vendor_find(context->message, memory->hits);
    *n = (guint)memory->n_hits;
    return memory->hits;
}

gboolean sx_vendor_says(const sx_context *context, const char *id) {
    guint n;
    const sx_vendor_hit *hits = hits_of(context, &n);
    for (guint i = 0; i < n; i++) {
        if (strcmp(sx_fact(hits[i].row->id), id) == 0)
            return TRUE;
    }
    return FALSE;
}

/* The next row of the message that this diagnosis tells; NULL if there is none. */
static const sx_vendor_hit *next_hit(const sx_context *context, guint diagnosis, guint *i) {
    guint n;
    const sx_vendor_hit *hits = hits_of(context, &n);
    while (*i < n) {
        const sx_vendor_hit *hit = &hits[(*i)++];
        if (hit->row->diagnosis == diagnosis)
            return hit;
    }
    return NULL;
}

static gboolean was_sent_on(const sx_context *context, const sx_transaction *t) {
    sx_transaction_walk walk = {0};
    const sx_transaction *other;
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (sx_transaction_is_sent_on(other, t))
            return TRUE;
    }
    return FALSE;
}

/* The request went nowhere, and its target is a phone that only its own connection reaches. */
static void add_connection(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const char *user = t != NULL ? sx_request_text(t, SX_REQUEST_TARGET) : NULL;
    guint32 frame = 0;
    const sx_transaction *alive = user != NULL ? sx_register_alive(context, t, &frame) : NULL;
    if (alive == NULL || frame == 0 || alive->transport == SX_TRANSPORT_UDP ||
        was_sent_on(context, t))
        return;
    sx_ev_vendor_proxy_local_reply_headline_connection(context->out, user);
    sx_ev_vendor_proxy_local_reply_connection(context->out, user, frame);
}

gboolean sx_rule_vendor_proxy_local_reply(sx_context *context) {
    const sx_message *message = context->message;
    sx_slice product = sx_context_product(context);
    sx_slice warning;
    guint i = 0;
    if (next_hit(context, SX_DIAG_VENDOR_PROXY_LOCAL_REPLY, &i) == NULL)
        return FALSE;
    sx_ev_vendor_proxy_local_reply_said(context->out,
                                        sx_context_shown(context, message->phrase, SX_SHOWN_LONG),
                                        sx_context_place(context, context->seen.source, 0));
    add_connection(context);
    if (product.len > 0)
        sx_ev_vendor_proxy_local_reply_server(context->out,
                                              sx_context_shown(context, product, SX_SHOWN_LONG));
    if (sx_noisy_find(message, &warning)) {
        sx_slice out = sx_noisy_field(warning, "out_uri");
        sx_slice source = sx_noisy_field(warning, "req_src_ip");
        if (out.len > 0)
            sx_ev_vendor_proxy_local_reply_out_uri(context->out,
                                                   sx_context_shown(context, out, SX_SHOWN_LONG));
        if (source.len > 0)
            sx_ev_vendor_proxy_local_reply_source(context->out,
                                                  sx_context_shown(context, source, SX_SHOWN_LONG));
    }
    return TRUE;
}

gboolean sx_rule_vendor_freeswitch_cause(sx_context *context) {
    guint i = 0;
    const sx_vendor_hit *hit = next_hit(context, SX_DIAG_VENDOR_FREESWITCH_CAUSE, &i);
    if (hit == NULL)
        return FALSE;
    if (hit->found.len > 0)
        sx_ev_vendor_freeswitch_cause_headline(
            context->out, hit->cause, sx_context_shown(context, hit->found, SX_SHOWN_LONG));
    sx_ev_vendor_freeswitch_cause_cause(context->out, hit->cause, hit->row->means);
    sx_ev_vendor_freeswitch_cause_advice(context->out, hit->row->action);
    return TRUE;
}

static void add_teams(sx_context *context, const sx_vendor_hit *hit, gboolean first) {
    guint digits;
    guint32 number = sx_slice_number(hit->number, &digits);
    if (digits > 0 && first)
        sx_ev_vendor_teams_code_headline(context->out, number);
    if (digits > 0)
        sx_ev_vendor_teams_code_number(context->out, number, hit->row->means);
    else
        sx_ev_vendor_teams_code_text(
            context->out, sx_context_shown(context, hit->found, SX_SHOWN_LONG), hit->row->means);
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
        add_teams(context, hit, first);
        hit = next_hit(context, SX_DIAG_VENDOR_TEAMS_CODE, &i);
    }
    if (diagnostics.len > 0)
        sx_ev_vendor_teams_code_diagnostics(context->out,
                                            sx_context_shown(context, diagnostics, SX_SHOWN_LONG));
    return TRUE;
}

gboolean sx_rule_vendor_phrase_hint(sx_context *context) {
    guint i = 0;
    const sx_vendor_hit *hit = next_hit(context, SX_DIAG_VENDOR_PHRASE_HINT, &i);
    if (hit == NULL)
        return FALSE;
    sx_ev_vendor_phrase_hint_headline(context->out, sx_vendor_of(hit->row)->name, hit->row->means);
    for (; hit != NULL; hit = next_hit(context, SX_DIAG_VENDOR_PHRASE_HINT, &i)) {
        sx_ev_vendor_phrase_hint_phrase(
            context->out, sx_context_shown(context, context->message->phrase, SX_SHOWN_LONG),
            sx_vendor_of(hit->row)->name, hit->row->means);
        sx_ev_vendor_phrase_hint_advice(context->out, hit->row->action);
    }
    return TRUE;
}

gboolean sx_vendor_shows(const sx_context *context, guint diagnosis) {
    guint i = 0;
    return next_hit(context, diagnosis, &i) != NULL;
}

const sx_learner sx_vendor_learner = {
    .memory_size = sizeof(sx_vendor_memory),
    .memory_init = init,
    .memory_clear = clear,
    .any = begin,
    .response = sx_vendor_learn_noisy,
};
