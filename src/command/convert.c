/* SPDX-License-Identifier: GPL-2.0-or-later
 * sipexplain convert: text log in, capture out.
 */
#include "command/convert.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command/check.h"
#include "command/options.h"
#include "command/pcapng.h"
#include "labels.h"
#include "log/file.h"
#include "log/system.h"

/** The command line. */
typedef struct {
    sx_check_options common;
    const char *log, *capture;
} options;

static gboolean open_log(const options *o, sx_log_input *input, sx_log_options *how) {
    GError *error = NULL;
    if (strcmp(o->log, "-") == 0) {
        *input = sx_log_input_stream(stdin);
        return TRUE;
    }
    if (sx_log_input_file(o->log, input, &how->file_time, &error))
        return TRUE;
    sx_check_not_readable(&o->common, o->log, error->message);
    g_error_free(error);
    return FALSE;
}

/* The messages as packets. @return how the log ended */
static sx_log_result write_messages(FILE *file, sx_log *log) {
    sx_log_message found;
    sx_log_result result;
    guint32 frame = 0;
    while ((result = sx_log_next(log, &found)) == SX_LOG_MESSAGE) {
        sx_packet packet;
        if (frame++ == 0)
            sx_pcapng_begin(file, "SIP Explain");
        sx_log_packet(&found, frame, &packet);
        sx_pcapng_message(file, found.text, found.text.len + (found.cut ? 1 : 0), &packet);
    }
    return result;
}

static void say_remarks(const options *o, const sx_log *log) {
    const sx_log_remarked *remarks = sx_log_remarks(log);
    for (guint i = 0; i < SX_LOG_N_REMARKS; i++) {
        if (remarks[i].messages == 0)
            continue;
        char *text = sx_log_remark_text(o->common.language, (sx_log_remark)i, &remarks[i]);
        sx_check_say(text);
        g_free(text);
    }
}

static gboolean convert(const options *o, FILE *file) {
    sx_log_input input;
    sx_log_options how = {.limit = 0, .ahead = SX_LOG_LOOK_AHEAD};
    if (!open_log(o, &input, &how))
        return FALSE;
    sx_log *log = sx_log_new(input, &how);
    sx_log_result result = write_messages(file, log);
    if (result == SX_LOG_NOT_A_LOG)
        sx_check_not_readable(&o->common, o->log,
                              sx_word_text(o->common.language, SX_LABEL_CHECK_NOT_A_LOG));
    else if (result == SX_LOG_UNREADABLE)
        sx_check_not_readable(&o->common, o->log, g_strerror(errno));
    say_remarks(o, log);
    sx_log_free(log);
    return result == SX_LOG_END;
}

/* Into a file beside the one that is wanted, so that a failure leaves no half of it. */
static gboolean convert_to_file(const options *o) {
    char *beside = g_strdup_printf("%s.part", o->capture);
    FILE *file = g_fopen(beside, "wb");
    gboolean good = file != NULL && convert(o, file);
    if (file == NULL || (fclose(file) != 0 && good) ||
        (good && g_rename(beside, o->capture) != 0)) {
        sx_check_not_readable(&o->common, o->capture, g_strerror(errno));
        good = FALSE;
    }
    if (!good && file != NULL)
        g_unlink(beside);
    g_free(beside);
    return good;
}

int sx_convert(int argc, char **argv) {
    options o = {.common = {.language = sx_language_of_system()}};
    sx_options usage = {.language = o.common.language};
    if (argc > 1 && strcmp(argv[1], "--") == 0) {
        argv++;
        argc--;
    }
    if (argc != 3)
        return sx_usage_error(&usage, SX_LABEL_CHECK_CONVERT_USAGE, "");
    o.log = argv[1];
    o.capture = argv[2];
    gboolean good = strcmp(o.capture, "-") == 0 ? convert(&o, stdout) : convert_to_file(&o);
    return good ? SX_EXIT_FOUND : SX_EXIT_WRONG_USAGE;
}
