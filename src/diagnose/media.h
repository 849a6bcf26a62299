/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the family "media" knows of a transaction that other families may ask.
 */
#ifndef SX_DIAGNOSE_MEDIA_H
#define SX_DIAGNOSE_MEDIA_H

#include "diagnose/rule.h"

/** Adds to the finding at hand what a 415 says about the body of its request; nothing for other codes. */
void sx_media_tell_unsupported_type(sx_context *context);

/** Adds to the finding at hand in what the session description of the response breaks the offer of the request. */
void sx_media_tell_answer(sx_context *context);

#endif
