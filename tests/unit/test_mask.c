/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "mask/masking.h"
#include "support.h"
#include "wire/uri.h"

static char *masked_text(sx_mask *mask, const char *text) {
    char *copy = g_strdup(text);
    sx_mask_words(mask, (sx_span){copy, strlen(copy)}, SX_MASK_IDENTITY);
    return copy;
}

static char *masked_message(const char *text) {
    sx_mask *mask = sx_mask_new("key");
    char *copy = g_strdup(text);
    sx_mask_message(mask, copy, strlen(copy));
    g_assert_cmpuint(strlen(copy), ==, strlen(text));
    sx_mask_free(mask);
    return copy;
}

static void test_numbers_keep_their_form(void) {
    static const char *const numbers[] = {"+4930123456", "004930123456", "030123456", "101"};
    sx_mask *mask = sx_mask_new("key");
    char *ends[G_N_ELEMENTS(numbers)];
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
        ends[i] = masked_text(mask, numbers[i]);
        g_assert_cmpuint(strlen(ends[i]), ==, strlen(numbers[i]));
        g_assert_cmpstr(ends[i], !=, numbers[i]);
    }
    g_assert_true(ends[0][0] == '+' && g_str_has_prefix(ends[1], "00") && ends[2][0] == '0');
    g_assert_cmpstr(ends[0] + 1, ==, ends[1] + 2); /* one number, two forms */
    g_assert_cmpstr(ends[0] + strlen(ends[0]) - 8, ==, ends[2] + strlen(ends[2]) - 8);
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
        g_free(ends[i]);
    sx_mask_free(mask);
}

static void test_what_stands_for_nobody_stays(void) {
    static const char *const words[] = {"112",       "911",     "anonymous", "anonymous.invalid",
                                        "127.0.0.1", "0.0.0.0", "::1",       "224.0.1.75"};
    sx_mask *mask = sx_mask_new("key");
    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        char *text = masked_text(mask, words[i]);
        g_assert_cmpstr(text, ==, words[i]);
        g_free(text);
    }
    sx_mask_free(mask);
}

static void test_an_empty_key_is_none(void) {
    char *texts[3];
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        sx_mask *mask = sx_mask_new(i < 2 ? "" : NULL);
        texts[i] = masked_text(mask, "alice.smith.of.sales");
        sx_mask_free(mask);
    }
    g_assert_cmpstr(texts[0], !=, texts[1]);
    g_assert_cmpstr(texts[0], !=, texts[2]);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
}

static void test_addresses_stay_in_their_range(void) {
    static const char *const addresses[] = {
        "10.1.2.3",
        "10.99.200.1",
        "172.16.5.9",
        "172.31.200.7",
        "192.168.1.1",
        "100.64.1.2",
        "100.127.9.9",
        "169.254.3.4",
        "8.8.8.8",
        "194.25.0.68",
        "198.51.100.7",
        "fd12:3456::7",
        "fe80::1c2:3FF:fe04:5",
        "2a00:1450:4001:81b::200e",
        "2001:db8::12",
        "::ffff:10.1.2.3",
    };
    for (guint key = 0; key < 200; key++) {
        char *name = g_strdup_printf("%u", key);
        sx_mask *mask = sx_mask_new(name);
        for (guint i = 0; i < G_N_ELEMENTS(addresses); i++) {
            guint8 before[16], after[16];
            char *text = masked_text(mask, addresses[i]);
            guint len = sx_uri_host_ip((sx_slice){addresses[i], strlen(addresses[i])}, before);
            g_assert_cmpuint(strlen(text), ==, strlen(addresses[i]));
            g_assert_cmpstr(text, !=, addresses[i]);
            g_assert_cmpuint(sx_uri_host_ip((sx_slice){text, strlen(text)}, after), ==, len);
            g_assert_cmpint(sx_ip_is_private(after, len), ==, sx_ip_is_private(before, len));
            g_assert_cmpint(sx_ip_is_public(after, len), ==, sx_ip_is_public(before, len));
            sx_mask_ip(mask, before, len); /* the packet came from where its text says */
            g_assert_cmpmem(before, len, after, len);
            g_free(text);
        }
        sx_mask_free(mask);
        g_free(name);
    }
}

static void test_no_two_become_one(void) {
    sx_mask *mask = sx_mask_new("key");
    GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < 10000; i++) {
        char *number = g_strdup_printf("%04u", i);
        g_assert_true(g_hash_table_add(seen, masked_text(mask, number)));
        g_free(number);
    }
    for (guint i = 0; i < 65536; i++) {
        guint8 ip[] = {8, (guint8)(i >> 8), (guint8)i, 8};
        sx_mask_ip(mask, ip, 4);
        g_assert_true(g_hash_table_add(seen, sx_ip_text(ip, 4)));
    }
    g_hash_table_destroy(seen);
    sx_mask_free(mask);
}

static void test_free_text_knows_who_was_met(void) {
    char *text = masked_message("SIP/2.0 403 User alice not allowed from 10.1.2.3\r\n"
                                "From: \"Alice Smith\" <sip:alice@pbx.example.com>;tag=a1\r\n"
                                "Warning: 399 pbx.example.com \"alice at 0301234567 failed\"\r\n"
                                "Server: Asterisk PBX 18.1\r\n\r\n");
    g_assert_true(g_str_has_prefix(text, "SIP/2.0 403 User "));
    g_assert_nonnull(strstr(text, " not allowed from 10."));
    g_assert_nonnull(strstr(text, "Warning: 399 "));
    g_assert_nonnull(strstr(text, " failed\""));
    g_assert_nonnull(strstr(text, "Server: Asterisk PBX 18.1\r\n"));
    static const char *const gone[] = {"alice",   "Alice",    "Smith",
                                       "example", "10.1.2.3", "301234567"};
    for (guint i = 0; i < G_N_ELEMENTS(gone); i++)
        g_assert_null(strstr(text, gone[i]));
    g_free(text);
}

static void test_secrets_are_blanked(void) {
    char *text = masked_message(
        "REGISTER sip:example.com SIP/2.0\r\n"
        "Authorization: Digest username=\"alice@example.com\", realm=\"pbx\", nonce=\"abc123\", "
        "uri=\"sip:example.com\", response=\"0123456789abcdef\", qop=auth, nc=00000001\r\n"
        "Proxy-Authorization: Basic YWxpY2U6c2VjcmV0cw==\r\n"
        "Subject: for Bob\r\nX-Customer: Smith Ltd 42\r\nContent-Type: text/plain\r\n\r\n"
        "call me at 1234");
    g_assert_nonnull(strstr(text, "response=\"0000000000000000\", qop=auth, nc=00000001\r\n"));
    g_assert_nonnull(strstr(text, ": Basic xxxxx0x0x0xxxxx0xx==\r\n"));
    g_assert_nonnull(strstr(text, "Subject: xxx xxx\r\n"));
    g_assert_null(strstr(text, "Smith"));
    g_assert_null(strstr(text, "42"));
    g_assert_nonnull(strstr(text, "\r\n\r\nxxxx xx xx 0000"));
    g_assert_nonnull(strstr(text, "SIP/2.0\r\nAuthorization: Digest username=\""));
    g_free(text);
}

static void test_bodies(void) {
    char *text = masked_message(
        "INVITE sip:bob@b.example SIP/2.0\r\nContent-Type: multipart/mixed;boundary=cut\r\n\r\n"
        "--cut\r\nContent-Type: application/sdp\r\n\r\n"
        "v=0\r\no=alice 1 2 IN IP4 192.168.7.8\r\ns=Room of Alice\r\nc=IN IP4 192.168.7.8\r\n"
        "m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=rtcp:4001 IN IP4 192.168.7.8\r\n"
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9|2^20\r\n"
        "--cut\r\nContent-Type: application/pidf+xml\r\n\r\n<entity>alice</entity>\r\n--cut--\r\n");
    static const char *const kept[] = {"v=0\r\n",
                                       "m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n",
                                       " 1 2 IN IP4 192.168.",
                                       "a=rtcp:4001 IN IP4 192.168.",
                                       "|2^20",
                                       "Content-Type: application/pidf+xml\r\n\r\n<xxxxxx>"};
    static const char *const gone[] = {"alice", "Alice", "192.168.7.8", "WVNf", "bob", "b.example"};
    for (guint i = 0; i < G_N_ELEMENTS(kept); i++)
        g_assert_nonnull(strstr(text, kept[i]));
    for (guint i = 0; i < G_N_ELEMENTS(gone); i++)
        g_assert_null(strstr(text, gone[i]));
    g_free(text);
}

/** What of a message is gone and what is kept, up to the end of the lists. */
static void assert_masked(const char *message, const char *const *gone, const char *const *kept) {
    char *text = masked_message(message);
    for (; *gone != NULL; gone++) {
        if (strstr(text, *gone) != NULL)
            g_error("%s is left: %s", *gone, text);
    }
    for (; *kept != NULL; kept++) {
        if (strstr(text, *kept) == NULL)
            g_error("%s is lost: %s", *kept, text);
    }
    g_free(text);
}

static void test_parameters_that_tell(void) {
    static const char *const gone[] = {"12ab34",     "phone.site", "t1ght",    "l00se",
                                       "4930123456", "atcf.net",   "f81d4fae", "roster",
                                       "files.net",  NULL};
    static const char *const kept[] = {
        "Event: dialog;call-id=",
        ";from-tag=",
        ";to-tag=",
        "Feature-Caps: *;+g.3gpp.atcf=\"<tel:+",
        ";+g.3gpp.mid-call\r\n",
        "Accept-Contact: *;+sip.instance=\"<",
        ";+g.3gpp.icsi-ref=\"urn%3Aurn-7%3A3gpp-service.ims.icsi.mmtel\";require\r\n",
        "Content-Disposition: attachment;filename=\"",
        ";handling=optional\r\n",
        "Content-Type: message/external-body;access-type=\"URL\";URL=\"http://",
        NULL};
    assert_masked("NOTIFY sip:x@y.example SIP/2.0\r\n"
                  "Event: dialog;call-id=12ab34@phone.site;from-tag=t1ght;to-tag=l00se\r\n"
                  "Feature-Caps: *;+g.3gpp.atcf=\"<tel:+4930123456>\";+g.3gpp.atcf-mgmt-uri="
                  "\"<sip:m@atcf.net>\";+g.3gpp.mid-call\r\n"
                  "Accept-Contact: *;+sip.instance=\"<urn:uuid:f81d4fae-7dec-11d0>\""
                  ";+g.3gpp.icsi-ref=\"urn%3Aurn-7%3A3gpp-service.ims.icsi.mmtel\";require\r\n"
                  "Content-Disposition: attachment;filename=\"roster.txt\";handling=optional\r\n"
                  "Content-Type: message/external-body;access-type=\"URL\";"
                  "URL=\"http://files.net/roster\"\r\n\r\n",
                  gone, kept);
}

static void test_names_that_look_like_schemes(void) {
    static const char *const gone[] = {"Alice", "Dept", "acme", "on holiday", "holiday", NULL};
    static const char *const kept[] = {">;reason=\"", ";reason=\"user-busy\"",
                                       ";reason=no-answer\r\n", "To: sip:", NULL};
    assert_masked("INVITE sip:x@y.example SIP/2.0\r\nFrom: Alice:Dept <sip:a1@acme.net>;tag=1\r\n"
                  "To: sip:a1@acme.net\r\n"
                  "Diversion: <sip:b@acme.net>;reason=\"Alice is on holiday\"\r\n"
                  "Diversion: <sip:b@acme.net>;reason=\"user-busy\", "
                  "<sip:c@acme.net>;reason=no-answer\r\n\r\n",
                  gone, kept);
}

static void test_short_credentials(void) {
    static const char *const gone[] = {"YTpi", "YWI6", "YWxpY2U6eHg", NULL};
    static const char *const kept[] = {"Authorization: Basic xxxx\r\n",
                                       "tion: Basic xxx0=\r\n",
                                       "Authenticate: Basic realm=\"",
                                       "\", Digest realm=\"",
                                       "Authenticate: NTLM, Basic, Digest realm=\"",
                                       NULL};
    assert_masked("REGISTER sip:y.example SIP/2.0\r\nAuthorization: Basic YTpi\r\n"
                  "Proxy-Authorization: Basic YWI6=\r\nX-Auth: Basic YWxpY2U6eHg=\r\n"
                  "WWW-Authenticate: Basic realm=\"r\", Digest realm=\"r\"\r\n"
                  "Proxy-Authenticate: NTLM, Basic, Digest realm=\"r\"\r\n\r\n",
                  gone, kept);
}

static void test_attributes_of_sdp(void) {
    static const char *const gone[] = {"U0VDT05E", "RklSU1Q",   "pbxhost",
                                       "edgebox",  "boardroom", NULL};
    static const char *const kept[] = {"|2^20|1:4;inline:",
                                       "|2^20|2:4 UNENCRYPTED_SRTCP\r\n",
                                       "a=rtcp:4001 IN IP4 ",
                                       "a=candidate:1 1 UDP 2130706431 ",
                                       " 8998 typ srflx raddr ",
                                       " rport 4000\r\n",
                                       "a=label:",
                                       NULL};
    assert_masked(
        "INVITE sip:x@y.example SIP/2.0\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n"
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:RklSU1Q|2^20|1:4;"
        "inline:U0VDT05E|2^20|2:4 UNENCRYPTED_SRTCP\r\n"
        "a=rtcp:4001 IN IP4 pbxhost\r\n"
        "a=candidate:1 1 UDP 2130706431 pbxhost 8998 typ srflx raddr edgebox rport 4000\r\n"
        "a=label:boardroom\r\n",
        gone, kept);
}

static void test_blanks_in_via(void) {
    static const char *const gone[] = {"edgebox", "corebox", "lastbox", NULL};
    static const char *const kept[] = {"Via: SIP / 2.0 / UDP ", ":5060;branch=z9hG4bK",
                                       ", SIP/2.0/TCP ", "\r\nVia: SIP /2.0/\r\n TLS ", NULL};
    assert_masked("INVITE sip:x@y.example SIP/2.0\r\n"
                  "Via: SIP / 2.0 / UDP edgebox:5060;branch=z9hG4bKa, SIP/2.0/TCP corebox\r\n"
                  "Via: SIP /2.0/\r\n TLS lastbox\r\n\r\n",
                  gone, kept);
}

static void test_devices(void) {
    static const char *const gone[] = {"0011.2233.4455", "00:11:22:33:44:55", "64167fabcdef",
                                       "00a1b2c3d4e6",   "64a67fabcde0",      NULL};
    static const char *const kept[] = {"User-Agent: Phone-",
                                       "/5.9.0.1234 MAC_",
                                       " SEP",
                                       " (",
                                       ") T46-",
                                       " Build 20231104.1022.3344\r\n",
                                       NULL};
    assert_masked("REGISTER sip:y.example SIP/2.0\r\n"
                  "User-Agent: Phone-00:11:22:33:44:55/5.9.0.1234 MAC_64167fabcdef SEP00a1b2c3d4e6 "
                  "(0011.2233.4455) T46-64a67fabcde0 Build 20231104.1022.3344\r\n\r\n",
                  gone, kept);
}

/* Every cut of a message, and every byte of it gone wrong. */
static void test_damage(void) {
    static const char whole[] = "INVITE sip:a%61%@[2001:db8::1]:5060;x=\"?b=c SIP/2.0\r\nVia: "
                                "SIP/2.0/UDP h;branch=z9hG4bK,\r\n"
                                " SIP/2.0/TCP [::ffff:1.2.3.4]:1\r\nf: \"\\\" "
                                "<tel:+1;>;tag=\r\nIdentity: eyJhIjoi.e30.x;info=<u\r\n"
                                "WWW-Authenticate: Digest realm=\"\\\r\nWarning: 3 \"\r\nc: "
                                "multipart/x;boundary=b\r\n\r\n--b\r\n\r\n--b";
    sx_mask *mask = sx_mask_new(NULL);
    for (gsize len = 0; len < sizeof whole; len++) {
        char *copy = g_memdup2(whole, len + 1);
        sx_mask_message(mask, copy, len);
        g_free(copy);
        for (guint byte = 0; byte < 256; byte += 15) {
            copy = g_memdup2(whole, sizeof whole);
            copy[len] = (char)byte;
            sx_mask_message(mask, copy, sizeof whole - 1);
            g_free(copy);
        }
    }
    sx_mask_free(mask);
}

/* Twice the bytes, twice the time: what repeats makes no more work. */
static void test_hostile_length(void) {
    static const char *const pieces[] = {"::", "....", "a.",   "\"", "<", ";",  "%3b",
                                         ",",  "=",    "sip:", "1:", " ", "--", "_00112233445a"};
    static const char *const heads[] = {"Warning: ", "From: ",     "Via: ",    "Authorization: ",
                                        "Call-ID: ", "Identity: ", "Server: ", "Event: "};
    sx_mask *mask = sx_mask_new("key");
    for (guint head = 0; head < G_N_ELEMENTS(heads); head++) {
        for (guint piece = 0; piece < G_N_ELEMENTS(pieces); piece++) {
            GString *text = g_string_new("SIP/2.0 200 OK\r\n");
            g_string_append(text, heads[head]);
            while (text->len < 300000)
                g_string_append(text, pieces[piece]);
            g_string_append(text, "x\r\n\r\n");
            gint64 start = g_get_monotonic_time();
            sx_mask_message(mask, text->str, text->len);
            g_assert_cmpint(g_get_monotonic_time() - start, <, 5 * G_USEC_PER_SEC);
            g_string_free(text, TRUE);
        }
    }
    sx_mask_free(mask);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mask/numbers", test_numbers_keep_their_form);
    g_test_add_func("/mask/nobody", test_what_stands_for_nobody_stays);
    g_test_add_func("/mask/empty-key", test_an_empty_key_is_none);
    g_test_add_func("/mask/addresses", test_addresses_stay_in_their_range);
    g_test_add_func("/mask/one-to-one", test_no_two_become_one);
    g_test_add_func("/mask/text", test_free_text_knows_who_was_met);
    g_test_add_func("/mask/secrets", test_secrets_are_blanked);
    g_test_add_func("/mask/bodies", test_bodies);
    g_test_add_func("/mask/parameters", test_parameters_that_tell);
    g_test_add_func("/mask/schemes", test_names_that_look_like_schemes);
    g_test_add_func("/mask/credentials", test_short_credentials);
    g_test_add_func("/mask/attributes", test_attributes_of_sdp);
    g_test_add_func("/mask/via", test_blanks_in_via);
    g_test_add_func("/mask/devices", test_devices);
    g_test_add_func("/mask/damage", test_damage);
    g_test_add_func("/mask/hostile-length", test_hostile_length);
    return g_test_run();
}
