/* SPDX-License-Identifier: GPL-2.0-or-later
 * SQL and script in what a request says: meant for the database or the web page of the PBX, not for a SIP peer.
 */
#include "diagnose/policy/policy_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/keyed_hash.h"

#define MAX_LOOKED_AT 4096 /* bytes of a text */
#define AROUND 12          /* bytes shown before what was found */

/** Attached to a request that has such a text. */
typedef struct {
    const char *where; /* header, or "SDP" */
    const char *text;  /* lives as long as the findings */
} injection;

static const sx_attachment_kind kind = {sizeof(injection), NULL};

/* Blanks as they are written in URIs too. */
#define BLANK "(?:\\s|%20|\\+|/\\*.{0,20}\\*/)"
#define QUOTE "(?:'|%27)"
/* clang-format off */
static const char pattern[] =
    QUOTE BLANK "*\\)*" BLANK "*(?:or|and)\\b" BLANK "*[^=\"<>;]{0,40}=|"
    QUOTE BLANK "*\\)*" BLANK "*(?:--|#|/\\*)" BLANK "*(?:[\"@]|$)|"
    QUOTE BLANK "*\\)*" BLANK "*;" BLANK "*(?:drop|insert|update|delete|select|exec|shutdown)\\b|"
    "(?<![a-z])union" BLANK "+(?:all" BLANK "+)?select\\b|"
    QUOTE ".{0,20}\\b(?:sleep|pg_sleep|benchmark|waitfor)\\b" BLANK "*(?:\\(|delay)|"
    "(?:<|%3c)" BLANK "*/?script\\b|\\bjavascript:|\\bon(?:error|load)" BLANK "*=|\\$\\{jndi:";
/* clang-format on */

static GRegex *compiled(void) {
    static GRegex *regex;
    if (g_once_init_enter(&regex)) {
        GRegex *made = g_regex_new(pattern, G_REGEX_CASELESS | G_REGEX_OPTIMIZE | G_REGEX_RAW,
                                   (GRegexMatchFlags)0, NULL);
        g_once_init_leave(&regex, made);
    }
    return regex;
}

/** An attack in a message. */
typedef struct {
    const char *where;
    sx_slice text; /* from a little before what was found */
} found_text;

/* Looks through one text. */
static gboolean look_at(const char *where, sx_slice text, found_text *found) {
    GMatchInfo *match = NULL;
    gint begin;
    text.len = MIN(text.len, MAX_LOOKED_AT);
    gboolean is_found = text.len > 0 && g_regex_match_full(compiled(), text.p, (gssize)text.len, 0,
                                                           (GRegexMatchFlags)0, &match, NULL);
    if (is_found && g_match_info_fetch_pos(match, 0, &begin, NULL)) {
        gsize from = (gsize)begin > AROUND ? (gsize)begin - AROUND : 0;
        *found = (found_text){where, sx_slice_trim(sx_slice_after(text, from))};
    }
    if (match != NULL)
        g_match_info_free(match);
    return is_found;
}

static gboolean has(sx_slice text, char c) {
    return text.len > 0 && memchr(text.p, c, text.len) != NULL;
}

/* Whether a tag of a page may begin in a name-addr: what follows its bracket is the scheme of a URI. */
static gboolean may_have_tag(sx_slice value) {
    const char *open = value.len > 1 ? memchr(value.p, '<', value.len - 1) : NULL;
    if (open == NULL)
        return FALSE;
    return (open[1] | 0x20) != 's' || (open + 2 < value.p + value.len && (open[2] | 0x20) == 'c');
}

static gboolean is_suspicious(const sx_message *message) {
    gsize headers =
        message->body.len > 0 ? (gsize)(message->body.p - message->text.p) : message->text.len;
    sx_slice text = {message->text.p, headers};
    return has(text, '\'') || has(text, '$') || has(text, '%') ||
           may_have_tag(sx_message_header(message, SX_HDR_FROM)) ||
           may_have_tag(sx_message_header(message, SX_HDR_TO)) ||
           has(sx_message_header(message, SX_HDR_USER_AGENT), '<');
}

/* Looks through what a request says of itself; a response repeats it. */
static gboolean find(const sx_message *message, found_text *found) {
    static const sx_header_id headers[] = {SX_HDR_FROM, SX_HDR_TO, SX_HDR_CONTACT,
                                           SX_HDR_USER_AGENT, SX_HDR_CALL_ID};
    if (is_suspicious(message)) {
        if (look_at("Request-URI", message->request_uri, found))
            return TRUE;
        for (guint i = 0; i < G_N_ELEMENTS(headers); i++) {
            if (look_at(sx_header_name(headers[i]), sx_message_header(message, headers[i]), found))
                return TRUE;
        }
    }
    return message->known_method == SX_METHOD_INVITE &&
           (has(message->body, '<') || has(message->body, '\'')) &&
           look_at("SDP", message->body, found);
}

gboolean sx_policy_is_injection(const sx_message *message) {
    found_text found;
    return find(message, &found);
}

void sx_policy_learn_injection(sx_context *context) {
    found_text found;
    if (!find(context->message, &found))
        return;
    injection *noted = (injection *)sx_attachment_make(&context->seen.transaction->attached, &kind);
    noted->where = found.where;
    noted->text = sx_findings_text(context->out, found.text, SX_SHOWN);
}

static const injection *injection_of(const sx_context *context) {
    return (const injection *)SX_ATTACHED(context->seen.transaction, &kind);
}

gboolean sx_rule_policy_injection(sx_context *context) {
    const injection *found = injection_of(context);
    if (found == NULL)
        return FALSE;
    sx_ev_policy_injection_text(context->out, found->where, context->seen.transaction->frame,
                                found->text);
    sx_ev_policy_injection_source(context->out,
                                  sx_context_place(context, context->seen.transaction->client, 0));
    return TRUE;
}

gboolean sx_rule_policy_injection_accepted(sx_context *context) {
    const injection *found = injection_of(context);
    if (found == NULL)
        return FALSE;
    sx_ev_policy_injection_accepted_text(context->out, found->where,
                                         context->seen.transaction->frame, found->text);
    sx_ev_policy_injection_accepted_source(
        context->out, sx_context_place(context, context->seen.transaction->client, 0));
    return TRUE;
}
