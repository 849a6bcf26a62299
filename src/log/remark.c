/* SPDX-License-Identifier: GPL-2.0-or-later
 * What a message has beside its bytes: its time, and what of it had to be guessed. And what is no log at all.
 */
#include "log/walk.h"

static gboolean is_of_day(const sx_stamp *stamp) {
    return stamp->month == 0 && !stamp->epoch;
}

/* Spans from one record to the next. Two counters of one program may run: one stands still where the other one counts. */
static void add_span(sx_log *log, sx_log_place *place) {
    sx_head above = {0};
    const sx_log_format *format = log->found.format;
    const sx_stamp *span = log->record.timed ? &log->record.stamp : NULL;
    if (span != NULL && span->time == 0 && log->found.above.len > 0 &&
        sx_pattern_match(format->tail, log->found.above, &above, NULL))
        span = &above.stamp;
    sx_clock_add(&log->walk.clock, span, place);
}

void sx_walk_time(sx_log *log, sx_log_place *place) {
    sx_clock *clock = &log->walk.clock;
    const sx_head *head = &log->found.head;
    const sx_stamp *stamp = head->timed         ? &head->stamp
                            : log->record.timed ? &log->record.stamp
                                                : NULL;
    sx_stamp nearby;
    if (log->found.format->spans && !head->timed) {
        add_span(log, place);
        return;
    }
    gboolean is_nearby = stamp != NULL && is_of_day(stamp) &&
                         sx_stamp_leads(log->found.above, &nearby) && nearby.month > 0;
    if (is_nearby)
        nearby.year = sx_clock_year(clock, &nearby);
    if (is_nearby && clock->dated) {
        clock->day = sx_clock_day(&nearby, stamp->time);
        clock->running = FALSE;
    }
    sx_clock_next(clock, stamp, place);
    if (is_nearby && log->surveying && !log->day_known) {
        log->day_known = TRUE;
        log->first_day = sx_clock_day(&nearby, stamp->time) - clock->day;
    }
}

void sx_walk_remark(sx_log *log, const sx_log_message *m, const sx_log_format *format,
                    const sx_head *head) {
    const sx_log_end *own = m->direction == SX_LOG_SENT ? &m->source : &m->destination;
    const sx_log_end *peer = m->direction == SX_LOG_SENT ? &m->destination : &m->source;
    const guint unsaid = SX_LOG_LINE_ENDS | SX_LOG_LENGTH;
    gboolean directed = m->direction != SX_LOG_NO_DIRECTION;
    gboolean timed = m->place.precision != SX_LOG_NO_TIME;
    gboolean dated = (m->place.flags & SX_LOG_DATED) != 0;
    gboolean spans = timed && format->spans && !head->timed;
    const gboolean has[SX_LOG_N_REMARKS] = {
        [SX_LOG_SAYS_NO_TIME] = !timed,
        [SX_LOG_SAYS_SECONDS_ONLY] = m->place.precision == SX_LOG_SECONDS,
        [SX_LOG_SAYS_TIME_SPANS] = spans,
        [SX_LOG_SAYS_NO_DATE] = timed && !spans && !dated,
        [SX_LOG_SAYS_DATE_NEARBY] = dated && head->timed && is_of_day(&head->stamp),
        [SX_LOG_SAYS_NO_YEAR] = dated && (m->place.flags & SX_LOG_YEAR) == 0,
        [SX_LOG_SAYS_NO_DIRECTION] = !directed,
        [SX_LOG_SAYS_OWN_LEARNED] = directed && own->origin == SX_LOG_LEARNED,
        [SX_LOG_SAYS_OWN_UNKNOWN] = directed && own->origin == SX_LOG_MADE_UP,
        [SX_LOG_SAYS_PEER_UNKNOWN] = directed && peer->origin == SX_LOG_MADE_UP,
        [SX_LOG_SAYS_NAMES] =
            (m->source.origin == SX_LOG_NAMED && m->source.host.len > 0) ||
            (m->destination.origin == SX_LOG_NAMED && m->destination.host.len > 0),
        [SX_LOG_SAYS_NO_TRANSPORT] = !m->transport_said,
        [SX_LOG_SAYS_NO_HEADS] = format == &sx_log_bare,
        [SX_LOG_SAYS_CLEANED] = (m->repairs & ~unsaid) != 0,
        [SX_LOG_SAYS_LENGTH] = (m->repairs & SX_LOG_LENGTH) != 0 && !m->cut,
        [SX_LOG_SAYS_CUT] = m->cut,
    };
    for (guint i = 0; i < SX_LOG_N_REMARKS; i++) {
        if (has[i] && log->remarks[i].messages++ == 0)
            log->remarks[i].line = m->place.line;
    }
}

gboolean sx_walk_refuses(sx_slice text) {
    static const char *const marks[] = {"<!doctype", "<html", "<?xml", "\xff\xfe", "\xfe\xff"};
    if (memchr(text.p, '\0', text.len) != NULL)
        return TRUE;
    if (text.len >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0)
        text = sx_slice_after(text, 3);
    text = sx_slice_trim(text);
    for (guint i = 0; i < G_N_ELEMENTS(marks); i++) {
        if (sx_slice_starts(text, marks[i]))
            return TRUE;
    }
    if (text.len == 0 || (text.p[0] != '{' && text.p[0] != '['))
        return FALSE;
    sx_slice inside = sx_slice_trim(sx_slice_after(text, 1));
    return inside.len > 0 && (inside.p[0] == '"' || (text.p[0] == '[' && inside.p[0] == '{'));
}
