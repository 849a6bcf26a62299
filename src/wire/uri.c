/* SPDX-License-Identifier: GPL-2.0-or-later
 * SIP URIs and the addresses in them.
 */
#include "wire/uri.h"

#include <string.h>

#include "wire/keyed_hash.h"

/* What stands inside the angle brackets, else the whole element. */
static sx_slice addr_spec(sx_slice element) {
    gboolean quoted = FALSE;
    gsize start = 0;
    if (element.len > 0 && element.p[0] == '<') {
        /* the usual case */
    } else if (memchr(element.p, '"', element.len) == NULL) {
        const char *angle = memchr(element.p, '<', element.len);
        start = angle ? (gsize)(angle - element.p) : element.len;
    }
    for (; start < element.len && (quoted || element.p[start] != '<'); start++) {
        if (quoted && element.p[start] == '\\')
            start++;
        else if (element.p[start] == '"')
            quoted = !quoted;
    }
    if (start >= element.len)
        return sx_slice_trim(element);
    sx_slice inside = {element.p + start + 1, element.len - start - 1};
    const char *end = memchr(inside.p, '>', inside.len);
    if (end != NULL)
        inside.len = (gsize)(end - inside.p);
    return inside;
}

sx_slice sx_uri_text(sx_slice element) {
    sx_slice text = addr_spec(element);
    gboolean bracketed = text.p > element.p && text.p[-1] == '<';
    const char *semicolon = bracketed ? NULL : memchr(text.p, ';', text.len);
    return (sx_slice){text.p, semicolon ? (gsize)(semicolon - text.p) : text.len};
}

static sx_slice cut(sx_slice *rest, gsize at, gsize skip) {
    sx_slice head = {rest->p, at};
    rest->p += MIN(at + skip, rest->len);
    rest->len -= MIN(at + skip, rest->len);
    return head;
}

/* What ends a part of a URI. */
enum { ENDS_SCHEME = 1, ENDS_USER = 2, ENDS_TEL = 4, ENDS_ADDRESS = 8, ENDS_HOST = 16 };
static const guint8 ends[256] = {
    [':'] = ENDS_SCHEME | ENDS_USER | ENDS_HOST,
    [';'] = ENDS_SCHEME | ENDS_USER | ENDS_TEL | ENDS_ADDRESS,
    ['@'] = ENDS_SCHEME,
    ['<'] = ENDS_SCHEME,
    ['>'] = ENDS_SCHEME | ENDS_ADDRESS,
    ['"'] = ENDS_SCHEME,
    [' '] = ENDS_SCHEME | ENDS_ADDRESS,
    ['?'] = ENDS_TEL | ENDS_ADDRESS,
};

/* Where the first character that ends such a part stands; s.len if nowhere. */
static gsize end_of(sx_slice s, guint what) {
    if (s.len == 0)
        return 0;
    const char *p = s.p;
    const char *end = s.p + s.len;
    while (p < end && (ends[(guchar)*p] & what) == 0)
        p++;
    return (gsize)(p - s.p);
}

/* Reads host and port, and takes them off the front of the rest. */
static void read_host_port(sx_slice *rest, sx_uri *uri) {
    guint digits;
    sx_slice s = *rest;
    if (s.len > 0 && s.p[0] == '[') {
        s = cut(rest, end_of(s, ENDS_ADDRESS), 0);
        cut(&s, 0, 1);
        const char *close = memchr(s.p, ']', s.len);
        uri->host = cut(&s, close ? (gsize)(close - s.p) : s.len, 1);
    } else {
        uri->host = cut(rest, end_of(s, ENDS_HOST | ENDS_ADDRESS), 0);
        s = cut(rest, end_of(*rest, ENDS_ADDRESS), 0);
    }
    if (s.len > 1 && s.p[0] == ':') {
        guint32 port = sx_slice_number(sx_slice_after(s, 1), &digits);
        uri->port = port == 5060 || port > 65535 ? 0 : (guint16)port;
    }
}

gboolean sx_uri_read(sx_slice element, sx_uri *uri) {
    sx_slice s = addr_spec(element);
    memset(uri, 0, sizeof *uri);
    uri->scheme = uri->user = uri->host = uri->rest = (sx_slice){s.p, 0};
    gsize colon = s.len > 4 && memcmp(s.p, "sip:", 4) == 0 ? 3 : end_of(s, ENDS_SCHEME);
    if (colon == 0 || colon >= s.len || s.p[colon] != ':')
        return FALSE;
    uri->scheme = cut(&s, colon, 1);
    if (colon == 3 && (uri->scheme.p[0] | 0x20) == 't' && sx_slice_is(uri->scheme, "tel")) {
        uri->user = cut(&s, end_of(s, ENDS_TEL), 0);
        uri->rest = s;
        return TRUE;
    }
    const char *at = memchr(s.p, '@', s.len);
    if (at != NULL) {
        sx_slice userinfo = cut(&s, (gsize)(at - s.p), 1);
        uri->user = (sx_slice){userinfo.p, end_of(userinfo, ENDS_USER)};
    }
    read_host_port(&s, uri);
    uri->rest = s;
    return TRUE;
}

guint64 sx_uri_aor(const sx_uri *uri) {
    return sx_hash_lower(sx_hash_slice(0, uri->user), uri->host);
}

guint64 sx_uri_target(const sx_uri *uri) {
    return sx_hash_number(sx_uri_aor(uri), uri->port);
}

guint16 sx_uri_port(const sx_uri *uri) {
    sx_slice transport;
    const char *host_end = uri->host.p + uri->host.len;
    gboolean is_given = uri->rest.p - host_end > 1; /* more than the bracket of an IPv6 address */
    gboolean tls =
        sx_slice_is(uri->scheme, "sips") ||
        (sx_slice_param(uri->rest, "transport", &transport) && sx_slice_is(transport, "tls"));
    if (uri->port != 0)
        return uri->port;
    return tls && !is_given ? 5061 : 5060;
}

sx_slice sx_uri_display(sx_slice element) {
    sx_slice spec = addr_spec(element);
    gsize before = (gsize)(spec.p - element.p);
    if (before == 0 || spec.p[-1] != '<')
        return (sx_slice){element.p, 0};
    sx_slice name = sx_slice_trim((sx_slice){element.p, before - 1});
    if (name.len >= 2 && name.p[0] == '"' && name.p[name.len - 1] == '"') {
        name.p++;
        name.len -= 2;
    }
    return name;
}

gboolean sx_uri_is_host(sx_slice host, const guint8 *ip, guint ip_len) {
    guint8 own[16];
    guint len = sx_uri_host_ip(host, own);
    return len != 0 && len == ip_len && memcmp(own, ip, len) == 0;
}

/* Rules out what neither begins like a private address nor ends like a private name, without reading it. */
static gboolean may_be_private(sx_slice host) {
    if (host.len < 2)
        return FALSE;
    char first = host.p[0];
    char last = (char)(host.p[host.len - 1] | 0x20);
    if (last == 'd' || last == 't' || first < '1' || first == ':' || (first | 0x20) == 'f')
        return TRUE; /* .invalid, localhost, 0.0.0.0, IPv6 */
    if (first != '1')
        return FALSE;
    switch (host.p[1]) {
    case '0':              /* 10., 100. */
    case '2':              /* 127. */
    case '6':              /* 169. */
    case '7': return TRUE; /* 172. */
    case '9': return host.len > 8 && memcmp(host.p, "192.168.", 8) == 0;
    default: return FALSE;
    }
}

gboolean sx_host_is_private(sx_slice host) {
    guint8 ip[16];
    if (!may_be_private(host))
        return FALSE;
    guint len = sx_uri_host_ip(host, ip);
    if (len > 0)
        return sx_ip_is_private(ip, len);
    if (sx_slice_is(host, "localhost"))
        return TRUE;
    const char *invalid = ".invalid";
    gsize tail = strlen(invalid);
    return host.len >= tail && g_ascii_strncasecmp(host.p + host.len - tail, invalid, tail) == 0;
}
