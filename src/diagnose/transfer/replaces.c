/* SPDX-License-Identifier: GPL-2.0-or-later
 * INVITE with Replaces: it takes the place of another call (RFC 3891).
 */
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

/* What the capture knows of the call that was to be replaced. */
static void add_replaced_call(sx_context *context, const replaces_state *replaces) {
    const sx_call *call = sx_calls_find_call(context->calls, replaces->call_id);
    if (call == NULL) {
        sx_ev_transfer_replaces_failed_unseen(context->out);
        return;
    }
    const sx_dialog *dialog = sx_call_dialog(call, replaces->to_tag, replaces->from_tag);
    if (dialog == NULL) {
        if (!call->starts_inside)
            sx_ev_transfer_replaces_failed_other_tags(context->out, call->first_frame);
        return;
    }
    if (dialog->confirmed_frame != 0)
        sx_ev_transfer_replaces_failed_seen(context->out, dialog->confirmed_frame);
    if (dialog->n_byes > 0)
        sx_ev_transfer_replaces_failed_ended(context->out, dialog->byes[0].frame,
                                             sx_gap(dialog->byes[0].time, context->packet->time));
    if (replaces->early_only && dialog->confirmed_frame != 0)
        sx_ev_transfer_replaces_failed_early_only(context->out, dialog->confirmed_frame);
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
