/* SPDX-License-Identifier: GPL-2.0-or-later
 * Files and streams as inputs of a reader of logs, packed with gzip or not. The only part that needs GIO.
 */
#ifndef SX_LOG_FILE_H
#define SX_LOG_FILE_H

#include <stdio.h>

#include "log/log.h"

/**
 * Opens a log. What is packed with gzip (RFC 1952, several members too) is unpacked while it is read, one window at a
 * time; going back in it reads it anew from its start.
 * @param path in the file system's encoding
 * @param input filled in
 * @param modified set to the time of the file in microseconds since 1970, for the options; may be NULL
 * @return FALSE with a GFileError
 */
gboolean sx_log_input_file(const char *path, sx_log_input *input, gint64 *modified, GError **error);

/**
 * The same for a stream that runs only forward, such as standard input.
 * @param stream stays open, and belongs to the caller; nothing else may read it
 */
sx_log_input sx_log_input_stream(FILE *stream);

#endif
