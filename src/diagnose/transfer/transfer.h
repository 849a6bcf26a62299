/* SPDX-License-Identifier: GPL-2.0-or-later
 * What others may ask about transfers.
 */
#ifndef SX_TRANSFER_H
#define SX_TRANSFER_H

#include "calls/calls.h"

/** Whether a REFER was accepted, wants to be reported on, and no NOTIFY about one is in its call so far. */
gboolean sx_transfer_lacks_report(const sx_call *call, const sx_transaction *request);

#endif
