/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "media": what is learned from session descriptions.
 */
#include "diagnose/media/media.h"

#include <string.h>

#include "diagnose/media/media_state.h"
#include "evidence.h"
#include "wire/body.h"
#include "wire/keyed_hash.h"

#define MAX_HOSTS 10000     /* whose descriptions are remembered */
#define MAX_REPORTED 100000 /* senders and private addresses that are told apart */

static void init(void *own) {
    sx_media_memory *memory = (sx_media_memory *)own;
    sx_map_init(&memory->hosts, sizeof(sx_media_host), MAX_HOSTS);
    sx_map_init(&memory->reported, sizeof(guint64), MAX_REPORTED);
    sx_map_init(&memory->body_types, sizeof(sx_body_type), SX_MAX_BODY_TYPES);
}

static void clear(void *own) {
    sx_media_memory *memory = (sx_media_memory *)own;
    sx_map_clear(&memory->hosts);
    sx_map_clear(&memory->reported);
    sx_map_clear(&memory->body_types);
}

static void release_call(void *own) {
    sx_media_call *call = (sx_media_call *)own;
    g_free(call->sides);
    g_free(call->refusals);
    g_free(call->privates);
}

static const sx_attachment_kind of_offer = {0, NULL};
static const sx_attachment_kind of_call = {sizeof(sx_media_call), release_call};

const void *sx_media_packed_offer(const sx_transaction *transaction) {
    return SX_ATTACHED(transaction, &of_offer);
}

gboolean sx_media_has_offer(const sx_transaction *transaction) {
    return sx_media_packed_offer(transaction) != NULL;
}

sx_media_call *sx_media_call_of(const sx_context *context) {
    return (sx_media_call *)SX_ATTACHED(context->seen.call, &of_call);
}

const sx_media_summary *sx_media_offer(const sx_context *context) {
    sx_media_summary *offer = &sx_media_memory_of(context)->offer;
    const void *packed = sx_media_packed_offer(context->seen.transaction);
    if (packed == NULL)
        return NULL;
    sx_media_offer_unpack(packed, offer);
    return offer;
}

sx_media_call *sx_media_make_call(const sx_context *context) {
    return (sx_media_call *)sx_attachment_make(&context->seen.call->attached, &of_call);
}

const sx_media_host *sx_media_host_of(const sx_context *context, const sx_host *host) {
    return (const sx_media_host *)sx_map_find(&sx_media_memory_of(context)->hosts, host->key);
}

static guint64 side_key(guint64 tag, const sx_host *sender, const sx_host *receiver) {
    return sx_hash_number(sx_hash_number(tag, sender->key), receiver->key);
}

static sx_media_side *find_side(sx_media_call *call, guint64 key) {
    for (guint i = 0; i < call->n_sides; i++) {
        if (call->sides[i].key == key)
            return &call->sides[i];
    }
    return NULL;
}

const sx_media_side *sx_media_side_of(const sx_context *context, guint64 tag, const sx_host *sender,
                                      const sx_host *receiver) {
    sx_media_call *call = sx_media_call_of(context);
    return call ? find_side(call, side_key(tag, sender, receiver)) : NULL;
}

/* Room for one more. */
static sx_media_side *next_side(sx_media_call *call) {
    if (call->n_sides < SX_MEDIA_MAX_SIDES) {
        call->sides = g_renew(sx_media_side, call->sides, call->n_sides + 1u);
        return &call->sides[call->n_sides++];
    }
    sx_media_side *oldest = &call->sides[call->next_side];
    call->next_side = (guint8)((call->next_side + 1) % SX_MEDIA_MAX_SIDES);
    return oldest;
}

static void learn_side(const sx_context *context, guint64 tag, const sx_host *sender,
                       const sx_host *receiver, const sx_media_summary *summary, guint32 frame) {
    sx_media_call *call = sx_media_make_call(context);
    guint64 key = side_key(tag, sender, receiver);
    sx_media_side *side = find_side(call, key);
    if (side == NULL)
        side = next_side(call);
    *side = (sx_media_side){.key = key,
                            .address = summary->address,
                            .codecs = sx_codecs_hash(&summary->codecs),
                            .types = summary->types,
                            .origin = summary->origin,
                            .content = summary->content,
                            .frame = frame,
                            .events = summary->events,
                            .video = summary->video,
                            .secure = summary->any_secure,
                            .hold = summary->hold};
}

/* What both sides agreed on: offers count when a 2xx accepts them, other descriptions at once. */
static void learn_sides(const sx_context *context) {
    const sx_media_memory *memory = sx_media_memory_of(context);
    const sx_observation *seen = &context->seen;
    guint code = sx_context_code(context);
    gboolean success = code >= 200 && code < 300;
    const sx_media_summary *offer = success ? sx_media_offer(context) : NULL;
    gboolean ack = code == 0 && seen->keys.method == SX_METHOD_ACK;
    if (memory->described && (ack || (code > 100 && code < 300)))
        learn_side(context, ack ? seen->keys.from_tag : seen->keys.to_tag, seen->source,
                   seen->destination, &memory->summary, context->packet->frame);
    if (offer != NULL)
        learn_side(context, seen->keys.from_tag, seen->transaction->client,
                   seen->transaction->server, offer, seen->transaction->frame);
}

static void learn_host(const sx_context *context) {
    sx_media_memory *memory = sx_media_memory_of(context);
    const sx_media_summary *summary = &memory->summary;
    guint32 frame = context->packet->frame;
    if (!memory->described || !summary->whole)
        return;
    sx_media_host *host = (sx_media_host *)sx_map_put(&memory->hosts, context->seen.source->key);
    host->sdp_frame = frame;
    host->profiles |= summary->profiles;
    host->kinds |= summary->kinds;
    host->suites |= summary->suites;
    host->events |= summary->events;
    host->ipv4 |= summary->ipv4;
    host->ipv6 |= summary->ipv6;
    if (summary->any_secure && host->secure_frame == 0)
        host->secure_frame = frame;
    if (summary->only_plain && host->plain_frame == 0)
        host->plain_frame = frame;
    if (summary->codecs.n == 0)
        return;
    sx_codecs_add(&host->codecs, &summary->codecs);
    host->frame = frame;
    memcpy(host->codec_names, summary->codec_names, sizeof host->codec_names);
}

/* The same dialog and the same two hosts, whoever sends. */
static gboolean concerns(const sx_media_refusal *refusal, const sx_observation *seen) {
    const sx_keys *keys = &seen->keys;
    gboolean tags =
        (refusal->asker_tag == keys->from_tag && refusal->refuser_tag == keys->to_tag) ||
        (refusal->asker_tag == keys->to_tag && refusal->refuser_tag == keys->from_tag);
    gboolean hosts = (refusal->asker == seen->source && refusal->refuser == seen->destination) ||
                     (refusal->asker == seen->destination && refusal->refuser == seen->source);
    return refusal->frame != 0 && tags && hosts;
}

sx_media_refusal *sx_media_open_refusal(const sx_context *context) {
    sx_media_call *call = sx_media_call_of(context);
    sx_media_refusal *newest = NULL;
    if (call == NULL || call->refusals == NULL)
        return NULL;
    for (guint i = 0; i < SX_MEDIA_MAX_REFUSALS; i++) {
        sx_media_refusal *refusal = &call->refusals[i];
        if (concerns(refusal, &context->seen) && !refusal->settled &&
            (newest == NULL || refusal->frame > newest->frame))
            newest = refusal;
    }
    return newest;
}

static void learn_refusal(const sx_context *context, guint outcome) {
    gboolean t38 = outcome == SX_DIAG_MEDIA_T38_REFUSED;
    const sx_observation *seen = &context->seen;
    if (seen->transaction == NULL || seen->transaction->keys.to_tag == 0 ||
        (!t38 && outcome != SX_DIAG_MEDIA_CHANGE_REFUSED && outcome != SX_DIAG_MEDIA_OFFER_BROKEN))
        return;
    sx_media_call *call = sx_media_make_call(context);
    if (call->refusals == NULL)
        call->refusals = g_new0(sx_media_refusal, SX_MEDIA_MAX_REFUSALS);
    call->refusals[call->next_refusal] = (sx_media_refusal){
        .asker_tag = seen->keys.from_tag,
        .refuser_tag = seen->keys.to_tag,
        .asker = seen->destination,
        .refuser = seen->source,
        .frame = context->packet->frame,
        .time = context->packet->time,
        .code = context->message->code,
        .t38 = t38,
    };
    call->next_refusal = (guint8)((call->next_refusal + 1) % SX_MEDIA_MAX_REFUSALS);
}

/* A change that is accepted ends the story of the refused ones. */
static void settle_refusals(const sx_context *context) {
    const sx_keys *keys = &context->seen.keys;
    guint code = sx_context_code(context);
    sx_media_refusal *refusal;
    if (code < 200 || code >= 300 ||
        (keys->method != SX_METHOD_INVITE && keys->method != SX_METHOD_UPDATE))
        return;
    while ((refusal = sx_media_open_refusal(context)) != NULL)
        refusal->settled = TRUE;
}

/* Keeps the offer of a request. */
static void keep_offer(const sx_media_summary *offer, sx_transaction *transaction) {
    if (SX_ATTACHED(transaction, &of_offer) == NULL)
        sx_media_offer_pack(offer, sx_attachment_add(&transaction->attached, &of_offer,
                                                     sx_media_offer_size(offer)));
}

/* Reads the description of a new message, if it has one. */
static void read_description(sx_context *context) {
    sx_media_memory *memory = sx_media_memory_of(context);
    const sx_message *message = context->message;
    sx_transaction *asked = message->is_response ? NULL : context->seen.transaction;
    sx_slice part;
    if (message->body.len == 0)
        return;
    if (asked != NULL)
        asked->body_type = sx_media_body_type(memory, message);
    if (!sx_body_find(message, "application/sdp", &part) || !sx_sdp_read(part, &memory->sdp))
        return;
    memory->described = TRUE;
    sx_media_summarize(&memory->sdp, &memory->summary);
    memory->summary.whole = message->body_complete;
    sx_media_read_version(memory, part);
    memory->summary.qos_required =
        memory->summary.qos && sx_message_has_token(message, SX_HDR_REQUIRE, "precondition");
    if (asked == NULL)
        return;
    keep_offer(&memory->summary, asked);
    sx_media_learn_flaws(context);
}

static void learn(sx_context *context) {
    sx_media_memory *memory = sx_media_memory_of(context);
    memory->described = FALSE;
    memory->proven.frame = 0;
    memory->answered = NULL;
    if (context->seen.repetition != SX_FIRST)
        return;
    read_description(context);
    sx_media_learn_exchange(context);
    sx_media_learn_address(context);
}

static void note(sx_context *context, guint outcome) {
    learn_sides(context);
    learn_host(context);
    settle_refusals(context);
    learn_refusal(context, outcome);
    sx_media_note_exchange(context);
    sx_media_note_address(context);
}

const sx_learner sx_media_learner = {
    .memory_size = sizeof(sx_media_memory),
    .memory_init = init,
    .memory_clear = clear,
    .any = learn,
    .after = note,
};
