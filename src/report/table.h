/* SPDX-License-Identifier: GPL-2.0-or-later
 * Writes rows of cells as text in columns, as CSV (RFC 4180) or as JSON, one object a line; or into a window.
 */
#ifndef SX_REPORT_TABLE_H
#define SX_REPORT_TABLE_H

#include "knowledge/words.h"

typedef enum { SX_FORMAT_TEXT, SX_FORMAT_CSV, SX_FORMAT_JSON, SX_N_FORMATS } sx_format;

/** Takes a piece of what is written. */
typedef void (*sx_sink)(const char *text, gsize len, void *user);

/** Takes a cell of a table in a window; columns and rows count from 0. The text has no control characters. */
typedef void (*sx_cell_sink)(guint row, guint column, const char *text, void *user);

typedef enum {
    SX_CELL_TEXT,
    SX_CELL_NUMBER,
    SX_CELL_OPTIONAL, /* a number, or empty */
} sx_cell_type;

/** A column. CSV and JSON have all of them, under a name that stays for good; text and windows some, under a title. */
typedef struct {
    const char *name;
    sx_word title; /* 0: it is in neither */
    guint8 type;   /* sx_cell_type */
    guint8
        width; /* columns in text, more if the title needs them; 0: it is not there; or SX_REST ... */
    guint8 place; /* in a window, from 1; 0: it is not there */
} sx_column;

/* Instead of a width: */
#define SX_REST G_MAXUINT8               /* the rest of the line */
#define SX_OF_VERDICTS (G_MAXUINT8 - 1u) /* as wide as the widest of these words */
#define SX_OF_KINDS (G_MAXUINT8 - 2u)
#define SX_OF_GROUPS (G_MAXUINT8 - 3u)

/** A table while it is written. */
typedef struct {
    const sx_column *columns;
    guint n_columns;
    sx_format format;
    sx_language language;
    sx_sink sink;
    void *user;
    guint *widths;      /* of the columns in text, in this language; NULL: there are none */
    GString *line;      /* the row at hand */
    guint cell;         /* index of the next cell */
    sx_cell_sink cells; /* of a window; NULL: none, `sink` takes lines */
    guint row;
} sx_table;

/** Begins a table: writes the line with the names of the columns where the format has one. */
void sx_table_begin(sx_table *table, const sx_column *columns, guint n_columns, sx_format format,
                    sx_language language, sx_sink sink, void *user);

/** Begins a table whose rows go to a window, cell by cell. */
void sx_table_begin_window(sx_table *table, const sx_column *columns, guint n_columns,
                           sx_language language, sx_cell_sink cells, void *user);

/** Begins the row with this number of a window. */
void sx_table_begin_row(sx_table *table, guint row);

/** The next cell of the row: a text, valid UTF-8; NULL: empty. The last cell of a row ends it. */
void sx_table_text(sx_table *table, const char *text);
/** The same for a name that is the same in every language: CSV and JSON have it, readers see a word of their language. */
void sx_table_name(sx_table *table, const char *name, sx_word label);
/** The same for a number. */
void sx_table_number(sx_table *table, guint64 number);
/** The same for a number that is 0 where there is none: then the cell is empty. */
void sx_table_optional(sx_table *table, guint64 number);
/** The same for a duration in microseconds, written in seconds; negative: empty. */
void sx_table_seconds(sx_table *table, gint64 microseconds);
/** The same for a moment in microseconds since 1970, written in UTC (ISO 8601). */
void sx_table_moment(sx_table *table, gint64 microseconds);

/** Ends a table and frees what it holds. */
void sx_table_end(sx_table *table);

/** Whether a word names a format: "text", "csv", "json". */
gboolean sx_format_from_name(const char *name, sx_format *format);

/** Whether a spreadsheet takes a text for a formula: CSV puts a ' before it. */
gboolean sx_looks_like_formula(const char *text);

/** Adds a cell to a line of CSV (RFC 4180), in quotes where it needs them; no spreadsheet takes it for a formula. */
void sx_append_csv(GString *out, const char *text);

/** Adds a text to a JSON string, escaped, without quotes around it. */
void sx_append_json(GString *out, const char *text);

#endif
