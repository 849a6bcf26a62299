/* SPDX-License-Identifier: GPL-2.0-or-later
 * The Reason header (RFC 3326) and what else tells an ISDN cause.
 */
#ifndef SX_REASON_H
#define SX_REASON_H

#include "knowledge/words.h"
#include "wire/message.h"

/** One value of a Reason header. */
typedef struct {
    sx_slice protocol; /* "SIP", "Q.850", "RELEASE_CAUSE" ...; never empty */
    gint cause;        /* -1: none */
    sx_slice text;     /* empty: none */
    sx_slice location; /* of Q.850 (RFC 8606); empty: none */
} sx_reason;

/**
 * The next value of all Reason headers of a message.
 * @param walk start with {0}
 * @return FALSE at the end
 */
gboolean sx_reason_next(const sx_message *message, sx_header_walk *walk, sx_reason *reason);

/**
 * What its cause means by the list of its protocol, such as Q.850, SIP, STIR, RELEASE_CAUSE or EMM.
 * @return 0 without a cause, or if no list has it
 */
sx_word sx_reason_meaning(const sx_reason *reason);

/** The Q.850 cause: of the first Reason with that protocol, else X-Asterisk-HangupCauseCode; -1 if there is none. */
gint sx_reason_q850(const sx_message *message);

/** The name of the header that sx_reason_q850() reads it from. */
const char *sx_reason_q850_header(const sx_message *message);

/** Whether a Reason has this protocol (any case) and cause. */
gboolean sx_reason_has(const sx_message *message, const char *protocol, gint cause);

#endif
