/* SPDX-License-Identifier: GPL-2.0-or-later
 * Finds the further pieces of a message and reads it from all of them.
 */
#include "log/pieces.h"

#include "log/find.h"

#define MOST 16                    /* pieces of a message */
#define FURTHEST (32 * 1024)       /* bytes from one piece to the next */
#define MOST_LINES 50              /* that name the piece without beginning it */
#define REACH (2 * SX_LOG_LARGEST) /* bytes from the first piece on */

/** The search for the pieces of one message. */
typedef struct {
    sx_window *window;
    const sx_found *found;
    sx_lines plain; /* lines of the window as they stand */
    gsize limit;    /* nothing is looked at from here on */
    guint32 sequence;
} search;

static gboolean is_record(const search *s, sx_slice line) {
    sx_stamp stamp;
    return sx_stamp_leads(line, &stamp) || sx_log_is_end(s->found->format, line);
}

/* Reads "[S=1718478]" in a line; returns behind it, 0 if it is not there. */
static gsize read_sequence(sx_slice line, guint32 *sequence) {
    guint digits;
    gsize at = sx_slice_find(line, "[S=", 0);
    if (at == line.len)
        return 0;
    *sequence = sx_slice_number((sx_slice){line.p + at + 3, line.len - at - 3}, &digits);
    return digits > 0 ? MIN(at + 3 + digits + 1, line.len) : 0;
}

/* Behind what stands before the text of a record: "[SID=b9027c:24:198173]  (N 6891745) ". */
static gsize behind_marks(sx_slice line, gsize at) {
    for (;;) {
        gsize i = at;
        while (i < line.len && line.p[i] == ' ')
            i++;
        sx_slice rest = sx_slice_after(line, i);
        if (!sx_slice_starts(rest, "[SID=") && !sx_slice_starts(rest, "(N "))
            return i;
        const char *close = memchr(rest.p, *rest.p == '[' ? ']' : ')', rest.len);
        if (close == NULL)
            return i;
        at = (gsize)(close - line.p) + 1;
    }
}

/* The line as it stands in the window. */
static sx_slice raw_line(const search *s, const sx_line *line) {
    return (sx_slice){s->window->bytes + line->begin, line->behind - line->begin};
}

/* Where the text of the next piece begins, if this line begins it; 0 if not. */
static gsize begins_piece(search *s, const sx_line *line) {
    sx_head head = {0};
    guint32 sequence;
    if (s->found->format->pieces == SX_LOG_BY_CHANNEL) {
        if (!sx_log_is_head(s->found->format, line->text, &head) ||
            head.key.len != s->found->head.key.len || head.direction != s->found->head.direction ||
            memcmp(head.key.p, s->found->head.key.p, head.key.len) != 0)
            return 0;
        return line->behind;
    }
    sx_slice raw = raw_line(s, line);
    gsize at = read_sequence(raw, &sequence);
    if (at == 0 || sequence != s->sequence + 1 ||
        sx_log_is_head(s->found->format, line->text, &head))
        return 0;
    s->sequence = sequence;
    return line->begin + behind_marks(raw, at);
}

/* Where the text that begins here ends: before the next record. */
static gsize piece_end(search *s, gsize from) {
    sx_line line;
    gsize end = from;
    s->plain.at = from;
    while (end < s->limit && sx_lines_next(&s->plain, &line) &&
           (line.begin == from || !is_record(s, line.text)))
        end = line.behind;
    return end;
}

/* Appends a piece: without the line end that the log put behind it, without its tail. */
static void append(search *s, gsize from, gsize end, GString *text) {
    const char *bytes = s->window->bytes;
    const char *tail = s->found->format->tail;
    sx_head ignored = {0};
    gsize begin;
    if (end > from && bytes[end - 1] == '\n')
        end--;
    if (end > from && bytes[end - 1] == '\r' && tail != NULL)
        end--;
    const char *last = sx_find_last(bytes + from, '\n', end - from);
    gsize line = last ? (gsize)(last - bytes) + 1 : from;
    line = MAX(line, end > 512 ? end - 512 : 0);
    if (tail != NULL &&
        sx_pattern_match(tail, (sx_slice){bytes + line, end - line}, &ignored, &begin)) {
        end = line + begin;
        if (end > from && bytes[end - 1] == ' ')
            end--;
    }
    g_string_append_len(text, bytes + from, (gssize)(end - from));
}

/* Whether a new message begins here. */
static gboolean is_new(search *s, gsize from) {
    sx_start start;
    sx_line line;
    s->plain.at = from;
    if (!sx_lines_next(&s->plain, &line))
        return TRUE;
    sx_slice raw = raw_line(s, &line);
    const char *version = sx_find_bytes(raw.p, MIN(raw.len, 1024), "SIP/2.0", 7);
    return version != NULL &&
           sx_start_read(s->window, (gsize)(version - s->window->bytes), from, &start) &&
           start.begin == from;
}

/* The next place from here on where what names the piece stands; the window is filled as far as needed. */
static gboolean find_name(search *s, gsize *at, gsize limit) {
    const sx_slice by_channel = s->found->head.key;
    sx_slice name =
        s->found->format->pieces == SX_LOG_BY_CHANNEL ? by_channel : (sx_slice){"[S=", 3};
    gsize from = *at;
    for (;;) {
        gsize end = MIN(s->window->len, limit);
        const char *found = NULL;
        if (end > from)
            found = sx_find_bytes(s->window->bytes + from, end - from, name.p, name.len);
        if (found != NULL) {
            *at = (gsize)(found - s->window->bytes);
            return TRUE;
        }
        if (end == limit || !sx_window_fill(s->window))
            return FALSE;
        from = MAX(from, end - MIN(end, name.len));
    }
}

/* The next piece, from here on; FALSE if there is none nearby. */
static gboolean next_piece(search *s, gsize from, gsize *head, gsize *text) {
    gsize limit = MIN(s->limit, from + FURTHEST);
    gsize at = from;
    for (guint n = 0; n < MOST_LINES && find_name(s, &at, limit); n++) {
        sx_line line;
        const char *lf = sx_find_last(s->window->bytes + from, '\n', at - from);
        s->plain.at = lf ? (gsize)(lf - s->window->bytes) + 1 : from;
        if (!sx_lines_next(&s->plain, &line))
            return FALSE;
        at = s->plain.at;
        *head = line.begin;
        *text = begins_piece(s, &line);
        if (*text > 0)
            return !is_new(s, *text);
    }
    return FALSE;
}

/* Reads the message from all pieces so far; what was known of its first piece stays. */
static void read_whole(const sx_lines *lines, const sx_found *found, const sx_pieces *pieces,
                       sx_record *record) {
    sx_record first = *record;
    sx_lines all = *lines;
    all.window = NULL;
    all.text = (sx_slice){pieces->text->str, pieces->text->len};
    all.at = 0;
    sx_record_read(&all, found->format, TRUE, record);
    record->interrupted = record->cut;
    record->repairs |= SX_LOG_JOINED;
    if (first.timed) {
        record->timed = TRUE;
        record->stamp = first.stamp;
    }
}

void sx_pieces_join(const sx_lines *lines, const sx_found *found, sx_pieces *pieces,
                    sx_record *record) {
    search s = {.window = lines->window,
                .found = found,
                .plain = {.window = lines->window, .clean = lines->clean},
                .limit = lines->at + REACH};
    sx_slice marks = {s.window->bytes + found->begin, lines->at - found->begin};
    gsize first_end = record->end;
    gsize end = piece_end(&s, lines->at);
    pieces->end = 0;
    if (found->format->pieces == SX_LOG_BY_SEQUENCE && read_sequence(marks, &s.sequence) == 0)
        return;
    g_string_truncate(pieces->text, 0);
    append(&s, lines->at, end, pieces->text);
    if (lines->escape == '\0' && memchr(pieces->text->str, '\n', pieces->text->len) == NULL)
        g_string_append_c(pieces->text, '\n'); /* the start line is always whole */
    for (guint n = 1; n < MOST && record->interrupted; n++) {
        gsize from, head;
        gsize before = pieces->text->len;
        if (!next_piece(&s, end, &head, &from))
            break;
        end = piece_end(&s, from);
        append(&s, from, end, pieces->text);
        read_whole(lines, found, pieces, record);
        gboolean ends_here = found->format->pieces == SX_LOG_BY_CHANNEL && record->end > before;
        pieces->head = head;
        pieces->end = ends_here ? from + record->end - before : 0;
    }
    record->end = first_end;
}
