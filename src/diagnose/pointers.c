/* SPDX-License-Identifier: GPL-2.0-or-later
 * Which later messages point to an earlier frame: read from the evidence of their findings.
 */
#include "diagnose/hindsight.h"

#include "evidence.h"

gint sx_pointer_compare(gconstpointer a, gconstpointer b) {
    const sx_pointer *one = (const sx_pointer *)a;
    const sx_pointer *other = (const sx_pointer *)b;
    if (one->frame != other->frame)
        return one->frame < other->frame ? -1 : 1;
    if (one->annotation != other->annotation)
        return one->annotation < other->annotation ? -1 : 1;
    return (one->finding > other->finding) - (one->finding < other->finding);
}

/* A TCP segment may hold messages of several calls: whether one of them is of this call. */
static gboolean holds_message_of(const sx_hindsight *known, guint32 frame, guint32 call) {
    guint first = sx_annotations_from(known->annotations, frame);
    guint end = MIN(first + SX_MAX_LOOK_BACK, sx_annotations_count(known->annotations));
    const sx_transaction *t = sx_calls_transaction_in(known->calls, frame, call, NULL);
    if (t != NULL && t->call == call)
        return TRUE;
    for (guint i = first; i < end; i++) {
        sx_annotation there = sx_annotations_get(known->annotations, i);
        if (there.frame != frame)
            return FALSE;
        if (there.call == call)
            return TRUE;
    }
    return FALSE;
}

/* A pointer from the annotation that is read now. */
static void add_pointer(sx_hindsight *known, guint32 frame, const sx_annotation *annotation,
                        guint32 finding) {
    if (frame == 0 || frame >= annotation->frame)
        return;
    sx_pointer pointer = {frame, known->n_read, finding, 0};
    if (finding == G_MAXUINT32 || holds_message_of(known, frame, annotation->call))
        pointer.call = annotation->call;
    g_array_append_val(known->pointers, pointer);
}

static void read_finding(sx_hindsight *known, const sx_annotation *annotation, guint32 index) {
    const sx_finding *finding = sx_findings_get(known->findings, index);
    const sx_diagnosis_entry *entry = sx_knowledge_diagnosis(finding->diagnosis);
    guint position = 0;
    sx_evidence evidence;
    if (!entry->marks)
        return;
    if (entry->marks_request && annotation->copy_of == 0)
        add_pointer(known, annotation->request_frame, annotation,
                    sx_diagnosis_is_default(entry) ? G_MAXUINT32 : index);
    while (sx_findings_next_evidence(known->findings, finding, &position, &evidence)) {
        for (guint i = 0; sx_knowledge_evidence_marks(evidence.evidence) && i < evidence.n_args;
             i++) {
            if (evidence.args[i].type == SX_ARG_FRAME)
                add_pointer(known, (guint32)evidence.args[i].value.number, annotation, index);
        }
    }
}

void sx_hindsight_update(sx_hindsight *known) {
    guint count = sx_annotations_count(known->annotations);
    if (known->n_read > count) {
        g_array_set_size(known->pointers, 0);
        known->n_read = 0;
    }
    if (known->n_read == count)
        return;
    for (; known->n_read < count; known->n_read++) {
        sx_annotation annotation = sx_annotations_get(known->annotations, known->n_read);
        for (guint i = 0; i < annotation.n_findings; i++)
            read_finding(known, &annotation, annotation.first_finding + i);
    }
    g_array_sort(known->pointers, sx_pointer_compare);
}

guint sx_hindsight_first_pointer(const sx_hindsight *known, guint32 frame) {
    guint low = 0;
    guint high = known->pointers->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(known->pointers, sx_pointer, middle).frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
