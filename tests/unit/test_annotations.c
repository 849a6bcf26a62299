/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the store of annotations gives back is what it was given, however it is packed.
 */
#include "diagnose/annotations.h"

#include "wire/method.h"

/* A new field changes the size: give it a place in pack() and unpack() of annotations.c, and in assert_same(). */
#if GLIB_SIZEOF_VOID_P == 8
G_STATIC_ASSERT(sizeof(sx_annotation) == 112); /* but `bare`, which is never kept */
#endif

static sx_annotation usual(guint32 frame) {
    return (sx_annotation){
        .frame = frame,
        .code = 486,
        .kind = SX_RESPONSE,
        .verdict = SX_VERDICT_VIOLATION,
        .answered_by = 3,
        .request = 0x3ff,
        .quoted = TRUE,
        .method = sx_method_name(SX_METHOD_INVITE),
        .first_finding = 4000000000,
        .n_findings = 255,
        .has_details = TRUE,
        .ordinal = 255,
        .request_frame = 11,
        .copy_of = 12,
        .retry_frame = 13,
        .final_frame = 14,
        .call = 15,
        .answer_time = 0,
        .ring_time = G_MAXUINT32 - 1,
        .talk_time = SX_NO_TIME,
    };
}

static void assert_same(const sx_annotation *a, const sx_annotation *b) {
    g_assert_cmpuint(a->frame, ==, b->frame);
    g_assert_cmpuint(a->code, ==, b->code);
    g_assert_cmpuint(a->kind, ==, b->kind);
    g_assert_cmpuint(a->request, ==, b->request);
    g_assert_cmpuint(a->verdict, ==, b->verdict);
    g_assert_cmpuint(a->answered_by, ==, b->answered_by);
    g_assert_cmpint(a->quoted, ==, b->quoted);
    g_assert_cmpstr(a->method, ==, b->method);
    g_assert_cmpstr(a->phrase, ==, b->phrase);
    g_assert_cmpuint(a->missing, ==, b->missing);
    g_assert_cmpuint(a->first_finding, ==, b->first_finding);
    g_assert_cmpuint(a->n_findings, ==, b->n_findings);
    g_assert_cmpint(a->has_details, ==, b->has_details);
    g_assert_cmpuint(a->ordinal, ==, b->ordinal);
    g_assert_cmpuint(a->request_frame, ==, b->request_frame);
    g_assert_cmpuint(a->copy_of, ==, b->copy_of);
    g_assert_cmpuint(a->relayed_from, ==, b->relayed_from);
    g_assert_cmpuint(a->retry_frame, ==, b->retry_frame);
    g_assert_cmpuint(a->final_frame, ==, b->final_frame);
    g_assert_cmpuint(a->call, ==, b->call);
    g_assert_cmpint(a->answer_time, ==, b->answer_time);
    g_assert_cmpint(a->ring_time, ==, b->ring_time);
    g_assert_cmpint(a->talk_time, ==, b->talk_time);
}

static void assert_comes_back(const sx_annotation *annotation) {
    sx_annotations *store = sx_annotations_new();
    guint index = sx_annotations_add(store, annotation);
    sx_annotation got = sx_annotations_get(store, index);
    assert_same(&got, annotation);
    sx_annotations_free(store);
}

static void test_usual(void) {
    sx_annotation a = usual(1);
    assert_comes_back(&a);
    a.copy_of = 0;
    a.relayed_from = 16;
    a.ring_time = SX_NO_TIME;
    a.talk_time = 17;
    a.kind = SX_REQUEST;
    a.method = NULL;
    a.answer_time = SX_NO_TIME;
    assert_comes_back(&a);
}

/* Each of these does not fit the packed form. */
static void test_unusual(void) {
    sx_annotation a[9];
    for (guint i = 0; i < G_N_ELEMENTS(a); i++)
        a[i] = usual(1);
    a[0].phrase = "Gone fishing";
    a[1].missing = 5;
    a[2].method = "BREW";
    a[3].n_findings = 256;
    a[4].ordinal = G_MAXUINT16;
    a[5].relayed_from = 7;
    a[6].talk_time = 1;
    a[7].answer_time = G_MAXUINT32;
    a[8].ring_time = G_MAXINT64;
    for (guint i = 0; i < G_N_ELEMENTS(a); i++)
        assert_comes_back(&a[i]);
}

static void test_hindsight(void) {
    sx_annotations *store = sx_annotations_new();
    sx_annotation a[2] = {usual(1), usual(2)};
    a[1].phrase = "kept whole";
    for (guint i = 0; i < G_N_ELEMENTS(a); i++) {
        a[i].retry_frame = 0;
        a[i].final_frame = 0;
        sx_annotations_add(store, &a[i]);
        g_assert_cmpuint(sx_annotations_call(store, i), ==, 15);
        sx_annotations_note(store, i, 21, 0);
        sx_annotations_note(store, i, 22, 0);
        sx_annotations_note(store, i, 0, 23);
        sx_annotations_note(store, i, 0, 24);
        a[i].retry_frame = 21;
        a[i].final_frame = 23;
        sx_annotation got = sx_annotations_get(store, i);
        assert_same(&got, &a[i]);
    }
    sx_annotations_free(store);
}

static void test_several(void) {
    sx_annotations *store = sx_annotations_new();
    sx_annotation first = usual(1);
    sx_annotation second = usual(2);
    first.phrase = "kept whole";
    sx_annotations_add(store, &first);
    sx_annotations_add(store, &second);
    sx_annotation got = sx_annotations_get(store, 0);
    assert_same(&got, &first);
    got = sx_annotations_get(store, 1);
    assert_same(&got, &second);
    g_assert_cmpuint(sx_annotations_from(store, 2), ==, 1);
    sx_annotations_cut(store, 1);
    g_assert_cmpuint(sx_annotations_count(store), ==, 1);
    sx_annotations_free(store);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/annotations/usual", test_usual);
    g_test_add_func("/annotations/unusual", test_unusual);
    g_test_add_func("/annotations/hindsight", test_hindsight);
    g_test_add_func("/annotations/several", test_several);
    return g_test_run();
}
