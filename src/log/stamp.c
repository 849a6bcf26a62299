/* SPDX-License-Identifier: GPL-2.0-or-later
 * Finds time stamps: the time of day is the anchor, the date stands before it, fraction and zone behind it.
 */
#include "log/stamp.h"

#include "wire/packet.h"

#define DAY (G_GINT64_CONSTANT(86400) * SX_SECOND)
#define LEAD 24 /* bytes that may stand before the stamp of a record */

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* A look at the bytes of a text from some place on, back or ahead; outside of it they are NUL. */
static char at(sx_slice text, gsize i) {
    return i < text.len ? text.p[i] : '\0';
}

static gboolean digits_at(sx_slice text, gsize i, guint n) {
    for (guint k = 0; k < n; k++) {
        if (!g_ascii_isdigit(at(text, i + k)))
            return FALSE;
    }
    return TRUE;
}

static gint number_at(sx_slice text, gsize i, guint n) {
    gint number = 0;
    for (guint k = 0; k < n; k++)
        number = number * 10 + (text.p[i + k] - '0');
    return number;
}

/* The decimal number whose last digit stands before *i; *i moves to its first one. 0 digits: none. */
static gint number_before(sx_slice text, gsize *i, guint *digits) {
    gsize end = *i;
    while (*i > 0 && end - *i < 5 && g_ascii_isdigit(text.p[*i - 1]))
        --*i;
    *digits = (guint)(end - *i);
    return number_at(text, *i, *digits);
}

static gint month_of(const char *name) {
    for (gint i = 0; i < 12; i++) {
        if (sx_same_letters(name, months[i], 3))
            return i + 1;
    }
    return 0;
}

/* The three letters of a month before *i, which moves to the first of them. */
static gint month_before(sx_slice text, gsize *i) {
    if (*i < 3 || (*i > 3 && g_ascii_isalpha(text.p[*i - 4])))
        return 0;
    gint month = month_of(text.p + *i - 3);
    if (month > 0)
        *i -= 3;
    return month;
}

static gboolean skip_back(sx_slice text, gsize *i, const char *marks) {
    gsize before = *i;
    while (*i > 0 && text.p[*i - 1] != '\0' && strchr(marks, text.p[*i - 1]) != NULL)
        --*i;
    return *i < before;
}

static void set_date(sx_stamp *stamp, gint year, gint month, gint day, gsize begin) {
    if (month < 1 || month > 12 || day < 1 || day > 31 ||
        (year != 0 && (year < 1970 || year > 2200)))
        return;
    stamp->year = year;
    stamp->month = month;
    stamp->day = day;
    stamp->begin = begin;
}

/* "Nov 20", "20 Nov 2026", "Nov 20 2026": a and n are the number that stands before the time. */
static void date_in_words(sx_slice text, gsize i, gint a, guint n, sx_stamp *stamp) {
    guint digits = 0;
    gint year = n == 4 ? a : 0;
    gint day = n <= 2 ? a : 0;
    skip_back(text, &i, " ,");
    if (n == 4 && (day = number_before(text, &i, &digits)) > 0)
        skip_back(text, &i, " ,");
    gint month = month_before(text, &i);
    if (month > 0 && n == 4 && digits == 0) { /* 20 Nov 2026 */
        skip_back(text, &i, " ");
        day = number_before(text, &i, &digits);
    }
    set_date(stamp, year, month, day, i);
}

/* 2026-11-20 and its relatives: c is the last of three numbers, with n digits. */
static void date_in_numbers(sx_slice text, gsize i, char mark, gint c, guint n, gboolean day_first,
                            sx_stamp *stamp) {
    guint digits_a, digits_b;
    i--;
    gint b = number_before(text, &i, &digits_b);
    if (i > 0 && text.p[i - 1] == mark) {
        i--;
        gint a = number_before(text, &i, &digits_a);
        if (digits_a == 4 && digits_b <= 2 && n <= 2)
            set_date(stamp, a, b, c, i);
        else if (n == 4 && digits_a <= 2 && digits_b <= 2 && b <= 12)
            set_date(stamp, c, b, a, i);
        else if (n == 4 && digits_a <= 2 && digits_b <= 2) /* 11/20/2026 */
            set_date(stamp, c, a, b, i);
    } else if (mark == '-' && digits_b <= 2 && n <= 2) {
        set_date(stamp, 0, day_first ? c : b, day_first ? b : c, i);
    }
}

/* The date that ends before the time at this place. */
static void read_date(sx_slice text, gsize i, sx_stamp *stamp) {
    guint n;
    gboolean day_first = i > 0 && text.p[i - 1] == '@';
    if (!skip_back(text, &i, " \tT@"))
        return;
    gint last = number_before(text, &i, &n);
    char mark = i > 0 ? text.p[i - 1] : '\0';
    if (n == 0)
        return;
    if (mark == '-' || mark == '/' || mark == '.')
        date_in_numbers(text, i, mark, last, n, day_first, stamp);
    else
        date_in_words(text, i, last, n, stamp);
}

/* The fraction behind the seconds. */
static gsize read_fraction(sx_slice text, gsize i, sx_stamp *stamp) {
    gint64 unit = SX_SECOND;
    gsize start = i + 1;
    char mark = at(text, i);
    stamp->precision = SX_LOG_SECONDS;
    if ((mark != '.' && mark != ',' && mark != ':') || !g_ascii_isdigit(at(text, start)) ||
        (mark == ':' && !digits_at(text, start, 3)))
        return i;
    for (i = start; g_ascii_isdigit(at(text, i)); i++) {
        unit /= 10;
        stamp->time += (text.p[i] - '0') * unit;
    }
    stamp->precision = i - start > 3 ? SX_LOG_MICROSECONDS : SX_LOG_MILLISECONDS;
    return i;
}

/* "Z", "+02:00", "GMT+0000", "UTC". */
static gsize read_zone(sx_slice text, gsize i, sx_stamp *stamp) {
    gsize start = i;
    sx_slice rest;
    if (at(text, i) == 'Z' && !g_ascii_isalnum(at(text, i + 1))) {
        stamp->zoned = TRUE;
        return i + 1;
    }
    while (at(text, i) == ' ')
        i++;
    rest = sx_slice_after(text, i);
    gboolean named = sx_slice_starts(rest, "GMT") || sx_slice_starts(rest, "UTC");
    if (named)
        i += 3;
    char sign = at(text, i);
    guint colon = at(text, i + 3) == ':' ? 1 : 0;
    if ((sign == '+' || sign == '-') && (named || i == start) && digits_at(text, i + 1, 2) &&
        digits_at(text, i + 3 + colon, 2)) {
        gint minutes = number_at(text, i + 1, 2) * 60 + number_at(text, i + 3 + colon, 2);
        stamp->zone = sign == '-' ? -minutes : minutes;
        stamp->zoned = TRUE;
        return i + 5 + colon;
    }
    stamp->zoned = named && !g_ascii_isalnum(sign);
    return stamp->zoned ? i : start;
}

/* "AM" or "PM" behind the time of day. */
static gsize read_half(sx_slice text, gsize i, gint hour, sx_stamp *stamp) {
    gsize at_word = at(text, i) == ' ' ? i + 1 : i;
    char half = g_ascii_toupper(at(text, at_word));
    if ((half != 'A' && half != 'P') || g_ascii_toupper(at(text, at_word + 1)) != 'M' ||
        g_ascii_isalnum(at(text, at_word + 2)) || hour < 1 || hour > 12)
        return i;
    if (half == 'P' && hour < 12)
        stamp->time += DAY / 2;
    else if (half == 'A' && hour == 12)
        stamp->time -= DAY / 2;
    return at_word + 2;
}

/* The year that may stand behind the time: Fri Nov 20 09:00:00 2026. */
static void read_year_behind(sx_slice text, sx_stamp *stamp) {
    if (stamp->month == 0 || stamp->year > 0 || at(text, stamp->end) != ' ' ||
        !digits_at(text, stamp->end + 1, 4) || g_ascii_isalnum(at(text, stamp->end + 5)))
        return;
    gint year = number_at(text, stamp->end + 1, 4);
    if (year >= 1970 && year <= 2200) {
        stamp->year = year;
        stamp->end += 5;
    }
}

/* Fills in the stamp whose first colon stands here. */
static gboolean read_at(sx_slice text, gsize colon, sx_stamp *stamp) {
    guint digits = colon >= 2 && g_ascii_isdigit(text.p[colon - 2]) ? 2 : 1;
    if (colon < digits || !digits_at(text, colon - digits, digits) ||
        !digits_at(text, colon + 1, 2) || at(text, colon + 3) != ':' ||
        !digits_at(text, colon + 4, 2) || g_ascii_isdigit(at(text, colon + 6)) ||
        (colon > digits && g_ascii_isdigit(text.p[colon - digits - 1])))
        return FALSE;
    gint hour = number_at(text, colon - digits, digits);
    gint minute = number_at(text, colon + 1, 2);
    gint second = number_at(text, colon + 4, 2);
    if (hour > 23 || minute > 59 || second > 60)
        return FALSE;
    memset(stamp, 0, sizeof *stamp);
    stamp->begin = colon - digits;
    stamp->time = (gint64)(hour * 3600 + minute * 60 + second) * SX_SECOND;
    read_date(text, stamp->begin, stamp);
    gsize end = read_fraction(text, colon + 6, stamp);
    stamp->end = read_zone(text, read_half(text, end, hour, stamp), stamp);
    read_year_behind(text, stamp);
    return TRUE;
}

gboolean sx_stamp_find(sx_slice text, gsize from, sx_stamp *stamp) {
    while (from < text.len) {
        const char *colon = memchr(text.p + from, ':', text.len - from);
        if (colon == NULL)
            return FALSE;
        from = (gsize)(colon - text.p);
        if (read_at(text, from, stamp))
            return TRUE;
        from++;
    }
    return FALSE;
}

void sx_stamp_borrow_date(sx_stamp *stamp, const sx_stamp *from) {
    if (stamp->epoch || from->month == 0 || (stamp->month > 0 && stamp->year > 0) ||
        ABS(stamp->time - from->time) > DAY / 2)
        return;
    if (stamp->month == 0) {
        stamp->month = from->month;
        stamp->day = from->day;
        stamp->year = from->year;
    } else if (stamp->month == from->month && stamp->day == from->day) {
        stamp->year = from->year;
    }
}

/* How much a stamp says: a finer time first, then the date. */
static guint worth(const sx_stamp *stamp) {
    return stamp->precision * 4u + (stamp->month > 0 ? 1 : 0) + (stamp->year > 0 ? 1 : 0);
}

gboolean sx_stamp_best(sx_slice text, sx_stamp *best) {
    sx_stamp one;
    gsize from = 0;
    gboolean found = FALSE;
    while (sx_stamp_find(text, from, &one)) {
        sx_stamp other = one;
        from = one.end;
        if (!found || worth(&one) > worth(best)) {
            other = found ? *best : one;
            *best = one;
        }
        sx_stamp_borrow_date(best, &other);
        found = TRUE;
    }
    return found;
}

/* Whether so many bytes are what stands before the stamp of a record: "[", "<189>311: ", "*", "Fri ". */
static gboolean is_lead(const char *p, gsize len) {
    guint letters = 0;
    for (gsize i = 0; i < len; i++) {
        if (g_ascii_isalpha(p[i]))
            letters++;
        else if (p[i] == '\0' || strchr("[]<>(){}*.:|@ \t0123456789", p[i]) == NULL)
            return FALSE;
    }
    return letters == 0 || (letters == 3 && len >= 4 && p[len - 1] == ' ');
}

gboolean sx_stamp_leads(sx_slice line, sx_stamp *stamp) {
    if (line.len < 8)
        return FALSE;
    sx_slice front = {line.p, MIN(line.len, LEAD + 48)};
    return sx_stamp_find(front, 0, stamp) && stamp->begin <= LEAD && is_lead(line.p, stamp->begin);
}

/* Seconds or milliseconds since 1970, of so many digits. */
static gboolean read_epoch(sx_slice text, gsize digits, sx_stamp *stamp) {
    gint64 number = 0;
    if (digits != 9 && digits != 10 && digits != 13)
        return FALSE;
    for (gsize i = 0; i < digits; i++)
        number = number * 10 + (text.p[i] - '0');
    stamp->epoch = stamp->zoned = TRUE;
    stamp->time = number * (digits == 13 ? SX_MILLISECOND : SX_SECOND);
    stamp->end = digits;
    stamp->precision = SX_LOG_MILLISECONDS;
    if (digits != 13)
        stamp->end = read_fraction(text, digits, stamp);
    return TRUE;
}

gboolean sx_stamp_digits(sx_slice text, sx_stamp *stamp) {
    gsize digits = 0;
    memset(stamp, 0, sizeof *stamp);
    while (digits < 15 && g_ascii_isdigit(at(text, digits)))
        digits++;
    if (digits != 14)
        return read_epoch(text, digits, stamp);
    gint hour = number_at(text, 8, 2);
    gint minute = number_at(text, 10, 2);
    gint second = number_at(text, 12, 2);
    set_date(stamp, number_at(text, 0, 4), number_at(text, 4, 2), number_at(text, 6, 2), 0);
    if (stamp->year == 0 || hour > 23 || minute > 59 || second > 60)
        return FALSE;
    stamp->time = (gint64)(hour * 3600 + minute * 60 + second) * SX_SECOND;
    stamp->end = read_fraction(text, digits, stamp);
    return TRUE;
}

gboolean sx_stamp_span(sx_slice text, sx_stamp *stamp) {
    static const struct {
        const char *name;
        gint64 micros;
    } units[] = {{"ms", SX_MILLISECOND},
                 {"s", SX_SECOND},
                 {"m", 60 * SX_SECOND},
                 {"h", 3600 * SX_SECOND},
                 {"d", DAY}};
    guint digits;
    memset(stamp, 0, sizeof *stamp);
    gint64 number = sx_slice_number(text, &digits);
    sx_slice unit = sx_slice_after(text, digits);
    for (guint i = 0; i < G_N_ELEMENTS(units) && digits > 0 && digits < 8; i++) {
        gsize len = strlen(units[i].name);
        if (!sx_slice_starts(unit, units[i].name) || g_ascii_isalnum(at(unit, len)))
            continue;
        stamp->time = number * units[i].micros;
        stamp->precision = i == 0 ? SX_LOG_MILLISECONDS : i == 1 ? SX_LOG_SECONDS : SX_LOG_NO_TIME;
        stamp->end = digits + len;
        return TRUE;
    }
    return FALSE;
}

gint64 sx_stamp_days(gint year, gint month, gint day) {
    /* Years begin in March, so that the day that comes and goes is the last one. */
    gint64 y = month <= 2 ? year - 1 : year;
    gint64 era = y / 400;
    gint64 of_era = y - era * 400;
    gint64 of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}
