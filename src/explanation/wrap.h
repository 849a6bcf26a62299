/* SPDX-License-Identifier: GPL-2.0-or-later
 * Cuts long texts into lines, and measures them.
 */
#ifndef SX_WRAP_H
#define SX_WRAP_H

#include "wire/slice.h"

/** How many columns a text takes where letters have one width: wide characters two, marks on others none. */
guint sx_columns_of(const char *text);

/** Columns of one character: 0, 1 or 2. */
guint sx_columns_of_char(gunichar c);

/**
 * Takes the next line off a text, cut between words: at a space, or beside a character of a script that writes words
 * without spaces (Chinese, Japanese) unless it is a mark that belongs to its neighbor, as a dash does to what is before
 * it. Only a word that is longer than a line is cut inside, never inside a UTF-8 character or before a mark on it.
 * @param rest what is left of the text, valid UTF-8; moved behind the line
 * @param columns most columns of a line, at least 2
 * @param bytes most bytes of a line, at least 6
 * @return the line; empty when nothing is left
 */
sx_slice sx_wrap_next(sx_slice *rest, guint columns, gsize bytes);

#endif
