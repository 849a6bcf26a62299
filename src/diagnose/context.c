/* SPDX-License-Identifier: GPL-2.0-or-later
 * What rules ask of the message at hand.
 */
#include <string.h>

#include "diagnose/rule.h"

#define MAX_TEXT 1024 /* bytes of all reason texts together that are looked at */

static void append_text(GString *all, const char *separator, sx_slice text) {
    text = sx_slice_trim(text);
    if (text.len == 0 || all->len >= MAX_TEXT)
        return;
    if (all->len > 0)
        g_string_append(all, separator);
    g_string_append_len(all, text.p, (gssize)MIN(text.len, MAX_TEXT - all->len));
}

/* The text of a message that has only a phrase, as most do; NULL if that is no valid UTF-8. */
static const char *phrase_alone(sx_context *context) {
    sx_slice phrase = sx_slice_trim(context->message->phrase);
    phrase.len = MIN(phrase.len, MAX_TEXT);
    if (!g_utf8_validate(phrase.p, (gssize)phrase.len, NULL))
        return NULL;
    char *text = g_string_chunk_insert_len(context->scratch, phrase.p, (gssize)phrase.len);
    for (char *at = text; *at != '\0'; at++)
        *at = g_ascii_tolower(*at);
    return text;
}

/* Phrase and the texts of Reason and Warning, as they were sent. */
static char *gather_texts(const sx_message *message, const char *separator) {
    sx_header_walk walk = {0};
    sx_reason reason;
    sx_slice warning;
    GString *all = g_string_sized_new(64);
    append_text(all, separator, message->phrase);
    while (sx_reason_next(message, &walk, &reason)) {
        append_text(all, separator, reason.text);
        if (reason.text.len == 0 && sx_slice_param(reason.protocol, "description", &reason.text))
            append_text(all, separator, reason.text);
    }
    walk = (sx_header_walk){0};
    while (sx_message_next_element(message, SX_HDR_WARNING, &walk, &warning)) {
        guint digits;
        if (sx_slice_number(warning, &digits) != 392)
            append_text(all, separator, warning);
    }
    char *valid = g_utf8_make_valid(all->str, (gssize)all->len);
    g_string_free(all, TRUE);
    return valid;
}

const char *sx_context_text(sx_context *context) {
    const sx_message *message = context->message;
    if (context->text != NULL)
        return context->text;
    if (!sx_message_has(message, SX_HDR_REASON) && !sx_message_has(message, SX_HDR_WARNING))
        context->text = phrase_alone(context);
    if (context->text != NULL)
        return context->text;
    char *texts = gather_texts(message, " | ");
    char *lower = g_ascii_strdown(texts, -1);
    context->text = g_string_chunk_insert(context->scratch, lower);
    g_free(lower);
    g_free(texts);
    return context->text;
}

const char *sx_context_said(sx_context *context) {
    char *texts = gather_texts(context->message, "; ");
    const char *kept = g_string_chunk_insert(context->scratch, texts);
    g_free(texts);
    return kept;
}

gboolean sx_matches(const char *text, const char *pattern) {
    static GHashTable
        *compiled; /* pattern (by address) -> GRegex; a few dozen, kept for the process */
    if (compiled == NULL)
        compiled = g_hash_table_new(NULL, NULL);
    GRegex *regex = (GRegex *)g_hash_table_lookup(compiled, pattern);
    if (regex == NULL) {
        regex = g_regex_new(pattern, G_REGEX_OPTIMIZE, (GRegexMatchFlags)0, NULL);
        g_hash_table_insert(compiled, (gpointer)pattern, regex);
    }
    return regex != NULL && g_regex_match(regex, text, (GRegexMatchFlags)0, NULL);
}

gboolean sx_matches_with(const char *text, const char *const words[], const char *pattern) {
    while (*words != NULL && strstr(text, *words) == NULL)
        words++;
    return *words != NULL && sx_matches(text, pattern);
}

gint64 sx_context_since_request(const sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    return transaction ? sx_gap(transaction->time, context->packet->time) : 0;
}

const char *sx_context_copy(sx_context *context, sx_slice text) {
    text = sx_slice_head(text, MAX_TEXT);
    if (g_utf8_validate(text.p, (gssize)text.len, NULL))
        return g_string_chunk_insert_len(context->scratch, text.p, (gssize)text.len);
    char *valid = g_utf8_make_valid(text.p, (gssize)text.len);
    const char *copy = g_string_chunk_insert(context->scratch, valid);
    g_free(valid);
    return copy;
}
