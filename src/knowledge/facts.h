/* SPDX-License-Identifier: GPL-2.0-or-later
 * Strings that are the same in every language: ids, names of fields, patterns.
 */
#ifndef SX_FACTS_H
#define SX_FACTS_H

#include <glib.h>

/**
 * A string by its place in the pool of all of them; 0 is "". A list is strings one behind the other, an empty one ends it.
 * @return constant
 */
const char *sx_fact(guint16 place);

#endif
