/* SPDX-License-Identifier: GPL-2.0-or-later
 * The reader of logs, as others see it.
 */
#include "log/log.h"

#include "log/walk.h"

#define FIRST_BYTES 64 /* these and the rest of their line tell whether this may be text */
#define FIRST_LOOK 512 /* however long that line is */
#define MOST_IN_ONE 64 /* messages that are passed by when one is looked for again */

sx_log *sx_log_new(sx_log_input input, const sx_log_options *options) {
    sx_log *log = g_new0(sx_log, 1);
    sx_window_init(&log->window, input);
    if (options != NULL)
        log->options = *options;
    log->walk.line = 1;
    log->walk.clock.file_time = log->options.file_time;
    log->hold = G_MAXUINT64;
    log->clean = g_string_new(NULL);
    log->record.text = g_string_new(NULL);
    log->pieces.text = g_string_new(NULL);
    return log;
}

void sx_log_free(sx_log *log) {
    sx_window_clear(&log->window);
    g_string_free(log->clean, TRUE);
    g_string_free(log->record.text, TRUE);
    g_string_free(log->pieces.text, TRUE);
    g_free(log);
}

/* Puts the walk before a record, as if it were the first one. floor: what may be looked at above it. */
static void start_over(sx_log *log, const sx_log_place *place, guint64 floor) {
    log->walk = (sx_walk){.at = place->offset,
                          .floor = floor,
                          .counted = place->offset,
                          .line = place->line,
                          .clock = {.file_time = log->options.file_time}};
    if (log->day_known && !log->surveying) {
        log->walk.clock.day = log->first_day;
        log->walk.clock.dated = TRUE;
    }
}

/* Reads on from the first message as far as the options allow, to learn what later lines say of earlier ones. Then the
 * walk stands before the first message again. */
static void survey(sx_log *log, const sx_log_place *first) {
    sx_log_message message;
    guint64 limit = first->offset + log->options.ahead;
    guint64 floor =
        first->offset - MIN(first->offset - MAX(log->window.offset, log->start), SX_START_BEFORE);
    log->hold = floor;
    log->surveying = TRUE;
    start_over(log, first, floor);
    while (log->walk.at < limit && sx_walk_next(log, &message))
        ;
    log->surveying = FALSE;
    log->hold = G_MAXUINT64;
    start_over(log, first, floor);
    memset(log->remarks, 0, sizeof log->remarks);
}

/* Looks at the start of the text: up to the end of the line in which the first bytes end. */
static void begin(sx_log *log) {
    sx_window *window = &log->window;
    gsize n = 0;
    while (n < FIRST_LOOK && sx_window_has(window, n) &&
           (n < FIRST_BYTES || window->bytes[n] != '\n'))
        n++;
    log->begun = TRUE;
    if (n > 3 && memcmp(window->bytes, "\xef\xbb\xbf", 3) == 0) /* the mark of UTF-8 */
        log->start = 3;
    log->walk.at = log->walk.floor = log->walk.counted = log->start;
    log->refused = sx_walk_refuses((sx_slice){window->bytes, n});
}

sx_log_result sx_log_next(sx_log *log, sx_log_message *message) {
    gboolean found = FALSE;
    if (!log->begun)
        begin(log);
    if (log->away && !sx_window_seek(&log->window, log->walk.at))
        return SX_LOG_UNREADABLE;
    log->away = FALSE;
    if (!log->refused)
        found = sx_walk_next(log, message);
    if (found && !log->surveyed && log->options.ahead > 0) {
        survey(log, &message->place);
        found = sx_walk_next(log, message);
    }
    log->surveyed = TRUE;
    if (found)
        return SX_LOG_MESSAGE;
    if (log->window.failed)
        return SX_LOG_UNREADABLE;
    return log->walk.messages > 0 ? SX_LOG_END : SX_LOG_NOT_A_LOG;
}

gboolean sx_log_read_at(sx_log *log, const sx_log_place *place, sx_log_message *message) {
    sx_walk before = log->walk;
    gboolean found = FALSE;
    if (!sx_window_seek(&log->window, place->offset))
        return FALSE;
    sx_log_remarked remarks[SX_LOG_N_REMARKS];
    memcpy(remarks, log->remarks, sizeof remarks);
    log->begun = log->away = TRUE;
    start_over(log, place, place->offset);
    log->walk.messages = 1; /* the limit is for the search for the first message of the log */
    if ((place->flags & SX_LOG_IN_PIECE) != 0)
        sx_walk_into_piece(log, place);
    for (guint n = 0; n < MOST_IN_ONE && !found && sx_walk_next(log, message) &&
                      message->place.offset + message->place.start <= place->offset + place->start;
         n++)
        found = message->place.offset == place->offset && message->place.start == place->start;
    message->place = *place;
    log->walk = before;
    memcpy(log->remarks, remarks, sizeof remarks);
    return found;
}

const sx_log_remarked *sx_log_remarks(const sx_log *log) {
    return log->remarks;
}

void sx_log_packet(const sx_log_message *message, guint32 frame, sx_packet *packet) {
    static const guint8 precisions[] = {
        [SX_LOG_NO_TIME] = SX_TIME_NONE,
        [SX_LOG_SECONDS] = SX_TIME_SECONDS,
        [SX_LOG_MILLISECONDS] = SX_TIME_MILLISECONDS,
        [SX_LOG_MICROSECONDS] = SX_TIME_FINE,
    };
    memset(packet, 0, sizeof *packet);
    packet->frame = frame;
    packet->time = message->place.time;
    packet->precision = precisions[message->place.precision];
    packet->from_log = TRUE;
    packet->source = message->source.endpoint;
    packet->destination = message->destination.endpoint;
    packet->transport = message->transport == NULL || strcmp(message->transport, "UDP") == 0
                            ? SX_TRANSPORT_UDP
                            : SX_TRANSPORT_STREAM;
}
