/* SPDX-License-Identifier: GPL-2.0-or-later
 * Facts about users, nonces and hosts, and the keys that they are found by.
 */
#include "diagnose/auth/auth_state.h"
#include "wire/keyed_hash.h"

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
    return sx_auth_frame_of(sx_auth_find(
        &sx_auth_memory_of(context)->lasting,
        sx_auth_key(SX_FACT_USER_ACCEPTED, t->client, t->server, used->realm, used->user, 0)));
}

guint32 sx_auth_user_refused(const sx_context *context, const sx_credentials *used) {
    return sx_auth_frame_of(
        sx_auth_find(&sx_auth_memory_of(context)->lasting,
                     sx_auth_key(SX_FACT_USER_REFUSED, NULL, context->seen.transaction->server,
                                 used->user, 0, 0)));
}

gint64 sx_auth_since_challenge(const sx_context *context, const sx_credentials *used) {
    return used->challenge_frame != 0
               ? sx_gap(used->challenge_time, context->seen.transaction->time)
               : 0;
}

guint64 sx_auth_hash(sx_slice quoted) {
    char room[256];
    return sx_hash_slice(0, sx_challenge_unescape(quoted, room, sizeof room));
}

const char *sx_auth_text(sx_context *context, sx_slice quoted) {
    char room[SX_SHOWN];
    return sx_findings_text(context->out, sx_challenge_unescape(quoted, room, sizeof room),
                            SX_SHOWN);
}

sx_slice sx_auth_tail(sx_slice nonce) {
    gsize len = MIN(nonce.len, SX_NONCE_TAIL);
    return (sx_slice){nonce.p + (nonce.len - len), len};
}
