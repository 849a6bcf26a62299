/* SPDX-License-Identifier: GPL-2.0-or-later
 * Fax over T.38: refused, and falling back to audio.
 */
#include "diagnose/media/media.h"
#include "diagnose/media/media_state.h"
#include "evidence.h"
#include "rules.h"

#define FALLBACK_WITHIN (10 * SX_SECOND)
#define MAX_CODEC 32 /* bytes shown of the name of a codec */

/* These say something else than "not this media". */
static gboolean has_its_own_story(guint code) {
    return code == 401 || code == 407 || code == 408 || code == 481 || code == 487 || code == 491;
}

gboolean sx_rule_media_t38_refused(sx_context *context) {
    const sx_media_summary *offer = sx_media_offered_change(context);
    sx_finding_builder *out = context->out;
    guint code = sx_context_code(context);
    sx_media_warnings warnings;
    if (offer == NULL || !offer->image || has_its_own_story(code))
        return FALSE;
    sx_ev_media_t38_refused_headline(out, code);
    sx_ev_media_t38_refused_offer(out, context->seen.transaction->frame, offer->lines);
    sx_ev_media_t38_refused_answered(out, code, sx_context_since_request(context));
    if (offer->audio)
        sx_ev_media_t38_refused_audio_line(out);
    const sx_media_refusal *before = sx_media_open_refusal(context);
    if (before != NULL && before->t38)
        sx_ev_media_t38_refused_again(out, before->frame);
    sx_media_read_warnings(context->message, &warnings);
    if (warnings.any)
        sx_ev_media_t38_refused_warning(out, sx_context_shown(context, warnings.text, SX_SHOWN));
    return TRUE;
}

/* The first codec of the audio in the answer, else of the offer; "" if there is none. */
static const char *codec_in_use(sx_context *context) {
    const sx_media_memory *memory = sx_media_memory_of(context);
    for (guint i = 0; memory->described && i < memory->sdp.n_media; i++) {
        const sx_sdp_media *media = &memory->sdp.media[i];
        if (!sx_media_is_active(media) || !sx_slice_is(media->type, "audio") ||
            media->n_formats == 0)
            continue;
        return sx_context_shown(context, sx_sdp_codec(media, 0), MAX_CODEC);
    }
    return "";
}

gboolean sx_rule_benign_t38_fallback(sx_context *context) {
    const sx_media_summary *offer = sx_media_offered_change(context);
    const sx_media_refusal *refusal = sx_media_open_refusal(context);
    const sx_media_memory *memory = sx_media_memory_of(context);
    if (offer == NULL || refusal == NULL || !refusal->t38 || offer->image || !offer->audio ||
        !offer->whole || !memory->described || !memory->summary.audio ||
        context->seen.transaction->frame <= refusal->frame ||
        sx_gap(refusal->time, context->packet->time) > FALLBACK_WITHIN)
        return FALSE;
    sx_ev_benign_t38_fallback_refused(context->out, refusal->code, refusal->frame);
    sx_ev_benign_t38_fallback_offer(context->out, context->seen.transaction->frame, offer->lines);
    const char *codec = codec_in_use(context);
    if (codec[0] != '\0')
        sx_ev_benign_t38_fallback_codec(context->out, codec);
    return TRUE;
}
