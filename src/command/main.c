/* SPDX-License-Identifier: GPL-2.0-or-later
 * The command sipexplain: the words without a capture.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/page.h"
#include "command/render.h"
#include "evidence.h"
#include "labels.h"
#include "wire/method.h"

#define FOUND 0
#define NOT_FOUND 1
#define WRONG_USAGE 2

/** What the command line asks for. */
typedef struct {
    char *lang, *format, *output, *search;
    gboolean list, no_pager, version;
    char **words;
    sx_language language;
    sx_page_format page_format;
} options;

static int usage_error(const char *format, const char *word) {
    fprintf(stderr, "sipexplain: ");
    fprintf(stderr, format, word);
    fprintf(stderr, "; see sipexplain --help\n");
    return WRONG_USAGE;
}

/* ---- what page ---- */

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

/* The page for one word: a code, the id of a diagnosis, a vendor. */
static sx_page *page_of_word(const options *o, const char *word, const char *method) {
    guint code;
    guint diagnosis = diagnosis_of(word);
    if (is_code(word, &code))
        return sx_page_of_code(o->language, code, method);
    if (diagnosis != SX_DIAG_NONE)
        return sx_page_of_diagnosis(o->language, diagnosis);
    return page_of_vendor(o->language, word);
}

/* "Q.850 17", "q850 17". */
static gboolean is_q850(const char *word) {
    return g_ascii_strcasecmp(word, "Q.850") == 0 || g_ascii_strcasecmp(word, "q850") == 0;
}

/* The page that the words ask for; NULL with *status set where there is none. */
static sx_page *page_of_words(const options *o, int *status) {
    char **words = o->words;
    guint n = words != NULL ? g_strv_length(words) : 0;
    guint number;
    *status = FOUND;
    if (o->list)
        return sx_page_of_everything(o->language);
    if (o->search != NULL)
        return sx_page_of_search(o->language, o->search);
    if (n == 2 && is_q850(words[0]) && is_code(words[1], &number)) {
        sx_page *page = sx_page_of_q850(o->language, number);
        if (page == NULL)
            *status = usage_error("'%s' is no Q.850 cause", words[1]);
        return page;
    }
    char *method = n == 2 ? g_ascii_strup(words[1], -1) : NULL;
    sx_page *page = NULL;
    if (n == 0 || n > 2)
        *status = usage_error(n == 0 ? "what is it about%s?" : "too many words: '%s'",
                              n == 0 ? "" : words[n - 1]);
    else if (n == 2 && !is_method(method))
        *status = usage_error("'%s' is no method", words[1]);
    else if ((page = page_of_word(o, words[0], method)) == NULL)
        *status = usage_error("'%s' is no status code, no diagnosis and no product", words[0]);
    g_free(method);
    return page;
}

/* ---- writing ---- */

static void render(GString *out, const sx_page *page, const options *o) {
    sx_terminal terminal = sx_terminal_of_stdout();
    switch (o->page_format) {
    case SX_PAGE_MARKDOWN: sx_render_markdown(out, page); break;
    case SX_PAGE_HTML: sx_render_html(out, page); break;
    case SX_PAGE_JSON: sx_render_json(out, page); break;
    default:
        if (o->output != NULL)
            terminal.color = FALSE;
        sx_render_text(out, page, &terminal);
    }
}

static gboolean write_out(const GString *text, const options *o) {
    GError *error = NULL;
    if (o->output == NULL)
        return sx_print(text->str, text->len, !o->no_pager && o->page_format == SX_PAGE_TEXT);
    if (g_file_set_contents(o->output, text->str, (gssize)text->len, &error))
        return TRUE;
    fprintf(stderr, "sipexplain: %s\n", error->message);
    g_error_free(error);
    return FALSE;
}

static int show(const options *o) {
    int status;
    sx_page *page = page_of_words(o, &status);
    if (page == NULL)
        return status;
    GString *text = g_string_new(NULL);
    render(text, page, o);
    if (!write_out(text, o))
        status = WRONG_USAGE;
    else if (strcmp(page->kind, "class") == 0 || (o->search != NULL && page->blocks->len == 0))
        status = NOT_FOUND;
    g_string_free(text, TRUE);
    sx_page_free(page);
    return status;
}

/* ---- the command line ---- */

static gboolean read_options(int *argc, char ***argv, options *o, GError **error) {
    const GOptionEntry entries[] = {
        {"lang", 'l', 0, G_OPTION_ARG_STRING, &o->lang, "Language, such as en, ru, pt", "LANG"},
        {"format", 'f', 0, G_OPTION_ARG_STRING, &o->format, "text, markdown, html or json",
         "FORMAT"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &o->output, "Write to a file", "FILE"},
        {"list", 0, 0, G_OPTION_ARG_NONE, &o->list, "List all that has a page", NULL},
        {"search", 's', 0, G_OPTION_ARG_STRING, &o->search, "Find a text in the words", "TEXT"},
        {"no-pager", 0, 0, G_OPTION_ARG_NONE, &o->no_pager, "Do not use a pager", NULL},
        {"version", 0, 0, G_OPTION_ARG_NONE, &o->version, "Print the version", NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->words, NULL, NULL},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
    };
    GOptionContext *context =
        g_option_context_new("CODE [METHOD] | DIAGNOSIS | Q.850 CAUSE | PRODUCT");
    g_option_context_set_summary(
        context,
        "Explains SIP responses: what a status code means, why it was sent, and what to do.");
    g_option_context_add_main_entries(context, entries, NULL);
    gboolean good = g_option_context_parse(context, argc, argv, error);
    g_option_context_free(context);
    return good;
}

static int run(options *o) {
    if (o->version) {
        printf("sipexplain %s\n", SX_VERSION);
        return FOUND;
    }
    o->language = sx_language_of_system();
    if (o->lang != NULL && !sx_language_from_name(o->lang, &o->language))
        return usage_error("unknown language '%s'", o->lang);
    if (o->format != NULL && !sx_page_format_from_name(o->format, &o->page_format))
        return usage_error("unknown format '%s'", o->format);
    return show(o);
}

int main(int argc, char **argv) {
    options o = {.page_format = SX_PAGE_TEXT};
    GError *error = NULL;
    int status = WRONG_USAGE;
    setlocale(LC_ALL, "");
    if (read_options(&argc, &argv, &o, &error))
        status = run(&o);
    else
        fprintf(stderr, "sipexplain: %s; see sipexplain --help\n", error->message);
    g_clear_error(&error);
    g_free(o.lang);
    g_free(o.format);
    g_free(o.output);
    g_free(o.search);
    g_strfreev(o.words);
    return status;
}
