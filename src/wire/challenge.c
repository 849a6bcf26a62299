/* SPDX-License-Identifier: GPL-2.0-or-later
 * Challenges and credentials. Their headers are the only ones where a comma may join parameters of one value as well
 * as values (RFC 3261 section 7.3.1): a piece that is no name=value begins the next one.
 */
#include "wire/challenge.h"

#include <string.h>

/* What ends a word, and what a comma between two pieces may hide behind. */
enum { SPACE = 1, ENDS_WORD = 2, ENDS_PIECE = 4 };
static const guint8 kinds[256] = {
    [' '] = SPACE | ENDS_WORD,  ['\t'] = SPACE | ENDS_WORD, ['\r'] = SPACE | ENDS_WORD,
    ['\n'] = SPACE | ENDS_WORD, ['='] = ENDS_WORD,          ['"'] = ENDS_WORD | ENDS_PIECE,
    [','] = ENDS_PIECE,         ['<'] = ENDS_PIECE,         ['>'] = ENDS_PIECE,
};

static gboolean is_kind(char c, guint kind) {
    return (kinds[(guchar)c] & kind) != 0;
}

/* Length of the word at the start of a piece; *next is set to the first character behind it and its spaces. */
static gsize word_length(sx_slice piece, gsize *next) {
    gsize end = 0;
    while (end < piece.len && !is_kind(piece.p[end], ENDS_WORD))
        end++;
    *next = end;
    while (*next < piece.len && is_kind(piece.p[*next], SPACE))
        (*next)++;
    return end;
}

static gboolean is_parameter(sx_slice piece) {
    gsize next;
    return word_length(piece, &next) > 0 && next < piece.len && piece.p[next] == '=';
}

/* Where a quoted string ends; `at` is behind its first quote. */
static gsize behind_quotes(sx_slice text, gsize at) {
    const char *close = memchr(text.p + at, '"', text.len - at);
    if (close == NULL)
        return text.len;
    gsize end = (gsize)(close - text.p);
    if (memchr(text.p + at, '\\', end - at) == NULL)
        return end + 1;
    for (; at < text.len && text.p[at] != '"'; at++) {
        if (text.p[at] == '\\')
            at++;
    }
    return MIN(at + 1, text.len);
}

/* As sx_slice_next_element(), but fast in quoted strings: nearly all of these headers are. */
static gboolean next_piece(sx_slice *rest, sx_slice *piece) {
    gboolean in_angle = FALSE;
    gsize end = 0;
    if (rest->len == 0)
        return FALSE;
    for (;;) {
        while (end < rest->len && !is_kind(rest->p[end], ENDS_PIECE))
            end++;
        if (end >= rest->len || (rest->p[end] == ',' && !in_angle))
            break;
        char c = rest->p[end++];
        if (c == '"')
            end = behind_quotes(*rest, end);
        else if (c == '<')
            in_angle = TRUE;
        else if (c == '>')
            in_angle = FALSE;
    }
    *piece = sx_slice_trim((sx_slice){rest->p, end});
    gsize used = MIN(end + 1, rest->len);
    rest->p += used;
    rest->len -= used;
    return TRUE;
}

/* As sx_message_next_element(). */
static gboolean next_element(const sx_message *message, sx_header_id id, sx_header_walk *walk,
                             sx_slice *piece) {
    for (;;) {
        while (next_piece(&walk->rest, piece)) {
            if (piece->len > 0)
                return TRUE;
        }
        if (!sx_message_next_value(message, id, walk, &walk->rest))
            return FALSE;
    }
}

/* A quote that was cut off or forgotten at the end does not make the value unreadable. */
static sx_slice unquote(sx_slice value) {
    if (value.len == 0 || value.p[0] != '"')
        return value;
    value.p++;
    value.len--;
    const char *close = memchr(value.p, '"', value.len);
    if (close != NULL && memchr(value.p, '\\', (gsize)(close - value.p)) == NULL) {
        value.len = (gsize)(close - value.p);
        return value;
    }
    for (gsize i = 0; i < value.len; i++) {
        if (value.p[i] == '\\')
            i++;
        else if (value.p[i] == '"')
            value.len = i;
    }
    return value;
}

static void set_nc(sx_slice value, sx_challenge *challenge) {
    guint64 nc = 0;
    for (gsize i = 0; i < value.len && g_ascii_isxdigit(value.p[i]); i++) {
        challenge->has_nc = TRUE;
        if (nc <= G_MAXUINT32)
            nc = nc * 16 + (guint64)g_ascii_xdigit_value(value.p[i]);
    }
    challenge->nc = (guint32)MIN(nc, G_MAXUINT32);
}

/* Of a name that is there twice the first counts. */
static inline void set_text(sx_slice name, const char *wanted, sx_slice value, sx_slice *text) {
    if (text->len == 0 && sx_slice_is(name, wanted))
        *text = value;
}

static void set_parameter(sx_slice name, sx_slice value, sx_challenge *challenge) {
    switch (g_ascii_tolower(name.p[0])) { /* spares most of the comparisons */
    case 'a':
        set_text(name, "algorithm", value, &challenge->algorithm);
        if (sx_slice_is(name, "auts"))
            challenge->has_auts = value.len > 0;
        break;
    case 'c':
        if (sx_slice_is(name, "cnonce"))
            challenge->has_cnonce = value.len > 0;
        break;
    case 'n':
        if (sx_slice_is(name, "nc"))
            set_nc(value, challenge);
        else
            set_text(name, "nonce", value, &challenge->nonce);
        break;
    case 'o': set_text(name, "opaque", value, &challenge->opaque); break;
    case 'q': set_text(name, "qop", value, &challenge->qop); break;
    case 'r':
        set_text(name, "realm", value, &challenge->realm);
        if (sx_slice_is(name, "response"))
            challenge->response_len = value.len;
        break;
    case 's':
        if (sx_slice_is(name, "stale"))
            challenge->stale = sx_slice_is(value, "true");
        break;
    case 'u':
        set_text(name, "username", value, &challenge->username);
        set_text(name, "uri", value, &challenge->uri);
        if (sx_slice_is(name, "userhash"))
            challenge->has_userhash = sx_slice_is(value, "true");
        break;
    default: break;
    }
}

/* Reads one name=value; answers whether it is one. */
static gboolean read_parameter(sx_slice piece, sx_challenge *challenge) {
    gsize next;
    sx_slice name = {piece.p, word_length(piece, &next)};
    if (name.len == 0 || next >= piece.len || piece.p[next] != '=')
        return FALSE;
    next++;
    set_parameter(name, unquote(sx_slice_trim(sx_slice_after(piece, next))), challenge);
    return TRUE;
}

static gsize behind_space(sx_slice text, gsize at) {
    while (at < text.len && is_kind(text.p[at], SPACE))
        at++;
    return at;
}

/* The same in one go, with the comma behind it, where nothing is odd: no backslash, nothing behind a quoted string. */
static gboolean take_parameter(sx_slice *rest, sx_challenge *challenge) {
    gsize start = behind_space(*rest, 0);
    gsize end = start;
    while (end < rest->len && !is_kind(rest->p[end], ENDS_WORD | ENDS_PIECE))
        end++;
    sx_slice name = {rest->p + start, end - start};
    if (name.len == 0 || end >= rest->len || rest->p[end] != '=')
        return FALSE;
    start = behind_space(*rest, end + 1);
    if (start < rest->len && rest->p[start] == '"') {
        start++;
        const char *close = memchr(rest->p + start, '"', rest->len - start);
        if (close == NULL ||
            memchr(rest->p + start, '\\', (gsize)(close - rest->p) - start) != NULL)
            return FALSE;
        end = (gsize)(close - rest->p);
    } else {
        for (end = start; end < rest->len && !is_kind(rest->p[end], ENDS_WORD | ENDS_PIECE);)
            end++;
    }
    gsize next = behind_space(*rest, end < rest->len && rest->p[end] == '"' ? end + 1 : end);
    if (next < rest->len && rest->p[next] != ',')
        return FALSE;
    set_parameter(name, (sx_slice){rest->p + start, end - start}, challenge);
    *rest = sx_slice_after(*rest, MIN(next + 1, rest->len));
    return TRUE;
}

static void begin(sx_slice piece, sx_challenge *challenge) {
    const sx_slice none = {piece.p, 0};
    gsize next;
    gsize len = word_length(piece, &next);
    *challenge = (sx_challenge){.scheme = {piece.p, len},
                                .realm = none,
                                .nonce = none,
                                .algorithm = none,
                                .qop = none,
                                .opaque = none,
                                .username = none,
                                .uri = none};
    challenge->is_digest = sx_slice_is(challenge->scheme, "Digest");
    if (next > len)
        read_parameter(sx_slice_after(piece, next), challenge);
}

gboolean sx_challenge_next(const sx_message *message, sx_header_id id, sx_header_walk *walk,
                           sx_challenge *challenge) {
    sx_slice piece;
    do { /* parameters without a scheme in front belong to nothing */
        if (!next_element(message, id, walk, &piece))
            return FALSE;
    } while (is_parameter(piece));
    begin(piece, challenge);
    for (;;) {
        while (take_parameter(&walk->rest, challenge)) {
        }
        sx_slice before = walk->rest;
        if (!next_piece(&walk->rest, &piece))
            return TRUE;
        if (piece.len > 0 && !read_parameter(piece, challenge)) {
            walk->rest = before;
            return TRUE;
        }
    }
}

sx_slice sx_challenge_unescape(sx_slice quoted, char *room, gsize size) {
    gsize used = 0;
    if (quoted.len == 0 || memchr(quoted.p, '\\', quoted.len) == NULL)
        return quoted;
    for (gsize i = 0; i < quoted.len && used < size; i++) {
        if (quoted.p[i] == '\\' && i + 1 < quoted.len)
            i++;
        room[used++] = quoted.p[i];
    }
    return (sx_slice){room, used};
}
