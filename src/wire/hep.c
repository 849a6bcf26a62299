/* SPDX-License-Identifier: GPL-2.0-or-later
 * The reader of HEP, versions 1 to 3.
 */
#include "wire/hep.h"

#include <string.h>

#include "wire/message.h"

#define CHUNK_HEADER 6 /* vendor, type, length; the length counts these bytes too */
#define FAMILY_IPV4 2
#define FAMILY_IPV6 10
#define MAX_MICROSECONDS 1000000
#define FIRST_SECOND 946684800u /* of the year 2000: there was no HEP before it */
#define LAST_SECOND 2524608000u /* of the year 2050 */

/* The header of versions 1 and 2, behind the version and a length of which each sender has its own idea. Version 1 ends
 * behind the addresses. IPv6 addresses stand where IPv4 ones do. */
static const struct {
    guint8 type, len;
} header_fields[] = {
    {SX_HEP_FAMILY, 1},           {SX_HEP_PROTOCOL, 1},     {SX_HEP_SOURCE_PORT, 2},
    {SX_HEP_DESTINATION_PORT, 2}, {SX_HEP_SOURCE_IPV4, 4},  {SX_HEP_DESTINATION_IPV4, 4},
    {SX_HEP_SECONDS, 4},          {SX_HEP_MICROSECONDS, 4}, {SX_HEP_AGENT, 2},
};
#define FIRST_FIELD 2 /* where it begins */
#define N_FIELDS_1 6
#define TIME_LEN 12 /* seconds, microseconds, agent, padding */

static guint32 big_endian(const char *p, gsize len) {
    guint32 number = 0;
    for (gsize i = 0; i < len; i++)
        number = number << 8 | (guint8)p[i];
    return number;
}

gsize sx_hep3_len(sx_slice bytes) {
    if (bytes.len < SX_HEP3_PREFIX || !sx_hep3_begins(bytes))
        return 0;
    return big_endian(bytes.p + 4, 2);
}

static gboolean is_ipv6(sx_slice bytes) {
    return bytes.p[2] == FAMILY_IPV6;
}

/* Length of the header of version 1 or 2; 0 if it is none. */
static gsize header_len(sx_slice bytes) {
    if (bytes.len < 4 || (bytes.p[0] != 1 && bytes.p[0] != 2) ||
        (bytes.p[2] != FAMILY_IPV4 && bytes.p[2] != FAMILY_IPV6))
        return 0;
    guint8 protocol = (guint8)bytes.p[3];
    if (protocol != 6 && protocol != 17 && protocol != 132 && protocol != SX_HEP_TLS)
        return 0;
    return (is_ipv6(bytes) ? 40 : 16) + (bytes.p[0] == 2 ? TIME_LEN : 0);
}

static gboolean begin_fixed(sx_hep_walk *walk, sx_slice bytes, gsize len) {
    gsize header = header_len(bytes);
    sx_message message;
    if (header == 0 || header > bytes.len)
        return FALSE;
    sx_slice rest = {bytes.p + header, bytes.len - header};
    if (sx_message_read(rest, SX_FRAMING_REST, &message) == 0)
        return FALSE;
    *walk = (sx_hep_walk){.bytes = bytes, .len = len, .version = (guint8)bytes.p[0]};
    walk->next = FIRST_FIELD;
    return TRUE;
}

gboolean sx_hep_begin(sx_hep_walk *walk, sx_slice bytes, gsize len) {
    if (!sx_hep3_begins(bytes))
        return begin_fixed(walk, bytes, len);
    gboolean is_cut = bytes.len < SX_HEP3_PREFIX && len >= SX_HEP3_PREFIX;
    gsize says = is_cut ? len : sx_hep3_len(bytes);
    *walk = (sx_hep_walk){.bytes = bytes, .len = MIN(says, len), .version = 3};
    walk->bytes.len = MIN(bytes.len, walk->len);
    walk->damaged = says > len || says < SX_HEP3_PREFIX;
    walk->next = SX_HEP3_PREFIX;
    return TRUE;
}

static void set_data(sx_hep_chunk *chunk, const sx_hep_walk *walk, gsize offset, gsize len) {
    gsize captured = MIN(offset, walk->bytes.len);
    chunk->offset = offset;
    chunk->len = len;
    chunk->data = (sx_slice){walk->bytes.p + captured, MIN(len, walk->bytes.len - captured)};
}

static gboolean is_recent(guint32 seconds) {
    return seconds >= FIRST_SECOND && seconds < LAST_SECOND;
}

/* Senders write their own byte order, nearly always little-endian. The microseconds tell, being less than a million; where
 * they are that either way, the order is the other one only if the seconds say so. */
static gboolean is_little_endian(const char *time) {
    guint32 seconds = big_endian(time, 4);
    guint32 microseconds = big_endian(time + 4, 4);
    gboolean little = GUINT32_SWAP_LE_BE(microseconds) < MAX_MICROSECONDS;
    gboolean big = microseconds < MAX_MICROSECONDS;
    if (little != big)
        return little;
    return is_recent(GUINT32_SWAP_LE_BE(seconds)) || !is_recent(seconds);
}

static gboolean next_fixed(sx_hep_walk *walk, sx_hep_chunk *chunk) {
    guint n = walk->version == 1 ? N_FIELDS_1 : (guint)G_N_ELEMENTS(header_fields);
    gsize header = header_len(walk->bytes);
    if (walk->field > n)
        return FALSE;
    *chunk = (sx_hep_chunk){.type = SX_HEP_PAYLOAD, .start = header};
    if (walk->field++ == n) {
        set_data(chunk, walk, header, walk->len - header);
        return TRUE;
    }
    guint field = walk->field - 1;
    chunk->type = header_fields[field].type;
    chunk->start = walk->next;
    gboolean ipv6_address = is_ipv6(walk->bytes) && (chunk->type == SX_HEP_SOURCE_IPV4 ||
                                                     chunk->type == SX_HEP_DESTINATION_IPV4);
    if (ipv6_address)
        chunk->type += SX_HEP_SOURCE_IPV6 - SX_HEP_SOURCE_IPV4;
    set_data(chunk, walk, walk->next, ipv6_address ? 16 : header_fields[field].len);
    chunk->little_endian =
        field >= N_FIELDS_1 && is_little_endian(walk->bytes.p + header - TIME_LEN);
    walk->next += chunk->len;
    return TRUE;
}

static gboolean next_chunk(sx_hep_walk *walk, sx_hep_chunk *chunk) {
    gsize left = walk->len - MIN(walk->next, walk->len);
    if (left == 0 || (left >= CHUNK_HEADER && walk->bytes.len < walk->next + CHUNK_HEADER))
        return FALSE; /* the packet, or what was captured of it, ends here */
    const char *header = walk->bytes.p + MIN(walk->next, walk->bytes.len);
    gsize len = left >= CHUNK_HEADER ? big_endian(header + 4, 2) : 0;
    if (len < CHUNK_HEADER || len > left) {
        walk->damaged = TRUE;
        return FALSE;
    }
    *chunk = (sx_hep_chunk){.vendor = (guint16)big_endian(header, 2),
                            .type = (guint16)big_endian(header + 2, 2),
                            .start = walk->next};
    set_data(chunk, walk, walk->next + CHUNK_HEADER, len - CHUNK_HEADER);
    walk->next += len;
    return TRUE;
}

gboolean sx_hep_next(sx_hep_walk *walk, sx_hep_chunk *chunk) {
    return walk->version == 3 ? next_chunk(walk, chunk) : next_fixed(walk, chunk);
}

guint32 sx_hep_number(const sx_hep_chunk *chunk) {
    if (chunk->data.len != chunk->len || (chunk->len != 1 && chunk->len != 2 && chunk->len != 4))
        return 0;
    guint32 number = big_endian(chunk->data.p, chunk->len);
    if (!chunk->little_endian)
        return number;
    return chunk->len == 4 ? GUINT32_SWAP_LE_BE(number) : GUINT16_SWAP_LE_BE((guint16)number);
}

static void set_address(sx_endpoint *end, const sx_hep_chunk *chunk, guint8 len) {
    if (chunk->len != len || chunk->data.len != len)
        return;
    end->ip_len = len;
    memcpy(end->ip, chunk->data.p, len);
}

static void set_payload(sx_hep *hep, const sx_hep_chunk *chunk) {
    if (hep->has_payload)
        return;
    hep->has_payload = TRUE;
    hep->is_compressed = chunk->type == SX_HEP_COMPRESSED_PAYLOAD;
    hep->payload = *chunk;
}

static void set_time(sx_hep *hep, guint32 seconds, guint32 microseconds) {
    if (microseconds >= MAX_MICROSECONDS) {
        hep->damaged = TRUE;
        microseconds = 0;
    }
    hep->time = seconds * SX_SECOND + microseconds;
}

static void read_chunk(sx_hep *hep, const sx_hep_chunk *chunk) {
    switch (chunk->type) {
    case SX_HEP_PROTOCOL: hep->protocol = (guint8)sx_hep_number(chunk); break;
    case SX_HEP_SOURCE_IPV4: set_address(&hep->source, chunk, 4); break;
    case SX_HEP_DESTINATION_IPV4: set_address(&hep->destination, chunk, 4); break;
    case SX_HEP_SOURCE_IPV6: set_address(&hep->source, chunk, 16); break;
    case SX_HEP_DESTINATION_IPV6: set_address(&hep->destination, chunk, 16); break;
    case SX_HEP_SOURCE_PORT: hep->source.port = (guint16)sx_hep_number(chunk); break;
    case SX_HEP_DESTINATION_PORT: hep->destination.port = (guint16)sx_hep_number(chunk); break;
    case SX_HEP_PAYLOAD_TYPE: hep->payload_type = (guint8)sx_hep_number(chunk); break;
    case SX_HEP_AGENT: hep->agent = sx_hep_number(chunk); break;
    case SX_HEP_NODE: hep->node = *chunk; break;
    case SX_HEP_PAYLOAD:
    case SX_HEP_COMPRESSED_PAYLOAD: set_payload(hep, chunk); break;
    default: break;
    }
}

gboolean sx_hep_read(sx_hep *hep, sx_slice bytes, gsize len) {
    sx_hep_walk walk;
    sx_hep_chunk chunk;
    guint32 time[2] = {0, 0};
    guint32 seen = 0; /* bits of the types */
    if (!sx_hep_begin(&walk, bytes, len))
        return FALSE;
    *hep = (sx_hep){.version = walk.version, .payload_type = walk.version == 3 ? 0 : SX_HEP_SIP};
    while (sx_hep_next(&walk, &chunk)) {
        guint32 bit = chunk.vendor == 0 && chunk.type < 32 ? 1u << chunk.type : 0;
        if (bit == 0 || (seen & bit) != 0)
            continue;
        seen |= bit;
        if (chunk.type == SX_HEP_SECONDS || chunk.type == SX_HEP_MICROSECONDS)
            time[chunk.type - SX_HEP_SECONDS] = sx_hep_number(&chunk);
        read_chunk(hep, &chunk);
    }
    hep->damaged = walk.damaged;
    hep->has_time = time[0] != 0;
    set_time(hep, time[0], time[1]);
    return TRUE;
}
