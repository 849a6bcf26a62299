/* SPDX-License-Identifier: GPL-2.0-or-later
 * Descriptions, codecs and warnings in short.
 */
#include <string.h>

#include "diagnose/media/media_state.h"
#include "wire/keyed_hash.h"

#define FIRST_DYNAMIC 96 /* payload types without a meaning of their own (RFC 3551 section 6) */
#define LAST_DYNAMIC 127

static gboolean is_codec(sx_slice name) {
    static const char *const others[] = {"telephone-event", "CN",      "rtx",       "red",
                                         "ulpfec",          "flexfec", "flexfec-03"};
    char first = name.len > 0 ? (char)(name.p[0] | 0x20) : '\0';
    if (first != 't' && first != 'c' && first != 'r' && first != 'u' && first != 'f')
        return name.len > 0;
    for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
        if (sx_slice_is(name, others[i]))
            return FALSE;
    }
    return name.len > 0;
}

static gboolean has_codec(const sx_codec_set *set, guint32 name) {
    for (guint i = 0; i < set->n; i++) {
        if (set->names[i] == name)
            return TRUE;
    }
    return FALSE;
}

/* Whether the codec is new to the set. */
static gboolean add_codec(sx_codec_set *set, guint32 name) {
    if (has_codec(set, name))
        return FALSE;
    if (set->n < G_N_ELEMENTS(set->names))
        set->names[set->n++] = name;
    else
        set->more = TRUE;
    return TRUE;
}

void sx_codecs_add(sx_codec_set *all, const sx_codec_set *more) {
    for (guint i = 0; i < more->n; i++)
        add_codec(all, more->names[i]);
    all->more = all->more || more->more;
}

gboolean sx_codecs_meet(const sx_codec_set *one, const sx_codec_set *other) {
    if (one->more || other->more)
        return TRUE;
    for (guint i = 0; i < one->n; i++) {
        if (has_codec(other, one->names[i]))
            return TRUE;
    }
    return FALSE;
}

guint64 sx_codecs_hash(const sx_codec_set *set) {
    guint64 sum = set->more;
    for (guint i = 0; i < set->n; i++)
        sum += sx_hash_number(0, set->names[i]);
    return sum;
}

/* Appends a word, or as much of it as there is room for. */
static void append(char *text, gsize size, const char *separator, sx_slice word) {
    gsize used = strlen(text);
    gsize between = used > 0 ? strlen(separator) : 0;
    if (word.len == 0 || used + between + 1 >= size)
        return;
    memcpy(text + used, separator, between);
    used += between;
    word = sx_slice_head(word, size - 1 - used);
    memcpy(text + used, word.p, word.len);
    text[used + word.len] = '\0';
}

/* The bit of a dynamic payload type; 0: it is none. */
static guint32 type_bit(sx_slice format) {
    guint digits;
    guint32 type = sx_slice_number(format, &digits);
    return digits == format.len && type >= FIRST_DYNAMIC && type <= LAST_DYNAMIC
               ? 1u << (type - FIRST_DYNAMIC)
               : 0;
}

/* The first active audio line; NULL if there is none. */
static const sx_sdp_media *audio_of(const sx_sdp *sdp) {
    for (guint i = 0; i < sdp->n_media; i++) {
        if (sx_media_is_active(&sdp->media[i]) && sx_slice_is(sdp->media[i].type, "audio") &&
            sx_sdp_is_rtp(&sdp->media[i]))
            return &sdp->media[i];
    }
    return NULL;
}

static void sum_up_types(const sx_sdp *sdp, sx_payload_types *types) {
    const sx_sdp_media *audio = audio_of(sdp);
    for (guint i = 0; audio != NULL && i < audio->n_formats; i++) {
        const sx_sdp_format *format = &audio->formats[i];
        guint32 bit = format->rtpmap.len > 0 ? type_bit(format->format) : 0;
        if (bit == 0)
            continue;
        if (sx_slice_is(format->rtpmap, "telephone-event"))
            types->events |= bit;
        else if (is_codec(format->rtpmap))
            types->codecs |= bit;
    }
}

guint sx_media_types_collide(const sx_media_memory *memory, const sx_payload_types *other,
                             sx_slice *codec) {
    const sx_payload_types *types = &memory->summary.types;
    guint32 bits = (types->codecs & other->events) | (types->events & other->codecs);
    const sx_sdp_media *audio = bits != 0 ? audio_of(&memory->sdp) : NULL;
    for (guint i = 0; audio != NULL && i < audio->n_formats; i++) {
        guint32 bit = type_bit(audio->formats[i].format);
        guint digits;
        if ((bit & bits) == 0)
            continue;
        *codec = audio->formats[i].rtpmap;
        if ((bit & types->events) != 0)
            codec->len = 0;
        return sx_slice_number(audio->formats[i].format, &digits);
    }
    return 0;
}

static void sum_up_codecs(const sx_sdp_media *media, sx_media_summary *summary) {
    guint digits;
    if (summary->ptime == 0)
        summary->ptime = media->level.ptime;
    for (guint i = 0; i < media->n_formats; i++) {
        sx_slice name = sx_sdp_codec(media, i);
        summary->events |= sx_slice_is(name, "telephone-event");
        summary->g711 |= name.len == 4 && sx_slice_starts(name, "PCM"); /* PCMU, PCMA */
        if (sx_slice_starts(name, "AMR") && media->formats[i].octet_align)
            summary->amr_aligned = TRUE;
        else if (sx_slice_starts(name, "AMR"))
            summary->amr_packed = TRUE;
        if (summary->unmapped == 0 && name.len == 0 && sx_sdp_is_unmapped(media, i))
            summary->unmapped =
                (guint8)MIN(sx_slice_number(media->formats[i].format, &digits), 255);
        if (is_codec(name) && add_codec(&summary->codecs, (guint32)sx_hash_lower(0, name)))
            append(summary->codec_names, sizeof summary->codec_names, " ", name);
    }
}

static void sum_up_line(const sx_sdp_media *media, sx_media_summary *summary) {
    append(summary->lines, sizeof summary->lines, ", ", media->type);
    append(summary->lines, sizeof summary->lines, " ", media->proto);
    if (!sx_sdp_is_rtp(media) && media->n_formats > 0)
        append(summary->lines, sizeof summary->lines, " ", media->formats[0].format);
    summary->audio |= sx_slice_is(media->type, "audio");
    summary->video |= sx_slice_is(media->type, "video");
    summary->image |= sx_slice_is(media->type, "image");
    summary->ice |= media->level.ice;
    summary->crypto |= media->level.crypto;
    summary->suites |= media->level.suites;
    summary->fingerprint |= media->level.fingerprint;
    summary->negotiates |= media->level.negotiates;
    summary->rtcp_mux |= media->level.rtcp_mux;
    summary->ipv4 |= !media->level.ipv6 && media->level.address.len > 0;
    summary->ipv6 |= media->level.ipv6;
}

/* Which of the names it is, 1 for the first; 0 if none. */
static guint name_number(sx_slice name, const char *const *names, guint n) {
    for (guint i = 0; i < n; i++) {
        if (sx_slice_is(name, names[i]))
            return i + 1;
    }
    return 0;
}

static const char *const profile_names[] = {"RTP/AVP",   "RTP/AVPF",         "RTP/SAVP",
                                            "RTP/SAVPF", "UDP/TLS/RTP/SAVP", "UDP/TLS/RTP/SAVPF",
                                            "udptl"};
G_STATIC_ASSERT(G_N_ELEMENTS(profile_names) == SX_N_PROFILES - 1);

const char *sx_media_profiles_text(const sx_context *context, guint profiles) {
    GString *text = g_string_new(NULL);
    for (guint i = 1; i < SX_N_PROFILES; i++) {
        if ((profiles & 1u << i) != 0)
            g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", profile_names[i - 1]);
    }
    return sx_context_keep(context, text);
}

const char *sx_media_suites_text(const sx_context *context, guint suites) {
    GString *text = g_string_new(NULL);
    for (guint i = 1; sx_sdp_suite_name(i) != NULL; i++) {
        if ((suites & 1u << i) != 0)
            g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", sx_sdp_suite_name(i));
    }
    return sx_context_keep(context, text);
}

static const char *const types[] = {"audio", "video", "image", "application", "message", "text"};

guint sx_media_unusual_line(const sx_context *context, const sx_media_summary *offer,
                            const char **type) {
    const sx_media_host *peer = sx_media_server_history(context);
    guint known = peer != NULL ? peer->kinds : 0;
    for (guint i = 0; offer->audio && i < MIN(offer->n_media, SX_MEDIA_MAX_LINES); i++) {
        const sx_media_line *line = &offer->media[i];
        if (line->off || line->type <= 1 || (known & 1u << line->type) != 0)
            continue;
        *type = types[line->type - 1];
        return i + 1;
    }
    return 0;
}

static sx_media_line line_in_brief(const sx_sdp_media *media) {
    const sx_sdp_level *level = &media->level;
    return (sx_media_line){
        .crypto_tags = level->crypto_tags,
        .profile = name_number(media->proto, profile_names, G_N_ELEMENTS(profile_names)) & 15,
        .type = name_number(media->type, types, G_N_ELEMENTS(types)) & 7,
        .off = sx_sdp_is_off(media),
        .direction = (guint)level->direction & 3,
        .fingerprint = level->fingerprint != 0,
        .negotiates = level->negotiates != 0,
        .rtcp_mux = level->rtcp_mux != 0,
        .ipv6 = level->ipv6 != 0,
    };
}

static gboolean is_on_hold(const sx_sdp_media *media) {
    return media->level.direction == SX_SDP_SENDONLY || media->level.direction == SX_SDP_INACTIVE ||
           sx_sdp_is_black_hole(media);
}

/* Profile and hold: what must be true of all active lines. */
static void sum_up_call_media(const sx_sdp *sdp, sx_media_summary *summary) {
    guint n = 0, n_secure = 0, n_hold = 0;
    for (guint i = 0; i < sdp->n_media; i++) {
        const sx_sdp_media *media = &sdp->media[i];
        if (!sx_media_is_active(media) || !sx_sdp_is_call_media(media) || !sx_sdp_is_rtp(media))
            continue;
        if (n++ == 0 && media->level.address.len > 0)
            summary->address = sx_hash_lower(0, media->level.address);
        n_secure += sx_sdp_is_secure(media) ? 1 : 0;
        n_hold += is_on_hold(media) ? 1 : 0;
        if (i < SX_MEDIA_MAX_LINES)
            summary->profiles |= (guint8)(1u << summary->media[i].profile);
        summary->black_hole |= sx_sdp_is_black_hole(media);
    }
    summary->any_secure = n_secure > 0;
    summary->only_secure = n > 0 && n_secure == n;
    summary->only_plain = n > 0 && n_secure == 0;
    summary->hold = n > 0 && n_hold == n;
}

void sx_media_summarize(const sx_sdp *sdp, sx_media_summary *summary) {
    gboolean any_active = FALSE;
    memset(summary, 0, sizeof *summary);
    summary->n_media = (guint8)sdp->n_media;
    for (guint i = 0; i < sdp->n_media; i++)
        any_active |= sx_media_is_active(&sdp->media[i]);
    for (guint i = 0; i < sdp->n_media; i++) {
        const sx_sdp_media *media = &sdp->media[i];
        if (i < SX_MEDIA_MAX_LINES)
            summary->media[i] = line_in_brief(media);
        if (sx_media_is_active(media) && i < SX_MEDIA_MAX_LINES)
            summary->kinds |= (guint8)(1u << summary->media[i].type);
        if (sx_media_is_active(media))
            sum_up_line(media, summary);
        /* A list of what a device can do may have port 0 everywhere (RFC 3264 section 9). */
        if (sx_media_is_active(media) || !any_active)
            sum_up_codecs(media, summary);
    }
    sum_up_call_media(sdp, summary);
    sum_up_types(sdp, &summary->types);
    summary->bundle = sdp->bundle != 0;
    summary->bandwidth = sdp->bandwidth.len > 0;
    summary->language = sdp->language.len > 0;
    for (guint i = 0; i < SX_N_QOS; i++) {
        const sx_sdp_precondition *of = &sdp->qos.of[i];
        summary->preconditions[i] = *of;
        summary->qos |= of->has_current || of->strength != SX_QOS_ABSENT;
    }
}

/* Packed: the summary up to its m= lines, those in brief, preconditions if there are any, the number of codecs, whether
 * there are more, their names, then the two texts. */
#define PACKED_HEAD G_STRUCT_OFFSET(sx_media_summary, media)

static gsize size_of_lines(const sx_media_summary *summary) {
    return MIN(summary->n_media, SX_MEDIA_MAX_LINES) * sizeof summary->media[0];
}

static gsize size_of_preconditions(const sx_media_summary *summary) {
    return summary->qos ? sizeof summary->preconditions : 0;
}

static char *put(char *at, const void *bytes, gsize len) {
    memcpy(at, bytes, len);
    return at + len;
}

gsize sx_media_offer_size(const sx_media_summary *summary) {
    return PACKED_HEAD + size_of_lines(summary) + size_of_preconditions(summary) + 2 +
           summary->codecs.n * sizeof summary->codecs.names[0] + strlen(summary->codec_names) + 1 +
           strlen(summary->lines) + 1;
}

void sx_media_offer_pack(const sx_media_summary *summary, void *packed) {
    char *at = put((char *)packed, summary, PACKED_HEAD);
    at = put(at, summary->media, size_of_lines(summary));
    at = put(at, summary->preconditions, size_of_preconditions(summary));
    at = put(at, &summary->codecs.n, 1);
    at = put(at, &summary->codecs.more, 1);
    at = put(at, summary->codecs.names, summary->codecs.n * sizeof summary->codecs.names[0]);
    at = put(at, summary->codec_names, strlen(summary->codec_names) + 1);
    put(at, summary->lines, strlen(summary->lines) + 1);
}

static const char *take(const char *at, void *bytes, gsize len) {
    memcpy(bytes, at, len);
    return at + len;
}

void sx_media_offer_unpack(const void *packed, sx_media_summary *summary) {
    const char *at = take((const char *)packed, summary, PACKED_HEAD);
    at = take(at, summary->media, size_of_lines(summary));
    at = take(at, summary->preconditions, size_of_preconditions(summary));
    at = take(at, &summary->codecs.n, 1);
    at = take(at, &summary->codecs.more, 1);
    at = take(at, summary->codecs.names, summary->codecs.n * sizeof summary->codecs.names[0]);
    at = take(at, summary->codec_names, strlen(at) + 1);
    take(at, summary->lines, strlen(at) + 1);
}

static sx_slice warning_text(sx_slice warning) {
    const char *open = memchr(warning.p, '"', warning.len);
    if (open == NULL)
        return (sx_slice){warning.p, 0};
    gsize left = warning.len - (gsize)(open + 1 - warning.p);
    const char *close = memchr(open + 1, '"', left);
    return (sx_slice){open + 1, close ? (gsize)(close - open - 1) : left};
}

void sx_media_read_warnings(const sx_message *message, sx_media_warnings *warnings) {
    sx_header_walk walk = {0};
    sx_slice warning;
    guint digits;
    *warnings = (sx_media_warnings){.text = {"", 0}};
    while (sx_message_next_element(message, SX_HDR_WARNING, &walk, &warning)) {
        guint32 code = sx_slice_number(warning, &digits);
        if (digits != 3 || code == 392)
            continue;
        warnings->any = TRUE;
        warnings->profile |= code == 302;
        warnings->codec |= code == 304 || code == 305;
        if (warnings->code == 0 || (warnings->code / 10 != 30 && code / 10 == 30)) {
            warnings->code = code;
            warnings->text = warning_text(warning);
        }
    }
}
