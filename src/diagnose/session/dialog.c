/* SPDX-License-Identifier: GPL-2.0-or-later
 * Requests for a dialog that the other side does not know: a wrong tag, or a dialog that was lost (RFC 3261 section
 * 12.2.2).
 */
#include "diagnose/session/session_state.h"
#include "evidence.h"
#include "rules.h"

static guint equal_start(const char *one, const char *other) {
    guint n = 0;
    while (one[n] != '\0' && one[n] == other[n])
        n++;
    return n;
}

/* The tag of the other side that begins most like the one on the wire. */
static const sx_session_side *closest_side(const sx_session_call *state, guint64 own_tag,
                                           const char *sent, guint *n_equal) {
    const sx_session_side *closest = NULL;
    *n_equal = 0;
    for (guint i = 0; state != NULL && i < state->n_sides; i++) {
        guint equal = equal_start(state->sides[i].text, sent);
        if (state->sides[i].tag != own_tag && (closest == NULL || equal > *n_equal)) {
            closest = &state->sides[i];
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
        sent = sx_context_shown(context, tag, SX_SHOWN);
    if (sent != NULL) {
        const sx_session_side *side =
            closest_side(sx_session_call_of(context), t->keys.from_tag, sent, &n_equal);
        sx_ev_session_tag_mismatch_headline(context->out, sent);
        if (side != NULL && n_equal > 0)
            sx_ev_session_tag_mismatch_closest(context->out, side->text, side->frame, n_equal);
        else if (side != NULL)
            sx_ev_session_tag_mismatch_issued(context->out, side->text, side->frame);
    }
    const sx_host *usual = usual_client(context);
    if (usual != NULL)
        sx_ev_session_tag_mismatch_other_address(context->out,
                                                 sx_context_place(context, t->client, 0),
                                                 sx_context_place(context, usual, 0));
    return TRUE;
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
            sx_ev_session_dialog_lost_other_server(context->out, sx_context_place(context, peer, 0),
                                                   sx_context_place(context, t->server, 0));
    }
    if (t->keys.method == SX_METHOD_PRACK)
        sx_session_add_rack(context);
    return TRUE;
}
