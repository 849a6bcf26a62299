/* SPDX-License-Identifier: GPL-2.0-or-later
 * The tags of exported PDUs. The one of the direction also tells the plugin that an application wrote the message down.
 */
#include "log/exported_pdu.h"

enum {
    TAG_END = 0,
    TAG_DISSECTOR = 12,
    TAG_IPV4_SOURCE = 20,
    TAG_IPV4_DESTINATION = 21,
    TAG_IPV6_SOURCE = 22,
    TAG_IPV6_DESTINATION = 23,
    TAG_PORT_TYPE = 24,
    TAG_SOURCE_PORT = 25,
    TAG_DESTINATION_PORT = 26,
    TAG_DIRECTION = 35
};
enum { PORT_TYPE_TCP = 2, PORT_TYPE_UDP = 3 };

/* Tags are of big endian on every machine, and padded to four bytes. */

static void put_tag(GByteArray *out, guint tag, const void *value, gsize len) {
    static const guint8 zeros[4] = {0};
    guint padding = (guint)(-len & 3);
    guint padded = (guint)len + padding;
    const guint8 head[] = {(guint8)(tag >> 8), (guint8)tag, (guint8)(padded >> 8), (guint8)padded};
    g_byte_array_append(out, head, sizeof head);
    g_byte_array_append(out, (const guint8 *)value, (guint)len);
    g_byte_array_append(out, zeros, padding);
}

static void put_number_tag(GByteArray *out, guint tag, guint32 value) {
    const guint8 bytes[] = {(guint8)(value >> 24), (guint8)(value >> 16), (guint8)(value >> 8),
                            (guint8)value};
    put_tag(out, tag, bytes, sizeof bytes);
}

static void put_address_tag(GByteArray *out, guint ipv4_tag, guint ipv6_tag,
                            const sx_endpoint *endpoint) {
    if (endpoint->ip_len != 0)
        put_tag(out, endpoint->ip_len == 4 ? ipv4_tag : ipv6_tag, endpoint->ip, endpoint->ip_len);
}

gsize sx_exported_pdu(const sx_log_message *message, const sx_packet *packet, GByteArray *out) {
    static const guint32 directions[] = {
        [SX_LOG_NO_DIRECTION] = G_MAXUINT32, [SX_LOG_SENT] = 0, [SX_LOG_RECEIVED] = 1};
    put_tag(out, TAG_DISSECTOR, "sip", 3);
    put_address_tag(out, TAG_IPV4_SOURCE, TAG_IPV6_SOURCE, &packet->source);
    put_address_tag(out, TAG_IPV4_DESTINATION, TAG_IPV6_DESTINATION, &packet->destination);
    put_number_tag(out, TAG_PORT_TYPE,
                   packet->transport == SX_TRANSPORT_UDP ? PORT_TYPE_UDP : PORT_TYPE_TCP);
    put_number_tag(out, TAG_SOURCE_PORT, packet->source.port);
    put_number_tag(out, TAG_DESTINATION_PORT, packet->destination.port);
    put_number_tag(out, TAG_DIRECTION, directions[message->direction]);
    put_tag(out, TAG_END, "", 0);
    g_byte_array_append(out, (const guint8 *)message->text.p, (guint)message->text.len);
    return out->len + (message->cut ? 1 : 0);
}
