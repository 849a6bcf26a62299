/* SPDX-License-Identifier: GPL-2.0-or-later
 * Inflates compressed bytes, never to more than there is room for.
 */
#ifndef SX_INFLATE_H
#define SX_INFLATE_H

#include "wire/slice.h"

/** How it ended. */
typedef enum {
    SX_INFLATED,         /* to the end of the data */
    SX_INFLATED_IN_PART, /* the room is used up, or the data end too early or are damaged */
} sx_inflate_result;

/**
 * Inflates zlib data (RFC 1950) or gzip data (RFC 1952), whichever they are.
 * @param out room for `room` bytes
 * @param len set to how many bytes of it were written, 0 if it is no compressed data
 */
sx_inflate_result sx_inflate(sx_slice compressed, char *out, gsize room, gsize *len);

#endif
