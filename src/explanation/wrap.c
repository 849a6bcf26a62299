/* SPDX-License-Identifier: GPL-2.0-or-later
 * Lines of limited width out of a long text. Where a line may end follows Unicode Standard Annex 14 as far as the
 * languages that we have need it; Thai, whose words only a dictionary tells apart, is cut at its spaces.
 */
#include "explanation/wrap.h"

guint sx_columns_of_char(gunichar c) {
    if (c < 0x300 || (c >= 0x370 && c < 0x483)) /* Latin, Greek, Cyrillic: most of what passes */
        return 1;
    return g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
}

/* The character at a place that is not ASCII; most of them have two bytes. */
static inline gunichar decode(const char *p) {
    guchar lead = (guchar)p[0];
    return lead < 0xe0 ? (gunichar)(lead & 0x1f) << 6 | ((guchar)p[1] & 0x3f) : g_utf8_get_char(p);
}

guint sx_columns_of(const char *text) {
    guint columns = 0;
    while (*text != '\0') {
        gboolean plain = (guchar)*text < 0x80;
        columns += plain ? 1 : sx_columns_of_char(decode(text));
        text = plain ? text + 1 : g_utf8_next_char(text);
    }
    return columns;
}

/* The character at a place, and where the next one begins; 0 at the end or in a character that is cut off. */
static inline gunichar char_at(sx_slice text, gsize at, gsize *next) {
    guchar first = at < text.len ? (guchar)text.p[at] : 0;
    gsize len = first < 0x80 ? first != 0 : (gsize)g_utf8_skip[first];
    *next = at + len;
    if (first < 0x80)
        return first;
    return *next <= text.len ? decode(text.p + at) : 0;
}

/* The small letters of Japanese. */
static const char small_kana[] = "\u3041\u3043\u3045\u3047\u3049\u3063\u3083\u3085\u3087\u308e"
                                 "\u30a1\u30a3\u30a5\u30a7\u30a9\u30c3\u30e3"
                                 "\u30e5\u30e7\u30ee";

/* Marks that end something, and what cannot stand alone: none of them begins a line. */
static gboolean stays_with_what_is_before(gunichar c) {
    switch (g_unichar_type(c)) {
    case G_UNICODE_CLOSE_PUNCTUATION:
    case G_UNICODE_FINAL_PUNCTUATION:
    case G_UNICODE_OTHER_PUNCTUATION:
    case G_UNICODE_DASH_PUNCTUATION:
    case G_UNICODE_MODIFIER_LETTER:
        return TRUE; /* the long vowel and repetitions of Japanese, too */
    default:
        return sx_columns_of_char(c) == 0 ||
               g_utf8_strchr(small_kana, sizeof small_kana - 1, c) != NULL;
    }
}

static gboolean stays_with_what_follows(gunichar c) {
    GUnicodeType type = g_unichar_type(c);
    return type == G_UNICODE_OPEN_PUNCTUATION || type == G_UNICODE_INITIAL_PUNCTUATION;
}

/* Whether words of this script stand side by side without spaces. Korean has spaces. */
static gboolean is_of_words_without_spaces(gunichar c) {
    return c >= 0x2e80 && g_unichar_iswide(c) && !(c >= 0xac00 && c <= 0xd7a3);
}

/* Whether a line may end between two characters that no space parts. */
static gboolean may_end_between(gunichar before, gunichar after) {
    if (MAX(before, after) < 0x2e80 ||
        (!is_of_words_without_spaces(before) && !is_of_words_without_spaces(after)))
        return FALSE;
    return !stays_with_what_is_before(after) && !stays_with_what_follows(before);
}

/* Whether a dash stands here that parts words: it ends a line, and begins none. A hyphen is one if it stands alone; else
 * it begins an option or a number. */
static gboolean is_dash_at(sx_slice text, gsize at) {
    gsize next;
    gunichar c = char_at(text, at, &next);
    if (c != '-')
        return c >= 0x80 && g_unichar_type(c) == G_UNICODE_DASH_PUNCTUATION;
    return next == text.len || text.p[next] == ' ';
}

sx_slice sx_wrap_next(sx_slice *rest, guint columns, gsize bytes) {
    *rest = sx_slice_trim(*rest);
    if (rest->len <= MIN(columns, bytes)) { /* no character has fewer bytes than columns */
        sx_slice all = *rest;
        *rest = (sx_slice){all.p + all.len, 0};
        return all;
    }
    gsize cut = 0;    /* between words */
    gsize end = 0;    /* of what fits */
    gsize letter = 0; /* the last place in it that is not before a mark */
    guint taken = 0;
    gunichar before = 0;
    gsize next;
    gunichar c;
    for (gsize at = 0; (c = char_at(*rest, at, &next)) != 0; at = next) {
        if (c == ' ' ? !is_dash_at(*rest, next) : may_end_between(before, c))
            cut = at;
        guint wide = sx_columns_of_char(c);
        letter = wide > 0 ? at : letter;
        taken += wide;
        if (taken > columns || next > bytes)
            break;
        end = next;
        before = c;
    }
    if (end < rest->len)
        end = cut > 0 ? cut : letter > 0 ? letter : end;
    sx_slice line = {rest->p, end};
    rest->p += end;
    rest->len -= end;
    *rest = sx_slice_trim(*rest);
    return sx_slice_trim(line);
}
