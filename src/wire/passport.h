/* SPDX-License-Identifier: GPL-2.0-or-later
 * The signed claims in an Identity header (PASSporT, RFC 8225), as far as they explain a refusal. Nothing is verified.
 */
#ifndef SX_PASSPORT_H
#define SX_PASSPORT_H

#include "wire/slice.h"

typedef struct {
    sx_slice info;  /* URL of the certificate, without angle brackets; empty: none */
    sx_slice ppt;   /* "shaken", "div" ...; empty: none */
    gint64 issued;  /* iat, seconds since 1970; 0: none, or not readable */
    char attest[8]; /* of SHAKEN: "A", "B", "C"; empty: none */
    char orig[40];  /* number or URI of the caller; empty: none */
    char dest[40];  /* of the first target; empty: none */
} sx_passport;

/** Reads one value of an Identity header. Claims are missing if the PASSporT is in compact form (RFC 8224 section 7). */
void sx_passport_read(sx_slice identity, sx_passport *passport);

/**
 * Reads a Date header, as in "Sat, 13 Nov 2010 23:29:00 GMT".
 * @return seconds since 1970; 0 if it is not readable
 */
gint64 sx_passport_date(sx_slice date);

#endif
