/* SPDX-License-Identifier: GPL-2.0-or-later
 * Rows of cells in three formats. What could steer a terminal or be taken for a formula is made harmless.
 */
#include "report/table.h"

#include <string.h>

#include "explanation/wrap.h"
#include "labels.h"

static void flush(sx_table *table) {
    table->sink(table->line->str, table->line->len, table->user);
    g_string_truncate(table->line, 0);
}

gboolean sx_looks_like_formula(const char *text) {
    if (strchr("=+-@\t\r", text[0]) == NULL || text[0] == '\0')
        return FALSE;
    return text[1 + strspn(text + 1, "0123456789 .()@")] != '\0' || strchr("=@", text[0]) != NULL;
}

void sx_append_csv(GString *out, const char *text) {
    gboolean formula = sx_looks_like_formula(text);
    gboolean quoted = formula || strpbrk(text, ",\"\r\n") != NULL || text[0] == ' ' ||
                      g_str_has_suffix(text, " ");
    if (!quoted) {
        g_string_append(out, text);
        return;
    }
    g_string_append(out, formula ? "\"'" : "\"");
    for (; *text != '\0'; text++) {
        if (*text == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *text);
    }
    g_string_append_c(out, '"');
}

#define LINE_SEPARATORS                                                                            \
    "\xe2\x80" /* U+2028 and U+2029 end a line in JavaScript: E2 80 A8, E2 80 A9 */

void sx_append_json(GString *out, const char *text) {
    for (; *text != '\0'; text++) {
        guchar c = (guchar)*text;
        if (c == '"' || c == '\\')
            g_string_append_printf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            g_string_append_printf(out, "\\u%04x", c);
        else if (c == 0xe2 && (g_str_has_prefix(text, LINE_SEPARATORS "\xa8") ||
                               g_str_has_prefix(text, LINE_SEPARATORS "\xa9"))) {
            g_string_append_printf(out, "\\u%04x", g_utf8_get_char(text));
            text += 2;
        } else
            g_string_append_c(out, (gchar)c);
    }
}

static void append_blanks(GString *out, guint from, guint to) {
    for (; from < to; from++)
        g_string_append_c(out, ' ');
}

/* The text up to some columns; what cannot be printed is a blank. Returns how many it takes. */
static guint append_columns(GString *out, const char *text, guint most) {
    guint taken = 0;
    for (; *text != '\0'; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);
        gboolean shown = sx_word_is_shown(c);
        guint columns = !shown ? 1 : sx_columns_of_char(c);
        if (taken + columns > most)
            break;
        taken += columns;
        if (shown)
            g_string_append_len(out, text, g_utf8_next_char(text) - text);
        else
            g_string_append_c(out, ' ');
    }
    return taken;
}

/* A cell in its column: cut or filled up to the width. */
static void append_in_column(GString *out, const char *text, guint width, gboolean is_text) {
    guint length = sx_columns_of(text);
    if (width == SX_REST) {
        append_columns(out, text, G_MAXUINT);
        return;
    }
    gboolean cut = length > width;
    if (!is_text)
        append_blanks(out, length, width);
    guint taken = append_columns(out, text, cut ? width - 2 : width);
    if (cut)
        g_string_append(out, "..");
    append_blanks(out, is_text ? taken + (cut ? 2 : 0) : width, width);
}

static void end_row(sx_table *table) {
    table->cell = 0;
    if (table->cells != NULL)
        return;
    if (table->format == SX_FORMAT_JSON)
        g_string_append_c(table->line, '}');
    while (table->format == SX_FORMAT_TEXT && g_str_has_suffix(table->line->str, " "))
        g_string_truncate(table->line, table->line->len - 1);
    g_string_append(table->line, table->format == SX_FORMAT_CSV ? "\r\n" : "\n");
    flush(table);
}

static void add_json(GString *line, const sx_column *column, const char *text) {
    g_string_append_printf(line, "%s\"%s\": ", line->len == 0 ? "{" : ", ", column->name);
    if (text == NULL) {
        g_string_append(line, "null");
    } else if (column->type != SX_CELL_TEXT) {
        g_string_append(line, text);
    } else {
        g_string_append_c(line, '"');
        sx_append_json(line, text);
        g_string_append_c(line, '"');
    }
}

static void add_to_window(sx_table *table, const char *text) {
    g_string_truncate(table->line, 0);
    append_in_column(table->line, text, SX_REST, TRUE);
    table->cells(table->row, table->columns[table->cell].place - 1, table->line->str, table->user);
}

/* Adds the text of a cell, NULL for an empty one; that of a number has digits only. */
static void add_cell(sx_table *table, const char *text) {
    const sx_column *column = &table->columns[table->cell];
    const char *words = text != NULL ? text : "";
    if (table->cells != NULL) {
        if (column->place != 0)
            add_to_window(table, words);
    } else if (table->format == SX_FORMAT_CSV) {
        if (table->cell > 0)
            g_string_append_c(table->line, ',');
        sx_append_csv(table->line, words);
    } else if (table->format == SX_FORMAT_JSON) {
        add_json(table->line, column, text);
    } else if (column->width != 0) {
        append_in_column(table->line, words, table->widths[table->cell],
                         column->type == SX_CELL_TEXT);
        g_string_append(table->line, "  ");
    }
    if (++table->cell == table->n_columns)
        end_row(table);
}

/* The widest of labels that stand one behind the other in their file. */
static guint widest(sx_language language, sx_word first, sx_word last) {
    guint width = 0;
    for (sx_word word = first; word <= last; word++)
        width = MAX(width, sx_columns_of(sx_word_text(language, word)));
    return width;
}

static guint width_of(const sx_column *column, sx_language language) {
    guint title = sx_columns_of(sx_word_text(language, column->title));
    switch (column->width) {
    case 0:
    case SX_REST: return column->width;
    case SX_OF_VERDICTS:
        return MAX(title, widest(language, SX_LABEL_VERDICTS_NORMAL, SX_LABEL_VERDICTS_VIOLATION));
    case SX_OF_KINDS:
        return MAX(title, widest(language, SX_LABEL_KINDS_CALL, SX_LABEL_KINDS_OTHER));
    case SX_OF_GROUPS:
        return MAX(title, widest(language, SX_LABEL_GROUPS_ALL, SX_LABEL_GROUPS_ENCRYPTED));
    default: return MAX(title, column->width);
    }
}

void sx_table_begin(sx_table *table, const sx_column *columns, guint n_columns, sx_format format,
                    sx_language language, sx_sink sink, void *user) {
    *table = (sx_table){.columns = columns,
                        .n_columns = n_columns,
                        .format = format,
                        .language = language,
                        .sink = sink,
                        .user = user,
                        .line = g_string_sized_new(256)};
    table->widths = g_new(guint, n_columns);
    for (guint i = 0; i < n_columns; i++)
        table->widths[i] = width_of(&columns[i], language);
    for (guint i = 0; i < n_columns && format != SX_FORMAT_JSON; i++)
        add_cell(table, format == SX_FORMAT_CSV ? columns[i].name
                                                : sx_word_text(language, columns[i].title));
}

void sx_table_begin_window(sx_table *table, const sx_column *columns, guint n_columns,
                           sx_language language, sx_cell_sink cells, void *user) {
    *table = (sx_table){.columns = columns,
                        .n_columns = n_columns,
                        .language = language,
                        .cells = cells,
                        .user = user,
                        .line = g_string_sized_new(256)};
}

void sx_table_begin_row(sx_table *table, guint row) {
    table->row = row;
}

void sx_table_text(sx_table *table, const char *text) {
    add_cell(table, text);
}

void sx_table_name(sx_table *table, const char *name, sx_word label) {
    gboolean read = table->format == SX_FORMAT_TEXT; /* a window's, too */
    add_cell(table, read ? sx_word_text(table->language, label) : name);
}

void sx_table_number(sx_table *table, guint64 number) {
    char text[24];
    g_snprintf(text, sizeof text, "%" G_GUINT64_FORMAT, number);
    add_cell(table, text);
}

void sx_table_optional(sx_table *table, guint64 number) {
    if (number != 0)
        sx_table_number(table, number);
    else
        add_cell(table, NULL);
}

void sx_table_seconds(sx_table *table, gint64 microseconds) {
    char text[40];
    if (microseconds < 0) {
        add_cell(table, NULL);
        return;
    }
    gint64 milliseconds = (microseconds + 500) / 1000;
    g_snprintf(text, sizeof text, "%" G_GINT64_FORMAT ".%03d", milliseconds / 1000,
               (int)(milliseconds % 1000));
    add_cell(table, text);
}

void sx_table_moment(sx_table *table, gint64 microseconds) {
    gint64 seconds = microseconds / G_USEC_PER_SEC;
    gint64 rest = microseconds % G_USEC_PER_SEC;
    if (rest < 0) {
        rest += G_USEC_PER_SEC;
        seconds--;
    }
    GDateTime *moment = g_date_time_new_from_unix_utc(seconds);
    if (moment == NULL) { /* there is none, or a capture claims any */
        add_cell(table, NULL);
        return;
    }
    gboolean brief = table->format == SX_FORMAT_TEXT;
    char *day = g_date_time_format(moment, brief ? "%Y-%m-%d %H:%M:%S" : "%Y-%m-%dT%H:%M:%S");
    char *text = brief ? g_strdup(day) : g_strdup_printf("%s.%06dZ", day, (int)rest);
    add_cell(table, text);
    g_free(text);
    g_free(day);
    g_date_time_unref(moment);
}

void sx_table_end(sx_table *table) {
    g_string_free(table->line, TRUE);
    g_free(table->widths);
}

gboolean sx_format_from_name(const char *name, sx_format *format) {
    static const char *const names[SX_N_FORMATS] = {
        [SX_FORMAT_TEXT] = "text", [SX_FORMAT_CSV] = "csv", [SX_FORMAT_JSON] = "json"};
    for (guint i = 0; i < SX_N_FORMATS; i++) {
        if (strcmp(names[i], name) == 0) {
            *format = (sx_format)i;
            return TRUE;
        }
    }
    return FALSE;
}
