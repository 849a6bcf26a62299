/* SPDX-License-Identifier: GPL-2.0-or-later
 * Why a call was ended: the Reason of BYE and CANCEL (RFC 3326, ITU-T Q.850, 3GPP TS 24.229).
 */
#include "details/vendor_match.h"
#include "diagnose/session/session_state.h"
#include "evidence.h"
#include "rules.h"

typedef enum { SAYS_NOTHING, SAYS_NORMAL, SAYS_CAUSE } reason_kind;

/* A proxy cancels all branches after a 6xx of one of them (RFC 3261 section 16.7 step 5): another device refused the call. */
static gboolean ended_by_other_branch(const sx_context *context, const sx_reason *reason) {
    return reason->cause >= 600 && reason->cause <= 699 &&
           sx_vendor_own_cause(context->message, reason) == NULL;
}

/* A known cause number decides; the text only without one: "NORMAL_TEMPORARY_FAILURE" is a cause 41. */
static reason_kind kind_of(sx_context *context, const sx_reason *reason) {
    gboolean cancel = context->seen.keys.method == SX_METHOD_CANCEL;
    gint cause = reason->cause;
    if (sx_slice_is(reason->protocol, "Q.850") && cause > 0)
        return cause == 16 || cause == 31 || (cancel && cause == 26) ? SAYS_NORMAL : SAYS_CAUSE;
    if (sx_slice_is(reason->protocol, "SIP") && cause > 0)
        return cause == 200 || (cancel && (cause == 487 || ended_by_other_branch(context, reason)))
                   ? SAYS_NORMAL
                   : SAYS_CAUSE;
    if (sx_slice_is(reason->protocol, "RELEASE_CAUSE") && cause > 0)
        return cause == 1 ? SAYS_NORMAL : SAYS_CAUSE;
    if (reason->text.len > 0) {
        char *text = g_ascii_strdown(sx_context_shown(context, reason->text, SX_SHOWN_WHOLE), -1);
        gboolean normal = sx_matches(text, "normal|user.?hung.?up|user.?ends.?call|call completed|"
                                           "completed elsewhere|originator.?cancel|transferred");
        g_free(text);
        return normal ? SAYS_NORMAL : SAYS_CAUSE;
    }
    return cause > 0 ? SAYS_CAUSE : SAYS_NOTHING;
}

/* The first Reason that is no normal clearing. One of normal clearing by SIP (answered elsewhere) explains the others. */
static reason_kind read_reasons(sx_context *context, sx_reason *telling) {
    sx_header_walk walk = {0};
    sx_reason reason;
    reason_kind all = SAYS_NOTHING;
    while (sx_reason_next(context->message, &walk, &reason)) {
        reason_kind kind = kind_of(context, &reason);
        if (kind == SAYS_NORMAL && sx_slice_is(reason.protocol, "SIP"))
            return SAYS_NORMAL;
        if (kind == SAYS_CAUSE && all != SAYS_CAUSE)
            *telling = reason;
        all = MAX(all, kind);
    }
    return all;
}

gboolean sx_session_clears_normally(sx_context *context) {
    sx_reason reason;
    return read_reasons(context, &reason) == SAYS_NORMAL;
}

/* "the call was ended with Q.850 cause 41, temporary failure" */
static void add_headline(sx_context *context, const sx_reason *reason) {
    sx_finding_builder *out = context->out;
    const sx_vendor_row *own = sx_vendor_own_cause(context->message, reason);
    const char *protocol = sx_context_shown(context, reason->protocol, SX_SHOWN);
    guint64 cause = (guint64)MAX(reason->cause, 0);
    sx_word meaning = own != NULL ? own->means : sx_reason_meaning(reason);
    if (reason->cause < 0)
        sx_ev_session_ended_with_cause_headline_text(
            out, sx_context_shown(context, reason->text, SX_SHOWN_WHOLE));
    else if (own != NULL && reason->text.len > 0)
        sx_ev_session_ended_with_cause_headline_own_text(
            out, sx_vendor_of(own)->name, cause, sx_context_shown(context, reason->text, SX_SHOWN));
    else if (own != NULL)
        sx_ev_session_ended_with_cause_headline_own(out, sx_vendor_of(own)->name, cause, meaning);
    else if (meaning != 0)
        sx_ev_session_ended_with_cause_headline(out, protocol, cause, meaning);
    else
        sx_ev_session_ended_with_cause_headline_number(out, protocol, cause);
}

static void add_sender(sx_context *context, const sx_transaction *t) {
    const char *method = sx_transaction_method(t);
    const char *address = sx_context_place(context, t->client, 0);
    switch (sx_session_party_of(context, t->keys.from_tag)) {
    case SX_PARTY_CALLER:
        sx_ev_session_ended_with_cause_sent_by_caller(context->out, method, address);
        break;
    case SX_PARTY_CALLEE:
        sx_ev_session_ended_with_cause_sent_by_callee(context->out, method, address);
        break;
    default: sx_ev_session_ended_with_cause_sender(context->out, method, address);
    }
}

gboolean sx_rule_session_ended_with_cause(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_dialog *dialog = context->seen.dialog;
    sx_reason reason;
    if (!sx_message_has(context->message, SX_HDR_REASON) || t == NULL ||
        read_reasons(context, &reason) != SAYS_CAUSE ||
        sx_calls_relayed_request(context->calls, &context->seen) != NULL)
        return FALSE;
    add_headline(context, &reason);
    add_sender(context, t);
    if (dialog != NULL && dialog->confirmed_frame != 0 &&
        dialog->confirmed_method == SX_METHOD_INVITE)
        sx_ev_session_ended_with_cause_talk(context->out,
                                            sx_gap(dialog->confirmed_time, context->packet->time),
                                            dialog->confirmed_frame);
    if (reason.text.len > 0 && reason.cause >= 0)
        sx_ev_session_ended_with_cause_text(context->out,
                                            sx_context_shown(context, reason.text, 2 * SX_SHOWN));
    return TRUE;
}
