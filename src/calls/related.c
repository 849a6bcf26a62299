/* SPDX-License-Identifier: GPL-2.0-or-later
 * Walks over the newest transactions of a call.
 */
#include "calls/related.h"

const char *sx_transaction_method(const sx_transaction *transaction) {
    return sx_method_name((sx_method)transaction->keys.method);
}

const sx_final *sx_transaction_success(const sx_transaction *transaction) {
    const sx_final *final = transaction->final;
    while (final != NULL && final->code >= 300)
        final = final->next;
    return final;
}

const sx_transaction *sx_calls_relayed_request(const sx_calls *calls, const sx_observation *seen) {
    const sx_transaction *t = seen->transaction;
    const sx_transaction *found = NULL;
    const sx_transaction *other;
    sx_transaction_walk walk = {0};
    while ((other = sx_calls_walk(calls, seen->call, &walk)) != NULL) {
        if (other->id < t->id && other->keys.method == t->keys.method &&
            other->keys.cseq == t->keys.cseq && other->keys.from_tag == t->keys.from_tag &&
            (other->client != t->client || other->server != t->server))
            found = other;
    }
    return found;
}

const sx_transaction *sx_calls_bye_after(const sx_calls *calls, const sx_transaction *invite,
                                         gboolean only_caller) {
    const sx_call *call = sx_calls_call(calls, invite->call);
    sx_transaction_walk walk = {0};
    const sx_transaction *other;
    while (call != NULL && (other = sx_calls_walk(calls, call, &walk)) != NULL) {
        if (other->id < invite->id)
            return NULL;
        if (other->keys.method == SX_METHOD_BYE &&
            (!only_caller || other->client == invite->client))
            return other;
    }
    return NULL;
}
