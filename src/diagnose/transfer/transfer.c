/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "transfer": what came of a REFER, and of the NOTIFYs that report on it (RFC 3515).
 */
#include "diagnose/transfer/transfer_state.h"
#include "evidence.h"
#include "knowledge/knowledge.h"
#include "rules.h"
#include "wire/body.h"

#define NOTIFY_WITHIN SX_SECOND /* the first NOTIFY follows the 2xx at once */
#define MAX_REFERRED 10000      /* hosts whose last REFER is remembered */

/* Refer-To of a REFER; NULL if it had none. */
static const char *target_of(const sx_refer *refer) {
    return refer != NULL && refer->refer_to[0] != '\0' ? refer->refer_to : NULL;
}

gboolean sx_rule_transfer_refused(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    guint code = context->message->code;
    if (code == 401 || code == 407)
        return FALSE;
    const sx_refer *refer = sx_refer_by_cseq(sx_refers_of(context), t->keys.from_tag, t->keys.cseq);
    const char *target = target_of(refer);
    if (target != NULL) {
        sx_ev_transfer_refused_headline(context->out, target, code);
        sx_ev_transfer_refused_target(context->out, t->frame, target);
    }
    if (refer != NULL && refer->to_self)
        sx_ev_transfer_refused_to_self(context->out);
    if (refer != NULL && refer->referred_by != NULL)
        sx_ev_transfer_refused_by(context->out, refer->referred_by);
    const char *words = sx_context_words(context);
    if (words != NULL)
        sx_ev_transfer_refused_reason(context->out, words);
    return TRUE;
}

/* The REFER that the NOTIFY of this answer is about; NULL: not known. */
static const sx_refer *reported_refer(const sx_context *context, const sx_refer_report *report) {
    return sx_refer_by_cseq(sx_refers_of(context), context->seen.transaction->keys.to_tag,
                            report->refer_cseq);
}

/* The newest BYE of the dialog that this NOTIFY came in; NULL: none. */
static const sx_bye *bye_of_dialog(const sx_context *context) {
    const sx_keys *keys = &context->seen.transaction->keys;
    const sx_dialog *dialog = sx_call_dialog(context->seen.call, keys->from_tag, keys->to_tag);
    return dialog != NULL && dialog->n_byes > 0 ? &dialog->byes[dialog->n_byes - 1] : NULL;
}

gboolean sx_rule_benign_transfer_reported(sx_context *context) {
    const sx_refer_report *report = sx_refer_report_of(context->seen.transaction);
    guint code = context->message->code;
    if (report == NULL || report->fragment_code >= 300 || code == 401 || code == 407)
        return FALSE;
    const sx_refer *refer = reported_refer(context, report);
    if (refer == NULL || refer->reported_frame == 0)
        return FALSE;
    sx_ev_benign_transfer_reported_reported(context->out, refer->reported_frame);
    sx_ev_benign_transfer_reported_refer(context->out, refer->frame);
    return TRUE;
}

gboolean sx_rule_transfer_notify_refused(sx_context *context) {
    const sx_refer_report *report = sx_refer_report_of(context->seen.transaction);
    guint code = context->message->code;
    if (report == NULL || code == 401 || code == 407)
        return FALSE;
    const sx_bye *bye = bye_of_dialog(context);
    gboolean failed = report->fragment_code >= 300;
    if (bye != NULL && code == 481 && !failed)
        return FALSE; /* too late, and no bad news */
    if (failed)
        sx_ev_transfer_notify_refused_headline_failed(context->out, report->fragment_code);
    if (report->fragment_code != 0)
        sx_ev_transfer_notify_refused_fragment(context->out, report->fragment_code);
    if (report->refer_frame != 0)
        sx_ev_transfer_notify_refused_refer(context->out, report->refer_frame);
    else
        sx_ev_transfer_notify_refused_no_refer(context->out);
    if (bye != NULL && bye->from_tag == context->seen.transaction->keys.from_tag)
        sx_ev_transfer_notify_refused_own_bye(context->out, bye->frame);
    else if (bye != NULL)
        sx_ev_transfer_notify_refused_bye(context->out, bye->frame);
    const char *words = sx_context_words(context);
    if (words != NULL)
        sx_ev_transfer_notify_refused_reason(context->out, words);
    return TRUE;
}

/* Whether requests in the direction of the NOTIFY are in this capture at all. */
static gboolean sees_notify_direction(const sx_context *context, const sx_refer *refer) {
    const sx_transaction *other;
    sx_transaction_walk walk = {0};
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other->client == refer->server && other->server == refer->client)
            return TRUE;
    }
    return FALSE;
}

gboolean sx_rule_transfer_no_notify(sx_context *context) {
    const sx_refers *all = sx_refers_of(context);
    const sx_keys *keys = &context->seen.keys;
    for (guint i = all ? all->n : 0; i > 0; i--) {
        const sx_refer *refer = &all->refers[i - 1];
        gboolean same_dialog =
            (refer->from_tag == keys->from_tag && refer->to_tag == keys->to_tag) ||
            (refer->from_tag == keys->to_tag && refer->to_tag == keys->from_tag);
        gint64 waited = sx_gap(refer->accepted_time, context->packet->time);
        if (!same_dialog || refer->to_tag == 0 || refer->notified || refer->wants_no_notify ||
            refer->accepted_frame == 0 ||
            sx_gap_at_least(context->precision, refer->accepted_time, context->packet->time) <
                NOTIFY_WITHIN ||
            !sees_notify_direction(context, refer) ||
            sx_calls_relayed_request(context->calls, &context->seen) != NULL)
            continue;
        sx_ev_transfer_no_notify_headline(context->out, waited);
        sx_ev_transfer_no_notify_refer(context->out, refer->frame, refer->accepted_code,
                                       refer->accepted_frame);
        if (target_of(refer) != NULL)
            sx_ev_transfer_no_notify_target(context->out, target_of(refer));
        return TRUE;
    }
    return FALSE;
}

/* The final answer that a NOTIFY for a REFER reports, if it is in this range. */
static gboolean reports(const sx_context *context, guint first, guint last, sx_message *fragment) {
    const sx_refer_report *report = sx_refer_report_of(context->seen.transaction);
    return report != NULL && report->fragment_code >= first && report->fragment_code <= last &&
           sx_body_sipfrag(context->message, fragment);
}

gboolean sx_rule_transfer_failed(sx_context *context) {
    sx_message fragment;
    sx_header_walk walk = {0};
    sx_reason reason;
    if (!reports(context, 300, 699, &fragment))
        return FALSE;
    const sx_refer *refer = sx_refer_of_notify(context);
    const char *target = target_of(refer);
    if (target != NULL) {
        sx_ev_transfer_failed_headline(context->out, target, fragment.code);
        sx_ev_transfer_failed_refer(context->out, refer->frame, target,
                                    sx_gap(refer->time, context->packet->time));
    } else if (refer != NULL) {
        sx_ev_transfer_failed_no_target(context->out, refer->frame,
                                        sx_gap(refer->time, context->packet->time));
    } else {
        sx_ev_transfer_failed_no_refer(context->out);
    }
    if (refer != NULL && refer->to_self)
        sx_ev_transfer_failed_to_self(context->out);
    if (fragment.phrase.len > 0 &&
        !sx_slice_is(fragment.phrase,
                     sx_knowledge_registered_name(sx_knowledge_code(fragment.code))))
        sx_ev_transfer_failed_phrase(context->out,
                                     sx_context_shown(context, fragment.phrase, 2 * SX_SHOWN));
    if (sx_reason_next(&fragment, &walk, &reason))
        sx_ev_transfer_failed_reason(
            context->out,
            sx_context_shown(context, sx_message_header(&fragment, SX_HDR_REASON), 2 * SX_SHOWN));
    const sx_transaction *first = sx_calls_relayed_request(context->calls, &context->seen);
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
    const sx_refer *refer = sx_refer_of_notify(context);
    const char *target = target_of(refer);
    if (target != NULL) {
        sx_ev_transfer_succeeded_headline(context->out, target);
        sx_ev_transfer_succeeded_refer(context->out, refer->frame, target,
                                       sx_gap(refer->time, context->packet->time));
    } else if (refer != NULL) {
        sx_ev_transfer_succeeded_no_target(context->out, refer->frame,
                                           sx_gap(refer->time, context->packet->time));
    } else {
        sx_ev_transfer_succeeded_no_refer(context->out);
    }
    const sx_transaction *first = sx_calls_relayed_request(context->calls, &context->seen);
    if (first != NULL)
        sx_ev_transfer_succeeded_same(context->out, first->frame);
    return TRUE;
}

static void learn_request(sx_context *context) {
    if (context->seen.transaction == NULL)
        return;
    switch (context->seen.keys.method) {
    case SX_METHOD_REFER: sx_transfer_learn_refer(context); break;
    case SX_METHOD_NOTIFY: sx_transfer_learn_notify(context); break;
    case SX_METHOD_INVITE:
        sx_transfer_learn_replaces(context);
        sx_transfer_learn_follower(context);
        break;
    default: break;
    }
}

static void learn_response(sx_context *context) {
    guint code = context->message->code;
    if (context->seen.transaction == NULL || code < 200 || code >= 300)
        return;
    if (context->seen.keys.method == SX_METHOD_REFER)
        sx_transfer_learn_accepted(context);
    else if (context->seen.keys.method == SX_METHOD_NOTIFY)
        sx_transfer_learn_report(context);
    else if (context->seen.keys.method == SX_METHOD_INVITE)
        sx_transfer_learn_takeover(context);
}

static void init(void *own) {
    sx_map_init(&((sx_transfer_memory *)own)->referred, sizeof(sx_referred), MAX_REFERRED);
}

static void clear(void *own) {
    sx_map_clear(&((sx_transfer_memory *)own)->referred);
}

const sx_learner sx_transfer_learner = {
    .memory_size = sizeof(sx_transfer_memory),
    .memory_init = init,
    .memory_clear = clear,
    .request = learn_request,
    .response = learn_response,
};
