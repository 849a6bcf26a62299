/* SPDX-License-Identifier: GPL-2.0-or-later
 * Challenges and credentials. Their headers are the only ones where a comma may join parameters of one value as well
 * as values (RFC 3261 section 7.3.1): a piece that is no name=value begins the next one.
 */
#include "challenge.h"

#include <string.h>

static gboolean is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Length of the word at the start of a piece; *next is set to the first character behind it and its spaces. */
static gsize word_length(sx_slice piece, gsize *next) {
    gsize end = 0;
    while (end < piece.len && !is_space(piece.p[end]) && piece.p[end] != '=' && piece.p[end] != '"')
        end++;
    *next = end;
    while (*next < piece.len && is_space(piece.p[*next]))
        (*next)++;
    return end;
}

static gboolean is_parameter(sx_slice piece) {
    gsize next;
    return word_length(piece, &next) > 0 && next < piece.len && piece.p[next] == '=';
}

/* A quote that was cut off or forgotten at the end does not make the value unreadable. */
static sx_slice unquote(sx_slice value) {
    if (value.len == 0 || value.p[0] != '"')
        return value;
    value.p++;
    value.len--;
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

/* Reads one name=value; of a name that is there twice the first counts. */
static void read_parameter(sx_slice piece, sx_challenge *challenge) {
    const struct {
        const char *name;
        sx_slice *value;
    } texts[] = {
        {"realm", &challenge->realm},         {"nonce", &challenge->nonce},
        {"algorithm", &challenge->algorithm}, {"qop", &challenge->qop},
        {"username", &challenge->username},   {"uri", &challenge->uri},
    };
    gsize next;
    sx_slice name = {piece.p, word_length(piece, &next)};
    if (next >= piece.len || piece.p[next] != '=')
        return;
    next++;
    sx_slice value = unquote(sx_slice_trim((sx_slice){piece.p + next, piece.len - next}));
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        if (sx_slice_is(name, texts[i].name) && texts[i].value->len == 0)
            *texts[i].value = value;
    }
    if (sx_slice_is(name, "stale"))
        challenge->stale = sx_slice_is(value, "true");
    else if (sx_slice_is(name, "nc"))
        set_nc(value, challenge);
    else if (sx_slice_is(name, "response"))
        challenge->has_response = value.len > 0;
    else if (sx_slice_is(name, "auts"))
        challenge->has_auts = value.len > 0;
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
                                .username = none,
                                .uri = none};
    challenge->is_digest = sx_slice_is(challenge->scheme, "Digest");
    if (next > len)
        read_parameter((sx_slice){piece.p + next, piece.len - next}, challenge);
}

gboolean sx_challenge_next(const sx_message *message, sx_header_id id, sx_header_walk *walk,
                           sx_challenge *challenge) {
    sx_slice piece;
    do { /* parameters without a scheme in front belong to nothing */
        if (!sx_message_next_element(message, id, walk, &piece))
            return FALSE;
    } while (is_parameter(piece));
    begin(piece, challenge);
    for (;;) {
        sx_slice before = walk->rest;
        if (!sx_slice_next_element(&walk->rest, &piece))
            return TRUE;
        if (piece.len == 0)
            continue;
        if (!is_parameter(piece)) {
            walk->rest = before;
            return TRUE;
        }
        read_parameter(piece, challenge);
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
