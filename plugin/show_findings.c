/* SPDX-License-Identifier: GPL-2.0-or-later
 * Findings in the tree.
 */
#include "show_findings.h"

#include <string.h>

#include <epan/expert.h>

#include "expert_items.h"
#include "fields.h"
#include "show_details.h"
#include "show_text.h"

static const int severities[] = {
    [SX_SEVERITY_CHAT] = PI_CHAT,
    [SX_SEVERITY_NOTE] = PI_NOTE,
    [SX_SEVERITY_WARN] = PI_WARN,
    [SX_SEVERITY_ERROR] = PI_ERROR,
};

static const char *headline_of(const sx_stage *stage, const sx_finding *proof,
                               const char *otherwise) {
    char *text =
        sx_findings_headline_text(sx_explainer_findings(stage->explainer), proof, otherwise);
    const char *kept = wmem_strdup(stage->pinfo->pool, text);
    g_free(text);
    return kept;
}

/* The finding that verdict, headline and severity come from; NULL if there is none. */
static const sx_finding *deciding_finding(const sx_explainer *explainer,
                                          const sx_annotation *annotation) {
    if (annotation->n_findings == 0)
        return NULL;
    return sx_findings_get(sx_explainer_findings(explainer),
                           annotation->first_finding +
                               sx_explainer_deciding(explainer, annotation));
}

/* An outcome by default says no more than the code, unless its rule wrote a headline. */
static gboolean is_default(const sx_annotation *annotation, const sx_finding *finding) {
    return annotation->kind != SX_REQUEST &&
           sx_diagnosis_is_default(sx_knowledge_diagnosis(finding->diagnosis));
}

const char *sx_findings_headline(const sx_stage *stage, const sx_annotation *annotation,
                                 const char *otherwise) {
    const sx_finding *finding = deciding_finding(stage->explainer, annotation);
    if (finding == NULL)
        return otherwise;
    guint deciding = sx_explainer_deciding(stage->explainer, annotation);
    const sx_finding *proof = sx_explainer_proof(stage->explainer, annotation, deciding);
    return headline_of(stage, proof, is_default(annotation, finding) ? otherwise : NULL);
}

int sx_findings_severity(const sx_explainer *explainer, const sx_annotation *annotation) {
    const sx_finding *finding = deciding_finding(explainer, annotation);
    return finding != NULL && !is_default(annotation, finding) ? severities[finding->severity] : -1;
}

static void add_evidence(const sx_stage *stage, proto_tree *tree, const sx_finding_builder *store,
                         const sx_finding *finding) {
    guint position = 0;
    sx_evidence evidence;
    while (sx_findings_next_evidence(store, finding, &position, &evidence)) {
        if (sx_knowledge_evidence_is_headline(evidence.evidence))
            continue;
        char *text = sx_knowledge_evidence_text(evidence.evidence, evidence.args, evidence.n_args);
        proto_item *item =
            proto_tree_add_string_format(tree, sx_hf.evidence, stage->tvb, 0, 0, text, "%s", text);
        sx_details_add_values(stage, proto_item_add_subtree(item, sx_ett.detail), &evidence);
        g_free(text);
        for (guint i = 0; i < evidence.n_args; i++) {
            if (evidence.args[i].type == SX_ARG_FRAME && evidence.args[i].value.number != 0)
                proto_tree_add_uint(tree, sx_hf.evidence_frame, stage->tvb, 0, 0,
                                    (guint32)evidence.args[i].value.number);
        }
    }
}

static void add_bullets(const sx_stage *stage, proto_tree *tree, const sx_finding *proof,
                        const sx_diagnosis_entry *entry) {
    const sx_finding_builder *store = sx_explainer_findings(stage->explainer);
    const char *shown[SX_MAX_BULLETS + 1];
    sx_findings_bullets(store, proof, entry->causes, shown);
    sx_show_list(tree, stage->tvb, sx_hf.cause, sx_ett.causes, "Typical causes", shown);
    sx_findings_bullets(store, proof, entry->fixes, shown);
    sx_show_list(tree, stage->tvb, sx_hf.fix, sx_ett.fixes, "How to fix", shown);
}

static proto_item *add_finding(const sx_stage *stage, proto_tree *tree, const sx_finding *proof,
                               gboolean is_first) {
    const sx_diagnosis_entry *entry = sx_knowledge_diagnosis(proof->diagnosis);
    gboolean brief = is_first && sx_diagnosis_is_default(entry);
    proto_item *item = proto_tree_add_string(tree, sx_hf.diagnosis, stage->tvb, 0, 0, entry->id);
    if (!brief && !is_first)
        proto_item_append_text(item, " - %s", headline_of(stage, proof, NULL));
    proto_tree *subtree = proto_item_add_subtree(item, sx_ett.finding);
    add_evidence(stage, subtree, sx_explainer_findings(stage->explainer), proof);
    if (brief)
        return item;
    sx_show_text(subtree, stage->tvb, sx_hf.description, "What it means: ", entry->meaning);
    add_bullets(stage, subtree, proof, entry);
    proto_tree_add_string(subtree, sx_hf.reference, stage->tvb, 0, 0, entry->reference);
    return item;
}

void sx_findings_show(const sx_stage *stage, proto_tree *tree, const sx_annotation *annotation) {
    const sx_finding_builder *store = sx_explainer_findings(stage->explainer);
    guint deciding = sx_explainer_deciding(stage->explainer, annotation);
    for (guint i = 0; i < annotation->n_findings; i++) {
        const sx_finding *finding = sx_findings_get(store, annotation->first_finding + i);
        const sx_diagnosis_entry *entry = sx_knowledge_diagnosis(finding->diagnosis);
        proto_item *item = NULL;
        if (tree != NULL)
            item = add_finding(stage, tree, sx_explainer_proof(stage->explainer, annotation, i),
                               i == 0);
        /* The item of the message itself is about the one that decides. */
        if (i > 0 && i != deciding && !sx_diagnosis_is_of_missing_header(entry))
            sx_expert_add(stage->pinfo, item, entry->verdict, severities[finding->severity],
                          headline_of(stage, finding, NULL));
    }
}

sx_finding_builder *sx_findings_hindsight(const sx_stage *stage, const sx_annotation *annotation) {
    return stage->pinfo->fd->visited
               ? sx_explainer_hindsight(stage->explainer, stage->pinfo->num, annotation)
               : NULL;
}

void sx_findings_show_hindsight(const sx_stage *stage, proto_tree *tree,
                                const sx_finding_builder *hindsight) {
    if (hindsight == NULL)
        return;
    tree =
        proto_tree_add_subtree(tree, stage->tvb, 0, 0, sx_ett.hindsight, NULL, "What came of it");
    add_evidence(stage, tree, hindsight, sx_findings_get(hindsight, 0));
}
