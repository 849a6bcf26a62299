/* SPDX-License-Identifier: GPL-2.0-or-later
 * Session descriptions, line by line (RFC 8866, RFC 3264, RFC 3551, RFC 3312).
 */
#include "wire/sdp.h"

#include <string.h>

/* Where a reader stands. */
typedef struct {
    sx_sdp *sdp;
    sx_sdp_level *level; /* what c= and a= are about now; NULL behind an m= line that is left out */
    sx_sdp_media *media; /* NULL before the first m= line */
    guint types[4];      /* bits of the payload types that the present m= line lists */
    guint8 place;        /* highest one so far; see note_place() */
    guint32 lines;       /* of the session: 1 << letter - 'a' */
} reader;

/* Takes the next word off the front. */
static gboolean next_word(sx_slice *rest, sx_slice *word) {
    gsize end = 0;
    *rest = sx_slice_trim(*rest);
    while (end < rest->len && rest->p[end] != ' ' && rest->p[end] != '\t')
        end++;
    *word = (sx_slice){rest->p, end};
    *rest = (sx_slice){rest->p + end, rest->len - end};
    return end > 0;
}

static sx_slice before(sx_slice s, char separator) {
    const char *found = s.len > 0 ? memchr(s.p, separator, s.len) : NULL;
    return (sx_slice){s.p, found ? (gsize)(found - s.p) : s.len};
}

static void note_conflict(reader *r, sx_sdp_conflict conflict) {
    conflict.line = r->sdp->n_media;
    if (r->sdp->conflict.kind == SX_SDP_NO_CONFLICT)
        r->sdp->conflict = conflict;
}

/* Whether the m= line lists the payload type a second time. */
static void note_type(reader *r, sx_slice format) {
    guint digits;
    guint32 type = sx_slice_number(format, &digits);
    if (digits == 0 || digits != format.len || type > 127)
        return;
    guint bit = 1u << (type & 31);
    if ((r->types[type >> 5] & bit) != 0)
        note_conflict(r, (sx_sdp_conflict){.kind = SX_SDP_TWICE, .format = format});
    r->types[type >> 5] |= bit;
}

static void read_media(reader *r, sx_slice value) {
    sx_slice type, port, proto;
    guint digits;
    r->level = NULL;
    r->media = NULL;
    if (r->sdp->n_media >= SX_SDP_MAX_MEDIA || !next_word(&value, &type) ||
        !next_word(&value, &port) || !next_word(&value, &proto))
        return;
    guint32 number = sx_slice_number(port, &digits);
    if (digits == 0 || number > G_MAXUINT16)
        return;
    sx_sdp_media *media = &r->sdp->media[r->sdp->n_media++];
    media->type = type;
    media->port = (guint16)number;
    media->proto = proto;
    media->level = r->sdp->session;
    media->n_formats = 0;
    sx_slice format;
    memset(r->types, 0, sizeof r->types);
    while (media->n_formats < SX_SDP_MAX_FORMATS && next_word(&value, &format)) {
        media->formats[media->n_formats++] = (sx_sdp_format){format, {format.p, 0}, FALSE};
        note_type(r, format);
    }
    r->media = media;
    r->level = &media->level;
}

static void read_connection(sx_sdp_level *level, sx_slice value) {
    sx_slice net, kind, address;
    if (!next_word(&value, &net) || !next_word(&value, &kind) || !next_word(&value, &address))
        return;
    level->address = before(address, '/');
    level->ipv6 = sx_slice_is(kind, "IP6");
}

static gboolean is_same(sx_slice one, sx_slice other) {
    return one.len == other.len && sx_same_letters(one.p, other.p, one.len);
}

static void read_rtpmap(reader *r, sx_slice value) {
    sx_sdp_media *media = r->media;
    sx_slice format, encoding;
    if (media == NULL || !next_word(&value, &format) || !next_word(&value, &encoding))
        return;
    for (guint i = 0; i < media->n_formats; i++) {
        sx_slice known = media->formats[i].format;
        if (known.len != format.len || memcmp(known.p, format.p, known.len) != 0)
            continue;
        sx_slice name = before(encoding, '/');
        sx_slice earlier = media->formats[i].rtpmap;
        if (earlier.len > 0 && !is_same(earlier, name))
            note_conflict(r, (sx_sdp_conflict){SX_SDP_TWO_MAPS, 0, format, earlier, name});
        media->formats[i].rtpmap = name;
    }
}

/* a=fmtp:type parameters. Only what decides whether AMR can be read is of interest. */
static void read_fmtp(sx_sdp_media *media, sx_slice value) {
    sx_slice format;
    if (media == NULL || !next_word(&value, &format))
        return;
    for (guint i = 0; i < media->n_formats; i++) {
        sx_sdp_format *of = &media->formats[i];
        if (is_same(of->format, format) && sx_slice_starts(of->rtpmap, "AMR"))
            of->octet_align = sx_slice_find(value, "octet-align=1", 0) < value.len;
    }
}

static gboolean read_direction(sx_sdp_level *level, sx_slice name) {
    static const char *const names[] = {
        [SX_SDP_SENDRECV] = "sendrecv",
        [SX_SDP_SENDONLY] = "sendonly",
        [SX_SDP_RECVONLY] = "recvonly",
        [SX_SDP_INACTIVE] = "inactive",
    };
    if (name.len != 8) /* the length of all of them */
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (sx_slice_is(name, names[i])) {
            level->direction = (sx_sdp_direction)i;
            return TRUE;
        }
    }
    return FALSE;
}

/* Which of the words the slice is; `n` if it is none of them. */
static guint word_index(sx_slice word, const char *const *words, guint n) {
    guint i = 0;
    while (i < n && !sx_slice_is(word, words[i]))
        i++;
    return i;
}

static const char *const qos_statuses[SX_N_QOS] = {"e2e", "local", "remote"};
static const char *const qos_strengths[] = {"absent",    "none",    "optional",
                                            "mandatory", "failure", "unknown"};
static const char *const qos_directions[] = {"none", "send", "recv", "sendrecv"};

/* a=curr:type status direction, a=des:type strength status direction, a=conf:type status direction */
static void read_qos(sx_sdp_qos *qos, sx_slice attribute, sx_slice name, sx_slice value) {
    sx_slice type, strength, status, direction;
    guint how = SX_QOS_ABSENT;
    gboolean desired = sx_slice_is(name, "des");
    if (!next_word(&value, &type) || (desired && !next_word(&value, &strength)))
        return;
    if (desired)
        how = word_index(strength, qos_strengths, G_N_ELEMENTS(qos_strengths));
    if ((how == SX_QOS_FAILURE || how == SX_QOS_UNKNOWN) && qos->refused.len == 0)
        qos->refused = attribute;
    if (!sx_slice_is(type, "qos") || !next_word(&value, &status))
        return;
    guint which = word_index(status, qos_statuses, SX_N_QOS);
    guint wanted = next_word(&value, &direction)
                       ? word_index(direction, qos_directions, G_N_ELEMENTS(qos_directions))
                       : G_N_ELEMENTS(qos_directions);
    if (which == SX_N_QOS || wanted == G_N_ELEMENTS(qos_directions))
        return;
    sx_sdp_precondition *of = &qos->of[which];
    if (sx_slice_is(name, "conf")) {
        of->confirm = TRUE;
    } else if (!desired && !of->has_current) {
        of->has_current = TRUE;
        of->current = wanted & 3;
    } else if (desired && of->strength == SX_QOS_ABSENT && how < G_N_ELEMENTS(qos_strengths)) {
        of->strength = how & 7;
        of->desired = wanted & 3;
    }
}

/* Suites of a=crypto (RFC 4568 section 6.2, RFC 6188, RFC 7714). */
static const char *const suites[] = {
    "",
    "AES_CM_128_HMAC_SHA1_80",
    "AES_CM_128_HMAC_SHA1_32",
    "F8_128_HMAC_SHA1_80",
    "AES_192_CM_HMAC_SHA1_80",
    "AES_192_CM_HMAC_SHA1_32",
    "AES_256_CM_HMAC_SHA1_80",
    "AES_256_CM_HMAC_SHA1_32",
    "AEAD_AES_128_GCM",
    "AEAD_AES_256_GCM",
};

const char *sx_sdp_suite_name(guint bit) {
    return bit < G_N_ELEMENTS(suites) ? suites[bit] : NULL;
}

/* a=crypto:tag suite keys */
static void read_crypto(sx_sdp_level *level, sx_slice value) {
    guint digits;
    sx_slice words = value, word, suite;
    if (next_word(&words, &word) && next_word(&words, &suite)) {
        guint which = word_index(suite, suites, G_N_ELEMENTS(suites));
        level->suites |= (guint16)(1u << (which < G_N_ELEMENTS(suites) ? which : 0));
    }
    guint32 tag = sx_slice_number(sx_slice_trim(value), &digits);
    level->crypto = TRUE;
    level->crypto_tags |= (guint16)(1u << (digits > 0 && tag <= SX_SDP_MAX_CRYPTO_TAG ? tag : 0));
}

/* What tells only whether it is there. */
static gboolean read_mark(reader *r, sx_slice name, sx_slice value) {
    sx_slice word;
    if (sx_slice_is(name, "fingerprint"))
        r->level->fingerprint = TRUE;
    else if (sx_slice_starts(name, "ice-") || sx_slice_is(name, "candidate"))
        r->level->ice = TRUE;
    else if (sx_slice_is(name, "rtcp-mux"))
        r->level->rtcp_mux = TRUE;
    else if (sx_slice_is(name, "bundle-only"))
        r->level->bundle_only = r->media != NULL;
    else if (sx_slice_is(name, "pcfg") || sx_slice_is(name, "acfg"))
        r->level->negotiates = TRUE;
    else if (sx_slice_is(name, "group"))
        r->sdp->bundle |= next_word(&value, &word) && sx_slice_is(word, "BUNDLE");
    else
        return FALSE;
    return TRUE;
}

static void read_attribute(reader *r, sx_slice attribute) {
    guint digits;
    sx_slice name = before(attribute, ':');
    gsize used = MIN(name.len + 1, attribute.len);
    sx_slice value = sx_slice_after(attribute, used);
    name = sx_slice_trim(name);
    if (sx_slice_is(name, "rtpmap"))
        read_rtpmap(r, value);
    else if (read_direction(r->level, name) || read_mark(r, name, value))
        return;
    else if (sx_slice_is(name, "crypto"))
        read_crypto(r->level, value);
    else if (sx_slice_is(name, "fmtp"))
        read_fmtp(r->media, value);
    else if (sx_slice_is(name, "setup"))
        r->level->setup = sx_slice_trim(value);
    else if (sx_slice_is(name, "ptime"))
        r->level->ptime = (guint16)MIN(sx_slice_number(sx_slice_trim(value), &digits), G_MAXUINT16);
    else if (sx_slice_is(name, "curr") || sx_slice_is(name, "des") || sx_slice_is(name, "conf"))
        read_qos(&r->sdp->qos, attribute, name, value);
    else if (r->sdp->language.len == 0 &&
             (sx_slice_starts(name, "hlang-") || sx_slice_is(name, "lang")))
        r->sdp->language = sx_slice_trim(value);
}

/* Order of the lines (RFC 8866 section 5): of the session from 1 on, then m=, then of its media. Of lines that alternate,
 * or stand the other way round without harm, both have the same place. */
enum { M_LINE = 20 };
static const guint8 session_places['z' - 'a' + 1] = {
    ['v' - 'a'] = 1, ['o' - 'a'] = 2, ['s' - 'a'] = 3,  ['i' - 'a'] = 4,  ['u' - 'a'] = 5,
    ['e' - 'a'] = 6, ['p' - 'a'] = 6, ['c' - 'a'] = 7,  ['b' - 'a'] = 8,  ['t' - 'a'] = 9,
    ['r' - 'a'] = 9, ['z' - 'a'] = 9, ['k' - 'a'] = 10, ['a' - 'a'] = 11, ['m' - 'a'] = M_LINE,
};
static const guint8 media_places['z' - 'a' + 1] = {
    ['m' - 'a'] = M_LINE,     ['i' - 'a'] = M_LINE + 1, ['c' - 'a'] = M_LINE + 2,
    ['b' - 'a'] = M_LINE + 3, ['k' - 'a'] = M_LINE + 4, ['a' - 'a'] = M_LINE + 5,
};

static void note_place(reader *r, char letter) {
    guint i = (guint)(guchar)letter - 'a';
    if (i >= G_N_ELEMENTS(session_places) || session_places[i] == 0)
        return; /* unknown lines are to be ignored */
    guint8 place = r->place >= M_LINE ? media_places[i] : session_places[i];
    if (r->sdp->misplaced == '\0' && place < r->place && letter != 'm')
        r->sdp->misplaced = letter;
    if (place < M_LINE)
        r->lines |= 1u << i;
    r->place = letter == 'm' ? M_LINE : MAX(place, r->place);
}

static void read_line(reader *r, sx_slice line) {
    if (line.len < 2 || line.p[1] != '=')
        return;
    note_place(r, line.p[0]);
    sx_slice value = sx_slice_trim(sx_slice_after(line, 2));
    if (line.p[0] == 'm')
        read_media(r, value);
    else if (line.p[0] == 'c' && r->level != NULL)
        read_connection(r->level, value);
    else if (line.p[0] == 'a' && r->level != NULL)
        read_attribute(r, value);
    else if (line.p[0] == 'b' && r->sdp->bandwidth.len == 0)
        r->sdp->bandwidth = value;
    else if (line.p[0] == 'v' && r->sdp->version.len == 0)
        r->sdp->version = value;
    else if (line.p[0] == 'o' && r->sdp->origin.len == 0)
        r->sdp->origin = value;
}

#define LINE_CHUNK 256 /* bytes searched at a time, so that a text without LF stays linear */

/* Length of the first line, which LF or CR ends. */
static gsize line_length(sx_slice text) {
    for (gsize at = 0; at < text.len; at += LINE_CHUNK) {
        gsize chunk = MIN(LINE_CHUNK, text.len - at);
        const char *lf = memchr(text.p + at, '\n', chunk);
        gsize before_lf = lf ? (gsize)(lf - text.p) - at : chunk;
        if (before_lf > 0 && text.p[at + before_lf - 1] == '\r')
            before_lf--; /* the usual end */
        const char *cr = memchr(text.p + at, '\r', before_lf);
        if (cr != NULL)
            return (gsize)(cr - text.p);
        if (lf != NULL || before_lf < chunk)
            return at + before_lf;
    }
    return text.len;
}

static guint8 what_lacks(const reader *r) {
    static const char needed[SX_SDP_N_LACKS] = {'v', 'o', 's', 't', 'c'};
    guint8 lacks = 0;
    gboolean connected = TRUE;
    for (guint i = 0; i < SX_SDP_N_LACKS; i++)
        lacks |= (r->lines & 1u << (needed[i] - 'a')) == 0 ? (guint8)(1u << i) : 0;
    for (guint i = 0; i < r->sdp->n_media; i++) {
        const sx_sdp_media *media = &r->sdp->media[i];
        connected = connected && (media->level.address.len > 0 || sx_sdp_is_off(media));
    }
    return connected ? (guint8)(lacks & ~SX_SDP_LACKS_C) : lacks;
}

gboolean sx_sdp_read(sx_slice text, sx_sdp *sdp) {
    reader r = {.sdp = sdp, .level = &sdp->session};
    sdp->session = (sx_sdp_level){.direction = SX_SDP_SENDRECV};
    sdp->qos = (sx_sdp_qos){.refused = {"", 0}};
    sdp->bundle = FALSE;
    sdp->conflict = (sx_sdp_conflict){.kind = SX_SDP_NO_CONFLICT};
    sdp->version = (sx_slice){"", 0};
    sdp->origin = (sx_slice){"", 0};
    sdp->misplaced = '\0';
    sdp->bandwidth = (sx_slice){"", 0};
    sdp->language = (sx_slice){"", 0};
    sdp->n_media = 0;
    while (text.len > 0) {
        gsize end = line_length(text);
        read_line(&r, sx_slice_trim((sx_slice){text.p, end}));
        gsize used = MIN(end + 1, text.len);
        if (used < text.len && text.p[end] == '\r' && text.p[used] == '\n')
            used++;
        text = sx_slice_after(text, used);
    }
    sdp->lacks = what_lacks(&r);
    return sdp->n_media > 0;
}

/* Whether a word stands in the protocol, between slashes or not: "UDP/TLS/RTP/SAVPF" has SAVP. */
static gboolean proto_has(const sx_sdp_media *media, const char *word) {
    return sx_slice_find(media->proto, word, 0) < media->proto.len;
}

gboolean sx_sdp_is_rtp(const sx_sdp_media *media) {
    return sx_slice_starts(media->proto, "RTP/") || proto_has(media, "RTP/");
}

gboolean sx_sdp_is_secure(const sx_sdp_media *media) {
    return proto_has(media, "SAVP");
}

gboolean sx_sdp_is_call_media(const sx_sdp_media *media) {
    return sx_slice_is(media->type, "audio") || sx_slice_is(media->type, "video");
}

gboolean sx_sdp_is_off(const sx_sdp_media *media) {
    return media->port == 0 && !media->level.bundle_only;
}

#define DISCARD 9 /* with ICE: "the candidates tell" (RFC 8829 section 5.2.1) */

gboolean sx_sdp_is_black_hole(const sx_sdp_media *media) {
    if ((media->level.address.len != 7 && media->level.address.len != 2) || media->port == DISCARD)
        return FALSE;
    return sx_slice_is(media->level.address, "0.0.0.0") || sx_slice_is(media->level.address, "::");
}

sx_slice sx_sdp_codec(const sx_sdp_media *media, guint i) {
    static const char *const static_names[] = {
        [0] = "PCMU",  [3] = "GSM",   [4] = "G723",  [5] = "DVI4",  [6] = "DVI4",   [7] = "LPC",
        [8] = "PCMA",  [9] = "G722",  [10] = "L16",  [11] = "L16",  [12] = "QCELP", [13] = "CN",
        [14] = "MPA",  [15] = "G728", [16] = "DVI4", [17] = "DVI4", [18] = "G729",  [25] = "CelB",
        [26] = "JPEG", [28] = "nv",   [31] = "H261", [32] = "MPV",  [33] = "MP2T",  [34] = "H263",
    };
    const sx_sdp_format *format = &media->formats[i];
    guint digits;
    if (format->rtpmap.len > 0 || !sx_sdp_is_rtp(media))
        return format->rtpmap;
    guint32 type = sx_slice_number(format->format, &digits);
    if (digits == 0 || digits != format->format.len || type >= G_N_ELEMENTS(static_names) ||
        static_names[type] == NULL)
        return (sx_slice){format->format.p, 0};
    return (sx_slice){static_names[type], strlen(static_names[type])};
}

gboolean sx_sdp_is_unmapped(const sx_sdp_media *media, guint i) {
    guint digits;
    sx_slice format = media->formats[i].format;
    return sx_sdp_is_rtp(media) && media->formats[i].rtpmap.len == 0 &&
           sx_slice_number(format, &digits) >= 96 && digits == format.len;
}

const char *sx_qos_status_name(guint status) {
    return qos_statuses[MIN(status, SX_N_QOS - 1)];
}

const char *sx_qos_strength_name(guint strength) {
    return qos_strengths[MIN(strength, G_N_ELEMENTS(qos_strengths) - 1)];
}

const char *sx_qos_direction_name(guint direction) {
    return qos_directions[direction & 3];
}
