/* SPDX-License-Identifier: GPL-2.0-or-later
 * The terminal that text goes to: its width, whether it shows colour, and the pager.
 */
#ifndef SX_COMMAND_TERMINAL_H
#define SX_COMMAND_TERMINAL_H

#include <glib.h>

/** How text is written. */
typedef struct {
    guint columns;
    gboolean color; /* bold and colour by escape sequences */
} sx_terminal;

/** What standard output is; a pipe or a file gets plain text, NO_COLOR is respected (no-color.org). */
sx_terminal sx_terminal_of_stdout(void);

/** Whether standard output is a terminal. */
gboolean sx_stdout_is_terminal(void);

/**
 * Writes a text to standard output; on a terminal through the pager (SIPEXPLAIN_PAGER, PAGER, else less), as git and man
 * do. A reader that goes away is no error.
 * @return FALSE if it could not be written
 */
gboolean sx_print(const char *text, gsize len, gboolean with_pager);

#endif
