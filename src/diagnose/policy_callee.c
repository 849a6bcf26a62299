/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the called side did: busy, declined, not there, no answer, or a machine that refused at once.
 */
#include "details/q850.h"
#include "diagnose/policy.h"
#include "evidence.h"
#include "rules.h"

#define MACHINE_ANSWER SX_SECOND          /* nobody picks up and refuses within this time */
#define LONG_RING (5 * SX_SECOND)         /* ringing that was left unanswered */
#define UNREGISTERED (30 * SX_SECOND)     /* grace after the end of a registration */
#define CALL_REJECTED 21                  /* Q.850 */
#define MAX_OPEN_CALL (14400 * SX_SECOND) /* a call whose BYE was not captured is forgotten then */

/* A call that was answered and has not ended in this capture. */
typedef struct {
    guint64 call_id;
    guint32 frame; /* of the 2xx */
    gint64 time;
} policy_open_call;

static void note_open_call(const sx_context *context, guint64 aor) {
    if (aor == 0)
        return;
    policy_open_call *open = g_new(policy_open_call, 1);
    *open = (policy_open_call){context->seen.keys.call_id, context->packet->frame,
                               context->packet->time};
    sx_policy_put(sx_policy_memory_of(context)->in_call, sx_policy_key(aor, 0), open);
}

static void forget_call(const sx_context *context, guint64 aor) {
    GHashTable *in_call = sx_policy_memory_of(context)->in_call;
    const policy_open_call *open = g_hash_table_lookup(in_call, sx_policy_key(aor, 0));
    if (open != NULL && open->call_id == context->seen.keys.call_id)
        g_hash_table_remove(in_call, sx_policy_key(aor, 0));
}

void sx_policy_learn_callee(sx_context *context) {
    guint code = sx_context_code(context);
    const sx_keys *keys = &context->seen.keys;
    if (keys->method == SX_METHOD_BYE && code == 0) {
        forget_call(context, keys->from_aor);
        forget_call(context, keys->to_aor);
    } else if (keys->method == SX_METHOD_INVITE && code >= 200 && code < 300 &&
               sx_policy_is_initial(context)) {
        note_open_call(context, keys->from_aor);
        note_open_call(context, keys->to_aor);
    }
}

static gint64 ring_time(const sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    return sx_gap(transaction->ring_time, context->packet->time);
}

/* Whether the server of this response sent the INVITE on, so that another one refused. */
static gboolean was_sent_on(const sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    sx_transaction_walk walk = {0};
    const sx_transaction *other;
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other != transaction && other->client == transaction->server &&
            other->keys.method == SX_METHOD_INVITE && other->keys.cseq == transaction->keys.cseq)
            return TRUE;
    }
    return FALSE;
}

static void tell_open_call(sx_context *context) {
    guint64 aor = context->seen.transaction->keys.to_aor;
    const policy_open_call *open =
        g_hash_table_lookup(sx_policy_memory_of(context)->in_call, sx_policy_key(aor, 0));
    if (open != NULL && open->call_id != context->seen.keys.call_id &&
        sx_gap(open->time, context->packet->time) < MAX_OPEN_CALL)
        sx_ev_callee_rejected_automatically_in_call(context->out, open->frame);
}

gboolean sx_rule_callee_rejected_automatically(sx_context *context) {
    static const char *const words[] = {"disturb", "dnd", NULL};
    const sx_transaction *transaction = context->seen.transaction;
    guint code = context->message->code;
    if ((code != 480 && code != 486 && code != 600 && code != 603) ||
        !sx_policy_is_initial(context))
        return FALSE;
    gint64 after = sx_context_since_request(context);
    gboolean said = sx_matches_with(sx_context_text(context), words, "do.not.disturb|\\bdnd\\b");
    gboolean at_once = code != 480 && transaction->ring_frame == 0 && after < MACHINE_ANSWER &&
                       !was_sent_on(context);
    if (!said && !at_once)
        return FALSE;
    if (said)
        sx_ev_callee_rejected_automatically_said(context->out, sx_context_said(context));
    if (transaction->ring_frame == 0)
        sx_ev_callee_rejected_automatically_never_rang(context->out, after, transaction->frame);
    tell_open_call(context);
    return TRUE;
}

/* What the registrations in this capture say about the callee; only where the phone never rang. */
static gboolean was_unregistered(sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    if (transaction->ring_frame != 0 || !sx_policy_is_initial(context))
        return FALSE;
    sx_policy_last_registration last = sx_policy_registration_of(context, transaction);
    if (last.frame == 0)
        return FALSE;
    gint64 since = sx_gap(last.ended, context->packet->time);
    if (last.removed)
        sx_ev_callee_not_registered_removed(context->out, last.frame, since);
    else if (since > UNREGISTERED)
        sx_ev_callee_not_registered_ended(context->out, last.frame, since);
    return last.removed || since > UNREGISTERED;
}

gboolean sx_rule_callee_not_registered(sx_context *context) {
    static const char *const words[] = {"not", "unregistered", "offline", "absent", NULL};
    static const char pattern[] = "not[ _](registered|logged|online)|unregistered|offline|"
                                  "subscriber absent";
    const char *text = sx_context_text(context);
    gboolean said = sx_matches_with(text, words, pattern);
    gboolean absent = sx_reason_q850(context->message) == 20;
    gboolean freeswitch = sx_policy_vendor_says(context, "freeswitch.user-not-registered");
    if (said)
        sx_ev_callee_not_registered_said(context->out, sx_context_said(context));
    if (absent)
        sx_ev_callee_not_registered_absent(context->out);
    if (freeswitch)
        sx_ev_callee_not_registered_freeswitch(context->out);
    gboolean shown = was_unregistered(context);
    return said || absent || freeswitch || shown;
}

gboolean sx_rule_callee_no_answer(sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    guint code = context->message->code;
    if ((code != 480 && code != 408 && code != 504) || !sx_policy_is_initial(context))
        return FALSE;
    gint cause = sx_reason_q850(context->message);
    gboolean told = code == 480 && (cause == 18 || cause == 19);
    gboolean rang = transaction->ring_frame != 0 && ring_time(context) >= LONG_RING;
    if ((!told && !rang) || (code == 480 && cause == CALL_REJECTED))
        return FALSE;
    if (rang)
        sx_ev_callee_no_answer_headline(context->out, ring_time(context));
    if (transaction->ring_frame != 0)
        sx_ev_callee_no_answer_rang(context->out, transaction->ring_code, transaction->ring_frame,
                                    ring_time(context));
    if (told)
        sx_ev_callee_no_answer_cause(context->out, (guint64)cause, sx_q850_name((guint)cause));
    return TRUE;
}

/* Evidence that busy and declined share: how long it rang, and the cause behind it. */
#define TELL_END(name, context)                                                                    \
    do {                                                                                           \
        const sx_transaction *transaction = (context)->seen.transaction;                           \
        gint cause = sx_reason_q850((context)->message);                                           \
        if (has_rung(transaction))                                                                 \
            sx_ev_##name##_rang((context)->out, ring_time(context), transaction->ring_frame);      \
        else if (transaction != NULL && transaction->ring_frame != 0)                              \
            sx_ev_##name##_progress((context)->out, transaction->ring_code,                        \
                                    transaction->ring_frame, ring_time(context));                  \
        else if (transaction != NULL)                                                              \
            sx_ev_##name##_answered((context)->out, sx_context_since_request(context),             \
                                    transaction->frame);                                           \
        else                                                                                       \
            sx_ev_##name##_orphan((context)->out);                                                 \
        if (cause >= 0)                                                                            \
            sx_ev_##name##_cause((context)->out, (guint64)cause);                                  \
    } while (0)

/* 181 to 183 may come without any ringing: announcements, forwarding. */
static gboolean has_rung(const sx_transaction *transaction) {
    return transaction != NULL && transaction->ring_frame != 0 && transaction->ring_code == 180;
}

static gboolean is_in_dialog(const sx_context *context) {
    return context->seen.transaction != NULL && context->seen.transaction->keys.to_tag != 0;
}

gboolean sx_rule_callee_busy(sx_context *context) {
    guint code = context->message->code;
    if ((code != 486 && code != 600) || is_in_dialog(context))
        return FALSE;
    if (has_rung(context->seen.transaction) && ring_time(context) >= LONG_RING)
        sx_ev_callee_busy_headline(context->out, ring_time(context));
    TELL_END(callee_busy, context);
    if (sx_message_has(context->message, SX_HDR_RETRY_AFTER))
        sx_ev_callee_busy_retry_after(context->out, sx_policy_header(context, SX_HDR_RETRY_AFTER));
    if (code == 600)
        sx_ev_callee_busy_everywhere(context->out);
    return TRUE;
}

gboolean sx_rule_callee_declined(sx_context *context) {
    guint code = context->message->code;
    if ((code != 603 && code != 607) || is_in_dialog(context))
        return FALSE;
    if (code == 607)
        sx_ev_callee_declined_headline(context->out);
    TELL_END(callee_declined, context);
    const char *phrase = sx_context_copy(context, sx_slice_trim(context->message->phrase));
    if (*phrase != '\0' && !sx_slice_is(sx_slice_trim(context->message->phrase), "Decline"))
        sx_ev_callee_declined_phrase(context->out, phrase);
    return TRUE;
}
