/* SPDX-License-Identifier: GPL-2.0-or-later
 * sipexplain check: the command line, the files, what is written, the exit status.
 */
#include "command/check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/check_page.h"
#include "command/ladder.h"
#include "command/options.h"
#include "command/output.h"
#include "labels.h"
#include "log/system.h"
#include "report/report.h"

#define WELL 0
#define TROUBLE 1
#define NOT_READABLE 2

/** How results are written. */
typedef struct {
    const sx_check_options *options;
    gboolean is_table; /* CSV or JSON, a line for each finding; else a page for each file */
    sx_format table;
    sx_page_format page;
    GString *out;
    guint files; /* that were written */
    guint tried;
} writing;

/* ---- saying ---- */

static int wrong_usage(const sx_check_options *o, sx_word template, const char *typed) {
    sx_options options = {.language = o->language};
    return sx_usage_error(&options, template, typed);
}

void sx_check_not_readable(const sx_check_options *o, const char *path, const char *message) {
    GString *line = g_string_new(NULL);
    char *name = g_filename_display_name(path);
    sx_label_check_not_readable(o->language, line, name, message);
    sx_check_say(line->str);
    g_free(name);
    g_string_free(line, TRUE);
}

static void show_progress(const sx_check_options *o, const char *path) {
    if (!isatty(STDERR_FILENO))
        return;
    GString *line = g_string_new("\r\033[K");
    if (path != NULL) {
        char *name = g_filename_display_basename(path);
        sx_label_check_reading(o->language, line, name);
        g_free(name);
    }
    fputs(line->str, stderr);
    fflush(stderr);
    g_string_free(line, TRUE);
}

gboolean sx_check_draws(const sx_check_options *o) {
    return g_strcmp0(o->format, "html") == 0;
}

/* ---- one file ---- */

/* What only a capture begins with: pcap of either byte order and precision, pcapng. */
static gboolean is_capture(const char *path) {
    static const guint32 magics[] = {0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1, 0x0a0d0d0a};
    guint32 magic = 0;
    FILE *file = g_fopen(path, "rb");
    gboolean is_one = FALSE;
    if (file == NULL)
        return FALSE;
    if (fread(&magic, sizeof magic, 1, file) == 1) {
        for (guint i = 0; i < G_N_ELEMENTS(magics); i++)
            is_one = is_one || magic == magics[i];
    }
    fclose(file);
    return is_one;
}

static gboolean read_file(const sx_check_options *o, const char *path, sx_checked *checked) {
    gboolean capture = is_capture(path);
    sx_log_checked log = capture ? SX_NOT_A_LOG : sx_check_log(o, path, checked);
    if (log != SX_NOT_A_LOG)
        return log == SX_LOG_CHECKED;
    gboolean good = sx_check_capture(o, path, checked);
    if (!good && !capture) /* what tshark said, or that it is missing, is half of the reason */
        sx_check_not_readable(o, path, sx_word_text(o->language, SX_LABEL_CHECK_NOT_A_LOG));
    return good;
}

/* The findings of a file, a line each, with the name of the file before them. */
static void write_table(writing *w, const sx_checked *checked) {
    guint first = w->table == SX_FORMAT_CSV && w->files == 0 ? 0 : 1;
    for (guint i = first; i < checked->findings.records->len; i++)
        sx_check_append_record(w->out, w->table, checked, i);
}

static void write_page(writing *w, const sx_checked *checked) {
    sx_page *page = sx_page_of_checked(w->options->language, checked, w->options->all);
    sx_terminal terminal = sx_terminal_of_stdout();
    terminal.color = terminal.color && w->options->output == NULL;
    if (w->files > 0)
        g_string_append_c(w->out, '\n');
    if (w->page == SX_PAGE_MARKDOWN)
        sx_render_markdown(w->out, page);
    else if (w->page == SX_PAGE_HTML)
        sx_render_html_blocks(w->out, page, NULL);
    else
        sx_render_text(w->out, page, &terminal);
    if (w->page == SX_PAGE_HTML)
        sx_append_ladders(w->out, w->options->language, checked);
    sx_page_free(page);
}

/* Folders have names of people and customers. */
static char *shown_name(const writing *w, const char *name) {
    const char *slash = w->options->mask != NULL ? strrchr(name, G_DIR_SEPARATOR) : NULL;
    char *text = g_filename_display_name(slash != NULL && slash[1] != '\0' ? slash + 1 : name);
    char *shown = sx_check_shown(text);
    g_free(text);
    return shown;
}

static int check_file(writing *w, const char *path, const char *name) {
    w->tried++;
    char *file = shown_name(w, name);
    sx_checked checked = {.file = file};
    int status = NOT_READABLE;
    show_progress(w->options, path);
    gboolean good = read_file(w->options, path, &checked);
    show_progress(w->options, NULL);
    if (good) {
        if (!w->is_table)
            write_page(w, &checked);
        else
            write_table(w, &checked);
        if (w->is_table && !checked.readable && checked.format != NULL) /* else tshark says it */
            sx_check_not_readable(w->options, file,
                                  sx_word_text(w->options->language, SX_LABEL_CHECK_UNREAD));
        w->files++;
        status = !checked.readable                                 ? NOT_READABLE
                 : sx_checked_worst(&checked) >= w->options->least ? TROUBLE
                                                                   : WELL;
    }
    sx_checked_clear(&checked);
    g_free(file);
    return status;
}

/* ---- all files ---- */

static gint by_name(gconstpointer left, gconstpointer right) {
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static int check_path(writing *w, const char *path);

static int worse(int one, int other) {
    return MAX(one, other);
}

/* All files below a folder, by name. */
static int check_below(writing *w, const char *path) {
    GError *error = NULL;
    GDir *folder = g_dir_open(path, 0, &error);
    const char *name;
    int status = WELL;
    if (folder == NULL) {
        sx_check_not_readable(w->options, path, error->message);
        g_error_free(error);
        return NOT_READABLE;
    }
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    while ((name = g_dir_read_name(folder)) != NULL)
        g_ptr_array_add(names, g_build_filename(path, name, NULL));
    g_dir_close(folder);
    g_ptr_array_sort(names, by_name);
    for (guint i = 0; i < names->len; i++) {
        const char *below = (const char *)g_ptr_array_index(names, i);
        gboolean is_folder = g_file_test(below, G_FILE_TEST_IS_DIR);
        if (is_folder && !g_file_test(below, G_FILE_TEST_IS_SYMLINK)) /* no loops */
            status = worse(status, check_below(w, below));
        else if (g_file_test(below, G_FILE_TEST_IS_REGULAR)) /* no pipe that never ends */
            status = worse(status, check_path(w, below));
    }
    g_ptr_array_free(names, TRUE);
    return status;
}

static int check_folder(writing *w, const char *path) {
    guint before = w->tried;
    int status = check_below(w, path);
    if (status != WELL || w->tried != before)
        return status;
    GString *line = g_string_new(NULL);
    char *name = g_filename_display_name(path);
    sx_label_check_empty_folder(w->options->language, line, name);
    sx_check_say(line->str);
    g_free(name);
    g_string_free(line, TRUE);
    return NOT_READABLE;
}

/* Standard input goes to a file first: only then is it known what it is. */
static int check_input(writing *w) {
    char bytes[65536];
    char *path = NULL;
    int status = NOT_READABLE;
    gssize n;
    int file = g_file_open_tmp("sipexplain-XXXXXX", &path, NULL);
    if (file < 0)
        return NOT_READABLE;
    gboolean good = TRUE;
    while (good && (n = read(STDIN_FILENO, bytes, sizeof bytes)) > 0)
        good = write(file, bytes, (size_t)n) == n;
    close(file);
    if (good)
        status = check_file(w, path, "-");
    g_unlink(path);
    g_free(path);
    return status;
}

static int check_path(writing *w, const char *path) {
    if (strcmp(path, "-") == 0)
        return check_input(w);
    if (g_file_test(path, G_FILE_TEST_IS_DIR))
        return check_folder(w, path);
    if (g_access(path, R_OK) != 0) {
        sx_check_not_readable(w->options, path, g_strerror(errno));
        return NOT_READABLE;
    }
    return check_file(w, path, path);
}

static gboolean write_out(const writing *w) {
    sx_output output;
    const sx_check_options *o = w->options;
    gboolean paged = !o->no_pager && !w->is_table && w->page == SX_PAGE_TEXT;
    if (o->output == NULL)
        return sx_print(w->out->str, w->out->len, paged);
    if (sx_output_begin(&output, o->output) &&
        sx_output_end(&output, fwrite(w->out->str, 1, w->out->len, output.file) == w->out->len))
        return TRUE;
    sx_check_not_readable(o, o->output, g_strerror(errno));
    return FALSE;
}

/* Whoever hands it on should know. */
static void append_foot(writing *w) {
    g_string_append(w->out, "<footer><p>");
    sx_append_html(w->out, sx_word_text(w->options->language, w->options->mask != NULL
                                                                  ? SX_LABEL_CHECK_MASKED
                                                                  : SX_LABEL_CHECK_UNMASKED));
    g_string_append(w->out, "</p></footer>\n");
}

static int run(const sx_check_options *o, writing *w) {
    int status = WELL;
    gboolean html = !w->is_table && w->page == SX_PAGE_HTML;
    if (html) {
        sx_append_html_start(w->out, o->language, "SIP Explain");
        g_string_append(w->out, "</head>\n<body class=\"check\">\n<main>\n");
    }
    for (char **path = o->files; *path != NULL; path++)
        status = worse(status, check_path(w, *path));
    if (html) {
        append_foot(w);
        g_string_append(w->out, "</main>\n</body>\n</html>\n");
    }
    return write_out(w) ? status : NOT_READABLE;
}

/* ---- the command line ---- */

static int understand(sx_check_options *o, writing *w) {
    if (o->lang != NULL && !sx_language_from_name(o->lang, &o->language))
        return wrong_usage(o, SX_LABEL_COMMAND_UNKNOWN_LANGUAGE, o->lang);
    if (o->fail_on != NULL && !sx_verdict_from_name(o->fail_on, &o->least))
        return wrong_usage(o, SX_LABEL_CHECK_UNKNOWN_VERDICT, o->fail_on);
    const char *format = o->format != NULL ? o->format : "text";
    w->is_table = strcmp(format, "text") != 0 && sx_format_from_name(format, &w->table);
    if (!w->is_table && (!sx_page_format_from_name(format, &w->page) || w->page == SX_PAGE_MAN))
        return wrong_usage(o, SX_LABEL_CHECK_UNKNOWN_FORMAT, format);
    if (o->files == NULL || o->files[0] == NULL)
        return wrong_usage(o, SX_LABEL_CHECK_NOTHING_TO_CHECK, "");
    if (o->follow && (strcmp(o->files[0], "-") != 0 || o->files[1] != NULL || o->output != NULL ||
                      (!w->is_table && w->page != SX_PAGE_TEXT)))
        return wrong_usage(o, SX_LABEL_CHECK_FOLLOW, "");
    for (char **file = o->files; o->output != NULL && *file != NULL; file++) {
        if (sx_is_same_file(*file, o->output))
            return wrong_usage(o, SX_LABEL_COMMAND_WRONG_USAGE, o->output);
    }
    sx_check_begin_mask(o);
    return WELL;
}

void sx_check_begin_mask(sx_check_options *o) {
    gboolean has_key = o->mask_key != NULL && o->mask_key[0] != '\0';
    if (!has_key && (o->masked || o->mask_key != NULL)) {
        g_free(o->mask_key);
        o->mask_key = sx_mask_draw_key();
    }
    if (o->mask_key != NULL)
        o->mask = sx_mask_new(o->mask_key);
}

/* Takes what stands behind "--" off the line: options of tshark. */
static char **split_off(int *argc, char **argv) {
    for (int i = 1; i < *argc; i++) {
        if (strcmp(argv[i], "--") == 0) {
            *argc = i;
            return argv + i + 1;
        }
    }
    return NULL;
}

int sx_check(int argc, char **argv) {
    sx_check_options o = {.language = sx_language_of_system(), .least = SX_VERDICT_FAILURE};
    writing w = {.options = &o, .out = g_string_new(NULL)};
    o.tshark_options = split_off(&argc, argv);
    const GOptionEntry entries[] = {
        {"all", 'a', 0, G_OPTION_ARG_NONE, &o.all, NULL, NULL},
        {"format", 'f', 0, G_OPTION_ARG_STRING, &o.format, NULL, NULL},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output, NULL, NULL},
        {"lang", 'l', 0, G_OPTION_ARG_STRING, &o.lang, NULL, NULL},
        {"fail-on", 0, 0, G_OPTION_ARG_STRING, &o.fail_on, NULL, NULL},
        {"decode-as", 'd', 0, G_OPTION_ARG_STRING, &o.decode_as, NULL, NULL},
        {"keylog", 0, 0, G_OPTION_ARG_FILENAME, &o.keylog, NULL, NULL},
        {"mask", 0, 0, G_OPTION_ARG_NONE, &o.masked, NULL, NULL},
        {"mask-key", 0, 0, G_OPTION_ARG_STRING, &o.mask_key, NULL, NULL},
        {"follow", 0, 0, G_OPTION_ARG_NONE, &o.follow, NULL, NULL},
        {"no-pager", 0, 0, G_OPTION_ARG_NONE, &o.no_pager, NULL, NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o.files, NULL, NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    GError *error = NULL;
    GOptionContext *context = g_option_context_new(NULL);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_add_main_entries(context, entries, NULL);
    int status = NOT_READABLE;
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        wrong_usage(&o, SX_LABEL_COMMAND_WRONG_USAGE, error->message);
        g_error_free(error);
    } else if ((status = understand(&o, &w)) == WELL) {
        status = o.follow ? sx_check_follow(&o, w.is_table, w.table) : run(&o, &w);
    }
    g_option_context_free(context);
    sx_mask_free(o.mask);
    char **texts[] = {&o.format,    &o.output, &o.lang,    &o.fail_on,
                      &o.decode_as, &o.keylog, &o.mask_key};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(*texts[i]);
    g_strfreev(o.files);
    g_string_free(w.out, TRUE);
    return status;
}
