/* SPDX-License-Identifier: GPL-2.0-or-later
 * Ladders of the conversations that failed: who sent what to whom, drawn as SVG.
 */
#ifndef SX_COMMAND_LADDER_H
#define SX_COMMAND_LADDER_H

#include "command/check.h"

/** Adds the ladders of a file to an HTML document; nothing if there are none. */
void sx_append_ladders(GString *out, sx_language language, const sx_checked *checked);

#endif
