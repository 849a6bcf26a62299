/* SPDX-License-Identifier: GPL-2.0-or-later
 * Messages whose time is missing or coarse: what is still found, and that no text needs better.
 */
#include "evidence.h"
#include "explainer.h"
#include "support.h"

#define UAC                                                                                        \
    { {192, 0, 2, 1}, 4, 5060 }
#define UAS                                                                                        \
    { {192, 0, 2, 2}, 4, 5060 }
#define HEADERS(branch, cseq)                                                                      \
    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK" branch "\r\nFrom: <sip:a@example.com>;tag=1\r\n"   \
    "To: <sip:b@example.com>%s\r\nCall-ID: c1\r\nCSeq: " cseq "\r\nContact: <sip:x@192.0.2.2>\r\n" \
    "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"

static const char invite[] = "INVITE sip:b@example.com SIP/2.0\r\n" HEADERS("1", "1 INVITE");
static const char trying[] = "SIP/2.0 100 Trying\r\n" HEADERS("1", "1 INVITE");
static const char ringing[] = "SIP/2.0 180 Ringing\r\n" HEADERS("1", "1 INVITE");
static const char ok[] = "SIP/2.0 200 OK\r\n" HEADERS("1", "1 INVITE");
static const char ack[] = "ACK sip:x@192.0.2.2 SIP/2.0\r\n" HEADERS("2", "1 ACK");
static const char gone[] = "SIP/2.0 480 Temporarily Unavailable\r\n" HEADERS("1", "1 INVITE");
static const char later[] =
    "SIP/2.0 503 Service Unavailable\r\nRetry-After: 7\r\n" HEADERS("1", "1 INVITE");

/** A conversation that is fed message by message. */
typedef struct {
    sx_explainer *explainer;
    sx_precision precision;
    gboolean from_log;
    guint32 frame;
    guint16 ip_id;
    GString *text; /* headings and rows in view of all messages */
    GString *ids;  /* diagnoses of all messages, frame by frame */
} talk;

static talk begin(sx_precision precision, gboolean from_log) {
    return (talk){.explainer = sx_explainer_new(TRUE),
                  .precision = precision,
                  .from_log = from_log,
                  .text = g_string_new(NULL),
                  .ids = g_string_new(NULL)};
}

static void end(talk *t) {
    sx_explainer_free(t->explainer);
    g_string_free(t->text, TRUE);
    g_string_free(t->ids, TRUE);
}

/* Causes and fixes speak of timers, not of this conversation. */
static void note_row(talk *t, const sx_row *row) {
    if (row->text != NULL && (row->field == SX_FIELD_VERDICT || row->field == SX_FIELD_EVIDENCE ||
                              row->field == SX_FIELD_EVIDENCE_FRAME))
        g_string_append_printf(t->text, "%s\n", row->text);
    if (row->field == SX_FIELD_DIAGNOSIS)
        g_string_append_printf(t->ids, " %s", row->value.text);
    g_assert_true(t->precision != SX_TIME_NONE || sx_row_type(row) != SX_HOLDS_SECONDS);
}

static void say(talk *t, const char *text, gint64 time) {
    gboolean response = g_str_has_prefix(text, "SIP/2.0 ");
    gboolean tagged = strstr(text, "200 OK") != NULL || g_str_has_prefix(text, "ACK");
    char *bytes = g_strdup_printf(text, tagged ? ";tag=2" : "");
    sx_message message = read_message(bytes);
    sx_packet packet = {.frame = ++t->frame,
                        .time = t->precision == SX_TIME_NONE      ? 0
                                : t->precision == SX_TIME_SECONDS ? time / SX_SECOND * SX_SECOND
                                                                  : time,
                        .source = UAC,
                        .destination = UAS,
                        .ip_id = t->ip_id,
                        .precision = (guint8)t->precision,
                        .from_log = (guint8)t->from_log};
    if (response) {
        packet.source = (sx_endpoint)UAS;
        packet.destination = (sx_endpoint)UAC;
    }
    sx_explainer_feed(t->explainer, &message, &packet);
    sx_explainer_close_frame(t->explainer, packet.frame);
    sx_view view = {.columns = 200, .complete = TRUE};
    sx_explanation *made = sx_explain(t->explainer, &message, &packet, 0, &view);
    g_string_append_printf(t->ids, "%u:", t->frame);
    for (guint i = 0; made != NULL && i < made->n_rows; i++)
        note_row(t, &made->rows[i]);
    if (made != NULL)
        g_string_append_printf(t->text, "%s\n", made->heading);
    g_string_append_c(t->ids, '\n');
    sx_explanation_free(made);
    g_free(bytes);
}

static void assert_has(const GString *text, const char *words, gboolean expected) {
    if ((strstr(text->str, words) != NULL) != expected)
        g_error("%s '%s' in:\n%s", expected ? "no" : "there is", words, text->str);
}

/* Nothing that needs a clock: "350 ms", "1.5 s", "under 1 ms". */
static void assert_timeless(const talk *t) {
    if (g_regex_match_simple("[0-9] m?s\\b", t->text->str, (GRegexCompileFlags)0,
                             (GRegexMatchFlags)0))
        g_error("a time in:\n%s", t->text->str);
}

static void copies_of_an_answer(talk *t) {
    say(t, invite, 0);
    say(t, ok, 100 * SX_MILLISECOND);
    say(t, ok, 600 * SX_MILLISECOND);
    say(t, ok, 1600 * SX_MILLISECOND);
    say(t, ok, 3600 * SX_MILLISECOND);
}

static void test_an_ack_that_is_missing(void) {
    static const sx_precision all[] = {SX_TIME_FINE, SX_TIME_MILLISECONDS, SX_TIME_SECONDS,
                                       SX_TIME_NONE};
    for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
        talk t = begin(all[i], TRUE);
        copies_of_an_answer(&t);
        assert_has(t.ids, "ack.missing", TRUE);
        assert_has(t.ids, "retransmit.repeated", TRUE);
        assert_has(t.ids, "benign.duplicate-capture", FALSE);
        assert_has(t.text, "answers frame 1", TRUE);
        assert_has(t.text, "2xx sent 3 times in 1.5 s", all[i] < SX_TIME_SECONDS);
        if (all[i] >= SX_TIME_SECONDS)
            assert_timeless(&t);
        end(&t);
    }
}

static void test_two_copies_are_not_three(void) {
    talk t = begin(SX_TIME_NONE, FALSE);
    say(&t, invite, 0);
    say(&t, ok, 0);
    say(&t, ok, 0);
    assert_has(t.ids, "ack.missing", FALSE);
    end(&t);
}

/* A log has each message once; a capture may have it twice, which times show. */
static void test_what_is_a_duplicate(void) {
    static const struct {
        sx_precision precision;
        gboolean from_log, duplicate;
        guint16 ip_id;
    } rows[] = {
        {SX_TIME_FINE, FALSE, TRUE, 0},     {SX_TIME_FINE, TRUE, FALSE, 0},
        {SX_TIME_SECONDS, FALSE, FALSE, 0}, {SX_TIME_SECONDS, FALSE, TRUE, 7},
        {SX_TIME_NONE, FALSE, FALSE, 0},    {SX_TIME_MILLISECONDS, FALSE, TRUE, 0},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        talk t = begin(rows[i].precision, rows[i].from_log);
        t.ip_id = rows[i].ip_id;
        say(&t, invite, 0);
        say(&t, invite, SX_MILLISECOND);
        assert_has(t.ids, "benign.duplicate-capture", rows[i].duplicate);
        assert_has(t.ids, "retransmit.repeated", !rows[i].duplicate);
        if (rows[i].precision >= SX_TIME_SECONDS)
            assert_timeless(&t);
        end(&t);
    }
}

static void test_no_response(void) {
    talk t = begin(SX_TIME_NONE, TRUE);
    for (guint i = 0; i < 4; i++)
        say(&t, invite, 0);
    assert_has(t.ids, "timer.no-response", FALSE);
    say(&t, invite, 0);
    assert_has(t.ids, "timer.no-response", TRUE);
    assert_has(t.text, "no response from 192.0.2.2", TRUE);
    assert_timeless(&t);
    end(&t);
}

/* The first copy may have been on its way when the answer was sent. */
static void test_copies_behind_an_answer(void) {
    talk t = begin(SX_TIME_NONE, TRUE);
    say(&t, invite, 0);
    say(&t, trying, 0);
    say(&t, invite, 0);
    say(&t, invite, 0);
    assert_has(t.ids, "retransmit.response-lost", FALSE);
    say(&t, invite, 0);
    assert_has(t.ids, "retransmit.response-lost", TRUE);
    assert_has(t.text, "repeated after the answer in frame 2", TRUE);
    assert_timeless(&t);
    end(&t);
    t = begin(SX_TIME_NONE, TRUE);
    say(&t, invite, 0);
    say(&t, ok, 0);
    say(&t, ack, 0);
    say(&t, ok, 0);
    say(&t, ok, 0);
    assert_has(t.ids, "ack.not-arriving", FALSE);
    say(&t, ok, 0);
    assert_has(t.ids, "ack.not-arriving", TRUE);
    assert_has(t.text, "copies after that ACK of the 2xx in frame 2\n", TRUE);
    assert_timeless(&t);
    end(&t);
}

/* Long gaps can be told by seconds, short ones cannot; what a header says always can. */
static void test_what_times_bear(void) {
    talk t = begin(SX_TIME_SECONDS, TRUE);
    say(&t, invite, 0);
    say(&t, ringing, 1100 * SX_MILLISECOND);
    say(&t, gone, 31 * SX_SECOND);
    assert_has(t.text, "nobody answered within 30 s", TRUE);
    end(&t);
    t = begin(SX_TIME_NONE, TRUE);
    say(&t, invite, 0);
    say(&t, ringing, 0);
    say(&t, gone, 0);
    assert_has(t.ids, "callee.no-answer", FALSE);
    assert_timeless(&t);
    end(&t);
    t = begin(SX_TIME_NONE, TRUE);
    say(&t, invite, 0);
    say(&t, later, 0);
    assert_has(t.text, "Retry-After 7: the next try after 7 s", TRUE);
    end(&t);
}

/* Among others that have one, it stands behind the last: no gap since 1970, and nothing that is forgotten. */
static void test_one_without_a_time(void) {
    talk t = begin(SX_TIME_FINE, TRUE);
    say(&t, invite, 1000000 * SX_SECOND);
    t.precision = SX_TIME_NONE;
    say(&t, invite, 0);
    assert_has(t.ids, "retransmit.repeated", TRUE);
    assert_has(t.ids, "timer.no-response", FALSE);
    t.precision = SX_TIME_FINE;
    say(&t, ok, 1000000 * SX_SECOND + SX_SECOND);
    assert_has(t.text, "answers frame 1", TRUE);
    assert_timeless(&t);
    end(&t);
}

static void test_gaps(void) {
    g_assert_cmpint(sx_gap_at_least(SX_TIME_FINE, 5, 8), ==, 3);
    g_assert_cmpint(sx_gap_at_least(SX_TIME_SECONDS, 0, SX_SECOND), ==, 0);
    g_assert_cmpint(sx_gap_at_least(SX_TIME_SECONDS, 0, 3 * SX_SECOND), ==, 2 * SX_SECOND);
    g_assert_cmpint(sx_gap_at_least(SX_TIME_NONE, 0, 99 * SX_SECOND), ==, 0);
    g_assert_true(sx_precision_bears(SX_TIME_MILLISECONDS, 0));
    g_assert_false(sx_precision_bears(SX_TIME_SECONDS, SX_COARSE_GAP - 1));
    g_assert_true(sx_precision_bears(SX_TIME_SECONDS, SX_COARSE_GAP));
    g_assert_false(sx_precision_bears(SX_TIME_NONE, SX_COARSE_GAP));
    g_assert_cmpuint(sizeof(sx_packet), <=, 72);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/time/ack-missing", test_an_ack_that_is_missing);
    g_test_add_func("/time/two-copies", test_two_copies_are_not_three);
    g_test_add_func("/time/duplicates", test_what_is_a_duplicate);
    g_test_add_func("/time/no-response", test_no_response);
    g_test_add_func("/time/behind-an-answer", test_copies_behind_an_answer);
    g_test_add_func("/time/bear", test_what_times_bear);
    g_test_add_func("/time/one-without", test_one_without_a_time);
    g_test_add_func("/time/gaps", test_gaps);
    return g_test_run();
}
