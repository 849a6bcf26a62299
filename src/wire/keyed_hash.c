/* SPDX-License-Identifier: GPL-2.0-or-later
 * Folded multiplication, keyed once a process from GLib's random numbers: a sender who does not know the key cannot
 * aim at a collision, and nobody sees the hashes.
 */
#include "wire/keyed_hash.h"

#include <string.h>

guint64 sx_hash_key[2];

SX_AT_START(draw_key) {
    for (int i = 0; i < 2; i++)
        sx_hash_key[i] = (guint64)g_random_int() << 32 | g_random_int();
}

/* Eight bytes in lower case (ASCII), each where it stands. */
static inline guint64 lower(guint64 word) {
    const guint64 each = G_GUINT64_CONSTANT(0x0101010101010101);
    guint64 low = word & each * 0x7f;
    guint64 from_a = low + each * (0x80 - 'A');
    guint64 behind_z = low + each * (0x7f - 'Z');
    return word | (from_a & ~behind_z & ~word & each * 0x80) >> 2;
}

/* Four to seven bytes, or one to three: all of them, some twice. */
static inline guint64 short_word(const guint8 *p, gsize len) {
    guint32 first, last;
    if (len < 4)
        return (guint64)p[0] << 16 | (guint64)p[len / 2] << 8 | p[len - 1];
    memcpy(&first, p, 4);
    memcpy(&last, p + len - 4, 4);
    return (guint64)last << 32 | first;
}

static inline guint64 word_at(const guint8 *p, gboolean any_case) {
    guint64 word;
    memcpy(&word, p, sizeof word);
    return any_case ? lower(word) : word;
}

/* Two words at a time; the last two overlap those before, or each other. */
static SX_ALWAYS_INLINE guint64 hash_words(guint64 seed, const guint8 *p, gsize len,
                                           gboolean any_case) {
    const guint64 *key = sx_hash_key;
    guint64 hash = seed ^ key[0];
    gsize left = len;
    for (; left > 16; left -= 16, p += 16)
        hash = sx_hash_mix(word_at(p, any_case) ^ key[1], word_at(p + 8, any_case) ^ hash);
    if (left >= 8) {
        hash = sx_hash_mix(word_at(p, any_case) ^ key[1], word_at(p + left - 8, any_case) ^ hash);
    } else if (left > 0) {
        guint64 word = short_word(p, left);
        hash = sx_hash_mix((any_case ? lower(word) : word) ^ key[1], hash);
    }
    hash = sx_hash_mix(hash ^ len, key[1]);
    return hash ? hash : 1;
}

guint64 sx_hash_bytes(guint64 seed, const void *bytes, gsize len) {
    return hash_words(seed, (const guint8 *)bytes, len, FALSE);
}

guint64 sx_hash_slice(guint64 seed, sx_slice s) {
    return hash_words(seed, (const guint8 *)s.p, s.len, FALSE);
}

guint64 sx_hash_lower(guint64 seed, sx_slice s) {
    return hash_words(seed, (const guint8 *)s.p, MIN(s.len, 255), TRUE);
}
