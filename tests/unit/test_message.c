/* SPDX-License-Identifier: GPL-2.0-or-later
 * The message reader: shapes that the RFC allows, shapes that broken stacks send, ends in every place.
 */
#include "support.h"

static void test_status_line(void) {
    sx_message m = read_message("SIP/2.0 486 Busy Here\r\nCSeq: 7 INVITE\r\n\r\n");
    g_assert_true(m.is_response);
    g_assert_cmpuint(m.code, ==, 486);
    assert_slice(m.phrase, "Busy Here");
    g_assert_cmpuint(m.cseq_number, ==, 7);
    assert_slice(m.cseq_method, "INVITE");
    g_assert_true(m.headers_complete);
}

static void test_missing_phrase(void) {
    g_assert_cmpuint(read_message("SIP/2.0 480 \r\n\r\n").code, ==, 480);
    g_assert_cmpuint(read_message("SIP/2.0 480\r\n\r\n").code, ==, 480);
    assert_slice(read_message("SIP/2.0 480 \r\n\r\n").phrase, "");
}

static void test_code_out_of_range(void) {
    sx_message m = read_message("SIP/2.0 4294967301 big\r\n\r\n");
    g_assert_cmpuint(m.code, ==, 65535);
    assert_slice(m.code_digits, "4294967301");
    assert_slice(m.phrase, "big");
}

static void test_request_line(void) {
    sx_message m = read_message("INVITE sip:b@example.com SIP/2.0\r\nv: x\r\n\r\n");
    g_assert_false(m.is_response);
    assert_slice(m.method, "INVITE");
    assert_slice(m.request_uri, "sip:b@example.com");
    g_assert_true(sx_message_has(&m, SX_HDR_VIA));
}

static void test_not_sip(void) {
    static const char *const texts[] = {
        "",
        "\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "SIP/2.0 ",
        "SIP/2.0 abc\r\n\r\n",
        "b\377d sip:x SIP/2.0\r\n\r\n",
        " SIP/2.0\r\n",
    };
    sx_message m;
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_assert_cmpuint(sx_message_read(text_slice(texts[i]), SX_FRAMING_REST, &m), ==, 0);
}

static void test_compact_and_odd_names(void) {
    sx_message m = read_message("SIP/2.0 200 OK\r\ni: abc\r\nCALL-INFO : x\r\nm:\t<sip:a>\r\n\r\n");
    assert_slice(sx_message_header(&m, SX_HDR_CALL_ID), "abc");
    assert_slice(sx_message_header(&m, SX_HDR_CALL_INFO), "x");
    assert_slice(sx_message_header(&m, SX_HDR_CONTACT), "<sip:a>");
    g_assert_false(sx_message_has(&m, SX_HDR_TO));
}

static void test_every_header_is_found_by_its_name(void) {
    for (guint id = 1; id < SX_N_HDRS; id++) {
        const char *name = sx_header_name((sx_header_id)id);
        char *upper = g_ascii_strup(name, -1);
        g_assert_cmpuint(sx_header_lookup(text_slice(name)), ==, id);
        g_assert_cmpuint(sx_header_lookup(text_slice(upper)), ==, id);
        g_free(upper);
    }
    g_assert_cmpuint(sx_header_lookup(text_slice("Too")), ==, SX_HDR_OTHER);
    g_assert_cmpuint(sx_header_lookup(text_slice("Contacts")), ==, SX_HDR_OTHER);
    g_assert_cmpuint(sx_header_lookup(text_slice("")), ==, SX_HDR_OTHER);
    g_assert_cmpuint(sx_header_lookup(text_slice("q")), ==, SX_HDR_OTHER);
}

static void test_folding(void) {
    sx_message m =
        read_message("SIP/2.0 420 Bad\r\nUnsupported: a,\r\n\t b\r\nCSeq:\r\n 9\r\n  BYE\r\n\r\n");
    sx_header_walk walk = {0};
    sx_slice element;
    g_assert_true(sx_message_next_element(&m, SX_HDR_UNSUPPORTED, &walk, &element));
    assert_slice(element, "a");
    g_assert_true(sx_message_next_element(&m, SX_HDR_UNSUPPORTED, &walk, &element));
    assert_slice(element, "b");
    g_assert_false(sx_message_next_element(&m, SX_HDR_UNSUPPORTED, &walk, &element));
    g_assert_cmpuint(m.cseq_number, ==, 9);
    assert_slice(m.cseq_method, "BYE");
}

static void test_repeated_and_joined_headers_read_the_same(void) {
    static const char *const texts[] = {
        "SIP/2.0 200 OK\r\nRequire: 100rel, timer;x=1\r\nRequire: path\r\n\r\n",
        "SIP/2.0 200 OK\r\nRequire: 100rel\r\nTo: x\r\nrequire: ,timer\r\nREQUIRE: path,\r\n\r\n",
    };
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        sx_message m = read_message(texts[i]);
        g_assert_true(sx_message_has_token(&m, SX_HDR_REQUIRE, "100REL"));
        g_assert_true(sx_message_has_token(&m, SX_HDR_REQUIRE, "timer"));
        g_assert_true(sx_message_has_token(&m, SX_HDR_REQUIRE, "path"));
        g_assert_false(sx_message_has_token(&m, SX_HDR_REQUIRE, "rel"));
    }
}

static void test_commas_in_quotes_and_angles_do_not_separate(void) {
    sx_message m =
        read_message("SIP/2.0 302 M\r\nContact: \"a, \\\"b\" <sip:x,y@h>;q=1, <sip:z@h>\r\n\r\n");
    sx_header_walk walk = {0};
    sx_slice element, q;
    g_assert_true(sx_message_next_element(&m, SX_HDR_CONTACT, &walk, &element));
    assert_slice(element, "\"a, \\\"b\" <sip:x,y@h>;q=1");
    g_assert_true(sx_slice_param(element, "Q", &q));
    assert_slice(q, "1");
    g_assert_true(sx_message_next_element(&m, SX_HDR_CONTACT, &walk, &element));
    g_assert_false(sx_slice_param(element, "q", &q));
}

static void test_parameters(void) {
    sx_slice value;
    g_assert_true(sx_slice_param(text_slice("<sip:a;tag=no>;Tag = \"x;y\" ;lr"), "tag", &value));
    assert_slice(value, "x;y");
    g_assert_true(sx_slice_param(text_slice("a;lr"), "lr", &value));
    assert_slice(value, "");
    g_assert_false(sx_slice_param(text_slice("<sip:a;tag=no>"), "tag", &value));
    g_assert_false(sx_slice_param(text_slice("tag=1"), "tag", &value));
}

static void test_line_ends(void) {
    static const char *const texts[] = {
        "SIP/2.0 200 OK\nCSeq: 1 BYE\nTo: t\n\nbody",
        "SIP/2.0 200 OK\rCSeq: 1 BYE\rTo: t\r\rbody",
        "\r\n\r\nSIP/2.0 200 OK\r\nCSeq: 1 BYE\nTo: t\r\n\r\nbody",
    };
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        sx_message m = read_message(texts[i]);
        assert_slice(m.cseq_method, "BYE");
        assert_slice(sx_message_header(&m, SX_HDR_TO), "t");
        assert_slice(m.body, "body");
    }
}

static void test_stream_of_messages(void) {
    const char *text = "\r\n\r\nSIP/2.0 100 Trying\r\nl: 0\r\n\r\n"
                       "SIP/2.0 200 OK\r\nContent-Length: 3\r\n\r\nabc"
                       "BYE sip:x SIP/2.0\r\nContent-Length: 0\r\n\r\n";
    sx_slice rest = text_slice(text);
    sx_message m;
    gsize used = sx_message_read(rest, SX_FRAMING_STREAM, &m);
    g_assert_cmpuint(m.code, ==, 100);
    rest = (sx_slice){rest.p + used, rest.len - used};
    used = sx_message_read(rest, SX_FRAMING_STREAM, &m);
    g_assert_cmpuint(m.code, ==, 200);
    assert_slice(m.body, "abc");
    rest = (sx_slice){rest.p + used, rest.len - used};
    used = sx_message_read(rest, SX_FRAMING_STREAM, &m);
    assert_slice(m.method, "BYE");
    g_assert_cmpuint(used, ==, rest.len);
}

static void test_content_length(void) {
    sx_message m = read_message("SIP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nabcd");
    assert_slice(m.body, "ab");
    g_assert_true(m.body_complete);
    m = read_message("SIP/2.0 200 OK\r\nContent-Length: 99\r\n\r\nabcd");
    assert_slice(m.body, "abcd");
    g_assert_false(m.body_complete);
    m = read_message("SIP/2.0 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nabcd");
    assert_slice(m.body, "abcd");
    m = read_message("SIP/2.0 200 OK\r\nContent-Length: -1\r\n\r\nabcd");
    assert_slice(m.body, "abcd");
}

/* Each prefix lives in a buffer of its own size, so that a read behind its end is seen by the sanitizer. */
static void read_every_prefix(const char *bytes, gsize len) {
    for (gsize n = 0; n <= len; n++) {
        char *copy = (char *)g_memdup2(bytes, n);
        sx_message m;
        gsize used = sx_message_read((sx_slice){copy, n}, SX_FRAMING_STREAM, &m);
        g_assert_cmpuint(used, <=, n);
        if (used > 0) {
            for (guint id = 1; id < SX_N_HDRS; id++) {
                sx_header_walk walk = {0};
                sx_slice element, value;
                while (sx_message_next_element(&m, (sx_header_id)id, &walk, &element))
                    sx_slice_param(element, "tag", &value);
            }
        }
        g_free(copy);
    }
}

static void test_truncated_at_every_byte(void) {
    const char *text =
        "SIP/2.0 401 Unauthorized\r\n" RESPONSE_HEADERS
        "CSeq: 1 REGISTER\r\nContact: \"x\\\" <sip:a@b>;q=\"1\"\r\n"
        "WWW-Authenticate: Digest realm=\"a\",\r\n nonce=\"b\"\r\nContent-Length: 4\r\n\r\nabcd";
    read_every_prefix(text, strlen(text));
    sx_message whole = read_message(text);
    gsize header_end = (gsize)(whole.body.p - text);
    sx_message m;
    g_assert_cmpuint(sx_message_read((sx_slice){text, header_end - 2}, SX_FRAMING_REST, &m), >, 0);
    g_assert_false(m.headers_complete);
    g_assert_cmpuint(sx_message_read((sx_slice){text, header_end}, SX_FRAMING_REST, &m), >, 0);
    g_assert_true(m.headers_complete);
    g_assert_false(m.body_complete);
}

static void test_torture_messages_truncated_at_every_byte(void) {
    char *folder = g_build_filename(SX_TEST_DATA, "rfc4475", NULL);
    GDir *dir = g_dir_open(folder, 0, NULL);
    const char *name;
    guint files = 0;
    g_assert_nonnull(dir);
    while ((name = g_dir_read_name(dir)) != NULL) {
        char *path = g_build_filename(folder, name, NULL);
        char *bytes;
        gsize len;
        g_assert_true(g_file_get_contents(path, &bytes, &len, NULL));
        read_every_prefix(bytes, len);
        g_free(bytes);
        g_free(path);
        files++;
    }
    g_assert_cmpuint(files, ==, 49);
    g_dir_close(dir);
    g_free(folder);
}

/* What RFC 4475 sends, and what the reader makes of it. */
static const struct {
    const char *file, *method, *cseq_method;
    guint code;
    gboolean body_complete;
} torture[] = {
    {"wsinv", "INVITE", "INVITE", 0, TRUE},
    {"intmeth", "!interesting-Method0123456789_*+`.%indeed'~",
     "!interesting-Method0123456789_*+`.%indeed'~", 0, TRUE},
    {"esc01", "INVITE", "INVITE", 0, TRUE},
    {"escnull", "REGISTER", "REGISTER", 0, TRUE},
    {"esc02", "RE%47IST%45R", "RE%47IST%45R", 0, TRUE},
    {"lwsdisp", "OPTIONS", "OPTIONS", 0, TRUE},
    {"longreq", "INVITE", "INVITE", 0, TRUE},
    {"dblreq", "REGISTER", "REGISTER", 0, TRUE},
    {"semiuri", "OPTIONS", "OPTIONS", 0, TRUE},
    {"transports", "OPTIONS", "OPTIONS", 0, TRUE},
    {"mpart01", "MESSAGE", "MESSAGE", 0, TRUE},
    {"unreason", NULL, "INVITE", 200, TRUE},
    {"noreason", NULL, "INVITE", 100, TRUE},
    {"badinv01", "INVITE", "INVITE", 0, TRUE},
    {"clerr", "INVITE", "INVITE", 0, FALSE},
    {"ncl", "INVITE", "INVITE", 0, TRUE},
    {"scalar02", "REGISTER", "REGISTER", 0, TRUE},
    {"scalarlg", NULL, "OPTIONS", 503, TRUE},
    {"quotbal", "INVITE", "INVITE", 0, TRUE},
    {"ltgtruri", "INVITE", "INVITE", 0, TRUE},
    {"lwsruri", "INVITE", "INVITE", 0, TRUE},
    {"lwsstart", "INVITE", "INVITE", 0, TRUE},
    {"trws", "OPTIONS", "OPTIONS", 0, TRUE},
    {"escruri", "INVITE", "INVITE", 0, TRUE},
    {"baddate", "INVITE", "INVITE", 0, TRUE},
    {"badvers", "OPTIONS", "OPTIONS", 0, TRUE},
    {"mismatch01", "OPTIONS", "INVITE", 0, TRUE},
    {"mismatch02", "NEWMETHOD", "INVITE", 0, TRUE},
    {"bigcode", NULL, "INVITE", 65535, TRUE},
    {"bcast", NULL, "INVITE", 200, TRUE},
    {"zeromf", "OPTIONS", "OPTIONS", 0, TRUE},
    {"multi01", "INVITE", "INVITE", 0, TRUE},
    {"mcl01", "OPTIONS", "OPTIONS", 0, TRUE},
    {"insuf", "INVITE", "INVITE", 0, TRUE},
    {"inv2543", "INVITE", "INVITE", 0, TRUE},
    {"badaspec", "OPTIONS", "OPTIONS", 0, TRUE},
    {"badbranch", "OPTIONS", "OPTIONS", 0, TRUE},
    {"baddn", "OPTIONS", "OPTIONS", 0, FALSE},
    {"bext01", "OPTIONS", "OPTIONS", 0, TRUE},
    {"cparam01", "REGISTER", "REGISTER", 0, TRUE},
    {"cparam02", "REGISTER", "REGISTER", 0, TRUE},
    {"invut", "INVITE", "INVITE", 0, TRUE},
    {"novelsc", "OPTIONS", "OPTIONS", 0, TRUE},
    {"regaut01", "REGISTER", "REGISTER", 0, TRUE},
    {"regbadct", "REGISTER", "REGISTER", 0, TRUE},
    {"regescrt", "REGISTER", "REGISTER", 0, TRUE},
    {"sdp01", "INVITE", "INVITE", 0, TRUE},
    {"unkscm", "OPTIONS", "OPTIONS", 0, TRUE},
    {"unksm2", "REGISTER", "REGISTER", 0, TRUE},
};

static void test_torture_messages_are_read(void) {
    for (guint i = 0; i < G_N_ELEMENTS(torture); i++) {
        char *name = g_strconcat(torture[i].file, ".dat", NULL);
        char *path = g_build_filename(SX_TEST_DATA, "rfc4475", name, NULL);
        char *bytes;
        gsize len;
        sx_message m;
        g_test_message("%s", torture[i].file);
        g_assert_true(g_file_get_contents(path, &bytes, &len, NULL));
        g_assert_cmpuint(sx_message_read((sx_slice){bytes, len}, SX_FRAMING_REST, &m), >, 0);
        if (torture[i].method != NULL)
            assert_slice(m.method, torture[i].method);
        g_assert_cmpuint(m.code, ==, torture[i].code);
        assert_slice(m.cseq_method, torture[i].cseq_method);
        g_assert_cmpint(m.body_complete, ==, torture[i].body_complete);
        g_free(bytes);
        g_free(path);
        g_free(name);
    }
}

/* A quadratic reader would need hours for these. */
static void test_hostile_megabytes_stay_linear(void) {
    static const char *const fillers[] = {"\r",         "\n",      " ", "a", "\"",
                                          "Via: x\r\n", "a:\r\n ", ",", ";"};
    for (guint i = 0; i < G_N_ELEMENTS(fillers); i++) {
        GString *text = g_string_new("SIP/2.0 200 OK\r\nRequire: ");
        sx_message m;
        while (text->len < 2 * 1024 * 1024)
            g_string_append(text, fillers[i]);
        g_assert_cmpuint(sx_message_read((sx_slice){text->str, text->len}, SX_FRAMING_STREAM, &m),
                         >, 0);
        g_assert_false(sx_message_has_token(&m, SX_HDR_REQUIRE, "100rel"));
        g_assert_false(sx_message_has_token(&m, SX_HDR_VIA, "100rel"));
        g_string_free(text, TRUE);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/message/status-line", test_status_line);
    g_test_add_func("/message/missing-phrase", test_missing_phrase);
    g_test_add_func("/message/code-out-of-range", test_code_out_of_range);
    g_test_add_func("/message/request-line", test_request_line);
    g_test_add_func("/message/not-sip", test_not_sip);
    g_test_add_func("/message/compact-and-odd-names", test_compact_and_odd_names);
    g_test_add_func("/message/every-header-by-name", test_every_header_is_found_by_its_name);
    g_test_add_func("/message/folding", test_folding);
    g_test_add_func("/message/repeated-and-joined", test_repeated_and_joined_headers_read_the_same);
    g_test_add_func("/message/commas-in-quotes-and-angles",
                    test_commas_in_quotes_and_angles_do_not_separate);
    g_test_add_func("/message/parameters", test_parameters);
    g_test_add_func("/message/line-ends", test_line_ends);
    g_test_add_func("/message/stream", test_stream_of_messages);
    g_test_add_func("/message/content-length", test_content_length);
    g_test_add_func("/message/truncated-at-every-byte", test_truncated_at_every_byte);
    g_test_add_func("/message/torture-truncated", test_torture_messages_truncated_at_every_byte);
    g_test_add_func("/message/torture", test_torture_messages_are_read);
    g_test_add_func("/message/hostile-megabytes", test_hostile_megabytes_stay_linear);
    return g_test_run();
}
