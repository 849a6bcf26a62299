/* SPDX-License-Identifier: GPL-2.0-or-later
 * A challenge to a request that carried credentials already (RFC 3261 section 22.1): an old nonce, a wrong password,
 * another server, or a client that does not give up.
 */
#include "diagnose/auth_memory.h"
#include "evidence.h"
#include "rules.h"
#include "wire/uri.h"

#define MAX_STALE 2 /* answers with stale=true in a row that are normal */

/** Credentials of the request, and a challenge of the answer for the same realm. */
typedef struct {
    const sx_auth_kept *kept;
    const sx_credentials *used;
    const sx_offer *offer;
    gboolean stale;      /* a challenge of this realm says so */
    gboolean same_nonce; /* a challenge of this realm offers the nonce again */
} rejection;

static gboolean compare(const sx_auth_memory *memory, const sx_credentials *used,
                        rejection *found) {
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

/* Finds credentials of the request whose realm the answer challenges again. */
static gboolean find_rejection(const sx_context *context, rejection *found) {
    const sx_auth_memory *memory = sx_auth_memory_of(context);
    found->kept = sx_auth_kept_of(context->seen.transaction);
    if (found->kept == NULL || !context->message->headers_complete)
        return FALSE;
    for (guint i = 0; i < found->kept->n_credentials; i++) {
        if (compare(memory, &found->kept->credentials[i], found))
            return TRUE;
    }
    return FALSE;
}

/* Whether the answer says that the digest was wrong: the nonce was the right one. */
static gboolean is_rejected(const sx_context *context, rejection *found) {
    return find_rejection(context, found) && !found->stale && found->used->origin == SX_NONCE_LAST;
}

static guint stale_answers_before(const sx_context *context) {
    const sx_auth_kept *prev = sx_auth_kept_of(context->seen.prev);
    return prev != NULL ? prev->stale_answers : 0;
}

static guint32 accepted_nonce(const sx_context *context, const sx_credentials *used) {
    return sx_auth_frame_of(
        sx_auth_facts_find(sx_auth_memory_of(context)->recent,
                           sx_auth_key(SX_FACT_ACCEPTED, NULL, context->seen.transaction->server,
                                       used->realm, used->user, used->nonce)));
}

static const char *tail_of(sx_context *context, const sx_offer *offer) {
    return sx_context_copy(context, sx_auth_tail(offer->read.nonce));
}

/* The first challenge of the answer that says stale=true; NULL if none does. */
static const sx_offer *stale_offer(const sx_auth_memory *memory) {
    for (guint i = 0; i < memory->n_offers; i++) {
        if (memory->offers[i].read.stale)
            return &memory->offers[i];
    }
    return NULL;
}

gboolean sx_rule_auth_stale_nonce(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_auth_kept *kept = sx_auth_kept_of(t);
    const sx_offer *stale = stale_offer(sx_auth_memory_of(context));
    rejection found;
    guint32 accepted = 0;
    if (kept == NULL || kept->n_credentials == 0 || !context->message->headers_complete)
        return FALSE;
    if (!find_rejection(context, &found)) {
        found.used = &kept->credentials[0];
        found.offer = stale;
    } else {
        accepted = accepted_nonce(context, found.used);
    }
    if (stale != NULL ? stale_answers_before(context) >= MAX_STALE : accepted == 0)
        return FALSE;
    sx_ev_auth_stale_nonce_sent(context->out, found.used->user_text, t->frame);
    sx_ev_auth_stale_nonce_nonces(context->out, found.used->nonce_tail,
                                  tail_of(context, found.offer));
    if (found.used->challenge_frame != 0)
        sx_ev_auth_stale_nonce_age(context->out, found.used->challenge_frame,
                                   sx_auth_since_challenge(context, found.used), t->frame);
    if (accepted != 0)
        sx_ev_auth_stale_nonce_reused(context->out, accepted);
    if (stale != NULL)
        sx_ev_auth_stale_nonce_flag(context->out);
    else
        sx_ev_auth_stale_nonce_no_flag(context->out);
    return TRUE;
}

/* Signs that the nonce, not the digest, was refused, in an answer that offers another one. */
static gboolean nonce_is_outlived(sx_context *context, const rejection *found) {
    const sx_credentials *used = found->used;
    const sx_transaction *t = context->seen.transaction;
    guint32 accepted = sx_auth_user_accepted(context, used);
    guint32 refused = sx_auth_user_refused(context, used);
    gboolean late = sx_auth_since_challenge(context, used) > SX_LATE_ANSWER;
    if (found->same_nonce)
        return FALSE;
    if (refused != 0 && accepted == 0)
        sx_ev_auth_nonce_rejected_refused_before(context->out, refused);
    if (late)
        sx_ev_auth_nonce_rejected_late(
            context->out, t->frame, sx_auth_since_challenge(context, used), used->challenge_frame);
    if (accepted != 0)
        sx_ev_auth_nonce_rejected_accepted_before(context->out, accepted);
    return late || accepted != 0;
}

static gboolean nc_did_not_grow(sx_context *context, const sx_credentials *used) {
    const sx_transaction *t = context->seen.transaction;
    if (used->nc_frame == 0 ||
        sx_auth_facts_find(sx_auth_memory_of(context)->lasting,
                           sx_auth_key(SX_FACT_LAX_NC, NULL, t->server, 0, 0, 0)) != NULL)
        return FALSE;
    sx_ev_auth_nonce_rejected_nc(context->out, used->nc, t->frame, used->nc_before, used->nc_frame);
    return TRUE;
}

static gboolean text_blames_nonce(sx_context *context, gboolean challenged) {
    const char *text = sx_context_text(context);
    if (!sx_matches(text, "nonce|replay") && !(challenged && sx_matches(text, "stale|expired")))
        return FALSE;
    sx_ev_auth_nonce_rejected_phrase(context->out, sx_context_said(context));
    return TRUE;
}

static gboolean nonce_is_outdated(sx_context *context, const sx_credentials *used) {
    if (used->origin != SX_NONCE_OUTDATED)
        return FALSE;
    if (used->challenge_frame != 0)
        sx_ev_auth_nonce_rejected_outdated(context->out, used->last_challenge_frame);
    else
        sx_ev_auth_nonce_rejected_not_offered(context->out, used->last_challenge_frame);
    return TRUE;
}

static gboolean refused_for_nonce(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_auth_kept *kept = sx_auth_kept_of(t);
    if (kept == NULL || kept->n_credentials == 0)
        return FALSE;
    sx_ev_auth_nonce_rejected_headline(context->out, t->frame, kept->credentials[0].user_text);
    gboolean blamed = text_blames_nonce(context, FALSE);
    gboolean no_growth = nc_did_not_grow(context, &kept->credentials[0]);
    return blamed || no_growth;
}

gboolean sx_rule_auth_nonce_rejected(sx_context *context) {
    guint code = context->message->code;
    rejection found;
    guint stale_before = stale_answers_before(context);
    if (code == 400 || code == 403)
        return refused_for_nonce(context);
    if (!find_rejection(context, &found) || (found.stale && stale_before < MAX_STALE))
        return FALSE;
    sx_ev_auth_nonce_rejected_headline(context->out, context->seen.transaction->frame,
                                       found.used->user_text);
    gboolean held = text_blames_nonce(context, TRUE);
    if (found.stale) {
        sx_ev_auth_nonce_rejected_stale_again(context->out, stale_before + 1u);
        held = TRUE;
    }
    held = nonce_is_outdated(context, found.used) || held;
    held = nonce_is_outlived(context, &found) || held;
    held = nc_did_not_grow(context, found.used) || held;
    sx_ev_auth_nonce_rejected_nonces(context->out, found.used->nonce_tail,
                                     tail_of(context, found.offer));
    return held;
}

/* Whether this answer makes one of the challenges that a transaction one hop on got. */
static gboolean is_same_challenge(const sx_auth_memory *memory, const sx_offered *offered) {
    for (guint i = 0; i < memory->n_offers; i++) {
        if (memory->offers[i].nonce == offered->nonce &&
            memory->offers[i].for_proxy == offered->for_proxy)
            return TRUE;
    }
    return FALSE;
}

static gboolean lacks_credentials(const sx_auth_kept *kept, const sx_credentials *used) {
    for (guint i = 0; i < kept->n_credentials; i++) {
        if (kept->credentials[i].realm == used->realm)
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
        const sx_auth_kept *kept = sx_auth_kept_of(next);
        if (kept == NULL || next->client != t->server || next->keys.cseq != t->keys.cseq ||
            next->keys.method != t->keys.method || next->keys.n_vias <= t->keys.n_vias ||
            !lacks_credentials(kept, used))
            continue;
        for (guint i = 0; i < kept->n_offered; i++) {
            if (kept->offered[i].realm == used->realm &&
                !is_same_challenge(sx_auth_memory_of(context), &kept->offered[i]))
                return next;
        }
    }
    return NULL;
}

gboolean sx_rule_auth_challenged_downstream(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    rejection found;
    if (!is_rejected(context, &found))
        return FALSE;
    guint32 by_403 = sx_auth_frame_of(sx_auth_facts_find(
        sx_auth_memory_of(context)->lasting,
        sx_auth_key(SX_FACT_PASSWORD_403, NULL, t->server, found.used->realm, 0, 0)));
    const sx_transaction *next = challenged_next_hop(context, found.used);
    if (by_403 == 0 && next == NULL)
        return FALSE;
    sx_ev_auth_challenged_downstream_sent(context->out, found.used->user_text, t->frame,
                                          sx_auth_since_challenge(context, found.used),
                                          found.used->challenge_frame);
    if (next != NULL)
        sx_ev_auth_challenged_downstream_next_hop(context->out, next->frame,
                                                  sx_auth_kept_of(next)->challenge_frame);
    if (by_403 != 0)
        sx_ev_auth_challenged_downstream_by_403(context->out, by_403);
    sx_ev_auth_challenged_downstream_times(context->out, sx_context_since_request(context));
    return TRUE;
}

/* Whether the request before carried credentials for a realm of this answer. */
static gboolean tried_before(const sx_context *context, const sx_auth_kept *prev) {
    rejection found;
    for (guint i = 0; i < prev->n_credentials; i++) {
        if (compare(sx_auth_memory_of(context), &prev->credentials[i], &found))
            return TRUE;
    }
    return FALSE;
}

gboolean sx_rule_auth_loop(sx_context *context) {
    const sx_auth_kept *prev = sx_auth_kept_of(context->seen.prev);
    rejection found;
    if (prev == NULL || prev->rejections == 0 || !is_rejected(context, &found) ||
        !tried_before(context, prev))
        return FALSE;
    sx_ev_auth_loop_headline(context->out, found.used->user_text, prev->rejections + 1u);
    sx_ev_auth_loop_realm(context->out, found.used->realm_text);
    sx_ev_auth_loop_challenged(context->out, prev->first_challenge_frame,
                               prev->first_rejection_frame);
    sx_ev_auth_loop_sent(context->out, context->seen.transaction->frame);
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
    return sx_context_copy(context, sx_slice_head(uri.user, 64));
}

gboolean sx_rule_auth_wrong_credentials(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    rejection found;
    if (!is_rejected(context, &found))
        return FALSE;
    const sx_credentials *used = found.used;
    const char *from = other_from_user(context, used);
    const sx_slice algorithm = found.offer->read.algorithm;
    sx_ev_auth_wrong_credentials_headline(context->out, used->user_text, used->realm_text);
    sx_ev_auth_wrong_credentials_challenged(
        context->out, used->challenge_frame, used->realm_text,
        algorithm.len > 0 ? sx_context_copy(context, sx_slice_head(algorithm, 64)) : "MD5");
    sx_ev_auth_wrong_credentials_sent(context->out, used->user_text, t->frame,
                                      sx_auth_since_challenge(context, used));
    if (found.same_nonce)
        sx_ev_auth_wrong_credentials_same_nonce(context->out);
    if (found.kept->digest_uri != NULL)
        sx_ev_auth_wrong_credentials_uri_differs(context->out, found.kept->digest_uri,
                                                 found.kept->request_uri);
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
static const sx_offer *offered_again(const sx_auth_memory *memory, const sx_auth_kept *prev) {
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
    const sx_auth_kept *kept = sx_auth_kept_of(t);
    const sx_auth_kept *prev = sx_auth_kept_of(context->seen.prev);
    if (kept == NULL || prev == NULL || kept->n_credentials == 0 ||
        !context->message->headers_complete)
        return FALSE;
    for (guint i = 0; i < kept->n_credentials; i++) {
        if (kept->credentials[i].challenge_frame != 0 ||
            offer_of_realm(memory, kept->credentials[i].realm) != NULL)
            return FALSE;
    }
    const sx_offer *offer = offered_again(memory, prev);
    if (offer == NULL)
        return FALSE;
    const sx_credentials *used = &kept->credentials[0];
    const char *realm = sx_auth_text(context, offer->read.realm);
    sx_ev_auth_realm_mismatch_headline(context->out, used->realm_text, realm);
    sx_ev_auth_realm_mismatch_challenged(context->out, prev->challenge_frame, realm);
    sx_ev_auth_realm_mismatch_sent(context->out, used->user_text, used->realm_text, t->frame);
    return TRUE;
}
