/* SPDX-License-Identifier: GPL-2.0-or-later
 * Writes captures: pcapng of Wireshark's exported PDUs, or of any link type. In the former times are as fine as they are known, not finer: a packet without
 * a time becomes a Simple Packet Block, which has none, and each precision has an interface of its own.
 */
#ifndef SX_COMMAND_PCAPNG_H
#define SX_COMMAND_PCAPNG_H

#include <stdio.h>

#include "wire/packet.h"
#include "wire/slice.h"

/** A capture that is being written. */
typedef struct {
    FILE *file;
    guint interfaces; /* how many there are */
    guint numbers[SX_TIME_NONE +
                  1]; /* by precision: that of its interface, from 1 on; 0: it has none */
} sx_pcapng;

/**
 * Begins the section.
 * @param capture filled in
 * @param file stays open, and belongs to the caller
 * @param program written as the application
 */
void sx_pcapng_begin(sx_pcapng *capture, FILE *file, const char *program);

/**
 * Writes a packet.
 * @param data with the tags of an exported PDU before it
 * @param length of the packet as it was sent; more than that of the data, if it was cut
 * @param packet its time
 */
void sx_pcapng_packet(sx_pcapng *capture, const GByteArray *data, gsize length,
                      const sx_packet *packet);

/**
 * Writes section and interface of a capture of any link type.
 * @param nanoseconds whether times count them; else microseconds
 */
void sx_pcapng_begin_capture(FILE *file, const char *program, guint16 linktype, guint32 snaplen,
                             gboolean nanoseconds);

/** An Enhanced Packet Block of the first interface, without options; to be freed with g_byte_array_free(). */
GByteArray *sx_pcapng_block(sx_slice data, guint32 length, guint64 time);

#endif
