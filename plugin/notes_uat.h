/* SPDX-License-Identifier: GPL-2.0-or-later
 * The table "SIP Explain notes": what users have to say on messages, saved in their profile.
 */
#ifndef SX_NOTES_UAT_H
#define SX_NOTES_UAT_H

#include <epan/prefs.h>

#include "sipexplain.h"

/** Registers the table among the preferences of the module. */
void sx_notes_uat_register(module_t *module);

/** The notes of the table; NULL: there are none. */
const sx_notes *sx_notes_uat_notes(void);

#endif
