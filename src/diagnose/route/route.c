/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "route": the way of a request to the one it is for (RFC 3261 sections 8.1.2 and 16, RFC 3263).
 */
#include "diagnose/route/again.h"

static void init(void *own) {
    sx_route_init_probes((sx_route_memory *)own);
    sx_route_init_numbers((sx_route_memory *)own);
    sx_route_init_again((sx_route_memory *)own);
}

static void clear(void *own) {
    sx_route_memory *memory = (sx_route_memory *)own;
    sx_map_clear(&memory->probes);
    sx_map_clear(&memory->options);
    sx_map_clear(&memory->refused);
    sx_map_clear(&memory->numbers);
    sx_map_clear(&memory->forms);
    sx_map_clear(&memory->again);
}

static void learn_request(sx_context *context) {
    sx_route_learn_probe(context);
    sx_route_learn_again(context);
    sx_route_learn_strict(context);
}

static void learn_after(sx_context *context, guint outcome G_GNUC_UNUSED) {
    if (!context->message->is_response || context->seen.transaction == NULL)
        return;
    sx_route_learn_numbers(context);
    sx_route_learn_contacts(context);
    sx_route_learn_options(context);
}

const sx_learner sx_route_learner = {
    .memory_size = sizeof(sx_route_memory),
    .memory_init = init,
    .memory_clear = clear,
    .request = learn_request,
    .after = learn_after,
    .refusal = sx_route_add_forms,
};
