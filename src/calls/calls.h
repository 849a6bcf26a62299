/* SPDX-License-Identifier: GPL-2.0-or-later
 * What is remembered of a capture: transactions, calls (all of one Call-ID), dialogs and hosts. Linear in time and
 * memory: the newest SX_MAX_TRANSACTIONS and SX_MAX_CALLS are kept, each call looks at its newest transactions only.
 * Whoever judges them may attach state of its own to a transaction or a call (attachment.h).
 */
#ifndef SX_CALLS_H
#define SX_CALLS_H

#include "calls/attachment.h"
#include "wire/message.h"
#include "wire/method.h"
#include "wire/packet.h"
#include "wire/uri.h"

#define SX_MAX_TRANSACTIONS 200000
#define SX_MAX_CALLS 100000
#define SX_MAX_LOOK_BACK 64 /* transactions of one call, dialogs, tags, that are looked through */

/** One IP address that sent or received SIP. Lives as long as the memory. */
typedef struct {
    guint64 key; /* hash of the address */
    guint8 ip[16];
    gint64 last_sent_time;
    guint32 first_sent_frame; /* first SIP message from it; 0: none */
    guint32 last_sent_frame;  /* last SIP message from it before the present one; 0: none */
    guint8 ip_len;            /* 4 or 16, 0 unknown */
} sx_host;

/** Keys of one message, worked out once. Hashes stand for strings; 0 means there is none. */
typedef struct {
    guint64 branch; /* of the top Via; 0 unless it begins with z9hG4bK */
    guint64 call_id, from_tag, to_tag;
    guint64 from_aor, to_aor;
    guint64 request_uri; /* requests: user, host, port */
    guint32 cseq;
    guint16 size;  /* bytes of the message; G_MAXUINT16 if it is larger */
    guint8 method; /* sx_method; of the CSeq in a response */
    guint8 n_vias;
} sx_keys;

/** A final response with one To tag. A forked INVITE has several. */
typedef struct sx_final {
    struct sx_final *next;
    guint64 to_tag;
    gint64 time, last_time;
    guint64 contact; /* 2xx: target of the Contact, 0 if there is none */
    gint64 ack_time;
    guint32 frame, last_frame;
    guint32 ack_frame; /* INVITE: first ACK with this To tag at this hop */
    guint16 code;
    guint16 copies;           /* how often it was seen, the first one included */
    guint16 copies_after_ack; /* copies at least 0.4 s after that ACK */
    guint8
        copies_after_other_ack; /* 2xx to INVITE without ACK: the same after an ACK to another To tag */
    /* Of those who judge it; a byte each, for an attachment would cost every answer more. 0: nothing yet. */
    guint8 reported;    /* bits of what was reported of it */
    guint8 outcome;     /* number of the diagnosis */
    guint8 answered_by; /* who made it */
} sx_final;

/** A transaction at one hop (RFC 3261 section 17). Hundreds of thousands are kept: large fields come first. */
typedef struct {
    guint64 key;  /* that it is found by */
    sx_keys keys; /* of the first copy of the request */
    sx_host *client, *server;
    gint64 time, last_time; /* first copy of the request; last message of the transaction */
    gint64 last_copy_time;  /* of the request */
    gint64 response_time;   /* first response of any kind */
    gint64 trying_time;     /* first 100 */
    gint64 ring_time;       /* first 180 to 183 */
    sx_final *final; /* first final response; the others of a fork hang behind it; NULL: none yet */
    sx_final own_final; /* where that first one is, for nearly all have one */
    sx_attachment *attached;
    guint32 id;            /* 1, 2, 3 ... in the order they began */
    guint32 call;          /* id of its call */
    guint32 older_in_call; /* id of the transaction of this call that began before it; 0: none */
    guint32 same_key;      /* id of an older transaction with the same key; 0: none */
    guint32 frame;         /* first copy of the request */
    guint32 last_copy_frame;
    guint32 trying_frame;
    guint32 ring_frame;
    guint32 response_frame;
    guint32
        cancel; /* INVITE: id of the transaction of its CANCEL; CANCEL: of its INVITE; 0: none */
    guint32
        prev; /* id of PREV(TX): same Call-ID, method and HOP (REGISTER: and address); 0: none */
    guint32 final_annotation; /* 1 + index of the annotation of the final response; 0: none */
    guint32 upstream;         /* id of the same request one hop before; 0: none */
    guint32 max_forwards;     /* of the first copy; G_MAXUINT32 if there is none */
    guint16 client_port, server_port;
    guint16 copies; /* of the request, the first one included */
    guint16 ring_code;
    guint16 product;  /* of those who judge it: short hash of User-Agent; 0: it has none */
    guint8 transport; /* sx_transport */
    guint8
        copies_after_response; /* of the request, at least 0.4 s after the response that should end them */
    guint8 is_cut : 1;         /* the request was not captured whole */
    guint8 progressed : 1; /* a provisional response above 100 came */
    guint8 alerted : 1;    /* a 180 came */
    /* Of those who judge it, a byte each as in sx_final. */
    guint8 body_type; /* number that was given to the type of the body of the request; 0: no body */
    guint8 reported;
} sx_transaction;

#define SX_MAX_BYES 4 /* kept of a dialog: the first ones, copies of one transaction counted once */

/** A BYE of a dialog. */
typedef struct {
    gint64 time;
    guint64 from_tag, branch;
    guint32 cseq;
    guint32 frame;
    guint32 transaction;
} sx_bye;

/** A dialog: Call-ID and an unordered pair of tags (RFC 3261 section 12). */
typedef struct sx_dialog {
    struct sx_dialog *next;
    guint64 caller_tag, callee_tag; /* as in the request that formed it */
    gint64 confirmed_time;
    sx_bye *byes;            /* SX_MAX_BYES at most; NULL: none */
    sx_bye own_bye;          /* where they are while there is one */
    guint32 confirmed_frame; /* first 2xx; 0: not seen */
    guint32 confirmed_by;    /* transaction of that 2xx */
    guint32 ack_frame;       /* first ACK to the 2xx that formed it, at any hop */
    guint8 confirmed_method; /* sx_method */
    guint8 n_byes;
} sx_dialog;

/** An ACK, for the 2xx that it acknowledges at any hop. */
typedef struct {
    guint64 to_tag, request_uri;
    gint64 time;
    sx_host *client, *server;
    guint32 cseq, frame;
    guint16 client_port, server_port;
} sx_ack;

/** A tag that a message of the call brought up. */
typedef struct {
    guint64 tag;
    guint32 frame;
    gboolean
        by_response; /* To tag of a response to a request without one; else From tag of a request */
} sx_tag;

/** All of one Call-ID. */
typedef struct {
    guint64 call_id;
    gint64 first_time;
    sx_dialog *dialogs; /* newest first, at most SX_MAX_LOOK_BACK */
    sx_ack *acks;       /* ring of the newest ACKs */
    sx_tag *tags;       /* the first SX_MAX_LOOK_BACK */
    sx_tag own_tags[2]; /* where they are while there are no more */
    sx_attachment *attached;
    guint32 id;
    guint32 newest; /* id of the newest transaction */
    guint32 first_frame;
    guint8
        starts_inside; /* gboolean: first message has a To tag or is a response, the capture began later */
    guint8 n_dialogs, n_acks, n_tags;
    guint8 next_ack;
    guint8 precision; /* sx_precision of the coarsest time of its messages */
} sx_call;

typedef struct sx_calls sx_calls;

/** How a message relates to what was seen before. */
typedef enum {
    SX_FIRST, /* a new request, or the first response with this code and To tag of its transaction */
    SX_COPY,  /* the same again: a retransmission */
    SX_DUPLICATE, /* the same packet captured twice; changes no state */
} sx_repetition;

/** What sx_calls_observe() found out about one message. */
typedef struct {
    sx_keys keys;
    sx_uri
        request_uri; /* of the message; the scheme is empty in a response, or if it cannot be read */
    sx_repetition repetition;
    guint32 original_frame; /* SX_COPY, SX_DUPLICATE: frame of the first one */
    gint64 original_time;
    guint copy_number; /* SX_COPY: 2 for the second one ... */
    sx_host *source, *destination;
    guint64 flow;  /* see sx_calls_flow() */
    sx_call *call; /* never NULL but for SX_DUPLICATE */
    sx_transaction *
        transaction; /* NULL: a response without its request (ORPHAN), a duplicate, an ACK to a 2xx */
    sx_transaction *prev; /* PREV of that transaction; NULL if there is none */
    sx_dialog *dialog;    /* of a message with both tags, if known */
    sx_final *final;      /* of a final response: its entry in the transaction; NULL for orphans */
    sx_transaction
        *relayed_from; /* transaction of the same answer one hop further on; NULL: not relayed */
    guint32
        relayed_frame; /* frame of the original answer, or of the request one hop before; 0: not relayed */
} sx_observation;

/** A new, empty memory. */
sx_calls *sx_calls_new(void);

/** Frees the memory and all in it; NULL does nothing. */
void sx_calls_free(sx_calls *calls);

/**
 * Takes a message into the memory: finds or makes its transaction, call and dialog, counts copies, links CANCEL, ACK
 * and BYE. To be called once a message, in order, for messages that are not quoted.
 * @param seen all zero; filled in
 */
void sx_calls_observe(sx_calls *calls, const sx_message *message, const sx_packet *packet,
                      sx_observation *seen);

/** Notes that the sender of a message did send one; to be called when all was said about the message. */
void sx_calls_note_sender(const sx_observation *seen, const sx_packet *packet);

/** The flow of a packet: a hash of addresses and ports of both ends. */
guint64 sx_calls_flow(const sx_packet *packet);

/** The transaction with this id; NULL for 0 and for one that was dropped. */
sx_transaction *sx_calls_transaction(const sx_calls *calls, guint32 id);

/**
 * The transaction that a frame began; takes a binary search.
 * @param call number of its call; one of another call is taken only where the frame began none of this call
 * @param method as in sx_method_name(); NULL: any
 * @return NULL if there is none, or it was dropped
 */
sx_transaction *sx_calls_transaction_in(const sx_calls *calls, guint32 frame, guint32 call,
                                        const char *method);

/** The call with this id; NULL for 0 and for one that was dropped. */
sx_call *sx_calls_call(const sx_calls *calls, guint32 id);

/** The call that has this Call-ID (hash as in sx_keys); NULL if there is none. */
sx_call *sx_calls_find_call(const sx_calls *calls, guint64 call_id);

/** The key of a host: a hash of its address. */
guint64 sx_host_key(const guint8 *ip, guint ip_len);

/** The host with this address; NULL if it never sent or received SIP. */
sx_host *sx_calls_host(const sx_calls *calls, const guint8 *ip, guint ip_len);

/** A walk over the transactions of a call, newest first, at most SX_MAX_LOOK_BACK. Start with {0}. */
typedef struct {
    guint32 next;
    guint steps;
} sx_transaction_walk;

/** The next transaction of the walk; NULL at the end. */
sx_transaction *sx_calls_walk(const sx_calls *calls, const sx_call *call,
                              sx_transaction_walk *walk);

/** The dialog of a call with these two tags, in any order; NULL if there is none. */
sx_dialog *sx_call_dialog(const sx_call *call, guint64 tag, guint64 other_tag);

/** The tag of a call, if a message brought it up before; NULL if not. */
const sx_tag *sx_call_tag(const sx_call *call, guint64 tag);

/**
 * The copy of a 2xx at hand: an ACK that came 0.4 s before it or earlier, behind the first copy, from where this 2xx goes
 * to, but for a To tag that no answer of the call has, or with the CSeq number of no other answer that was repeated; NULL if
 * there is none.
 */
const sx_ack *sx_call_other_ack(const sx_calls *calls, const sx_observation *seen,
                                const sx_packet *packet);

/**
 * Since when the client should send no further copies of a request: an INVITE with any response, others with the final
 * one (RFC 3261 section 17.1). FALSE: there is none yet.
 */
gboolean sx_transaction_ended_copies(const sx_transaction *transaction, gint64 *time,
                                     guint32 *frame);

/**
 * Whether a copy was not on its way already when what should end the copies was sent: it comes 0.4 s later. Without
 * times each counts; SX_LATE_COPIES of them then prove it.
 */
gboolean sx_call_shows_late(const sx_call *call, gint64 earlier, gint64 now);

/** How many late copies show that they go on; one more without times, where the first may have been on its way. */
#define SX_LATE_COPIES(call) ((call)->precision == SX_TIME_NONE ? 3u : 2u)

/** The newest ACK of a call with this CSeq number, and this To tag unless it is 0; NULL if there is none. */
const sx_ack *sx_call_ack(const sx_call *call, guint32 cseq, guint64 to_tag);

/**
 * Works out the keys of a message. Those of From and To addresses are left 0 in a response: it shares them with its
 * request, if that is known.
 * @param request_uri set to the Request-URI taken apart; its scheme is empty if there is none, or none that can be read
 */
void sx_keys_read(const sx_message *message, sx_keys *keys, sx_uri *request_uri);

/** Writes an address as text, such as "192.0.2.1" or "2001:db8::1"; the result is to be freed with g_free(). */
char *sx_host_text(const sx_host *host);

#endif
