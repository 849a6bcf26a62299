/* SPDX-License-Identifier: GPL-2.0-or-later
 * Texts that live until the next message.
 */
#ifndef SX_SCRATCH_H
#define SX_SCRATCH_H

#include <glib.h>

#define SX_SCRATCH_BLOCK 4096

typedef struct {
    char *block; /* of SX_SCRATCH_BLOCK bytes */
    gsize used;
    GSList *large; /* texts that did not fit */
} sx_scratch;

/** Room for a text; *scratch is all zero at first. */
char *sx_scratch_take(sx_scratch *scratch, gsize size);

/** Drops all texts. */
void sx_scratch_drop_large(sx_scratch *scratch);
static inline void sx_scratch_reset(sx_scratch *scratch) {
    scratch->used = 0;
    if (scratch->large != NULL)
        sx_scratch_drop_large(scratch);
}

/** Drops all texts and frees the memory. */
void sx_scratch_free(sx_scratch *scratch);

#endif
