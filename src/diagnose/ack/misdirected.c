/* SPDX-License-Identifier: GPL-2.0-or-later
 * An ACK that was sent, and does not end the copies of the 2xx: for another target or tag, or lost behind the capture
 * point.
 */
#include "diagnose/ack/ack_state.h"
#include "diagnose/compare.h"
#include "diagnose/header/header.h"
#include "evidence.h"
#include "rules.h"

/** An ACK at the hop of a transaction that is not as its 2xx asks for. */
typedef struct {
    sx_differences way;
    const char *
        branch; /* that of the INVITE; lives as long as the findings; NULL: another one, as it should be */
    guint64 to_tag;
    guint32 frame;
} misdirected_ack;

static const sx_attachment_kind kind = {sizeof(misdirected_ack), NULL};

static gboolean has_success(const sx_transaction *t, guint64 to_tag) {
    const sx_final *final = t->final;
    while (final != NULL && (final->code >= 300 || final->to_tag != to_tag))
        final = final->next;
    return final != NULL;
}

/* The INVITE at this hop that an ACK to a 2xx is for. */
static sx_transaction *acknowledged(const sx_context *context) {
    const sx_keys *keys = &context->seen.keys;
    sx_transaction_walk walk = {0};
    sx_transaction *t;
    while ((t = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (t->keys.method == SX_METHOD_INVITE && t->keys.cseq == keys->cseq &&
            t->client == context->seen.source && t->keys.n_vias == keys->n_vias &&
            has_success(t, keys->to_tag))
            return t;
    }
    return NULL;
}

/* A new transaction needs a new branch, and an ACK to a 2xx is one (RFC 3261 sections 8.1.1.7 and 13.2.2.4). */
static const char *repeated_branch(sx_context *context, const sx_transaction *t) {
    sx_header_walk walk = {0};
    sx_slice via;
    sx_slice branch;
    if (t->keys.branch == 0 || t->keys.branch != context->seen.keys.branch ||
        !sx_message_next_element(context->message, SX_HDR_VIA, &walk, &via) ||
        !sx_slice_param(via, "branch", &branch))
        return NULL;
    return sx_findings_text(context->out, branch, SX_SHOWN);
}

static void learn(sx_context *context) {
    misdirected_ack found = {0};
    if (context->seen.keys.method != SX_METHOD_ACK)
        return;
    sx_transaction *t = acknowledged(context);
    if (t == NULL) {
        sx_ack_learn_for_failure(context);
        return;
    }
    sx_compare_way(context, &found.way);
    found.branch = repeated_branch(context, t);
    if ((found.way.n == 0 && found.branch == NULL) || SX_ATTACHED(t, &kind) != NULL)
        return;
    found.to_tag = context->seen.keys.to_tag;
    found.frame = context->packet->frame;
    *(misdirected_ack *)sx_attachment_make(&t->attached, &kind) = found;
}

static gboolean is_late(const sx_context *context, gint64 earlier) {
    return sx_call_shows_late(context->seen.call, earlier, context->packet->time);
}

static void add_repeated_after(sx_context *context, guint copies) {
    const sx_final *final = context->seen.final;
    sx_ev_ack_misdirected_repeated(context->out, copies, final->frame,
                                   sx_gap(final->time, context->packet->time));
}

/* One line for a difference of the way; FALSE if it is none that keeps an ACK from arriving. */
static gboolean add_difference(sx_context *context, const sx_difference *one, guint32 ack_frame) {
    switch ((sx_way)one->what) {
    case SX_WAY_NO_ROUTE:
        sx_ev_ack_misdirected_no_route(context->out, ack_frame, one->frame, one->expected);
        return TRUE;
    case SX_WAY_ROUTE_ORDER:
        sx_ev_ack_misdirected_route_order(context->out, ack_frame, one->actual, one->frame);
        return TRUE;
    case SX_WAY_ROUTE:
        sx_ev_ack_misdirected_wrong_route(context->out, ack_frame, one->actual, one->frame,
                                          one->expected);
        return TRUE;
    case SX_WAY_TARGET:
        sx_ev_ack_misdirected_wrong_target(context->out, ack_frame, one->actual, one->expected,
                                           one->frame);
        return TRUE;
    case SX_WAY_HOST:
    case SX_WAY_PORT:
        sx_ev_ack_misdirected_wrong_place(context->out, ack_frame, one->actual, one->expected);
        return TRUE;
    default: return FALSE;
    }
}

static gboolean has_wrong_form(sx_context *context) {
    const misdirected_ack *ack =
        (const misdirected_ack *)SX_ATTACHED(context->seen.transaction, &kind);
    const sx_final *final = context->seen.final;
    gboolean wrong = FALSE;
    if (ack == NULL || ack->to_tag != final->to_tag ||
        final->copies_after_ack < SX_LATE_COPIES(context->seen.call))
        return FALSE;
    sx_ev_ack_misdirected_headline(context->out, ack->frame);
    for (guint i = 0; i < ack->way.n; i++)
        wrong |= add_difference(context, &ack->way.items[i], ack->frame);
    if (ack->branch != NULL) {
        sx_ev_ack_misdirected_same_branch(context->out, ack->frame, ack->branch,
                                          context->seen.transaction->frame);
        wrong = TRUE;
    }
    if (wrong)
        add_repeated_after(context, final->copies_after_ack);
    return wrong;
}

/* An ACK of the other end that names another answer: by its To tag, or by its CSeq number. */
static gboolean has_foreign_numbers(sx_context *context) {
    const sx_final *final = context->seen.final;
    guint32 cseq = context->seen.keys.cseq;
    sx_slice tag = {"", 0};
    if (final->ack_frame != 0 || final->copies_after_other_ack < SX_LATE_COPIES(context->seen.call))
        return FALSE;
    const sx_ack *ack = sx_call_other_ack(context->calls, &context->seen, context->packet);
    if (ack == NULL)
        return FALSE;
    if (ack->cseq != cseq) {
        sx_ev_ack_misdirected_headline_cseq(context->out, ack->frame, ack->cseq, cseq);
        sx_ev_ack_misdirected_wrong_cseq(context->out, ack->frame, ack->cseq, cseq);
    } else {
        sx_slice_param(sx_message_header(context->message, SX_HDR_TO), "tag", &tag);
        sx_ev_ack_misdirected_headline(context->out, ack->frame);
        sx_ev_ack_misdirected_wrong_tag(context->out, ack->frame,
                                        sx_context_shown(context, tag, SX_SHOWN));
    }
    add_repeated_after(context, final->copies_after_other_ack);
    return TRUE;
}

/* Common to both: the 2xx goes on after an ACK, and nothing was said about it yet. */
static gboolean goes_on(const sx_context *context) {
    return sx_ack_is_copy_of_success(context) && context->message->headers_complete &&
           (context->seen.final->reported & SX_REPORTED_ACK_FAILING) == 0;
}

gboolean sx_rule_ack_misdirected(sx_context *context) {
    sx_final *final = context->seen.final;
    if (!goes_on(context) || (final->ack_frame != 0 && !is_late(context, final->ack_time)))
        return FALSE;
    if (!has_wrong_form(context) && !has_foreign_numbers(context))
        return FALSE;
    /* The ACK that is missing was sent in this form: later copies say no more. */
    final->reported |= SX_REPORTED_ACK_FAILING | SX_REPORTED_ACK_MISSING;
    return TRUE;
}

/* A request of the caller with a higher number that came before the ACK: some stacks take the ACK for an old one then. */
static void add_higher_number(sx_context *context, const sx_ack *ack) {
    sx_transaction_walk walk = {0};
    const sx_transaction *t;
    while ((t = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (t->keys.cseq > ack->cseq && t->frame < ack->frame && t->client == ack->client &&
            t->keys.from_tag == context->seen.keys.from_tag && t->keys.method != SX_METHOD_INVITE &&
            sx_transaction_method(t) != NULL) {
            sx_ev_ack_not_arriving_higher(context->out, sx_transaction_method(t), t->frame,
                                          t->keys.cseq, ack->cseq);
            return;
        }
    }
}

gboolean sx_rule_ack_not_arriving(sx_context *context) {
    sx_final *final = context->seen.final;
    if (!goes_on(context) || final->ack_frame == 0 ||
        final->copies_after_ack < SX_LATE_COPIES(context->seen.call) ||
        !is_late(context, final->ack_time) || sx_ack_stopped(context) != NULL)
        return FALSE;
    gint64 late = sx_gap(final->ack_time, context->packet->time);
    const sx_ack *ack = sx_call_ack(context->seen.call, context->seen.keys.cseq, final->to_tag);
    if (ack == NULL)
        return FALSE;
    final->reported |= SX_REPORTED_ACK_FAILING;
    guint32 lacking;
    const char *header = sx_header_missing_in_ack(context, &lacking);
    if (header != NULL) {
        sx_ev_ack_not_arriving_headline_lacks(context->out, lacking, header);
        sx_ev_ack_not_arriving_lacks(context->out, lacking, header);
    }
    sx_ev_ack_not_arriving_headline(context->out, late);
    sx_ev_ack_not_arriving_ack(context->out, final->ack_frame,
                               sx_context_place(context, ack->client, ack->client_port),
                               sx_context_place(context, ack->server, 0));
    add_higher_number(context, ack);
    sx_ev_ack_not_arriving_repeated(context->out, final->copies_after_ack, final->frame, late);
    return TRUE;
}

const sx_learner sx_ack_learner = {.request = learn};
