/* SPDX-License-Identifier: GPL-2.0-or-later
 * What --help prints and the man page says.
 */
#ifndef SX_COMMAND_HELP_H
#define SX_COMMAND_HELP_H

#include "command/page.h"

/** How the command is used, its options, exit status and environment, as a page. */
sx_page *sx_page_of_help(sx_language language);

/** That page as a manual page in roff. */
void sx_render_man(GString *out, const sx_page *help);

#endif
