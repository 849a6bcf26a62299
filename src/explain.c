/* SPDX-License-Identifier: GPL-2.0-or-later
 * Messages to annotations. The verdict comes from the code, the method and the message's own headers.
 */
#include "explain.h"

#include <string.h>

#include "body.h"
#include "knowledge/knowledge.h"
#include "sip_method.h"

#define MAX_PHRASE 200 /* bytes kept of a reason phrase */
#define MAX_METHOD 32  /* bytes kept of a method nobody knows */

struct sx_explainer {
    GArray *annotations; /* sx_annotation, ascending by frame */
    GStringChunk *strings;
    guint32 last_closed;
};

sx_explainer *sx_explainer_new(void) {
    sx_explainer *explainer = g_new0(sx_explainer, 1);
    explainer->annotations = g_array_new(FALSE, FALSE, sizeof(sx_annotation));
    explainer->strings = g_string_chunk_new(1024);
    return explainer;
}

void sx_explainer_free(sx_explainer *explainer) {
    if (explainer == NULL)
        return;
    g_array_free(explainer->annotations, TRUE);
    g_string_chunk_free(explainer->strings);
    g_free(explainer);
}

gboolean sx_explainer_is_past(const sx_explainer *explainer, guint32 frame) {
    return frame <= explainer->last_closed;
}

void sx_explainer_close_frame(sx_explainer *explainer, guint32 frame) {
    explainer->last_closed = MAX(explainer->last_closed, frame);
}

/* A copy of bytes from the wire as valid UTF-8, shared between equal ones. */
static const char *keep_text(sx_explainer *explainer, sx_slice bytes, gsize limit) {
    char *valid = g_utf8_make_valid(bytes.p, (gssize)MIN(bytes.len, limit));
    const char *kept = g_string_chunk_insert_const(explainer->strings, valid);
    g_free(valid);
    return kept;
}

static const char *keep_method(sx_explainer *explainer, sx_slice method) {
    const char *known = sx_method_name(sx_method_lookup(method));
    if (known != NULL || method.len == 0)
        return known;
    return keep_text(explainer, method, MAX_METHOD);
}

/* An OPTIONS that asks "are you there" has its answer whatever the code says, unless nobody answered for the peer. */
static gboolean proves_peer_alive(const sx_message *response) {
    guint code = response->code;
    return code >= 300 && code < 700 && code != 401 && code != 407 && code != 408 && code != 503 &&
           code != 504 && sx_slice_is_exactly(response->cseq_method, "OPTIONS");
}

static sx_verdict judge(const sx_message *response, sx_missing_set missing) {
    if (missing != 0 && sx_missing_worst(missing) != SX_MISSING_NOTED)
        return SX_VERDICT_VIOLATION;
    if (proves_peer_alive(response))
        return SX_VERDICT_BENIGN;
    return sx_knowledge_code(response->code)->verdict;
}

static void annotate_response(sx_explainer *explainer, const sx_message *response,
                              sx_annotation *annotation) {
    const sx_code_entry *entry = sx_knowledge_code(response->code);
    annotation->code = response->code;
    annotation->verdict = (guint8)judge(response, annotation->missing);
    if (response->phrase.len > 0 && !sx_slice_is(response->phrase, entry->name))
        annotation->phrase = keep_text(explainer, response->phrase, MAX_PHRASE);
}

gboolean sx_explain_alone(sx_explainer *explainer, const sx_message *message, sx_occasion occasion,
                          sx_annotation *annotation) {
    sx_message fragment;
    *annotation = (sx_annotation){.frame = occasion.frame, .quoted = occasion.quoted};
    annotation->method = keep_method(explainer, sx_message_method(message));
    if (message->is_response) {
        annotation->kind = SX_RESPONSE;
        if (!occasion.quoted)
            annotation->missing = sx_mandatory_missing(message);
        annotate_response(explainer, message, annotation);
        return TRUE;
    }
    if (!sx_body_sipfrag(message, &fragment))
        return FALSE;
    annotation->kind = SX_SIPFRAG;
    annotate_response(explainer, &fragment, annotation);
    return TRUE;
}

void sx_explainer_feed(sx_explainer *explainer, const sx_message *message, sx_occasion occasion) {
    sx_annotation annotation;
    if (sx_explain_alone(explainer, message, occasion, &annotation))
        g_array_append_val(explainer->annotations, annotation);
}

/* Index of the first annotation whose frame is not below this one. */
static guint lower_bound(const GArray *annotations, guint32 frame) {
    guint low = 0;
    guint high = annotations->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(annotations, sx_annotation, middle).frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const sx_annotation *sx_explainer_frame(const sx_explainer *explainer, guint32 frame,
                                        guint *count) {
    const GArray *all = explainer->annotations;
    guint first = lower_bound(all, frame);
    guint end = first;
    while (end < all->len && g_array_index(all, sx_annotation, end).frame == frame)
        end++;
    *count = end - first;
    return *count > 0 ? &g_array_index(all, sx_annotation, first) : NULL;
}
