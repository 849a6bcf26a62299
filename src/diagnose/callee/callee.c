/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "callee": what the called side did, or what ended a call before it was answered.
 */
#include "diagnose/callee/callee_state.h"

static void init(void *memory) {
    sx_callee_init_open_calls((sx_callee_memory *)memory);
}

static void clear(void *memory) {
    sx_map_clear(&((sx_callee_memory *)memory)->open_calls);
}

static void learn_request(sx_context *context) {
    if (context->seen.keys.method == SX_METHOD_BYE)
        sx_callee_learn_bye(context);
    else if (context->seen.keys.method == SX_METHOD_CANCEL)
        sx_callee_learn_cancel(context);
}

static void learn_response(sx_context *context) {
    guint code = context->message->code;
    if (context->seen.keys.method == SX_METHOD_INVITE && code >= 200 && code < 300 &&
        sx_context_is_initial(context))
        sx_callee_learn_answer(context);
}

const sx_learner sx_callee_learner = {
    .memory_size = sizeof(sx_callee_memory),
    .memory_init = init,
    .memory_clear = clear,
    .request = learn_request,
    .response = learn_response,
};
