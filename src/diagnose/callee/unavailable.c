/* SPDX-License-Identifier: GPL-2.0-or-later
 * Nobody there: no answer, or no registration.
 */
#include "details/q850.h"
#include "diagnose/callee/callee_state.h"
#include "diagnose/register/register.h"
#include "diagnose/vendor/vendor.h"
#include "evidence.h"
#include "rules.h"

#define UNREGISTERED (30 * SX_SECOND) /* grace after the end of a registration */
#define CALL_REJECTED 21              /* Q.850 */

/* What the registrations in this capture say about the callee; only where the phone never rang. */
static gboolean was_unregistered(sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    if (transaction->ring_frame != 0 || !sx_context_is_initial(context))
        return FALSE;
    const sx_registration *last = sx_register_last(context, transaction);
    if (last == NULL)
        return FALSE;
    gint64 since = sx_gap(last->ends, context->packet->time);
    if (last->removed)
        sx_ev_callee_not_registered_removed(context->out, last->frame, since);
    else if (since > UNREGISTERED)
        sx_ev_callee_not_registered_ended(context->out, last->frame, since);
    return last->removed || since > UNREGISTERED;
}

gboolean sx_rule_callee_not_registered(sx_context *context) {
    static const char *const words[] = {"not", "unregistered", "offline", "absent", NULL};
    static const char pattern[] = "not[ _](registered|logged|online)|unregistered|offline|"
                                  "subscriber absent";
    const char *text = sx_context_text(context);
    gboolean said = sx_matches_with(text, words, pattern);
    gboolean absent = sx_reason_q850(context->message) == 20;
    gboolean freeswitch = sx_vendor_says(context, "freeswitch.user-not-registered");
    if (said)
        sx_ev_callee_not_registered_said(context->out, sx_context_said(context));
    if (absent)
        sx_ev_callee_not_registered_absent(context->out, sx_reason_q850_header(context->message));
    if (freeswitch)
        sx_ev_callee_not_registered_freeswitch(context->out);
    gboolean shown = was_unregistered(context);
    return said || absent || freeswitch || shown;
}

gboolean sx_rule_callee_no_answer(sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    guint code = context->message->code;
    if ((code != 480 && code != 408 && code != 504) || !sx_context_is_initial(context))
        return FALSE;
    gint cause = sx_reason_q850(context->message);
    gboolean said = code == 480 && (cause == 18 || cause == 19);
    gboolean rang = transaction->ring_frame != 0 && sx_callee_ring_time(context) >= SX_LONG_RING;
    if ((!said && !rang) || (code == 480 && cause == CALL_REJECTED))
        return FALSE;
    if (rang)
        sx_ev_callee_no_answer_headline(context->out, sx_callee_ring_time(context));
    if (transaction->ring_frame != 0)
        sx_ev_callee_no_answer_rang(context->out, transaction->ring_code, transaction->ring_frame);
    if (said)
        sx_ev_callee_no_answer_cause(context->out, sx_reason_q850_header(context->message),
                                     (guint64)cause, sx_q850_name((guint)cause));
    return TRUE;
}
