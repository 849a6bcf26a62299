/* SPDX-License-Identifier: GPL-2.0-or-later
 * One reader for all of them.
 */
#include "wire/expires.h"

static guint32 seconds_of(sx_slice value) {
    guint digits;
    guint32 seconds = sx_slice_number(value, &digits);
    return digits > 0 ? seconds : SX_NO_SECONDS;
}

guint32 sx_header_seconds(const sx_message *message, sx_header_id id) {
    return sx_message_has(message, id) ? seconds_of(sx_message_header(message, id)) : SX_NO_SECONDS;
}

/* A parameter without a number counts for nothing. */
static guint32 expires_of(sx_slice contact, guint32 otherwise) {
    sx_slice value;
    guint32 own = SX_NO_SECONDS;
    if (sx_slice_param(contact, "expires", &value))
        own = seconds_of(value);
    return own != SX_NO_SECONDS ? own : otherwise;
}

guint32 sx_contact_expires(const sx_message *message, sx_slice contact) {
    return expires_of(contact, sx_header_seconds(message, SX_HDR_EXPIRES));
}

sx_expires sx_expires_read(const sx_message *message) {
    guint32 general = sx_header_seconds(message, SX_HDR_EXPIRES);
    sx_expires all = {0, SX_NO_SECONDS};
    sx_header_walk walk = {0};
    sx_slice contact;
    guint n = 0;
    for (; n < SX_MAX_BINDINGS && sx_message_next_element(message, SX_HDR_CONTACT, &walk, &contact);
         n++) {
        guint32 seconds = expires_of(contact, general);
        all.longest = MAX(all.longest, seconds);
        all.shortest = seconds > 0 ? MIN(all.shortest, seconds) : all.shortest;
    }
    if (n == 0)
        all = (sx_expires){general, general > 0 ? general : SX_NO_SECONDS};
    return all;
}
