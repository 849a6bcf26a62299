/* SPDX-License-Identifier: GPL-2.0-or-later
 * Messages that go on in a later record: a read of a stream holds half of one, a datagram of syslog is too small.
 */
#ifndef SX_LOG_PIECES_H
#define SX_LOG_PIECES_H

#include "log/record.h"
#include "log/start.h"

/** The room for joining, and what came of it. */
typedef struct {
    GString *text; /* all pieces, as one record */
    gsize head;    /* the last piece: where its head begins in the window */
    gsize end;     /* where the message ends in it; 0 if it did not begin in the last piece */
} sx_pieces;

/**
 * Reads a message again, with its further pieces.
 * @param lines as they were before the message, which was interrupted
 * @param found the head of its first piece
 * @param record holds the message; changed only if further pieces were found
 */
void sx_pieces_join(const sx_lines *lines, const sx_found *found, sx_pieces *pieces,
                    sx_record *record);

#endif
