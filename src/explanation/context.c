/* SPDX-License-Identifier: GPL-2.0-or-later
 * The first rows: verdict, which request it answers and when; what SIP's own tree shows above stands in fields only.
 */
#include "explanation/explaining.h"
#include "explanation/labels.h"

static void hide_code(sx_explaining *e) {
    const sx_annotation *annotation = e->annotation;
    sx_writer *w = &e->writer;
    if (annotation->kind != SX_REQUEST) {
        gboolean reported = annotation->kind == SX_SIPFRAG;
        sx_writer_hide_number(w, reported ? SX_FIELD_SIPFRAG_CODE : SX_FIELD_CODE,
                              annotation->code);
        sx_writer_hide_text(w, SX_FIELD_NAME, e->code->name);
        sx_writer_hide_text(w, SX_FIELD_PHRASE, annotation->phrase);
        if (annotation->code >= 100 && annotation->code < 700)
            sx_writer_hide_number(w, SX_FIELD_CLASS, annotation->code / 100u);
    }
    sx_writer_hide_text(w, SX_FIELD_METHOD, annotation->method);
}

/* A duration as evidence shows it. */
static char *duration(gint64 microseconds) {
    GString *text = g_string_new(NULL);
    sx_knowledge_append_time(text, (guint64)microseconds);
    return g_string_free(text, FALSE);
}

/* What the message is to others: behind the verdict, in the same row. NULL: nothing. */
static char *relation(const sx_annotation *a) {
    if (a->quoted)
        return g_strdup("quoted in an error message or in another message, nobody sent it here");
    if (a->copy_of != 0)
        return g_strdup_printf("copy of frame %u", a->copy_of);
    if (a->kind == SX_REQUEST) {
        if (a->talk_time == SX_NO_TIME)
            return NULL;
        char *talk = duration(a->talk_time);
        char *text = g_strdup_printf("ends a call of %s", talk);
        g_free(talk);
        return text;
    }
    if (a->kind == SX_SIPFRAG)
        return NULL;
    if (a->request_frame == 0)
        return g_strdup("its request is not in this capture");
    char *answer = duration(a->answer_time == SX_NO_TIME ? 0 : a->answer_time);
    char *ring = a->ring_time != SX_NO_TIME ? duration(a->ring_time) : NULL;
    char *text = g_strdup_printf("answers frame %u after %s%s%s", a->request_frame, answer,
                                 ring != NULL ? ", rang for " : "", ring != NULL ? ring : "");
    g_free(answer);
    g_free(ring);
    return text;
}

static void add_verdict(sx_explaining *e) {
    const sx_annotation *a = e->annotation;
    const char *verdict = sx_verdict_name((sx_verdict)a->verdict);
    char *related = relation(a);
    char *text = related != NULL ? g_strdup_printf("%s, %s", verdict, related) : g_strdup(verdict);
    if (a->relayed_from != 0) {
        char *relayed = g_strdup_printf("%s, relayed from frame %u", text, a->relayed_from);
        g_free(text);
        text = relayed;
    }
    sx_writer_fold(&e->writer, sx_writer_text_as(&e->writer, SX_FIELD_VERDICT, SX_LABEL_VERDICT,
                                                 text, verdict));
    g_free(text);
    g_free(related);
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
        sx_writer_hide_text(w, SX_FIELD_QUOTED,
                            "in an error message or in another message: nobody sent it here");
    w->depth--;
}

/* What came of the whole conversation: for filters, so that they find every message of it. */
static void hide_outcome(sx_explaining *e) {
    sx_writer *w = &e->writer;
    sx_outcome outcome;
    if (!w->view->complete ||
        !sx_explainer_outcome(e->explainer, e->annotation, e->message, e->packet, &outcome))
        return;
    char *headline = sx_headline_of_outcome(e->explainer, &outcome);
    sx_writer_hide_text(w, SX_FIELD_CALL_KIND, sx_conversation_kind_name(outcome.kind));
    sx_writer_hide_text(w, SX_FIELD_CALL_VERDICT, sx_verdict_name(outcome.verdict));
    sx_writer_hide_number(w, SX_FIELD_CALL_CODE, outcome.code);
    if (outcome.annotation != 0) {
        sx_annotation decision = sx_explainer_decision(e->explainer, &outcome);
        guint diagnosis = sx_leading_diagnosis(e->explainer, &decision);
        sx_writer_hide_text(w, SX_FIELD_CALL_DIAGNOSIS, sx_knowledge_diagnosis(diagnosis)->id);
    }
    sx_writer_hide_text(w, SX_FIELD_CALL_HEADLINE, headline);
    g_free(headline);
}

void sx_explain_context(sx_explaining *e) {
    hide_code(e);
    if (!e->annotation->bare)
        add_verdict(e);
    add_frames_and_times(e);
    hide_outcome(e);
}
