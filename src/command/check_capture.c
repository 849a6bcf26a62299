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

#define ODD "(udp contains \"SIP/2.0\" || tcp contains \"SIP/2.0\") && !sip"
#define ENCRYPTED "tls.app_data && !sip"

static const char *const reports[] = {"sipexplain,findings,csv", "sipexplain,calls,csv",
                                      "sipexplain,summary,csv"};

void sx_check_say(const char *line) {
    fprintf(stderr, "sipexplain: %s\n", line);
}

static void say_word(const sx_check_options *o, sx_word word) {
    sx_check_say(sx_word_text(o->language, word));
}

/* ---- running tshark ---- */

/* Takes what it prints, piece by piece. @return its exit status; -1: it did not start */
static int run_tshark(GPtrArray *arguments, void (*take)(const char *bytes, gsize len, void *user),
                      void *user) {
    char bytes[65536];
    gssize n;
    g_ptr_array_add(arguments, NULL);
    GSubprocess *tshark = g_subprocess_newv((const char *const *)arguments->pdata,
                                            G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL);
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
    int status = known ? 0 : run_tshark(line, keep, plugins);
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

/* ---- what was not analyzed ---- */

/** Packets that a filter shows. */
typedef struct {
    guint64 packets;
    guint64 first_frame, port;
    GString *line;
} shown;

/* Lines of frame number, UDP port, TCP port. */
static void take_shown(const char *bytes, gsize len, void *user) {
    shown *s = (shown *)user;
    for (gsize i = 0; i < len; i++) {
        if (bytes[i] != '\n') {
            if (s->line->len < 256)
                g_string_append_c(s->line, bytes[i]);
            continue;
        }
        if (s->packets++ == 0) {
            char **cells = g_strsplit(s->line->str, "\t", 3);
            guint n = g_strv_length(cells);
            s->first_frame = n > 0 ? g_ascii_strtoull(cells[0], NULL, 10) : 0;
            s->port = n > 1 ? g_ascii_strtoull(cells[1], NULL, 10) : 0;
            if (s->port == 0 && n > 2)
                s->port = g_ascii_strtoull(cells[2], NULL, 10);
            g_strfreev(cells);
        }
        g_string_truncate(s->line, 0);
    }
}

static shown show(const sx_check_options *o, const char *path, const char *filter) {
    static const char *const fields[] = {"-T", "fields",      "-e", "frame.number",
                                         "-e", "udp.dstport", "-e", "tcp.dstport"};
    GPtrArray *line = reading_line(o, path);
    shown s = {0, 0, 0, g_string_new(NULL)};
    add(line, "-Y");
    add(line, filter);
    for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
        add(line, fields[i]);
    run_tshark(line, take_shown, &s);
    g_string_free(s.line, TRUE);
    g_ptr_array_free(line, TRUE);
    return s;
}

/* Where no SIP was found at all: what may hide it. */
static void look_for_hidden(const sx_check_options *o, const char *path, sx_checked *checked) {
    GString *text = g_string_new(NULL);
    shown odd = show(o, path, ODD);
    if (odd.packets > 0) {
        sx_label_check_odd_port(o->language, text, (guint32)MIN(odd.packets, G_MAXUINT32),
                                (guint32)odd.first_frame, (guint32)odd.port);
        g_ptr_array_add(checked->omitted, g_strdup(text->str));
    }
    g_string_truncate(text, 0);
    shown encrypted = show(o, path, ENCRYPTED);
    if (encrypted.packets > 0) {
        sx_label_check_encrypted(o->language, text, (guint32)MIN(encrypted.packets, G_MAXUINT32),
                                 (guint32)encrypted.first_frame);
        g_ptr_array_add(checked->omitted, g_strdup(text->str));
    }
    g_string_free(text, TRUE);
}

/* ---- the capture ---- */

static void take_report(const char *bytes, gsize len, void *user) {
    sx_check_reader_take((sx_check_reader *)user, bytes, len);
}

gboolean sx_check_capture(const sx_check_options *o, const char *path, sx_checked *checked) {
    if (!has_plugin(o))
        return FALSE;
    GPtrArray *line = reading_line(o, path);
    sx_check_reader *reader = sx_check_reader_new(checked);
    add(line, "-q");
    add(line, "-o");
    g_ptr_array_add(line, g_strconcat("sipexplain.language:", sx_language_code(o->language), NULL));
    for (guint i = 0; i < G_N_ELEMENTS(reports); i++) {
        add(line, "-z");
        add(line, reports[i]);
    }
    /* What tshark has to say about the file it says itself. */
    int status = run_tshark(line, take_report, reader);
    sx_check_reader_end(reader);
    g_ptr_array_free(line, TRUE);
    checked->readable = status == 0;
    if (status == 0 && checked->messages == 0)
        look_for_hidden(o, path, checked);
    return status == 0 || checked->messages > 0;
}
