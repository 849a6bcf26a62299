/* SPDX-License-Identifier: GPL-2.0-or-later
 * What was found in one file, as a page.
 */
#ifndef SX_COMMAND_CHECK_PAGE_H
#define SX_COMMAND_CHECK_PAGE_H

#include "command/check.h"
#include "command/page.h"

/** The page of a file. @param all whether all findings are shown, or the worst ones */
sx_page *sx_page_of_checked(sx_language language, const sx_checked *checked, gboolean all);

/** The page of one finding. @param checked with one finding @param number before its headline, from 1 on */
sx_page *sx_page_of_finding(sx_language language, const sx_checked *checked, guint number);

/** How often something was found. */
typedef struct {
    const char *diagnosis;
    guint32 conversations, messages;
} sx_count;

/**
 * The page at the end of a log that was followed.
 * @param counts sx_count
 */
sx_page *sx_page_of_followed(sx_language language, const sx_checked *checked, const GArray *counts);

#endif
