/* SPDX-License-Identifier: GPL-2.0-or-later
 * HEP packets: in datagrams, or one behind the other in a stream. What they carry goes to the dissector that it is for.
 */
#include "hep.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/ipproto.h>

#include "hep_inner.h"
#include "hep_tree.h"
#include "inflate.h"
#include "preferences.h"

#define PORT 9060
#define MAX_INFLATED 65536 /* bytes, as long as a packet: zlib can make a thousand times as much */

static int proto_hep = -1;
static dissector_handle_t hep_handle;
static dissector_handle_t sip_stream_handle, json_handle;
static gboolean is_wanted; /* by itself; Decode As is a wish of its own */

/** What carries a payload type, unless it is JSON. */
static struct {
    guint8 payload_type;
    const char *name;
    dissector_handle_t handle;
} payloads[] = {
    {SX_HEP_SIP, "sip", NULL}, {2, "xmpp", NULL},      {3, "sdp", NULL},    {4, "rtp", NULL},
    {5, "rtcp", NULL},         {6, "mgcp", NULL},      {7, "megaco", NULL}, {8, "m2ua", NULL},
    {9, "m3ua", NULL},         {10, "iax2", NULL},     {13, "m2pa", NULL},  {53, "dns", NULL},
    {55, "rtsp", NULL},        {56, "diameter", NULL},
};

int sx_hep_proto(void) {
    return proto_hep;
}

static sx_slice bytes_of(tvbuff_t *tvb) {
    gsize len = tvb_captured_length(tvb);
    return (sx_slice){len > 0 ? (const char *)tvb_get_ptr(tvb, 0, (gint)len) : "", len};
}

/* ---- payloads ---- */

static tvbuff_t *inflated_payload(tvbuff_t *tvb, packet_info *pinfo, proto_tree *hep_tree,
                                  const sx_hep_chunk *payload) {
    static char room[MAX_INFLATED];
    gsize len;
    sx_inflate_result result = sx_inflate(payload->data, room, sizeof room, &len);
    if (result != SX_INFLATED)
        sx_hep_tree_not_inflated(hep_tree, tvb, pinfo, len == 0);
    if (len == 0)
        return NULL;
    const guint8 *bytes = (const guint8 *)wmem_memdup(pinfo->pool, room, len);
    tvbuff_t *inflated = tvb_new_child_real_data(tvb, bytes, (guint)len, (gint)len);
    add_new_data_source(pinfo, inflated, "Inflated payload");
    return inflated;
}

static tvbuff_t *payload_of(tvbuff_t *tvb, packet_info *pinfo, proto_tree *hep_tree,
                            const sx_hep *hep) {
    const sx_hep_chunk *payload = &hep->payload;
    if (!hep->has_payload || payload->data.len == 0)
        return NULL;
    if (hep->is_compressed)
        return inflated_payload(tvb, pinfo, hep_tree, payload);
    return tvb_new_subset_length_caplen(tvb, (gint)payload->offset, (gint)payload->data.len,
                                        (gint)payload->len);
}

static gboolean is_json(tvbuff_t *payload) {
    sx_slice text = sx_slice_trim(bytes_of(payload));
    return text.len > 0 && (text.p[0] == '{' || text.p[0] == '[');
}

/* A stream may have had several SIP messages in one segment. */
static dissector_handle_t dissector_for(const sx_hep *hep, tvbuff_t *payload) {
    gboolean stream = hep->protocol == IP_PROTO_TCP || hep->protocol == SX_HEP_TLS;
    if (is_json(payload))
        return json_handle;
    if (hep->payload_type == SX_HEP_SIP && stream)
        return sip_stream_handle;
    for (guint i = 0; i < G_N_ELEMENTS(payloads); i++) {
        if (payloads[i].payload_type == hep->payload_type)
            return payloads[i].handle;
    }
    return NULL;
}

static void dissect_payload(tvbuff_t *payload, packet_info *pinfo, proto_tree *tree,
                            proto_tree *hep_tree, const sx_hep *hep) {
    dissector_handle_t dissector = dissector_for(hep, payload);
    gboolean is_text = FALSE;
    if (dissector == NULL || dissector == json_handle)
        is_text = sx_hep_tree_add_text(hep_tree, payload, pinfo);
    /* An ICMP error quotes what an agent sent to a collector: it says nothing of the packet inside. */
    if (dissector != NULL && !pinfo->flags.in_error_pkt &&
        sx_hep_inner_dissect(dissector, payload, pinfo, tree, hep) > 0)
        return;
    if (!is_text && !sx_hep_tree_add_text(hep_tree, payload, pinfo))
        call_data_dissector(payload, pinfo, tree);
}

/* ---- packets ---- */

/* One HEP packet, at the beginning of the buffer. Returns the bytes used, 0: it is none. */
static int dissect_packet(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_) {
    sx_slice bytes = bytes_of(tvb);
    sx_hep hep;
    if (!sx_hep_read(&hep, bytes, tvb_reported_length(tvb)))
        return 0;
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "HEP");
    col_add_fstr(pinfo->cinfo, COL_INFO, "HEP%u %s", hep.version,
                 sx_hep_payload_name(hep.payload_type));
    proto_tree *hep_tree = sx_hep_tree_add(tree, tvb, pinfo, &hep, bytes);
    tvbuff_t *payload = payload_of(tvb, pinfo, hep_tree, &hep);
    if (payload != NULL)
        dissect_payload(payload, pinfo, tree, hep_tree, &hep);
    gsize says = hep.version == 3 ? sx_hep3_len(bytes) : tvb_reported_length(tvb);
    gint used = (gint)MIN(MAX(says, SX_HEP3_PREFIX), tvb_reported_length(tvb));
    tvb_ensure_bytes_exist(tvb, 0, used); /* else Wireshark says that the capture has cut it off */
    return used;
}

static guint packet_len(packet_info *pinfo _U_, tvbuff_t *tvb, int offset, void *data _U_) {
    guint8 prefix[SX_HEP3_PREFIX];
    tvb_memcpy(tvb, prefix, offset, sizeof prefix);
    gsize len = sx_hep3_len((sx_slice){(const char *)prefix, sizeof prefix});
    /* Where the stream is out of step there is no way back into it. */
    return len >= SX_HEP3_PREFIX ? (guint)len : (guint)tvb_reported_length_remaining(tvb, offset);
}

static int dissect_packet_of_stream(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                                    void *data) {
    int used = sx_hep3_begins(bytes_of(tvb)) ? dissect_packet(tvb, pinfo, tree, data) : 0;
    if (used > 0)
        return used;
    return call_data_dissector(tvb, pinfo, tree);
}

/* Whether a segment begins with HEP. The mark of a packet may be cut, but not that of the first one of a stream: other
 * streams that begin with an H are left alone. */
static gboolean is_hep_stream(tvbuff_t *tvb, packet_info *pinfo) {
    sx_slice bytes = bytes_of(tvb);
    conversation_t *stream = find_conversation_pinfo(pinfo, 0);
    if (stream == NULL)
        return sx_hep3_begins(bytes);
    if (sx_hep3_begins(bytes))
        conversation_add_proto_data(stream, proto_hep, &proto_hep);
    return sx_hep3_may_begin(bytes) && conversation_get_proto_data(stream, proto_hep) != NULL;
}

static int dissect_hep(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data) {
    if (pinfo->ptype != PT_TCP)
        return dissect_packet(tvb, pinfo, tree, data);
    if (!is_hep_stream(tvb, pinfo))
        return 0;
    tcp_dissect_pdus(tvb, pinfo, tree, TRUE, SX_HEP3_PREFIX, packet_len, dissect_packet_of_stream,
                     data);
    return (int)tvb_captured_length(tvb);
}

/* Versions 1 and 2 are expected on port 9060 and of Decode As only. */
static ws_bool dissect_hep3(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data) {
    return is_wanted && sx_hep3_may_begin(bytes_of(tvb)) && dissect_hep(tvb, pinfo, tree, data) > 0;
}

/* ---- registration ---- */

void sx_hep_register(void) {
    /* Names that no dissector of anybody else has: two of one name end Wireshark. */
    proto_hep = proto_register_protocol("Homer Encapsulation Protocol (SIP Explain)",
                                        "HEP (SIP Explain)", "sipexplain.hep");
    hep_handle = register_dissector("sipexplain.hep", dissect_hep, proto_hep);
    sx_hep_tree_register(proto_hep);
}

void sx_hep_init(void) {
    for (guint i = 0; i < G_N_ELEMENTS(payloads); i++)
        payloads[i].handle = find_dissector_add_dependency(payloads[i].name, proto_hep);
    sip_stream_handle = find_dissector_add_dependency("sip.tcp", proto_hep);
    json_handle = find_dissector_add_dependency("json", proto_hep);
    dissector_add_for_decode_as("udp.port", hep_handle);
    dissector_add_for_decode_as("tcp.port", hep_handle);
    /* Looking at each packet of unknown protocols has its price, so that is for whoever asks; TLS is decrypted rarely. */
    heur_dissector_add("udp", dissect_hep3, "HEP over UDP", "sipexplain_hep_udp", proto_hep,
                       HEURISTIC_DISABLE);
    heur_dissector_add("tcp", dissect_hep3, "HEP over TCP", "sipexplain_hep_tcp", proto_hep,
                       HEURISTIC_DISABLE);
    heur_dissector_add("tls", dissect_hep3, "HEP over TLS", "sipexplain_hep_tls", proto_hep,
                       HEURISTIC_ENABLE);
}

static void take_or_leave_port(const char *table) {
    dissector_handle_t holder = dissector_get_default_uint_handle(table, PORT);
    dissector_handle_t chosen = dissector_get_uint_handle(find_dissector_table(table), PORT);
    if (is_wanted && holder == NULL && chosen == NULL)
        dissector_add_uint(table, PORT, hep_handle);
    else if (!is_wanted && holder == hep_handle)
        dissector_delete_uint(table, PORT, hep_handle);
}

void sx_hep_open(void) {
    /* Scripts register theirs after all plugins. */
    is_wanted = sx_prefs.hep && proto_get_id_by_filter_name("hep") < 0;
    take_or_leave_port("udp.port");
    take_or_leave_port("tcp.port");
}
