/* SPDX-License-Identifier: GPL-2.0-or-later
 * What others may ask about retransmissions.
 */
#ifndef SX_RETRANSMIT_H
#define SX_RETRANSMIT_H

#include "diagnose/rule.h"

/** Whether a copy of a response is a third one by the timers of RFC 3261: 1.2 s behind the first at the earliest. */
gboolean sx_retransmit_is_third(const sx_context *context, guint copies, gint64 first_time);

/** A response whose copies the memory of calls does not count: a reliable 1xx, or a final one of an orphan. */
typedef struct {
    guint64 key;
    gint64 time, last_time; /* of the first and of the last copy */
    guint32 frame;          /* of the first copy */
    guint16 copies;         /* the first one included */
    gboolean reported;      /* what follows from it */
} sx_counted_response;

/** The response at hand, if it is one; else NULL. */
sx_counted_response *sx_retransmit_counted(const sx_context *context);

/** Whether the response is a reliable provisional one (RFC 3262); sets its RSeq. */
gboolean sx_retransmit_is_reliable(const sx_message *message, guint32 *rseq);

#endif
