/* SPDX-License-Identifier: GPL-2.0-or-later
 * How the transactions of a call are related to each other: the same request at another hop, branches of a fork, the
 * request that ends what another one began.
 */
#ifndef SX_RELATED_H
#define SX_RELATED_H

#include "calls/calls.h"

/** Constant name of the method of a transaction; NULL if it is not registered. */
const char *sx_transaction_method(const sx_transaction *transaction);

/** Its first 2xx; NULL if there is none. */
const sx_final *sx_transaction_success(const sx_transaction *transaction);

/** Whether the server of a transaction sent its request on as this one: a branch, or the next hop. */
static inline gboolean sx_transaction_is_sent_on(const sx_transaction *branch,
                                                 const sx_transaction *transaction) {
    return branch->client == transaction->server && branch->keys.cseq == transaction->keys.cseq &&
           branch->keys.method == transaction->keys.method &&
           branch->keys.n_vias > transaction->keys.n_vias;
}

/** The first transaction of the same request as that of the message at hand, seen at another hop; NULL if there is none. */
const sx_transaction *sx_calls_relayed_request(const sx_calls *calls, const sx_observation *seen);

/** The BYE that came after an INVITE in its call; from its caller, if only_caller. NULL: none. */
const sx_transaction *sx_calls_bye_after(const sx_calls *calls, const sx_transaction *invite,
                                         gboolean only_caller);

#endif
