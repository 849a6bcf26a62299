/* SPDX-License-Identifier: GPL-2.0-or-later
 * Patterns of the vendor table, and which rows a message has.
 */
#include "details/vendor_match.h"
#include "knowledge/facts.h"

#include "support.h"

#define RESPONSE(line, headers)                                                                    \
    "SIP/2.0 " line "\r\n" RESPONSE_HEADERS "CSeq: 1 INVITE\r\n" headers "\r\n"

static gboolean fits(const char *text, const char *pattern) {
    return sx_vendor_pattern_fits(text_slice(text), pattern, NULL, NULL);
}

static void test_words(void) {
    g_assert_true(fits("User channel limit exceeded D1", " D1$"));
    g_assert_true(fits("Forbidden (x) d1 ).", " D1$"));
    g_assert_false(fits("Forbidden D12", " D1$"));
    g_assert_false(fits("Forbidden D1 today", " D1$"));
    g_assert_false(fits("D1", " D1$"));
    g_assert_true(fits("no credit left", "no credit"));
    g_assert_false(fits("casino credit", "no credit"));
    g_assert_false(fits("no credits", "no credit"));
    g_assert_true(fits("Not HERE", "^not here$"));
    g_assert_false(fits("is not here", "^not here$"));
    g_assert_true(fits("The number +15 is unverified.", "number * is unverified"));
    g_assert_false(fits("is unverified, the number", "number * is unverified"));
    g_assert_true(fits("a b c b", "a*b$"));
    g_assert_true(fits("", NULL));
    g_assert_false(fits("", "x"));
    g_assert_false(fits("", "{number}"));
}

static void test_numbers(void) {
    sx_slice number;
    sx_slice found;
    g_assert_true(
        sx_vendor_pattern_fits(text_slice("x (477/SL)"), "({number}/SL)$", &number, &found));
    assert_slice(number, "477");
    assert_slice(found, "(477/SL)");
    g_assert_true(fits("510532;unknown trunk", "{510532}"));
    g_assert_true(fits("call 531004.", "{531000-531999}"));
    g_assert_false(fits("call 532000", "{531000-531999}"));
    g_assert_false(fits("510532a-77", "{510532}"));
    g_assert_false(fits("a510532", "{510532}"));
    g_assert_false(fits("10.510532", "{510532}"));
    g_assert_false(fits("5105321", "{510532}"));
    g_assert_false(fits("99999999999510532", "{number}"));
    g_assert_true(fits("1 2 510532", "{510532}"));
}

static void test_only_the_first_bytes_are_seen(void) {
    char text[4096];
    memset(text, 'a', sizeof text);
    memcpy(text + 300, " D1", 3);
    g_assert_false(sx_vendor_pattern_fits((sx_slice){text, 303}, " D1$", NULL, NULL));
    g_assert_false(sx_vendor_pattern_fits((sx_slice){text, sizeof text}, "a*a*a*a*b$", NULL, NULL));
    g_assert_false(
        sx_vendor_pattern_fits((sx_slice){text, sizeof text}, "^a*{number}", NULL, NULL));
}

static void assert_rows(const char *text, const char *expected) {
    sx_vendor_hit hits[SX_VENDOR_MAX_HITS];
    sx_message message = read_message(text);
    GString *ids = g_string_new(NULL);
    guint n = sx_vendor_find(&message, hits);
    for (guint i = 0; i < n; i++)
        g_string_append_printf(ids, "%s%s", i > 0 ? " " : "", sx_fact(hits[i].row->id));
    g_assert_cmpstr(ids->str, ==, expected);
    g_string_free(ids, TRUE);
}

static void test_rows(void) {
    assert_rows(RESPONSE("477 Send failed (477/SL)", ""), "ser.send-failed ser.stateless-reply");
    assert_rows(RESPONSE("403 Invalid Caller Origination Number D35", ""), "telnyx.d35");
    assert_rows(RESPONSE("200 OK", "Warning: 392 a \"Noisy feedback tells: pid=1\"\r\n"),
                "ser.noisy-feedback");
}

static void test_ordinary_messages_have_none(void) {
    assert_rows(RESPONSE("200 OK", ""), "");
    assert_rows(RESPONSE("404 Not Found", "Server: kamailio (5.7)\r\n"), "");
    assert_rows(RESPONSE("404", ""), "");
    assert_rows(RESPONSE("99999 x D35", ""), "");
    assert_rows(RESPONSE("183 number 5 is unverified", ""), "");
}

/* Of the rows that go by one number the one that says more; another number has its own. */
static void test_one_row_a_number(void) {
    assert_rows(RESPONSE("403 Forbidden", "Server: Microsoft.PSTNHub.SIPProxy\r\n"
                                          "Reason: Q.850;cause=63;text=\"510532;x\"\r\n"),
                "microsoft-teams.trunk-unknown");
    assert_rows(RESPONSE("403 Forbidden", "Contact: <sip:sip.pstnhub.microsoft.com>\r\n"
                                          "Reason: Q.850;cause=63;text=\"510999\"\r\n"
                                          "Warning: 399 a \"531001\"\r\n"),
                "microsoft-teams.media microsoft-teams.routing");
    assert_rows(RESPONSE("403 Forbidden", "Reason: Q.850;cause=63;text=\"510532\"\r\n"), "");
}

/* 603 to 613 of FreeSWITCH are no SIP codes, and a Reason that repeats the status is no number of FreeSWITCH. */
static void test_reasons(void) {
    assert_rows(RESPONSE("480 Gone", "Reason: Q.850;cause=20;text=\"x\", "
                                     "SIP;cause=606;text=\"USER_NOT_REGISTERED\"\r\n"),
                "freeswitch.user-not-registered");
    assert_rows(RESPONSE("603 Decline", "Server: FreeSWITCH\r\nReason: SIP;cause=603\r\n"), "");
    assert_rows(RESPONSE("480 Gone", "Reason: SIP;cause=603;text=\"DECLINE\"\r\n"), "");
    assert_rows("BYE sip:b@example.com SIP/2.0\r\n" RESPONSE_HEADERS "CSeq: 2 BYE\r\n"
                "User-Agent: FreeSWITCH-mod_sofia/1.10\r\nReason: SIP;cause=804\r\n\r\n",
                "freeswitch.media-timeout");
    assert_rows("CANCEL sip:b@example.com SIP/2.0\r\n" RESPONSE_HEADERS "CSeq: 2 CANCEL\r\n"
                "Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n\r\n",
                "asterisk.completed-elsewhere");
}

static const char *own_cause(const char *text) {
    sx_message message = read_message(text);
    sx_header_walk walk = {0};
    sx_reason reason;
    g_assert_true(sx_reason_next(&message, &walk, &reason));
    const sx_vendor_row *row = sx_vendor_own_cause(&message, &reason);
    return row != NULL ? sx_fact(row->id) : NULL;
}

static void test_own_causes(void) {
#define OWN(reason) own_cause(RESPONSE("480 Gone", "Reason: " reason "\r\n"))
    g_assert_cmpstr(OWN("SIP;cause=604;text=\"MEDIA_TIMEOUT\""), ==, "freeswitch.media-timeout");
    g_assert_cmpstr(OWN("SIP;cause=604\r\nServer: FreeSWITCH"), ==, "freeswitch.media-timeout");
    g_assert_null(OWN("SIP;cause=604;text=\"DOES_NOT_EXIST\""));
    g_assert_null(OWN("SIP;cause=604"));
    g_assert_null(OWN("SIP;text=\"MEDIA_TIMEOUT\""));
    g_assert_null(OWN("SIP;cause=480;text=\"x\"\r\nServer: FreeSWITCH"));
    g_assert_null(OWN("SIP;cause=200;text=\"Call completed elsewhere\""));
    g_assert_null(OWN("Q.850;cause=88;text=\"INCOMPATIBLE_DESTINATION\""));
}

static void test_many_reasons(void) {
    GString *text = g_string_new("SIP/2.0 480 Gone\r\n" RESPONSE_HEADERS "CSeq: 1 INVITE\r\n");
    sx_vendor_hit hits[SX_VENDOR_MAX_HITS];
    for (guint i = 0; i < 2000; i++)
        g_string_append_printf(text, "Reason: SIP;cause=%u;text=\"MEDIA_TIMEOUT\"\r\n",
                               600 + i % 14);
    g_string_append(text, "Server: FreeSWITCH\r\n\r\n");
    sx_message message = read_message(text->str);
    g_assert_cmpuint(sx_vendor_find(&message, hits), ==, SX_VENDOR_MAX_HITS);
    g_string_free(text, TRUE);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vendor/words", test_words);
    g_test_add_func("/vendor/numbers", test_numbers);
    g_test_add_func("/vendor/only-the-first-bytes-are-seen", test_only_the_first_bytes_are_seen);
    g_test_add_func("/vendor/rows", test_rows);
    g_test_add_func("/vendor/ordinary-messages-have-none", test_ordinary_messages_have_none);
    g_test_add_func("/vendor/one-row-a-number", test_one_row_a_number);
    g_test_add_func("/vendor/reasons", test_reasons);
    g_test_add_func("/vendor/own-causes", test_own_causes);
    g_test_add_func("/vendor/many-reasons", test_many_reasons);
    return g_test_run();
}
