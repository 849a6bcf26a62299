/* SPDX-License-Identifier: GPL-2.0-or-later
 * Texts and lists of texts in the tree.
 */
#include "show_text.h"

#include <string.h>

#include "explanation/wrap.h"
#include "fields.h"
#include "preferences.h"

#define ROW                                                                                        \
    120 /* bytes; Wireshark cuts labels at ITEM_LABEL_LENGTH, 240, but a window shows about half of that */

void sx_show_text(proto_tree *tree, tvbuff_t *tvb, int hf, const char *label, const char *text) {
    proto_item *item = proto_tree_add_string(tree, hf, tvb, 0, 0, text);
    if (!sx_prefs.long_texts) {
        proto_item_set_hidden(item);
        return;
    }
    sx_slice rest = {text, strlen(text)};
    sx_slice row = sx_rows_next(&rest, ROW - strlen(label));
    proto_item_set_text(item, "%s%.*s", label, (int)row.len, row.p);
    while ((row = sx_rows_next(&rest, ROW)).len > 0)
        proto_tree_add_subtree_format(tree, tvb, 0, 0, sx_ett.row, NULL, "    %.*s", (int)row.len,
                                      row.p);
}

void sx_show_list(proto_tree *tree, tvbuff_t *tvb, int hf, gint ett, const char *title,
                  const char *const *texts) {
    if (sx_prefs.long_texts)
        tree = proto_tree_add_subtree(tree, tvb, 0, 0, ett, NULL, title);
    for (guint i = 0; texts[i] != NULL; i++) {
        char label[16];
        g_snprintf(label, sizeof label, "%u. ", i + 1);
        sx_show_text(tree, tvb, hf, label, texts[i]);
    }
}
