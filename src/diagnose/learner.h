/* SPDX-License-Identifier: GPL-2.0-or-later
 * Who learns from the messages of a capture what rules need later: most families of diagnoses, and what serves several.
 * Of the whole capture each remembers what it likes in context->memory[]; to calls and transactions it attaches it.
 */
#ifndef SX_DIAGNOSE_LEARNER_H
#define SX_DIAGNOSE_LEARNER_H

#include "diagnose/rule.h"

/** All of them, in the order in which they learn. */
typedef enum {
    SX_LEARNER_REQUESTS,
    SX_LEARNER_TOLD,
    SX_LEARNER_COMPARE,
    SX_LEARNER_AUTH,
    SX_LEARNER_STIR,
    SX_LEARNER_MEDIA,
    SX_LEARNER_SESSION,
    SX_LEARNER_SUBSCRIBE,
    SX_LEARNER_TRANSFER,
    SX_LEARNER_POLICY,
    SX_LEARNER_CALLEE,
    SX_LEARNER_REGISTER,
    SX_LEARNER_VENDOR,
    SX_LEARNER_ROUTE,
    SX_LEARNER_HEADER,
    SX_LEARNER_ACK,
    SX_LEARNER_RETRANSMIT,
    SX_LEARNER_TIMER,
    SX_LEARNER_ANSWERED,
    SX_N_LEARNERS
} sx_learner_id;

/** One of them. Quoted messages and packets captured twice teach nothing. Any function may be NULL. */
typedef struct {
    gsize memory_size; /* of what it remembers of the capture, all zero at first; 0: nothing */
    void (*memory_init)(void *memory);
    void (*memory_clear)(void *memory);    /* frees what hangs on it, but not itself */
    void (*any)(sx_context *context);      /* any message, retransmissions too; before the rules */
    void (*request)(sx_context *context);  /* a new request, ACK too; before the rules */
    void (*response)(sx_context *context); /* a new response; before the rules */
    void (*after)(sx_context *context,     /* a new message; after the rules */
                  guint outcome);          /* sx_diagnosis_id of the outcome */
    void (*refusal)(sx_context *context);  /* after that: rows about a response from 300 on */
} sx_learner;

extern const sx_learner sx_requests_learner, sx_told_learner, sx_compare_learner, sx_auth_learner,
    sx_stir_learner, sx_media_learner, sx_session_learner, sx_subscribe_learner,
    sx_transfer_learner, sx_policy_learner, sx_callee_learner, sx_register_learner,
    sx_vendor_learner, sx_route_learner, sx_header_learner, sx_ack_learner, sx_retransmit_learner,
    sx_timer_learner, sx_answered_learner;

/** By sx_learner_id. */
extern const sx_learner *const sx_learners[SX_N_LEARNERS];

/** All learn from a message before the rules, from a new one also after them; outcome: sx_diagnosis_id. */
void sx_learn_before(sx_context *context);
void sx_learn_after(sx_context *context, guint outcome);

/** Adds what they can say of a new refusal from other messages, as evidence of the finding that is being made. */
void sx_add_refusal_rows(sx_context *context);

/** Makes the memories of all, for a new capture. */
void sx_memories_new(void *memories[SX_N_LEARNERS]);

/** Frees them. */
void sx_memories_free(void *memories[SX_N_LEARNERS]);

#endif
