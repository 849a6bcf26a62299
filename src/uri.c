/* SPDX-License-Identifier: GPL-2.0-or-later
 * SIP URIs and the addresses in them.
 */
#include "uri.h"

#include <arpa/inet.h>
#include <string.h>

#include "keyed_hash.h"

/* What stands inside the angle brackets, else the element up to its parameters. */
static sx_slice addr_spec(sx_slice element) {
    gboolean quoted = FALSE;
    gsize start = 0;
    if (memchr(element.p, '"', element.len) == NULL) {
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

static sx_slice cut(sx_slice *rest, gsize at, gsize skip) {
    sx_slice head = {rest->p, at};
    rest->p += MIN(at + skip, rest->len);
    rest->len -= MIN(at + skip, rest->len);
    return head;
}

/* Where the first of these characters stands; s.len if nowhere. One fast search a character beats a loop. */
static gsize index_of(sx_slice s, const char *any) {
    for (; *any != '\0'; any++) {
        const char *found = memchr(s.p, *any, s.len);
        if (found != NULL)
            s.len = (gsize)(found - s.p);
    }
    return s.len;
}

static void read_host_port(sx_slice s, sx_uri *uri) {
    guint digits;
    if (s.len > 0 && s.p[0] == '[') {
        cut(&s, 0, 1);
        uri->host = cut(&s, index_of(s, "]"), 1);
    } else {
        uri->host = cut(&s, index_of(s, ":"), 0);
    }
    if (s.len > 1 && s.p[0] == ':') {
        guint32 port = sx_slice_number((sx_slice){s.p + 1, s.len - 1}, &digits);
        uri->port = port == 5060 || port > 65535 ? 0 : (guint16)port;
    }
}

gboolean sx_uri_read(sx_slice element, sx_uri *uri) {
    sx_slice s = addr_spec(element);
    memset(uri, 0, sizeof *uri);
    uri->scheme = uri->user = uri->host = uri->rest = (sx_slice){s.p, 0};
    gsize colon = index_of(s, ":;@<>\" ");
    if (colon == 0 || colon >= s.len || s.p[colon] != ':')
        return FALSE;
    uri->scheme = cut(&s, colon, 1);
    const char *at = memchr(s.p, '@', s.len);
    if (sx_slice_is(uri->scheme, "tel")) {
        uri->user = cut(&s, index_of(s, ";?"), 0);
        uri->rest = s;
        return TRUE;
    }
    if (at != NULL) {
        sx_slice userinfo = cut(&s, (gsize)(at - s.p), 1);
        uri->user = (sx_slice){userinfo.p, index_of(userinfo, ":;")};
    }
    read_host_port(cut(&s, index_of(s, ";?> "), 0), uri);
    uri->rest = s;
    return TRUE;
}

guint64 sx_uri_aor(const sx_uri *uri) {
    return sx_hash_lower(sx_hash_slice(0, uri->user), uri->host);
}

guint64 sx_uri_target(const sx_uri *uri) {
    return sx_hash_number(sx_uri_aor(uri), uri->port);
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

guint sx_uri_host_ip(sx_slice host, guint8 ip[16]) {
    char text[64];
    if (host.len == 0 || host.len >= sizeof text)
        return 0;
    memcpy(text, host.p, host.len);
    text[host.len] = '\0';
    if (inet_pton(AF_INET, text, ip) == 1)
        return 4;
    return inet_pton(AF_INET6, text, ip) == 1 ? 16 : 0;
}

static gboolean in_net4(const guint8 *ip, guint32 net, guint bits) {
    guint32 address = (guint32)ip[0] << 24 | (guint32)ip[1] << 16 | (guint32)ip[2] << 8 | ip[3];
    return (address ^ net) >> (32 - bits) == 0;
}

static gboolean is_mapped(const guint8 *ip) {
    static const guint8 prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return memcmp(ip, prefix, sizeof prefix) == 0;
}

gboolean sx_ip_is_private(const guint8 *ip, guint len) {
    static const guint8 zero[16] = {0};
    if (len == 4)
        return in_net4(ip, 0x0a000000, 8) || in_net4(ip, 0xac100000, 12) ||
               in_net4(ip, 0xc0a80000, 16) || in_net4(ip, 0x64400000, 10) ||
               in_net4(ip, 0x7f000000, 8) || in_net4(ip, 0xa9fe0000, 16) ||
               memcmp(ip, zero, 4) == 0;
    if (len != 16)
        return FALSE;
    if (is_mapped(ip))
        return sx_ip_is_private(ip + 12, 4);
    return (memcmp(ip, zero, 15) == 0 && ip[15] <= 1) ||
           (ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80) || (ip[0] & 0xfe) == 0xfc;
}

gboolean sx_ip_is_public(const guint8 *ip, guint len) {
    if (len == 4)
        return !sx_ip_is_private(ip, 4) && ip[0] != 0 && ip[0] < 224;
    if (len == 16 && is_mapped(ip))
        return sx_ip_is_public(ip + 12, 4);
    return len == 16 && !sx_ip_is_private(ip, 16) && ip[0] != 0xff;
}

gboolean sx_host_is_private(sx_slice host) {
    guint8 ip[16];
    guint len = sx_uri_host_ip(host, ip);
    if (len > 0)
        return sx_ip_is_private(ip, len);
    if (sx_slice_is(host, "localhost"))
        return TRUE;
    const char *invalid = ".invalid";
    gsize tail = strlen(invalid);
    return host.len >= tail && g_ascii_strncasecmp(host.p + host.len - tail, invalid, tail) == 0;
}
