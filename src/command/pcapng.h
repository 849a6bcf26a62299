/* SPDX-License-Identifier: GPL-2.0-or-later
 * Writes SIP messages as a capture: pcapng, encapsulation "exported PDU", which carries addresses and ports but makes up
 * no headers of IP, UDP or TCP.
 */
#ifndef SX_COMMAND_PCAPNG_H
#define SX_COMMAND_PCAPNG_H

#include <stdio.h>

#include "wire/packet.h"
#include "wire/slice.h"

/** Writes section and interface. @param program written as the application */
void sx_pcapng_begin(FILE *file, const char *program);

/**
 * Writes a message as a packet.
 * @param length what was sent; more than the bytes of the text, if it was cut
 */
void sx_pcapng_message(FILE *file, sx_slice text, gsize length, const sx_packet *packet);

/**
 * Writes section and interface of a capture of any link type.
 * @param nanoseconds whether times count them; else microseconds
 */
void sx_pcapng_begin_capture(FILE *file, const char *program, guint16 linktype, guint32 snaplen,
                             gboolean nanoseconds);

/** An Enhanced Packet Block of the first interface, without options; to be freed with g_byte_array_free(). */
GByteArray *sx_pcapng_packet(sx_slice data, guint32 length, guint64 time);

#endif
