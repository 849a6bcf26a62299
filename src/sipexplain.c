/* SPDX-License-Identifier: GPL-2.0-or-later
 * Messages to annotations: the memory and the rules say what happened, this file puts it down.
 */
#include "sipexplain.h"

#include <string.h>

#include "details/details.h"
#include "diagnose/auth/auth.h"
#include "diagnose/compare.h"
#include "diagnose/context.h"
#include "diagnose/diagnose.h"
#include "diagnose/hops.h"
#include "diagnose/media/media.h"
#include "diagnose/register/register.h"
#include "diagnose/requests.h"
#include "evidence.h"
#include "explainer.h"
#include "explanation/explaining.h"
#include "knowledge/knowledge.h"
#include "wire/body.h"
#include "wire/method.h"

#define MAX_PHRASE 200 /* bytes kept of a reason phrase */
#define MAX_METHOD 32  /* bytes kept of a method nobody knows */

sx_explainer *sx_explainer_new(gboolean diagnose) {
    sx_explainer *explainer = g_new0(sx_explainer, 1);
    explainer->diagnose = diagnose;
    sx_memories_new(explainer->memory);
    sx_hops_init(&explainer->hops);
    explainer->annotations = sx_annotations_new();
    explainer->marks = g_array_new(FALSE, FALSE, sizeof(sx_call_mark));
    explainer->conversations = sx_conversations_new();
    explainer->findings = sx_findings_new();
    explainer->calls = sx_calls_new();
    explainer->hindsight = g_new0(sx_hindsight, 1);
    *explainer->hindsight =
        (sx_hindsight){explainer->calls, explainer->annotations, explainer->findings,
                       g_array_new(FALSE, FALSE, sizeof(sx_pointer)), 0};
    return explainer;
}

void sx_explainer_free(sx_explainer *explainer) {
    if (explainer == NULL)
        return;
    sx_calls_free(explainer->calls);
    sx_memories_free(explainer->memory);
    sx_annotations_free(explainer->annotations);
    g_array_free(explainer->marks, TRUE);
    sx_conversations_free(explainer->conversations);
    sx_findings_free(explainer->findings);
    sx_map_clear(&explainer->hops);
    g_array_free(explainer->hindsight->pointers, TRUE);
    g_free(explainer->hindsight);
    sx_scratch_free(&explainer->scratch);
    g_free(explainer);
}

gboolean sx_explainer_is_past(const sx_explainer *explainer, guint32 frame) {
    return frame <= explainer->last_closed;
}

void sx_explainer_close_frame(sx_explainer *explainer, guint32 frame) {
    explainer->last_closed = MAX(explainer->last_closed, frame);
}

gboolean sx_explainer_is_last(const sx_explainer *explainer, guint32 frame) {
    return frame != 0 && frame == explainer->last_closed;
}

static const char *keep_method(sx_explainer *explainer, const sx_message *message) {
    const char *known = sx_method_name(message->known_method);
    if (known != NULL)
        return known;
    sx_slice method = sx_message_method(message);
    gsize len = 0; /* of the word: a CSeq may hold anything behind its number */
    while (len < method.len && len < MAX_METHOD && g_ascii_isgraph(method.p[len]))
        len++;
    return len > 0 ? sx_findings_text(explainer->findings, (sx_slice){method.p, len}, len) : NULL;
}

/* An OPTIONS that asks "are you there" has its answer whatever the code says, unless nobody answered for the peer. */
static gboolean proves_peer_alive(const sx_message *response) {
    guint code = response->code;
    return code >= 300 && code < 700 && code != 401 && code != 407 && code != 408 && code != 503 &&
           code != 504 && sx_slice_is_exactly(response->cseq_method, "OPTIONS");
}

/* What the code alone says, where no diagnosis was made. */
static sx_verdict judge_alone(const sx_message *response) {
    if (proves_peer_alive(response))
        return SX_VERDICT_BENIGN;
    return (sx_verdict)sx_knowledge_code(response->code)->verdict;
}

static gboolean breaks_a_rule(sx_missing_set missing) {
    return missing != 0 && sx_missing_worst(missing) >= SX_MISSING_MUST;
}

static void annotate_response(sx_explainer *explainer, const sx_message *response,
                              sx_annotation *annotation) {
    const sx_code_entry *entry = sx_knowledge_code(response->code);
    annotation->code = response->code;
    annotation->verdict = (guint8)judge_alone(response);
    if (breaks_a_rule(annotation->missing))
        annotation->verdict = SX_VERDICT_VIOLATION;
    if (response->phrase.len > 0 && response->start_line_complete &&
        !sx_slice_is(response->phrase, sx_knowledge_registered_name(entry)))
        annotation->phrase = sx_findings_text(explainer->findings, response->phrase, MAX_PHRASE);
}

gboolean sx_explain_alone(sx_explainer *explainer, const sx_message *message,
                          const sx_packet *packet, sx_annotation *annotation) {
    sx_message fragment;
    *annotation = (sx_annotation){
        .frame = packet->frame,
        .quoted = packet->quoted,
        .answer_time = SX_NO_TIME,
        .ring_time = SX_NO_TIME,
        .talk_time = SX_NO_TIME,
    };
    annotation->method = keep_method(explainer, message);
    if (message->is_response) {
        annotation->kind = SX_RESPONSE;
        if (!packet->quoted)
            annotation->missing = sx_mandatory_missing(message);
        annotate_response(explainer, message, annotation);
        return TRUE;
    }
    annotation->kind = SX_REQUEST;
    annotation->verdict = SX_VERDICT_NORMAL;
    if (!sx_body_sipfrag(message, &fragment))
        return !packet->quoted && sx_details_on_request(message, packet);
    annotation->kind = SX_SIPFRAG;
    annotate_response(explainer, &fragment, annotation);
    return TRUE;
}

/* What is asked of a registration, subscription or publication. */
static guint state_bits_of(const sx_transaction *t) {
    switch (t->keys.method) {
    case SX_METHOD_REGISTER:
        return (sx_register_removes(t) ? SX_REQUEST_REMOVES : 0u) |
               (sx_register_asks(t) ? SX_REQUEST_ASKS : 0u);
    case SX_METHOD_SUBSCRIBE:
    case SX_METHOD_PUBLISH: return sx_request_terms_of(t).expires == 0 ? SX_REQUEST_REMOVES : 0u;
    default: return 0;
    }
}

/* What decides later which causes and fixes fit. */
static guint16 request_of(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    if (t == NULL)
        return 0;
    return (
        guint16)((sx_auth_has_credentials(t) ? SX_REQUEST_CREDENTIALS : 0) |
                 (t->keys.to_tag != 0 ? SX_REQUEST_IN_DIALOG : 0) |
                 (sx_differences_of(t) != NULL ? SX_REQUEST_MISROUTED : 0) |
                 (sx_media_has_offer(t) ? SX_REQUEST_SDP : 0) |
                 (sx_media_is_multipart(context) ? SX_REQUEST_MULTIPART : 0) |
                 (t->ring_frame != 0 ? SX_REQUEST_RANG : 0) |
                 (t->alerted ? SX_REQUEST_ALERTED : 0) | state_bits_of(t) |
                 (context->message->is_response && sx_request_shares_product(t, context->message)
                      ? SX_REQUEST_PRODUCT
                      : 0) |
                 (sx_auth_ever_challenged(context) ? SX_REQUEST_CHALLENGED : 0));
}

/* The time from an earlier message to the one at hand, where the times of both bear it. */
static gint64 told(const sx_context *context, gint64 earlier) {
    gint64 gap = sx_gap(earlier, context->packet->time);
    return sx_precision_bears(context->precision, gap) ? gap : SX_NO_TIME;
}

/* Call, transaction and times of a message that stands for itself. */
static void put_down_context(sx_annotation *annotation, const sx_context *context) {
    const sx_observation *seen = &context->seen;
    const sx_transaction *t = seen->transaction;
    annotation->call = seen->call ? seen->call->id : 0;
    if (seen->repetition != SX_FIRST)
        annotation->copy_of = seen->original_frame;
    annotation->relayed_from = seen->relayed_frame;
    annotation->request = request_of(context);
    if (!context->message->is_response) {
        if (t != NULL && t->keys.method == SX_METHOD_BYE && seen->dialog != NULL &&
            seen->dialog->confirmed_frame != 0 && seen->repetition == SX_FIRST)
            annotation->talk_time = told(context, seen->dialog->confirmed_time);
        return;
    }
    if (t == NULL)
        return;
    annotation->request_frame = t->frame;
    annotation->answer_time = told(context, t->time);
    if (seen->repetition == SX_FIRST && context->message->code >= 200 &&
        t->keys.method == SX_METHOD_INVITE && t->ring_frame != 0)
        annotation->ring_time = told(context, t->ring_time);
}

static void put_down_findings(sx_annotation *annotation, const sx_explainer *explainer,
                              sx_diagnosed made) {
    annotation->first_finding = made.first;
    annotation->n_findings = made.count;
    annotation->has_details = made.has_details;
    annotation->answered_by = (guint8)made.answered_by;
    if (made.count == 0)
        return;
    const sx_diagnosis_entry *entry = sx_entry_of_finding(explainer, made.first);
    /* A default says no more than the class; the code alone says it better (487: benign). */
    if (annotation->kind != SX_RESPONSE || annotation->quoted ||
        (made.outcome != 0 && !sx_diagnosis_is_default(entry)))
        annotation->verdict = (guint8)entry->verdict;
    guint deciding = sx_findings_deciding(explainer->findings, made.first, made.count,
                                          (sx_verdict)annotation->verdict);
    if (deciding > 0)
        annotation->verdict =
            (guint8)sx_entry_of_finding(explainer, made.first + deciding)->verdict;
    if (annotation->kind == SX_RESPONSE && breaks_a_rule(annotation->missing))
        annotation->verdict = SX_VERDICT_VIOLATION;
}

#define NO_INDEX G_MAXUINT

/* Index of the annotation of a transaction's final response; NO_INDEX: there is none, or a read filter dropped it. */
static guint final_annotation_of(const sx_explainer *explainer, const sx_transaction *t) {
    if (t == NULL || t->final_annotation == 0 ||
        t->final_annotation > sx_annotations_count(explainer->annotations))
        return NO_INDEX;
    guint index = t->final_annotation - 1;
    return sx_annotations_call(explainer->annotations, index) == t->call ? index : NO_INDEX;
}

/* The same of the challenge that a request of another call answers, by its nonce. */
static guint challenge_of_other_call(const sx_explainer *explainer, const sx_transaction *t) {
    guint32 frame = sx_auth_answered_challenge(t);
    const sx_annotations *all = explainer->annotations;
    guint first = frame != 0 ? sx_annotations_from(all, frame) : 0;
    guint next = frame != 0 ? sx_annotations_from(all, frame + 1) : 0;
    return next - first == 1 && sx_annotations_get(all, first).kind == SX_RESPONSE ? first
                                                                                   : NO_INDEX;
}

/* Earlier annotations learn what came of them; they are shown with it when their frame is dissected again. */
static void add_hindsight(sx_explainer *explainer, const sx_context *context, guint index) {
    sx_transaction *t = context->seen.transaction;
    gboolean response = context->message->is_response;
    if (t == NULL || context->seen.repetition != SX_FIRST ||
        (response && context->message->code < 200))
        return;
    guint earlier = final_annotation_of(explainer, context->seen.prev);
    if (earlier == NO_INDEX && context->seen.prev == NULL)
        earlier = challenge_of_other_call(explainer, t);
    if (response && t->final_annotation == 0)
        t->final_annotation = index + 1;
    if (earlier == NO_INDEX)
        return;
    guint32 frame = context->packet->frame;
    sx_annotations_note(explainer->annotations, earlier, response ? 0 : frame,
                        response ? frame : 0);
}

static void remember_outcome(const sx_context *context, sx_diagnosed made) {
    if (context->seen.final != NULL && context->seen.final->outcome == 0)
        context->seen.final->outcome = (guint8)made.outcome;
}

static void begin_context(sx_explainer *explainer, const sx_message *message,
                          const sx_packet *packet, sx_context *context) {
    *context = (sx_context){
        .calls = explainer->calls,
        .message = message,
        .packet = packet,
        .out = explainer->findings,
        .memory = explainer->memory,
        .scratch = &explainer->scratch,
        .hops = &explainer->hops,
    };
    sx_scratch_reset(&explainer->scratch);
    if (!packet->quoted)
        sx_calls_observe(explainer->calls, message, packet, &context->seen);
    else
        sx_keys_read(message, &context->seen.keys, &context->seen.request_uri);
    context->precision = (sx_precision)(context->seen.call != NULL ? context->seen.call->precision
                                                                   : packet->precision);
    sx_findings_set_precision(explainer->findings, context->precision);
}

static guint16 next_ordinal(sx_explainer *explainer, guint32 frame) {
    if (explainer->frame != frame)
        explainer->severity = SX_SEVERITY_CHAT;
    explainer->ordinal = explainer->frame == frame ? explainer->ordinal + 1 : 0;
    explainer->frame = frame;
    return (guint16)MIN(explainer->ordinal, G_MAXUINT16);
}

static guint32 keep_annotation(sx_explainer *explainer, const sx_annotation *annotation) {
    if (!annotation->quoted || annotation->n_findings > 0)
        explainer->severity = MAX(explainer->severity, sx_explain_severity(explainer, annotation));
    return sx_annotations_add(explainer->annotations, annotation);
}

void sx_explainer_feed(sx_explainer *explainer, const sx_message *message, const sx_packet *seen) {
    const sx_packet *packet = seen;
    sx_packet placed;
    sx_annotation annotation;
    if (seen->precision == SX_TIME_NONE) { /* where others have times, it stands behind the last */
        placed = *seen;
        placed.time = explainer->last_time;
        packet = &placed;
    } else {
        explainer->last_time = seen->time;
    }
    gboolean speaks = sx_explain_alone(explainer, message, packet, &annotation);
    annotation.ordinal = next_ordinal(explainer, packet->frame);
    if (!explainer->diagnose) {
        if (speaks)
            keep_annotation(explainer, &annotation);
        return;
    }
    sx_context context;
    begin_context(explainer, message, packet, &context);
    context.missing = annotation.missing;
    sx_diagnosed made = sx_diagnose(&context);
    if (!packet->quoted)
        put_down_context(&annotation, &context);
    put_down_findings(&annotation, explainer, made);
    sx_call_mark mark = {packet->frame, packet->quoted ? 0 : annotation.call};
    g_array_append_val(explainer->marks, mark);
    if (!packet->quoted) {
        remember_outcome(&context, made);
        sx_calls_note_sender(&context.seen, packet);
    }
    guint32 kept = 0;
    if (speaks || made.count > 0 || made.has_details || annotation.talk_time != SX_NO_TIME)
        kept = keep_annotation(explainer, &annotation) + 1;
    add_hindsight(explainer, &context, kept > 0 ? kept - 1 : 0);
    sx_conversations_note(explainer->conversations, &context, &annotation, kept,
                          sx_leading_diagnosis(explainer, &annotation));
}

void sx_explainer_retract_frame(sx_explainer *explainer, guint32 frame) {
    sx_annotations_cut(explainer->annotations, sx_annotations_from(explainer->annotations, frame));
    g_array_set_size(explainer->marks, sx_index_of_frame(explainer->marks, frame));
    explainer->last_closed = frame - 1;
    explainer->frame = 0;
    explainer->diagnose = FALSE; /* frames that were referred to have other numbers now, or none */
}
