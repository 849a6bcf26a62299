/* SPDX-License-Identifier: GPL-2.0-or-later
 * Cuts long texts into lines.
 */
#ifndef SX_WRAP_H
#define SX_WRAP_H

#include "wire/slice.h"

/**
 * Takes the next line off a text, cut between words where there is a space, never inside a UTF-8 character.
 * @param rest what is left of the text, valid UTF-8; moved behind the line
 * @param columns most characters of a line, at least 1
 * @param bytes most bytes of a line, at least 6
 * @return the line; empty when nothing is left
 */
sx_slice sx_wrap_next(sx_slice *rest, guint columns, gsize bytes);

#endif
