/* SPDX-License-Identifier: GPL-2.0-or-later
 * A NOTIFY that overtakes the 2xx to its SUBSCRIBE or REFER: it makes the subscription (RFC 6665 section 4.1.2.4).
 */
#include "diagnose/learner.h"
#include "diagnose/subscribe/subscribe.h"
#include "diagnose/subscribe/subscribe_state.h"
#include "evidence.h"
#include "rules.h"

#define SOON (5 * SX_SECOND)

/* Whether a request asks for the very events that a NOTIFY brings. */
static gboolean asks_for(const sx_transaction *request, const sx_transaction *notify) {
    const char *event = sx_subscribe_event(notify);
    const char *wanted =
        request->keys.method == SX_METHOD_REFER ? "refer" : sx_subscribe_event(request);
    return event != NULL && wanted != NULL && g_ascii_strcasecmp(event, wanted) == 0;
}

/* Whether no answer had come when the NOTIFY was sent; the one that is missing may not have been captured. */
static gboolean was_open(const sx_transaction *request, const sx_transaction *notify) {
    const sx_final *final = request->final;
    if (final == NULL)
        return sx_gap(request->time, notify->time) < SOON;
    return final->time > notify->time && final->code < 300;
}

/* The request that was open when the NOTIFY was sent; NULL if there is none. */
static const sx_transaction *open_request(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    sx_transaction_walk walk = {0};
    const sx_transaction *other;
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        gboolean asks =
            other->keys.method == SX_METHOD_SUBSCRIBE || other->keys.method == SX_METHOD_REFER;
        if (asks && other->id < t->id && other->keys.from_tag == t->keys.to_tag &&
            other->client == t->server && other->server == t->client && asks_for(other, t) &&
            was_open(other, t))
            return other;
    }
    return NULL;
}

gboolean sx_rule_subscribe_notify_before_answer(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_transaction *request = t->keys.to_tag != 0 && sx_subscribe_ends(context->message->code)
                                        ? open_request(context)
                                        : NULL;
    if (request == NULL)
        return FALSE;
    const char *method = sx_transaction_method(request);
    sx_ev_subscribe_notify_before_answer_belongs(context->out, t->frame, method, request->frame);
    if (request->final != NULL)
        sx_ev_subscribe_notify_before_answer_answered(context->out, request->final->code, method,
                                                      request->final->frame,
                                                      sx_gap(t->time, request->final->time));
    return TRUE;
}
