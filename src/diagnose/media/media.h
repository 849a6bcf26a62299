/* SPDX-License-Identifier: GPL-2.0-or-later
 * What others may ask about session descriptions.
 */
#ifndef SX_MEDIA_H
#define SX_MEDIA_H

#include "diagnose/rule.h"

/** Whether the request carried a session description (SDP with at least one m= line), also inside multipart. */
gboolean sx_media_has_offer(const sx_transaction *transaction);

/** Adds to the finding at hand what a 415 says about the body of its request, and the m= line of an offer that the server
 * may be unused to; nothing for other codes. */
void sx_media_add_unsupported_type(sx_context *context);

/** The type of the body of the INFO that is answered here, if that is a key press; else NULL. */
const char *sx_media_key_press(sx_context *context);

/** Whether the sender of the request offered telephone-event in this call, and the other side did not take it. */
gboolean sx_media_lacks_events(const sx_context *context, guint32 *offer_frame,
                               guint32 *answer_frame);

#endif
