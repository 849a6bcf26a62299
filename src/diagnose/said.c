/* SPDX-License-Identifier: GPL-2.0-or-later
 * The texts of a response one by one, and which of them are worth a headline.
 */
#include "diagnose/said.h"

#include <string.h>

#include "diagnose/context.h"
#include "knowledge/knowledge.h"

#define MAX_TEXTS 8  /* of one response that are looked at */
#define LEAST_WORD 3 /* letters of a word that may tell something */
#define UUID_LENGTH 36

/* Words that stand in phrases without telling why. */
static const char *const empty_words[] = {
    "answer",      "anonymous",    "any",       "available",   "bad",         "busy",
    "call",        "cause",        "clearing",  "code",        "completed",   "declined",
    "does",        "elsewhere",    "ended",     "error",       "errors",      "everywhere",
    "exist",       "failed",       "failure",   "for",         "forbidden",   "found",
    "from",        "general",      "gone",      "has",         "have",        "here",
    "internal",    "interworking", "invalid",   "invite",      "leg",         "message",
    "method",      "missing",      "not",       "normal",      "number",      "occurred",
    "order",       "out",          "party",     "peer",        "phone",       "please",
    "progress",    "reason",       "refused",   "rejected",    "reply",       "request",
    "responding",  "response",     "server",    "service",     "sip",         "subscriber",
    "such",        "temporarily",  "temporary", "terminated",  "text",        "the",
    "this",        "time",         "timeout",   "transaction", "unallocated", "unassigned",
    "unavailable", "undefined",    "unknown",   "unspecified", "user",        "with",
    NULL,
};

/* A text without what is in front of it that tells nobody anything: Teams writes the number of its session. */
static sx_slice without_number(sx_slice text) {
    text = sx_slice_trim(text);
    if (text.len > UUID_LENGTH && text.p[UUID_LENGTH] == ';' && text.p[8] == '-' &&
        text.p[13] == '-')
        return sx_slice_trim(sx_slice_after(text, UUID_LENGTH + 1));
    return text;
}

/* The text of a Warning: 399 host "text". */
static sx_slice quoted(sx_slice warning) {
    const char *open = warning.len > 0 ? memchr(warning.p, '"', warning.len) : NULL;
    if (open == NULL)
        return warning;
    sx_slice text = sx_slice_after(warning, (gsize)(open - warning.p) + 1);
    const char *close = text.len > 0 ? memchr(text.p, '"', text.len) : NULL;
    if (close != NULL)
        text.len = (gsize)(close - text.p);
    return text;
}

/* Phrase, texts of Reason, texts of Warning but debug output (392), in this order. */
static guint texts_of(const sx_message *message, sx_slice texts[MAX_TEXTS]) {
    sx_header_walk walk = {0};
    sx_reason reason;
    sx_slice warning;
    guint n = 0;
    texts[n++] = sx_slice_trim(message->phrase);
    while (n < MAX_TEXTS && sx_reason_next(message, &walk, &reason)) {
        if (reason.text.len == 0)
            sx_slice_param(reason.protocol, "description", &reason.text);
        texts[n++] = without_number(reason.text);
    }
    walk = (sx_header_walk){0};
    while (n < MAX_TEXTS && sx_message_next_element(message, SX_HDR_WARNING, &walk, &warning)) {
        guint digits;
        if (sx_slice_number(warning, &digits) != 392)
            texts[n++] = quoted(warning);
    }
    return n;
}

static gboolean matches(sx_slice text, const char *pattern) {
    char *lower = g_ascii_strdown(text.p, (gssize)MIN(text.len, 2 * SX_SHOWN_LONG));
    char *valid = g_utf8_make_valid(lower, -1);
    gboolean found = sx_matches(valid, pattern);
    g_free(valid);
    g_free(lower);
    return found;
}

const char *sx_said_matching(sx_context *context, const char *const words[], const char *pattern) {
    sx_slice texts[MAX_TEXTS];
    if (!sx_matches_with(sx_context_text(context), words, pattern))
        return NULL;
    guint n = texts_of(context->message, texts);
    for (guint i = 0; i < n; i++) {
        if (texts[i].len > 0 && matches(texts[i], pattern))
            return sx_context_shown(context, texts[i], SX_SHOWN);
    }
    return NULL;
}

/* The next run of letters; a piece in parentheses is of the software that wrote the text. */
static gboolean next_word(sx_slice *rest, sx_slice *word) {
    gsize at = 0;
    while (at < rest->len && !g_ascii_isalpha(rest->p[at])) {
        const char *close = rest->p[at] == '(' ? memchr(rest->p + at, ')', rest->len - at) : NULL;
        at = close != NULL ? (gsize)(close - rest->p) + 1 : at + 1;
    }
    gsize end = at;
    while (end < rest->len && g_ascii_isalpha(rest->p[end]))
        end++;
    *word = (sx_slice){rest->p + at, end - at};
    *rest = sx_slice_after(*rest, end);
    return word->len > 0;
}

static gboolean tells(sx_slice text, const char *name) {
    sx_slice word;
    while (next_word(&text, &word)) {
        gboolean empty = word.len < LEAST_WORD;
        sx_slice known = {name, strlen(name)};
        sx_slice one;
        while (!empty && next_word(&known, &one))
            empty = one.len == word.len && sx_same_letters(one.p, word.p, one.len);
        for (guint i = 0; !empty && empty_words[i] != NULL; i++)
            empty = sx_slice_is(word, empty_words[i]);
        if (!empty)
            return TRUE;
    }
    return FALSE;
}

const char *sx_said_telling(sx_context *context, gboolean phrase_only) {
    const char *name = sx_knowledge_registered_name(sx_knowledge_code(context->message->code));
    sx_slice texts[MAX_TEXTS];
    guint n = MIN(texts_of(context->message, texts), phrase_only ? 1 : MAX_TEXTS);
    for (guint i = 0; i < n; i++) {
        if (texts[i].len > 0 && tells(texts[i], name != NULL ? name : ""))
            return sx_context_shown(context, texts[i], SX_SHOWN);
    }
    return NULL;
}
