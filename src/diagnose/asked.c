/* SPDX-License-Identifier: GPL-2.0-or-later
 * Selections are few, and most messages are alike: each is made once.
 */
#include "diagnose/asked.h"

#include "diagnose/context.h"
#include "evidence.h"

G_STATIC_ASSERT(SX_N_DIAGNOSES <
                G_MAXUINT8); /* here, in findings and in outcomes they are kept in a byte */

/* Codes as selections tell them apart; 0 for requests. */
enum { CODE_OTHER = 1, CODE_QUOTED, CODE_DUPLICATE, FIRST_CODE = 100, N_CODES = 700 };
#define N_VARIANTS 8 /* first or copy, request known or not, with times or without */

static gboolean has_code(const sx_rule *rule, guint code) {
    for (guint i = 0; i < SX_RULE_RANGES && rule->codes[i].last != 0; i++) {
        if (rule->codes[i].first <= code && code <= rule->codes[i].last)
            return TRUE;
    }
    return FALSE;
}

static gboolean is_asked(const sx_rule *rule, const sx_context *context) {
    guint32 method = 1u << context->seen.keys.method;
    if (context->precision == SX_TIME_NONE && (rule->on & SX_ON_TIMED) != 0)
        return FALSE;
    if (context->packet->quoted)
        return (rule->on & SX_ON_QUOTED) != 0;
    if (context->seen.repetition == SX_DUPLICATE)
        return (rule->on & SX_ON_DUPLICATE) != 0;
    if (context->seen.repetition == SX_COPY && (rule->on & SX_ON_COPY) == 0)
        return FALSE;
    if (!context->message->is_response)
        return (rule->on & SX_ON_REQUEST) != 0 && (rule->requests & method) != 0;
    return (rule->on & (context->seen.transaction ? SX_ON_RESPONSE : SX_ON_ORPHAN)) != 0 &&
           has_code(rule, context->message->code) && (rule->methods & method) != 0;
}

static sx_asked *select_rules(const sx_context *context) {
    const sx_rule *rules[SX_N_DIAGNOSES];
    guint8 n_outcomes = 0;
    guint8 n = 0;
    for (guint slot = 0; slot < 2; slot++) { /* outcomes, then the others */
        for (guint i = 0; i < sx_n_rules; i++) {
            sx_slot of = (sx_slot)sx_knowledge_diagnosis(sx_rules[i].diagnosis)->slot;
            if ((of == SX_SLOT_OUTCOME) == (slot == 0) && is_asked(&sx_rules[i], context))
                rules[n++] = &sx_rules[i];
        }
        n_outcomes = slot == 0 ? n : n_outcomes;
    }
    sx_asked *asked = (sx_asked *)g_malloc(G_STRUCT_OFFSET(sx_asked, rules) + n * sizeof rules[0]);
    asked->n_outcomes = n_outcomes;
    asked->n_all = n;
    memcpy(asked->rules, rules, n * sizeof rules[0]);
    return asked;
}

static guint code_of(const sx_context *context) {
    guint code = context->message->code;
    if (context->packet->quoted)
        return CODE_QUOTED;
    if (context->seen.repetition == SX_DUPLICATE)
        return CODE_DUPLICATE;
    if (!context->message->is_response)
        return 0;
    return code >= FIRST_CODE && code < N_CODES ? code : CODE_OTHER;
}

const sx_asked *sx_asked_of(const sx_context *context) {
    static sx_asked **selections[N_CODES];
    const sx_observation *seen = &context->seen;
    guint code = code_of(context);
    if (selections[code] == NULL)
        selections[code] = g_new0(sx_asked *, N_VARIANTS * SX_N_METHODS);
    guint variant = (seen->repetition == SX_COPY ? 2u : 0) + (seen->transaction != NULL ? 1u : 0) +
                    (context->precision == SX_TIME_NONE ? 4u : 0);
    sx_asked **place = &selections[code][variant * SX_N_METHODS + seen->keys.method];
    if (*place == NULL)
        *place = select_rules(context);
    return *place;
}
