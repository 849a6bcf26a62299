/* SPDX-License-Identifier: GPL-2.0-or-later
 * Long texts in the tree: whole in the field, in rows that fit the window in the label.
 */
#ifndef SX_SHOW_TEXT_H
#define SX_SHOW_TEXT_H

#include "ws_compat.h"

/**
 * Adds a text; hidden, but there for filters and exports, where the user wants no long texts.
 * @param label what stands before the text in the first row
 */
void sx_show_text(proto_tree *tree, tvbuff_t *tvb, int hf, const char *label, const char *text);

/** Adds texts, ending with NULL, numbered, under a title of their own. */
void sx_show_list(proto_tree *tree, tvbuff_t *tvb, int hf, gint ett, const char *title,
                  const char *const *texts);

#endif
