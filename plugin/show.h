/* SPDX-License-Identifier: GPL-2.0-or-later
 * Shows annotations: tree, fields and expert items. A pure function of annotation and preferences.
 */
#ifndef SX_SHOW_H
#define SX_SHOW_H

#include "annotation.h"
#include "ws_compat.h"

/** Registers fields, subtrees and expert items for the protocol of this number. */
void sx_show_register(int proto);

/** Looks up what other protocols registered; call once, when all of them are there. */
void sx_show_init(void);

/** Whether anybody would see what sx_show() adds: a tree in view, a filter, a column, the expert information. */
gboolean sx_show_is_wanted(packet_info *pinfo, proto_tree *tree);

/** Adds tree, fields and expert items of one annotation to the frame; tree may be NULL. */
void sx_show(const sx_annotation *annotation, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

#endif
