/* SPDX-License-Identifier: GPL-2.0-or-later
 * The session timer (RFC 4028).
 */
#include "diagnose/session/session_state.h"
#include "evidence.h"
#include "rules.h"

#define MAX_TIMERS 4    /* of one call */
#define MIN_INTERVAL 90 /* shortest session timer (RFC 4028 section 4) */
#define SLACK (2 * SX_SECOND)

sx_session_timer *sx_session_timer_of(const sx_session_call *state, guint64 tag, guint64 other) {
    for (guint i = 0; state != NULL && i < state->n_timers; i++) {
        sx_session_timer *timer = &state->timers[i];
        if ((timer->tag == tag && timer->other_tag == other) ||
            (timer->tag == other && timer->other_tag == tag))
            return timer;
    }
    return NULL;
}

/* A 2xx to INVITE or UPDATE sets the session timer anew; without Session-Expires it turns it off (RFC 4028 section 9). */
void sx_session_learn_timer(sx_context *context) {
    const sx_keys *keys = &context->seen.keys;
    sx_slice value = sx_message_header(context->message, SX_HDR_SESSION_EXPIRES);
    sx_slice who;
    guint digits;
    guint32 interval = sx_slice_number(value, &digits);
    sx_session_call *state = sx_session_call_of(context);
    sx_session_timer *timer = sx_session_timer_of(state, keys->from_tag, keys->to_tag);
    if (keys->from_tag == 0 || keys->to_tag == 0 || context->seen.relayed_from != NULL)
        return;
    if (timer == NULL && digits > 0) {
        state = sx_session_call_make(context);
        if (state->n_timers >= MAX_TIMERS)
            return;
        state->timers = g_renew(sx_session_timer, state->timers, state->n_timers + 1u);
        timer = &state->timers[state->n_timers++];
    }
    if (timer == NULL)
        return;
    *timer = (sx_session_timer){keys->from_tag,  keys->to_tag,           digits > 0 ? interval : 0,
                                SX_NO_REFRESHER, context->packet->frame, context->packet->time};
    if (sx_slice_param(value, "refresher", &who))
        timer->refresher = sx_slice_is(who, "uas") ? SX_REFRESHER_UAS : SX_REFRESHER_UAC;
}

/* Refreshes that were tried since then. One that was accepted would have set the timer anew. */
static void add_refreshes(sx_context *context, guint32 since) {
    const sx_keys *keys = &context->seen.keys;
    const sx_transaction *other;
    sx_transaction_walk walk = {0};
    guint n = 0;
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL && n < 3) {
        if (!sx_session_is_change(other) || other->frame <= since ||
            !sx_session_is_dialog_of(other, keys))
            continue;
        n++;
        if (other->final != NULL)
            sx_ev_session_timer_expired_refused(context->out, sx_transaction_method(other),
                                                other->frame, other->final->code);
        else
            sx_ev_session_timer_expired_unanswered(context->out, sx_transaction_method(other),
                                                   other->frame);
    }
    if (n == 0)
        sx_ev_session_timer_expired_none(context->out);
}

gboolean sx_session_timer_is_out(const sx_session_timer *timer, gint64 time) {
    gint64 interval = timer->interval * SX_SECOND;
    gint64 since = sx_gap(timer->time, time);
    return since >= interval - MIN(32 * SX_SECOND, interval / 3) - SLACK &&
           since <= interval + SLACK;
}

gboolean sx_rule_session_timer_expired(sx_context *context) {
    const sx_keys *keys = &context->seen.keys;
    const sx_session_timer *timer =
        sx_session_timer_of(sx_session_call_of(context), keys->from_tag, keys->to_tag);
    if (timer == NULL || timer->interval < MIN_INTERVAL || sx_session_clears_normally(context) ||
        sx_calls_relayed_request(context->calls, &context->seen) != NULL ||
        !sx_session_timer_is_out(timer, context->packet->time))
        return FALSE;
    sx_ev_session_timer_expired_headline(context->out, sx_gap(timer->time, context->packet->time),
                                         timer->interval);
    if (timer->refresher == SX_NO_REFRESHER)
        sx_ev_session_timer_expired_no_refresher(context->out, timer->interval, timer->frame);
    else
        sx_ev_session_timer_expired_timer(context->out, timer->interval, timer->frame,
                                          timer->refresher == SX_REFRESHER_UAC ? "uac" : "uas");
    add_refreshes(context, timer->frame);
    return TRUE;
}
