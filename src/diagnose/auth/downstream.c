/* SPDX-License-Identifier: GPL-2.0-or-later
 * Credentials that a server did not send on: another one behind it asks for them.
 */
#include "diagnose/auth/auth_state.h"
#include "evidence.h"
#include "rules.h"

/* Whether this answer makes one of the challenges that a transaction one hop on got. */
static gboolean is_same_challenge(const sx_auth_memory *memory, const sx_offered *offered) {
    for (guint i = 0; i < memory->n_offers; i++) {
        if (memory->offers[i].nonce == offered->nonce &&
            memory->offers[i].for_proxy == offered->for_proxy)
            return TRUE;
    }
    return FALSE;
}

static gboolean lacks_credentials(const sx_auth_state *state, const sx_credentials *used) {
    for (guint i = 0; i < state->n_credentials; i++) {
        if (state->credentials[i].realm == used->realm)
            return FALSE;
    }
    return TRUE;
}

/* The request, as this server sent it on without the credentials, if it was challenged there. */
static const sx_transaction *challenged_next_hop(const sx_context *context,
                                                 const sx_credentials *used) {
    const sx_transaction *t = context->seen.transaction;
    sx_transaction_walk walk = {0};
    const sx_transaction *next;
    while ((next = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        const sx_auth_state *state = sx_auth_state_of(next);
        if (state == NULL || next->client != t->server || next->keys.cseq != t->keys.cseq ||
            next->keys.method != t->keys.method || next->keys.n_vias <= t->keys.n_vias ||
            !lacks_credentials(state, used))
            continue;
        for (guint i = 0; i < state->n_offered; i++) {
            if (state->offered[i].realm == used->realm &&
                !is_same_challenge(sx_auth_memory_of(context), &state->offered[i]))
                return next;
        }
    }
    return NULL;
}

gboolean sx_rule_auth_challenged_downstream(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    sx_rejection found;
    if (!sx_auth_is_rejected(context, &found))
        return FALSE;
    guint32 by_403 = sx_auth_frame_of(
        sx_auth_find(&sx_auth_memory_of(context)->lasting,
                     sx_auth_key(SX_FACT_PASSWORD_403, NULL, t->server, found.used->realm, 0, 0)));
    const sx_transaction *next = challenged_next_hop(context, found.used);
    if (by_403 == 0 && next == NULL)
        return FALSE;
    sx_ev_auth_challenged_downstream_sent(context->out, found.used->user_text, t->frame,
                                          sx_auth_since_challenge(context, found.used),
                                          found.used->challenge_frame);
    if (next != NULL)
        sx_ev_auth_challenged_downstream_next_hop(context->out, next->frame,
                                                  sx_auth_state_of(next)->challenge_frame);
    if (by_403 != 0)
        sx_ev_auth_challenged_downstream_by_403(context->out, by_403);
    sx_ev_auth_challenged_downstream_times(context->out, sx_context_since_request(context));
    return TRUE;
}
