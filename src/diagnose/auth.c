/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "auth": digest authentication (RFC 3261 section 22) and signed caller identity (RFC 8224).
 */
#include "diagnose/auth_memory.h"
#include "diagnose/family.h"
#include "evidence.h"

/* The credentials that a refusal answers. */
static void tell_credentials(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    if (sx_context_code(context) < 300 || context->seen.repetition != SX_FIRST)
        return;
    const sx_auth_kept *kept = sx_auth_kept_of(t);
    for (guint i = 0; kept != NULL && i < kept->n_credentials; i++)
        sx_ev_detail_credentials_answers(context->out, kept->credentials[i].user_text,
                                         kept->credentials[i].realm_text, t->frame);
}

const sx_family sx_auth_family = {
    .memory_new = sx_auth_memory_new,
    .memory_free = sx_auth_memory_free,
    .before = sx_auth_before,
    .after = sx_auth_after,
    .details = tell_credentials,
};
