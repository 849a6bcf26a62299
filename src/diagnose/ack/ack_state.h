/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the files about ACK share.
 */
#ifndef SX_ACK_STATE_H
#define SX_ACK_STATE_H

#include "diagnose/context.h"
#include "diagnose/learner.h"

/** Whether the message is a copy of a 2xx to INVITE. */
gboolean sx_ack_is_copy_of_success(const sx_context *context);

/** Whether an ACK to this answer was seen at any hop. */
gboolean sx_ack_is_acknowledged(const sx_call *call, const sx_final *final, guint32 cseq);

/**
 * The ACK to the 2xx at hand that reached the client of this hop, a proxy, and was not sent on from there; NULL if there is
 * none.
 */
const sx_ack *sx_ack_stopped(const sx_context *context);

/** Keeps the top Via of an ACK to a failure: it must be that of the INVITE. */
void sx_ack_learn_for_failure(sx_context *context);

#endif
