/* SPDX-License-Identifier: GPL-2.0-or-later
 * The two ends of a message: as the head says, as the message shows, or stand-ins.
 */
#ifndef SX_LOG_ENDS_H
#define SX_LOG_ENDS_H

#include "log/pattern.h"
#include "wire/message.h"

#define SX_ENDS_TRANSPORTS 7 /* as many as have names, and none */

/** The own address of the program that wrote the log, by transport, as its messages show it. */
typedef struct {
    sx_endpoint own[SX_ENDS_TRANSPORTS];
    gboolean contradicted[SX_ENDS_TRANSPORTS]; /* there are several: none of them is taken */
    gboolean by_contact[SX_ENDS_TRANSPORTS];   /* from a Contact, which any Via replaces */
} sx_ends_own;

/** Learns the own address from Via, else Contact of one message, if the head does not say it. */
void sx_ends_learn(sx_ends_own *own, const sx_head *head, const sx_message *message);

/** Fills in direction, source, destination and transport. own: what was learned. */
void sx_ends_set(const sx_ends_own *own, const sx_head *head, const sx_message *sip,
                 sx_log_message *message);

/** Reads "198.51.100.7:5060", "[2001:db8::7]:5060", "2001:db8::7:5060", "pbx.example.com", "XX.XX.XX.12:5060". */
void sx_ends_read(sx_slice text, sx_slice port, sx_log_end *end);

#endif
