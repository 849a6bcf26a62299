/* SPDX-License-Identifier: GPL-2.0-or-later
 * Reads the reports of a file, which come as CSV one behind the other, and keeps what the page needs: findings whole,
 * of conversations only how many there are of each kind.
 */
#include <stdlib.h>
#include <string.h>

#include "command/check.h"
#include "labels.h"

#define MAX_FINDINGS 10000
#define MAX_UNSEEN 200

/** Which table the records are of. */
typedef enum {
    TABLE_NONE,
    TABLE_FINDINGS,
    TABLE_CALLS,
    TABLE_SUMMARY,
    TABLE_LADDER,
    TABLE_MESSAGES
} table;

struct sx_check_reader {
    sx_checked *checked;
    table table;
    sx_records header; /* of the table at hand: one record */
    GPtrArray *cells;  /* char *, of the record at hand */
    GString *cell;
    gboolean quoted, was_quote, begun;
};

/* The cell under this name; "" if there is none. */
static const char *cell_under(char **names, char **cells, const char *column) {
    for (guint i = 0; names[i] != NULL && cells[i] != NULL; i++) {
        if (strcmp(names[i], column) == 0)
            return cells[i];
    }
    return "";
}

const char *sx_records_cell(const sx_records *records, guint record, const char *column) {
    return cell_under((char **)g_ptr_array_index(records->records, 0),
                      (char **)g_ptr_array_index(records->records, record), column);
}

guint sx_records_count(const sx_records *records) {
    return records->records != NULL && records->records->len > 0 ? records->records->len - 1 : 0;
}

static table table_of_header(char **cells) {
    if (g_strcmp0(cells[0], "group") == 0)
        return TABLE_SUMMARY;
    if (g_strcmp0(cells[0], "ladder") == 0 && g_strcmp0(cells[1], "frame") == 0)
        return TABLE_LADDER;
    if (g_strcmp0(cells[0], "frame") == 0 && g_strcmp0(cells[1], "time") == 0)
        return TABLE_MESSAGES;
    if (g_strcmp0(cells[0], "first_frame") != 0 || cells[1] == NULL)
        return TABLE_NONE;
    if (strcmp(cells[1], "last_frame") == 0)
        return TABLE_CALLS;
    return strcmp(cells[1], "severity") == 0 ? TABLE_FINDINGS : TABLE_NONE;
}

/* The cell of the record at hand, which is not kept. */
static const char *cell_of(const sx_check_reader *reader, char **cells, const char *column) {
    return cell_under((char **)g_ptr_array_index(reader->header.records, 0), cells, column);
}

static void count_conversation(sx_check_reader *reader, char **cells) {
    const char *kind = cell_of(reader, cells, "kind");
    sx_verdict verdict;
    gboolean bad = sx_verdict_from_name(cell_of(reader, cells, "verdict"), &verdict) &&
                   verdict >= SX_VERDICT_FAILURE;
    for (guint i = 0; i < SX_N_KINDS; i++) {
        if (strcmp(sx_conversation_kind_name((sx_conversation_kind)i), kind) != 0)
            continue;
        reader->checked->tallies[i].all++;
        reader->checked->tallies[i].bad += bad ? 1 : 0;
    }
}

static gint64 moment(const char *text) {
    GTimeZone *utc = g_time_zone_new_utc();
    GDateTime *time = g_date_time_new_from_iso8601(text, utc);
    gint64 moment = -1;
    if (time != NULL) {
        moment = g_date_time_to_unix(time) * SX_SECOND + g_date_time_get_microsecond(time);
        g_date_time_unref(time);
    }
    g_time_zone_unref(utc);
    return moment;
}

static void count_messages(sx_check_reader *reader, char **cells) {
    if (strcmp(cell_of(reader, cells, "group"), "all") != 0)
        return;
    gint64 first = moment(cell_of(reader, cells, "first_time"));
    gint64 last = moment(cell_of(reader, cells, "last_time"));
    reader->checked->messages = g_ascii_strtoull(cell_of(reader, cells, "messages"), NULL, 10);
    reader->checked->span = first >= 0 && last >= first ? last - first : -1;
}

/* Groups that a line of the summary is kept of. */
static gboolean is_unseen(const sx_check_reader *reader, char **cells) {
    const char *group = cell_of(reader, cells, "group");
    return strcmp(group, "cut") == 0 || strcmp(group, "odd-port") == 0 ||
           strcmp(group, "not-taken") == 0 || strcmp(group, "encrypted") == 0;
}

/* The comment on a frame: headline and advice, of several messages one below the other. */
static void add_comment(sx_check_reader *reader, char **cells) {
    sx_checked *checked = reader->checked;
    gpointer frame =
        GUINT_TO_POINTER((guint)g_ascii_strtoull(cell_of(reader, cells, "frame"), NULL, 10));
    const char *advice = cell_of(reader, cells, "what_to_do");
    const char *before = (const char *)g_hash_table_lookup(checked->comments, frame);
    sx_verdict verdict;
    if (!sx_verdict_from_name(cell_of(reader, cells, "verdict"), &verdict) ||
        (verdict == SX_VERDICT_NORMAL && !checked->normal_too))
        return;
    GString *text = g_string_new(before);
    g_string_append_printf(text, "%sSIP Explain: %s", before != NULL ? "\n" : "",
                           cell_of(reader, cells, "code"));
    g_string_append_printf(text, "%s%s", cell_of(reader, cells, "code")[0] != '\0' ? " - " : "",
                           cell_of(reader, cells, "headline"));
    if (advice[0] != '\0')
        g_string_append_printf(text, "\n%s: %s",
                               sx_word_text(checked->language, SX_LABEL_CHECK_WHAT_TO_DO), advice);
    g_hash_table_insert(checked->comments, frame, g_string_free(text, FALSE));
}

static void take_record(sx_check_reader *reader, char **cells) {
    GPtrArray *findings = reader->checked->findings.records;
    table header = table_of_header(cells);
    if (header != TABLE_NONE) {
        reader->table = header;
        g_ptr_array_set_size(reader->header.records, 0);
        g_ptr_array_add(reader->header.records, g_strdupv(cells));
        if (header == TABLE_SUMMARY)
            g_ptr_array_add(reader->checked->unseen.records, g_strdupv(cells));
    } else if (reader->table == TABLE_CALLS) {
        count_conversation(reader, cells);
    } else if (reader->table == TABLE_SUMMARY) {
        count_messages(reader, cells);
        if (is_unseen(reader, cells) && reader->checked->unseen.records->len < MAX_UNSEEN)
            g_ptr_array_add(reader->checked->unseen.records, g_strdupv(cells));
    }
    if (header == TABLE_NONE && reader->table == TABLE_MESSAGES &&
        reader->checked->comments != NULL)
        add_comment(reader, cells);
    GPtrArray *kept = reader->table == TABLE_FINDINGS ? findings
                      : reader->table == TABLE_LADDER ? reader->checked->ladder.records
                                                      : NULL;
    if (kept != NULL && kept->len <= MAX_FINDINGS) {
        g_ptr_array_add(kept, cells);
        return;
    }
    g_strfreev(cells);
}

/* What cannot be shown becomes a blank: a capture must not steer the terminal of its reader. */
char *sx_check_shown(const char *cell) {
    GString *text = g_string_new(NULL);
    for (const char *p = cell; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char_validated(p, -1);
        if (c >= 0x110000) {
            g_string_append_c(text, '?');
            break; /* no UTF-8: tshark was cut off */
        }
        if (sx_word_is_shown(c))
            g_string_append_unichar(text, c);
        else
            g_string_append_c(text, ' ');
    }
    return g_string_free(text, FALSE);
}

static void end_cell(sx_check_reader *reader) {
    const char *text = reader->cell->str;
    if (text[0] == '\'' && sx_looks_like_formula(text + 1))
        text++; /* the guard of CSV, which each outlet sets anew where it needs one */
    g_ptr_array_add(reader->cells, sx_check_shown(text));
    g_string_truncate(reader->cell, 0);
    reader->was_quote = reader->quoted = FALSE;
}

static void end_record(sx_check_reader *reader) {
    if (reader->cells->len == 0 && reader->cell->len == 0 && !reader->begun)
        return;
    end_cell(reader);
    g_ptr_array_add(reader->cells, NULL);
    guint n = reader->cells->len;
    char **cells = g_new(char *, n);
    memcpy(cells, reader->cells->pdata, n * sizeof cells[0]);
    g_ptr_array_set_size(reader->cells, 0);
    reader->begun = FALSE;
    take_record(reader, cells);
}

/* One byte. A quote inside quotes is doubled. */
static void take_byte(sx_check_reader *reader, char c) {
    if (reader->quoted && c != '"') {
        g_string_append_c(reader->cell, c);
    } else if (c == '"') {
        if (!reader->quoted && reader->was_quote)
            g_string_append_c(reader->cell, '"');
        reader->was_quote = reader->quoted;
        reader->quoted = !reader->quoted;
        reader->begun = TRUE;
        return;
    } else if (c == ',') {
        end_cell(reader);
        reader->begun = TRUE;
    } else if (c == '\n') {
        end_record(reader);
    } else if (c != '\r') {
        g_string_append_c(reader->cell, c);
    }
    reader->was_quote = FALSE;
}

static void free_cells(gpointer cells) {
    g_strfreev((char **)cells);
}

sx_check_reader *sx_check_reader_new(sx_checked *checked) {
    sx_check_reader *reader = g_new0(sx_check_reader, 1);
    reader->checked = checked;
    checked->span = -1;
    checked->findings.records = g_ptr_array_new_with_free_func(free_cells);
    checked->unseen.records = g_ptr_array_new_with_free_func(free_cells);
    checked->ladder.records = g_ptr_array_new_with_free_func(free_cells);
    checked->omitted = g_ptr_array_new_with_free_func(g_free);
    reader->header.records = g_ptr_array_new_with_free_func(free_cells);
    reader->cells = g_ptr_array_new();
    reader->cell = g_string_new(NULL);
    return reader;
}

void sx_check_reader_take(sx_check_reader *reader, const char *bytes, gsize len) {
    for (gsize i = 0; i < len; i++)
        take_byte(reader, bytes[i]);
}

void sx_check_reader_end(sx_check_reader *reader) {
    end_record(reader);
    g_ptr_array_free(reader->header.records, TRUE);
    g_ptr_array_free(reader->cells, TRUE);
    g_string_free(reader->cell, TRUE);
    g_free(reader);
}

void sx_checked_clear(sx_checked *checked) {
    if (checked->findings.records != NULL)
        g_ptr_array_free(checked->findings.records, TRUE);
    if (checked->unseen.records != NULL)
        g_ptr_array_free(checked->unseen.records, TRUE);
    if (checked->ladder.records != NULL)
        g_ptr_array_free(checked->ladder.records, TRUE);
    if (checked->omitted != NULL)
        g_ptr_array_free(checked->omitted, TRUE);
}
