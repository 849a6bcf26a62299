/* SPDX-License-Identifier: GPL-2.0-or-later
 * The packets inside HEP: for a payload, Wireshark's idea of the frame becomes that of the packet that the agent captured,
 * and the messages in it are known by that packet's ends and time.
 */
#ifndef SX_HEP_INNER_H
#define SX_HEP_INNER_H

#include "wire/hep.h"
#include "ws_compat.h"

/** A packet that came inside HEP. */
typedef struct sx_hep_inner {
    sx_slice payload; /* in memory, for as long as the frame is dissected */
    sx_endpoint source, destination;
    sx_transport transport;
    gboolean has_time;
    gint64 time; /* microseconds since 1970 */
    struct sx_hep_inner *next;
} sx_hep_inner;

/**
 * Calls a dissector for the payload of a HEP packet, with the addresses, ports, transport and time of the packet inside.
 * @return as call_dissector_only()
 */
int sx_hep_inner_dissect(dissector_handle_t dissector, tvbuff_t *payload, packet_info *pinfo,
                         proto_tree *tree, const sx_hep *hep);

/** The packets inside the HEP packets of this frame, in order; NULL: there are none. */
const sx_hep_inner *sx_hep_inner_first(packet_info *pinfo);

/**
 * Leaves a datagram with the addresses of the packet inside, as Wireshark does for tunnels: for columns, flow graphs and
 * other taps. To be called when all of the frame is dissected.
 */
void sx_hep_inner_show(packet_info *pinfo);

#endif
