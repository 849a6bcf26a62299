/* SPDX-License-Identifier: GPL-2.0-or-later
 * Who was called where and by whom: rows for refusals that may come from that, and the domains that servers took.
 */
#include <string.h>

#include "diagnose/auth/auth.h"
#include "diagnose/policy/policy.h"
#include "diagnose/policy/policy_state.h"
#include "evidence.h"
#include "wire/keyed_hash.h"
#include "wire/uri.h"

guint64 sx_policy_domain_hash(const char *domain) {
    return sx_hash_lower(0, (sx_slice){domain, strlen(domain)});
}

static guint64 domains_key(const sx_host *server, gboolean registered) {
    return sx_hash_number(server->key, registered ? 1 : 0);
}

const sx_policy_domains *sx_policy_domains_of(const sx_context *context, const sx_host *server,
                                              gboolean registered) {
    return (const sx_policy_domains *)sx_map_find(&sx_policy_memory_of(context)->domains,
                                                  domains_key(server, registered));
}

void sx_policy_note_domain(const sx_context *context, gboolean registered) {
    const sx_transaction *t = context->seen.transaction;
    const char *host = sx_request_text(t, SX_REQUEST_TARGET_HOST);
    if (host == NULL)
        return;
    sx_policy_domains *domains = (sx_policy_domains *)sx_map_put(
        &sx_policy_memory_of(context)->domains, domains_key(t->server, registered));
    guint64 domain = sx_policy_domain_hash(host);
    guint i = 0;
    while (i < G_N_ELEMENTS(domains->hashes) && domains->hashes[i] != 0 &&
           domains->hashes[i] != domain)
        i++;
    if (i == G_N_ELEMENTS(domains->hashes) || domains->hashes[i] == domain)
        return;
    domains->hashes[i] = domain;
    domains->texts[i] = sx_findings_text(context->out, (sx_slice){host, strlen(host)}, SX_SHOWN);
    domains->frames[i] = context->packet->frame;
}

static gboolean is_address(const char *host) {
    guint8 ip[16];
    return sx_uri_host_ip((sx_slice){host, strlen(host)}, ip) != 0;
}

gboolean sx_policy_wants_domain(const sx_context *context, const sx_transaction *transaction,
                                const char **domain, guint32 *frame) {
    const char *host = sx_request_text(transaction, SX_REQUEST_TARGET_HOST);
    const sx_policy_domains *found = NULL;
    guint place = 0;
    if (host == NULL || !is_address(host))
        return FALSE;
    for (guint registered = 0; registered <= 1; registered++) {
        const sx_policy_domains *taken =
            sx_policy_domains_of(context, transaction->server, registered != 0);
        for (guint i = 0; taken != NULL && i < G_N_ELEMENTS(taken->hashes) && taken->hashes[i] != 0;
             i++) {
            if (is_address(taken->texts[i]))
                return FALSE;
            found = taken;
            place = i;
        }
    }
    if (found == NULL)
        return FALSE;
    *domain = found->texts[place];
    *frame = found->frames[place];
    return TRUE;
}

/* @return the form of what was called; 0: nothing was */
static sx_word add_called(sx_context *context, const sx_transaction *t) {
    const char *target = sx_request_text(t, SX_REQUEST_TARGET);
    if (target == NULL) {
        sx_ev_detail_identity_called_none(context->out, t->frame);
        return 0;
    }
    sx_ev_detail_identity_called(context->out, t->frame, target, sx_policy_form(target));
    return sx_policy_form(target);
}

/* The domain that was asked, against those that this server took before. */
static void add_domain(sx_context *context, const sx_transaction *t) {
    const char *host = sx_request_text(t, SX_REQUEST_TARGET_HOST);
    if (host == NULL)
        return;
    const sx_policy_domains *domains =
        sx_policy_domains_of(context, t->server, t->keys.method == SX_METHOD_REGISTER);
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

/* A caller and the form of its number, which is told only where it is another one than in the row before. */
static void add_caller(sx_context *context, const sx_transaction *t, sx_word form_before) {
    static const struct {
        sx_request_text_id id;
        void (*row)(sx_finding_builder *out, const char *user, sx_word form);
        void (*alike)(sx_finding_builder *out, const char *user);
    } identities[] = {
        {SX_REQUEST_FROM, sx_ev_detail_identity_from, sx_ev_detail_identity_from_alike},
        {SX_REQUEST_ASSERTED, sx_ev_detail_identity_asserted, sx_ev_detail_identity_asserted_alike},
        {SX_REQUEST_PREFERRED, sx_ev_detail_identity_preferred,
         sx_ev_detail_identity_preferred_alike},
        {SX_REQUEST_REMOTE_PARTY, sx_ev_detail_identity_remote_party,
         sx_ev_detail_identity_remote_party_alike},
    };
    const char *from = sx_request_text(t, SX_REQUEST_FROM);
    const char *user = sx_auth_user(t);
    const char *privacy = sx_request_text(t, SX_REQUEST_PRIVACY);
    const char *first = NULL;
    gboolean differ = FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(identities); i++) {
        const char *identity = sx_request_text(t, identities[i].id);
        if (identity == NULL)
            continue;
        differ = differ || (first != NULL && strcmp(first, identity) != 0);
        first = first != NULL ? first : identity;
        sx_word form = sx_policy_form(identity);
        if (form == form_before)
            identities[i].alike(context->out, identity);
        else
            identities[i].row(context->out, identity, form);
        form_before = form;
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

void sx_policy_add_identities(sx_context *context) {
    guint code = context->message->code;
    const sx_transaction *t = context->seen.transaction;
    if ((code != 403 && code != 404 && code != 484 && code != 604) ||
        !sx_context_is_initial(context))
        return;
    gboolean calls = t->keys.method == SX_METHOD_INVITE || t->keys.method == SX_METHOD_MESSAGE;
    if (!calls && t->keys.method != SX_METHOD_REGISTER)
        return;
    sx_word form = calls ? add_called(context, t) : 0;
    add_domain(context, t);
    if (calls && code == 403)
        add_caller(context, t, form);
}
