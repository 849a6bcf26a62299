/* SPDX-License-Identifier: GPL-2.0-or-later
 * Findings on a message that passes several hops: told in full at the first one, the others refer to it.
 */
#ifndef SX_DIAGNOSE_HOPS_H
#define SX_DIAGNOSE_HOPS_H

#include "diagnose/rule.h"

/** The findings told last. A table of fixed size: a newer one takes the place of an older one. */
typedef struct sx_hops sx_hops;

/** Frees the table; NULL does nothing. */
void sx_hops_free(sx_hops *hops);

/**
 * The frame in which another hop of the present message had this finding; 0 if there is none, then it is noted for the
 * hops to come.
 * @param hops made when it is first needed
 */
guint32 sx_hops_told(sx_hops **hops, const sx_context *context, guint diagnosis);

#endif
