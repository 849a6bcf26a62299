/* SPDX-License-Identifier: GPL-2.0-or-later
 * The report of the messages with an explanation: what each of them says.
 */
#include "report/lines.h"

#include "explanation/explaining.h"
#include "report/filter.h"

/** A message. */
typedef struct {
    gint64 time;
    sx_endpoint source, destination;
    const char *filter;
    guint32 annotation; /* index */
    guint32 conversation;
} line;

static const sx_column columns[] = {
    {"frame", SX_LABEL_REPORTS_FRAME, SX_CELL_NUMBER, 7, 1},
    {"time", SX_LABEL_REPORTS_START, SX_CELL_TEXT, 0, 8},
    {"source", SX_LABEL_REPORTS_FROM, SX_CELL_TEXT, 15, 6},
    {"source_port", 0, SX_CELL_NUMBER, 0, 0},
    {"destination", SX_LABEL_REPORTS_TO, SX_CELL_TEXT, 15, 7},
    {"destination_port", 0, SX_CELL_NUMBER, 0, 0},
    {"code", SX_LABEL_REPORTS_CODE, SX_CELL_OPTIONAL, 4, 3},
    {"method", SX_LABEL_REPORTS_METHOD, SX_CELL_TEXT, 9, 4},
    {"verdict", SX_LABEL_REPORTS_VERDICT, SX_CELL_TEXT, SX_OF_VERDICTS, 2},
    {"severity", 0, SX_CELL_TEXT, 0, 0},
    {"diagnosis", SX_LABEL_REPORTS_DIAGNOSIS, SX_CELL_TEXT, 0, 10},
    {"headline", SX_LABEL_REPORTS_HEADLINE, SX_CELL_TEXT, SX_REST, 5},
    {"what_to_do", 0, SX_CELL_TEXT, 0, 0},
    {"request_frame", 0, SX_CELL_OPTIONAL, 0, 0},
    {"answer_time", SX_LABEL_REPORTS_ANSWER_TIME, SX_CELL_OPTIONAL, 0, 9},
    {"copy_of", 0, SX_CELL_OPTIONAL, 0, 0},
    {"relayed_from", 0, SX_CELL_OPTIONAL, 0, 0},
    {"call_first_frame", 0, SX_CELL_OPTIONAL, 0, 0},
    {"filter", SX_LABEL_REPORTS_FILTER, SX_CELL_TEXT, 0, 11},
};

static void take(sx_report *report, const sx_taken *taken) {
    const sx_packet *packet = taken->packet;
    if (taken->conversation != 0) {
        guint32 *first_frame = sx_report_number(report, taken->conversation);
        *first_frame = *first_frame != 0 ? *first_frame : packet->frame;
    }
    if (taken->kept == 0 ||
        (taken->annotation.n_findings == 0 && taken->annotation.kind == SX_REQUEST))
        return;
    line message = {
        sx_packet_moment(packet), packet->source,
        packet->destination,      sx_report_keep(report, sx_filter_of_conversation(taken->message)),
        taken->kept - 1,          taken->conversation};
    g_array_append_val(report->lines, message);
    sx_report_touch(report, report->lines->len - 1);
}

static void write_address(sx_table *table, const sx_endpoint *end) {
    char *address = sx_ip_text(end->ip, end->ip_len);
    sx_table_text(table, address[0] != '\0' ? address : NULL);
    sx_table_number(table, end->port);
    g_free(address);
}

static void write_row(sx_report *report, sx_explainer *explainer, sx_table *table, guint row) {
    const line *message = &g_array_index(report->lines, line, row);
    sx_annotation a = sx_annotations_get(explainer->annotations, message->annotation);
    char *headline = sx_headline_of(explainer, &a, report->language);
    sx_table_number(table, a.frame);
    sx_table_moment(table, message->time);
    write_address(table, &message->source);
    write_address(table, &message->destination);
    sx_table_optional(table, a.code);
    sx_table_text(table, a.method);
    sx_table_name(table, sx_verdict_name((sx_verdict)a.verdict),
                  sx_verdict_label((sx_verdict)a.verdict));
    sx_table_text(table, sx_severity_name(sx_explain_severity(explainer, &a)));
    sx_table_text(table, sx_diagnosis_id_of(sx_leading_diagnosis(explainer, &a)));
    sx_table_text(table, headline);
    sx_table_text(table, sx_report_what_to_do(explainer, &a, report->language));
    sx_table_optional(table, a.request_frame);
    sx_table_seconds(table, a.answer_time);
    sx_table_optional(table, a.copy_of);
    sx_table_optional(table, a.relayed_from);
    sx_table_optional(
        table, message->conversation != 0 ? *sx_report_number(report, message->conversation) : 0);
    sx_table_text(table, message->filter);
    g_free(headline);
}

const sx_report_form sx_messages_form = {.name = "messages",
                                         .columns = columns,
                                         .n_columns = G_N_ELEMENTS(columns),
                                         .line_size = sizeof(line),
                                         .take = take,
                                         .write = write_row};
