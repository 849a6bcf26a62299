/* SPDX-License-Identifier: GPL-2.0-or-later
 * Reads a capture with tshark and the plugin, in one pass and without a tree: three reports.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gio/gio.h>

#ifdef G_OS_UNIX
#include <unistd.h>
#endif

#include "command/check.h"
#include "labels.h"

static const char *const drawn_reports[] = {"sipexplain,ladder,csv", "sipexplain,findings,csv",
                                            "sipexplain,calls,csv", "sipexplain,summary,csv", NULL};
static const char *const *const reports = drawn_reports + 1;

void sx_check_say(const char *line) {
    char *shown = sx_check_shown(line); /* names of files may hold anything */
    fprintf(stderr, "sipexplain: %s\n", shown);
    g_free(shown);
}

static void say_word(const sx_check_options *o, sx_word word) {
    sx_check_say(sx_word_text(o->language, word));
}

/* ---- running tshark ---- */

/* Takes what it prints, piece by piece. @return its exit status; -1: it did not start */
static int run_tshark(const sx_check_options *o, GPtrArray *arguments,
                      void (*take)(const char *bytes, gsize len, void *user), void *user) {
    char bytes[65536];
    gssize n;
    GSubprocessLauncher *launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE);
    g_ptr_array_add(arguments, NULL);
    if (o->mask_key != NULL) /* others see the command line of a process */
        g_subprocess_launcher_setenv(launcher, "SIPEXPLAIN_MASK_KEY", o->mask_key, TRUE);
    GSubprocess *tshark =
        g_subprocess_launcher_spawnv(launcher, (const char *const *)arguments->pdata, NULL);
    g_object_unref(launcher);
    if (tshark == NULL)
        return -1;
    GInputStream *out = g_subprocess_get_stdout_pipe(tshark);
    while ((n = g_input_stream_read(out, bytes, sizeof bytes, NULL, NULL)) > 0)
        take(bytes, (gsize)n, user);
    g_input_stream_close(out, NULL, NULL);
    int status = -1;
    if (g_subprocess_wait(tshark, NULL, NULL))
        status = g_subprocess_get_if_exited(tshark) ? g_subprocess_get_exit_status(tshark)
                                                    : 128 + g_subprocess_get_term_sig(tshark);
    g_object_unref(tshark);
    return status;
}

/* Wireshark loads no plugin from a folder of the user's for root. */
static gboolean is_root(void) {
#ifdef G_OS_UNIX
    return geteuid() == 0;
#else
    return FALSE;
#endif
}

static GPtrArray *tshark_line(void) {
    GPtrArray *line = g_ptr_array_new_with_free_func(g_free);
    const char *program = g_getenv("TSHARK");
    g_ptr_array_add(line, g_strdup(program != NULL ? program : "tshark"));
    return line;
}

static void add(GPtrArray *line, const char *word) {
    g_ptr_array_add(line, g_strdup(word));
}

static void keep(const char *bytes, gsize len, void *user) {
    g_string_append_len((GString *)user, bytes, (gssize)len);
}

/* Whether tshark is there with the plugin; says what is missing. */
static gboolean has_plugin(const sx_check_options *o) {
    static gboolean known = FALSE;
    GPtrArray *line = tshark_line();
    GString *plugins = g_string_new(NULL);
    add(line, "-G");
    add(line, "plugins");
    int status = known ? 0 : run_tshark(o, line, keep, plugins);
    if (!known)
        known = status == 0 && strstr(plugins->str, "sipexplain") != NULL;
    if (status < 0)
        say_word(o, SX_LABEL_CHECK_NO_TSHARK);
    else if (!known)
        say_word(o, is_root() ? SX_LABEL_CHECK_NO_PLUGIN_ROOT : SX_LABEL_CHECK_NO_PLUGIN);
    g_string_free(plugins, TRUE);
    g_ptr_array_free(line, TRUE);
    return known;
}

/* Reading a file, with the options of the user. */
static GPtrArray *reading_line(const sx_check_options *o, const char *path) {
    GPtrArray *line = tshark_line();
    add(line, "-n");
    add(line, "-r");
    add(line, path);
    if (o->decode_as != NULL) {
        add(line, "-d");
        add(line, o->decode_as);
    }
    if (o->keylog != NULL) {
        add(line, "-o");
        g_ptr_array_add(line, g_strconcat("tls.keylog_file:", o->keylog, NULL));
    }
    for (char **word = o->tshark_options; word != NULL && *word != NULL; word++)
        add(line, *word);
    return line;
}

/* ---- the capture ---- */

static void take_report(const char *bytes, gsize len, void *user) {
    sx_check_reader_take((sx_check_reader *)user, bytes, len);
}

/* Runs tshark for some reports. @return its exit status */
static int run_reports(const sx_check_options *o, const char *path, const char *const *names,
                       sx_checked *checked) {
    GPtrArray *line = reading_line(o, path);
    sx_check_reader *reader = sx_check_reader_new(checked);
    add(line, "-q");
    add(line, "-o");
    g_ptr_array_add(line, g_strconcat("sipexplain.language:", sx_language_code(o->language), NULL));
    if (o->mask !=
        NULL) { /* a plugin that cannot do it does not know the preference, and tshark ends */
        add(line, "-o");
        add(line, "sipexplain.mask:TRUE");
    }
    for (; *names != NULL; names++) {
        add(line, "-z");
        add(line, *names);
    }
    /* What tshark has to say about the file it says itself. */
    int status = run_tshark(o, line, take_report, reader);
    sx_check_reader_end(reader);
    g_ptr_array_free(line, TRUE);
    return status;
}

gboolean sx_check_comments(const sx_check_options *o, const char *path, GHashTable *comments) {
    static const char *const names[] = {"sipexplain,messages,csv", NULL};
    sx_checked checked = {.comments = comments, .normal_too = o->all, .language = o->language};
    gboolean good = has_plugin(o) && run_reports(o, path, names, &checked) == 0;
    sx_checked_clear(&checked);
    return good;
}

gboolean sx_check_capture(const sx_check_options *o, const char *path, sx_checked *checked) {
    if (!has_plugin(o))
        return FALSE;
    int status = run_reports(o, path, sx_check_draws(o) ? drawn_reports : reports, checked);
    checked->readable = status == 0;
    sx_check_omitted(o, checked);
    return status == 0 || checked->messages > 0;
}
