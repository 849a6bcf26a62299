/* SPDX-License-Identifier: GPL-2.0-or-later
 * SipHash-1-3 (Aumasson and Bernstein), keyed once a process from GLib's random numbers.
 */
#include "keyed_hash.h"

#include <string.h>

static inline guint64 rotate(guint64 x, int bits) {
    return x << bits | x >> (64 - bits);
}

/* By hand inline: this runs several times for each 8 bytes of every message. */
#define SIP_ROUND(v)                                                                               \
    do {                                                                                           \
        (v)[0] += (v)[1];                                                                          \
        (v)[1] = rotate((v)[1], 13) ^ (v)[0];                                                      \
        (v)[0] = rotate((v)[0], 32);                                                               \
        (v)[2] += (v)[3];                                                                          \
        (v)[3] = rotate((v)[3], 16) ^ (v)[2];                                                      \
        (v)[0] += (v)[3];                                                                          \
        (v)[3] = rotate((v)[3], 21) ^ (v)[0];                                                      \
        (v)[2] += (v)[1];                                                                          \
        (v)[1] = rotate((v)[1], 17) ^ (v)[2];                                                      \
        (v)[2] = rotate((v)[2], 32);                                                               \
    } while (0)

static const guint64 *secret(void) {
    static gsize ready;
    static guint64 key[2];
    if (g_once_init_enter(&ready)) {
        for (int i = 0; i < 2; i++)
            key[i] = (guint64)g_random_int() << 32 | g_random_int();
        g_once_init_leave(&ready, 1);
    }
    return key;
}

guint64 sx_hash_bytes(guint64 seed, const void *bytes, gsize len) {
    const guint64 *key = secret();
    const guint8 *p = (const guint8 *)bytes;
    guint64 k0 = key[0] ^ seed;
    guint64 v[4] = {k0 ^ G_GUINT64_CONSTANT(0x736f6d6570736575),
                    key[1] ^ G_GUINT64_CONSTANT(0x646f72616e646f6d),
                    k0 ^ G_GUINT64_CONSTANT(0x6c7967656e657261),
                    key[1] ^ G_GUINT64_CONSTANT(0x7465646279746573)};
    guint64 word;
    gsize left = len;
    for (; left >= 8; left -= 8, p += 8) {
        memcpy(&word, p, 8);
        v[3] ^= word;
        SIP_ROUND(v);
        v[0] ^= word;
    }
    word = (guint64)len << 56;
    for (gsize i = 0; i < left; i++)
        word |= (guint64)p[i] << (8 * i);
    v[3] ^= word;
    SIP_ROUND(v);
    v[0] ^= word;
    v[2] ^= 0xff;
    for (int i = 0; i < 3; i++)
        SIP_ROUND(v);
    guint64 hash = v[0] ^ v[1] ^ v[2] ^ v[3];
    return hash ? hash : 1;
}

guint64 sx_hash_slice(guint64 seed, sx_slice s) {
    return sx_hash_bytes(seed, s.p, s.len);
}

guint64 sx_hash_lower(guint64 seed, sx_slice s) {
    char lower[255];
    gsize len = MIN(s.len, sizeof lower);
    for (gsize i = 0; i < len; i++)
        lower[i] = g_ascii_tolower(s.p[i]);
    return sx_hash_bytes(seed, lower, len);
}

guint64 sx_hash_number(guint64 seed, guint64 number) {
    return sx_hash_bytes(seed, &number, sizeof number);
}
