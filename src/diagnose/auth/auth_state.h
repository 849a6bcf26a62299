/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the files about authentication share: what they remember. Words as in the rules: CRED are digest credentials that can be
 * checked, PREV is the transaction before with the same Call-ID, method and hop, CHAIN all of those.
 */
#ifndef SX_AUTH_STATE_H
#define SX_AUTH_STATE_H

#include "diagnose/context.h"
#include "diagnose/learner.h"
#include "wire/challenge.h"

#define SX_MAX_OFFERS 8      /* challenges of one response that are looked at */
#define SX_MAX_CREDENTIALS 4 /* credentials of one request that are looked at */
#define SX_NONCE_TAIL 8      /* characters at the end of a nonce that evidence shows */

/** Where the nonce of credentials comes from, as far as the capture shows. */
typedef enum {
    SX_NONCE_UNKNOWN,  /* no challenge of this capture offered it */
    SX_NONCE_LAST,     /* the challenge before this request */
    SX_NONCE_OUTDATED, /* not the challenge before this request, which offered another one */
} sx_nonce_origin;

/** Where credentials do not fit the challenge that they answer (RFC 3261 section 22.4, RFC 7616 section 3.4). */
typedef struct {
    const char *algorithm, *asked_algorithm; /* of both, as they stand there; NULL: none */
    const char *qop, *asked_qop;             /* the same */
    guint32 digits, asked_digits;            /* of response; 0: as many as the algorithm makes */
    guint8 other_algorithm, other_qop;       /* gboolean */
    guint8 no_cnonce;                        /* gboolean: qop without cnonce or nc */
    guint8 no_opaque, other_opaque;          /* gboolean: not given back, or not as it was given */
    guint8 userhash; /* gboolean: a hashed user name that was not asked for */
} sx_digest_differences;

/** CRED for one realm. Texts live as long as the findings. */
typedef struct {
    guint64 realm, nonce, user; /* hashes */
    const char *user_text, *realm_text;
    gint64 challenge_time;
    guint32 challenge_frame;      /* challenge that offered the nonce; 0: not in this capture */
    guint32 last_challenge_frame; /* SX_NONCE_OUTDATED: challenge that offered another one since */
    guint32 challenged;           /* id of the transaction that was challenged; 0: as above */
    guint32 nc, nc_before, nc_frame; /* an earlier request with this nonce had at least this nc */
    gboolean for_proxy;              /* answers a 407 */
    guint8 origin;                   /* sx_nonce_origin */
    char nonce_tail[SX_NONCE_TAIL + 1];
    sx_digest_differences *differences; /* from the challenge of PREV; NULL: none are known */
} sx_credentials;

/** A challenge that a response of an earlier transaction made. */
typedef struct {
    guint64 realm, nonce;
    const char *algorithm, *qop; /* NULL: none */
    guint32 opaque;              /* of its hash; 0: none */
    guint8 for_proxy, userhash;  /* gboolean */
} sx_offered;

/** The state of a transaction that took part in authentication. */
typedef struct {
    sx_credentials *credentials;
    sx_offered *offered;                  /* by its first 401 or 407 */
    const char *digest_uri, *request_uri; /* where they name different targets; else NULL */
    gint64 challenge_time;                /* its first 401 or 407 */
    guint32 challenge_frame;
    guint32 first_challenge_frame, first_rejection_frame; /* of the row of rejections */
    guint16 rejections;    /* in a row in the CHAIN, this one included */
    guint16 stale_answers; /* the same for stale=true */
    guint8 n_credentials, n_offered;
    guint8 other_scheme : 1;     /* Authorization that is no digest: NTLM, Kerberos ... */
    guint8 announced : 1;        /* digest without nonce or response: first request in IMS */
    guint8 resynchronises : 1;   /* AKA: auts= */
    guint8 chain_challenged : 1; /* a 401 or 407 came in the CHAIN */
} sx_auth_state;

/** One challenge of the response at hand. */
typedef struct {
    sx_challenge read;
    guint64 realm, nonce;
    gboolean for_proxy;
} sx_offer;

/** One fact; what the fields mean depends on its kind. */
typedef struct {
    guint64 key;
    guint64 value, other;
    gint64 time;
    guint32 frame; /* 0: just made */
    guint32 number;
} sx_auth_fact;

/** What is remembered of the whole capture. */
typedef struct {
    sx_bounded_map recent;  /* sx_auth_fact: nonces and challenges */
    sx_bounded_map lasting; /* the same: users, hosts */
    guint n_offers;         /* of the 401 or 407 at hand */
    sx_offer offers[SX_MAX_OFFERS];
} sx_auth_memory;

/** Kinds of facts. */
typedef enum {
    /* recent */
    SX_FACT_NONCE, /* server, realm, nonce: challenge that offered it; number: for proxy; value: id of its
                      transaction */
    SX_FACT_OFFERED,   /* client, server, realm, From: last challenge; value: nonce */
    SX_FACT_ACCEPTED,  /* server, realm, user, nonce: 2xx */
    SX_FACT_NC,        /* client, server, realm, user, nonce: request with the highest nc */
    SX_FACT_SUCCEEDED, /* nonce, Call-ID, hop: 2xx that was auth.succeeded */
    SX_FACT_IGNORED, /* hop, method, From (To), realm: challenge not yet answered; value: Call-ID */
    /* lasting */
    SX_FACT_CREDENTIALS,       /* client, server: last request with CRED */
    SX_FACT_REALM_CREDENTIALS, /* client, server, realm: the same */
    SX_FACT_USER_ACCEPTED,     /* client, server, realm, user: 2xx */
    SX_FACT_USER_REFUSED,      /* server, user: rejection that blamed the credentials */
    SX_FACT_PASSWORD_403,      /* server, realm: 403 that says the password is wrong */
    SX_FACT_LAX_NC,            /* server: 2xx to an nc that did not grow */
    SX_FACT_LAX,  /* server, realm: 2xx to credentials that differ from the challenge */
    SX_FACT_PEER, /* hop: first challenged INVITE; value: Call-ID, other: From, number:
                     calls */
} sx_auth_fact_kind;

/** The fact with this key, valid until many others have come; NULL if there is none. */
static inline sx_auth_fact *sx_auth_find(const sx_bounded_map *facts, guint64 key) {
    return (sx_auth_fact *)sx_map_find(facts, key);
}

/** The same; makes one, all zero but its key, if there is none. */
static inline sx_auth_fact *sx_auth_put(sx_bounded_map *facts, guint64 key) {
    return (sx_auth_fact *)sx_map_put(facts, key);
}

/** The key of a fact; pieces that it does not have are 0. */
guint64 sx_auth_key(sx_auth_fact_kind kind, const sx_host *client, const sx_host *server, guint64 a,
                    guint64 b, guint64 c);

/** The hop of a transaction as one number, without its hosts: server port and number of Via values. */
guint64 sx_auth_hop(const sx_transaction *transaction);

/** Where a fact was seen; 0 if there is none. */
guint32 sx_auth_frame_of(const sx_auth_fact *fact);

/** Frame of the last 2xx to this user and realm from this client; 0: none. */
guint32 sx_auth_user_accepted(const sx_context *context, const sx_credentials *used);

/** Frame of the last response of this server that blamed the credentials of this user; 0: none. */
guint32 sx_auth_user_refused(const sx_context *context, const sx_credentials *used);

/** Time from the challenge to the request that answers it; 0 if the challenge is not in the capture. */
gint64 sx_auth_since_challenge(const sx_context *context, const sx_credentials *used);

#define SX_LATE_ANSWER                                                                             \
    (10 * SX_SECOND) /* challenge to the request that answers it: nonces expire */

/** The key of SX_FACT_IGNORED for one realm. */
guint64 sx_auth_ignored_key(const sx_transaction *transaction, guint64 realm);

/** The key of SX_FACT_SUCCEEDED for one nonce. */
guint64 sx_auth_succeeded_key(const sx_transaction *transaction, guint64 nonce);

/** What is remembered of the capture. */
static inline sx_auth_memory *sx_auth_memory_of(const sx_context *context) {
    return (sx_auth_memory *)context->memory[SX_LEARNER_AUTH];
}

/** The state of a transaction; NULL: it has none, or there is no transaction. */
sx_auth_state *sx_auth_state_of(const sx_transaction *transaction);

/** The same; made if there is none. */
sx_auth_state *sx_auth_state_make(sx_transaction *transaction);

/** Hash of a value from a challenge or credentials, escapes undone. */
guint64 sx_auth_hash(sx_slice quoted);

/** A value from a challenge or credentials for evidence. */
const char *sx_auth_text(sx_context *context, sx_slice quoted);

/** The end of a nonce. */
sx_slice sx_auth_tail(sx_slice nonce);

/** Whether the request had nothing at all to authenticate with, as far as it was captured. */
gboolean sx_auth_came_without(const sx_transaction *transaction);

/**
 * Where digest credentials differ from a challenge that they answer.
 * @param offered challenges with the realm and nonce of the credentials count, the one with their algorithm before others
 * @return to be freed with g_free(); NULL if they fit
 */
sx_digest_differences *sx_auth_compare(sx_context *context, const sx_credentials *used,
                                       const sx_challenge *read, const sx_auth_state *asked);

/** How credentials differ from their challenge; NULL: not at all, or the server took such ones before. */
const sx_digest_differences *sx_auth_differences(const sx_context *context,
                                                 const sx_credentials *used);

/** The parameters that differ, such as "algorithm, opaque". */
const char *sx_auth_differing(const sx_context *context, const sx_digest_differences *differences);

/** Learns from a new request, and from the challenges of a new response, before the rules. */
void sx_auth_learn_request(sx_context *context);
void sx_auth_learn_challenges(sx_context *context);

/** Learns from a new response after the rules. */
void sx_auth_learn_answer(sx_context *context, guint outcome);

/** Credentials of a request, and a challenge of its answer for the same realm. */
typedef struct {
    const sx_auth_state *state;
    const sx_credentials *used;
    const sx_offer *offer;
    gboolean stale;      /* a challenge of this realm says so */
    gboolean same_nonce; /* a challenge of this realm offers the nonce again */
} sx_rejection;

/** Finds credentials of the request whose realm the answer challenges again; FALSE if there are none. */
gboolean sx_auth_find_rejection(const sx_context *context, sx_rejection *found);

/** Whether the answer says that the digest was wrong: the nonce was the right one. */
gboolean sx_auth_is_rejected(const sx_context *context, sx_rejection *found);

#endif
