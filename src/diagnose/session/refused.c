/* SPDX-License-Identifier: GPL-2.0-or-later
 * Requests in a dialog that were refused as if they were new ones. Their Request-URI came from the other side and their Route
 * from the way of the INVITE, so the refusal speaks of routing, not of accounts and numbers (RFC 3261 section 12.2, RFC 5057
 * section 5.1).
 */
#include "diagnose/compare.h"
#include "diagnose/session/session_state.h"
#include "evidence.h"
#include "rules.h"

static void add_headline(sx_context *context, const sx_difference *first) {
    const char *method = sx_transaction_method(context->seen.transaction);
    switch ((sx_way)first->what) {
    case SX_WAY_NO_ROUTE: sx_ev_session_misrouted_headline_no_route(context->out, method); break;
    case SX_WAY_ROUTE_ORDER:
    case SX_WAY_ROUTE: sx_ev_session_misrouted_headline_route(context->out, method); break;
    case SX_WAY_TARGET:
    case SX_WAY_USER: sx_ev_session_misrouted_headline_target(context->out, method); break;
    default: sx_ev_session_misrouted_headline_place(context->out, method);
    }
}

static void add_words(sx_context *context,
                      void (*add)(sx_finding_builder *out, const char *words)) {
    const char *words = sx_context_words(context);
    if (words != NULL)
        add(context->out, words);
}

gboolean sx_rule_session_misrouted(sx_context *context) {
    const sx_differences *found = sx_differences_of(context->seen.transaction);
    if (found == NULL || context->message->code == 481 ||
        !sx_may_be_of_routing(context->message->code))
        return FALSE;
    add_headline(context, &found->items[0]);
    add_words(context, sx_ev_session_misrouted_reason);
    return TRUE;
}

gboolean sx_rule_session_request_refused(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    if (t->keys.to_tag == 0 || !sx_is_of_routing(context->message->code))
        return FALSE;
    sx_ev_session_request_refused_headline(context->out, sx_transaction_method(t),
                                           context->message->code);
    const sx_dialog *dialog = sx_call_dialog(context->seen.call, t->keys.from_tag, t->keys.to_tag);
    if (dialog != NULL && dialog->confirmed_frame != 0 && dialog->confirmed_frame < t->frame)
        sx_ev_session_request_refused_set_up(context->out, dialog->confirmed_frame,
                                             sx_gap(dialog->confirmed_time, t->time));
    add_words(context, sx_ev_session_request_refused_reason);
    return TRUE;
}
