/* SPDX-License-Identifier: GPL-2.0-or-later
 * Dialogs of a call: formed by a 2xx, acknowledged, ended by BYE (RFC 3261 sections 12 to 15).
 */
#include "calls/memory.h"

sx_dialog *sx_call_dialog(const sx_call *call, guint64 tag, guint64 other_tag) {
    for (sx_dialog *dialog = call->dialogs; dialog != NULL; dialog = dialog->next) {
        if ((dialog->caller_tag == tag && dialog->callee_tag == other_tag) ||
            (dialog->caller_tag == other_tag && dialog->callee_tag == tag))
            return dialog;
    }
    return NULL;
}

const sx_tag *sx_call_tag(const sx_call *call, guint64 tag) {
    for (guint i = 0; i < call->n_tags; i++) {
        if (call->tags[i].tag == tag)
            return &call->tags[i];
    }
    return NULL;
}

const sx_ack *sx_call_ack(const sx_call *call, guint32 cseq, guint64 to_tag) {
    for (guint i = 1; i <= call->n_acks; i++) {
        const sx_ack *ack = &call->acks[(call->next_ack + SX_N_ACKS - i) % SX_N_ACKS];
        if (ack->cseq == cseq && (to_tag == 0 || ack->to_tag == to_tag))
            return ack;
    }
    return NULL;
}

/* Whether an earlier INVITE had its answer repeated after this one: then its ACK is repeated, too. */
static gboolean is_for_earlier(const sx_calls *calls, const sx_call *call, const sx_ack *ack,
                               guint32 frame) {
    sx_transaction_walk walk = {0};
    const sx_transaction *t;
    while ((t = sx_calls_walk(calls, call, &walk)) != NULL) {
        if (t->keys.method != SX_METHOD_INVITE || t->keys.cseq != ack->cseq)
            continue;
        for (const sx_final *final = t->final; final != NULL; final = final->next) {
            if (final->last_frame > frame)
                return TRUE;
        }
    }
    return FALSE;
}

/* Whether an ACK is for an answer of the call, at whatever hop or branch: then it is not meant for another one. */
static gboolean has_answer(const sx_calls *calls, const sx_call *call, const sx_ack *ack) {
    sx_transaction_walk walk = {0};
    const sx_transaction *t;
    while ((t = sx_calls_walk(calls, call, &walk)) != NULL) {
        if (t->keys.method != SX_METHOD_INVITE || t->keys.cseq != ack->cseq)
            continue;
        for (const sx_final *final = t->final; final != NULL; final = final->next) {
            if (final->to_tag == ack->to_tag)
                return TRUE;
        }
    }
    return FALSE;
}

const sx_ack *sx_call_other_ack(const sx_calls *calls, const sx_observation *seen,
                                const sx_packet *packet) {
    const sx_final *final = seen->final;
    for (guint i = 0; i < seen->call->n_acks; i++) {
        const sx_ack *ack = &seen->call->acks[i];
        if (ack->client != seen->destination || ack->client_port != packet->destination.port ||
            ack->frame <= final->frame || !sx_call_shows_late(seen->call, ack->time, packet->time))
            continue;
        if (ack->cseq == seen->keys.cseq
                ? ack->to_tag != final->to_tag && !has_answer(calls, seen->call, ack)
                : ack->to_tag == final->to_tag &&
                      !is_for_earlier(calls, seen->call, ack, final->frame))
            return ack;
    }
    return NULL;
}

/* The dialog of these tags, made if there is room for it. */
static sx_dialog *dialog_of(sx_call *call, const sx_keys *keys) {
    sx_dialog *dialog = sx_call_dialog(call, keys->from_tag, keys->to_tag);
    if (dialog != NULL || call->n_dialogs >= SX_MAX_LOOK_BACK)
        return dialog;
    dialog = g_new0(sx_dialog, 1);
    dialog->caller_tag = keys->from_tag;
    dialog->callee_tag = keys->to_tag;
    dialog->next = call->dialogs;
    call->dialogs = dialog;
    call->n_dialogs++;
    return dialog;
}

static gboolean forms_dialog(sx_method method) {
    return method == SX_METHOD_INVITE || method == SX_METHOD_SUBSCRIBE || method == SX_METHOD_REFER;
}

static void note_bye(sx_dialog *dialog, const sx_packet *packet, const sx_observation *seen) {
    if (dialog->n_byes >= SX_MAX_BYES)
        return;
    dialog->byes =
        (sx_bye *)sx_memory_grow(dialog->byes, dialog->n_byes, sizeof(sx_bye), &dialog->own_bye, 1);
    dialog->byes[dialog->n_byes++] =
        (sx_bye){packet->time,    seen->keys.from_tag, seen->keys.branch,
                 seen->keys.cseq, packet->frame,       seen->transaction->id};
}

void sx_dialogs_observe(const sx_message *message, const sx_packet *packet, sx_observation *seen) {
    const sx_keys *keys = &seen->keys;
    if (keys->from_tag == 0 || keys->to_tag == 0)
        return;
    gboolean success = message->is_response && message->code >= 200 && message->code < 300;
    gboolean bye = !message->is_response && keys->method == SX_METHOD_BYE;
    if ((success && forms_dialog(keys->method)) || bye)
        seen->dialog = dialog_of(seen->call, keys);
    else
        seen->dialog = sx_call_dialog(seen->call, keys->from_tag, keys->to_tag);
    sx_dialog *dialog = seen->dialog;
    if (dialog == NULL)
        return;
    if (success && forms_dialog(keys->method) && dialog->confirmed_frame == 0) {
        dialog->confirmed_frame = packet->frame;
        dialog->confirmed_time = packet->time;
        dialog->confirmed_by = seen->transaction ? seen->transaction->id : 0;
        dialog->confirmed_method = (guint8)keys->method;
    }
    if (keys->method == SX_METHOD_ACK && !message->is_response && dialog->ack_frame == 0)
        dialog->ack_frame = packet->frame;
    if (bye && seen->repetition == SX_FIRST)
        note_bye(dialog, packet, seen);
}
