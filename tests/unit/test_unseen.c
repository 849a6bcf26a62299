/* SPDX-License-Identifier: GPL-2.0-or-later
 * Frames without SIP: what they hold all the same.
 */
#include <string.h>

#include "report/unseen.h"

#define REQUEST "OPTIONS sip:bob@example.com SIP/2.0\r\n\r\n"
#define RESPONSE "SIP/2.0 200 OK\r\n\r\n"
#define CLIENT 40000
#define SERVER 4569

/* Ports and the rest of a header, which begins behind some bytes of other layers, with a payload behind it. */
static GString *frame_of(gboolean is_udp, guint source, guint destination, const char *payload,
                         gsize len) {
    GString *frame = g_string_new("other layers");
    const guint ports[] = {source, destination};
    for (guint i = 0; i < 2; i++) {
        g_string_append_c(frame, (char)(ports[i] >> 8));
        g_string_append_c(frame, (char)ports[i]);
    }
    for (guint i = 4; i < (is_udp ? 8u : 24u); i++)
        g_string_append_c(frame, i == 12 ? 0x60 : 0); /* TCP: 24 bytes, with an option */
    g_string_append_len(frame, payload, (gssize)len);
    return frame;
}

static sx_unseen look(gboolean is_udp, guint source, guint destination, const char *payload,
                      gsize len, guint16 *port) {
    GString *frame = frame_of(is_udp, source, destination, payload, len);
    sx_unseen_at at = {.is_udp = is_udp};
    sx_unseen unseen = SX_UNSEEN_NOTHING;
    at.packet.source.port = (guint16)source;
    at.packet.destination.port = (guint16)destination;
    /* Cut at every byte: nothing is read behind the end. */
    for (gsize cut = 0; cut <= frame->len; cut++) {
        char *exact = (char *)g_memdup2(frame->str, MAX(cut, 1));
        unseen = sx_unseen_in((sx_slice){exact, cut}, &at);
        g_free(exact);
    }
    *port = at.port;
    g_string_free(frame, TRUE);
    return unseen;
}

static void test_sip(void) {
    guint16 port;
    for (gboolean is_udp = FALSE; is_udp <= TRUE; is_udp++) {
        g_assert_cmpint(look(is_udp, CLIENT, SERVER, REQUEST, strlen(REQUEST), &port), ==,
                        SX_UNSEEN_SIP);
        g_assert_cmpint(port, ==, SERVER);
        g_assert_cmpint(look(is_udp, SERVER, CLIENT, RESPONSE, strlen(RESPONSE), &port), ==,
                        SX_UNSEEN_SIP);
        g_assert_cmpint(port, ==, SERVER);
    }
}

static void test_no_sip(void) {
    static const char inside[] = "\1\1" REQUEST;
    guint16 port;
    g_assert_cmpint(look(TRUE, CLIENT, SERVER, inside, strlen(inside), &port), ==,
                    SX_UNSEEN_NOTHING);
    g_assert_cmpint(look(FALSE, CLIENT, SERVER, "GET / HTTP/1.1\r\n\r\n", 18, &port), ==,
                    SX_UNSEEN_NOTHING);
}

static void test_tls(void) {
    static const char data[] = "\27\3\3\0\20", handshake[] = "\26\3\3\0\20";
    guint16 port;
    g_assert_cmpint(look(FALSE, CLIENT, SX_PORT_SIPS, data, 5, &port), ==, SX_UNSEEN_TLS);
    g_assert_cmpint(port, ==, SX_PORT_SIPS);
    g_assert_cmpint(look(FALSE, CLIENT, SX_PORT_SIPS, handshake, 5, &port), ==, SX_UNSEEN_NOTHING);
    g_assert_cmpint(look(TRUE, CLIENT, SX_PORT_SIPS, data, 5, &port), ==, SX_UNSEEN_NOTHING);
}

static void test_connection(void) {
    sx_packet there = {.source = {.ip = {192, 0, 2, 1}, .ip_len = 4, .port = CLIENT},
                       .destination = {.ip = {192, 0, 2, 2}, .ip_len = 4, .port = SX_PORT_SIPS}};
    sx_packet back = {.source = there.destination, .destination = there.source};
    sx_packet other = there;
    other.source.port++;
    g_assert_cmpuint(sx_unseen_connection(&there), ==, sx_unseen_connection(&back));
    g_assert_cmpuint(sx_unseen_connection(&there), !=, sx_unseen_connection(&other));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/unseen/sip", test_sip);
    g_test_add_func("/unseen/no-sip", test_no_sip);
    g_test_add_func("/unseen/tls", test_tls);
    g_test_add_func("/unseen/connection", test_connection);
    return g_test_run();
}
