/* SPDX-License-Identifier: GPL-2.0-or-later
 * Matches one line. Nothing is tried twice: each part of a pattern takes what it takes, so a start is linear, and few
 * starts get beyond their first letter.
 */
#include "log/pattern.h"

#define CASE 0x20         /* the bit in which letters differ by case */
#define LONGEST_LINE 1024 /* no head is longer */

static const struct {
    const char *word;
    sx_log_direction direction;
} directions[] = {
    {"received", SX_LOG_RECEIVED}, {"transmitting", SX_LOG_SENT}, {"retransmitting", SX_LOG_SENT},
    {"sent", SX_LOG_SENT},         {"sending", SX_LOG_SENT},      {"recv", SX_LOG_RECEIVED},
    {"send", SX_LOG_SENT},         {"rcv", SX_LOG_RECEIVED},      {"snd", SX_LOG_SENT},
    {"rx", SX_LOG_RECEIVED},       {"tx", SX_LOG_SENT},           {"incoming", SX_LOG_RECEIVED},
    {"outgoing", SX_LOG_SENT},     {"ingress", SX_LOG_RECEIVED},  {"egress", SX_LOG_SENT},
    {"read", SX_LOG_RECEIVED},     {"receiving", SX_LOG_RECEIVED}};

static gboolean is_blank(char c) {
    return c == ' ' || c == '\t';
}

static gsize letters(sx_slice s) {
    gsize n = 0;
    while (n < s.len && g_ascii_isalpha(s.p[n]))
        n++;
    return n;
}

static gsize blanks(sx_slice s) {
    gsize n = 0;
    while (n < s.len && is_blank(s.p[n]))
        n++;
    return n;
}

const char *sx_pattern_transport(sx_slice word) {
    static const char *const names[] = {"UDP", "TCP", "TLS", "WSS", "WS", "SCTP"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (sx_slice_is(word, names[i]))
            return names[i];
    }
    return NULL;
}

/* A line feed ends a pattern too. */
static gboolean is_over(const char *pattern) {
    return *pattern == '\0' || *pattern == '\n';
}

static gsize take_direction(sx_slice rest, sx_head *head) {
    sx_slice word = {rest.p, letters(rest)};
    if (word.len < 2 || strchr("rtsioeRTSIOE", word.p[0]) == NULL)
        return 0; /* as nearly always */
    for (guint i = 0; i < G_N_ELEMENTS(directions); i++) {
        if (sx_slice_is(word, directions[i].word)) {
            head->direction = directions[i].direction;
            return word.len;
        }
    }
    return 0;
}

static gsize take_transport(sx_slice rest, sx_head *head) {
    sx_slice word = {rest.p, letters(rest)};
    const char *name = sx_pattern_transport(word);
    if (name == NULL)
        return 0;
    head->transport = name;
    return word.len;
}

static gsize take_letter(sx_slice rest, sx_head *head) {
    if (letters(rest) != 1 || (rest.p[0] != 'U' && rest.p[0] != 'T'))
        return 0;
    head->transport = rest.p[0] == 'U' ? "UDP" : "TCP";
    return 1;
}

static gsize take_stamp(sx_slice rest, sx_head *head) {
    if (!(sx_stamp_find((sx_slice){rest.p, MIN(rest.len, 64)}, 0, &head->stamp) &&
          head->stamp.begin == 0) &&
        !sx_stamp_digits(rest, &head->stamp))
        return 0;
    head->timed = TRUE;
    return head->stamp.end;
}

static gsize take_digits(sx_slice rest) {
    guint digits;
    sx_slice_number(rest, &digits);
    return digits;
}

/* How long the literal text at the start of a pattern is. */
static gsize literal_length(const char *pattern) {
    return strcspn(pattern, "% \n");
}

/* A run without blanks, up to the last place where the literal that follows stands in it. */
static gsize take_run(sx_slice rest, const char *pattern) {
    gsize end = 0;
    gsize literal = literal_length(pattern);
    while (end < rest.len && !is_blank(rest.p[end]))
        end++;
    if (literal == 0)
        return end;
    for (gsize i = end >= literal ? end - literal + 1 : 0; i > 1; i--) {
        if (sx_same_letters(rest.p + i - 1, pattern, literal))
            return i - 1;
    }
    return 0;
}

/* An address is a run too; what ends it where no literal follows are marks that no host has. */
static gsize take_address(sx_slice rest, const char *pattern) {
    gsize end = 0;
    while (end < rest.len && !is_blank(rest.p[end]) && rest.p[end] != '/' && rest.p[end] != ',')
        end++;
    gsize with_mark = MIN(end + literal_length(pattern), rest.len);
    return MIN(take_run((sx_slice){rest.p, with_mark}, pattern), end);
}

/* Everything up to what the pattern goes on with; rest.len + 1 if that is not there. */
static gsize take_anything(sx_slice rest, const char *pattern) {
    sx_head ignored;
    gsize literal = literal_length(pattern);
    if (is_over(pattern))
        return rest.len;
    if (literal > 0) {
        for (gsize i = 0; i + literal <= rest.len; i++) {
            if (sx_same_letters(rest.p + i, pattern, literal))
                return i;
        }
        return rest.len + 1;
    }
    for (gsize i = 0; i < rest.len; i++) {
        if (*pattern == ' ' ? is_blank(rest.p[i])
                            : take_direction(sx_slice_after(rest, i), &ignored) > 0)
            return i;
    }
    return rest.len + 1;
}

/* A word of this text that is a transport, last ones first: an interface may have such a name before it. */
static void find_transport(sx_slice text, sx_head *head) {
    for (gsize i = text.len; i > 0; i--) {
        if ((i == 1 || !g_ascii_isalnum(text.p[i - 2])) &&
            g_ascii_isalpha(text.p[MIN(i, text.len - 1)]) &&
            take_transport(sx_slice_after(text, i - 1), head) > 0)
            return;
    }
}

static gsize take_rule(sx_slice rest) {
    gsize n = 0;
    while (n < rest.len && rest.p[n] == rest.p[0])
        n++;
    return n >= 5 && rest.p[0] != '\0' && strchr("-=~_*#|", rest.p[0]) != NULL ? n : 0;
}

/* What one directive takes off the rest; FALSE if it does not fit. pattern: what follows the directive. */
static gboolean take(char directive, const char *pattern, sx_slice *rest, sx_head *head) {
    gsize n = 0;
    sx_slice *where = NULL;
    switch (directive) {
    case 'D': n = take_direction(*rest, head); break;
    case 'T': n = take_transport(*rest, head); break;
    case 'U': n = take_letter(*rest, head); break;
    case 't': n = take_stamp(*rest, head); break;
    case 'n': n = take_digits(*rest); break;
    case '-': n = take_rule(*rest); break;
    case 'w': n = take_run(*rest, pattern); break;
    case 'k':
        n = take_run(*rest, pattern);
        where = &head->key;
        break;
    case 's':
        n = take_address(*rest, pattern);
        where = &head->source;
        break;
    case 'd':
        n = take_address(*rest, pattern);
        where = &head->destination;
        break;
    case 'p':
        n = take_address(*rest, pattern);
        where = &head->peer;
        break;
    case 'l':
        n = take_address(*rest, pattern);
        where = &head->local;
        break;
    case 'S':
        n = take_digits(*rest);
        where = &head->source_port;
        break;
    case 'E':
        n = take_digits(*rest);
        where = &head->destination_port;
        break;
    case 'r':
        head->timed = sx_stamp_span(*rest, &head->stamp);
        n = head->timed ? head->stamp.end : 0;
        break;
    default: /* '*' and '+' */
        n = take_anything(*rest, pattern);
        if (n > rest->len)
            return FALSE;
        if (directive == '+')
            find_transport((sx_slice){rest->p, n}, head);
        *rest = sx_slice_after(*rest, n);
        return TRUE;
    }
    if (where != NULL)
        *where = (sx_slice){rest->p, n};
    *rest = sx_slice_after(*rest, n);
    return n > 0;
}

static gboolean match_here(const char *pattern, sx_slice rest, sx_head *head) {
    while (!is_over(pattern)) {
        if (*pattern == '%') {
            if (!take(pattern[1], pattern + 2, &rest, head))
                return FALSE;
            pattern += 2;
        } else if (*pattern == ' ') {
            gsize n = blanks(rest);
            if (n == 0 && (rest.len > 0 || !is_over(pattern + 1)))
                return FALSE;
            rest = sx_slice_after(rest, n);
            pattern++;
        } else {
            if (rest.len == 0 || g_ascii_tolower(*pattern) != g_ascii_tolower(rest.p[0]))
                return FALSE;
            rest = sx_slice_after(rest, 1);
            pattern++;
        }
    }
    return blanks(rest) == rest.len;
}

const char *sx_pattern_next(const char *pattern) {
    pattern += strcspn(pattern, "\n");
    return *pattern == '\n' ? pattern + 1 : NULL;
}

/* The next place from i on where a match may begin: not in the middle of a word. first: its first byte, if known. */
static gsize next_start(sx_slice line, gsize i, char first) {
    for (; i < line.len; i++) {
        if (first != '\0' && !g_ascii_isalpha(first)) {
            const char *found = memchr(line.p + i, first, line.len - i);
            return found ? (gsize)(found - line.p) : line.len;
        }
        if (first != '\0' && (line.p[i] | CASE) != (first | CASE))
            continue;
        if (i == 0 || !g_ascii_isalnum(line.p[i - 1]) || !g_ascii_isalnum(line.p[i]))
            break;
    }
    return i;
}

gboolean sx_pattern_match(const char *pattern, sx_slice line, sx_head *head, gsize *begin) {
    char first = *pattern == '%' ? '\0' : *pattern;
    gsize i = 0;
    if (line.len > LONGEST_LINE)
        return FALSE;
    if (*pattern == '^') {
        i = blanks(line);
        if (!match_here(pattern + 1, sx_slice_after(line, i), head))
            return FALSE;
    } else {
        while ((i = next_start(line, i, first)) < line.len &&
               !match_here(pattern, sx_slice_after(line, i), head))
            i++;
    }
    if (begin != NULL)
        *begin = i;
    return i < line.len || *pattern == '^';
}
