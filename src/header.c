/* SPDX-License-Identifier: GPL-2.0-or-later
 * Header names to numbers and back (RFC 3261 section 7.3.3 for the compact forms).
 */
#include "header.h"

static const char *const header_names[SX_N_HDRS] = {[SX_HDR_OTHER] = "",
#define X(id, name) [SX_HDR_##id] = name,
                                                    SX_HEADERS(X)
#undef X
};

#define LONGEST_NAME 26

/* The first header whose name has this length; a length without one has 0. */
static const guint8 first_of_length[LONGEST_NAME + 1] = {
    [2] = SX_HDR_TO,
    [3] = SX_HDR_VIA,
    [4] = SX_HDR_CSEQ,
    [5] = SX_HDR_ALLOW,
    [6] = SX_HDR_ACCEPT,
    [7] = SX_HDR_CALL_ID,
    [8] = SX_HDR_IDENTITY,
    [9] = SX_HDR_CALL_INFO,
    [10] = SX_HDR_ALERT_INFO,
    [11] = SX_HDR_GEOLOCATION,
    [12] = SX_HDR_ALLOW_EVENTS,
    [13] = SX_HDR_AUTHORIZATION,
    [14] = SX_HDR_ALERTMSG_ERROR,
    [15] = SX_HDR_ACCEPT_ENCODING,
    [16] = SX_HDR_CONTENT_ENCODING,
    [17] = SX_HDR_GEOLOCATION_ERROR,
    [18] = SX_HDR_PERMISSION_MISSING,
    [19] = SX_HDR_AUTHENTICATION_INFO,
    [20] = SX_HDR_P_PREFERRED_IDENTITY,
    [22] = SX_HDR_X_ASTERISK_HANGUPCAUSE,
    [24] = SX_HDR_ACCEPT_RESOURCE_PRIORITY,
    [26] = SX_HDR_X_ASTERISK_HANGUPCAUSECODE,
};

static sx_header_id lookup_compact(char letter) {
    switch (g_ascii_tolower(letter)) {
    case 'b': return SX_HDR_REFERRED_BY;
    case 'c': return SX_HDR_CONTENT_TYPE;
    case 'e': return SX_HDR_CONTENT_ENCODING;
    case 'f': return SX_HDR_FROM;
    case 'i': return SX_HDR_CALL_ID;
    case 'k': return SX_HDR_SUPPORTED;
    case 'l': return SX_HDR_CONTENT_LENGTH;
    case 'm': return SX_HDR_CONTACT;
    case 'o': return SX_HDR_EVENT;
    case 'r': return SX_HDR_REFER_TO;
    case 't': return SX_HDR_TO;
    case 'u': return SX_HDR_ALLOW_EVENTS;
    case 'v': return SX_HDR_VIA;
    case 'x': return SX_HDR_SESSION_EXPIRES;
    case 'y': return SX_HDR_IDENTITY;
    default: return SX_HDR_OTHER;
    }
}

sx_header_id sx_header_lookup(sx_slice name) {
    if (name.len == 1)
        return lookup_compact(name.p[0]);
    if (name.len > LONGEST_NAME || first_of_length[name.len] == 0)
        return SX_HDR_OTHER;
    for (guint id = first_of_length[name.len]; id < SX_N_HDRS; id++) {
        if (header_names[id][name.len] != '\0')
            break;                 /* the names are longer from here on */
        gsize last = name.len - 1; /* first and last letter spare most of the comparisons */
        if (((name.p[0] ^ header_names[id][0]) & 0x5f) == 0 &&
            ((name.p[last] ^ header_names[id][last]) & 0x5f) == 0 &&
            sx_slice_is(name, header_names[id]))
            return (sx_header_id)id;
    }
    return SX_HDR_OTHER;
}

const char *sx_header_name(sx_header_id id) {
    return header_names[id];
}
