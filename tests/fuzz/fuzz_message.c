/* SPDX-License-Identifier: GPL-2.0-or-later
 * Fuzzes the readers: any bytes as SIP messages, and every part of them as what it may be. All slices must lie inside
 * what was read.
 */
#include "calls/calls.h"
#include "check_sdp.h"
#include "details/mandatory.h"
#include "explanation/wrap.h"
#include "wire/body.h"
#include "wire/challenge.h"
#include "wire/message.h"
#include "wire/passport.h"
#include "wire/reason.h"
#include "wire/uri.h"

static void check_uri(sx_slice element) {
    guint8 ip[16];
    sx_uri uri;
    gboolean found = sx_uri_read(element, &uri);
    CHECK(found == (uri.scheme.len > 0));
    CHECK(is_inside(uri.scheme, element) && is_inside(uri.user, element));
    CHECK(is_inside(uri.host, element) && is_inside(uri.rest, element));
    CHECK(is_inside(sx_uri_display(element), element));
    CHECK(sx_uri_aor(&uri) != 0 && sx_uri_target(&uri) != 0);
    guint len = sx_uri_host_ip(uri.host, ip);
    CHECK(len == 0 || len == 4 || len == 16);
    CHECK(len == 0 || !(sx_ip_is_private(ip, len) && sx_ip_is_public(ip, len)));
    sx_host_is_private(uri.host);
}

static void check_pieces(sx_slice value) {
    static const char *const names[] = {"tag", "branch", "received", "expires", "cause", "text"};
    sx_slice rest = value;
    sx_slice piece;
    while (sx_slice_next_element(&rest, &piece)) {
        CHECK(is_inside(piece, value) && is_inside(rest, value));
        for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
            sx_slice found = {NULL, 0};
            if (sx_slice_param(piece, names[i], &found))
                CHECK(is_inside(found, piece));
        }
    }
}

static void check_passport(sx_slice value) {
    sx_passport passport;
    sx_passport_read(value, &passport);
    CHECK(is_inside(passport.info, value) && is_inside(passport.ppt, value));
    CHECK(memchr(passport.attest, '\0', sizeof passport.attest) != NULL);
    CHECK(memchr(passport.orig, '\0', sizeof passport.orig) != NULL);
    CHECK(memchr(passport.dest, '\0', sizeof passport.dest) != NULL);
}

static void check_rows(sx_slice value) {
    char *valid = g_utf8_make_valid(value.p, (gssize)value.len);
    sx_slice rest = {valid, strlen(valid)};
    sx_slice whole = rest;
    sx_slice row;
    while ((row = sx_wrap_next(&rest, G_MAXUINT, 20)).len > 0) {
        CHECK(row.len <= 20 && is_inside(row, whole) && is_inside(rest, whole));
        CHECK(g_utf8_validate(row.p, (gssize)row.len, NULL));
    }
    CHECK(rest.len == 0);
    g_free(valid);
}

/* A value in memory of its own, read as each of the things that headers hold. */
static void check_value(sx_slice value) {
    guint digits;
    sx_slice copy = exact_copy(value);
    check_uri(copy);
    check_pieces(copy);
    check_passport(copy);
    check_rows(copy);
    sx_passport_date(copy);
    sx_slice_number(copy, &digits);
    CHECK(digits <= copy.len);
    CHECK(sx_slice_head(copy, 7).len <= 7);
    free((char *)copy.p);
}

static void check_header(const sx_message *message, sx_header_id id) {
    sx_header_walk walk = {0};
    sx_slice value;
    guint n = 0;
    gboolean has = sx_message_has(message, id);
    CHECK(has == (message->count[id] > 0));
    CHECK(is_inside(sx_message_header(message, id), message->text));
    if (!has)
        return;
    CHECK(message->first[id] > 0 && message->first[id] < message->text.len);
    while (sx_message_next_value(message, id, &walk, &value)) {
        CHECK(is_inside(value, message->text));
        check_value(value);
        n++;
    }
    CHECK(n <= message->count[id]);
    walk = (sx_header_walk){0};
    while (sx_message_next_element(message, id, &walk, &value)) {
        CHECK(value.len > 0 && is_inside(value, message->text));
        if (id != SX_HDR_OTHER)
            check_value(value);
    }
    sx_message_has_token(message, id, "100rel");
}

static void check_challenges(const sx_message *message, sx_header_id id) {
    sx_header_walk walk = {0};
    sx_challenge c;
    char room[16];
    while (sx_challenge_next(message, id, &walk, &c)) {
        const sx_slice all[] = {c.scheme, c.realm, c.nonce, c.algorithm, c.qop, c.username, c.uri};
        for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
            CHECK(is_inside(all[i], message->text));
            sx_slice text = sx_challenge_unescape(all[i], room, sizeof room);
            CHECK(text.p == all[i].p ? text.len == all[i].len : text.len <= sizeof room);
        }
    }
}

static void check_reasons(const sx_message *message) {
    sx_header_walk walk = {0};
    sx_reason reason;
    while (sx_reason_next(message, &walk, &reason)) {
        CHECK(reason.protocol.len > 0 && is_inside(reason.protocol, message->text));
        CHECK(is_inside(reason.text, message->text) && is_inside(reason.location, message->text));
        CHECK(reason.cause >= -1);
    }
    CHECK(sx_reason_q850(message) >= -1);
    sx_reason_has(message, "SIP", 200);
}

static void check_description(sx_slice text) {
    sx_sdp sdp;
    sx_slice copy;
    check_sdp(text, &sdp, &copy);
    free((char *)copy.p);
}

/* The message once more, cut behind the last value of a header: nothing may be read behind it. */
static void check_cut_behind(const sx_message *message, sx_header_id id) {
    sx_header_walk walk = {0};
    sx_message cut;
    sx_slice value;
    sx_slice text = {message->text.p, 0};
    while (sx_message_next_value(message, id, &walk, &value))
        text.len = (gsize)(value.p + value.len - text.p);
    if (text.len == 0)
        return;
    sx_slice copy = exact_copy(text);
    if (sx_message_read(copy, SX_FRAMING_STREAM, &cut) > 0) {
        check_challenges(&cut, id);
        check_reasons(&cut);
    }
    free((char *)copy.p);
}

static void check_bodies(const sx_message *message) {
    static const char *const types[] = {"application/sdp", "message/sip", "application/pidf+xml"};
    sx_message fragment;
    sx_slice part;
    check_description(message->body);
    for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
        if (!sx_body_find(message, types[i], &part))
            continue;
        CHECK(is_inside(part, message->body));
        check_description(part);
    }
    if (sx_body_sipfrag(message, &fragment))
        CHECK(fragment.is_response && is_inside(fragment.text, message->body));
}

static void check_mandatory(const sx_message *message) {
    const sx_mandatory_rule *rule;
    sx_missing_set missing = message->is_response ? sx_mandatory_missing(message) : 0;
    if (missing != 0)
        CHECK(sx_missing_worst(missing) <= SX_MISSING_USELESS);
    while ((rule = sx_missing_next(&missing)) != NULL)
        CHECK(rule->what != NULL && rule->section != NULL);
}

static void check_message(const sx_message *message, sx_slice buffer) {
    static const sx_header_id challenges[] = {
        SX_HDR_WWW_AUTHENTICATE,
        SX_HDR_PROXY_AUTHENTICATE,
        SX_HDR_AUTHORIZATION,
        SX_HDR_PROXY_AUTHORIZATION,
    };
    sx_keys keys;
    sx_uri request_uri;
    CHECK(is_inside(message->text, buffer) && is_inside(message->body, message->text));
    CHECK(is_inside(message->code_digits, message->text));
    CHECK(is_inside(message->phrase, message->text) && is_inside(message->method, message->text));
    CHECK(is_inside(message->request_uri, message->text));
    CHECK(is_inside(message->cseq_method, message->text));
    CHECK(is_inside(sx_message_method(message), message->text));
    for (guint id = SX_HDR_OTHER + 1; id < SX_N_HDRS; id++)
        check_header(message, (sx_header_id)id);
    for (guint i = 0; i < G_N_ELEMENTS(challenges); i++) {
        check_challenges(message, challenges[i]);
        check_cut_behind(message, challenges[i]);
    }
    check_cut_behind(message, SX_HDR_REASON);
    check_value(message->request_uri);
    check_reasons(message);
    check_bodies(message);
    check_mandatory(message);
    sx_keys_read(message, &keys, &request_uri);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const sx_framing framings[] = {SX_FRAMING_REST, SX_FRAMING_STREAM};
    for (guint i = 0; i < G_N_ELEMENTS(framings); i++) {
        sx_slice buffer = {(const char *)data, size};
        sx_message message;
        gsize used;
        while ((used = sx_message_read(buffer, framings[i], &message)) > 0) {
            CHECK(used <= buffer.len);
            check_message(&message, buffer);
            buffer.p += used;
            buffer.len -= used;
        }
    }
    return 0;
}
