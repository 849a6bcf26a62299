/* SPDX-License-Identifier: GPL-2.0-or-later
 * Changes of a session that meet or come out of order, and the session timer (RFC 3261 section 14, RFC 3311, RFC 4028).
 */
#include "diagnose/session.h"
#include "evidence.h"
#include "rules.h"

#define RETRY_WITHIN (32 * SX_SECOND) /* a 491 after that is no answer to a retry */
#define MAX_RETRY_AFTER 10            /* of a 500 to a request that came too early */
#define MIN_INTERVAL 90               /* shortest session timer (RFC 4028 section 4) */
#define SLACK (2 * SX_SECOND)

static gboolean is_change(const sx_transaction *t) {
    return t->keys.method == SX_METHOD_INVITE || t->keys.method == SX_METHOD_UPDATE;
}

/* An INVITE with 2xx is in the way until its ACK. */
static gboolean is_pending_at(const sx_transaction *t, guint32 frame) {
    const sx_final *final = t->final;
    if (sx_session_open_at(t, frame))
        return TRUE;
    return t->keys.method == SX_METHOD_INVITE && final->code < 300 &&
           (final->ack_frame == 0 || final->ack_frame > frame);
}

/* An INVITE or UPDATE of the other side that was open while this request was. */
static const sx_transaction *crossing_request(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_transaction *other;
    sx_transaction_walk walk = {0};
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other != t && is_change(other) && other->keys.from_tag == t->keys.to_tag &&
            (other->keys.to_tag == t->keys.from_tag || other->keys.to_tag == 0) &&
            is_pending_at(other, t->frame))
            return other;
    }
    return NULL;
}

/* An earlier INVITE or UPDATE of the same side without final answer when this request was sent. */
static const sx_transaction *own_open_request(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_transaction *other;
    sx_transaction_walk walk = {0};
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other->id < t->id && is_change(other) && other->keys.from_tag == t->keys.from_tag &&
            (other->keys.to_tag == t->keys.to_tag || other->keys.to_tag == 0) &&
            other->keys.cseq != t->keys.cseq && sx_session_open_at(other, t->frame))
            return other;
    }
    return NULL;
}

typedef enum { OWNER_UNKNOWN, OWNER, NOT_OWNER } owner_of_call_id;

/* Who made the Call-ID decides how long a client waits after 491 (RFC 3261 section 14.1). */
static owner_of_call_id owns_call_id(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_dialog *dialog = sx_call_dialog(context->seen.call, t->keys.from_tag, t->keys.to_tag);
    if (dialog == NULL || dialog->confirmed_frame == 0 || context->seen.call->starts_inside)
        return OWNER_UNKNOWN;
    return dialog->caller_tag == t->keys.from_tag ? OWNER : NOT_OWNER;
}

gboolean sx_rule_session_glare_repeated(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_session_call *kept = sx_session_of_call(context);
    const sx_session_glare *before = NULL;
    if (t->keys.to_tag == 0 || context->seen.call->starts_inside)
        return FALSE;
    for (guint i = 0; kept != NULL && i < kept->n_glares; i++) {
        if (kept->glares[i].from_tag == t->keys.from_tag &&
            kept->glares[i].to_tag == t->keys.to_tag)
            before = &kept->glares[i];
    }
    if (before == NULL || before->last_frame > t->frame ||
        sx_gap(before->last_time, t->time) > RETRY_WITHIN || crossing_request(context) != NULL)
        return FALSE;
    sx_ev_session_glare_repeated_headline(context->out,
                                          sx_gap(before->first_time, context->packet->time));
    sx_ev_session_glare_repeated_first(context->out, before->last_frame);
    sx_ev_session_glare_repeated_gap(context->out, sx_gap(before->last_time, t->time));
    owner_of_call_id owner = owns_call_id(context);
    if (owner == OWNER)
        sx_ev_session_glare_repeated_owner(context->out);
    else if (owner == NOT_OWNER)
        sx_ev_session_glare_repeated_not_owner(context->out);
    const sx_transaction *own = own_open_request(context);
    if (own != NULL)
        sx_ev_session_glare_repeated_own(context->out, sx_session_method(own), own->frame);
    return TRUE;
}

gboolean sx_rule_benign_glare(sx_context *context) {
    const sx_transaction *crossing = crossing_request(context);
    const sx_transaction *own = own_open_request(context);
    if (crossing != NULL)
        sx_ev_benign_glare_crossing(context->out, sx_session_method(crossing), crossing->frame);
    if (own != NULL)
        sx_ev_benign_glare_own(context->out, sx_session_method(own), own->frame);
    if (crossing == NULL && own == NULL)
        sx_ev_benign_glare_not_visible(context->out);
    owner_of_call_id owner = owns_call_id(context);
    if (owner == OWNER)
        sx_ev_benign_glare_owner(context->out);
    else if (owner == NOT_OWNER)
        sx_ev_benign_glare_not_owner(context->out);
    return TRUE;
}

/* Whether an earlier request used this CSeq number for something else. The same request may go to several servers. */
static gboolean uses_number_again(const sx_transaction *earlier, const sx_transaction *t) {
    if (earlier->keys.method != t->keys.method)
        return TRUE;
    return earlier->server == t->server && earlier->server_port == t->server_port &&
           earlier->client_port == t->client_port && earlier->keys.n_vias == t->keys.n_vias &&
           earlier->keys.branch != t->keys.branch && earlier->final != NULL &&
           earlier->final->frame < t->frame && earlier->final->code != 401 &&
           earlier->final->code != 407;
}

/* The earlier request of this side in the dialog that has the highest CSeq number, if that is not below this one. */
static const sx_transaction *higher_cseq(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_transaction *highest = NULL;
    const sx_transaction *other;
    sx_transaction_walk walk = {0};
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other->id >= t->id || other->client != t->client ||
            other->keys.from_tag != t->keys.from_tag || other->keys.method == SX_METHOD_CANCEL ||
            (other->keys.to_tag != t->keys.to_tag && other->keys.to_tag != 0))
            continue;
        gboolean counts = other->keys.cseq > t->keys.cseq ||
                          (other->keys.cseq == t->keys.cseq && uses_number_again(other, t));
        if (counts && (highest == NULL || other->keys.cseq > highest->keys.cseq))
            highest = other;
    }
    return highest;
}

/* The answer itself says so; "missing CSeq" and the like are about the form of the header. */
static gboolean claims_disorder(sx_context *context) {
    const char *text = sx_context_text(context);
    return sx_matches(text, "out of (order|sequence)|cseq") &&
           !sx_matches(text, "missing|malformed|syntax|parse|method|absent|no cseq");
}

static gboolean came_too_early(const sx_context *context) {
    guint digits;
    sx_slice value = sx_message_header(context->message, SX_HDR_RETRY_AFTER);
    guint32 seconds = sx_slice_number(value, &digits);
    return digits > 0 && seconds <= MAX_RETRY_AFTER && is_change(context->seen.transaction);
}

gboolean sx_rule_session_request_out_of_order(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    guint code = context->message->code;
    if (t->keys.to_tag == 0 || (code != 400 && code != 500))
        return FALSE;
    gboolean claimed = claims_disorder(context);
    gboolean inside = context->seen.call->starts_inside;
    const sx_transaction *higher = code == 500 && !inside ? higher_cseq(context) : NULL;
    const sx_transaction *open =
        code == 500 && came_too_early(context) ? own_open_request(context) : NULL;
    if (!claimed && higher == NULL && open == NULL)
        return FALSE;
    if (higher != NULL) {
        sx_ev_session_request_out_of_order_headline(context->out, t->keys.cseq, higher->keys.cseq);
        sx_ev_session_request_out_of_order_earlier(context->out, sx_session_method(higher),
                                                   higher->frame, higher->keys.cseq, t->keys.cseq);
    }
    if (open != NULL)
        sx_ev_session_request_out_of_order_open(context->out, sx_session_method(open), open->frame);
    if (claimed)
        sx_ev_session_request_out_of_order_claim(context->out, sx_context_said(context));
    if (higher == NULL && open == NULL)
        sx_ev_session_request_out_of_order_not_supported(context->out);
    if (t->copies > 1)
        sx_ev_session_request_out_of_order_copy(context->out, t->copies);
    return TRUE;
}

static const sx_session_timer *timer_of_dialog(const sx_context *context) {
    const sx_session_call *kept = sx_session_of_call(context);
    const sx_keys *keys = &context->seen.keys;
    for (guint i = 0; kept != NULL && i < kept->n_timers; i++) {
        const sx_session_timer *timer = &kept->timers[i];
        if ((timer->tag == keys->from_tag && timer->other_tag == keys->to_tag) ||
            (timer->tag == keys->to_tag && timer->other_tag == keys->from_tag))
            return timer;
    }
    return NULL;
}

/* Refreshes that were tried since then. One that was accepted would have set the timer anew. */
static void add_refreshes(sx_context *context, guint32 since) {
    const sx_keys *keys = &context->seen.keys;
    const sx_transaction *other;
    sx_transaction_walk walk = {0};
    guint n = 0;
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL && n < 3) {
        if (!is_change(other) || other->frame <= since ||
            !((other->keys.from_tag == keys->from_tag && other->keys.to_tag == keys->to_tag) ||
              (other->keys.from_tag == keys->to_tag && other->keys.to_tag == keys->from_tag)))
            continue;
        n++;
        if (other->final != NULL)
            sx_ev_session_timer_expired_refused(context->out, sx_session_method(other),
                                                other->frame, other->final->code);
        else
            sx_ev_session_timer_expired_unanswered(context->out, sx_session_method(other),
                                                   other->frame);
    }
    if (n == 0)
        sx_ev_session_timer_expired_none(context->out);
}

gboolean sx_rule_session_timer_expired(sx_context *context) {
    const sx_session_timer *timer = timer_of_dialog(context);
    if (timer == NULL || timer->interval < MIN_INTERVAL || sx_session_clears_normally(context) ||
        sx_session_relayed_request(context) != NULL)
        return FALSE;
    gint64 interval = timer->interval * SX_SECOND;
    gint64 since = sx_gap(timer->time, context->packet->time);
    if (since < interval - MIN(32 * SX_SECOND, interval / 3) - SLACK || since > interval + SLACK)
        return FALSE;
    sx_ev_session_timer_expired_headline(context->out, since, timer->interval);
    if (timer->refresher == SX_NO_REFRESHER)
        sx_ev_session_timer_expired_no_refresher(context->out, timer->interval, timer->frame);
    else
        sx_ev_session_timer_expired_timer(context->out, timer->interval, timer->frame,
                                          timer->refresher == SX_REFRESHER_UAC ? "uac" : "uas");
    add_refreshes(context, timer->frame);
    return TRUE;
}
