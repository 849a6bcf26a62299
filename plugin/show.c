/* SPDX-License-Identifier: GPL-2.0-or-later
 * The tree under a message, its fields and its expert items: what the explanation says, row by row.
 */
#include "show.h"

#include <epan/column-info.h>
#include <epan/tap.h>

#include "expert_items.h"
#include "fields.h"
#include "gui.h"
#include "notes_uat.h"
#include "preferences.h"

#define WIDE_COLUMNS                                                                               \
    100 /* of a row in tshark's output, and where the packet details are as wide as the window */
#define HALF_COLUMNS 64 /* what the packet details of Wireshark's default layout show */
#define MAX_DEPTH 8

static int proto_sipexplain = -1;
static int proto_ws_expert = -1;
static int expert_tap;

void sx_show_open(int proto) {
    proto_sipexplain = proto;
    /* Wireshark registers these two later than any protocol. */
    proto_ws_expert = proto_get_id_by_filter_name("_ws.expert");
    expert_tap = find_tap_id("expert");
}

static gboolean is_referenced(int proto) {
    /* A reference to a field marks its protocol too. proto_field_is_referenced() on the protocol would also be true
     * for the protocol hierarchy statistics, which must not change. */
    return proto > 0 && proto_registrar_get_nth((guint)proto)->ref_type != HF_REF_TYPE_NONE;
}

gboolean sx_show_is_tree_wanted(proto_tree *tree) {
    return tree != NULL && (PTREE_DATA(tree)->visible || is_referenced(proto_sipexplain) ||
                            is_referenced(proto_ws_expert));
}

gboolean sx_show_is_wanted(packet_info *pinfo, proto_tree *tree) {
    return sx_show_is_tree_wanted(tree) || (expert_tap > 0 && have_tap_listener(expert_tap)) ||
           (pinfo->cinfo != NULL && pinfo->cinfo->col_first[COL_EXPERT] >= 0);
}

sx_view sx_show_view(packet_info *pinfo) {
    gboolean in_window = sx_gui_is_there();
    return (sx_view){
        .language = sx_preferences_language(),
        .in_window = in_window,
        .columns = in_window && !sx_gui_has_wide_details() ? HALF_COLUMNS : WIDE_COLUMNS,
        .long_texts = (sx_long_texts)sx_prefs.long_texts,
        .no_provisional = !sx_prefs.explain_provisional,
        /* A frame that is visited again while the file is still read does not know what comes after it. */
        .notes = sx_notes_uat_notes(),
        .complete = pinfo->fd->visited && !sx_gui_is_reading(),
    };
}

static proto_item *add_value(proto_tree *tree, tvbuff_t *tvb, const sx_row *row) {
    int hf = hf_sipexplain[row->field];
    guint64 number = row->value.number;
    nstime_t time;
    switch (sx_row_type(row)) {
    case SX_HOLDS_GROUP: return proto_tree_add_item(tree, hf, tvb, 0, 0, ENC_NA);
    case SX_HOLDS_TEXT: return proto_tree_add_string(tree, hf, tvb, 0, 0, row->value.text);
    case SX_HOLDS_SECONDS:
        time = (nstime_t){(time_t)(number / SX_SECOND), (int)(number % SX_SECOND) * 1000};
        return proto_tree_add_time(tree, hf, tvb, 0, 0, &time);
    default: return proto_tree_add_uint(tree, hf, tvb, 0, 0, (guint32)number);
    }
}

static proto_item *add_row(proto_tree *tree, tvbuff_t *tvb, const sx_row *row) {
    proto_item *item = add_value(tree, tvb, row);
    if (row->hidden)
        proto_item_set_hidden(item);
    else if (row->text != NULL)
        proto_item_set_text(item, "%s%s%s", row->label != NULL ? row->label : "",
                            row->label != NULL ? ": " : "", row->text);
    return item;
}

/* The rows of the explanation; `items` takes the last line of each. What is in view hangs on the last line of the row
 * above it; what is hidden hangs on the first line, which has the field that it belongs to. */
static void add_rows(const sx_explanation *explanation, tvbuff_t *tvb, proto_tree *tree,
                     proto_item **items) {
    proto_tree *in_view[MAX_DEPTH + 1] = {tree};
    proto_tree *hidden[MAX_DEPTH + 1] = {tree};
    guint first_line = 0;
    for (guint i = 0; i < explanation->n_rows; i++) {
        const sx_row *row = &explanation->rows[i];
        guint depth = MIN(row->depth, MAX_DEPTH - 1);
        items[i] = add_row(row->hidden ? hidden[depth] : in_view[depth], tvb, row);
        in_view[depth + 1] = proto_item_add_subtree(items[i], row->folded ? ett_folded : ett_group);
        if (row->field == SX_FIELD_CONTINUED) {
            items[first_line] = items[i];
        } else {
            hidden[depth + 1] = in_view[depth + 1];
            first_line = i;
        }
    }
}

void sx_show(const sx_explanation *explanation, tvbuff_t *tvb, packet_info *pinfo,
             proto_tree *tree) {
    proto_item *root = NULL;
    proto_item **items = NULL;
    if (tree != NULL) {
        root = proto_tree_add_protocol_format(tree, proto_sipexplain, tvb, 0, 0, "SIP Explain: %s",
                                              explanation->heading);
        tree = proto_item_add_subtree(root, ett_sipexplain);
        items = wmem_alloc_array(pinfo->pool, proto_item *, explanation->n_rows + 1);
        add_rows(explanation, tvb, tree, items);
    }
    for (guint i = 0; i < explanation->n_notices; i++) {
        const sx_notice *notice = &explanation->notices[i];
        gboolean of_row = items != NULL && notice->row != SX_NO_ROW;
        proto_item *item = of_row ? items[notice->row] : root;
        gboolean added = sx_expert_add(pinfo, item, notice);
        /* An expert item folds its item as one of its own kind: ours stays what it was. */
        proto_tree *subtree = proto_item_add_subtree(item, of_row ? ett_group : ett_sipexplain);
        if (added && !of_row && tree != NULL)
            sx_expert_hide_verdict(subtree, tvb, explanation->verdict);
    }
}
