/* SPDX-License-Identifier: GPL-2.0-or-later
 * What stands in a filter, escaped for it.
 */
#include "report/filter.h"

#include "wire/uri.h"

#define MAX_VALUE 200 /* bytes of a value from the wire that are compared */

void sx_filter_append_string(GString *out, const char *text) {
    g_string_append_c(out, '"');
    for (; *text != '\0'; text++) {
        guchar c = (guchar)*text;
        if (c == '"' || c == '\\')
            g_string_append_printf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            g_string_append_printf(out, "\\x%02x", c);
        else
            g_string_append_c(out, (gchar)c);
    }
    g_string_append_c(out, '"');
}

/* Adds "FIELD == VALUE"; of a value that is too long, or that no constant can hold whole, that it begins so. */
static void append_equals(GString *out, const char *field, sx_slice value) {
    const char *nul = memchr(value.p, '\0', value.len);
    sx_slice head = {value.p, nul != NULL ? (gsize)(nul - value.p) : value.len};
    head = sx_slice_head(head, MAX_VALUE);
    char *text = g_utf8_make_valid(head.p, (gssize)head.len);
    g_string_append_printf(out, "%s %s ", field, head.len < value.len ? "contains" : "==");
    sx_filter_append_string(out, text);
    g_free(text);
}

/* Adds that user and host of the To are these. The name of a host has no case (RFC 3261 section 19.1.4). */
static gboolean append_address(GString *out, sx_slice to) {
    sx_uri uri;
    if (!sx_uri_read(to, &uri) || uri.host.len == 0)
        return FALSE;
    if (!sx_slice_is(uri.scheme, "sip") && !sx_slice_is(uri.scheme, "sips")) {
        append_equals(out, "sip.to.addr", sx_uri_text(to));
        return TRUE;
    }
    gboolean literal = memchr(uri.host.p, ':', uri.host.len) != NULL;
    char *lower = g_ascii_strdown(uri.host.p, (gssize)uri.host.len);
    char *host = g_strdup_printf(literal ? "[%s]" : "%s", lower);
    if (uri.user.len > 0)
        append_equals(out, "sip.to.user", uri.user);
    else
        g_string_append(out, "!sip.to.user");
    g_string_append(out, " && ");
    append_equals(out, "lower(sip.to.host)", (sx_slice){host, strlen(host)});
    g_free(host);
    g_free(lower);
    return TRUE;
}

char *sx_filter_of_conversation(const sx_message *message) {
    GString *out = g_string_new(NULL);
    if (message->known_method == SX_METHOD_REGISTER) {
        g_string_append(out, "sip.CSeq.method == \"REGISTER\" && ");
        if (append_address(out, sx_message_header(message, SX_HDR_TO)))
            return g_string_free(out, FALSE);
        g_string_truncate(out, 0);
    }
    sx_slice call_id = sx_message_header(message, SX_HDR_CALL_ID);
    if (call_id.len > 0)
        append_equals(out, "sip.Call-ID", call_id);
    return g_string_free(out, call_id.len == 0);
}
