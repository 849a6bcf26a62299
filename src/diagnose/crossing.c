/* SPDX-License-Identifier: GPL-2.0-or-later
 * Two messages cross where each was sent before its sender can have known of the other: requests of both sides that were
 * open at once, a 2xx and the CANCEL or BYE of the caller, a BYE and the ACK, a copy of a 2xx and the next request.
 */
#include "diagnose/crossing.h"

#include "calls/related.h"
#include "evidence.h"

#define CROSSES_WITHIN (2 * SX_SECOND)
#define COPY_WITHIN (500 * SX_MILLISECOND) /* a copy of a 2xx and the next request */

/** The message at hand, and where the rows go. */
typedef struct {
    const sx_calls *calls;
    const sx_call *call;
    guint32 frame;
    sx_finding_builder *out;
} crossing;

/* Whether a transaction had no final answer yet when a frame came, and was there before it. */
static gboolean is_open_at(const sx_transaction *t, guint32 frame) {
    return t->frame < frame && (t->final == NULL || t->final->frame > frame);
}

static gboolean is_near(gint64 one, gint64 other) {
    return MAX(sx_gap(one, other), sx_gap(other, one)) <= CROSSES_WITHIN;
}

static gboolean is_change(const sx_transaction *t) {
    return t->keys.method == SX_METHOD_INVITE || t->keys.method == SX_METHOD_UPDATE;
}

static gboolean is_bye(const sx_transaction *t) {
    return t->keys.method == SX_METHOD_BYE;
}

/* Requests that may cross one of the other side: one ends the call, or both change it. */
static gboolean can_cross(const sx_transaction *one, const sx_transaction *other) {
    static const guint32 any = 1u << SX_METHOD_BYE | 1u << SX_METHOD_INVITE |
                               1u << SX_METHOD_UPDATE | 1u << SX_METHOD_REFER |
                               1u << SX_METHOD_INFO;
    guint32 both = 1u << one->keys.method | 1u << other->keys.method;
    return one->keys.to_tag != 0 && other->keys.to_tag != 0 && (both & ~any) == 0 &&
           (is_bye(one) || is_bye(other) || (is_change(one) && is_change(other)));
}

static gboolean is_of_other_side(const sx_transaction *one, const sx_transaction *other) {
    return one->client == other->server && one->server == other->client &&
           one->keys.from_tag == other->keys.to_tag && one->keys.to_tag == other->keys.from_tag;
}

static gboolean cross(const sx_transaction *one, const sx_transaction *other) {
    const sx_transaction *later = one->frame > other->frame ? one : other;
    const sx_transaction *earlier = later == one ? other : one;
    return can_cross(one, other) && is_of_other_side(one, other) &&
           is_open_at(earlier, later->frame) && is_near(earlier->time, later->time);
}

/* Whether a CANCEL or BYE of the caller and a 2xx to the INVITE cross. */
static gboolean crosses_answer(const sx_transaction *request, const sx_transaction *invite,
                               const sx_final *final) {
    if (request->client != invite->client || request->server != invite->server ||
        request->frame < invite->frame || final->code >= 300 ||
        !is_near(request->time, final->time))
        return FALSE;
    if (final->frame > request->frame)
        return is_open_at(request, final->frame);
    return request->keys.method == SX_METHOD_CANCEL &&
           (final->ack_frame == 0 || final->ack_frame > request->frame);
}

/* The same of a BYE of the callee and the ACK for its 2xx. */
static gboolean crosses_ack(const sx_transaction *bye, const sx_transaction *invite,
                            const sx_final *final) {
    return bye->client == invite->server && bye->server == invite->client && final->code < 300 &&
           final->to_tag == bye->keys.from_tag && final->frame < bye->frame &&
           final->ack_frame > bye->frame && is_open_at(bye, final->ack_frame) &&
           is_near(bye->time, final->ack_time);
}

/* The same of a request of the caller and the last copy of a 2xx that had got no ACK so far. */
static gboolean crosses_copy(const sx_transaction *request, const sx_transaction *invite,
                             const sx_final *final) {
    return request->client == invite->client && request->server == invite->server &&
           request->keys.from_tag == invite->keys.from_tag &&
           request->keys.to_tag == final->to_tag && final->code < 300 && final->copies > 1 &&
           final->last_frame < request->frame &&
           (final->ack_frame == 0 || final->ack_frame > request->frame) &&
           sx_gap(final->last_time, request->time) <= COPY_WITHIN;
}

static gboolean ends_for(const sx_transaction *request, const sx_transaction *invite) {
    return request->keys.method == SX_METHOD_CANCEL
               ? request->cancel == invite->id
               : is_bye(request) && request->keys.from_tag == invite->keys.from_tag;
}

/* What a request crossed of an INVITE and its answers. */
static void add_answers(const crossing *c, const sx_transaction *t, const sx_transaction *invite) {
    for (const sx_final *final = invite->final; final != NULL; final = final->next) {
        if (ends_for(t, invite) && crosses_answer(t, invite, final))
            sx_ev_detail_hindsight_crossed_answer(c->out, final->code, final->frame);
        if (is_bye(t) && crosses_ack(t, invite, final))
            sx_ev_detail_hindsight_crossed_ack(c->out, final->ack_frame);
        if (invite != t && crosses_copy(t, invite, final))
            sx_ev_detail_hindsight_crossed_copy(c->out, final->code, final->last_frame);
    }
}

static void add_for_request(const crossing *c, const sx_transaction *t) {
    const sx_transaction *other;
    sx_transaction_walk walk = {0};
    while ((other = sx_calls_walk(c->calls, c->call, &walk)) != NULL) {
        if (other != t && cross(t, other))
            sx_ev_detail_hindsight_crossed(c->out, sx_transaction_method(other), other->frame);
        if (other->keys.method == SX_METHOD_INVITE)
            add_answers(c, t, other);
    }
}

/* A 2xx to INVITE, or a copy of one. */
static void add_for_answer(const crossing *c, const sx_transaction *invite) {
    const sx_transaction *other;
    sx_transaction_walk walk = {0};
    while ((other = sx_calls_walk(c->calls, c->call, &walk)) != NULL) {
        for (const sx_final *final = invite->final; final != NULL; final = final->next) {
            gboolean first = final->frame == c->frame && ends_for(other, invite) &&
                             crosses_answer(other, invite, final);
            gboolean copy = final->last_frame == c->frame && other != invite &&
                            crosses_copy(other, invite, final);
            if (first || copy)
                sx_ev_detail_hindsight_crossed(c->out, sx_transaction_method(other), other->frame);
        }
    }
}

static void add_for_ack(const crossing *c) {
    const sx_transaction *bye;
    sx_transaction_walk walk = {0};
    while ((bye = sx_calls_walk(c->calls, c->call, &walk)) != NULL) {
        const sx_transaction *invite;
        sx_transaction_walk again = {0};
        while (is_bye(bye) && (invite = sx_calls_walk(c->calls, c->call, &again)) != NULL) {
            const sx_final *final = invite->keys.method == SX_METHOD_INVITE ? invite->final : NULL;
            for (; final != NULL; final = final->next) {
                if (final->ack_frame == c->frame && crosses_ack(bye, invite, final))
                    sx_ev_detail_hindsight_crossed(c->out, sx_transaction_method(bye), bye->frame);
            }
        }
    }
}

void sx_crossing_add(const sx_calls *calls, const sx_annotation *annotation,
                     sx_finding_builder *out) {
    crossing c = {calls, sx_calls_call(calls, annotation->call), annotation->frame, out};
    gboolean is_answer = annotation->kind == SX_RESPONSE;
    gboolean is_ack = !is_answer && g_strcmp0(annotation->method, "ACK") == 0;
    if (c.call == NULL || c.call->precision == SX_TIME_NONE || annotation->quoted ||
        (annotation->copy_of != 0 && !is_answer))
        return;
    if (is_ack) {
        add_for_ack(&c);
        return;
    }
    const sx_transaction *t =
        sx_calls_transaction_in(calls, is_answer ? annotation->request_frame : annotation->frame,
                                annotation->call, annotation->method);
    if (t == NULL || t->call != annotation->call)
        return;
    if (!is_answer)
        add_for_request(&c, t);
    else if (t->keys.method == SX_METHOD_INVITE && annotation->code >= 200 &&
             annotation->code < 300)
        add_for_answer(&c, t);
}
