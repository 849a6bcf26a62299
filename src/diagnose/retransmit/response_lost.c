/* SPDX-License-Identifier: GPL-2.0-or-later
 * Requests that are repeated although a response was sent: it does not arrive (RFC 3261 section 18.2.2, RFC 3581).
 */
#include "diagnose/context.h"
#include "diagnose/retransmit/retransmit_state.h"
#include "diagnose/timer/timer.h"
#include "evidence.h"
#include "rules.h"
#include "wire/via.h"

/** The ends of the first response to a request, if they are not those of the request. */
typedef struct {
    const sx_host *source;
    guint16 port; /* that it went to */
} answer_ends;

static const sx_attachment_kind kind = {sizeof(answer_ends), NULL};

void sx_retransmit_learn_port(sx_context *context) {
    sx_transaction *t = context->seen.transaction;
    guint16 port = context->packet->destination.port;
    if (t == NULL || t->response_frame != context->packet->frame || port == 0 ||
        (port == t->client_port && context->seen.source == t->server))
        return;
    *(answer_ends *)sx_attachment_make(&t->attached, &kind) =
        (answer_ends){context->seen.source, port};
}

/* The code of the first response, if it is one of those that are remembered; else 0. */
static guint code_of_answer(const sx_transaction *t, guint32 frame) {
    for (const sx_final *final = t->final; final != NULL; final = final->next) {
        if (final->frame == frame)
            return final->code;
    }
    if (t->trying_frame == frame)
        return 100;
    return t->ring_frame == frame ? t->ring_code : 0;
}

static void add_return_path(sx_context *context, const sx_transaction *t) {
    const answer_ends *ends = (const answer_ends *)SX_ATTACHED(t, &kind);
    guint16 port = ends != NULL ? ends->port : t->client_port;
    sx_header_walk walk = {0};
    sx_slice element;
    sx_slice value;
    sx_via via;
    if (ends != NULL && ends->source != t->server)
        sx_ev_retransmit_response_lost_elsewhere(context->out,
                                                 sx_context_place(context, t->server, 0),
                                                 sx_context_place(context, ends->source, 0));
    if (port != t->client_port)
        sx_ev_retransmit_response_lost_port(context->out, port, t->client_port);
    if (context->packet->transport != SX_TRANSPORT_UDP ||
        !sx_message_next_element(context->message, SX_HDR_VIA, &walk, &element))
        return;
    sx_via_read(element, &via);
    guint16 asked = via.port != 0 ? via.port : 5060;
    if (sx_slice_param(element, "rport", &value))
        sx_ev_retransmit_response_lost_rport(context->out);
    else if (asked != port)
        sx_ev_retransmit_response_lost_via_port(context->out, asked, port);
    else if (asked != t->client_port)
        sx_ev_retransmit_response_lost_no_rport(context->out);
}

gboolean sx_rule_retransmit_response_lost(sx_context *context) {
    sx_transaction *t = context->seen.transaction;
    gint64 since;
    guint32 frame;
    if (context->seen.repetition != SX_COPY || t == NULL ||
        !sx_transaction_ended_copies(t, &since, &frame))
        return FALSE;
    gint64 late = sx_gap(since, context->packet->time);
    if (!sx_call_shows_late(context->seen.call, since, context->packet->time) ||
        t->copies_after_response < SX_LATE_COPIES(context->seen.call) ||
        (t->reported & SX_REPORTED_RESPONSE_LOST) != 0 || !context->message->headers_complete ||
        sx_timer_has_answered_twin(context, t))
        return FALSE;
    t->reported |= SX_REPORTED_RESPONSE_LOST;
    guint code = code_of_answer(t, frame);
    sx_ev_retransmit_response_lost_headline(context->out, late, frame);
    if (code != 0)
        sx_ev_retransmit_response_lost_answer(context->out, code, frame, late);
    else
        sx_ev_retransmit_response_lost_response(context->out, frame, late);
    sx_ev_retransmit_response_lost_copies(context->out, context->seen.copy_number, t->frame);
    if ((t->reported & SX_REPORTED_NOT_COPIED) != 0)
        sx_ev_retransmit_response_lost_not_copied(context->out, t->frame);
    add_return_path(context, t);
    return TRUE;
}
