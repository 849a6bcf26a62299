/* SPDX-License-Identifier: GPL-2.0-or-later
 * The dissector of HEP, the Homer encapsulation protocol, versions 1 to 3: UDP and TCP port 9060, by heuristics where they
 * are enabled, and by Decode As.
 */
#ifndef SX_PLUGIN_HEP_H
#define SX_PLUGIN_HEP_H

#include "ws_compat.h"

/** Registers protocol, fields and dissector. */
void sx_hep_register(void);

/** Looks up the dissectors of payloads; call once, when all protocols are registered. */
void sx_hep_init(void);

/**
 * To be called whenever a capture file is opened: takes the port, unless the preference says no, somebody else has it, or
 * another dissector is named "hep".
 */
void sx_hep_open(void);

/** Number of the protocol. */
int sx_hep_proto(void);

#endif
