/* SPDX-License-Identifier: GPL-2.0-or-later
 * The fields sipexplain.* and the subtrees, registered from the engine's list.
 */
#ifndef SX_PLUGIN_FIELDS_H
#define SX_PLUGIN_FIELDS_H

#include "ws_compat.h"

/** Numbers of the fields, by sx_field; set by sx_fields_register(). */
extern int *hf_sipexplain;

/** The subtrees: the whole, groups that are open at first, nodes that are folded at first. */
extern gint ett_sipexplain, ett_group, ett_folded;

/** Registers fields and subtrees for the protocol of this number. */
void sx_fields_register(int proto);

/** Unfolds what is short, the first time it is called: later the user's folding counts. Not before a file is opened. */
void sx_fields_unfold(void);

#endif
