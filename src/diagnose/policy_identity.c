/* SPDX-License-Identifier: GPL-2.0-or-later
 * Rows of who was called where and by whom, for refusals that may come from that.
 */
#include <string.h>

#include "diagnose/policy.h"
#include "evidence.h"
#include "wire/keyed_hash.h"

guint64 sx_policy_domain_hash(const char *host) {
    return sx_hash_lower(0, (sx_slice){host, strlen(host)});
}

void sx_policy_note_domain(const sx_context *context, sx_policy_domains *domains) {
    const char *host = sx_policy_text(context->seen.transaction, SX_POLICY_TARGET_HOST);
    if (host == NULL)
        return;
    guint64 domain = sx_policy_domain_hash(host);
    for (guint i = 0; i < G_N_ELEMENTS(domains->hashes); i++) {
        if (domains->hashes[i] == domain)
            return;
        if (domains->hashes[i] != 0)
            continue;
        domains->hashes[i] = domain;
        domains->texts[i] = g_strdup(host);
        domains->frames[i] = context->packet->frame;
        return;
    }
}

static void tell_called(sx_context *context, const sx_transaction *t) {
    const char *target = sx_policy_text(t, SX_POLICY_TARGET);
    if (target != NULL)
        sx_ev_detail_identity_called(context->out, t->frame, target, sx_policy_form(target));
    else
        sx_ev_detail_identity_called_none(context->out, t->frame);
}

/* The domain that was asked, against those that this server took before. */
static void tell_domain(sx_context *context, const sx_transaction *t) {
    const char *host = sx_policy_text(t, SX_POLICY_TARGET_HOST);
    const sx_policy_server *server = sx_policy_server_of(context, t->server, FALSE);
    if (host == NULL)
        return;
    const sx_policy_domains *domains =
        server == NULL
            ? NULL
            : (t->keys.method == SX_METHOD_REGISTER ? &server->registered : &server->called);
    guint64 domain = sx_policy_domain_hash(host);
    for (guint i = 0; domains != NULL && i < G_N_ELEMENTS(domains->hashes); i++) {
        if (domains->hashes[i] == domain) {
            sx_ev_detail_identity_domain_taken(context->out, host, domains->frames[i]);
            return;
        }
    }
    sx_ev_detail_identity_domain(context->out, host);
    for (guint i = 0; domains != NULL && i < G_N_ELEMENTS(domains->hashes); i++) {
        if (domains->hashes[i] != 0)
            sx_ev_detail_identity_domain_known(context->out, domains->texts[i], domains->frames[i]);
    }
}

typedef void (*identity_row)(sx_finding_builder *out, const char *user, const char *form);

static void tell_caller(sx_context *context, const sx_transaction *t) {
    static const struct {
        sx_policy_text_id id;
        identity_row row;
    } identities[] = {
        {SX_POLICY_FROM, sx_ev_detail_identity_from},
        {SX_POLICY_ASSERTED, sx_ev_detail_identity_asserted},
        {SX_POLICY_PREFERRED, sx_ev_detail_identity_preferred},
        {SX_POLICY_REMOTE_PARTY, sx_ev_detail_identity_remote_party},
    };
    const char *from = sx_policy_text(t, SX_POLICY_FROM);
    const char *user = sx_policy_text(t, SX_POLICY_DIGEST_USER);
    const char *privacy = sx_policy_text(t, SX_POLICY_PRIVACY);
    const char *first = NULL;
    gboolean differ = FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(identities); i++) {
        const char *identity = sx_policy_text(t, identities[i].id);
        if (identity == NULL)
            continue;
        differ = differ || (first != NULL && strcmp(first, identity) != 0);
        first = first != NULL ? first : identity;
        identities[i].row(context->out, identity, sx_policy_form(identity));
    }
    if (privacy != NULL)
        sx_ev_detail_identity_privacy(context->out, privacy);
    if (from != NULL && g_ascii_strcasecmp(from, "anonymous") == 0)
        sx_ev_detail_identity_anonymous(context->out);
    else if (differ)
        sx_ev_detail_identity_differ(context->out);
    if (user != NULL && first != NULL && strcmp(first, user) == 0)
        sx_ev_detail_identity_the_user(context->out, user);
    else if (user != NULL && first != NULL)
        sx_ev_detail_identity_not_the_user(context->out, first, user);
}

void sx_policy_details(sx_context *context) {
    guint code = sx_context_code(context);
    const sx_transaction *t = context->seen.transaction;
    if ((code != 403 && code != 404 && code != 484 && code != 604) ||
        context->seen.repetition != SX_FIRST || !sx_policy_is_initial(context) ||
        sx_policy_request_of(t) == NULL)
        return;
    gboolean calls = t->keys.method == SX_METHOD_INVITE || t->keys.method == SX_METHOD_MESSAGE;
    if (!calls && t->keys.method != SX_METHOD_REGISTER)
        return;
    if (calls)
        tell_called(context, t);
    tell_domain(context, t);
    if (calls && code == 403)
        tell_caller(context, t);
}
