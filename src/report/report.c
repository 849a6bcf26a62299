/* SPDX-License-Identifier: GPL-2.0-or-later
 * What a report remembers of the messages that pass, and the lines it writes.
 */
#include "report/report.h"

#include <string.h>

#include "diagnose/findings.h"
#include "evidence.h"
#include "explainer.h"
#include "explanation/explaining.h"
#include "wire/method.h"
#include "wire/uri.h"

#define MAX_PARTY 128 /* bytes of user and host of a URI that are kept */

/** A conversation. */
typedef struct {
    gint64 start, end;
    gint64 ring_time, talk_time; /* SX_NO_TIME */
    const char *from, *to, *method;
    guint32 first_frame, last_frame; /* first_frame 0: no message of it was taken in */
    guint32 messages;
} call_line;

/** A message with an explanation. */
typedef struct {
    gint64 time;
    sx_endpoint source, destination;
    guint32 annotation; /* index */
    guint32 conversation;
} message_line;

struct sx_report {
    GArray *calls;    /* call_line, by number of the conversation */
    GArray *messages; /* message_line; NULL: not asked for */
    sx_finding_builder *texts;
    sx_language language;
};

sx_report *sx_report_new(gboolean with_messages, sx_language language) {
    sx_report *report = g_new0(sx_report, 1);
    report->language = language;
    report->calls = g_array_new(FALSE, TRUE, sizeof(call_line));
    report->messages = with_messages ? g_array_new(FALSE, FALSE, sizeof(message_line)) : NULL;
    report->texts = sx_findings_new();
    return report;
}

void sx_report_free(sx_report *report) {
    if (report == NULL)
        return;
    g_array_free(report->calls, TRUE);
    if (report->messages != NULL)
        g_array_free(report->messages, TRUE);
    sx_findings_free(report->texts);
    g_free(report);
}

/* "alice@example.com" of From or To; the number of a tel: URI. */
static const char *party(sx_report *report, const sx_message *message, sx_header_id header) {
    char text[MAX_PARTY + 1];
    sx_uri uri;
    if (!sx_uri_read(sx_message_header(message, header), &uri))
        return NULL;
    sx_slice user = sx_slice_head(uri.user, MAX_PARTY / 2);
    sx_slice host = sx_slice_head(uri.host, MAX_PARTY / 2 - 1);
    g_snprintf(text, sizeof text, "%.*s%s%.*s", (int)user.len, user.p,
               user.len > 0 && host.len > 0 ? "@" : "", (int)host.len, host.p);
    return sx_findings_text(report->texts, (sx_slice){text, strlen(text)}, MAX_PARTY);
}

static call_line *line_of(sx_report *report, guint32 conversation) {
    if (report->calls->len <= conversation)
        g_array_set_size(report->calls, conversation + 1);
    return &g_array_index(report->calls, call_line, conversation);
}

static void begin_line(sx_report *report, call_line *line, const sx_message *message,
                       const sx_packet *packet) {
    line->first_frame = packet->frame;
    line->start = packet->time;
    line->ring_time = line->talk_time = SX_NO_TIME;
    line->from = party(report, message, SX_HDR_FROM);
    line->to = party(report, message, SX_HDR_TO);
    line->method = sx_method_name(message->known_method);
}

static void note_times(call_line *line, const sx_annotation *annotation) {
    if (annotation->ring_time != SX_NO_TIME && line->ring_time == SX_NO_TIME)
        line->ring_time = annotation->ring_time;
    if (annotation->talk_time != SX_NO_TIME && line->talk_time == SX_NO_TIME)
        line->talk_time = annotation->talk_time;
}

void sx_report_add(sx_report *report, sx_explainer *explainer, const sx_message *message,
                   const sx_packet *packet, guint ordinal) {
    sx_annotation annotation;
    guint32 call = sx_explainer_call(explainer, packet->frame, ordinal);
    guint32 conversation =
        call != 0 ? sx_conversations_of(explainer->conversations, message, packet, call) : 0;
    guint32 kept = sx_explainer_annotation(explainer, packet->frame, ordinal, &annotation);
    if (conversation != 0) {
        call_line *line = line_of(report, conversation);
        if (line->first_frame == 0)
            begin_line(report, line, message, packet);
        line->last_frame = packet->frame;
        line->end = packet->time;
        line->messages++;
        if (kept != 0)
            note_times(line, &annotation);
    }
    gboolean explained = kept != 0 && (annotation.n_findings > 0 || annotation.kind != SX_REQUEST);
    if (!explained || report->messages == NULL)
        return;
    message_line line = {packet->time, packet->source, packet->destination, kept - 1, conversation};
    g_array_append_val(report->messages, line);
}

/* ---- lines ---- */

/* The first thing to do about a message; NULL: nothing. */
static const char *what_to_do(const sx_explainer *explainer, const sx_annotation *annotation,
                              sx_language language) {
    sx_word shown = 0;
    if (annotation->verdict <= SX_VERDICT_BENIGN)
        return NULL;
    guint diagnosis = sx_leading_diagnosis(explainer, annotation);
    const sx_diagnosis_entry *entry = sx_knowledge_diagnosis(diagnosis);
    gboolean request = annotation->kind == SX_REQUEST;
    sx_situation situation = sx_situation_of(annotation);
    if (diagnosis != SX_DIAG_NONE && (request || !sx_diagnosis_is_default(entry)))
        shown = sx_findings_first(explainer->findings, sx_leading_proof(explainer, annotation),
                                  entry->words.fixes, &situation, 0);
    else if (!request)
        shown = sx_bullets_first(sx_knowledge_text(sx_knowledge_code(annotation->code),
                                                   sx_annotation_text_method(annotation))
                                     .fixes,
                                 &(sx_bullet_facts){.situation = &situation}, 0);
    return shown != 0 ? sx_word_text(language, shown) : NULL;
}

static void write_address(sx_table *table, const sx_endpoint *end) {
    char *address = sx_ip_text(end->ip, end->ip_len);
    sx_table_text(table, address[0] != '\0' ? address : NULL);
    sx_table_number(table, end->port);
    g_free(address);
}

static void write_number(sx_table *table, guint64 number) {
    if (number != 0)
        sx_table_number(table, number);
    else
        sx_table_text(table, NULL);
}

static const sx_column call_columns[] = {
    {"start", SX_LABEL_REPORTS_START, 19, FALSE},
    {"from", SX_LABEL_REPORTS_FROM, 24, FALSE},
    {"to", SX_LABEL_REPORTS_TO, 24, FALSE},
    {"method", 0, 0, FALSE},
    {"kind", SX_LABEL_REPORTS_KIND, 12, FALSE},
    {"code", SX_LABEL_REPORTS_CODE, 4, TRUE},
    {"verdict", SX_LABEL_REPORTS_VERDICT, 11, FALSE},
    {"diagnosis", 0, 0, FALSE},
    {"headline", SX_LABEL_REPORTS_OUTCOME, 0, FALSE},
    {"what_to_do", 0, 0, FALSE},
    {"ring_time", 0, 0, TRUE},
    {"talk_time", 0, 0, TRUE},
    {"first_frame", 0, 0, TRUE},
    {"last_frame", 0, 0, TRUE},
    {"messages", 0, 0, TRUE},
};

static void write_call(sx_table *table, const sx_explainer *explainer, sx_language language,
                       guint32 conversation, const call_line *line) {
    sx_outcome outcome = sx_conversations_outcome(explainer->conversations, conversation);
    sx_annotation decision = {0};
    if (outcome.annotation != 0)
        decision = sx_explainer_decision(explainer, &outcome);
    char *headline = sx_headline_of_outcome(explainer, &outcome, language);
    guint diagnosis = outcome.annotation != 0 ? sx_leading_diagnosis(explainer, &decision) : 0;
    sx_table_moment(table, line->start);
    sx_table_text(table, line->from);
    sx_table_text(table, line->to);
    sx_table_text(table, line->method);
    sx_table_text(table, sx_conversation_kind_name(outcome.kind));
    write_number(table, outcome.state == SX_OUTCOME_CHALLENGED ? decision.code : outcome.code);
    sx_table_text(table, sx_verdict_name(outcome.verdict));
    sx_table_text(table, sx_diagnosis_id_of(diagnosis));
    sx_table_text(table, headline);
    sx_table_text(table,
                  outcome.annotation != 0 ? what_to_do(explainer, &decision, language) : NULL);
    sx_table_seconds(table, line->ring_time);
    sx_table_seconds(table, line->talk_time);
    sx_table_number(table, line->first_frame);
    sx_table_number(table, line->last_frame);
    sx_table_number(table, line->messages);
    g_free(headline);
}

void sx_report_calls(sx_report *report, sx_explainer *explainer, sx_format format, sx_sink sink,
                     void *user) {
    sx_table table;
    sx_table_begin(&table, call_columns, G_N_ELEMENTS(call_columns), format, report->language, sink,
                   user);
    for (guint32 i = 1; i < report->calls->len; i++) {
        const call_line *line = &g_array_index(report->calls, call_line, i);
        if (line->first_frame != 0)
            write_call(&table, explainer, report->language, i, line);
    }
    sx_table_end(&table);
}

static const sx_column message_columns[] = {
    {"frame", SX_LABEL_REPORTS_FRAME, 7, TRUE},
    {"time", 0, 0, FALSE},
    {"source", SX_LABEL_REPORTS_FROM, 15, FALSE},
    {"source_port", 0, 0, TRUE},
    {"destination", SX_LABEL_REPORTS_TO, 15, FALSE},
    {"destination_port", 0, 0, TRUE},
    {"code", SX_LABEL_REPORTS_CODE, 4, TRUE},
    {"method", SX_LABEL_REPORTS_METHOD, 9, FALSE},
    {"verdict", SX_LABEL_REPORTS_VERDICT, 11, FALSE},
    {"severity", 0, 0, FALSE},
    {"diagnosis", 0, 0, FALSE},
    {"headline", SX_LABEL_REPORTS_HEADLINE, 0, FALSE},
    {"what_to_do", 0, 0, FALSE},
    {"request_frame", 0, 0, TRUE},
    {"answer_time", 0, 0, TRUE},
    {"copy_of", 0, 0, TRUE},
    {"relayed_from", 0, 0, TRUE},
    {"call_first_frame", 0, 0, TRUE},
};

static void write_message(sx_table *table, sx_report *report, const sx_explainer *explainer,
                          const message_line *line) {
    static const char *const severities[] = {"chat", "note", "warning", "error"};
    sx_annotation a = sx_annotations_get(explainer->annotations, line->annotation);
    char *headline = sx_headline_of(explainer, &a, report->language);
    sx_table_number(table, a.frame);
    sx_table_moment(table, line->time);
    write_address(table, &line->source);
    write_address(table, &line->destination);
    write_number(table, a.code);
    sx_table_text(table, a.method);
    sx_table_text(table, sx_verdict_name((sx_verdict)a.verdict));
    sx_table_text(table, severities[sx_explain_severity(explainer, &a)]);
    sx_table_text(table, sx_diagnosis_id_of(sx_leading_diagnosis(explainer, &a)));
    sx_table_text(table, headline);
    sx_table_text(table, what_to_do(explainer, &a, report->language));
    write_number(table, a.request_frame);
    sx_table_seconds(table, a.answer_time);
    write_number(table, a.copy_of);
    write_number(table, a.relayed_from);
    write_number(table,
                 line->conversation != 0 ? line_of(report, line->conversation)->first_frame : 0);
    g_free(headline);
}

void sx_report_messages(sx_report *report, sx_explainer *explainer, sx_format format, sx_sink sink,
                        void *user) {
    sx_table table;
    sx_table_begin(&table, message_columns, G_N_ELEMENTS(message_columns), format, report->language,
                   sink, user);
    for (guint i = 0; report->messages != NULL && i < report->messages->len; i++)
        write_message(&table, report, explainer, &g_array_index(report->messages, message_line, i));
    sx_table_end(&table);
}
