/* SPDX-License-Identifier: GPL-2.0-or-later
 * Private addresses for media that leave their network. Whether the next element replaces the address is seen only
 * when it sends the description on, so the finding waits for what comes back: it stands on that message.
 */
#include <string.h>

#include "diagnose/media/media_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/keyed_hash.h"
#include "wire/uri.h"

/* The m= line whose media cannot be reached from outside; NULL if there is none. */
static const sx_sdp_media *find_private_media(const sx_sdp *sdp) {
    for (guint i = 0; i < sdp->n_media; i++) {
        const sx_sdp_media *media = &sdp->media[i];
        if (sx_media_is_active(media) && sx_sdp_is_call_media(media) && !media->level.ice &&
            !sx_sdp_is_black_hole(media) && sx_host_is_private(media->level.address))
            return media;
    }
    return NULL;
}

/* Whether a description is the one that waits, sent on by the next element: a Via more, for a response a Via less. */
static gboolean is_sent_on(const sx_private_media *waiting, const sx_context *context) {
    const sx_keys *keys = &context->seen.keys;
    gboolean response = context->message->is_response;
    if (waiting->frame == 0 || waiting->cseq != keys->cseq || waiting->method != keys->method ||
        waiting->response != response)
        return FALSE;
    return response ? keys->n_vias < waiting->n_vias : keys->n_vias > waiting->n_vias;
}

/* Drops addresses that the next element has replaced. Answers whether one was sent on as it is. */
static gboolean compare_with_waiting(const sx_context *context, sx_media_call *call) {
    const sx_media_memory *memory = sx_media_memory_of(context);
    gboolean unchanged = FALSE;
    for (guint i = 0; i < call->n_privates; i++) {
        sx_private_media *waiting = &call->privates[i];
        if (!is_sent_on(waiting, context))
            continue;
        const sx_sdp_media *media = find_private_media(&memory->sdp);
        if (media != NULL && sx_hash_lower(0, media->level.address) == waiting->address)
            unchanged = TRUE;
        else
            waiting->frame = 0;
    }
    return unchanged;
}

static guint64 key_of(const sx_private_media *waiting) {
    return sx_hash_number(waiting->address, waiting->sender->key);
}

static gboolean is_reported(const sx_context *context, const sx_private_media *waiting) {
    return sx_map_find(&sx_media_memory_of(context)->reported, key_of(waiting)) != NULL;
}

/* Lets a private address in this message wait for its proof. */
static void wait_for_proof(const sx_context *context) {
    const sx_media_memory *memory = sx_media_memory_of(context);
    const sx_observation *seen = &context->seen;
    const sx_host *source = seen->source;
    const sx_host *destination = seen->destination;
    gboolean from_public = sx_ip_is_public(source->ip, source->ip_len);
    gboolean leaves = sx_ip_is_private(source->ip, source->ip_len) &&
                      sx_ip_is_public(destination->ip, destination->ip_len);
    const sx_sdp_media *media = from_public || leaves ? find_private_media(&memory->sdp) : NULL;
    if (media == NULL)
        return;
    sx_private_media waiting = {
        .frame = context->packet->frame,
        .transaction =
            context->message->is_response || !seen->transaction ? 0 : seen->transaction->id,
        .cseq = seen->keys.cseq,
        .method = (guint8)seen->keys.method,
        .response = context->message->is_response != FALSE,
        .from_public = from_public != FALSE,
        .n_vias = seen->keys.n_vias,
        .port = media->port,
        .address = sx_hash_lower(0, media->level.address),
        .sender = source,
        .next = destination,
    };
    if (is_reported(context, &waiting))
        return;
    sx_slice text = sx_slice_head(media->level.address, sizeof waiting.text - 1);
    memcpy(waiting.text, text.p, text.len);
    sx_media_call *call = sx_media_make_call(context);
    if (call->n_privates < SX_MEDIA_MAX_PRIVATE)
        call->privates = g_renew(sx_private_media, call->privates, ++call->n_privates);
    call->privates[call->next_private] = waiting;
    call->next_private = (guint8)((call->next_private + 1) % SX_MEDIA_MAX_PRIVATE);
}

/* An INVITE of the call with a public address: a later one with a private address is the fault of the sender. */
static void note_public_invite(const sx_context *context) {
    const sx_media_memory *memory = sx_media_memory_of(context);
    const sx_observation *seen = &context->seen;
    guint8 ip[16];
    if (context->message->is_response || seen->keys.method != SX_METHOD_INVITE)
        return;
    const sx_sdp_media *media = &memory->sdp.media[0];
    guint len = sx_uri_host_ip(media->level.address, ip);
    if (!sx_media_is_active(media) || !sx_sdp_is_call_media(media) || !sx_ip_is_public(ip, len))
        return;
    sx_media_call *call = sx_media_make_call(context);
    if (call->public_frame != 0)
        return;
    call->public_frame = context->packet->frame;
    call->public_cseq = seen->keys.cseq;
    call->public_sender = seen->source;
}

/* Whether the server saw the request come from a public address: a NAT stands in between. */
static gboolean shows_nat(const sx_context *context) {
    sx_header_walk walk = {0};
    sx_slice via, received;
    guint8 ip[16];
    if (!context->message->is_response ||
        !sx_message_next_element(context->message, SX_HDR_VIA, &walk, &via) ||
        !sx_slice_param(via, "received", &received))
        return FALSE;
    return sx_ip_is_public(ip, sx_uri_host_ip(received, ip));
}

/* Whether the message at hand, which comes back, proves that the address which waits went out as it is. A 100 may be
 * sent before the request is sent on, and a refused call has no media. */
static gboolean is_proof(const sx_context *context, const sx_private_media *waiting) {
    const sx_observation *seen = &context->seen;
    guint code = sx_context_code(context);
    if (waiting->frame == 0 || waiting->frame >= context->packet->frame || code == 100 ||
        code >= 300 || waiting->sender != seen->destination || waiting->next != seen->source ||
        is_reported(context, waiting))
        return FALSE;
    return waiting->from_public ||
           (waiting->transaction != 0 && seen->transaction != NULL &&
            seen->transaction->id == waiting->transaction && shows_nat(context));
}

/* Looks for what the message at hand proves; forgets offers that were refused, as no media follows. */
static void find_proof(const sx_context *context, sx_media_call *call) {
    sx_media_memory *memory = sx_media_memory_of(context);
    const sx_transaction *transaction = context->seen.transaction;
    sx_private_media *proven = NULL;
    for (guint i = 0; i < call->n_privates; i++) {
        sx_private_media *waiting = &call->privates[i];
        if (is_proof(context, waiting) && (proven == NULL || waiting->frame > proven->frame))
            proven = waiting;
        else if (sx_context_code(context) >= 300 && transaction != NULL &&
                 waiting->transaction == transaction->id)
            waiting->frame = 0;
    }
    if (proven == NULL)
        return;
    memory->proven = *proven;
    proven->frame = 0;
}

void sx_media_learn_address(sx_context *context) {
    const sx_media_memory *memory = sx_media_memory_of(context);
    sx_media_call *call = sx_media_call_of(context);
    gboolean waiting = call != NULL && call->privates != NULL;
    gboolean sent_on = waiting && memory->described && compare_with_waiting(context, call);
    if (waiting)
        find_proof(context, call);
    if (!memory->described || !memory->summary.whole)
        return;
    if (!sent_on)
        wait_for_proof(context);
    note_public_invite(context);
}

void sx_media_note_address(sx_context *context) {
    sx_media_memory *memory = sx_media_memory_of(context);
    if (memory->proven.frame != 0)
        sx_map_put(&memory->reported, key_of(&memory->proven));
}

static void add_private_address(sx_context *context, const sx_private_media *proven) {
    const sx_media_call *call = sx_media_call_of(context);
    sx_finding_builder *out = context->out;
    sx_header_walk walk = {0};
    sx_slice via, received = {"", 0};
    sx_ev_media_private_address_headline(out, proven->text);
    sx_ev_media_private_address_address(out, proven->text, proven->port, proven->frame);
    if (proven->from_public)
        sx_ev_media_private_address_source(out, sx_context_place(context, proven->sender, 0));
    else if (sx_message_next_element(context->message, SX_HDR_VIA, &walk, &via) &&
             sx_slice_param(via, "received", &received))
        sx_ev_media_private_address_received(out, sx_context_shown(context, received, SX_SHOWN));
    if (call->public_frame != 0 && call->public_cseq < proven->cseq &&
        call->public_sender == proven->sender && !proven->response)
        sx_ev_media_private_address_was_public(out, call->public_frame);
}

gboolean sx_rule_media_private_address(sx_context *context) {
    const sx_private_media *proven = &sx_media_memory_of(context)->proven;
    if (proven->frame == 0)
        return FALSE;
    add_private_address(context, proven);
    return TRUE;
}
