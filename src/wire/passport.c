/* SPDX-License-Identifier: GPL-2.0-or-later
 * PASSporT: header.claims.signature, each base64url (RFC 8225 section 4).
 */
#include "wire/passport.h"

#include <stdio.h>
#include <string.h>

#define MAX_CLAIMS 1024 /* decoded bytes that are looked at */

static gint base64url_value(char c) {
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '-' || c == '+')
        return 62;
    return c == '_' || c == '/' ? 63 : -1;
}

static gsize decode(sx_slice text, char *room, gsize size) {
    guint bits = 0;
    guint32 pending = 0;
    gsize used = 0;
    for (gsize i = 0; i < text.len && used < size; i++) {
        gint value = base64url_value(text.p[i]);
        if (value < 0)
            break;
        pending = (pending << 6 | (guint32)value) & 0xFFFF;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            room[used++] = (char)(pending >> bits & 0xFF);
        }
    }
    return used;
}

/* What stands behind "name" and its colon; empty if the name is not there. */
static sx_slice value_of(sx_slice json, const char *name) {
    gsize len = strlen(name);
    for (gsize i = 0; i + len + 2 < json.len; i++) {
        if (json.p[i] != '"' || memcmp(json.p + i + 1, name, len) != 0 ||
            json.p[i + 1 + len] != '"')
            continue;
        sx_slice rest = sx_slice_trim((sx_slice){json.p + i + len + 2, json.len - i - len - 2});
        if (rest.len == 0 || rest.p[0] != ':')
            continue;
        return sx_slice_trim(sx_slice_after(rest, 1));
    }
    return (sx_slice){json.p, 0};
}

/* Copies the string, or the first one of an array, at the start of a value. */
static void copy_string(sx_slice value, char *room, gsize size) {
    gsize used = 0;
    gsize at = 0;
    while (at < value.len && value.p[at] != '"' && (value.p[at] == '[' || value.p[at] == ' '))
        at++;
    if (at >= value.len || value.p[at] != '"')
        return;
    for (at++; at < value.len && value.p[at] != '"' && used + 1 < size; at++) {
        if (g_ascii_isprint(value.p[at]))
            room[used++] = value.p[at];
    }
    room[used] = '\0';
}

static void copy_party(sx_slice claims, const char *name, char *room, gsize size) {
    sx_slice party = value_of(claims, name);
    const char *end = party.len > 0 ? memchr(party.p, '}', party.len) : NULL;
    if (end != NULL)
        party.len = (gsize)(end - party.p);
    copy_string(value_of(party, "tn"), room, size);
    if (room[0] == '\0')
        copy_string(value_of(party, "uri"), room, size);
}

void sx_passport_read(sx_slice identity, sx_passport *passport) {
    char room[MAX_CLAIMS];
    guint digits;
    memset(passport, 0, sizeof *passport);
    passport->info = passport->ppt = (sx_slice){identity.p, 0};
    if (sx_slice_param(identity, "info", &passport->info) && passport->info.len >= 2 &&
        passport->info.p[0] == '<') {
        passport->info.p++;
        passport->info.len -= 2;
    }
    sx_slice_param(identity, "ppt", &passport->ppt);
    const char *dot = identity.len > 0 ? memchr(identity.p, '.', identity.len) : NULL;
    if (dot == NULL)
        return;
    sx_slice rest = {dot + 1, identity.len - (gsize)(dot + 1 - identity.p)};
    sx_slice claims = {room, decode(rest, room, sizeof room)};
    passport->issued = sx_slice_number(value_of(claims, "iat"), &digits);
    copy_string(value_of(claims, "attest"), passport->attest, sizeof passport->attest);
    copy_party(claims, "orig", passport->orig, sizeof passport->orig);
    copy_party(claims, "dest", passport->dest, sizeof passport->dest);
}

gint64 sx_passport_date(sx_slice date) {
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char text[40];
    char month[4];
    int day, year, hour, minute, second;
    gint64 seconds = 0;
    date = sx_slice_trim(date);
    if (date.len >= sizeof text || date.len < 20)
        return 0;
    memcpy(text, date.p, date.len);
    text[date.len] = '\0';
    if (sscanf(text, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d", &day, month, &year, &hour,
               &minute, &second) != 6 ||
        strlen(month) != 3)
        return 0;
    const char *found = strstr(months, month);
    if (found == NULL || (found - months) % 3 != 0)
        return 0;
    GDateTime *when =
        g_date_time_new_utc(year, (gint)(found - months) / 3 + 1, day, hour, minute, second);
    if (when != NULL) {
        seconds = g_date_time_to_unix(when);
        g_date_time_unref(when);
    }
    return MAX(seconds, 0);
}
