/* SPDX-License-Identifier: GPL-2.0-or-later
 * pcapng by the IETF's draft-ietf-opsawg-pcapng; the tags before a message are those of Wireshark's exported PDUs.
 */
#include "command/pcapng.h"

#include <string.h>

#define BLOCK_SECTION 0x0a0d0d0a
#define BLOCK_INTERFACE 1
#define BLOCK_PACKET 6
#define BYTE_ORDER_MAGIC 0x1a2b3c4d
#define LINKTYPE_EXPORTED_PDU 252
#define OPTION_USER_APPLICATION 4
#define OPTION_TIME_RESOLUTION 9

enum {
    TAG_DISSECTOR = 12,
    TAG_IPV4_SOURCE = 20,
    TAG_IPV4_DESTINATION = 21,
    TAG_IPV6_SOURCE = 22,
    TAG_IPV6_DESTINATION = 23,
    TAG_PORT_TYPE = 24,
    TAG_SOURCE_PORT = 25,
    TAG_DESTINATION_PORT = 26
};
enum { PORT_TYPE_TCP = 2, PORT_TYPE_UDP = 3 };

/* Blocks are of little endian, tags of big endian, on every machine. */

static void put16(GByteArray *out, guint value) {
    const guint8 bytes[] = {(guint8)value, (guint8)(value >> 8)};
    g_byte_array_append(out, bytes, sizeof bytes);
}

static void put32(GByteArray *out, guint32 value) {
    put16(out, value & 0xffff);
    put16(out, value >> 16);
}

static void put_padded(GByteArray *out, const void *bytes, gsize len) {
    static const guint8 zeros[4] = {0};
    g_byte_array_append(out, (const guint8 *)bytes, (guint)len);
    g_byte_array_append(out, zeros, (guint)(-len & 3));
}

static GByteArray *block_of(guint32 type, const GByteArray *body) {
    GByteArray *block = g_byte_array_new();
    guint32 length = body->len + 12;
    put32(block, type);
    put32(block, length);
    g_byte_array_append(block, body->data, body->len);
    put32(block, length);
    return block;
}

static void write_block(FILE *file, guint32 type, const GByteArray *body) {
    GByteArray *block = block_of(type, body);
    fwrite(block->data, 1, block->len, file);
    g_byte_array_free(block, TRUE);
}

void sx_pcapng_begin_capture(FILE *file, const char *program, guint16 linktype, guint32 snaplen,
                             gboolean nanoseconds) {
    GByteArray *section = g_byte_array_new();
    put32(section, BYTE_ORDER_MAGIC);
    put16(section, 1); /* version 1.0 */
    put16(section, 0);
    put32(section, G_MAXUINT32); /* length of the section: not told */
    put32(section, G_MAXUINT32);
    put16(section, OPTION_USER_APPLICATION);
    put16(section, (guint)strlen(program));
    put_padded(section, program, strlen(program));
    put32(section, 0); /* end of the options */
    write_block(file, BLOCK_SECTION, section);
    g_byte_array_free(section, TRUE);
    GByteArray *interface = g_byte_array_new();
    put16(interface, linktype);
    put16(interface, 0);
    put32(interface, snaplen);
    if (nanoseconds) {
        put16(interface, OPTION_TIME_RESOLUTION);
        put16(interface, 1);
        put_padded(interface, "\x09", 1);
        put32(interface, 0); /* end of the options */
    }
    write_block(file, BLOCK_INTERFACE, interface);
    g_byte_array_free(interface, TRUE);
}

void sx_pcapng_begin(FILE *file, const char *program) {
    sx_pcapng_begin_capture(file, program, LINKTYPE_EXPORTED_PDU, 0, FALSE);
}

static void put_tag(GByteArray *out, guint tag, const void *value, gsize len) {
    guint padded = (guint)(len + (-len & 3));
    const guint8 head[] = {(guint8)(tag >> 8), (guint8)tag, (guint8)(padded >> 8), (guint8)padded};
    g_byte_array_append(out, head, sizeof head);
    put_padded(out, value, len);
}

static void put_number_tag(GByteArray *out, guint tag, guint32 value) {
    const guint8 bytes[] = {(guint8)(value >> 24), (guint8)(value >> 16), (guint8)(value >> 8),
                            (guint8)value};
    put_tag(out, tag, bytes, sizeof bytes);
}

static void put_tags(GByteArray *out, const sx_packet *packet) {
    const sx_endpoint *from = &packet->source;
    const sx_endpoint *to = &packet->destination;
    put_tag(out, TAG_DISSECTOR, "sip", 3);
    if (from->ip_len != 0)
        put_tag(out, from->ip_len == 4 ? TAG_IPV4_SOURCE : TAG_IPV6_SOURCE, from->ip, from->ip_len);
    if (to->ip_len != 0)
        put_tag(out, to->ip_len == 4 ? TAG_IPV4_DESTINATION : TAG_IPV6_DESTINATION, to->ip,
                to->ip_len);
    put_number_tag(out, TAG_PORT_TYPE,
                   packet->transport == SX_TRANSPORT_UDP ? PORT_TYPE_UDP : PORT_TYPE_TCP);
    put_number_tag(out, TAG_SOURCE_PORT, from->port);
    put_number_tag(out, TAG_DESTINATION_PORT, to->port);
    put32(out, 0); /* end of the tags */
}

GByteArray *sx_pcapng_packet(sx_slice data, guint32 length, guint64 time) {
    GByteArray *body = g_byte_array_new();
    put32(body, 0); /* the interface */
    put32(body, (guint32)(time >> 32));
    put32(body, (guint32)time);
    put32(body, (guint32)data.len);
    put32(body, length);
    if (data.len > 0)
        put_padded(body, data.p, data.len);
    GByteArray *block = block_of(BLOCK_PACKET, body);
    g_byte_array_free(body, TRUE);
    return block;
}

void sx_pcapng_message(FILE *file, sx_slice text, gsize length, const sx_packet *packet) {
    GByteArray *data = g_byte_array_new();
    put_tags(data, packet);
    gsize tags = data->len;
    g_byte_array_append(data, (const guint8 *)text.p, (guint)text.len);
    GByteArray *block =
        sx_pcapng_packet((sx_slice){(const char *)data->data, data->len},
                         (guint32)(tags + MAX(length, text.len)), (guint64)MAX(packet->time, 0));
    fwrite(block->data, 1, block->len, file);
    g_byte_array_free(block, TRUE);
    g_byte_array_free(data, TRUE);
}
