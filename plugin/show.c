/* SPDX-License-Identifier: GPL-2.0-or-later
 * The tree under a response, its fields and its expert items.
 */
#include "show.h"

#include <epan/column-info.h>
#include <epan/expert.h>
#include <epan/tap.h>

#include "expert_items.h"
#include "knowledge/knowledge.h"
#include "preferences.h"
#include "rows.h"

#define LABEL_ROOM                                                                                 \
    230 /* bytes; Wireshark cuts labels at ITEM_LABEL_LENGTH, 240 with the terminator */

static int proto_sipexplain = -1;
static int proto_ws_expert = -1;
static int expert_tap;

static int hf_code = -1;
static int hf_sipfrag_code = -1;
static int hf_name = -1;
static int hf_phrase = -1;
static int hf_class = -1;
static int hf_method = -1;
static int hf_verdict = -1;
static int hf_headline = -1;
static int hf_description = -1;
static int hf_when = -1;
static int hf_cause = -1;
static int hf_fix = -1;
static int hf_reference = -1;
static int hf_related = -1;
static int hf_missing_header = -1;
static int hf_quoted = -1;

static gint ett_sipexplain = -1;
static gint ett_causes = -1;
static gint ett_fixes = -1;
static gint ett_related = -1;
static gint ett_row = -1;

static const value_string class_names[] = {
    {1, "1xx Provisional"},
    {2, "2xx Success"},
    {3, "3xx Redirection"},
    {4, "4xx Client failure"},
    {5, "5xx Server failure"},
    {6, "6xx Global failure"},
    {0, NULL},
};

#define STRING(hf, name, abbrev, blurb)                                                            \
    {                                                                                              \
        &hf, {                                                                                     \
            name, "sipexplain." abbrev, FT_STRING, BASE_NONE, NULL, 0x0, blurb, HFILL              \
        }                                                                                          \
    }
#define NUMBER(hf, name, abbrev, type, strings, blurb)                                             \
    {                                                                                              \
        &hf, {                                                                                     \
            name, "sipexplain." abbrev, type, BASE_DEC, strings, 0x0, blurb, HFILL                 \
        }                                                                                          \
    }

void sx_show_register(int proto) {
    static hf_register_info fields[] = {
        NUMBER(hf_code, "Status code", "code", FT_UINT16, NULL, "Status code of the response"),
        NUMBER(hf_sipfrag_code, "Reported status code", "sipfrag.code", FT_UINT16, NULL,
               "Status code that a NOTIFY reports in its message/sipfrag body"),
        STRING(hf_name, "Name", "name", "Registered name of the status code"),
        STRING(hf_phrase, "Phrase on the wire", "phrase",
               "Reason phrase where it differs from the registered name"),
        NUMBER(hf_class, "Class", "class", FT_UINT8, VALS(class_names), "Class of the status code"),
        STRING(hf_method, "Method", "method", "Method of the CSeq"),
        STRING(hf_verdict, "Verdict", "verdict",
               "normal, benign, user-action, failure, anomaly or violation"),
        STRING(hf_headline, "Headline", "headline", "What happened, in one line"),
        STRING(hf_description, "What it means", "description", "What the status code means"),
        STRING(hf_when, "When you see it", "when", "Where the status code is seen"),
        STRING(hf_cause, "Cause", "cause", "A typical cause; the first one is the most likely"),
        STRING(hf_fix, "Fix", "fix", "What to check or to do"),
        STRING(hf_reference, "Reference", "reference", "RFC and section"),
        NUMBER(hf_related, "Related code", "related", FT_UINT16, NULL, "A related status code"),
        STRING(hf_missing_header, "Missing header", "missing_header",
               "A header that the response must carry and does not"),
        STRING(hf_quoted, "Quoted", "quoted", "Where the response is quoted; nobody sent it here"),
    };
    static gint *subtrees[] = {&ett_sipexplain, &ett_causes, &ett_fixes, &ett_related, &ett_row};
    proto_sipexplain = proto;
    proto_register_field_array(proto, fields, array_length(fields));
    proto_register_subtree_array(subtrees, array_length(subtrees));
}

void sx_show_init(void) {
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

gboolean sx_show_is_wanted(packet_info *pinfo, proto_tree *tree) {
    return is_tree_wanted(tree) || is_expert_wanted(pinfo);
}

/* Adds a text with its whole value in the field, and in as many rows as the label length asks for. */
static void add_text(proto_tree *tree, tvbuff_t *tvb, int hf, const char *label, const char *text) {
    proto_item *item = proto_tree_add_string(tree, hf, tvb, 0, 0, text);
    if (!sx_prefs.long_texts) {
        proto_item_set_hidden(item);
        return;
    }
    sx_slice rest = {text, strlen(text)};
    sx_slice row = sx_rows_next(&rest, LABEL_ROOM - strlen(label));
    proto_item_set_text(item, "%s%.*s", label, (int)row.len, row.p);
    while ((row = sx_rows_next(&rest, LABEL_ROOM)).len > 0)
        proto_tree_add_subtree_format(tree, tvb, 0, 0, ett_row, NULL, "    %.*s", (int)row.len,
                                      row.p);
}

static void add_list(proto_tree *tree, tvbuff_t *tvb, int hf, gint ett, const char *title,
                     const char *const *texts) {
    if (sx_prefs.long_texts)
        tree = proto_tree_add_subtree(tree, tvb, 0, 0, ett, NULL, title);
    for (guint i = 0; texts[i] != NULL; i++) {
        char label[16];
        g_snprintf(label, sizeof label, "%u. ", i + 1);
        add_text(tree, tvb, hf, label, texts[i]);
    }
}

static void add_related(proto_tree *tree, tvbuff_t *tvb, const guint16 *codes) {
    proto_item *item;
    tree = proto_tree_add_subtree(tree, tvb, 0, 0, ett_related, &item, "Related codes:");
    for (guint i = 0; codes[i] != 0; i++) {
        proto_item_append_text(item, "%s %u", i > 0 ? "," : "", codes[i]);
        proto_tree_add_uint_format(tree, hf_related, tvb, 0, 0, codes[i], "%u %s", codes[i],
                                   sx_knowledge_code(codes[i])->name);
    }
}

static void add_facts(proto_tree *tree, tvbuff_t *tvb, const sx_annotation *annotation,
                      const sx_code_entry *entry) {
    int hf = annotation->kind == SX_SIPFRAG ? hf_sipfrag_code : hf_code;
    proto_tree_add_uint(tree, hf, tvb, 0, 0, annotation->code);
    proto_tree_add_string(tree, hf_name, tvb, 0, 0, entry->name);
    if (annotation->phrase != NULL)
        proto_tree_add_string(tree, hf_phrase, tvb, 0, 0, annotation->phrase);
    if (annotation->code >= 100 && annotation->code < 700)
        proto_tree_add_uint(tree, hf_class, tvb, 0, 0, annotation->code / 100u);
    if (annotation->method != NULL)
        proto_tree_add_string(tree, hf_method, tvb, 0, 0, annotation->method);
    proto_tree_add_string(tree, hf_verdict, tvb, 0, 0,
                          sx_verdict_name((sx_verdict)annotation->verdict));
}

static int severity_of_missing(sx_missing_weight weight) {
    switch (weight) {
    case SX_MISSING_NOTED: return PI_NOTE;
    case SX_MISSING_MUST: return PI_WARN;
    default: return PI_ERROR;
    }
}

static void add_missing(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo,
                        const sx_annotation *annotation) {
    sx_missing_set missing = annotation->missing;
    const sx_mandatory_rule *rule;
    while ((rule = sx_missing_next(&missing)) != NULL) {
        char *text =
            wmem_strdup_printf(pinfo->pool, "%s is missing: a %u%s%s must carry it (%s)",
                               rule->what, annotation->code, annotation->method ? " to " : "",
                               annotation->method ? annotation->method : "", rule->reference);
        proto_item *item = NULL;
        if (tree != NULL)
            item = proto_tree_add_string_format(tree, hf_missing_header, tvb, 0, 0, rule->what,
                                                "%s", text);
        sx_expert_add(pinfo, item, SX_VERDICT_VIOLATION, severity_of_missing(rule->weight), text);
    }
}

/* What the prose is chosen by: a NOTIFY reports on the request that a REFER caused, an INVITE. */
static const char *method_of_text(const sx_annotation *annotation) {
    return annotation->kind == SX_SIPFRAG ? "INVITE" : annotation->method;
}

static proto_item *add_root(proto_tree *tree, tvbuff_t *tvb, const sx_annotation *annotation,
                            const sx_code_entry *entry, const char *headline) {
    return proto_tree_add_protocol_format(
        tree, proto_sipexplain, tvb, 0, 0, "SIP Explain: %s%u %s - %s",
        annotation->kind == SX_SIPFRAG ? "NOTIFY reports " : "", annotation->code, entry->name,
        annotation->quoted ? "quoted, not sent here" : headline);
}

static void add_prose(proto_tree *tree, tvbuff_t *tvb, const sx_code_entry *entry,
                      const sx_text *text) {
    add_text(tree, tvb, hf_description, "What it means: ", text->meaning);
    add_text(tree, tvb, hf_when, "When you see it: ", text->when);
    add_list(tree, tvb, hf_cause, ett_causes, "Typical causes", text->causes);
    add_list(tree, tvb, hf_fix, ett_fixes, "How to fix", text->fixes);
    proto_tree_add_string(tree, hf_reference, tvb, 0, 0, entry->reference);
    add_related(tree, tvb, entry->related);
}

void sx_show(const sx_annotation *annotation, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree) {
    const sx_code_entry *entry = sx_knowledge_code(annotation->code);
    sx_text text = sx_knowledge_text(entry, method_of_text(annotation));
    sx_verdict verdict = (sx_verdict)annotation->verdict;
    proto_item *root = NULL;
    proto_tree *subtree = NULL;
    if (annotation->code >= 100 && annotation->code < 200 && !sx_prefs.explain_provisional)
        return;
    if (is_tree_wanted(tree)) {
        root = add_root(tree, tvb, annotation, entry, text.headline);
        subtree = proto_item_add_subtree(root, ett_sipexplain);
        add_facts(subtree, tvb, annotation, entry);
        if (annotation->quoted)
            proto_tree_add_string(subtree, hf_quoted, tvb, 0, 0,
                                  "in an error message or in another message: nobody sent it here");
        proto_tree_add_string(subtree, hf_headline, tvb, 0, 0, text.headline);
    }
    add_missing(subtree, tvb, pinfo, annotation);
    if (subtree != NULL)
        add_prose(subtree, tvb, entry, &text);
    gboolean accused =
        annotation->missing != 0 && sx_missing_worst(annotation->missing) != SX_MISSING_NOTED;
    if (!annotation->quoted && !accused) /* the missing headers have their own items */
        sx_expert_add(pinfo, root, verdict, sx_expert_usual_severity(verdict),
                      wmem_strdup_printf(pinfo->pool, "%u %s: %s", annotation->code, entry->name,
                                         text.headline));
}
