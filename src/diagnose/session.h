/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the family "session" remembers, and the rules of its files.
 */
#ifndef SX_DIAGNOSE_SESSION_H
#define SX_DIAGNOSE_SESSION_H

#include "diagnose/rule.h"

#define SX_SESSION_TEXT 64 /* bytes kept of a tag, URI or other text from the wire */

/** One side of a call: a tag that a message brought up, and where this side wants to get requests. */
typedef struct {
    guint64 tag;
    char *text;                /* of the tag; valid UTF-8 */
    guint32 frame;             /* that brought it up */
    guint64 contact;           /* target of its newest Contact; 0: none seen */
    guint32 contact_frame;     /* message with that Contact */
    gboolean has_record_route; /* that message has a Record-Route */
    const sx_host *from, *to;  /* hop at which the Contact was seen */
} sx_session_side;

/** Requests of one side in one dialog that were refused with 491. */
typedef struct {
    guint64 from_tag, to_tag;
    guint32 first_frame, last_frame;
    gint64 first_time, last_time;
} sx_session_glare;

typedef enum { SX_NO_REFRESHER, SX_REFRESHER_UAC, SX_REFRESHER_UAS } sx_refresher;

/** The session timer of one dialog (RFC 4028), as the newest 2xx to INVITE or UPDATE has it. */
typedef struct {
    guint64 tag, other_tag;
    guint32 interval; /* seconds; 0: no timer */
    guint8 refresher; /* sx_refresher */
    guint32 frame;
    gint64 time;
} sx_session_timer;

/** A REFER and what came of it. Seen at several hops it is one. */
typedef struct {
    guint64 from_tag, to_tag; /* to_tag 0: sent outside a dialog */
    guint32 cseq, frame;
    gint64 time;
    const sx_host *client, *server;
    guint16 accepted_code;
    guint32 accepted_frame; /* first 2xx; 0: none */
    gint64 accepted_time;
    gboolean wants_no_notify; /* Refer-Sub: false or Require: nosub, explicitsub */
    gboolean notified;        /* a NOTIFY for a REFER was seen in this call after it */
    char *refer_to, *referred_by;
} sx_session_refer;

/** What is kept with a call. All lists are short and bounded; NULL while they are empty. */
typedef struct {
    sx_session_side *sides;
    sx_session_glare *glares;
    sx_session_timer *timers;
    sx_session_refer *refers;
    guint8 n_sides, n_glares, n_timers, n_refers;
    guint32 rseq, rseq_cseq, rseq_frame; /* newest reliable 1xx */
} sx_session_call;

/** The Replaces header of an INVITE (RFC 3891). */
typedef struct {
    guint64 call_id, to_tag, from_tag;
    gboolean early_only;
    char *call_id_text, *to_tag_text, *from_tag_text;
} sx_session_replaces;

/** What is kept with a transaction, of the request. */
typedef struct {
    const char *event;     /* SUBSCRIBE, NOTIFY, PUBLISH: package without parameters; NULL: none */
    gboolean is_refer;     /* NOTIFY: the package is refer */
    guint32 refer_frame;   /* NOTIFY of a REFER: the REFER; 0: not seen */
    guint16 fragment_code; /* NOTIFY: status code of the message/sipfrag body; 0: none */
    gboolean has_route;    /* BYE */
    char *rack;            /* PRACK */
    sx_session_replaces *replaces; /* INVITE */
} sx_session_request;

/* session_memory.c */
void *sx_session_memory_new(void);
void sx_session_memory_free(void *memory);
void sx_session_before(sx_context *context);
void sx_session_after(sx_context *context, guint outcome);

/** What is kept with the call of the message; NULL if nothing is. */
const sx_session_call *sx_session_of_call(const sx_context *context);

/** What is kept with the transaction of the message; NULL if nothing is. */
const sx_session_request *sx_session_of_request(const sx_context *context);

/** The side of the call with this tag; NULL if it is not known. */
const sx_session_side *sx_session_side_of(const sx_session_call *kept, guint64 tag);

/** Frame of an earlier, same answer of this server to a request for this event package; 0: there is none. */
guint32 sx_session_refused_before(const sx_context *context, const char *event);

/** The REFER with this From tag and CSeq number; NULL if it is not known. */
const sx_session_refer *sx_session_refer_by_cseq(const sx_session_call *kept, guint64 from_tag,
                                                 guint32 cseq);

/** The REFER that a NOTIFY is about, by the id of its Event or by the tags; NULL if it is not known. */
const sx_session_refer *sx_session_refer_of_notify(const sx_context *context);

/* session_look.c: questions that several rules ask. */

/** What the answer says in words of its own: text of Reason, else Warning, else its phrase; NULL if nothing. */
const char *sx_session_words(sx_context *context);

/** "the caller (192.0.2.1)" if the dialog tells who this is, else the address. */
const char *sx_session_sender(sx_context *context, guint64 from_tag, const sx_host *host);

/** The address of a host as text; valid until the next message. */
const char *sx_session_host(sx_context *context, const sx_host *host);

/** The same request seen before at another hop; NULL if there is none. */
const sx_transaction *sx_session_relayed_request(const sx_context *context);

/** The newest BYE of the dialog before this answer that the refused request is no copy of; NULL if there is none. */
const sx_bye *sx_session_other_bye(const sx_context *context);

/** Whether the final answers of a transaction came after a frame, or not at all yet. */
gboolean sx_session_open_at(const sx_transaction *transaction, guint32 frame);

/** Constant name of the method of a transaction, for evidence. */
const char *sx_session_method(const sx_transaction *transaction);

/** Whether the Reason of a request that ends a call is one of normal clearing. */
gboolean sx_session_clears_normally(sx_context *context);

#endif
