/* SPDX-License-Identifier: GPL-2.0-or-later
 * The reader of challenges and credentials.
 */
#include "support.h"
#include "wire/challenge.h"

static sx_message unauthorized(const char *headers) {
    static char text[4096];
    g_snprintf(text, sizeof text, "SIP/2.0 401 Unauthorized\r\n%s\r\n\r\n", headers);
    return read_message(text);
}

static void test_one_challenge(void) {
    sx_message m = unauthorized("WWW-Authenticate: Digest realm=\"pbx, floor 2\", nonce=\"n=1,\", "
                                "algorithm=MD5, qop=\"auth,auth-int\", stale=TRUE");
    sx_header_walk walk = {0};
    sx_challenge c;
    g_assert_true(sx_challenge_next(&m, SX_HDR_WWW_AUTHENTICATE, &walk, &c));
    g_assert_true(c.is_digest);
    assert_slice(c.realm, "pbx, floor 2");
    assert_slice(c.nonce, "n=1,");
    assert_slice(c.algorithm, "MD5");
    assert_slice(c.qop, "auth,auth-int");
    g_assert_true(c.stale);
    g_assert_false(sx_challenge_next(&m, SX_HDR_WWW_AUTHENTICATE, &walk, &c));
}

static void test_names_in_any_case_and_with_spaces(void) {
    sx_message m = unauthorized(
        "www-authenticate:\tDIGEST  REALM = \"a\" ,Nonce= \"b\",,\r\n\tSTALE=\"true\"");
    sx_header_walk walk = {0};
    sx_challenge c;
    g_assert_true(sx_challenge_next(&m, SX_HDR_WWW_AUTHENTICATE, &walk, &c));
    g_assert_true(c.is_digest);
    assert_slice(c.realm, "a");
    assert_slice(c.nonce, "b");
    g_assert_true(c.stale);
    g_assert_false(sx_challenge_next(&m, SX_HDR_WWW_AUTHENTICATE, &walk, &c));
}

static void test_joined_and_repeated(void) {
    sx_message m = unauthorized(
        "WWW-Authenticate: Digest realm=\"a\", nonce=\"1\", algorithm=SHA-256, NTLM realm=\"b\", "
        "Negotiate, Digest nonce=\"3\",realm=\"c\"\r\n"
        "Proxy-Authenticate: Digest realm=\"p\", nonce=\"p1\"\r\n"
        "WWW-Authenticate: Kerberos TlRMTVNTUAAB==");
    static const char *const schemes[] = {"Digest", "NTLM", "Negotiate", "Digest", "Kerberos"};
    static const char *const realms[] = {"a", "b", "", "c", ""};
    static const char *const nonces[] = {"1", "", "", "3", ""};
    sx_header_walk walk = {0};
    sx_challenge c;
    for (guint i = 0; i < G_N_ELEMENTS(schemes); i++) {
        g_assert_true(sx_challenge_next(&m, SX_HDR_WWW_AUTHENTICATE, &walk, &c));
        assert_slice(c.scheme, schemes[i]);
        assert_slice(c.realm, realms[i]);
        assert_slice(c.nonce, nonces[i]);
    }
    g_assert_false(sx_challenge_next(&m, SX_HDR_WWW_AUTHENTICATE, &walk, &c));
}

static void test_credentials(void) {
    sx_message m = read_message(
        "REGISTER sip:example.com SIP/2.0\r\nAuthorization: Digest username=\"CORP\\\\bo\\\"b\", "
        "realm=\"\", nonce=\"n\", uri=\"sip:example.com\", response=\"0123\", nc=0000001f\r\n\r\n");
    sx_header_walk walk = {0};
    sx_challenge c;
    char room[64];
    g_assert_true(sx_challenge_next(&m, SX_HDR_AUTHORIZATION, &walk, &c));
    assert_slice(c.username, "CORP\\\\bo\\\"b");
    assert_slice(sx_challenge_unescape(c.username, room, sizeof room), "CORP\\bo\"b");
    assert_slice(sx_challenge_unescape(c.username, room, 3), "COR");
    assert_slice(sx_challenge_unescape(c.uri, room, sizeof room), "sip:example.com");
    assert_slice(c.realm, "");
    assert_slice(c.uri, "sip:example.com");
    g_assert_cmpuint(c.response_len, >, 0);
    g_assert_false(c.has_auts);
    g_assert_true(c.has_nc);
    g_assert_cmpuint(c.nc, ==, 31);
}

static void test_empty_response_is_none(void) {
    sx_message m = unauthorized("Authorization: Digest username=\"a\", nonce=\"\", response=\"\", "
                                "auts=\"x\", nc=fffffffffffffffff");
    sx_header_walk walk = {0};
    sx_challenge c;
    g_assert_true(sx_challenge_next(&m, SX_HDR_AUTHORIZATION, &walk, &c));
    g_assert_cmpuint(c.response_len, ==, 0);
    g_assert_true(c.has_auts);
    g_assert_cmpuint(c.nonce.len, ==, 0);
    g_assert_cmpuint(c.nc, ==, G_MAXUINT32);
}

static void test_damaged(void) {
    static const char *const values[] = {
        "",   "=",        ",",         "realm=\"a\"", "Digest realm=\"a",
        "\"", "Digest =", "Digest \\", "Digest nonce"};
    for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
        char *header = g_strconcat("WWW-Authenticate: ", values[i], NULL);
        sx_message m = unauthorized(header);
        sx_header_walk walk = {0};
        sx_challenge c;
        guint n = 0;
        while (sx_challenge_next(&m, SX_HDR_WWW_AUTHENTICATE, &walk, &c)) {
            g_assert_cmpuint(c.nonce.len, ==, 0);
            g_assert_cmpuint(++n, <, 4);
        }
        g_free(header);
    }
}

/* A reader that begins anew at each comma would need minutes. */
static void test_hostile_megabyte_stays_linear(void) {
    static const char *const fillers[] = {",", "a,", "Digest ", "a=b,", "\"", "\\\"", "<"};
    for (guint i = 0; i < G_N_ELEMENTS(fillers); i++) {
        GString *text = g_string_new("SIP/2.0 401 x\r\nWWW-Authenticate: Digest ");
        sx_header_walk walk = {0};
        sx_challenge c;
        sx_message m;
        while (text->len < 1024 * 1024)
            g_string_append(text, fillers[i]);
        g_assert_cmpuint(sx_message_read((sx_slice){text->str, text->len}, SX_FRAMING_STREAM, &m),
                         >, 0);
        while (sx_challenge_next(&m, SX_HDR_WWW_AUTHENTICATE, &walk, &c))
            ;
        g_string_free(text, TRUE);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/challenge/one", test_one_challenge);
    g_test_add_func("/challenge/any-case", test_names_in_any_case_and_with_spaces);
    g_test_add_func("/challenge/joined-and-repeated", test_joined_and_repeated);
    g_test_add_func("/challenge/credentials", test_credentials);
    g_test_add_func("/challenge/empty-response", test_empty_response_is_none);
    g_test_add_func("/challenge/damaged", test_damaged);
    g_test_add_func("/challenge/hostile-megabyte", test_hostile_megabyte_stays_linear);
    return g_test_run();
}
