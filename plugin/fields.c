/* SPDX-License-Identifier: GPL-2.0-or-later
 * Registration of the fields and subtrees.
 */
#include "fields.h"

#include "sipexplain.h"

int *hf_sipexplain;
gint ett_sipexplain = -1;
gint ett_group = -1;
gint ett_folded = -1;

/* How Wireshark keeps and shows what a field holds. */
static header_field_info header_of(const sx_field_info *field) {
    header_field_info header = {
        .name = field->title,
        .abbrev = wmem_strdup_printf(wmem_epan_scope(), "sipexplain.%s", field->name),
        .type = FT_FRAMENUM,
        .display = BASE_NONE,
        .blurb = field->description,
        HFILL};
    switch (field->type) {
    case SX_HOLDS_TEXT: header.type = FT_STRING; break;
    case SX_HOLDS_CODE:
        header.type = FT_UINT16;
        header.display = BASE_DEC;
        break;
    case SX_HOLDS_NUMBER:
        header.type = FT_UINT32;
        header.display = BASE_DEC;
        break;
    case SX_HOLDS_SECONDS: header.type = FT_RELATIVE_TIME; break;
    case SX_HOLDS_GROUP: header.type = FT_NONE; break;
    case SX_HOLDS_FRAME: header.strings = FRAMENUM_TYPE(FT_FRAMENUM_NONE); break;
    case SX_HOLDS_REQUEST_FRAME: header.strings = FRAMENUM_TYPE(FT_FRAMENUM_REQUEST); break;
    case SX_HOLDS_RESPONSE_FRAME: header.strings = FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE); break;
    case SX_HOLDS_ORIGINAL_FRAME: header.strings = FRAMENUM_TYPE(FT_FRAMENUM_RETRANS_PREV); break;
    }
    return header;
}

void sx_fields_register(int proto) {
    static gint *subtrees[] = {&ett_sipexplain, &ett_group, &ett_folded};
    guint n = SX_N_FIELDS;
    hf_register_info *fields = g_new0(hf_register_info, n);
    guint n_registered = 0;
    hf_sipexplain = g_new(int, n);
    for (guint i = 0; i < n; i++) {
        sx_field_info field = sx_field_info_of(sx_language_of_system(), i);
        hf_sipexplain[i] = -1;
        if (field.name == NULL)
            continue;
        fields[n_registered].p_id = &hf_sipexplain[i];
        fields[n_registered++].hfinfo = header_of(&field);
    }
    proto_register_field_array(proto, fields, (int)n_registered);
    proto_register_subtree_array(subtrees, array_length(subtrees));
}

void sx_fields_unfold(void) {
    static gboolean done;
    if (!done) {
        tree_expanded_set(ett_sipexplain, TRUE);
        tree_expanded_set(ett_group, TRUE);
    }
    done = TRUE;
}
