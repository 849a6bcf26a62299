/* SPDX-License-Identifier: GPL-2.0-or-later
 * The command sipexplain: the words without a capture.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/annotate.h"
#include "command/book.h"
#include "command/check.h"
#include "command/convert.h"
#include "command/help.h"
#include "command/look_up.h"

static void render(GString *out, const sx_page *page, const sx_options *o) {
    sx_terminal terminal = sx_terminal_of_stdout();
    switch (o->page_format) {
    case SX_PAGE_MARKDOWN: sx_render_markdown(out, page); break;
    case SX_PAGE_HTML: sx_render_html(out, page); break;
    case SX_PAGE_JSON: sx_render_json(out, page); break;
    case SX_PAGE_MAN: sx_render_man(out, page); break;
    default:
        if (o->output != NULL)
            terminal.color = FALSE;
        sx_render_text(out, page, &terminal);
    }
}

static int not_written(GError *error) {
    fprintf(stderr, "sipexplain: %s\n", error->message);
    g_error_free(error);
    return SX_EXIT_WRONG_USAGE;
}

static int write_out(const GString *text, const sx_options *o) {
    GError *error = NULL;
    gboolean paged = !o->no_pager && o->page_format == SX_PAGE_TEXT;
    if (o->output == NULL)
        return sx_print(text->str, text->len, paged) ? SX_EXIT_FOUND : SX_EXIT_WRONG_USAGE;
    if (g_file_set_contents(o->output, text->str, (gssize)text->len, &error))
        return SX_EXIT_FOUND;
    return not_written(error);
}

static int show(const sx_options *o) {
    int status = SX_EXIT_FOUND;
    sx_page *page = o->help ? sx_page_of_help(o->language) : sx_look_up(o, &status);
    if (page == NULL)
        return status;
    GString *text = g_string_new(NULL);
    render(text, page, o);
    status = write_out(text, o);
    if (status == SX_EXIT_FOUND && page->is_unknown)
        status = SX_EXIT_UNKNOWN;
    g_string_free(text, TRUE);
    sx_page_free(page);
    return status;
}

static int run(const sx_options *o) {
    if (o->version) {
        printf("sipexplain %s\n", SX_VERSION);
        return SX_EXIT_FOUND;
    }
    if (o->book != NULL) {
        GError *error = NULL;
        return sx_write_book(o->book, &error) ? SX_EXIT_FOUND : not_written(error);
    }
    if (o->list_ids) {
        sx_print_ids(o->language);
        return SX_EXIT_FOUND;
    }
    for (sx_language language = 0; o->list_languages && language < sx_n_languages(); language++)
        printf("%s\n", sx_language_code(language));
    return o->list_languages ? SX_EXIT_FOUND : show(o);
}

int main(int argc, char **argv) {
    sx_options o = {.page_format = SX_PAGE_TEXT};
    setlocale(LC_ALL, "");
    if (argc > 1 && strcmp(argv[1], "check") == 0)
        return sx_check(argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "annotate") == 0)
        return sx_annotate(argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "convert") == 0)
        return sx_convert(argc - 1, argv + 1);
    int status = sx_options_read(&o, argc, argv);
    if (status == SX_EXIT_FOUND)
        status = run(&o);
    sx_options_clear(&o);
    return status;
}
