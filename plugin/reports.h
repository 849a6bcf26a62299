/* SPDX-License-Identifier: GPL-2.0-or-later
 * Reports: -z sipexplain,calls and -z sipexplain,messages.
 */
#ifndef SX_REPORTS_H
#define SX_REPORTS_H

#include "sipexplain.h"
#include "ws_compat.h"

/** Registers our tap; to be called when protocols are registered. */
void sx_reports_register(void);

/** Registers the statistics; to be called when taps are registered. */
void sx_reports_register_statistics(void);

/** Whether a report wants the messages of this frame. */
gboolean sx_reports_are_wanted(void);

/** Hands a message to the reports. @param explainer that it was fed to */
void sx_reports_queue(packet_info *pinfo, sx_explainer *explainer, const sx_message *message,
                      const sx_packet *packet, guint ordinal);

#endif
