/* SPDX-License-Identifier: GPL-2.0-or-later
 * SIP messages of a frame, from the tap sip_follow or from the tree.
 */
#include "frame_messages.h"

static int sip_follow_tap;
static int proto_sip = -1;
static int proto_icmp = -1;
static int proto_icmpv6 = -1;

typedef struct {
    sx_message_handler handler;
    void *user;
    gboolean in_error; /* the frame is an ICMP error */
    tvbuff_t *tvb;     /* the tapped buffer last read from */
    gsize offset;      /* how far it was read */
    sx_slice outer;    /* the message last read that stands for itself */
} reading;

void sx_frame_messages_init(void) {
    /* A helper of a dissector: it never makes Wireshark dissect what it would not have dissected. */
    GString *error = register_tap_listener("sip_follow", &sip_follow_tap, NULL,
                                           TL_IS_DISSECTOR_HELPER, NULL, NULL, NULL, NULL);
    if (error != NULL)
        g_string_free(error, TRUE); /* the tree is still there to read from */
    else
        sip_follow_tap = find_tap_id("sip_follow");
    proto_sip = proto_get_id_by_filter_name("sip");
    proto_icmp = proto_get_id_by_filter_name("icmp");
    proto_icmpv6 = proto_get_id_by_filter_name("icmpv6");
}

/* Whether an ICMP header comes before SIP: Wireshark's in_error_pkt is reset by the time a post-dissector runs. */
static gboolean is_in_error(packet_info *pinfo, gboolean *has_sip) {
    gboolean in_error = FALSE;
    *has_sip = FALSE;
    for (wmem_list_frame_t *layer = wmem_list_head(pinfo->layers); layer != NULL;
         layer = wmem_list_frame_next(layer)) {
        int proto = GPOINTER_TO_INT(wmem_list_frame_data(layer));
        if (proto == proto_icmp || proto == proto_icmpv6)
            in_error = TRUE;
        if (proto == proto_sip) {
            *has_sip = TRUE;
            break;
        }
    }
    return in_error;
}

static gboolean is_inside(sx_slice inner, sx_slice outer) {
    return outer.len > 0 && inner.p >= outer.p && inner.p < outer.p + outer.len;
}

/* Reads the message at the offset of a buffer; returns the bytes used, 0 if there is none. */
static gsize read_one(reading *r, tvbuff_t *tvb, gsize offset) {
    gsize captured = tvb_captured_length(tvb);
    sx_message message;
    if (offset >= captured)
        return 0;
    gsize len = captured - offset;
    sx_slice bytes = {(const char *)tvb_get_ptr(tvb, (gint)offset, (gint)len), len};
    gsize used = sx_message_read(bytes, SX_FRAMING_STREAM, &message);
    if (used == 0)
        return 0;
    gboolean embedded = is_inside(bytes, r->outer);
    if (!embedded)
        r->outer = message.text;
    r->handler(&message, embedded || r->in_error, r->user);
    return used;
}

/* Whether the buffer is part of the message last read, as the body of an INVITE may be a message again. */
static gboolean is_embedded(const reading *r, tvbuff_t *tvb) {
    return tvb_captured_length(tvb) > 0 &&
           is_inside((sx_slice){(const char *)tvb_get_ptr(tvb, 0, 1), 1}, r->outer);
}

/* The tap holds the buffer of a TCP segment once for each message in it, those of message bodies in between. */
static gboolean read_tapped(reading *r) {
    int index = 0;
    const void *tapped;
    while ((tapped = fetch_tapped_data(sip_follow_tap, index)) != NULL) {
        tvbuff_t *tvb = (tvbuff_t *)(gsize)tapped;
        index++;
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
    return index > 0;
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

gboolean sx_frame_messages(packet_info *pinfo, proto_tree *tree, sx_message_handler handler,
                           void *user) {
    gboolean has_sip;
    gboolean tapped = sip_follow_tap > 0 && fetch_tapped_data(sip_follow_tap, 0) != NULL;
    if (!tapped && tree == NULL)
        return FALSE;
    reading r = {.handler = handler, .user = user, .in_error = is_in_error(pinfo, &has_sip)};
    if (tapped)
        return read_tapped(&r);
    return has_sip && read_tree(&r, tree);
}
