/* SPDX-License-Identifier: GPL-2.0-or-later
 * IP addresses: their text forms (RFC 4291 section 2.2) and what they can be reached from.
 */
#include "wire/ip.h"

#define LONGEST_LITERAL 45 /* eight groups of four digits; the last two as IPv4 are longer */

/* Four decimal numbers without leading zeros, as inet_pton() reads them. */
static gboolean read_ipv4(sx_slice text, guint8 ip[4]) {
    if (text.len == 0)
        return FALSE;
    const char *p = text.p;
    const char *end = text.p + text.len;
    for (guint octet = 0; octet < 4; octet++) {
        const char *start = p;
        guint number = 0;
        for (; p < end && (guchar)*p - (guint)'0' <= 9 && number <= 255; p++)
            number = number * 10 + ((guchar)*p - (guint)'0');
        if (p == start || number > 255 || (*start == '0' && p - start > 1))
            return FALSE;
        ip[octet] = (guint8)number;
        if (octet < 3 && (p == end || *p++ != '.'))
            return FALSE;
    }
    return p == end;
}

/* Up to four hexadecimal digits; FALSE where there are none, or more. */
static gboolean read_group(const char **p, const char *end, guint16 *group) {
    const char *start = *p;
    guint number = 0;
    for (; *p < end && *p - start < 5 && g_ascii_isxdigit(**p); (*p)++)
        number = number << 4 | (guint)g_ascii_xdigit_value(**p);
    *group = (guint16)number;
    return *p > start && *p - start <= 4;
}

/* Moves the groups behind "::" to the end. */
static void spread(guint8 ip[16], guint gap, guint filled) {
    guint behind = filled - gap;
    memmove(ip + 16 - behind, ip + gap, behind);
    memset(ip + gap, 0, 16 - filled);
}

/* Groups of hexadecimal digits, "::" once, the last two groups perhaps as an IPv4 address. */
static gboolean read_ipv6(sx_slice text, guint8 ip[16]) {
    const char *p = text.p;
    const char *end = text.p + text.len;
    guint filled = 0;
    guint gap = G_MAXUINT; /* where "::" stands, in bytes */
    if (end - p >= 2 && p[0] == ':' && p[1] == ':') {
        gap = 0;
        p += 2;
    }
    while (p < end && filled < 16) {
        guint16 group;
        sx_slice rest = {p, (gsize)(end - p)};
        if (filled <= 12 && read_ipv4(rest, ip + filled)) {
            filled += 4;
            p = end;
            break;
        }
        if (!read_group(&p, end, &group))
            return FALSE;
        ip[filled++] = (guint8)(group >> 8);
        ip[filled++] = (guint8)group;
        if (p == end)
            break;
        if (*p++ != ':' || p == end)
            return FALSE;
        if (*p == ':') {
            if (gap != G_MAXUINT)
                return FALSE;
            gap = filled;
            p++;
        }
    }
    if (gap != G_MAXUINT && filled < 16) {
        spread(ip, gap, filled);
        filled = 16;
        gap = G_MAXUINT;
    }
    return p == end && filled == 16 && gap == G_MAXUINT;
}

guint sx_uri_host_ip(sx_slice host, guint8 ip[16]) {
    guint8 read[16];
    if (host.len == 0 || host.len > LONGEST_LITERAL)
        return 0;
    gboolean is_v6 = memchr(host.p, ':', host.len) != NULL;
    if (!(is_v6 ? read_ipv6(host, read) : read_ipv4(host, read)))
        return 0;
    guint len = is_v6 ? 16 : 4;
    memcpy(ip, read, len);
    return len;
}

static gboolean in_net4(const guint8 *ip, guint32 net, guint bits) {
    guint32 address = (guint32)ip[0] << 24 | (guint32)ip[1] << 16 | (guint32)ip[2] << 8 | ip[3];
    return (address ^ net) >> (32 - bits) == 0;
}

static gboolean is_mapped(const guint8 *ip) {
    static const guint8 prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return memcmp(ip, prefix, sizeof prefix) == 0;
}

gboolean sx_ip_is_private(const guint8 *ip, guint len) {
    static const guint8 zero[16] = {0};
    if (len == 4)
        return in_net4(ip, 0x0a000000, 8) || in_net4(ip, 0xac100000, 12) ||
               in_net4(ip, 0xc0a80000, 16) || in_net4(ip, 0x64400000, 10) ||
               in_net4(ip, 0x7f000000, 8) || in_net4(ip, 0xa9fe0000, 16) ||
               memcmp(ip, zero, 4) == 0;
    if (len != 16)
        return FALSE;
    if (is_mapped(ip))
        return sx_ip_is_private(ip + 12, 4);
    return (memcmp(ip, zero, 15) == 0 && ip[15] <= 1) ||
           (ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80) || (ip[0] & 0xfe) == 0xfc;
}

gboolean sx_ip_is_public(const guint8 *ip, guint len) {
    if (len == 4)
        return !sx_ip_is_private(ip, 4) && ip[0] != 0 && ip[0] < 224;
    if (len == 16 && is_mapped(ip))
        return sx_ip_is_public(ip + 12, 4);
    return len == 16 && !sx_ip_is_private(ip, 16) && ip[0] != 0xff;
}
