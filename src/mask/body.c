/* SPDX-License-Identifier: GPL-2.0-or-later
 * Masks of bodies: SDP (RFC 8866), fragments of messages (RFC 3420), several of them (RFC 2046). Of all others only the
 * shape stays.
 */
#include "mask/masking.h"

#include <string.h>

#define DEEPEST 3

static gboolean is_one_of(sx_slice name, const char *const *names) {
    while (*names != NULL && !sx_slice_is(name, *names))
        names++;
    return *names != NULL;
}

/* The next line, without its end. */
static sx_span next_line(sx_span *rest) {
    gsize len = sx_span_find(*rest, '\n');
    sx_span line = {rest->p, len};
    *rest = sx_span_after(*rest, len + 1);
    if (line.len > 0 && line.p[line.len - 1] == '\r')
        line.len--;
    return line;
}

static sx_span next_word(sx_span *rest) {
    *rest = sx_span_trim(*rest);
    gsize len = sx_span_find(*rest, ' ');
    sx_span word = {rest->p, len};
    *rest = sx_span_after(*rest, len);
    return word;
}

/* ---- SDP ---- */

/* Words that are addresses or names; numbers and the words of the protocol stay. */
static void mask_addresses(sx_mask *mask, sx_span s) {
    static const char *const vocabulary[] = {
        "IN",      "IP4",        "IP6",        "UDP",          "TCP",   "TCP-PASS",
        "TCP-ACT", "typ",        "host",       "srflx",        "prflx", "relay",
        "raddr",   "rport",      "tcptype",    "active",       "ufrag", "passive",
        "so",      "generation", "network-id", "network-cost", NULL};
    while (s.len > 0) {
        sx_span word = next_word(&s);
        word.len = sx_span_find(word, '/'); /* of multicast: TTL and number */
        gsize digits = 0;
        while (digits < word.len && g_ascii_isdigit(word.p[digits]))
            digits++;
        if (sx_mask_ip_text(mask, word) == 0 && (digits < word.len || word.len > 12) &&
            !is_one_of(sx_span_slice(word), vocabulary))
            sx_mask_words(mask, word, SX_MASK_IDENTITY);
    }
}

static void mask_connection(sx_mask *mask, sx_span s) {
    next_word(&s); /* IN */
    next_word(&s); /* IP4 */
    s = sx_span_trim(s);
    s.len = sx_span_find(s, '/');
    sx_mask_words(mask, s, SX_MASK_IDENTITY);
}

static void mask_origin(sx_mask *mask, sx_span s) {
    sx_mask_words(mask, next_word(&s), SX_MASK_IDENTITY);
    next_word(&s); /* session */
    next_word(&s); /* version */
    mask_connection(mask, s);
}

/* All keys of a=crypto (RFC 4568), each up to its lifetime. */
static void mask_keys(sx_mask *mask, sx_span s) {
    static const char inline_[] = "inline:";
    while (s.len > 0) {
        s = sx_span_after(s, sx_slice_find(sx_span_slice(s), inline_, 0) + strlen(inline_));
        gsize len = 0;
        while (len < s.len && strchr("|; ", s.p[len]) == NULL)
            len++;
        sx_mask_words(mask, (sx_span){s.p, len}, SX_MASK_ONLY);
        s = sx_span_after(s, len);
    }
}

static void mask_attribute(sx_mask *mask, sx_span s) {
    static const char *const plain[] = {
        "rtpmap",    "fmtp",      "ptime",      "maxptime",    "setup",       "mid",
        "group",     "curr",      "des",        "conf",        "content",     "lang",
        "rtcp-fb",   "extmap",    "framesize",  "imageattr",   "sendrecv",    "sendonly",
        "recvonly",  "inactive",  "connection", "ice-options", "pcfg",        "acfg",
        "tcap",      "acap",      "csup",       "creq",        "silenceSupp", "quality",
        "framerate", "floorctrl", "charset",    "hlang-send",  "hlang-recv",  "direction",
        "3gOoBTC",   "gpmd",      "sqn",        "cdsc",        "cpar",        NULL};
    static const char *const addressed[] = {"rtcp", "candidate", "remote-candidates", "alt", NULL};
    gsize colon = sx_span_find(s, ':');
    sx_slice name = sx_span_slice(sx_span_trim((sx_span){s.p, colon}));
    sx_span value = sx_span_after(s, colon + 1);
    if (is_one_of(name, plain) || sx_slice_starts(name, "T38"))
        return;
    if (is_one_of(name, addressed)) {
        mask_addresses(mask, value);
    } else if (sx_slice_is(name, "crypto")) {
        mask_keys(mask, value);
    } else if (sx_slice_is(name, "fingerprint") || sx_slice_is(name, "ssrc")) {
        next_word(&value);
        sx_mask_words(mask, sx_span_after(value, sx_span_find(value, ':') + 1), SX_MASK_ONLY);
        sx_mask_words(mask, (sx_span){value.p, MIN(3, value.len)}, SX_MASK_ONLY);
    } else {
        sx_mask_words(mask, value, SX_MASK_ONLY);
    }
}

static void mask_sdp(sx_mask *mask, sx_span body) {
    while (body.len > 0) {
        sx_span line = next_line(&body);
        sx_span value = sx_span_after(line, 2);
        if (line.len < 2 || line.p[1] != '=') {
            sx_mask_blank(line);
            continue;
        }
        switch (line.p[0]) {
        case 'v':
        case 'm':
        case 'b':
        case 't':
        case 'r':
        case 'z': break;
        case 'o': mask_origin(mask, value); break;
        case 'c': mask_connection(mask, value); break;
        case 'a': mask_attribute(mask, value); break;
        case 'u':
        case 'e':
        case 'p': sx_mask_words(mask, value, SX_MASK_IDENTITY); break;
        default:
            if (mask->attacks)
                sx_mask_words(mask, value, SX_MASK_ONLY);
            else
                sx_mask_blank(value);
        }
    }
}

/* ---- several parts ---- */

/* The headers of a part; @return what follows them */
static sx_span mask_part_head(sx_mask *mask, sx_span part, sx_slice *type) {
    static const char content[] = "Content-";
    static const char content_type[] = "Content-Type:";
    while (part.len > 0) {
        sx_span line = next_line(&part);
        sx_slice text = sx_span_slice(line);
        if (line.len == 0)
            break;
        if (sx_slice_starts(text, content_type))
            *type = sx_slice_trim(sx_slice_after(text, strlen(content_type)));
        if (sx_is_space(line.p[0])) /* folded */
            sx_mask_features(mask, line);
        else if (!sx_slice_starts(text, content) || sx_slice_starts(text, "Content-ID") ||
                 sx_slice_starts(text, "Content-Description") ||
                 sx_slice_starts(text, "Content-Location"))
            sx_mask_words(mask, sx_span_after(line, sx_span_find(line, ':')), SX_MASK_ONLY);
        else
            sx_mask_features(mask, sx_span_after(line, sx_span_find(line, ':') + 1));
    }
    return part;
}

static gboolean is_boundary(sx_span line, sx_slice boundary) {
    return line.len >= boundary.len + 2 && line.p[0] == '-' && line.p[1] == '-' &&
           memcmp(line.p + 2, boundary.p, boundary.len) == 0;
}

static void mask_parts(sx_mask *mask, sx_span body, sx_slice boundary, guint depth) {
    gboolean in_part = FALSE;
    while (body.len > 0) {
        sx_span part = body;
        sx_span line = {body.p, 0};
        gboolean found = FALSE;
        while (body.len > 0 && !found) {
            line = next_line(&body);
            found = is_boundary(line, boundary);
        }
        part.len = (gsize)((found ? line.p : body.p) - part.p);
        if (in_part) {
            sx_slice type = {"text/plain", strlen("text/plain")};
            part = mask_part_head(mask, part, &type);
            sx_mask_body(mask, part, type, depth);
        } else {
            sx_mask_blank(part); /* before the first one */
        }
        in_part = TRUE;
    }
}

void sx_mask_body(sx_mask *mask, sx_span body, sx_slice type, guint depth) {
    sx_slice boundary;
    gboolean is_cut = sx_slice_starts(sx_span_slice(body), "v=0");
    if (depth >= DEEPEST)
        sx_mask_blank(body);
    else if (sx_slice_starts(type, "application/sdp") || (type.len == 0 && is_cut))
        mask_sdp(mask, body);
    else if (sx_slice_starts(type, "message/sip"))
        sx_mask_nested(mask, body, depth + 1);
    else if (sx_slice_starts(type, "multipart/") && sx_slice_param(type, "boundary", &boundary) &&
             boundary.len > 0)
        mask_parts(mask, body, boundary, depth + 1);
    else
        sx_mask_blank(body);
}
