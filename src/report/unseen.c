/* SPDX-License-Identifier: GPL-2.0-or-later
 * Finds the payload of a frame by its ports, and looks at how it begins.
 */
#include "report/unseen.h"

#include "wire/keyed_hash.h"
#include "wire/message.h"

#define UDP_HEADER 8
#define TCP_HEADER 20
#define TLS_APPLICATION_DATA 23

static guint number_at(const char *p) {
    return (guint)(guint8)p[0] << 8 | (guint8)p[1];
}

/* How long the header of UDP or TCP is that begins here; 0: none does. */
static gsize header_length(sx_slice rest, const sx_packet *packet, gboolean is_udp) {
    if (rest.len < (is_udp ? UDP_HEADER : TCP_HEADER) || number_at(rest.p) != packet->source.port ||
        number_at(rest.p + 2) != packet->destination.port)
        return 0;
    if (is_udp)
        return UDP_HEADER;
    gsize len = (gsize)((guint8)rest.p[12] >> 4) * 4;
    return len >= TCP_HEADER && len <= rest.len ? len : 0;
}

static sx_slice payload_of(sx_slice bytes, const sx_packet *packet, gboolean is_udp) {
    for (gsize at = 0; at < bytes.len; at++) {
        sx_slice rest = {bytes.p + at, bytes.len - at};
        gsize header = header_length(rest, packet, is_udp);
        if (header > 0)
            return (sx_slice){rest.p + header, rest.len - header};
    }
    return (sx_slice){bytes.p, 0};
}

sx_unseen sx_unseen_in(sx_slice bytes, sx_unseen_at *at) {
    const sx_packet *packet = &at->packet;
    sx_slice payload = payload_of(bytes, packet, at->is_udp);
    sx_message message;
    at->port = MIN(packet->source.port, packet->destination.port);
    if (!at->is_udp && payload.len > 2 && payload.p[0] == TLS_APPLICATION_DATA && payload.p[1] == 3)
        return SX_UNSEEN_TLS;
    if (payload.len == 0 || sx_message_read(payload, SX_FRAMING_REST, &message) == 0)
        return SX_UNSEEN_NOTHING;
    at->port = message.is_response ? packet->source.port : packet->destination.port;
    return SX_UNSEEN_SIP;
}

guint64 sx_unseen_connection(const sx_packet *packet) {
    const sx_endpoint *ends[] = {&packet->source, &packet->destination};
    guint64 sum = 0;
    for (guint i = 0; i < G_N_ELEMENTS(ends); i++)
        sum += sx_hash_bytes(ends[i]->port, ends[i]->ip, ends[i]->ip_len);
    return sum;
}
