/* SPDX-License-Identifier: GPL-2.0-or-later
 * A text in memory as the input of a reader.
 */
#include "log/log.h"

typedef struct {
    const char *bytes;
    gsize len, at;
} memory;

static gssize read_memory(gpointer context, char *bytes, gsize room) {
    memory *m = (memory *)context;
    gsize n = MIN(room, m->len - m->at);
    if (n > 0)
        memcpy(bytes, m->bytes + m->at, n);
    m->at += n;
    return (gssize)n;
}

static gboolean seek_memory(gpointer context, guint64 offset) {
    memory *m = (memory *)context;
    if (offset > m->len)
        return FALSE;
    m->at = (gsize)offset;
    return TRUE;
}

sx_log_input sx_log_input_memory(const char *bytes, gsize len) {
    memory *m = g_new(memory, 1);
    *m = (memory){bytes, len, 0};
    return (sx_log_input){read_memory, seek_memory, g_free, m};
}
