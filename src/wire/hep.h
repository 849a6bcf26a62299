/* SPDX-License-Identifier: GPL-2.0-or-later
 * Reads HEP, the Homer encapsulation protocol: a packet that an agent captured, on its way to a collector. Versions 1
 * and 2 have a fixed header, version 3 is a list of chunks; here all three are lists of chunks. Nothing is trusted: a
 * length that does not fit ends the list.
 */
#ifndef SX_HEP_H
#define SX_HEP_H

#include "wire/packet.h"
#include "wire/slice.h"

#define SX_HEP3_PREFIX 6 /* bytes that tell how long a packet of version 3 is */
#define SX_HEP_TLS 22    /* in place of an IP protocol: TLS, and often WebSocket */

/** Types of the generic chunks (vendor 0) that are read here; there are more. */
typedef enum {
    SX_HEP_FAMILY = 1,
    SX_HEP_PROTOCOL = 2,
    SX_HEP_SOURCE_IPV4 = 3,
    SX_HEP_DESTINATION_IPV4 = 4,
    SX_HEP_SOURCE_IPV6 = 5,
    SX_HEP_DESTINATION_IPV6 = 6,
    SX_HEP_SOURCE_PORT = 7,
    SX_HEP_DESTINATION_PORT = 8,
    SX_HEP_SECONDS = 9,
    SX_HEP_MICROSECONDS = 10,
    SX_HEP_PAYLOAD_TYPE = 11,
    SX_HEP_AGENT = 12,
    SX_HEP_KEY = 14,
    SX_HEP_PAYLOAD = 15,
    SX_HEP_COMPRESSED_PAYLOAD = 16,
    SX_HEP_NODE = 19,
} sx_hep_chunk_type;

#define SX_HEP_SIP 1 /* the payload type */

/** A piece of a HEP packet. */
typedef struct {
    guint16 vendor, type;
    gsize start;            /* where it begins in the packet */
    gsize offset, len;      /* its data, as long as the packet says */
    sx_slice data;          /* the data as far as it was captured */
    gboolean little_endian; /* times and agent of version 2: in the byte order of the sender */
} sx_hep_chunk;

/** A walk over the chunks of a packet. */
typedef struct {
    sx_slice bytes;   /* as far as they were captured */
    gsize len;        /* of the packet, of which less may have been captured */
    guint8 version;   /* 1, 2 or 3 */
    gboolean damaged; /* a length does not fit */
    gsize next;       /* where the next chunk begins */
    guint field;      /* which field of the header is next; versions 1 and 2 */
} sx_hep_walk;

/** What a HEP packet says. Its chunks point into it. */
typedef struct {
    guint8 version;                  /* 1, 2 or 3 */
    guint8 protocol;                 /* IP protocol of the packet inside; 0: not said */
    sx_endpoint source, destination; /* of the packet inside; ip_len 0: not said */
    gboolean has_time;
    gint64 time; /* when the agent captured it: microseconds since 1970 */
    guint8 payload_type;
    guint32 agent;     /* number of the agent; 0: not said */
    sx_hep_chunk node; /* its name; empty: not said */
    sx_hep_chunk payload;
    gboolean has_payload, is_compressed;
    gboolean damaged; /* a length, or a time, does not fit */
} sx_hep;

/** Whether these bytes are the mark of version 3, or as much of it as there is room for. */
static inline gboolean sx_hep3_may_begin(sx_slice bytes) {
    return memcmp(bytes.p, "HEP3", MIN(bytes.len, 4)) == 0;
}

/** Whether a packet of version 3 begins here: the versions before have no mark. */
static inline gboolean sx_hep3_begins(sx_slice bytes) {
    return bytes.len >= 4 && sx_hep3_may_begin(bytes);
}

/**
 * How long a packet of version 3 says it is, from its first SX_HEP3_PREFIX bytes.
 * @return 0: it is none
 */
gsize sx_hep3_len(sx_slice bytes);

/**
 * Begins a walk over a packet. Versions 1 and 2 have no mark of their own: they are taken for HEP only where a SIP
 * message follows a header that can be one.
 * @param bytes the packet as far as it was captured; bytes behind a packet of version 3 do not matter
 * @param len how long it was, at least bytes.len
 * @return FALSE: it is no HEP
 */
gboolean sx_hep_begin(sx_hep_walk *walk, sx_slice bytes, gsize len);

/** The next chunk. @return FALSE at the end, or where the lengths no longer fit */
gboolean sx_hep_next(sx_hep_walk *walk, sx_hep_chunk *chunk);

/** Reads all chunks of a packet; see sx_hep_begin(). Of chunks that repeat, the first counts. */
gboolean sx_hep_read(sx_hep *hep, sx_slice bytes, gsize len);

/** The number in a chunk of 1, 2 or 4 bytes; 0 if it has another length. */
guint32 sx_hep_number(const sx_hep_chunk *chunk);

#endif
