/* SPDX-License-Identifier: GPL-2.0-or-later
 * What others may ask about session descriptions.
 */
#ifndef SX_MEDIA_H
#define SX_MEDIA_H

#include "diagnose/rule.h"

/** Whether the request carried a session description (SDP with at least one m= line), also inside multipart. */
gboolean sx_media_has_offer(const sx_transaction *transaction);

/** Whether the body of the request at hand, or of the request that is answered, has several parts (RFC 2046 section 5.1). */
gboolean sx_media_is_multipart(const sx_context *context);

/** Adds to the finding at hand what a 415 says about the body of its request, and the m= line of an offer that the server
 * may be unused to; nothing for other codes. */
void sx_media_add_unsupported_type(sx_context *context);

/** The type of the body of the INFO that is answered here, if that is a key press; else NULL. */
const char *sx_media_key_press(sx_context *context);

/** Whether the sender of the request offered telephone-event in this call, and the other side did not take it. */
gboolean sx_media_lacks_events(const sx_context *context, guint32 *offer_frame,
                               guint32 *answer_frame);

/** What an offer in a dialog does to the call. */
typedef enum { SX_MEDIA_NO_HOLD, SX_MEDIA_HOLD, SX_MEDIA_RESUME } sx_media_hold;

/** Whether the 2xx at hand accepts that the sender of the request puts the call on hold, or takes it off. */
sx_media_hold sx_media_accepted_hold(const sx_context *context);

#endif
