/* SPDX-License-Identifier: GPL-2.0-or-later
 * What a frame holds that its reader did not hand over as SIP: SIP on a port of another protocol or cut off, TLS
 * without its keys.
 */
#ifndef SX_REPORT_UNSEEN_H
#define SX_REPORT_UNSEEN_H

#include "wire/packet.h"
#include "wire/slice.h"

#define SX_PORT_SIPS 5061 /* RFC 3261 section 19.1.2 */

typedef enum {
    SX_UNSEEN_NOTHING,
    SX_UNSEEN_SIP, /* the payload begins as a SIP message does */
    SX_UNSEEN_CUT, /* SIP whose end was not captured, so that its reader did not hand it over */
    SX_UNSEEN_TLS, /* the payload begins with a record of application data (RFC 8446 section 5.1) */
} sx_unseen;

/** Where it is. */
typedef struct {
    sx_packet packet; /* the frame; by its ports the payload is found */
    gboolean is_udp;  /* else TCP */
    guint16 port;     /* by which the frame would be taken for SIP; set by sx_unseen_in() */
} sx_unseen_at;

/**
 * Looks into a frame in which no SIP was found.
 * @param bytes the frame as far as it was captured
 */
sx_unseen sx_unseen_in(sx_slice bytes, sx_unseen_at *at);

/** The same number for both directions of a connection. */
guint64 sx_unseen_connection(const sx_packet *packet);

#endif
