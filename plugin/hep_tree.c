/* SPDX-License-Identifier: GPL-2.0-or-later
 * What a HEP packet says, chunk by chunk.
 */
#include "hep_tree.h"

#include <epan/expert.h>
#include <epan/ipproto.h>

#include "hep.h"

#define ABBREV "sipexplain.hep."
#define MAX_LINES 500 /* of a text, each an item of its own; what is left is one more */
#define MAX_TITLE 100 /* bytes of a name in the title, or of a text in the list of packets */

static gint ett_hep = -1;
static gint ett_chunk = -1;
static expert_field ei_malformed = EI_INIT;
static expert_field ei_not_inflated = EI_INIT;
static expert_field ei_inflated_in_part = EI_INIT;

static const value_string versions[] = {{1, "HEP1"}, {2, "HEP2"}, {3, "HEP3"}, {0, NULL}};
static const value_string families[] = {{2, "IPv4"}, {10, "IPv6"}, {0, NULL}};
static const value_string protocols[] = {
    {IP_PROTO_TCP, "TCP"},
    {IP_PROTO_UDP, "UDP"},
    {SX_HEP_TLS, "TLS"},
    {IP_PROTO_SCTP, "SCTP"},
    {0, NULL},
};
static const value_string vendors[] = {
    {0, "generic"},  {1, "FreeSWITCH"}, {2, "Kamailio"}, {3, "OpenSIPS"},
    {4, "Asterisk"}, {5, "Homer"},      {6, "SipXecs"},  {0, NULL},
};
static const value_string payload_types[] = {
    {1, "SIP"},
    {2, "XMPP"},
    {3, "SDP"},
    {4, "RTP"},
    {5, "RTCP"},
    {6, "MGCP"},
    {7, "MEGACO"},
    {8, "M2UA"},
    {9, "M3UA"},
    {10, "IAX"},
    {11, "H.322"},
    {12, "H.321"},
    {13, "M2PA"},
    {32, "Quality report"},
    {34, "RTP report, full"},
    {35, "RTP report, short"},
    {38, "Quality report (SBC)"},
    {50, "SIP event"},
    {53, "DNS"},
    {54, "ISUP"},
    {55, "RTSP"},
    {56, "Diameter"},
    {57, "GSM MAP"},
    {86, "OpenSIPS log"},
    {87, "OpenSIPS management"},
    {88, "OpenSIPS REST"},
    {89, "OpenSIPS transport"},
    {96, "OpenSIPS control"},
    {99, "Quality report"},
    {100, "Log"},
    {101, "Event"},
    {0, NULL},
};

/* ---- fields ---- */

enum {
    HF_VERSION,
    HF_LENGTH,
    HF_TIME,
    HF_IP,
    HF_IPV6,
    HF_PORT,
    HF_TEXT,
    HF_CHUNK,
    HF_CHUNK_VENDOR,
    HF_CHUNK_TYPE,
    HF_CHUNK_LENGTH,
    HF_CHUNK_DATA,
    N_HF
};

static int hf[N_HF];
static const header_field_info header_fields[N_HF] = {
    [HF_VERSION] = {"Version", ABBREV "version", FT_UINT8, BASE_DEC, VALS(versions), 0,
                    "Of HEP: 1, 2 or 3", HFILL},
    [HF_LENGTH] = {"Length", ABBREV "length", FT_UINT16, BASE_DEC, NULL, 0,
                   "Bytes of the whole HEP packet, as it says itself", HFILL},
    [HF_TIME] = {"Captured at", ABBREV "time", FT_ABSOLUTE_TIME, ABSOLUTE_TIME_LOCAL, NULL, 0,
                 "When the agent captured the packet; the time of the frame is the collector's",
                 HFILL},
    [HF_IP] = {"Source or destination address", ABBREV "ip.addr", FT_IPv4, BASE_NONE, NULL, 0, NULL,
               HFILL},
    [HF_IPV6] = {"Source or destination address", ABBREV "ipv6.addr", FT_IPv6, BASE_NONE, NULL, 0,
                 NULL, HFILL},
    [HF_PORT] = {"Source or destination port", ABBREV "port", FT_UINT16, BASE_DEC, NULL, 0, NULL,
                 HFILL},
    [HF_TEXT] = {"Text", ABBREV "text", FT_STRING, BASE_NONE, NULL, 0, "One line of the payload",
                 HFILL},
    [HF_CHUNK] = {"Chunk", ABBREV "chunk", FT_NONE, BASE_NONE, NULL, 0,
                  "A chunk of a vendor, or of an unknown type or length", HFILL},
    [HF_CHUNK_VENDOR] = {"Vendor", ABBREV "chunk.vendor", FT_UINT16, BASE_DEC, VALS(vendors), 0,
                         NULL, HFILL},
    [HF_CHUNK_TYPE] = {"Type", ABBREV "chunk.type", FT_UINT16, BASE_DEC, NULL, 0, NULL, HFILL},
    [HF_CHUNK_LENGTH] = {"Length of the data", ABBREV "chunk.length", FT_UINT16, BASE_DEC, NULL, 0,
                         NULL, HFILL},
    [HF_CHUNK_DATA] = {"Data", ABBREV "chunk.data", FT_BYTES, BASE_NONE, NULL, 0, NULL, HFILL},
};

/** A generic chunk. */
typedef struct {
    guint16 type;
    guint8 len;  /* of its data; 0: any */
    guint8 also; /* a field that has its value too, hidden; 0: none */
    header_field_info info;
    int hf;
} chunk_field;

#define CHUNK(type, len, also, title, name, holds, display, strings)                               \
    { type, len, also, {title, ABBREV name, holds, display, strings, 0, "Chunk " #type, HFILL}, -1 }

static chunk_field chunk_fields[] = {
    CHUNK(1, 1, 0, "IP version", "family", FT_UINT8, BASE_DEC, VALS(families)),
    CHUNK(2, 1, 0, "IP protocol", "protocol", FT_UINT8, BASE_DEC, VALS(protocols)),
    CHUNK(3, 4, HF_IP, "Source address", "ip.src", FT_IPv4, BASE_NONE, NULL),
    CHUNK(4, 4, HF_IP, "Destination address", "ip.dst", FT_IPv4, BASE_NONE, NULL),
    CHUNK(5, 16, HF_IPV6, "Source address", "ipv6.src", FT_IPv6, BASE_NONE, NULL),
    CHUNK(6, 16, HF_IPV6, "Destination address", "ipv6.dst", FT_IPv6, BASE_NONE, NULL),
    CHUNK(7, 2, HF_PORT, "Source port", "srcport", FT_UINT16, BASE_DEC, NULL),
    CHUNK(8, 2, HF_PORT, "Destination port", "dstport", FT_UINT16, BASE_DEC, NULL),
    CHUNK(9, 4, 0, "Seconds", "seconds", FT_UINT32, BASE_DEC, NULL),
    CHUNK(10, 4, 0, "Microseconds", "microseconds", FT_UINT32, BASE_DEC, NULL),
    CHUNK(11, 1, 0, "Payload type", "payload_type", FT_UINT8, BASE_DEC, VALS(payload_types)),
    CHUNK(12, 4, 0, "Capture agent", "agent", FT_UINT32, BASE_DEC, NULL),
    CHUNK(13, 2, 0, "Keep-alive time in seconds", "keep_alive", FT_UINT16, BASE_DEC, NULL),
    CHUNK(14, 0, 0, "Authentication key, not shown", "key", FT_NONE, BASE_NONE, NULL),
    CHUNK(15, 0, 0, "Payload", "payload", FT_NONE, BASE_NONE, NULL),
    CHUNK(16, 0, 0, "Compressed payload", "compressed_payload", FT_NONE, BASE_NONE, NULL),
    CHUNK(17, 0, 0, "Correlation ID", "correlation_id", FT_STRING, BASE_NONE, NULL),
    CHUNK(18, 2, 0, "VLAN", "vlan", FT_UINT16, BASE_DEC, NULL),
    CHUNK(19, 0, 0, "Capture node", "node", FT_STRING, BASE_NONE, NULL),
    CHUNK(20, 6, 0, "Source MAC address", "mac.src", FT_ETHER, BASE_NONE, NULL),
    CHUNK(21, 6, 0, "Destination MAC address", "mac.dst", FT_ETHER, BASE_NONE, NULL),
    CHUNK(22, 2, 0, "Ethernet type", "ethertype", FT_UINT16, BASE_HEX, NULL),
    CHUNK(23, 1, 0, "TCP flags", "tcp.flags", FT_UINT8, BASE_HEX, NULL),
    CHUNK(24, 1, 0, "IP type of service", "tos", FT_UINT8, BASE_HEX, NULL),
    CHUNK(32, 2, 0, "MOS", "mos", FT_UINT16, BASE_DEC, NULL),
    CHUNK(33, 2, 0, "R-factor", "r_factor", FT_UINT16, BASE_DEC, NULL),
    CHUNK(36, 0, 0, "Transaction type", "transaction_type", FT_STRING, BASE_NONE, NULL),
    CHUNK(101, 0, 0, "Correlation", "correlation", FT_STRING, BASE_NONE, NULL), /* OpenSIPS */
};

static void register_fields(int proto) {
    static hf_register_info fields[N_HF + G_N_ELEMENTS(chunk_fields)];
    for (guint i = 0; i < N_HF; i++) {
        hf[i] = -1;
        fields[i] = (hf_register_info){&hf[i], header_fields[i]};
    }
    for (guint i = 0; i < G_N_ELEMENTS(chunk_fields); i++)
        fields[N_HF + i] = (hf_register_info){&chunk_fields[i].hf, chunk_fields[i].info};
    proto_register_field_array(proto, fields, array_length(fields));
}

void sx_hep_tree_register(int proto) {
    static gint *subtrees[] = {&ett_hep, &ett_chunk};
    static ei_register_info expert_items[] = {
        {&ei_malformed,
         {ABBREV "malformed", PI_MALFORMED, PI_ERROR,
          "A length or a time does not fit: what is behind it was not read", EXPFILL}},
        {&ei_not_inflated,
         {ABBREV "not_inflated", PI_UNDECODED, PI_WARN, "The payload cannot be inflated", EXPFILL}},
        {&ei_inflated_in_part,
         {ABBREV "inflated_in_part", PI_UNDECODED, PI_WARN,
          "The payload was inflated in part: it is damaged, or too long", EXPFILL}},
    };
    register_fields(proto);
    proto_register_subtree_array(subtrees, array_length(subtrees));
    expert_register_field_array(expert_register_protocol(proto), expert_items,
                                array_length(expert_items));
}

const char *sx_hep_payload_name(guint8 payload_type) {
    return val_to_str_const(payload_type, payload_types, "unknown payload");
}

/* ---- items ---- */

static void add_unknown(proto_tree *tree, tvbuff_t *tvb, const sx_hep_chunk *chunk) {
    gint len = (gint)chunk->data.len;
    proto_item *item = proto_tree_add_item(tree, hf[HF_CHUNK], tvb, (gint)chunk->start,
                                           (gint)(chunk->offset - chunk->start) + len, ENC_NA);
    proto_item_set_text(item, "Chunk %u of vendor %u (%s), %u bytes", chunk->type, chunk->vendor,
                        val_to_str_const(chunk->vendor, vendors, "unknown"), (guint)chunk->len);
    proto_tree *subtree = proto_item_add_subtree(item, ett_chunk);
    gint start = (gint)chunk->start;
    proto_tree_add_uint(subtree, hf[HF_CHUNK_VENDOR], tvb, start, 2, chunk->vendor);
    proto_tree_add_uint(subtree, hf[HF_CHUNK_TYPE], tvb, start + 2, 2, chunk->type);
    proto_tree_add_uint(subtree, hf[HF_CHUNK_LENGTH], tvb, start + 4, 2, (guint)chunk->len);
    if (len > 0)
        proto_tree_add_item(subtree, hf[HF_CHUNK_DATA], tvb, (gint)chunk->offset, len, ENC_NA);
}

/* The agent has two bytes in version 2, which are as good as four. */
static gboolean fits(const chunk_field *field, const sx_hep_chunk *chunk) {
    return field->len == 0 || field->len == chunk->len ||
           (chunk->type == SX_HEP_AGENT && chunk->len == 2);
}

static const chunk_field *field_of(const sx_hep_chunk *chunk) {
    if (chunk->vendor != 0 || chunk->data.len != chunk->len)
        return NULL;
    for (guint i = 0; i < G_N_ELEMENTS(chunk_fields); i++) {
        if (chunk_fields[i].type == chunk->type)
            return fits(&chunk_fields[i], chunk) ? &chunk_fields[i] : NULL;
    }
    return NULL;
}

static void add_chunk(proto_tree *tree, tvbuff_t *tvb, const sx_hep_chunk *chunk) {
    const chunk_field *field = field_of(chunk);
    gint offset = (gint)chunk->offset;
    gint len = (gint)chunk->len;
    if (field == NULL) {
        add_unknown(tree, tvb, chunk);
        return;
    }
    guint encoding = chunk->little_endian ? ENC_LITTLE_ENDIAN : ENC_BIG_ENDIAN;
    if (field->info.type == FT_STRING)
        encoding = ENC_UTF_8;
    proto_item *item = proto_tree_add_item(tree, field->hf, tvb, offset, len, encoding);
    if (field->info.type == FT_NONE)
        proto_item_append_text(item, " (%d bytes)", len);
    if (field->also != 0)
        proto_item_set_hidden(
            proto_tree_add_item(tree, hf[field->also], tvb, offset, len, encoding));
}

static void append_end(wmem_strbuf_t *title, const sx_endpoint *end) {
    char *ip = sx_ip_text(end->ip, end->ip_len);
    wmem_strbuf_append_printf(title, end->ip_len == 16 ? "[%s]:%u" : "%s:%u",
                              ip[0] != '\0' ? ip : "unknown", end->port);
    g_free(ip);
}

/* Homer Encapsulation Protocol, HEP3: SIP, 192.0.2.1:5060 to 192.0.2.2:5060 (UDP), node "pbx-1", agent 2001 */
static const char *title_of(tvbuff_t *tvb, packet_info *pinfo, const sx_hep *hep) {
    wmem_strbuf_t *title = wmem_strbuf_new(pinfo->pool, "Homer Encapsulation Protocol");
    wmem_strbuf_append_printf(title, ", HEP%u: %s, ", hep->version,
                              sx_hep_payload_name(hep->payload_type));
    append_end(title, &hep->source);
    wmem_strbuf_append(title, " to ");
    append_end(title, &hep->destination);
    if (hep->protocol != 0)
        wmem_strbuf_append_printf(title, " (%s)",
                                  val_to_str_const(hep->protocol, protocols, "other"));
    if (hep->node.data.len > 0)
        wmem_strbuf_append_printf(title, ", node \"%s\"",
                                  tvb_format_text(pinfo->pool, tvb, (gint)hep->node.offset,
                                                  (gint)MIN(hep->node.data.len, MAX_TITLE)));
    if (hep->agent != 0)
        wmem_strbuf_append_printf(title, ", agent %u", hep->agent);
    return wmem_strbuf_get_str(title);
}

static void add_chunks(proto_tree *tree, tvbuff_t *tvb, const sx_hep *hep, sx_slice bytes) {
    sx_hep_walk walk;
    sx_hep_chunk chunk;
    if (hep->version == 3) {
        proto_tree_add_uint(tree, hf[HF_VERSION], tvb, 0, 4, hep->version);
        if (bytes.len >= SX_HEP3_PREFIX)
            proto_tree_add_item(tree, hf[HF_LENGTH], tvb, 4, 2, ENC_BIG_ENDIAN);
    } else {
        proto_tree_add_uint(tree, hf[HF_VERSION], tvb, 0, 1, hep->version);
    }
    sx_hep_begin(&walk, bytes, tvb_reported_length(tvb));
    while (sx_hep_next(&walk, &chunk))
        add_chunk(tree, tvb, &chunk);
    if (hep->has_time) {
        nstime_t time = {(time_t)(hep->time / SX_SECOND), (int)(hep->time % SX_SECOND) * 1000};
        proto_item_set_generated(proto_tree_add_time(tree, hf[HF_TIME], tvb, 0, 0, &time));
    }
}

proto_tree *sx_hep_tree_add(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const sx_hep *hep,
                            sx_slice bytes) {
    proto_item *item = NULL;
    proto_tree *subtree = NULL;
    if (tree != NULL) {
        item = proto_tree_add_protocol_format(tree, sx_hep_proto(), tvb, 0, -1, "%s",
                                              title_of(tvb, pinfo, hep));
        subtree = proto_item_add_subtree(item, ett_hep);
        add_chunks(subtree, tvb, hep, bytes);
    }
    if (hep->damaged)
        expert_add_info(pinfo, item, &ei_malformed);
    return subtree;
}

gboolean sx_hep_tree_add_text(proto_tree *tree, tvbuff_t *payload, packet_info *pinfo) {
    gint len = (gint)tvb_captured_length(payload);
    const char *text = len > 0 ? (const char *)tvb_get_ptr(payload, 0, len) : NULL;
    if (len == 0 || !g_utf8_validate(text, len, NULL))
        return FALSE;
    gint start = 0;
    for (guint n = 0; start < len; n++) {
        gint next = len;
        gint line = n < MAX_LINES ? tvb_find_line_end(payload, start, len - start, &next, FALSE)
                                  : len - start;
        proto_tree_add_item(tree, hf[HF_TEXT], payload, start, line, ENC_UTF_8);
        if (n == 0)
            col_append_sep_str(pinfo->cinfo, COL_INFO, ": ",
                               tvb_format_text(pinfo->pool, payload, 0, MIN(line, MAX_TITLE)));
        start = next;
    }
    return TRUE;
}

void sx_hep_tree_not_inflated(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo,
                              gboolean at_all) {
    proto_tree_add_expert(tree, pinfo, at_all ? &ei_not_inflated : &ei_inflated_in_part, tvb, 0,
                          -1);
}
