/* SPDX-License-Identifier: GPL-2.0-or-later
 * Details of hostile messages: bounded rows, bounded memory, time that grows with the message only. What the rows say
 * of sound ones is tested by flows/detail.
 */
#include "details/details.h"
#include "diagnose/findings.h"
#include "evidence.h"
#include "support.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

#define MAX_ROWS 255 /* of one finding */
#define MAX_VALUE                                                                                  \
    1300 /* bytes of a row: a value in which each byte became U+FFFD, and the words around it */
#define START "SIP/2.0 488 Not Acceptable Here\r\n" RESPONSE_HEADERS "CSeq: 1 OPTIONS\r\n"

/* The details of these bytes, which lie in memory of their own: reading behind them is found. */
static sx_finding_builder *details_of(sx_slice bytes) {
    static const sx_packet nowhere;
    sx_message message;
    sx_finding_builder *store = sx_findings_new();
    char *copy = g_memdup2(bytes.p, bytes.len);
    sx_findings_begin(store);
    if (sx_message_read((sx_slice){copy, bytes.len}, SX_FRAMING_STREAM, &message) > 0)
        sx_details_read(&message, &nowhere, FALSE, store);
    sx_findings_keep(store, SX_DIAG_NONE, SX_SEVERITY_CHAT);
    g_free(copy);
    return store;
}

/* The rows as one text, a line each; every one is checked. To be freed. */
static char *rows_of(sx_slice bytes) {
    sx_finding_builder *store = details_of(bytes);
    const sx_finding *finding = sx_findings_get(store, 0);
    GString *all = g_string_new(NULL);
    guint position = 0;
    sx_evidence row;
    while (sx_findings_next_evidence(store, finding, &position, &row)) {
        char *text = sx_knowledge_evidence_text(SX_ENGLISH, row.evidence, row.args, row.n_args);
        g_assert_true(g_utf8_validate(text, -1, NULL));
        g_assert_cmpuint(strlen(text), <=, MAX_VALUE);
        g_assert_null(strpbrk(text, "\r\n"));
        g_string_append_printf(all, "%s\n", text);
        g_free(text);
    }
    g_assert_cmpuint(position, <=, MAX_ROWS);
    sx_findings_free(store);
    return g_string_free(all, FALSE);
}

static guint lines_in(const char *text) {
    guint n = 0;
    for (; *text != '\0'; text++)
        n += *text == '\n';
    return n;
}

/* START, then this, so often, then the end. */
static GString *repeated(const char *before, const char *part, guint n, const char *behind) {
    GString *text = g_string_new(START);
    g_string_append(text, before);
    for (guint i = 0; i < n; i++)
        g_string_append(text, part);
    g_string_append(text, behind);
    g_string_append(text, "\r\n\r\n");
    return text;
}

static void assert_rows(const char *headers, const char *expected) {
    GString *text = repeated(headers, "", 0, "");
    char *rows = rows_of((sx_slice){text->str, text->len});
    g_assert_cmpstr(rows, ==, expected);
    g_free(rows);
    g_string_free(text, TRUE);
}

/* What is shown of one header is bounded, whether its values are joined or repeated. */
static void test_many_values(void) {
    static const struct {
        const char *before, *part, *behind;
        guint most; /* rows */
    } all[] = {
        {"Reason: ", "Q.850;cause=17;text=\"a\";location=U,", "", 60},
        {"", "Reason: SIP;cause=486;text=a\r\n", "Reason: x;cause=1", 60},
        {"Warning: ", "392 a \"req_src_ip=1 in_uri=2 out_uri=3\",", "", 90},
        {"", "Warning: 399 a b\r\n", "Warning: 399 a", 60},
        {"WWW-Authenticate: ", "Digest realm=\"a\", stale=true,", "", 40},
        {"", "Proxy-Authenticate: X\r\n", "Proxy-Authenticate: Y", 20},
        {"Geolocation-Error: ", "100,", "", 20},
        {"AlertMsg-Error: ", "1,", "", 20},
        {"Error-Info: ", "<sip:a@b>,", "", 20},
        {"Allow: ", "INVITE,", "", 2},
        {"", "Accept: a/b\r\n", "Accept: a/c", 2},
        {"", "Retry-After: 1 (((((;duration=2\r\n", "", 5},
    };
    for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
        GString *text = repeated(all[i].before, all[i].part, 10000, all[i].behind);
        char *rows = rows_of((sx_slice){text->str, text->len});
        g_assert_cmpuint(lines_in(rows), >, 0);
        g_assert_cmpuint(lines_in(rows), <=, all[i].most);
        g_free(rows);
        g_string_free(text, TRUE);
    }
}

static void test_long_values(void) {
    static const char *const headers[] = {"Warning: 399 a \"",
                                          "Warning: 399 ",
                                          "Reason: ",
                                          "Reason: Q.850;text=\"",
                                          "Server: ",
                                          "Retry-After: 1 (",
                                          "Retry-After: ",
                                          "Error-Info: <",
                                          "Error-Info: ",
                                          "Unsupported: ",
                                          "WWW-Authenticate: Digest realm=\"",
                                          "WWW-Authenticate: ",
                                          "X-Asterisk-HangupCause: "};
    static const char *const fillers[] = {
        "a", "\\", "\"", "\xff", "\xe2\x82\xac", "\r\n ", "(", "9", "\\\"", ";", "=", "<", ",;"};
    for (guint i = 0; i < G_N_ELEMENTS(headers); i++) {
        for (guint j = 0; j < G_N_ELEMENTS(fillers); j++) {
            GString *text = repeated(headers[i], fillers[j], 60000, "");
            g_free(rows_of((sx_slice){text->str, text->len}));
            g_string_free(text, TRUE);
        }
    }
}

static void test_quotes_and_escapes(void) {
    assert_rows("Reason: Q.850;cause=17;text=\"no end",
                "Reason: Q.850 cause 17, user busy\nText of the Reason: \"no end\"\n");
    assert_rows("Reason: Q.850;cause=17;text=\"a \\\"b\\\" \\\\\"",
                "Reason: Q.850 cause 17, user busy\nText of the Reason: \"a \"b\" \\\"\n");
    assert_rows("Reason: Q.850;cause=17;text=\"\\\"",
                "Reason: Q.850 cause 17, user busy\nText of the Reason: \"\\\"\n");
    assert_rows("Warning: 399 a \"one\\", "Warning 399 from a: for people and logs\n"
                                          "Text of the Warning: \"one\\\"\n");
    assert_rows("Warning: 399 a \"", "Warning 399 from a: for people and logs\n"
                                     "Text of the Warning: \"\"\n");
    assert_rows("Retry-After: 1 (a (b) c) ; duration=2",
                "Retry-After 1: the next try after 1 s at the earliest\n"
                "Comment of Retry-After: \"a (b) c\"\n"
                "Duration 2 of Retry-After: then available for 2 s\n");
    assert_rows("Retry-After: 1 (a\\)", "Retry-After 1: the next try after 1 s at the earliest\n"
                                        "Comment of Retry-After: \"a)\"\n");
    assert_rows("Server: a\r\n  \t b\r\n c", "Written by a b c (Server)\n");
}

static void test_bytes_that_are_no_text(void) {
    static const char nul[] =
        START "Server: a\0b\r\nReason: Q.850;cause=1\0007;text=\"\xff\xfe\"\r\n\r\n";
    char *rows = rows_of((sx_slice){nul, sizeof nul - 1});
    g_assert_cmpstr(rows, ==,
                    "Reason: Q.850 cause 1, number not assigned\n"
                    "Text of the Reason: \"\xef\xbf\xbd\xef\xbf\xbd\"\n"
                    "Written by a\xef\xbf\xbd"
                    "b (Server)\n");
    g_free(rows);
}

/* A row that has no value of its own. */
static void test_nothing_found(void) {
    char *rows = rows_of(text_slice("SIP/2.0 478 Unresolvable destination (478/SL)\r\n\r\n"));
    g_assert_cmpuint(lines_in(rows), >, 0);
    g_free(rows);
    rows = rows_of(text_slice("SIP/2.0 475 Bad URI\r\n\r\n"));
    g_assert_cmpuint(lines_in(rows), >, 0);
    g_free(rows);
}

/* A value of any length ends between two characters. */
static void test_long_text_is_cut_at_a_character(void) {
    GString *text = repeated("Server: x", "\xc3\xa4", 300, "");
    char *rows = rows_of((sx_slice){text->str, text->len});
    g_assert_true(g_str_has_prefix(rows, "Written by x\xc3\xa4"));
    g_assert_true(g_str_has_suffix(rows, "\xc3\xa4 (Server)\n"));
    g_assert_null(strstr(rows, "\xef\xbf\xbd"));
    g_free(rows);
    g_string_free(text, TRUE);
    text = repeated("Reason: x;cause=1;text=\"y", "\xc3\xa4", 300, "\"");
    rows = rows_of((sx_slice){text->str, text->len});
    g_assert_null(strstr(rows, "\xef\xbf\xbd"));
    g_free(rows);
    g_string_free(text, TRUE);
}

/* At each length of a message nothing is shown that the whole one does not show: half a number is no number. */
static void test_cut_anywhere(void) {
    static const char whole[] =
        START "Retry-After: 3600 (a);duration=500\r\nWarning: 305 isi \"text\"\r\n"
              "Reason: Q.850;cause=127;text=\"abc\"\r\nMin-Expires: 7200\r\n"
              "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\nServer: pbx\r\n\r\n";
    char *all = rows_of(text_slice(whole));
    char **lines_of_all = g_strsplit(all, "\n", -1);
    g_assert_cmpuint(lines_in(all), ==, 10);
    for (gsize len = 0; len < sizeof whole; len++) {
        char *rows = rows_of((sx_slice){whole, len});
        char **lines = g_strsplit(rows, "\n", -1);
        for (guint i = 0; lines[i] != NULL; i++)
            g_assert_true(g_strv_contains((const char *const *)lines_of_all, lines[i]));
        g_strfreev(lines);
        g_free(rows);
    }
    g_strfreev(lines_of_all);
    g_free(all);
}

static gsize in_use(void) {
#ifdef __GLIBC__
    return mallinfo2().uordblks;
#else
    return 0; /* others do not tell; nor do sanitizers */
#endif
}

/* What is kept while a frame is shown is bounded by the rows, not by the message. */
static void test_memory(void) {
    GString *text = repeated("", "Warning: 399 a \"0123456789012345678901234567890123456789\"\r\n",
                             20000, "Reason: x");
    gsize before = in_use();
    sx_finding_builder *store = details_of((sx_slice){text->str, text->len});
    g_assert_cmpuint(in_use() - before, <, 256 * 1024);
    sx_findings_free(store);
    g_string_free(text, TRUE);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/details/many-values", test_many_values);
    g_test_add_func("/details/long-values", test_long_values);
    g_test_add_func("/details/quotes-and-escapes", test_quotes_and_escapes);
    g_test_add_func("/details/bytes-that-are-no-text", test_bytes_that_are_no_text);
    g_test_add_func("/details/nothing-found", test_nothing_found);
    g_test_add_func("/details/cut-at-a-character", test_long_text_is_cut_at_a_character);
    g_test_add_func("/details/cut-anywhere", test_cut_anywhere);
    g_test_add_func("/details/memory", test_memory);
    return g_test_run();
}
