/* SPDX-License-Identifier: GPL-2.0-or-later
 * Title and headline of a message, which finding leads, and how severe it is.
 */
#include "evidence.h"
#include "explanation/explaining.h"

/* The finding that verdict, headline and advice are from: its index among those of the message. */
static guint leading_finding(const sx_explainer *explainer, const sx_annotation *annotation) {
    const sx_finding_builder *findings = sx_explainer_findings(explainer);
    guint deciding = sx_explainer_deciding(explainer, annotation);
    for (guint i = 0; sx_lacks_mandatory(annotation) && i < annotation->n_findings; i++) {
        const sx_finding *finding = sx_findings_get(findings, annotation->first_finding + i);
        const sx_diagnosis_entry *entry = sx_knowledge_diagnosis(finding->diagnosis);
        if (i == deciding && entry->verdict == SX_VERDICT_VIOLATION)
            return i;
        if (sx_diagnosis_is_of_missing_header(entry))
            return i;
    }
    return deciding;
}

guint sx_leading_diagnosis(const sx_explainer *explainer, const sx_annotation *annotation) {
    return annotation->n_findings == 0
               ? SX_DIAG_NONE
               : sx_findings_get(sx_explainer_findings(explainer),
                                 annotation->first_finding + leading_finding(explainer, annotation))
                     ->diagnosis;
}

const sx_finding *sx_leading_proof(const sx_explainer *explainer, const sx_annotation *annotation) {
    return sx_explainer_proof(explainer, annotation, leading_finding(explainer, annotation));
}

static gboolean is_default(const sx_annotation *annotation, const sx_finding *finding) {
    return annotation->kind != SX_REQUEST &&
           sx_diagnosis_is_default(sx_knowledge_diagnosis(finding->diagnosis));
}

gboolean sx_code_speaks(const sx_explaining *e) {
    return e->annotation->n_findings == 0 || is_default(e->annotation, sx_finding_of(e, e->lead));
}

static sx_severity severity_of_verdict(sx_verdict verdict) {
    switch (verdict) {
    case SX_VERDICT_FAILURE: return SX_SEVERITY_NOTE;
    case SX_VERDICT_ANOMALY:
    case SX_VERDICT_VIOLATION: return SX_SEVERITY_WARN;
    default: return SX_SEVERITY_CHAT;
    }
}

static sx_severity severity_of_missing(sx_missing_set missing) {
    switch (sx_missing_worst(missing)) {
    case SX_MISSING_NOTED: return SX_SEVERITY_NOTE;
    case SX_MISSING_BESIDE:
    case SX_MISSING_MUST: return SX_SEVERITY_WARN;
    default: return SX_SEVERITY_ERROR;
    }
}

sx_severity sx_explain_severity(const sx_explainer *explainer, const sx_annotation *annotation) {
    sx_severity severity = severity_of_verdict((sx_verdict)annotation->verdict);
    if (annotation->n_findings > 0) {
        const sx_finding *lead =
            sx_findings_get(sx_explainer_findings(explainer),
                            annotation->first_finding + leading_finding(explainer, annotation));
        if (!is_default(annotation, lead))
            severity = (sx_severity)lead->severity;
    }
    if (annotation->missing != 0)
        severity = MAX(severity, severity_of_missing(annotation->missing));
    return severity;
}

/* The words of the code for the method. */
static sx_text words_of(const sx_annotation *annotation) {
    return sx_knowledge_text(sx_knowledge_code(annotation->code),
                             sx_annotation_text_method(annotation));
}

char *sx_headline_of(const sx_explainer *explainer, const sx_annotation *annotation,
                     sx_language language) {
    gboolean request = annotation->kind == SX_REQUEST;
    sx_text words = words_of(annotation);
    sx_situation situation = sx_situation_of(annotation);
    sx_word of_code = sx_bullets_first(words.headline_cases,
                                       &(sx_bullet_facts){.situation = &situation}, words.headline);
    if (annotation->n_findings == 0)
        return g_strdup(sx_word_text(language, of_code));
    guint lead = leading_finding(explainer, annotation);
    const sx_finding_builder *findings = sx_explainer_findings(explainer);
    const sx_finding *finding = sx_findings_get(findings, annotation->first_finding + lead);
    const sx_finding *proof = sx_explainer_proof(explainer, annotation, lead);
    char *text = sx_findings_headline_text(
        findings, proof, language, is_default(annotation, finding) ? of_code : 0, &situation);
    if (request || finding->diagnosis != SX_DIAG_AUTH_SUCCEEDED)
        return text;
    /* A login that worked is not what a 2xx is about: it stands behind the headline of the code. */
    GString *both = g_string_new(NULL);
    sx_label_headlines_with_login(language, both, sx_word_text(language, of_code), text);
    g_free(text);
    return g_string_free(both, FALSE);
}

/* "answered with 403 in frame 5: wrong password"; FALSE where nothing is known of an answer. */
static gboolean print_answer(const sx_explaining *e, GString *out) {
    sx_annotation answer;
    sx_language language = e->writer.view->language;
    switch (sx_explainer_answer(e->explainer, e->annotation, &answer)) {
    case SX_ANSWER_FINAL: {
        char *headline = sx_headline_of(e->explainer, &answer, language);
        sx_label_headlines_answered(language, out, answer.code, answer.frame, headline);
        g_free(headline);
        return TRUE;
    }
    case SX_ANSWER_NONE:
        g_string_append(out, sx_say(e, SX_LABEL_HEADLINES_UNANSWERED));
        return TRUE;
    default: return FALSE;
    }
}

/* What a request without findings is, by itself. */
static sx_word headline_of_method(const char *method) {
    if (g_strcmp0(method, "BYE") == 0)
        return SX_LABEL_HEADLINES_ENDS_CALL;
    if (g_strcmp0(method, "CANCEL") == 0)
        return SX_LABEL_HEADLINES_CANCELS;
    return SX_LABEL_HEADLINES_PRIVATE_ADDRESSES;
}

/* A BYE that was refused: who sent it has left, whether the other side has is not known. */
static gboolean is_refused(const sx_explaining *e) {
    sx_annotation answer;
    return sx_explainer_answer(e->explainer, e->annotation, &answer) == SX_ANSWER_FINAL &&
           answer.code >= 300;
}

/* Of a request without findings. */
static char *headline_of_request(const sx_explaining *e) {
    const sx_annotation *a = e->annotation;
    sx_language language = e->writer.view->language;
    sx_outcome outcome;
    sx_acknowledged acked;
    gboolean complete = e->writer.view->complete;
    GString *text = g_string_new(NULL);
    if (a->talk_time != SX_NO_TIME && !(complete && is_refused(e)))
        sx_label_headlines_ends_call_of(language, text, a->talk_time);
    else if (complete && print_answer(e, text))
        return g_string_free(text, FALSE);
    else if (complete && sx_explainer_acknowledged(e->explainer, a, e->message, &acked))
        sx_label_headlines_acknowledges(language, text, acked.code, acked.frame);
    else if (complete && sx_explainer_outcome(e->explainer, a, e->message, e->packet, &outcome)) {
        g_string_free(text, TRUE);
        return sx_headline_of_outcome(e->explainer, &outcome, language);
    } else if (a->bare && e->n_notes > 0)
        g_string_append(text, e->notes[0]->text);
    else
        g_string_append(text, sx_say(e, headline_of_method(a->method)));
    return g_string_free(text, FALSE);
}

/* "401 Unauthorized", "NOTIFY reports 486 Busy Here", "BYE". */
static const char *title_of(sx_explaining *e) {
    const sx_annotation *a = e->annotation;
    sx_language language = e->writer.view->language;
    if (a->kind == SX_REQUEST)
        return a->method != NULL ? a->method : sx_say(e, SX_LABEL_HEADLINES_REQUEST);
    GString *title = g_string_new(NULL);
    if (a->kind == SX_SIPFRAG)
        sx_label_headlines_reported_code(language, title, a->code, e->code->name);
    else
        sx_label_headlines_code(language, title, a->code, e->code->name);
    return sx_writer_keep(&e->writer, g_string_free(title, FALSE));
}

void sx_explain_headline(sx_explaining *e) {
    const sx_annotation *annotation = e->annotation;
    char *headline;
    e->lead = leading_finding(e->explainer, annotation);
    e->title = title_of(e);
    if (annotation->n_findings == 0 && annotation->kind == SX_REQUEST)
        headline = headline_of_request(e);
    else if (annotation->n_findings == 0 && annotation->quoted && annotation->kind == SX_RESPONSE)
        headline = g_strdup(sx_say(e, SX_LABEL_HEADLINES_QUOTED));
    else
        headline = sx_headline_of(e->explainer, annotation, e->writer.view->language);
    e->headline = sx_writer_keep(&e->writer, headline);
}

char *sx_headline_of_outcome(const sx_explainer *explainer, const sx_outcome *outcome,
                             sx_language language) {
    switch (outcome->state) {
    case SX_OUTCOME_UNANSWERED:
        return g_strdup(sx_word_text(language, SX_LABEL_HEADLINES_UNANSWERED));
    case SX_OUTCOME_CHALLENGED:
        return g_strdup(sx_word_text(language, SX_LABEL_HEADLINES_CHALLENGED));
    case SX_OUTCOME_REDIRECTED:
        return g_strdup(sx_word_text(language, SX_LABEL_HEADLINES_REDIRECTED));
    case SX_OUTCOME_OPEN: return g_strdup(sx_word_text(language, SX_LABEL_HEADLINES_OPEN));
    default: break;
    }
    sx_annotation decision = sx_explainer_decision(explainer, outcome);
    return sx_headline_of(explainer, &decision, language);
}
