/* SPDX-License-Identifier: GPL-2.0-or-later
 * Messages of a log as Wireshark's exported PDUs (link type 252): tags with addresses, ports and direction, then the
 * message. No headers of IP, UDP or TCP are made up.
 */
#ifndef SX_LOG_EXPORTED_PDU_H
#define SX_LOG_EXPORTED_PDU_H

#include "log/log.h"

/**
 * Appends a message with its tags.
 * @param packet what sx_log_packet() made of it
 * @return the length of the packet as it was sent: one more than what is appended if the message is cut, because how
 * much is missing is not known
 */
gsize sx_exported_pdu(const sx_log_message *message, const sx_packet *packet, GByteArray *out);

#endif
