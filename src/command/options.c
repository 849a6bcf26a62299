/* SPDX-License-Identifier: GPL-2.0-or-later
 * Reads the command line.
 */
#include "command/options.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "labels.h"

#define AT(member) offsetof(sx_options, member)

const sx_option sx_option_table[] = {
    {"list", 0, 0, SX_LABEL_COMMAND_LIST, SX_OPTION_ASKS, FALSE, AT(list)},
    {"search", 's', SX_LABEL_COMMAND_TEXT_VALUE, SX_LABEL_COMMAND_SEARCH, SX_OPTION_ASKS, FALSE,
     AT(search)},
    {"book", 0, SX_LABEL_COMMAND_FOLDER_VALUE, SX_LABEL_COMMAND_BOOK, SX_OPTION_ASKS, TRUE,
     AT(book)},
    {"lang", 'l', SX_LABEL_COMMAND_LANG_VALUE, SX_LABEL_COMMAND_LANG, SX_OPTION_WRITES, FALSE,
     AT(lang)},
    {"format", 'f', SX_LABEL_COMMAND_FORMAT_VALUE, SX_LABEL_COMMAND_FORMAT, SX_OPTION_WRITES, FALSE,
     AT(format)},
    {"output", 'o', SX_LABEL_COMMAND_FILE_VALUE, SX_LABEL_COMMAND_OUTPUT, SX_OPTION_WRITES, TRUE,
     AT(output)},
    {"no-pager", 0, 0, SX_LABEL_COMMAND_NO_PAGER, SX_OPTION_WRITES, FALSE, AT(no_pager)},
    {"help", 'h', 0, SX_LABEL_COMMAND_HELP, SX_OPTION_WRITES, FALSE, AT(help)},
    {"version", 'V', 0, SX_LABEL_COMMAND_VERSION, SX_OPTION_WRITES, FALSE, AT(version)},
    {"list-ids", 0, 0, 0, SX_OPTION_HIDDEN, FALSE, AT(list_ids)}, /* for completion in shells */
    {"list-languages", 0, 0, 0, SX_OPTION_HIDDEN, FALSE, AT(list_languages)},
    {NULL, 0, 0, 0, SX_OPTION_HIDDEN, FALSE, 0},
};

/* ---- mistakes ---- */

int sx_usage_error(const sx_options *o, sx_word template, const char *typed) {
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
    return SX_EXIT_WRONG_USAGE;
}

/* ---- reading ---- */

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

static GOptionArg kind_of(const sx_option *option) {
    if (option->value == 0)
        return G_OPTION_ARG_NONE;
    return option->is_file ? G_OPTION_ARG_FILENAME : G_OPTION_ARG_STRING;
}

/* GLib reads the line; the help is ours. */
static gboolean parse(sx_options *o, int *argc, char ***argv, GError **error) {
    GOptionEntry entries[G_N_ELEMENTS(sx_option_table) + 1] = {{0}};
    guint n = 0;
    for (const sx_option *option = sx_option_table; option->name != NULL; option++)
        entries[n++] = (GOptionEntry){
            option->name, option->letter, 0, kind_of(option), (char *)o + option->offset, NULL,
            NULL};
    entries[n] =
        (GOptionEntry){G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->words, NULL, NULL};
    GOptionContext *context = g_option_context_new(NULL);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_add_main_entries(context, entries, NULL);
    gboolean good = g_option_context_parse(context, argc, argv, error);
    g_option_context_free(context);
    return good;
}

int sx_options_read(sx_options *o, int argc, char **argv) {
    GError *error = NULL;
    o->language = language_of_help(argc, argv);
    if (!parse(o, &argc, &argv, &error)) {
        sx_usage_error(o, SX_LABEL_COMMAND_WRONG_USAGE, error->message);
        g_error_free(error);
        return SX_EXIT_WRONG_USAGE;
    }
    if (o->lang != NULL && !sx_language_from_name(o->lang, &o->language))
        return sx_usage_error(o, SX_LABEL_COMMAND_UNKNOWN_LANGUAGE, o->lang);
    if (o->format != NULL && !sx_page_format_from_name(o->format, &o->page_format))
        return sx_usage_error(o, SX_LABEL_COMMAND_UNKNOWN_FORMAT, o->format);
    if (o->page_format == SX_PAGE_MAN && !o->help)
        return sx_usage_error(o, SX_LABEL_COMMAND_UNKNOWN_FORMAT, o->format);
    return SX_EXIT_FOUND;
}

void sx_options_clear(sx_options *o) {
    for (const sx_option *option = sx_option_table; option->name != NULL; option++) {
        if (option->value != 0)
            g_free(*(char **)(gpointer)((char *)o + option->offset));
    }
    g_strfreev(o->words);
}
