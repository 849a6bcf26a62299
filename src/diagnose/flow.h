/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the files of the family "flow" share: its memory and its rules.
 */
#ifndef SX_DIAGNOSE_FLOW_H
#define SX_DIAGNOSE_FLOW_H

#include "diagnose/family.h"
#include "evidence.h"

#define SX_FLOW_LATE (400 * SX_MILLISECOND)   /* a copy this late was not under way already */
#define SX_FLOW_THIRD (1200 * SX_MILLISECOND) /* earliest third copy by the timers of RFC 3261 */
#define SX_FLOW_SAFE_SIZE 1300  /* bytes of a request for UDP, RFC 3261 section 18.1.1 */
#define SX_FLOW_MAX_TEXT 64     /* bytes kept of a text from the wire */
#define SX_FLOW_MAX_KNOWN 20000 /* entries of each table of addresses */

/** A response whose copies the memory of calls does not count: a reliable 1xx, or a final one of an orphan. */
typedef struct {
    guint64 key;
    gint64 time, last_time; /* of the first and of the last copy */
    guint32 frame;          /* of the first copy */
    guint16 copies;         /* the first one included */
    gboolean reported;
} sx_flow_counted;

/** The last message sent from one port to another, to find what a cut ICMP error quotes. */
typedef struct {
    guint64 key;
    gint64 time;
    guint32 frame, transaction;
} sx_flow_way;

/** The newest request to a server over a reliable transport, to see that it is tried anew. */
typedef struct {
    guint64 key;
    guint32 transaction;
} sx_flow_asked;

/** How long a client waited behind 100 before it gave up. */
typedef struct {
    guint64 key;
    gint64 seconds; /* microseconds */
    guint32 frame;
} sx_flow_patience;

/** What the family remembers of the whole capture. Tables of fixed size forget what a newer entry falls on. */
typedef struct {
    GHashTable *pairs; /* client and server -> bits of what passed between them */
    const sx_host *learned_client, *learned_server; /* the last pair that has all of these bits */
    GHashTable
        *answered_small; /* server address and port -> frame of a small request it answered */
    sx_flow_counted *counted;
    sx_flow_counted *present; /* the entry of the present message; NULL: it has none */
    sx_flow_way *ways;
    sx_flow_asked *asked;
    sx_flow_patience *patience;
} sx_flow_memory;

/** What is kept with the few transactions that need it. */
typedef struct {
    char *
        ack_uri; /* Request-URI of an ACK at this hop that is not the Contact of the 2xx; NULL: none */
    guint64 ack_tag, ack_host; /* To tag of that ACK; hash of host and port of that URI */
    guint32 ack_frame;
    guint32 icmp_frame;  /* first ICMP error that quotes the request; 0: none */
    guint16 answer_port; /* where the first response went; 0: to the port the request came from */
} sx_flow_kept;

/** The PRACKs of a call. */
typedef struct {
    struct {
        guint32 rseq, cseq, frame;
    } pracks[8]; /* ring */
    guint8 n, next;
} sx_flow_call;

/* flow.c */
sx_flow_memory *sx_flow_memory_of(const sx_context *context);
/** What is kept with a transaction; NULL if there is nothing. */
sx_flow_kept *sx_flow_kept_of(const sx_transaction *transaction);
/** The same, made if there is nothing. */
sx_flow_kept *sx_flow_keep(sx_transaction *transaction);
/** "192.0.2.1:5060" or "[2001:db8::1]:5060", the address alone with port 0; valid until the next message. */
const char *sx_flow_place(sx_context *context, const sx_host *host, guint16 port);
/** Hash of host and port of the URI in an element; 0 if it has none. */
guint64 sx_flow_host_port(sx_slice element);
/** Whether the present message has all its headers. */
gboolean sx_flow_is_whole(const sx_context *context);
/** Whether the response is a reliable provisional one; sets its RSeq. */
gboolean sx_flow_is_reliable(const sx_message *message, guint32 *rseq);

/* What each topic learns from a message before its rules. */
void sx_flow_ack_learn(sx_context *context);
void sx_flow_prack_learn(sx_context *context);
void sx_flow_retransmit_learn(sx_context *context);
void sx_flow_silence_learn(sx_context *context);
void sx_flow_silence_learn_after(sx_context *context);
void sx_flow_icmp_learn(sx_context *context);

/** Whether the same request on another pair of addresses, as behind a NAT, has a response. */
gboolean sx_flow_has_answered_twin(const sx_context *context, const sx_transaction *transaction);
/** How many transactions of the same fork have no response. */
guint sx_flow_silent_branches(const sx_context *context, const sx_transaction *transaction,
                              gboolean *reported);

#endif
