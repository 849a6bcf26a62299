/* SPDX-License-Identifier: GPL-2.0-or-later
 * Questions that several rules of the family "session" ask.
 */
#include "diagnose/session.h"
#include "knowledge/knowledge.h"

const char *sx_session_words(sx_context *context) {
    const sx_message *message = context->message;
    sx_header_walk walk = {0};
    sx_reason reason;
    sx_slice warning;
    while (sx_reason_next(message, &walk, &reason)) {
        if (reason.text.len > 0)
            return sx_context_copy(context, sx_slice_head(reason.text, 2 * SX_SESSION_TEXT));
    }
    walk = (sx_header_walk){0};
    if (sx_message_next_element(message, SX_HDR_WARNING, &walk, &warning))
        return sx_context_copy(context, sx_slice_head(warning, 2 * SX_SESSION_TEXT));
    if (message->phrase.len > 0 &&
        !sx_slice_is(message->phrase,
                     sx_knowledge_registered_name(sx_knowledge_code(message->code))))
        return sx_context_copy(context, sx_slice_head(message->phrase, 2 * SX_SESSION_TEXT));
    return NULL;
}

const char *sx_session_host(sx_context *context, const sx_host *host) {
    char *text = sx_host_text(host);
    const char *copy = g_string_chunk_insert(context->scratch, text);
    g_free(text);
    return copy;
}

const char *sx_session_sender(sx_context *context, guint64 from_tag, const sx_host *host) {
    const sx_dialog *dialog = context->seen.dialog;
    const char *address = sx_session_host(context, host);
    if (dialog == NULL || dialog->confirmed_frame == 0 ||
        dialog->confirmed_method != SX_METHOD_INVITE || context->seen.call->starts_inside)
        return address;
    char *text = g_strdup_printf(
        "the %s (%s)", dialog->caller_tag == from_tag ? "caller" : "called side", address);
    const char *copy = g_string_chunk_insert(context->scratch, text);
    g_free(text);
    return copy;
}

const sx_transaction *sx_session_relayed_request(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_transaction *found = NULL;
    const sx_transaction *other;
    sx_transaction_walk walk = {0};
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other->id < t->id && other->keys.method == t->keys.method &&
            other->keys.cseq == t->keys.cseq && other->keys.from_tag == t->keys.from_tag &&
            (other->client != t->client || other->server != t->server))
            found = other;
    }
    return found;
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

const char *sx_session_method(const sx_transaction *transaction) {
    const char *name = sx_method_name(transaction->keys.method);
    return name != NULL ? name : "request";
}
