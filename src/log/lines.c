/* SPDX-License-Identifier: GPL-2.0-or-later
 * Cleans lines. A line that is as it should be is not copied.
 */
#include "log/lines.h"

#define ESC '\x1b'

static const struct {
    const char *name;
    char character;
} entities[] = {{"&lt;", '<'},    {"&gt;", '>'},    {"&amp;", '&'},
                {"&quot;", '"'},  {"&#34;", '"'},   {"&#39;", '\''},
                {"&#x27;", '\''}, {"&apos;", '\''}, {"&nbsp;", ' '}};

/* Longer ones first. */
static const char *const escapes[] = {"#015#012", "#012", "#015", "\\r\\n", "\\n", "\\r", "^M"};

gsize sx_lines_escape(sx_slice text, char kind) {
    for (guint i = 0; i < G_N_ELEMENTS(escapes); i++) {
        gsize len = strlen(escapes[i]);
        if (escapes[i][0] == kind && text.len >= len && memcmp(text.p, escapes[i], len) == 0)
            return len;
    }
    return 0;
}

/* The length of an escape sequence: ESC, '[', parameters, a letter. */
static gsize color_length(sx_slice s) {
    gsize i = 2;
    if (s.len < 3 || s.p[1] != '[')
        return 1;
    while (i < s.len && i < 24 && !g_ascii_isalpha(s.p[i]))
        i++;
    return MIN(i + 1, s.len);
}

static gsize entity_length(sx_slice s, char *character) {
    for (guint i = 0; i < G_N_ELEMENTS(entities); i++) {
        gsize len = strlen(entities[i].name);
        if (s.len >= len && memcmp(s.p, entities[i].name, len) == 0) {
            *character = entities[i].character;
            return len;
        }
    }
    return 0;
}

sx_slice sx_lines_clean(sx_slice line, gboolean with_entities, gboolean quotes, GString *room,
                        guint *repairs) {
    char character = '\0';
    if (memchr(line.p, ESC, line.len) == NULL &&
        (!with_entities || memchr(line.p, '&', line.len) == NULL) &&
        (!quotes || memchr(line.p, '\\', line.len) == NULL))
        return line;
    g_string_truncate(room, 0);
    for (gsize i = 0; i < line.len;) {
        sx_slice rest = sx_slice_after(line, i);
        gsize len = 0;
        if (*rest.p == ESC) {
            i += color_length(rest);
            *repairs |= SX_LOG_COLORS;
        } else if (with_entities && *rest.p == '&' && (len = entity_length(rest, &character)) > 0) {
            i += len;
            g_string_append_c(room, character);
            *repairs |= SX_LOG_ENTITIES;
        } else if (quotes && rest.len > 1 && rest.p[0] == '\\' && rest.p[1] == '"') {
            i++; /* the quote itself comes next */
            g_string_append_c(room, line.p[i++]);
        } else {
            g_string_append_c(room, *rest.p);
            i++;
        }
    }
    return (sx_slice){room->str, room->len};
}

static gboolean is_blank(char c) {
    return c == ' ' || c == '\t';
}

static gsize run_length(sx_slice s, gsize from, gboolean (*is_member)(char c)) {
    gsize i = from;
    while (i < s.len && is_member(s.p[i]))
        i++;
    return i - from;
}

static gboolean is_digit(char c) {
    return g_ascii_isdigit(c);
}

static gboolean is_letter(char c) {
    return g_ascii_isalpha(c);
}

static gboolean is_name(sx_slice s) {
    return s.len == 3 && g_ascii_isupper(s.p[0]) && g_ascii_islower(s.p[1]) &&
           g_ascii_islower(s.p[2]);
}

/* Names of months and days (three letters) and levels (one) change from line to line. */
static gboolean are_alike(sx_slice a, sx_slice b) {
    if (a.len != b.len)
        return FALSE;
    return a.len == 1 || memcmp(a.p, b.p, a.len) == 0 || (is_name(a) && is_name(b));
}

gssize sx_lines_prefix(sx_slice prefix, sx_slice line) {
    gsize j = 0;
    for (gsize i = 0; i < prefix.len;) {
        gboolean (*kind)(char) = is_digit(prefix.p[i])    ? is_digit
                                 : is_letter(prefix.p[i]) ? is_letter
                                 : is_blank(prefix.p[i])  ? is_blank
                                                          : NULL;
        gsize n = kind ? run_length(prefix, i, kind) : 1;
        gsize m = kind ? run_length(line, j, kind) : 1;
        if (kind == is_blank) {
            if (m == 0 && j < line.len && i > 0)
                return -1;
            if (i + n == prefix.len || i == 0)
                m = MIN(m, n); /* what is more belongs to the line */
        } else if (j >= line.len || m == 0 || (kind == NULL && line.p[j] != prefix.p[i]) ||
                   (kind == is_letter &&
                    !are_alike((sx_slice){prefix.p + i, n}, (sx_slice){line.p + j, m}))) {
            return -1;
        }
        i += n;
        j += m;
    }
    return (gssize)j;
}

/* The bytes that are there. */
static sx_slice all(const sx_lines *lines) {
    return lines->window ? (sx_slice){lines->window->bytes, lines->window->len} : lines->text;
}

/* Finds the end of the line that begins here, not counting the line feed; FALSE if there is none nearby. */
static gboolean find_line_end(sx_lines *lines) {
    gsize from = lines->at;
    if (lines->escape != '\0' && from < lines->line_end)
        return TRUE; /* the line goes on behind an escaped end */
    for (;;) {
        sx_slice text = all(lines);
        const char *lf = from < text.len ? memchr(text.p + from, '\n', text.len - from) : NULL;
        lines->line_ends = lf != NULL;
        lines->line_end = lf ? (gsize)(lf - text.p) : text.len;
        if (lines->line_end - lines->at > SX_LOG_LARGEST)
            return FALSE;
        if (lf != NULL)
            return TRUE;
        from = text.len;
        if (lines->window == NULL || !sx_window_fill(lines->window))
            return lines->line_end > lines->at;
    }
}

/* Ends the line at the first escaped line end in it, if there is one. */
static void cut_at_escape(sx_lines *lines, sx_slice text, gsize *end, sx_line *line) {
    gsize line_end = *end;
    for (gsize i = lines->at; i < line_end; i++) {
        const char *mark = memchr(text.p + i, lines->escape, line_end - i);
        gsize len = 0;
        if (mark == NULL)
            return;
        i = (gsize)(mark - text.p);
        len = sx_lines_escape((sx_slice){mark, line_end - i}, lines->escape);
        if (len == 0)
            continue;
        *end = i;
        gsize behind = i + len;
        if (behind < line_end && text.p[behind] == '\r')
            behind++;
        if (behind < line_end || !line->ends)
            line->behind = behind;
        if (lines->blank_escape && *end > lines->at && is_blank(text.p[*end - 1]))
            --*end;
        line->ends = TRUE;
        lines->repairs |= SX_LOG_ESCAPES;
        return;
    }
}

static void take_prefix_off(sx_lines *lines, sx_line *line) {
    gssize len = sx_lines_prefix(lines->prefix, line->text);
    if (len <= 0)
        return;
    line->text.p += len;
    line->text.len -= (gsize)len;
    line->prefixed = TRUE;
    lines->repairs |= SX_LOG_PREFIXES;
}

static gboolean next_line(sx_lines *lines, sx_line *line) {
    if (!find_line_end(lines))
        return FALSE;
    sx_slice text = all(lines);
    gsize end = lines->line_end;
    line->ends = lines->line_ends;
    line->begin = lines->at;
    line->behind = end + (line->ends ? 1 : 0);
    if (lines->escape != '\0')
        cut_at_escape(lines, text, &end, line);
    lines->at = line->behind;
    line->cr = line->prefixed = FALSE;
    while (end > line->begin && text.p[end - 1] == '\r') {
        line->cr = TRUE;
        end--;
    }
    line->text = (sx_slice){text.p + line->begin, end - line->begin};
    const char *nul = memchr(line->text.p, '\0', line->text.len);
    line->nul = nul != NULL;
    if (nul != NULL)
        line->text.len = (gsize)(nul - line->text.p);
    if (lines->dots && line->text.len > 0 && line->text.p[line->text.len - 1] == '.') {
        line->text.len--;
        line->cr = TRUE;
    }
    line->text = sx_lines_clean(line->text, lines->entities, lines->escape == '\\', lines->clean,
                                &lines->repairs);
    if (lines->prefix.len > 0)
        take_prefix_off(lines, line);
    return TRUE;
}

gboolean sx_lines_next(sx_lines *lines, sx_line *line) {
    if (!next_line(lines, line))
        return FALSE;
    if (lines->doubled && !line->nul) {
        sx_lines ahead = *lines;
        sx_line second;
        GString *room = lines->clean;
        ahead.clean = g_string_new(NULL); /* the line itself may be in the other one */
        if (next_line(&ahead, &second) && second.text.len == 0)
            line->behind = lines->at = second.behind;
        g_string_free(ahead.clean, TRUE);
        lines->clean = room;
        lines->repairs |= SX_LOG_DOUBLED;
    }
    return TRUE;
}
