/* SPDX-License-Identifier: GPL-2.0-or-later
 * One message out of the lines of a record.
 */
#ifndef SX_LOG_RECORD_H
#define SX_LOG_RECORD_H

#include "log/format.h"
#include "log/lines.h"

/** A message as it was sent, as far as the record shows. */
typedef struct {
    GString *text; /* taken over from message to message; left empty if there is no start line */
    gsize end;     /* behind the message, in the window or the text of the lines */
    gboolean cut;  /* its end is missing */
    gboolean interrupted; /* cut by the next record, so that it may go on in a later one */
    gboolean is_message;  /* Via, Call-ID and CSeq are there, and a header follows the start line */
    guint repairs;        /* sx_log_repair bits */
    gboolean timed;       /* what stands behind the message has a time */
    sx_stamp stamp;
    guint32 announced; /* Content-Length */
    gboolean has_length, is_sdp, has_type;
} sx_record;

/**
 * Reads the message whose start line comes next.
 * @param lines is left behind the message
 * @param alone no other record can come in between: the text was put together from records
 */
void sx_record_read(sx_lines *lines, const sx_log_format *format, gboolean alone,
                    sx_record *record);

#endif
