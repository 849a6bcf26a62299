/* SPDX-License-Identifier: GPL-2.0-or-later
 * Expert items sipexplain.expert.<diagnosis>: their text is the general one of the diagnosis, so that Wireshark's expert
 * information groups by what happened.
 */
#ifndef SX_EXPERT_ITEMS_H
#define SX_EXPERT_ITEMS_H

#include "sipexplain.h"
#include "ws_compat.h"

/** Registers the expert items for the protocol of this number. */
void sx_expert_register(int proto);

/** A severity of the engine as Wireshark has it, PI_CHAT to PI_ERROR. */
int sx_expert_severity(sx_severity severity);

/**
 * Adds an expert item, unless the preferences ask for more severe ones only.
 * @param item what it belongs to, may be NULL
 * @return whether it was added
 */
gboolean sx_expert_add(packet_info *pinfo, proto_item *item, const sx_notice *notice);

/** Adds the field sipexplain.expert.<verdict> that filters of old know, hidden. @param tree may be NULL */
void sx_expert_hide_verdict(proto_tree *tree, tvbuff_t *tvb, sx_verdict verdict);

#endif
