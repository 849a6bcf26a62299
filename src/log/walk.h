/* SPDX-License-Identifier: GPL-2.0-or-later
 * The inside of a reader: where it is, what it has learned, and the step to the next message.
 */
#ifndef SX_LOG_WALK_H
#define SX_LOG_WALK_H

#include "log/clock.h"
#include "log/ends.h"
#include "log/pieces.h"

/** A record that a message ended in: a further one may follow in it. */
typedef struct {
    guint64 end; /* of that message; 0: none */
    const sx_log_format *format;
    sx_log_place place;
    sx_head head;
    char room[1024]; /* what the slices of the head point to */
} sx_kept;

/** All that the walk knows of the way so far. Places are those of bytes in the text. */
typedef struct {
    guint64 at;      /* the search goes on here */
    guint64 floor;   /* the last message ended here */
    guint64 counted; /* lines are counted up to here */
    guint32 line;    /* the one that begins there or holds it */
    guint32 messages;
    sx_clock clock;
    sx_kept last;   /* the record that the last message ended in */
    sx_kept joined; /* the last piece of the last message that was put together */
} sx_walk;

struct sx_log {
    sx_window window;
    sx_log_options options;
    sx_walk walk;
    guint64 hold;       /* nothing from here on leaves the window; G_MAXUINT64: nothing is held */
    guint64 start;      /* of the text: behind the mark of UTF-8 */
    gboolean begun;     /* the start of the text was looked at */
    gboolean refused;   /* and is no log */
    gboolean away;      /* the window is not where the walk is */
    gboolean surveyed;  /* the start of the log was read ahead, if it had to be */
    gboolean surveying; /* reading ahead, to learn */
    sx_ends_own own;
    gboolean day_known; /* of a line near stamps without a date, as the day of the first one */
    gint64 first_day;
    GString *clean;
    sx_record record;
    sx_pieces pieces;
    sx_found found;
    sx_log_remarked remarks[SX_LOG_N_REMARKS];
};

/** Goes to the next message; FALSE at the end of the text, or of what may be read. */
gboolean sx_walk_next(sx_log *log, sx_log_message *message);

/** Stands behind the rest of a message in its last piece, where the message of this place begins. */
void sx_walk_into_piece(sx_log *log, const sx_log_place *place);

/** Sets the time of the message that was read, from its head, from what stands behind it, from lines nearby. */
void sx_walk_time(sx_log *log, sx_log_place *place);

/** Counts what has to be said of the message once a file. head: of its record. */
void sx_walk_remark(sx_log *log, const sx_log_message *message, const sx_log_format *format,
                    const sx_head *head);

/** Whether a text that begins so cannot be a log: binary, UTF-16, HTML, XML or JSON. */
gboolean sx_walk_refuses(sx_slice text);

#endif
