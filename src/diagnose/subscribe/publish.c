/* SPDX-License-Identifier: GPL-2.0-or-later
 * Publications as a chain: each 2xx to PUBLISH gives out an entity tag that the next one has to name (RFC 3903 section 4).
 */
#include "diagnose/learner.h"
#include "diagnose/requests.h"
#include "diagnose/subscribe/subscribe_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/expires.h"
#include "wire/keyed_hash.h"

#define MAX_TAGS 20000
#define SHOWN_TAG 24 /* bytes kept of a tag */

/** An entity tag that a server gave out. */
typedef struct {
    guint64 key; /* of server and tag */
    gint64 time;
    gint64 replaced_time;
    guint32 frame; /* of the 2xx */
    guint32 seconds;
    guint32 replaced_frame, replaced_request; /* 2xx that gave out another one for it; 0: none */
    guint32 next;                             /* number of that one in the map */
    char text[SHOWN_TAG + 1];
} entity_tag;

void sx_subscribe_init_tags(sx_subscribe_memory *memory) {
    sx_map_init(&memory->tags, sizeof(entity_tag), MAX_TAGS);
}

static guint64 tag_key(const sx_transaction *transaction, guint64 tag) {
    return sx_hash_number(tag, transaction->server->key);
}

void sx_subscribe_learn_tag(sx_context *context) {
    sx_bounded_map *tags = &sx_subscribe_memory_of(context)->tags;
    const sx_transaction *t = context->seen.transaction;
    sx_slice text = sx_message_header(context->message, SX_HDR_SIP_ETAG);
    if (t == NULL || text.len == 0)
        return;
    guint64 key = tag_key(t, sx_hash_slice(0, text));
    guint64 old_key = tag_key(t, sx_request_terms_of(t).etag);
    entity_tag *given = (entity_tag *)sx_map_put(tags, key);
    given->time = context->packet->time;
    given->frame = context->packet->frame;
    given->seconds = sx_header_seconds(context->message, SX_HDR_EXPIRES);
    given->replaced_frame = 0;
    g_strlcpy(given->text, sx_context_shown(context, text, SHOWN_TAG), sizeof given->text);
    entity_tag *old = key != old_key ? (entity_tag *)sx_map_find(tags, old_key) : NULL;
    if (old == NULL)
        return;
    old->replaced_time = context->packet->time;
    old->replaced_frame = context->packet->frame;
    old->replaced_request = t->frame;
    old->next = sx_map_id(tags, key);
}

gboolean sx_rule_subscribe_etag_outdated(sx_context *context) {
    sx_bounded_map *tags = &sx_subscribe_memory_of(context)->tags;
    const sx_transaction *t = context->seen.transaction;
    guint64 etag = sx_request_terms_of(t).etag;
    const entity_tag *tag =
        etag != 0 ? (const entity_tag *)sx_map_find(tags, tag_key(t, etag)) : NULL;
    if (tag == NULL)
        return FALSE;
    const entity_tag *next =
        tag->replaced_frame != 0 ? (const entity_tag *)sx_map_at(tags, tag->next) : NULL;
    gint64 age = sx_gap(tag->time, t->time);
    gboolean expired = tag->seconds != SX_NO_SECONDS && age > tag->seconds * SX_SECOND;
    if (next == NULL && !expired)
        return FALSE;
    sx_ev_subscribe_etag_outdated_given(context->out, tag->text, tag->frame);
    if (next != NULL) {
        sx_ev_subscribe_etag_outdated_replaced(context->out, next->text, tag->replaced_frame);
        if (t->time < tag->replaced_time)
            sx_ev_subscribe_etag_outdated_open(context->out, tag->replaced_request, t->frame);
        else
            sx_ev_subscribe_etag_outdated_sent(context->out, t->frame, tag->text);
    } else {
        sx_ev_subscribe_etag_outdated_expired(context->out, tag->seconds, t->frame, age);
    }
    return TRUE;
}
