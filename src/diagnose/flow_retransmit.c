/* SPDX-License-Identifier: GPL-2.0-or-later
 * Copies: packets captured twice, retransmissions (RFC 3261 section 17), and a second final response.
 */
#include "diagnose/flow.h"
#include "rules.h"
#include "wire/keyed_hash.h"

#define N_COUNTED 4096
#define FORGET (64 * SX_SECOND) /* an equal response this late is a new one */

gboolean sx_rule_benign_duplicate_capture(sx_context *context) {
    const sx_observation *seen = &context->seen;
    gint64 apart = ABS(context->packet->time - seen->original_time);
    sx_ev_benign_duplicate_capture_headline(context->out, seen->original_frame, apart);
    sx_ev_benign_duplicate_capture_original(context->out, seen->original_frame, apart);
    return TRUE;
}

/* What makes two responses the same: for those that the memory of calls does not tell apart. */
static guint64 counted_key(const sx_context *context, guint32 rseq) {
    const sx_keys *keys = &context->seen.keys;
    const sx_endpoint *from = &context->packet->source;
    const sx_endpoint *to = &context->packet->destination;
    guint64 key = sx_hash_number(keys->call_id, (guint64)keys->method << 32 | keys->cseq);
    key = sx_hash_number(sx_hash_number(key, keys->branch), keys->to_tag);
    key = sx_hash_number(key, (guint64)context->message->code << 32 | rseq);
    key = sx_hash_number(sx_hash_bytes(key, from->ip, from->ip_len), from->port);
    return sx_hash_number(sx_hash_bytes(key, to->ip, to->ip_len), to->port);
}

static sx_flow_counted *count_response(const sx_context *context, guint32 rseq) {
    sx_flow_memory *memory = sx_flow_memory_of(context);
    guint64 key = counted_key(context, rseq);
    gint64 now = context->packet->time;
    if (memory->counted == NULL)
        memory->counted = g_new0(sx_flow_counted, N_COUNTED);
    sx_flow_counted *entry = &memory->counted[key % N_COUNTED];
    if (entry->key != key || sx_gap(entry->last_time, now) > FORGET)
        *entry = (sx_flow_counted){.key = key, .time = now, .frame = context->packet->frame};
    if (entry->copies < G_MAXUINT16)
        entry->copies++;
    entry->last_time = now;
    return entry;
}

void sx_flow_retransmit_learn(sx_context *context) {
    const sx_observation *seen = &context->seen;
    sx_transaction *t = seen->transaction;
    guint32 rseq = 0;
    if (context->message->is_response) {
        gboolean orphan = t == NULL && context->message->code >= 200;
        if (orphan || sx_flow_is_reliable(context->message, &rseq))
            sx_flow_memory_of(context)->present = count_response(context, rseq);
        if (t == NULL || t->response_frame != context->packet->frame)
            return;
        if (context->packet->destination.port != t->client_port)
            sx_flow_keep(t)->answer_port = context->packet->destination.port;
    }
}

gboolean sx_rule_retransmit_second_final(sx_context *context) {
    const sx_observation *seen = &context->seen;
    const sx_transaction *t = seen->transaction;
    const sx_final *first = t->final;
    guint code = context->message->code;
    if (first == NULL || seen->final == first || seen->relayed_from != NULL ||
        !sx_flow_is_whole(context))
        return FALSE;
    gboolean invite = t->keys.method == SX_METHOD_INVITE;
    /* A forked INVITE may be answered several times (RFC 3261 section 13.2.2.4). */
    if (invite && (code == first->code || (code < 300 && first->code < 300)))
        return FALSE;
    gint64 apart = sx_gap(first->time, context->packet->time);
    if (code == first->code) {
        sx_ev_retransmit_second_final_new_tag(context->out, code, first->frame, apart);
    } else {
        sx_ev_retransmit_second_final_headline(context->out, first->code, apart);
        sx_ev_retransmit_second_final_first(context->out, first->code, first->frame, apart);
    }
    if (t->copies > 1)
        sx_ev_retransmit_second_final_request_copies(context->out, t->copies, t->last_copy_frame);
    return TRUE;
}

/* The code of the first response, if it is one of those that are remembered; else 0. */
static guint code_of_answer(const sx_transaction *t, guint32 frame) {
    for (const sx_final *final = t->final; final != NULL; final = final->next) {
        if (final->frame == frame)
            return final->code;
    }
    if (t->trying_frame == frame)
        return 100;
    return t->ring_frame == frame ? t->ring_code : 0;
}

static void tell_return_path(sx_context *context, const sx_transaction *t) {
    const sx_flow_kept *kept = sx_flow_kept_of(t);
    sx_header_walk walk = {0};
    sx_slice via;
    sx_slice value;
    if (kept != NULL && kept->answer_port != 0)
        sx_ev_retransmit_response_lost_port(context->out, kept->answer_port, t->client_port);
    if (!sx_message_next_element(context->message, SX_HDR_VIA, &walk, &via))
        return;
    if (sx_slice_param(via, "rport", &value))
        sx_ev_retransmit_response_lost_rport(context->out);
    else
        sx_ev_retransmit_response_lost_no_rport(context->out);
}

gboolean sx_rule_retransmit_response_lost(sx_context *context) {
    sx_transaction *t = context->seen.transaction;
    gint64 since;
    guint32 frame;
    if (context->seen.repetition != SX_COPY || t == NULL ||
        !sx_transaction_ended_copies(t, &since, &frame))
        return FALSE;
    gint64 late = sx_gap(since, context->packet->time);
    if (late < SX_FLOW_LATE || t->copies_after_response < 2 ||
        (t->reported & SX_REPORTED_RESPONSE_LOST) != 0 || !sx_flow_is_whole(context) ||
        sx_flow_has_answered_twin(context, t))
        return FALSE;
    t->reported |= SX_REPORTED_RESPONSE_LOST;
    guint code = code_of_answer(t, frame);
    sx_ev_retransmit_response_lost_headline(context->out, late, frame);
    if (code != 0)
        sx_ev_retransmit_response_lost_answer(context->out, code, frame, late);
    else
        sx_ev_retransmit_response_lost_response(context->out, frame, late);
    sx_ev_retransmit_response_lost_copies(context->out, context->seen.copy_number, t->frame);
    tell_return_path(context, t);
    return TRUE;
}

/* A request of a fork whose silence was reported at another branch. */
static void tell_silent_fork(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    gboolean reported;
    if (context->message->is_response || t->response_frame != 0 ||
        (t->reported & SX_REPORTED_SILENCE) != 0)
        return;
    guint branches = sx_flow_silent_branches(context, t, &reported);
    if (branches > 1 && reported)
        sx_ev_retransmit_repeated_branches(context->out, branches);
}

gboolean sx_rule_retransmit_repeated(sx_context *context) {
    const sx_observation *seen = &context->seen;
    const sx_flow_counted *counted = sx_flow_memory_of(context)->present;
    guint number = seen->copy_number;
    guint32 frame = seen->original_frame;
    gint64 since = seen->original_time;
    if (!sx_flow_is_whole(context) || seen->keys.method == SX_METHOD_ACK)
        return FALSE;
    if (seen->repetition != SX_COPY) {
        if (counted == NULL || counted->copies < 2)
            return FALSE;
        number = counted->copies;
        frame = counted->frame;
        since = counted->time;
    }
    gint64 later = sx_gap(since, context->packet->time);
    sx_ev_retransmit_repeated_headline(context->out, number, later);
    sx_ev_retransmit_repeated_copy(context->out, number, frame, later);
    if (seen->repetition == SX_COPY)
        tell_silent_fork(context);
    return TRUE;
}
