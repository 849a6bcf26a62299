/* SPDX-License-Identifier: GPL-2.0-or-later
 * Headers that a response must carry and does not.
 */
#include "diagnose/context.h"
#include "evidence.h"
#include "rules.h"

static gboolean is_contact_of_answer(const sx_mandatory_rule *rule) {
    return rule->one_of[0] == SX_HDR_CONTACT && rule->weight == SX_MISSING_USELESS;
}

/* A challenge that is missing has a diagnosis of its own. */
static gboolean is_challenge(const sx_mandatory_rule *rule) {
    return rule->one_of[0] == SX_HDR_WWW_AUTHENTICATE ||
           rule->one_of[0] == SX_HDR_PROXY_AUTHENTICATE;
}

gboolean sx_rule_header_missing_contact(sx_context *context) {
    sx_missing_set missing = context->missing;
    const sx_mandatory_rule *rule = sx_missing_next(&missing);
    while (rule != NULL && !is_contact_of_answer(rule))
        rule = sx_missing_next(&missing);
    if (rule == NULL)
        return FALSE;
    sx_ev_header_missing_contact_answer(context->out, context->message->code);
    if (context->seen.transaction != NULL && context->seen.transaction->keys.to_tag != 0)
        sx_ev_header_missing_contact_old_target(context->out);
    if (context->seen.keys.to_tag == 0)
        sx_ev_header_missing_contact_no_tag(context->out);
    if (sx_message_has(context->message, SX_HDR_RECORD_ROUTE))
        sx_ev_header_missing_contact_record_route(context->out);
    return TRUE;
}

gboolean sx_rule_header_missing_mandatory(sx_context *context) {
    sx_missing_set missing = context->missing;
    const sx_mandatory_rule *rule;
    gboolean any = FALSE;
    while ((rule = sx_missing_next(&missing)) != NULL) {
        if (rule->weight == SX_MISSING_NOTED || is_contact_of_answer(rule) || is_challenge(rule))
            continue;
        if (rule->weight == SX_MISSING_USELESS)
            context->severity = SX_SEVERITY_ERROR;
        if (!any)
            sx_ev_header_missing_mandatory_headline(context->out, rule->what,
                                                    context->message->code);
        sx_ev_header_missing_mandatory_missing(context->out, context->message->code, rule->what,
                                               rule->rfc, rule->section);
        any = TRUE;
    }
    return any;
}
