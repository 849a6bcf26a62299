/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the files about retransmissions share.
 */
#ifndef SX_RETRANSMIT_STATE_H
#define SX_RETRANSMIT_STATE_H

#include "diagnose/rule.h"

/** Notes where the first response to a request went. */
void sx_retransmit_learn_port(sx_context *context);

#endif
