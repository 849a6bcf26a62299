/* SPDX-License-Identifier: GPL-2.0-or-later
 * What others may ask about headers.
 */
#ifndef SX_HEADER_RULES_H
#define SX_HEADER_RULES_H

#include "diagnose/context.h"

/** The branch of the top Via as evidence shows it; "" without one. */
const char *sx_header_top_branch(sx_context *context);

#endif
