/* SPDX-License-Identifier: GPL-2.0-or-later
 * Asks Wireshark's window, which answers only where there is one.
 */
#include "gui.h"

#include <epan/plugin_if.h>

#include <cfile.h>

typedef struct {
    gboolean is_there, is_reading;
} answer;

static void *look(capture_file *file, void *user) {
    answer *seen = (answer *)user;
    seen->is_there = TRUE;
    seen->is_reading = file != NULL && file->state != FILE_READ_DONE;
    return NULL;
}

static answer ask(void) {
    answer seen = {FALSE, FALSE};
    plugin_if_get_capture_file(look, &seen);
    return seen;
}

gboolean sx_gui_is_starting(void) {
    /* The window itself answers only later. */
    return g_strcmp0(g_get_prgname(), "wireshark") == 0 || sx_gui_is_there();
}

gboolean sx_gui_is_there(void) {
    return ask().is_there;
}

gboolean sx_gui_is_reading(void) {
    return ask().is_reading;
}
