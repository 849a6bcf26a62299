/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the family "media" knows of a transaction that other families may ask.
 */
#ifndef SX_DIAGNOSE_MEDIA_H
#define SX_DIAGNOSE_MEDIA_H

#include "calls/calls.h"

/** Whether the request carried a session description (SDP with at least one m= line), also inside multipart. */
gboolean sx_media_has_offer(const sx_transaction *transaction);

#endif
