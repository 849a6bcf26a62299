/* SPDX-License-Identifier: GPL-2.0-or-later
 * Messages that nobody looks at yet wait and are fed one after the other: between every two of them Wireshark's own code
 * would drive ours, and what it remembers, out of the processor's caches. A third of the time.
 */
#ifndef SX_BACKLOG_H
#define SX_BACKLOG_H

#include "sipexplain.h"

/** Begins an empty backlog for this explainer; NULL: ends it. What waited is forgotten. */
void sx_backlog_open(sx_explainer *explainer);

/** Whether messages of this frame or a later one wait. */
gboolean sx_backlog_reaches(guint32 frame);

/** Has a message wait, in the order of frames; copies it, and its packet. */
void sx_backlog_put(const sx_message *message, const sx_packet *packet);

/** Feeds all that wait to the explainer, and reports them. To be called before anything is asked of it. */
void sx_backlog_feed(void);

#endif
