/* SPDX-License-Identifier: GPL-2.0-or-later
 * Files that the command writes: whole or not at all, and never over something that is no plain file.
 */
#ifndef SX_COMMAND_OUTPUT_H
#define SX_COMMAND_OUTPUT_H

#include <glib.h>
#include <stdio.h>

/** A file that is being written. */
typedef struct {
    FILE *file;
    char *path;
    char *
        beside; /* written instead, and renamed at the end; NULL: a device, a pipe or a link, which stays what it is */
} sx_output;

/** Begins a file. @return FALSE: it cannot be written, errno says why, and nothing is to be ended */
gboolean sx_output_begin(sx_output *output, const char *path);

/** Ends it; what is not good goes, and what was there before stays. @return FALSE: not good, or errno says why */
gboolean sx_output_end(sx_output *output, gboolean good);

/** Whether two names are of one file. */
gboolean sx_is_same_file(const char *one, const char *other);

#endif
