/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "session": dialogs and the changes in them (RFC 3261 sections 12 to 15).
 */
#include "diagnose/session/session_state.h"

static void release(void *own) {
    sx_session_call *call = (sx_session_call *)own;
    g_free(call->glares);
    g_free(call->timers);
}

static const sx_attachment_kind of_call = {sizeof(sx_session_call), release};

sx_session_call *sx_session_call_of(const sx_context *context) {
    return (sx_session_call *)SX_ATTACHED(context->seen.call, &of_call);
}

sx_session_call *sx_session_call_make(const sx_context *context) {
    return (sx_session_call *)sx_attachment_make(&context->seen.call->attached, &of_call);
}

sx_session_party sx_session_party_of(const sx_context *context, guint64 from_tag) {
    const sx_dialog *dialog = context->seen.dialog;
    if (dialog == NULL || dialog->confirmed_frame == 0 ||
        dialog->confirmed_method != SX_METHOD_INVITE || context->seen.call->starts_inside)
        return SX_PARTY_UNKNOWN;
    return dialog->caller_tag == from_tag ? SX_PARTY_CALLER : SX_PARTY_CALLEE;
}

/* A BYE that was challenged has ended nothing. */
static gboolean was_challenged(const sx_context *context, const sx_bye *bye) {
    const sx_transaction *t = sx_calls_transaction(context->calls, bye->transaction);
    return t != NULL && t->final != NULL && (t->final->code == 401 || t->final->code == 407);
}

const sx_bye *sx_session_other_bye(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_dialog *dialog = sx_call_dialog(context->seen.call, t->keys.from_tag, t->keys.to_tag);
    for (guint i = dialog ? dialog->n_byes : 0; i > 0; i--) {
        const sx_bye *bye = &dialog->byes[i - 1];
        gboolean is_copy = bye->transaction == t->id ||
                           (bye->from_tag == t->keys.from_tag && bye->cseq == t->keys.cseq);
        if (!is_copy && !was_challenged(context, bye))
            return bye;
    }
    return NULL;
}

gboolean sx_session_open_at(const sx_transaction *transaction, guint32 frame) {
    for (const sx_final *final = transaction->final; final != NULL; final = final->next) {
        if (final->frame < frame)
            return FALSE;
    }
    return TRUE;
}

gboolean sx_session_is_change(const sx_transaction *transaction) {
    sx_method method = transaction->keys.method;
    return method == SX_METHOD_INVITE || method == SX_METHOD_UPDATE;
}

gboolean sx_session_is_dialog_of(const sx_transaction *transaction, const sx_keys *keys) {
    const sx_keys *own = &transaction->keys;
    return (own->from_tag == keys->from_tag && own->to_tag == keys->to_tag) ||
           (own->from_tag == keys->to_tag && own->to_tag == keys->from_tag);
}

const sx_transaction *sx_session_own_open_request(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_transaction *other;
    sx_transaction_walk walk = {0};
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other->id < t->id && sx_session_is_change(other) &&
            other->keys.from_tag == t->keys.from_tag &&
            (other->keys.to_tag == t->keys.to_tag || other->keys.to_tag == 0) &&
            other->keys.cseq != t->keys.cseq && sx_session_open_at(other, t->frame))
            return other;
    }
    return NULL;
}

static void learn_request(sx_context *context) {
    if (context->seen.transaction == NULL)
        return;
    if (context->seen.keys.method == SX_METHOD_PRACK)
        sx_session_learn_prack(context);
}

static void learn_response(sx_context *context) {
    sx_method method = context->seen.keys.method;
    guint code = context->message->code;
    if (context->seen.transaction == NULL)
        return;
    if (code > 100 && code < 200 && method == SX_METHOD_INVITE)
        sx_session_learn_reliable(context);
    if (code >= 200 && code < 300 && sx_session_is_change(context->seen.transaction))
        sx_session_learn_timer(context);
}

static void note(sx_context *context, guint outcome G_GNUC_UNUSED) {
    const sx_observation *seen = &context->seen;
    if (sx_context_code(context) == 491 && seen->transaction != NULL &&
        seen->relayed_from == NULL && sx_session_is_change(seen->transaction))
        sx_session_note_glare(context);
}

const sx_learner sx_session_learner = {
    .request = learn_request, .response = learn_response, .after = note};
