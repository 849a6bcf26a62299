/* SPDX-License-Identifier: GPL-2.0-or-later
 * The reader of Identity headers.
 */
#include "support.h"
#include "wire/passport.h"

static char *signed_by(const char *claims, const char *behind) {
    char *base64 = g_base64_encode((const guchar *)claims, strlen(claims));
    g_strdelimit(base64, "+", '-');
    g_strdelimit(base64, "/", '_');
    g_strdelimit(base64, "=", '\0');
    char *identity = g_strconcat("eyJhbGciOiJFUzI1NiJ9.", base64, ".c2lnbmF0dXJl", behind, NULL);
    g_free(base64);
    return identity;
}

static void test_shaken(void) {
    char *identity =
        signed_by("{\"attest\":\"A\",\"dest\":{\"tn\":[\"12025550102\"]},\"iat\":1700000000,"
                  "\"orig\":{\"tn\":\"12025550101\"},\"origid\":\"x\"}",
                  ";info=<https://cert.example.com/a.pem>;alg=ES256;ppt=\"shaken\"");
    sx_passport passport;
    sx_passport_read(text_slice(identity), &passport);
    assert_slice(passport.info, "https://cert.example.com/a.pem");
    assert_slice(passport.ppt, "shaken");
    g_assert_cmpint(passport.issued, ==, 1700000000);
    g_assert_cmpstr(passport.attest, ==, "A");
    g_assert_cmpstr(passport.orig, ==, "12025550101");
    g_assert_cmpstr(passport.dest, ==, "12025550102");
    g_free(identity);
}

static void test_uris_and_spaces(void) {
    char *identity =
        signed_by("{ \"orig\" : { \"uri\" : \"sip:a@example.com\" }, \"dest\": {\"uri\": "
                  "[ \"sip:b@example.com\" ]}, \"iat\" : 12 }",
                  "");
    sx_passport passport;
    sx_passport_read(text_slice(identity), &passport);
    g_assert_cmpint(passport.issued, ==, 12);
    g_assert_cmpstr(passport.orig, ==, "sip:a@example.com");
    g_assert_cmpstr(passport.dest, ==, "sip:b@example.com");
    g_assert_cmpuint(passport.info.len, ==, 0);
    g_free(identity);
}

static void test_without_claims(void) {
    static const char *const identities[] = {
        "",        ".",          "..sig;info=<>", "\"b64rsa=\"",
        "a.!!!.c", "a.eyJpYXQi", "a.eyJpYXQiOg",  ";info=<"};
    for (guint i = 0; i < G_N_ELEMENTS(identities); i++) {
        sx_passport passport;
        sx_passport_read(text_slice(identities[i]), &passport);
        g_assert_cmpint(passport.issued, ==, 0);
        g_assert_cmpstr(passport.orig, ==, "");
    }
}

static void test_cut_at_every_byte(void) {
    char *identity =
        signed_by("{\"attest\":\"B\",\"dest\":{\"tn\":[\"1\"]},\"iat\":17,\"orig\":{\"tn\":\"2\"}}",
                  ";info=<https://a.example>;ppt=shaken");
    for (gsize len = 0; len <= strlen(identity); len++) {
        char *copy = g_strndup(identity, len); /* its own memory: reading behind it is found */
        sx_passport passport;
        sx_passport_read((sx_slice){copy, len}, &passport);
        g_free(copy);
    }
    g_free(identity);
}

static void test_dates(void) {
    g_assert_cmpint(sx_passport_date(text_slice("Sat, 13 Nov 2010 23:29:00 GMT")), ==, 1289690940);
    g_assert_cmpint(sx_passport_date(text_slice(" Thu, 1 Jan 1970 00:00:01 GMT ")), ==, 1);
    g_assert_cmpint(sx_passport_date(text_slice("Sat, 33 Nov 2010 23:29:00 GMT")), ==, 0);
    g_assert_cmpint(sx_passport_date(text_slice("Sat, 13 ovD 2010 23:29:00 GMT")), ==, 0);
    g_assert_cmpint(sx_passport_date(text_slice("2010-11-13T23:29:00Z")), ==, 0);
    g_assert_cmpint(sx_passport_date(text_slice("")), ==, 0);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/passport/shaken", test_shaken);
    g_test_add_func("/passport/uris", test_uris_and_spaces);
    g_test_add_func("/passport/without-claims", test_without_claims);
    g_test_add_func("/passport/cut-at-every-byte", test_cut_at_every_byte);
    g_test_add_func("/passport/dates", test_dates);
    return g_test_run();
}
