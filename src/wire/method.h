/* SPDX-License-Identifier: GPL-2.0-or-later
 * The registered SIP methods.
 */
#ifndef SX_SIP_METHOD_H
#define SX_SIP_METHOD_H

#include "wire/slice.h"

typedef enum {
    SX_METHOD_OTHER, /* not registered, or missing */
    SX_METHOD_INVITE,
    SX_METHOD_REGISTER,
    SX_METHOD_OPTIONS,
    SX_METHOD_SUBSCRIBE,
    SX_METHOD_NOTIFY,
    SX_METHOD_BYE,
    SX_METHOD_ACK,
    SX_METHOD_CANCEL,
    SX_METHOD_PRACK,
    SX_METHOD_UPDATE,
    SX_METHOD_MESSAGE,
    SX_METHOD_REFER,
    SX_METHOD_PUBLISH,
    SX_METHOD_INFO,
    SX_N_METHODS
} sx_method;

/** Which method this is (case-sensitive, RFC 3261 section 7.1). */
sx_method sx_method_lookup(sx_slice method);

/** The constant name of a registered method; NULL for SX_METHOD_OTHER. */
const char *sx_method_name(sx_method method);

#endif
