/* SPDX-License-Identifier: GPL-2.0-or-later
 * Time stamps as logs write them, found in a line without knowing its format.
 */
#ifndef SX_LOG_STAMP_H
#define SX_LOG_STAMP_H

#include "log/log.h"

/** What a stamp says, and no more. */
typedef struct {
    gint year;       /* 0: not said */
    gint month, day; /* 0: not said */
    gint64 time;     /* microseconds since midnight; of an epoch stamp since 1970 UTC */
    sx_log_precision precision;
    gboolean epoch;   /* seconds since 1970, as in "1795165200.123456" */
    gboolean zoned;   /* the zone is said */
    gint zone;        /* minutes east of UTC */
    gsize begin, end; /* where it stands in the text */
} sx_stamp;

/**
 * The first stamp at or behind an offset: a time of day (hh:mm:ss, fraction behind '.', ',' or ':') with the date and
 * the zone around it. Dates: 2026-11-20, 2026/11/20, 20/11/2026, 20.11.2026, "Nov 20", "Nov 20 2026", "20 Nov 2026",
 * 11-20 (month first), 20-11@ (day first), and "2026" behind the time.
 * @return FALSE if there is none
 */
gboolean sx_stamp_find(sx_slice text, gsize from, sx_stamp *stamp);

/** The best of all stamps of a text: the finest, with the date of another one if it lacks it. */
gboolean sx_stamp_best(sx_slice text, sx_stamp *stamp);

/** A stamp that begins the line, behind brackets, numbers and marks at most, as log records have it. */
gboolean sx_stamp_leads(sx_slice line, sx_stamp *stamp);

/**
 * A stamp of digits alone at the start of the text: seconds since 1970 with a fraction, milliseconds since 1970 (13
 * digits), or date and time of day (14 digits) with a fraction.
 */
gboolean sx_stamp_digits(sx_slice text, sx_stamp *stamp);

/** A span such as "31ms" or "3s" at the start of the text; its end and precision too. */
gboolean sx_stamp_span(sx_slice text, sx_stamp *stamp);

/** Takes over the date, if this one lacks it, from a stamp less than half a day away. */
void sx_stamp_borrow_date(sx_stamp *stamp, const sx_stamp *from);

/** Days since 1970-01-01 in the Gregorian calendar. */
gint64 sx_stamp_days(gint year, gint month, gint day);

#endif
