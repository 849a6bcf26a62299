/* SPDX-License-Identifier: GPL-2.0-or-later
 * Prints explanations: rows become items of the tree, notices become expert items.
 */
#ifndef SX_SHOW_H
#define SX_SHOW_H

#include "sipexplain.h"
#include "ws_compat.h"

/** To be called whenever a capture file is opened, with the number of our protocol. */
void sx_show_open(int proto);

/** Whether anybody would see an explanation: a tree in view, a filter, a column, the expert information. */
gboolean sx_show_is_wanted(packet_info *pinfo, proto_tree *tree);

/** Whether a tree is in view, or a filter or column needs one. */
gboolean sx_show_is_tree_wanted(proto_tree *tree);

/** How the explanation is looked at. */
sx_view sx_show_view(packet_info *pinfo);

/** Adds an explanation to the frame. @param tree may be NULL: expert items only */
void sx_show(const sx_explanation *explanation, tvbuff_t *tvb, packet_info *pinfo,
             proto_tree *tree);

#endif
