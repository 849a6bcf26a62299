/* SPDX-License-Identifier: GPL-2.0-or-later
 * Rows of what a message itself says.
 */
#include "show_details.h"

#include "details/details.h"
#include "evidence.h"
#include "fields.h"
#include "frame_messages.h"
#include "knowledge/values.h"

static int *hf_of_field; /* by number of the field, from 1 on; as many as the knowledge has */

static enum ftenum type_of(const sx_field_entry *field) {
    switch ((sx_arg_type)field->type) {
    case SX_ARG_FRAME: return FT_FRAMENUM;
    case SX_ARG_SECONDS: return FT_RELATIVE_TIME;
    case SX_ARG_NUMBER: return FT_UINT32;
    case SX_ARG_CODE: return FT_UINT16;
    default: return FT_STRING;
    }
}

void sx_details_register(int proto) {
    guint n = sx_knowledge_n_fields();
    hf_of_field = g_new(int, n + 1);
    hf_register_info *fields = g_new0(hf_register_info, n);
    for (guint i = 0; i < n; i++) {
        const sx_field_entry *field = sx_knowledge_field(i + 1);
        enum ftenum type = type_of(field);
        hf_of_field[i + 1] = -1;
        fields[i] = (hf_register_info){
            &hf_of_field[i + 1],
            {field->title,
             wmem_strdup_printf(wmem_epan_scope(), "sipexplain.detail.%s", field->name), type,
             type == FT_UINT32 || type == FT_UINT16 ? BASE_DEC : BASE_NONE, NULL, 0x0,
             field->description, HFILL}};
    }
    proto_register_field_array(proto, fields, (int)n);
}

typedef struct {
    sx_finding_builder *store;
    const sx_annotation *annotations;
    guint count, next; /* the annotation that waits for its message */
    guint ordinal;     /* of the message to come */
} gathering;

static void keep_rows(gathering *all) {
    sx_findings_keep(all->store, SX_DIAG_NONE, SX_SEVERITY_CHAT);
    all->next++;
}

static void gather(const sx_message *message, const sx_packet *packet, void *user) {
    gathering *all = (gathering *)user;
    guint ordinal = all->ordinal++;
    sx_findings_begin(all->store);
    while (all->next < all->count && all->annotations[all->next].ordinal < ordinal)
        keep_rows(all);
    if (all->next >= all->count || all->annotations[all->next].ordinal != ordinal)
        return;
    sx_details_read(message, packet, all->store);
    sx_detail_answered(&all->annotations[all->next], all->store);
    keep_rows(all);
}

sx_finding_builder *sx_details_of_frame(const sx_stage *stage, const sx_annotation *annotations,
                                        guint count) {
    gathering all = {sx_findings_new(), annotations, count, 0, 0};
    sx_frame_messages(stage->pinfo, stage->tree, gather, &all);
    sx_findings_begin(all.store);
    while (all.next < count)
        keep_rows(&all);
    return all.store;
}

void sx_details_add_values(const sx_stage *stage, proto_tree *tree, const sx_evidence *evidence) {
    for (guint i = 0; i < evidence->n_args; i++) {
        const sx_evidence_arg *arg = &evidence->args[i];
        guint field = sx_knowledge_evidence_field(evidence->evidence, i);
        if (field == 0)
            continue;
        int hf = hf_of_field[field];
        guint64 number = arg->type == SX_ARG_TEXT ? 0 : arg->value.number;
        nstime_t time = {(time_t)(number / SX_SECOND), (int)(number % SX_SECOND) * 1000};
        if (arg->type == SX_ARG_TEXT && arg->value.text != NULL)
            proto_tree_add_string(tree, hf, stage->tvb, 0, 0, arg->value.text);
        else if (arg->type == SX_ARG_SECONDS)
            proto_tree_add_time(tree, hf, stage->tvb, 0, 0, &time);
        else if (arg->type != SX_ARG_TEXT)
            proto_tree_add_uint(tree, hf, stage->tvb, 0, 0, (guint32)number);
    }
}

static void add_rows(const sx_stage *stage, proto_tree *tree, const sx_finding_builder *store,
                     const sx_finding *finding) {
    guint position = 0;
    sx_evidence row;
    while (sx_findings_next_evidence(store, finding, &position, &row)) {
        char *text = sx_knowledge_evidence_text(row.evidence, row.args, row.n_args);
        proto_item *item =
            proto_tree_add_string_format(tree, sx_hf.detail, stage->tvb, 0, 0, text, "%s", text);
        sx_details_add_values(stage, proto_item_add_subtree(item, sx_ett.detail), &row);
        g_free(text);
    }
}

void sx_details_show(const sx_stage *stage, proto_tree *tree, const sx_annotation *annotation,
                     guint index) {
    const sx_finding_builder *kept = sx_explainer_findings(stage->explainer);
    const sx_finding *own = stage->rows ? sx_findings_get(stage->rows, index) : NULL;
    if ((own == NULL || own->n_evidence == 0) && !annotation->has_details)
        return;
    tree = proto_tree_add_subtree(tree, stage->tvb, 0, 0, sx_ett.details, NULL,
                                  annotation->kind == SX_REQUEST ? "What this request says"
                                                                 : "What this response says");
    if (own != NULL)
        add_rows(stage, tree, stage->rows, own);
    if (annotation->has_details)
        add_rows(stage, tree, kept,
                 sx_findings_get(kept, annotation->first_finding + annotation->n_findings));
}
