/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "session" of diagnoses: dialogs that are over, lost or never were, and BYE (RFC 3261 sections 12 and 15).
 */
#include "diagnose/session.h"

#include <string.h>

#include "diagnose/family.h"
#include "evidence.h"
#include "rules.h"

#define AFTER_BYE (64 * SX_SECOND) /* a BYE explains what is refused so long after it */

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
    sx_ev_benign_dialog_already_ended_bye(
        context->out, sx_session_sender(context, bye->from_tag, ended ? ended->client : NULL),
        bye->frame, sx_gap(bye->time, context->packet->time));
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

static guint equal_start(const char *one, const char *other) {
    guint n = 0;
    while (one[n] != '\0' && one[n] == other[n])
        n++;
    return n;
}

/* The tag of the other side that begins most like the one on the wire. */
static const sx_session_side *closest_side(const sx_session_call *kept, guint64 own_tag,
                                           const char *sent, guint *n_equal) {
    const sx_session_side *closest = NULL;
    *n_equal = 0;
    for (guint i = 0; kept != NULL && i < kept->n_sides; i++) {
        guint equal = equal_start(kept->sides[i].text, sent);
        if (kept->sides[i].tag != own_tag && (closest == NULL || equal > *n_equal)) {
            closest = &kept->sides[i];
            *n_equal = equal;
        }
    }
    return closest;
}

/* Another address from which this side sent requests, if the present one is new. */
static const sx_host *usual_client(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_host *usual = NULL;
    const sx_transaction *other;
    sx_transaction_walk walk = {0};
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other == t || other->keys.from_tag != t->keys.from_tag)
            continue;
        if (other->client == t->client)
            return NULL;
        usual = other->client;
    }
    return usual;
}

/* Some tag of the side that the request is for is known: not all of its answers are missing here. */
static gboolean knows_other_side(const sx_call *call, guint64 own_tag) {
    for (guint i = 0; i < call->n_tags; i++) {
        if (call->tags[i].tag != own_tag)
            return TRUE;
    }
    return FALSE;
}

gboolean sx_rule_session_tag_mismatch(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_call *call = context->seen.call;
    sx_slice tag;
    guint n_equal;
    if (t->keys.to_tag == 0 || t->keys.method == SX_METHOD_CANCEL || call->starts_inside ||
        call->n_tags >= SX_MAX_LOOK_BACK || sx_call_tag(call, t->keys.to_tag) != NULL ||
        !knows_other_side(call, t->keys.from_tag))
        return FALSE;
    /* The answer repeats the To of the request. */
    const char *sent = NULL;
    if (context->seen.keys.to_tag == t->keys.to_tag &&
        sx_slice_param(sx_message_header(context->message, SX_HDR_TO), "tag", &tag))
        sent = sx_context_copy(context, sx_slice_head(tag, SX_SESSION_TEXT));
    if (sent != NULL) {
        const sx_session_side *side =
            closest_side(sx_session_of_call(context), t->keys.from_tag, sent, &n_equal);
        sx_ev_session_tag_mismatch_headline(context->out, sent);
        if (side != NULL && n_equal > 0)
            sx_ev_session_tag_mismatch_closest(context->out, side->text, side->frame, n_equal);
        else if (side != NULL)
            sx_ev_session_tag_mismatch_issued(context->out, side->text, side->frame);
    }
    const sx_host *usual = usual_client(context);
    if (usual != NULL)
        sx_ev_session_tag_mismatch_other_address(context->out, sx_session_host(context, t->client),
                                                 sx_session_host(context, usual));
    return TRUE;
}

gboolean sx_rule_session_bye_refused(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_session_request *request = sx_session_of_request(context);
    const sx_session_side *side = sx_session_side_of(sx_session_of_call(context), t->keys.to_tag);
    guint code = context->message->code;
    if (code == 401 || code == 407 || code == 408 || code == 481 || code == 487)
        return FALSE;
    sx_ev_session_bye_refused_headline(context->out, code);
    gboolean same_hop =
        side != NULL && side->contact != 0 && side->from == t->server && side->to == t->client;
    if (same_hop && side->contact != t->keys.request_uri && t->keys.request_uri != 0)
        sx_ev_session_bye_refused_contact(context->out, side->contact_frame);
    /* Behind the first proxy the BYE has lost its Route as it should. */
    if (same_hop && side->has_record_route && t->keys.n_vias == 1 && request != NULL &&
        !request->has_route)
        sx_ev_session_bye_refused_no_route(context->out, side->contact_frame);
    const char *words = sx_session_words(context);
    if (words != NULL)
        sx_ev_session_bye_refused_reason(context->out, words);
    return TRUE;
}

/* A PRACK names the 1xx that it acknowledges: both numbers side by side. */
static void compare_rack(sx_context *context) {
    const sx_session_request *request = sx_session_of_request(context);
    const sx_session_call *kept = sx_session_of_call(context);
    if (request != NULL && request->rack != NULL && kept != NULL && kept->rseq_frame != 0)
        sx_ev_session_dialog_lost_rack(context->out, request->rack, kept->rseq_frame, kept->rseq,
                                       kept->rseq_cseq);
}

gboolean sx_rule_session_dialog_lost(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    if (t->keys.to_tag == 0)
        return FALSE;
    const sx_dialog *dialog = sx_call_dialog(context->seen.call, t->keys.from_tag, t->keys.to_tag);
    if (dialog == NULL || dialog->confirmed_frame == 0 || dialog->confirmed_frame > t->frame ||
        (dialog->confirmed_method == SX_METHOD_INVITE && dialog->ack_frame == 0) ||
        sx_session_other_bye(context) != NULL)
        return FALSE;
    const sx_transaction *first = sx_calls_transaction(context->calls, dialog->confirmed_by);
    sx_ev_session_dialog_lost_headline(context->out, sx_gap(dialog->confirmed_time, t->time));
    sx_ev_session_dialog_lost_set_up(context->out, dialog->confirmed_frame);
    if (first != NULL) {
        const sx_host *peer =
            t->keys.from_tag == dialog->caller_tag ? first->server : first->client;
        const sx_host *self =
            t->keys.from_tag == dialog->caller_tag ? first->client : first->server;
        if (self == t->client && peer != t->server)
            sx_ev_session_dialog_lost_other_server(context->out, sx_session_host(context, peer),
                                                   sx_session_host(context, t->server));
    }
    if (t->keys.method == SX_METHOD_PRACK)
        compare_rack(context);
    return TRUE;
}

const sx_family sx_session_family = {
    .memory_new = sx_session_memory_new,
    .memory_free = sx_session_memory_free,
    .before = sx_session_before,
    .after = sx_session_after,
};
