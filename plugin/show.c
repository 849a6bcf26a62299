/* SPDX-License-Identifier: GPL-2.0-or-later
 * The tree under a message, its fields and its expert items.
 */
#include "show.h"

#include <epan/column-info.h>
#include <epan/expert.h>
#include <epan/tap.h>

#include "expert_items.h"
#include "explanation/wrap.h"
#include "fields.h"
#include "knowledge/knowledge.h"
#include "preferences.h"
#include "show_details.h"
#include "show_findings.h"
#include "show_text.h"

static int proto_sipexplain = -1;
static int proto_ws_expert = -1;
static int expert_tap;

static int lamp; /* the highest severity since the file was opened, PI_CHAT to PI_ERROR */

void sx_show_open(int proto) {
    proto_sipexplain = proto;
    lamp = 0;
    /* Wireshark registers these two later than any protocol. */
    proto_ws_expert = proto_get_id_by_filter_name("_ws.expert");
    expert_tap = find_tap_id("expert");
}

static gboolean is_referenced(int proto) {
    /* A reference to a field marks its protocol too. proto_field_is_referenced() on the protocol would also be true
     * for the protocol hierarchy statistics, which must not change. */
    return proto > 0 && proto_registrar_get_nth((guint)proto)->ref_type != HF_REF_TYPE_NONE;
}

static gboolean is_tree_wanted(proto_tree *tree) {
    return tree != NULL && (PTREE_DATA(tree)->visible || is_referenced(proto_sipexplain) ||
                            is_referenced(proto_ws_expert));
}

static gboolean is_expert_wanted(packet_info *pinfo) {
    return (expert_tap > 0 && have_tap_listener(expert_tap)) ||
           (pinfo->cinfo != NULL && pinfo->cinfo->col_first[COL_EXPERT] >= 0);
}

gboolean sx_show_is_wanted(const sx_stage *stage) {
    return is_tree_wanted(stage->tree) || is_expert_wanted(stage->pinfo);
}

static void add_related(proto_tree *tree, tvbuff_t *tvb, const guint16 *codes) {
    proto_item *item;
    tree = proto_tree_add_subtree(tree, tvb, 0, 0, sx_ett.related, &item, "Related codes:");
    for (guint i = 0; codes[i] != 0; i++) {
        proto_item_append_text(item, "%s %u", i > 0 ? "," : "", codes[i]);
        proto_tree_add_uint_format(tree, sx_hf.related, tvb, 0, 0, codes[i], "%u %s", codes[i],
                                   sx_knowledge_code(codes[i])->name);
    }
}

static void add_code(proto_tree *tree, tvbuff_t *tvb, const sx_annotation *annotation,
                     const sx_code_entry *entry) {
    int hf = annotation->kind == SX_SIPFRAG ? sx_hf.sipfrag_code : sx_hf.code;
    proto_tree_add_uint(tree, hf, tvb, 0, 0, annotation->code);
    proto_tree_add_string(tree, sx_hf.name, tvb, 0, 0, entry->name);
    if (annotation->phrase != NULL)
        proto_tree_add_string(tree, sx_hf.phrase, tvb, 0, 0, annotation->phrase);
    if (annotation->code >= 100 && annotation->code < 700)
        proto_tree_add_uint(tree, sx_hf.class, tvb, 0, 0, annotation->code / 100u);
}

static void add_frame(proto_tree *tree, tvbuff_t *tvb, int hf, guint32 frame) {
    if (frame != 0)
        proto_tree_add_uint(tree, hf, tvb, 0, 0, frame);
}

static void add_time(proto_tree *tree, tvbuff_t *tvb, int hf, gint64 microseconds) {
    if (microseconds == SX_NO_TIME)
        return;
    nstime_t time = {(time_t)(microseconds / SX_SECOND), (int)(microseconds % SX_SECOND) * 1000};
    proto_tree_add_time(tree, hf, tvb, 0, 0, &time);
}

static void add_context(proto_tree *tree, const sx_stage *stage, const sx_annotation *annotation) {
    tvbuff_t *tvb = stage->tvb;
    add_frame(tree, tvb, sx_hf.request_frame, annotation->request_frame);
    add_frame(tree, tvb, sx_hf.copy_of, annotation->copy_of);
    add_frame(tree, tvb, sx_hf.relayed_from, annotation->relayed_from);
    add_frame(tree, tvb, sx_hf.retry_frame, annotation->retry_frame);
    add_frame(tree, tvb, sx_hf.final_frame, annotation->final_frame);
    add_time(tree, tvb, sx_hf.answer_time, annotation->answer_time);
    add_time(tree, tvb, sx_hf.ring_time, annotation->ring_time);
    add_time(tree, tvb, sx_hf.talk_time, annotation->talk_time);
}

static void add_outcome_of_call(proto_tree *tree, const sx_stage *stage,
                                const sx_annotation *annotation) {
    sx_call_outcome outcome;
    /* On the first visit the call may not be over: what it will be is known on the second look only. */
    if (!stage->pinfo->fd->visited ||
        !sx_explainer_call_outcome(stage->explainer, stage->pinfo->num, annotation, &outcome))
        return;
    proto_tree_add_string(tree, sx_hf.call_verdict, stage->tvb, 0, 0,
                          sx_verdict_name((sx_verdict)outcome.verdict));
    proto_tree_add_uint(tree, sx_hf.call_code, stage->tvb, 0, 0, outcome.code);
}

static int severity_of_missing(sx_missing_weight weight) {
    switch (weight) {
    case SX_MISSING_NOTED: return PI_NOTE;
    case SX_MISSING_MUST: return PI_WARN;
    default: return PI_ERROR;
    }
}

static void add_missing(proto_tree *tree, const sx_stage *stage, const sx_annotation *annotation) {
    sx_missing_set missing = annotation->missing;
    const sx_mandatory_rule *rule;
    while ((rule = sx_missing_next(&missing)) != NULL) {
        char *text = wmem_strdup_printf(
            stage->pinfo->pool, "%s is missing: a %u%s%s %s carry it (%s)", rule->what,
            annotation->code, annotation->method ? " to " : "",
            annotation->method ? annotation->method : "",
            rule->weight == SX_MISSING_NOTED ? "should" : "must", rule->reference);
        proto_item *item = NULL;
        if (tree != NULL)
            item = proto_tree_add_string_format(tree, sx_hf.missing_header, stage->tvb, 0, 0,
                                                rule->what, "%s", text);
        sx_expert_add(stage->pinfo, item, SX_VERDICT_VIOLATION, severity_of_missing(rule->weight),
                      text);
    }
}

static proto_item *add_root(const sx_stage *stage, const sx_annotation *annotation,
                            const char *title, const char *headline) {
    return proto_tree_add_protocol_format(
        stage->tree, proto_sipexplain, stage->tvb, 0, 0, "SIP Explain: %s%s - %s",
        annotation->kind == SX_SIPFRAG ? "NOTIFY reports " : "", title,
        annotation->quoted && annotation->kind == SX_RESPONSE && annotation->n_findings == 0
            ? "quoted, not sent here"
            : headline);
}

static void add_prose(proto_tree *tree, tvbuff_t *tvb, const sx_code_entry *entry,
                      const sx_text *text) {
    sx_show_text(tree, tvb, sx_hf.description, "What it means: ", text->meaning);
    sx_show_text(tree, tvb, sx_hf.when, "When you see it: ", text->when);
    sx_show_list(tree, tvb, sx_hf.cause, sx_ett.causes, "Typical causes", text->causes);
    sx_show_list(tree, tvb, sx_hf.fix, sx_ett.fixes, "How to fix", text->fixes);
    proto_tree_add_string(tree, sx_hf.reference, tvb, 0, 0, entry->reference);
    add_related(tree, tvb, entry->related);
}

/* The part of the tree that comes before the findings. */
static proto_tree *add_head(const sx_stage *stage, const sx_annotation *annotation,
                            const char *title, const char *headline, proto_item **root) {
    tvbuff_t *tvb = stage->tvb;
    *root = add_root(stage, annotation, title, headline);
    proto_tree *tree = proto_item_add_subtree(*root, sx_ett.sipexplain);
    if (annotation->kind != SX_REQUEST)
        add_code(tree, tvb, annotation, sx_knowledge_code(annotation->code));
    if (annotation->method != NULL)
        proto_tree_add_string(tree, sx_hf.method, tvb, 0, 0, annotation->method);
    proto_tree_add_string(tree, sx_hf.verdict, tvb, 0, 0,
                          sx_verdict_name((sx_verdict)annotation->verdict));
    if (annotation->quoted)
        proto_tree_add_string(tree, sx_hf.quoted, tvb, 0, 0,
                              "in an error message or in another message: nobody sent it here");
    proto_tree_add_string(tree, sx_hf.headline, tvb, 0, 0, headline);
    add_context(tree, stage, annotation);
    add_outcome_of_call(tree, stage, annotation);
    return tree;
}

static int severity_of(const sx_explainer *explainer, const sx_annotation *annotation) {
    int severity = sx_findings_severity(explainer, annotation);
    if (severity < 0)
        severity = sx_expert_usual_severity((sx_verdict)annotation->verdict);
    if (annotation->missing != 0)
        severity = MAX(severity, severity_of_missing(sx_missing_worst(annotation->missing)));
    return severity;
}

gboolean sx_show_lights_lamp(const sx_explainer *explainer, const sx_annotation *annotation) {
    int severity = severity_of(explainer, annotation);
    if ((annotation->quoted && annotation->n_findings == 0) || severity <= lamp)
        return FALSE;
    lamp = severity;
    return TRUE;
}

static void show_expert(const sx_stage *stage, const sx_annotation *annotation, proto_item *root,
                        const char *title, const char *headline) {
    gboolean accused =
        annotation->missing != 0 && sx_missing_worst(annotation->missing) != SX_MISSING_NOTED;
    /* Missing headers have their own items. */
    if (accused || (annotation->quoted && annotation->n_findings == 0) ||
        (annotation->kind == SX_REQUEST && annotation->n_findings == 0))
        return;
    sx_expert_add(stage->pinfo, root, (sx_verdict)annotation->verdict,
                  severity_of(stage->explainer, annotation),
                  wmem_strdup_printf(stage->pinfo->pool, "%s: %s", title, headline));
}

/* Of a request without findings: only its own header fields, or the talk time of a BYE, are shown. */
static const char *headline_of_request(const sx_annotation *annotation) {
    return g_strcmp0(annotation->method, "BYE") == 0 ? "the end of the call"
                                                     : "what the request itself says";
}

void sx_show(const sx_stage *stage, const sx_annotation *annotation, guint index) {
    const sx_code_entry *entry = sx_knowledge_code(annotation->code);
    sx_text text = sx_knowledge_text(entry, sx_annotation_text_method(annotation));
    proto_item *root = NULL;
    proto_tree *tree = NULL;
    gboolean is_request = annotation->kind == SX_REQUEST;
    if (!is_request && annotation->code >= 100 && annotation->code < 200 &&
        !sx_prefs.explain_provisional)
        return;
    const char *title =
        is_request ? (annotation->method ? annotation->method : "request")
                   : wmem_strdup_printf(stage->pinfo->pool, "%u %s", annotation->code, entry->name);
    const char *headline = sx_findings_headline(
        stage, annotation, is_request ? headline_of_request(annotation) : text.headline);
    if (is_tree_wanted(stage->tree))
        tree = add_head(stage, annotation, title, headline, &root);
    add_missing(tree, stage, annotation);
    show_expert(stage, annotation, root, title, headline);
    sx_findings_show(stage, tree, annotation);
    if (tree != NULL) {
        sx_finding_builder *hindsight = sx_findings_hindsight(stage, annotation);
        sx_findings_show_hindsight(stage, tree, hindsight);
        sx_findings_free(hindsight);
        sx_details_show(stage, tree, annotation, index);
    }
    if (tree != NULL && !is_request)
        add_prose(tree, stage->tvb, entry, &text);
}

void sx_show_later(const sx_stage *stage) {
    sx_call_outcome outcome;
    if (!is_tree_wanted(stage->tree) || !stage->pinfo->fd->visited)
        return;
    gboolean in_call =
        sx_explainer_call_outcome(stage->explainer, stage->pinfo->num, NULL, &outcome);
    sx_finding_builder *hindsight = sx_findings_hindsight(stage, NULL);
    if (!in_call && hindsight == NULL)
        return;
    proto_item *root =
        in_call
            ? proto_tree_add_protocol_format(stage->tree, proto_sipexplain, stage->tvb, 0, 0,
                                             "SIP Explain: part of a call with the outcome %u %s",
                                             outcome.code, sx_knowledge_code(outcome.code)->name)
            : proto_tree_add_protocol_format(stage->tree, proto_sipexplain, stage->tvb, 0, 0,
                                             "SIP Explain: later frames tell of this one");
    proto_tree *tree = proto_item_add_subtree(root, sx_ett.sipexplain);
    add_outcome_of_call(tree, stage, NULL);
    sx_findings_show_hindsight(stage, tree, hindsight);
    sx_findings_free(hindsight);
}
