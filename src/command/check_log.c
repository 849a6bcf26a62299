/* SPDX-License-Identifier: GPL-2.0-or-later
 * Reads a text log with the engine itself, without Wireshark. The line of a message stands in place of its frame.
 */
#include <string.h>

#include "command/check.h"
#include "labels.h"
#include "log/file.h"
#include "sipexplain.h"

#define GUESS_WITHIN (1024 * 1024) /* bytes in which a log has its first message */

static const sx_report_kind kinds[] = {SX_REPORT_FINDINGS, SX_REPORT_CALLS, SX_REPORT_SUMMARY,
                                       SX_REPORT_LADDER};

static void take(const char *text, gsize len, void *user) {
    sx_check_reader_take((sx_check_reader *)user, text, len);
}

sx_log_result sx_check_next(sx_log *log, sx_mask *mask, GString *masked, sx_check_read *read) {
    sx_log_message found;
    sx_log_result result = sx_log_next(log, &found);
    if (result != SX_LOG_MESSAGE)
        return result;
    guint32 frame = MAX(found.place.line, read->packet.frame + 1);
    sx_log_packet(&found, frame, &read->packet);
    if (mask != NULL)
        found.text = sx_mask_copy(mask, found.text, &read->packet, masked);
    sx_message_read(found.text, SX_FRAMING_REST, &read->message);
    read->format = found.format;
    return result;
}

/* Feeds all messages; FALSE: it is no log. */
static sx_log_result feed(sx_log *log, sx_mask *mask, sx_explainer *explainer,
                          sx_report **reports_of, sx_checked *checked) {
    GString *masked = g_string_new(NULL);
    sx_check_read read = {0};
    sx_log_result result;
    while ((result = sx_check_next(log, mask, masked, &read)) == SX_LOG_MESSAGE) {
        sx_explainer_feed(explainer, &read.message, &read.packet);
        for (guint i = 0; i < G_N_ELEMENTS(kinds) && reports_of[i] != NULL; i++)
            sx_report_add(reports_of[i], explainer, &read.message, &read.packet, 0);
        sx_explainer_close_frame(explainer, read.packet.frame);
        checked->format = read.format;
    }
    g_string_free(masked, TRUE);
    return result;
}

void sx_check_add_remarks(const sx_check_options *o, const sx_log *log, sx_checked *checked) {
    const sx_log_remarked *remarks = sx_log_remarks(log);
    for (guint i = 0; i < SX_LOG_N_REMARKS; i++) {
        if (remarks[i].messages > 0)
            g_ptr_array_add(checked->omitted,
                            sx_log_remark_text(o->language, (sx_log_remark)i, &remarks[i]));
    }
    checked->in_part |= remarks[SX_LOG_SAYS_CUT].messages > 0;
}

sx_log_checked sx_check_log(const sx_check_options *o, const char *path, sx_checked *checked) {
    sx_log_input input;
    sx_log_options options = {.limit = GUESS_WITHIN, .ahead = SX_LOG_LOOK_AHEAD};
    GError *error = NULL;
    if (!sx_log_input_file(path, &input, &options.file_time, &error)) {
        sx_check_not_readable(o, path, error->message);
        g_error_free(error);
        return SX_LOG_FAILED;
    }
    sx_log *log = sx_log_new(input, &options);
    sx_explainer *explainer = sx_explainer_new(TRUE);
    sx_report *reports_of[G_N_ELEMENTS(kinds)];
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        reports_of[i] = kinds[i] != SX_REPORT_LADDER || sx_check_draws(o)
                            ? sx_report_new(kinds[i], o->language)
                            : NULL;
    sx_log_result result = feed(log, o->mask, explainer, reports_of, checked);
    gboolean is_log = result == SX_LOG_END || (result == SX_LOG_UNREADABLE && checked->format);
    if (is_log) {
        sx_check_reader *reader = sx_check_reader_new(checked);
        for (guint i = 0; i < G_N_ELEMENTS(kinds) && reports_of[i] != NULL; i++)
            sx_report_write(reports_of[i], explainer, SX_FORMAT_CSV, take, reader);
        sx_check_reader_end(reader);
        sx_check_add_remarks(o, log, checked);
        checked->readable = result == SX_LOG_END;
        sx_check_add_unread(o, checked);
    }
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        sx_report_free(reports_of[i]);
    sx_explainer_free(explainer);
    sx_log_free(log);
    return is_log ? SX_LOG_CHECKED : result == SX_LOG_UNREADABLE ? SX_LOG_FAILED : SX_NOT_A_LOG;
}
