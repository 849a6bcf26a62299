/* SPDX-License-Identifier: GPL-2.0-or-later
 * Answers that do not keep to their offer (RFC 3264 section 6). No outcome of its own: the response did accept the
 * request, so its outcome takes this as evidence, in the words of normal.success.
 */
#include "diagnose/media/media.h"
#include "diagnose/media/media_state.h"
#include "evidence.h"

/* One m= line of the answer and its partner. */
typedef struct {
    sx_context *context;
    guint64 number; /* from 1 */
    guint32 frame;  /* of the offer */
    const sx_media_line *offered, *answered;
    const sx_sdp_media *media; /* of the answer */
    gboolean bundled; /* BUNDLE: the first line may speak for it (RFC 9143 section 7.1.3) */
} line_pair;

static const char *const directions[] = {
    [SX_SDP_SENDRECV] = "sendrecv",
    [SX_SDP_SENDONLY] = "sendonly",
    [SX_SDP_RECVONLY] = "recvonly",
    [SX_SDP_INACTIVE] = "inactive",
};

static gboolean is_direction_allowed(guint offered, guint answered) {
    if (offered == SX_SDP_SENDRECV || answered == SX_SDP_INACTIVE)
        return TRUE;
    return (offered == SX_SDP_SENDONLY && answered == SX_SDP_RECVONLY) ||
           (offered == SX_SDP_RECVONLY && answered == SX_SDP_SENDONLY);
}

static gboolean is_secure(guint profile) {
    return (SX_PROFILES_SECURE & 1u << profile) != 0;
}

/* The keys of SRTP: one a=crypto whose tag was offered (RFC 4568 section 5.1.2), or a fingerprint (RFC 5763). */
static gboolean add_keys(const line_pair *pair) {
    const sx_media_line *answered = pair->answered;
    if (!is_secure(answered->profile) || pair->offered->negotiates || pair->bundled)
        return FALSE;
    if (answered->crypto_tags == 0 && !answered->fingerprint) {
        if (pair->offered->crypto_tags == 0 && !pair->offered->fingerprint)
            return FALSE; /* keys by another way, such as a=key-mgmt */
        sx_ev_normal_success_answer_no_keys(pair->context->out, pair->number);
        return TRUE;
    }
    if (pair->offered->crypto_tags == 0 || answered->crypto_tags == 0 ||
        (answered->crypto_tags & ~pair->offered->crypto_tags) == 0)
        return FALSE;
    sx_ev_normal_success_answer_tag(pair->context->out, pair->number, pair->frame);
    return TRUE;
}

static gboolean add_profile(const line_pair *pair) {
    guint offered = pair->offered->profile;
    guint answered = pair->answered->profile;
    if (offered == SX_PROFILE_OTHER || answered == SX_PROFILE_OTHER || offered == answered ||
        pair->offered->negotiates)
        return FALSE;
    sx_ev_normal_success_answer_profile(
        pair->context->out, pair->number, sx_media_profiles_text(pair->context, 1u << answered),
        pair->frame, sx_media_profiles_text(pair->context, 1u << offered));
    return TRUE;
}

/* What is wrong with one m= line that is in use in the answer. */
static gboolean add_line(const line_pair *pair) {
    const sx_media_line *offered = pair->offered;
    const sx_media_line *answered = pair->answered;
    sx_finding_builder *out = pair->context->out;
    gboolean any = FALSE;
    if (offered->off) {
        sx_ev_normal_success_answer_on(out, pair->number, pair->frame);
        return TRUE;
    }
    any |= add_profile(pair);
    any |= add_keys(pair);
    if (!is_direction_allowed(offered->direction, answered->direction)) {
        sx_ev_normal_success_answer_direction(
            out, pair->number, directions[answered->direction], directions[offered->direction],
            pair->frame,
            offered->direction == SX_SDP_SENDONLY   ? "recvonly, inactive"
            : offered->direction == SX_SDP_RECVONLY ? "sendonly, inactive"
                                                    : "inactive");
        any = TRUE;
    }
    if (answered->rtcp_mux && !offered->rtcp_mux && !pair->bundled) {
        sx_ev_normal_success_answer_mux(out, pair->number, pair->frame);
        any = TRUE;
    }
    if (answered->ipv6 != offered->ipv6 && pair->media->level.address.len > 0 &&
        !sx_sdp_is_black_hole(pair->media)) {
        sx_ev_normal_success_answer_family(out, pair->number, answered->ipv6 ? "IP6" : "IP4",
                                           pair->frame);
        any = TRUE;
    }
    return any;
}

static gboolean add_lines(sx_context *context, const sx_media_summary *offer) {
    const sx_media_memory *memory = sx_media_memory_of(context);
    const sx_media_summary *answer = &memory->summary;
    guint n = MIN(MIN(offer->n_media, answer->n_media), SX_MEDIA_MAX_LINES);
    gboolean any = FALSE;
    for (guint i = 0; i < n; i++) {
        line_pair pair = {context,
                          i + 1,
                          context->seen.transaction->frame,
                          &offer->media[i],
                          &answer->media[i],
                          &memory->sdp.media[i],
                          i > 0 && memory->sdp.bundle};
        if (pair.offered->type != pair.answered->type && pair.offered->type != 0 &&
            pair.answered->type != 0) {
            sx_ev_normal_success_answer_type(context->out, pair.number,
                                             sx_context_shown(context, pair.media->type, 16),
                                             pair.frame);
            return TRUE; /* the lines behind it are not in step either */
        }
        if (!pair.answered->off)
            any |= add_line(&pair);
    }
    return any;
}

/* Whether all lines are refused that were in use in the offer. */
static gboolean is_all_off(const sx_media_summary *offer, const sx_media_summary *answer) {
    guint offered = 0, answered = 0;
    for (guint i = 0; i < MIN(offer->n_media, SX_MEDIA_MAX_LINES); i++)
        offered += offer->media[i].off ? 0 : 1;
    for (guint i = 0; i < MIN(answer->n_media, SX_MEDIA_MAX_LINES); i++)
        answered += answer->media[i].off ? 0 : 1;
    return offered > 0 && answered == 0 && answer->n_media <= SX_MEDIA_MAX_LINES;
}

static gboolean add_codecs(sx_context *context, const sx_media_summary *offer,
                           const sx_media_summary *answer) {
    guint32 frame = context->seen.transaction->frame;
    if (offer->codecs.n == 0 || offer->unmapped != 0 || answer->unmapped != 0)
        return FALSE;
    if (answer->codecs.n > 0 && !sx_codecs_meet(&offer->codecs, &answer->codecs)) {
        sx_ev_normal_success_answer_codec(context->out, answer->codec_names, frame,
                                          offer->codec_names);
        return TRUE;
    }
    if (answer->codecs.n > 0 || !answer->events || (!answer->audio && !answer->video))
        return FALSE;
    sx_ev_normal_success_answer_events(context->out, frame, offer->codec_names);
    return TRUE;
}

/* Behind an UPDATE the 2xx to the INVITE may repeat what that agreed on: no answer to the first offer, which the caller
 * has to ignore (RFC 3261 section 13.2.1). */
static gboolean is_answered_by_update(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    sx_transaction_walk walk = {0};
    const sx_transaction *later;
    while ((later = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL &&
           later->id > t->id) {
        if (later->keys.method == SX_METHOD_UPDATE && later->frame > t->frame)
            return TRUE;
    }
    return FALSE;
}

void sx_media_add_answer(sx_context *context) {
    const sx_media_memory *memory = sx_media_memory_of(context);
    const sx_media_summary *answer = &memory->summary;
    if (!memory->described || !answer->whole)
        return;
    const sx_media_summary *offer = sx_media_offer(context);
    sx_finding_builder *out = context->out;
    gboolean any = FALSE;
    if (offer == NULL || !offer->whole || context->seen.repetition != SX_FIRST ||
        is_answered_by_update(context))
        return;
    if (offer->n_media != answer->n_media) {
        sx_ev_normal_success_answer_lines(out, answer->n_media, context->seen.transaction->frame,
                                          offer->n_media);
        any = TRUE;
    }
    any |= add_lines(context, offer);
    if (is_all_off(offer, answer)) {
        sx_ev_normal_success_answer_off(out);
        any = TRUE;
    } else {
        any |= add_codecs(context, offer, answer);
    }
    if (any)
        sx_ev_normal_success_headline_answer(out);
}
