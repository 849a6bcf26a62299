/* SPDX-License-Identifier: GPL-2.0-or-later
 * One block serves nearly every message; what does not fit is allocated by itself.
 */
#include "diagnose/scratch.h"

char *sx_scratch_take(sx_scratch *scratch, gsize size) {
    if (scratch->block == NULL)
        scratch->block = g_malloc(SX_SCRATCH_BLOCK);
    if (size > SX_SCRATCH_BLOCK - scratch->used) {
        scratch->large = g_slist_prepend(scratch->large, g_malloc(size));
        return (char *)scratch->large->data;
    }
    char *text = scratch->block + scratch->used;
    scratch->used += size;
    return text;
}

void sx_scratch_drop_large(sx_scratch *scratch) {
    g_slist_free_full(scratch->large, g_free);
    scratch->large = NULL;
}

void sx_scratch_free(sx_scratch *scratch) {
    sx_scratch_reset(scratch);
    g_free(scratch->block);
    *scratch = (sx_scratch){NULL, 0, NULL};
}
