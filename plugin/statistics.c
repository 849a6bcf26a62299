/* SPDX-License-Identifier: GPL-2.0-or-later
 * Reports in tables of Wireshark's window, which sorts, filters, copies and saves them.
 *
 * Wireshark keeps one table for all windows of a statistic, and each of them reads its rows as long as it is open. So rows
 * that a reset takes out of the table are kept until the last window is closed.
 */
#include "statistics.h"

#include <string.h>

#include "labels.h"
#include "preferences.h"
#include "reports.h"

#define MAX_COLUMNS 16
/* What texts of numbers are filled up to with blanks, so that they sort as numbers. */
#define NUMBER_WIDTH 9

/** A statistic. */
typedef struct {
    sx_report_kind kind;
    sx_word
        title; /* Wireshark keeps those of menus and columns from its start on: in the system's language */
    stat_tap_table_ui ui;
    stat_tap_table_item columns[MAX_COLUMNS];
    guint8 types[MAX_COLUMNS]; /* sx_cell_type */
    sx_report *report;
    GPtrArray *retired; /* memory of rows that were taken out of the table */
} statistic;

static statistic statistics[SX_REPORT_LADDER] = {
    {.kind = SX_REPORT_CALLS, .title = SX_LABEL_REPORTS_CALLS},
    {.kind = SX_REPORT_MESSAGES, .title = SX_LABEL_REPORTS_MESSAGES},
    {.kind = SX_REPORT_SUMMARY, .title = SX_LABEL_PLUGIN_SUMMARY},
    {.kind = SX_REPORT_FINDINGS, .title = SX_LABEL_PLUGIN_FINDINGS},
};

static statistic *statistic_of(const stat_tap_table_ui *ui) {
    guint i = 0;
    while (&statistics[i].ui != ui)
        i++;
    return &statistics[i];
}

static const char *title_of(const statistic *one) {
    return sx_word_text(sx_language_of_system(), one->title);
}

static stat_tap_table *table_of(const statistic *one) {
    return one->ui.tables != NULL && one->ui.tables->len > 0
               ? g_array_index(one->ui.tables, stat_tap_table *, 0)
               : NULL;
}

static void retire_rows(statistic *one, stat_tap_table *table) {
    for (guint row = 0; row < table->num_elements; row++) {
        for (guint i = 0; i < table->num_fields; i++) {
            if (table->elements[row][i].type == TABLE_ITEM_STRING)
                g_ptr_array_add(one->retired, (gpointer)table->elements[row][i].value.string_value);
        }
        g_ptr_array_add(one->retired, table->elements[row]);
    }
    table->num_elements = 0;
}

/* The table is begun anew: a window is opened, or its filter has changed. */
static void begin(stat_tap_table_ui *ui) {
    statistic *one = statistic_of(ui);
    stat_tap_table *table = table_of(one);
    sx_report_free(one->report);
    one->report = sx_report_new(one->kind, sx_preferences_language());
    if (table != NULL) {
        retire_rows(one, table);
        return;
    }
    g_ptr_array_set_size(one->retired, 0); /* no window is open any more */
    stat_tap_add_table(ui, stat_tap_init_table(title_of(one), (int)ui->nfields, 0, NULL));
}

/* Wireshark empties the tables before packets pass again. */
static void reset(stat_tap_table *table) {
    for (guint i = 0; i < SX_REPORT_LADDER; i++) {
        if (table_of(&statistics[i]) == table)
            begin(&statistics[i].ui);
    }
}

static void free_cell(stat_tap_table *table _U_, guint row _U_, guint column _U_,
                      stat_tap_table_item_type *cell) {
    if (cell->type == TABLE_ITEM_STRING)
        g_free((gpointer)cell->value.string_value);
}

static void add_row(statistic *one, stat_tap_table *table, guint row) {
    stat_tap_table_item_type cells[MAX_COLUMNS] = {{0}};
    for (guint i = 0; i < table->num_fields; i++)
        cells[i].type = one->types[i] == SX_CELL_NUMBER ? TABLE_ITEM_UINT : TABLE_ITEM_STRING;
    stat_tap_init_table_row(table, row, table->num_fields, cells);
}

/* Puts a cell into the table. Cells of one column are of one type: Wireshark compares them unseen. */
static void set_cell(guint row, guint column, const char *text, void *user) {
    statistic *one = (statistic *)user;
    stat_tap_table *table = table_of(one);
    if (row >= table->num_elements)
        add_row(one, table, row);
    stat_tap_table_item_type *cell = &table->elements[row][column];
    if (cell->type == TABLE_ITEM_UINT) {
        cell->value.uint_value = (guint)g_ascii_strtoull(text, NULL, 10);
        return;
    }
    if (cell->value.string_value != NULL && strcmp(cell->value.string_value, text) == 0)
        return;
    g_free((gpointer)cell->value.string_value);
    cell->value.string_value = one->types[column] == SX_CELL_TEXT || text[0] == '\0'
                                   ? g_strdup(text)
                                   : g_strdup_printf("%*s", NUMBER_WIDTH, text);
}

static tap_packet_status take(void *tapdata, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                              const void *data, tap_flags_t flags _U_) {
    statistic *one = statistic_of(((stat_data_t *)tapdata)->stat_tap_data);
    const sx_tapped_message *tapped = (const sx_tapped_message *)data;
    if (tapped->unseen != SX_UNSEEN_NOTHING)
        return TAP_PACKET_DONT_REDRAW;
    sx_report_add(one->report, tapped->explainer, &tapped->message, &tapped->packet,
                  tapped->ordinal);
    sx_report_show_changes(one->report, tapped->explainer, set_cell, one);
    return TAP_PACKET_REDRAW;
}

static void set_column(statistic *one, const sx_column *column) {
    guint i = column->place - 1u;
    gboolean is_number = column->type == SX_CELL_NUMBER;
    const char *title = sx_word_text(sx_language_of_system(), column->title);
    one->types[i] = column->type;
    one->columns[i] = (stat_tap_table_item){
        .type = is_number ? TABLE_ITEM_UINT : TABLE_ITEM_STRING,
        .align = column->type == SX_CELL_TEXT ? TAP_ALIGN_LEFT : TAP_ALIGN_RIGHT,
        /* The arrow of the sorted column takes room of its title: of the blanks. */
        .column_name = i == 0 && is_number ? g_strconcat("    ", title, NULL) : title,
        .field_format = is_number ? "%u" : "%s"};
    one->ui.nfields = MAX(one->ui.nfields, i + 1);
}

static void set_columns(statistic *one) {
    guint n;
    const sx_column *columns = sx_report_columns(one->kind, &n);
    one->ui.fields = one->columns;
    for (guint i = 0; i < n; i++) {
        if (columns[i].place != 0 && columns[i].place <= MAX_COLUMNS)
            set_column(one, &columns[i]);
    }
}

void sx_statistics_register(void) {
    static tap_param filter = {PARAM_FILTER, "filter", "Filter", NULL, TRUE};
    for (guint i = 0; i < SX_REPORT_LADDER; i++) {
        statistic *one = &statistics[i];
        one->retired = g_ptr_array_new_with_free_func(g_free);
        one->ui.group = SX_STAT_GROUP_TELEPHONY;
        one->ui.title = g_strconcat("SIP Explain" SX_MENU_SEPARATOR, title_of(one), NULL);
        one->ui.tap_name = "sipexplain";
        one->ui.cli_string = g_strconcat("sipexplain,", sx_report_name(one->kind), NULL);
        one->ui.stat_tap_init_cb = begin;
        one->ui.packet_func = take;
        one->ui.stat_tap_reset_table_cb = reset;
        one->ui.stat_tap_free_table_item_cb = free_cell;
        one->ui.nparams = 1;
        one->ui.params = &filter;
        set_columns(one);
        register_stat_tap_table_ui(&one->ui);
    }
}
