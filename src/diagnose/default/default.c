/* SPDX-License-Identifier: GPL-2.0-or-later
 * The outcomes by default: nothing is silent. The words about the code come from the code's own file.
 */
#include "details/q850.h"
#include "diagnose/context.h"
#include "diagnose/media/media.h"
#include "diagnose/register/register.h"
#include "diagnose/said.h"
#include "evidence.h"
#include "knowledge/knowledge.h"
#include "rules.h"

/* Each default says how long after its request the response came, if the request is in the capture. */
#define ADD_ANSWERED(context, name)                                                                \
    do {                                                                                           \
        if ((context)->seen.transaction != NULL)                                                   \
            sx_ev_##name##_answered((context)->out, sx_context_since_request(context),             \
                                    (context)->seen.transaction->frame);                           \
    } while (0)

gboolean sx_rule_normal_provisional(sx_context *context) {
    ADD_ANSWERED(context, normal_provisional);
    return TRUE;
}

gboolean sx_rule_normal_success(sx_context *context) {
    if (context->seen.keys.method == SX_METHOD_REGISTER && context->seen.transaction != NULL)
        sx_register_add_granted(context, sx_ev_normal_success_granted);
    sx_media_hold hold = sx_media_accepted_hold(context);
    if (hold == SX_MEDIA_HOLD) {
        sx_ev_normal_success_headline_hold(context->out);
        sx_ev_normal_success_hold(context->out, context->seen.transaction->frame);
    } else if (hold == SX_MEDIA_RESUME) {
        sx_ev_normal_success_headline_resume(context->out);
        sx_ev_normal_success_resume(context->out, context->seen.transaction->frame);
    }
    ADD_ANSWERED(context, normal_success);
    return TRUE;
}

gboolean sx_rule_normal_redirect(sx_context *context) {
    ADD_ANSWERED(context, normal_redirect);
    return TRUE;
}

/* Whether a cause tells more than the code may: 16, 31 and 127 stand for anything. */
static gboolean is_specific(gint cause) {
    return cause > 0 && cause != 16 && cause != 31 && cause != 127 &&
           sx_q850_name((guint)cause) != 0;
}

/* A failure also says which words and which ISDN cause came with it. */
#define FAILURE_RULE(name)                                                                         \
    gboolean sx_rule_##name(sx_context *context) {                                                 \
        gint cause = sx_reason_q850(context->message);                                             \
        const char *words = sx_said_telling(context, is_specific(cause));                          \
        if (words != NULL)                                                                         \
            sx_ev_##name##_headline_said(context->out, words);                                     \
        if (is_specific(cause))                                                                    \
            sx_ev_##name##_headline_cause(context->out, sx_q850_name((guint)cause),                \
                                          (guint64)cause);                                         \
        if (cause > 0 && sx_q850_name((guint)cause) != 0)                                          \
            sx_ev_##name##_cause(context->out, sx_reason_q850_header(context->message),            \
                                 (guint64)cause, sx_q850_name((guint)cause));                      \
        sx_media_add_unsupported_type(context);                                                    \
        sx_register_add_shrunk(context);                                                           \
        ADD_ANSWERED(context, name);                                                               \
        return TRUE;                                                                               \
    }

FAILURE_RULE(failure_client)
FAILURE_RULE(failure_server)
FAILURE_RULE(failure_global)

gboolean sx_rule_failure_unknown_code(sx_context *context) {
    if (sx_knowledge_code(context->message->code)->status != SX_CODE_CLASS)
        return FALSE;
    ADD_ANSWERED(context, failure_unknown_code);
    return TRUE;
}
