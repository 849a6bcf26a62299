/* SPDX-License-Identifier: GPL-2.0-or-later
 * Times from stamps that leave out the year, the date, or all but the span since the record before.
 */
#ifndef SX_LOG_CLOCK_H
#define SX_LOG_CLOCK_H

#include "log/stamp.h"

/** What is known of the time of a log where the reader is. */
typedef struct {
    gint64 file_time; /* of the file, 0: not known */
    gint year;        /* of the last stamp without a year, 0: none so far */
    gint month;       /* of it */
    gint64 day;       /* of the last stamp without a date, days since 1970 or since the first one */
    gboolean dated;   /* `day` is since 1970 */
    gboolean running; /* there was a stamp without a date */
    gint64 of_day;    /* the last one */
    gint64 sum;       /* of all spans */
    gboolean gap;     /* a span was missing: no times from here on */
    guint8 coarsest;  /* sx_log_precision of the spans so far; 0: none so far */
} sx_clock;

/**
 * Sets time, precision and flags of the next message.
 * @param stamp NULL: it has none
 */
void sx_clock_next(sx_clock *clock, const sx_stamp *stamp, sx_log_place *place);

/**
 * The same for a log whose stamps are spans since the record before.
 * @param span NULL: it has none
 */
void sx_clock_add(sx_clock *clock, const sx_stamp *span, sx_log_place *place);

/** The day of a time of day, by a stamp with a date less than half a day away. */
gint64 sx_clock_day(const sx_stamp *dated, gint64 of_day);

/** The year of the stamp, or the one that it is likely to have, counting from the file's time. */
gint sx_clock_year(const sx_clock *clock, const sx_stamp *stamp);

#endif
