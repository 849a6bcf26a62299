/* SPDX-License-Identifier: GPL-2.0-or-later
 * Completes time stamps.
 */
#include "log/clock.h"

#define DAY (G_GINT64_CONSTANT(86400) * SX_SECOND)
#define NO_YEAR 2000 /* in place of one that nothing tells: it has a 29 February */

static gint year_of(gint64 time) {
    gint64 days = time / DAY;
    gint year = (gint)(1970 + days / 366);
    while (sx_stamp_days(year + 1, 1, 1) <= days)
        year++;
    return year;
}

gint sx_clock_year(const sx_clock *clock, const sx_stamp *stamp) {
    if (stamp->year > 0)
        return stamp->year;
    if (clock->year > 0)
        return clock->month == 12 && stamp->month == 1 ? clock->year + 1 : clock->year;
    if (clock->file_time <= 0)
        return NO_YEAR;
    gint year = year_of(clock->file_time);
    gboolean in_future = sx_stamp_days(year, stamp->month, stamp->day) > clock->file_time / DAY + 1;
    return in_future ? year - 1 : year;
}

gint64 sx_clock_day(const sx_stamp *dated, gint64 of_day) {
    gint64 day = sx_stamp_days(dated->year, dated->month, dated->day);
    if (of_day - dated->time > DAY / 2)
        return day - 1;
    return dated->time - of_day > DAY / 2 ? day + 1 : day;
}

/* A stamp without a date: going back by more than half a day is the next day. */
static gint64 next_of_day(sx_clock *clock, gint64 of_day) {
    if (clock->running && clock->of_day - of_day > DAY / 2)
        clock->day++;
    clock->running = TRUE;
    clock->of_day = of_day;
    return clock->day * DAY + of_day;
}

void sx_clock_next(sx_clock *clock, const sx_stamp *stamp, sx_log_place *place) {
    place->time = 0;
    place->precision = SX_LOG_NO_TIME;
    place->flags = 0;
    if (stamp == NULL)
        return;
    place->precision = (guint8)stamp->precision;
    if (stamp->epoch) {
        place->time = stamp->time;
        place->flags = SX_LOG_DATED | SX_LOG_YEAR;
    } else if (stamp->month == 0) {
        place->time = next_of_day(clock, stamp->time);
        place->flags = clock->dated ? SX_LOG_DATED | SX_LOG_YEAR : 0;
    } else {
        gint year = sx_clock_year(clock, stamp);
        place->time = sx_stamp_days(year, stamp->month, stamp->day) * DAY + stamp->time;
        place->flags = stamp->year > 0 ? SX_LOG_DATED | SX_LOG_YEAR : SX_LOG_DATED;
        clock->year = year;
        clock->month = stamp->month;
    }
    if (stamp->zoned) {
        place->time -= (gint64)stamp->zone * 60 * SX_SECOND;
        place->flags |= SX_LOG_ZONED;
    }
}

void sx_clock_add(sx_clock *clock, const sx_stamp *span, sx_log_place *place) {
    place->time = 0;
    place->precision = SX_LOG_NO_TIME;
    place->flags = 0;
    if (span == NULL || span->precision == SX_LOG_NO_TIME)
        clock->gap = TRUE;
    if (clock->gap)
        return;
    clock->sum += span->time;
    if (clock->coarsest == 0 || span->precision < clock->coarsest)
        clock->coarsest = (guint8)span->precision;
    place->time = clock->sum;
    place->precision = clock->coarsest;
}
