/* SPDX-License-Identifier: GPL-2.0-or-later
 * Start lines of SIP messages in a text, and the heads of records above them.
 */
#ifndef SX_LOG_START_H
#define SX_LOG_START_H

#include "log/format.h"
#include "log/lines.h"

#define SX_START_ABOVE 16    /* lines above a start line that may belong to it */
#define SX_START_BEFORE 4096 /* bytes above a start line that are looked at */

/** A line that may be the start line of a message. Numbers are places in the window. */
typedef struct {
    gsize line;   /* the line as it stands in the text */
    gsize begin;  /* the start line itself, behind what stands before it */
    gsize behind; /* what was found ends here: the search goes on from there */
    char escape;  /* how line ends are written, as in sx_lines */
    gboolean blank_escape;
    gboolean dots; /* the line ends in a '.', which may stand for CR */
} sx_start;

/** The head of a record. */
typedef struct {
    const sx_log_format *format; /* NULL: none */
    sx_head head;
    gsize begin;                /* of its first line, in the window */
    sx_slice prefix;            /* stands before each line of the message */
    sx_slice above;             /* the line above the head; empty if there is none */
    char room[SX_START_BEFORE]; /* for lines that had to be changed */
    gsize used;
} sx_found;

/**
 * Whether the version ("SIP/2.0") at this place is that of a start line (RFC 3261 section 7).
 * @param floor the bytes before are not looked at
 */
gboolean sx_start_read(sx_window *window, gsize version, gsize floor, sx_start *start);

/**
 * The head above a start line, or before it in the same line.
 * @param floor the bytes before belong to the record before
 * @param found filled in; format is &sx_log_bare where there is no head and the line begins with the start line
 * @return FALSE if there is no head and the line begins with something else
 */
gboolean sx_start_head(const sx_window *window, gsize floor, const sx_start *start,
                       sx_found *found);

#endif
