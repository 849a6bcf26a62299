/* SPDX-License-Identifier: GPL-2.0-or-later
 * BYE that ends a dialog that is over, or is refused (RFC 3261 section 15).
 */
#include "diagnose/session/session_state.h"
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

gboolean sx_rule_session_bye_refused(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_session_side *side = sx_session_side_of(sx_session_call_of(context), t->keys.to_tag);
    guint code = context->message->code;
    if (code == 401 || code == 407 || code == 408 || code == 481 || code == 487)
        return FALSE;
    sx_ev_session_bye_refused_headline(context->out, code);
    gboolean same_hop =
        side != NULL && side->contact != 0 && side->from == t->server && side->to == t->client;
    if (same_hop && side->contact != t->keys.request_uri && t->keys.request_uri != 0)
        sx_ev_session_bye_refused_contact(context->out, side->contact_frame);
    /* Behind the first proxy the BYE has lost its Route as it should. */
    if (same_hop && side->has_record_route && t->keys.n_vias == 1 && !t->has_route)
        sx_ev_session_bye_refused_no_route(context->out, side->contact_frame);
    const char *words = sx_context_words(context);
    if (words != NULL)
        sx_ev_session_bye_refused_reason(context->out, words);
    return TRUE;
}
