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
    if ((situation->known & bit) == 0)
        return UNKNOWN;
    return (situation->bits & bit) != 0 ? YES : NO;
}

/* Whether there is a number, and it is in a range. */
static answer is_in(answer there, guint16 number, guint16 first, guint16 last) {
    if (there != YES)
        return there;
    return number >= first && number <= last ? YES : NO;
}

static answer ask(const sx_condition *condition, const sx_bullet_facts *facts) {
    static const sx_situation nothing = {0};
    const sx_situation *of = facts->situation != NULL ? facts->situation : &nothing;
    guint16 first = condition->first;
    guint16 last = condition->last;
    switch ((sx_condition_kind)condition->kind) {
    case SX_IF_EVIDENCE: return has_evidence(facts, first);
    case SX_IF_Q850: return is_in(is_so(of, SX_SITUATION_Q850), of->q850, first, last);
    case SX_IF_WARNING: return is_in(is_so(of, SX_SITUATION_WARNING), of->warning, first, last);
    case SX_IF_CODE: return is_in(is_so(of, SX_SITUATION_CODE), of->code, first, last);
    case SX_IF_METHOD: return is_in(is_so(of, SX_SITUATION_METHOD), of->method, first, first);
    default: return is_so(of, first);
    }
}

/* Whether nothing speaks against a bullet: YES if all of its conditions hold, UNKNOWN if some may not. */
static answer fits(const sx_bullet *bullet, const sx_bullet_facts *facts) {
    answer all = YES;
    for (guint i = 0; i < bullet->n_conditions; i++) {
        const sx_condition *condition = &sx_condition_entries[bullet->first_condition + i];
        answer one = ask(condition, facts);
        if (one == (condition->wanted ? NO : YES))
            return NO;
        if (one == UNKNOWN)
            all = UNKNOWN;
    }
    return all;
}

guint sx_bullets_select(sx_bullets list, const sx_bullet_facts *facts, sx_word *shown,
                        guint limit) {
    guint n = 0;
    for (guint i = 0; i < list.count && n < limit; i++) {
        const sx_bullet *bullet = &sx_bullet_entries[list.first + i];
        if (fits(bullet, facts) != NO)
            shown[n++] = bullet->text;
    }
    return n;
}

sx_word sx_bullets_first(sx_bullets list, const sx_bullet_facts *facts, sx_word otherwise) {
    for (guint i = 0; i < list.count; i++) {
        const sx_bullet *bullet = &sx_bullet_entries[list.first + i];
        if (fits(bullet, facts) == YES)
            return bullet->text;
    }
    return otherwise;
}
