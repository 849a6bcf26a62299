/* SPDX-License-Identifier: GPL-2.0-or-later
 * What others may ask about subscriptions.
 */
#ifndef SX_SUBSCRIBE_H
#define SX_SUBSCRIBE_H

#include "diagnose/rule.h"

/** Whether a SUBSCRIBE, NOTIFY or PUBLISH is about this event package (in any case); FALSE for other requests. */
gboolean sx_subscribe_is_event(const sx_transaction *transaction, const char *name);

#endif
