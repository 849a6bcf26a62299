/* SPDX-License-Identifier: GPL-2.0-or-later
 * Finds the SIP messages that Wireshark's own dissector saw in a frame.
 */
#ifndef SX_FRAME_MESSAGES_H
#define SX_FRAME_MESSAGES_H

#include "mask/mask.h"
#include "sipexplain.h"
#include "ws_compat.h"

/** Takes one message of the frame, and when, where and how it was seen. */
typedef void (*sx_message_handler)(const sx_message *message, const sx_packet *packet, void *user);

/** Asks Wireshark to hand over SIP messages; call once, when all protocols are registered. */
void sx_frame_messages_init(void);

/** Begins with a capture file. @param mask for its messages, which stays the caller's; NULL: none */
void sx_frame_messages_open(sx_mask *mask);

/** Lets the next frame have SIP in its tree though nobody sees it; call in every frame. @param tree that of this one, or NULL */
void sx_frame_messages_keep(packet_info *pinfo, proto_tree *tree);

/**
 * Hands every SIP message of the frame to the handler, in order. They come from the sip_follow tap, which costs
 * nothing and needs no tree, else from the sip items of the tree, if there is one.
 * @return FALSE if the frame has no SIP, or none that can be reached
 */
gboolean sx_frame_messages(packet_info *pinfo, proto_tree *tree, sx_message_handler handler,
                           void *user);

/** What a frame holds of which sx_frame_messages() got no SIP; `at` is filled in. */
sx_unseen sx_frame_unseen(packet_info *pinfo, tvbuff_t *tvb, sx_unseen_at *at);

/** Whether a frame has SIP that sx_frame_messages() could not get at: no tap runs, and the tree was left out. */
gboolean sx_frame_hides_sip(packet_info *pinfo);

#endif
