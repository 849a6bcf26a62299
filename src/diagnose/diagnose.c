/* SPDX-License-Identifier: GPL-2.0-or-later
 * The order of the rules: outcomes by precedence, first match wins; flow and detail findings all, minus those that
 * another one on the same message beats.
 */
#include "diagnose/diagnose.h"

#include <stdlib.h>
#include <string.h>

#include "diagnose/context.h"
#include "diagnose/hops.h"
#include "diagnose/learner.h"
#include "evidence.h"

#define MAX_RULES SX_N_DIAGNOSES
#define MAX_FINDINGS 16 /* on one message */

/* Messages by what rules can be asked about them, so that each one meets the few that concern it. */
typedef enum {
    KIND_REQUEST,
    KIND_QUOTED,
    KIND_DUPLICATE,
    KIND_CLASS_1, /* responses by class; KIND_CLASS_1 + 5 is 6xx */
    KIND_OTHER_CODE = KIND_CLASS_1 + 6,
    N_KINDS
} message_kind;

G_STATIC_ASSERT(SX_N_DIAGNOSES < G_MAXUINT8); /* findings and outcomes keep them in a byte */

typedef struct {
    const sx_rule *rules[MAX_RULES]; /* by precedence */
    guint n;
} rule_list;

static const sx_diagnosis_entry *entry_of(guint diagnosis) {
    return &sx_diagnosis_entries[diagnosis];
}

static message_kind kind_of_code(guint code) {
    return code >= 100 && code < 700 ? (message_kind)(KIND_CLASS_1 + code / 100 - 1)
                                     : KIND_OTHER_CODE;
}

static message_kind kind_of(const sx_context *context) {
    if (context->packet->quoted)
        return KIND_QUOTED;
    if (context->seen.repetition == SX_DUPLICATE)
        return KIND_DUPLICATE;
    return context->message->is_response ? kind_of_code(context->message->code) : KIND_REQUEST;
}

static gboolean concerns(const sx_rule *rule, message_kind kind) {
    if (kind == KIND_QUOTED)
        return (rule->on & SX_ON_QUOTED) != 0;
    if (kind == KIND_DUPLICATE)
        return (rule->on & SX_ON_DUPLICATE) != 0;
    if ((rule->on & (SX_ON_QUOTED | SX_ON_DUPLICATE)) != 0)
        return FALSE;
    if (kind == KIND_REQUEST)
        return (rule->on & SX_ON_REQUEST) != 0;
    if ((rule->on & (SX_ON_RESPONSE | SX_ON_ORPHAN)) == 0)
        return FALSE;
    for (guint i = 0; i < SX_RULE_RANGES && rule->codes[i].last != 0; i++) {
        if (kind_of_code(rule->codes[i].first) <= kind && kind <= kind_of_code(rule->codes[i].last))
            return TRUE;
        if (rule->codes[i].first == 0)
            return TRUE;
    }
    return FALSE;
}

typedef rule_list rule_lists[2][N_KINDS];

static void collect_rules(rule_lists lists) {
    for (guint i = 0; i < sx_n_rules; i++) {
        gboolean outcome = entry_of(sx_rules[i].diagnosis)->slot == SX_SLOT_OUTCOME;
        for (guint kind = 0; kind < N_KINDS; kind++) {
            rule_list *list = &lists[outcome][kind];
            if (concerns(&sx_rules[i], (message_kind)kind))
                list->rules[list->n++] = &sx_rules[i];
        }
    }
}

/* The rules for messages of this kind, by precedence; collected once a process. */
static const rule_list *rules_of_kind(message_kind kind, gboolean outcomes) {
    static rule_lists lists;
    static gsize ready;
    if (g_once_init_enter(&ready)) {
        collect_rules(lists);
        g_once_init_leave(&ready, 1);
    }
    return &lists[outcomes][kind];
}

static gboolean has_code(const sx_rule *rule, guint code) {
    for (guint i = 0; i < SX_RULE_RANGES && rule->codes[i].last != 0; i++) {
        if (rule->codes[i].first <= code && code <= rule->codes[i].last)
            return TRUE;
    }
    return FALSE;
}

/* Whether a rule that concerns this kind of message concerns this one: a question of code, method, repetition and whether
 * the request is known only. */
static gboolean is_asked(const sx_rule *rule, const sx_context *context) {
    guint code = sx_context_code(context);
    if (code != 0 && !context->packet->quoted && context->seen.repetition != SX_DUPLICATE &&
        (rule->on & (context->seen.transaction ? SX_ON_RESPONSE : SX_ON_ORPHAN)) == 0)
        return FALSE;
    if (context->seen.repetition == SX_COPY && (rule->on & SX_ON_COPY) == 0)
        return FALSE;
    guint32 method = 1u << context->seen.keys.method;
    if (context->packet->quoted || context->seen.repetition == SX_DUPLICATE)
        return TRUE;
    if (!context->message->is_response)
        return (rule->requests & method) != 0;
    return has_code(rule, code) && (rule->methods & method) != 0;
}

/* The rules of one slot that are asked for one kind of message, by their place in the list of the kind. */
typedef struct {
    guint8 n;
    guint8 places[MAX_RULES];
} asked_rules;

static void select_rules(const sx_context *context, gboolean outcomes, asked_rules *asked) {
    const rule_list *list = rules_of_kind(kind_of(context), outcomes);
    asked->n = 0;
    for (guint i = 0; i < list->n; i++) {
        if (is_asked(list->rules[i], context))
            asked->places[asked->n++] = (guint8)i;
    }
}

#define N_CODES 700  /* 0 for requests */
#define N_VARIANTS 4 /* first or copy, request known or not */
#define SET_SIZE (N_VARIANTS * SX_N_METHODS * 2)

/* The rules to ask about this message. Selections are few and kept for the process: most messages are alike. */
static const asked_rules *rules_for(const sx_context *context, gboolean outcomes,
                                    asked_rules *room) {
    static asked_rules **sets[N_CODES];
    const sx_observation *seen = &context->seen;
    guint code = sx_context_code(context);
    if (context->packet->quoted || seen->repetition == SX_DUPLICATE || code >= N_CODES ||
        (code < 100 && context->message->is_response)) {
        select_rules(context, outcomes, room);
        return room;
    }
    if (sets[code] == NULL)
        sets[code] = g_new0(asked_rules *, SET_SIZE);
    guint variant = (seen->repetition == SX_COPY ? 2u : 0) + (seen->transaction != NULL ? 1u : 0);
    asked_rules **place =
        &sets[code][(variant * SX_N_METHODS + seen->keys.method) * 2 + (outcomes ? 1u : 0)];
    if (*place == NULL) {
        select_rules(context, outcomes, room);
        gsize size = G_STRUCT_OFFSET(asked_rules, places) + room->n;
        *place = (asked_rules *)g_malloc(size);
        memcpy(*place, room, size);
    }
    return *place;
}

static gboolean holds(const sx_rule *rule, sx_context *context) {
    sx_findings_begin(context->out);
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

static guint diagnose_outcome(sx_context *context) {
    guint inherited = inherited_outcome(context);
    asked_rules room;
    if (inherited != 0 && !is_judged_by_hop(context, inherited)) {
        sx_findings_begin(context->out);
        context->severity = context->seen.relayed_from ? SX_SEVERITY_CHAT
                                                       : (sx_severity)entry_of(inherited)->severity;
        return keep(context, inherited);
    }
    const rule_list *list = rules_of_kind(kind_of(context), TRUE);
    const asked_rules *asked = rules_for(context, TRUE, &room);
    for (guint i = 0; i < asked->n; i++) {
        const sx_rule *rule = list->rules[asked->places[i]];
        if (holds(rule, context))
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
static void diagnose_others(sx_context *context, guint outcome) {
    const rule_list *list = rules_of_kind(kind_of(context), FALSE);
    asked_rules room;
    const asked_rules *asked = rules_for(context, FALSE, &room);
    const sx_rule *held[MAX_FINDINGS];
    guint n_held = 0;
    gboolean beating = entry_of(outcome)->n_beaten > 0;
    for (guint i = 0; i < asked->n && n_held < MAX_FINDINGS; i++) {
        const sx_rule *rule = list->rules[asked->places[i]];
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

static void learn_before(sx_context *context) {
    gboolean is_new = context->seen.repetition == SX_FIRST;
    gboolean response = context->message->is_response;
    for (guint i = 0; i < SX_N_LEARNERS; i++) {
        const sx_learner *learner = sx_learners[i];
        if (learner->any != NULL)
            learner->any(context);
        if (is_new && response && learner->response != NULL)
            learner->response(context);
        if (is_new && !response && learner->request != NULL)
            learner->request(context);
    }
}

static void learn_after(sx_context *context, guint outcome) {
    for (guint i = 0; i < SX_N_LEARNERS; i++) {
        if (sx_learners[i]->after != NULL)
            sx_learners[i]->after(context, outcome);
    }
}

/* Rows that are no diagnosis: what the families can tell about this refusal from other messages. */
static gboolean add_details(sx_context *context) {
    sx_findings_begin(context->out);
    for (guint i = 0; i < SX_N_LEARNERS; i++) {
        if (sx_learners[i]->refusal != NULL)
            sx_learners[i]->refusal(context);
    }
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
        learn_before(context);
    if (!context->packet->quoted &&
        (context->message->is_response || context->seen.repetition == SX_DUPLICATE))
        made.outcome = diagnose_outcome(context);
    if (context->seen.repetition != SX_DUPLICATE)
        diagnose_others(context, made.outcome);
    if (is_new)
        learn_after(context, made.outcome);
    made.count = sx_findings_count(context->out) - made.first;
    made.has_details = is_new && sx_context_code(context) >= 300 && add_details(context);
    made.answered_by = sx_answered_by(context);
    return made;
}
