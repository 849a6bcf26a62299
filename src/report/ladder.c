/* SPDX-License-Identifier: GPL-2.0-or-later
 * The report of the ladders: the messages of each conversation that failed, one after the other, to be drawn. Bounded:
 * a row without a source tells how many messages are left out at its place, one without a first frame how many
 * conversations.
 */
#include "report/lines.h"

#include <string.h>

#include "explanation/explaining.h"
#include "wire/method.h"

#define MAX_CONVERSATIONS 20
#define MAX_FIRST 12  /* messages from the start of a long conversation */
#define MAX_BEFORE 20 /* before the one that decided it */
#define MAX_BEHIND 8  /* behind it */
#define MAX_MESSAGES (MAX_FIRST + MAX_BEFORE + MAX_BEHIND)

/** A message. */
typedef struct {
    gint64 time;
    sx_endpoint source, destination;
    const char *from, *to; /* of the first message of a conversation */
    const char *method;    /* constant */
    guint32 frame, conversation;
    guint32 next; /* 1 + the next line of the conversation; 0: none */
    guint32 last; /* 1 + the last line so far, kept in the first one */
    guint16 code;
} line;

static const sx_column columns[] = {
    {"ladder", SX_LABEL_REPORTS_LADDER, SX_CELL_OPTIONAL, 7, 0},
    {"frame", SX_LABEL_REPORTS_FRAME, SX_CELL_OPTIONAL, 7, 0},
    {"time", SX_LABEL_REPORTS_START, SX_CELL_TEXT, 0, 0},
    {"source", SX_LABEL_REPORTS_FROM, SX_CELL_TEXT, 15, 0},
    {"source_port", 0, SX_CELL_OPTIONAL, 0, 0},
    {"destination", SX_LABEL_REPORTS_TO, SX_CELL_TEXT, 15, 0},
    {"destination_port", 0, SX_CELL_OPTIONAL, 0, 0},
    {"code", SX_LABEL_REPORTS_CODE, SX_CELL_OPTIONAL, 4, 0},
    {"method", SX_LABEL_REPORTS_METHOD, SX_CELL_TEXT, 9, 0},
    {"decides", 0, SX_CELL_OPTIONAL, 0, 0},
    {"left_out", 0, SX_CELL_OPTIONAL, 0, 0},
    {"from", 0, SX_CELL_TEXT, 0, 0},
    {"to", 0, SX_CELL_TEXT, 0, 0},
    {"headline", SX_LABEL_REPORTS_OUTCOME, SX_CELL_TEXT, SX_REST, 0},
};

static line *line_at(const sx_report *report, guint32 number) {
    return &g_array_index(report->lines, line, number - 1);
}

static void take(sx_report *report, const sx_taken *taken) {
    const sx_message *message = taken->message;
    if (taken->conversation == 0 || taken->packet->quoted)
        return;
    guint32 *first = sx_report_number(report, taken->conversation);
    line new = {
        .time = sx_packet_moment(taken->packet),
        .source = taken->packet->source,
        .destination = taken->packet->destination,
        .method = sx_method_name(message->known_method),
        .frame = taken->packet->frame,
        .conversation = taken->conversation,
        .code = message->is_response ? message->code : 0,
    };
    if (*first == 0) {
        new.from = sx_report_party(report, message, SX_HDR_FROM);
        new.to = sx_report_party(report, message, SX_HDR_TO);
    }
    g_array_append_val(report->lines, new);
    if (*first == 0)
        *first = report->lines->len;
    else
        line_at(report, line_at(report, *first)->last)->next = report->lines->len;
    line_at(report, *first)->last = report->lines->len;
}

/* ---- writing ---- */

/** A conversation while it is written. */
typedef struct {
    sx_table *table;
    const line *first;
    const char *headline;
    guint32 decides; /* frame of the message that decided it; 0: none did */
} writing;

static void write_end(sx_table *table, const sx_endpoint *end) {
    char *address = end != NULL ? sx_ip_text(end->ip, end->ip_len) : NULL;
    sx_table_text(table, address);
    sx_table_optional(table, end != NULL ? end->port : 0);
    g_free(address);
}

/* @param one NULL: messages are left out here */
static void write_message(const writing *w, const line *one, guint32 left_out) {
    sx_table *table = w->table;
    sx_table_optional(table, w->first != NULL ? w->first->frame : 0);
    sx_table_optional(table, one != NULL ? one->frame : 0);
    sx_table_moment(table, one != NULL ? one->time : SX_NO_MOMENT);
    write_end(table, one != NULL ? &one->source : NULL);
    write_end(table, one != NULL ? &one->destination : NULL);
    sx_table_optional(table, one != NULL ? one->code : 0);
    sx_table_text(table, one != NULL ? one->method : NULL);
    sx_table_optional(table, one != NULL && one->frame == w->decides ? 1 : 0);
    sx_table_optional(table, left_out);
    sx_table_text(table, w->first != NULL ? w->first->from : NULL);
    sx_table_text(table, w->first != NULL ? w->first->to : NULL);
    sx_table_text(table, w->headline);
}

/* How many messages there are; *place is set to that of the one that decides, else to the last. */
static guint32 count(const sx_report *report, const writing *w, guint32 *place) {
    guint32 n = 0;
    gboolean found = FALSE;
    for (const line *one = w->first; one != NULL;
         one = one->next != 0 ? line_at(report, one->next) : NULL) {
        found = found || one->frame == w->decides;
        *place = found && *place != G_MAXUINT32 && one->frame == w->decides ? n : *place;
        n++;
    }
    if (!found)
        *place = n - 1;
    return n;
}

static void write_messages(const sx_report *report, const writing *w) {
    guint32 decides = 0;
    guint32 n = count(report, w, &decides);
    guint32 place = 0;
    guint32 skipped = 0;
    for (const line *one = w->first; one != NULL;
         one = one->next != 0 ? line_at(report, one->next) : NULL, place++) {
        gboolean near = place + MAX_BEFORE >= decides && place <= decides + MAX_BEHIND;
        if (n > MAX_MESSAGES && place >= MAX_FIRST && !near) {
            skipped++;
            continue;
        }
        if (skipped > 0)
            write_message(w, NULL, skipped);
        skipped = 0;
        write_message(w, one, 0);
    }
    if (skipped > 0)
        write_message(w, NULL, skipped);
}

static void write_conversation(const sx_report *report, sx_explainer *explainer, sx_table *table,
                               const line *first, const sx_outcome *outcome) {
    char *headline = sx_headline_of_outcome(explainer, outcome, report->language);
    writing w = {table, first, headline, 0};
    if (outcome->annotation != 0)
        w.decides = sx_annotations_get(explainer->annotations, outcome->annotation - 1).frame;
    write_messages(report, &w);
    g_free(headline);
}

/* Calls come first, then the rest, each in the order of their first messages. */
static void write_all(sx_report *report, sx_explainer *explainer, sx_table *table) {
    guint32 written = 0;
    guint32 left_out = 0;
    for (guint pass = 0; pass < 2; pass++) {
        for (guint32 i = 1; i <= report->lines->len; i++) {
            const line *one = line_at(report, i);
            if (one->last == 0)
                continue; /* not the first of its conversation */
            sx_outcome outcome =
                sx_conversations_outcome(explainer->conversations, one->conversation);
            if (outcome.verdict < SX_VERDICT_FAILURE ||
                (outcome.kind == SX_KIND_CALL) != (pass == 0))
                continue;
            if (written < MAX_CONVERSATIONS) {
                write_conversation(report, explainer, table, one, &outcome);
                written++;
            } else {
                left_out++;
            }
        }
    }
    if (left_out > 0)
        write_message(&(writing){table, NULL, NULL, 0}, NULL, left_out);
}

const sx_report_form sx_ladder_form = {.name = "ladder",
                                       .columns = columns,
                                       .n_columns = G_N_ELEMENTS(columns),
                                       .line_size = sizeof(line),
                                       .take = take,
                                       .write_all = write_all};
