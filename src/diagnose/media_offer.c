/* SPDX-License-Identifier: GPL-2.0-or-later
 * Offers that were refused at call setup, and preconditions that were not met (488, 606, 580).
 */
#include "diagnose/media_state.h"
#include "evidence.h"

#define MAX_TEXT 64 /* bytes shown of a text from the wire */

static gboolean is_refusal_code(guint code) {
    return code == 488 || code == 606;
}

/* The offer of a request outside a dialog that was answered with 488 or 606; else NULL. */
static const sx_media_summary *refused_offer(const sx_context *context) {
    if (!is_refusal_code(sx_context_code(context)) || context->seen.transaction->keys.to_tag != 0)
        return NULL;
    return sx_media_offer(context);
}

/* What the server put into earlier descriptions. On a host that talks to itself nobody knows who wrote them. */
static const sx_media_host *server_history(const sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    if (transaction->client == transaction->server)
        return NULL;
    return sx_media_host_of(context, transaction->server);
}

/* The codecs in the answer; NULL if it names none. */
static const sx_media_summary *answered_codecs(const sx_context *context) {
    const sx_media_memory *memory = sx_media_of(context);
    return memory->described && memory->summary.whole && memory->summary.codecs.n > 0
               ? &memory->summary
               : NULL;
}

static const char *copy_text(sx_context *context, sx_slice text) {
    return sx_context_copy(context, sx_slice_head(text, MAX_TEXT));
}

/* The frame of the first description of the peer with plain RTP, if it sent none with SRTP; 0: not known. */
static guint32 plain_peer_frame(const sx_context *context) {
    const sx_media_host *peer = server_history(context);
    const sx_media_memory *memory = sx_media_of(context);
    if (peer != NULL && peer->secure_frame != 0)
        return 0;
    if (peer != NULL && peer->plain_frame != 0)
        return peer->plain_frame;
    return memory->described && memory->summary.whole && memory->summary.only_plain
               ? context->occasion->frame
               : 0;
}

gboolean sx_media_secure_profile_mismatch(sx_context *context) {
    const sx_media_summary *offer = refused_offer(context);
    sx_finding_builder *out = context->out;
    sx_media_warnings warnings;
    if (offer == NULL)
        return FALSE;
    const sx_media_host *peer = server_history(context);
    sx_media_read_warnings(context->message, &warnings);
    gboolean said =
        sx_matches(sx_context_text(context), "srtp|encrypt|savp|crypto|dtls|fingerprint");
    guint32 plain_frame = plain_peer_frame(context);
    gboolean shown = offer->only_secure && offer->whole && plain_frame != 0;
    if (!said && (warnings.codec || (!warnings.profile && !shown)))
        return FALSE;
    sx_ev_media_secure_profile_mismatch_offer(out, context->seen.transaction->frame, offer->lines);
    if (warnings.any)
        sx_ev_media_secure_profile_mismatch_warning(out, warnings.code,
                                                    copy_text(context, warnings.text));
    if (offer->fingerprint)
        sx_ev_media_secure_profile_mismatch_dtls(out);
    else if (offer->crypto)
        sx_ev_media_secure_profile_mismatch_sdes(out);
    else
        sx_ev_media_secure_profile_mismatch_no_keys(out);
    if (offer->ice)
        sx_ev_media_secure_profile_mismatch_ice(out);
    if (plain_frame != 0)
        sx_ev_media_secure_profile_mismatch_plain_peer(out, plain_frame);
    else if (peer != NULL && peer->secure_frame != 0)
        sx_ev_media_secure_profile_mismatch_secure_peer(out, peer->secure_frame);
    return TRUE;
}

gboolean sx_media_codec_mismatch(sx_context *context) {
    const sx_media_summary *offer = refused_offer(context);
    sx_finding_builder *out = context->out;
    sx_media_warnings warnings;
    if (offer == NULL)
        return FALSE;
    const sx_media_summary *answer = answered_codecs(context);
    const sx_media_host *peer = server_history(context);
    const sx_codec_set *known = peer != NULL && peer->codecs.n > 0 ? &peer->codecs : NULL;
    if (answer != NULL)
        known = &answer->codecs;
    sx_media_read_warnings(context->message, &warnings);
    gboolean shown = !warnings.any && context->message->headers_complete && offer->whole &&
                     offer->codecs.n > 0 && known != NULL && !sx_codecs_meet(&offer->codecs, known);
    if (!warnings.codec && !shown)
        return FALSE;
    if (offer->codecs.n > 0)
        sx_ev_media_codec_mismatch_offered(out, context->seen.transaction->frame,
                                           offer->codec_names);
    else
        sx_ev_media_codec_mismatch_lines(out, context->seen.transaction->frame, offer->lines);
    if (warnings.any)
        sx_ev_media_codec_mismatch_warning(out, warnings.code, copy_text(context, warnings.text));
    if (answer != NULL)
        sx_ev_media_codec_mismatch_answered(out, answer->codec_names);
    else if (known != NULL)
        sx_ev_media_codec_mismatch_seen(out, peer->frame, peer->codec_names);
    if (shown && answer == NULL)
        sx_ev_media_codec_mismatch_none_in_common(out);
    return TRUE;
}

gboolean sx_media_offer_refused(sx_context *context) {
    const sx_media_summary *offer = refused_offer(context);
    sx_finding_builder *out = context->out;
    sx_media_warnings warnings;
    if (offer == NULL)
        return FALSE;
    sx_media_read_warnings(context->message, &warnings);
    if (warnings.any)
        sx_ev_media_offer_refused_warning(out, warnings.code, copy_text(context, warnings.text));
    sx_ev_media_offer_refused_offer(out, context->seen.transaction->frame, offer->lines);
    if (offer->codecs.n > 0)
        sx_ev_media_offer_refused_codecs(out, offer->codec_names);
    if (answered_codecs(context) != NULL)
        sx_ev_media_offer_refused_answered(out, answered_codecs(context)->codec_names);
    if (offer->ipv6)
        sx_ev_media_offer_refused_ipv6(out);
    if (offer->ptime != 0)
        sx_ev_media_offer_refused_ptime(out, offer->ptime);
    if (offer->crypto)
        sx_ev_media_offer_refused_sdes(out);
    if (offer->fingerprint)
        sx_ev_media_offer_refused_dtls(out);
    if (offer->ice)
        sx_ev_media_offer_refused_ice(out);
    return TRUE;
}

/* The attribute of the answer that tells which precondition was not met (RFC 3312 section 8). */
static sx_slice refused_precondition(const sx_context *context) {
    const sx_media_memory *memory = sx_media_of(context);
    return memory->described ? memory->sdp.qos.refused : (sx_slice){"", 0};
}

gboolean sx_media_precondition_failed(sx_context *context) {
    const sx_media_summary *offer = sx_media_offer(context);
    sx_finding_builder *out = context->out;
    guint code = sx_context_code(context);
    sx_media_warnings warnings;
    gboolean demanded = offer != NULL && offer->qos && offer->qos_required;
    if (code != 580 && !(is_refusal_code(code) && demanded))
        return FALSE;
    sx_slice refused = refused_precondition(context);
    if (refused.len > 0)
        sx_ev_media_precondition_failed_refused(out, copy_text(context, refused));
    if (offer != NULL && offer->qos)
        sx_ev_media_precondition_failed_offer(out, context->seen.transaction->frame,
                                              offer->qos_state);
    else
        sx_ev_media_precondition_failed_request(out, context->seen.transaction->frame);
    if (demanded)
        sx_ev_media_precondition_failed_required(out);
    sx_media_read_warnings(context->message, &warnings);
    if (warnings.any)
        sx_ev_media_precondition_failed_warning(out, warnings.code,
                                                copy_text(context, warnings.text));
    return TRUE;
}
