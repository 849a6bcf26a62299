/* SPDX-License-Identifier: GPL-2.0-or-later
 * The same caller again between the same two hosts under another Call-ID, while the first call is open: a B2BUA has
 * forwarded the call, or sends it back. No Via and no Max-Forwards shows that.
 */
#include <string.h>

#include "diagnose/route/again.h"
#include "evidence.h"
#include "rules.h"
#include "wire/keyed_hash.h"

#define MAX_CALLERS 4096
#define MAX_LEGS 8                   /* kept of one caller */
#define OPEN_FOR (120 * SX_SECOND)   /* a phone may ring so long before its call is forwarded */
#define LOOP_WITHIN (10 * SX_SECOND) /* from leg to leg */
#define LOOP_LEGS 3    /* to, fro and to again: an application server sends a call back once */
#define LEAST_DIGITS 3 /* that tell two numbers apart */

/** The newest calls of one caller between two hosts, in either direction. */
typedef struct {
    guint64 key;
    guint32 legs[MAX_LEGS]; /* ids of the first INVITEs of each call, a ring */
    guint32 newest_call;
    guint8 n, next;
} caller_legs;

void sx_route_init_again(sx_route_memory *memory) {
    sx_map_init(&memory->again, sizeof(caller_legs), MAX_CALLERS);
}

/* Caller and hosts; 0: the INVITE names no caller. */
static guint64 key_of(const sx_transaction *t) {
    const char *caller =
        t->keys.method == SX_METHOD_INVITE ? sx_request_text(t, SX_REQUEST_FROM) : NULL;
    if (caller == NULL || g_ascii_strcasecmp(caller, "anonymous") == 0)
        return 0;
    return sx_hash_number(sx_hash_bytes(1, caller, strlen(caller)),
                          t->client->key ^ t->server->key);
}

void sx_route_learn_again(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    guint64 key = sx_context_is_initial(context) && t->upstream == 0 ? key_of(t) : 0;
    if (key == 0)
        return;
    caller_legs *all = (caller_legs *)sx_map_put(&sx_route_memory_of(context)->again, key);
    if (all->newest_call == t->call)
        return;
    all->newest_call = t->call;
    all->legs[all->next] = t->id;
    all->next = (guint8)((all->next + 1) % MAX_LEGS);
    all->n = (guint8)MIN(all->n + 1, MAX_LEGS);
}

/* The calls of the caller of an INVITE; NULL if there are none. */
static const caller_legs *legs_of(const sx_context *context, const sx_transaction *t) {
    guint64 key = key_of(t);
    return key != 0 ? (const caller_legs *)sx_map_find(&sx_route_memory_of(context)->again, key)
                    : NULL;
}

/* The next one before this INVITE, newest first; NULL at the end. @param i start with 0 */
static const sx_transaction *next_leg(const sx_context *context, const caller_legs *all,
                                      const sx_transaction *t, guint *i) {
    while (all != NULL && *i < all->n) {
        guint place = (all->next + MAX_LEGS - ++*i) % MAX_LEGS;
        const sx_transaction *leg = sx_calls_transaction(context->calls, all->legs[place]);
        if (leg != NULL && leg->id < t->id && leg->call != t->call)
            return leg;
    }
    return NULL;
}

static gboolean is_same_way(const sx_transaction *leg, const sx_transaction *t) {
    return leg->client == t->client && leg->server == t->server;
}

static gboolean was_open(const sx_transaction *leg, const sx_transaction *t) {
    for (const sx_final *final = leg->final; final != NULL; final = final->next) {
        if (final->frame < t->frame && final->code != 401 && final->code != 407)
            return FALSE;
    }
    return TRUE;
}

/* The digits behind a plus and zeros; what a PBX adds or takes away in front. */
static const char *bare_number(const char *user) {
    return user + strspn(user, "+0");
}

/* Whether two called users are one: one number may have more digits in front. */
static gboolean is_same_user(const char *one, const char *other) {
    one = bare_number(one);
    other = bare_number(other);
    gsize n = strlen(one);
    gsize m = strlen(other);
    const char *longer = n > m ? one : other;
    const char *shorter = n > m ? other : one;
    return g_ascii_strcasecmp(longer + (MAX(n, m) - MIN(n, m)), shorter) == 0 &&
           (n == m || MIN(n, m) >= LEAST_DIGITS);
}

/* ---- forwarded ---- */

/* The open call that this one sends on: it came from where this one goes to, for another user; NULL if there is none. */
static const sx_transaction *forwarded_from(const sx_context *context, const sx_transaction *t) {
    const char *target = sx_request_text(t, SX_REQUEST_TARGET);
    const caller_legs *all = target != NULL ? legs_of(context, t) : NULL;
    const sx_transaction *leg;
    guint i = 0;
    while ((leg = next_leg(context, all, t, &i)) != NULL) {
        const char *called = sx_request_text(leg, SX_REQUEST_TARGET);
        if (!is_same_way(leg, t) && called != NULL && !is_same_user(called, target) &&
            was_open(leg, t) && sx_gap(leg->time, t->time) <= OPEN_FOR)
            return leg;
    }
    return NULL;
}

/* Whose number stands in the headers that name who forwards. */
static void add_identities(sx_context *context, const sx_transaction *t, const char *called) {
    static const struct {
        sx_request_text_id id;
        sx_header_id header;
    } identities[] = {
        {SX_REQUEST_DIVERSION, SX_HDR_DIVERSION},
        {SX_REQUEST_HISTORY, SX_HDR_HISTORY_INFO},
        {SX_REQUEST_ASSERTED, SX_HDR_P_ASSERTED_IDENTITY},
        {SX_REQUEST_PREFERRED, SX_HDR_P_PREFERRED_IDENTITY},
        {SX_REQUEST_REMOTE_PARTY, SX_HDR_REMOTE_PARTY_ID},
    };
    gboolean any = FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(identities); i++) {
        const char *number = sx_request_text(t, identities[i].id);
        if (number == NULL)
            continue;
        gboolean same = strcmp(bare_number(number), bare_number(called)) == 0;
        if (same)
            sx_ev_route_forwarded_call_refused_named(context->out,
                                                     sx_header_name(identities[i].header), number);
        else
            sx_ev_route_forwarded_call_refused_other(
                context->out, sx_header_name(identities[i].header), number, called);
        any = TRUE;
    }
    if (!any)
        sx_ev_route_forwarded_call_refused_none(context->out, called);
}

gboolean sx_rule_route_forwarded_call_refused(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    guint code = context->message->code;
    if ((code != 403 && code != 433 && code != 500 && code != 503 && code != 603) ||
        !sx_context_is_initial(context) || t->ring_frame != 0)
        return FALSE;
    const sx_transaction *first = forwarded_from(context, t);
    if (first == NULL)
        return FALSE;
    sx_ev_route_forwarded_call_refused_headline(context->out, code, first->frame);
    sx_ev_route_forwarded_call_refused_sent_on(context->out, t->frame, first->frame,
                                               sx_gap(first->time, t->time),
                                               sx_request_text(t, SX_REQUEST_TARGET));
    sx_ev_route_forwarded_call_refused_from(context->out, sx_request_text(t, SX_REQUEST_FROM));
    add_identities(context, t, sx_request_text(first, SX_REQUEST_TARGET));
    return TRUE;
}

/* ---- to and fro ---- */

/* The calls that led here, newest first, this one included: each went the other way than the one behind it. Returns how
 * many; they are a loop only if the number went this way before. */
static guint find_loop(const sx_context *context, const sx_transaction *t,
                       const sx_transaction *legs[MAX_LEGS + 1]) {
    const char *target = sx_request_text(t, SX_REQUEST_TARGET);
    const caller_legs *all = target != NULL ? legs_of(context, t) : NULL;
    const sx_transaction *leg;
    guint i = 0;
    guint n = 0;
    legs[n++] = t;
    while ((leg = next_leg(context, all, t, &i)) != NULL) {
        const sx_transaction *later = legs[n - 1];
        const char *called = sx_request_text(leg, SX_REQUEST_TARGET);
        if (is_same_way(leg, later) || called == NULL || !is_same_user(called, target) ||
            !was_open(leg, later) || sx_gap(leg->time, later->time) > LOOP_WITHIN)
            break;
        legs[n++] = leg;
    }
    return n;
}

gboolean sx_rule_route_call_loop(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_transaction *legs[MAX_LEGS + 1];
    guint code = context->message->code;
    if (code == 401 || code == 407 || code == 487 || !sx_context_is_initial(context))
        return FALSE;
    guint n = find_loop(context, t, legs);
    if (n < LOOP_LEGS)
        return FALSE;
    sx_ev_route_call_loop_headline(context->out, sx_request_text(t, SX_REQUEST_TARGET), n);
    for (guint i = n; i > 0; i--) {
        const sx_transaction *leg = legs[i - 1];
        sx_ev_route_call_loop_leg(context->out, sx_request_text(leg, SX_REQUEST_TARGET),
                                  sx_context_place(context, leg->client, 0),
                                  sx_context_place(context, leg->server, 0), leg->frame);
    }
    return TRUE;
}

/* ---- digit by digit ---- */

const sx_transaction *sx_route_call_before(const sx_context *context, const sx_transaction *t) {
    guint i = 0;
    const sx_transaction *leg = next_leg(context, legs_of(context, t), t, &i);
    return leg != NULL && is_same_way(leg, t) ? leg : NULL;
}
