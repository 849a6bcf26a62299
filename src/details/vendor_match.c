/* SPDX-License-Identifier: GPL-2.0-or-later
 * Which rows of the vendor files fit a message.
 */
#include "details/vendor_match.h"

#include <string.h>

#include "knowledge/facts.h"
#include "knowledge/knowledge.h"

#define MAX_TEXT 200 /* bytes of a text that patterns see */
#define MAX_TEXTS 12 /* texts of Reason and Warning that are looked at */

/* ---- patterns ---- */

/* As g_ascii_tolower(), without a function call. */
static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Next to a number these make it part of something longer: a name, an address, a GUID. */
static gboolean joins(char c) {
    return g_ascii_isalnum(c) || c == '_' || c == '-';
}

/* A letter or digit at the edge of a pattern begins or ends a word. */
static gboolean cuts_word(sx_slice text, gsize at) {
    return at > 0 && at < text.len && g_ascii_isalnum(text.p[at - 1]) &&
           g_ascii_isalnum(text.p[at]);
}

/* Reads {number}, {5} or {5-9}; returns what is behind it. */
static const char *read_range(const char *pattern, guint32 *first, guint32 *last) {
    const char *end = strchr(pattern, '}');
    char *rest;
    *first = 0;
    *last = G_MAXUINT32;
    if (g_ascii_isdigit(pattern[1])) {
        *first = *last = (guint32)g_ascii_strtoull(pattern + 1, &rest, 10);
        if (*rest == '-')
            *last = (guint32)g_ascii_strtoull(rest + 1, NULL, 10);
    }
    return end + 1;
}

/* How long the number is that the text has at a place, if it is in the range and stands for itself; else 0. */
static gsize number_at(sx_slice text, gsize at, guint32 first, guint32 last) {
    guint digits;
    guint32 value = sx_slice_number(sx_slice_after(text, at), &digits);
    gsize end = at + digits;
    if (digits == 0 || digits > 9 || value < first || value > last ||
        (at > 0 && (joins(text.p[at - 1]) || text.p[at - 1] == '.')) ||
        (end < text.len && joins(text.p[end])))
        return 0;
    return digits;
}

/* Whether a piece of a pattern, up to its end, "*" or "$", stands at a place of the text; *end is set behind it. */
static gboolean stands_at(sx_slice text, gsize at, const char *piece, gsize *end,
                          sx_slice *number) {
    const char *begin = piece;
    gsize start = at;
    while (*piece != '\0' && *piece != '*' && *piece != '$') {
        if (*piece == '{') {
            guint32 first;
            guint32 last;
            piece = read_range(piece, &first, &last);
            gsize len = number_at(text, at, first, last);
            if (len == 0)
                return FALSE;
            *number = (sx_slice){text.p + at, len};
            at += len;
        } else if (at < text.len && lower(text.p[at]) == lower(*piece)) {
            at++;
            piece++;
        } else {
            return FALSE;
        }
    }
    *end = at;
    return (*begin == '{' || !cuts_word(text, start)) && !cuts_word(text, at);
}

/* A quick look, for most places of a text: whether a piece may stand where this character is. */
static gboolean may_begin(sx_slice text, gsize at, char first) {
    if (at == text.len)
        return first == '\0' || first == '*' || first == '$';
    return first == '{' ? g_ascii_isdigit(text.p[at]) : lower(text.p[at]) == first;
}

/* Behind the end of a pattern with "$" only closing characters may follow. */
static gboolean is_end(sx_slice text, gsize at) {
    while (at < text.len && strchr(" \t\").;", text.p[at]) != NULL)
        at++;
    return at == text.len;
}

gboolean sx_vendor_pattern_fits(sx_slice text, const char *pattern, sx_slice *number,
                                sx_slice *found) {
    gsize at = 0;
    gsize begin = G_MAXSIZE;
    sx_slice digits = {text.p, 0};
    text = sx_slice_trim(sx_slice_head(text, MAX_TEXT));
    gboolean anchored = pattern != NULL && *pattern == '^';
    for (const char *piece = pattern; piece != NULL && *piece != '\0' && *piece != '$';) {
        gsize end = 0;
        piece += *piece == '^' || *piece == '*' ? 1 : 0;
        gsize len = strcspn(piece, "*$");
        char first = lower(piece[0]);
        while (at <= text.len &&
               (!may_begin(text, at, first) || !stands_at(text, at, piece, &end, &digits) ||
                (piece[len] == '$' && !is_end(text, end)))) {
            if (anchored)
                return FALSE;
            at++;
        }
        if (at > text.len)
            return FALSE;
        anchored = FALSE;
        begin = MIN(begin, at);
        at = end;
        piece += len;
    }
    begin = MIN(begin, at);
    if (number != NULL)
        *number = digits;
    if (found != NULL)
        *found = pattern == NULL ? text : sx_slice_trim((sx_slice){text.p + begin, at - begin});
    return TRUE;
}

/* ---- one message ---- */

typedef struct {
    const sx_message *message;
    sx_slice phrase; /* empty where it says no more than the code does */
    sx_slice texts[MAX_TEXTS];
    guint n_texts;
    sx_reason reasons[MAX_TEXTS];
    guint n_reasons;
    guint64 sign_read, has_sign; /* bits of vendors */
} reader;

static void add_text(reader *read, sx_slice text) {
    if (text.len > 0 && read->n_texts < MAX_TEXTS)
        read->texts[read->n_texts++] = text;
}

/* What the phrase says beyond the code: empty if it is the registered one, or no final response. */
static sx_slice telling_phrase(const sx_message *message, const sx_code_entry *entry) {
    sx_slice phrase = sx_slice_trim(message->phrase);
    if (!message->is_response || message->code < 300 ||
        sx_slice_is(phrase, sx_knowledge_registered_name(entry)))
        phrase.len = 0;
    return phrase;
}

/* Whether a row may fit; an ordinary message has nothing that one could. @param phrase set to telling_phrase() */
static gboolean may_fit(const sx_message *message, sx_slice *phrase) {
    const sx_code_entry *entry = sx_knowledge_code(message->is_response ? message->code : 0);
    *phrase = telling_phrase(message, entry);
    if (phrase->len > 0 || message->count[SX_HDR_REASON] > 0 ||
        message->count[SX_HDR_WARNING] > 0 ||
        (message->is_response && entry->status != SX_CODE_REGISTERED))
        return TRUE;
    const guint8 *id = sx_vendor_headers;
    while (*id != SX_HDR_OTHER && message->count[*id] == 0)
        id++;
    return *id != SX_HDR_OTHER;
}

/* A status that is only repeated is no vendor's number. */
static gboolean repeats_status(const sx_message *message, const sx_reason *reason) {
    return message->is_response && reason->cause == (gint)message->code &&
           sx_slice_is(reason->protocol, "SIP");
}

static void read_texts(reader *read) {
    const sx_message *message = read->message;
    sx_header_walk walk = {0};
    sx_slice warning;
    guint digits;
    read->n_texts = read->n_reasons = 0;
    read->sign_read = read->has_sign = 0;
    add_text(read, read->phrase);
    while (read->n_reasons < MAX_TEXTS &&
           sx_reason_next(message, &walk, &read->reasons[read->n_reasons])) {
        const sx_reason *reason = &read->reasons[read->n_reasons];
        add_text(read, reason->text);
        if (!repeats_status(message, reason))
            read->n_reasons++;
    }
    walk = (sx_header_walk){0};
    while (read->n_texts < MAX_TEXTS &&
           sx_message_next_element(message, SX_HDR_WARNING, &walk, &warning)) {
        if (sx_slice_number(warning, &digits) != 392)
            add_text(read, warning);
    }
}

static gboolean has_word(const sx_message *message, sx_header_id id, guint16 patterns) {
    sx_slice value = sx_message_header(message, id);
    const char *pattern = sx_fact(patterns);
    for (; value.len > 0 && *pattern != '\0'; pattern += strlen(pattern) + 1) {
        if (sx_vendor_pattern_fits(value, pattern, NULL, NULL))
            return TRUE;
    }
    return FALSE;
}

static gboolean is_signed(const sx_message *message, const sx_vendor *vendor) {
    static const sx_header_id headers[] = {SX_HDR_SERVER, SX_HDR_USER_AGENT, SX_HDR_VIA,
                                           SX_HDR_CONTACT, SX_HDR_RECORD_ROUTE};
    for (guint i = 0; i < G_N_ELEMENTS(headers); i++) {
        if ((i < 2 && has_word(message, headers[i], vendor->sign)) ||
            has_word(message, headers[i], vendor->hosts))
            return TRUE;
    }
    return FALSE;
}

/* The same, looked for once for each vendor. */
static gboolean has_sign(reader *read, const sx_vendor *vendor) {
    guint64 bit = (guint64)1 << vendor->bit;
    if ((read->sign_read & bit) == 0 && is_signed(read->message, vendor))
        read->has_sign |= bit;
    read->sign_read |= bit;
    return (read->has_sign & bit) != 0;
}

static const char *pattern_of(const sx_vendor_match *match) {
    return match->pattern != 0 ? sx_fact(match->pattern) : NULL;
}

static gboolean fits_reason(const sx_reason *reason, const sx_vendor_match *match,
                            sx_vendor_hit *hit) {
    return reason->cause >= match->first_cause && reason->cause <= match->last_cause &&
           sx_slice_is(reason->protocol, sx_fact(match->protocol)) &&
           sx_vendor_pattern_fits(reason->text, pattern_of(match), &hit->number, &hit->found);
}

static gboolean matches_reason(const reader *read, const sx_vendor_match *match,
                               sx_vendor_hit *hit) {
    for (guint i = 0; i < read->n_reasons; i++) {
        if (fits_reason(&read->reasons[i], match, hit)) {
            hit->cause = (guint16)read->reasons[i].cause;
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean fits(const reader *read, const sx_vendor_match *match, sx_vendor_hit *hit) {
    const sx_message *message = read->message;
    if (match->has_codes && (!message->is_response || message->code < match->first_code ||
                             message->code > match->last_code))
        return FALSE;
    switch (match->place) {
    case SX_VENDOR_IN_CODE: return TRUE;
    case SX_VENDOR_IN_PHRASE:
        return read->phrase.len > 0 &&
               sx_vendor_pattern_fits(read->phrase, pattern_of(match), &hit->number, &hit->found);
    case SX_VENDOR_IN_TEXT:
        for (guint i = 0; i < read->n_texts; i++) {
            if (sx_vendor_pattern_fits(read->texts[i], pattern_of(match), &hit->number,
                                       &hit->found))
                return TRUE;
        }
        return FALSE;
    case SX_VENDOR_IN_HEADER:
        return message->count[match->header] > 0 &&
               sx_vendor_pattern_fits(sx_message_header(message, (sx_header_id)match->header),
                                      pattern_of(match), &hit->number, &hit->found);
    default: return matches_reason(read, match, hit);
    }
}

static gboolean is_inside(sx_slice part, sx_slice whole) {
    return part.len > 0 && part.p >= whole.p && part.p < whole.p + whole.len;
}

/* Whether a row is there already, or one of its vendor that says more about the same number, or about a number in the
 * same words. */
static gboolean is_known(const sx_vendor_hit *hits, guint n, const sx_vendor_hit *hit) {
    for (guint i = 0; i < n; i++) {
        if (hits[i].row == hit->row)
            return TRUE;
        if (hits[i].row->vendor == hit->row->vendor &&
            is_inside(hits[i].number, hit->number.len > 0 ? hit->number : hit->found))
            return TRUE;
    }
    return FALSE;
}

guint sx_vendor_find(const sx_message *message, sx_vendor_hit *hits) {
    reader read;
    guint n = 0;
    if (!may_fit(message, &read.phrase))
        return 0;
    read.message = message;
    read_texts(&read);
    for (guint i = 0; i < sx_n_vendor_matches && n < SX_VENDOR_MAX_HITS; i++) {
        const sx_vendor_match *match = &sx_vendor_matches[i];
        sx_vendor_hit hit = {.row = &sx_vendor_rows[match->row]};
        if ((!match->is_signed || has_sign(&read, sx_vendor_of(hit.row))) &&
            fits(&read, match, &hit) && !is_known(hits, n, &hit))
            hits[n++] = hit;
    }
    return n;
}

const sx_vendor_row *sx_vendor_own_cause(const sx_message *message, const sx_reason *reason) {
    sx_vendor_hit hit;
    if (!sx_slice_is(reason->protocol, "SIP") || reason->cause < 0 ||
        repeats_status(message, reason))
        return NULL;
    for (guint i = 0; i < sx_n_vendor_matches; i++) {
        const sx_vendor_match *match = &sx_vendor_matches[i];
        const sx_vendor_row *row = &sx_vendor_rows[match->row];
        if (match->place == SX_VENDOR_IN_REASON && sx_vendor_of(row)->own_causes &&
            fits_reason(reason, match, &hit) &&
            (!match->is_signed || is_signed(message, sx_vendor_of(row))))
            return row;
    }
    return NULL;
}
