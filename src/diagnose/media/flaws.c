/* SPDX-License-Identifier: GPL-2.0-or-later
 * What is wrong with the description of a request by itself: payload types that mean two things (RFC 3264 sections 5.1 and
 * 8.3.2), and lines that are missing, misplaced or hold the wrong thing (RFC 8866 section 5). Few descriptions have any.
 */
#include "diagnose/media/media_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/uri.h"

#define MAX_NAME 32 /* bytes shown of the name of a codec */

/** The flaws of one description; texts live as long as the findings. NULL and 0: none. */
typedef struct {
    sx_sdp_conflict_kind conflict;
    guint line;
    const char *format, *first, *second;
    guint moved;          /* payload type that meant something else in this session before */
    const char *moved_to; /* codec that it means now; "": telephone-event */
    guint32 moved_frame;
    guint8 lacks; /* as in sx_sdp */
    char misplaced;
    const char *version; /* that is not 0 */
    const char *address; /* of a c= line, that is none */
    const char *setup;   /* of a line with DTLS, that is not actpass */
} offer_flaws;

static const sx_attachment_kind kind = {sizeof(offer_flaws), NULL};

static const offer_flaws *flaws_of(const sx_transaction *t) {
    return (const offer_flaws *)SX_ATTACHED(t, &kind);
}

/* A name of letters, digits, hyphens and dots (RFC 8866 section 9, FQDN). */
static gboolean is_name(sx_slice text) {
    for (gsize i = 0; i < text.len; i++) {
        if (!g_ascii_isalnum(text.p[i]) && text.p[i] != '-' && text.p[i] != '.')
            return FALSE;
    }
    return text.len > 0;
}

static gboolean is_address(const sx_sdp_level *level) {
    guint8 ip[16];
    guint len = sx_uri_host_ip(level->address, ip);
    return len == 0 ? is_name(level->address) : (len == 16) == (level->ipv6 != 0);
}

/* The first address of a c= line that is none, or not of the type that the line names. */
static sx_slice wrong_address(const sx_sdp *sdp) {
    if (sdp->session.address.len > 0 && !is_address(&sdp->session))
        return sdp->session.address;
    for (guint i = 0; i < sdp->n_media; i++) {
        const sx_sdp_level *level = &sdp->media[i].level;
        if (level->address.len > 0 && level->address.p != sdp->session.address.p &&
            !is_address(level))
            return level->address;
    }
    return (sx_slice){"", 0};
}

/* An offerer of DTLS-SRTP leaves the roles open (RFC 5763 section 5). */
static sx_slice wrong_setup(const sx_sdp *sdp) {
    for (guint i = 0; i < sdp->n_media; i++) {
        const sx_sdp_level *level = &sdp->media[i].level;
        if (level->fingerprint && sx_sdp_is_secure(&sdp->media[i]) && level->setup.len > 0 &&
            !sx_slice_is(level->setup, "actpass"))
            return level->setup;
    }
    return (sx_slice){"", 0};
}

static void read_form(sx_context *context, offer_flaws *flaws) {
    const sx_sdp *sdp = &sx_media_memory_of(context)->sdp;
    sx_slice address = wrong_address(sdp);
    sx_slice setup = wrong_setup(sdp);
    if (setup.len > 0)
        flaws->setup = sx_findings_text(context->out, setup, MAX_NAME);
    flaws->lacks = sdp->lacks;
    flaws->misplaced = sdp->misplaced;
    if (sdp->version.len > 0 && !sx_slice_is(sdp->version, "0"))
        flaws->version = sx_findings_text(context->out, sdp->version, MAX_NAME);
    if (address.len > 0)
        flaws->address = sx_findings_text(context->out, address, SX_SHOWN);
}

/* A number may not change its meaning while the session lasts: what this side had it for before. */
static void read_moved(sx_context *context, offer_flaws *flaws) {
    const sx_observation *seen = &context->seen;
    sx_slice codec;
    if (seen->keys.to_tag == 0)
        return;
    const sx_media_side *was =
        sx_media_side_of(context, seen->keys.from_tag, seen->source, seen->destination);
    guint type =
        was != NULL ? sx_media_types_collide(sx_media_memory_of(context), &was->types, &codec) : 0;
    if (type == 0)
        return;
    flaws->moved = type;
    flaws->moved_to = sx_findings_text(context->out, codec, MAX_NAME);
    flaws->moved_frame = was->frame;
}

void sx_media_learn_flaws(sx_context *context) {
    const sx_media_memory *memory = sx_media_memory_of(context);
    const sx_sdp_conflict *conflict = &memory->sdp.conflict;
    offer_flaws flaws = {.conflict = conflict->kind, .line = conflict->line};
    if (!memory->summary.whole)
        return;
    read_form(context, &flaws);
    read_moved(context, &flaws);
    if (conflict->kind == SX_SDP_NO_CONFLICT && flaws.moved == 0 && flaws.lacks == 0 &&
        flaws.misplaced == '\0' && flaws.version == NULL && flaws.address == NULL &&
        flaws.setup == NULL)
        return;
    if (conflict->kind != SX_SDP_NO_CONFLICT) {
        flaws.format = sx_findings_text(context->out, conflict->format, MAX_NAME);
        flaws.first = sx_findings_text(context->out, conflict->first, MAX_NAME);
        flaws.second = sx_findings_text(context->out, conflict->second, MAX_NAME);
    }
    *(offer_flaws *)sx_attachment_make(&context->seen.transaction->attached, &kind) = flaws;
}

gboolean sx_rule_media_offer_inconsistent(sx_context *context) {
    const offer_flaws *flaws = flaws_of(context->seen.transaction);
    sx_finding_builder *out = context->out;
    if (flaws == NULL || (flaws->conflict == SX_SDP_NO_CONFLICT && flaws->moved == 0))
        return FALSE;
    if (flaws->conflict == SX_SDP_TWO_MAPS)
        sx_ev_media_offer_inconsistent_two_maps(out, flaws->line, flaws->format, flaws->first,
                                                flaws->second);
    if (flaws->conflict == SX_SDP_TWICE)
        sx_ev_media_offer_inconsistent_twice(out, flaws->line, flaws->format);
    if (flaws->moved != 0 && flaws->moved_to[0] != '\0')
        sx_ev_media_offer_inconsistent_event_moved(out, flaws->moved, flaws->moved_frame,
                                                   flaws->moved_to);
    else if (flaws->moved != 0)
        sx_ev_media_offer_inconsistent_codec_moved(out, flaws->moved, flaws->moved_frame);
    return TRUE;
}

static void add_types(sx_finding_builder *out, const offer_flaws *flaws) {
    if (flaws->conflict == SX_SDP_TWO_MAPS)
        sx_ev_media_offer_broken_two_maps(out, flaws->line, flaws->format, flaws->first,
                                          flaws->second);
    if (flaws->conflict == SX_SDP_TWICE)
        sx_ev_media_offer_broken_twice(out, flaws->line, flaws->format);
    if (flaws->moved != 0 && flaws->moved_to[0] != '\0')
        sx_ev_media_offer_broken_event_moved(out, flaws->moved, flaws->moved_frame,
                                             flaws->moved_to);
    else if (flaws->moved != 0)
        sx_ev_media_offer_broken_codec_moved(out, flaws->moved, flaws->moved_frame);
}

static void add_form(sx_context *context, const offer_flaws *flaws) {
    static const char *const lines[SX_SDP_N_LACKS] = {"v=", "o=", "s=", "t=", "c="};
    sx_finding_builder *out = context->out;
    for (guint i = 0; i < SX_SDP_N_LACKS; i++) {
        if ((flaws->lacks & 1u << i) == 0)
            continue;
        if (1u << i == SX_SDP_LACKS_C)
            sx_ev_media_offer_broken_no_address(out);
        else
            sx_ev_media_offer_broken_lacks(out, lines[i]);
    }
    if (flaws->misplaced != '\0')
        sx_ev_media_offer_broken_misplaced(out, sx_context_print(context, "%c=", flaws->misplaced));
    if (flaws->version != NULL)
        sx_ev_media_offer_broken_version(out, flaws->version);
    if (flaws->address != NULL)
        sx_ev_media_offer_broken_address(out, flaws->address);
    if (flaws->setup != NULL)
        sx_ev_media_offer_broken_setup(out, flaws->setup);
}

/* Words of its own of a 400: about something else than the body, unless they say so. */
static gboolean speaks_of_other_things(sx_context *context) {
    return context->message->code == 400 && sx_context_words(context) != NULL &&
           !sx_matches(sx_context_text(context),
                       "sdp|media|session|offer|codec|body|content|payload|[a-z]=|description");
}

/* 415 where it is meant so: not the description, but the type around it. */
static gboolean is_type_refused(sx_context *context) {
    if (context->message->code != 415)
        return FALSE;
    sx_media_body body = sx_media_body_of(context);
    return body.multipart || (body.accept != NULL && body.sent != NULL && !body.listed);
}

/* Some stacks fail over a role that they cannot take. */
static gboolean may_blame(guint code, const offer_flaws *flaws) {
    return code == 400 || code == 415 || code == 488 || code == 606 ||
           (code == 500 && flaws->setup != NULL);
}

gboolean sx_rule_media_offer_broken(sx_context *context) {
    const offer_flaws *flaws = flaws_of(context->seen.transaction);
    const sx_media_summary *offer = flaws != NULL ? sx_media_offer(context) : NULL;
    sx_media_warnings warnings;
    if (offer == NULL || !may_blame(context->message->code, flaws) ||
        speaks_of_other_things(context) || is_type_refused(context))
        return FALSE;
    sx_media_read_warnings(context->message, &warnings);
    if (warnings.any && warnings.code != 306 && warnings.code != 399)
        return FALSE;
    sx_ev_media_offer_broken_offer(context->out, context->seen.transaction->frame, offer->lines);
    add_types(context->out, flaws);
    add_form(context, flaws);
    const char *words = sx_context_words(context);
    if (words != NULL)
        sx_ev_media_offer_broken_reason(context->out, words);
    return TRUE;
}
