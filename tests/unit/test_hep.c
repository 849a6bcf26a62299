/* SPDX-License-Identifier: GPL-2.0-or-later
 * The reader of HEP.
 */
#include "support.h"
#include "wire/hep.h"

#define SIP "OPTIONS sip:a SIP/2.0\r\nVia: x\r\n\r\n"
#define IPV4_ENDS "\xC0\x00\x02\x01\xC0\x00\x02\x02"
#define CHUNK(vendor, type, len) "\0" vendor "\0" type "\0" len
/* 192.0.2.1:5060 to 192.0.2.2:5061 */
#define ENDS                                                                                       \
    CHUNK("\0", "\3", "\x0A")                                                                      \
    "\xC0\x00\x02\x01" CHUNK("\0", "\4", "\x0A") "\xC0\x00\x02\x02" CHUNK(                         \
        "\0", "\7", "\x08") "\x13\xC4" CHUNK("\0", "\x08", "\x08") "\x13\xC5"

/* A packet of version 3 around some chunks: (bytes, length), as literals hold zeros. */
static GString *hep3(const char *chunks, gsize len) {
    GString *packet = g_string_new_len("HEP3\0\0", 6);
    g_string_append_len(packet, chunks, (gssize)len);
    packet->str[4] = (char)(packet->len >> 8);
    packet->str[5] = (char)packet->len;
    return packet;
}

/* In memory of their own, so that the sanitizers see a read behind them. */
static char *exact_copy(const char *bytes, gsize len) {
    char *copy = (char *)g_malloc(MAX(len, 1));
    memcpy(copy, bytes, len);
    return copy;
}

static sx_slice slice_of(const GString *bytes) {
    return (sx_slice){bytes->str, bytes->len};
}

#define HEP3(chunks) hep3(chunks, sizeof(chunks) - 1)

static void assert_end(const sx_endpoint *end, const char *ip, guint port) {
    char *text = sx_ip_text(end->ip, end->ip_len);
    g_assert_cmpstr(text, ==, ip);
    g_assert_cmpuint(end->port, ==, port);
    g_free(text);
}

static void test_version_3(void) {
    GString *packet = HEP3(
        CHUNK("\0", "\x0F", "\x08") "hi" CHUNK("\0", "\2", "\7") "\x06" ENDS
            CHUNK("\0", "\x09", "\x0A") "\x65\x53\xF1\x00" CHUNK(
                "\0", "\x0A",
                "\x0A") "\0\0\1\0" CHUNK("\0", "\x0B",
                                         "\7") "\x64" CHUNK("\0", "\x0C",
                                                            "\x0A") "\0\0\x07\xD1" CHUNK("\0",
                                                                                         "\x13",
                                                                                         "\x0B") "p"
                                                                                                 "b"
                                                                                                 "x"
                                                                                                 "-"
                                                                                                 "1");
    sx_hep hep;
    g_assert_true(sx_hep_read(&hep, slice_of(packet), packet->len));
    g_assert_cmpuint(hep.version, ==, 3);
    g_assert_cmpuint(hep.protocol, ==, 6);
    assert_end(&hep.source, "192.0.2.1", 5060);
    assert_end(&hep.destination, "192.0.2.2", 5061);
    g_assert_true(hep.has_time);
    g_assert_cmpint(hep.time, ==, 1700000000 * SX_SECOND + 256);
    g_assert_cmpuint(hep.payload_type, ==, 100);
    g_assert_cmpuint(hep.agent, ==, 2001);
    assert_slice(hep.node.data, "pbx-1");
    assert_slice(hep.payload.data, "hi");
    g_assert_cmpuint(hep.payload.offset, ==, 12);
    g_assert_false(hep.is_compressed);
    g_assert_false(hep.damaged);
    g_string_free(packet, TRUE);
}

static void test_chunks_of_vendors_and_repeated_ones_do_not_count(void) {
    GString *packet = HEP3(CHUNK("\1", "\x0B", "\7") "\2" CHUNK("\0", "\x0B", "\7") "\1" CHUNK(
        "\0", "\x0B", "\7") "\5" CHUNK("\0", "\x10", "\7") "z" CHUNK("\0", "\x0F", "\7") "p");
    sx_hep hep;
    g_assert_true(sx_hep_read(&hep, slice_of(packet), packet->len));
    g_assert_cmpuint(hep.payload_type, ==, 1);
    assert_slice(hep.payload.data, "z");
    g_assert_true(hep.is_compressed);
    g_assert_false(hep.damaged);
    g_assert_false(hep.has_time);
    g_string_free(packet, TRUE);
}

static void test_lengths_that_do_not_fit(void) {
    static const struct {
        const char *chunk;
        gsize len;
        guint n_chunks;
    } cases[] = {
        {CHUNK("\0", "\1", "\7") "\2" CHUNK("\0", "\x0F", "\x08") "x", 14, 1}, /* one too long */
        {CHUNK("\0", "\1", "\7") "\2" CHUNK("\0", "\x0F", "\5"), 13,
         1}, /* shorter than its header */
        {CHUNK("\0", "\1", "\7") "\2" CHUNK("\0", "\x0F", "\0"), 13, 1},
        {CHUNK("\0", "\1", "\7") "\2"
                                 "\0\0\0\x0F\0",
         12, 1}, /* no whole header */
        {"", 0, 0},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        GString *packet = hep3(cases[i].chunk, cases[i].len);
        sx_hep_walk walk;
        sx_hep_chunk chunk;
        guint n = 0;
        g_assert_true(sx_hep_begin(&walk, slice_of(packet), packet->len));
        while (sx_hep_next(&walk, &chunk))
            n++;
        g_assert_cmpuint(n, ==, cases[i].n_chunks);
        g_assert_cmpint(walk.damaged, ==, cases[i].len > 0);
        g_assert_false(sx_hep_next(&walk, &chunk));
        g_string_free(packet, TRUE);
    }
}

static void test_whole_length(void) {
    GString *packet = HEP3(CHUNK("\0", "\x0F", "\x08") "hi");
    sx_hep hep;
    g_string_append(packet, "behind it");
    g_assert_cmpuint(sx_hep3_len(slice_of(packet)), ==, 14);
    g_assert_true(sx_hep_read(&hep, slice_of(packet), packet->len));
    g_assert_false(hep.damaged);
    for (guint says = 0; says < 6; says++) { /* shorter than its own prefix */
        packet->str[5] = (char)says;
        g_assert_true(sx_hep_read(&hep, slice_of(packet), packet->len));
        g_assert_true(hep.damaged);
        g_assert_false(hep.has_payload);
    }
    packet->str[5] = (char)(packet->len + 1);
    g_assert_true(sx_hep_read(&hep, slice_of(packet), packet->len));
    g_assert_true(hep.damaged);
    g_string_free(packet, TRUE);
}

/* A short snap length is no damage: the chunk is as long as it says, its data are what there is. */
static void test_cut_by_the_capture(void) {
    GString *packet = HEP3(ENDS CHUNK("\0", "\x0F", "\x0B") "hello");
    sx_hep hep;
    for (gsize captured = 4; captured < packet->len; captured++) {
        char *exact = exact_copy(packet->str, captured);
        g_assert_true(sx_hep_read(&hep, (sx_slice){exact, captured}, packet->len));
        g_assert_false(hep.damaged);
        if (hep.has_payload) {
            g_assert_cmpuint(hep.payload.len, ==, 5);
            g_assert_cmpuint(hep.payload.data.len, ==, captured - (packet->len - 5));
        }
        g_free(exact);
    }
    g_assert_true(hep.has_payload);
    g_string_free(packet, TRUE);
}

static void test_numbers_of_another_length(void) {
    GString *packet = HEP3(CHUNK("\0", "\3", "\7") "\1" CHUNK("\0", "\7", "\x0B") "abcde" CHUNK(
        "\0", "\x09", "\6") CHUNK("\0", "\x0A", "\x0A") "\xFF\xFF\xFF\xFF");
    sx_hep hep;
    g_assert_true(sx_hep_read(&hep, slice_of(packet), packet->len));
    assert_end(&hep.source, "", 0);
    g_assert_false(hep.has_time);
    g_assert_true(hep.damaged); /* no time has so many microseconds */
    g_assert_cmpint(hep.time, ==, 0);
    g_string_free(packet, TRUE);
}

/* 1700000000.000256, agent 2001; the length in the second byte is whatever the sender thought */
static void test_version_2(void) {
    static const char little[] =
        "\2\x10\2\x11\x13\xC4\x13\xC5" IPV4_ENDS "\x00\xF1\x53\x65\x00\x01\0\0\xD1\x07\0\0" SIP;
    static const char big[] =
        "\2\xFF\2\x11\x13\xC4\x13\xC5" IPV4_ENDS "\x65\x53\xF1\x00\0\1\x86\xA0\x07\xD1\0\0" SIP;
    sx_hep hep;
    g_assert_true(sx_hep_read(&hep, (sx_slice){little, sizeof little - 1}, sizeof little - 1));
    g_assert_cmpuint(hep.version, ==, 2);
    g_assert_cmpuint(hep.payload_type, ==, SX_HEP_SIP);
    assert_end(&hep.source, "192.0.2.1", 5060);
    assert_end(&hep.destination, "192.0.2.2", 5061);
    g_assert_cmpint(hep.time, ==, 1700000000 * SX_SECOND + 256);
    g_assert_cmpuint(hep.agent, ==, 2001);
    assert_slice(hep.payload.data, SIP);
    g_assert_true(sx_hep_read(&hep, (sx_slice){big, sizeof big - 1}, sizeof big - 1));
    g_assert_cmpint(hep.time, ==, 1700000000 * SX_SECOND + 100000);
    g_assert_cmpuint(hep.agent, ==, 2001);
}

/* Whole seconds read as well either way. */
static void test_byte_order_of_whole_seconds(void) {
    static const char little[] =
        "\2\x10\2\x11\x13\xC4\x13\xC5" IPV4_ENDS "\x00\xD2\x49\x6B\0\0\0\0\xD1\x07\0\0" SIP;
    static const char big[] =
        "\2\x10\2\x11\x13\xC4\x13\xC5" IPV4_ENDS "\x6B\x49\xD2\x00\0\0\0\0\x07\xD1\0\0" SIP;
    sx_hep hep;
    g_assert_true(sx_hep_read(&hep, (sx_slice){little, sizeof little - 1}, sizeof little - 1));
    g_assert_cmpint(hep.time, ==, 1800000000 * SX_SECOND);
    g_assert_true(sx_hep_read(&hep, (sx_slice){big, sizeof big - 1}, sizeof big - 1));
    g_assert_cmpint(hep.time, ==, 1800000000 * SX_SECOND);
}

static void test_version_1_and_ipv6(void) {
    static const char one[] = "\1\x10\2\x11\x13\xC4\x13\xC5" IPV4_ENDS SIP;
    static const char six[] = "\1\x28\x0A\x06\x13\xC4\x13\xC5"
                              "\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\1"
                              "\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\2" SIP;
    sx_hep hep;
    g_assert_true(sx_hep_read(&hep, (sx_slice){one, sizeof one - 1}, sizeof one - 1));
    g_assert_false(hep.has_time);
    assert_slice(hep.payload.data, SIP);
    g_assert_true(sx_hep_read(&hep, (sx_slice){six, sizeof six - 1}, sizeof six - 1));
    g_assert_cmpuint(hep.protocol, ==, 6);
    assert_end(&hep.source, "2001:db8::1", 5060);
    assert_end(&hep.destination, "2001:db8::2", 5061);
    assert_slice(hep.payload.data, SIP);
}

static void test_what_is_no_hep(void) {
    static const char *const heads[] = {
        "\3\x10\2\x11\x13\xC4\x13\xC5"
        "abcdefgh" SIP, /* version */
        "\1\x10\3\x11\x13\xC4\x13\xC5"
        "abcdefgh" SIP, /* family */
        "\1\x10\2\x12\x13\xC4\x13\xC5"
        "abcdefgh" SIP, /* protocol */
        "\1\x10\2\x11\x13\xC4\x13\xC5"
        "abcdefgh"
        "HTTP/1.1 200 OK\r\n\r\n",
        "\1\x10\2\x11\x13\xC4\x13\xC5"
        "abcdefgh",
        "\1\x10\2\x11\x13\xC4\x13\xC5"
        "abc",
        "\1\x10",
        "HEP",
        "hep3abcd",
        "HEP2\1\1",
        "",
    };
    for (guint i = 0; i < G_N_ELEMENTS(heads); i++) {
        sx_hep hep;
        gsize len = strlen(heads[i]);
        char *exact = exact_copy(heads[i], len);
        g_assert_false(sx_hep_read(&hep, (sx_slice){exact, len}, len));
        g_free(exact);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hep/version-3", test_version_3);
    g_test_add_func("/hep/vendors-and-repeated",
                    test_chunks_of_vendors_and_repeated_ones_do_not_count);
    g_test_add_func("/hep/lengths", test_lengths_that_do_not_fit);
    g_test_add_func("/hep/whole-length", test_whole_length);
    g_test_add_func("/hep/cut-by-the-capture", test_cut_by_the_capture);
    g_test_add_func("/hep/numbers", test_numbers_of_another_length);
    g_test_add_func("/hep/version-2", test_version_2);
    g_test_add_func("/hep/byte-order", test_byte_order_of_whole_seconds);
    g_test_add_func("/hep/version-1-and-ipv6", test_version_1_and_ipv6);
    g_test_add_func("/hep/what-is-no-hep", test_what_is_no_hep);
    return g_test_run();
}
