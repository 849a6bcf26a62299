/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the files about transfers share. Texts live as long as the findings.
 */
#ifndef SX_TRANSFER_STATE_H
#define SX_TRANSFER_STATE_H

#include "diagnose/context.h"
#include "diagnose/learner.h"

#define SX_MAX_REFERS 4 /* the newest are kept of a call */

/** A REFER and what came of it. Seen at several hops it is one. */
typedef struct {
    guint64 from_tag, to_tag; /* to_tag 0: sent outside a dialog */
    gint64 time, accepted_time;
    const sx_host *client, *server;
    const char *refer_to;    /* without Replaces and the like */
    const char *referred_by; /* NULL: none */
    guint32 cseq, frame;
    guint32 accepted_frame; /* first 2xx; 0: none */
    guint16 accepted_code;
    gboolean wants_no_notify; /* Refer-Sub: false or Require: nosub, explicitsub */
    gboolean notified;        /* a NOTIFY for a REFER was seen in this call after it */
    gboolean to_self;         /* Refer-To names the one who gets the REFER */
    guint32 reported_frame;   /* NOTIFY of success that was accepted; 0: none */
} sx_refer;

/** The REFERs of a call, the oldest one first. */
typedef struct {
    sx_refer refers[SX_MAX_REFERS];
    guint n;
} sx_refers;

/** Those of the call of the message; NULL if there are none. */
sx_refers *sx_refers_of(const sx_context *context);

/** The REFER with this From tag and CSeq number; NULL if it is not known. */
sx_refer *sx_refer_by_cseq(sx_refers *all, guint64 from_tag, guint32 cseq);

/** The REFER that a NOTIFY is about, by the id of its Event or by the tags; NULL if it is not known. */
const sx_refer *sx_refer_of_notify(const sx_context *context);

/** What a NOTIFY of a REFER reports. */
typedef struct {
    guint32 refer_frame;   /* the REFER; 0: not seen */
    guint32 refer_cseq;    /* its CSeq number */
    guint16 fragment_code; /* status code of the message/sipfrag body; 0: none */
} sx_refer_report;

/** That of the NOTIFY of this transaction; NULL: it is none, or of another event package. */
const sx_refer_report *sx_refer_report_of(const sx_transaction *transaction);

/** What is learned of a REFER, of the 2xx to it, and of a NOTIFY about one. */
void sx_transfer_learn_refer(sx_context *context);
void sx_transfer_learn_accepted(sx_context *context);
void sx_transfer_learn_notify(sx_context *context);
void sx_transfer_learn_report(sx_context *context); /* the answer to such a NOTIFY */

/** What the next INVITE of the one who got a REFER is compared with. */
typedef struct {
    guint64 key;             /* of that host */
    const char *user, *host; /* of Refer-To; "": none */
    gint64 time;
    guint32 frame;
    guint16 port;
    gboolean replaces; /* Refer-To has Replaces */
} sx_referred;

/** Of the whole capture. */
typedef struct {
    sx_bounded_map referred; /* sx_referred */
} sx_transfer_memory;

/** What is learned of the target of a REFER, and of an INVITE that may follow from one. */
void sx_transfer_learn_target(sx_context *context, const sx_uri *target);
void sx_transfer_learn_follower(sx_context *context);

/** The same of an INVITE with Replaces. */
void sx_transfer_learn_replaces(sx_context *context);
void sx_transfer_learn_takeover(sx_context *context); /* the 2xx to it */

#endif
