/* SPDX-License-Identifier: GPL-2.0-or-later
 * INVITE with Replaces: it takes the place of another call (RFC 3891).
 */
#include "diagnose/transfer/transfer.h"
#include "diagnose/transfer/transfer_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/keyed_hash.h"

/** The Replaces header of an INVITE. Texts live as long as the findings. */
typedef struct {
    guint64 call_id, to_tag, from_tag;
    const char *call_id_text, *to_tag_text, *from_tag_text;
    gboolean early_only;
} replaces_state;

static const sx_attachment_kind kind = {sizeof(replaces_state), NULL};

void sx_transfer_learn_replaces(sx_context *context) {
    sx_slice value = sx_message_header(context->message, SX_HDR_REPLACES);
    const char *semicolon = value.len > 0 ? memchr(value.p, ';', value.len) : NULL;
    sx_slice call_id = {value.p, semicolon ? (gsize)(semicolon - value.p) : value.len};
    sx_slice to_tag = {value.p, 0};
    sx_slice from_tag = {value.p, 0};
    sx_slice ignored;
    if (!sx_message_has(context->message, SX_HDR_REPLACES))
        return;
    call_id = sx_slice_trim(call_id);
    sx_slice_param(value, "to-tag", &to_tag);
    sx_slice_param(value, "from-tag", &from_tag);
    replaces_state *replaces =
        (replaces_state *)sx_attachment_make(&context->seen.transaction->attached, &kind);
    *replaces = (replaces_state){
        .call_id = sx_hash_slice(0, call_id),
        .to_tag = sx_hash_slice(0, to_tag),
        .from_tag = sx_hash_slice(0, from_tag),
        .call_id_text = sx_findings_text(context->out, call_id, SX_SHOWN),
        .to_tag_text = sx_findings_text(context->out, to_tag, SX_SHOWN),
        .from_tag_text = sx_findings_text(context->out, from_tag, SX_SHOWN),
        .early_only = sx_slice_param(value, "early-only", &ignored),
    };
}

static const sx_attachment_kind takeover_kind = {sizeof(sx_takeover), NULL};

void sx_transfer_learn_takeover(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const replaces_state *replaces = (const replaces_state *)SX_ATTACHED(t, &kind);
    sx_call *call = replaces != NULL ? sx_calls_find_call(context->calls, replaces->call_id) : NULL;
    if (call == NULL || SX_ATTACHED(call, &takeover_kind) != NULL)
        return;
    sx_takeover *takeover = (sx_takeover *)sx_attachment_make(&call->attached, &takeover_kind);
    *takeover = (sx_takeover){.tags = {replaces->to_tag, replaces->from_tag},
                              .frame = t->frame,
                              .accepted_frame = context->packet->frame,
                              .accepted_code = context->message->code};
}

const sx_takeover *sx_transfer_takeover_of(const sx_call *call) {
    return (const sx_takeover *)SX_ATTACHED(call, &takeover_kind);
}

/* The newest INVITE of a call that has one of these tags as its own, and may have formed an early dialog with the other. */
static const sx_transaction *early_invite(const sx_context *context, const sx_call *call,
                                          const replaces_state *replaces) {
    const sx_tag *one = sx_call_tag(call, replaces->to_tag);
    const sx_tag *other = sx_call_tag(call, replaces->from_tag);
    const sx_transaction *t;
    sx_transaction_walk walk = {0};
    if (one == NULL || other == NULL || one->by_response == other->by_response)
        return NULL;
    guint64 caller = one->by_response ? replaces->from_tag : replaces->to_tag;
    const sx_tag *callee = one->by_response ? one : other;
    while ((t = sx_calls_walk(context->calls, call, &walk)) != NULL) {
        if (t->keys.method == SX_METHOD_INVITE && t->keys.from_tag == caller &&
            t->keys.to_tag == 0 && t->ring_frame != 0 && callee->frame > t->frame)
            return t;
    }
    return NULL;
}

/* Whether to-tag, which has to be the tag of the one who gets this INVITE, is that of the other side: seen from where
 * the replaced call was set up. */
static gboolean is_exchanged(const sx_context *context, const sx_transaction *first,
                             const replaces_state *replaces) {
    const sx_host *receiver = context->seen.transaction->server;
    if (first == NULL || first->client == first->server)
        return FALSE;
    if (receiver == first->client)
        return replaces->to_tag != first->keys.from_tag;
    return receiver == first->server && replaces->to_tag == first->keys.from_tag;
}

/* A dialog that no 2xx has confirmed (RFC 3891 section 3: only who sent the INVITE may be asked to replace it). */
static void add_early(sx_context *context, const sx_transaction *invite,
                      const replaces_state *replaces) {
    sx_finding_builder *out = context->out;
    gboolean exchanged = is_exchanged(context, invite, replaces);
    if (exchanged)
        sx_ev_transfer_replaces_failed_exchanged(out, replaces->to_tag_text,
                                                 replaces->from_tag_text);
    if (invite->final != NULL && invite->final->code >= 300) {
        sx_ev_transfer_replaces_failed_ended_early(
            out, invite->final->code, invite->final->frame,
            sx_gap(invite->final->time, context->packet->time));
        return;
    }
    sx_ev_transfer_replaces_failed_early(out, invite->ring_code, invite->ring_frame);
    if (!exchanged && context->seen.transaction->server == invite->server &&
        invite->client != invite->server)
        sx_ev_transfer_replaces_failed_early_callee(out);
}

static void add_dialog(sx_context *context, const sx_dialog *dialog,
                       const replaces_state *replaces) {
    sx_finding_builder *out = context->out;
    if (is_exchanged(context, sx_calls_transaction(context->calls, dialog->confirmed_by), replaces))
        sx_ev_transfer_replaces_failed_exchanged(out, replaces->to_tag_text,
                                                 replaces->from_tag_text);
    if (dialog->confirmed_frame != 0)
        sx_ev_transfer_replaces_failed_seen(out, dialog->confirmed_frame);
    if (dialog->n_byes > 0)
        sx_ev_transfer_replaces_failed_ended(out, dialog->byes[0].frame,
                                             sx_gap(dialog->byes[0].time, context->packet->time));
    if (replaces->early_only && dialog->confirmed_frame != 0)
        sx_ev_transfer_replaces_failed_early_only(out, dialog->confirmed_frame);
}

/* What the capture knows of the call that was to be replaced. */
static void add_replaced_call(sx_context *context, const replaces_state *replaces) {
    const sx_call *call = sx_calls_find_call(context->calls, replaces->call_id);
    if (call == NULL) {
        sx_ev_transfer_replaces_failed_unseen(context->out);
        return;
    }
    const sx_dialog *dialog = sx_call_dialog(call, replaces->to_tag, replaces->from_tag);
    const sx_transaction *invite = dialog == NULL ? early_invite(context, call, replaces) : NULL;
    if (dialog != NULL)
        add_dialog(context, dialog, replaces);
    else if (invite != NULL)
        add_early(context, invite, replaces);
    else if (!call->starts_inside)
        sx_ev_transfer_replaces_failed_other_tags(context->out, call->first_frame);
}

gboolean sx_rule_transfer_replaces_failed(sx_context *context) {
    const replaces_state *replaces =
        (const replaces_state *)SX_ATTACHED(context->seen.transaction, &kind);
    guint code = context->message->code;
    if (replaces == NULL || (code != 481 && code != 486 && code != 603))
        return FALSE;
    sx_ev_transfer_replaces_failed_headline(context->out, code);
    sx_ev_transfer_replaces_failed_replaces(context->out, replaces->call_id_text,
                                            replaces->to_tag_text, replaces->from_tag_text);
    add_replaced_call(context, replaces);
    return TRUE;
}
