/* SPDX-License-Identifier: GPL-2.0-or-later
 * A BYE of the answering side that got no ACK (RFC 3261 section 13.3.1.4).
 */
#include "diagnose/ack/ack_state.h"
#include "evidence.h"
#include "rules.h"

#define DROP_FROM                                                                                  \
    (4 * SX_SECOND) /* how long answerers wait for the ACK: 64*T1, less on some stacks */
#define DROP_TO (40 * SX_SECOND)
#define DROP_COPIES 3

/* Whether a Reason tells of an ACK that did not come. */
static gboolean names_missing_ack(sx_context *context) {
    if (!sx_message_has(context->message, SX_HDR_REASON))
        return FALSE;
    return sx_reason_has(context->message, "SIP", 408) ||
           sx_reason_has(context->message, "RELEASE_CAUSE", 4) ||
           sx_matches(sx_context_text(context), "(^|[^a-z])ack");
}

gboolean sx_rule_ack_call_dropped(sx_context *context) {
    const sx_observation *seen = &context->seen;
    sx_transaction_walk walk = {0};
    const sx_transaction *t;
    if (!context->message->headers_complete || seen->keys.from_tag == 0)
        return FALSE;
    gboolean named = names_missing_ack(context);
    while ((t = sx_calls_walk(context->calls, seen->call, &walk)) != NULL) {
        const sx_final *final = t->keys.method == SX_METHOD_INVITE ? t->final : NULL;
        while (final != NULL && (final->code >= 300 || final->to_tag != seen->keys.from_tag))
            final = final->next;
        if (final == NULL || sx_ack_is_acknowledged(seen->call, final, t->keys.cseq))
            continue;
        gint64 since = sx_gap(final->time, context->packet->time);
        gboolean repeated = final->copies >= DROP_COPIES && since >= DROP_FROM && since <= DROP_TO;
        if (!named && !repeated)
            continue;
        sx_ev_ack_call_dropped_headline(context->out, since);
        if (final->copies > 1)
            sx_ev_ack_call_dropped_repeated(context->out, final->frame, final->copies, since);
        else
            sx_ev_ack_call_dropped_answered(context->out, final->frame, since);
        const char *text = sx_context_words(context);
        if (text != NULL)
            sx_ev_ack_call_dropped_reason(context->out, text);
        return TRUE;
    }
    return FALSE;
}
