/* SPDX-License-Identifier: GPL-2.0-or-later
 * What is asked about messages that were fed: their annotations, what came of them, how their call ended.
 */
#include "recall.h"

#include <string.h>

#include "compare/compare.h"
#include "details/details.h"
#include "diagnose/diagnose.h"
#include "evidence.h"
#include "explainer.h"
#include "explanation/explaining.h"
#include "wire/method.h"

#define MAX_HOPS 16 /* followed back from an answer that was sent on */

const sx_finding_builder *sx_explainer_findings(const sx_explainer *explainer) {
    return explainer->findings;
}

guint sx_explainer_deciding(const sx_explainer *explainer, const sx_annotation *annotation) {
    if (annotation->n_findings < 2)
        return 0;
    const sx_diagnosis_entry *entry = sx_entry_of_finding(explainer, annotation->first_finding);
    gboolean by_code = annotation->kind == SX_RESPONSE && sx_diagnosis_is_default(entry);
    return sx_findings_deciding(explainer->findings, annotation->first_finding,
                                annotation->n_findings,
                                by_code ? (sx_verdict)sx_knowledge_code(annotation->code)->verdict
                                        : (sx_verdict)entry->verdict);
}

/* Goes from a copy to the annotation that it is a copy of, with the same outcome; FALSE if there is none. */
static gboolean go_to_original(const sx_explainer *explainer, sx_annotation *copy) {
    const sx_annotations *all = explainer->annotations;
    guint32 frame = copy->relayed_from != 0 ? copy->relayed_from : copy->copy_of;
    guint diagnosis = sx_findings_get(explainer->findings, copy->first_finding)->diagnosis;
    if (frame == 0 || frame >= copy->frame)
        return FALSE;
    for (guint i = sx_annotations_from(all, frame); i < sx_annotations_count(all); i++) {
        sx_annotation there = sx_annotations_get(all, i);
        if (there.frame != frame)
            return FALSE;
        if (there.kind == copy->kind && there.code == copy->code && there.call == copy->call &&
            there.n_findings > 0 &&
            sx_findings_get(explainer->findings, there.first_finding)->diagnosis == diagnosis) {
            *copy = there;
            return TRUE;
        }
    }
    return FALSE;
}

const sx_finding *sx_explainer_proof(const sx_explainer *explainer, const sx_annotation *annotation,
                                     guint index) {
    const sx_finding *own = sx_findings_get(explainer->findings, annotation->first_finding + index);
    if (index != 0 || own->n_evidence != 0 || annotation->kind != SX_RESPONSE ||
        sx_diagnosis_is_default(sx_knowledge_diagnosis(own->diagnosis)))
        return own;
    sx_annotation original = *annotation;
    for (guint hops = 1; hops < MAX_HOPS && go_to_original(explainer, &original); hops++) {
        const sx_finding *proof = sx_findings_get(explainer->findings, original.first_finding);
        if (proof->n_evidence != 0)
            return proof;
    }
    return own;
}

/* The mark of a message; NULL if it was not fed. */
static const sx_call_mark *find_mark(const sx_explainer *explainer, guint32 frame, guint ordinal) {
    guint at = sx_index_of_frame(explainer->marks, frame) + ordinal;
    if (at >= explainer->marks->len)
        return NULL;
    const sx_call_mark *mark = &g_array_index(explainer->marks, sx_call_mark, at);
    return mark->frame == frame ? mark : NULL;
}

gboolean sx_explainer_outcome(const sx_explainer *explainer, const sx_annotation *annotation,
                              const sx_message *message, const sx_packet *packet,
                              sx_outcome *outcome) {
    if (!explainer->diagnose || annotation->call == 0)
        return FALSE;
    guint32 conversation =
        sx_conversations_of(explainer->conversations, message, packet, annotation->call);
    if (conversation == 0)
        return FALSE;
    *outcome = sx_conversations_outcome(explainer->conversations, conversation);
    if (outcome->annotation > sx_annotations_count(explainer->annotations))
        return FALSE;
    if (sx_outcome_is_pending(outcome))
        outcome->code = sx_explainer_decision(explainer, outcome).code;
    return TRUE;
}

sx_annotation sx_explainer_decision(const sx_explainer *explainer, const sx_outcome *outcome) {
    return sx_annotations_get(explainer->annotations, outcome->annotation - 1);
}

void sx_explainer_tell_outcome(const sx_explainer *explainer, const sx_annotation *annotation,
                               sx_language language, sx_finding_builder *out) {
    if (!explainer->diagnose || annotation->frame >= explainer->last_closed)
        return;
    sx_hindsight_update(explainer->hindsight);
    sx_hindsight_add(explainer->hindsight, annotation, language, out);
}

/* The transaction that the request in a frame began. @param message of its call and method */
static const sx_transaction *transaction_of(const sx_explainer *explainer, guint32 frame,
                                            const sx_annotation *message) {
    const sx_transaction *t =
        sx_calls_transaction_in(explainer->calls, frame, message->call, message->method);
    return t != NULL && t->call == message->call && message->call != 0 ? t : NULL;
}

sx_answer sx_explainer_answer(const sx_explainer *explainer, const sx_annotation *request,
                              sx_annotation *answer) {
    const sx_annotations *all = explainer->annotations;
    const sx_transaction *t = transaction_of(explainer, request->frame, request);
    if (t == NULL)
        return SX_ANSWER_UNKNOWN;
    if (t->final == NULL)
        return SX_ANSWER_NONE;
    for (guint i = sx_annotations_from(all, t->final->frame); i < sx_annotations_count(all); i++) {
        *answer = sx_annotations_get(all, i);
        if (answer->frame != t->final->frame)
            break;
        if (answer->kind == SX_RESPONSE && answer->call == t->call &&
            answer->code == t->final->code)
            return SX_ANSWER_FINAL;
    }
    return SX_ANSWER_UNKNOWN;
}

/* The final response of an INVITE that an ACK with this To tag and branch is for: that to a failure has the branch of
 * its INVITE (RFC 3261 section 17.1.1.3). */
static const sx_final *final_of_ack(const sx_transaction *t, const sx_ack *ack, guint64 branch) {
    const sx_final *final = t->final;
    while (final != NULL && final->to_tag != ack->to_tag)
        final = final->next;
    if (final != NULL && final->code >= 300 && branch != t->keys.branch)
        return NULL;
    return final;
}

gboolean sx_explainer_acknowledged(const sx_explainer *explainer, const sx_annotation *ack,
                                   const sx_message *message, sx_acknowledged *acknowledged) {
    const sx_call *call = sx_calls_call(explainer->calls, ack->call);
    sx_keys keys;
    sx_uri target;
    if (call == NULL || g_strcmp0(ack->method, "ACK") != 0)
        return FALSE;
    sx_keys_read(message, &keys, &target);
    for (guint i = 0; i < call->n_acks; i++) {
        const sx_ack *seen = &call->acks[i];
        sx_transaction_walk walk = {0};
        const sx_transaction *t;
        if (seen->frame != ack->frame)
            continue;
        while ((t = sx_calls_walk(explainer->calls, call, &walk)) != NULL) {
            const sx_final *final = t->keys.method == SX_METHOD_INVITE &&
                                            t->keys.cseq == seen->cseq && t->client == seen->client
                                        ? final_of_ack(t, seen, keys.branch)
                                        : NULL;
            if (final != NULL && final->frame < ack->frame) {
                *acknowledged = (sx_acknowledged){final->frame, final->code};
                return TRUE;
            }
        }
    }
    return FALSE;
}

/* Takes a response that came before, if it is a better one to compare with. */
static void consider(const sx_annotation *response, guint32 frame, guint code, sx_met *best) {
    if (frame == 0 || frame >= response->frame || !sx_can_compare(response->code, code))
        return;
    gboolean by_hand = sx_is_compared_by_hand(response->code, code);
    gboolean best_by_hand = best->frame != 0 && sx_is_compared_by_hand(response->code, best->code);
    if (!by_hand && response->code < 200)
        return;
    if (best->frame == 0 || by_hand > best_by_hand ||
        (by_hand == best_by_hand && frame > best->frame))
        *best = (sx_met){frame, code};
}

/* The responses of the transactions of a walk. @return FALSE if there are more transactions than it takes */
static gboolean walk_to_met(const sx_explainer *explainer, const sx_annotation *response,
                            sx_transaction_walk walk, sx_met *best) {
    const sx_call *call = sx_calls_call(explainer->calls, response->call);
    sx_method method = sx_method_lookup((sx_slice){response->method, strlen(response->method)});
    const sx_transaction *t;
    while (call != NULL && (t = sx_calls_walk(explainer->calls, call, &walk)) != NULL) {
        if (t->keys.method != method)
            continue;
        if (response->code < 200) {
            consider(response, t->trying_frame, 100, best);
            consider(response, t->ring_frame, t->ring_code, best);
        }
        for (const sx_final *final = response->code < 200 ? NULL : t->final; final != NULL;
             final = final->next)
            consider(response, final->frame, final->code, best);
    }
    return walk.steps <= SX_MAX_LOOK_BACK;
}

gboolean sx_explainer_met(const sx_explainer *explainer, const sx_annotation *response,
                          sx_met *met) {
    *met = (sx_met){0};
    if (!explainer->diagnose || response->kind != SX_RESPONSE || response->quoted ||
        response->method == NULL)
        return FALSE;
    if (!walk_to_met(explainer, response, (sx_transaction_walk){0}, met)) {
        /* On a second look newer ones may stand before those of its time. */
        const sx_transaction *own = transaction_of(explainer, response->request_frame, response);
        if (own != NULL)
            walk_to_met(explainer, response, (sx_transaction_walk){own->id, 1}, met);
    }
    return met->frame != 0;
}

sx_severity sx_explainer_severity(const sx_explainer *explainer) {
    return explainer->severity;
}

guint32 sx_explainer_call(const sx_explainer *explainer, guint32 frame, guint ordinal) {
    const sx_call_mark *mark = find_mark(explainer, frame, ordinal);
    return mark != NULL ? mark->call : 0;
}

guint32 sx_explainer_annotation(const sx_explainer *explainer, guint32 frame, guint ordinal,
                                sx_annotation *annotation) {
    const sx_annotations *all = explainer->annotations;
    for (guint i = sx_annotations_from(all, frame); i < sx_annotations_count(all); i++) {
        *annotation = sx_annotations_get(all, i);
        if (annotation->frame != frame)
            return 0;
        if (annotation->ordinal == MIN(ordinal, G_MAXUINT16))
            return i + 1;
    }
    return 0;
}

sx_explanation *sx_explain(sx_explainer *explainer, const sx_message *message,
                           const sx_packet *packet, guint ordinal, const sx_view *view) {
    sx_annotation annotation;
    const sx_call_mark *mark = find_mark(explainer, packet->frame, ordinal);
    if (sx_explainer_annotation(explainer, packet->frame, ordinal, &annotation) != 0)
        return sx_explain_annotation(explainer, &annotation, message, packet, view);
    /* Met after later ones, it has no context. */
    if (mark == NULL && sx_explain_alone(explainer, message, packet, &annotation))
        return sx_explain_annotation(explainer, &annotation, message, packet, view);
    guint32 call = mark != NULL ? mark->call : 0;
    if (view->notes == NULL && (!view->complete || call == 0))
        return NULL;
    annotation = (sx_annotation){.frame = packet->frame,
                                 .kind = SX_REQUEST,
                                 .bare = TRUE,
                                 .quoted = packet->quoted,
                                 .call = call,
                                 .method = sx_method_name(message->known_method),
                                 .answer_time = SX_NO_TIME,
                                 .ring_time = SX_NO_TIME,
                                 .talk_time = SX_NO_TIME};
    return sx_explain_annotation(explainer, &annotation, message, packet, view);
}

guint sx_n_diagnoses(void) {
    return SX_N_DIAGNOSES;
}

const char *sx_notice_id_of(guint diagnosis) {
    return diagnosis == SX_DIAG_NONE ? "note" : sx_diagnosis_id_of(diagnosis);
}

const char *sx_notice_title_of(guint diagnosis, sx_language language) {
    if (diagnosis == SX_DIAG_NONE)
        return sx_word_text(language, SX_LABEL_NOTES_TITLE);
    return sx_word_text(language, sx_knowledge_diagnosis(diagnosis)->words.headline);
}
