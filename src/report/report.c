/* SPDX-License-Identifier: GPL-2.0-or-later
 * What all reports have in common: lines that are collected, touched and written.
 */
#include "report/lines.h"

#include <string.h>

#include "explanation/explaining.h"
#include "wire/uri.h"

#define MAX_TEXT 4096 /* bytes of a text that is kept */
#define MAX_PARTY 128 /* bytes of user and host of a URI that are kept */

static const sx_report_form *const forms[SX_N_REPORTS] = {
    [SX_REPORT_CALLS] = &sx_calls_form,     [SX_REPORT_MESSAGES] = &sx_messages_form,
    [SX_REPORT_SUMMARY] = &sx_summary_form, [SX_REPORT_FINDINGS] = &sx_findings_form,
    [SX_REPORT_LADDER] = &sx_ladder_form,
};

const char *sx_report_name(sx_report_kind kind) {
    return forms[kind]->name;
}

const sx_column *sx_report_columns(sx_report_kind kind, guint *n) {
    *n = forms[kind]->n_columns;
    return forms[kind]->columns;
}

sx_report *sx_report_new(sx_report_kind kind, sx_language language) {
    sx_report *report = g_new0(sx_report, 1);
    report->form = forms[kind];
    report->language = language;
    report->lines = g_array_new(FALSE, TRUE, (guint)report->form->line_size);
    report->seen = g_array_new(FALSE, TRUE, (guint)report->form->line_size);
    report->numbers = g_array_new(FALSE, TRUE, sizeof(guint32));
    report->texts = sx_findings_new();
    report->changed = g_array_new(FALSE, FALSE, sizeof(guint));
    return report;
}

void sx_report_free(sx_report *report) {
    if (report == NULL)
        return;
    g_array_free(report->lines, TRUE);
    g_array_free(report->seen, TRUE);
    g_array_free(report->numbers, TRUE);
    if (report->rows != NULL)
        g_hash_table_destroy(report->rows);
    sx_findings_free(report->texts);
    g_array_free(report->changed, TRUE);
    g_free(report);
}

void sx_report_touch(sx_report *report, guint row) {
    /* Nobody may ask for the changes; they are few between two messages. */
    if (report->changed->len < G_MAXUINT8)
        g_array_append_val(report->changed, row);
}

guint32 *sx_report_number(sx_report *report, guint32 of) {
    if (report->numbers->len <= of)
        g_array_set_size(report->numbers, of + 1);
    return &g_array_index(report->numbers, guint32, of);
}

const char *sx_report_keep(sx_report *report, char *text) {
    if (text == NULL)
        return NULL;
    const char *kept = sx_findings_text(report->texts, (sx_slice){text, strlen(text)}, MAX_TEXT);
    g_free(text);
    return kept;
}

const char *sx_report_party(sx_report *report, const sx_message *message, sx_header_id header) {
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

void sx_report_add(sx_report *report, sx_explainer *explainer, const sx_message *message,
                   const sx_packet *packet, guint ordinal) {
    sx_taken taken = {.explainer = explainer, .message = message, .packet = packet};
    guint32 call = sx_explainer_call(explainer, packet->frame, ordinal);
    if (call != 0)
        taken.conversation = sx_conversations_of(explainer->conversations, message, packet, call);
    taken.kept = sx_explainer_annotation(explainer, packet->frame, ordinal, &taken.annotation);
    report->form->take(report, &taken);
}

void sx_report_add_unseen(sx_report *report, sx_unseen unseen, const sx_unseen_at *at) {
    if (report->form->take_unseen != NULL && unseen != SX_UNSEEN_NOTHING)
        report->form->take_unseen(report, unseen, at);
}

void sx_report_write(sx_report *report, sx_explainer *explainer, sx_format format, sx_sink sink,
                     void *user) {
    const sx_report_form *form = report->form;
    sx_table table;
    sx_table_begin(&table, form->columns, form->n_columns, format, report->language, sink, user);
    if (form->write_all != NULL)
        form->write_all(report, explainer, &table);
    for (guint row = 0; form->write_all == NULL && row < report->lines->len; row++)
        form->write(report, explainer, &table, row);
    sx_table_end(&table);
}

void sx_report_show_changes(sx_report *report, sx_explainer *explainer, sx_cell_sink cells,
                            void *user) {
    const sx_report_form *form = report->form;
    sx_table table;
    sx_table_begin_window(&table, form->columns, form->n_columns, report->language, cells, user);
    for (guint i = 0; i < report->changed->len; i++) {
        guint row = g_array_index(report->changed, guint, i);
        sx_table_begin_row(&table, row);
        form->write(report, explainer, &table, row);
    }
    g_array_set_size(report->changed, 0);
    sx_table_end(&table);
}

const char *sx_report_what_to_do(const sx_explainer *explainer, const sx_annotation *annotation,
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
