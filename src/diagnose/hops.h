/* SPDX-License-Identifier: GPL-2.0-or-later
 * Findings on a message that passes several hops: reported in full at the first one, the others refer to it.
 */
#ifndef SX_DIAGNOSE_HOPS_H
#define SX_DIAGNOSE_HOPS_H

#include "diagnose/rule.h"

/** Makes the map of what was reported where. */
void sx_hops_init(sx_bounded_map *hops);

/**
 * The frame in which another hop of the present message had this finding; 0 if there is none, then it is noted for the
 * hops to come.
 */
guint32 sx_hops_reported(const sx_context *context, guint diagnosis);

#endif
