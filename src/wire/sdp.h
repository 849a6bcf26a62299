/* SPDX-License-Identifier: GPL-2.0-or-later
 * Reads a session description (SDP, RFC 8866): slices into the buffer, no copies, nothing trusted. Not read: times,
 * zones, and the parameters of codecs (fmtp).
 */
#ifndef SX_SDP_H
#define SX_SDP_H

#include "wire/slice.h"

#define SX_SDP_MAX_MEDIA 16   /* m= lines that are read; the others are left out */
#define SX_SDP_MAX_FORMATS 32 /* formats read of one m= line */

typedef enum {
    SX_SDP_SENDRECV, /* also if nothing is said */
    SX_SDP_SENDONLY,
    SX_SDP_RECVONLY,
    SX_SDP_INACTIVE,
} sx_sdp_direction;

/** Bits of sx_sdp_level.crypto_tags: tag n of a=crypto (RFC 4568 section 9.1) is bit n, other tags share bit 0. */
#define SX_SDP_MAX_CRYPTO_TAG 15

/** What may be said for the whole session and again for one m= line, which then counts. */
typedef struct {
    sx_slice address; /* of c=, without TTL; empty if there is none */
    gboolean ipv6;    /* c= says IP6 */
    sx_sdp_direction direction;
    guint16 ptime;   /* milliseconds of media in a packet; 0: not given */
    gboolean crypto; /* a=crypto (RFC 4568) */
    guint16 crypto_tags;
    guint16
        suites; /* bits of the suites of a=crypto, see sx_sdp_suite_name(); others share bit 0 */
    sx_slice setup;       /* of a=setup (RFC 4145), "actpass"; empty if there is none */
    gboolean negotiates;  /* a=pcfg or a=acfg: other profiles than that of the m= line (RFC 5939) */
    gboolean rtcp_mux;    /* a=rtcp-mux (RFC 5761) */
    gboolean fingerprint; /* a=fingerprint (RFC 8122) */
    gboolean bundle_only; /* a=bundle-only: on in spite of port 0 (RFC 9143 section 6) */
    gboolean ice;         /* a=ice-ufrag, a=candidate and the like (RFC 8839) */
} sx_sdp_level;

/** One format of an m= line: a payload type, or a word such as "t38". */
typedef struct {
    sx_slice format;
    sx_slice rtpmap;      /* encoding name of its a=rtpmap; empty if there is none */
    gboolean octet_align; /* its a=fmtp has octet-align=1 (RFC 4867 section 8.1) */
} sx_sdp_format;

typedef struct {
    sx_slice type; /* "audio", "video", "image" ... */
    guint16 port;  /* see sx_sdp_is_off() */
    sx_slice proto;
    sx_sdp_level level; /* of this m= line, with what it takes over from the session */
    guint n_formats;
    sx_sdp_format formats[SX_SDP_MAX_FORMATS];
} sx_sdp_media;

/** Whose resources a precondition is about (RFC 3312 section 4: status-type). */
typedef enum { SX_QOS_E2E, SX_QOS_LOCAL, SX_QOS_REMOTE, SX_N_QOS } sx_qos_status;

/** Strength of a wish; the last two are only in answers (RFC 3312 section 8). */
typedef enum {
    SX_QOS_ABSENT,
    SX_QOS_NONE,
    SX_QOS_OPTIONAL,
    SX_QOS_MANDATORY,
    SX_QOS_FAILURE,
    SX_QOS_UNKNOWN
} sx_qos_strength;

/** Directions of media as a set: bit 0 send, bit 1 recv. */
typedef enum { SX_QOS_SEND = 1, SX_QOS_RECV = 2, SX_QOS_SENDRECV = 3 } sx_qos_direction;

/** What is said of one status type: the first attribute of each kind. */
typedef struct {
    guint16 strength : 3; /* sx_qos_strength of a=des; SX_QOS_ABSENT: there is none */
    guint16 desired : 2;  /* sx_qos_direction */
    guint16 current : 2;
    guint16 has_current : 1; /* there is an a=curr */
    guint16 confirm : 1;     /* there is an a=conf */
} sx_sdp_precondition;

/** Preconditions of type qos (RFC 3312). */
typedef struct {
    sx_sdp_precondition of[SX_N_QOS];
    sx_slice refused; /* a=des of any type with strength "failure" or "unknown"; empty: none */
} sx_sdp_qos;

/** What a payload type of one m= line stands for twice. */
typedef enum { SX_SDP_NO_CONFLICT, SX_SDP_TWO_MAPS, SX_SDP_TWICE } sx_sdp_conflict_kind;

/** A payload type with two different a=rtpmap, or one that the m= line lists twice; the first one found. */
typedef struct {
    sx_sdp_conflict_kind kind;
    guint line; /* m= line, from 1 */
    sx_slice format;
    sx_slice first, second; /* SX_SDP_TWO_MAPS: the encoding names */
} sx_sdp_conflict;

/** Bits of sx_sdp.lacks: lines that must be there (RFC 8866 section 5). */
enum {
    SX_SDP_LACKS_V = 1 << 0,
    SX_SDP_LACKS_O = 1 << 1,
    SX_SDP_LACKS_S = 1 << 2,
    SX_SDP_LACKS_T = 1 << 3,
    SX_SDP_LACKS_C = 1 << 4, /* an m= line that is in use has none, nor has the session */
    SX_SDP_N_LACKS = 5,
};

typedef struct {
    sx_sdp_level session;
    sx_sdp_qos qos;
    sx_sdp_conflict conflict;
    sx_slice version; /* of v=, "0"; empty if there is none */
    sx_slice origin;  /* of o=; empty if there is none */
    guint8 lacks;
    char
        misplaced; /* first line that stands where RFC 8866 section 5 has no place for it; 0: none */
    gboolean bundle;    /* a=group:BUNDLE (RFC 9143) */
    sx_slice bandwidth; /* first b=, such as "AS:64"; empty if there is none */
    sx_slice language;  /* first a=hlang-send, a=hlang-recv or a=lang; empty if there is none */
    guint n_media;
    sx_sdp_media media[SX_SDP_MAX_MEDIA];
} sx_sdp;

/**
 * Reads a description. Damaged lines are skipped, a truncated one is read as far as it goes.
 * @return FALSE if it has no m= line that can be read
 */
gboolean sx_sdp_read(sx_slice text, sx_sdp *sdp);

/** Whether the media is RTP or SRTP: what T.38 over UDPTL or a message session is not. */
gboolean sx_sdp_is_rtp(const sx_sdp_media *media);

/** Whether the m= line demands SRTP: its profile is a kind of SAVP. */
gboolean sx_sdp_is_secure(const sx_sdp_media *media);

/** Whether it is audio or video. */
gboolean sx_sdp_is_call_media(const sx_sdp_media *media);

/** Whether an m= line is refused or switched off. */
gboolean sx_sdp_is_off(const sx_sdp_media *media);

/** Whether the connection address is 0.0.0.0 or ::, the old way to stop the other side from sending. */
gboolean sx_sdp_is_black_hole(const sx_sdp_media *media);

/**
 * The name of a codec: of its rtpmap, else the one that RFC 3551 gives to the payload type.
 * @param i index of the format, less than media->n_formats
 * @return empty if it has no name
 */
sx_slice sx_sdp_codec(const sx_sdp_media *media, guint i);

/**
 * Whether the format is a payload type that nothing gives a meaning: a dynamic one without rtpmap (RFC 3551 section 3).
 * @param i index of the format, less than media->n_formats
 */
gboolean sx_sdp_is_unmapped(const sx_sdp_media *media, guint i);

/** The name of the suite with this bit in sx_sdp_level.suites; NULL behind the last one. @param bit from 1 on */
const char *sx_sdp_suite_name(guint bit);

/** Words of RFC 3312: "e2e" ..., "mandatory" ..., "none" to "sendrecv". Any number is allowed. */
const char *sx_qos_status_name(guint status);
const char *sx_qos_strength_name(guint strength);
const char *sx_qos_direction_name(guint direction);

#endif
