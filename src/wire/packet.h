/* SPDX-License-Identifier: GPL-2.0-or-later
 * When, where and how a message was seen: what the bytes themselves do not tell.
 */
#ifndef SX_PACKET_H
#define SX_PACKET_H

#include <glib.h>

#define SX_MILLISECOND G_GINT64_CONSTANT(1000) /* all times are microseconds */
#define SX_SECOND G_GINT64_CONSTANT(1000000)

/** One end of the way: an IP address (ip_len 4 or 16; 0 if unknown) and a port. */
typedef struct {
    guint8 ip[16];
    guint8 ip_len;
    guint16 port;
} sx_endpoint;

typedef enum {
    SX_TRANSPORT_UDP,    /* unreliable: SIP itself repeats */
    SX_TRANSPORT_STREAM, /* TCP, TLS, WebSocket, SCTP */
} sx_transport;

/** How fine a time is; later is coarser. */
typedef enum {
    SX_TIME_FINE, /* finer than a millisecond; what nobody sets is fine */
    SX_TIME_MILLISECONDS,
    SX_TIME_SECONDS,
    SX_TIME_NONE, /* only the order of the messages is known */
} sx_precision;

typedef struct {
    guint32 frame;   /* number of the frame that carries the message */
    gboolean quoted; /* it stands inside an ICMP error or in the body of another message */
    gint64 time;     /* of the frame, microseconds since any fixed moment */
    sx_endpoint source, destination; /* innermost addresses; of the quoted message when quoted */
    sx_transport transport;
    guint16 ip_id;       /* innermost IPv4 identification; 0 if there is none */
    guint8 icmp_version; /* quoted by ICMP: 4 or 6, else 0 */
    guint8 icmp_type, icmp_code;
    guint8 precision; /* sx_precision of `time` */
    guint8 is_cut;    /* gboolean: the frame was not captured whole */
    guint8 from_log;  /* gboolean: an application wrote it down, once, on its way in or out */
} sx_packet;

#define SX_NO_MOMENT G_MININT64

/** When a message was seen; SX_NO_MOMENT if that is not known. */
static inline gint64 sx_packet_moment(const sx_packet *packet) {
    return packet->precision == SX_TIME_NONE ? SX_NO_MOMENT : packet->time;
}

/** An IP address as text (RFC 5952), empty unless it has 4 or 16 bytes; to be freed with g_free(). */
char *sx_ip_text(const guint8 *ip, guint len);

/** later - earlier in microseconds, 0 if that is negative: clocks of several interfaces may run backwards. */
static inline gint64 sx_gap(gint64 earlier, gint64 later) {
    return later > earlier ? later - earlier : 0;
}

#define SX_COARSE_GAP (10 * SX_SECOND) /* what times to the second bear: they are wrong by one */

/** Whether a gap between two messages can be told. */
static inline gboolean sx_precision_bears(sx_precision precision, gint64 gap) {
    return precision < SX_TIME_SECONDS || (precision == SX_TIME_SECONDS && gap >= SX_COARSE_GAP);
}

/** The same as sx_gap(), but the shortest that it can have been. */
static inline gint64 sx_gap_at_least(sx_precision precision, gint64 earlier, gint64 later) {
    gint64 gap = sx_gap(earlier, later);
    if (precision < SX_TIME_SECONDS)
        return gap;
    return precision == SX_TIME_SECONDS ? sx_gap(SX_SECOND, gap) : 0;
}

#endif
