/* SPDX-License-Identifier: GPL-2.0-or-later
 * What there is to know of the program around the plugin: whether it has a window, and what that shows.
 */
#ifndef SX_GUI_H
#define SX_GUI_H

#include "ws_compat.h"

/** Whether this is Wireshark, which will have a window: to be asked while protocols and taps are registered. */
gboolean sx_gui_is_starting(void);

/** Whether this is Wireshark with its window, not tshark or sharkd. */
gboolean sx_gui_is_there(void);

/** Whether the file is still read in the window. */
gboolean sx_gui_is_reading(void);

/** Whether the packet details go over the whole width of the window. */
gboolean sx_gui_has_wide_details(void);

#endif
