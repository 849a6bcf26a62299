/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "timer": what time shows, or an answer that speaks of time (RFC 3261 section 17).
 */
#include "diagnose/timer/timer_state.h"

static void init(void *own) {
    sx_timer_init_silence((sx_timer_memory *)own);
    sx_timer_init_patience((sx_timer_memory *)own);
    sx_timer_init_flows((sx_timer_memory *)own);
}

static void clear(void *own) {
    sx_timer_memory *memory = (sx_timer_memory *)own;
    sx_map_clear(&memory->pairs);
    sx_map_clear(&memory->answered_small);
    sx_map_clear(&memory->asked);
    sx_map_clear(&memory->patience);
    sx_map_clear(&memory->flows);
    sx_map_clear(&memory->errors);
}

static void learn(sx_context *context) {
    sx_timer_learn_pair(context);
    if (context->packet->transport == SX_TRANSPORT_UDP)
        sx_timer_learn_flow(context);
}

static void learn_response(sx_context *context) {
    if (context->seen.transaction != NULL)
        sx_timer_learn_small(context);
}

static void learn_after(sx_context *context, guint outcome G_GNUC_UNUSED) {
    if (context->message->is_response || context->seen.transaction == NULL)
        return;
    sx_timer_learn_asked(context);
    sx_timer_learn_patience(context);
}

const sx_learner sx_timer_learner = {
    .memory_size = sizeof(sx_timer_memory),
    .memory_init = init,
    .memory_clear = clear,
    .any = learn,
    .response = learn_response,
    .after = learn_after,
};
