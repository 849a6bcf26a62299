/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "policy": what servers refuse by a rule of theirs.
 */
#include "diagnose/policy/policy.h"

#include "diagnose/policy/policy_state.h"
#include "wire/keyed_hash.h"

static void init(void *own) {
    sx_policy_memory *memory = (sx_policy_memory *)own;
    sx_policy_init_scanner(memory);
    sx_policy_init_caller(memory);
    sx_map_init(&memory->domains, sizeof(sx_policy_domains), SX_POLICY_MAX_ENTRIES);
}

static void clear(void *own) {
    sx_policy_memory *memory = (sx_policy_memory *)own;
    sx_map_clear(&memory->sources);
    sx_map_clear(&memory->serving);
    sx_map_clear(&memory->callers);
    sx_map_clear(&memory->senders);
    sx_map_clear(&memory->logins);
    sx_map_clear(&memory->peers);
    sx_map_clear(&memory->domains);
}

guint64 sx_policy_peer_key(const sx_transaction *transaction) {
    return sx_hash_number(transaction->client->key, transaction->server->key);
}

static void learn_request(sx_context *context) {
    sx_policy_learn_source(context);
    if (sx_context_is_initial(context))
        sx_policy_learn_injection(context);
}

static void learn_response(sx_context *context) {
    guint code = context->message->code;
    sx_method method = context->seen.keys.method;
    if (!sx_context_is_initial(context))
        return;
    sx_policy_learn_answer(context);
    if (method == SX_METHOD_INVITE && code > 100 && code < 300)
        sx_policy_learn_caller(context);
    if (method == SX_METHOD_REGISTER && code >= 200 && code < 300)
        sx_policy_note_domain(context, TRUE);
}

static void learn_after(sx_context *context, guint outcome G_GNUC_UNUSED) {
    if (context->message->is_response && context->seen.transaction != NULL)
        sx_policy_learn_demand(context);
}

const sx_learner sx_policy_learner = {
    .memory_size = sizeof(sx_policy_memory),
    .memory_init = init,
    .memory_clear = clear,
    .request = learn_request,
    .response = learn_response,
    .after = learn_after,
    .refusal = sx_policy_add_identities,
};
