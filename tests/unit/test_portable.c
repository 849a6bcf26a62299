/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the compiler or the C library may do in a way of its own gives the same everywhere. The build with SX_PORTABLE
 * runs all of this, and all flows, on the portable way.
 */
#include "log/find.h"
#include "support.h"
#include "wire/compiler.h"
#include "wire/ip.h"

#ifdef G_OS_UNIX
#include <arpa/inet.h>
#endif

static gboolean started;

SX_AT_START(note_start) {
    started = TRUE;
}

static void test_start(void) {
    g_assert_true(started);
}

static void test_lowest_bit(void) {
    for (guint place = 0; place < 64; place++) {
        g_assert_cmpuint(sx_lowest_bit((guint64)1 << place), ==, place);
        g_assert_cmpuint(sx_lowest_bit(G_MAXUINT64 << place), ==, place);
    }
}

/* The same bit by bit. */
static guint64 slow_folded_product(guint64 a, guint64 b) {
    guint64 low = 0, high = 0;
    for (guint bit = 0; bit < 64; bit++) {
        if ((b >> bit & 1) == 0)
            continue;
        guint64 before = low;
        low += a << bit;
        high += (bit > 0 ? a >> (64 - bit) : 0) + (low < before ? 1 : 0);
    }
    return low ^ high;
}

static guint64 random_word(void) {
    return (guint64)g_test_rand_int() << 32 | (guint32)g_test_rand_int();
}

static void test_folded_product(void) {
    const guint64 ends[] = {
        0, 1, 2, G_MAXUINT32, (guint64)G_MAXUINT32 + 1, G_MAXUINT64 - 1, G_MAXUINT64};
    for (guint i = 0; i < G_N_ELEMENTS(ends); i++) {
        for (guint j = 0; j < G_N_ELEMENTS(ends); j++)
            g_assert_cmpuint(sx_folded_product(ends[i], ends[j]), ==,
                             slow_folded_product(ends[i], ends[j]));
    }
    for (guint i = 0; i < 1000; i++) {
        guint64 a = random_word(), b = random_word();
        g_assert_cmpuint(sx_folded_product(a, b), ==, slow_folded_product(a, b));
    }
}

static void test_find(void) {
    const char *text = "SIP SIP/ SIP/2.0 SIP/2.";
    g_assert_true(sx_find_bytes(text, strlen(text), "SIP/2.0", 7) == text + 9);
    g_assert_true(sx_find_bytes(text, 16, "SIP/2.0", 7) == text + 9);
    g_assert_null(sx_find_bytes(text, 15, "SIP/2.0", 7));
    g_assert_null(sx_find_bytes(text, 3, "SIP/2.0", 7));
    g_assert_null(sx_find_bytes(text, 0, "S", 1));
    g_assert_true(sx_find_last(text, 'S', strlen(text)) == text + 17);
    g_assert_true(sx_find_last(text, 'S', 1) == text);
    g_assert_null(sx_find_last(text, 'x', strlen(text)));
    g_assert_null(sx_find_last(text, 'S', 0));
}

static guint read_host(const char *text, guint8 ip[16]) {
    return sx_uri_host_ip((sx_slice){text, strlen(text)}, ip);
}

static void check_host(const char *text) {
    guint8 ip[16] = {0};
    guint len = read_host(text, ip);
#ifdef G_OS_UNIX
    guint8 wanted[16] = {0};
    gboolean is_v6 = strchr(text, ':') != NULL;
    guint wanted_len =
        inet_pton(is_v6 ? AF_INET6 : AF_INET, text, wanted) == 1 ? (is_v6 ? 16 : 4) : 0;
    g_test_message("%s", text);
    g_assert_cmpuint(len, ==, wanted_len);
    if (len != 0)
        g_assert_cmpmem(ip, len, wanted, wanted_len);
#else
    g_assert_cmpuint(len, <=, 16);
#endif
}

static void test_addresses(void) {
    const char *const hosts[] = {"::",
                                 "::1",
                                 "1::",
                                 "1:2:3:4:5:6:7:8",
                                 "1:2:3:4:5:6:7::",
                                 "::2:3:4:5:6:7:8",
                                 "1:2:3:4:5:6:7::8",
                                 "1:2:3:4:5:6:7:8::",
                                 "1::2::3",
                                 ":1",
                                 "1:",
                                 ":::",
                                 "::ffff:192.0.2.1",
                                 "1:2:3:4:5:6:192.0.2.1",
                                 "1:2:3:4:5:6:7:192.0.2.1",
                                 "::192.0.2.1:1",
                                 "::192.0.2.01",
                                 "fe80::1%eth0",
                                 "[::1]",
                                 "12345::",
                                 "::g",
                                 "2001:DB8::aBcD",
                                 "0000:0000:0000:0000:0000:ffff:255.255.255.255",
                                 "1:2:3:4:5:6:7",
                                 "::256.0.0.1",
                                 "192.0.2.1",
                                 "192.0.2",
                                 "192.0.2.1.",
                                 "256.0.2.1",
                                 "01.0.2.1",
                                 "0.0.0.0",
                                 "1.2.3.4.5",
                                 "::1 "};
    for (guint i = 0; i < G_N_ELEMENTS(hosts); i++)
        check_host(hosts[i]);
    guint8 ip[16];
    g_assert_cmpuint(read_host("", ip), ==, 0);
    g_assert_cmpuint(read_host("2001:db8::1", ip), ==, 16);
    g_assert_cmpuint(read_host("example.com", ip), ==, 0);
}

/* Pieces of addresses in any order: as inet_pton() reads them. */
static void test_random_addresses(void) {
    const char *const pieces[] = {":",     "::",        "0", "1",   "ab", "ffff",
                                  "12345", "192.0.2.1", ".", "255", "%",  "1:2:3"};
    for (guint i = 0; i < 20000; i++) {
        GString *text = g_string_new(NULL);
        gint32 n = g_test_rand_int_range(1, 17);
        for (gint32 j = 0; j < n; j++) {
            g_string_append(text, pieces[g_test_rand_int_range(0, G_N_ELEMENTS(pieces))]);
            if (g_test_rand_int_range(0, 3) > 0)
                g_string_append_c(text, ':');
        }
        check_host(text->str);
        g_string_free(text, TRUE);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/portable/start", test_start);
    g_test_add_func("/portable/lowest-bit", test_lowest_bit);
    g_test_add_func("/portable/folded-product", test_folded_product);
    g_test_add_func("/portable/find", test_find);
    g_test_add_func("/portable/addresses", test_addresses);
    g_test_add_func("/portable/random-addresses", test_random_addresses);
    return g_test_run();
}
