/* SPDX-License-Identifier: GPL-2.0-or-later
 * The keys of a message: what joins it to others.
 */
#include "calls/memory.h"
#include "wire/keyed_hash.h"
#include "wire/uri.h"

static guint64 hash_tag(const sx_message *message, sx_header_id header) {
    sx_slice tag;
    if (sx_slice_param(sx_message_header(message, header), "tag", &tag) && tag.len > 0)
        return sx_hash_slice(0, tag);
    return 0;
}

static guint64 hash_aor(sx_slice element) {
    sx_uri uri;
    return sx_uri_read(element, &uri) ? sx_uri_aor(&uri) : 0;
}

/* Only the magic cookie makes a branch unique (RFC 3261 section 8.1.1.7). */
static guint64 hash_branch(sx_slice via) {
    sx_slice branch;
    if (sx_slice_param(via, "branch", &branch) && sx_slice_starts(branch, "z9hG4bK") &&
        branch.len > 7)
        return sx_hash_slice(0, branch);
    return 0;
}

void sx_keys_read_addresses(const sx_message *message, sx_keys *keys) {
    keys->from_aor = hash_aor(sx_message_header(message, SX_HDR_FROM));
    keys->to_aor = hash_aor(sx_message_header(message, SX_HDR_TO));
}

void sx_keys_read(const sx_message *message, sx_keys *keys, sx_uri *request_uri) {
    sx_header_walk walk = {0};
    sx_slice via;
    sx_slice call_id = sx_message_header(message, SX_HDR_CALL_ID);
    *keys = (sx_keys){0};
    *request_uri = (sx_uri){{NULL, 0}, {NULL, 0}, {NULL, 0}, 0, {NULL, 0}};
    while (keys->n_vias < G_MAXUINT8 && sx_message_next_element(message, SX_HDR_VIA, &walk, &via)) {
        if (keys->n_vias++ == 0)
            keys->branch = hash_branch(via);
    }
    keys->call_id = sx_hash_slice(0, call_id);
    keys->from_tag = hash_tag(message, SX_HDR_FROM);
    keys->to_tag = hash_tag(message, SX_HDR_TO);
    if (!message->is_response) {
        sx_keys_read_addresses(message, keys);
        if (sx_uri_read(message->request_uri, request_uri))
            keys->request_uri = sx_uri_target(request_uri);
    }
    keys->cseq = message->cseq_number;
    keys->method = (guint8)message->known_method;
    keys->size = (guint16)MIN(message->text.len, G_MAXUINT16);
}
