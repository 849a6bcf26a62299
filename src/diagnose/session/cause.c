/* SPDX-License-Identifier: GPL-2.0-or-later
 * Why a call was ended: the Reason of BYE and CANCEL (RFC 3326, ITU-T Q.850, 3GPP TS 24.229).
 */
#include "details/vendor_match.h"
#include "diagnose/session/session_state.h"
#include "evidence.h"
#include "rules.h"

typedef enum { SAYS_NOTHING, SAYS_NORMAL, SAYS_CAUSE } reason_kind;

/* A known cause number decides; the text only without one: "NORMAL_TEMPORARY_FAILURE" is a cause 41. */
static reason_kind kind_of(sx_context *context, const sx_reason *reason) {
    gboolean cancel = context->seen.keys.method == SX_METHOD_CANCEL;
    gint cause = reason->cause;
    if (sx_slice_is(reason->protocol, "Q.850") && cause > 0)
        return cause == 16 || cause == 31 || (cancel && cause == 26) ? SAYS_NORMAL : SAYS_CAUSE;
    if (sx_slice_is(reason->protocol, "SIP") && cause > 0)
        return cause == 200 || (cancel && cause == 487) ? SAYS_NORMAL : SAYS_CAUSE;
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

/* "Q.850 cause 41, temporary failure" */
static const char *describe(sx_context *context, const sx_reason *reason) {
    const char *protocol = sx_context_shown(context, reason->protocol, SX_SHOWN);
    sx_word meaning = sx_reason_meaning(reason);
    const char *name = meaning != 0 ? sx_word_text(SX_ENGLISH, meaning) : NULL;
    const sx_vendor_row *own = sx_vendor_own_cause(context->message, reason);
    if (own != NULL) {
        protocol = sx_word_text(SX_ENGLISH, sx_vendor_of(own)->name);
        name = reason->text.len > 0 ? sx_context_shown(context, reason->text, SX_SHOWN)
                                    : sx_word_text(SX_ENGLISH, own->means);
    }
    if (reason->cause < 0)
        return sx_context_print(context, "\"%s\"",
                                sx_context_shown(context, reason->text, SX_SHOWN_WHOLE));
    return sx_context_print(context, "%s cause %d%s%s", protocol, reason->cause, name ? ", " : "",
                            name ? name : "");
}

gboolean sx_rule_session_ended_with_cause(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_dialog *dialog = context->seen.dialog;
    sx_reason reason;
    if (!sx_message_has(context->message, SX_HDR_REASON) || t == NULL ||
        read_reasons(context, &reason) != SAYS_CAUSE ||
        sx_calls_relayed_request(context->calls, &context->seen) != NULL)
        return FALSE;
    sx_ev_session_ended_with_cause_headline(context->out, describe(context, &reason));
    sx_ev_session_ended_with_cause_sender(context->out, sx_transaction_method(t),
                                          sx_session_sender(context, t->keys.from_tag, t->client));
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
