/* SPDX-License-Identifier: GPL-2.0-or-later
 * Recognizes start lines: a version with a code behind it, or with a method and a URI before it.
 */
#include "log/start.h"

#include "log/find.h"

#define VERSION_LEN 7 /* SIP/2.0 */
#define LONGEST_URI 2048
#define LONGEST_LINE 1024 /* before the start line in its own line */
#define LONGEST_METHOD 32
#define LONGEST_PHRASE 256
#define MANY_BLANKS 8
#define PACKET_HEADERS 160 /* bytes before a message in a packet, as text */

static gboolean is_blank(char c) {
    return c == ' ' || c == '\t';
}

/* The byte at this place; the end of the text is the end of a line. */
static char byte_at(sx_window *window, gsize i) {
    return sx_window_has(window, i) ? window->bytes[i] : '\n';
}

/* The kind of escaped line end at this place. */
static char escape_at(sx_window *window, gsize i) {
    char mark = byte_at(window, i);
    if (mark != '#' && mark != '\\' && mark != '^')
        return '\0';
    sx_window_has(window, i + 8);
    sx_slice rest = {window->bytes + i, window->len - i};
    return sx_lines_escape(rest, mark) > 0 ? mark : '\0';
}

/* Whether a line ends at this place, blanks apart; notes how. */
static gboolean ends_line(sx_window *window, gsize i, sx_start *start) {
    gsize first = i;
    while (i - first < MANY_BLANKS && is_blank(byte_at(window, i)))
        i++;
    start->dots = byte_at(window, i) == '.';
    start->blank_escape = i > first;
    char c = byte_at(window, i + (start->dots ? 1 : 0));
    start->escape = escape_at(window, i + (start->dots ? 1 : 0));
    return start->escape != '\0' || c == '\r' || c == '\n' || c == '\0' || c == '\x1b';
}

static gboolean is_status_line(sx_window *window, gsize version, sx_start *start) {
    gsize i = version + VERSION_LEN;
    if (byte_at(window, i) != ' ')
        return FALSE;
    for (guint k = 1; k <= 3; k++) {
        if (!g_ascii_isdigit(byte_at(window, i + k)))
            return FALSE;
    }
    if (g_ascii_isalnum(byte_at(window, i + 4)))
        return FALSE;
    start->begin = version;
    for (i += 4; i < version + LONGEST_PHRASE; i++) {
        char c = byte_at(window, i);
        if (c == '\n' || escape_at(window, i) != '\0')
            break;
    }
    while (is_blank(window->bytes[i - 1]))
        i--;
    ends_line(window, i, start);
    return TRUE;
}

/* Whether an escape sequence of a terminal ends before this place. */
static gboolean is_behind_color(const char *bytes, gsize floor, gsize i) {
    for (i--; i > floor && (g_ascii_isdigit(bytes[i - 1]) || bytes[i - 1] == ';'); i--)
        ;
    return i >= floor + 2 && bytes[i - 1] == '[' && bytes[i - 2] == '\x1b';
}

/* "METHOD uri " before the version. */
static gboolean is_request_line(sx_window *window, gsize version, gsize floor, sx_start *start) {
    const char *bytes = window->bytes;
    gsize i = version;
    gboolean has_colon = FALSE;
    while (i > floor && version - i < MANY_BLANKS && is_blank(bytes[i - 1]))
        i--;
    gsize end = i;
    for (; i > floor && end - i < LONGEST_URI && (guchar)bytes[i - 1] > ' '; i--)
        has_colon = has_colon || bytes[i - 1] == ':';
    if (end == version || i == end || i == floor || !is_blank(bytes[i - 1]) || !has_colon)
        return FALSE;
    while (i > floor && is_blank(bytes[i - 1]))
        i--;
    end = i;
    while (i > floor && end - i < LONGEST_METHOD && g_ascii_isupper(bytes[i - 1]))
        i--;
    if (end - i < 3 ||
        (i > floor && g_ascii_isalpha(bytes[i - 1]) && !is_behind_color(bytes, floor, i)))
        return FALSE;
    start->begin = i;
    return ends_line(window, version + VERSION_LEN, start);
}

gboolean sx_start_read(sx_window *window, gsize version, gsize floor, sx_start *start) {
    *start = (sx_start){.behind = version + VERSION_LEN};
    if (!is_status_line(window, version, start) &&
        (version == floor || !is_blank(window->bytes[version - 1]) ||
         !is_request_line(window, version, floor, start)))
        return FALSE;
    gsize low = start->begin > floor + LONGEST_LINE ? start->begin - LONGEST_LINE : floor;
    const char *lf = sx_find_last(window->bytes + low, '\n', start->begin - low);
    if (lf == NULL && low > floor)
        return FALSE;
    start->line = lf ? (gsize)(lf - window->bytes) + 1 : low;
    return TRUE;
}

/* ---- the lines above -------------------------------------------------------------------------- */

/** Lines from the start line upwards, gathered as they are asked for. */
typedef struct {
    const char *bytes;
    gsize floor,
        below; /* nothing is looked at before `floor`; the next line up ends before `below` */
    gboolean escaped; /* as syslog does: what it puts before a record is no part of the head */
    gsize begin;      /* where the pattern begins in the last line of the head that was found */
    sx_found *found;  /* its room takes changed lines */
    guint n;
    sx_slice lines[SX_START_ABOVE];
    gsize begins[SX_START_ABOVE];
} above;

/* The line as it was meant; long ones are left as they are: no head is. */
static sx_slice cleaned(sx_found *found, sx_slice line) {
    guint ignored = 0;
    if (memchr(line.p, '\x1b', line.len) == NULL && memchr(line.p, '&', line.len) == NULL)
        return line;
    if (line.len > sizeof found->room - found->used)
        return (sx_slice){line.p, 0};
    GString *room = g_string_sized_new(line.len);
    sx_slice clean = sx_lines_clean(line, TRUE, FALSE, room, &ignored);
    if (clean.p != line.p) {
        char *copy = found->room + found->used;
        memcpy(copy, clean.p, clean.len);
        found->used += clean.len;
        clean.p = copy;
    }
    g_string_free(room, TRUE);
    return clean;
}

static void add_line(above *up, gsize begin, gsize end) {
    if (up->n == SX_START_ABOVE)
        return;
    while (end > begin && (up->bytes[end - 1] == '\r' || up->bytes[end - 1] == '\n'))
        end--;
    up->begins[up->n] = begin;
    up->lines[up->n++] = cleaned(up->found, (sx_slice){up->bytes + begin, end - begin});
}

/* The i-th line up; FALSE if there is none. */
static gboolean line_up(above *up, guint i) {
    while (i >= up->n) {
        if (up->n == SX_START_ABOVE || up->below <= up->floor)
            return FALSE;
        gsize end = up->below - (up->bytes[up->below - 1] == '\n' ? 1 : 0);
        const char *lf = sx_find_last(up->bytes + up->floor, '\n', end - up->floor);
        gsize begin = lf ? (gsize)(lf - up->bytes) + 1 : up->floor;
        add_line(up, begin, end);
        up->below = begin;
    }
    return TRUE;
}

/* The i-th line up without what stands before each line. */
static sx_slice content(const above *up, guint i, sx_slice prefix) {
    sx_slice line = up->lines[i];
    gssize len = prefix.len > 0 ? sx_lines_prefix(prefix, line) : 0;
    if (len > 0) {
        line.p += len;
        line.len -= (gsize)len;
    }
    sx_stamp stamp;
    if (up->escaped && sx_stamp_leads(line, &stamp)) {
        const char *mark = sx_find_bytes(line.p + stamp.end, line.len - stamp.end, "]: ", 3);
        if (mark != NULL)
            line = (sx_slice){mark + 3, (gsize)(line.p + line.len - mark) - 3};
    }
    return line;
}

/* Whether nothing but one mark stands there over and over, or nothing at all. */
static gboolean is_rule_or_empty(sx_slice line) {
    sx_head ignored;
    line = sx_slice_trim(line);
    return line.len == 0 || (line.p[0] == '-' && sx_pattern_match("^%-", line, &ignored, NULL)) ||
           (line.p[0] == '~' && sx_pattern_match("^%-", line, &ignored, NULL));
}

/* Takes the time from the heads' lines where no pattern took it. */
static void note_stamp(sx_slice text, sx_head *head) {
    sx_stamp stamp;
    if (!sx_stamp_best(text, &stamp) && !sx_stamp_digits(text, &stamp))
        return;
    if (!head->timed)
        head->stamp = stamp;
    else
        sx_stamp_borrow_date(&head->stamp, &stamp);
    head->timed = TRUE;
}

/* Matches the lines of a head from the last one up; returns behind the topmost one, 0 if they do not match. */
static guint match_up(above *up, guint i, sx_slice prefix, const char *const *patterns, guint n,
                      sx_head *head) {
    guint last = i;
    while (n-- > 0) {
        const char *pattern = patterns[n];
        gboolean optional = *pattern == '?';
        sx_head before = *head;
        gsize begin = 0;
        if (!optional && i > last && line_up(up, i) && content(up, i, prefix).len == 0)
            i++; /* as in a paste of doubled lines */
        if (line_up(up, i) &&
            sx_pattern_match(pattern + optional, content(up, i, prefix), head, &begin)) {
            sx_slice line = up->lines[i];
            if (i == last)
                line.len = up->begin = begin + (line.len - content(up, i, prefix).len);
            note_stamp(line, head);
            i++;
        } else if (optional) {
            *head = before; /* what the line has of the pattern is not of this record */
        } else {
            return 0;
        }
    }
    return i;
}

static guint match_format(above *up, guint i, sx_slice prefix, const sx_log_format *format,
                          sx_head *head) {
    const char *patterns[SX_START_ABOVE];
    guint n = 0;
    if (up->lines[i].len > LONGEST_LINE ||
        sx_find_bytes(up->lines[i].p, up->lines[i].len, format->needle, strlen(format->needle)) ==
            NULL)
        return 0;
    for (const char *p = format->head; p != NULL && n < SX_START_ABOVE; p = sx_pattern_next(p))
        patterns[n++] = p;
    memset(head, 0, sizeof *head);
    return match_up(up, i, prefix, patterns, n, head);
}

/* Tries the formats on the lines from the i-th one up; packets: only those that dump packets. */
static gboolean match_formats(above *up, guint i, sx_slice prefix, gboolean packets,
                              sx_found *found) {
    for (guint k = 0; line_up(up, i) && k < sx_log_n_formats; k++) {
        if (packets && !sx_log_formats[k].packets)
            continue;
        guint top = match_format(up, i, prefix, &sx_log_formats[k], &found->head);
        if (top == 0)
            continue;
        found->format = &sx_log_formats[k];
        found->begin = up->begins[top - 1];
        found->above = line_up(up, top) ? up->lines[top] : found->prefix;
        return TRUE;
    }
    memset(&found->head, 0, sizeof found->head);
    return FALSE;
}

/* Gathers the lines that stand, with escaped ends, before the start line in its own line; returns where the last one of
 * them, which is the prefix of the start line, begins. */
static gsize add_escaped_lines(above *up, const sx_start *start) {
    gsize ends[SX_START_ABOVE], begins[SX_START_ABOVE];
    guint n = 0;
    gsize begin = start->line;
    const char *end = up->bytes + start->begin;
    const char *mark = up->bytes + begin;
    while (start->escape != '\0' &&
           (mark = memchr(mark, start->escape, (gsize)(end - mark))) != NULL) {
        gsize len = sx_lines_escape((sx_slice){mark, (gsize)(end - mark)}, start->escape);
        if (len > 0) {
            begins[n % SX_START_ABOVE] = begin;
            ends[n++ % SX_START_ABOVE] = (gsize)(mark - up->bytes);
            begin = (gsize)(mark - up->bytes) + len;
        }
        mark += MAX(len, 1);
    }
    for (guint k = 1; k <= MIN(n, SX_START_ABOVE); k++)
        add_line(up, begins[(n - k) % SX_START_ABOVE], ends[(n - k) % SX_START_ABOVE]);
    return begin;
}

/* The head above the headers of a packet, which a dump shows as text, with a line end wherever they have that byte. */
static gboolean match_above_packet(above *up, const sx_start *start, sx_found *found) {
    sx_slice margin = found->prefix;
    gsize n = 0;
    while (n < margin.len && (is_blank(margin.p[n]) || margin.p[n] == '>'))
        n++;
    margin.len = n;
    for (guint i = 0; line_up(up, i) && start->begin - up->begins[i] <= PACKET_HEADERS; i++) {
        if (match_formats(up, i + 1, margin, TRUE, found)) {
            found->prefix = margin;
            return TRUE;
        }
    }
    return FALSE;
}

/* The head that ends right before the start line, in the same line. */
static gboolean match_before(above *up, gsize begin, const sx_start *start, sx_found *found) {
    const sx_slice none = {NULL, 0};
    up->n = 0;
    add_line(up, begin, start->begin);
    if (begin > start->line)
        add_escaped_lines(up, start);
    if (match_formats(up, 0, none, FALSE, found)) {
        found->prefix = (sx_slice){up->lines[0].p, up->begin};
        return TRUE;
    }
    up->n = 0;
    add_escaped_lines(up, start);
    return FALSE;
}

/* Whether it is what Python prints of bytes: b'...' as the whole line, which no program has. */
static gboolean is_printed_bytes(sx_slice before) {
    return before.len == 2 && before.p[0] == 'b' && (before.p[1] == '\'' || before.p[1] == '"');
}

/* What stands alone takes its time from the stamp before it in its line, else from the line above, if that begins with
 * one. Nothing else may stand before it. */
static gboolean stand_alone(above *up, guint i, const sx_start *start, sx_found *found) {
    sx_stamp stamp;
    gboolean leads = sx_stamp_leads(found->prefix, &stamp);
    found->format = &sx_log_bare;
    found->begin = leads ? start->line : start->begin;
    if (leads || (line_up(up, i) && sx_stamp_leads(up->lines[i], &stamp))) {
        found->head.stamp = stamp;
        found->head.timed = TRUE;
        if (!leads)
            found->begin = up->begins[i];
    }
    return leads || found->prefix.len == 0 ||
           (start->escape == '\\' && is_printed_bytes(found->prefix));
}

/* Whether the start line stands in a string of a program, with what is before it in its line. */
static gboolean is_in_string(const sx_window *window, const sx_start *start) {
    sx_slice before = {window->bytes + start->line, start->begin - start->line};
    return start->escape == '\\' && !is_printed_bytes(before) &&
           (memchr(before.p, '"', before.len) != NULL ||
            memchr(before.p, '\'', before.len) != NULL);
}

/* Whether each line is a comment of a program: quotes have other marks. */
static gboolean is_comment(sx_slice prefix) {
    prefix = sx_slice_trim(prefix);
    return sx_slice_is_exactly(prefix, "*") || sx_slice_is_exactly(prefix, "//") ||
           sx_slice_is_exactly(prefix, "#");
}

static gboolean find_head(const sx_window *window, gsize floor, const sx_start *start,
                          sx_found *found) {
    gsize low = start->line > floor + SX_START_BEFORE ? start->line - SX_START_BEFORE : floor;
    above up = {.bytes = window->bytes,
                .floor = low,
                .below = start->line,
                .escaped = start->escape == '#',
                .found = found};
    if (is_in_string(window, start))
        return FALSE;
    gsize begin = add_escaped_lines(&up, start);
    sx_slice before = {window->bytes + begin, start->begin - begin};
    if (sx_slice_trim(before).len > 0 && match_before(&up, begin, start, found))
        return TRUE;
    found->prefix = cleaned(found, before);
    guint i = 0;
    while (i < 3 && line_up(&up, i) && is_rule_or_empty(content(&up, i, found->prefix)))
        i++;
    if (match_formats(&up, i, found->prefix, FALSE, found))
        return found->format->dots || !start->dots;
    return match_above_packet(&up, start, found) || stand_alone(&up, i, start, found);
}

gboolean sx_start_head(const sx_window *window, gsize floor, const sx_start *start,
                       sx_found *found) {
    found->format = NULL;
    found->used = 0;
    found->above = (sx_slice){NULL, 0};
    found->prefix = (sx_slice){NULL, 0};
    return find_head(window, floor, start, found) && !is_comment(found->prefix);
}
