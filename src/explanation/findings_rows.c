/* SPDX-License-Identifier: GPL-2.0-or-later
 * Findings in rows: what happened with its evidence, causes, what to do, and the findings beside the one that leads.
 */
#include "evidence.h"
#include "explanation/explaining.h"
#include "explanation/labels.h"

void sx_explain_values(sx_explaining *e, const sx_evidence *evidence) {
    for (guint i = 0; i < evidence->n_args; i++) {
        const sx_evidence_arg *arg = &evidence->args[i];
        guint field = sx_knowledge_evidence_field(evidence->evidence, i);
        if (field == 0)
            continue;
        if (arg->type == SX_ARG_TEXT)
            sx_writer_hide_text(&e->writer, SX_N_FIELDS + field, arg->value.text);
        else
            sx_writer_hide_value(&e->writer, SX_N_FIELDS + field, arg->value.number);
    }
}

/* The frame that a sentence names first; 0: none. */
static guint32 first_frame(const sx_evidence *evidence, guint *place) {
    for (*place = 0; *place < evidence->n_args; (*place)++) {
        const sx_evidence_arg *arg = &evidence->args[*place];
        if (arg->type == SX_ARG_FRAME && arg->value.number != 0)
            return (guint32)arg->value.number;
    }
    return 0;
}

/* One sentence: a row that leads to the first frame in it, the other frames below. */
static void add_sentence(sx_explaining *e, const sx_evidence *evidence, const char *label,
                         const char *diagnosis) {
    sx_writer *w = &e->writer;
    char *text = sx_knowledge_evidence_text(evidence->evidence, evidence->args, evidence->n_args);
    gboolean hidden = w->hidden;
    guint place;
    guint32 frame = first_frame(evidence, &place);
    w->hidden = hidden || sx_writer_has_said(w, text);
    if (frame != 0)
        sx_writer_fold(w, sx_writer_number_as(w, SX_FIELD_EVIDENCE_FRAME, label, text, frame));
    else
        sx_writer_text(w, SX_FIELD_EVIDENCE, label, text);
    w->depth++;
    if (frame != 0)
        sx_writer_hide_text(w, SX_FIELD_EVIDENCE, text);
    sx_writer_hide_text(w, SX_FIELD_EVIDENCE_DIAGNOSIS, diagnosis);
    for (guint i = place + 1; frame != 0 && i < evidence->n_args; i++) {
        if (evidence->args[i].type == SX_ARG_FRAME && evidence->args[i].value.number != 0)
            sx_writer_further_frame(w, SX_FIELD_EVIDENCE_FRAME,
                                    (guint32)evidence->args[i].value.number);
    }
    sx_explain_values(e, evidence);
    w->depth--;
    w->hidden = hidden;
    g_free(text);
}

void sx_explain_evidence(sx_explaining *e, const sx_finding_builder *store,
                         const sx_finding *finding, const char *label, const char *diagnosis) {
    guint position = 0;
    sx_evidence evidence;
    while (sx_findings_next_evidence(store, finding, &position, &evidence)) {
        if (!sx_knowledge_evidence_is_headline(evidence.evidence))
            add_sentence(e, &evidence, label, diagnosis);
    }
}

/* Whether a row from this index on is in view, but for lines that go on. */
static gboolean is_in_view_since(const sx_writer *w, guint index) {
    for (guint i = index; i < w->rows->len; i++) {
        const sx_row *row = &g_array_index(w->rows, sx_row, i);
        if (!row->hidden && row->field != SX_FIELD_CONTINUED)
            return TRUE;
    }
    return FALSE;
}

static void note(sx_explaining *e, const sx_finding *finding, guint row) {
    sx_notice notice = {finding->diagnosis, finding->severity, row};
    g_array_append_val(e->writer.notices, notice);
}

static void add_missing(sx_explaining *e) {
    sx_missing_set missing = e->annotation->missing;
    const sx_mandatory_rule *rule;
    while ((rule = sx_missing_next(&missing)) != NULL) {
        const char *method = e->annotation->method;
        char *text =
            g_strdup_printf("%s is missing: a %u%s%s %s carry it (%s)", rule->what,
                            e->annotation->code, method ? " to " : "", method ? method : "",
                            rule->weight == SX_MISSING_NOTED ? "should" : "must", rule->reference);
        e->writer.hidden = sx_writer_has_said(&e->writer, text);
        sx_writer_text_as(&e->writer, SX_FIELD_MISSING_HEADER, NULL, text, rule->what);
        e->writer.hidden = FALSE;
        g_free(text);
    }
}

void sx_explain_lead(sx_explaining *e) {
    sx_writer *w = &e->writer;
    if (e->annotation->n_findings == 0) {
        add_missing(e);
        return;
    }
    const sx_finding *proof = sx_explainer_proof(e->explainer, e->annotation, e->lead);
    const sx_diagnosis_entry *entry = sx_knowledge_diagnosis(proof->diagnosis);
    guint group = sx_writer_text(w, SX_FIELD_DIAGNOSIS, SX_LABEL_WHAT_HAPPENED, entry->id);
    w->depth++;
    if (!w->view->in_window && w->view->long_texts == SX_LONG_TEXTS_ALWAYS && !sx_code_speaks(e))
        sx_writer_text(w, SX_FIELD_DESCRIPTION, SX_LABEL_MEANING, entry->meaning);
    else
        sx_writer_hide_text(w, SX_FIELD_DESCRIPTION, entry->meaning);
    sx_explain_evidence(e, e->findings, proof, NULL, entry->id);
    add_missing(e);
    w->depth--;
    if (!is_in_view_since(w, group + 1) && (sx_code_speaks(e) || sx_is_harmless(e)))
        sx_writer_hide_row(w, group);
}

/* ---- causes and what to do ---- */

/* A numbered list under a title; each line with the diagnosis, or the code, that it is of. */
static void add_list(sx_explaining *e, sx_field group, const char *label, sx_field field,
                     sx_field whose, const char *owner, const char *const *texts) {
    sx_writer *w = &e->writer;
    if (texts[0] == NULL)
        return;
    if (!w->hidden)
        sx_writer_group(w, group, label);
    w->depth++;
    for (guint i = 0; texts[i] != NULL; i++) {
        if (w->hidden) {
            sx_writer_hide_text(w, field, texts[i]);
        } else {
            char *text = g_strdup_printf("%u. %s", i + 1, texts[i]);
            sx_writer_text_as(w, field, NULL, text, texts[i]);
            g_free(text);
        }
        w->depth++;
        sx_writer_hide_text(w, whose, owner);
        w->depth--;
    }
    w->depth--;
}

void sx_explain_list_of_code(sx_explaining *e, sx_field group, const char *label, sx_field field,
                             const char *const *texts) {
    char *owner = g_strdup_printf("%u", e->annotation->code);
    add_list(e, group, label, field,
             field == SX_FIELD_CAUSE ? SX_FIELD_CAUSE_DIAGNOSIS : SX_FIELD_FIX_DIAGNOSIS, owner,
             texts);
    g_free(owner);
}

static void add_bullets(sx_explaining *e, const sx_finding *proof) {
    const sx_diagnosis_entry *entry = sx_knowledge_diagnosis(proof->diagnosis);
    const char *shown[SX_MAX_BULLETS + 1];
    sx_findings_bullets(e->findings, proof, entry->causes, shown);
    add_list(e, SX_FIELD_CAUSES, SX_LABEL_CAUSES, SX_FIELD_CAUSE, SX_FIELD_CAUSE_DIAGNOSIS,
             entry->id, shown);
    sx_findings_bullets(e->findings, proof, entry->fixes, shown);
    add_list(e, SX_FIELD_FIXES, SX_LABEL_FIXES, SX_FIELD_FIX, SX_FIELD_FIX_DIAGNOSIS, entry->id,
             shown);
}

void sx_explain_advice(sx_explaining *e) {
    sx_writer *w = &e->writer;
    w->hidden = sx_is_harmless(e);
    if (!sx_code_speaks(e)) {
        const sx_finding *proof = sx_explainer_proof(e->explainer, e->annotation, e->lead);
        add_bullets(e, proof);
        const char *reference = sx_knowledge_diagnosis(proof->diagnosis)->reference;
        if (w->hidden)
            sx_writer_hide_text(w, SX_FIELD_REFERENCE, reference);
        else
            sx_writer_text(w, SX_FIELD_REFERENCE, SX_LABEL_REFERENCE, reference);
    } else if (!w->hidden && e->code != NULL) {
        sx_explain_list_of_code(e, SX_FIELD_CAUSES, SX_LABEL_CAUSES, SX_FIELD_CAUSE,
                                e->words.causes);
        sx_explain_list_of_code(e, SX_FIELD_FIXES, SX_LABEL_FIXES, SX_FIELD_FIX, e->words.fixes);
    }
    w->hidden = FALSE;
}

/* ---- the others ---- */

/* The words of a finding beside the one that leads: a default has those of the code. */
static char *headline_of_other(const sx_explaining *e, const sx_finding *proof) {
    gboolean by_code =
        e->code != NULL && sx_diagnosis_is_default(sx_knowledge_diagnosis(proof->diagnosis));
    return sx_findings_headline_text(e->findings, proof, by_code ? e->words.headline : NULL);
}

/* A finding beside the one that leads, in brief. A default that has nothing to add is for filters only. */
static void add_other(sx_explaining *e, const sx_finding *finding, const sx_finding *proof) {
    sx_writer *w = &e->writer;
    const sx_diagnosis_entry *entry = sx_knowledge_diagnosis(proof->diagnosis);
    gboolean is_default = e->code != NULL && sx_diagnosis_is_default(entry);
    char *headline = headline_of_other(e, proof);
    char *text = g_strdup_printf("%s - %s", entry->id, headline);
    guint row = sx_writer_text_as(w, SX_FIELD_DIAGNOSIS, SX_LABEL_ALSO, text, entry->id);
    w->depth++;
    sx_writer_hide_text(w, SX_FIELD_DESCRIPTION, entry->meaning);
    sx_explain_evidence(e, e->findings, proof, NULL, entry->id);
    if (is_default && !is_in_view_since(w, row + 1))
        sx_writer_hide_row(w, row);
    w->hidden = TRUE;
    if (!is_default) {
        add_bullets(e, proof);
        sx_writer_hide_text(w, SX_FIELD_REFERENCE, entry->reference);
    }
    w->hidden = FALSE;
    w->depth--;
    if (!is_default)
        note(e, finding, row);
    g_free(headline);
    g_free(text);
}

void sx_explain_others(sx_explaining *e) {
    for (guint i = 0; i < e->annotation->n_findings; i++) {
        if (i != e->lead)
            add_other(e, sx_finding_of(e, i), sx_explainer_proof(e->explainer, e->annotation, i));
    }
}
