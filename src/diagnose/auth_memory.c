/* SPDX-License-Identifier: GPL-2.0-or-later
 * Keys, and what is kept of a transaction and of the capture.
 */
#include "diagnose/auth_memory.h"

#include "diagnose/auth.h"
#include "wire/keyed_hash.h"

#define MAX_FACTS 65536
#define MAX_TEXT 64 /* bytes of user names, realms ... that evidence shows */

guint64 sx_auth_key(sx_auth_fact_kind kind, const sx_host *client, const sx_host *server, guint64 a,
                    guint64 b, guint64 c) {
    const guint64 pieces[] = {
        (guint64)kind, GPOINTER_TO_SIZE(client), GPOINTER_TO_SIZE(server), a, b, c};
    return sx_hash_bytes(0, pieces, sizeof pieces);
}

guint64 sx_auth_hop(const sx_transaction *transaction) {
    return (guint64)transaction->server_port << 8 | transaction->keys.n_vias;
}

guint64 sx_auth_ignored_key(const sx_transaction *transaction, guint64 realm) {
    const sx_keys *keys = &transaction->keys;
    /* A client may subscribe to, or send a message to, many targets at once. */
    gboolean one_by_one = keys->method != SX_METHOD_INVITE && keys->method != SX_METHOD_REGISTER;
    guint64 hop = sx_hash_number((guint64)keys->method, sx_auth_hop(transaction));
    guint64 whom = sx_hash_number(one_by_one ? keys->to_aor : 0, keys->from_aor);
    return sx_auth_key(SX_FACT_IGNORED, transaction->client, transaction->server, hop, whom, realm);
}

guint64 sx_auth_succeeded_key(const sx_transaction *transaction, guint64 nonce) {
    return sx_auth_key(SX_FACT_SUCCEEDED, transaction->client, transaction->server, nonce,
                       transaction->keys.call_id, sx_auth_hop(transaction));
}

guint32 sx_auth_frame_of(const sx_auth_fact *fact) {
    return fact != NULL ? fact->frame : 0;
}

guint32 sx_auth_user_accepted(const sx_context *context, const sx_credentials *used) {
    const sx_transaction *t = context->seen.transaction;
    return sx_auth_frame_of(sx_auth_facts_find(
        sx_auth_memory_of(context)->lasting,
        sx_auth_key(SX_FACT_USER_ACCEPTED, t->client, t->server, used->realm, used->user, 0)));
}

guint32 sx_auth_user_refused(const sx_context *context, const sx_credentials *used) {
    return sx_auth_frame_of(
        sx_auth_facts_find(sx_auth_memory_of(context)->lasting,
                           sx_auth_key(SX_FACT_USER_REFUSED, NULL,
                                       context->seen.transaction->server, used->user, 0, 0)));
}

gint64 sx_auth_since_challenge(const sx_context *context, const sx_credentials *used) {
    return used->challenge_frame != 0
               ? sx_gap(used->challenge_time, context->seen.transaction->time)
               : 0;
}

sx_auth_memory *sx_auth_memory_of(const sx_context *context) {
    return (sx_auth_memory *)context->memory[SX_FAMILY_AUTH];
}

static void release(void *own) {
    sx_auth_kept *kept = (sx_auth_kept *)own;
    g_free(kept->credentials);
    g_free(kept->offered);
    g_free(kept->identity);
}

static const sx_attachment_kind kind = {sizeof(sx_auth_kept), release};

sx_auth_kept *sx_auth_kept_of(const sx_transaction *transaction) {
    return (sx_auth_kept *)SX_ATTACHED(transaction, &kind);
}

sx_auth_kept *sx_auth_keep(sx_transaction *transaction) {
    return (sx_auth_kept *)sx_attachment_make(&transaction->attached, &kind);
}

guint64 sx_auth_hash(sx_slice quoted) {
    char room[256];
    return sx_hash_slice(0, sx_challenge_unescape(quoted, room, sizeof room));
}

const char *sx_auth_text(sx_context *context, sx_slice quoted) {
    char room[MAX_TEXT];
    return sx_findings_text(context->out, sx_challenge_unescape(quoted, room, sizeof room),
                            MAX_TEXT);
}

sx_slice sx_auth_tail(sx_slice nonce) {
    gsize len = MIN(nonce.len, SX_NONCE_TAIL);
    return (sx_slice){nonce.p + (nonce.len - len), len};
}

void *sx_auth_memory_new(void) {
    sx_auth_memory *memory = g_new0(sx_auth_memory, 1);
    memory->recent = sx_auth_facts_new(MAX_FACTS);
    memory->lasting = sx_auth_facts_new(MAX_FACTS);
    return memory;
}

void sx_auth_memory_free(void *memory) {
    sx_auth_memory *all = (sx_auth_memory *)memory;
    if (all == NULL)
        return;
    sx_auth_facts_free(all->recent);
    sx_auth_facts_free(all->lasting);
    g_free(all);
}

gboolean sx_auth_has_credentials(const sx_transaction *transaction) {
    const sx_auth_kept *kept = sx_auth_kept_of(transaction);
    return kept != NULL && kept->n_credentials > 0;
}

guint32 sx_auth_answered_challenge(const sx_transaction *transaction) {
    const sx_auth_kept *kept = sx_auth_kept_of(transaction);
    return kept != NULL && kept->n_credentials > 0 ? kept->credentials[0].challenge_frame : 0;
}

gboolean sx_auth_ever_challenged(const sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    for (guint i = 0; transaction != NULL && i < SX_MAX_LOOK_BACK; i++) {
        const sx_auth_kept *kept = sx_auth_kept_of(transaction);
        if (kept != NULL)
            return kept->chain_challenged;
        transaction = sx_calls_transaction(context->calls, transaction->prev);
    }
    return FALSE;
}
