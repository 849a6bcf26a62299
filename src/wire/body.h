/* SPDX-License-Identifier: GPL-2.0-or-later
 * Finds a part of a message body by its media type, also inside multipart bodies (RFC 2046 section 5.1).
 */
#ifndef SX_BODY_H
#define SX_BODY_H

#include "wire/message.h"

/**
 * The first part of the body that has this media type.
 * @param message message to look into
 * @param type media type in lower case, such as "message/sipfrag"; parameters on the wire are ignored
 * @param part set to the content of the part
 * @return whether there is one
 */
gboolean sx_body_find(const sx_message *message, const char *type, sx_slice *part);

/**
 * The response that a NOTIFY reports in its message/sipfrag body (RFC 3515 section 2.4.5, RFC 3420).
 * @param notify the request
 * @param fragment filled in with the embedded response
 * @return FALSE if the message is no NOTIFY or holds no status line
 */
gboolean sx_body_sipfrag(const sx_message *notify, sx_message *fragment);

#endif
