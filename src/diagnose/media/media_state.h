/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the files about media share: the offer of each transaction, refused changes and private addresses of each call,
 * codecs and profiles of each host.
 */
#ifndef SX_MEDIA_STATE_H
#define SX_MEDIA_STATE_H

#include "diagnose/context.h"
#include "diagnose/learner.h"
#include "wire/sdp.h"

#define SX_MEDIA_MAX_CODECS 16  /* different codecs of one description or host */
#define SX_MEDIA_MAX_SIDES 8    /* descriptions of one call: one for each side and hop */
#define SX_MEDIA_MAX_REFUSALS 4 /* of one call, the newest */
#define SX_MEDIA_MAX_PRIVATE 4  /* private addresses of one call that wait for their proof */

/** Names of codecs as hashes. Events, comfort noise and repair formats are no codecs. */
typedef struct {
    guint32 names[SX_MEDIA_MAX_CODECS];
    guint8 n;
    guint8 more; /* there were more than fit */
} sx_codec_set;

/** Profiles of m= lines that are told apart; the bits of a set of them. */
typedef enum {
    SX_PROFILE_OTHER,
    SX_PROFILE_AVP,
    SX_PROFILE_AVPF,
    SX_PROFILE_SAVP,
    SX_PROFILE_SAVPF,
    SX_PROFILE_DTLS_SAVP,
    SX_PROFILE_DTLS_SAVPF,
    SX_PROFILE_UDPTL,
    SX_N_PROFILES
} sx_media_profile;
#define SX_PROFILES_PLAIN (1u << SX_PROFILE_AVP | 1u << SX_PROFILE_AVPF)
#define SX_PROFILES_SECURE                                                                         \
    (1u << SX_PROFILE_SAVP | 1u << SX_PROFILE_SAVPF | 1u << SX_PROFILE_DTLS_SAVP |                 \
     1u << SX_PROFILE_DTLS_SAVPF)

#define SX_MEDIA_MAX_LINES 6 /* m= lines that an answer is compared with */

/** One m= line in brief, to compare an answer with. */
typedef struct {
    guint16 crypto_tags;
    guint8 profile : 4; /* sx_media_profile */
    guint8 type : 3;    /* its place in a list of types; 0: another type */
    guint8 off : 1;     /* port 0 */
    guint8 direction : 2;
    guint8 fingerprint : 1;
    guint8 negotiates : 1;
    guint8 rtcp_mux : 1;
    guint8 ipv6 : 1;
} sx_media_line;

/** Dynamic payload types of the first audio line, bit n for 96 + n. */
typedef struct {
    guint32 codecs, events;
} sx_payload_types;

/** What matters of one description. */
typedef struct {
    guint64 address; /* of the first active audio or video; 0: none */
    sx_payload_types types;
    guint32 origin, content; /* hashes of the o= line and of all; 0: none, or cut */
    guint16 ptime;
    guint8 n_media;
    guint8 profiles;  /* bits of active RTP audio and video: 1 << sx_media_profile */
    guint8 unmapped;  /* first dynamic payload type without rtpmap; 0: none */
    guint8 whole : 1; /* not cut by the capture */
    guint8 audio : 1; /* there is an active m= line (port not 0) of this type */
    guint8 video : 1;
    guint8 image : 1;
    guint8 any_secure : 1; /* active RTP lines: with SAVP, without */
    guint8 only_secure : 1;
    guint8 only_plain : 1;
    guint8 hold : 1;       /* all active audio and video: not to be sent to */
    guint8 black_hole : 1; /* by c=0.0.0.0 or :: */
    guint8 ice : 1;
    guint8 crypto : 1;
    guint8 fingerprint : 1;
    guint8 negotiates : 1;
    guint8 rtcp_mux : 1;
    guint8 bundle : 1;
    guint8 to_web : 1; /* of an offer: the request goes to a WebSocket client */
    guint8 ipv4 : 1;   /* c= of an active line */
    guint8 ipv6 : 1;
    guint8 events : 1; /* telephone-event */
    guint8 g711 : 1;   /* PCMU or PCMA */
    guint8 bandwidth : 1;
    guint8 language : 1;
    guint8 qos : 1;          /* a=curr:qos or a=des:qos */
    guint8 qos_required : 1; /* Require has precondition */
    guint8 amr_aligned : 1;  /* AMR with octet-align=1, and without */
    guint8 amr_packed : 1;
    guint16 suites; /* of active RTP lines, as in sx_sdp_level */
    guint8 kinds;   /* bits of active m= lines: 1 << type of sx_media_line */
    /* from here on sx_media_offer_pack() cuts what is not used */
    sx_media_line media[SX_MEDIA_MAX_LINES];
    sx_sdp_precondition preconditions[SX_N_QOS]; /* only if qos */
    sx_codec_set codecs;
    char codec_names[48]; /* "PCMU PCMA"; raw bytes, cut */
    char lines[48];       /* "audio RTP/AVP, image udptl t38" */
} sx_media_summary;

/** A refused change of a session, between two hosts. */
typedef struct {
    guint64 asker_tag, refuser_tag; /* 0: free */
    const sx_host *asker, *refuser;
    guint32 frame;
    gint64 time;
    guint16 code;
    gboolean t38;
    gboolean settled; /* a later change was accepted */
} sx_media_refusal;

/** The last accepted description of one side at one hop. */
typedef struct {
    guint64 key; /* tag, sender, receiver; 0: free */
    guint64 address;
    guint64 codecs;
    sx_payload_types types;
    guint32 origin, content; /* as in sx_media_summary */
    guint32 frame;
    guint8 video, secure, hold, events; /* gboolean */
} sx_media_side;

/** A private address for media, and where it was sent to. */
typedef struct {
    guint64 address;
    const sx_host *sender, *next;
    guint32 frame;       /* 0: free */
    guint32 transaction; /* of a request; 0: ACK and responses */
    guint32 cseq;
    guint16 port;
    guint8 method; /* sx_method */
    guint8 n_vias;
    guint8 response;    /* gboolean */
    guint8 from_public; /* gboolean: the packet came from a public address */
    char text[48];
} sx_private_media;

/** The newest answer to an offer in a call, or the message that should have been one. */
typedef struct {
    guint64 from_tag, to_tag; /* of the request that it belongs to */
    gint64 time;
    guint32 offer_frame;
    guint32 frame; /* 0: none */
    guint8 flaw;   /* sx_diagnosis_id of what is wrong with it; SX_DIAG_NONE */
} sx_media_answer;

/** Of one call. */
typedef struct {
    sx_media_answer answer;
    sx_media_side *sides;       /* grows up to SX_MEDIA_MAX_SIDES, then the oldest one goes */
    sx_media_refusal *refusals; /* SX_MEDIA_MAX_REFUSALS; NULL: none */
    sx_private_media *privates; /* grows up to SX_MEDIA_MAX_PRIVATE, then the oldest one goes */
    const sx_host *public_sender;
    guint32 public_frame; /* INVITE with a public address for media; 0: none */
    guint32 public_cseq;
    guint8 n_sides, next_side, next_refusal, n_privates, next_private;
    guint8
        late_offers; /* gboolean: a response brought an offer, its answer comes in PRACK or ACK */
} sx_media_call;

/** What one host put into its descriptions. */
typedef struct {
    guint64 key; /* of the host */
    sx_codec_set codecs;
    guint32 frame;             /* of the last description with codecs; 0: none */
    guint32 plain_frame;       /* first one with RTP and no SRTP */
    guint32 secure_frame;      /* first one with SRTP */
    guint32 sdp_frame;         /* of the last description */
    guint16 suites;            /* of all of them, as in sx_media_summary */
    guint8 profiles, kinds;    /* the same */
    guint8 events, ipv4, ipv6; /* gboolean: any had telephone-event; c= of this family */
    char codec_names[48];      /* of the description in `frame` */
} sx_media_host;

/** The type of a body; its number is 1 more than the id of the entry. */
typedef struct {
    guint64 key;
    char text[128];
} sx_body_type;
#define SX_BODY_SDP 1         /* the number of application/sdp; 0: no body */
#define SX_MAX_BODY_TYPES 253 /* others that are told apart: numbers are one byte */

/** Of the whole capture, and of the message at hand. */
typedef struct {
    sx_bounded_map hosts;      /* sx_media_host */
    sx_bounded_map reported;   /* keys only: of sender and private address that were reported */
    sx_bounded_map body_types; /* sx_body_type */
    gboolean described;        /* the message at hand has a description: in sdp and summary */
    sx_sdp sdp;
    sx_media_summary summary;
    sx_media_summary offer; /* what sx_media_offer() or sx_media_answered() returned last */
    const void *answered;   /* packed offer that the message at hand has to answer; NULL: none */
    guint32 answered_frame; /* the message with it */
    guint8 flaw;            /* sx_diagnosis_id of what may end the call, found by the rules */
    sx_private_media
        proven; /* the private address that the message at hand proves; frame 0: none */
} sx_media_memory;

static inline sx_media_memory *sx_media_memory_of(const sx_context *context) {
    return (sx_media_memory *)context->memory[SX_LEARNER_MEDIA];
}

/** The offer of the request of the transaction, valid until the next message; NULL if it had none. */
const sx_media_summary *sx_media_offer(const sx_context *context);

/** What is remembered of the call; NULL if nothing. */
sx_media_call *sx_media_call_of(const sx_context *context);

/** The same, made if need be. */
sx_media_call *sx_media_make_call(const sx_context *context);

/** What a host put into earlier descriptions; NULL if it sent none. */
const sx_media_host *sx_media_host_of(const sx_context *context, const sx_host *host);

/** Adds the codecs of one set to another. */
void sx_codecs_add(sx_codec_set *all, const sx_codec_set *more);

/** Whether a codec is in both sets; also if one of them is not complete. */
gboolean sx_codecs_meet(const sx_codec_set *one, const sx_codec_set *other);

/** A hash of the set, order ignored. */
guint64 sx_codecs_hash(const sx_codec_set *set);

/** Sums up a description. */
void sx_media_summarize(const sx_sdp *sdp, sx_media_summary *summary);

/** What shows the offer of a WebRTC client, such as "a=fingerprint, ICE"; NULL: nothing. */
const char *sx_media_webrtc_marks(sx_context *context, const sx_media_summary *offer);

/** A summary without its unused room, to be kept with a transaction: how many bytes it takes, and those. */
gsize sx_media_offer_size(const sx_media_summary *summary);
void sx_media_offer_pack(const sx_media_summary *summary, void *packed);
void sx_media_offer_unpack(const void *packed, sx_media_summary *summary);

/**
 * A payload type of the first audio line at hand that stands for telephone-event on one side and for a codec on the other.
 * @param other types of the other description
 * @param codec set to the name of the codec, where the description at hand has that; else empty
 * @return 0: there is none
 */
guint sx_media_types_collide(const sx_media_memory *memory, const sx_payload_types *other,
                             sx_slice *codec);

/** The suites of a set in words, such as "AES_CM_128_HMAC_SHA1_80, AEAD_AES_256_GCM". */
const char *sx_media_suites_text(const sx_context *context, guint suites);

/** The profiles of a set in words, such as "RTP/AVP, RTP/SAVP". */
const char *sx_media_profiles_text(const sx_context *context, guint profiles);

/** Whether an m= line is in use. */
static inline gboolean sx_media_is_active(const sx_sdp_media *media) {
    return !sx_sdp_is_off(media);
}

/** The last accepted description of the sender at this hop; NULL if it is not known. */
const sx_media_side *sx_media_side_of(const sx_context *context, guint64 tag, const sx_host *sender,
                                      const sx_host *receiver);

/** A refused change in the dialog and between the two hosts of this message, not settled since; NULL: none. */
sx_media_refusal *sx_media_open_refusal(const sx_context *context);

/** What Warning headers say (RFC 3261 section 20.43); code 392 is chatter of proxies and does not count. */
typedef struct {
    gboolean any;
    gboolean profile; /* 302 */
    gboolean codec;   /* 304, 305 */
    guint32 code;     /* of the first one, 30x before others */
    sx_slice text;
} sx_media_warnings;

void sx_media_read_warnings(const sx_message *message, sx_media_warnings *warnings);

/** The number of the type of the body; 0: none, or one more than are told apart. */
guint8 sx_media_body_type(sx_media_memory *memory, const sx_message *message);

/** What was sent and what the response takes; NULL where nothing is said. The texts live for this message. */
typedef struct {
    const char *sent;   /* media type, with its Content-Encoding */
    const char *accept; /* the first Accept */
    gboolean says;      /* there is an Accept, Accept-Encoding or Accept-Language */
    gboolean multipart;
    gboolean listed; /* Accept has what was sent */
} sx_media_body;
sx_media_body sx_media_body_of(sx_context *context);

/** The offer of a request inside a dialog; NULL if it had none. */
const sx_media_summary *sx_media_offered_change(const sx_context *context);

/** The offer of a request outside a dialog that was answered with 488 or 606; else NULL. */
const sx_media_summary *sx_media_refused_offer(const sx_context *context);

/**
 * What the server put into earlier descriptions; NULL if none is known. On a host that talks to itself nobody knows
 * who wrote them.
 */
const sx_media_host *sx_media_server_history(const sx_context *context);

/** How the offer leaves it to the peer whether to encrypt; 0 if it does not. */
sx_word sx_media_optional_srtp(const sx_media_summary *offer);

/** The offer that this message has to answer, valid until the next message; NULL if it has to answer none. */
const sx_media_summary *sx_media_answered(const sx_context *context);

/**
 * The m= line of an offer that its receiver may be unused to: the first one in use beside audio, of a type that the server
 * had in no description in this capture.
 * @param type set to its type
 * @return its number from 1; 0: there is none, or none beside audio
 */
guint sx_media_unusual_line(const sx_context *context, const sx_media_summary *offer,
                            const char **type);

/** Reads what tells the versions of a description apart, of the one at hand. */
void sx_media_read_version(sx_media_memory *memory, sx_slice description);

/** Keeps what is wrong with the description of a request by itself. */
void sx_media_learn_flaws(sx_context *context);

/** Whether the message was captured whole and has no body. */
gboolean sx_media_lacks_body(const sx_context *context);

/** What is learned about offers and answers before and after the rules. */
void sx_media_learn_exchange(sx_context *context);
void sx_media_note_exchange(const sx_context *context);

/** The packed offer of a request; NULL if it had none. */
const void *sx_media_packed_offer(const sx_transaction *transaction);

/** What is learned about private addresses before and after the rules. */
void sx_media_learn_address(sx_context *context);
void sx_media_note_address(sx_context *context);

#endif
