/* SPDX-License-Identifier: GPL-2.0-or-later
 * Addresses as text.
 */
#include "wire/packet.h"

#define GROUPS 8 /* of 16 bits in an IPv6 address */

/* The longest run of zero groups, of two at least (RFC 5952 section 4.2). */
static guint longest_zeros(const guint16 groups[GROUPS], guint *length) {
    guint best = GROUPS;
    *length = 1;
    for (guint i = 0; i < GROUPS;) {
        guint n = 0;
        while (i + n < GROUPS && groups[i + n] == 0)
            n++;
        if (n > *length) {
            best = i;
            *length = n;
        }
        i += n > 0 ? n : 1;
    }
    return best;
}

static void append_ipv6(GString *text, const guint8 *ip) {
    guint16 groups[GROUPS];
    guint length;
    for (guint i = 0; i < GROUPS; i++)
        groups[i] = (guint16)(ip[2 * i] << 8 | ip[2 * i + 1]);
    guint zeros = longest_zeros(groups, &length);
    gboolean mapped = zeros == 0 && length == 5 && groups[5] == 0xffff; /* ::ffff:192.0.2.1 */
    for (guint i = 0; i < (mapped ? 6u : GROUPS); i++) {
        if (i == zeros) {
            g_string_append(text, "::");
            i += length - 1;
            continue;
        }
        if (i > 0 && i != zeros + length)
            g_string_append_c(text, ':');
        g_string_append_printf(text, "%x", groups[i]);
    }
    if (mapped)
        g_string_append_printf(text, ":%u.%u.%u.%u", ip[12], ip[13], ip[14], ip[15]);
}

char *sx_ip_text(const guint8 *ip, guint len) {
    GString *text = g_string_new(NULL);
    if (len == 4)
        g_string_printf(text, "%u.%u.%u.%u", ip[0], ip[1], ip[2], ip[3]);
    else if (len == 16)
        append_ipv6(text, ip);
    return g_string_free(text, FALSE);
}
