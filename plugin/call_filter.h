/* SPDX-License-Identifier: GPL-2.0-or-later
 * Analyze > Conversation Filter > SIP Explain: this call with all its hops.
 */
#ifndef SX_CALL_FILTER_H
#define SX_CALL_FILTER_H

#include "sipexplain.h"
#include "ws_compat.h"

/** Registers the entry of the menu. @param proto number of our protocol */
void sx_call_filter_register(int proto);

/** Notes a message of the frame that is looked at: the first one is asked for. */
void sx_call_filter_note(packet_info *pinfo, const sx_message *message);

#endif
