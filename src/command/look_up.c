/* SPDX-License-Identifier: GPL-2.0-or-later
 * Which page the words of the command line ask for.
 */
#include "command/look_up.h"

#include <string.h>

#include "compare/compare.h"
#include "evidence.h"
#include "labels.h"
#include "wire/method.h"

static gboolean is_code(const char *word, guint *code) {
    gsize digits = strspn(word, "0123456789");
    *code = (guint)MIN(g_ascii_strtoull(word, NULL, 10), 65535);
    return digits > 0 && digits <= 5 && word[digits] == '\0';
}

static guint diagnosis_of(const char *id) {
    for (guint i = SX_DIAG_NONE + 1; i < SX_N_DIAGNOSES; i++) {
        if (strcmp(sx_diagnosis_id_of(i), id) == 0)
            return i;
    }
    return SX_DIAG_NONE;
}

static gboolean is_method(const char *word) {
    for (guint i = SX_METHOD_OTHER + 1; i < SX_N_METHODS; i++) {
        if (strcmp(sx_method_name((sx_method)i), word) == 0)
            return TRUE;
    }
    return FALSE;
}

static sx_page *page_of_vendor(sx_language language, const char *word) {
    for (guint i = 0; i < sx_n_vendors(); i++) {
        sx_page *page = sx_page_of_vendor(language, i);
        if (g_strcmp0(page->id, word) == 0 || g_ascii_strcasecmp(page->title, word) == 0)
            return page;
        sx_page_free(page);
    }
    return NULL;
}

/* "200-401", "q850-17": ids of pages, as --list and JSON have them. */
static sx_page *page_of_pair(const sx_options *o, const char *word) {
    const char *minus = strchr(word, '-');
    char *first = g_strndup(word, minus != NULL ? (gsize)(minus - word) : 0);
    guint one, other;
    sx_page *page = NULL;
    if (minus != NULL && is_code(minus + 1, &other)) {
        if (strcmp(first, "q850") == 0)
            page = sx_page_of_q850(o->language, other);
        else if (is_code(first, &one) && sx_can_compare(one, other))
            page = sx_page_of_comparison(o->language, one, other);
    }
    g_free(first);
    return page;
}

/* The page for one word: a code, the id of a diagnosis, two codes, a vendor. */
static sx_page *page_of_word(const sx_options *o, const char *word) {
    guint code;
    guint diagnosis = diagnosis_of(word);
    sx_page *pair = page_of_pair(o, word);
    if (pair != NULL)
        return pair;
    if (is_code(word, &code))
        return sx_page_of_code(o->language, code, NULL);
    if (diagnosis != SX_DIAG_NONE)
        return sx_page_of_diagnosis(o->language, diagnosis);
    return page_of_vendor(o->language, word);
}

/* "Q.850 17", "q850 17". */
static gboolean is_q850(const char *word) {
    return g_ascii_strcasecmp(word, "Q.850") == 0 || g_ascii_strcasecmp(word, "q850") == 0;
}

/* "200 401". */
static sx_page *page_of_two(const sx_options *o, guint one, guint other, int *status) {
    if (sx_can_compare(one, other))
        return sx_page_of_comparison(o->language, one, other);
    *status = sx_usage_error(o, SX_LABEL_COMMAND_NOT_COMPARABLE, o->words[1]);
    return NULL;
}

/* A code and a method. */
static sx_page *page_of_code_and_method(const sx_options *o, guint code, const char *word,
                                        int *status) {
    char *method = g_ascii_strup(word, -1);
    sx_page *page = NULL;
    if (is_method(method))
        page = sx_page_of_code(o->language, code, method);
    else
        *status = sx_usage_error(o, SX_LABEL_COMMAND_NO_METHOD, word);
    g_free(method);
    return page;
}

static sx_page *page_of_cause(const sx_options *o, const char *word, int *status) {
    guint cause;
    sx_page *page = is_code(word, &cause) ? sx_page_of_q850(o->language, cause) : NULL;
    if (page == NULL)
        *status = sx_usage_error(o, SX_LABEL_COMMAND_NO_CAUSE, word);
    return page;
}

static sx_page *page_of_two_words(const sx_options *o, int *status) {
    guint code, other;
    if (is_q850(o->words[0]))
        return page_of_cause(o, o->words[1], status);
    if (!is_code(o->words[0], &code))
        *status = sx_usage_error(o, SX_LABEL_COMMAND_TOO_MANY_WORDS, o->words[1]);
    else if (is_code(o->words[1], &other))
        return page_of_two(o, code, other, status);
    else
        return page_of_code_and_method(o, code, o->words[1], status);
    return NULL;
}

sx_page *sx_look_up(const sx_options *o, int *status) {
    guint n = o->words != NULL ? g_strv_length(o->words) : 0;
    guint most = o->list || o->search != NULL ? 0 : 2;
    sx_page *page = NULL;
    *status = SX_EXIT_FOUND;
    if (n > most)
        *status = sx_usage_error(o, SX_LABEL_COMMAND_TOO_MANY_WORDS, o->words[most]);
    else if (o->list)
        return sx_page_of_everything(o->language);
    else if (o->search != NULL)
        return sx_page_of_search(o->language, o->search);
    else if (n == 0)
        *status = sx_usage_error(o, SX_LABEL_COMMAND_NOTHING_ASKED, "");
    else if (n == 2)
        return page_of_two_words(o, status);
    else if ((page = page_of_word(o, o->words[0])) == NULL)
        *status = sx_usage_error(o, SX_LABEL_COMMAND_UNKNOWN_WORD, o->words[0]);
    return page;
}
