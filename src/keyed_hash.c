/* SPDX-License-Identifier: GPL-2.0-or-later
 * Folded multiplication, keyed once a process from GLib's random numbers: a sender who does not know the key cannot
 * aim at a collision, and nobody sees the hashes.
 */
#include "keyed_hash.h"

#include <string.h>

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

/* Both halves of a 128-bit product folded into one: every bit of the result depends on every bit of both factors. */
static inline guint64 mix(guint64 a, guint64 b) {
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)a * b;
    return (guint64)product ^ (guint64)(product >> 64);
}

guint64 sx_hash_bytes(guint64 seed, const void *bytes, gsize len) {
    const guint64 *key = secret();
    const guint8 *p = (const guint8 *)bytes;
    guint64 hash = mix(seed ^ key[0], len ^ key[1]);
    guint64 word;
    for (; len >= 8; len -= 8, p += 8) {
        memcpy(&word, p, 8);
        hash = mix(hash ^ word, key[1] ^ hash);
    }
    if (len > 0) {
        word = 0;
        memcpy(&word, p, len);
        hash = mix(hash ^ word, key[1] ^ hash);
    }
    hash = mix(hash ^ key[0], key[1]);
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
