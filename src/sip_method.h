/* SPDX-License-Identifier: GPL-2.0-or-later
 * The registered SIP methods.
 */
#ifndef SX_SIP_METHOD_H
#define SX_SIP_METHOD_H

#include "slice.h"

/** The constant name of a registered method (case-sensitive, RFC 3261 section 7.1); NULL for any other. */
const char *sx_method_name(sx_slice method);

#endif
