/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "retransmit": packets captured twice, and copies that the timers of RFC 3261 section 17 send.
 */
#include "diagnose/retransmit/retransmit.h"

#include "diagnose/header/header.h"

#include "diagnose/context.h"
#include "diagnose/learner.h"
#include "diagnose/retransmit/retransmit_state.h"
#include "diagnose/timer/timer.h"
#include "evidence.h"
#include "rules.h"
#include "wire/keyed_hash.h"

#define MAX_COUNTED 4096
#define THIRD_COPY (1200 * SX_MILLISECOND)
#define FORGET (64 * SX_SECOND) /* an equal response this late is a new one */

/** Of the whole capture, and of the message at hand. */
typedef struct {
    sx_bounded_map counted;       /* sx_counted_response */
    sx_counted_response *present; /* that of the message; NULL: it has none */
} retransmit_memory;

static retransmit_memory *memory_of(const sx_context *context) {
    return (retransmit_memory *)context->memory[SX_LEARNER_RETRANSMIT];
}

static void init(void *memory) {
    sx_map_init(&((retransmit_memory *)memory)->counted, sizeof(sx_counted_response), MAX_COUNTED);
}

static void clear(void *memory) {
    sx_map_clear(&((retransmit_memory *)memory)->counted);
}

sx_counted_response *sx_retransmit_counted(const sx_context *context) {
    return memory_of(context)->present;
}

gboolean sx_retransmit_is_third(const sx_context *context, guint copies, gint64 first_time) {
    gint64 gap = sx_gap(first_time, context->packet->time);
    gint64 least = context->precision < SX_TIME_SECONDS    ? THIRD_COPY
                   : context->precision == SX_TIME_SECONDS ? SX_SECOND
                                                           : 0;
    return copies >= 3 && gap >= least;
}

gboolean sx_retransmit_is_reliable(const sx_message *message, guint32 *rseq) {
    guint digits;
    if (!message->is_response || message->code <= 100 || message->code >= 200)
        return FALSE;
    *rseq = sx_slice_number(sx_message_header(message, SX_HDR_RSEQ), &digits);
    return digits > 0 && sx_message_has_token(message, SX_HDR_REQUIRE, "100rel");
}

/* What makes two responses the same: for those that the memory of calls does not tell apart. */
static guint64 counted_key(const sx_context *context, guint32 rseq) {
    const sx_keys *keys = &context->seen.keys;
    guint64 key = sx_hash_number(keys->call_id, (guint64)keys->method << 32 | keys->cseq);
    key = sx_hash_number(sx_hash_number(key, keys->branch), keys->to_tag);
    key = sx_hash_number(key, (guint64)context->message->code << 32 | rseq);
    return sx_hash_number(key, context->seen.flow);
}

static sx_counted_response *count_response(const sx_context *context, guint32 rseq) {
    guint64 key = counted_key(context, rseq);
    gint64 now = context->packet->time;
    sx_counted_response *counted =
        (sx_counted_response *)sx_map_put(&memory_of(context)->counted, key);
    if (counted->copies == 0 || sx_gap(counted->last_time, now) > FORGET)
        *counted = (sx_counted_response){.key = key, .time = now, .frame = context->packet->frame};
    if (counted->copies < G_MAXUINT16)
        counted->copies++;
    counted->last_time = now;
    return counted;
}

static void count(sx_context *context) {
    const sx_message *message = context->message;
    guint32 rseq = 0;
    gboolean orphan =
        message->is_response && message->code >= 200 && context->seen.transaction == NULL;
    memory_of(context)->present =
        orphan || sx_retransmit_is_reliable(message, &rseq) ? count_response(context, rseq) : NULL;
}

gboolean sx_rule_benign_duplicate_capture(sx_context *context) {
    const sx_observation *seen = &context->seen;
    gint64 apart = ABS(context->packet->time - seen->original_time);
    sx_ev_benign_duplicate_capture_headline(context->out, seen->original_frame, apart);
    sx_ev_benign_duplicate_capture_original(context->out, seen->original_frame, apart);
    return TRUE;
}

gboolean sx_rule_retransmit_second_final(sx_context *context) {
    const sx_observation *seen = &context->seen;
    const sx_transaction *t = seen->transaction;
    const sx_final *first = t->final;
    guint code = context->message->code;
    if (first == NULL || seen->final == first || seen->relayed_from != NULL ||
        !context->message->headers_complete)
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

/* A request of a fork whose silence was reported at another branch. */
static void add_silent_fork(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    gboolean reported;
    if (context->message->is_response || t->response_frame != 0 ||
        (t->reported & SX_REPORTED_SILENCE) != 0)
        return;
    guint branches = sx_timer_silent_branches(context, t, &reported);
    if (branches > 1 && reported)
        sx_ev_retransmit_repeated_branches(context->out, branches);
}

/* A newer request with the branch of the one that is answered once more: the server may not tell them apart. */
static void add_same_branch(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_transaction *newest = sx_calls_transaction(context->calls, context->seen.call->newest);
    if (!context->message->is_response || newest == NULL || t == NULL || newest == t ||
        t->keys.branch == 0 || newest->keys.branch != t->keys.branch ||
        newest->client != t->client || newest->keys.method != t->keys.method)
        return;
    sx_ev_retransmit_repeated_same_branch(context->out, sx_transaction_method(newest),
                                          newest->frame, sx_header_top_branch(context));
}

gboolean sx_rule_retransmit_repeated(sx_context *context) {
    const sx_observation *seen = &context->seen;
    const sx_counted_response *counted = sx_retransmit_counted(context);
    guint number = seen->copy_number;
    guint32 frame = seen->original_frame;
    gint64 since = seen->original_time;
    if (!context->message->headers_complete || seen->keys.method == SX_METHOD_ACK)
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
    if (seen->repetition == SX_COPY) {
        add_silent_fork(context);
        add_same_branch(context);
    }
    return TRUE;
}

const sx_learner sx_retransmit_learner = {
    .memory_size = sizeof(retransmit_memory),
    .memory_init = init,
    .memory_clear = clear,
    .any = count,
    .response = sx_retransmit_learn_port,
};
