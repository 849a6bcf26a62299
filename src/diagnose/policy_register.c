/* SPDX-License-Identifier: GPL-2.0-or-later
 * Registrations: which domains a registrar serves, who is registered, and whether the answer lists the binding.
 */
#include <string.h>

#include "diagnose/policy.h"
#include "evidence.h"
#include "rules.h"
#include "wire/keyed_hash.h"

/** The last accepted REGISTER of an address-of-record at a server. */
typedef struct {
    guint32 frame;
    gint64 ends; /* when the registration ends; removed: when that was accepted */
    gboolean removed;
} policy_registration;

static gpointer registration_key(const sx_transaction *transaction) {
    return sx_policy_host_key(transaction->server, transaction->keys.to_aor);
}

sx_policy_last_registration sx_policy_registration_of(const sx_context *context,
                                                      const sx_transaction *transaction) {
    const policy_registration *last = g_hash_table_lookup(sx_policy_memory_of(context)->registered,
                                                          registration_key(transaction));
    if (last == NULL || transaction->keys.to_aor == 0)
        return (sx_policy_last_registration){.frame = 0};
    return (sx_policy_last_registration){last->frame, last->removed, last->ends};
}

static void note_registration(const sx_context *context, const sx_policy_request *kept) {
    GHashTable *registered = sx_policy_memory_of(context)->registered;
    const sx_transaction *transaction = context->seen.transaction;
    guint32 seconds = 0;
    if (sx_message_has(context->message, SX_HDR_CONTACT))
        seconds = sx_policy_longest_expires(context->message);
    if (seconds == 0 && !kept->removes)
        seconds = kept->expires; /* no binding listed: what was asked for */
    if (transaction->keys.to_aor == 0)
        return;
    if (seconds == G_MAXUINT32) { /* nobody said how long */
        g_hash_table_remove(registered, registration_key(transaction));
        return;
    }
    policy_registration *last = g_new(policy_registration, 1);
    *last = (policy_registration){context->packet->frame,
                                  context->packet->time + seconds * SX_SECOND, seconds == 0};
    sx_policy_put(registered, registration_key(transaction), last);
}

static gboolean is_same(guint64 one, guint64 other) {
    return one != 0 && one == other;
}

static gboolean is_listed(const sx_policy_request *kept, const sx_policy_contact *listed) {
    for (guint i = 0; i < kept->n_contacts; i++) {
        const sx_policy_contact *sent = &kept->contacts[i];
        if (is_same(sent->user, listed->user) || is_same(sent->host_port, listed->host_port) ||
            is_same(sent->instance, listed->instance) || is_same(sent->gruu, listed->gruu))
            return TRUE;
    }
    return FALSE;
}

/* A 2xx lists all current bindings (RFC 3261 section 10.3 step 8); any likeness to what was sent is enough. */
static gboolean lacks_binding(const sx_message *message, const sx_policy_request *kept) {
    sx_policy_contact listed[SX_POLICY_MAX_BINDINGS];
    gboolean star;
    if (kept->n_contacts == 0 || kept->removes || kept->expires == 0 ||
        !message->headers_complete || !message->start_line_complete)
        return FALSE;
    guint n = sx_policy_read_contacts(message, listed, SX_POLICY_MAX_BINDINGS, &star);
    for (guint i = 0; i < n; i++) {
        if (is_listed(kept, &listed[i]))
            return FALSE;
    }
    return n < SX_POLICY_MAX_BINDINGS;
}

void sx_policy_learn_register(sx_context *context) {
    guint code = sx_context_code(context);
    sx_policy_memory *memory = sx_policy_memory_of(context);
    const sx_transaction *transaction = context->seen.transaction;
    const sx_policy_request *kept = sx_policy_request_of(transaction);
    if (context->seen.keys.method != SX_METHOD_REGISTER || code < 200 || code >= 300 ||
        kept == NULL || transaction->keys.method != SX_METHOD_REGISTER)
        return;
    note_registration(context, kept);
    sx_policy_note_domain(
        context,
        &sx_policy_server_of(context, context->seen.transaction->server, TRUE)->registered);
    if (context->seen.relayed_from != NULL || !lacks_binding(context->message, kept) ||
        g_hash_table_contains(memory->told, registration_key(transaction)))
        return;
    memory->binding_missing = TRUE;
    sx_policy_put(memory->told, registration_key(transaction), GUINT_TO_POINTER(1));
}

gboolean sx_rule_register_binding_missing(sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    if (!sx_policy_memory_of(context)->binding_missing)
        return FALSE;
    sx_ev_register_binding_missing_sent(context->out, transaction->frame,
                                        sx_policy_text(transaction, SX_POLICY_CONTACT));
    if (sx_message_has(context->message, SX_HDR_CONTACT))
        sx_ev_register_binding_missing_returned(context->out,
                                                sx_policy_header(context, SX_HDR_CONTACT));
    else
        sx_ev_register_binding_missing_none(context->out);
    return TRUE;
}

gboolean sx_rule_register_unknown_account(sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    const sx_policy_server *server = sx_policy_server_of(context, transaction->server, FALSE);
    const char *to = sx_policy_text(transaction, SX_POLICY_TO);
    const char *host = sx_policy_text(transaction, SX_POLICY_TARGET_HOST);
    if (to != NULL) {
        sx_ev_register_unknown_account_headline(context->out, to);
        sx_ev_register_unknown_account_account(context->out, transaction->frame, to);
    }
    if (host == NULL)
        return TRUE;
    sx_ev_register_unknown_account_domain(context->out, host);
    const sx_policy_domains *domains = server != NULL ? &server->registered : NULL;
    for (guint i = 0; domains != NULL && i < G_N_ELEMENTS(domains->hashes); i++) {
        if (domains->hashes[i] == 0)
            break;
        if (domains->hashes[i] == sx_policy_domain_hash(host))
            sx_ev_register_unknown_account_same_domain(context->out, domains->frames[i]);
        else
            sx_ev_register_unknown_account_served(context->out, domains->frames[i],
                                                  domains->texts[i]);
    }
    return TRUE;
}
