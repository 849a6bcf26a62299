/* SPDX-License-Identifier: GPL-2.0-or-later
 * The list of learners, and their memories.
 */
#include "diagnose/learner.h"

const sx_learner *const sx_learners[SX_N_LEARNERS] = {
    [SX_LEARNER_REQUESTS] = &sx_requests_learner,
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
