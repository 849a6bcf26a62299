/* SPDX-License-Identifier: GPL-2.0-or-later
 * Adds comments to packets: pcapng (draft-ietf-opsawg-pcapng) of either byte order, any number of sections; pcap
 * (draft-ietf-opsawg-pcap) becomes pcapng. Blocks without a new comment are copied byte by byte.
 */
#include <errno.h>
#include <string.h>

#include "command/annotate.h"
#include "command/pcapng.h"

#define BLOCK_SECTION 0x0a0d0d0a
#define BLOCK_PACKET_OLD 2
#define BLOCK_PACKET_SIMPLE 3
#define BLOCK_PACKET 6
#define BLOCK_JOURNAL 9
#define BLOCK_CUSTOM 0xbad
#define BLOCK_CUSTOM_UNCOPIED 0x40000bad
#define MAX_BLOCK (16 * 1024 * 1024) /* as Wireshark */
#define PACKET_HEAD 28 /* of an Enhanced Packet Block up to the data; the old one has as much */
#define OPTION_COMMENT 1
#define MAX_COMMENT 65000

/** A capture while it is copied. */
typedef struct {
    sx_log_input *in;
    FILE *out;
    GHashTable *comments;
    guint32 frame;
    guint32 *unable;
    gboolean failed; /* reading did */
    gboolean big;    /* numbers of the section, or of the pcap file, are of big endian */
    GByteArray *block;
} copying;

static guint16 get16(const copying *c, const guint8 *p) {
    return (guint16)(c->big ? p[0] << 8 | p[1] : p[1] << 8 | p[0]);
}

static guint32 get32(const copying *c, const guint8 *p) {
    guint32 first = get16(c, p);
    guint32 second = get16(c, p + 2);
    return c->big ? first << 16 | second : second << 16 | first;
}

static void set16(const copying *c, guint8 *p, guint value) {
    p[c->big ? 0 : 1] = (guint8)(value >> 8);
    p[c->big ? 1 : 0] = (guint8)value;
}

static void set32(const copying *c, guint8 *p, guint32 value) {
    set16(c, p + (c->big ? 0 : 2), value >> 16);
    set16(c, p + (c->big ? 2 : 0), value & 0xffff);
}

/* Reads so many bytes behind what the block has. @return how many there were */
static gsize take(copying *c, gsize len) {
    gsize at = c->block->len;
    gsize got = 0;
    g_byte_array_set_size(c->block, (guint)(at + len));
    while (got < len) {
        gssize n = c->in->read(c->in->context, (char *)c->block->data + at + got, len - got);
        c->failed = c->failed || n < 0;
        if (n <= 0)
            break;
        got += (gsize)n;
    }
    g_byte_array_set_size(c->block, (guint)(at + got));
    return got;
}

static gboolean write_block(const copying *c) {
    return fwrite(c->block->data, 1, c->block->len, c->out) == c->block->len;
}

/* ---- pcapng ---- */

/* Where the options of a packet end: at opt_endofopt, else at the end of the block; 0: they are broken. */
static gsize end_of_options(const copying *c, gboolean *ended) {
    const guint8 *p = c->block->data;
    gsize end = c->block->len - 4;
    guint32 captured = c->block->len >= PACKET_HEAD + 4 ? get32(c, p + 20) : G_MAXUINT32;
    *ended = FALSE;
    if (captured > end - MIN(end, PACKET_HEAD))
        return 0;
    gsize at = PACKET_HEAD + captured + (-captured & 3);
    while (at + 4 <= end) {
        gsize len = get16(c, p + at + 2);
        if (get16(c, p + at) == 0) {
            *ended = TRUE;
            return at;
        }
        at += 4 + len + (-len & 3);
    }
    return at == end ? at : 0;
}

static void add_comment(copying *c, const char *comment) {
    gboolean ended;
    gsize at = end_of_options(c, &ended);
    gsize len = sx_slice_head((sx_slice){comment, strlen(comment)}, MAX_COMMENT).len;
    gsize padded = len + (-len & 3);
    gsize room = 4 + padded + (ended ? 0 : 4);
    if (at == 0) {
        (*c->unable)++;
        return;
    }
    gsize old = c->block->len;
    g_byte_array_set_size(c->block, (guint)(old + room));
    guint8 *p = c->block->data;
    memmove(p + at + room, p + at, old - at);
    memset(p + at, 0, room);
    set16(c, p + at, OPTION_COMMENT);
    set16(c, p + at + 2, (guint)len);
    memcpy(p + at + 4, comment, len);
    set32(c, p + 4, c->block->len);
    set32(c, p + c->block->len - 4, c->block->len);
}

/* Comments make the section longer: its length is not told any more. */
static void untell_length(copying *c) {
    if (c->block->len >= 28)
        memset(c->block->data + 16, 0xff, 8);
}

static void count_packet(copying *c, guint32 type) {
    if (type != BLOCK_PACKET && type != BLOCK_PACKET_OLD && type != BLOCK_PACKET_SIMPLE &&
        type != BLOCK_JOURNAL)
        return;
    c->frame++;
    const char *comment =
        (const char *)g_hash_table_lookup(c->comments, GUINT_TO_POINTER(c->frame));
    if (comment == NULL)
        return;
    if (type == BLOCK_PACKET || type == BLOCK_PACKET_OLD)
        add_comment(c, comment);
    else
        (*c->unable)++;
}

/* Sysdig events are frames, custom blocks in some versions. */
static gboolean is_uncounted(guint32 type) {
    return type == BLOCK_CUSTOM || type == BLOCK_CUSTOM_UNCOPIED ||
           (type >= 0x201 && type <= 0x224);
}

/* The byte order of a section; FALSE: it is none. */
static gboolean begin_section(copying *c) {
    static const guint8 big[] = {0x1a, 0x2b, 0x3c, 0x4d};
    static const guint8 little[] = {0x4d, 0x3c, 0x2b, 0x1a};
    const guint8 *magic = c->block->data + 8;
    c->big = memcmp(magic, big, sizeof big) == 0;
    return c->big || memcmp(magic, little, sizeof little) == 0;
}

/* The first bytes of the block are there. */
static sx_copy_result copy_block(copying *c) {
    guint32 type = get32(c, c->block->data);
    if (type == BLOCK_SECTION && !begin_section(c))
        return SX_COPY_BROKEN;
    guint32 len = get32(c, c->block->data + 4);
    if (len < 12 || len % 4 != 0 || len > MAX_BLOCK)
        return SX_COPY_BROKEN;
    if (is_uncounted(type))
        return SX_COPY_UNCOUNTED;
    if (take(c, len - 12) != len - 12)
        return SX_COPY_CUT;
    if (get32(c, c->block->data + len - 4) != len)
        return SX_COPY_BROKEN;
    if (type == BLOCK_SECTION)
        untell_length(c);
    count_packet(c, type);
    return write_block(c) ? SX_COPIED : SX_COPY_FAILED;
}

static sx_copy_result copy_pcapng(copying *c) {
    sx_copy_result result = copy_block(c);
    while (result == SX_COPIED) {
        g_byte_array_set_size(c->block, 0);
        gsize n = take(c, 12); /* the smallest block, and what tells the byte order */
        if (n == 0 && !c->failed)
            break;
        result = n == 12 ? copy_block(c) : SX_COPY_CUT;
    }
    return result;
}

/* ---- pcap ---- */

/* What the first bytes of a pcap file say. */
static gboolean is_pcap(copying *c, gboolean *nanoseconds) {
    for (guint big = 0; big < 2; big++) {
        c->big = big != 0;
        guint32 magic = get32(c, c->block->data);
        *nanoseconds = magic == 0xa1b23c4d;
        if (magic == 0xa1b2c3d4 || *nanoseconds)
            return TRUE;
    }
    return FALSE;
}

static sx_copy_result copy_record(copying *c, gboolean nanoseconds) {
    g_byte_array_set_size(c->block, 0);
    gsize n = take(c, 16);
    if (n != 16)
        return n == 0 && !c->failed ? SX_COPIED : SX_COPY_CUT;
    guint8 *p = c->block->data;
    guint32 captured = get32(c, p + 8);
    guint32 length = get32(c, p + 12);
    guint64 time = (guint64)get32(c, p) * (nanoseconds ? 1000000000u : 1000000u) + get32(c, p + 4);
    if (captured > MAX_BLOCK - PACKET_HEAD)
        return SX_COPY_BROKEN;
    g_byte_array_set_size(c->block, 0);
    if (take(c, captured) != captured)
        return SX_COPY_CUT;
    GByteArray *block =
        sx_pcapng_block((sx_slice){(const char *)c->block->data, captured}, length, time);
    g_byte_array_free(c->block, TRUE);
    c->block = block;
    gboolean big = c->big;
    c->big = FALSE; /* so is what we write */
    count_packet(c, BLOCK_PACKET);
    c->big = big;
    return write_block(c) ? SX_COPIED : SX_COPY_FAILED;
}

static sx_copy_result copy_pcap(copying *c, gboolean nanoseconds) {
    sx_copy_result result;
    if (take(c, 24 - 12) != 24 - 12)
        return SX_COPY_CUT;
    guint32 linktype = get32(c, c->block->data + 20);
    sx_pcapng_begin_capture(c->out, "SIP Explain", (guint16)linktype, get32(c, c->block->data + 16),
                            nanoseconds);
    do
        result = copy_record(c, nanoseconds);
    while (result == SX_COPIED && c->block->len > 0);
    return result;
}

sx_copy_result sx_copy_with_comments(sx_log_input *in, FILE *out, GHashTable *comments,
                                     guint32 *unable) {
    copying c = {
        .in = in, .out = out, .comments = comments, .unable = unable, .block = g_byte_array_new()};
    gboolean nanoseconds;
    sx_copy_result result = SX_COPY_NOT_A_CAPTURE;
    *unable = 0;
    if (take(&c, 12) == 12) {
        if (get32(&c, c.block->data) == BLOCK_SECTION)
            result = copy_pcapng(&c);
        else if (is_pcap(&c, &nanoseconds))
            result = copy_pcap(&c, nanoseconds);
    }
    g_byte_array_free(c.block, TRUE);
    return result;
}
