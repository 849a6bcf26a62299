/* SPDX-License-Identifier: GPL-2.0-or-later
 * Rows of an explanation. A text that is wider than the view goes on in rows of its own, at most MAX_LINES.
 */
#include "explanation/writer.h"

#include <string.h>

#include "explanation/wrap.h"
#include "labels.h"

#define INDENT 4      /* columns a level */
#define MAX_BYTES 230 /* of a label: Wireshark cuts at 240 */
#define MAX_LINES 6   /* of one text in view; the field has all of it */
#define HANGING "   " /* before the lines that go on */
#define CUT " ..."    /* behind the last line of a text that has more of them */
#define LEAST_COLUMNS 24
#define MAX_WORDS 64 /* of one text that are compared */

void sx_writer_init(sx_writer *writer, const sx_view *view) {
    *writer = (sx_writer){
        .view = view,
        .rows = g_array_new(FALSE, TRUE, sizeof(sx_row)),
        .notices = g_array_new(FALSE, FALSE, sizeof(sx_notice)),
        .strings = g_string_chunk_new(2048),
        .words = g_array_new(FALSE, FALSE, sizeof(guint32)),
        .ends = g_array_new(FALSE, FALSE, sizeof(guint)),
    };
}

const char *sx_writer_keep(sx_writer *writer, char *text) {
    const char *kept = g_string_chunk_insert(writer->strings, text);
    g_free(text);
    return kept;
}

static sx_row *add(sx_writer *writer, guint field) {
    sx_row row = {.field = (guint16)field,
                  .depth = (guint8)MIN(writer->depth, 15),
                  .hidden = writer->hidden != FALSE};
    g_array_append_val(writer->rows, row);
    return &g_array_index(writer->rows, sx_row, writer->rows->len - 1);
}

static guint newest(const sx_writer *writer) {
    return writer->rows->len - 1;
}

/* ---- what was said ---- */

/* In the hash of a word: it is a value, such as a number, an address or a name in quotes. */
#define IS_VALUE 1u

/* Bytes of a mark between words; 0: here is a letter of a word. Beyond ASCII these are the marks of Latin-1, U+2000 to
 * U+207F and U+3000 to U+303F, such as guillemets, dashes and spaces that do not break. */
static inline gsize mark_length(const char *p) {
    /* Letters, digits and @ . : + - _ / of ASCII. */
    static const guint64 of_words[] = {G_GUINT64_CONSTANT(0x7ffe80000000000),
                                       G_GUINT64_CONSTANT(0x7fffffe87ffffff)};
    guchar c = (guchar)*p;
    if (c < 0x80)
        return (of_words[c >> 6] >> (c & 63) & 1) == 0;
    if (c < 0xe2 && c != 0xc2) /* most letters */
        return 0;
    if (c == 0xc2)
        return 2;
    return (c == 0xe2 && ((guchar)p[1] & 0xfe) == 0x80) || (c == 0xe3 && (guchar)p[1] == 0x80) ? 3
                                                                                               : 0;
}

static gboolean is_quote(const char *p) {
    if (*p == '"')
        return TRUE;
    gunichar c = (guchar)*p < 0x80 ? 0 : g_utf8_get_char(p);
    return c == 0xab || c == 0xbb || (c >= 0x201c && c <= 0x201e) || c == 0x300c || c == 0x300d;
}

/* A word of a text: FNV-1a of its letters in lower case, and whether it is a value: a number, an address, a header or
 * method. Of no letters: there is none. */
typedef struct {
    guint32 hash;
    gboolean is_there, is_value;
} word;

/* A byte beyond ASCII in lower case, for letters of Latin and Cyrillic. @param lead the one before it, as it was returned */
static inline guchar fold(guchar c, guchar lead) {
    if (lead == 0xc3 && c <= 0x9e) /* U+00C0 to U+00DE */
        return c + 0x20;
    if (lead == 0xd0 && c >= 0x90 && c <= 0xaf) /* U+0410 to U+042F: the sum is the same */
        return (guchar)(0x80 + ((c + 0x20) & 0x3f));
    return c;
}

/* The next word of a text without the marks at its end. The first one of a sentence may begin with a capital. */
static word next_word(const char **at, gboolean is_first, gboolean *quoted) {
    const char *p = *at;
    for (gsize len; *p != '\0' && (len = mark_length(p)) > 0; p += len)
        *quoted ^= is_quote(p);
    const char *capital = is_first ? p : NULL;
    word found = {0};
    guint32 hash = 2166136261u;
    gboolean is_value = FALSE;
    guchar c = 0; /* in lower case */
    for (; *p != '\0'; p++) {
        guchar read = (guchar)*p;
        if (read >= 'a' && read <= 'z') {
            c = read;
        } else if (mark_length(p) > 0) {
            break;
        } else if (read >= 0x80) {
            c = fold(read, c);
        } else {
            is_value |= p != capital || g_ascii_isdigit(*p);
            c = read >= 'A' && read <= 'Z' ? read + ('a' - 'A') : read;
        }
        hash = (hash ^ (c == 0xd1 ? 0xd0 : c)) * 16777619u;
        if (c != '.' && c != ':' && c != '-' && c != '/')
            found = (word){hash, TRUE, is_value};
    }
    *at = p;
    return found;
}

#define MAX_COMMON 128

/** Words that sentences about different things share: their hashes, and a filter by the lowest bits. */
typedef struct {
    sx_language language;
    guint n;
    guint32 hashes[MAX_COMMON];
    guint64 filter;
} common_words;

static void add_common(common_words *words, const char *at) {
    gboolean quoted = FALSE;
    while (*at != '\0' && words->n < MAX_COMMON) {
        guint32 hash = next_word(&at, FALSE, &quoted).hash;
        words->hashes[words->n++] = hash;
        words->filter |= G_GUINT64_CONSTANT(1) << (hash & 63);
    }
}

static const common_words *common_words_of(sx_language language) {
    static common_words words; /* of the language used last */
    if (words.n > 0 && words.language == language)
        return &words;
    words = (common_words){.language = language};
    add_common(&words, sx_word_text(language, SX_LABEL_SENTENCES_COMMON_WORDS));
    if (!sx_language_is_complete(language)) /* some sentences are English */
        add_common(&words, sx_word_text(SX_ENGLISH, SX_LABEL_SENTENCES_COMMON_WORDS));
    return &words;
}

static gboolean is_common(const common_words *words, guint32 hash) {
    guint n = (words->filter >> (hash & 63) & 1) != 0 ? words->n : 0;
    while (n > 0 && words->hashes[n - 1] != hash)
        n--;
    return n > 0;
}

/* The words of a text that tell something, up to `limit`; their number. */
static guint read_words(const sx_writer *writer, const char *text, guint32 *hashes, guint limit) {
    const common_words *common = common_words_of(writer->view->language);
    guint n = 0;
    gboolean quoted = FALSE;
    gboolean is_first = TRUE;
    for (const char *at = text; *at != '\0' && n < limit; is_first = FALSE) {
        word next = next_word(&at, is_first, &quoted);
        gboolean is_value = quoted || next.is_value;
        if (next.is_there && (is_value || !is_common(common, next.hash)))
            hashes[n++] = is_value ? next.hash | IS_VALUE : next.hash & ~IS_VALUE;
    }
    return n;
}

static void note_row(sx_writer *writer, const char *label, const char *text) {
    guint32 hashes[MAX_WORDS];
    if (writer->hidden)
        return;
    guint n = label != NULL ? read_words(writer, label, hashes, MAX_WORDS) : 0;
    n += read_words(writer, text, hashes + n, MAX_WORDS - n);
    g_array_append_vals(writer->words, hashes, n);
    g_array_append_val(writer->ends, writer->words->len);
}

void sx_writer_note_said(sx_writer *writer, const char *text) {
    note_row(writer, NULL, text);
}

/* Whether a word is among those between two places. */
static gboolean is_among(const sx_writer *writer, guint from, guint end, guint32 hash) {
    for (guint at = from; at < end; at++) {
        if (((g_array_index(writer->words, guint32, at) ^ hash) & ~IS_VALUE) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean has_values(const sx_writer *writer, const guint32 *hashes, guint n) {
    for (guint i = 0; i < n; i++) {
        if ((hashes[i] & IS_VALUE) != 0 && !is_among(writer, 0, writer->words->len, hashes[i]))
            return FALSE;
    }
    return TRUE;
}

gboolean sx_writer_has_said(const sx_writer *writer, const char *text, gboolean values) {
    guint32 hashes[MAX_WORDS];
    guint n = read_words(writer, text, hashes, MAX_WORDS);
    guint first = 0;
    if (values && !has_values(writer, hashes, n))
        return FALSE;
    for (guint row = 0; row < writer->ends->len; row++) {
        guint end = g_array_index(writer->ends, guint, row);
        guint shared = 0;
        for (guint i = 0; i < n; i++)
            shared += is_among(writer, first, end, hashes[i]) ? 1 : 0;
        if (shared * 2 > n)
            return TRUE;
        first = end;
    }
    return FALSE;
}

/* ---- rows in view ---- */

/* Columns that are left for the text of a row. */
static guint room(const sx_writer *writer, const char *label) {
    guint used = (writer->depth + 1) * INDENT;
    used += label != NULL ? sx_columns_of(label) + 2 : 0;
    return writer->view->columns > used + LEAST_COLUMNS ? writer->view->columns - used
                                                        : LEAST_COLUMNS;
}

/* Whether a row has words that hold for any conversation: what was seen in this one is worth a row beside them. */
static gboolean is_general(guint field) {
    return field == SX_FIELD_DESCRIPTION || field == SX_FIELD_WHEN || field == SX_FIELD_CAUSE ||
           field == SX_FIELD_FIX;
}

/* Rows below the newest one for what is left of its text; the last of them has room for the mark of a cut. */
static void go_on(sx_writer *writer, sx_slice rest) {
    guint columns = room(writer, NULL) - (guint)strlen(HANGING);
    gsize bytes = MAX_BYTES - strlen(HANGING);
    for (guint line = 1; rest.len > 0 && line < MAX_LINES; line++) {
        gsize mark = line + 1 == MAX_LINES ? strlen(CUT) : 0;
        sx_slice piece = sx_wrap_next(&rest, columns - (guint)mark, bytes - mark);
        add(writer, SX_FIELD_CONTINUED)->text =
            sx_writer_keep(writer, g_strdup_printf(HANGING "%.*s%s", (int)piece.len, piece.p,
                                                   mark > 0 && rest.len > 0 ? CUT : ""));
    }
}

/* The words of the newest row, and more rows where they are too wide. */
static guint show(sx_writer *writer, const char *label, const char *text) {
    guint index = newest(writer);
    if (!is_general(g_array_index(writer->rows, sx_row, index).field))
        note_row(writer, label, text);
    if (writer->hidden)
        return index;
    sx_slice rest = {text, strlen(text)};
    gsize bytes = MAX_BYTES - (label != NULL ? MIN(strlen(label) + 2, MAX_BYTES / 2) : 0);
    sx_slice piece = sx_wrap_next(&rest, room(writer, label), bytes);
    sx_row *row = &g_array_index(writer->rows, sx_row, index);
    row->label = label;
    row->text = sx_writer_keep(writer, g_strndup(piece.p, piece.len));
    go_on(writer, rest);
    return index;
}

guint sx_writer_text_as(sx_writer *writer, sx_field field, const char *label, const char *shown,
                        const char *value) {
    sx_row *row = add(writer, field);
    row->value.text = g_string_chunk_insert(writer->strings, value);
    return show(writer, label, shown);
}

guint sx_writer_text(sx_writer *writer, sx_field field, const char *label, const char *text) {
    return sx_writer_text_as(writer, field, label, text, text);
}

guint sx_writer_number_as(sx_writer *writer, sx_field field, const char *label, const char *shown,
                          guint64 number) {
    add(writer, field)->value.number = number;
    return show(writer, label, shown);
}

guint sx_writer_group(sx_writer *writer, sx_field field, const char *label) {
    add(writer, field)->text = g_string_chunk_insert(writer->strings, label);
    return newest(writer);
}

void sx_writer_hide_text(sx_writer *writer, guint field, const char *value) {
    if (value == NULL)
        return;
    sx_row *row = add(writer, field);
    row->hidden = TRUE;
    row->value.text = g_string_chunk_insert(writer->strings, value);
}

void sx_writer_hide_number(sx_writer *writer, guint field, guint64 number) {
    if (number != 0)
        sx_writer_hide_value(writer, field, number);
}

void sx_writer_hide_value(sx_writer *writer, guint field, guint64 number) {
    sx_row *row = add(writer, field);
    row->hidden = TRUE;
    row->value.number = number;
}

void sx_writer_hide_time(sx_writer *writer, sx_field field, gint64 microseconds) {
    if (microseconds == SX_NO_TIME)
        return;
    sx_row *row = add(writer, field);
    row->hidden = TRUE;
    row->value.number = (guint64)microseconds;
}

/* Behind the lines that go on with a row. */
static guint end_of_row(const sx_writer *writer, guint index) {
    do
        index++;
    while (index < writer->rows->len &&
           g_array_index(writer->rows, sx_row, index).field == SX_FIELD_CONTINUED);
    return index;
}

void sx_writer_hide_row(sx_writer *writer, guint index) {
    for (guint end = end_of_row(writer, index); index < end; index++)
        g_array_index(writer->rows, sx_row, index).hidden = TRUE;
}

void sx_writer_further_frame(sx_writer *writer, sx_field field, guint32 frame) {
    sx_row *row = add(writer, field);
    row->hidden = !writer->view->in_window || writer->hidden;
    row->value.number = frame;
}

void sx_writer_fold(sx_writer *writer, guint index) {
    for (guint end = end_of_row(writer, index); index < end; index++)
        g_array_index(writer->rows, sx_row, index).folded = TRUE;
}
