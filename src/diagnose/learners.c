/* SPDX-License-Identifier: GPL-2.0-or-later
 * The list of learners, their memories, and who of them is asked when.
 */
#include "diagnose/learner.h"

const sx_learner *const sx_learners[SX_N_LEARNERS] = {
    [SX_LEARNER_REQUESTS] = &sx_requests_learner,
    [SX_LEARNER_TOLD] = &sx_told_learner,
    [SX_LEARNER_COMPARE] = &sx_compare_learner,
    [SX_LEARNER_AUTH] = &sx_auth_learner,
    [SX_LEARNER_STIR] = &sx_stir_learner,
    [SX_LEARNER_MEDIA] = &sx_media_learner,
    [SX_LEARNER_SESSION] = &sx_session_learner,
    [SX_LEARNER_SUBSCRIBE] = &sx_subscribe_learner,
    [SX_LEARNER_TRANSFER] = &sx_transfer_learner,
    [SX_LEARNER_POLICY] = &sx_policy_learner,
    [SX_LEARNER_CALLEE] = &sx_callee_learner,
    [SX_LEARNER_REGISTER] = &sx_register_learner,
    [SX_LEARNER_VENDOR] = &sx_vendor_learner,
    [SX_LEARNER_ROUTE] = &sx_route_learner,
    [SX_LEARNER_HEADER] = &sx_header_learner,
    [SX_LEARNER_ACK] = &sx_ack_learner,
    [SX_LEARNER_RETRANSMIT] = &sx_retransmit_learner,
    [SX_LEARNER_TIMER] = &sx_timer_learner,
    [SX_LEARNER_ANSWERED] = &sx_answered_learner,
};

void sx_memories_new(void *memories[SX_N_LEARNERS]) {
    for (guint i = 0; i < SX_N_LEARNERS; i++) {
        const sx_learner *learner = sx_learners[i];
        memories[i] = learner->memory_size > 0 ? g_malloc0(learner->memory_size) : NULL;
        if (learner->memory_init != NULL)
            learner->memory_init(memories[i]);
    }
}

void sx_memories_free(void *memories[SX_N_LEARNERS]) {
    for (guint i = 0; i < SX_N_LEARNERS; i++) {
        if (sx_learners[i]->memory_clear != NULL)
            sx_learners[i]->memory_clear(memories[i]);
        g_free(memories[i]);
    }
}

/* What all learners do on one kind of message, in their order. */
typedef struct {
    void (*functions[2 * SX_N_LEARNERS])(sx_context *context);
    guint n;
} lesson;

static struct {
    lesson copy, request, response, refusal;
    void (*after[SX_N_LEARNERS])(sx_context *context, guint outcome);
    guint n_after;
} lessons;

static void add(lesson *to, void (*function)(sx_context *context)) {
    if (function != NULL)
        to->functions[to->n++] = function;
}

static void collect_lessons(void) {
    for (guint i = 0; i < SX_N_LEARNERS; i++) {
        const sx_learner *learner = sx_learners[i];
        add(&lessons.copy, learner->any);
        add(&lessons.request, learner->any);
        add(&lessons.request, learner->request);
        add(&lessons.response, learner->any);
        add(&lessons.response, learner->response);
        add(&lessons.refusal, learner->refusal);
        if (learner->after != NULL)
            lessons.after[lessons.n_after++] = learner->after;
    }
}

static void take(const lesson *taken, sx_context *context) {
    for (guint i = 0; i < taken->n; i++)
        taken->functions[i](context);
}

void sx_learn_before(sx_context *context) {
    static gsize ready;
    if (g_once_init_enter(&ready)) {
        collect_lessons();
        g_once_init_leave(&ready, 1);
    }
    if (context->seen.repetition != SX_FIRST)
        take(&lessons.copy, context);
    else
        take(context->message->is_response ? &lessons.response : &lessons.request, context);
}

void sx_learn_after(sx_context *context, guint outcome) {
    for (guint i = 0; i < lessons.n_after; i++)
        lessons.after[i](context, outcome);
}

void sx_add_refusal_rows(sx_context *context) {
    take(&lessons.refusal, context);
}
