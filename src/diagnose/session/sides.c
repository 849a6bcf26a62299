/* SPDX-License-Identifier: GPL-2.0-or-later
 * The two sides of a call: their tags, and where they want to get requests.
 */
#include "diagnose/session/session_state.h"

#define MAX_SIDES 4 /* of one call */

sx_session_side *sx_session_side_of(const sx_session_call *state, guint64 tag) {
    for (guint i = 0; state != NULL && i < state->n_sides; i++) {
        if (state->sides[i].tag == tag)
            return &state->sides[i];
    }
    return NULL;
}

static char *valid_text(sx_slice text) {
    text = sx_slice_head(text, SX_SHOWN);
    return g_utf8_make_valid(text.p, (gssize)text.len);
}

static gboolean makes_dialogs(sx_method method) {
    return method == SX_METHOD_INVITE || method == SX_METHOD_SUBSCRIBE || method == SX_METHOD_REFER;
}

/* The tag of the sender, when a message brings it up that may form a dialog. */
static void learn_tag(sx_context *context) {
    const sx_message *message = context->message;
    const sx_transaction *t = context->seen.transaction;
    const sx_keys *keys = &context->seen.keys;
    guint64 tag = message->is_response ? keys->to_tag : keys->from_tag;
    sx_slice text;
    if (tag == 0 || t->keys.to_tag != 0 || !makes_dialogs(keys->method) ||
        (message->is_response && (message->code == 100 || message->code >= 300)))
        return;
    sx_session_call *state = sx_session_call_make(context);
    if (state->n_sides >= MAX_SIDES || sx_session_side_of(state, tag) != NULL)
        return;
    sx_header_id header = message->is_response ? SX_HDR_TO : SX_HDR_FROM;
    if (!sx_slice_param(sx_message_header(message, header), "tag", &text))
        return;
    state->sides = g_renew(sx_session_side, state->sides, state->n_sides + 1u);
    state->sides[state->n_sides++] =
        (sx_session_side){.tag = tag, .text = valid_text(text), .frame = context->packet->frame};
}

/* Where the sender of INVITE, UPDATE and their 1xx and 2xx wants to be called. At several hops the first one counts. */
static void learn_contact(sx_context *context) {
    const sx_message *message = context->message;
    const sx_observation *seen = &context->seen;
    guint64 tag = message->is_response ? seen->keys.to_tag : seen->keys.from_tag;
    if ((seen->keys.method != SX_METHOD_INVITE && seen->keys.method != SX_METHOD_UPDATE) ||
        message->code >= 300)
        return;
    sx_session_side *side = sx_session_side_of(sx_session_call_of(context), tag);
    if (side == NULL ||
        (side->contact != 0 && (side->from != seen->source || side->to != seen->destination)))
        return;
    const sx_uri *contact = sx_context_contact(context);
    if (contact == NULL)
        return;
    side->contact = sx_uri_target(contact);
    side->contact_frame = context->packet->frame;
    side->has_record_route = sx_message_has(message, SX_HDR_RECORD_ROUTE);
    side->from = seen->source;
    side->to = seen->destination;
}

void sx_session_learn_side(sx_context *context) {
    learn_tag(context);
    learn_contact(context);
}
