/* SPDX-License-Identifier: GPL-2.0-or-later
 * Masks of messages, so that they can be handed on: the same number, user, host or address becomes the same token as
 * long as the key is the same. Nothing changes its length or its form: digits stay digits, letters letters, zeros,
 * "+" and separators stay where they are, a private address stays in its range, a public one public. What ends alike
 * ends alike afterwards, so that a number in national and in international form can still be known for the same.
 *
 * Kept as they are: emergency numbers, 127.0.0.0/8, ::1, multicast, 0.0.0.0, "anonymous" and what ends in ".invalid"
 * (RFC 3323), methods, codes, ports, times, codecs, names of products.
 */
#ifndef SX_MASK_H
#define SX_MASK_H

#include "wire/packet.h"
#include "wire/slice.h"

typedef struct sx_mask sx_mask;

/** A key that nobody knows; to be freed with g_free(). */
char *sx_mask_draw_key(void);

/** Masks by a key. @param key any text; NULL or empty: drawn @return to be freed with sx_mask_free() */
sx_mask *sx_mask_new(const char *key);
void sx_mask_free(sx_mask *mask);

/**
 * Masks a SIP message (RFC 3261 section 7) with its body in place; what is damaged or cut is masked as far as it goes.
 * Free text (reason phrase, Warning, Reason, Server) keeps its words, but addresses, URIs, long numbers and the users,
 * hosts and names that this mask has met so far. Of bodies only SDP, sipfrag and multipart keep more than their shape.
 */
void sx_mask_message(sx_mask *mask, char *bytes, gsize len);

/** The same for an address that the message came from or went to; its port stays. */
void sx_mask_endpoint(const sx_mask *mask, sx_endpoint *endpoint);
void sx_mask_packet(const sx_mask *mask, sx_packet *packet);

/**
 * Masks a copy of a message, and the addresses of its packet.
 * @param copy holds it; what was in it is gone
 * @return the copy
 */
sx_slice sx_mask_copy(sx_mask *mask, sx_slice message, sx_packet *packet, GString *copy);

#endif
