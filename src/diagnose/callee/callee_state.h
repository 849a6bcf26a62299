/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the files about the called side share.
 */
#ifndef SX_CALLEE_STATE_H
#define SX_CALLEE_STATE_H

#include "diagnose/context.h"
#include "diagnose/learner.h"

#define SX_LONG_RING (5 * SX_SECOND) /* ringing that was left unanswered */

/** Of the whole capture. */
typedef struct {
    sx_bounded_map open_calls; /* by address-of-record: rejected.c */
} sx_callee_memory;

static inline sx_callee_memory *sx_callee_memory_of(const sx_context *context) {
    return (sx_callee_memory *)context->memory[SX_LEARNER_CALLEE];
}

/** How long it rang until this message; only where it did. */
static inline gint64 sx_callee_ring_time(const sx_context *context) {
    return sx_gap(context->seen.transaction->ring_time, context->packet->time);
}

void sx_callee_init_open_calls(sx_callee_memory *memory);

/** A BYE ends the open calls of its addresses; a 2xx to INVITE opens them. */
void sx_callee_learn_bye(const sx_context *context);
void sx_callee_learn_answer(const sx_context *context);

/** 2xx of another call of the called user that has not ended in this capture; 0: none is known. */
guint32 sx_callee_other_call(const sx_context *context);

/** Keeps the Reason of a CANCEL. */
void sx_callee_learn_cancel(sx_context *context);

#endif
