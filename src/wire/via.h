/* SPDX-License-Identifier: GPL-2.0-or-later
 * One Via value (RFC 3261 section 20.42): "SIP/2.0/UDP 192.0.2.1:5060;branch=...".
 */
#ifndef SX_VIA_H
#define SX_VIA_H

#include "wire/slice.h"

/** Parts of a Via; empty where they are missing. */
typedef struct {
    sx_slice transport; /* "UDP", "WSS" ... */
    sx_slice sent_by;   /* host and port as they stand */
    sx_slice host;      /* without brackets */
    guint16 port;       /* 0: not given, or no port */
} sx_via;

/** Takes an element of Via apart. Parameters are read with sx_slice_param(). */
void sx_via_read(sx_slice element, sx_via *via);

#endif
