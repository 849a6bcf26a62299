/* SPDX-License-Identifier: GPL-2.0-or-later
 * What was found in one file, as a page.
 */
#ifndef SX_COMMAND_CHECK_PAGE_H
#define SX_COMMAND_CHECK_PAGE_H

#include "command/check.h"
#include "command/page.h"

/** The page of a file. @param all whether all findings are shown, or the worst ones */
sx_page *sx_page_of_checked(sx_language language, const sx_checked *checked, gboolean all);

#endif
