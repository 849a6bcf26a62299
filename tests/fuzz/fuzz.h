/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the fuzzers need: checks that end the process, slices inside others, and copies that end where the slice does.
 */
#ifndef SX_FUZZ_H
#define SX_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/slice.h"

/** What libFuzzer calls with each input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Ends the process, and so the run, if the condition does not hold; in every kind of build. */
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);              \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/** Whether all bytes of a slice belong to another one; an empty slice may point anywhere. */
static inline gboolean is_inside(sx_slice s, sx_slice outer) {
    return s.len == 0 ||
           (s.p >= outer.p && s.len <= outer.len && (gsize)(s.p - outer.p) <= outer.len - s.len);
}

/** The same bytes in memory of their own, so that AddressSanitizer sees a read behind them; free() the pointer. */
static inline sx_slice exact_copy(sx_slice s) {
    char *copy = malloc(s.len > 0 ? s.len : 1);
    CHECK(copy != NULL);
    if (s.len > 0)
        memcpy(copy, s.p, s.len);
    return (sx_slice){copy, s.len};
}

#endif
