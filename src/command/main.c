/* SPDX-License-Identifier: GPL-2.0-or-later
 * The command sipexplain: the words without a capture.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/page.h"
#include "command/render.h"
#include "compare/compare.h"
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

/* A word of the language, which stands for the whole life of the program. */
static const char *say(const options *o, sx_word word) {
    return sx_word_text(o->language, word);
}

/* One line on what is wrong. @param template with the word that was typed as its only placeholder */
static int usage_error(const options *o, sx_word template, const char *typed) {
    char *word = g_utf8_make_valid(typed, -1);
    sx_arg arg = {SX_ARG_TEXT, {.text = word}};
    GString *message = g_string_new(NULL);
    GString *line = g_string_new(NULL);
    sx_word_format(o->language, message, template, &arg, 1);
    sx_label_command_see_help(o->language, line, message->str);
    fprintf(stderr, "sipexplain: %s\n", line->str);
    g_string_free(line, TRUE);
    g_string_free(message, TRUE);
    g_free(word);
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

/* "200 401". */
static sx_page *page_of_two(const options *o, guint one, guint other, int *status) {
    if (sx_can_compare(one, other))
        return sx_page_of_comparison(o->language, one, other);
    *status = usage_error(o, SX_LABEL_COMMAND_NOT_COMPARABLE, o->words[1]);
    return NULL;
}

/* The page that the words ask for; NULL with *status set where there is none. */
static sx_page *page_of_words(const options *o, int *status) {
    char **words = o->words;
    guint n = words != NULL ? g_strv_length(words) : 0;
    guint number, other;
    *status = FOUND;
    if (o->list)
        return sx_page_of_everything(o->language);
    if (o->search != NULL)
        return sx_page_of_search(o->language, o->search);
    if (n == 2 && is_q850(words[0]) && is_code(words[1], &number)) {
        sx_page *page = sx_page_of_q850(o->language, number);
        if (page == NULL)
            *status = usage_error(o, SX_LABEL_COMMAND_NO_CAUSE, words[1]);
        return page;
    }
    if (n == 2 && is_code(words[0], &number) && is_code(words[1], &other))
        return page_of_two(o, number, other, status);
    char *method = n == 2 ? g_ascii_strup(words[1], -1) : NULL;
    sx_page *page = NULL;
    if (n == 0)
        *status = usage_error(o, SX_LABEL_COMMAND_NOTHING_ASKED, "");
    else if (n > 2)
        *status = usage_error(o, SX_LABEL_COMMAND_TOO_MANY_WORDS, words[n - 1]);
    else if (n == 2 && !is_method(method))
        *status = usage_error(o, SX_LABEL_COMMAND_NO_METHOD, words[1]);
    else if ((page = page_of_word(o, words[0], method)) == NULL)
        *status = usage_error(o, SX_LABEL_COMMAND_UNKNOWN_WORD, words[0]);
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
    else if (page->is_unknown)
        status = NOT_FOUND;
    g_string_free(text, TRUE);
    sx_page_free(page);
    return status;
}

/* ---- the command line ---- */

/* The language of help and mistakes: that of --lang, wherever it stands, else that of the system. */
static sx_language language_of_help(int argc, char **argv) {
    sx_language language = sx_language_of_system();
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        gboolean alone = strcmp(argv[i], "--lang") == 0 || strcmp(argv[i], "-l") == 0;
        const char *name = alone && i + 1 < argc ? argv[i + 1] : NULL;
        if (g_str_has_prefix(argv[i], "--lang="))
            name = argv[i] + strlen("--lang=");
        if (name != NULL)
            sx_language_from_name(name, &language);
    }
    return language;
}

static gboolean read_options(int *argc, char ***argv, options *o, GError **error) {
#define SAY(label) say(o, SX_LABEL_COMMAND_##label)
    const GOptionEntry entries[] = {
        {"lang", 'l', 0, G_OPTION_ARG_STRING, &o->lang, SAY(LANG), SAY(LANG_VALUE)},
        {"format", 'f', 0, G_OPTION_ARG_STRING, &o->format, SAY(FORMAT), SAY(FORMAT_VALUE)},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &o->output, SAY(OUTPUT), SAY(FILE_VALUE)},
        {"list", 0, 0, G_OPTION_ARG_NONE, &o->list, SAY(LIST), NULL},
        {"search", 's', 0, G_OPTION_ARG_STRING, &o->search, SAY(SEARCH), SAY(TEXT_VALUE)},
        {"no-pager", 0, 0, G_OPTION_ARG_NONE, &o->no_pager, SAY(NO_PAGER), NULL},
        {"version", 0, 0, G_OPTION_ARG_NONE, &o->version, SAY(VERSION), NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->words, NULL, NULL},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
    };
    GOptionContext *context = g_option_context_new(SAY(ARGUMENTS));
    g_option_context_set_summary(context, SAY(SUMMARY));
    g_option_context_add_main_entries(context, entries, NULL);
    gboolean good = g_option_context_parse(context, argc, argv, error);
    g_option_context_free(context);
    return good;
#undef SAY
}

static int run(options *o) {
    if (o->version) {
        printf("sipexplain %s\n", SX_VERSION);
        return FOUND;
    }
    if (o->lang != NULL && !sx_language_from_name(o->lang, &o->language))
        return usage_error(o, SX_LABEL_COMMAND_UNKNOWN_LANGUAGE, o->lang);
    if (o->format != NULL && !sx_page_format_from_name(o->format, &o->page_format))
        return usage_error(o, SX_LABEL_COMMAND_UNKNOWN_FORMAT, o->format);
    return show(o);
}

int main(int argc, char **argv) {
    options o = {.page_format = SX_PAGE_TEXT};
    GError *error = NULL;
    int status = WRONG_USAGE;
    setlocale(LC_ALL, "");
    o.language = language_of_help(argc, argv);
    if (read_options(&argc, &argv, &o, &error))
        status = run(&o);
    else
        usage_error(&o, SX_LABEL_COMMAND_WRONG_USAGE, error->message);
    g_clear_error(&error);
    g_free(o.lang);
    g_free(o.format);
    g_free(o.output);
    g_free(o.search);
    g_strfreev(o.words);
    return status;
}
