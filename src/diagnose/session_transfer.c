/* SPDX-License-Identifier: GPL-2.0-or-later
 * Transfers: REFER, the NOTIFYs that report on it, and INVITE with Replaces (RFC 3515, RFC 3891, RFC 4488).
 */
#include "diagnose/session.h"
#include "evidence.h"
#include "knowledge/knowledge.h"
#include "rules.h"
#include "wire/body.h"

#define NOTIFY_WITHIN SX_SECOND /* the first NOTIFY follows the 2xx at once */

static const char *target_of(const sx_session_refer *refer) {
    return refer != NULL && refer->refer_to[0] != '\0' ? refer->refer_to : "an unknown target";
}

gboolean sx_rule_transfer_refused(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    guint code = context->message->code;
    if (code == 401 || code == 407)
        return FALSE;
    const sx_session_refer *refer =
        sx_session_refer_by_cseq(sx_session_of_call(context), t->keys.from_tag, t->keys.cseq);
    if (refer != NULL) {
        sx_ev_transfer_refused_headline(context->out, target_of(refer), code);
        sx_ev_transfer_refused_target(context->out, t->frame, target_of(refer));
        if (refer->referred_by != NULL)
            sx_ev_transfer_refused_by(context->out, refer->referred_by);
    }
    const char *words = sx_session_words(context);
    if (words != NULL)
        sx_ev_transfer_refused_reason(context->out, words);
    return TRUE;
}

gboolean sx_rule_transfer_notify_refused(sx_context *context) {
    const sx_session_request *request = sx_session_of_request(context);
    guint code = context->message->code;
    if (request == NULL || !request->is_refer || code == 401 || code == 407)
        return FALSE;
    if (request->fragment_code != 0)
        sx_ev_transfer_notify_refused_fragment(context->out, request->fragment_code);
    if (request->refer_frame != 0)
        sx_ev_transfer_notify_refused_refer(context->out, request->refer_frame);
    else
        sx_ev_transfer_notify_refused_no_refer(context->out);
    const char *words = sx_session_words(context);
    if (words != NULL)
        sx_ev_transfer_notify_refused_reason(context->out, words);
    return TRUE;
}

/* What the capture knows of the call that was to be replaced. */
static void add_replaced_call(sx_context *context, const sx_session_replaces *replaces) {
    const sx_call *call = sx_calls_find_call(context->calls, replaces->call_id);
    if (call == NULL) {
        sx_ev_transfer_replaces_failed_unseen(context->out);
        return;
    }
    const sx_dialog *dialog = sx_call_dialog(call, replaces->to_tag, replaces->from_tag);
    if (dialog == NULL) {
        if (!call->starts_inside)
            sx_ev_transfer_replaces_failed_other_tags(context->out, call->first_frame);
        return;
    }
    if (dialog->confirmed_frame != 0)
        sx_ev_transfer_replaces_failed_seen(context->out, dialog->confirmed_frame);
    if (dialog->n_byes > 0)
        sx_ev_transfer_replaces_failed_ended(context->out, dialog->byes[0].frame,
                                             sx_gap(dialog->byes[0].time, context->packet->time));
    if (replaces->early_only && dialog->confirmed_frame != 0)
        sx_ev_transfer_replaces_failed_early_only(context->out, dialog->confirmed_frame);
}

gboolean sx_rule_transfer_replaces_failed(sx_context *context) {
    const sx_session_request *request = sx_session_of_request(context);
    guint code = context->message->code;
    if (request == NULL || request->replaces == NULL || (code != 481 && code != 486 && code != 603))
        return FALSE;
    const sx_session_replaces *replaces = request->replaces;
    sx_ev_transfer_replaces_failed_headline(context->out, code);
    sx_ev_transfer_replaces_failed_replaces(context->out, replaces->call_id_text,
                                            replaces->to_tag_text, replaces->from_tag_text);
    add_replaced_call(context, replaces);
    return TRUE;
}

/* Whether requests in the direction of the NOTIFY are in this capture at all. */
static gboolean sees_notify_direction(const sx_context *context, const sx_session_refer *refer) {
    const sx_transaction *other;
    sx_transaction_walk walk = {0};
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other->client == refer->server && other->server == refer->client)
            return TRUE;
    }
    return FALSE;
}

gboolean sx_rule_transfer_no_notify(sx_context *context) {
    const sx_session_call *kept = sx_session_of_call(context);
    const sx_keys *keys = &context->seen.keys;
    for (guint i = kept ? kept->n_refers : 0; i > 0; i--) {
        const sx_session_refer *refer = &kept->refers[i - 1];
        gboolean same_dialog =
            (refer->from_tag == keys->from_tag && refer->to_tag == keys->to_tag) ||
            (refer->from_tag == keys->to_tag && refer->to_tag == keys->from_tag);
        gint64 waited = sx_gap(refer->accepted_time, context->packet->time);
        if (!same_dialog || refer->to_tag == 0 || refer->notified || refer->wants_no_notify ||
            refer->accepted_frame == 0 || waited < NOTIFY_WITHIN ||
            !sees_notify_direction(context, refer) || sx_session_relayed_request(context) != NULL)
            continue;
        sx_ev_transfer_no_notify_headline(context->out, waited);
        sx_ev_transfer_no_notify_refer(context->out, refer->frame, refer->accepted_code,
                                       refer->accepted_frame);
        sx_ev_transfer_no_notify_target(context->out, target_of(refer));
        return TRUE;
    }
    return FALSE;
}

/* The final answer that a NOTIFY for a REFER reports, if it is in this range. */
static gboolean reports(const sx_context *context, guint first, guint last, sx_message *fragment) {
    const sx_session_request *request = sx_session_of_request(context);
    return request != NULL && request->is_refer && request->fragment_code >= first &&
           request->fragment_code <= last && sx_body_sipfrag(context->message, fragment);
}

gboolean sx_rule_transfer_failed(sx_context *context) {
    sx_message fragment;
    sx_header_walk walk = {0};
    sx_reason reason;
    if (!reports(context, 300, 699, &fragment))
        return FALSE;
    const sx_session_refer *refer = sx_session_refer_of_notify(context);
    if (refer != NULL) {
        sx_ev_transfer_failed_headline(context->out, target_of(refer), fragment.code);
        sx_ev_transfer_failed_refer(context->out, refer->frame, target_of(refer),
                                    sx_gap(refer->time, context->packet->time));
    } else {
        sx_ev_transfer_failed_no_refer(context->out);
    }
    if (fragment.phrase.len > 0 &&
        !sx_slice_is(fragment.phrase,
                     sx_knowledge_registered_name(sx_knowledge_code(fragment.code))))
        sx_ev_transfer_failed_phrase(context->out,
                                     sx_context_copy(context, sx_slice_head(fragment.phrase, 128)));
    if (sx_reason_next(&fragment, &walk, &reason))
        sx_ev_transfer_failed_reason(
            context->out,
            sx_context_copy(context,
                            sx_slice_head(sx_message_header(&fragment, SX_HDR_REASON), 128)));
    const sx_transaction *first = sx_session_relayed_request(context);
    if (first != NULL) {
        context->severity = SX_SEVERITY_CHAT;
        sx_ev_transfer_failed_same(context->out, first->frame);
    }
    return TRUE;
}

gboolean sx_rule_transfer_succeeded(sx_context *context) {
    sx_message fragment;
    if (!reports(context, 200, 299, &fragment))
        return FALSE;
    const sx_session_refer *refer = sx_session_refer_of_notify(context);
    if (refer != NULL) {
        sx_ev_transfer_succeeded_headline(context->out, target_of(refer));
        sx_ev_transfer_succeeded_refer(context->out, refer->frame, target_of(refer),
                                       sx_gap(refer->time, context->packet->time));
    } else {
        sx_ev_transfer_succeeded_no_refer(context->out);
    }
    const sx_transaction *first = sx_session_relayed_request(context);
    if (first != NULL)
        sx_ev_transfer_succeeded_same(context->out, first->frame);
    return TRUE;
}
