/* SPDX-License-Identifier: GPL-2.0-or-later
 * Parts of a SIP URI and of the name-addr around it (RFC 3261 sections 19.1 and 20.10).
 */
#ifndef SX_URI_H
#define SX_URI_H

#include "wire/ip.h"
#include "wire/slice.h"

typedef struct {
    sx_slice scheme; /* "sip", "sips", "tel" ...; empty if there is none */
    sx_slice user;   /* without password; of a tel URI the number; may be empty */
    sx_slice host;   /* without brackets */
    guint16 port;    /* 0: not given, or 5060 */
    sx_slice rest;   /* URI parameters and headers, from the first ';' or '?' on */
} sx_uri;

/**
 * Takes an element of From, To, Contact and the like, or a bare URI, apart.
 * @param element may have a display name, angle brackets and parameters behind
 * @param uri filled in
 * @return FALSE if there is no scheme
 */
gboolean sx_uri_read(sx_slice element, sx_uri *uri);

/** The URI of a name-addr or addr-spec as it stands there; without brackets, ';' ends it (RFC 3261 section 20.10). */
sx_slice sx_uri_text(sx_slice element);

/** Hash of user and host (host in any case, port and parameters ignored): the address-of-record. Never 0. */
guint64 sx_uri_aor(const sx_uri *uri);

/** Hash of user, host and port: the same target. Never 0. */
guint64 sx_uri_target(const sx_uri *uri);

/** The port that requests to this URI go to, without a look at DNS (RFC 3263 section 4.2). */
guint16 sx_uri_port(const sx_uri *uri);

/** The display name before the angle bracket, without quotes; empty if there is none. */
sx_slice sx_uri_display(sx_slice element);

/** Whether a host is the literal of this address (ip_len 4 or 16). */
gboolean sx_uri_is_host(sx_slice host, const guint8 *ip, guint ip_len);

/** Whether a host cannot be reached from the public Internet: private, loopback, link-local, .invalid, localhost. */
gboolean sx_host_is_private(sx_slice host);

#endif
