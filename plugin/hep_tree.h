/* SPDX-License-Identifier: GPL-2.0-or-later
 * The tree and the fields sipexplain.hep.* of a HEP packet.
 */
#ifndef SX_HEP_TREE_H
#define SX_HEP_TREE_H

#include "wire/hep.h"
#include "ws_compat.h"

/** Registers fields, subtrees and expert items for the protocol of this number. */
void sx_hep_tree_register(int proto);

/** What a payload type holds, such as "SIP". */
const char *sx_hep_payload_name(guint8 payload_type);

/**
 * Adds the tree of a HEP packet: a title, and an item for each chunk.
 * @param tree may be NULL: nothing is added then but expert items
 * @return the tree, for what is said of the payload
 */
proto_tree *sx_hep_tree_add(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const sx_hep *hep,
                            sx_slice bytes);

/** Adds a payload as text, line by line. @return FALSE: it is no text */
gboolean sx_hep_tree_add_text(proto_tree *tree, tvbuff_t *payload, packet_info *pinfo);

/** Says that a compressed payload could not be inflated, or not all of it. */
void sx_hep_tree_not_inflated(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, gboolean at_all);

#endif
