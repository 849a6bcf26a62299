/* SPDX-License-Identifier: GPL-2.0-or-later
 * Hashes that a sender cannot make collide: keyed with a secret of this process.
 */
#ifndef SX_KEYED_HASH_H
#define SX_KEYED_HASH_H

#include "wire/compiler.h"
#include "wire/slice.h"

/**
 * 64 bits that stand for some bytes. Two different inputs meet with a probability near 2^-64.
 * @param seed 0, or the hash of what comes before, to hash several pieces as one
 * @return never 0, which may mean "none"
 */
guint64 sx_hash_bytes(guint64 seed, const void *bytes, gsize len);

/** The same for a slice. */
guint64 sx_hash_slice(guint64 seed, sx_slice s);

/** The same for a slice in lower case (ASCII), such as a host name. At most 255 bytes count. */
guint64 sx_hash_lower(guint64 seed, sx_slice s);

/** The secret; drawn when the program starts. For this file only. */
extern guint64 sx_hash_key[2];

/** Both halves of a 128-bit product folded into one: every bit of the result depends on every bit of both factors. */
static inline guint64 sx_hash_mix(guint64 a, guint64 b) {
    return sx_folded_product(a, b);
}

/** The same for a number. */
static inline guint64 sx_hash_number(guint64 seed, guint64 number) {
    guint64 hash = sx_hash_mix(number ^ sx_hash_key[1], seed ^ sx_hash_key[0]);
    return hash ? hash : 1;
}

#endif
