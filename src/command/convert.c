/* SPDX-License-Identifier: GPL-2.0-or-later
 * sipexplain convert: text log in, capture out.
 */
#include "command/convert.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command/check.h"
#include "command/options.h"
#include "command/output.h"
#include "command/pcapng.h"
#include "labels.h"
#include "log/exported_pdu.h"
#include "log/file.h"
#include "log/system.h"

/** The command line. */
typedef struct {
    sx_check_options common;
    const char *log, *capture; /* of common.files */
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
static sx_log_result write_messages(FILE *file, sx_log *log, sx_mask *mask) {
    GString *masked = g_string_new(NULL);
    sx_log_message found;
    sx_log_result result;
    sx_pcapng capture;
    guint32 frame = 0;
    GByteArray *data = g_byte_array_new();
    while ((result = sx_log_next(log, &found)) == SX_LOG_MESSAGE) {
        sx_packet packet;
        if (frame++ == 0)
            sx_pcapng_begin(&capture, file, "SIP Explain");
        sx_log_packet(&found, frame, &packet);
        if (mask != NULL)
            found.text = sx_mask_copy(mask, found.text, &packet, masked);
        g_byte_array_set_size(data, 0);
        gsize length = sx_exported_pdu(&found, &packet, data);
        sx_pcapng_packet(&capture, data, length, &packet);
    }
    g_string_free(masked, TRUE);
    g_byte_array_free(data, TRUE);
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
    sx_log_result result = write_messages(file, log, o->common.mask);
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
    sx_output output;
    if (sx_is_same_file(o->log, o->capture)) {
        errno = EEXIST;
        sx_check_not_readable(&o->common, o->capture, g_strerror(errno));
        return FALSE;
    }
    gboolean begun = sx_output_begin(&output, o->capture);
    gboolean converted = begun && convert(o, output.file);
    if (begun && sx_output_end(&output, converted))
        return TRUE;
    if (!begun || converted)
        sx_check_not_readable(&o->common, o->capture, g_strerror(errno));
    return FALSE;
}

static gboolean convert_to_stdout(const options *o) {
    gboolean converted = convert(o, stdout);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return converted;
    sx_check_not_readable(&o->common, o->capture, g_strerror(errno));
    return FALSE;
}

static int understand(options *o, int argc, char **argv) {
    sx_options usage = {.language = o->common.language};
    const GOptionEntry entries[] = {
        {"mask", 0, 0, G_OPTION_ARG_NONE, &o->common.masked, NULL, NULL},
        {"mask-key", 0, 0, G_OPTION_ARG_STRING, &o->common.mask_key, NULL, NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->common.files, NULL, NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    GOptionContext *context = g_option_context_new(NULL);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_add_main_entries(context, entries, NULL);
    gboolean good = g_option_context_parse(context, &argc, &argv, NULL) &&
                    o->common.files != NULL && g_strv_length(o->common.files) == 2;
    g_option_context_free(context);
    if (!good)
        return sx_usage_error(&usage, SX_LABEL_CHECK_CONVERT_USAGE, "");
    o->log = o->common.files[0];
    o->capture = o->common.files[1];
    sx_check_begin_mask(&o->common);
    return SX_EXIT_FOUND;
}

int sx_convert(int argc, char **argv) {
    options o = {.common = {.language = sx_language_of_system()}};
    int status = understand(&o, argc, argv);
    if (status == SX_EXIT_FOUND) {
        gboolean good = strcmp(o.capture, "-") == 0 ? convert_to_stdout(&o) : convert_to_file(&o);
        status = good ? SX_EXIT_FOUND : SX_EXIT_WRONG_USAGE;
    }
    sx_mask_free(o.common.mask);
    g_free(o.common.mask_key);
    g_strfreev(o.common.files);
    return status;
}
