/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the files of the family "route" share: what is kept of requests and servers, and their rules.
 */
#ifndef SX_DIAGNOSE_ROUTE_H
#define SX_DIAGNOSE_ROUTE_H

#include "diagnose/rule.h"
#include "wire/keyed_hash.h"
#include "wire/uri.h"

#define SX_ROUTE_MAX_TEXT 64     /* bytes kept of a value from the wire */
#define SX_ROUTE_MAX_HOSTS 10000 /* servers, registrations, probes that are remembered */
#define SX_ROUTE_NONE G_MAXUINT32

/** How a called number is written. */
typedef enum {
    SX_FORM_OTHER, /* short, or not a number: never judged */
    SX_FORM_E164,
    SX_FORM_00,
    SX_FORM_0,
    SX_FORM_DIGITS,
    SX_N_FORMS
} sx_number_form;

/** What is kept of a transaction. */
typedef struct {
    char *target;        /* INVITE, MESSAGE outside dialogs: user@host of the Request-URI */
    guint64 user;        /* hash of the user in the Request-URI, with target: the whole number */
    guint64 last_digits; /* hash of the last 7 digits of a called number */
    guint64 etag;        /* hash of SIP-If-Match */
    guint32 expires;     /* smallest interval asked for; SX_ROUTE_NONE */
    guint32 session;     /* Session-Expires; SX_ROUTE_NONE */
    guint32 limit;       /* Min-Expires or Min-SE of the error; SX_ROUTE_NONE */
    guint32 length;      /* Content-Length, where the body has another one */
    guint32 body;        /* bytes of that body */
    char *reason;        /* CANCEL: its first Reason */
    char *tags;          /* option tags that the error named, each with a space behind it */
    guint64 *contacts;   /* 3xx: addresses of Contact */
    guint16 defects;     /* see route_header.c */
    guint8 n_contacts;
    guint8 user_len; /* bytes of the user in target */
    guint8 form;     /* sx_number_form of that user */
    /* gboolean in one byte each */
    guint8 accepted;   /* the called number was alerted or answered */
    guint8 probe;      /* NOTIFY that keeps the way open */
    guint8 other_host; /* the Request-URI names another address than the receiver's */
    guint8 elsewhere;  /* CANCEL: its Reason says that the call was answered elsewhere */
    guint8 verifies;   /* has Security-Verify */
} sx_route_kept;

/** What is known of one server. */
typedef struct {
    guint32 accepted[SX_N_FORMS];       /* calls to numbers of this form that rang */
    guint32 accepted_frame[SX_N_FORMS]; /* the last of them */
    guint64 refused[SX_N_FORMS];        /* hash of the first number refused */
    guint32 options_frame;              /* last answer to OPTIONS; 0: none */
    guint16 options_code;
    guint8 serves;   /* gboolean: it challenges or registers */
    guint8 forwards; /* gboolean: a request was seen before and behind it */
    guint64 product; /* hash of Server or User-Agent in its own responses; 0: none seen */
} sx_route_server;

/** What is known of a kind of probe between two hosts. */
typedef struct {
    guint64 key;
    guint32 count;
    gint64 first, last;
} sx_route_probes;

/** What is known of the whole capture. */
typedef struct {
    GHashTable *servers; /* sx_host -> sx_route_server */
    GHashTable *numbers; /* hash of server, form, last digits -> frame of the accepted INVITE */
    GHashTable *registrations; /* address-of-record -> frame of the 2xx */
    GHashTable *probes;        /* hash of the way -> sx_route_probes */
} sx_route_memory;

/** What is kept of a transaction; NULL if nothing is. */
sx_route_kept *sx_route_kept_of(const sx_transaction *transaction);

/** The same, made if there is nothing yet. */
sx_route_kept *sx_route_keep(sx_transaction *transaction);

/** The memory of the capture. */
sx_route_memory *sx_route_memory_of(const sx_context *context);

/** What is known of a server; NULL if nothing is, or, when it is to be made, if there are too many. */
sx_route_server *sx_route_server_of(const sx_context *context, const sx_host *host, gboolean make);

/** A number remembered under a key; 0 if there is none. */
guint32 sx_route_recall(GHashTable *table, guint64 key);

/** Remembers a number, unless the table is full and the key new; 0 forgets it. */
void sx_route_remember(GHashTable *table, guint64 key, guint32 number);

/** "192.0.2.1:5060" for evidence; valid until the next message. */
const char *sx_route_address(const sx_context *context, const sx_host *host, guint16 port);

/** Adds what a rule prepared with g_strdup() and the like to the scratch memory, and frees it. */
const char *sx_route_scratch(const sx_context *context, char *text);

/** Whether a request came in at the sender of this one with one Via less: this one was sent on. */
const sx_transaction *sx_route_forwarded_from(const sx_context *context,
                                              const sx_transaction *transaction);

/** The first final response of a transaction with a 2xx; NULL if there is none. */
const sx_final *sx_route_success(const sx_transaction *transaction);

/** Whether a BYE was seen in the call since this INVITE; from its caller, if only_caller. NULL: none. */
const sx_transaction *sx_route_bye_after(const sx_context *context, const sx_transaction *invite,
                                         gboolean only_caller);

/** Seconds of a header such as Retry-After or Min-SE; SX_ROUTE_NONE without one. */
guint32 sx_route_seconds(const sx_message *message, sx_header_id header);

/* What each file learns of a message before and after the rules. */
void sx_route_learn_cancel(sx_context *context);
void sx_route_learn_target(sx_context *context);
void sx_route_learn_numbers(sx_context *context);
void sx_route_learn_wish(sx_context *context);
void sx_route_learn_demand(sx_context *context);
void sx_route_learn_contacts(sx_context *context);
void sx_route_learn_defects(sx_context *context);
void sx_route_learn_server(sx_context *context);
void sx_route_learn_forward(sx_context *context);

/* Rows of the forms of numbers that a server took, where it refuses one. */
void sx_route_details(sx_context *context);

#endif
