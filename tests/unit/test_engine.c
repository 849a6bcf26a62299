/* SPDX-License-Identifier: GPL-2.0-or-later
 * The engine behind the reader: bodies, mandatory headers, rows, annotations and their order.
 */
#include "explainer.h"
#include "explanation/wrap.h"
#include "knowledge/knowledge.h"
#include "support.h"
#include "wire/body.h"

#define NOTIFY(type, body)                                                                         \
    "NOTIFY sip:a@example.com SIP/2.0\r\n" RESPONSE_HEADERS "CSeq: 2 NOTIFY\r\nEvent: refer\r\n"   \
    "Content-Type: " type "\r\n\r\n" body

static guint sipfrag_code(const char *text) {
    sx_message notify = read_message(text);
    sx_message fragment;
    return sx_body_sipfrag(&notify, &fragment) ? fragment.code : 0;
}

static void test_sipfrag(void) {
    g_assert_cmpuint(sipfrag_code(NOTIFY("message/sipfrag", "SIP/2.0 404 Not Found\r\n")), ==, 404);
    g_assert_cmpuint(sipfrag_code(NOTIFY("Message/SipFrag ;version=2.0", "SIP/2.0 200 OK")), ==,
                     200);
    g_assert_cmpuint(sipfrag_code(NOTIFY("message/sipfrag", "INVITE sip:x SIP/2.0\r\n")), ==, 0);
    g_assert_cmpuint(sipfrag_code(NOTIFY("message/sipfrag", "")), ==, 0);
    g_assert_cmpuint(sipfrag_code(NOTIFY("text/plain", "SIP/2.0 404 Not Found\r\n")), ==, 0);
    g_assert_cmpuint(sipfrag_code(NOTIFY("message/sipfragment", "SIP/2.0 404 x\r\n")), ==, 0);
    g_assert_cmpuint(
        sipfrag_code(
            "MESSAGE sip:a SIP/2.0\r\nContent-Type: message/sipfrag\r\n\r\nSIP/2.0 404 x\r\n"),
        ==, 0);
}

#define SIPFRAG_PART "Content-Type: message/sipfrag\r\n\r\nSIP/2.0 486 Busy Here\r\n"

static void test_sipfrag_in_multipart(void) {
    g_assert_cmpuint(
        sipfrag_code(NOTIFY("multipart/mixed;boundary=\"b 1\"",
                            "preamble\r\n--b 1\r\nContent-Type: text/plain\r\n\r\nhi\r\n"
                            "--b 1\r\n" SIPFRAG_PART "--b 1--\r\n")),
        ==, 486);
    g_assert_cmpuint(
        sipfrag_code(NOTIFY("multipart/mixed;boundary=o",
                            "--o\r\nContent-Type: multipart/alternative;boundary=i\r\n\r\n"
                            "--i\r\n" SIPFRAG_PART "--i--\r\n--o--\r\n")),
        ==, 486);
    g_assert_cmpuint(sipfrag_code(NOTIFY("multipart/mixed;boundary=o", "--o\r\n" SIPFRAG_PART)), ==,
                     486);
    g_assert_cmpuint(sipfrag_code(NOTIFY("multipart/mixed;boundary=o", "x--o\r\n" SIPFRAG_PART)),
                     ==, 0);
    g_assert_cmpuint(sipfrag_code(NOTIFY("multipart/mixed", "--o\r\n" SIPFRAG_PART)), ==, 0);
}

static void test_hostile_multipart_stays_linear(void) {
    GString *text = g_string_new(NOTIFY("multipart/mixed;boundary=-", ""));
    while (text->len < 2 * 1024 * 1024)
        g_string_append(text, "\n---");
    g_assert_cmpuint(sipfrag_code(text->str), ==, 0);
    g_string_free(text, TRUE);
}

/* The missing headers of a response, joined. */
static char *missing(const char *status, const char *headers) {
    char *text = g_strconcat("SIP/2.0 ", status, " x\r\n", headers, "\r\n", NULL);
    sx_message response = read_message(text);
    sx_missing_set set = sx_mandatory_missing(&response);
    const sx_mandatory_rule *rule;
    GString *names = g_string_new("");
    while ((rule = sx_missing_next(&set)) != NULL)
        g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", rule->what);
    g_free(text);
    return g_string_free(names, FALSE);
}

#define assert_missing(status, headers, expected)                                                  \
    do {                                                                                           \
        char *got_names_ = missing(status, headers);                                               \
        g_assert_cmpstr(got_names_, ==, expected);                                                 \
        g_free(got_names_);                                                                        \
    } while (0)

static void test_mandatory_headers(void) {
    assert_missing("401", RESPONSE_HEADERS "CSeq: 1 INVITE\r\n", "WWW-Authenticate");
    assert_missing("401", RESPONSE_HEADERS "CSeq: 1 INVITE\r\nwww-authenticate: Digest\r\n", "");
    assert_missing("415", RESPONSE_HEADERS "CSeq: 1 INVITE\r\n",
                   "Accept/Accept-Encoding/Accept-Language");
    assert_missing("415", RESPONSE_HEADERS "CSeq: 1 INVITE\r\nAccept-Language: en\r\n", "");
    assert_missing("200", RESPONSE_HEADERS "CSeq: 1 INVITE\r\n", "Contact");
    assert_missing("200", RESPONSE_HEADERS "CSeq: 1 BYE\r\n", "");
    assert_missing("200", RESPONSE_HEADERS "CSeq: 1 SUBSCRIBE\r\n", "Contact, Expires");
    assert_missing("200", RESPONSE_HEADERS "CSeq: 1 PUBLISH\r\nExpires: 9\r\n", "SIP-ETag");
    assert_missing("200", RESPONSE_HEADERS "CSeq: 1 PUBLISH\r\nExpires: 0\r\n", "");
    assert_missing("200", RESPONSE_HEADERS "CSeq: 1 PUBLISH\r\n", "Expires, SIP-ETag");
    assert_missing("486", "CSeq: 1 INVITE\r\n", "Via, From, To, Call-ID");
    assert_missing("486", RESPONSE_HEADERS, "CSeq");
}

static void test_reliable_provisional_responses(void) {
    assert_missing("183", RESPONSE_HEADERS "CSeq: 1 INVITE\r\n", "");
    assert_missing("183", RESPONSE_HEADERS "CSeq: 1 INVITE\r\nRSeq: 1\r\n", "Require: 100rel");
    assert_missing("183", RESPONSE_HEADERS "CSeq: 1 INVITE\r\nRSeq: 1\r\nRequire: x, 100rel\r\n",
                   "");
    assert_missing("183", RESPONSE_HEADERS "CSeq: 1 INVITE\r\nRequire: 100rel\r\n", "RSeq");
    assert_missing("183", RESPONSE_HEADERS "CSeq: 1 INVITE\r\nRequire: timer\r\n", "");
    assert_missing("199", RESPONSE_HEADERS "CSeq: 1 INVITE\r\nReason: SIP;cause=486\r\n", "");
}

static void test_cut_headers_accuse_nobody(void) {
    sx_message response = read_message("SIP/2.0 401 Unauthorized\r\n" RESPONSE_HEADERS);
    g_assert_false(response.headers_complete);
    g_assert_cmpuint(sx_mandatory_missing(&response), ==, 0);
}

/* The annotation of one message on its own. */
static sx_annotation annotate(sx_explainer *explainer, const char *text, gboolean quoted) {
    sx_message message = read_message(text);
    sx_annotation annotation;
    g_assert_true(sx_explain_alone(explainer, &message, &(sx_packet){.frame = 1, .quoted = quoted},
                                   &annotation));
    return annotation;
}

static void test_verdicts(void) {
    static const struct {
        const char *status, *method;
        sx_verdict verdict;
    } cases[] = {
        {"180 Ringing", "INVITE", SX_VERDICT_NORMAL},
        {"200 OK", "BYE", SX_VERDICT_NORMAL},
        {"486 Busy Here", "INVITE", SX_VERDICT_USER_ACTION},
        {"404 Not Found", "INVITE", SX_VERDICT_FAILURE},
        {"404 Not Found", "OPTIONS", SX_VERDICT_BENIGN},
        {"408 Request Timeout", "OPTIONS", SX_VERDICT_FAILURE},
        {"503 Service Unavailable", "OPTIONS", SX_VERDICT_FAILURE},
        {"487 Request Terminated", "INVITE", SX_VERDICT_BENIGN},
        {"405 Method Not Allowed", "INVITE", SX_VERDICT_VIOLATION},
        {"499 Odd", "INVITE", SX_VERDICT_FAILURE},
        {"799 Odd", "INVITE", SX_VERDICT_VIOLATION},
    };
    sx_explainer *explainer = sx_explainer_new(TRUE);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *text = g_strdup_printf("SIP/2.0 %s\r\n" RESPONSE_HEADERS "CSeq: 1 %s\r\n\r\n",
                                     cases[i].status, cases[i].method);
        g_test_message("%s to %s", cases[i].status, cases[i].method);
        g_assert_cmpint(annotate(explainer, text, FALSE).verdict, ==, cases[i].verdict);
        g_free(text);
    }
    sx_explainer_free(explainer);
}

static void test_quoted_responses_are_not_accused(void) {
    sx_explainer *explainer = sx_explainer_new(TRUE);
    const char *text = "SIP/2.0 401 Unauthorized\r\nCSeq: 1 INVITE\r\n\r\n";
    g_assert_cmpint(annotate(explainer, text, TRUE).verdict, ==, SX_VERDICT_NORMAL);
    g_assert_cmpint(annotate(explainer, text, FALSE).verdict, ==, SX_VERDICT_VIOLATION);
    sx_explainer_free(explainer);
}

static void test_phrase_is_kept_where_it_differs(void) {
    sx_explainer *explainer = sx_explainer_new(TRUE);
    g_assert_null(annotate(explainer, "SIP/2.0 486 busy HERE\r\n\r\n", FALSE).phrase);
    g_assert_null(annotate(explainer, "SIP/2.0 486\r\n\r\n", FALSE).phrase);
    g_assert_cmpstr(annotate(explainer, "SIP/2.0 486 Busy\r\n\r\n", FALSE).phrase, ==, "Busy");
    const char *phrase = annotate(explainer, "SIP/2.0 486 B\xff\xfesy %s%n\r\n\r\n", FALSE).phrase;
    g_assert_true(g_utf8_validate(phrase, -1, NULL));
    g_assert_true(g_str_has_suffix(phrase, "sy %s%n"));
    sx_explainer_free(explainer);
}

static void feed(sx_explainer *explainer, guint32 frame, const char *text) {
    sx_message message = read_message(text);
    sx_explainer_feed(explainer, &message, &(sx_packet){.frame = frame, .quoted = FALSE});
}

/* The heading of the explanation of a message; to be freed. NULL: there is none. */
static char *heading(sx_explainer *explainer, guint32 frame, guint ordinal, const char *text) {
    sx_message message = read_message(text);
    sx_view view = {.columns = 100};
    sx_explanation *made =
        sx_explain(explainer, &message, &(sx_packet){.frame = frame}, ordinal, &view);
    char *copy = made != NULL ? g_strdup(made->heading) : NULL;
    sx_explanation_free(made);
    return copy;
}

#define assert_heading(frame, ordinal, text, expected)                                             \
    do {                                                                                           \
        char *got_heading_ = heading(explainer, frame, ordinal, text);                             \
        g_assert_cmpstr(got_heading_, ==, expected);                                               \
        g_free(got_heading_);                                                                      \
    } while (0)

static void test_explanations_are_found_by_frame_and_place(void) {
    static const char trying[] = "SIP/2.0 100 Trying\r\n\r\n";
    static const char ringing[] = "SIP/2.0 180 Ringing\r\n\r\n";
    static const char bye[] = "BYE sip:x SIP/2.0\r\n\r\n";
    static const char ok[] = "SIP/2.0 200 OK\r\n\r\n";
    sx_explainer *explainer = sx_explainer_new(TRUE);
    feed(explainer, 3, trying);
    feed(explainer, 3, ringing);
    feed(explainer, 5, bye);
    feed(explainer, 9, ok);
    sx_explainer_close_frame(explainer, 9);
    assert_heading(3, 0, trying, "100 Trying - no Via in it, which a 100 must carry");
    assert_heading(3, 1, ringing, "180 Ringing - no Via in it, which a 180 must carry");
    assert_heading(5, 0, bye, NULL);
    assert_heading(9, 0, ok, "200 OK - no Via in it, which a 200 must carry");
    /* Met out of order: by itself, and without a word on most requests. */
    assert_heading(7, 0, "SIP/2.0 486 Busy Here\r\n\r\n",
                   "486 Busy Here - the callee answers busy");
    assert_heading(7, 0, bye, NULL);
    g_assert_true(sx_explainer_is_past(explainer, 9));
    g_assert_false(sx_explainer_is_past(explainer, 10));
    sx_explainer_free(explainer);
}

/* How many rows of the comparison are in view of a response that follows a 410. */
static guint compared_rows(const char *status, sx_view view) {
    static const char *const request = "PRACK sip:b SIP/2.0\r\n" RESPONSE_HEADERS;
    char *texts[4] = {
        g_strconcat(request, "CSeq: 1 PRACK\r\n\r\n", NULL),
        g_strdup("SIP/2.0 410 Gone\r\n" RESPONSE_HEADERS "CSeq: 1 PRACK\r\n\r\n"),
        g_strconcat(request, "CSeq: 2 PRACK\r\n\r\n", NULL),
        g_strconcat("SIP/2.0 ", status, "\r\n" RESPONSE_HEADERS, "CSeq: 2 PRACK\r\n\r\n", NULL)};
    sx_explainer *explainer = sx_explainer_new(TRUE);
    for (guint i = 0; i < 4; i++)
        feed(explainer, i + 1, texts[i]);
    sx_message message = read_message(texts[3]);
    sx_explanation *made = sx_explain(explainer, &message, &(sx_packet){.frame = 4}, 0, &view);
    guint hidden = 0, shown = 0;
    for (guint i = 0; i < made->n_rows; i++) {
        const sx_row *row = &made->rows[i];
        gboolean one =
            row->field == SX_FIELD_COMPARE_FRAME || row->field == SX_FIELD_COMPARE_DIFFERENCE;
        hidden += one && row->hidden;
        shown += one && !row->hidden;
        if (row->field == SX_FIELD_COMPARE_FRAME && !row->hidden)
            g_assert_cmpstr(row->text, ==, "Compared with 410 (frame 2)");
    }
    g_assert_cmpuint(shown == 0 ? hidden : shown, >=, 4);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    sx_explanation_free(made);
    sx_explainer_free(explainer);
    return shown;
}

static void test_a_comparison_is_in_view_where_it_helps(void) {
    sx_view text = {.columns = 100};
    sx_view window = {.columns = 64, .in_window = TRUE};
    sx_view always = {.columns = 100, .long_texts = SX_LONG_TEXTS_ALWAYS};
    sx_view never = {.columns = 64, .in_window = TRUE, .long_texts = SX_LONG_TEXTS_NEVER};
    g_assert_cmpuint(compared_rows("404 x", text), >, 0); /* two that people confuse */
    g_assert_cmpuint(compared_rows("500 x", text), ==, 0);
    g_assert_cmpuint(compared_rows("500 x", window), >, 0);
    g_assert_cmpuint(compared_rows("500 x", always), >, 0);
    g_assert_cmpuint(compared_rows("500 x", never), ==, 0);
    g_assert_cmpuint(compared_rows("200 x", window), ==, 0); /* nothing is wrong */
    g_assert_cmpuint(compared_rows("200 x", always), >, 0);
}

static void assert_lines(const char *text, guint columns, gsize bytes, const char *expected) {
    sx_slice rest = text_slice(text);
    sx_slice line;
    GString *lines = g_string_new("");
    while ((line = sx_wrap_next(&rest, columns, bytes)).len > 0) {
        g_assert_cmpuint(line.len, <=, bytes);
        g_assert_true(g_utf8_validate(line.p, (gssize)line.len, NULL));
        g_assert_cmpint(g_utf8_strlen(line.p, (gssize)line.len), <=, columns);
        g_string_append_len(lines, line.p, (gssize)line.len);
        g_string_append_c(lines, '|');
    }
    g_assert_cmpstr(lines->str, ==, expected);
    g_string_free(lines, TRUE);
}

#define YES "\xd0\x94\xd0\xb0" /* two characters in four bytes */

static void test_lines(void) {
    assert_lines("", 10, 99, "");
    assert_lines("one two three", 13, 99, "one two three|");
    assert_lines("one two three", 12, 99, "one two|three|");
    assert_lines("one two three", 7, 99, "one two|three|");
    assert_lines("abcdefghij klm", 6, 99, "abcdef|ghij|klm|");
    assert_lines("abcdefghij klm", 99, 6, "abcdef|ghij|klm|");
    assert_lines(YES YES, 4, 99, YES YES "|");
    assert_lines(YES YES, 3, 99, YES "\xd0\x94|\xd0\xb0|");
    assert_lines(YES YES, 99, 7, YES "\xd0\x94|\xd0\xb0|");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/body/sipfrag", test_sipfrag);
    g_test_add_func("/body/sipfrag-in-multipart", test_sipfrag_in_multipart);
    g_test_add_func("/body/hostile-multipart", test_hostile_multipart_stays_linear);
    g_test_add_func("/mandatory/headers", test_mandatory_headers);
    g_test_add_func("/mandatory/reliable-provisional", test_reliable_provisional_responses);
    g_test_add_func("/mandatory/cut-headers", test_cut_headers_accuse_nobody);
    g_test_add_func("/explain/verdicts", test_verdicts);
    g_test_add_func("/explain/quoted", test_quoted_responses_are_not_accused);
    g_test_add_func("/explain/phrase", test_phrase_is_kept_where_it_differs);
    g_test_add_func("/explain/frames", test_explanations_are_found_by_frame_and_place);
    g_test_add_func("/explain/compared", test_a_comparison_is_in_view_where_it_helps);
    g_test_add_func("/wrap/between-words-and-characters", test_lines);
    return g_test_run();
}
