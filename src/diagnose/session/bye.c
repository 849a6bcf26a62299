/* SPDX-License-Identifier: GPL-2.0-or-later
 * BYE that ends a dialog that is over, or is refused (RFC 3261 section 15).
 */
#include "diagnose/session/session_state.h"
#include "diagnose/vendor/vendor.h"
#include "evidence.h"
#include "rules.h"

#define AFTER_BYE (64 * SX_SECOND) /* a BYE explains what is refused so long after it */

/* Who sent the BYE that ended the dialog, and when. */
static void add_bye(sx_context *context, const sx_bye *bye, const sx_transaction *ended) {
    const char *address = sx_context_place(context, ended != NULL ? ended->client : NULL, 0);
    gint64 earlier = sx_gap(bye->time, context->packet->time);
    switch (sx_session_party_of(context, bye->from_tag)) {
    case SX_PARTY_CALLER:
        sx_ev_benign_dialog_already_ended_bye_of_caller(context->out, address, bye->frame, earlier);
        break;
    case SX_PARTY_CALLEE:
        sx_ev_benign_dialog_already_ended_bye_of_callee(context->out, address, bye->frame, earlier);
        break;
    default: sx_ev_benign_dialog_already_ended_bye(context->out, address, bye->frame, earlier);
    }
}

gboolean sx_rule_benign_dialog_already_ended(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    guint code = context->message->code;
    if (t->keys.to_tag == 0 || t->keys.method == SX_METHOD_CANCEL ||
        (code != 481 && (t->keys.method != SX_METHOD_BYE || (code != 404 && code != 408))))
        return FALSE;
    const sx_bye *bye = sx_session_other_bye(context);
    if (bye == NULL || sx_gap(bye->time, context->packet->time) > AFTER_BYE)
        return FALSE;
    const sx_transaction *ended = sx_calls_transaction(context->calls, bye->transaction);
    sx_ev_benign_dialog_already_ended_headline(context->out, bye->frame);
    add_bye(context, bye, ended);
    if (ended != NULL && ended->final != NULL)
        sx_ev_benign_dialog_already_ended_answered(context->out, ended->final->code,
                                                   ended->final->frame);
    else
        sx_ev_benign_dialog_already_ended_unanswered(context->out);
    if (t->keys.method == SX_METHOD_BYE && bye->from_tag == t->keys.to_tag && ended != NULL &&
        sx_session_open_at(ended, t->frame))
        sx_ev_benign_dialog_already_ended_crossed(context->out);
    return TRUE;
}

/* The INVITE that began the dialog of a BYE, at the hop of the BYE; NULL if it is not known. */
static const sx_transaction *invite_of(const sx_context *context, const sx_transaction *bye) {
    sx_transaction_walk walk = {0};
    const sx_transaction *t;
    while ((t = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        gboolean by_caller = t->client == bye->client && t->server == bye->server &&
                             t->keys.from_tag == bye->keys.from_tag;
        gboolean by_callee = t->client == bye->server && t->server == bye->client &&
                             t->keys.from_tag == bye->keys.to_tag;
        if (t->keys.method == SX_METHOD_INVITE && t->keys.to_tag == 0 && t->id < bye->id &&
            (by_caller || by_callee))
            return t;
    }
    return NULL;
}

static gboolean has_ack(const sx_call *call, guint64 to_tag) {
    for (guint i = 0; i < call->n_acks; i++) {
        if (call->acks[i].to_tag == to_tag)
            return TRUE;
    }
    return FALSE;
}

/* Whether the dialog was answered as far as this capture shows: a 2xx, or an ACK for one that was not captured. */
static gboolean was_answered(const sx_context *context, guint64 callee_tag) {
    const sx_call *call = context->seen.call;
    const sx_transaction *bye = context->seen.transaction;
    const sx_dialog *dialog = sx_call_dialog(call, bye->keys.from_tag, bye->keys.to_tag);
    return call->starts_inside || (dialog != NULL && dialog->confirmed_frame != 0) ||
           has_ack(call, callee_tag);
}

static guint64 callee_tag_of(const sx_transaction *invite, const sx_transaction *bye) {
    return invite->keys.from_tag == bye->keys.from_tag ? bye->keys.to_tag : bye->keys.from_tag;
}

gboolean sx_rule_session_bye_without_call(sx_context *context) {
    const sx_transaction *bye = context->seen.transaction;
    const sx_transaction *invite = invite_of(context, bye);
    const sx_final *refused = invite != NULL ? invite->final : NULL;
    guint64 tag = invite != NULL ? callee_tag_of(invite, bye) : 0;
    while (refused != NULL && (refused->code < 300 || refused->to_tag != tag))
        refused = refused->next;
    if (refused == NULL || tag == 0 || refused->frame > bye->frame ||
        sx_transaction_success(invite) != NULL || context->seen.call->starts_inside)
        return FALSE;
    sx_ev_session_bye_without_call_headline(context->out, refused->code);
    sx_ev_session_bye_without_call_refused(context->out, refused->code, refused->frame,
                                           sx_gap(refused->time, bye->time));
    return TRUE;
}

gboolean sx_rule_session_early_dialog_ended(sx_context *context) {
    const sx_transaction *bye = context->seen.transaction;
    const sx_transaction *invite = invite_of(context, bye);
    guint64 tag = invite != NULL ? callee_tag_of(invite, bye) : 0;
    const sx_tag *known = tag != 0 ? sx_call_tag(context->seen.call, tag) : NULL;
    if (known == NULL || !known->by_response || invite->ring_frame == 0 ||
        !sx_session_open_at(invite, bye->frame) || was_answered(context, tag))
        return FALSE;
    sx_ev_session_early_dialog_ended_ringing(context->out, invite->ring_code, invite->ring_frame);
    if (bye->keys.from_tag == tag)
        sx_ev_session_early_dialog_ended_by_callee(context->out);
    return TRUE;
}

gboolean sx_rule_session_bye_refused(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    guint code = context->message->code;
    if (code == 401 || code == 407 || code == 408 || code == 481 || code == 487)
        return FALSE;
    sx_ev_session_bye_refused_headline(context->out, code);
    const char *words = sx_context_words(context);
    if (words != NULL)
        sx_ev_session_bye_refused_reason(context->out, words);
    if (code == 483 && t != NULL && t->max_forwards == G_MAXUINT32 && !t->is_cut)
        sx_ev_session_bye_refused_no_max_forwards(context->out, t->frame);
    if (sx_vendor_says(context, "ser.stateless-reply") ||
        sx_vendor_says(context, "ser.transaction-reply"))
        sx_ev_session_bye_refused_local(context->out);
    return TRUE;
}
