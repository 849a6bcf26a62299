/* SPDX-License-Identifier: GPL-2.0-or-later
 * Findings in rows: what happened with its evidence, causes, what to do, and the findings beside the one that leads.
 */
#include <string.h>

#include "evidence.h"
#include "explanation/explaining.h"

void sx_explain_values(sx_explaining *e, const sx_evidence *evidence) {
    for (guint i = 0; i < evidence->n_args; i++) {
        const sx_arg *arg = &evidence->args[i];
        guint field = sx_knowledge_evidence_field(evidence->evidence, i);
        if (field == 0)
            continue;
        if (arg->type == SX_ARG_TEXT)
            sx_writer_hide_text(&e->writer, field, arg->value.text);
        else if (arg->type == SX_ARG_WORD) /* users filter by it: the same in every language */
            sx_writer_hide_text(&e->writer, field,
                                sx_word_text(SX_ENGLISH, (sx_word)arg->value.number));
        else
            sx_writer_hide_value(&e->writer, field, arg->value.number);
    }
}

/* The frame that a sentence names first; 0: none. */
static guint32 first_frame(const sx_evidence *evidence, guint *place) {
    for (*place = 0; *place < evidence->n_args; (*place)++) {
        const sx_arg *arg = &evidence->args[*place];
        if (arg->type == SX_ARG_FRAME && arg->value.number != 0)
            return (guint32)arg->value.number;
    }
    return 0;
}

static gboolean has_text(const sx_evidence *evidence, const char *text) {
    for (guint i = 0; i < evidence->n_args; i++) {
        if (evidence->args[i].type == SX_ARG_TEXT &&
            g_strcmp0(evidence->args[i].value.text, text) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean has_number(const sx_evidence *evidence, guint64 number) {
    for (guint i = 0; i < evidence->n_args; i++) {
        if (evidence->args[i].type == SX_ARG_NUMBER && evidence->args[i].value.number == number)
            return TRUE;
    }
    return FALSE;
}

/* Whether a sentence tells that a header is missing: it names that and who demands it, or that alone. */
static gboolean tells(const sx_evidence *evidence, const sx_mandatory_rule *rule) {
    return has_text(evidence, rule->what) &&
           (evidence->n_args == 1 || has_number(evidence, rule->rfc));
}

/* Whether the evidence of a finding tells it. */
static gboolean names(const sx_explaining *e, const sx_finding *finding,
                      const sx_mandatory_rule *rule) {
    guint position = 0;
    sx_evidence evidence;
    while (sx_findings_next_evidence(e->findings, finding, &position, &evidence)) {
        if (tells(&evidence, rule))
            return TRUE;
    }
    return FALSE;
}

/* Whether a sentence tells only what the rows of missing headers, or the finding that leads, have told. */
static gboolean tells_missing(const sx_explaining *e, const sx_evidence *evidence) {
    sx_missing_set missing = e->annotation->missing;
    const sx_mandatory_rule *rule;
    while (evidence->n_args == 1 && (rule = sx_missing_next(&missing)) != NULL) {
        if (tells(evidence, rule))
            return TRUE;
    }
    return FALSE;
}

/* One sentence: a row that leads to the first frame in it, the other frames below. It says nothing new if its words are
 * there; one of several with the same words differs by its values. */
static void add_sentence(sx_explaining *e, const sx_evidence *evidence, const char *label,
                         const char *diagnosis, gboolean one_of_several) {
    sx_writer *w = &e->writer;
    char *text = sx_knowledge_evidence_text(w->view->language, evidence->evidence, evidence->args,
                                            evidence->n_args);
    gboolean hidden = w->hidden;
    guint place;
    guint32 frame = first_frame(evidence, &place);
    w->hidden = hidden || sx_writer_has_said(w, text, one_of_several) ||
                (e->missing_told && tells_missing(e, evidence));
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
    guint previous = G_MAXUINT;
    sx_evidence evidence;
    while (sx_findings_next_evidence(store, finding, &position, &evidence)) {
        if (!sx_knowledge_evidence_is_headline(evidence.evidence) && !evidence.untimed)
            add_sentence(e, &evidence, label, diagnosis, evidence.evidence == previous);
        previous = evidence.evidence;
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

static void print_missing(const sx_explaining *e, const sx_mandatory_rule *rule, GString *out) {
    const sx_annotation *a = e->annotation;
    sx_language language = e->writer.view->language;
    gboolean should = rule->weight == SX_MISSING_NOTED;
    if (a->method == NULL && should)
        sx_label_missing_should(language, out, rule->what, a->code, rule->rfc, rule->section);
    else if (a->method == NULL)
        sx_label_missing_must(language, out, rule->what, a->code, rule->rfc, rule->section);
    else if (should)
        sx_label_missing_should_for_method(language, out, rule->what, a->code, a->method, rule->rfc,
                                           rule->section);
    else
        sx_label_missing_must_for_method(language, out, rule->what, a->code, a->method, rule->rfc,
                                         rule->section);
}

/* @param lead NULL: there is no finding */
static void add_missing(sx_explaining *e, const sx_finding *lead) {
    sx_missing_set missing = e->annotation->missing;
    const sx_mandatory_rule *rule;
    while ((rule = sx_missing_next(&missing)) != NULL) {
        GString *text = g_string_new(NULL);
        print_missing(e, rule, text);
        e->writer.hidden = lead != NULL && names(e, lead, rule);
        sx_writer_text_as(&e->writer, SX_FIELD_MISSING_HEADER, NULL, text->str, rule->what);
        e->writer.hidden = FALSE;
        g_string_free(text, TRUE);
    }
    e->missing_told = TRUE;
}

void sx_explain_lead(sx_explaining *e) {
    sx_writer *w = &e->writer;
    if (e->annotation->n_findings == 0) {
        add_missing(e, NULL);
        return;
    }
    const sx_finding *proof = sx_explainer_proof(e->explainer, e->annotation, e->lead);
    const sx_diagnosis_entry *entry = sx_knowledge_diagnosis(proof->diagnosis);
    const char *id = sx_diagnosis_id_of(proof->diagnosis);
    const char *meaning = sx_say(e, entry->words.meaning);
    guint group = sx_writer_text(w, SX_FIELD_DIAGNOSIS, sx_say(e, SX_LABEL_ROWS_WHAT_HAPPENED), id);
    w->depth++;
    if (!w->view->in_window && w->view->long_texts == SX_LONG_TEXTS_ALWAYS && !sx_code_speaks(e))
        sx_writer_text(w, SX_FIELD_DESCRIPTION, sx_say(e, SX_LABEL_ROWS_MEANING), meaning);
    else
        sx_writer_hide_text(w, SX_FIELD_DESCRIPTION, meaning);
    sx_explain_evidence(e, e->findings, proof, NULL, id);
    add_missing(e, proof);
    w->depth--;
    if (!is_in_view_since(w, group + 1) && (sx_code_speaks(e) || sx_is_harmless(e)))
        sx_writer_hide_row(w, group);
}

/* ---- causes and what to do ---- */

/* A numbered list under a title; each line with the diagnosis, or the code, that it is of. */
static void add_list(sx_explaining *e, sx_field group, const char *label, sx_field field,
                     const char *owner, const sx_word *texts, guint n) {
    sx_writer *w = &e->writer;
    sx_field whose = field == SX_FIELD_CAUSE ? SX_FIELD_CAUSE_DIAGNOSIS : SX_FIELD_FIX_DIAGNOSIS;
    if (n == 0)
        return;
    if (!w->hidden) {
        sx_writer_group(w, group, label);
        w->depth++;
    }
    for (guint i = 0; i < n; i++) {
        const char *text = sx_say(e, texts[i]);
        if (w->hidden) {
            sx_writer_hide_text(w, field, text);
        } else {
            GString *item = g_string_new(NULL);
            sx_label_rows_item(w->view->language, item, i + 1, text);
            sx_writer_text_as(w, field, NULL, item->str, text);
            g_string_free(item, TRUE);
        }
        w->depth++;
        sx_writer_hide_text(w, whose, owner);
        w->depth--;
    }
    if (!w->hidden)
        w->depth--;
}

void sx_explain_list_of_code(sx_explaining *e, sx_field group, const char *label, sx_field field,
                             sx_bullets list) {
    sx_word shown[SX_MAX_BULLETS];
    sx_bullet_facts facts = {.situation = &e->situation};
    guint n = sx_bullets_select(list, &facts, shown, SX_MAX_BULLETS);
    char *owner = g_strdup_printf("%u", e->annotation->code);
    add_list(e, group, label, field, owner, shown, n);
    g_free(owner);
}

static void add_bullets(sx_explaining *e, const sx_finding *proof) {
    const sx_text *words = &sx_knowledge_diagnosis(proof->diagnosis)->words;
    const char *id = sx_diagnosis_id_of(proof->diagnosis);
    sx_word shown[SX_MAX_BULLETS];
    guint n = sx_findings_bullets(e->findings, proof, words->causes, &e->situation, shown);
    add_list(e, SX_FIELD_CAUSES, sx_say(e, SX_LABEL_ROWS_CAUSES), SX_FIELD_CAUSE, id, shown, n);
    n = sx_findings_bullets(e->findings, proof, words->fixes, &e->situation, shown);
    add_list(e, SX_FIELD_FIXES, sx_say(e, SX_LABEL_ROWS_FIXES), SX_FIELD_FIX, id, shown, n);
}

void sx_explain_must_follow(sx_explaining *e) {
    sx_bullet_facts facts = {.situation = &e->situation};
    sx_word word = sx_bullets_first(e->words.must_follow_cases, &facts, e->words.must_follow);
    if (!sx_code_speaks(e)) {
        const sx_finding *proof = sx_explainer_proof(e->explainer, e->annotation, e->lead);
        const sx_diagnosis_entry *entry = sx_knowledge_diagnosis(proof->diagnosis);
        sx_word own = sx_findings_first(e->findings, proof, entry->words.must_follow_cases,
                                        &e->situation, entry->words.must_follow);
        /* A normal step goes on as its code does; a benign one says by itself how. */
        if (own != 0 || entry->verdict != SX_VERDICT_NORMAL)
            word = own;
    }
    if (word != 0 && sx_is_harmless(e))
        sx_writer_text(&e->writer, SX_FIELD_MUST_FOLLOW, sx_say(e, SX_LABEL_ROWS_MUST_FOLLOW),
                       sx_say(e, word));
}

void sx_explain_advice(sx_explaining *e) {
    sx_writer *w = &e->writer;
    w->hidden = sx_is_harmless(e);
    if (!sx_code_speaks(e)) {
        const sx_finding *proof = sx_explainer_proof(e->explainer, e->annotation, e->lead);
        add_bullets(e, proof);
        const char *reference = sx_say(e, sx_knowledge_diagnosis(proof->diagnosis)->reference);
        if (w->hidden || sx_writer_has_said(w, reference, TRUE))
            sx_writer_hide_text(w, SX_FIELD_REFERENCE, reference);
        else
            sx_writer_text(w, SX_FIELD_REFERENCE, sx_say(e, SX_LABEL_ROWS_REFERENCE), reference);
    } else if (!w->hidden && e->code != NULL) {
        sx_explain_list_of_code(e, SX_FIELD_CAUSES, sx_say(e, SX_LABEL_ROWS_CAUSES), SX_FIELD_CAUSE,
                                e->words.causes);
        sx_explain_list_of_code(e, SX_FIELD_FIXES, sx_say(e, SX_LABEL_ROWS_FIXES), SX_FIELD_FIX,
                                e->words.fixes);
    }
    w->hidden = FALSE;
}

/* ---- the others ---- */

/* The words of a finding beside the one that leads: a default has those of the code. */
static char *headline_of_other(const sx_explaining *e, const sx_finding *proof) {
    gboolean by_code =
        e->code != NULL && sx_diagnosis_is_default(sx_knowledge_diagnosis(proof->diagnosis));
    sx_bullet_facts facts = {.situation = &e->situation};
    sx_word word =
        by_code ? sx_bullets_first(e->words.headline_cases, &facts, e->words.headline) : 0;
    return sx_findings_headline_text(e->findings, proof, e->writer.view->language, word,
                                     &e->situation);
}

/* A finding beside the one that leads, in brief: its id only where its words were said. A default that has nothing to
 * add is for filters only. */
static void add_other(sx_explaining *e, const sx_finding *finding, const sx_finding *proof) {
    sx_writer *w = &e->writer;
    const sx_diagnosis_entry *entry = sx_knowledge_diagnosis(proof->diagnosis);
    const char *id = sx_diagnosis_id_of(proof->diagnosis);
    gboolean is_default = e->code != NULL && sx_diagnosis_is_default(entry);
    char *headline = headline_of_other(e, proof);
    GString *text = g_string_new(NULL);
    if (sx_writer_has_said(w, headline, TRUE))
        g_string_append(text, id);
    else
        sx_label_rows_finding(w->view->language, text, id, headline);
    guint row =
        sx_writer_text_as(w, SX_FIELD_DIAGNOSIS, sx_say(e, SX_LABEL_ROWS_ALSO), text->str, id);
    w->depth++;
    sx_writer_hide_text(w, SX_FIELD_DESCRIPTION, sx_say(e, entry->words.meaning));
    sx_explain_evidence(e, e->findings, proof, NULL, id);
    if (is_default && !is_in_view_since(w, row + 1))
        sx_writer_hide_row(w, row);
    w->hidden = TRUE;
    if (!is_default) {
        add_bullets(e, proof);
        sx_writer_hide_text(w, SX_FIELD_REFERENCE, sx_say(e, entry->reference));
    }
    w->hidden = FALSE;
    w->depth--;
    if (!is_default)
        note(e, finding, row);
    g_free(headline);
    g_string_free(text, TRUE);
}

void sx_explain_others(sx_explaining *e) {
    for (guint i = 0; i < e->annotation->n_findings; i++) {
        if (i != e->lead)
            add_other(e, sx_finding_of(e, i), sx_explainer_proof(e->explainer, e->annotation, i));
    }
}
