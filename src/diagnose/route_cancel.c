/* SPDX-License-Identifier: GPL-2.0-or-later
 * CANCEL, the 487 behind it, and forks (RFC 3261 sections 9, 16.7 and 8.2.2.2; RFC 3326).
 */
#include "diagnose/family.h"
#include "diagnose/route.h"
#include "evidence.h"
#include "rules.h"

#define ELSEWHERE_GAP (2 * SX_SECOND) /* 2xx of the other branch to the CANCEL */
#define MERGE_GAP (32 * SX_SECOND)
#define MAX_BRANCHES 6 /* that evidence names */
#define MAX_VIAS 70    /* that are looked through */

/* The CANCEL of the INVITE at hand, or the INVITE of the CANCEL; NULL if there is none. */
static const sx_transaction *counterpart(const sx_context *context) {
    return sx_calls_transaction(context->calls, context->seen.transaction->cancel);
}

static gboolean says_elsewhere(sx_context *context) {
    return sx_reason_has(context->message, "SIP", 200) ||
           (sx_message_has(context->message, SX_HDR_REASON) &&
            sx_matches(sx_context_text(context), "complet(ed|ion) elsewhere"));
}

void sx_route_learn_cancel(sx_context *context) {
    sx_header_walk walk = {0};
    sx_slice reason;
    if (context->seen.keys.method != SX_METHOD_CANCEL || context->seen.repetition != SX_FIRST ||
        context->message->is_response ||
        !sx_message_next_element(context->message, SX_HDR_REASON, &walk, &reason))
        return;
    sx_route_kept *kept = sx_route_keep(context->seen.transaction);
    kept->elsewhere = says_elsewhere(context);
    kept->reason = g_strdup(sx_context_copy(context, sx_slice_head(reason, SX_ROUTE_MAX_TEXT)));
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
        const sx_final *success = sx_route_success(other);
        if (success != NULL && success->frame < cancel->frame &&
            sx_gap(success->time, cancel->time) <= ELSEWHERE_GAP)
            return other;
    }
    return NULL;
}

gboolean sx_rule_benign_answered_elsewhere(sx_context *context) {
    const sx_transaction *invite = context->seen.transaction;
    const sx_transaction *cancel = counterpart(context);
    const sx_transaction *winner = cancel ? answered_branch(context, invite, cancel) : NULL;
    const sx_route_kept *kept = sx_route_kept_of(cancel);
    gboolean by_cancel = kept != NULL && kept->elsewhere;
    if (!by_cancel && winner == NULL && !says_elsewhere(context))
        return FALSE;
    if (by_cancel)
        sx_ev_benign_answered_elsewhere_reason(context->out, cancel->frame, kept->reason);
    else if (cancel != NULL)
        sx_ev_benign_answered_elsewhere_cancel(context->out, cancel->frame);
    if (winner != NULL) {
        const sx_final *success = sx_route_success(winner);
        sx_ev_benign_answered_elsewhere_winner(
            context->out, sx_route_address(context, winner->server, winner->server_port),
            success->code, success->frame);
    }
    if (!by_cancel && winner == NULL)
        sx_ev_benign_answered_elsewhere_own_reason(context->out);
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
    const sx_route_kept *kept = sx_route_kept_of(end);
    gboolean by_bye = end == NULL;
    if (by_bye && sx_route_success(invite) == NULL)
        end = sx_route_bye_after(context, invite, TRUE);
    if (end == NULL)
        return FALSE;
    gint64 after = sx_gap(invite->time, end->time);
    sx_ev_benign_cancelled_by_caller_headline(context->out, after);
    const char *who = sx_route_address(context, end->client, end->client_port);
    if (by_bye)
        sx_ev_benign_cancelled_by_caller_bye(context->out, who, end->frame, after);
    else
        sx_ev_benign_cancelled_by_caller_cancel(context->out, who, end->frame, after);
    add_ring_time(context, invite, end->time);
    if (!by_bye && kept != NULL && kept->reason != NULL)
        sx_ev_benign_cancelled_by_caller_reason(context->out, kept->reason);
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
    if (cancel == NULL || sx_route_success(context->seen.transaction) != context->seen.final)
        return FALSE;
    sx_ev_benign_cancel_crossed_answer_crossed(
        context->out, sx_gap(cancel->time, context->packet->time), cancel->frame,
        sx_route_address(context, cancel->client, cancel->client_port));
    return TRUE;
}

/* The other copy came from here if its branch stands further down in the Via list, which a response repeats. */
static gboolean came_back(const sx_message *response, guint64 branch) {
    sx_header_walk walk = {0};
    sx_slice via;
    sx_slice value;
    for (guint i = 0; i < MAX_VIAS; i++) {
        if (!sx_message_next_element(response, SX_HDR_VIA, &walk, &via))
            return FALSE;
        if (i > 0 && sx_slice_param(via, "branch", &value) && sx_hash_slice(0, value) == branch)
            return TRUE;
    }
    return FALSE;
}

static gboolean is_same_request(const sx_transaction *other, const sx_transaction *t) {
    return other != t && other->keys.method == t->keys.method && other->keys.cseq == t->keys.cseq &&
           other->keys.from_tag == t->keys.from_tag && other->server == t->server &&
           other->keys.branch != t->keys.branch && ABS(other->time - t->time) <= MERGE_GAP;
}

gboolean sx_rule_benign_merged_request(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    sx_transaction_walk walk = {0};
    const sx_transaction *other;
    if (t->keys.to_tag != 0)
        return FALSE;
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (!is_same_request(other, t) || (other->final != NULL && other->final->code == 482))
            continue;
        if (came_back(context->message, other->keys.branch))
            return FALSE;
        sx_ev_benign_merged_request_other(
            context->out, other->frame,
            sx_route_address(context, other->client, other->client_port),
            sx_gap(other->time, t->time));
        if (other->final != NULL)
            sx_ev_benign_merged_request_answered(context->out, other->final->code,
                                                 other->final->frame);
        else if (other->ring_frame != 0)
            sx_ev_benign_merged_request_ringing(context->out, other->ring_code, other->ring_frame);
        else
            sx_ev_benign_merged_request_open(context->out);
        return TRUE;
    }
    return FALSE;
}

gboolean sx_rule_timer_terminated_without_cancel(sx_context *context) {
    const sx_transaction *invite = context->seen.transaction;
    const sx_route_kept *kept = sx_route_kept_of(invite);
    gint64 after = sx_context_since_request(context);
    if (invite->cancel != 0 || sx_route_bye_after(context, invite, FALSE) != NULL)
        return FALSE;
    sx_ev_timer_terminated_without_cancel_after(context->out, after, invite->frame);
    if (kept == NULL || kept->expires == SX_ROUTE_NONE)
        sx_ev_timer_terminated_without_cancel_no_expires(context->out);
    else if (after >= ((gint64)kept->expires - 1) * SX_SECOND)
        sx_ev_timer_terminated_without_cancel_expired(context->out, kept->expires * SX_SECOND);
    else
        sx_ev_timer_terminated_without_cancel_not_expired(context->out, kept->expires * SX_SECOND);
    return TRUE;
}

/* Whether this is a branch that the sender of an answer opened for the same request. */
static gboolean is_branch_of(const sx_transaction *branch, const sx_transaction *t) {
    return branch->keys.cseq == t->keys.cseq && branch->keys.method == t->keys.method &&
           branch->client == t->server && branch->keys.n_vias > t->keys.n_vias;
}

/* Whether all branches failed, each with another code than this one. */
static gboolean all_differ(const sx_context *context, guint code, guint *n_branches) {
    sx_transaction_walk walk = {0};
    const sx_transaction *branch;
    *n_branches = 0;
    while ((branch = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (!is_branch_of(branch, context->seen.transaction))
            continue;
        if (branch->final == NULL)
            return FALSE;
        for (const sx_final *final = branch->final; final != NULL; final = final->next) {
            if (final->code < 300 || final->code == code)
                return FALSE;
        }
        (*n_branches)++;
    }
    return *n_branches > 0;
}

gboolean sx_rule_route_code_rewritten(sx_context *context) {
    guint code = context->message->code;
    guint n_branches;
    guint shown = 0;
    sx_transaction_walk walk = {0};
    const sx_transaction *branch;
    const sx_final *only = NULL;
    if (code == 401 || code == 407 || code == 408 || code == 487 ||
        !all_differ(context, code, &n_branches))
        return FALSE;
    while ((branch = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL &&
           shown < MAX_BRANCHES) {
        if (!is_branch_of(branch, context->seen.transaction))
            continue;
        only = branch->final;
        sx_ev_route_code_rewritten_branch(
            context->out, sx_route_address(context, branch->server, branch->server_port),
            only->code, only->frame);
        shown++;
    }
    if (n_branches == 1 && only != NULL) {
        sx_ev_route_code_rewritten_headline(context->out, only->code, code);
        if (only->code == 503 && code == 500) {
            sx_ev_route_code_rewritten_as_required(context->out);
            context->severity = SX_SEVERITY_CHAT;
        }
    }
    return TRUE;
}
