/* SPDX-License-Identifier: GPL-2.0-or-later
 * Requests that come out of order (RFC 3261 sections 12.2.2 and 14.2).
 */
#include "diagnose/session/session_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/expires.h"

#define MAX_RETRY_AFTER 10 /* of a 500 to a request that came too early */

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

/* The attempt before it, if that was challenged: the number was raised for the login. */
static const sx_transaction *challenged_before(const sx_context *context, const sx_transaction *t) {
    const sx_transaction *before = sx_calls_transaction(context->calls, t->prev);
    return before != NULL && before->final != NULL &&
                   (before->final->code == 401 || before->final->code == 407)
               ? before
               : NULL;
}

/* The answer itself says so; "missing CSeq" and the like are about the form of the header. */
static gboolean claims_disorder(sx_context *context) {
    const char *text = sx_context_text(context);
    return sx_matches(text, "out of (order|sequence)|cseq") &&
           !sx_matches(text, "missing|malformed|syntax|parse|method|absent|no cseq");
}

static gboolean came_too_early(const sx_context *context) {
    guint32 seconds = sx_header_seconds(context->message, SX_HDR_RETRY_AFTER);
    return seconds <= MAX_RETRY_AFTER && sx_session_is_change(context->seen.transaction);
}

gboolean sx_rule_session_request_out_of_order(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    guint code = context->message->code;
    if (code != 400 && code != 500)
        return FALSE;
    gboolean claimed = claims_disorder(context);
    if (t->keys.to_tag == 0 && (!claimed || code != 500))
        return FALSE;
    gboolean inside = context->seen.call->starts_inside;
    const sx_transaction *higher = code == 500 && !inside ? higher_cseq(context) : NULL;
    const sx_transaction *open =
        code == 500 && came_too_early(context) ? sx_session_own_open_request(context) : NULL;
    if (!claimed && higher == NULL && open == NULL)
        return FALSE;
    if (higher != NULL) {
        sx_ev_session_request_out_of_order_headline(context->out, t->keys.cseq, higher->keys.cseq);
        sx_ev_session_request_out_of_order_earlier(context->out, sx_transaction_method(higher),
                                                   higher->frame, higher->keys.cseq, t->keys.cseq);
    }
    const sx_transaction *challenged = higher != NULL ? challenged_before(context, higher) : NULL;
    if (challenged != NULL && challenged->keys.cseq < t->keys.cseq)
        sx_ev_session_request_out_of_order_login(context->out, challenged->final->code,
                                                 challenged->final->frame);
    if (higher != NULL && higher->keys.branch != 0 && higher->keys.branch == t->keys.branch)
        sx_ev_session_request_out_of_order_same_branch(context->out, higher->frame);
    if (open != NULL)
        sx_ev_session_request_out_of_order_open(context->out, sx_transaction_method(open),
                                                open->frame);
    if (claimed)
        sx_ev_session_request_out_of_order_claim(context->out, sx_context_said(context));
    if (higher == NULL && open == NULL)
        sx_ev_session_request_out_of_order_not_supported(context->out);
    if (t->copies > 1)
        sx_ev_session_request_out_of_order_copy(context->out, t->copies);
    return TRUE;
}
