/* SPDX-License-Identifier: GPL-2.0-or-later
 * The order of the rules: outcomes by precedence, first match wins; flow and detail findings all, minus those that
 * another one on the same message beats.
 */
#include "diagnose/diagnose.h"

#include "diagnose/asked.h"
#include "diagnose/compare.h"
#include "diagnose/context.h"
#include "diagnose/hops.h"
#include "diagnose/learner.h"
#include "evidence.h"

#define MAX_FINDINGS 16 /* on one message */

static const sx_diagnosis_entry *entry_of(guint diagnosis) {
    return &sx_diagnosis_entries[diagnosis];
}

static gboolean holds(const sx_rule *rule, sx_context *context) {
    sx_findings_begin(context->out);
    context->severity = (sx_severity)entry_of(rule->diagnosis)->severity;
    return rule->holds(context);
}

/* Where a request in a dialog was refused, it comes first what differed from what the dialog asks for. */
static gboolean holds_as_outcome(const sx_rule *rule, sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    if (sx_context_code(context) < 300 || t == NULL || t->keys.to_tag == 0 ||
        entry_of(rule->diagnosis)->verdict <= SX_VERDICT_BENIGN)
        return holds(rule, context);
    sx_findings_begin(context->out);
    sx_compare_add_rows(context);
    context->severity = (sx_severity)entry_of(rule->diagnosis)->severity;
    return rule->holds(context);
}

/* An alarm is raised once for all hops of a message. */
static void refer_to_other_hop(sx_context *context, guint diagnosis) {
    if (entry_of(diagnosis)->slot != SX_SLOT_FLOW || context->severity == SX_SEVERITY_CHAT ||
        context->packet->quoted)
        return;
    guint32 frame = sx_hops_reported(context, diagnosis);
    if (frame == 0)
        return;
    context->severity = SX_SEVERITY_CHAT;
    sx_ev_detail_hops_same(context->out, frame);
}

static guint keep(const sx_context *context, guint diagnosis) {
    sx_findings_keep(context->out, diagnosis, context->severity);
    return diagnosis;
}

/* A copy of an answer, or the same answer one hop on, has the outcome of the original. */
static guint inherited_outcome(sx_context *context) {
    const sx_observation *seen = &context->seen;
    if (seen->repetition == SX_COPY && seen->final != NULL)
        return seen->final->outcome;
    const sx_final *original = seen->relayed_from ? seen->relayed_from->final : NULL;
    while (original != NULL && original->frame != seen->relayed_frame)
        original = original->next;
    return original != NULL ? original->outcome : 0;
}

/* Each hop asks for credentials of its own: the success of another hop does not tell whether they were accepted here. */
static gboolean is_judged_by_hop(const sx_context *context, guint outcome) {
    return context->seen.repetition == SX_FIRST &&
           (outcome == SX_DIAG_NORMAL_SUCCESS || outcome == SX_DIAG_AUTH_SUCCEEDED);
}

/* What a hop sees in its own Via list or request belongs on the same answer there, too. */
static gboolean is_shown_by_hop(guint outcome) {
    return outcome == SX_DIAG_ROUTE_TOO_MANY_HOPS || outcome == SX_DIAG_ROUTE_LOOP_DETECTED ||
           outcome == SX_DIAG_POLICY_EXTENSION_MISMATCH;
}

static void add_inherited_evidence(sx_context *context, const sx_asked *asked, guint outcome) {
    for (guint i = 0; i < asked->n_outcomes; i++) {
        const sx_rule *rule = asked->rules[i];
        if (rule->diagnosis == outcome && !rule->holds(context))
            sx_findings_begin(context->out);
    }
}

static guint diagnose_outcome(sx_context *context, const sx_asked *asked) {
    guint inherited = inherited_outcome(context);
    if (inherited != 0 && !is_judged_by_hop(context, inherited)) {
        sx_findings_begin(context->out);
        if (context->seen.repetition == SX_FIRST && is_shown_by_hop(inherited))
            add_inherited_evidence(context, asked, inherited);
        context->severity = context->seen.relayed_from ? SX_SEVERITY_CHAT
                                                       : (sx_severity)entry_of(inherited)->severity;
        return keep(context, inherited);
    }
    for (guint i = 0; i < asked->n_outcomes; i++) {
        const sx_rule *rule = asked->rules[i];
        if (holds_as_outcome(rule, context))
            return keep(context, rule->diagnosis);
    }
    return SX_DIAG_NONE;
}

static gboolean is_beaten(guint diagnosis, const sx_rule *const *held, guint n_held,
                          guint outcome) {
    for (guint i = 0; i <= n_held; i++) {
        const sx_diagnosis_entry *entry = entry_of(i < n_held ? held[i]->diagnosis : outcome);
        for (guint n = 0; n < entry->n_beaten; n++) {
            if (sx_beaten[entry->first_beaten + n] == diagnosis)
                return TRUE;
        }
    }
    return FALSE;
}

/* Flow and detail findings go by precedence, so what beats another comes before it. */
static void diagnose_others(sx_context *context, const sx_asked *asked, guint outcome) {
    const sx_rule *held[MAX_FINDINGS];
    guint n_held = 0;
    gboolean beating = entry_of(outcome)->n_beaten > 0;
    for (guint i = asked->n_outcomes; i < asked->n_all && n_held < MAX_FINDINGS; i++) {
        const sx_rule *rule = asked->rules[i];
        if (beating && is_beaten(rule->diagnosis, held, n_held, outcome))
            continue;
        if (holds(rule, context)) {
            held[n_held++] = rule;
            beating = beating || entry_of(rule->diagnosis)->n_beaten > 0;
            refer_to_other_hop(context, rule->diagnosis);
            keep(context, rule->diagnosis);
        }
    }
}

/* Whether the message teaches anything: quoted ones and duplicates change nothing. */
static gboolean counts(const sx_context *context) {
    return !context->packet->quoted && context->seen.repetition != SX_DUPLICATE;
}

/* Rows that are no diagnosis. */
static gboolean add_details(sx_context *context) {
    sx_findings_begin(context->out);
    sx_add_refusal_rows(context);
    if (!sx_findings_has_new(context->out))
        return FALSE;
    sx_findings_keep(context->out, SX_DIAG_NONE, SX_SEVERITY_CHAT);
    return TRUE;
}

sx_diagnosed sx_diagnose(sx_context *context) {
    sx_diagnosed made = {.first = sx_findings_count(context->out)};
    gboolean learns = counts(context);
    gboolean is_new = learns && context->seen.repetition == SX_FIRST;
    if (learns)
        sx_learn_before(context);
    const sx_asked *asked = sx_asked_of(context);
    if (!context->packet->quoted &&
        (context->message->is_response || context->seen.repetition == SX_DUPLICATE))
        made.outcome = diagnose_outcome(context, asked);
    if (context->seen.repetition != SX_DUPLICATE)
        diagnose_others(context, asked, made.outcome);
    if (is_new)
        sx_learn_after(context, made.outcome);
    made.count = sx_findings_count(context->out) - made.first;
    made.has_details = is_new && sx_context_code(context) >= 300 && add_details(context);
    made.answered_by = sx_answered_by(context);
    return made;
}
