/* SPDX-License-Identifier: GPL-2.0-or-later
 * The report of the calls: what came of each, who with whom, when and how long.
 */
#include "report/lines.h"

#include <string.h>

#include "explanation/explaining.h"
#include "report/filter.h"
#include "wire/method.h"

/** A conversation. */
typedef struct {
    gint64 start;
    gint64 ring_time, talk_time; /* SX_NO_TIME */
    const char *from, *to, *method, *filter;
    guint32 conversation;
    guint32 first_frame, last_frame;
    guint32 messages;
} line;

static const sx_column columns[] = {
    {"first_frame", SX_LABEL_REPORTS_FRAME, SX_CELL_NUMBER, 7, 1},
    {"last_frame", 0, SX_CELL_NUMBER, 0, 0},
    {"start", SX_LABEL_REPORTS_START, SX_CELL_TEXT, 19, 8},
    {"from", SX_LABEL_REPORTS_FROM, SX_CELL_TEXT, 24, 5},
    {"to", SX_LABEL_REPORTS_TO, SX_CELL_TEXT, 24, 6},
    {"method", 0, SX_CELL_TEXT, 0, 0},
    {"kind", SX_LABEL_REPORTS_KIND, SX_CELL_TEXT, SX_OF_KINDS, 7},
    {"code", SX_LABEL_REPORTS_CODE, SX_CELL_OPTIONAL, 4, 3},
    {"verdict", SX_LABEL_REPORTS_VERDICT, SX_CELL_TEXT, SX_OF_VERDICTS, 2},
    {"diagnosis", SX_LABEL_REPORTS_DIAGNOSIS, SX_CELL_TEXT, 0, 0},
    {"headline", SX_LABEL_REPORTS_OUTCOME, SX_CELL_TEXT, SX_REST, 4},
    {"what_to_do", 0, SX_CELL_TEXT, 0, 0},
    {"ring_time", SX_LABEL_REPORTS_RING_TIME, SX_CELL_OPTIONAL, 0, 9},
    {"talk_time", SX_LABEL_REPORTS_TALK_TIME, SX_CELL_OPTIONAL, 0, 10},
    {"messages", SX_LABEL_REPORTS_MESSAGES, SX_CELL_NUMBER, 0, 11},
    {"filter", SX_LABEL_REPORTS_FILTER, SX_CELL_TEXT, 0, 12},
};

/* The line of the conversation that a message belongs to, begun with the first one. */
static line *line_of(sx_report *report, const sx_taken *taken, guint *row) {
    guint32 *number = sx_report_number(report, taken->conversation);
    if (*number == 0) {
        line new = {
            .start = sx_packet_moment(taken->packet),
            .ring_time = SX_NO_TIME,
            .talk_time = SX_NO_TIME,
            .from = sx_report_party(report, taken->message, SX_HDR_FROM),
            .to = sx_report_party(report, taken->message, SX_HDR_TO),
            .method = sx_method_name(taken->message->known_method),
            .filter = sx_report_keep(report, sx_filter_of_conversation(taken->message)),
            .conversation = taken->conversation,
            .first_frame = taken->packet->frame,
        };
        g_array_append_val(report->lines, new);
        *number = report->lines->len;
    }
    *row = *number - 1;
    return &g_array_index(report->lines, line, *row);
}

static void take(sx_report *report, const sx_taken *taken) {
    guint row;
    if (taken->conversation == 0)
        return;
    line *call = line_of(report, taken, &row);
    call->last_frame = taken->packet->frame;
    call->messages++;
    if (taken->kept != 0 && call->ring_time == SX_NO_TIME)
        call->ring_time = taken->annotation.ring_time;
    if (taken->kept != 0 && call->talk_time == SX_NO_TIME)
        call->talk_time = taken->annotation.talk_time;
    sx_report_touch(report, row);
}

static void write_row(sx_report *report, sx_explainer *explainer, sx_table *table, guint row) {
    const line *call = &g_array_index(report->lines, line, row);
    sx_outcome outcome = sx_conversations_outcome(explainer->conversations, call->conversation);
    sx_annotation decision = {0};
    gboolean decided = outcome.annotation != 0;
    if (decided)
        decision = sx_explainer_decision(explainer, &outcome);
    char *headline = sx_headline_of_outcome(explainer, &outcome, report->language);
    sx_table_number(table, call->first_frame);
    sx_table_number(table, call->last_frame);
    sx_table_moment(table, call->start);
    sx_table_text(table, call->from);
    sx_table_text(table, call->to);
    sx_table_text(table, call->method);
    sx_table_name(table, sx_conversation_kind_name(outcome.kind),
                  sx_conversation_kind_label(outcome.kind));
    sx_table_optional(table, sx_outcome_is_pending(&outcome) ? decision.code : outcome.code);
    sx_table_name(table, sx_verdict_name(outcome.verdict), sx_verdict_label(outcome.verdict));
    sx_table_text(table,
                  decided ? sx_diagnosis_id_of(sx_leading_diagnosis(explainer, &decision)) : NULL);
    sx_table_text(table, headline);
    sx_table_text(table,
                  decided ? sx_report_what_to_do(explainer, &decision, report->language) : NULL);
    sx_table_seconds(table, call->ring_time);
    sx_table_seconds(table, call->talk_time);
    sx_table_number(table, call->messages);
    sx_table_text(table, call->filter);
    g_free(headline);
}

const sx_report_form sx_calls_form = {.name = "calls",
                                      .columns = columns,
                                      .n_columns = G_N_ELEMENTS(columns),
                                      .line_size = sizeof(line),
                                      .take = take,
                                      .write = write_row};
