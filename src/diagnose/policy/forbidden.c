/* SPDX-License-Identifier: GPL-2.0-or-later
 * 403: the source is not allowed, or no more is said.
 */
#include <string.h>

#include "diagnose/auth/auth.h"
#include "diagnose/policy/policy.h"
#include "diagnose/policy/policy_state.h"
#include "diagnose/said.h"
#include "evidence.h"
#include "rules.h"
#include "wire/uri.h"

/* Phrase, Reason and Warning say no more than the code does. */
static gboolean says_nothing(sx_context *context) {
    const char *text = sx_context_text(context);
    return text[0] == '\0' || strcmp(text, "forbidden") == 0;
}

gboolean sx_rule_policy_source_not_allowed(sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    sx_slice product = sx_context_product(context);
    const char *known;
    guint32 frame;
    /* A call that rang was let through: whoever refused it later did not look at its source. */
    if (transaction->keys.to_tag != 0 || transaction->ring_frame != 0 ||
        sx_auth_has_credentials(transaction) || sx_auth_ever_challenged(context) ||
        !says_nothing(context) || sx_message_has(context->message, SX_HDR_REASON) ||
        sx_map_find(&sx_policy_memory_of(context)->peers, sx_policy_peer_key(transaction)) != NULL)
        return FALSE;
    sx_ev_policy_source_not_allowed_addresses(context->out, transaction->frame,
                                              sx_context_place(context, transaction->client, 0),
                                              sx_context_place(context, transaction->server, 0));
    const char *host = sx_request_text(transaction, SX_REQUEST_TARGET_HOST);
    if (host != NULL)
        sx_ev_policy_source_not_allowed_domain(context->out, host);
    if (sx_policy_wants_domain(context, transaction, &known, &frame))
        sx_ev_policy_source_not_allowed_served(context->out, known, frame);
    if (product.len > 0)
        sx_ev_policy_source_not_allowed_server(context->out,
                                               sx_context_shown(context, product, SX_SHOWN_LONG));
    return TRUE;
}

/* The domain that was asked for, where the words are about it or the server takes another one. */
static void add_domain(sx_context *context, const sx_transaction *t) {
    static const char *const words[] = {"domain", NULL};
    const char *host = sx_request_text(t, SX_REQUEST_TARGET_HOST);
    const char *known;
    guint32 frame;
    guint8 ip[16];
    if (host == NULL)
        return;
    if (t->keys.method == SX_METHOD_REGISTER &&
        sx_uri_host_ip((sx_slice){host, strlen(host)}, ip) != 0)
        sx_ev_policy_forbidden_domain(context->out, t->frame, host);
    if (sx_matches_with(sx_context_text(context), words, "\\bdomain\\b"))
        sx_ev_policy_forbidden_domain_said(context->out, t->frame, host);
    if (sx_policy_wants_domain(context, t, &known, &frame))
        sx_ev_policy_forbidden_served(context->out, known, frame);
}

/* Whom the request says it is from, against its login. */
static void add_login(sx_context *context, const sx_transaction *t) {
    static const char *const words[] = {"identity", "impi", NULL};
    if (sx_auth_has_credentials(t))
        sx_ev_policy_forbidden_with_credentials(context->out, t->frame);
    else if (sx_auth_ever_challenged(context))
        sx_ev_policy_forbidden_challenged(context->out, t->frame);
    else
        sx_ev_policy_forbidden_unchallenged(context->out, t->frame);
    const char *login = sx_policy_not_itself(context, t);
    if (login != NULL) {
        guint32 before = sx_policy_called_as_itself(context, t, login);
        sx_ev_policy_forbidden_not_itself(context->out, login, sx_request_text(t, SX_REQUEST_FROM));
        if (before != 0)
            sx_ev_policy_forbidden_itself_before(context->out, login, before);
    }
    if (t->keys.method == SX_METHOD_REGISTER && !sx_auth_has_credentials(t) &&
        sx_matches_with(sx_context_text(context), words, "private.?(user )?identity|\\bimpi\\b"))
        sx_ev_policy_forbidden_no_identity(context->out, t->frame);
}

gboolean sx_rule_policy_forbidden(sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    const char *words = sx_said_telling(context, FALSE);
    if (words != NULL)
        sx_ev_policy_forbidden_headline_said(context->out, words);
    if (!says_nothing(context))
        sx_ev_policy_forbidden_said(context->out, sx_context_said(context));
    if (transaction == NULL) {
        sx_ev_policy_forbidden_orphan(context->out);
        return TRUE;
    }
    add_domain(context, transaction);
    add_login(context, transaction);
    return TRUE;
}
