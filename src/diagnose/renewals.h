/* SPDX-License-Identifier: GPL-2.0-or-later
 * Who asks for the same thing anew, with a new Call-ID, long before what was granted runs out: registrations and
 * subscriptions that come and go.
 */
#ifndef SX_DIAGNOSE_RENEWALS_H
#define SX_DIAGNOSE_RENEWALS_H

#include "diagnose/rule.h"

/** What one client asks one server for. */
typedef struct {
    guint64 key;
    gint64 first_time,
        last_time; /* of the requests in a row that came too early, the first one included */
    gint64 granted_time;
    guint32 first_frame;
    guint32 granted;       /* seconds */
    guint32 granted_frame; /* of the last 2xx */
    gboolean is_granted;   /* it came since the last request */
    guint32 count;         /* of these requests */
} sx_renewal;

/** An empty map of them. */
void sx_renewals_init(sx_bounded_map *renewals);

/** The key of a request outside a dialog: method, client, server, From and To, and what else tells them apart. */
guint64 sx_renewal_key(const sx_transaction *transaction, guint64 more);

/** Takes in the first request of a Call-ID. @return it, if it is one of so many in a row that this is worth a word; else NULL */
const sx_renewal *sx_renewals_ask(sx_bounded_map *renewals, guint64 key,
                                  const sx_transaction *transaction);

/** Takes in what a 2xx grants. */
void sx_renewals_grant(sx_bounded_map *renewals, guint64 key, const sx_packet *packet,
                       guint32 seconds);

#endif
