/* SPDX-License-Identifier: GPL-2.0-or-later
 * Reads files and streams; unpacks gzip with GIO's decompressor.
 */
#include "log/file.h"

#include <errno.h>
#include <gio/gio.h>

#include "log/system.h"

#define PACKED_CHUNK (16 * 1024)

/** An open file, and what is known of its packing. */
typedef struct {
    int fd;
    gboolean owned;           /* to be closed */
    gboolean begun;           /* its first bytes were looked at */
    GConverter *unpacker;     /* NULL: it is not packed */
    gboolean at_end;          /* of the file */
    gboolean finished;        /* nothing more can be unpacked */
    char chunk[PACKED_CHUNK]; /* bytes of the file still to be used */
    gsize used, filled;
    guint64 offset; /* of the next byte of the text */
} source;

static gssize read_fd(int fd, char *bytes, gsize room) {
    gssize n;
    do
        n = read(fd, bytes, room);
    while (n < 0 && errno == EINTR);
    return n;
}

/* Reads more of the file behind what is still to be used; -1 on error, 0 at its end. */
static gssize refill(source *s) {
    memmove(s->chunk, s->chunk + s->used, s->filled - s->used);
    s->filled -= s->used;
    s->used = 0;
    gssize n = read_fd(s->fd, s->chunk + s->filled, sizeof s->chunk - s->filled);
    if (n > 0)
        s->filled += (gsize)n;
    s->at_end = n == 0;
    return n;
}

static gboolean is_gzip(const source *s) {
    return s->filled - s->used >= 2 && (guchar)s->chunk[s->used] == 0x1f &&
           (guchar)s->chunk[s->used + 1] == 0x8b;
}

static gboolean begin(source *s) {
    s->begun = TRUE;
    while (s->filled < 2 && !s->at_end) {
        if (refill(s) < 0)
            return FALSE;
    }
    if (is_gzip(s))
        s->unpacker = G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP));
    return TRUE;
}

/* Behind a member: another one may follow, anything else is padding. */
static gboolean has_member(source *s) {
    while (s->filled - s->used < 2 && !s->at_end) {
        if (refill(s) < 0)
            return FALSE;
    }
    g_converter_reset(s->unpacker);
    return is_gzip(s);
}

static gssize unpack(source *s, char *bytes, gsize room) {
    gsize n_read = 0, n_written = 0;
    for (;;) {
        if (s->used == s->filled && !s->at_end && refill(s) < 0)
            return -1;
        GError *error = NULL;
        GConverterResult result =
            g_converter_convert(s->unpacker, s->chunk + s->used, s->filled - s->used, bytes, room,
                                s->at_end ? G_CONVERTER_INPUT_AT_END : G_CONVERTER_NO_FLAGS,
                                &n_read, &n_written, &error);
        gboolean is_short = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT);
        g_clear_error(&error);
        if (result == G_CONVERTER_ERROR) {
            if (!is_short || s->at_end || refill(s) < 0)
                return -1;
            continue;
        }
        s->used += n_read;
        if (result == G_CONVERTER_FINISHED && !has_member(s)) {
            s->used = s->filled;
            s->finished = TRUE;
        }
        if (n_written > 0 || s->finished)
            return (gssize)n_written;
    }
}

static gssize read_source(gpointer context, char *bytes, gsize room) {
    source *s = (source *)context;
    gssize n;
    if (!s->begun && !begin(s))
        return -1;
    if (s->finished)
        return 0;
    if (s->unpacker != NULL) {
        n = unpack(s, bytes, room);
    } else if (s->used < s->filled) {
        n = (gssize)MIN(room, s->filled - s->used);
        memcpy(bytes, s->chunk + s->used, (gsize)n);
        s->used += (gsize)n;
    } else {
        n = s->at_end ? 0 : read_fd(s->fd, bytes, room);
    }
    if (n > 0)
        s->offset += (guint64)n;
    return n;
}

/* Packed text is read from its start again if need be, and passed by as far as wanted. */
static gboolean seek_packed(source *s, guint64 offset) {
    char passed[4096];
    if (offset < s->offset) {
        if (lseek(s->fd, 0, SEEK_SET) != 0)
            return FALSE;
        g_converter_reset(s->unpacker);
        s->used = s->filled = 0;
        s->at_end = s->finished = FALSE;
        s->offset = 0;
    }
    while (s->offset < offset) {
        gssize n = read_source(s, passed, MIN(sizeof passed, offset - s->offset));
        if (n <= 0)
            return FALSE;
    }
    return TRUE;
}

static gboolean seek_source(gpointer context, guint64 offset) {
    source *s = (source *)context;
    if (offset > G_MAXINT64 || (!s->begun && !begin(s)))
        return FALSE;
    if (s->unpacker != NULL)
        return seek_packed(s, offset);
    s->used = s->filled = 0;
    s->at_end = FALSE;
    s->offset = offset;
    return lseek(s->fd, (goffset)offset, SEEK_SET) >= 0;
}

static void close_source(gpointer context) {
    source *s = (source *)context;
    if (s->unpacker != NULL)
        g_object_unref(s->unpacker);
    if (s->owned)
        close(s->fd);
    g_free(s);
}

static sx_log_input input_of(int fd, gboolean owned, gboolean seekable) {
    source *s = g_new0(source, 1);
    s->fd = fd;
    s->owned = owned;
    return (sx_log_input){read_source, seekable ? seek_source : NULL, close_source, s};
}

gboolean sx_log_input_file(const char *path, sx_log_input *input, gint64 *modified,
                           GError **error) {
    GStatBuf status;
    gboolean is_folder = g_file_test(path, G_FILE_TEST_IS_DIR);
    int fd = g_open(path, SX_OPEN_TO_READ, 0);
    if (fd < 0 || is_folder || g_stat(path, &status) != 0) {
        int why = is_folder ? EISDIR : errno;
        g_set_error_literal(error, G_FILE_ERROR, (gint)g_file_error_from_errno(why),
                            g_strerror(why));
        if (fd >= 0)
            close(fd);
        return FALSE;
    }
    if (modified != NULL)
        *modified = (gint64)status.st_mtime * SX_SECOND;
    *input = input_of(fd, TRUE, g_file_test(path, G_FILE_TEST_IS_REGULAR));
    return TRUE;
}

sx_log_input sx_log_input_stream(FILE *stream) {
    return input_of(fileno(stream), FALSE, FALSE);
}
