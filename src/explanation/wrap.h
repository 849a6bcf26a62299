/* SPDX-License-Identifier: GPL-2.0-or-later
 * Cuts long texts into rows that fit a tree label.
 */
#ifndef SX_ROWS_H
#define SX_ROWS_H

#include "wire/slice.h"

/**
 * Takes the next row off a text: up to `limit` bytes, cut at a space where there is one, never inside a UTF-8
 * character.
 * @param rest what is left of the text, valid UTF-8; moved behind the row
 * @param limit most bytes of a row, at least 6
 * @return the row; empty when nothing is left
 */
sx_slice sx_rows_next(sx_slice *rest, gsize limit);

#endif
