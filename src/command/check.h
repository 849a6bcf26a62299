/* SPDX-License-Identifier: GPL-2.0-or-later
 * sipexplain check: what is wrong in captures and text logs. A capture is read by tshark with the plugin, a log by the
 * reader of src/log; both give the same tables (report/), and one page is made of them.
 */
#ifndef SX_COMMAND_CHECK_H
#define SX_COMMAND_CHECK_H

#include "knowledge/verdict.h"
#include "log/log.h"
#include "mask/mask.h"
#include "report/conversations.h"
#include "report/table.h"

/** Records of a report, the names of its columns first. */
typedef struct {
    GPtrArray *records; /* char **, the first one is the header; NULL-terminated */
} sx_records;

/** How many conversations of a kind there are, and how many are in trouble. */
typedef struct {
    guint32 all, bad;
} sx_tally;

/** What was found in one file. */
typedef struct {
    const char *file;
    const char *format; /* of a text log; NULL: a capture */
    sx_records findings, ladder;
    sx_records unseen; /* of the summary: what is no message, and messages that were cut */
    sx_tally tallies[SX_N_KINDS];
    guint64 messages;
    gint64 span;          /* from the first to the last message, microseconds; -1: not known */
    GHashTable *comments; /* char * by frame; NULL: nobody wants them */
    gboolean normal_too;  /* among the comments */
    sx_language language; /* of the comments */
    GPtrArray *omitted;   /* char *: what was not analyzed, sentences */
    gboolean in_part;     /* some of what it holds was not analyzed */
    gboolean readable;    /* to its end */
} sx_checked;

/** What the command line asks for. */
typedef struct {
    char **files;
    char **tshark_options; /* behind --; NULL: none */
    char *lang, *format, *output, *fail_on, *decode_as, *keylog;
    char *mask_key;  /* NULL: nothing is masked */
    sx_mask *mask;   /* of that key; NULL */
    gboolean masked; /* --mask: with a key that is drawn, if none was given */
    gboolean all, follow, no_pager, help;
    sx_language language;
    sx_verdict least; /* verdict for exit status 1 */
} sx_check_options;

/** sipexplain check ...; @return the exit status: 0 nothing wrong, 1 something is, 2 not readable or wrong usage */
int sx_check(int argc, char **argv);

/* ---- for the files of this folder ---- */

/** Reads a capture by tshark; fills in all but `file`. @return FALSE: it cannot be read, and it was said why */
gboolean sx_check_capture(const sx_check_options *options, const char *path, sx_checked *checked);

/** Says what of a capture was not analyzed. */
void sx_check_omitted(const sx_check_options *options, sx_checked *checked);

/** What is said of the frames of a capture, by tshark. @param comments char * by frame number */
gboolean sx_check_comments(const sx_check_options *options, const char *path, GHashTable *comments);

/** Bytes of a log that are looked at before its first message is taken: the own address, the date. */
#define SX_LOG_LOOK_AHEAD (256 * 1024)

/** What a text log holds. */
typedef enum { SX_LOG_CHECKED, SX_NOT_A_LOG, SX_LOG_FAILED } sx_log_checked;

/** Reads a text log, packed or not; fills in all but `file`. */
sx_log_checked sx_check_log(const sx_check_options *options, const char *path, sx_checked *checked);

/** Takes the reports in: text of several tables as CSV (RFC 4180), piece by piece. */
typedef struct sx_check_reader sx_check_reader;
sx_check_reader *sx_check_reader_new(sx_checked *checked);
void sx_check_reader_take(sx_check_reader *reader, const char *bytes, gsize len);
/** Ends and frees it. */
void sx_check_reader_end(sx_check_reader *reader);

/** The cell of a record under this name; "" if there is none. Records count from 1. */
const char *sx_records_cell(const sx_records *records, guint record, const char *column);

/** How many records there are below the header. */
guint sx_records_count(const sx_records *records);

/** Makes the mask that the options ask for. */
void sx_check_begin_mask(sx_check_options *options);

/** Whether ladders are drawn. */
gboolean sx_check_draws(const sx_check_options *options);

/** The worst verdict that was found; normal if there is no finding. */
sx_verdict sx_checked_worst(const sx_checked *checked);

/** Adds a record as a line of CSV or JSON, with the name of the file; record 0 is the header. */
void sx_check_append_record(GString *out, sx_format format, const sx_checked *checked,
                            guint record);

/**
 * Reads a text log from standard input as it grows, and writes each finding of each conversation when it comes: as
 * text, or a line of CSV or JSON. Ends with the input, or when it is interrupted; as text with a summary.
 * @return the exit status; 130 if it was interrupted
 */
int sx_check_follow(const sx_check_options *options, gboolean is_table, sx_format table);

/** A message of a log; all zero before the first one. */
typedef struct {
    sx_message message;
    sx_packet packet;   /* its frame is the line, or the next number where one line holds several */
    const char *format; /* of the log */
} sx_check_read;

/** Reads the next message of a log. @param mask NULL: none @param masked room for what is masked; holds the message then */
sx_log_result sx_check_next(sx_log *log, sx_mask *mask, GString *masked, sx_check_read *read);

/** What is not analyzed behind the place where a file breaks off. */
void sx_check_add_unread(const sx_check_options *options, sx_checked *checked);

/** The remarks on a log, as far as it was read, to what was omitted. */
void sx_check_add_remarks(const sx_check_options *options, const sx_log *log, sx_checked *checked);

/** A text without what steers a terminal; to be freed with g_free(). */
char *sx_check_shown(const char *text);

/** One line on standard error. */
void sx_check_say(const char *line);
void sx_check_not_readable(const sx_check_options *options, const char *path, const char *message);

void sx_checked_clear(sx_checked *checked);

#endif
