/* SPDX-License-Identifier: GPL-2.0-or-later
 * The report of what needs attention: failures, anomalies and violations, grouped by what happened, worst first. Copies
 * and relayed messages are not counted; a conversation that never got an answer is one of its own kind.
 */
#include "report/lines.h"

#include <string.h>

#include "explanation/explaining.h"
#include "report/filter.h"
#include "wire/keyed_hash.h"

/** A group; or a conversation, with what is needed if it stays without an answer. */
typedef struct {
    const char *from, *to, *filter;
    guint32 annotation; /* 1 + index of that of the first message; 0: there is none */
    guint32 conversation;
    guint32 first_frame;
    guint32 messages, conversations;
    guint64 headline;  /* hash of that of the first message */
    guint16 code;      /* of the group; 0: any */
    guint16 diagnosis; /* sx_diagnosis_id */
    guint8 severity;
    gboolean failure; /* the verdict, not only something odd */
    gboolean varied;  /* its messages have different headlines */
} line;

static const sx_column columns[] = {
    {"first_frame", SX_LABEL_REPORTS_FRAME, SX_CELL_NUMBER, 7, 1},
    {"severity", 0, SX_CELL_TEXT, 0, 0},
    {"verdict", SX_LABEL_REPORTS_VERDICT, SX_CELL_TEXT, SX_OF_VERDICTS, 2},
    {"code", SX_LABEL_REPORTS_CODE, SX_CELL_OPTIONAL, 4, 3},
    {"diagnosis", 0, SX_CELL_TEXT, 0, 0},
    {"conversations", SX_LABEL_REPORTS_CONVERSATIONS, SX_CELL_NUMBER, 5, 5},
    {"messages", SX_LABEL_REPORTS_MESSAGES, SX_CELL_NUMBER, 8, 6},
    {"headline", SX_LABEL_REPORTS_HEADLINE, SX_CELL_TEXT, SX_REST, 4},
    {"evidence", 0, SX_CELL_TEXT, 0, 0},
    {"what_to_do", 0, SX_CELL_TEXT, 0, 0},
    {"from", 0, SX_CELL_TEXT, 0, 7},
    {"to", 0, SX_CELL_TEXT, 0, 8},
    {"filter", 0, SX_CELL_TEXT, 0, 9},
};

/* The group with this key; a new one, all zero, if there is none. */
static line *group_of(sx_report *report, guint64 key, guint *row) {
    gpointer place = GSIZE_TO_POINTER((gsize)key);
    if (report->rows == NULL)
        report->rows = g_hash_table_new(NULL, NULL);
    *row = GPOINTER_TO_UINT(g_hash_table_lookup(report->rows, place));
    if (*row == 0) {
        line new = {0};
        g_array_append_val(report->lines, new);
        *row = report->lines->len;
        g_hash_table_insert(report->rows, place, GUINT_TO_POINTER(*row));
    }
    --*row;
    return &g_array_index(report->lines, line, *row);
}

/* Whether this conversation is new to the group. */
static gboolean is_hit_first(sx_report *report, guint64 group, guint32 conversation) {
    gpointer place = GSIZE_TO_POINTER((gsize)sx_hash_number(group, conversation + 1u));
    return conversation != 0 && g_hash_table_insert(report->rows, place, GUINT_TO_POINTER(1));
}

static void begin(sx_report *report, line *one, const sx_taken *taken) {
    one->from = sx_report_party(report, taken->message, SX_HDR_FROM);
    one->to = sx_report_party(report, taken->message, SX_HDR_TO);
    one->first_frame = taken->packet->frame;
    one->conversation = taken->conversation;
}

static void begin_group(sx_report *report, line *one, const sx_taken *taken, guint diagnosis) {
    GString *filter = g_string_new(NULL);
    begin(report, one, taken);
    one->annotation = taken->kept;
    one->diagnosis = (guint16)diagnosis;
    one->failure = taken->annotation.verdict == SX_VERDICT_FAILURE;
    if (diagnosis == SX_DIAG_NONE) {
        g_string_printf(filter,
                        "sipexplain.code == %u && sipexplain.verdict == ", taken->annotation.code);
        sx_filter_append_string(filter, sx_verdict_name((sx_verdict)taken->annotation.verdict));
    } else {
        g_string_append(filter, "sipexplain.diagnosis == ");
        sx_filter_append_string(filter, sx_diagnosis_id_of(diagnosis));
        if (one->code != 0)
            g_string_append_printf(filter, " && sipexplain.code == %u", one->code);
    }
    one->filter = sx_report_keep(report, g_string_free(filter, FALSE));
}

/* What is said of a conversation if no message decides it. */
static void note_conversation(sx_report *report, const sx_taken *taken) {
    guint32 *number = sx_report_number(report, taken->conversation);
    if (taken->conversation == 0 || *number != 0)
        return;
    line new = {0};
    begin(report, &new, taken);
    new.filter = sx_report_keep(report, sx_filter_of_conversation(taken->message));
    g_array_append_val(report->seen, new);
    *number = report->seen->len;
}

/* A copy and a relayed message repeat the outcome of their original, but what was found on sequence and time is their own. */
static gboolean needs_attention(const sx_taken *taken, guint lead) {
    const sx_annotation *a = &taken->annotation;
    gboolean repeats = a->copy_of != 0 || a->relayed_from != 0;
    return a->verdict >= SX_VERDICT_FAILURE && !a->quoted &&
           !(repeats && sx_knowledge_diagnosis(lead)->slot == SX_SLOT_OUTCOME);
}

/* Whether all headlines of a group are the same: else they name users, numbers or times of their own. */
static void note_headline(sx_report *report, line *group, const sx_taken *taken) {
    if (group->varied)
        return;
    char *text = sx_headline_of(taken->explainer, &taken->annotation, report->language);
    guint64 headline = sx_hash_bytes(1, text, strlen(text));
    g_free(text);
    if (group->messages == 1)
        group->headline = headline;
    group->varied = group->headline != headline;
}

static void take(sx_report *report, const sx_taken *taken) {
    const sx_annotation *a = &taken->annotation;
    guint row;
    note_conversation(report, taken);
    if (taken->kept == 0)
        return;
    guint diagnosis = sx_leading_diagnosis(taken->explainer, a);
    if (!needs_attention(taken, diagnosis))
        return;
    gboolean by_code =
        diagnosis == SX_DIAG_NONE || sx_diagnosis_is_default(sx_knowledge_diagnosis(diagnosis));
    guint16 code = by_code ? a->code : 0;
    guint64 key = sx_hash_number(sx_hash_number(1, diagnosis), code);
    line *group = group_of(report, key, &row);
    if (group->messages++ == 0) {
        group->code = code;
        begin_group(report, group, taken, diagnosis);
    }
    note_headline(report, group, taken);
    group->severity = MAX(group->severity, (guint8)sx_explain_severity(taken->explainer, a));
    if (is_hit_first(report, key, taken->conversation))
        group->conversations++;
    sx_report_touch(report, row);
}

/* ---- writing ---- */

/* Sentences that show it, one after the other. */
static char *evidence_of(const sx_explainer *explainer, const sx_annotation *a,
                         sx_language language) {
    GString *all = g_string_new(NULL);
    guint position = 0;
    sx_evidence evidence;
    if (a->n_findings == 0)
        return g_string_free(all, FALSE);
    const sx_finding *proof = sx_leading_proof(explainer, a);
    while (sx_findings_next_evidence(explainer->findings, proof, &position, &evidence)) {
        if (sx_knowledge_evidence_is_headline(evidence.evidence) || evidence.untimed)
            continue;
        char *text =
            sx_knowledge_evidence_text(language, evidence.evidence, evidence.args, evidence.n_args);
        if (all->len > 0)
            g_string_append(all, "; ");
        g_string_append(all, text);
        g_free(text);
    }
    return g_string_free(all, FALSE);
}

/* What is true of all messages of a group. */
static char *headline_of(const sx_report *report, const sx_explainer *explainer, const line *group,
                         const sx_annotation *first) {
    if (!group->varied)
        return sx_headline_of(explainer, first, report->language);
    sx_word general = group->code != 0
                          ? sx_knowledge_text(sx_knowledge_code(group->code), NULL).headline
                          : sx_knowledge_diagnosis(group->diagnosis)->words.headline;
    return g_strdup(sx_word_text(report->language, general));
}

static void write_group(const sx_report *report, const sx_explainer *explainer, sx_table *table,
                        const line *group) {
    sx_annotation a = sx_annotations_get(explainer->annotations, group->annotation - 1);
    char *headline = headline_of(report, explainer, group, &a);
    char *evidence = evidence_of(explainer, &a, report->language);
    sx_table_number(table, group->first_frame);
    sx_table_text(table, sx_severity_name((sx_severity)group->severity));
    sx_table_name(table, sx_verdict_name((sx_verdict)a.verdict),
                  sx_verdict_label((sx_verdict)a.verdict));
    sx_table_optional(table, a.code);
    sx_table_text(table, sx_diagnosis_id_of(group->diagnosis));
    sx_table_number(table, MAX(group->conversations, 1));
    sx_table_number(table, group->messages);
    sx_table_text(table, headline);
    sx_table_text(table, evidence);
    sx_table_text(table, sx_report_what_to_do(explainer, &a, report->language));
    sx_table_text(table, group->from);
    sx_table_text(table, group->to);
    sx_table_text(table, group->filter);
    g_free(headline);
    g_free(evidence);
}

/* All that stayed without an answer: no message says so. */
static void write_unanswered(const sx_report *report, const sx_explainer *explainer,
                             sx_table *table, const line *first, guint32 count,
                             const sx_outcome *outcome) {
    char *headline = sx_headline_of_outcome(explainer, outcome, report->language);
    sx_table_number(table, first->first_frame);
    sx_table_text(table, sx_severity_name(SX_SEVERITY_NOTE));
    sx_table_name(table, sx_verdict_name(outcome->verdict), sx_verdict_label(outcome->verdict));
    sx_table_optional(table, 0);
    sx_table_text(table, NULL);
    sx_table_number(table, count);
    sx_table_number(table, count);
    sx_table_text(table, headline);
    sx_table_text(table, NULL);
    sx_table_text(table, NULL);
    sx_table_text(table, first->from);
    sx_table_text(table, first->to);
    sx_table_text(table, first->filter);
    g_free(headline);
}

/* The most severe first, failures before oddities, then what hit most conversations, then the earliest. */
static gint compare(gconstpointer left, gconstpointer right) {
    const line *a = (const line *)left;
    const line *b = (const line *)right;
    if (a->severity != b->severity)
        return a->severity > b->severity ? -1 : 1;
    if (a->failure != b->failure)
        return a->failure ? -1 : 1;
    if (a->conversations != b->conversations)
        return a->conversations > b->conversations ? -1 : 1;
    return a->first_frame < b->first_frame ? -1 : a->first_frame > b->first_frame;
}

static void write_groups(sx_report *report, sx_explainer *explainer, sx_table *table) {
    GArray *groups = g_array_new(FALSE, FALSE, sizeof(line));
    g_array_append_vals(groups, report->lines->data, report->lines->len);
    g_array_sort(groups, compare);
    for (guint i = 0; i < groups->len; i++)
        write_group(report, explainer, table, &g_array_index(groups, line, i));
    g_array_free(groups, TRUE);
}

static void write_all(sx_report *report, sx_explainer *explainer, sx_table *table) {
    const line *unanswered[SX_N_KINDS] = {NULL};
    sx_outcome outcomes[SX_N_KINDS];
    guint32 counts[SX_N_KINDS] = {0};
    write_groups(report, explainer, table);
    for (guint i = 0; i < report->seen->len; i++) {
        const line *one = &g_array_index(report->seen, line, i);
        sx_outcome outcome = sx_conversations_outcome(explainer->conversations, one->conversation);
        if (outcome.annotation != 0 || outcome.verdict < SX_VERDICT_FAILURE ||
            counts[outcome.kind]++ != 0)
            continue;
        unanswered[outcome.kind] = one;
        outcomes[outcome.kind] = outcome;
    }
    for (guint kind = 0; kind < SX_N_KINDS; kind++) {
        if (unanswered[kind] != NULL)
            write_unanswered(report, explainer, table, unanswered[kind], counts[kind],
                             &outcomes[kind]);
    }
}

/* In a window rows stay in the order in which they began. */
static void write_row(sx_report *report, sx_explainer *explainer, sx_table *table, guint row) {
    write_group(report, explainer, table, &g_array_index(report->lines, line, row));
}

const sx_report_form sx_findings_form = {.name = "findings",
                                         .columns = columns,
                                         .n_columns = G_N_ELEMENTS(columns),
                                         .line_size = sizeof(line),
                                         .take = take,
                                         .write = write_row,
                                         .write_all = write_all};
