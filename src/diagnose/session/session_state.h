/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the files about sessions share: what is known of the sides of a call, and questions that several rules ask.
 */
#ifndef SX_SESSION_STATE_H
#define SX_SESSION_STATE_H

#include "diagnose/context.h"
#include "diagnose/learner.h"
#include "diagnose/session/session.h"

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

/** The state of a call. All lists are short and bounded; NULL while they are empty. */
typedef struct {
    sx_session_glare *glares;
    sx_session_timer *timers;
    guint8 n_glares, n_timers;
} sx_session_call;

/** The state of the call of the message; NULL if it has none. */
sx_session_call *sx_session_call_of(const sx_context *context);

/** The same; made if there is none. */
sx_session_call *sx_session_call_make(const sx_context *context);

/** What each topic learns from a message with a known transaction. */
void sx_session_learn_timer(sx_context *context);    /* a 2xx to INVITE or UPDATE */
void sx_session_learn_prack(sx_context *context);    /* a request */
void sx_session_learn_reliable(sx_context *context); /* a response */
void sx_session_note_glare(sx_context *context);     /* a response, after the rules */

/** Who sent a request of a dialog, as far as the dialog tells. */
typedef enum { SX_PARTY_UNKNOWN, SX_PARTY_CALLER, SX_PARTY_CALLEE } sx_session_party;
sx_session_party sx_session_party_of(const sx_context *context, guint64 from_tag);

/** The newest BYE of the dialog before this answer that the refused request is no copy of; NULL if there is none. */
const sx_bye *sx_session_other_bye(const sx_context *context);

/** Whether the final answers of a transaction came after a frame, or not at all yet. */
gboolean sx_session_open_at(const sx_transaction *transaction, guint32 frame);

/** Whether a request may change the session: INVITE or UPDATE. */
gboolean sx_session_is_change(const sx_transaction *transaction);

/** An earlier INVITE or UPDATE of the same side without final answer when this request was sent; NULL: none. */
const sx_transaction *sx_session_own_open_request(const sx_context *context);

/** Whether a request belongs to the dialog of a message with these keys, whoever sent it. */
gboolean sx_session_is_dialog_of(const sx_transaction *transaction, const sx_keys *keys);

/** The session timer between two tags, in any order; NULL: none is known. */
sx_session_timer *sx_session_timer_of(const sx_session_call *state, guint64 tag, guint64 other);

/** Whether a side has to give up at this time: from the interval less a third of it, 32 s at most, to its end. */
gboolean sx_session_timer_is_out(const sx_session_timer *timer, gint64 time);

/** Whether the Reason of a request that ends a call is one of normal clearing. */
gboolean sx_session_clears_normally(sx_context *context);

#endif
