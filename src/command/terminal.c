/* SPDX-License-Identifier: GPL-2.0-or-later
 * What standard output is, and writing to it.
 */
#include "command/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef G_OS_UNIX
#include <signal.h>
#include <sys/ioctl.h>
#endif

#include "log/system.h"

#define USUAL_COLUMNS 80
#define LEAST_COLUMNS 40
#define MOST_COLUMNS 100 /* longer lines are hard to read */

gboolean sx_stdout_is_terminal(void) {
    return isatty(STDOUT_FILENO) != 0;
}

static guint columns_of_stdout(void) {
    const char *set = g_getenv("COLUMNS");
    guint columns = set != NULL ? (guint)g_ascii_strtoull(set, NULL, 10) : 0;
#if defined(G_OS_UNIX) && defined(TIOCGWINSZ)
    struct winsize size;
    if (columns == 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        columns = size.ws_col;
#endif
    return columns == 0 ? USUAL_COLUMNS : CLAMP(columns, LEAST_COLUMNS, MOST_COLUMNS);
}

sx_terminal sx_terminal_of_stdout(void) {
    const char *no_color = g_getenv("NO_COLOR");
    gboolean dumb = g_strcmp0(g_getenv("TERM"), "dumb") == 0 || g_getenv("TERM") == NULL;
    return (sx_terminal){
        columns_of_stdout(),
        sx_stdout_is_terminal() && !dumb && (no_color == NULL || no_color[0] == '\0'),
    };
}

static gboolean write_to(FILE *stream, const char *text, gsize len) {
    return fwrite(text, 1, len, stream) == len && fflush(stream) == 0;
}

/* The pager's command line; NULL: none is wanted. */
static const char *pager(void) {
    const char *command = g_getenv("SIPEXPLAIN_PAGER");
    if (command == NULL)
        command = g_getenv("PAGER");
    if (command == NULL)
        command = "less";
    g_setenv("LESS", "FRX", FALSE); /* quit if it fits on one screen, show colour, leave the text */
    return command[0] == '\0' || strcmp(command, "cat") == 0 ? NULL : command;
}

gboolean sx_print(const char *text, gsize len, gboolean with_pager) {
    const char *command = with_pager && sx_stdout_is_terminal() ? pager() : NULL;
#ifdef G_OS_UNIX
    signal(SIGPIPE, command != NULL ? SIG_IGN : SIG_DFL);
#endif
    FILE *stream = command != NULL ? popen(command, "w") : NULL;
    if (stream == NULL)
        return write_to(stdout, text, len);
    write_to(stream, text, len);    /* whoever quits the pager has read enough */
    if (pclose(stream) == 127 << 8) /* there is no such program */
        return write_to(stdout, text, len);
    return TRUE;
}
