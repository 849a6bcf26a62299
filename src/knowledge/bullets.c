/* SPDX-License-Identifier: GPL-2.0-or-later
 * Chooses causes and fixes by their conditions.
 */
#include "knowledge/bullets.h"

#include "knowledge_ids.h"

typedef enum { NO, YES, UNKNOWN } answer;

static answer has_evidence(const sx_bullet_facts *facts, guint evidence) {
    for (guint i = 0; i < facts->n_evidence; i++) {
        if (facts->evidence[i] == evidence)
            return YES;
    }
    return facts->evidence != NULL ? NO : UNKNOWN;
}

static answer is_so(const sx_situation *situation, guint id) {
    guint32 bit = 1u << id;
    if (situation == NULL || (situation->known & bit) == 0)
        return UNKNOWN;
    return (situation->bits & bit) != 0 ? YES : NO;
}

/* Whether there is a number, and it is in a range. */
static answer is_in(answer there, guint16 number, const sx_condition *condition) {
    if (there != YES)
        return there;
    return number >= condition->first && number <= condition->last ? YES : NO;
}

static answer ask(const sx_condition *condition, const sx_bullet_facts *facts) {
    const sx_situation *situation = facts->situation;
    switch ((sx_condition_kind)condition->kind) {
    case SX_IF_EVIDENCE: return has_evidence(facts, condition->first);
    case SX_IF_Q850:
        return is_in(is_so(situation, SX_SITUATION_Q850), situation != NULL ? situation->q850 : 0,
                     condition);
    case SX_IF_WARNING:
        return is_in(is_so(situation, SX_SITUATION_WARNING),
                     situation != NULL ? situation->warning : 0, condition);
    default: return is_so(situation, condition->first);
    }
}

static gboolean fits(const sx_bullet *bullet, const sx_bullet_facts *facts) {
    for (guint i = 0; i < bullet->n_conditions; i++) {
        const sx_condition *condition = &sx_condition_entries[bullet->first_condition + i];
        if (ask(condition, facts) == (condition->wanted ? NO : YES))
            return FALSE;
    }
    return TRUE;
}

guint sx_bullets_select(sx_bullets list, const sx_bullet_facts *facts, sx_word *shown,
                        guint limit) {
    guint n = 0;
    for (guint i = 0; i < list.count && n < limit; i++) {
        const sx_bullet *bullet = &sx_bullet_entries[list.first + i];
        if (fits(bullet, facts))
            shown[n++] = bullet->text;
    }
    return n;
}
