/* SPDX-License-Identifier: GPL-2.0-or-later
 * A challenge to a request that carried credentials already (RFC 3261 section 22.1): a wrong password, another realm,
 * or a client that does not give up.
 */
#include "diagnose/auth/auth_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/uri.h"

static gboolean compare(const sx_auth_memory *memory, const sx_credentials *used,
                        sx_rejection *found) {
    found->used = used;
    found->offer = NULL;
    found->stale = found->same_nonce = FALSE;
    for (guint i = 0; i < memory->n_offers; i++) {
        const sx_offer *offer = &memory->offers[i];
        if (!offer->read.is_digest || offer->realm != used->realm ||
            offer->for_proxy != used->for_proxy)
            continue;
        if (found->offer == NULL)
            found->offer = offer;
        found->stale = found->stale || offer->read.stale;
        found->same_nonce = found->same_nonce || offer->nonce == used->nonce;
    }
    return found->offer != NULL;
}

gboolean sx_auth_find_rejection(const sx_context *context, sx_rejection *found) {
    const sx_auth_memory *memory = sx_auth_memory_of(context);
    found->state = sx_auth_state_of(context->seen.transaction);
    if (found->state == NULL || !context->message->headers_complete)
        return FALSE;
    for (guint i = 0; i < found->state->n_credentials; i++) {
        if (compare(memory, &found->state->credentials[i], found))
            return TRUE;
    }
    return FALSE;
}

gboolean sx_auth_is_rejected(const sx_context *context, sx_rejection *found) {
    return sx_auth_find_rejection(context, found) && !found->stale &&
           found->used->origin == SX_NONCE_LAST;
}

/* Whether the request before carried credentials for a realm of this answer. */
static gboolean tried_before(const sx_context *context, const sx_auth_state *prev) {
    sx_rejection found;
    for (guint i = 0; i < prev->n_credentials; i++) {
        if (compare(sx_auth_memory_of(context), &prev->credentials[i], &found))
            return TRUE;
    }
    return FALSE;
}

gboolean sx_rule_auth_loop(sx_context *context) {
    const sx_auth_state *prev = sx_auth_state_of(context->seen.prev);
    sx_rejection found;
    if (prev == NULL || prev->rejections == 0 || !sx_auth_is_rejected(context, &found) ||
        !tried_before(context, prev))
        return FALSE;
    sx_ev_auth_loop_headline(context->out, found.used->user_text, prev->rejections + 1u);
    sx_ev_auth_loop_realm(context->out, found.used->realm_text);
    sx_ev_auth_loop_challenged(context->out, prev->first_challenge_frame,
                               prev->first_rejection_frame);
    sx_ev_auth_loop_sent(context->out, context->seen.transaction->frame);
    const sx_digest_differences *differences = sx_auth_differences(context, found.used);
    if (differences != NULL)
        sx_ev_auth_loop_differs(context->out, found.used->challenge_frame,
                                sx_auth_differing(context, differences));
    if (found.same_nonce)
        sx_ev_auth_loop_same_nonce(context->out);
    return TRUE;
}

/* The user of From, if the user name of the credentials, without its domain, is another one. */
static const char *other_from_user(sx_context *context, const sx_credentials *used) {
    sx_uri uri;
    if (!sx_uri_read(sx_message_header(context->message, SX_HDR_FROM), &uri) || uri.user.len == 0)
        return NULL;
    const char *user = used->user_text;
    gsize len = 0;
    while (user[len] != '\0' && user[len] != '@')
        len++;
    if (uri.user.len == len && g_ascii_strncasecmp(uri.user.p, user, len) == 0)
        return NULL;
    return sx_context_shown(context, uri.user, SX_SHOWN);
}

/* How the credentials differ from the challenge that they answer. */
static void add_differences(sx_context *context, const sx_credentials *used) {
    const sx_digest_differences *d = sx_auth_differences(context, used);
    guint32 frame = context->seen.transaction->frame;
    sx_ev_auth_wrong_credentials_differs(context->out, frame, used->challenge_frame);
    if (d->other_algorithm)
        sx_ev_auth_wrong_credentials_algorithm(context->out, d->algorithm ? d->algorithm : "MD5",
                                               d->asked_algorithm ? d->asked_algorithm : "MD5");
    if (d->digits != 0)
        sx_ev_auth_wrong_credentials_digits(context->out, d->digits,
                                            d->algorithm ? d->algorithm : "MD5", d->asked_digits);
    if (d->other_qop && d->qop == NULL)
        sx_ev_auth_wrong_credentials_no_qop(context->out, d->asked_qop);
    else if (d->other_qop && d->asked_qop == NULL)
        sx_ev_auth_wrong_credentials_qop_unasked(context->out, d->qop);
    else if (d->other_qop)
        sx_ev_auth_wrong_credentials_qop(context->out, d->qop, d->asked_qop);
    if (d->no_cnonce)
        sx_ev_auth_wrong_credentials_no_cnonce(context->out);
    if (d->no_opaque)
        sx_ev_auth_wrong_credentials_no_opaque(context->out);
    if (d->other_opaque)
        sx_ev_auth_wrong_credentials_opaque(context->out);
    if (d->userhash)
        sx_ev_auth_wrong_credentials_userhash(context->out);
}

gboolean sx_rule_auth_wrong_credentials(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    sx_rejection found;
    if (!sx_auth_is_rejected(context, &found))
        return FALSE;
    const sx_credentials *used = found.used;
    const char *from = other_from_user(context, used);
    const sx_slice algorithm = found.offer->read.algorithm;
    if (sx_auth_differences(context, used) != NULL)
        sx_ev_auth_wrong_credentials_headline_differs(context->out, used->user_text);
    else
        sx_ev_auth_wrong_credentials_headline(context->out, used->user_text, used->realm_text);
    sx_ev_auth_wrong_credentials_challenged(
        context->out, used->challenge_frame, used->realm_text,
        algorithm.len > 0 ? sx_context_shown(context, algorithm, SX_SHOWN) : "MD5");
    sx_ev_auth_wrong_credentials_sent(context->out, used->user_text, t->frame,
                                      sx_auth_since_challenge(context, used));
    if (sx_auth_differences(context, used) != NULL)
        add_differences(context, used);
    if (found.same_nonce)
        sx_ev_auth_wrong_credentials_same_nonce(context->out);
    if (found.state->digest_uri != NULL)
        sx_ev_auth_wrong_credentials_uri_differs(context->out, found.state->digest_uri,
                                                 found.state->request_uri);
    if (from != NULL)
        sx_ev_auth_wrong_credentials_from_differs(context->out, from, used->user_text);
    return TRUE;
}

static const sx_offer *offer_of_realm(const sx_auth_memory *memory, guint64 realm) {
    for (guint i = 0; i < memory->n_offers; i++) {
        if (memory->offers[i].realm == realm)
            return &memory->offers[i];
    }
    return NULL;
}

/* A challenge of this answer for a realm that PREV was challenged for too. */
static const sx_offer *offered_again(const sx_auth_memory *memory, const sx_auth_state *prev) {
    for (guint i = 0; i < prev->n_offered; i++) {
        const sx_offer *offer = offer_of_realm(memory, prev->offered[i].realm);
        if (offer != NULL)
            return offer;
    }
    return NULL;
}

gboolean sx_rule_auth_realm_mismatch(sx_context *context) {
    const sx_auth_memory *memory = sx_auth_memory_of(context);
    const sx_transaction *t = context->seen.transaction;
    const sx_auth_state *state = sx_auth_state_of(t);
    const sx_auth_state *prev = sx_auth_state_of(context->seen.prev);
    if (state == NULL || prev == NULL || state->n_credentials == 0 ||
        !context->message->headers_complete)
        return FALSE;
    for (guint i = 0; i < state->n_credentials; i++) {
        if (state->credentials[i].challenge_frame != 0 ||
            offer_of_realm(memory, state->credentials[i].realm) != NULL)
            return FALSE;
    }
    const sx_offer *offer = offered_again(memory, prev);
    if (offer == NULL)
        return FALSE;
    const sx_credentials *used = &state->credentials[0];
    const char *realm = sx_auth_text(context, offer->read.realm);
    sx_ev_auth_realm_mismatch_headline(context->out, used->realm_text, realm);
    sx_ev_auth_realm_mismatch_challenged(context->out, prev->challenge_frame, realm);
    sx_ev_auth_realm_mismatch_sent(context->out, used->user_text, used->realm_text, t->frame);
    return TRUE;
}
