/* SPDX-License-Identifier: GPL-2.0-or-later
 * What others may ask about authentication.
 */
#ifndef SX_AUTH_H
#define SX_AUTH_H

#include "diagnose/rule.h"

/**
 * Whether the request carried digest credentials that can be checked: Authorization or Proxy-Authorization with scheme
 * Digest and neither nonce nor response empty (CRED of the rules).
 * @param transaction NULL gives FALSE
 */
gboolean sx_auth_has_credentials(const sx_transaction *transaction);

/** The user name in these credentials; NULL without any. */
const char *sx_auth_user(const sx_transaction *transaction);

/**
 * Frame of the challenge that offered the nonce of the credentials in a request, in whatever call; 0: none of this
 * capture, or no credentials.
 */
guint32 sx_auth_answered_challenge(const sx_transaction *transaction);

/** Id of the transaction that got this challenge, in whatever call; 0: none of this capture, or no credentials. */
guint32 sx_auth_challenged_before(const sx_transaction *transaction);

/**
 * Whether a 401 or 407 was seen in the CHAIN of this message before it: its own transaction or earlier ones with the
 * same Call-ID, method and hop. FALSE for a response whose request is not in the capture.
 */
gboolean sx_auth_ever_challenged(const sx_context *context);

#endif
