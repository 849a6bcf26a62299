/* SPDX-License-Identifier: GPL-2.0-or-later
 * The rules of the family, for the table in auth.c.
 */
#ifndef SX_DIAGNOSE_AUTH_RULES_H
#define SX_DIAGNOSE_AUTH_RULES_H

#include "diagnose/rule.h"

/* auth_challenge.c: a challenge to a request without credentials, or one that nobody can answer */
gboolean sx_auth_challenge_to_ack_or_cancel(sx_context *context);
gboolean sx_auth_challenge_header_missing(sx_context *context);
gboolean sx_auth_challenge_ignored(sx_context *context);
gboolean sx_auth_peer_not_trusted(sx_context *context);
gboolean sx_auth_challenge(sx_context *context);

/* auth_rejected.c: an answer to a request with credentials */
gboolean sx_auth_stale_nonce(sx_context *context);
gboolean sx_auth_nonce_rejected(sx_context *context);
gboolean sx_auth_challenged_downstream(sx_context *context);
gboolean sx_auth_loop(sx_context *context);
gboolean sx_auth_wrong_credentials(sx_context *context);
gboolean sx_auth_realm_mismatch(sx_context *context);

/* auth_answered.c */
gboolean sx_auth_succeeded(sx_context *context);
gboolean sx_auth_credentials_forbidden(sx_context *context);

/* auth_stir.c: signed caller identity (RFC 8224) */
gboolean sx_stir_identity_refused(sx_context *context);
gboolean sx_stir_stale_date(sx_context *context);
gboolean sx_stir_failed_call_continues(sx_context *context);

#endif
