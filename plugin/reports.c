/* SPDX-License-Identifier: GPL-2.0-or-later
 * Reports on standard output. They listen to a tap of our own, which costs nothing unless one of them was asked for.
 */
#include "reports.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backlog.h"
#include "labels.h"
#include "preferences.h"

/** A report that was asked for. */
typedef struct {
    sx_report_kind kind;
    sx_format format;
    sx_report *report;
    sx_explainer *explainer; /* of the messages; NULL: there were none */
    gboolean is_drawn;
} asked;

static int tap = -1;
static GPtrArray *all;      /* asked */
static gboolean has_filter; /* one of them takes not every message */
static gboolean want_unseen;

void sx_reports_register(void) {
    tap = register_tap("sipexplain");
}

gboolean sx_reports_are_wanted(void) {
    return have_tap_listener(tap);
}

void sx_reports_queue(packet_info *pinfo, sx_explainer *explainer, const sx_message *message,
                      const sx_packet *packet, guint ordinal) {
    sx_tapped_message *one = wmem_new(pinfo->pool, sx_tapped_message);
    *one = (sx_tapped_message){
        .explainer = explainer, .message = *message, .packet = *packet, .ordinal = ordinal};
    tap_queue_packet(tap, pinfo, one);
}

gboolean sx_reports_can_wait(void) {
    return !has_filter;
}

static void add_message(asked *one, sx_explainer *explainer, const sx_message *message,
                        const sx_packet *packet, guint ordinal) {
    one->explainer = explainer;
    sx_report_add(one->report, explainer, message, packet, ordinal);
}

void sx_reports_add(sx_explainer *explainer, const sx_message *message, const sx_packet *packet,
                    guint ordinal) {
    for (guint i = 0; all != NULL && i < all->len; i++)
        add_message((asked *)g_ptr_array_index(all, i), explainer, message, packet, ordinal);
}

gboolean sx_reports_want_unseen(void) {
    return want_unseen;
}

void sx_reports_queue_unseen(packet_info *pinfo, sx_unseen unseen, const sx_unseen_at *at) {
    sx_tapped_message *one = wmem_new0(pinfo->pool, sx_tapped_message);
    one->unseen = unseen;
    one->at = *at;
    tap_queue_packet(tap, pinfo, one);
}

static void reset(void *tapdata) {
    asked *one = (asked *)tapdata;
    sx_report_free(one->report);
    one->report = sx_report_new(one->kind, sx_preferences_language());
    one->explainer = NULL;
    one->is_drawn = FALSE;
}

static tap_packet_status take(void *tapdata, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                              const void *data, tap_flags_t flags _U_) {
    asked *one = (asked *)tapdata;
    const sx_tapped_message *message = (const sx_tapped_message *)data;
    if (message->unseen != SX_UNSEEN_NOTHING) {
        sx_report_add_unseen(one->report, message->unseen, &message->at);
        return TAP_PACKET_DONT_REDRAW;
    }
    add_message(one, message->explainer, &message->message, &message->packet, message->ordinal);
    return TAP_PACKET_DONT_REDRAW;
}

static void print(const char *text, gsize len, void *user _U_) {
    fwrite(text, 1, len, stdout);
}

static void draw(void *tapdata) {
    asked *one = (asked *)tapdata;
    sx_backlog_feed();
    sx_report_write(one->report, one->explainer, one->format, print, NULL);
    fflush(stdout);
    one->is_drawn = TRUE;
}

void sx_reports_end_file(void) {
    for (guint i = 0; all != NULL && i < all->len; i++) {
        asked *one = (asked *)g_ptr_array_index(all, i);
        if (one->explainer == NULL)
            continue;
        if (!one->is_drawn)
            draw(one);
        reset(one);
    }
}

/* A word that may be meant for a format: a filter of one word stands behind the format. */
static gboolean is_bare(const char *word) {
    return word[0] != '\0' &&
           word[strspn(word, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_-")] == '\0';
}

/**
 * "csv", "csv,sip.Method", "sip.Method" behind the name of the report; the rest is a filter.
 * @return what is wrong; NULL: nothing
 */
static GString *read_format(const char *argument, sx_format *format, const char **filter) {
    const char *comma = strchr(argument, ',');
    char *word =
        comma != NULL ? g_strndup(argument, (gsize)(comma - argument)) : g_strdup(argument);
    GString *error = NULL;
    *format = SX_FORMAT_TEXT;
    if (sx_format_from_name(word, format)) {
        argument = comma != NULL ? comma + 1 : "";
    } else if (is_bare(word)) {
        error = g_string_new(NULL);
        sx_label_plugin_report_format(sx_preferences_language(), error, word);
    }
    g_free(word);
    *filter = argument[0] != '\0' ? argument : NULL;
    return error;
}

static SX_STAT_INIT_RESULT begin(const char *argument, void *user) {
    asked *one = g_new0(asked, 1);
    one->kind = (sx_report_kind)GPOINTER_TO_UINT(user);
    const char *name = sx_report_name(one->kind);
    argument += MIN(strlen("sipexplain,") + strlen(name), strlen(argument));
    const char *filter = NULL;
    GString *error = NULL;
    if (argument[0] == ',')
        error = read_format(argument + 1, &one->format, &filter);
    else if (argument[0] != '\0')
        error =
            g_string_new(sx_word_text(sx_preferences_language(), SX_LABEL_PLUGIN_REPORT_ARGUMENTS));
    want_unseen = want_unseen || one->kind == SX_REPORT_SUMMARY;
    reset(one);
    if (error == NULL)
        error = register_tap_listener("sipexplain", one, filter, TL_REQUIRES_NOTHING, reset, take,
                                      draw, NULL);
    if (error != NULL) {
        fprintf(stderr, "sipexplain,%s: %s\n", name, error->str);
        exit(1); /* as tshark's own statistics do */
    }
    if (all == NULL)
        all = g_ptr_array_new();
    g_ptr_array_add(all, one);
    has_filter = has_filter || filter != NULL;
    SX_STAT_INIT_DONE;
}

void sx_reports_register_statistics(void) {
    static stat_tap_ui statistics[SX_N_REPORTS];
    for (guint i = 0; i < SX_N_REPORTS; i++) {
        char *name = g_strconcat("sipexplain,", sx_report_name((sx_report_kind)i), NULL);
        statistics[i] = (stat_tap_ui){
            .group = REGISTER_STAT_GROUP_GENERIC,
            .title = name,
            .cli_string = name,
            .tap_init_cb = begin,
        };
        register_stat_tap_ui(&statistics[i], GUINT_TO_POINTER(i));
    }
}
