/* SPDX-License-Identifier: GPL-2.0-or-later
 * Writes rows of cells as text in columns, as CSV (RFC 4180) or as JSON, one object a line.
 */
#ifndef SX_REPORT_TABLE_H
#define SX_REPORT_TABLE_H

#include "knowledge/words.h"

typedef enum { SX_FORMAT_TEXT, SX_FORMAT_CSV, SX_FORMAT_JSON, SX_N_FORMATS } sx_format;

/** Takes a piece of what is written. */
typedef void (*sx_sink)(const char *text, gsize len, void *user);

/** What a column holds; its name is for CSV and JSON and stays for good, its title and width are for text. */
typedef struct {
    const char *name;
    sx_word title; /* 0: not in text */
    guint8 width;  /* characters; 0: the rest of the line */
    gboolean is_number;
} sx_column;

/** A table while it is written. */
typedef struct {
    const sx_column *columns;
    guint n_columns;
    sx_format format;
    sx_sink sink;
    void *user;
    GString *line; /* the row at hand */
    guint cell;    /* index of the next cell */
} sx_table;

/** Begins a table: writes the line with the names of the columns where the format has one. */
void sx_table_begin(sx_table *table, const sx_column *columns, guint n_columns, sx_format format,
                    sx_language language, sx_sink sink, void *user);

/** The next cell of the row: a text, valid UTF-8; NULL: empty. The last cell of a row ends it. */
void sx_table_text(sx_table *table, const char *text);
/** The same for a number; 0 where it stands for none is given as a text of NULL. */
void sx_table_number(sx_table *table, guint64 number);
/** The same for a duration in microseconds, written in seconds; negative: empty. */
void sx_table_seconds(sx_table *table, gint64 microseconds);
/** The same for a moment in microseconds since 1970, written in UTC (ISO 8601). */
void sx_table_moment(sx_table *table, gint64 microseconds);

/** Ends a table and frees what it holds. */
void sx_table_end(sx_table *table);

/** Whether a word names a format: "text", "csv", "json". */
gboolean sx_format_from_name(const char *name, sx_format *format);

/** Adds a text to a JSON string, escaped, without quotes around it. */
void sx_append_json(GString *out, const char *text);

#endif
