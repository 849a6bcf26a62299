/* SPDX-License-Identifier: GPL-2.0-or-later
 * The INVITE that follows from a REFER: whether it goes where Refer-To says (RFC 3515 section 2.4.3, RFC 3891, RFC 3892).
 */
#include "diagnose/transfer/transfer_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/keyed_hash.h"

#define FOLLOWS_WITHIN (5 * SX_SECOND) /* an INVITE on a REFER */

/** In what an INVITE differs from the Refer-To that it follows from. Texts live as long as the findings. */
typedef struct {
    const char *user, *host; /* of Refer-To */
    const char *sent_user;   /* of the Request-URI */
    guint32 refer_frame;
    gboolean other_user, no_replaces, other_host, no_referred_by;
} target_difference;

static const sx_attachment_kind kind = {sizeof(target_difference), NULL};

static sx_transfer_memory *memory_of(const sx_context *context) {
    return (sx_transfer_memory *)context->memory[SX_LEARNER_TRANSFER];
}

void sx_transfer_learn_target(sx_context *context, const sx_uri *target) {
    sx_referred *referred =
        (sx_referred *)sx_map_put(&memory_of(context)->referred, context->seen.destination->key);
    gboolean replaces = sx_slice_find(target->rest, "replaces=", 0) < target->rest.len;
    *referred = (sx_referred){
        .key = referred->key,
        .replaces = replaces,
        .user = sx_findings_text(context->out, target->user, SX_SHOWN),
        .host = sx_findings_text(context->out, target->host, SX_SHOWN),
        .port = target->port,
        .time = context->packet->time,
        .frame = context->packet->frame,
    };
}

static gboolean is_text(sx_slice slice, const char *text) {
    return slice.len == strlen(text) && memcmp(slice.p, text, slice.len) == 0;
}

/* Only an INVITE that goes at least half where Refer-To says, or says who referred it, follows from that REFER. */
void sx_transfer_learn_follower(sx_context *context) {
    sx_transfer_memory *memory = memory_of(context);
    const sx_observation *seen = &context->seen;
    const sx_uri *uri = &seen->request_uri;
    if (memory->referred.newest == 0 || !sx_context_is_initial(context) || uri->scheme.len == 0)
        return;
    sx_referred *referred = (sx_referred *)sx_map_find(&memory->referred, seen->source->key);
    if (referred == NULL || referred->frame == 0 ||
        sx_gap(referred->time, context->packet->time) > FOLLOWS_WITHIN)
        return;
    gboolean by = sx_message_has(context->message, SX_HDR_REFERRED_BY);
    gboolean same_user = is_text(uri->user, referred->user);
    gboolean same_host = sx_slice_is(uri->host, referred->host) && uri->port == referred->port;
    if (!by && !same_host && (!same_user || uri->user.len == 0))
        return;
    target_difference differs = {
        .user = referred->user,
        .host = referred->host,
        .refer_frame = referred->frame,
        .other_user = !same_user,
        .other_host = !same_host,
        .no_replaces = referred->replaces && !sx_message_has(context->message, SX_HDR_REPLACES),
        .no_referred_by = !by,
    };
    referred->frame = 0; /* one REFER, one INVITE */
    /* A number may be rewritten on its way to another host: a dial plan does that. */
    if (!differs.no_replaces && !(differs.other_user && same_host))
        return;
    differs.sent_user = sx_findings_text(context->out, uri->user, SX_SHOWN);
    *(target_difference *)sx_attachment_make(&context->seen.transaction->attached, &kind) = differs;
}

gboolean sx_rule_transfer_target_differs(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const target_difference *differs = (const target_difference *)SX_ATTACHED(t, &kind);
    sx_finding_builder *out = context->out;
    guint code = context->message->code;
    if (differs == NULL || code == 401 || code == 407 || code == 487 || code == 491)
        return FALSE;
    if (differs->no_replaces)
        sx_ev_transfer_target_differs_headline_replaces(out, code);
    sx_ev_transfer_target_differs_follows(out, t->frame, differs->refer_frame);
    if (differs->no_replaces)
        sx_ev_transfer_target_differs_no_replaces(out);
    if (differs->other_user && differs->sent_user[0] != '\0')
        sx_ev_transfer_target_differs_other_user(out, differs->user, differs->sent_user);
    else if (differs->other_user)
        sx_ev_transfer_target_differs_no_user(out, differs->user);
    if (differs->other_host)
        sx_ev_transfer_target_differs_other_host(out, differs->host);
    if (differs->no_referred_by)
        sx_ev_transfer_target_differs_no_referred_by(out);
    return TRUE;
}
