/* SPDX-License-Identifier: GPL-2.0-or-later
 * Called numbers: how they are written, which form a server took, and what it does not know.
 */
#include <string.h>

#include "diagnose/family.h"
#include "diagnose/route.h"
#include "evidence.h"
#include "rules.h"

#define LAST_DIGITS 7
#define MANY_ACCEPTED 3 /* calls in one form that show what a server wants */

static const char *const form_names[SX_N_FORMS] = {
    [SX_FORM_OTHER] = "other",
    [SX_FORM_E164] = "+ and country code",
    [SX_FORM_00] = "00 and country code",
    [SX_FORM_0] = "national with leading 0",
    [SX_FORM_DIGITS] = "digits without prefix",
};

static sx_number_form form_of(sx_slice user) {
    gboolean plus = user.len > 0 && user.p[0] == '+';
    gsize digits = user.len - (plus ? 1 : 0);
    for (gsize i = plus ? 1 : 0; i < user.len; i++) {
        if (!g_ascii_isdigit(user.p[i]))
            return SX_FORM_OTHER;
    }
    if (plus)
        return digits >= 7 && digits <= 15 ? SX_FORM_E164 : SX_FORM_OTHER;
    if (digits >= 8 && memcmp(user.p, "00", 2) == 0)
        return SX_FORM_00;
    if (digits >= 7 && user.p[0] == '0')
        return SX_FORM_0;
    return digits >= 7 ? SX_FORM_DIGITS : SX_FORM_OTHER;
}

/* "user@host" of what stands in the message as it is. */
static char *join_target(sx_slice user, sx_slice host) {
    gsize at = user.len > 0 && host.len > 0 ? 1 : 0;
    char *target = g_malloc(user.len + at + host.len + 1);
    memcpy(target, user.p, user.len);
    target[user.len] = '@';
    memcpy(target + user.len + at, host.p, host.len);
    target[user.len + at + host.len] = '\0';
    return target;
}

/* The target as text: the user is cut first, so that evidence can tell it from the host. */
static char *target_text(sx_context *context, const sx_uri *uri, guint8 *user_len) {
    sx_slice raw_user = sx_slice_head(uri->user, SX_ROUTE_MAX_TEXT);
    sx_slice raw_host = sx_slice_head(uri->host, SX_ROUTE_MAX_TEXT);
    if (g_utf8_validate(raw_user.p, (gssize)raw_user.len, NULL) &&
        g_utf8_validate(raw_host.p, (gssize)raw_host.len, NULL)) {
        *user_len = (guint8)raw_user.len;
        return join_target(raw_user, raw_host);
    }
    const char *user = sx_context_copy(context, sx_slice_head(uri->user, SX_ROUTE_MAX_TEXT));
    const char *host = sx_context_copy(context, sx_slice_head(uri->host, SX_ROUTE_MAX_TEXT));
    gsize len = strlen(user);
    while (len > 255) /* replacement characters make it longer */
        len = (gsize)(g_utf8_find_prev_char(user, user + len) - user);
    *user_len = (guint8)len;
    if (*host == '\0')
        return g_strndup(user, len);
    return g_strdup_printf("%.*s%s%s", (int)len, user, len > 0 ? "@" : "", host);
}

void sx_route_learn_target(sx_context *context) {
    const sx_keys *keys = &context->seen.keys;
    const sx_uri *uri = &context->seen.request_uri;
    if (context->message->is_response || context->seen.repetition != SX_FIRST ||
        keys->to_tag != 0 ||
        (keys->method != SX_METHOD_INVITE && keys->method != SX_METHOD_MESSAGE) ||
        uri->scheme.len == 0)
        return;
    sx_route_kept *kept = sx_route_keep(context->seen.transaction);
    kept->target = target_text(context, uri, &kept->user_len);
    kept->user = sx_hash_slice(0, uri->user);
    kept->form = (guint8)form_of(uri->user);
    if (kept->form != SX_FORM_OTHER)
        kept->last_digits =
            sx_hash_slice(0, (sx_slice){uri->user.p + uri->user.len - LAST_DIGITS, LAST_DIGITS});
}

static guint64 number_key(const sx_transaction *t, guint form) {
    const sx_route_kept *kept = sx_route_kept_of(t);
    guint64 server = sx_hash_bytes(form, t->server->ip, t->server->ip_len);
    return sx_hash_number(server, kept->last_digits);
}

static void note_accepted(const sx_context *context, const sx_transaction *t, sx_route_kept *kept) {
    sx_route_server *server = sx_route_server_of(context, t->server, TRUE);
    kept->accepted = TRUE;
    if (server != NULL) {
        server->accepted[kept->form]++;
        server->accepted_frame[kept->form] = t->frame;
    }
    sx_route_remember(sx_route_memory_of(context)->numbers, number_key(t, kept->form), t->frame);
}

static void note_registration(const sx_context *context) {
    gboolean bound = sx_message_has(context->message, SX_HDR_CONTACT);
    if (context->seen.keys.to_aor != 0)
        sx_route_remember(sx_route_memory_of(context)->registrations, context->seen.keys.to_aor,
                          bound ? context->packet->frame : 0);
}

/* After the rules: which numbers a server takes, which it refuses, who is registered. */
void sx_route_learn_numbers(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    guint code = sx_context_code(context);
    if (t == NULL || code < 180 || context->seen.repetition != SX_FIRST)
        return;
    if (t->keys.method == SX_METHOD_REGISTER && code >= 200 && code < 300)
        note_registration(context);
    sx_route_kept *kept = sx_route_kept_of(t);
    if (t->keys.method != SX_METHOD_INVITE || kept == NULL || kept->form == SX_FORM_OTHER)
        return;
    if (code < 300 && code != 199 && !kept->accepted)
        note_accepted(context, t, kept);
    if (code == 404 || code == 484 || code == 604) {
        sx_route_server *server = sx_route_server_of(context, t->server, TRUE);
        if (server != NULL && server->refused[kept->form] == 0)
            server->refused[kept->form] = kept->user;
    }
}

/* The same number in another form rang at this server. */
static gboolean accepted_otherwise(const sx_context *context, const sx_transaction *t) {
    const sx_route_kept *kept = sx_route_kept_of(t);
    for (guint form = SX_FORM_E164; form < SX_N_FORMS; form++) {
        guint32 frame = form == kept->form ? 0
                                           : sx_route_recall(sx_route_memory_of(context)->numbers,
                                                             number_key(t, form));
        if (frame != 0) {
            sx_ev_route_number_format_same_number(context->out, form_names[form], frame);
            return TRUE;
        }
    }
    return FALSE;
}

/* All calls that rang at this server had numbers in one other form, and this is no single refusal. */
static gboolean accepts_one_form(const sx_context *context, const sx_route_server *server,
                                 const sx_route_kept *kept) {
    guint other = SX_FORM_OTHER;
    for (guint form = SX_FORM_E164; form < SX_N_FORMS; form++) {
        if (server->accepted[form] == 0)
            continue;
        if (other != SX_FORM_OTHER)
            return FALSE;
        other = form;
    }
    if (other == SX_FORM_OTHER || server->accepted[other] < MANY_ACCEPTED ||
        server->refused[kept->form] == 0 || server->refused[kept->form] == kept->user)
        return FALSE;
    sx_ev_route_number_format_other_numbers(context->out, server->accepted[other],
                                            form_names[other], server->accepted_frame[other]);
    return TRUE;
}

static const char *user_of(const sx_context *context, const sx_route_kept *kept) {
    return sx_route_scratch(context, g_strndup(kept->target, kept->user_len));
}

gboolean sx_rule_route_number_format(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_route_kept *kept = sx_route_kept_of(t);
    guint code = context->message->code;
    if ((code != 404 && code != 484 && code != 604) || kept == NULL ||
        kept->form == SX_FORM_OTHER || t->keys.to_tag != 0)
        return FALSE;
    const sx_route_server *server = sx_route_server_of(context, t->server, FALSE);
    if (server == NULL || server->accepted[kept->form] > 0)
        return FALSE;
    sx_ev_route_number_format_headline(context->out, user_of(context, kept));
    sx_ev_route_number_format_sent(context->out, user_of(context, kept), form_names[kept->form],
                                   t->frame);
    return accepted_otherwise(context, t) || accepts_one_form(context, server, kept);
}

static void add_not_found_target(sx_context *context, const sx_transaction *t,
                                 const sx_route_kept *kept) {
    const char *user = user_of(context, kept);
    const char *host = kept->target + kept->user_len;
    if (*host == '@')
        host++;
    if (*user != '\0')
        sx_ev_route_not_found_headline(context->out, user);
    sx_ev_route_not_found_target(context->out, user, host, t->frame);
    if (kept->form != SX_FORM_OTHER)
        sx_ev_route_not_found_form(context->out, form_names[kept->form]);
}

gboolean sx_rule_route_not_found(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_route_kept *kept = sx_route_kept_of(t);
    sx_uri to;
    guint code = context->message->code;
    if ((code != 404 && code != 604) || (t ? t->keys.to_tag != 0 : context->seen.dialog != NULL))
        return FALSE;
    if (kept != NULL && kept->target != NULL)
        add_not_found_target(context, t, kept);
    if ((kept == NULL || kept->user != 0) &&
        sx_uri_read(sx_message_header(context->message, SX_HDR_TO), &to) && to.user.len > 0 &&
        (kept == NULL || sx_hash_slice(0, to.user) != kept->user))
        sx_ev_route_not_found_to(
            context->out, sx_context_copy(context, sx_slice_head(to.user, SX_ROUTE_MAX_TEXT)));
    gint cause = sx_reason_q850(context->message);
    if (cause == 1 || cause == 3)
        sx_ev_route_not_found_cause(context->out, (guint64)cause);
    guint32 registered =
        sx_route_recall(sx_route_memory_of(context)->registrations, context->seen.keys.to_aor);
    if (registered != 0)
        sx_ev_route_not_found_registered(context->out, registered);
    if (t == NULL)
        sx_ev_route_not_found_orphan(context->out);
    return TRUE;
}

void sx_route_details(sx_context *context) {
    guint code = sx_context_code(context);
    const sx_transaction *t = context->seen.transaction;
    if ((code != 403 && code != 404 && code != 484 && code != 604) || t == NULL ||
        t->keys.method != SX_METHOD_INVITE || t->keys.to_tag != 0 ||
        context->seen.repetition != SX_FIRST)
        return;
    const sx_route_server *server = sx_route_server_of(context, t->server, FALSE);
    const sx_route_kept *kept = sx_route_kept_of(t);
    for (guint form = SX_FORM_E164; server != NULL && kept != NULL && form < SX_N_FORMS; form++) {
        if (form != kept->form && server->accepted[form] > 0)
            sx_ev_detail_identity_working(context->out, server->accepted[form], form_names[form],
                                          server->accepted_frame[form]);
    }
}
