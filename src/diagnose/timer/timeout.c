/* SPDX-License-Identifier: GPL-2.0-or-later
 * Answers of a server that waited in vain: 408 and 504, and a 487 that nobody asked for (RFC 3261 sections 13.2.1 and
 * 16.8, RFC 4320).
 */
#include "diagnose/context.h"
#include "diagnose/requests.h"
#include "evidence.h"
#include "rules.h"
#include "wire/expires.h"

#define SILENCE (30 * SX_SECOND) /* Timer B is 32 s */

/* What the sender of this answer had sent on, and its first final response: it came, and did not count. */
static void add_answer_behind(sx_context *context, const sx_transaction *t) {
    sx_transaction_walk walk = {0};
    const sx_transaction *other;
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (!sx_transaction_is_sent_on(other, t) || other->final == NULL)
            continue;
        sx_ev_timer_non_invite_408_behind(context->out, other->frame, other->final->code,
                                          other->final->frame);
        return;
    }
}

gboolean sx_rule_timer_non_invite_408(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    sx_ev_timer_non_invite_408_after(context->out, sx_context_since_request(context), t->frame);
    if (t->copies > 1)
        sx_ev_timer_non_invite_408_copies(context->out, t->copies);
    sx_ev_timer_non_invite_408_sender(context->out,
                                      sx_context_place(context, t->server, t->server_port));
    if (t->keys.method == SX_METHOD_CANCEL)
        sx_ev_timer_non_invite_408_cancel(context->out);
    add_answer_behind(context, t);
    return TRUE;
}

/* A request that the sender of this answer sent on, and that has no final response yet. */
static const sx_transaction *open_downstream(const sx_context *context, const sx_transaction *t) {
    sx_transaction_walk walk = {0};
    const sx_transaction *other;
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (sx_transaction_is_sent_on(other, t) && other->final == NULL)
            return other;
    }
    return NULL;
}

/* Some servers have another code for a next hop that said nothing at all until Timer B fired. */
static gboolean ends_silence(const sx_context *context, const sx_transaction *open) {
    guint code = context->message->code;
    return (code == 480 || code == 500 || code == 503) && open != NULL &&
           open->response_frame == 0 && sx_gap(open->time, context->packet->time) >= SILENCE;
}

gboolean sx_rule_timer_next_hop_timeout(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    guint code = context->message->code;
    const sx_transaction *open = open_downstream(context, t);
    if ((code != 408 && code != 504 && !ends_silence(context, open)) || t->keys.to_tag != 0)
        return FALSE;
    sx_ev_timer_next_hop_timeout_after(context->out, sx_context_since_request(context), t->frame);
    if (t->ring_frame != 0)
        sx_ev_timer_next_hop_timeout_rang(context->out, sx_gap(t->ring_time, context->packet->time),
                                          t->ring_code, t->ring_frame);
    else if (t->trying_frame != 0)
        sx_ev_timer_next_hop_timeout_only_trying(context->out, t->trying_frame);
    else
        sx_ev_timer_next_hop_timeout_nothing(context->out);
    if (open != NULL)
        sx_ev_timer_next_hop_timeout_open(
            context->out, open->frame, sx_context_place(context, open->server, open->server_port));
    const sx_transaction *cancel = sx_calls_transaction(context->calls, t->cancel);
    if (cancel != NULL)
        sx_ev_timer_next_hop_timeout_cancel(context->out, cancel->frame);
    return TRUE;
}

gboolean sx_rule_timer_terminated_without_cancel(sx_context *context) {
    const sx_transaction *invite = context->seen.transaction;
    guint32 expires = sx_request_terms_of(invite).expires;
    gint64 after = sx_context_since_request(context);
    if (invite->cancel != 0 || sx_calls_bye_after(context->calls, invite, FALSE) != NULL)
        return FALSE;
    sx_ev_timer_terminated_without_cancel_after(context->out, after, invite->frame);
    if (expires == SX_NO_SECONDS)
        sx_ev_timer_terminated_without_cancel_no_expires(context->out);
    else if (context->precision == SX_TIME_NONE)
        return TRUE;
    else if (after >= ((gint64)expires - 1) * SX_SECOND)
        sx_ev_timer_terminated_without_cancel_expired(context->out, expires * SX_SECOND);
    else
        sx_ev_timer_terminated_without_cancel_not_expired(context->out, expires * SX_SECOND);
    return TRUE;
}
