/* SPDX-License-Identifier: GPL-2.0-or-later
 * Header names to numbers and back (RFC 3261 section 7.3.3 for the compact forms).
 */
#include "wire/header.h"

#include "wire/compiler.h"

static const char *const header_names[SX_N_HDRS] = {[SX_HDR_OTHER] = "",
#define X(id, name) [SX_HDR_##id] = name,
                                                    SX_HEADERS(X)
#undef X
};

static const guint8 name_lengths[SX_N_HDRS] = {
#define X(id, name) [SX_HDR_##id] = sizeof name - 1,
    SX_HEADERS(X)
#undef X
};

/* The headers by length, first and last letter of their names: hardly two share a slot. */
typedef struct {
    guint8 newest[256];     /* sx_header_id by slot */
    guint8 next[SX_N_HDRS]; /* another one of the same slot */
} name_index;

G_STATIC_ASSERT(SX_N_HDRS < G_MAXUINT8);

static guint slot_of(const char *name, gsize len) {
    return (3 * len + 26 * (name[0] | 0x20u) + 7 * (name[len - 1] | 0x20u)) % 256;
}

static name_index names;

SX_AT_START(fill_names) {
    for (guint id = SX_HDR_OTHER + 1; id < SX_N_HDRS; id++) {
        guint8 *newest = &names.newest[slot_of(header_names[id], name_lengths[id])];
        names.next[id] = *newest;
        *newest = (guint8)id;
    }
}

static sx_header_id lookup_compact(char letter) {
    switch (g_ascii_tolower(letter)) {
    case 'b': return SX_HDR_REFERRED_BY;
    case 'c': return SX_HDR_CONTENT_TYPE;
    case 'e': return SX_HDR_CONTENT_ENCODING;
    case 'f': return SX_HDR_FROM;
    case 'i': return SX_HDR_CALL_ID;
    case 'k': return SX_HDR_SUPPORTED;
    case 'l': return SX_HDR_CONTENT_LENGTH;
    case 'm': return SX_HDR_CONTACT;
    case 'o': return SX_HDR_EVENT;
    case 'r': return SX_HDR_REFER_TO;
    case 't': return SX_HDR_TO;
    case 'u': return SX_HDR_ALLOW_EVENTS;
    case 'v': return SX_HDR_VIA;
    case 'x': return SX_HDR_SESSION_EXPIRES;
    case 'y': return SX_HDR_IDENTITY;
    default: return SX_HDR_OTHER;
    }
}

/* Two words that cover a name cost less than a call of memcmp(). */
static inline gboolean same_name(const char *a, const char *b, gsize len) {
    guint64 x[2], y[2];
    guint32 u[2], v[2];
    if (len > 16 || len < 4)
        return memcmp(a, b, len) == 0;
    if (len < 8) {
        memcpy(&u[0], a, 4);
        memcpy(&v[0], b, 4);
        memcpy(&u[1], a + len - 4, 4);
        memcpy(&v[1], b + len - 4, 4);
        return u[0] == v[0] && u[1] == v[1];
    }
    memcpy(&x[0], a, 8);
    memcpy(&y[0], b, 8);
    memcpy(&x[1], a + len - 8, 8);
    memcpy(&y[1], b + len - 8, 8);
    return x[0] == y[0] && x[1] == y[1];
}

/* Among those that share a slot. */
static SX_NO_INLINE sx_header_id lookup_in_slot(sx_slice name, guint id) {
    while (id != SX_HDR_OTHER &&
           (name.len != name_lengths[id] || !sx_same_letters(name.p, header_names[id], name.len)))
        id = names.next[id];
    return (sx_header_id)id;
}

sx_header_id sx_header_lookup(sx_slice name) {
    if (name.len < 2)
        return name.len == 1 ? lookup_compact(name.p[0]) : SX_HDR_OTHER;
    guint id = names.newest[slot_of(name.p, name.len)];
    if (name.len == name_lengths[id] && same_name(name.p, header_names[id], name.len))
        return (sx_header_id)id;
    return lookup_in_slot(name, id);
}

const char *sx_header_name(sx_header_id id) {
    return header_names[id];
}
