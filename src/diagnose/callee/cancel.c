/* SPDX-License-Identifier: GPL-2.0-or-later
 * CANCEL, and the 487 behind it (RFC 3261 sections 9 and 16.7; RFC 3326).
 */
#include "diagnose/callee/callee_state.h"
#include "diagnose/session/session.h"
#include "diagnose/transfer/transfer.h"
#include "evidence.h"
#include "rules.h"

#define ELSEWHERE_GAP (2 * SX_SECOND) /* 2xx of the other branch to the CANCEL */

/** The first Reason of a CANCEL. */
typedef struct {
    const char *text;   /* lives as long as the findings */
    gboolean elsewhere; /* it says that the call was answered elsewhere */
} cancel_reason;

static const sx_attachment_kind kind = {sizeof(cancel_reason), NULL};

/* The CANCEL of the INVITE at hand, or the INVITE of the CANCEL; NULL if there is none. */
static const sx_transaction *counterpart(const sx_context *context) {
    return sx_calls_transaction(context->calls, context->seen.transaction->cancel);
}

static gboolean says_elsewhere(sx_context *context) {
    return sx_reason_has(context->message, "SIP", 200) ||
           (sx_message_has(context->message, SX_HDR_REASON) &&
            sx_matches(sx_context_text(context), "complet(ed|ion) elsewhere"));
}

void sx_callee_learn_cancel(sx_context *context) {
    sx_header_walk walk = {0};
    sx_slice reason;
    if (!sx_message_next_element(context->message, SX_HDR_REASON, &walk, &reason))
        return;
    cancel_reason *state =
        (cancel_reason *)sx_attachment_make(&context->seen.transaction->attached, &kind);
    state->elsewhere = says_elsewhere(context);
    state->text = sx_findings_text(context->out, reason, SX_SHOWN);
}

static const cancel_reason *reason_of(const sx_transaction *cancel) {
    return (const cancel_reason *)SX_ATTACHED(cancel, &kind);
}

/* The answered branch of the same fork, whose 2xx came to the sender of the CANCEL just before it. */
static const sx_transaction *answered_branch(const sx_context *context, const sx_transaction *lost,
                                             const sx_transaction *cancel) {
    sx_transaction_walk walk = {0};
    const sx_transaction *other;
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other->keys.method != SX_METHOD_INVITE || other->keys.cseq != lost->keys.cseq ||
            other->keys.branch == lost->keys.branch || other->client != cancel->client)
            continue;
        const sx_final *success = sx_transaction_success(other);
        if (success != NULL && success->frame < cancel->frame &&
            sx_gap(success->time, cancel->time) <= ELSEWHERE_GAP)
            return other;
    }
    return NULL;
}

/* Another phone picked the call up: the caller took its INVITE with Replaces, and then ended this one. */
static const sx_takeover *taken_over(const sx_context *context, const sx_transaction *invite,
                                     const sx_transaction *cancel) {
    const sx_takeover *takeover = sx_transfer_takeover_of(context->seen.call);
    if (takeover == NULL || cancel == NULL || takeover->accepted_frame > cancel->frame ||
        (takeover->tags[0] != invite->keys.from_tag && takeover->tags[1] != invite->keys.from_tag))
        return NULL;
    return takeover;
}

gboolean sx_rule_benign_answered_elsewhere(sx_context *context) {
    const sx_transaction *invite = context->seen.transaction;
    const sx_transaction *cancel = counterpart(context);
    const sx_transaction *winner = cancel ? answered_branch(context, invite, cancel) : NULL;
    const sx_takeover *takeover = taken_over(context, invite, cancel);
    const cancel_reason *reason = reason_of(cancel);
    gboolean by_cancel = reason != NULL && reason->elsewhere;
    if (!by_cancel && winner == NULL && takeover == NULL && !says_elsewhere(context))
        return FALSE;
    if (by_cancel)
        sx_ev_benign_answered_elsewhere_reason(context->out, cancel->frame, reason->text);
    else if (cancel != NULL)
        sx_ev_benign_answered_elsewhere_cancel(context->out, cancel->frame);
    if (winner != NULL) {
        const sx_final *success = sx_transaction_success(winner);
        sx_ev_benign_answered_elsewhere_winner(
            context->out, sx_context_place(context, winner->server, winner->server_port),
            success->code, success->frame);
    }
    if (takeover != NULL)
        sx_ev_benign_answered_elsewhere_pickup(context->out, takeover->frame,
                                               takeover->accepted_code, takeover->accepted_frame);
    if (!by_cancel && winner == NULL && takeover == NULL)
        sx_ev_benign_answered_elsewhere_own_reason(context->out);
    return TRUE;
}

/* The INVITE that the sender of the CANCEL had got itself, and that nobody canceled; NULL: the caller gave up, or it is not
 * known. */
static const sx_transaction *left_open(const sx_context *context, const sx_transaction *invite) {
    const sx_transaction *before = sx_calls_transaction(context->calls, invite->upstream);
    while (before != NULL && before->cancel != 0)
        before = sx_calls_transaction(context->calls, before->upstream);
    return before != NULL && sx_calls_bye_after(context->calls, before, TRUE) == NULL ? before
                                                                                      : NULL;
}

gboolean sx_rule_benign_attempt_ended(sx_context *context) {
    const sx_transaction *invite = context->seen.transaction;
    const sx_transaction *cancel = counterpart(context);
    const sx_transaction *open = cancel != NULL ? left_open(context, invite) : NULL;
    if (open == NULL)
        return FALSE;
    gint64 after = sx_gap(invite->time, cancel->time);
    /* The first of several servers that pass the CANCEL on is the one behind the open INVITE. */
    const char *who = sx_context_place(context, open->server, open->server_port);
    gboolean answered = open->final != NULL && open->final->frame < cancel->frame;
    if (answered)
        sx_ev_benign_attempt_ended_headline(context->out, who, after);
    else
        sx_ev_benign_attempt_ended_headline_open(context->out, who, after);
    sx_ev_benign_attempt_ended_cancel(
        context->out, sx_context_place(context, cancel->client, cancel->client_port), cancel->frame,
        after);
    if (answered)
        sx_ev_benign_attempt_ended_answered(context->out, open->frame, open->final->code,
                                            open->final->frame);
    else
        sx_ev_benign_attempt_ended_waiting(context->out, open->frame);
    if (invite->ring_frame != 0)
        sx_ev_benign_attempt_ended_rang(context->out, sx_gap(invite->ring_time, cancel->time),
                                        invite->ring_code, invite->ring_frame);
    else
        sx_ev_benign_attempt_ended_never_rang(context->out);
    return TRUE;
}

static void add_ring_time(sx_context *context, const sx_transaction *invite, gint64 until) {
    if (invite->ring_frame != 0)
        sx_ev_benign_cancelled_by_caller_rang(context->out, sx_gap(invite->ring_time, until),
                                              invite->ring_code, invite->ring_frame);
    else
        sx_ev_benign_cancelled_by_caller_never_rang(context->out);
}

gboolean sx_rule_benign_cancelled_by_caller(sx_context *context) {
    const sx_transaction *invite = context->seen.transaction;
    const sx_transaction *end = counterpart(context);
    const cancel_reason *reason = reason_of(end);
    gboolean by_bye = end == NULL;
    if (by_bye && sx_transaction_success(invite) == NULL)
        end = sx_calls_bye_after(context->calls, invite, TRUE);
    if (end == NULL)
        return FALSE;
    gint64 after = sx_gap(invite->time, end->time);
    const sx_transaction *prack = sx_session_unanswered_prack(context, invite);
    if (prack != NULL) {
        sx_ev_benign_cancelled_by_caller_headline_prack(context->out, after, prack->frame);
        sx_ev_benign_cancelled_by_caller_prack(context->out, prack->frame, prack->copies);
    }
    sx_ev_benign_cancelled_by_caller_headline(context->out, after);
    const char *who = sx_context_place(context, end->client, end->client_port);
    if (by_bye)
        sx_ev_benign_cancelled_by_caller_bye(context->out, who, end->frame, after);
    else
        sx_ev_benign_cancelled_by_caller_cancel(context->out, who, end->frame, after);
    add_ring_time(context, invite, end->time);
    if (!by_bye && reason != NULL)
        sx_ev_benign_cancelled_by_caller_reason(context->out, reason->text);
    return TRUE;
}

gboolean sx_rule_benign_cancel_too_late(sx_context *context) {
    const sx_transaction *cancel = context->seen.transaction;
    const sx_transaction *invite = counterpart(context);
    guint code = context->message->code;
    if ((code != 481 && code != 487) || invite == NULL || invite->final == NULL)
        return FALSE;
    const sx_final *final = invite->final;
    if (final->frame < cancel->frame) {
        sx_ev_benign_cancel_too_late_answered(context->out, final->code, final->frame,
                                              sx_gap(final->time, cancel->time), cancel->frame);
    } else {
        sx_ev_benign_cancel_too_late_headline(context->out, final->code);
        sx_ev_benign_cancel_too_late_crossed(context->out, cancel->frame, final->code, final->frame,
                                             sx_gap(cancel->time, final->time));
    }
    return TRUE;
}

gboolean sx_rule_benign_cancel_crossed_answer(sx_context *context) {
    const sx_transaction *cancel = counterpart(context);
    if (cancel == NULL || sx_transaction_success(context->seen.transaction) != context->seen.final)
        return FALSE;
    sx_ev_benign_cancel_crossed_answer_crossed(
        context->out, sx_gap(cancel->time, context->packet->time), cancel->frame,
        sx_context_place(context, cancel->client, cancel->client_port));
    return TRUE;
}
