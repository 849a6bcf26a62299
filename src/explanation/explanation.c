/* SPDX-License-Identifier: GPL-2.0-or-later
 * Makes the explanation of a message: the parts in their order.
 */
#include <string.h>

#include "details/details.h"
#include "evidence.h"
#include "explanation/explaining.h"
#include "explanation/wrap.h"

#define MAX_HEADING                                                                                \
    210 /* bytes of title and headline: "SIP Explain: " stands before it, a label holds 240 */

/** What is allocated with an explanation. */
typedef struct {
    sx_explanation shown; /* first: what callers see */
    GArray *rows, *notices;
    GStringChunk *strings;
} explanation;

/* Fills the two findings of the scratch store. */
static void read_facts(sx_explaining *e) {
    const sx_annotation *a = e->annotation;
    sx_findings_begin(e->scratch);
    if (!a->bare) {
        sx_details_read(e->message, e->packet, (a->request & SX_REQUEST_PRODUCT) != 0, e->scratch);
        sx_detail_answered(a, e->scratch);
    }
    sx_findings_keep(e->scratch, SX_DIAG_NONE, SX_SEVERITY_CHAT);
    if (e->writer.view->complete)
        sx_explainer_tell_outcome(e->explainer, a, e->writer.view->language, e->scratch);
    sx_findings_keep(e->scratch, SX_DIAG_NONE, SX_SEVERITY_CHAT);
}

/* "INVITE without Contact: ...", of an INVITE. */
static gboolean begins_with_title(const sx_explaining *e) {
    return g_str_has_prefix(e->headline, e->title) && e->headline[strlen(e->title)] == ' ';
}

/* "401 Unauthorized - the registrar asks for credentials", cut between words. */
static const char *heading_of(sx_explaining *e) {
    GString *whole = g_string_new(NULL);
    if (begins_with_title(e))
        g_string_append(whole, e->headline);
    else
        sx_label_headlines_heading(e->writer.view->language, whole, e->title, e->headline);
    sx_slice rest = {whole->str, whole->len};
    sx_slice head = sx_wrap_next(&rest, MAX_HEADING, MAX_HEADING);
    const char *kept = sx_writer_keep(
        &e->writer, g_strdup_printf("%.*s%s", (int)head.len, head.p, rest.len > 0 ? " ..." : ""));
    g_string_free(whole, TRUE);
    return kept;
}

/* The whole headline in rows of its own, where the title is wider than the view. */
static void add_headline(sx_explaining *e, const char *heading) {
    sx_writer *w = &e->writer;
    if (sx_columns_of(heading) + strlen("SIP Explain: ") > w->view->columns)
        sx_writer_text(w, SX_FIELD_HEADLINE, sx_say(e, SX_LABEL_ROWS_HEADLINE), e->headline);
    else
        sx_writer_hide_text(w, SX_FIELD_HEADLINE, e->headline);
}

/* The diagnosis of a response that nobody diagnosed: that of its class. */
static guint diagnosis_by_class(const sx_annotation *a) {
    static const guint8 by_class[] = {SX_DIAG_FAILURE_UNKNOWN_CODE, SX_DIAG_NORMAL_PROVISIONAL,
                                      SX_DIAG_NORMAL_SUCCESS,       SX_DIAG_NORMAL_REDIRECT,
                                      SX_DIAG_FAILURE_CLIENT,       SX_DIAG_FAILURE_SERVER,
                                      SX_DIAG_FAILURE_GLOBAL};
    if (sx_lacks_mandatory(a))
        return SX_DIAG_HEADER_MISSING_MANDATORY;
    return by_class[a->code >= 100 && a->code < 700 ? a->code / 100 : 0];
}

/* The severity that the user's notes ask for; SX_NOTE_NO_SEVERITY: none. */
static gint severity_of_notes(const sx_explaining *e) {
    gint severity = SX_NOTE_NO_SEVERITY;
    for (guint i = 0; i < e->n_notes; i++)
        severity = MAX(severity, e->notes[i]->severity);
    return severity;
}

static sx_severity severity_of(const sx_explaining *e) {
    return (sx_severity)MAX((gint)sx_explain_severity(e->explainer, e->annotation),
                            severity_of_notes(e));
}

static void note_lead(sx_explaining *e) {
    const sx_annotation *a = e->annotation;
    sx_notice notice = {SX_DIAG_NONE, (guint8)severity_of(e), SX_NO_ROW};
    if (a->n_findings > 0)
        notice.diagnosis = sx_finding_of(e, e->lead)->diagnosis;
    else if (!a->quoted && a->kind != SX_REQUEST)
        notice.diagnosis = diagnosis_by_class(a);
    else if (severity_of_notes(e) == SX_NOTE_NO_SEVERITY)
        return;
    g_array_append_val(e->writer.notices, notice);
}

static const char *write_rows(sx_explaining *e) {
    sx_explain_headline(e);
    const char *heading = heading_of(e);
    gboolean normal = e->annotation->verdict == SX_VERDICT_NORMAL;
    gboolean advised = !sx_is_harmless(e) && !sx_code_speaks(e);
    note_lead(e);
    sx_explain_notes(e);
    add_headline(e, heading);
    sx_explain_context(e);
    /* A normal step is told best by what it says itself, a failure by what was found: then its advice comes first, and
     * where there is none but that of the code, the details may be all there is. */
    if (normal)
        sx_explain_details(e);
    sx_explain_lead(e);
    if (!normal && !advised)
        sx_explain_details(e);
    sx_explain_outcome(e);
    sx_explain_must_follow(e);
    sx_explain_advice(e);
    if (!normal && advised)
        sx_explain_details(e);
    sx_explain_others(e);
    sx_explain_compared(e);
    sx_explain_about(e);
    return heading;
}

static sx_explanation *finish(sx_explaining *e, const char *heading) {
    explanation *made = g_new0(explanation, 1);
    const sx_annotation *a = e->annotation;
    made->rows = e->writer.rows;
    made->notices = e->writer.notices;
    made->strings = e->writer.strings;
    made->shown = (sx_explanation){
        .title = e->title,
        .headline = e->headline,
        .heading = heading,
        .verdict = (sx_verdict)a->verdict,
        .severity = severity_of(e),
        .diagnosis = a->n_findings > 0 ? sx_finding_of(e, e->lead)->diagnosis : SX_DIAG_NONE,
        .rows = (const sx_row *)(gpointer)made->rows->data,
        .n_rows = made->rows->len,
        .notices = (const sx_notice *)(gpointer)made->notices->data,
        .n_notices = made->notices->len,
    };
    g_array_free(e->writer.words, TRUE);
    g_array_free(e->writer.ends, TRUE);
    sx_findings_free(e->scratch);
    return &made->shown;
}

void sx_explanation_free(sx_explanation *shown) {
    explanation *made = (explanation *)shown;
    if (made == NULL)
        return;
    g_array_free(made->rows, TRUE);
    g_array_free(made->notices, TRUE);
    g_string_chunk_free(made->strings);
    g_free(made);
}

/* Whether there is nothing to show: of a message without an annotation and notes that no later frame tells of. */
static gboolean is_empty(const sx_explaining *e) {
    sx_outcome outcome;
    return e->annotation->bare && e->n_notes == 0 &&
           sx_findings_get(e->scratch, SX_SCRATCH_OUTCOME)->n_evidence == 0 &&
           !(e->writer.view->complete &&
             sx_explainer_outcome(e->explainer, e->annotation, e->message, e->packet, &outcome));
}

sx_explanation *sx_explain_annotation(const sx_explainer *explainer,
                                      const sx_annotation *annotation, const sx_message *message,
                                      const sx_packet *packet, const sx_view *view) {
    sx_explaining e = {
        .explainer = explainer,
        .findings = sx_explainer_findings(explainer),
        .annotation = annotation,
        .message = message,
        .packet = packet,
    };
    if (annotation->kind != SX_REQUEST) {
        if (view->no_provisional && annotation->code >= 100 && annotation->code < 200)
            return NULL;
        e.code = sx_knowledge_code(annotation->code);
        e.words = sx_knowledge_text(e.code, sx_annotation_text_method(annotation));
    }
    e.n_notes = sx_notes_find(view->notes, message, e.notes);
    e.situation = sx_situation_read(annotation, message);
    e.scratch = sx_findings_new();
    sx_writer_init(&e.writer, view);
    read_facts(&e);
    const char *heading = is_empty(&e) ? NULL : write_rows(&e);
    sx_explanation *made = finish(&e, heading);
    if (heading != NULL)
        return made;
    sx_explanation_free(made);
    return NULL;
}
