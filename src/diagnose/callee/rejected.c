/* SPDX-License-Identifier: GPL-2.0-or-later
 * Calls that a device refused by itself: do not disturb, or a call that is open already.
 */
#include "diagnose/callee/callee_state.h"
#include "evidence.h"
#include "rules.h"

#define MAX_ENTRIES 20000
#define MAX_OPEN_CALL (14400 * SX_SECOND) /* a call whose BYE was not captured is forgotten then */

/** A call of an address-of-record that was answered and has not ended in this capture. */
typedef struct {
    guint64 key; /* of the address */
    guint64 call_id;
    gint64 time;
    guint32 frame; /* of the 2xx; 0: it has ended */
} open_call;

void sx_callee_init_open_calls(sx_callee_memory *memory) {
    sx_map_init(&memory->open_calls, sizeof(open_call), MAX_ENTRIES);
}

static open_call *open_call_of(const sx_context *context, guint64 aor) {
    open_call *open = (open_call *)sx_map_find(&sx_callee_memory_of(context)->open_calls, aor);
    return open != NULL && open->frame != 0 ? open : NULL;
}

static void end_call(const sx_context *context, guint64 aor) {
    open_call *open = open_call_of(context, aor);
    if (open != NULL && open->call_id == context->seen.keys.call_id)
        open->frame = 0;
}

void sx_callee_learn_bye(const sx_context *context) {
    end_call(context, context->seen.keys.from_aor);
    end_call(context, context->seen.keys.to_aor);
}

static void begin_call(const sx_context *context, guint64 aor) {
    if (aor == 0)
        return;
    open_call *open = (open_call *)sx_map_put(&sx_callee_memory_of(context)->open_calls, aor);
    *open =
        (open_call){aor, context->seen.keys.call_id, context->packet->time, context->packet->frame};
}

void sx_callee_learn_answer(const sx_context *context) {
    begin_call(context, context->seen.keys.from_aor);
    begin_call(context, context->seen.keys.to_aor);
}

guint32 sx_callee_other_call(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const open_call *open = t != NULL ? open_call_of(context, t->keys.to_aor) : NULL;
    gboolean other = open != NULL && open->call_id != context->seen.keys.call_id &&
                     sx_gap(open->time, context->packet->time) < MAX_OPEN_CALL;
    return other ? open->frame : 0;
}

/* Speed alone shows no machine: a line that is in use is busy at once. */
gboolean sx_rule_callee_rejected_automatically(sx_context *context) {
    static const char *const words[] = {"disturb", "dnd", NULL};
    const sx_transaction *transaction = context->seen.transaction;
    guint code = context->message->code;
    if ((code != 480 && code != 486 && code != 600 && code != 603) ||
        !sx_context_is_initial(context) ||
        !sx_matches_with(sx_context_text(context), words, "do.not.disturb|\\bdnd\\b"))
        return FALSE;
    sx_ev_callee_rejected_automatically_said(context->out, sx_context_said(context));
    if (transaction->ring_frame == 0)
        sx_ev_callee_rejected_automatically_never_rang(
            context->out, sx_context_since_request(context), transaction->frame);
    return TRUE;
}
