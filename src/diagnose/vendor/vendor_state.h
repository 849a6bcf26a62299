/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the files about vendors share.
 */
#ifndef SX_VENDOR_STATE_H
#define SX_VENDOR_STATE_H

#include "details/vendor_match.h"
#include "diagnose/context.h"
#include "diagnose/learner.h"

/** Of the whole capture, and of the message at hand. */
typedef struct {
    sx_bounded_map noisy;                   /* keys only: hosts whose feedback was shown in full */
    gboolean noisy_first;                   /* the message is the first noisy one of its sender */
    sx_vendor_hit hits[SX_VENDOR_MAX_HITS]; /* of the message: vendor.c */
    gint n_hits;                            /* -1: not looked for yet */
} sx_vendor_memory;

static inline sx_vendor_memory *sx_vendor_memory_of(const sx_context *context) {
    return (sx_vendor_memory *)context->memory[SX_LEARNER_VENDOR];
}

/** Notes the noisy feedback of a response. */
void sx_vendor_learn_noisy(sx_context *context);

#endif
