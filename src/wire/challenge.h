/* SPDX-License-Identifier: GPL-2.0-or-later
 * Challenges and credentials: WWW-Authenticate, Proxy-Authenticate, Authorization, Proxy-Authorization (RFC 3261
 * sections 20 and 25.1, RFC 7616). The value of response is never handed out: it is as good as a password;
 * its length is.
 */
#ifndef SX_CHALLENGE_H
#define SX_CHALLENGE_H

#include "wire/message.h"

/** One challenge, or the credentials that answer one. Slices are empty for what is not there. */
typedef struct {
    sx_slice scheme; /* "Digest", "NTLM", "Bearer" ... */
    gboolean is_digest;
    sx_slice realm, nonce, algorithm, qop, opaque; /* without quotes; escapes are left in */
    gboolean stale;                                /* stale=true */
    sx_slice username, uri;                        /* of credentials, as are those below */
    gboolean has_nc, has_cnonce;
    guint32 nc;
    gsize response_len;    /* characters of response */
    gboolean has_userhash; /* userhash=true (RFC 7616 section 3.4.4) */
    gboolean has_auts;     /* AKA resynchronisation (RFC 3310 section 3.4) */
} sx_challenge;

/**
 * The next challenge or credentials of all headers of this kind. One header may hold several challenges, joined by
 * commas like the parameters inside each.
 * @param walk start with {0}
 * @return FALSE at the end
 */
gboolean sx_challenge_next(const sx_message *message, sx_header_id id, sx_header_walk *walk,
                           sx_challenge *challenge);

/**
 * The text that a quoted string stands for: backslashes that escape a character are taken out.
 * @param quoted what stands between the quotes
 * @param room where the text goes if it has escapes; it is cut to fit
 * @return `quoted` itself if it has none, else a slice of `room`
 */
sx_slice sx_challenge_unescape(sx_slice quoted, char *room, gsize size);

#endif
