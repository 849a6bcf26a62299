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

#endif
