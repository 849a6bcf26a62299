/* SPDX-License-Identifier: GPL-2.0-or-later
 * Limits that a refusal names in words, whatever its code: credit, calls per second, calls at the same time, licenses.
 */
#include "diagnose/context.h"
#include "diagnose/said.h"
#include "evidence.h"
#include "rules.h"

static const char *const limit_words[] = {
    "credit",  "balance", "fund",  "cost",   "money", "rate",     "cps",   "second",
    "throttl", "flood",   "limit", "exceed", "max",   "too many", "licen", NULL};

/* clang-format off */
static const char credit[] =
    "\\b(no|not enough|insufficient|out of|low|zero|negative)\\b.{0,20}\\b(credits?|balance|funds?|money)\\b|"
    "\\b(credits?|balance|funds?)\\b.{0,20}\\b(low|exhausted|insufficient|exceeded|expired|limit)|"
    "\\b(max\\w*|too high) cost|\\bcost\\b.{0,12}(limit|exceed|max|too high)";
static const char rate[] =
    "\\brate.?limit|\\bcps\\b|calls? per second|too many (requests|registrations)|throttl|\\bflood|call rate|"
    "\\brate (is )?exceeded|exceed\\w* .{0,10}\\brate\\b";
/* Other things have limits too. FreeSWITCH says "Maximum Calls In Progress" also while it starts or is paused. */
#define OTHER_LIMITS "^(?!.*\\b(time|duration|length|size|hops?|forward\\w*|interval|timer)\\b).*"
static const char channels[] =
    OTHER_LIMITS "\\b(channel|call|session|concurren\\w*|simultaneous|line|capacity|trunk|port|contact|registration)s?\\b"
    ".{0,16}\\b(limit|exceed\\w*)|"
    OTHER_LIMITS "\\b(limit|too many|exceed\\w*|max\\w*)\\b"
    ".{0,16}\\b(channels?|calls?|sessions?|concurren\\w*|simultaneous|contacts|registrations)\\b(?! in progress)";
static const char license[] = "\\blicen[sc]es?\\b";
/* clang-format on */

gboolean sx_rule_policy_limit_reached(sx_context *context) {
    static const struct {
        const char *pattern;
        void (*row)(sx_finding_builder *out);
    } kinds[] = {
        {license, sx_ev_policy_limit_reached_license},
        {credit, sx_ev_policy_limit_reached_credit},
        {rate, sx_ev_policy_limit_reached_rate},
        {channels, sx_ev_policy_limit_reached_channels},
    };
    if (!sx_has_word(sx_context_text(context), limit_words))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        const char *said = sx_said_matching(context, limit_words, kinds[i].pattern);
        if (said == NULL)
            continue;
        sx_ev_policy_limit_reached_headline(context->out, said);
        sx_ev_policy_limit_reached_said(context->out, sx_context_said(context));
        kinds[i].row(context->out);
        if (context->seen.transaction != NULL)
            sx_ev_policy_limit_reached_answered(context->out, sx_context_since_request(context),
                                                context->seen.transaction->frame);
        return TRUE;
    }
    return FALSE;
}
