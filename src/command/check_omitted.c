/* SPDX-License-Identifier: GPL-2.0-or-later
 * What of a capture was not analyzed, as sentences: from the summary, which tells of cut messages, of SIP on odd ports
 * and of TLS without keys, and from the options of the user.
 */
#include <string.h>

#include "command/check.h"
#include "labels.h"

#define MAX_PORTS 5 /* that are named */

static guint32 number_of(const sx_records *records, guint record, const char *column) {
    guint64 number = g_ascii_strtoull(sx_records_cell(records, record, column), NULL, 10);
    return (guint32)MIN(number, G_MAXUINT32);
}

static void say(sx_checked *checked, GString *text) {
    g_ptr_array_add(checked->omitted, g_string_free(text, FALSE));
    checked->in_part = TRUE;
}

/** Frames of one group of the summary. */
typedef struct {
    guint32 packets, first_frame;
} sum;

static void add(sum *all, const sx_records *records, guint record) {
    guint32 frame = number_of(records, record, "first_frame");
    guint32 packets = number_of(records, record, "messages");
    all->first_frame = all->packets == 0 ? frame : MIN(all->first_frame, frame);
    all->packets += MIN(packets, G_MAXUINT32 - all->packets);
}

/* "udp.port == 4569" of the summary as tshark -d takes it; those that were not kept one by one have none. */
static void say_odd_port(const sx_check_options *o, sx_checked *checked, guint record) {
    GString *text = g_string_new(NULL);
    char **words = g_strsplit(sx_records_cell(&checked->unseen, record, "value"), " ", -1);
    char *port = g_strjoinv("", words);
    sx_label_check_odd_port(o->language, text, number_of(&checked->unseen, record, "messages"),
                            number_of(&checked->unseen, record, "first_frame"), port);
    say(checked, text);
    g_free(port);
    g_strfreev(words);
}

typedef void (*sum_label)(sx_language language, GString *out, guint64 packets, guint32 first_frame);

static void say_sum(const sx_check_options *o, sx_checked *checked, const sum *all,
                    sum_label label) {
    if (all->packets == 0)
        return;
    GString *text = g_string_new(NULL);
    label(o->language, text, all->packets, all->first_frame);
    say(checked, text);
}

static void say_read_filter(const sx_check_options *o, sx_checked *checked) {
    for (char **word = o->tshark_options; word != NULL && *word != NULL; word++) {
        if (!g_str_has_prefix(*word, "-R"))
            continue;
        const char *filter = (*word)[2] != '\0' ? *word + 2 : word[1] != NULL ? word[1] : "";
        GString *text = g_string_new(NULL);
        sx_label_check_read_filter(o->language, text, filter);
        say(checked, text);
    }
}

void sx_check_add_unread(const sx_check_options *o, sx_checked *checked) {
    if (!checked->readable)
        say(checked, g_string_new(sx_word_text(o->language, SX_LABEL_CHECK_UNREAD)));
}

void sx_check_omitted(const sx_check_options *o, sx_checked *checked) {
    const sx_records *unseen = &checked->unseen;
    sum cut = {0}, encrypted = {0}, not_taken = {0};
    guint ports = 0;
    for (guint i = 1; i <= sx_records_count(unseen); i++) {
        const char *group = sx_records_cell(unseen, i, "group");
        if (strcmp(group, "cut") == 0)
            add(&cut, unseen, i);
        else if (strcmp(group, "encrypted") == 0)
            add(&encrypted, unseen, i);
        else if (strcmp(group, "not-taken") == 0)
            add(&not_taken, unseen, i);
        else if (strcmp(group, "odd-port") == 0 && ports++ < MAX_PORTS)
            say_odd_port(o, checked, i);
    }
    say_sum(o, checked, &not_taken, sx_label_check_not_taken);
    say_sum(o, checked, &encrypted, sx_label_check_encrypted);
    say_sum(o, checked, &cut, sx_label_check_cut);
    say_read_filter(o, checked);
    sx_check_add_unread(o, checked);
}
