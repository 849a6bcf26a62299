/* SPDX-License-Identifier: GPL-2.0-or-later
 * Answers that do not keep to their offer (RFC 3264 section 6), or keep to it and leave no way for media.
 */
#include "diagnose/media/media_state.h"
#include "evidence.h"
#include "rules.h"

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
        sx_ev_media_answer_mismatch_no_keys(pair->context->out, pair->number);
        return TRUE;
    }
    if (pair->offered->crypto_tags == 0 || answered->crypto_tags == 0 ||
        (answered->crypto_tags & ~pair->offered->crypto_tags) == 0)
        return FALSE;
    sx_ev_media_answer_mismatch_tag(pair->context->out, pair->number, pair->frame);
    return TRUE;
}

static gboolean add_profile(const line_pair *pair) {
    guint offered = pair->offered->profile;
    guint answered = pair->answered->profile;
    if (offered == SX_PROFILE_OTHER || answered == SX_PROFILE_OTHER || offered == answered ||
        pair->offered->negotiates)
        return FALSE;
    sx_ev_media_answer_mismatch_profile(
        pair->context->out, pair->number, sx_media_profiles_text(pair->context, 1u << answered),
        pair->frame, sx_media_profiles_text(pair->context, 1u << offered));
    return TRUE;
}

/* How bad a fault is: most stacks overlook a light one, a grave one may end the call. */
typedef enum { NO_FAULT, LIGHT, GRAVE } fault;

static fault worse(fault one, fault other) {
    return one > other ? one : other;
}

static fault grave_if(gboolean is_so) {
    return is_so ? GRAVE : NO_FAULT;
}

/* What is wrong with one m= line that is in use in the answer. */
static fault add_line(const line_pair *pair) {
    const sx_media_line *offered = pair->offered;
    const sx_media_line *answered = pair->answered;
    sx_finding_builder *out = pair->context->out;
    if (offered->off) {
        sx_ev_media_answer_mismatch_on(out, pair->number, pair->frame);
        return GRAVE;
    }
    fault worst = grave_if(add_profile(pair));
    worst = worse(worst, grave_if(add_keys(pair)));
    if (!is_direction_allowed(offered->direction, answered->direction)) {
        sx_ev_media_answer_mismatch_direction(
            out, pair->number, directions[answered->direction], directions[offered->direction],
            pair->frame,
            offered->direction == SX_SDP_SENDONLY   ? "recvonly, inactive"
            : offered->direction == SX_SDP_RECVONLY ? "sendonly, inactive"
                                                    : "inactive");
        worst = worse(worst, LIGHT);
    }
    if (answered->rtcp_mux && !offered->rtcp_mux && !pair->bundled) {
        sx_ev_media_answer_mismatch_mux(out, pair->number, pair->frame);
        worst = worse(worst, LIGHT);
    }
    return worst;
}

/* An m= line of the answer beside that of the offer. */
static line_pair pair_of(sx_context *context, const sx_media_summary *offer, guint i) {
    const sx_media_memory *memory = sx_media_memory_of(context);
    return (line_pair){context,
                       i + 1,
                       memory->answered_frame,
                       &offer->media[i],
                       &memory->summary.media[i],
                       &memory->sdp.media[i],
                       i > 0 && memory->sdp.bundle};
}

static guint n_pairs(const sx_media_summary *offer, const sx_media_summary *answer) {
    return MIN(MIN(offer->n_media, answer->n_media), SX_MEDIA_MAX_LINES);
}

static gboolean are_of_one_type(const line_pair *pair) {
    return pair->offered->type == pair->answered->type || pair->offered->type == 0 ||
           pair->answered->type == 0;
}

static fault add_lines(sx_context *context, const sx_media_summary *offer) {
    const sx_media_memory *memory = sx_media_memory_of(context);
    guint n = n_pairs(offer, &memory->summary);
    fault worst = NO_FAULT;
    for (guint i = 0; i < n; i++) {
        line_pair pair = pair_of(context, offer, i);
        if (!are_of_one_type(&pair)) {
            sx_ev_media_answer_mismatch_type(context->out, pair.number,
                                             sx_context_shown(context, pair.media->type, 16),
                                             pair.frame);
            return GRAVE; /* the lines behind it are not in step either */
        }
        if (!pair.answered->off)
            worst = worse(worst, add_line(&pair));
    }
    return worst;
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

static gboolean knows_codecs(const sx_media_summary *offer, const sx_media_summary *answer) {
    return offer->codecs.n > 0 && offer->unmapped == 0 && answer->unmapped == 0;
}

static gboolean add_codecs(sx_context *context, const sx_media_summary *offer,
                           const sx_media_summary *answer) {
    if (!knows_codecs(offer, answer) || answer->codecs.n == 0 ||
        sx_codecs_meet(&offer->codecs, &answer->codecs))
        return FALSE;
    sx_ev_media_answer_mismatch_codec(context->out, answer->codec_names,
                                      sx_media_memory_of(context)->answered_frame,
                                      offer->codec_names);
    return TRUE;
}

/* Payload types of the answer that contradict themselves or the offer. */
static gboolean add_types(sx_context *context, const sx_media_summary *offer) {
    const sx_media_memory *memory = sx_media_memory_of(context);
    const sx_sdp_conflict *conflict = &memory->sdp.conflict;
    sx_finding_builder *out = context->out;
    sx_slice codec;
    guint type = sx_media_types_collide(memory, &offer->types, &codec);
    if (type != 0 && codec.len > 0)
        sx_ev_media_answer_mismatch_event_taken(out, type, sx_context_shown(context, codec, 32),
                                                memory->answered_frame);
    else if (type != 0)
        sx_ev_media_answer_mismatch_codec_taken(out, type, memory->answered_frame);
    if (conflict->kind == SX_SDP_TWO_MAPS)
        sx_ev_media_answer_mismatch_two_maps(out, conflict->line,
                                             sx_context_shown(context, conflict->format, 16),
                                             sx_context_shown(context, conflict->first, 32),
                                             sx_context_shown(context, conflict->second, 32));
    /* Not named means octet-align=0 (RFC 4867 section 8.3.1). */
    const sx_media_summary *answer = &memory->summary;
    gboolean unaligned =
        offer->amr_aligned && !offer->amr_packed && answer->amr_packed && !answer->amr_aligned;
    if (unaligned)
        sx_ev_media_answer_mismatch_octet_align(out, memory->answered_frame);
    return type != 0 || conflict->kind == SX_SDP_TWO_MAPS || unaligned;
}

/* The offer that the description at hand answers; NULL: it answers none, or not all of it is known. */
static const sx_media_summary *answered_offer(const sx_context *context) {
    const sx_media_memory *memory = sx_media_memory_of(context);
    return memory->described && memory->summary.whole ? sx_media_answered(context) : NULL;
}

gboolean sx_rule_media_answer_mismatch(sx_context *context) {
    sx_media_memory *memory = sx_media_memory_of(context);
    const sx_media_summary *answer = &memory->summary;
    const sx_media_summary *offer = answered_offer(context);
    fault worst = NO_FAULT;
    if (offer == NULL)
        return FALSE;
    if (offer->n_media != answer->n_media) {
        sx_ev_media_answer_mismatch_lines(context->out, answer->n_media, memory->answered_frame,
                                          offer->n_media);
        worst = GRAVE;
    }
    worst = worse(worst, add_lines(context, offer));
    if (!is_all_off(offer, answer)) {
        worst = worse(worst, grave_if(add_codecs(context, offer, answer)));
        worst = worse(worst, grave_if(add_types(context, offer)));
    }
    if (worst == GRAVE)
        memory->flaw = SX_DIAG_MEDIA_ANSWER_MISMATCH;
    return worst != NO_FAULT;
}

/* One m= line in use whose address is of the other IP version; NULL: all fit. */
static gboolean add_family(sx_context *context, const sx_media_summary *offer) {
    guint n = n_pairs(offer, &sx_media_memory_of(context)->summary);
    for (guint i = 0; i < n; i++) {
        line_pair pair = pair_of(context, offer, i);
        if (!are_of_one_type(&pair))
            return FALSE;
        if (pair.answered->off || pair.offered->off || pair.answered->ipv6 == pair.offered->ipv6 ||
            pair.media->level.address.len == 0 || sx_sdp_is_black_hole(pair.media))
            continue;
        sx_ev_media_answer_unusable_family(context->out, pair.number,
                                           pair.answered->ipv6 ? "IP6" : "IP4", pair.frame);
        return TRUE;
    }
    return FALSE;
}

gboolean sx_rule_media_answer_unusable(sx_context *context) {
    sx_media_memory *memory = sx_media_memory_of(context);
    const sx_media_summary *answer = &memory->summary;
    const sx_media_summary *offer = answered_offer(context);
    if (offer == NULL)
        return FALSE;
    gboolean off = is_all_off(offer, answer);
    gboolean events = !off && knows_codecs(offer, answer) && answer->codecs.n == 0 &&
                      answer->events && (answer->audio || answer->video);
    if (off) {
        sx_ev_media_answer_unusable_headline_off(context->out);
        sx_ev_media_answer_unusable_off(context->out, memory->answered_frame, offer->lines);
    }
    if (events)
        sx_ev_media_answer_unusable_events(context->out, memory->answered_frame,
                                           offer->codec_names);
    gboolean family = !off && add_family(context, offer);
    if ((off || events || family) && memory->flaw == SX_DIAG_NONE)
        memory->flaw = SX_DIAG_MEDIA_ANSWER_UNUSABLE;
    return off || events || family;
}
