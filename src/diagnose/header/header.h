/* SPDX-License-Identifier: GPL-2.0-or-later
 * What others may ask about headers.
 */
#ifndef SX_HEADER_RULES_H
#define SX_HEADER_RULES_H

#include "diagnose/context.h"

/** The branch of the top Via as evidence shows it; "" without one. */
const char *sx_header_top_branch(sx_context *context);

/**
 * The first header that every request must carry (RFC 3261 section 8.1.1) and the ACK to the 2xx at hand does not; that of
 * its newest ACK which lacks one.
 * @param frame set to that of the ACK
 * @return NULL if none is missing
 */
const char *sx_header_missing_in_ack(const sx_context *context, guint32 *frame);

#endif
