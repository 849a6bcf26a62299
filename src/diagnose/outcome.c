/* SPDX-License-Identifier: GPL-2.0-or-later
 * The outcomes by default: nothing is silent. The words about the code come from the code's own file.
 */
#include "details/q850.h"
#include "diagnose/diagnose.h"
#include "diagnose/family.h"
#include "diagnose/media.h"
#include "evidence.h"
#include "knowledge/knowledge.h"

#define ANY_RESPONSE (SX_ON_RESPONSE | SX_ON_ORPHAN)

/* Each default says how long after its request the response came, if the request is in the capture. */
#define DEFAULT_RULE(name)                                                                         \
    static gboolean name(sx_context *context) {                                                    \
        const sx_transaction *transaction = context->seen.transaction;                             \
        if (transaction != NULL)                                                                   \
            sx_ev_##name##_answered(context->out, sx_context_since_request(context),               \
                                    transaction->frame);                                           \
        return TRUE;                                                                               \
    }

/* An acceptance also says where its session description does not fit the offer. */
#define ACCEPTANCE_RULE(name)                                                                      \
    DEFAULT_RULE(name)                                                                             \
    static gboolean name##_with_answer(sx_context *context) {                                      \
        sx_media_tell_answer(context);                                                             \
        return name(context);                                                                      \
    }

ACCEPTANCE_RULE(normal_provisional)
ACCEPTANCE_RULE(normal_success)
DEFAULT_RULE(normal_redirect)

/* Whether a cause tells more than the code may: 16, 31 and 127 stand for anything. */
static gboolean is_specific(gint cause) {
    return cause > 0 && cause != 16 && cause != 31 && cause != 127 &&
           sx_q850_name((guint)cause) != NULL;
}

/* A failure also says which ISDN cause came with it. */
#define FAILURE_RULE(name)                                                                         \
    DEFAULT_RULE(name)                                                                             \
    static gboolean name##_with_cause(sx_context *context) {                                       \
        gint cause = sx_reason_q850(context->message);                                             \
        if (is_specific(cause))                                                                    \
            sx_ev_##name##_headline_cause(context->out, sx_q850_name((guint)cause),                \
                                          (guint64)cause);                                         \
        if (cause > 0)                                                                             \
            sx_ev_##name##_cause(context->out, (guint64)cause, sx_q850_name((guint)cause));        \
        sx_media_tell_unsupported_type(context);                                                   \
        return name(context);                                                                      \
    }

FAILURE_RULE(failure_client)
FAILURE_RULE(failure_server)
FAILURE_RULE(failure_global)

static gboolean failure_unknown_code(sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    if (sx_knowledge_code(context->message->code)->status != SX_CODE_CLASS)
        return FALSE;
    if (transaction != NULL)
        sx_ev_failure_unknown_code_answered(context->out, sx_context_since_request(context),
                                            transaction->frame);
    return TRUE;
}

const sx_rule sx_default_rules[] = {
    {SX_DIAG_NORMAL_PROVISIONAL, ANY_RESPONSE, 100, 199, 0, normal_provisional_with_answer},
    {SX_DIAG_NORMAL_SUCCESS, ANY_RESPONSE, 200, 299, 0, normal_success_with_answer},
    {SX_DIAG_NORMAL_REDIRECT, ANY_RESPONSE, 300, 399, 0, normal_redirect},
    {SX_DIAG_FAILURE_CLIENT, ANY_RESPONSE, 400, 499, 0, failure_client_with_cause},
    {SX_DIAG_FAILURE_SERVER, ANY_RESPONSE, 500, 599, 0, failure_server_with_cause},
    {SX_DIAG_FAILURE_GLOBAL, ANY_RESPONSE, 600, 699, 0, failure_global_with_cause},
    {SX_DIAG_FAILURE_UNKNOWN_CODE, ANY_RESPONSE, 300, 699, 0, failure_unknown_code},
};
const guint sx_n_default_rules = G_N_ELEMENTS(sx_default_rules);

const sx_family *const sx_families[SX_N_FAMILIES] = {
    [SX_FAMILY_AUTH] = &sx_auth_family,       [SX_FAMILY_MEDIA] = &sx_media_family,
    [SX_FAMILY_SESSION] = &sx_session_family, [SX_FAMILY_POLICY] = &sx_policy_family,
    [SX_FAMILY_ROUTE] = &sx_route_family,     [SX_FAMILY_FLOW] = &sx_flow_family,
};
