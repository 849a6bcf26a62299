/* SPDX-License-Identifier: GPL-2.0-or-later
 * Reports on standard output: -z sipexplain,calls and the like; and the tap that they and the windows listen to.
 */
#ifndef SX_REPORTS_H
#define SX_REPORTS_H

#include "sipexplain.h"
#include "ws_compat.h"

/** What the tap hands over for each message. */
typedef struct {
    sx_explainer *explainer;
    sx_message message;
    sx_packet packet;
    guint ordinal;
    sx_unseen unseen; /* if not SX_UNSEEN_NOTHING, it is no message but a frame without SIP */
    sx_unseen_at at;
} sx_tapped_message;

/** Registers our tap, "sipexplain"; to be called when protocols are registered. */
void sx_reports_register(void);

/** Registers the reports on standard output; to be called when taps are registered. */
void sx_reports_register_statistics(void);

/** Whether a report wants the messages of this frame. */
gboolean sx_reports_are_wanted(void);

/** Whether they take all messages, so that these may come later, by sx_reports_add(). */
gboolean sx_reports_can_wait(void);

/** Hands a message that was fed to all reports, past the tap. @param explainer that it was fed to */
void sx_reports_add(sx_explainer *explainer, const sx_message *message, const sx_packet *packet,
                    guint ordinal);

/**
 * Writes what nobody has asked for yet, and begins anew: to be called before the explainer goes. tshark asks once, at its
 * end, but closes file after file where it captures into a ring of them.
 */
void sx_reports_end_file(void);

/** Whether one of them, the summary, tells of frames without SIP too. */
gboolean sx_reports_want_unseen(void);

/** Hands a message to the reports. @param explainer that it was fed to */
void sx_reports_queue(packet_info *pinfo, sx_explainer *explainer, const sx_message *message,
                      const sx_packet *packet, guint ordinal);

/** Hands a frame without SIP that holds something unseen to the reports. */
void sx_reports_queue_unseen(packet_info *pinfo, sx_unseen unseen, const sx_unseen_at *at);

#endif
