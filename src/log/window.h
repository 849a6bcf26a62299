/* SPDX-License-Identifier: GPL-2.0-or-later
 * The part of a text that is in memory: it grows at its end and slides along.
 */
#ifndef SX_LOG_WINDOW_H
#define SX_LOG_WINDOW_H

#include "log/log.h"

/** Bytes that a record may span, from the first line above its start line on; beyond, nothing is looked at. */
#define SX_WINDOW_RECORD (4 * SX_LOG_LARGEST)

typedef struct {
    sx_log_input input;
    char *bytes;
    gsize len, room;
    guint64 offset; /* of bytes[0] in the text */
    gsize chunk;    /* bytes to ask for next */
    gboolean at_end, failed;
} sx_window;

void sx_window_init(sx_window *window, sx_log_input input);
void sx_window_clear(sx_window *window);

/**
 * Reads more bytes behind those in memory, which stay where they are.
 * @return FALSE at the end of the text, on an error, or if there is no room
 */
gboolean sx_window_fill(sx_window *window);

/** Whether this byte is in memory, which is filled as far as that. */
static inline gboolean sx_window_has(sx_window *window, gsize i) {
    while (i >= window->len) {
        if (!sx_window_fill(window))
            return FALSE;
    }
    return TRUE;
}

/**
 * Makes room for SX_WINDOW_RECORD bytes behind a place; bytes before `keep` go if need be. Bytes may move.
 * @return how many bytes went at the front
 */
gsize sx_window_reserve(sx_window *window, gsize keep, gsize from);

/** Starts anew at this byte of the text; little is read at first. */
gboolean sx_window_seek(sx_window *window, guint64 offset);

#endif
