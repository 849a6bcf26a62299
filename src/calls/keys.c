/* SPDX-License-Identifier: GPL-2.0-or-later
 * The keys of a message: what joins it to others.
 */
#include "calls/memory.h"
#include "wire/keyed_hash.h"
#include "wire/uri.h"

/* The tag where it is the only parameter behind a URI in brackets, and nothing is quoted: nearly always. */
static gboolean read_lone_tag(sx_slice value, sx_slice *tag) {
    static const char name[] = ";tag=";
    const gsize len = sizeof name - 1;
    if (value.len == 0 || value.p[0] != '<')
        return FALSE;
    const char *end = value.p + value.len;
    const char *close = memchr(value.p, '>', value.len);
    if (close == NULL || (gsize)(end - close) <= len + 1 || memcmp(close + 1, name, len) != 0)
        return FALSE;
    const char *start = close + 1 + len;
    *tag = (sx_slice){start, (gsize)(end - start)};
    return *start > ' ' && *start != '"' && memchr(start, ';', tag->len) == NULL &&
           memchr(value.p, '"', (gsize)(close - value.p)) == NULL;
}

static guint64 hash_tag(const sx_message *message, sx_header_id header) {
    sx_slice value = sx_message_header(message, header);
    sx_slice tag;
    if (read_lone_tag(value, &tag) || (sx_slice_param(value, "tag", &tag) && tag.len > 0))
        return sx_hash_slice(0, tag);
    return 0;
}

static guint64 hash_aor(sx_slice element) {
    sx_uri uri;
    return sx_uri_read(element, &uri) ? sx_uri_aor(&uri) : 0;
}

/* The branch; nearly always it is the first or second parameter of a Via where nothing is quoted. */
static gboolean read_branch(sx_slice via, sx_slice *branch) {
    static const char name[] = "branch=";
    const gsize len = sizeof name - 1;
    const char *end = via.p + via.len;
    const char *start = via.len > 0 ? memchr(via.p, ';', via.len) : NULL;
    for (guint i = 0; start != NULL && i < 2; i++) {
        start++;
        const char *next = memchr(start, ';', (gsize)(end - start));
        const char *stop = next != NULL ? next : end;
        if ((gsize)(stop - start) > len && memcmp(start, name, len) == 0 && start[len] > ' ' &&
            stop[-1] > ' ' && memchr(via.p, '"', (gsize)(stop - via.p)) == NULL) {
            *branch = (sx_slice){start + len, (gsize)(stop - start) - len};
            return TRUE;
        }
        start = next;
    }
    return sx_slice_param(via, "branch", branch);
}

/* Only the magic cookie makes a branch unique (RFC 3261 section 8.1.1.7). */
static guint64 hash_branch(sx_slice via) {
    sx_slice branch;
    if (read_branch(via, &branch) && sx_slice_starts(branch, "z9hG4bK") && branch.len > 7)
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
