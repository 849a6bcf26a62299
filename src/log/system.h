/* SPDX-License-Identifier: GPL-2.0-or-later
 * Files by number, and what else POSIX and Windows name differently.
 */
#ifndef SX_SYSTEM_H
#define SX_SYSTEM_H

#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>

#ifdef G_OS_WIN32
#include <io.h>
#define close _close
#define fileno _fileno
#define isatty _isatty
#define lseek _lseeki64
#define pclose _pclose
#define popen _popen
#define read(file, bytes, room) _read(file, bytes, (unsigned)MIN(room, (gsize)G_MAXINT))
#define write(file, bytes, len) _write(file, bytes, (unsigned)MIN(len, (gsize)G_MAXINT))
#define STDIN_FILENO 0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2
#define R_OK 4
#define SX_OPEN_TO_READ (O_RDONLY | O_BINARY | O_NOINHERIT)
#else
#include <unistd.h>
#define SX_OPEN_TO_READ (O_RDONLY | O_CLOEXEC)
#endif

#endif
