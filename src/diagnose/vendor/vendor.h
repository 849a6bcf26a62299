/* SPDX-License-Identifier: GPL-2.0-or-later
 * What others may ask about the codes, phrases and notes that makers of SIP products use.
 */
#ifndef SX_DIAGNOSE_VENDOR_H
#define SX_DIAGNOSE_VENDOR_H

#include "diagnose/rule.h"

/** Whether the row of the vendor table with this id fits the message at hand. */
gboolean sx_vendor_says(const sx_context *context, const char *id);

/** Whether a row that belongs to this diagnosis does. */
gboolean sx_vendor_shows(const sx_context *context, guint diagnosis);

#endif
