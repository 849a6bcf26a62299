/* SPDX-License-Identifier: GPL-2.0-or-later
 * What others may ask about transfers.
 */
#ifndef SX_TRANSFER_H
#define SX_TRANSFER_H

#include "calls/calls.h"

/** Whether a REFER was accepted, wants to be reported on, and no NOTIFY about one is in its call so far. */
gboolean sx_transfer_lacks_report(const sx_call *call, const sx_transaction *request);

/** The INVITE with Replaces that took a call over (RFC 3891 section 3). */
typedef struct {
    guint64 tags[2]; /* of the dialog that it replaced */
    guint32 frame;   /* of the INVITE */
    guint32 accepted_frame;
    guint16 accepted_code;
} sx_takeover;

/** The first one of a call that was accepted; NULL: there is none. */
const sx_takeover *sx_transfer_takeover_of(const sx_call *call);

#endif
