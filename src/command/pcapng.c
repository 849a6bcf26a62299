/* SPDX-License-Identifier: GPL-2.0-or-later
 * pcapng by the IETF's draft-ietf-opsawg-pcapng.
 */
#include "command/pcapng.h"

#include <string.h>

#define BLOCK_SECTION 0x0a0d0d0a
#define BLOCK_INTERFACE 1
#define BLOCK_SIMPLE_PACKET 3
#define BLOCK_PACKET 6
#define BYTE_ORDER_MAGIC 0x1a2b3c4d
#define LINKTYPE_EXPORTED_PDU 252
#define OPTION_USER_APPLICATION 4
#define OPTION_TIME_RESOLUTION 9

/* Blocks are of little endian on every machine. */

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

static void write_section(FILE *file, const char *program) {
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
}

/* @param decimals of the seconds that times have */
static void write_interface(FILE *file, guint16 linktype, guint32 snaplen, guint8 decimals) {
    GByteArray *interface = g_byte_array_new();
    put16(interface, linktype);
    put16(interface, 0);
    put32(interface, snaplen);
    put16(interface, OPTION_TIME_RESOLUTION);
    put16(interface, 1);
    put_padded(interface, &decimals, 1);
    put32(interface, 0); /* end of the options */
    write_block(file, BLOCK_INTERFACE, interface);
    g_byte_array_free(interface, TRUE);
}

/* The decimals of the seconds that times of this precision have. */
static guint8 decimals_of(sx_precision precision) {
    return precision == SX_TIME_SECONDS ? 0 : precision == SX_TIME_MILLISECONDS ? 3 : 6;
}

/* The interface whose times are as fine; what has no time is of the first one, whichever that is. */
static guint interface_of(sx_pcapng *capture, sx_precision precision) {
    if (precision == SX_TIME_NONE && capture->interfaces > 0)
        return 0;
    if (capture->numbers[precision] == 0) {
        write_interface(capture->file, LINKTYPE_EXPORTED_PDU, 0, decimals_of(precision));
        capture->numbers[precision] = ++capture->interfaces;
    }
    return capture->numbers[precision] - 1;
}

static GByteArray *packet_block(guint interface, guint64 time, sx_slice data, guint32 length) {
    GByteArray *body = g_byte_array_new();
    put32(body, interface);
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

/* A cut packet cannot be told from a whole one here. */
static GByteArray *timeless_block(sx_slice data) {
    GByteArray *body = g_byte_array_new();
    put32(body, (guint32)data.len);
    put_padded(body, data.p, data.len);
    GByteArray *block = block_of(BLOCK_SIMPLE_PACKET, body);
    g_byte_array_free(body, TRUE);
    return block;
}

void sx_pcapng_begin(sx_pcapng *capture, FILE *file, const char *program) {
    *capture = (sx_pcapng){.file = file};
    write_section(file, program);
}

void sx_pcapng_packet(sx_pcapng *capture, const GByteArray *bytes, gsize length,
                      const sx_packet *packet) {
    sx_slice data = {(const char *)bytes->data, bytes->len};
    sx_precision precision = (sx_precision)packet->precision;
    guint interface = interface_of(capture, precision);
    guint64 time = (guint64)MAX(packet->time, 0);
    for (guint i = decimals_of(precision); i < 6; i++)
        time /= 10;
    GByteArray *block = precision == SX_TIME_NONE
                            ? timeless_block(data)
                            : packet_block(interface, time, data, (guint32)MAX(length, data.len));
    fwrite(block->data, 1, block->len, capture->file);
    g_byte_array_free(block, TRUE);
}

void sx_pcapng_begin_capture(FILE *file, const char *program, guint16 linktype, guint32 snaplen,
                             gboolean nanoseconds) {
    write_section(file, program);
    write_interface(file, linktype, snaplen, nanoseconds ? 9 : 6);
}

GByteArray *sx_pcapng_block(sx_slice data, guint32 length, guint64 time) {
    return packet_block(0, time, data, length);
}
