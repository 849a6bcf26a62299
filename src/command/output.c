/* SPDX-License-Identifier: GPL-2.0-or-later
 * A file of a name of its own beside the one that is wanted, so that a failure leaves no half of it.
 */
#include "command/output.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>

#include "log/system.h"

gboolean sx_output_begin(sx_output *output, const char *path) {
    gboolean plain =
        !g_file_test(path, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK) ||
        (g_file_test(path, G_FILE_TEST_IS_REGULAR) && !g_file_test(path, G_FILE_TEST_IS_SYMLINK));
    *output = (sx_output){.path = g_strdup(path)};
    if (plain) {
        output->beside = g_strconcat(path, ".XXXXXX", NULL);
        int file = g_mkstemp_full(output->beside, O_WRONLY, 0666);
        output->file = file >= 0 ? fdopen(file, "wb") : NULL;
    } else {
        output->file = g_fopen(path, "wb");
    }
    if (output->file != NULL)
        return TRUE;
    int why = errno;
    g_free(output->path);
    g_free(output->beside);
    errno = why;
    return FALSE;
}

gboolean sx_output_end(sx_output *output, gboolean good) {
    good = fclose(output->file) == 0 && good;
    if (output->beside != NULL && good)
        good = g_rename(output->beside, output->path) == 0;
    int why = errno;
    if (output->beside != NULL && !good)
        g_unlink(output->beside);
    g_free(output->path);
    g_free(output->beside);
    errno = why;
    return good;
}

/* What tells a file from all others, whatever its name; NULL: there is none. */
static char *id_of(const char *name) {
    GFile *file = g_file_new_for_path(name);
    GFileInfo *info =
        g_file_query_info(file, G_FILE_ATTRIBUTE_ID_FILE, G_FILE_QUERY_INFO_NONE, NULL, NULL);
    char *id = info != NULL
                   ? g_strdup(g_file_info_get_attribute_string(info, G_FILE_ATTRIBUTE_ID_FILE))
                   : NULL;
    g_clear_object(&info);
    g_object_unref(file);
    return id;
}

gboolean sx_is_same_file(const char *one, const char *other) {
    char *a = id_of(one);
    char *b = id_of(other);
    gboolean same = a != NULL && g_strcmp0(a, b) == 0;
    g_free(a);
    g_free(b);
    return same;
}
