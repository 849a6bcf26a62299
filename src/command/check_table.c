/* SPDX-License-Identifier: GPL-2.0-or-later
 * Findings as lines of CSV (RFC 4180) or JSON, each with the name of its file.
 */
#include <string.h>

#include "command/check.h"
#include "report/report.h"

static gboolean is_number(const char *name) {
    guint n;
    const sx_column *columns = sx_report_columns(SX_REPORT_FINDINGS, &n);
    for (guint i = 0; i < n; i++) {
        if (strcmp(columns[i].name, name) == 0)
            return columns[i].type != SX_CELL_TEXT;
    }
    return FALSE;
}

static void append_json(GString *out, const char *name, const char *cell) {
    g_string_append_printf(out, ", \"%s\": ", name);
    if (cell[0] == '\0') {
        g_string_append(out, "null");
    } else if (is_number(name)) {
        g_string_append(out, cell);
    } else {
        g_string_append_c(out, '"');
        sx_append_json(out, cell);
        g_string_append_c(out, '"');
    }
}

void sx_check_append_record(GString *out, sx_format format, const sx_checked *checked,
                            guint record) {
    GPtrArray *records = checked->findings.records;
    char **names = (char **)g_ptr_array_index(records, 0);
    char **cells = (char **)g_ptr_array_index(records, record);
    char *file = g_filename_display_name(checked->file);
    if (format == SX_FORMAT_CSV) {
        sx_append_csv(out, record == 0 ? "file" : file);
        for (guint n = 0; cells[n] != NULL; n++) {
            g_string_append_c(out, ',');
            sx_append_csv(out, cells[n]);
        }
        g_string_append(out, "\r\n");
    } else {
        g_string_append(out, "{\"file\": \"");
        sx_append_json(out, file);
        g_string_append_c(out, '"');
        for (guint n = 0; names[n] != NULL && cells[n] != NULL; n++)
            append_json(out, names[n], cells[n]);
        g_string_append(out, "}\n");
    }
    g_free(file);
}

sx_verdict sx_checked_worst(const sx_checked *checked) {
    sx_verdict worst = SX_VERDICT_NORMAL;
    for (guint i = 1; i <= sx_records_count(&checked->findings); i++) {
        sx_verdict verdict;
        if (sx_verdict_from_name(sx_records_cell(&checked->findings, i, "verdict"), &verdict))
            worst = MAX(worst, verdict);
    }
    return worst;
}
