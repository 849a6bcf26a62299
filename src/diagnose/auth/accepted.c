/* SPDX-License-Identifier: GPL-2.0-or-later
 * Final answers to credentials: accepted, or refused with 403.
 */
#include "diagnose/auth/auth_state.h"
#include "diagnose/media/media.h"
#include "diagnose/register/register.h"
#include "diagnose/said.h"
#include "evidence.h"
#include "rules.h"

static gboolean was_challenged(const sx_transaction *prev) {
    return prev != NULL && prev->final != NULL &&
           (prev->final->code == 401 || prev->final->code == 407);
}

gboolean sx_rule_auth_succeeded(sx_context *context) {
    const sx_auth_memory *memory = sx_auth_memory_of(context);
    const sx_transaction *t = context->seen.transaction;
    const sx_auth_state *state = sx_auth_state_of(t);
    const sx_credentials *used = NULL;
    gboolean answers_prev = was_challenged(context->seen.prev);
    if (state == NULL)
        return FALSE;
    for (guint i = 0; i < state->n_credentials && used == NULL; i++) {
        const sx_credentials *one = &state->credentials[i];
        if ((answers_prev || (t->keys.to_tag == 0 && one->challenge_frame != 0)) &&
            sx_auth_find(&memory->recent, sx_auth_succeeded_key(t, one->nonce)) == NULL)
            used = one;
    }
    if (used == NULL)
        return FALSE;
    sx_ev_auth_succeeded_headline(context->out, used->user_text);
    if (used->challenge_frame != 0)
        sx_ev_auth_succeeded_challenged(context->out, used->challenge_frame, t->frame,
                                        sx_gap(used->challenge_time, t->time));
    sx_ev_auth_succeeded_realm(context->out, used->realm_text);
    sx_register_add_granted(context, sx_ev_auth_succeeded_granted);
    return TRUE;
}

/* "Not authorized to call this number" is about the number. */
static gboolean text_blames_credentials(const char *text) {
    return sx_matches(text, "password|credential|auth(?!ori[sz]ed (to|for)\\b)");
}

/* The same account, registered from another address and not run out. */
static void add_other_registration(sx_context *context) {
    guint32 frame = 0;
    const sx_transaction *t = context->seen.transaction;
    const sx_transaction *alive =
        t->keys.method == SX_METHOD_REGISTER ? sx_register_alive(context, t, &frame) : NULL;
    if (alive != NULL && alive->client != t->client)
        sx_ev_auth_credentials_forbidden_registered(
            context->out, sx_context_place(context, alive->client, 0), frame);
}

gboolean sx_rule_auth_credentials_forbidden(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_auth_state *state = sx_auth_state_of(t);
    if (state == NULL || state->n_credentials == 0)
        return FALSE;
    const sx_credentials *used = &state->credentials[0];
    const char *text = sx_context_text(context);
    guint32 refused = sx_auth_user_refused(context, used);
    guint32 accepted = sx_auth_user_accepted(context, used);
    gint64 since = sx_auth_since_challenge(context, used);
    if (t->keys.method != SX_METHOD_REGISTER && refused == 0 && !text_blames_credentials(text))
        return FALSE;
    const char *words = sx_said_telling(context, FALSE);
    if (words != NULL)
        sx_ev_auth_credentials_forbidden_headline_said(context->out, used->user_text, words);
    else
        sx_ev_auth_credentials_forbidden_headline(context->out, used->user_text, used->realm_text);
    if (context->message->phrase.len > 0)
        sx_ev_auth_credentials_forbidden_phrase(
            context->out, sx_context_shown(context, context->message->phrase, SX_SHOWN));
    sx_ev_auth_credentials_forbidden_sent(context->out, used->user_text, used->realm_text,
                                          t->frame);
    if (since > SX_LATE_ANSWER)
        sx_ev_auth_credentials_forbidden_late(context->out, used->challenge_frame, since);
    else if (used->challenge_frame != 0)
        sx_ev_auth_credentials_forbidden_challenged(context->out, used->challenge_frame);
    const sx_digest_differences *differences = sx_auth_differences(context, used);
    if (differences != NULL)
        sx_ev_auth_credentials_forbidden_differs(context->out, used->challenge_frame,
                                                 sx_auth_differing(context, differences));
    if (accepted != 0)
        sx_ev_auth_credentials_forbidden_accepted(context->out, accepted);
    if (refused != 0)
        sx_ev_auth_credentials_forbidden_before(context->out, refused);
    if (!text_blames_credentials(text))
        add_other_registration(context);
    return TRUE;
}
