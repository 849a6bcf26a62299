/* SPDX-License-Identifier: GPL-2.0-or-later
 * A user or number that a server does not know: 404 and 604.
 */
#include <string.h>

#include "details/q850.h"
#include "diagnose/policy/policy.h"
#include "diagnose/register/register.h"
#include "diagnose/route/route_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/keyed_hash.h"
#include "wire/uri.h"

/* The called user is registered at the very server that does not find it: since which REGISTER; NULL if not. */
static const sx_transaction *registered_here(const sx_context *context, const sx_transaction *t,
                                             guint32 *frame) {
    return t->keys.method == SX_METHOD_INVITE || t->keys.method == SX_METHOD_MESSAGE
               ? sx_register_alive(context, t, frame)
               : NULL;
}

/* The host that was called registered other users with the one that calls. */
static void add_phone(sx_context *context, const sx_transaction *t, const char *user) {
    const sx_registered_phone *phone = sx_register_phone(context, t);
    const sx_transaction *registered =
        phone != NULL ? sx_calls_transaction(context->calls, phone->transaction) : NULL;
    const char *contact =
        registered != NULL ? sx_request_text(registered, SX_REQUEST_CONTACT) : NULL;
    if (contact == NULL || phone->users[G_N_ELEMENTS(phone->users) - 1] != 0)
        return; /* perhaps there were more */
    guint64 called = sx_hash_slice(0, (sx_slice){user, strlen(user)});
    for (guint i = 0; i < G_N_ELEMENTS(phone->users); i++) {
        if (phone->users[i] == called)
            return;
    }
    sx_ev_route_not_found_registered_as(context->out, contact, registered->frame, user);
}

static void add_target(sx_context *context, const sx_transaction *t, const char *user) {
    const char *host = sx_request_text(t, SX_REQUEST_TARGET_HOST);
    sx_word form = user != NULL ? sx_route_form(user) : 0;
    const char *known;
    guint32 frame;
    const sx_transaction *here = registered_here(context, t, &frame);
    if (user != NULL && here != NULL)
        sx_ev_route_not_found_headline_here(context->out, user);
    else if (user != NULL)
        sx_ev_route_not_found_headline(context->out, user);
    if (user != NULL || host != NULL)
        sx_ev_route_not_found_target(context->out, user ? user : "", host ? host : "", t->frame);
    if (form != 0)
        sx_ev_route_not_found_form(context->out, form);
    if (here != NULL)
        sx_ev_route_not_found_here(context->out, here->frame,
                                   sx_context_place(context, here->client, 0));
    if (sx_policy_wants_domain(context, t, &known, &frame))
        sx_ev_route_not_found_served(context->out, known, frame);
    if (user != NULL)
        add_phone(context, t, user);
}

/* The user of To, where it is another one. */
static void add_to(sx_context *context, const char *user) {
    sx_uri to;
    if (!sx_uri_read(sx_message_header(context->message, SX_HDR_TO), &to) || to.user.len == 0)
        return;
    const char *shown = sx_context_shown(context, to.user, SX_SHOWN);
    if (g_strcmp0(shown, user) != 0)
        sx_ev_route_not_found_to(context->out, shown);
}

gboolean sx_rule_route_not_found(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const char *user = sx_request_text(t, SX_REQUEST_TARGET);
    guint code = context->message->code;
    if ((code != 404 && code != 604) || (t ? t->keys.to_tag != 0 : context->seen.dialog != NULL))
        return FALSE;
    if (t != NULL)
        add_target(context, t, user);
    add_to(context, user);
    gint cause = sx_reason_q850(context->message);
    if (cause == 1 || cause == 3)
        sx_ev_route_not_found_cause(context->out, sx_reason_q850_header(context->message),
                                    (guint64)cause, sx_q850_name((guint)cause));
    guint32 registered = sx_register_frame(context, context->seen.keys.to_aor);
    guint32 frame;
    if (registered != 0 && (t == NULL || registered_here(context, t, &frame) == NULL))
        sx_ev_route_not_found_registered(context->out, registered);
    if (t == NULL)
        sx_ev_route_not_found_orphan(context->out);
    return TRUE;
}
