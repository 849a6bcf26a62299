/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the files about timers share.
 */
#ifndef SX_TIMER_STATE_H
#define SX_TIMER_STATE_H

#include "diagnose/context.h"
#include "diagnose/learner.h"
#include "diagnose/timer/timer.h"

/** Of the whole capture. */
typedef struct {
    sx_bounded_map pairs; /* client and server, with what passed between them: silence.c */
    const sx_host *learned_client, *learned_server; /* the last pair of which all is known */
    sx_bounded_map answered_small; /* servers that answered a small request: silence.c */
    sx_bounded_map asked;          /* newest requests over reliable transports: silence.c */
    sx_bounded_map patience;       /* clients that gave up behind a 100: trying.c */
    sx_bounded_map flows;          /* the last message of each flow: icmp.c */
    sx_bounded_map errors;         /* ICMP errors, to see which was captured twice: icmp.c */
} sx_timer_memory;

static inline sx_timer_memory *sx_timer_memory_of(const sx_context *context) {
    return (sx_timer_memory *)context->memory[SX_LEARNER_TIMER];
}

/* What each topic remembers of the capture, ... */
void sx_timer_init_silence(sx_timer_memory *memory);
void sx_timer_init_patience(sx_timer_memory *memory);
void sx_timer_init_flows(sx_timer_memory *memory);

/* ... learns from any message before the rules, ... */
void sx_timer_learn_pair(sx_context *context);
void sx_timer_learn_flow(sx_context *context);
/* ... from a new response to a known request, ... */
void sx_timer_learn_small(sx_context *context);
/* ... and from a new request that has a transaction, after the rules. */
void sx_timer_learn_asked(sx_context *context);
void sx_timer_learn_patience(sx_context *context);

#endif
