/* SPDX-License-Identifier: GPL-2.0-or-later
 * IP addresses in text and in bytes.
 */
#ifndef SX_IP_H
#define SX_IP_H

#include "wire/slice.h"

/**
 * The IP address that a host is, if it is a literal. As strict as inet_pton() of POSIX: no zone, no brackets, no leading
 * zeros in IPv4.
 * @param ip set to 4 or 16 bytes, left alone otherwise
 * @return 4, 16, or 0 if the host is a name
 */
guint sx_uri_host_ip(sx_slice host, guint8 ip[16]);

/** Whether an address (len 4 or 16) cannot be reached from the public Internet: private, loopback, link-local. */
gboolean sx_ip_is_private(const guint8 *ip, guint len);

/** Whether the address is a public unicast one: neither private nor multicast nor reserved. */
gboolean sx_ip_is_public(const guint8 *ip, guint len);

#endif
