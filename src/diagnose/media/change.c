/* SPDX-License-Identifier: GPL-2.0-or-later
 * Changes of a running session: refused, and the call that is dropped instead of going on (RFC 3261 section 14.1).
 */
#include "diagnose/media/media.h"
#include "diagnose/media/media_state.h"
#include "evidence.h"
#include "rules.h"

#define DROP_WITHIN (5 * SX_SECOND)

const sx_media_summary *sx_media_offered_change(const sx_context *context) {
    return context->seen.transaction->keys.to_tag != 0 ? sx_media_offer(context) : NULL;
}

sx_media_hold sx_media_accepted_hold(const sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    const sx_media_summary *offer = transaction != NULL ? sx_media_offered_change(context) : NULL;
    if (offer == NULL || !offer->whole || offer->address == 0 || sx_media_lacks_body(context))
        return SX_MEDIA_NO_HOLD;
    const sx_media_side *was = sx_media_side_of(context, transaction->keys.from_tag,
                                                transaction->client, transaction->server);
    if (was == NULL || !was->hold == !offer->hold)
        return SX_MEDIA_NO_HOLD;
    return offer->hold ? SX_MEDIA_HOLD : SX_MEDIA_RESUME;
}

static gboolean is_change_refusal(guint code) {
    static const guint16 codes[] = {400, 403, 415, 480, 486, 488, 500, 501, 503, 580, 603, 606};
    for (guint i = 0; i < G_N_ELEMENTS(codes); i++) {
        if (codes[i] == code)
            return TRUE;
    }
    return FALSE;
}

/* What the offer would have changed of the session before it. Answers whether that was anything. */
static gboolean add_differences(sx_finding_builder *out, const sx_media_summary *offer,
                                const sx_media_side *was) {
    gboolean resume = was->hold && !offer->hold;
    gboolean video = !was->video && offer->video;
    gboolean encryption = was->secure != offer->any_secure;
    gboolean address = was->address != offer->address && !offer->black_hole;
    gboolean codecs = offer->codecs.n > 0 && was->codecs != sx_codecs_hash(&offer->codecs);
    if (resume)
        sx_ev_media_change_refused_headline_resume(out);
    else if (video)
        sx_ev_media_change_refused_headline_video(out);
    if (resume)
        sx_ev_media_change_refused_resume(out, was->frame);
    if (video)
        sx_ev_media_change_refused_video(out, was->frame);
    if (encryption)
        sx_ev_media_change_refused_encryption(out, offer->lines, was->frame);
    if (address)
        sx_ev_media_change_refused_address(out, was->frame);
    if (codecs)
        sx_ev_media_change_refused_codecs(out, offer->codec_names, was->frame);
    return resume || video || encryption || address || codecs || was->video != offer->video;
}

/* Hold by an address that is none (RFC 2543), by a direction (RFC 3264 section 8.4), or by both. */
static void add_hold(sx_finding_builder *out, const sx_media_summary *offer) {
    gboolean by_direction = offer->media[0].direction == SX_SDP_SENDONLY ||
                            offer->media[0].direction == SX_SDP_INACTIVE;
    if (offer->black_hole && !by_direction) {
        sx_ev_media_change_refused_headline_black_hole(out);
        sx_ev_media_change_refused_black_hole(out);
        return;
    }
    sx_ev_media_change_refused_headline_hold(out);
    if (offer->black_hole)
        sx_ev_media_change_refused_black_hole_too(out);
    else
        sx_ev_media_change_refused_hold(out);
}

static void add_kind(sx_context *context, const sx_media_summary *offer) {
    sx_finding_builder *out = context->out;
    const sx_transaction *transaction = context->seen.transaction;
    const sx_media_side *was = sx_media_side_of(context, transaction->keys.from_tag,
                                                transaction->client, transaction->server);
    gboolean hold = (offer->hold || offer->black_hole) && (was == NULL || !was->hold);
    if (hold)
        add_hold(out, offer);
    if (was == NULL || was->address == 0 || offer->address == 0)
        return; /* no audio or video to compare */
    if (!add_differences(out, offer, was) && !hold && offer->whole)
        sx_ev_media_change_refused_refresh(out, was->frame);
}

/* 415: what was sent against what the peer takes. */
static void add_type(sx_context *context) {
    sx_media_body body = sx_media_body_of(context);
    if (body.sent != NULL && body.accept != NULL && !body.listed)
        sx_ev_media_change_refused_headline_type(context->out, body.sent, body.accept);
    if (body.sent != NULL)
        sx_ev_media_change_refused_sent(context->out, context->seen.transaction->frame, body.sent);
}

gboolean sx_rule_media_change_refused(sx_context *context) {
    const sx_media_summary *offer = sx_media_offered_change(context);
    sx_finding_builder *out = context->out;
    sx_media_warnings warnings;
    if (offer == NULL || !is_change_refusal(sx_context_code(context)))
        return FALSE;
    sx_ev_media_change_refused_offer(out, context->seen.transaction->frame, offer->lines);
    add_kind(context, offer);
    const sx_media_refusal *before = sx_media_open_refusal(context);
    if (before != NULL && before->t38 && offer->audio && !offer->image)
        sx_ev_media_change_refused_after_t38(out, before->frame);
    sx_media_read_warnings(context->message, &warnings);
    if (warnings.any)
        sx_ev_media_change_refused_warning(out, sx_context_shown(context, warnings.text, SX_SHOWN));
    if (sx_context_code(context) == 415)
        add_type(context);
    return TRUE;
}

/* Refusals that end the call by themselves (RFC 5057 section 5.1): a BYE after them is right. */
static gboolean ends_call(guint code) {
    static const guint16 codes[] = {404, 405, 410, 416, 480, 482, 483,
                                    484, 485, 489, 501, 502, 604};
    for (guint i = 0; i < G_N_ELEMENTS(codes); i++) {
        if (codes[i] == code)
            return TRUE;
    }
    return FALSE;
}

/* Whether this BYE was seen before, one hop back. */
static gboolean is_relayed_bye(const sx_context *context) {
    const sx_dialog *dialog = context->seen.dialog;
    for (guint i = 0; dialog != NULL && i < dialog->n_byes; i++) {
        const sx_bye *bye = &dialog->byes[i];
        if (bye->frame != context->packet->frame && bye->cseq == context->seen.keys.cseq &&
            bye->from_tag == context->seen.keys.from_tag)
            return TRUE;
    }
    return FALSE;
}

gboolean sx_rule_media_dropped_after_refusal(sx_context *context) {
    const sx_media_refusal *refusal = sx_media_open_refusal(context);
    sx_finding_builder *out = context->out;
    if (refusal == NULL || ends_call(refusal->code) || is_relayed_bye(context))
        return FALSE;
    gint64 after = sx_gap(refusal->time, context->packet->time);
    if (after > DROP_WITHIN)
        return FALSE;
    sx_ev_media_dropped_after_refusal_refused(out, refusal->code, refusal->frame, after);
    if (refusal->t38)
        sx_ev_media_dropped_after_refusal_t38(out);
    if (context->seen.keys.from_tag == refusal->asker_tag)
        sx_ev_media_dropped_after_refusal_by_asker(out);
    else
        sx_ev_media_dropped_after_refusal_by_refuser(out);
    return TRUE;
}
