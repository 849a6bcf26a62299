/* SPDX-License-Identifier: GPL-2.0-or-later
 * The formats of SIP logs, a row each: how a record begins, what ends the message, what is no part of it.
 */
#ifndef SX_LOG_FORMAT_H
#define SX_LOG_FORMAT_H

#include "log/pattern.h"

/** How a message that did not fit goes on in a later record. */
typedef enum {
    SX_LOG_WHOLE,       /* a record holds all of it */
    SX_LOG_BY_CHANNEL,  /* behind the next head with the same %k */
    SX_LOG_BY_SEQUENCE, /* in the record with the next number in "[S=%n]" */
} sx_log_pieces;

/** A row. All patterns are those of log/pattern.h; several are separated by a line feed. */
typedef struct {
    const char *name;
    const char *needle; /* stands in the last line of the head: looked for first */
    const char *
        head; /* the lines above the start line, top down; '?' before one that may be missing. Not the last one.
                 Below it, and above the message, empty lines and rules ("-----") are skipped */
    const char *end; /* lines that end the message; NULL: none */
    const char
        *other; /* lines that begin another record, beside those with a time stamp; NULL: none */
    const char
        *tail; /* what stands behind the message, or at the end of its last line; NULL: nothing */
    sx_log_pieces pieces;
    gboolean dots; /* a '.' stands for the CR of each line */
    gboolean
        packets;    /* the headers of the packet, as text, may stand between head and start line */
    gboolean spans; /* times are spans from one record to the next */
} sx_log_format;

/** The rows, more usual formats first. */
extern const sx_log_format sx_log_formats[];
extern const guint sx_log_n_formats;

/** The row of messages without a head. */
extern const sx_log_format sx_log_bare;

/** Whether the line is the last one of this format's heads. */
gboolean sx_log_is_head(const sx_log_format *format, sx_slice line, sx_head *head);

/** Whether the line ends a message of this format: an end mark, the head of another record. */
gboolean sx_log_is_end(const sx_log_format *format, sx_slice line);

#endif
