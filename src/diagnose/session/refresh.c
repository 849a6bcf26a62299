/* SPDX-License-Identifier: GPL-2.0-or-later
 * BYE because a re-INVITE or UPDATE failed: that of the session timer, refused or not answered (RFC 4028 sections 7.2 and
 * 10), or any that was not answered.
 */
#include "diagnose/requests.h"
#include "diagnose/session/session_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/expires.h"

#define ENDS_WITHIN (5 * SX_SECOND) /* of a refusal */
#define WAITED (4 * SX_SECOND)      /* for an answer, before the BYE */
#define MAX_SHOWN 3

/* A step on the way, or the end of a request that the BYE itself ended. */
static gboolean is_no_refusal(guint code) {
    return code == 401 || code == 407 || code == 487 || code == 491;
}

/* The next older change of this dialog behind a frame. */
static const sx_transaction *next_change(const sx_context *context, sx_transaction_walk *walk,
                                         guint32 since) {
    const sx_transaction *other;
    while ((other = sx_calls_walk(context->calls, context->seen.call, walk)) != NULL) {
        if (sx_session_is_change(other) && other->frame > since && other->keys.to_tag != 0 &&
            sx_session_is_dialog_of(other, &context->seen.keys))
            return other;
    }
    return NULL;
}

/* Whether the BYE at hand follows from this change: that of a session timer may also have been refused long before. */
static gboolean follows_from(const sx_context *context, const sx_transaction *change,
                             const sx_session_timer *timer) {
    gint64 now = context->packet->time;
    const sx_final *final = change->final;
    gboolean refreshes = timer != NULL || sx_request_terms_of(change).session != SX_NO_SECONDS;
    if (final == NULL)
        return sx_gap(change->time, now) >= WAITED;
    if (final->code < 300 || is_no_refusal(final->code) || !refreshes)
        return FALSE;
    return sx_gap(final->time, now) <= ENDS_WITHIN ||
           (timer != NULL && sx_session_timer_is_out(timer, now));
}

static void add_headline(const sx_context *context, const sx_transaction *change,
                         const sx_session_timer *timer) {
    if (timer == NULL && sx_request_terms_of(change).session == SX_NO_SECONDS)
        return;
    if (change->final != NULL)
        sx_ev_session_refresh_failed_headline_refused(context->out, change->final->code);
    else
        sx_ev_session_refresh_failed_headline_unanswered(context->out);
}

/* The timer, and whose turn it was. */
static void add_timer(sx_context *context, const sx_session_timer *timer) {
    const sx_observation *seen = &context->seen;
    if (timer == NULL)
        return;
    if (timer->refresher == SX_NO_REFRESHER) {
        sx_ev_session_refresh_failed_no_refresher(context->out, timer->interval, timer->frame);
        return;
    }
    guint64 tag = timer->refresher == SX_REFRESHER_UAC ? timer->tag : timer->other_tag;
    const sx_host *refresher = tag == seen->keys.from_tag ? seen->source : seen->destination;
    sx_ev_session_refresh_failed_timer(context->out, timer->interval, timer->frame,
                                       sx_context_place(context, refresher, 0));
}

static void add_changes(sx_context *context, guint32 since) {
    gint64 now = context->packet->time;
    const sx_transaction *change;
    sx_transaction_walk walk = {0};
    for (guint n = 0; n < MAX_SHOWN && (change = next_change(context, &walk, since)) != NULL; n++) {
        const char *method = sx_transaction_method(change);
        const sx_final *final = change->final;
        if (final == NULL)
            sx_ev_session_refresh_failed_unanswered(context->out, method, change->frame,
                                                    sx_gap(change->time, now));
        else if (final->code >= 300 && !is_no_refusal(final->code))
            sx_ev_session_refresh_failed_refused(context->out, method, change->frame, final->code,
                                                 final->frame, sx_gap(final->time, now));
    }
}

gboolean sx_rule_session_refresh_failed(sx_context *context) {
    const sx_keys *keys = &context->seen.keys;
    const sx_session_timer *timer =
        sx_session_timer_of(sx_session_call_of(context), keys->from_tag, keys->to_tag);
    sx_transaction_walk walk = {0};
    if (timer != NULL && timer->interval == 0)
        timer = NULL;
    guint32 since = timer != NULL ? timer->frame : 0;
    const sx_transaction *newest = next_change(context, &walk, since);
    if (newest == NULL || !follows_from(context, newest, timer) ||
        sx_calls_relayed_request(context->calls, &context->seen) != NULL)
        return FALSE;
    add_headline(context, newest, timer);
    add_timer(context, timer);
    add_changes(context, since);
    return TRUE;
}
