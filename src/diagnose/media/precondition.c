/* SPDX-License-Identifier: GPL-2.0-or-later
 * Preconditions that were not met (RFC 3312): 580, or a refusal of an offer that demanded them.
 */
#include "diagnose/media/media_state.h"
#include "evidence.h"
#include "rules.h"

/* "curr:qos local none; des:qos mandatory local sendrecv": the attributes as they stood. */
static const char *state_text(sx_context *context, const sx_sdp_precondition *of) {
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < SX_N_QOS; i++) {
        const char *status = sx_qos_status_name(i);
        if (of[i].has_current)
            g_string_append_printf(text, "%scurr:qos %s %s", text->len > 0 ? "; " : "", status,
                                   sx_qos_direction_name(of[i].current));
        if (of[i].strength != SX_QOS_ABSENT)
            g_string_append_printf(text, "%sdes:qos %s %s %s", text->len > 0 ? "; " : "",
                                   sx_qos_strength_name(of[i].strength), status,
                                   sx_qos_direction_name(of[i].desired));
    }
    return sx_context_keep(context, text);
}

/* What is mandatory and not there; FALSE if all is there. */
static gboolean add_unmet(sx_context *context, const sx_sdp_precondition *of) {
    gboolean any = FALSE;
    for (guint i = 0; i < SX_N_QOS; i++) {
        if (of[i].strength != SX_QOS_MANDATORY || (of[i].desired & ~of[i].current & 3) == 0)
            continue;
        sx_ev_media_precondition_failed_unmet(context->out, sx_qos_status_name(i),
                                              sx_qos_direction_name(of[i].desired),
                                              sx_qos_direction_name(of[i].current));
        any = TRUE;
    }
    return any;
}

static void add_refused(sx_context *context) {
    const sx_media_memory *memory = sx_media_memory_of(context);
    const sx_sdp_qos *qos = &memory->sdp.qos;
    sx_finding_builder *out = context->out;
    if (!memory->described)
        return;
    if (qos->refused.len > 0) {
        const char *refused = sx_context_shown(context, qos->refused, SX_SHOWN);
        if (sx_slice_find(qos->refused, " unknown ", 0) < qos->refused.len)
            sx_ev_media_precondition_failed_headline_unknown(out, refused);
        else
            sx_ev_media_precondition_failed_headline(out, refused);
        sx_ev_media_precondition_failed_refused(out, refused);
    }
    if (memory->summary.qos)
        sx_ev_media_precondition_failed_answered(out, state_text(context, qos->of));
}

static void add_offer(sx_context *context, const sx_media_summary *offer) {
    sx_finding_builder *out = context->out;
    guint32 frame = context->seen.transaction->frame;
    if (offer == NULL || !offer->qos) {
        sx_ev_media_precondition_failed_request(out, frame);
        return;
    }
    sx_ev_media_precondition_failed_offer(out, frame, state_text(context, offer->preconditions));
    if (!add_unmet(context, offer->preconditions) && offer->whole)
        sx_ev_media_precondition_failed_no_unmet(out);
    if (offer->qos_required)
        sx_ev_media_precondition_failed_required(out);
}

gboolean sx_rule_media_precondition_failed(sx_context *context) {
    const sx_media_summary *offer = sx_media_offer(context);
    guint code = sx_context_code(context);
    sx_media_warnings warnings;
    gboolean demanded = offer != NULL && offer->qos && offer->qos_required;
    if (code != 580 && !((code == 488 || code == 606) && demanded))
        return FALSE;
    add_refused(context);
    add_offer(context, offer);
    sx_media_read_warnings(context->message, &warnings);
    if (warnings.any)
        sx_ev_media_precondition_failed_warning(context->out,
                                                sx_context_shown(context, warnings.text, SX_SHOWN));
    return TRUE;
}
