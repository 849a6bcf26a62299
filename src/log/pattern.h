/* SPDX-License-Identifier: GPL-2.0-or-later
 * Patterns for the head lines of log records, and what they find.
 *
 * A pattern is one line. It may begin anywhere in the line where a word begins, behind '^' only at its start (blanks
 * apart), and goes to the end of the line (blanks apart). A blank stands for one or more blanks, letters for both cases.
 *   %D direction word      %T transport       %t time stamp         %r span of time ("31ms")
 *   %s source  %d destination  %p peer  %l local: host and port, also in brackets
 *   %S source port  %E port of the destination or the peer  %n number  %U "U" or "T"  %w word  %k word that names the channel of the record
 *   %* anything up to what follows   %+ the same, with a transport in it   %- a line of the same mark over and over
 */
#ifndef SX_LOG_PATTERN_H
#define SX_LOG_PATTERN_H

#include "log/stamp.h"

/** What the head of a record says. Slices point into the lines that were matched. */
typedef struct {
    sx_slice source, destination, peer, local; /* as they stand, with the port */
    sx_slice source_port;                      /* where it stands apart */
    sx_slice destination_port;                 /* the same; beside a peer it is that of the peer */
    sx_slice key;                              /* the channel of the record */
    const char *transport;                     /* constant; NULL: not said */
    sx_log_direction direction;
    gboolean timed;
    sx_stamp stamp;
} sx_head;

/**
 * Looks for a pattern in a line.
 * @param line without its end
 * @param head takes what is found; changed also if the pattern does not match in the end
 * @param begin set to where the match begins; may be NULL
 */
gboolean sx_pattern_match(const char *pattern, sx_slice line, sx_head *head, gsize *begin);

/** Where several are separated by line feeds, each ending a pattern: the next one, or NULL. */
const char *sx_pattern_next(const char *pattern);

/** The constant upper-case name of a transport; NULL if the word is none. */
const char *sx_pattern_transport(sx_slice word);

#endif
