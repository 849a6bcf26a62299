/* SPDX-License-Identifier: GPL-2.0-or-later
 * Masks of IP addresses. Networks stay networks: what begins alike begins alike afterwards. The number of digits of an
 * octet, and zeros in IPv6, stay too, so that the text keeps its length.
 */
#include "mask/masking.h"

#include <stdio.h>
#include <string.h>

#include "wire/uri.h"

/** A range whose addresses stay in it; the first that fits counts. */
typedef struct {
    guint8 ip[16];
    guint bits;  /* that make the range */
    guint fixed; /* bits that stay as they are; more than there are: all of them */
} range;

#define ALL 128

static const range ranges4[] = {
    {{0}, 8, ALL},           {{10}, 8, 8},          {{100, 64}, 10, 8},
    {{127}, 8, ALL},         {{169, 254}, 16, 16},  {{172, 16}, 12, 8},
    {{192, 168}, 16, 16},    {{192, 0, 2}, 24, 24}, {{198, 51, 100}, 24, 24},
    {{203, 0, 113}, 24, 24}, {{224}, 3, ALL},       {{0}, 0, 0},
};

static const range ranges6[] = {
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96, 96}, /* IPv4 inside: its own mask */
    {{0, 0x64, 0xff, 0x9b}, 96, 96},
    {{0}, 64, ALL},
    {{0x20, 0x01, 0x0d, 0xb8}, 32, 32},
    {{0xfc}, 7, 8},
    {{0xfe, 0x80}, 10, 16},
    {{0xff}, 8, ALL},
    {{0}, 0, 4},
};

static gboolean is_in(const guint8 *ip, const range *net) {
    guint whole = net->bits / 8;
    guint rest = net->bits % 8;
    return memcmp(ip, net->ip, whole) == 0 &&
           (rest == 0 || (ip[whole] ^ net->ip[whole]) >> (8 - rest) == 0);
}

static const range *range_of(const guint8 *ip, guint len) {
    const range *net = len == 4 ? ranges4 : ranges6;
    while (!is_in(ip, net))
        net++;
    return net;
}

/* Another number of first..last, of one more or less than all of them. */
static guint8 turned(guint8 value, guint first, guint last, guint64 hash) {
    guint n = last - first + 1;
    return n < 2 ? value : (guint8)(first + (value - first + 1 + hash % (n - 1)) % n);
}

/* An octet of IPv4 keeps its number of digits, and the second one of 100.64/10 and 172.16/12 its range. */
static guint8 turned_octet(guint8 octet, const range *net, guint at, guint64 hash) {
    guint first = octet < 1 ? 0 : octet < 10 ? 1 : octet < 100 ? 10 : 100;
    guint last = octet < 1 ? 0 : octet < 10 ? 9 : octet < 100 ? 99 : 255;
    if (at == 1 && net->bits > 8 && net->bits < 16) {
        guint size = 1u << (16 - net->bits);
        first = MAX(first, net->ip[1]);
        last = MIN(last, net->ip[1] + size - 1);
    }
    return turned(octet, first, last, hash);
}

static void turn4(const sx_mask *mask, guint8 *ip, const range *net) {
    guint64 hash = 4;
    for (guint at = 0; at < 4; at++) {
        guint8 octet = ip[at];
        hash = sx_mask_step(mask, hash, 0x100);
        if (at * 8 >= net->fixed)
            ip[at] = turned_octet(octet, net, at, hash);
        hash = sx_mask_step(mask, hash, octet);
    }
}

static void turn6(const sx_mask *mask, guint8 *ip, const range *net) {
    guint64 hash = 6;
    for (guint at = 0; at < 32; at++) {
        guint shift = at % 2 == 0 ? 4 : 0;
        guint8 nibble = ip[at / 2] >> shift & 0xf;
        guint8 other = nibble;
        hash = sx_mask_step(mask, hash, 0x100);
        if (at * 4 >= net->fixed && nibble != 0)
            other = turned(nibble, 1, 15, hash);
        ip[at / 2] = (guint8)((ip[at / 2] & (0xf0 >> shift)) | other << shift);
        hash = sx_mask_step(mask, hash, nibble);
    }
}

void sx_mask_ip(const sx_mask *mask, guint8 *ip, guint len) {
    if (len != 4 && len != 16)
        return;
    const range *net = range_of(ip, len);
    if (net->fixed == ALL)
        return;
    if (len == 16 && net->fixed == 96) {
        sx_mask_ip(mask, ip + 12, 4);
        return;
    }
    do { /* what leaves its range goes on until it is back: no two addresses become one */
        if (len == 4)
            turn4(mask, ip, net);
        else
            turn6(mask, ip, net);
    } while (range_of(ip, len) != net);
}

void sx_mask_endpoint(const sx_mask *mask, sx_endpoint *endpoint) {
    sx_mask_ip(mask, endpoint->ip, endpoint->ip_len);
}

void sx_mask_packet(const sx_mask *mask, sx_packet *packet) {
    sx_mask_endpoint(mask, &packet->source);
    sx_mask_endpoint(mask, &packet->destination);
}

/* ---- as text ---- */

static void write4(char *p, gsize len, const guint8 *ip) {
    char text[16];
    g_snprintf(text, sizeof text, "%u.%u.%u.%u", ip[0], ip[1], ip[2], ip[3]);
    memcpy(p, text, MIN(len, strlen(text)));
}

/* Digits of the groups as they are written, with or without leading zeros, in capitals or not. */
static void write6(char *p, gsize len, const guint8 *ip) {
    gsize end = len;
    gsize group = 8;
    while (end > 0) { /* from the end up to "::", then from the start */
        gsize start = end;
        while (start > 0 && p[start - 1] != ':')
            start--;
        if (memchr(p + start, '.', end - start) != NULL) {
            write4(p + start, end - start, ip + 12);
            group -= 2;
        } else if (end > start) {
            guint value = (guint)(ip[2 * group - 2] << 8 | ip[2 * group - 1]);
            for (gsize i = end; i-- > start; value >>= 4)
                p[i] =
                    (g_ascii_isupper(p[i]) ? "0123456789ABCDEF" : "0123456789abcdef")[value & 0xf];
            group--;
        } else if (start > 1) { /* "::" */
            gsize before = 1;
            for (gsize i = 0; i + 2 < start; i++)
                before += p[i] == ':' ? 1 : 0;
            group = before;
        }
        end = start > 0 ? start - 1 : 0;
    }
}

static gboolean is_of(char c, gboolean v6) {
    return g_ascii_isdigit(c) || c == '.' || (v6 && (g_ascii_isxdigit(c) || c == ':'));
}

static gsize mask_as(const sx_mask *mask, sx_span s, gboolean v6) {
    guint8 ip[16];
    gsize len = 0;
    while (len < s.len && len < 46 && is_of(s.p[len], v6))
        len++;
    if (len == 46 || (len < s.len && (g_ascii_isalnum(s.p[len]) || s.p[len] == '_')))
        return 0;
    while (len > 0 &&
           (s.p[len - 1] == '.' || (s.p[len - 1] == ':' && (len < 2 || s.p[len - 2] != ':'))))
        len--;
    guint size = sx_uri_host_ip((sx_slice){s.p, len}, ip);
    if (size != (v6 ? 16u : 4u))
        return 0;
    sx_mask_ip(mask, ip, size);
    if (v6)
        write6(s.p, len, ip);
    else
        write4(s.p, len, ip);
    return len;
}

gsize sx_mask_ip_text(const sx_mask *mask, sx_span s) {
    if (s.len == 0 || !(g_ascii_isxdigit(s.p[0]) || s.p[0] == ':'))
        return 0;
    gsize len = g_ascii_isdigit(s.p[0]) ? mask_as(mask, s, FALSE) : 0;
    return len > 0 ? len : mask_as(mask, s, TRUE);
}
