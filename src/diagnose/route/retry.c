/* SPDX-License-Identifier: GPL-2.0-or-later
 * Requests that follow an answer with a longer number, or to another target (RFC 3261 section 8.1.3.4, RFC 3263 section
 * 4.3).
 */
#include <string.h>

#include "diagnose/route/again.h"
#include "evidence.h"
#include "rules.h"
#include "wire/uri.h"

#define NEXT_DIGIT (5 * SX_SECOND)
#define MAX_NEXT_DIGITS 3 /* typed within one step */
#define SILENT_GAP (3 * SX_SECOND)
#define FAIL_OVER_GAP (300 * SX_SECOND)

static gboolean is_dialed(const char *user) {
    while (*user != '\0' && (g_ascii_isdigit(*user) || strchr("+*#", *user) != NULL))
        user++;
    return *user == '\0';
}

/* Some servers refuse an incomplete number with 404: there, and in calls of their own, the next digits must follow at
 * once, for a wrong number may be dialed anew with more digits. */
static gboolean goes_on_dialing(const sx_transaction *prev, const sx_transaction *t,
                                const char *before, const char *now) {
    const sx_final *final = prev->final;
    return (final->code == 404 || final->code == 484) &&
           sx_gap(prev->time, t->time) <= NEXT_DIGIT && is_dialed(now) &&
           strlen(now) - strlen(before) <= MAX_NEXT_DIGITS;
}

gboolean sx_rule_benign_overlap_dialling(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    if (t == NULL)
        return FALSE;
    const sx_transaction *prev = context->seen.prev;
    const char *now = sx_request_text(t, SX_REQUEST_TARGET);
    if (prev == NULL && now != NULL && is_dialed(now))
        prev = sx_route_call_before(context, t);
    const char *before = prev != NULL ? sx_request_text(prev, SX_REQUEST_TARGET) : NULL;
    if (now == NULL || before == NULL || prev->final == NULL || strlen(now) <= strlen(before) ||
        !g_str_has_prefix(now, before))
        return FALSE;
    if (prev->final->code != 484 || prev->keys.from_tag != t->keys.from_tag) {
        if (context->precision == SX_TIME_NONE || !goes_on_dialing(prev, t, before, now))
            return FALSE;
        sx_ev_benign_overlap_dialling_went_on(context->out, before, now,
                                              sx_gap(prev->time, t->time), prev->frame,
                                              prev->final->code, prev->final->frame);
        return TRUE;
    }
    sx_ev_benign_overlap_dialling_longer(context->out, before, now, prev->final->frame);
    return TRUE;
}

/* Whether two requests are for the same user; where the user is not kept, for the same target. */
static gboolean is_same_user(const sx_transaction *old, const sx_transaction *t) {
    if (t->keys.method != SX_METHOD_INVITE && t->keys.method != SX_METHOD_MESSAGE)
        return old->keys.request_uri == t->keys.request_uri;
    return g_strcmp0(sx_request_text(old, SX_REQUEST_TARGET),
                     sx_request_text(t, SX_REQUEST_TARGET)) == 0;
}

/* The same request to another server, because this one failed or kept silent. */
static gboolean failed_over(const sx_transaction *old, const sx_transaction *t) {
    if (!is_same_user(old, t) || (old->server == t->server && old->server_port == t->server_port) ||
        sx_gap(old->last_time, t->time) > FAIL_OVER_GAP)
        return FALSE;
    if (old->response_frame == 0)
        return sx_gap(old->time, t->time) >= SILENT_GAP;
    guint code = old->final ? old->final->code : 0;
    return code == 408 || code == 430 || code == 500 || code == 503;
}

static gboolean is_earlier_attempt(const sx_transaction *old, const sx_transaction *t) {
    return old != t && old->keys.to_tag == 0 && old->keys.method == t->keys.method &&
           old->keys.from_tag == t->keys.from_tag && old->client == t->client &&
           (old->keys.branch == 0 || old->keys.branch != t->keys.branch);
}

static void add_next_target(const sx_context *context, const sx_transaction *old,
                            gboolean redirected) {
    const sx_transaction *t = context->seen.transaction;
    const char *first = sx_context_place(context, old->server, old->server_port);
    const char *next = sx_context_place(context, t->server, t->server_port);
    if (redirected)
        sx_ev_benign_next_target_tried_redirected(context->out, old->final->code,
                                                  old->final->frame);
    else if (old->final != NULL)
        sx_ev_benign_next_target_tried_failed(context->out, first, old->final->code,
                                              old->final->frame);
    else
        sx_ev_benign_next_target_tried_silent(context->out, first, old->frame,
                                              sx_gap(old->time, t->time));
    sx_ev_benign_next_target_tried_next(context->out, next,
                                        sx_gap(old->final ? old->final->time : old->time, t->time));
}

gboolean sx_rule_benign_next_target_tried(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_transaction *old;
    sx_transaction_walk walk = {0};
    const sx_uri *uri = &context->seen.request_uri;
    gboolean newest = TRUE;
    if (t == NULL || t->keys.to_tag != 0 || t->keys.method == SX_METHOD_CANCEL)
        return FALSE;
    while ((old = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (!is_earlier_attempt(old, t))
            continue;
        if (newest && uri->scheme.len == 0)
            return FALSE;
        /* Tried there before: this is a repetition, perhaps with credentials. */
        if (old->server == t->server && old->server_port == t->server_port &&
            old->keys.request_uri == t->keys.request_uri)
            return FALSE;
        gboolean redirected = sx_route_points_to(old, sx_uri_aor(uri));
        if (redirected || (newest && failed_over(old, t))) {
            /* The retry of another element that only passes here is told where it begins. */
            if (t->upstream != 0 && old->keys.cseq != t->keys.cseq)
                return FALSE;
            add_next_target(context, old, redirected);
            return TRUE;
        }
        newest = FALSE;
    }
    return FALSE;
}
