/* SPDX-License-Identifier: GPL-2.0-or-later
 * How long something lasts, in seconds (delta-seconds of RFC 3261 section 25.1): Expires, Min-Expires, Retry-After,
 * Session-Expires, and the expires parameter of Contact (section 10.2.1.1).
 */
#ifndef SX_EXPIRES_H
#define SX_EXPIRES_H

#include "wire/message.h"

#define SX_NO_SECONDS G_MAXUINT32 /* none are given, or more than 32 bits hold */

/** The seconds of a header. */
guint32 sx_header_seconds(const sx_message *message, sx_header_id id);

/** How long a binding lasts: the expires parameter of its Contact, else the Expires header. */
guint32 sx_contact_expires(const sx_message *message, sx_slice contact);

/** How long the bindings last that a REGISTER asks for, or that the answer lists. */
typedef struct {
    guint32 longest;
    guint32 shortest; /* of those that are not to be removed; SX_NO_SECONDS if all are */
} sx_expires;

/** Reads them from all Contacts, the first SX_MAX_BINDINGS of them; without a Contact from Expires alone. */
sx_expires sx_expires_read(const sx_message *message);

#define SX_MAX_BINDINGS 64

#endif
