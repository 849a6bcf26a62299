/* SPDX-License-Identifier: GPL-2.0-or-later
 * SIP messages of a frame, from the tap sip_follow or from the tree.
 */
#include "frame_messages.h"

#include <string.h>

#include <epan/ipproto.h>
#include <wiretap/wtap.h>
#include <wsutil/exported_pdu_tlvs.h>

#include "hep_inner.h"
#include "ws_compat.h"

#define MAX_TIME (G_MAXINT64 / 4 / SX_SECOND)

static sx_mask *mask; /* NULL: messages are handed over as they are */
static int sip_follow_tap;
static int proto_sip = -1;
static int proto_icmp = -1;
static int proto_icmpv6 = -1;

#define NEARLY_FULL 2000 /* taps of one frame */

typedef struct {
    sx_message_handler handler;
    void *user;
    packet_info *pinfo;
    sx_packet packet;          /* as the frame has it */
    const sx_hep_inner *inner; /* the next packet that came inside HEP */
    tvbuff_t *tvb;             /* the tapped buffer last read from */
    gsize offset;              /* how far it was read */
    sx_slice outer;            /* the message last read that stands for itself */
} reading;

/* Listens as a helper of a dissector: it never makes Wireshark dissect what it would not have dissected. */
static int listen_to(const char *tap) {
    static int tap_data;
    GString *error =
        register_tap_listener(tap, &tap_data, NULL, TL_IS_DISSECTOR_HELPER, NULL, NULL, NULL, NULL);
    if (error == NULL)
        return find_tap_id(tap);
    g_string_free(error, TRUE); /* what it would have told is done without */
    return 0;
}

void sx_frame_messages_init(void) {
    sip_follow_tap = listen_to("sip_follow");
    proto_sip = proto_get_id_by_filter_name("sip");
    proto_icmp = proto_get_id_by_filter_name("icmp");
    proto_icmpv6 = proto_get_id_by_filter_name("icmpv6");
    sx_keep_in_trees(proto_sip, NULL);
}

void sx_frame_messages_open(sx_mask *with) {
    mask = with;
}

/* Which ICMP header comes before SIP, 4, 6, or 0 for none: Wireshark's in_error_pkt is reset by the time a post-dissector runs. */
static guint8 icmp_version(packet_info *pinfo, gboolean *has_sip) {
    guint8 version = 0;
    *has_sip = FALSE;
    for (wmem_list_frame_t *layer = wmem_list_head(pinfo->layers); layer != NULL;
         layer = wmem_list_frame_next(layer)) {
        int proto = GPOINTER_TO_INT(wmem_list_frame_data(layer));
        if (proto == proto_icmp || proto == proto_icmpv6)
            version = proto == proto_icmp ? 4 : 6;
        if (proto == proto_sip) {
            *has_sip = TRUE;
            break;
        }
    }
    return version;
}

static gboolean is_inside(sx_slice part, sx_slice outer) {
    return outer.len > 0 && part.p >= outer.p && part.p < outer.p + outer.len;
}

/* The bytes of the frame or segment that come before a message; *len is how many. */
static const guint8 *bytes_before(tvbuff_t *tvb, const char *message, gsize *len) {
    tvbuff_t *packet = tvb_get_ds_tvb(tvb);
    gsize captured = tvb_captured_length(packet);
    const guint8 *start = tvb_get_ptr(packet, 0, (gint)captured);
    *len = (gsize)((const guint8 *)message - start);
    return (const guint8 *)message >= start && *len <= captured ? start : NULL;
}

/* The IP header before the UDP header of a message; NULL if there is none. */
static const guint8 *ip_header(tvbuff_t *tvb, const char *message, guint8 version, gsize room) {
    gsize before;
    if (bytes_before(tvb, message, &before) == NULL)
        return NULL;
    for (gsize ip = 20; ip <= 60; ip += 4) {
        if (before < room + ip + 8 || (version == 6 && ip != 40))
            continue;
        const guint8 *header = (const guint8 *)message - 8 - ip;
        if (version == 6 ? header[0] >> 4 == 6 : header[0] == (0x40 | ip / 4))
            return header;
    }
    return NULL;
}

/* Type and code of the ICMP error around a quoted UDP datagram, and the addresses of that one: Wireshark keeps them
 * in the tree only, which may not be there, so they are read from the bytes before the message. */
static void read_icmp(sx_packet *packet, tvbuff_t *tvb, const char *message) {
    const guint8 *ports = (const guint8 *)message - 8;
    gboolean v6 = packet->icmp_version == 6;
    const guint8 *header = ip_header(tvb, message, packet->icmp_version, 8);
    if (header == NULL)
        return;
    guint8 len = v6 ? 16 : 4;
    packet->icmp_type = header[-8];
    packet->icmp_code = header[-7];
    packet->source.ip_len = packet->destination.ip_len = len;
    memcpy(packet->source.ip, header + (v6 ? 8 : 12), len);
    memcpy(packet->destination.ip, header + (v6 ? 24 : 16), len);
    packet->source.port = (guint16)(ports[0] << 8 | ports[1]);
    packet->destination.port = (guint16)(ports[2] << 8 | ports[3]);
}

/* Identification of the innermost IPv4 header, from the bytes too: taps and fields differ between the first pass and
 * the second. 0 for TCP, of which Wireshark shows no segment twice, and for reassembled fragments. */
static guint16 ip_identification(const sx_packet *packet, tvbuff_t *tvb, const char *message) {
    const guint8 *ports = (const guint8 *)message - 8;
    if (packet->transport != SX_TRANSPORT_UDP || packet->source.ip_len != 4)
        return 0;
    const guint8 *header = ip_header(tvb, message, 4, 0);
    gboolean fits = header != NULL && header[9] == IP_PROTO_UDP &&
                    (ports[0] << 8 | ports[1]) == packet->source.port;
    return fits ? (guint16)(header[4] << 8 | header[5]) : 0;
}

/* What an agent said of a message that came inside HEP; FALSE: it came by itself. */
static gboolean take_inner(reading *r, sx_slice message, sx_packet *packet) {
    const sx_hep_inner *inner = r->inner;
    while (inner != NULL && !is_inside(message, inner->payload))
        inner = inner->next;
    if (inner == NULL)
        return FALSE;
    r->inner = inner;
    packet->source = inner->source;
    packet->destination = inner->destination;
    packet->transport = inner->transport;
    if (inner->has_time) {
        packet->time = inner->time;
        packet->precision = SX_TIME_FINE;
    }
    return TRUE;
}

/* Where a message was on its way, as far as the frame alone does not tell. */
static void locate(reading *r, tvbuff_t *tvb, sx_slice message, sx_packet *packet) {
    if (take_inner(r, message, packet))
        return;
    if (packet->icmp_version != 0)
        read_icmp(packet, tvb, message.p);
    else
        packet->ip_id = ip_identification(packet, tvb, message.p);
}

/* A datagram is one message to Wireshark. */
static sx_framing framing_of(const sx_packet *packet) {
    return packet->transport == SX_TRANSPORT_UDP ? SX_FRAMING_REST : SX_FRAMING_STREAM;
}

/* All that is said of a message is made of what is handed over: with a mask nobody sees anything else. */
static void hand_over(const reading *r, const sx_message *message, sx_packet *packet) {
    if (mask == NULL) {
        r->handler(message, packet, r->user);
        return;
    }
    gsize len = message->text.len;
    char *copy = (char *)wmem_memdup(r->pinfo->pool, message->text.p, len); /* taps read it later */
    sx_message masked;
    sx_mask_message(mask, copy, len);
    sx_mask_packet(mask, packet);
    if (sx_message_read((sx_slice){copy, len}, framing_of(&r->packet), &masked) > 0)
        r->handler(&masked, packet, r->user);
}

/* Whether the message is of a log that an application wrote: an exported PDU that says which direction it saw. What
 * Wireshark exports itself has no such tag. */
static gboolean is_from_log(const packet_info *pinfo, tvbuff_t *tvb) {
    if (pinfo->rec->rec_header.packet_header.pkt_encap != WTAP_ENCAP_WIRESHARK_UPPER_PDU)
        return FALSE;
    tvbuff_t *packet = tvb_get_ds_tvb(tvb);
    guint captured = tvb_captured_length(packet);
    for (guint at = 0; at + 4 <= captured; at += 4 + tvb_get_ntohs(packet, (gint)at + 2)) {
        guint tag = tvb_get_ntohs(packet, (gint)at);
        if (tag == EXP_PDU_TAG_P2P_DIRECTION || tag == EXP_PDU_TAG_END_OF_OPT)
            return tag == EXP_PDU_TAG_P2P_DIRECTION;
    }
    return FALSE;
}

/* Reads the message at the offset of a buffer; returns the bytes used, 0 if there is none. */
static gsize read_one(reading *r, tvbuff_t *tvb, gsize offset) {
    gsize captured = tvb_captured_length(tvb);
    sx_message message;
    if (offset >= captured)
        return 0;
    gsize len = captured - offset;
    sx_slice bytes = {(const char *)tvb_get_ptr(tvb, (gint)offset, (gint)len), len};
    gsize used = sx_message_read(bytes, framing_of(&r->packet), &message);
    if (used == 0)
        return 0;
    gboolean embedded = is_inside(bytes, r->outer);
    if (!embedded)
        r->outer = message.text;
    sx_packet packet = r->packet;
    locate(r, tvb, message.text, &packet);
    packet.quoted = embedded || packet.icmp_version != 0;
    packet.from_log = (guint8)is_from_log(r->pinfo, tvb);
    hand_over(r, &message, &packet);
    return used;
}

/* Whether the buffer is part of the message last read, as the body of an INVITE may be a message again. */
static gboolean is_embedded(const reading *r, tvbuff_t *tvb) {
    return tvb_captured_length(tvb) > 0 &&
           is_inside((sx_slice){(const char *)tvb_get_ptr(tvb, 0, 1), 1}, r->outer);
}

/* The tap holds the buffer of a TCP segment once for each message in it, those of message bodies in between. */
static void read_tapped(reading *r, const void *first) {
    int index = 0;
    for (const void *tapped = first; tapped != NULL;
         tapped = fetch_tapped_data(sip_follow_tap, ++index)) {
        tvbuff_t *tvb = (tvbuff_t *)(gsize)tapped;
        if (tvb != r->tvb && is_embedded(r, tvb)) {
            read_one(r, tvb, 0);
            continue;
        }
        if (tvb != r->tvb) {
            r->tvb = tvb;
            r->offset = 0;
        }
        r->offset += read_one(r, tvb, r->offset);
    }
    /* Wireshark's queue holds 5,000 entries, and SIP makes two a message: what did not fit follows in the buffer. */
    gsize used = index >= NEARLY_FULL ? 1 : 0;
    while (used > 0) {
        used = read_one(r, r->tvb, r->offset);
        r->offset += used;
    }
}

static gboolean read_tree(reading *r, proto_tree *tree) {
    GPtrArray *items = proto_find_finfo(tree, proto_sip);
    gboolean found = items->len > 0;
    for (guint i = 0; i < items->len; i++) {
        const field_info *item = (const field_info *)g_ptr_array_index(items, i);
        if (item->ds_tvb != NULL && item->start >= 0)
            read_one(r, item->ds_tvb, (gsize)item->start);
    }
    g_ptr_array_free(items, TRUE);
    return found;
}

static sx_endpoint endpoint_of(const address *addr, guint32 port) {
    sx_endpoint endpoint = {.port = (guint16)port};
    if ((addr->type == AT_IPv4 && addr->len == 4) || (addr->type == AT_IPv6 && addr->len == 16)) {
        endpoint.ip_len = (guint8)addr->len;
        memcpy(endpoint.ip, addr->data, (size_t)addr->len);
    }
    return endpoint;
}

/* As Wireshark has it from the file. Precisions that are no fixed one are unknown or differ: take the time as it is. */
static sx_precision precision_of(const packet_info *pinfo) {
    if ((pinfo->presence_flags & PINFO_HAS_TS) == 0)
        return SX_TIME_NONE;
    guint digits = pinfo->fd->tsprec;
    if (digits < WTAP_TSPREC_MSEC)
        return SX_TIME_SECONDS;
    return digits < WTAP_TSPREC_USEC ? SX_TIME_MILLISECONDS : SX_TIME_FINE;
}

static sx_packet packet_of(packet_info *pinfo, gboolean *has_sip) {
    sx_packet packet = {
        .frame = pinfo->num,
        /* A capture may claim any time; the gaps between two must not overflow either. */
        .time = CLAMP((gint64)pinfo->abs_ts.secs, -MAX_TIME, MAX_TIME) * SX_SECOND +
                pinfo->abs_ts.nsecs / 1000,
        .source = endpoint_of(&pinfo->src, pinfo->srcport),
        .destination = endpoint_of(&pinfo->dst, pinfo->destport),
        .transport = pinfo->ptype == PT_UDP ? SX_TRANSPORT_UDP : SX_TRANSPORT_STREAM,
        .icmp_version = icmp_version(pinfo, has_sip),
        .precision = (guint8)precision_of(pinfo),
        .is_cut = pinfo->fd->cap_len < pinfo->fd->pkt_len,
    };
    return packet;
}

void sx_frame_messages_keep(packet_info *pinfo, proto_tree *tree) {
    if (tree != NULL)
        sx_keep_in_trees(proto_sip, pinfo);
}

gboolean sx_frame_messages(packet_info *pinfo, proto_tree *tree, sx_message_handler handler,
                           void *user) {
    gboolean has_sip;
    const void *tapped = sip_follow_tap > 0 ? fetch_tapped_data(sip_follow_tap, 0) : NULL;
    if (tapped == NULL && tree == NULL)
        return FALSE;
    reading r = {.handler = handler,
                 .user = user,
                 .pinfo = pinfo,
                 .packet = packet_of(pinfo, &has_sip),
                 .inner = sx_hep_inner_first(pinfo)};
    if (tapped == NULL)
        return has_sip && read_tree(&r, tree);
    read_tapped(&r, tapped);
    return TRUE;
}

sx_unseen sx_frame_unseen(packet_info *pinfo, tvbuff_t *tvb, sx_unseen_at *at) {
    gboolean has_sip;
    gsize captured = tvb_captured_length(tvb);
    at->packet = packet_of(pinfo, &has_sip);
    at->is_udp = pinfo->ptype == PT_UDP;
    if (at->packet.icmp_version != 0)
        return SX_UNSEEN_NOTHING;
    if (has_sip)
        return at->packet.is_cut ? SX_UNSEEN_CUT : SX_UNSEEN_NOTHING;
    if (!at->is_udp && pinfo->ptype != PT_TCP)
        return SX_UNSEEN_NOTHING;
    sx_slice bytes = {(const char *)tvb_get_ptr(tvb, 0, (gint)captured), captured};
    return sx_unseen_in(bytes, at);
}

gboolean sx_frame_hides_sip(packet_info *pinfo) {
    gboolean has_sip;
    icmp_version(pinfo, &has_sip);
    return has_sip;
}
