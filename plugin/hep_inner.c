/* SPDX-License-Identifier: GPL-2.0-or-later
 * Handing on what HEP carries, and remembering it for the rest of the frame.
 */
#include "hep_inner.h"

#include <epan/exceptions.h>
#include <epan/ipproto.h>
#include <epan/proto_data.h>

#include "hep.h"

#define KEY 0 /* of the data that are kept with the frame */

/** All that came inside HEP in a frame. */
typedef struct {
    sx_hep_inner *first, *last;
} inner_packets;

static guint32 last_frame; /* with HEP: most frames need no search */

static inner_packets *packets_of(packet_info *pinfo) {
    if (pinfo->num != last_frame)
        return NULL;
    return (inner_packets *)p_get_proto_data(pinfo->pool, pinfo, sx_hep_proto(), KEY);
}

static const sx_hep_inner *remember(packet_info *pinfo, tvbuff_t *payload, const sx_hep *hep) {
    last_frame = pinfo->num;
    inner_packets *packets = packets_of(pinfo);
    if (packets == NULL) {
        packets = wmem_new0(pinfo->pool, inner_packets);
        p_add_proto_data(pinfo->pool, pinfo, sx_hep_proto(), KEY, packets);
    }
    gsize len = tvb_captured_length(payload);
    gboolean datagram = hep->protocol == IP_PROTO_UDP || hep->protocol == 0;
    sx_hep_inner *inner = wmem_new(pinfo->pool, sx_hep_inner);
    *inner = (sx_hep_inner){
        .payload = {len > 0 ? (const char *)tvb_get_ptr(payload, 0, (gint)len) : NULL, len},
        .source = hep->source,
        .destination = hep->destination,
        .transport = datagram ? SX_TRANSPORT_UDP : SX_TRANSPORT_STREAM,
        .has_time = hep->has_time,
        .time = hep->time,
    };
    if (packets->last == NULL)
        packets->first = inner;
    else
        packets->last->next = inner;
    packets->last = inner;
    return inner;
}

static void set_end(address *addr, address *net_addr, guint32 *port, const sx_endpoint *end) {
    clear_address(addr);
    if (end->ip_len != 0)
        set_address(addr, end->ip_len == 4 ? AT_IPv4 : AT_IPv6, end->ip_len, end->ip);
    copy_address_shallow(net_addr, addr);
    *port = end->port;
}

static void set_ends(packet_info *pinfo, const sx_hep_inner *inner) {
    set_end(&pinfo->src, &pinfo->net_src, &pinfo->srcport, &inner->source);
    set_end(&pinfo->dst, &pinfo->net_dst, &pinfo->destport, &inner->destination);
}

/* The frame as if the packet inside had been captured by itself. */
static void enter(packet_info *pinfo, const sx_hep_inner *inner, const sx_hep *hep) {
    set_ends(pinfo, inner);
    pinfo->ptype = hep->protocol == IP_PROTO_SCTP         ? PT_SCTP
                   : inner->transport == SX_TRANSPORT_UDP ? PT_UDP
                                                          : PT_TCP;
    pinfo->use_conv_addr_port_endpoints = FALSE;
    pinfo->conv_elements = NULL;
    pinfo->can_desegment = 0; /* more bytes of the stream around it would not help */
    if (inner->has_time)
        pinfo->abs_ts =
            (nstime_t){(time_t)(inner->time / SX_SECOND), (int)(inner->time % SX_SECOND) * 1000};
}

static void leave(packet_info *pinfo, const packet_info *saved) {
    pinfo->src = saved->src;
    pinfo->dst = saved->dst;
    pinfo->net_src = saved->net_src;
    pinfo->net_dst = saved->net_dst;
    pinfo->srcport = saved->srcport;
    pinfo->destport = saved->destport;
    pinfo->ptype = saved->ptype;
    pinfo->use_conv_addr_port_endpoints = saved->use_conv_addr_port_endpoints;
    pinfo->conv_elements = saved->conv_elements;
    pinfo->can_desegment = saved->can_desegment;
    pinfo->saved_can_desegment = saved->saved_can_desegment;
    pinfo->desegment_offset = saved->desegment_offset;
    pinfo->desegment_len = saved->desegment_len;
    pinfo->abs_ts = saved->abs_ts;
}

int sx_hep_inner_dissect(dissector_handle_t dissector, tvbuff_t *payload, packet_info *pinfo,
                         proto_tree *tree, const sx_hep *hep) {
    const sx_hep_inner *inner = remember(pinfo, payload, hep);
    const packet_info saved = *pinfo;
    volatile int used = 0; /* a dissector may leave by an exception */
    enter(pinfo, inner, hep);
    TRY {
        used = call_dissector_only(dissector, payload, pinfo, tree, NULL);
    }
    FINALLY {
        leave(pinfo, &saved);
    }
    ENDTRY;
    return used;
}

const sx_hep_inner *sx_hep_inner_first(packet_info *pinfo) {
    const inner_packets *packets = packets_of(pinfo);
    return packets != NULL ? packets->first : NULL;
}

void sx_hep_inner_show(packet_info *pinfo) {
    const inner_packets *packets = packets_of(pinfo);
    /* Not in a stream: following it goes by the ends of the stream. */
    if (packets != NULL && packets->first == packets->last && pinfo->ptype == PT_UDP)
        set_ends(pinfo, packets->first);
}
