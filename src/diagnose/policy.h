/* SPDX-License-Identifier: GPL-2.0-or-later
 * The inside of the family "policy": what its topics share. For the files policy*.c only.
 */
#ifndef SX_DIAGNOSE_POLICY_H
#define SX_DIAGNOSE_POLICY_H

#include "details/vendor_match.h"
#include "diagnose/rule.h"

#define SX_POLICY_MAX_TEXT 64 /* bytes kept of one text of a request */

/** Texts of a request that the evidence on its response needs. */
typedef enum {
    SX_POLICY_FROM,         /* user of From */
    SX_POLICY_ASSERTED,     /* user of P-Asserted-Identity */
    SX_POLICY_PREFERRED,    /* user of P-Preferred-Identity */
    SX_POLICY_REMOTE_PARTY, /* user of Remote-Party-ID */
    SX_POLICY_DIVERSION,    /* user of Diversion */
    SX_POLICY_DIGEST_USER,  /* username in Authorization or Proxy-Authorization */
    SX_POLICY_TARGET,       /* user of the Request-URI */
    SX_POLICY_TARGET_HOST,  /* host of the Request-URI */
    SX_POLICY_TO,           /* URI of To */
    SX_POLICY_CONTACT,      /* URI of the first Contact of a REGISTER */
    SX_POLICY_PRIVACY,
    SX_POLICY_REQUIRE,
    SX_POLICY_PROXY_REQUIRE,
    SX_POLICY_N_TEXTS
} sx_policy_text_id;

#define SX_POLICY_MAX_CONTACTS 4

/** What makes a Contact of a REGISTER recognizable in the response; hashes, 0: none. */
typedef struct {
    guint64 user, host_port, instance, gruu;
} sx_policy_contact;

/** What is kept with a transaction; only with those that a rule may ask about. */
typedef struct {
    sx_policy_contact *contacts; /* REGISTER: the first SX_POLICY_MAX_CONTACTS; NULL: none or "*" */
    guint32 expires;             /* REGISTER: seconds asked for; G_MAXUINT32 if none is given */
    guint8 n_contacts;
    guint8 of_scanner;             /* gboolean: by its own tool name, or forwarded for a scanner */
    guint8 removes;                /* gboolean: REGISTER that asks to end all its bindings */
    guint16 at[SX_POLICY_N_TEXTS]; /* 1 + where the text begins in texts; 0: none */
    char texts[];
} sx_policy_request;

/** What is remembered of the whole capture. Each table has a cap; when it is reached the table begins anew. */
typedef struct {
    GHashTable *sources;      /* sx_host -> policy_source: policy_scanner.c */
    guint n_scanners;         /* how many of them are scanners */
    GHashTable *serving;      /* sx_host of those that accepted a request */
    GHashTable *servers;      /* sx_host -> policy_server: policy_caller.c, policy_register.c */
    GHashTable *senders;      /* (server, user) -> frame of a call that was accepted */
    GHashTable *peers;        /* (client, server) -> frame of a 2xx to INVITE */
    GHashTable *registered;   /* (AOR, server) -> policy_registration: policy_register.c */
    GHashTable *told;         /* (AOR, server) whose missing binding was reported */
    GHashTable *in_call;      /* AOR -> policy_open_call: policy_callee.c */
    GHashTable *noisy;        /* sx_host whose noisy feedback was shown in full */
    gboolean binding_missing; /* the present message shows one for the first time */
    gboolean noisy_first;     /* the present message is the first noisy one of its sender */
    sx_vendor_hit hits[SX_VENDOR_MAX_HITS]; /* of the present message: sx_policy_vendor_hits() */
    gint n_hits;                            /* -1: not looked for yet */
} sx_policy_memory;

/** The first domains that a server took; with 0 there is no more. */
typedef struct {
    guint64 hashes[3];
    char *texts[3];
    guint32 frames[3];
} sx_policy_domains;

/** What is known of a server that took calls or registrations. */
typedef struct {
    sx_policy_domains registered,
        called; /* of accepted REGISTERs; of calls that rang or were answered */
    struct {
        guint64 user;
        char text[24]; /* the number, cut */
        guint32 frame;
    } callers[2]; /* the last two different numbers in international form whose calls it took */
} sx_policy_server;

sx_policy_memory *sx_policy_memory_of(const sx_context *context);

/** Adds an entry to a table with a cap; key and value as the table wants them. */
void sx_policy_put(GHashTable *table, gpointer key, gpointer value);

/** A key of two things for these tables. Never NULL. */
gpointer sx_policy_key(guint64 one, guint64 other);
gpointer sx_policy_host_key(const sx_host *host, guint64 other);

/** The entry of a server; with `make` it is made if there is none. */
sx_policy_server *sx_policy_server_of(const sx_context *context, const sx_host *host,
                                      gboolean make);

/** Keeps of a new request what rules will ask about, if anything. */
void sx_policy_keep_request(sx_context *context);

/** What is kept of a request; NULL if there is nothing. */
sx_policy_request *sx_policy_request_of(const sx_transaction *transaction);
/** The same, made empty if there is none. */
sx_policy_request *sx_policy_request_make(sx_transaction *transaction);

/** Adds the domain that the request of a response asked, unless there are enough. */
void sx_policy_note_domain(const sx_context *context, sx_policy_domains *domains);

/** Hash of a domain, as in sx_policy_domains. */
guint64 sx_policy_domain_hash(const char *host);

/** Rows of numbers and identities behind a 403, 404, 484 or 604. */
void sx_policy_details(sx_context *context);

/** A kept text; NULL if the request did not have it. */
const char *sx_policy_text(const sx_transaction *transaction, sx_policy_text_id id);

#define SX_POLICY_MAX_BINDINGS 64 /* Contacts of a message that are looked through */

/**
 * The longest time of the bindings that a REGISTER asks for or its 2xx lists, in seconds: expires of each Contact, or
 * else Expires; without a Contact Expires alone. G_MAXUINT32 where neither is given (RFC 3261 section 10.2.1.1).
 */
guint32 sx_policy_longest_expires(const sx_message *message);

/** Contacts of a message: fills in at most `limit`; *star tells whether "*" was among them. */
guint sx_policy_read_contacts(const sx_message *message, sx_policy_contact *contacts, guint limit,
                              gboolean *star);

/** The URI of a header element as it stands. */
sx_slice sx_policy_uri(sx_slice element);

/** Whether text contains word (lower case) in any case; with whole, not inside a longer word. */
gboolean sx_policy_contains(sx_slice text, const char *word, gboolean whole);

/** An address for evidence; valid until the next message. */
const char *sx_policy_address(sx_context *context, const sx_host *host);

/** Short-lived text for evidence: a header of the message at hand. */
const char *sx_policy_header(sx_context *context, sx_header_id id);

/** Whether the request of a response began outside a dialog; FALSE for orphans. */
gboolean sx_policy_is_initial(const sx_context *context);

/** The form of a number in words, such as "+E.164". */
const char *sx_policy_form(const char *user);

/** The rows of the vendor table that fit the message at hand. @param n set to how many there are */
const sx_vendor_hit *sx_policy_vendor_hits(const sx_context *context, guint *n);

/** Whether the row with this id is among them. */
gboolean sx_policy_vendor_says(const sx_context *context, const char *id);

/* Each topic learns from every message before the rules. */
void sx_policy_learn_scanner(sx_context *context);
void sx_policy_learn_caller(sx_context *context);
void sx_policy_learn_callee(sx_context *context);
void sx_policy_learn_register(sx_context *context);
void sx_policy_learn_vendor(sx_context *context);

/** Tells when the AOR in To of this transaction was last registered at its server. */
typedef struct {
    guint32 frame; /* of the response to the last REGISTER; 0: none */
    gboolean removed;
    gint64 ended; /* when the registration ended; removed: when that was accepted */
} sx_policy_last_registration;
sx_policy_last_registration sx_policy_registration_of(const sx_context *context,
                                                      const sx_transaction *transaction);

#endif
