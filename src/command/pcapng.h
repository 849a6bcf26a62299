/* SPDX-License-Identifier: GPL-2.0-or-later
 * Writes a capture: pcapng of Wireshark's exported PDUs. Times are as fine as they are known, not finer: a packet without
 * a time becomes a Simple Packet Block, which has none, and each precision has an interface of its own.
 */
#ifndef SX_COMMAND_PCAPNG_H
#define SX_COMMAND_PCAPNG_H

#include <stdio.h>

#include "wire/packet.h"

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

#endif
