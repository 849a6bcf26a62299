/* SPDX-License-Identifier: GPL-2.0-or-later
 * The lines of a record as the program meant them: without what terminals, syslog, mail and forums put around them.
 */
#ifndef SX_LOG_LINES_H
#define SX_LOG_LINES_H

#include "log/window.h"

#define SX_LINES_PREFIX 256 /* bytes of what may stand before each line */

/** A walk over the lines of a record, in a window or in memory. Copy it to look ahead. */
typedef struct {
    sx_window *window; /* is filled as far as lines are asked for; NULL: the text is all there is */
    sx_slice text;     /* without a window */
    gsize at;          /* of the line to come */
    gsize line_end;    /* of the line as it stands in the text, while `at` is in it */
    gboolean line_ends;    /* it has a line feed there */
    char escape;           /* '#', '\\' or '^': how line ends are written beside LF; '\0': not */
    gboolean blank_escape; /* a blank before each escape belongs to it */
    gboolean dots;         /* a '.' stands for the CR of each line */
    gboolean entities;     /* &lt; stands for < */
    gboolean doubled;      /* behind each line comes an empty one that is none */
    sx_slice prefix;       /* stands before each line; digits, months and single letters differ */
    gboolean stamped;      /* there is a time stamp in the prefix */
    GString *clean;        /* room for a line that has to be changed */
    guint repairs;         /* sx_log_repair bits of what was done */
} sx_lines;

/** A line. `text` is valid until the next one is read. */
typedef struct {
    sx_slice text;       /* without line end and prefix */
    gsize begin, behind; /* where the line and the next one begin */
    gboolean cr;         /* it ends in CRLF */
    gboolean ends;       /* it has a line end at all */
    gboolean prefixed;   /* the prefix was there */
    gboolean nul;        /* a NUL, which ends all text, stands behind it */
} sx_line;

/** The next line; FALSE at the end of the text, and before a line without end, 64 KiB long. */
gboolean sx_lines_next(sx_lines *lines, sx_line *line);

/** The length of the escaped line end at the start of a text; 0 if there is none of this kind. */
gsize sx_lines_escape(sx_slice text, char kind);

/**
 * A line without escape sequences of a terminal.
 * @param entities &lt; and the like are replaced
 * @param quotes so is \", as in strings of programs
 * @param room takes the line if it differs
 */
sx_slice sx_lines_clean(sx_slice line, gboolean entities, gboolean quotes, GString *room,
                        guint *repairs);

/** How much of a line is like this prefix; -1 if it does not begin with it. */
gssize sx_lines_prefix(sx_slice prefix, sx_slice line);

#endif
