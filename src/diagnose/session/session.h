/* SPDX-License-Identifier: GPL-2.0-or-later
 * What others may ask about sessions.
 */
#ifndef SX_SESSION_H
#define SX_SESSION_H

#include "diagnose/context.h"

/** A PRACK for an INVITE of the call at hand that its sender repeated, for nobody answered it until now; NULL: none. */
const sx_transaction *sx_session_unanswered_prack(const sx_context *context,
                                                  const sx_transaction *invite);

#endif
