/* SPDX-License-Identifier: GPL-2.0-or-later
 * Calls of one caller between the same hosts that follow each other under several Call-IDs.
 */
#ifndef SX_ROUTE_AGAIN_H
#define SX_ROUTE_AGAIN_H

#include "diagnose/route/route_state.h"

void sx_route_init_again(sx_route_memory *memory);

/** Keeps the first INVITE of a call. */
void sx_route_learn_again(sx_context *context);

/** The call of the same caller to the same server just before this one; NULL if there is none. */
const sx_transaction *sx_route_call_before(const sx_context *context, const sx_transaction *t);

#endif
