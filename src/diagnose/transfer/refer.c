/* SPDX-License-Identifier: GPL-2.0-or-later
 * REFER, the 2xx to it, and the NOTIFYs that report on it (RFC 3515, RFC 4488).
 */
#include "diagnose/subscribe/subscribe.h"
#include "diagnose/transfer/transfer.h"
#include "diagnose/transfer/transfer_state.h"
#include "wire/body.h"
#include "wire/uri.h"

static const sx_attachment_kind of_call = {sizeof(sx_refers), NULL};
static const sx_attachment_kind of_notify = {sizeof(sx_refer_report), NULL};

sx_refers *sx_refers_of(const sx_context *context) {
    return (sx_refers *)SX_ATTACHED(context->seen.call, &of_call);
}

sx_refer *sx_refer_by_cseq(sx_refers *all, guint64 from_tag, guint32 cseq) {
    for (guint i = 0; all != NULL && i < all->n; i++) {
        if (all->refers[i].from_tag == from_tag && all->refers[i].cseq == cseq)
            return &all->refers[i];
    }
    return NULL;
}

const sx_refer *sx_refer_of_notify(const sx_context *context) {
    sx_refers *all = sx_refers_of(context);
    const sx_keys *keys = &context->seen.keys;
    const sx_refer *named = NULL;
    sx_slice id;
    guint digits = 0;
    if (all == NULL)
        return NULL;
    if (sx_slice_param(sx_message_header(context->message, SX_HDR_EVENT), "id", &id)) {
        guint32 cseq = sx_slice_number(id, &digits);
        named = digits > 0 ? sx_refer_by_cseq(all, keys->to_tag, cseq) : NULL;
    }
    for (guint i = all->n; named == NULL && i > 0; i--) {
        const sx_refer *refer = &all->refers[i - 1];
        if (refer->from_tag == keys->to_tag &&
            (refer->to_tag == 0 || refer->to_tag == keys->from_tag))
            named = refer;
    }
    return named;
}

const sx_refer_report *sx_refer_report_of(const sx_transaction *transaction) {
    return (const sx_refer_report *)SX_ATTACHED(transaction, &of_notify);
}

static gboolean refuses_notify(const sx_message *message) {
    sx_slice value = sx_message_header(message, SX_HDR_REFER_SUB);
    return sx_slice_starts(value, "false") ||
           sx_message_has_token(message, SX_HDR_REQUIRE, "nosub") ||
           sx_message_has_token(message, SX_HDR_REQUIRE, "explicitsub");
}

/* Room for one more: the oldest one goes. */
static sx_refer *add_refer(sx_refers *all) {
    if (all->n == SX_MAX_REFERS) {
        memmove(&all->refers[0], &all->refers[1], (SX_MAX_REFERS - 1) * sizeof all->refers[0]);
        all->n--;
    }
    return &all->refers[all->n++];
}

/* Who is to call himself cannot do that; with Replaces he is to take over another call of his. */
static gboolean names_receiver(const sx_uri *target, const sx_keys *keys) {
    return target->user.len > 0 &&
           sx_slice_find(target->rest, "replaces=", 0) == target->rest.len &&
           (sx_uri_aor(target) == keys->to_aor || sx_uri_target(target) == keys->request_uri);
}

void sx_transfer_learn_refer(sx_context *context) {
    const sx_observation *seen = &context->seen;
    const sx_message *message = context->message;
    sx_refers *all = (sx_refers *)sx_attachment_make(&seen->call->attached, &of_call);
    sx_slice target = sx_message_header(message, SX_HDR_REFER_TO);
    sx_slice by = sx_message_header(message, SX_HDR_REFERRED_BY);
    sx_uri uri;
    if (sx_refer_by_cseq(all, seen->keys.from_tag, seen->keys.cseq) != NULL)
        return;
    gboolean readable = sx_uri_read(target, &uri);
    if (readable) {
        target = (sx_slice){uri.scheme.p, (gsize)(uri.rest.p - uri.scheme.p)};
        sx_transfer_learn_target(context, &uri);
    }
    *add_refer(all) = (sx_refer){
        .from_tag = seen->keys.from_tag,
        .to_tag = seen->keys.to_tag,
        .cseq = seen->keys.cseq,
        .frame = context->packet->frame,
        .time = context->packet->time,
        .client = seen->source,
        .server = seen->destination,
        .refer_to = sx_findings_text(context->out, target, SX_SHOWN),
        .referred_by = sx_message_has(message, SX_HDR_REFERRED_BY)
                           ? sx_findings_text(context->out, by, SX_SHOWN)
                           : NULL,
        .to_self = readable && names_receiver(&uri, &seen->keys),
        .wants_no_notify = refuses_notify(message),
    };
}

void sx_transfer_learn_accepted(sx_context *context) {
    const sx_keys *keys = &context->seen.keys;
    sx_refer *refer = sx_refer_by_cseq(sx_refers_of(context), keys->from_tag, keys->cseq);
    if (refer == NULL || refer->accepted_frame != 0)
        return;
    refer->accepted_code = context->message->code;
    refer->accepted_frame = context->packet->frame;
    refer->accepted_time = context->packet->time;
    refer->wants_no_notify |= refuses_notify(context->message);
}

void sx_transfer_learn_notify(sx_context *context) {
    sx_transaction *t = context->seen.transaction;
    sx_refers *all = sx_refers_of(context);
    sx_message fragment;
    if (!sx_subscribe_is_event(t, "refer"))
        return;
    const sx_refer *refer = sx_refer_of_notify(context);
    sx_refer_report *report = (sx_refer_report *)sx_attachment_make(&t->attached, &of_notify);
    report->refer_frame = refer != NULL ? refer->frame : 0;
    report->refer_cseq = refer != NULL ? refer->cseq : 0;
    for (guint i = 0; all != NULL && i < all->n; i++)
        all->refers[i].notified = TRUE;
    if (sx_body_sipfrag(context->message, &fragment))
        report->fragment_code = fragment.code;
}

void sx_transfer_learn_report(sx_context *context) {
    const sx_refer_report *report = sx_refer_report_of(context->seen.transaction);
    sx_refer *refer;
    if (report == NULL || report->fragment_code < 200 || report->fragment_code > 299)
        return;
    refer = sx_refer_by_cseq(sx_refers_of(context), context->seen.keys.to_tag, report->refer_cseq);
    if (refer != NULL && refer->reported_frame == 0)
        refer->reported_frame = context->seen.transaction->frame;
}

gboolean sx_transfer_lacks_report(const sx_call *call, const sx_transaction *request) {
    sx_refers *all = (sx_refers *)SX_ATTACHED(call, &of_call);
    const sx_refer *refer = sx_refer_by_cseq(all, request->keys.from_tag, request->keys.cseq);
    return refer != NULL && refer->accepted_frame != 0 && !refer->notified &&
           !refer->wants_no_notify;
}
