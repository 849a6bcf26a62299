/* SPDX-License-Identifier: GPL-2.0-or-later
 * The store of annotations. Most of them need half of the fields, and those fit in fewer bytes; the others are kept
 * as they are, in a second array.
 */
#include "diagnose/annotations.h"

#include <string.h>

#include "wire/method.h"

#define NO_TIME G_MAXUINT32
#define NO_METHOD SX_N_METHODS

typedef struct {
    guint32 frame;
    guint32 whole; /* 1 + index among those kept as they are, 0: in the fields that follow */
    guint32 call;
    guint32 first_finding;
    guint32 request_frame;
    guint32 original; /* copy_of or relayed_from */
    guint32 retry_frame, final_frame;
    guint32 answer_time;
    guint32 span; /* talk_time or ring_time */
    guint16 code;
    guint8 verdict, answered_by;
    guint8 method; /* sx_method; NO_METHOD: NULL */
    guint8 n_findings;
    guint8 ordinal;
    guint kind : 2;
    guint quoted : 1, has_details : 1, is_relayed : 1, is_talk : 1;
    guint request : 11;
} packed;

struct sx_annotations {
    GArray *all;   /* packed, ascending by frame */
    GArray *whole; /* sx_annotation */
};

sx_annotations *sx_annotations_new(void) {
    sx_annotations *store = g_new(sx_annotations, 1);
    store->all = g_array_new(FALSE, FALSE, sizeof(packed));
    store->whole = g_array_new(FALSE, FALSE, sizeof(sx_annotation));
    return store;
}

void sx_annotations_free(sx_annotations *store) {
    g_array_free(store->all, TRUE);
    g_array_free(store->whole, TRUE);
    g_free(store);
}

guint sx_annotations_count(const sx_annotations *store) {
    return store->all->len;
}

/* By address: registered methods are constants. */
static guint8 method_number(const char *method) {
    for (guint i = SX_METHOD_OTHER + 1; i < SX_N_METHODS; i++) {
        if (sx_method_name((sx_method)i) == method)
            return (guint8)i;
    }
    return method == NULL ? NO_METHOD : SX_METHOD_OTHER;
}

static gboolean fits_time(gint64 time) {
    return time == SX_NO_TIME || (time >= 0 && time < NO_TIME);
}

static gboolean fits(const sx_annotation *a, guint method) {
    return a->phrase == NULL && a->missing == 0 && method != SX_METHOD_OTHER &&
           a->n_findings <= G_MAXUINT8 && a->ordinal <= G_MAXUINT8 &&
           (a->copy_of == 0 || a->relayed_from == 0) &&
           (a->ring_time == SX_NO_TIME || a->talk_time == SX_NO_TIME) &&
           fits_time(a->answer_time) && fits_time(a->ring_time) && fits_time(a->talk_time);
}

static guint32 pack_time(gint64 time) {
    return time == SX_NO_TIME ? NO_TIME : (guint32)time;
}

static gint64 unpack_time(guint32 time) {
    return time == NO_TIME ? SX_NO_TIME : time;
}

static packed pack(const sx_annotation *a, guint8 method) {
    gboolean is_talk = a->talk_time != SX_NO_TIME;
    return (packed){
        .frame = a->frame,
        .call = a->call,
        .first_finding = a->first_finding,
        .request_frame = a->request_frame,
        .original = a->relayed_from != 0 ? a->relayed_from : a->copy_of,
        .retry_frame = a->retry_frame,
        .final_frame = a->final_frame,
        .answer_time = pack_time(a->answer_time),
        .span = pack_time(is_talk ? a->talk_time : a->ring_time),
        .code = a->code,
        .kind = a->kind & 3u,
        .verdict = a->verdict,
        .answered_by = a->answered_by,
        .method = method,
        .n_findings = (guint8)a->n_findings,
        .ordinal = (guint8)a->ordinal,
        .quoted = a->quoted != FALSE,
        .has_details = a->has_details != FALSE,
        .is_relayed = a->relayed_from != 0,
        .is_talk = is_talk,
        .request = a->request & 0x7ffu,
    };
}

static sx_annotation unpack(const packed *p) {
    return (sx_annotation){
        .frame = p->frame,
        .call = p->call,
        .first_finding = p->first_finding,
        .request_frame = p->request_frame,
        .copy_of = p->is_relayed ? 0 : p->original,
        .relayed_from = p->is_relayed ? p->original : 0,
        .retry_frame = p->retry_frame,
        .final_frame = p->final_frame,
        .answer_time = unpack_time(p->answer_time),
        .ring_time = p->is_talk ? SX_NO_TIME : unpack_time(p->span),
        .talk_time = p->is_talk ? unpack_time(p->span) : SX_NO_TIME,
        .code = p->code,
        .kind = p->kind,
        .verdict = p->verdict,
        .answered_by = p->answered_by,
        .method = p->method == NO_METHOD ? NULL : sx_method_name((sx_method)p->method),
        .n_findings = p->n_findings,
        .ordinal = p->ordinal,
        .quoted = p->quoted,
        .has_details = p->has_details,
        .request = (guint16)p->request,
    };
}

guint sx_annotations_add(sx_annotations *store, const sx_annotation *annotation) {
    guint8 method = method_number(annotation->method);
    packed kept = {.frame = annotation->frame};
    if (fits(annotation, method)) {
        kept = pack(annotation, method);
    } else {
        g_array_append_val(store->whole, *annotation);
        kept.whole = store->whole->len;
    }
    g_array_append_val(store->all, kept);
    return store->all->len - 1;
}

/* Where an annotation is kept as it is; NULL if it is packed. */
static sx_annotation *whole_of(const sx_annotations *store, const packed *kept) {
    return kept->whole != 0 ? &g_array_index(store->whole, sx_annotation, kept->whole - 1) : NULL;
}

sx_annotation sx_annotations_get(const sx_annotations *store, guint index) {
    const packed *kept = &g_array_index(store->all, packed, index);
    const sx_annotation *whole = whole_of(store, kept);
    return whole != NULL ? *whole : unpack(kept);
}

guint32 sx_annotations_call(const sx_annotations *store, guint index) {
    const packed *kept = &g_array_index(store->all, packed, index);
    const sx_annotation *whole = whole_of(store, kept);
    return whole != NULL ? whole->call : kept->call;
}

static void note_once(guint32 *field, guint32 frame) {
    if (*field == 0)
        *field = frame;
}

void sx_annotations_note(sx_annotations *store, guint index, guint32 retry_frame,
                         guint32 final_frame) {
    packed *kept = &g_array_index(store->all, packed, index);
    sx_annotation *whole = whole_of(store, kept);
    note_once(whole != NULL ? &whole->retry_frame : &kept->retry_frame, retry_frame);
    note_once(whole != NULL ? &whole->final_frame : &kept->final_frame, final_frame);
}

static guint32 frame_at(const GArray *entries, gsize size, guint index) {
    guint32 frame;
    memcpy(&frame, entries->data + index * size, sizeof frame);
    return frame;
}

guint sx_index_of_frame(const GArray *entries, guint32 frame) {
    guint low = 0;
    guint high = entries->len;
    gsize size = g_array_get_element_size((GArray *)entries);
    /* Nearly always the frame being dissected is asked for: it has the newest entry, or none yet. */
    for (guint newest = 0; newest < 2 && high > 0; newest++, high--) {
        if (frame_at(entries, size, high - 1) < frame)
            return high;
    }
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (frame_at(entries, size, middle) < frame)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

guint sx_annotations_from(const sx_annotations *store, guint32 frame) {
    return sx_index_of_frame(store->all, frame);
}

void sx_annotations_cut(sx_annotations *store, guint count) {
    g_array_set_size(store->all, count);
}
