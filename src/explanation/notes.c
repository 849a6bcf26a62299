/* SPDX-License-Identifier: GPL-2.0-or-later
 * Reads the user's notes, and finds those of a message.
 */
#include "explanation/notes.h"

#include <string.h>

#include "labels.h"

#define MAX_COMPARED 200 /* bytes of a value that patterns see */
#define LOWEST_CODE 100
#define HIGHEST_CODE 699

/** A note that was read. */
typedef struct {
    sx_note note;                /* with strings of its own */
    guint first_code, last_code; /* 0: every message */
} entry;

struct sx_notes {
    GPtrArray *entries;
};

static void free_entry(gpointer data) {
    entry *one = (entry *)data;
    g_free((char *)one->note.method);
    g_free((char *)one->note.product);
    g_free((char *)one->note.phrase);
    g_free((char *)one->note.text);
    g_free(one);
}

sx_notes *sx_notes_new(void) {
    sx_notes *notes = g_new(sx_notes, 1);
    notes->entries = g_ptr_array_new_with_free_func(free_entry);
    return notes;
}

void sx_notes_free(sx_notes *notes) {
    if (notes == NULL)
        return;
    g_ptr_array_free(notes->entries, TRUE);
    g_free(notes);
}

/* ---- reading ---- */

/* What was typed, without blanks around it; NULL for nothing. */
static char *typed(const char *text) {
    char *copy = g_strstrip(g_strdup(text != NULL ? text : ""));
    if (copy[0] != '\0')
        return copy;
    g_free(copy);
    return NULL;
}

/* Reads a code at the start of a text; returns what is behind it, NULL if there is none. */
static const char *read_code(const char *text, guint *code) {
    char *end;
    guint64 number = g_ascii_strtoull(text, &end, 10);
    *code = (guint)number;
    return end == text + 3 && number >= LOWEST_CODE && number <= HIGHEST_CODE ? end : NULL;
}

static gboolean read_codes(const char *text, entry *one) {
    char *codes = typed(text);
    const char *rest = codes != NULL ? read_code(codes, &one->first_code) : "";
    one->last_code = one->first_code;
    if (rest != NULL && rest[0] == '-')
        rest = read_code(rest + 1, &one->last_code);
    gboolean right = rest != NULL && rest[0] == '\0' && one->first_code <= one->last_code;
    g_free(codes);
    return right;
}

/* Whether a text is a token (RFC 3261 section 25.1). */
static gboolean is_token(const char *text) {
    for (; *text != '\0'; text++) {
        if (!g_ascii_isalnum(*text) && strchr("-.!%*_+`'~", *text) == NULL)
            return FALSE;
    }
    return TRUE;
}

/* Whether a pattern can fit, and rules out something. */
static gboolean is_pattern(const char *pattern) {
    return pattern == NULL ||
           (strlen(pattern) <= MAX_COMPARED && pattern[strspn(pattern, "*")] != '\0');
}

/* What is wrong with a note, printed; FALSE: nothing. */
static gboolean print_mistake(GString *out, sx_language language, const sx_note *typed_in,
                              entry *one) {
    if (!read_codes(typed_in->codes, one))
        sx_label_notes_code(language, out, typed_in->codes);
    else if (one->note.method != NULL && !is_token(one->note.method))
        sx_label_notes_method(language, out, one->note.method);
    else if (!is_pattern(one->note.product))
        sx_label_notes_pattern(language, out, one->note.product);
    else if (!is_pattern(one->note.phrase))
        sx_label_notes_pattern(language, out, one->note.phrase);
    else if (one->note.text == NULL)
        g_string_append(out, sx_word_text(language, SX_LABEL_NOTES_EMPTY));
    return out->len > 0;
}

/* The words of a note as a row can show them. */
static char *shown(const char *text) {
    char *words = typed(text);
    if (words == NULL)
        return NULL;
    char *valid = g_utf8_make_valid(words, -1);
    GString *out = g_string_new(NULL);
    sx_word_append_text(out, valid);
    g_free(valid);
    g_free(words);
    return g_string_free(out, FALSE);
}

char *sx_notes_add(sx_notes *notes, const sx_note *note, sx_language language) {
    GString *mistake = g_string_new(NULL);
    entry *one = g_new0(entry, 1);
    one->note = (sx_note){.method = typed(note->method),
                          .product = typed(note->product),
                          .phrase = typed(note->phrase),
                          .text = shown(note->text),
                          .severity = note->severity};
    if (print_mistake(mistake, language, note, one)) {
        free_entry(one);
        return g_string_free(mistake, FALSE);
    }
    g_ptr_array_add(notes->entries, one);
    g_string_free(mistake, TRUE);
    return NULL;
}

/* ---- finding ---- */

/* The pieces of a pattern stand in the text, one behind the other. */
static gboolean fits(sx_slice text, const char *pattern) {
    gsize at = 0;
    text = sx_slice_head(text, MAX_COMPARED);
    while (*pattern != '\0') {
        gsize len = strcspn(pattern, "*");
        char piece[MAX_COMPARED + 1];
        memcpy(piece, pattern, len);
        piece[len] = '\0';
        at = len > 0 ? sx_slice_find(text, piece, at) : at;
        if (at + len > text.len)
            return FALSE;
        at += len;
        pattern += len + (pattern[len] == '*' ? 1 : 0);
    }
    return TRUE;
}

static gboolean is_for(const entry *one, const sx_message *message) {
    const sx_note *note = &one->note;
    if (one->first_code != 0 && (!message->is_response || message->code < one->first_code ||
                                 message->code > one->last_code))
        return FALSE;
    return (note->method == NULL || sx_slice_is(sx_message_method(message), note->method)) &&
           (note->phrase == NULL ||
            (message->is_response && fits(message->phrase, note->phrase))) &&
           (note->product == NULL || fits(sx_message_product(message), note->product));
}

guint sx_notes_find(const sx_notes *notes, const sx_message *message,
                    const sx_note *found[SX_MAX_NOTES]) {
    guint n = 0;
    for (guint i = 0; notes != NULL && i < notes->entries->len && n < SX_MAX_NOTES; i++) {
        const entry *one = (const entry *)g_ptr_array_index(notes->entries, i);
        if (is_for(one, message))
            found[n++] = &one->note;
    }
    return n;
}
