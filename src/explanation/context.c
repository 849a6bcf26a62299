/* SPDX-License-Identifier: GPL-2.0-or-later
 * The first rows: verdict, which request it answers and when; what SIP's own tree shows above stands in fields only.
 */
#include "explanation/explaining.h"

static void hide_code(sx_explaining *e) {
    const sx_annotation *annotation = e->annotation;
    sx_writer *w = &e->writer;
    if (annotation->kind != SX_REQUEST) {
        gboolean reported = annotation->kind == SX_SIPFRAG;
        sx_writer_hide_number(w, reported ? SX_FIELD_SIPFRAG_CODE : SX_FIELD_CODE,
                              annotation->code);
        sx_writer_hide_text(w, SX_FIELD_NAME, sx_knowledge_registered_name(e->code));
        sx_writer_hide_text(w, SX_FIELD_PHRASE, annotation->phrase);
        if (annotation->code >= 100 && annotation->code < 700)
            sx_writer_hide_number(w, SX_FIELD_CLASS, annotation->code / 100u);
    }
    sx_writer_hide_text(w, SX_FIELD_METHOD, annotation->method);
}

/* What the message is to others: behind the verdict, in the same row. Nothing is printed where there is nothing to say. */
static void print_relation(const sx_explaining *e, GString *out) {
    const sx_annotation *a = e->annotation;
    sx_language language = e->writer.view->language;
    if (a->quoted)
        g_string_append(out, sx_say(e, SX_LABEL_RELATIONS_QUOTED));
    else if (a->copy_of != 0)
        sx_label_relations_copy(language, out, a->copy_of);
    else if (a->kind == SX_REQUEST && a->talk_time != SX_NO_TIME)
        sx_label_relations_ends_call_of(language, out, a->talk_time);
    else if (a->kind != SX_RESPONSE)
        return;
    else if (a->request_frame == 0)
        g_string_append(out, sx_say(e, SX_LABEL_RELATIONS_NO_REQUEST));
    else if (a->answer_time == SX_NO_TIME)
        sx_label_relations_answers_at_some_time(language, out, a->request_frame);
    else if (a->ring_time == SX_NO_TIME)
        sx_label_relations_answers(language, out, a->request_frame, a->answer_time);
    else
        sx_label_relations_answers_after_ringing(language, out, a->request_frame, a->answer_time,
                                                 a->ring_time);
}

static void add_verdict(sx_explaining *e) {
    const sx_annotation *a = e->annotation;
    sx_writer *w = &e->writer;
    sx_language language = w->view->language;
    GString *text = g_string_new(sx_say(e, sx_verdict_label((sx_verdict)a->verdict)));
    GString *part = g_string_new(NULL);
    print_relation(e, part);
    sx_word_append_item(language, text, part->str);
    g_string_truncate(part, 0);
    if (a->relayed_from != 0)
        sx_label_relations_relayed(language, part, a->relayed_from);
    sx_word_append_item(language, text, part->str);
    sx_writer_fold(w, sx_writer_text_as(w, SX_FIELD_VERDICT, sx_say(e, SX_LABEL_ROWS_VERDICT),
                                        text->str, sx_verdict_name((sx_verdict)a->verdict)));
    g_string_free(text, TRUE);
    g_string_free(part, TRUE);
}

static void add_frames_and_times(sx_explaining *e) {
    const sx_annotation *a = e->annotation;
    sx_writer *w = &e->writer;
    w->depth++;
    if (a->request_frame != 0)
        sx_writer_further_frame(w, SX_FIELD_REQUEST_FRAME, a->request_frame);
    if (a->copy_of != 0)
        sx_writer_further_frame(w, SX_FIELD_COPY_OF, a->copy_of);
    if (a->relayed_from != 0)
        sx_writer_further_frame(w, SX_FIELD_RELAYED_FROM, a->relayed_from);
    sx_writer_hide_number(w, SX_FIELD_RETRY_FRAME, a->retry_frame);
    sx_writer_hide_number(w, SX_FIELD_FINAL_FRAME, a->final_frame);
    sx_writer_hide_time(w, SX_FIELD_ANSWER_TIME, a->answer_time);
    sx_writer_hide_time(w, SX_FIELD_RING_TIME, a->ring_time);
    sx_writer_hide_time(w, SX_FIELD_TALK_TIME, a->talk_time);
    if (a->quoted)
        sx_writer_hide_text(w, SX_FIELD_QUOTED, sx_say(e, SX_LABEL_RELATIONS_QUOTED_WHERE));
    w->depth--;
}

/* What came of the whole conversation: for filters, so that they find every message of it. */
static void hide_outcome(sx_explaining *e) {
    sx_writer *w = &e->writer;
    sx_outcome outcome;
    if (!w->view->complete ||
        !sx_explainer_outcome(e->explainer, e->annotation, e->message, e->packet, &outcome))
        return;
    char *headline = sx_headline_of_outcome(e->explainer, &outcome, w->view->language);
    sx_writer_hide_text(w, SX_FIELD_CALL_KIND, sx_conversation_kind_name(outcome.kind));
    sx_writer_hide_text(w, SX_FIELD_CALL_VERDICT, sx_verdict_name(outcome.verdict));
    sx_writer_hide_number(w, SX_FIELD_CALL_CODE, outcome.code);
    if (outcome.annotation != 0) {
        sx_annotation decision = sx_explainer_decision(e->explainer, &outcome);
        guint diagnosis = sx_leading_diagnosis(e->explainer, &decision);
        sx_writer_hide_text(w, SX_FIELD_CALL_DIAGNOSIS, sx_diagnosis_id_of(diagnosis));
    }
    sx_writer_hide_text(w, SX_FIELD_CALL_HEADLINE, headline);
    g_free(headline);
}

void sx_explain_notes(sx_explaining *e) {
    for (guint i = 0; i < e->n_notes; i++)
        sx_writer_text(&e->writer, SX_FIELD_NOTE, sx_say(e, SX_LABEL_ROWS_NOTE), e->notes[i]->text);
}

void sx_explain_context(sx_explaining *e) {
    hide_code(e);
    if (!e->annotation->bare)
        add_verdict(e);
    add_frames_and_times(e);
    hide_outcome(e);
}
