/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "auth": digest authentication (RFC 3261 section 22) and signed caller identity (RFC 8224).
 */
#include "diagnose/auth_memory.h"
#include "diagnose/auth_rules.h"
#include "diagnose/family.h"
#include "evidence.h"

#define ANY_RESPONSE (SX_ON_RESPONSE | SX_ON_ORPHAN)
#define ACK_OR_CANCEL (SX_METHOD_BIT(ACK) | SX_METHOD_BIT(CANCEL))
#define INVITE_ONLY SX_METHOD_BIT(INVITE)

/* 402 to 406 lie between the two codes of challenges. */
#define BOTH_CODES(id, on, methods, holds)                                                         \
    {SX_DIAG_##id, on, 401, 401, methods, holds}, {                                                \
        SX_DIAG_##id, on, 407, 407, methods, holds                                                 \
    }

static const sx_rule rules[] = {
    BOTH_CODES(AUTH_CHALLENGE_TO_ACK_OR_CANCEL, ANY_RESPONSE, ACK_OR_CANCEL,
               sx_auth_challenge_to_ack_or_cancel),
    BOTH_CODES(AUTH_CHALLENGE_HEADER_MISSING, ANY_RESPONSE, 0, sx_auth_challenge_header_missing),
    BOTH_CODES(AUTH_STALE_NONCE, SX_ON_RESPONSE, 0, sx_auth_stale_nonce),
    BOTH_CODES(AUTH_NONCE_REJECTED, SX_ON_RESPONSE, 0, sx_auth_nonce_rejected),
    {SX_DIAG_AUTH_NONCE_REJECTED, SX_ON_RESPONSE, 400, 400, 0, sx_auth_nonce_rejected},
    {SX_DIAG_AUTH_NONCE_REJECTED, SX_ON_RESPONSE, 403, 403, 0, sx_auth_nonce_rejected},
    BOTH_CODES(AUTH_CHALLENGED_DOWNSTREAM, SX_ON_RESPONSE, 0, sx_auth_challenged_downstream),
    BOTH_CODES(AUTH_LOOP, SX_ON_RESPONSE, 0, sx_auth_loop),
    BOTH_CODES(AUTH_WRONG_CREDENTIALS, SX_ON_RESPONSE, 0, sx_auth_wrong_credentials),
    BOTH_CODES(AUTH_REALM_MISMATCH, SX_ON_RESPONSE, 0, sx_auth_realm_mismatch),
    BOTH_CODES(AUTH_CHALLENGE_IGNORED, SX_ON_RESPONSE, 0, sx_auth_challenge_ignored),
    BOTH_CODES(AUTH_PEER_NOT_TRUSTED, SX_ON_RESPONSE, INVITE_ONLY, sx_auth_peer_not_trusted),
    BOTH_CODES(AUTH_CHALLENGE, ANY_RESPONSE, 0, sx_auth_challenge),
    {SX_DIAG_AUTH_SUCCEEDED, SX_ON_RESPONSE, 200, 299, 0, sx_auth_succeeded},
    {SX_DIAG_AUTH_CREDENTIALS_FORBIDDEN, SX_ON_RESPONSE, 403, 403, 0,
     sx_auth_credentials_forbidden},
    {SX_DIAG_STIR_IDENTITY_REFUSED, ANY_RESPONSE, 428, 428, 0, sx_stir_identity_refused},
    {SX_DIAG_STIR_IDENTITY_REFUSED, ANY_RESPONSE, 436, 438, 0, sx_stir_identity_refused},
    {SX_DIAG_STIR_STALE_DATE, ANY_RESPONSE, 403, 403, 0, sx_stir_stale_date},
    {SX_DIAG_STIR_FAILED_CALL_CONTINUES, SX_ON_RESPONSE, 100, 299, 0,
     sx_stir_failed_call_continues},
};

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
    .rules = rules,
    .n_rules = G_N_ELEMENTS(rules),
    .memory_new = sx_auth_memory_new,
    .memory_free = sx_auth_memory_free,
    .free_kept_of_transaction = sx_auth_kept_free,
    .before = sx_auth_before,
    .after = sx_auth_after,
    .details = tell_credentials,
};
