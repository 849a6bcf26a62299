/* SPDX-License-Identifier: GPL-2.0-or-later
 * The called side is busy, or declines.
 */
#include "details/q850.h"
#include "diagnose/callee/callee_state.h"
#include "evidence.h"
#include "rules.h"

#define SHORTEST_LOOK SX_SECOND /* in which a person can see who calls */

/* Evidence that busy and declined share: since when it rang, and the cause behind it. */
#define ADD_END(name, context)                                                                     \
    do {                                                                                           \
        const sx_transaction *transaction = (context)->seen.transaction;                           \
        gint cause = sx_reason_q850((context)->message);                                           \
        if (has_rung(transaction))                                                                 \
            sx_ev_##name##_rang((context)->out, transaction->ring_frame);                          \
        else if (transaction != NULL && transaction->ring_frame != 0)                              \
            sx_ev_##name##_progress((context)->out, transaction->ring_code,                        \
                                    transaction->ring_frame, sx_callee_ring_time(context));        \
        else if (transaction != NULL)                                                              \
            sx_ev_##name##_answered((context)->out, transaction->frame);                           \
        else                                                                                       \
            sx_ev_##name##_orphan((context)->out);                                                 \
        if (cause >= 0)                                                                            \
            sx_ev_##name##_cause((context)->out, sx_reason_q850_header((context)->message),        \
                                 (guint64)cause, sx_q850_name((guint)cause));                      \
    } while (0)

/* 181 to 183 may come without any ringing: announcements, forwarding. */
static gboolean has_rung(const sx_transaction *transaction) {
    return transaction != NULL && transaction->ring_frame != 0 && transaction->ring_code == 180;
}

static gboolean is_in_dialog(const sx_context *context) {
    return context->seen.transaction != NULL && context->seen.transaction->keys.to_tag != 0;
}

gboolean sx_rule_callee_busy(sx_context *context) {
    guint code = context->message->code;
    if ((code != 486 && code != 600) || is_in_dialog(context))
        return FALSE;
    if (has_rung(context->seen.transaction) && sx_callee_ring_time(context) >= SX_LONG_RING)
        sx_ev_callee_busy_headline(context->out, sx_callee_ring_time(context));
    ADD_END(callee_busy, context);
    guint32 other = sx_callee_other_call(context);
    if (other != 0)
        sx_ev_callee_busy_in_call(context->out, other);
    if (sx_message_has(context->message, SX_HDR_RETRY_AFTER))
        sx_ev_callee_busy_retry_after(
            context->out, sx_context_header(context, SX_HDR_RETRY_AFTER, SX_SHOWN_WHOLE));
    if (code == 600)
        sx_ev_callee_busy_everywhere(context->out);
    return TRUE;
}

/* 480 while it rings, too soon for a no-answer timer and without another word: many phones send it for reject. */
static gboolean gave_up_soon(const sx_context *context) {
    const sx_message *message = context->message;
    return message->code == 480 && has_rung(context->seen.transaction) &&
           sx_gap_at_least(context->precision, context->seen.transaction->ring_time,
                           context->packet->time) >= SHORTEST_LOOK &&
           sx_callee_ring_time(context) < SX_LONG_RING && !sx_message_has(message, SX_HDR_REASON) &&
           !sx_message_has(message, SX_HDR_WARNING);
}

gboolean sx_rule_callee_declined(sx_context *context) {
    guint code = context->message->code;
    if ((code != 603 && code != 607 && !gave_up_soon(context)) || is_in_dialog(context))
        return FALSE;
    if (code == 607)
        sx_ev_callee_declined_headline(context->out);
    if (code == 480)
        sx_ev_callee_declined_headline_not_taken(context->out, sx_callee_ring_time(context));
    ADD_END(callee_declined, context);
    const char *phrase = sx_context_shown(context, context->message->phrase, SX_SHOWN_WHOLE);
    if (*phrase != '\0' && !sx_slice_is(sx_slice_trim(context->message->phrase), "Decline"))
        sx_ev_callee_declined_phrase(context->out, phrase);
    return TRUE;
}
