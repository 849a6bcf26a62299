/* SPDX-License-Identifier: GPL-2.0-or-later
 * Offers that were refused for their profile: plain RTP, SRTP with keys in the SDP, DTLS-SRTP (488, 606).
 */
#include "diagnose/media/media_state.h"
#include "evidence.h"
#include "labels.h"
#include "rules.h"

/* Profiles that the peer is known to use, and how that is known. */
typedef struct {
    guint profiles; /* 0: not known */
    guint32 frame;
    gboolean answered; /* by the response itself */
} peer_profiles;

static peer_profiles profiles_of_peer(const sx_context *context) {
    const sx_media_memory *memory = sx_media_memory_of(context);
    const sx_media_host *peer = sx_media_server_history(context);
    if (memory->described && memory->summary.whole && memory->summary.profiles != 0)
        return (peer_profiles){memory->summary.profiles, context->packet->frame, TRUE};
    if (peer != NULL)
        return (peer_profiles){peer->profiles, peer->sdp_frame, FALSE};
    return (peer_profiles){.frame = 0};
}

static gboolean is_only(guint profiles, guint kinds) {
    return profiles != 0 && (profiles & ~kinds) == 0;
}

#define DTLS (1u << SX_PROFILE_DTLS_SAVP | 1u << SX_PROFILE_DTLS_SAVPF)

/* Whether no media line of the offer has a profile that the peer is known to use, and encryption is the difference:
 * AVP against AVPF is not. */
static gboolean is_shown(const sx_media_summary *offer, const peer_profiles *peer) {
    if (!offer->whole || offer->negotiates || peer->profiles == 0)
        return FALSE;
    if (is_only(offer->profiles, SX_PROFILES_SECURE))
        return is_only(peer->profiles, SX_PROFILES_PLAIN) ||
               (is_only(peer->profiles, SX_PROFILES_SECURE) &&
                (peer->profiles & offer->profiles) == 0);
    return is_only(offer->profiles, SX_PROFILES_PLAIN) && !offer->crypto &&
           is_only(peer->profiles, SX_PROFILES_SECURE);
}

/* Suites of SDES that the server had in its own descriptions, none of which is offered; 0: not known, or one is. */
static guint other_suites(const sx_context *context, const sx_media_summary *offer) {
    const sx_media_host *peer = sx_media_server_history(context);
    guint all = peer != NULL ? peer->suites | offer->suites : 1;
    return offer->whole && offer->suites != 0 && !offer->fingerprint && (all & 1) == 0 &&
                   (peer->suites & offer->suites) == 0
               ? peer->suites
               : 0;
}

/* Plain RTP for a WebSocket client: browsers take DTLS-SRTP only (RFC 8827 section 6.5). */
static gboolean is_plain_for_web(const sx_media_summary *offer) {
    return offer->whole && offer->to_web && !offer->fingerprint && !offer->negotiates &&
           is_only(offer->profiles, SX_PROFILES_PLAIN);
}

static void add_headline(sx_context *context, const sx_media_summary *offer,
                         const peer_profiles *peer) {
    sx_finding_builder *out = context->out;
    const char *wanted = sx_media_profiles_text(context, peer->profiles);
    const char *offered = sx_media_profiles_text(context, offer->profiles);
    if (is_only(offer->profiles, SX_PROFILES_PLAIN))
        sx_ev_media_secure_profile_mismatch_headline_secure_peer(out, wanted);
    else if (is_only(offer->profiles, DTLS) && (peer->profiles & DTLS) == 0)
        sx_ev_media_secure_profile_mismatch_headline_webrtc(out, wanted);
    else if (is_only(peer->profiles, SX_PROFILES_PLAIN))
        sx_ev_media_secure_profile_mismatch_headline_plain_peer(out, offered);
    else
        sx_ev_media_secure_profile_mismatch_headline_profiles(out, offered, wanted);
}

/* What shows a WebRTC client; a fingerprint alone does not. */
const char *sx_media_webrtc_marks(sx_context *context, const sx_media_summary *offer) {
    if (!offer->fingerprint || !(offer->ice || offer->bundle))
        return NULL;
    return sx_context_print(context, "a=fingerprint%s%s%s%s", offer->ice ? ", ICE" : "",
                            offer->bundle ? ", BUNDLE" : "", offer->rtcp_mux ? ", a=rtcp-mux" : "",
                            (offer->profiles & 1u << SX_PROFILE_DTLS_SAVPF) != 0 ? ", SAVPF" : "");
}

sx_word sx_media_optional_srtp(const sx_media_summary *offer) {
    if (offer->negotiates)
        return SX_LABEL_ENCRYPTION_POTENTIAL;
    if (offer->any_secure && !offer->only_secure)
        return SX_LABEL_ENCRYPTION_BOTH;
    if (offer->only_plain && offer->crypto)
        return SX_LABEL_ENCRYPTION_CRYPTO;
    return 0;
}

/* What the offer says of keys, and what is known of the peer. */
static void add_offer(sx_context *context, const sx_media_summary *offer) {
    sx_finding_builder *out = context->out;
    const char *marks = sx_media_webrtc_marks(context, offer);
    sx_word optional = sx_media_optional_srtp(offer);
    if (offer->fingerprint)
        sx_ev_media_secure_profile_mismatch_dtls(out);
    else if (offer->crypto)
        sx_ev_media_secure_profile_mismatch_sdes(out);
    else
        sx_ev_media_secure_profile_mismatch_no_keys(out);
    if (offer->ice)
        sx_ev_media_secure_profile_mismatch_ice(out);
    if (marks != NULL)
        sx_ev_media_secure_profile_mismatch_webrtc(out, marks);
    if (optional != 0)
        sx_ev_media_secure_profile_mismatch_optional(out, optional);
}

static void add_peer(sx_context *context, const peer_profiles *peer) {
    sx_finding_builder *out = context->out;
    const sx_media_host *history = sx_media_server_history(context);
    if (peer->answered)
        sx_ev_media_secure_profile_mismatch_answered(
            out, sx_media_profiles_text(context, peer->profiles));
    else if (history == NULL)
        return;
    else if (history->secure_frame == 0 && history->plain_frame != 0)
        sx_ev_media_secure_profile_mismatch_plain_peer(out, history->plain_frame);
    else if (peer->profiles != 0)
        sx_ev_media_secure_profile_mismatch_seen(
            out, sx_media_profiles_text(context, peer->profiles), peer->frame);
    else if (history->secure_frame != 0)
        sx_ev_media_secure_profile_mismatch_secure_peer(out, history->secure_frame);
}

gboolean sx_rule_media_secure_profile_mismatch(sx_context *context) {
    const sx_media_summary *offer = sx_media_refused_offer(context);
    sx_finding_builder *out = context->out;
    sx_media_warnings warnings;
    if (offer == NULL)
        return FALSE;
    sx_media_read_warnings(context->message, &warnings);
    gboolean said =
        sx_matches(sx_context_text(context), "srtp|encrypt|savp|crypto|dtls|fingerprint");
    peer_profiles peer = profiles_of_peer(context);
    gboolean shown = is_shown(offer, &peer);
    gboolean web = is_plain_for_web(offer) && !is_only(peer.profiles, SX_PROFILES_PLAIN);
    guint suites = warnings.codec ? 0 : other_suites(context, offer);
    if (!said && suites == 0 && (warnings.codec || (!warnings.profile && !shown && !web)))
        return FALSE;
    if (web)
        sx_ev_media_secure_profile_mismatch_headline_web_peer(out);
    else if (shown)
        add_headline(context, offer, &peer);
    else if (suites != 0)
        sx_ev_media_secure_profile_mismatch_headline_suites(
            out, sx_media_suites_text(context, offer->suites),
            sx_media_suites_text(context, suites));
    sx_ev_media_secure_profile_mismatch_offer(out, context->seen.transaction->frame, offer->lines);
    if (warnings.any)
        sx_ev_media_secure_profile_mismatch_warning(
            out, sx_context_shown(context, warnings.text, SX_SHOWN));
    if (suites != 0)
        sx_ev_media_secure_profile_mismatch_suites(
            out, sx_media_suites_text(context, offer->suites),
            sx_media_suites_text(context, suites), sx_media_server_history(context)->secure_frame);
    add_offer(context, offer);
    if (web)
        sx_ev_media_secure_profile_mismatch_web_peer(out);
    add_peer(context, &peer);
    return TRUE;
}
