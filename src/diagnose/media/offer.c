/* SPDX-License-Identifier: GPL-2.0-or-later
 * Offers that were refused at call setup (488, 606): codecs, and what else may be the reason.
 */
#include "diagnose/media/media_state.h"
#include "evidence.h"
#include "rules.h"

const sx_media_summary *sx_media_refused_offer(const sx_context *context) {
    guint code = sx_context_code(context);
    if ((code != 488 && code != 606) || context->seen.transaction->keys.to_tag != 0)
        return NULL;
    return sx_media_offer(context);
}

const sx_media_host *sx_media_server_history(const sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    if (transaction->client == transaction->server)
        return NULL;
    return sx_media_host_of(context, transaction->server);
}

/* The description in the answer; NULL if there is none, or not all of it. */
static const sx_media_summary *answer_of(const sx_context *context) {
    const sx_media_memory *memory = sx_media_memory_of(context);
    return memory->described && memory->summary.whole ? &memory->summary : NULL;
}

/* What the peer is known to take. */
typedef struct {
    const sx_codec_set *codecs; /* NULL: not known */
    const char *names;
    gboolean events;
    gboolean answered; /* the response says so itself */
} peer_codecs;

static peer_codecs codecs_of_peer(const sx_context *context) {
    const sx_media_summary *answer = answer_of(context);
    const sx_media_host *peer = sx_media_server_history(context);
    if (answer != NULL && (answer->codecs.n > 0 || answer->events))
        return (peer_codecs){&answer->codecs, answer->codec_names, answer->events, TRUE};
    if (peer != NULL && peer->codecs.n > 0)
        return (peer_codecs){&peer->codecs, peer->codec_names, peer->events, FALSE};
    return (peer_codecs){.codecs = NULL};
}

static void add_codec_headline(sx_context *context, const sx_media_summary *offer,
                               const peer_codecs *peer, const sx_media_warnings *warnings) {
    sx_finding_builder *out = context->out;
    gboolean apart = peer->codecs != NULL && offer->codecs.n > 0 &&
                     !sx_codecs_meet(&offer->codecs, peer->codecs);
    const char *takes = apart && peer->codecs->n == 0 ? "telephone-event" : peer->names;
    if (apart && offer->events && peer->events)
        sx_ev_media_codec_mismatch_headline_events(out, offer->codec_names, takes);
    else if (apart)
        sx_ev_media_codec_mismatch_headline(out, offer->codec_names, takes);
    else if (warnings->code == 304)
        sx_ev_media_codec_mismatch_headline_type(out, offer->lines);
}

gboolean sx_rule_media_codec_mismatch(sx_context *context) {
    const sx_media_summary *offer = sx_media_refused_offer(context);
    sx_finding_builder *out = context->out;
    sx_media_warnings warnings;
    if (offer == NULL)
        return FALSE;
    peer_codecs peer = codecs_of_peer(context);
    sx_media_read_warnings(context->message, &warnings);
    gboolean shown = !warnings.any && context->message->headers_complete && offer->whole &&
                     offer->codecs.n > 0 && peer.codecs != NULL &&
                     !sx_codecs_meet(&offer->codecs, peer.codecs);
    if (!warnings.codec && !shown)
        return FALSE;
    add_codec_headline(context, offer, &peer, &warnings);
    if (offer->codecs.n > 0)
        sx_ev_media_codec_mismatch_offered(out, context->seen.transaction->frame,
                                           offer->codec_names);
    else
        sx_ev_media_codec_mismatch_lines(out, context->seen.transaction->frame, offer->lines);
    if (warnings.any)
        sx_ev_media_codec_mismatch_warning(out, sx_context_shown(context, warnings.text, SX_SHOWN));
    if (peer.answered && peer.codecs->n == 0)
        sx_ev_media_codec_mismatch_only_events(out);
    else if (peer.answered)
        sx_ev_media_codec_mismatch_answered(out, peer.names);
    else if (peer.codecs != NULL)
        sx_ev_media_codec_mismatch_seen(out, sx_media_server_history(context)->frame, peer.names);
    if (shown && !peer.answered)
        sx_ev_media_codec_mismatch_none_in_common(out);
    if (offer->unmapped != 0)
        sx_ev_media_codec_mismatch_unmapped(out, offer->unmapped);
    return TRUE;
}

/* What a Warning about the whole description means, not about its media or codecs (RFC 3261 section 20.43, RFC 8373). */
static sx_word warning_meaning(guint code) {
    static const guint16 codes[] = {300, 301, 303, 306, 307, 308, 330, 331, 370};
    for (guint i = 0; i < G_N_ELEMENTS(codes); i++) {
        if (codes[i] == code)
            return sx_knowledge_value(SX_VALUES_WARNING, code);
    }
    return 0;
}

/* IPv4 against IPv6: the one that is offered, and the only one that the peer used. */
static gboolean add_family(sx_context *context, const sx_media_summary *offer) {
    const sx_media_host *peer = sx_media_server_history(context);
    if (offer->ipv6)
        sx_ev_media_offer_refused_ipv6(context->out);
    if (peer == NULL || offer->ipv4 == offer->ipv6 || peer->ipv4 == peer->ipv6 ||
        offer->ipv6 == peer->ipv6)
        return FALSE;
    sx_ev_media_offer_refused_headline_family(context->out, offer->ipv6 ? "IPv6" : "IPv4",
                                              peer->ipv6 ? "IPv6" : "IPv4");
    sx_ev_media_offer_refused_family(context->out, peer->ipv6 ? "IPv6" : "IPv4", peer->sdp_frame);
    return TRUE;
}

static void add_codecs(sx_context *context, const sx_media_summary *offer) {
    sx_finding_builder *out = context->out;
    const sx_media_summary *answer = answer_of(context);
    if (offer->codecs.n > 0)
        sx_ev_media_offer_refused_codecs(out, offer->codec_names);
    else if (offer->events)
        sx_ev_media_offer_refused_no_codec(out);
    if (offer->unmapped != 0)
        sx_ev_media_offer_refused_unmapped(out, offer->unmapped);
    if (answer != NULL && answer->codecs.n > 0)
        sx_ev_media_offer_refused_answered(out, answer->codec_names);
    if (offer->ptime != 0)
        sx_ev_media_offer_refused_ptime(out, offer->ptime);
    if (answer != NULL && answer->ptime != 0 && answer->ptime != offer->ptime)
        sx_ev_media_offer_refused_answered_ptime(out, answer->ptime);
}

static void add_transport(sx_context *context, const sx_media_summary *offer) {
    sx_finding_builder *out = context->out;
    const sx_media_host *peer = sx_media_server_history(context);
    sx_word optional = sx_media_optional_srtp(offer);
    if (peer != NULL && peer->profiles != 0 && (peer->profiles & offer->profiles) == 0 &&
        offer->profiles != 0)
        sx_ev_media_offer_refused_profiles(out, sx_media_profiles_text(context, offer->profiles),
                                           sx_media_profiles_text(context, peer->profiles),
                                           peer->sdp_frame);
    if (optional != 0)
        sx_ev_media_offer_refused_optional(out, optional);
    if (offer->crypto)
        sx_ev_media_offer_refused_sdes(out);
    if (offer->fingerprint)
        sx_ev_media_offer_refused_dtls(out);
    if (offer->ice)
        sx_ev_media_offer_refused_ice(out);
}

/* What of the offer alone many peers refuse, where none is known to take it. */
static void add_suspects(sx_context *context, const sx_media_summary *offer) {
    const guint secure = SX_PROFILES_SECURE;
    const sx_media_host *peer = sx_media_server_history(context);
    gboolean known = peer != NULL && (peer->profiles & offer->profiles) != 0;
    if (!offer->whole)
        return;
    if (!known && !offer->negotiates && !offer->to_web && offer->profiles != 0 &&
        (offer->profiles & ~secure) == 0) {
        if (sx_media_webrtc_marks(context, offer) != NULL)
            sx_ev_media_offer_refused_headline_webrtc(context->out);
        else
            sx_ev_media_offer_refused_headline_secure(
                context->out, sx_media_profiles_text(context, offer->profiles));
    }
    if (offer->audio && !offer->g711 && offer->codecs.n > 0)
        sx_ev_media_offer_refused_no_g711(context->out);
}

static void add_body(sx_context *context) {
    sx_media_body body = sx_media_body_of(context);
    if (body.multipart)
        sx_ev_media_offer_refused_multipart(context->out, body.sent);
}

gboolean sx_rule_media_offer_refused(sx_context *context) {
    const sx_media_summary *offer = sx_media_refused_offer(context);
    sx_finding_builder *out = context->out;
    sx_media_warnings warnings;
    if (offer == NULL)
        return FALSE;
    sx_media_read_warnings(context->message, &warnings);
    sx_word meaning = warning_meaning(warnings.code);
    gboolean family = add_family(context, offer);
    if (meaning != 0 && !family)
        sx_ev_media_offer_refused_headline_warning(out, meaning);
    if (warnings.any)
        sx_ev_media_offer_refused_warning(out, sx_context_shown(context, warnings.text, SX_SHOWN));
    sx_ev_media_offer_refused_offer(out, context->seen.transaction->frame, offer->lines);
    const char *type;
    guint line = sx_media_unusual_line(context, offer, &type);
    if (line != 0)
        sx_ev_media_offer_refused_unusual(out, line, type);
    add_codecs(context, offer);
    add_transport(context, offer);
    if (!warnings.any)
        add_suspects(context, offer);
    add_body(context);
    if (offer->bandwidth && (warnings.code == 303 || warnings.code == 370))
        sx_ev_media_offer_refused_bandwidth(out);
    if (offer->language && warnings.code == 308)
        sx_ev_media_offer_refused_language(out);
    return TRUE;
}
