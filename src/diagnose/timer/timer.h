/* SPDX-License-Identifier: GPL-2.0-or-later
 * What others may ask about requests without a response.
 */
#ifndef SX_TIMER_H
#define SX_TIMER_H

#include "diagnose/rule.h"

/** Whether the same request on another pair of addresses, as behind a NAT, has a response. */
gboolean sx_timer_has_answered_twin(const sx_context *context, const sx_transaction *transaction);

/** How many transactions of the same fork have no response; whether that was reported. */
guint sx_timer_silent_branches(const sx_context *context, const sx_transaction *transaction,
                               gboolean *reported);

/** First ICMP error that quotes a request; 0: none. */
guint32 sx_timer_icmp_frame(const sx_transaction *transaction);

#endif
