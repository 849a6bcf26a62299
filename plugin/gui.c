/* SPDX-License-Identifier: GPL-2.0-or-later
 * Asks Wireshark's window, which answers only where there is one.
 */
#include "gui.h"

#include <epan/plugin_if.h>
#include <epan/prefs.h>

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

/* Whether one of two panes side by side has the packet details, and the other nothing. */
static gboolean is_alone(layout_pane_content_e left, layout_pane_content_e right) {
    return (left == layout_pane_content_pdetails && right == layout_pane_content_none) ||
           (right == layout_pane_content_pdetails && left == layout_pane_content_none);
}

gboolean sx_gui_has_wide_details(void) {
    layout_pane_content_e first = prefs.gui_layout_content_1;
    layout_pane_content_e second = prefs.gui_layout_content_2;
    layout_pane_content_e third = prefs.gui_layout_content_3;
    switch (prefs.gui_layout_type) {
    case layout_type_5: return TRUE; /* one above the other */
    case layout_type_2: return first == layout_pane_content_pdetails || is_alone(second, third);
    case layout_type_1: return third == layout_pane_content_pdetails || is_alone(first, second);
    default: return FALSE;
    }
}
