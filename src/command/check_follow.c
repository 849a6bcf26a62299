/* SPDX-License-Identifier: GPL-2.0-or-later
 * Follows a text log that grows. What is remembered is bounded: the conversations of the last messages, so that a log may
 * grow for weeks.
 */
#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#ifdef G_OS_UNIX
#include <sys/select.h>
#include <unistd.h>
#endif

#include "command/check_page.h"
#include "command/render.h"
#include "labels.h"
#include "sipexplain.h"
#include "wire/keyed_hash.h"

#define REMEMBERED 50000 /* messages that are remembered at least, and up to twice as many */
#define MOST_SAID 100000 /* findings that are known to be said */
#define MOST_COUNTS 1000 /* kinds of findings that are counted */
#define INTERRUPTED 130

/** What is known of the log so far. */
typedef struct {
    const sx_check_options *options;
    gboolean is_table;
    sx_format table;
    sx_explainer *explainer;
    sx_explainer *next; /* takes over when it knows enough; NULL: not begun */
    guint fed;          /* messages since `next` was begun */
    GHashTable *said;   /* hash of finding and conversation */
    GArray *counts;     /* sx_count */
    GStringChunk *ids;  /* of diagnoses */
    guint number;       /* of the last finding */
    sx_verdict worst;
    gint64 first, last; /* moments; SX_NO_MOMENT: not known */
    sx_checked checked; /* of the whole log, without findings */
} following;

/* ---- standard input --------------------------------------------------------------------------- */

static volatile sig_atomic_t interrupted;

static void interrupt(int signal_number) {
    (void)signal_number;
    interrupted = 1;
}

#ifdef G_OS_UNIX
/* Signals come only while input is waited for, so that none is missed. */
static gssize read_input(gpointer context, char *bytes, gsize room) {
    const sigset_t *open = (const sigset_t *)context;
    fd_set inputs;
    while (!interrupted) {
        FD_ZERO(&inputs);
        FD_SET(STDIN_FILENO, &inputs);
        if (pselect(STDIN_FILENO + 1, &inputs, NULL, NULL, NULL, open) > 0)
            return read(STDIN_FILENO, bytes, room);
        if (errno != EINTR)
            return -1;
    }
    return 0;
}

static sx_log_input input_until_interrupted(void) {
    static sigset_t open;
    struct sigaction action = {.sa_handler = interrupt};
    sigset_t blocked;
    sigemptyset(&action.sa_mask);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGINT);
    sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_BLOCK, &blocked, &open);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    return (sx_log_input){read_input, NULL, NULL, &open};
}
#else
static gssize read_input(gpointer context, char *bytes, gsize room) {
    int c = interrupted ? EOF : getc((FILE *)context);
    if (c == EOF || room == 0)
        return 0;
    bytes[0] = (char)c;
    return 1;
}

static sx_log_input input_until_interrupted(void) {
    signal(SIGINT, interrupt);
    return (sx_log_input){read_input, NULL, NULL, stdin};
}
#endif

/* ---- findings --------------------------------------------------------------------------------- */

static void take(const char *text, gsize len, void *user) {
    sx_check_reader_take((sx_check_reader *)user, text, len);
}

/* What check would say of a log with this one message, knowing what came before. */
static void find(following *f, const sx_message *message, const sx_packet *packet,
                 sx_checked *found) {
    sx_report *report = sx_report_new(SX_REPORT_FINDINGS, f->options->language);
    sx_check_reader *reader = sx_check_reader_new(found);
    sx_report_add(report, f->explainer, message, packet, 0);
    sx_report_write(report, f->explainer, SX_FORMAT_CSV, take, reader);
    sx_check_reader_end(reader);
    sx_report_free(report);
}

static sx_count *count_of(following *f, const char *diagnosis) {
    for (guint i = 0; i < f->counts->len; i++) {
        sx_count *count = &g_array_index(f->counts, sx_count, i);
        if (strcmp(count->diagnosis, diagnosis) == 0)
            return count;
    }
    if (f->counts->len >= MOST_COUNTS)
        return NULL;
    sx_count new = {g_string_chunk_insert_const(f->ids, diagnosis), 0, 0};
    g_array_append_val(f->counts, new);
    return &g_array_index(f->counts, sx_count, f->counts->len - 1);
}

/* Whether this finding is new to the conversation of the message. */
static gboolean is_new(following *f, const char *diagnosis, const char *code,
                       const sx_message *message) {
    char *conversation = sx_filter_of_conversation(message);
    if (conversation == NULL)
        return TRUE;
    guint64 hash = sx_hash_bytes(0, diagnosis, strlen(diagnosis));
    hash = sx_hash_bytes(hash, code, strlen(code));
    hash = sx_hash_bytes(hash, conversation, strlen(conversation));
    g_free(conversation);
    if (g_hash_table_size(f->said) >= MOST_SAID)
        g_hash_table_remove_all(f->said);
    return g_hash_table_add(f->said, GSIZE_TO_POINTER((gsize)hash));
}

/* The pipe may end at whoever reads it: nobody waits for what stays in a buffer. */
static void write_now(const GString *text) {
    fwrite(text->str, 1, text->len, stdout);
    fflush(stdout);
}

static void say(following *f, const sx_checked *found) {
    GString *out = g_string_new(NULL);
    f->number++;
    if (f->is_table) {
        if (f->table == SX_FORMAT_CSV && f->number == 1)
            sx_check_append_record(out, f->table, found, 0);
        sx_check_append_record(out, f->table, found, 1);
    } else {
        sx_terminal terminal = sx_terminal_of_stdout();
        sx_page *page = sx_page_of_finding(f->options->language, found, f->number);
        sx_render_text(out, page, &terminal);
        g_string_append_c(out, '\n');
        sx_page_free(page);
    }
    write_now(out);
    g_string_free(out, TRUE);
}

static void look(following *f, const sx_message *message, const sx_packet *packet) {
    sx_checked found = {.file = f->checked.file, .format = f->checked.format};
    find(f, message, packet, &found);
    for (guint i = 1; i <= MIN(sx_records_count(&found.findings), 1); i++) {
        const char *diagnosis = sx_records_cell(&found.findings, i, "diagnosis");
        const char *code = sx_records_cell(&found.findings, i, "code");
        sx_count *count = count_of(f, diagnosis[0] != '\0' ? diagnosis : code);
        gboolean new = is_new(f, diagnosis, code, message);
        if (count != NULL) {
            count->messages++;
            count->conversations += new ? 1 : 0;
        }
        f->worst = MAX(f->worst, sx_checked_worst(&found));
        if (new)
            say(f, &found);
    }
    sx_checked_clear(&found);
}

/* ---- the log ---------------------------------------------------------------------------------- */

/* Two explainers, one half as old as the other: the older one is forgotten before it knows too much. */
static void forget_in_time(following *f) {
    if (++f->fed < REMEMBERED)
        return;
    if (f->next != NULL) {
        sx_explainer_free(f->explainer);
        f->explainer = f->next;
    }
    f->next = sx_explainer_new(TRUE);
    f->fed = 0;
}

static void note_time(following *f, const sx_packet *packet) {
    gint64 moment = sx_packet_moment(packet);
    if (moment == SX_NO_MOMENT)
        return;
    f->first = f->first == SX_NO_MOMENT ? moment : MIN(f->first, moment);
    f->last = MAX(f->last, moment);
}

static sx_log_result follow(following *f, sx_log *log) {
    sx_mask *mask = f->options->mask;
    GString *masked = g_string_new(NULL);
    sx_check_read read = {0};
    sx_log_result result;
    while ((result = sx_check_next(log, mask, masked, &read)) == SX_LOG_MESSAGE) {
        f->checked.format = read.format;
        f->checked.messages++;
        note_time(f, &read.packet);
        sx_explainer_feed(f->explainer, &read.message, &read.packet);
        if (f->next != NULL)
            sx_explainer_feed(f->next, &read.message, &read.packet);
        if (sx_explainer_severity(f->explainer) > SX_SEVERITY_CHAT)
            look(f, &read.message, &read.packet);
        sx_explainer_close_frame(f->explainer, read.packet.frame);
        if (f->next != NULL)
            sx_explainer_close_frame(f->next, read.packet.frame);
        forget_in_time(f);
    }
    g_string_free(masked, TRUE);
    return result;
}

static void sum_up(following *f, const sx_log *log) {
    GString *out = g_string_new(NULL);
    sx_terminal terminal = sx_terminal_of_stdout();
    f->checked.span = f->first != SX_NO_MOMENT ? f->last - f->first : -1;
    f->checked.omitted = g_ptr_array_new_with_free_func(g_free);
    sx_check_add_remarks(f->options, log, &f->checked);
    sx_page *page = sx_page_of_followed(f->options->language, &f->checked, f->counts);
    sx_render_text(out, page, &terminal);
    write_now(out);
    sx_page_free(page);
    g_string_free(out, TRUE);
}

static int end(following *f, const sx_log *log, sx_log_result result) {
    if (f->checked.messages > 0 && !f->is_table)
        sum_up(f, log);
    if (interrupted)
        return INTERRUPTED;
    if (result == SX_LOG_END)
        return f->worst >= f->options->least ? 1 : 0;
    sx_check_not_readable(f->options, "-",
                          result == SX_LOG_NOT_A_LOG
                              ? sx_word_text(f->options->language, SX_LABEL_CHECK_NOT_A_LOG)
                              : g_strerror(errno));
    return 2;
}

int sx_check_follow(const sx_check_options *options, gboolean is_table, sx_format table) {
    following f = {.options = options,
                   .is_table = is_table,
                   .table = table,
                   .explainer = sx_explainer_new(TRUE),
                   .said = g_hash_table_new(NULL, NULL),
                   .counts = g_array_new(FALSE, FALSE, sizeof(sx_count)),
                   .ids = g_string_chunk_new(1024),
                   .worst = SX_VERDICT_NORMAL,
                   .first = SX_NO_MOMENT,
                   .last = SX_NO_MOMENT,
                   .checked = {.file = "-"}};
    sx_log *log = sx_log_new(input_until_interrupted(), NULL);
    int status = end(&f, log, follow(&f, log));
    sx_log_free(log);
    sx_explainer_free(f.explainer);
    sx_explainer_free(f.next);
    g_hash_table_destroy(f.said);
    g_array_free(f.counts, TRUE);
    g_string_chunk_free(f.ids);
    sx_checked_clear(&f.checked);
    return status;
}
