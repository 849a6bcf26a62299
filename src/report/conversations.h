/* SPDX-License-Identifier: GPL-2.0-or-later
 * Conversations: a call, a registration, a subscription, a lone request, each with one outcome. A challenge, a redirect
 * that was followed and a retry that worked are no outcome; a call that was answered and then dropped is a failure.
 */
#ifndef SX_REPORT_CONVERSATIONS_H
#define SX_REPORT_CONVERSATIONS_H

#include "diagnose/annotation.h"
#include "diagnose/rule.h"

typedef enum {
    SX_KIND_CALL,
    SX_KIND_REGISTRATION, /* of one address-of-record at one server, whatever the Call-ID */
    SX_KIND_SUBSCRIPTION,
    SX_KIND_PUBLICATION,
    SX_KIND_MESSAGE,
    SX_KIND_PROBE, /* OPTIONS */
    SX_KIND_OTHER,
    SX_N_KINDS
} sx_conversation_kind;

/** The stable English name of a kind, as users type it. */
const char *sx_conversation_kind_name(sx_conversation_kind kind);

/** The same for readers. */
sx_word sx_conversation_kind_label(sx_conversation_kind kind);

/** What a conversation came to. */
typedef enum {
    SX_OUTCOME_OPEN,       /* the capture ends before it could */
    SX_OUTCOME_DECIDED,    /* by a message */
    SX_OUTCOME_UNANSWERED, /* no final response, though the capture goes on */
    SX_OUTCOME_CHALLENGED, /* the last challenge was never answered, though the capture goes on */
    SX_OUTCOME_REDIRECTED, /* the same of a redirection that was not followed */
} sx_outcome_state;

/** The outcome of a conversation. */
typedef struct {
    sx_conversation_kind kind;
    sx_outcome_state state;
    sx_verdict verdict;
    guint16
        code; /* of the final response that decided it; 0: there was none, or it is that of the challenge */
    guint32 annotation; /* 1 + index of the annotation that decided it; 0: none */
} sx_outcome;

/** Whether it hangs on an answer that nothing followed, of which annotation tells the code. */
static inline gboolean sx_outcome_is_pending(const sx_outcome *outcome) {
    return outcome->state == SX_OUTCOME_CHALLENGED || outcome->state == SX_OUTCOME_REDIRECTED;
}

typedef struct sx_conversations sx_conversations;

/** An empty list; free it with sx_conversations_free(). */
sx_conversations *sx_conversations_new(void);
void sx_conversations_free(sx_conversations *all);

/**
 * Learns from a message, after the rules.
 * @param annotation of the message
 * @param index 1 + its index in the store; 0: it is not kept
 * @param lead sx_diagnosis_id that verdict and headline are from; SX_DIAG_NONE
 */
void sx_conversations_note(sx_conversations *all, const sx_context *context,
                           const sx_annotation *annotation, guint32 index, guint lead);

/**
 * The conversation of a message: a number from 1 on; 0: none.
 * @param call number of its call
 */
guint32 sx_conversations_of(const sx_conversations *all, const sx_message *message,
                            const sx_packet *packet, guint32 call);

/** How many there are. */
guint32 sx_conversations_count(const sx_conversations *all);

/** The outcome of a conversation, as far as it was fed. */
sx_outcome sx_conversations_outcome(const sx_conversations *all, guint32 conversation);

#endif
