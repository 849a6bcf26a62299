/* SPDX-License-Identifier: GPL-2.0-or-later
 * What rules ask of the message at hand.
 */
#include "diagnose/context.h"

#include <string.h>

#include "diagnose/requests.h"
#include "knowledge/knowledge.h"

#define MAX_TEXT 1024 /* bytes of all reason texts together that are looked at */

static char *keep_bytes(const sx_context *context, const char *bytes, gsize len) {
    char *text = sx_scratch_take(context->scratch, len + 1);
    if (len > 0)
        memcpy(text, bytes, len);
    text[len] = '\0';
    return text;
}

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
    char *text = keep_bytes(context, phrase.p, phrase.len);
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
    context->text = keep_bytes(context, lower, strlen(lower));
    g_free(lower);
    g_free(texts);
    return context->text;
}

const char *sx_context_said(sx_context *context) {
    char *texts = gather_texts(context->message, "; ");
    const char *kept = keep_bytes(context, texts, strlen(texts));
    g_free(texts);
    return kept;
}

sx_slice sx_context_product(const sx_context *context) {
    const sx_message *message = context->message;
    return sx_request_shares_product(context->seen.transaction, message)
               ? (sx_slice){message->text.p, 0}
               : sx_message_product(message);
}

const char *sx_context_words(sx_context *context) {
    const sx_message *message = context->message;
    sx_header_walk walk = {0};
    sx_reason reason;
    sx_slice warning;
    while (sx_reason_next(message, &walk, &reason)) {
        if (reason.text.len > 0)
            return sx_context_shown(context, reason.text, 2 * SX_SHOWN);
    }
    walk = (sx_header_walk){0};
    if (sx_message_next_element(message, SX_HDR_WARNING, &walk, &warning))
        return sx_context_shown(context, warning, 2 * SX_SHOWN);
    if (message->phrase.len > 0 &&
        !sx_slice_is(message->phrase,
                     sx_knowledge_registered_name(sx_knowledge_code(message->code))))
        return sx_context_shown(context, message->phrase, 2 * SX_SHOWN);
    return NULL;
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

gboolean sx_has_word(const char *text, const char *const words[]) {
    while (*words != NULL && strstr(text, *words) == NULL)
        words++;
    return *words != NULL;
}

gboolean sx_matches_with(const char *text, const char *const words[], const char *pattern) {
    return sx_has_word(text, words) && sx_matches(text, pattern);
}

gint64 sx_context_since_request(const sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    return transaction ? sx_gap(transaction->time, context->packet->time) : 0;
}

const sx_uri *sx_context_contact(sx_context *context) {
    sx_header_walk walk = {0};
    sx_slice contact;
    if (!context->knows_contact &&
        (!sx_message_next_element(context->message, SX_HDR_CONTACT, &walk, &contact) ||
         !sx_uri_read(contact, &context->contact)))
        context->contact.scheme.len = 0;
    context->knows_contact = TRUE;
    return context->contact.scheme.len > 0 ? &context->contact : NULL;
}

const char *sx_context_shown(sx_context *context, sx_slice value, gsize limit) {
    value = sx_slice_head(sx_slice_trim(value), limit);
    if (g_utf8_validate(value.p, (gssize)value.len, NULL))
        return keep_bytes(context, value.p, value.len);
    char *valid = g_utf8_make_valid(value.p, (gssize)value.len);
    const char *copy = keep_bytes(context, valid, strlen(valid));
    g_free(valid);
    return copy;
}

const char *sx_context_header(sx_context *context, sx_header_id id, gsize limit) {
    sx_slice value = sx_slice_trim(sx_message_header(context->message, id));
    return value.len > 0 ? sx_context_shown(context, value, limit) : NULL;
}

const char *sx_context_list(sx_context *context, sx_header_id id) {
    sx_header_walk walk = {0};
    sx_slice element;
    GString *all = g_string_new(NULL);
    while (all->len < SX_SHOWN_LONG &&
           sx_message_next_element(context->message, id, &walk, &element)) {
        if (all->len > 0)
            g_string_append(all, ", ");
        g_string_append_len(all, element.p, (gssize)MIN(element.len, SX_SHOWN_LONG));
    }
    const char *list = sx_context_shown(context, (sx_slice){all->str, all->len}, SX_SHOWN_LONG);
    g_string_free(all, TRUE);
    return list;
}

const char *sx_context_keep(const sx_context *context, GString *text) {
    const char *kept = keep_bytes(context, text->str, text->len);
    g_string_free(text, TRUE);
    return kept;
}

const char *sx_context_print(const sx_context *context, const char *format, ...) {
    GString *text = g_string_new(NULL);
    va_list arguments;
    va_start(arguments, format);
    g_string_vprintf(text, format, arguments);
    va_end(arguments);
    return sx_context_keep(context, text);
}

const char *sx_context_place(const sx_context *context, const sx_host *host, guint16 port) {
    GString *place = g_string_new(NULL);
    char *address = sx_host_text(host);
    gboolean bracketed = port != 0 && strchr(address, ':') != NULL;
    g_string_printf(place, bracketed ? "[%s]" : "%s", *address != '\0' ? address : "?");
    if (port != 0)
        g_string_append_printf(place, ":%u", port);
    g_free(address);
    return sx_context_keep(context, place);
}
