/* SPDX-License-Identifier: GPL-2.0-or-later
 * The walk through a log: from one start line to the next. What stands before a start line tells the format; what no
 * start line follows is no record. So other lines cost no more than the search for "SIP/2.0".
 */
#include "log/walk.h"

#include "log/find.h"

#define VERSION "SIP/2.0"
#define VERSION_LEN 7
#define BETWEEN 8 /* line ends between two messages of one record */

static gsize index_of(const sx_log *log, guint64 place) {
    return (gsize)(place - log->window.offset);
}

static guint64 place_of(const sx_log *log, gsize i) {
    return log->window.offset + i;
}

/* The number of the line at this place, which is not before the last one asked for. */
static guint32 line_at(sx_log *log, guint64 place) {
    if (place <= log->walk.counted)
        return log->walk.line;
    const char *p = log->window.bytes + index_of(log, log->walk.counted);
    const char *end = log->window.bytes + index_of(log, place);
    while ((p = memchr(p, '\n', (gsize)(end - p))) != NULL) {
        log->walk.line++;
        p++;
    }
    log->walk.counted = place;
    return log->walk.line;
}

/* Lets the window slide if need be, so that a record with its start line at walk.at fits into it. */
static void make_room(sx_log *log) {
    guint64 at = log->walk.at;
    if (log->window.room - index_of(log, at) >= SX_WINDOW_RECORD)
        return;
    guint64 keep = at - MIN(at - log->walk.floor, SX_START_BEFORE);
    keep = MAX(MIN(keep, log->hold), log->window.offset);
    line_at(log, keep);
    sx_window_reserve(&log->window, index_of(log, keep), index_of(log, at));
}

/* Moves walk.at to the next version in the text; FALSE if there is none, or none that may be looked for. */
static gboolean find_version(sx_log *log) {
    sx_window *window = &log->window;
    for (;;) {
        make_room(log);
        gsize from = index_of(log, log->walk.at);
        const char *found =
            sx_find_bytes(window->bytes + from, window->len - from, VERSION, VERSION_LEN);
        if (found != NULL) {
            log->walk.at = place_of(log, (gsize)(found - window->bytes));
            make_room(log);
            return TRUE;
        }
        if (window->len - from >= VERSION_LEN)
            log->walk.at = place_of(log, window->len - VERSION_LEN + 1);
        if (log->options.limit > 0 && log->walk.messages == 0 && log->walk.at > log->options.limit)
            return FALSE;
        if (!sx_window_fill(window))
            return FALSE;
    }
}

/* ---- further messages of one record ----------------------------------------------------------- */

/* Whether the start line follows the message that ended in this record, line ends apart. */
static gboolean follows(const sx_log *log, const sx_kept *kept, guint64 start) {
    if (kept->end == 0 || start < kept->end || start - kept->end > BETWEEN ||
        kept->end < log->window.offset)
        return FALSE;
    for (guint64 i = kept->end; i < start; i++) {
        if (!sx_is_space(log->window.bytes[index_of(log, i)]))
            return FALSE;
    }
    return TRUE;
}

static void keep_slice(sx_kept *kept, gsize *used, sx_slice *slice) {
    slice->len = MIN(slice->len, sizeof kept->room - *used);
    if (slice->len > 0)
        memcpy(kept->room + *used, slice->p, slice->len);
    slice->p = kept->room + *used;
    *used += slice->len;
}

static void keep(sx_kept *kept, guint64 end, const sx_log_format *format, const sx_head *head,
                 const sx_log_place *place) {
    gsize used = 0;
    kept->end = end;
    kept->format = format;
    kept->place = *place;
    kept->head = *head;
    keep_slice(kept, &used, &kept->head.source);
    keep_slice(kept, &used, &kept->head.destination);
    keep_slice(kept, &used, &kept->head.peer);
    keep_slice(kept, &used, &kept->head.local);
    keep_slice(kept, &used, &kept->head.source_port);
    keep_slice(kept, &used, &kept->head.destination_port);
    kept->head.key = (sx_slice){NULL, 0};
}

/* ---- one message ------------------------------------------------------------------------------ */

/* Reads the message at this start line, of this format; FALSE if there is none, or if it stands alone and is not sure to be one. */
static gboolean read_record(sx_log *log, const sx_start *start, const sx_log_format *format) {
    sx_stamp stamp;
    const sx_found *found = &log->found;
    sx_lines lines = {.window = &log->window,
                      .at = start->begin,
                      .escape = start->escape,
                      .blank_escape = start->blank_escape,
                      .dots = format->dots,
                      .prefix = found->prefix,
                      .stamped = found->prefix.len > 0 && sx_stamp_find(found->prefix, 0, &stamp),
                      .clean = log->clean};
    sx_lines before = lines;
    sx_record_read(&lines, format, FALSE, &log->record);
    if (log->record.text->len == 0 || (format == &sx_log_bare && !log->record.is_message))
        return FALSE;
    log->pieces.end = 0;
    if (log->record.interrupted && format->pieces != SX_LOG_WHOLE && format == found->format)
        sx_pieces_join(&before, found, &log->pieces, &log->record);
    return TRUE;
}

/* The record in which the message stands, if it is not the first one there; else NULL. */
static const sx_kept *kept_head(const sx_log *log, guint64 start) {
    if (log->found.format != NULL && log->found.format != &sx_log_bare)
        return NULL;
    if (follows(log, &log->walk.last, start))
        return &log->walk.last;
    return follows(log, &log->walk.joined, start) ? &log->walk.joined : NULL;
}

static void set_place(sx_log *log, const sx_start *start, const sx_kept *kept,
                      sx_log_place *place) {
    if (kept != NULL) {
        *place = kept->place;
    } else {
        place->offset = place_of(log, log->found.begin);
        place->line = line_at(log, place->offset);
        sx_walk_time(log, place);
    }
    place->start = (guint32)(place_of(log, start->begin) - place->offset);
}

/* The head of a further piece in the line that begins here; NULL if it is none. */
static const sx_log_format *piece_head(sx_log *log, gsize begin, sx_head *head, sx_stamp *stamp) {
    sx_line line;
    sx_lines lines = {.window = &log->window, .at = begin, .clean = log->clean};
    stamp->precision = SX_LOG_NO_TIME;
    if (!sx_lines_next(&lines, &line))
        return NULL;
    if (!sx_stamp_leads(line.text, stamp))
        stamp->precision = SX_LOG_NO_TIME;
    for (guint i = 0; i < sx_log_n_formats; i++) {
        memset(head, 0, sizeof *head);
        if (sx_log_formats[i].pieces == SX_LOG_BY_CHANNEL &&
            sx_log_is_head(&sx_log_formats[i], line.text, head))
            return &sx_log_formats[i];
    }
    return NULL;
}

/* The last piece of a message that was put together is a record of its own: another message may follow in it. */
static void keep_piece(sx_log *log, const sx_log_message *message) {
    const char *first = log->window.bytes + index_of(log, message->place.offset);
    const char *last = log->window.bytes + log->pieces.head;
    sx_clock clock = log->walk.clock;
    sx_log_place place = message->place;
    sx_head head;
    sx_stamp stamp;
    const sx_log_format *format = piece_head(log, log->pieces.head, &head, &stamp);
    if (format == NULL)
        return;
    for (; (first = memchr(first, '\n', (gsize)(last - first))) != NULL; first++)
        place.line++;
    if (stamp.precision != SX_LOG_NO_TIME)
        sx_clock_next(&clock, &stamp, &place);
    place.offset = place_of(log, log->pieces.head);
    place.flags |= SX_LOG_IN_PIECE;
    keep(&log->walk.joined, place_of(log, log->pieces.end), format, &head, &place);
}

/* Remembers in which records the message ended. */
static void keep_heads(sx_log *log, const sx_log_message *message, const sx_log_format *format,
                       const sx_head *head) {
    sx_walk *walk = &log->walk;
    walk->floor = walk->at = place_of(log, log->record.end);
    line_at(log, walk->floor);
    if (log->pieces.end > 0)
        keep_piece(log, message);
    if (head == &log->found.head)
        keep(&walk->last, walk->floor, format, head, &message->place);
    else if (head == &walk->joined.head)
        walk->joined.end = walk->floor;
    else
        walk->last.end = walk->floor;
    if (format == &sx_log_bare)
        walk->last.end = 0;
}

void sx_walk_into_piece(sx_log *log, const sx_log_place *place) {
    sx_head head;
    sx_stamp stamp;
    const sx_log_format *format = piece_head(log, 0, &head, &stamp);
    if (format == NULL || !sx_window_has(&log->window, place->start))
        return;
    log->walk.floor = log->walk.at = place->offset + place->start;
    keep(&log->walk.joined, log->walk.at, format, &head, place);
}

static void fill_in(sx_log *log, const sx_log_format *format, const sx_head *head,
                    sx_log_message *message) {
    const sx_record *record = &log->record;
    sx_message sip;
    message->text = (sx_slice){record->text->str, record->text->len};
    message->format = format->name;
    message->cut = record->cut;
    message->repairs = record->repairs;
    memset(&sip, 0, sizeof sip);
    /* The rest asks only where the head says nothing. */
    if (log->surveying || head->transport == NULL || head->direction == SX_LOG_NO_DIRECTION)
        sx_message_read(message->text, SX_FRAMING_REST, &sip);
    if (log->surveying)
        sx_ends_learn(&log->own, head, &sip);
    sx_ends_set(&log->own, head, &sip, message);
}

gboolean sx_walk_next(sx_log *log, sx_log_message *message) {
    sx_start start;
    while (find_version(log)) {
        gsize floor = index_of(log, MAX(log->walk.floor, log->window.offset));
        gsize version = index_of(log, log->walk.at);
        if (!sx_start_read(&log->window, version, floor, &start)) {
            log->walk.at += VERSION_LEN;
            continue;
        }
        gboolean has_head = sx_start_head(&log->window, floor, &start, &log->found);
        const sx_kept *kept = kept_head(log, place_of(log, start.begin));
        const sx_log_format *format = kept ? kept->format : log->found.format;
        if ((!has_head && kept == NULL) || !read_record(log, &start, format)) {
            log->walk.at += VERSION_LEN;
            continue;
        }
        const sx_head *head = kept ? &kept->head : &log->found.head;
        set_place(log, &start, kept, &message->place);
        fill_in(log, format, head, message);
        sx_walk_remark(log, message, format, head);
        keep_heads(log, message, format, head);
        log->walk.messages++;
        return TRUE;
    }
    return FALSE;
}
