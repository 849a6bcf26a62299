/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "auth": digest authentication (RFC 3261 section 22).
 */
#include "diagnose/auth/auth.h"

#include "diagnose/auth/auth_state.h"
#include "evidence.h"

#define MAX_FACTS 65536 /* of each kind of memory */

static void init(void *memory) {
    sx_map_init(&((sx_auth_memory *)memory)->recent, sizeof(sx_auth_fact), MAX_FACTS);
    sx_map_init(&((sx_auth_memory *)memory)->lasting, sizeof(sx_auth_fact), MAX_FACTS);
}

static void clear(void *memory) {
    sx_map_clear(&((sx_auth_memory *)memory)->recent);
    sx_map_clear(&((sx_auth_memory *)memory)->lasting);
}

static void release(void *own) {
    sx_auth_state *state = (sx_auth_state *)own;
    for (guint i = 0; i < state->n_credentials; i++)
        g_free(state->credentials[i].differences);
    g_free(state->credentials);
    g_free(state->offered);
}

static const sx_attachment_kind kind = {sizeof(sx_auth_state), release};

sx_auth_state *sx_auth_state_of(const sx_transaction *transaction) {
    return (sx_auth_state *)SX_ATTACHED(transaction, &kind);
}

sx_auth_state *sx_auth_state_make(sx_transaction *transaction) {
    return (sx_auth_state *)sx_attachment_make(&transaction->attached, &kind);
}

static const sx_credentials *first_credentials(const sx_transaction *transaction) {
    const sx_auth_state *state = sx_auth_state_of(transaction);
    return state != NULL && state->n_credentials > 0 ? &state->credentials[0] : NULL;
}

gboolean sx_auth_has_credentials(const sx_transaction *transaction) {
    return first_credentials(transaction) != NULL;
}

const char *sx_auth_user(const sx_transaction *transaction) {
    const sx_credentials *used = first_credentials(transaction);
    return used != NULL ? used->user_text : NULL;
}

guint32 sx_auth_answered_challenge(const sx_transaction *transaction) {
    const sx_credentials *used = first_credentials(transaction);
    return used != NULL ? used->challenge_frame : 0;
}

guint32 sx_auth_challenged_before(const sx_transaction *transaction) {
    const sx_credentials *used = first_credentials(transaction);
    return used != NULL ? used->challenged : 0;
}

gboolean sx_auth_ever_challenged(const sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    for (guint i = 0; transaction != NULL && i < SX_MAX_LOOK_BACK; i++) {
        const sx_auth_state *state = sx_auth_state_of(transaction);
        if (state != NULL)
            return state->chain_challenged;
        transaction = sx_calls_transaction(context->calls, transaction->prev);
    }
    return FALSE;
}

gboolean sx_auth_came_without(const sx_transaction *transaction) {
    const sx_auth_state *state = sx_auth_state_of(transaction);
    return !transaction->is_cut &&
           (state == NULL ||
            (state->n_credentials == 0 && !state->other_scheme && !state->resynchronises));
}

/* The credentials that a refusal answers. */
static void add_credentials(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_auth_state *state = sx_auth_state_of(t);
    for (guint i = 0; state != NULL && i < state->n_credentials; i++)
        sx_ev_detail_credentials_answers(context->out, state->credentials[i].user_text,
                                         state->credentials[i].realm_text, t->frame);
}

const sx_learner sx_auth_learner = {
    .memory_size = sizeof(sx_auth_memory),
    .memory_init = init,
    .memory_clear = clear,
    .request = sx_auth_learn_request,
    .response = sx_auth_learn_challenges,
    .after = sx_auth_learn_answer,
    .refusal = add_credentials,
};
