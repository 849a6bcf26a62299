/* SPDX-License-Identifier: GPL-2.0-or-later
 * Requests that get no more than a 100 (RFC 3261 section 17.1.1).
 */
#include "diagnose/timer/timer_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/keyed_hash.h"

#define MAX_PATIENCE 4096
#define ONLY_TRYING (8 * SX_SECOND)
#define SAME_PATIENCE SX_SECOND /* a timer that ends two calls ends them this alike */

/** How long a client waited behind a 100 before it gave up. */
typedef struct {
    guint64 key; /* of client and server */
    gint64 waited;
    guint32 frame; /* of its CANCEL */
} client_patience;

void sx_timer_init_patience(sx_timer_memory *memory) {
    sx_map_init(&memory->patience, sizeof(client_patience), MAX_PATIENCE);
}

static guint64 patience_key(const sx_transaction *t) {
    return sx_hash_number(t->client->key, t->server->key);
}

void sx_timer_learn_patience(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_transaction *invite = sx_calls_transaction(context->calls, t->cancel);
    if ((t->reported & SX_REPORTED_ONLY_TRYING) == 0 || invite == NULL)
        return;
    client_patience *patience =
        (client_patience *)sx_map_put(&sx_timer_memory_of(context)->patience, patience_key(t));
    patience->waited = sx_gap(invite->time, t->time);
    patience->frame = t->frame;
}

gboolean sx_rule_timer_silent_after_trying(sx_context *context) {
    sx_transaction *t = context->seen.transaction;
    const sx_transaction *invite = t ? sx_calls_transaction(context->calls, t->cancel) : NULL;
    if (invite == NULL || invite->trying_frame == 0 || invite->ring_frame != 0 ||
        invite->final != NULL || invite->progressed || !context->message->headers_complete)
        return FALSE;
    gint64 since = sx_gap(invite->time, context->packet->time);
    if (since < ONLY_TRYING)
        return FALSE;
    t->reported |= SX_REPORTED_ONLY_TRYING;
    sx_ev_timer_silent_after_trying_headline(context->out, since);
    sx_ev_timer_silent_after_trying_trying(
        context->out, sx_context_place(context, invite->server, invite->server_port),
        invite->trying_frame, since, invite->frame);
    const client_patience *before = (const client_patience *)sx_map_find(
        &sx_timer_memory_of(context)->patience, patience_key(invite));
    if (before != NULL && ABS(before->waited - since) <= SAME_PATIENCE)
        sx_ev_timer_silent_after_trying_same_before(context->out, before->waited, before->frame);
    return TRUE;
}
