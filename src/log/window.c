/* SPDX-License-Identifier: GPL-2.0-or-later
 * The sliding window over a text.
 */
#include "log/window.h"

#define LARGE_CHUNK (64 * 1024)
#define SMALL_CHUNK (4 * 1024)

void sx_window_init(sx_window *window, sx_log_input input) {
    *window = (sx_window){.input = input, .chunk = LARGE_CHUNK, .room = 2 * SX_WINDOW_RECORD};
    window->bytes = g_malloc(window->room);
}

void sx_window_clear(sx_window *window) {
    if (window->input.close != NULL)
        window->input.close(window->input.context);
    g_free(window->bytes);
}

gboolean sx_window_fill(sx_window *window) {
    gsize room = MIN(window->room - window->len, window->chunk);
    if (room == 0 || window->at_end)
        return FALSE;
    gssize got = window->input.read(window->input.context, window->bytes + window->len, room);
    window->chunk = MIN(2 * window->chunk, LARGE_CHUNK);
    if (got <= 0 || (gsize)got > room) {
        window->at_end = TRUE;
        window->failed = got != 0;
        return FALSE;
    }
    window->len += (gsize)got;
    return TRUE;
}

gsize sx_window_reserve(sx_window *window, gsize keep, gsize from) {
    if (window->room - from >= SX_WINDOW_RECORD)
        return 0;
    memmove(window->bytes, window->bytes + keep, window->len - keep);
    window->offset += keep;
    window->len -= keep;
    if (window->room - (from - keep) < SX_WINDOW_RECORD) {
        window->room = from - keep + 2 * SX_WINDOW_RECORD;
        window->bytes = g_realloc(window->bytes, window->room);
    }
    return keep;
}

gboolean sx_window_seek(sx_window *window, guint64 offset) {
    if (window->input.seek == NULL || !window->input.seek(window->input.context, offset))
        return FALSE;
    window->offset = offset;
    window->len = 0;
    window->at_end = window->failed = FALSE;
    window->chunk = SMALL_CHUNK;
    return TRUE;
}
