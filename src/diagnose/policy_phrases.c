/* SPDX-License-Identifier: GPL-2.0-or-later
 * Tables of makers' own numbers and phrases. One row a number or phrase; more may be added at any place.
 */
#include <string.h>

#include "diagnose/policy.h"
#include "evidence.h"
#include "knowledge/knowledge.h"

#define MAX_SHOWN 160

/** A number of Microsoft Teams Direct Routing. */
typedef struct {
    guint32 first, last;
    const char *meaning;
} teams_code;

/* Ranges behind single numbers: the first row that fits counts. */
static const teams_code teams_codes[] = {
    {1106, 1106, "no ACK arrived for the 200 to INVITE"},
    {10037, 10037, "the user has no client that is signed in and can take the call"},
    {500001, 500001, "the SBC did not answer in time, the call was ended by the failover timer"},
    {510482, 510482, "the call came back to Teams too often: a routing loop with the SBC"},
    {510532, 510532, "the trunk name (FQDN) in Contact or Record-Route is not known to any tenant"},
    {511404, 511404, "the called number is not assigned; numbers must match with + in E.164 form"},
    {531000, 531000, "offer and answer do not fit: SDP with missing or unsupported lines"},
    {531004, 531004, "ICE connectivity checks failed: no media path could be set up"},
    {531005, 531005, "the media path broke during the call"},
    {531027, 531027, "the SDP lacks the candidates that media bypass (ICE lite) needs"},
    {531052, 531052, "the SDP holds with address 0.0.0.0, which is not supported"},
    {569002, 569002, "no connection to the SBC"},
    {510000, 519999, "routing: trunk name, tenant, number or permission of the user"},
    {531000, 531999, "media: SDP, SRTP or ICE"},
    {540000, 540999, "syntax: a SIP message that Teams does not accept"},
    {549000, 549999, "syntax: a SIP message that Teams does not accept"},
    {560000, 560999, "the SBC gave this final answer; the last three digits are its SIP code"},
    {569000, 569999, "connection to the SBC: TLS, certificate or DNS"},
    {500000, 599999, "a number of Microsoft; 56 in front: the SBC or the way to it"},
    /* known to occur, without a text of their own */
    {10140, 10140, "a number of Microsoft"},
    {10191, 10191, "a number of Microsoft"},
    {10199, 10199, "a number of Microsoft"},
    {10202, 10202, "a number of Microsoft"},
    {10320, 10320, "a number of Microsoft"},
};

static const teams_code *teams_code_of(guint32 number) {
    for (guint i = 0; i < G_N_ELEMENTS(teams_codes); i++) {
        if (number >= teams_codes[i].first && number <= teams_codes[i].last)
            return &teams_codes[i];
    }
    return NULL;
}

/* Digits next to these are part of something longer: a name, an address, a GUID. */
static gboolean joins(char c) {
    return g_ascii_isalnum(c) || c == '_' || c == '-' || c == '.';
}

/* The first number in the text that stands for itself and is in the table. */
static const teams_code *find_teams_code(const char *text, guint32 *number) {
    for (const char *p = text; *p != '\0';) {
        guint digits = 0;
        if (!g_ascii_isdigit(*p) || (p > text && joins(p[-1]))) {
            p++;
            continue;
        }
        guint32 value = 0;
        while (g_ascii_isdigit(p[digits])) {
            value = digits < 7 ? value * 10 + (guint32)(p[digits] - '0') : 0;
            digits++;
        }
        const teams_code *code = teams_code_of(value);
        p += digits;
        if (code == NULL || (joins(*p) && *p != '.') || digits > 6)
            continue;
        *number = value;
        return code;
    }
    return NULL;
}

static gboolean is_from_teams(const sx_message *message) {
    static const sx_header_id headers[] = {SX_HDR_SERVER, SX_HDR_USER_AGENT, SX_HDR_VIA,
                                           SX_HDR_CONTACT, SX_HDR_RECORD_ROUTE};
    for (guint i = 0; i < G_N_ELEMENTS(headers); i++) {
        sx_slice value = sx_message_header(message, headers[i]);
        if (sx_policy_contains(value, "microsoft", FALSE) ||
            sx_policy_contains(value, "pstnhub", FALSE))
            return TRUE;
    }
    return FALSE;
}

/* Whether sx_context_text() may hold a number at all: in the usual answer there is only a phrase without one. */
static gboolean may_hold_number(const sx_message *message) {
    for (gsize i = 0; i < message->phrase.len; i++) {
        if (g_ascii_isdigit(message->phrase.p[i]))
            return TRUE;
    }
    return sx_message_has(message, SX_HDR_REASON) || sx_message_has(message, SX_HDR_WARNING);
}

gboolean sx_vendor_teams_code(sx_context *context) {
    const sx_message *message = context->message;
    sx_slice diagnostics = sx_message_header(message, SX_HDR_MS_DIAGNOSTICS);
    guint32 number = 0;
    const teams_code *code = NULL;
    if (may_hold_number(message) && is_from_teams(message))
        code = find_teams_code(sx_context_text(context), &number);
    if (code == NULL && diagnostics.len == 0)
        return FALSE;
    if (message->code == 401 || message->code == 407)
        context->severity = SX_SEVERITY_CHAT; /* a challenge: the login goes on */
    if (code != NULL) {
        sx_ev_vendor_teams_code_headline(context->out, number);
        sx_ev_vendor_teams_code_number(context->out, number, code->meaning);
    }
    if (diagnostics.len > 0)
        sx_ev_vendor_teams_code_diagnostics(
            context->out, sx_context_copy(context, sx_slice_head(diagnostics, MAX_SHOWN)));
    return TRUE;
}

/** A phrase of a maker. */
typedef struct {
    guint16 code;       /* 0: any */
    const char *phrase; /* regular expression, lower case */
    const char *
        product; /* in Server or User-Agent, lower case; NULL: any, if the phrase is clear enough */
    const char *maker;
    const char *meaning;
} vendor_phrase;

static const vendor_phrase phrases[] = {
    {403, "\\bd[123]\\s*\\)?$", NULL, "Telnyx",
     "limit of concurrent calls of account, profile or trunk"},
    {403, "\\bd1[0-7]\\s*\\)?$", NULL, "Telnyx",
     "destination, header, trunk or voice profile is not allowed or disabled"},
    {404, "\\bd18\\s*\\)?$", NULL, "Telnyx", "the SIP connection is not active"},
    {404, "\\bd19\\s*\\)?$", NULL, "Telnyx", "the account is blocked: look at billing"},
    {480, "\\bd21\\s*\\)?$", NULL, "Telnyx", "no destination belongs to this number"},
    {403, "\\bd22\\s*\\)?$", NULL, "Telnyx", "limit of channels of number, connection or profile"},
    {403, "\\bd24\\s*\\)?$", NULL, "Telnyx",
     "the price per minute is above the maximum of the voice profile"},
    {403, "\\bd2[5-9]\\s*\\)?$", NULL, "Telnyx", "login or connection could not be validated"},
    {403, "\\bd35\\s*\\)?$", NULL, "Telnyx", "the caller ID is no number in +E.164 form"},
    {403, "\\bd36\\s*\\)?$", NULL, "Telnyx", "the caller ID is a number of another account"},
    {403, "\\bd38\\s*\\)?$", NULL, "Telnyx", "the connection has no outbound voice profile"},
    {404, "\\bd40\\s*\\)?$", NULL, "Telnyx", "the destination exists, but there is no route to it"},
    {0, "no international permission", NULL, "Twilio",
     "the account may not call this country: see its geographic permissions"},
    {0, "caller id is unauthorized|number.* unverified", NULL, "Twilio",
     "the caller ID is neither bought nor verified in the account"},
    {404, "no trunk found", NULL, "LiveKit", "no trunk or dispatch rule fits the called number"},
    {404, "no route to call target", NULL, "Yate",
     "no route of the dial plan fits the called number"},
    {404, "no mailbox", NULL, "Asterisk", "the user has no voice mailbox that can be watched"},
    {0,
     "(insufficient|not enough|no|out of|low) (credit|balance|funds)|"
     "(credit|balance) (is )?(too low|exhausted|insufficient)",
     NULL, "A prepaid platform", "the account has no credit left for this call"},
    {404, "^not here$", "kamailio|opensips", "Kamailio and OpenSIPS configurations",
     "the domain of the Request-URI is not served here, or nobody is registered"},
};

gboolean sx_vendor_phrase_hint(sx_context *context) {
    const sx_message *message = context->message;
    sx_slice phrase = sx_slice_head(sx_slice_trim(message->phrase), MAX_SHOWN);
    if (phrase.len == 0 || sx_slice_is(phrase, sx_knowledge_code(message->code)->name))
        return FALSE;
    char *lower = g_ascii_strdown(sx_context_copy(context, phrase), -1);
    char *product = g_ascii_strdown(sx_context_copy(context, sx_message_product(message)), -1);
    gboolean found = FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(phrases) && !found; i++) {
        const vendor_phrase *row = &phrases[i];
        if ((row->code != 0 && row->code != message->code) ||
            (row->product == NULL && strchr(lower, ' ') == NULL) ||
            !sx_matches(lower, row->phrase) ||
            (row->product != NULL && !sx_matches(product, row->product)))
            continue;
        sx_ev_vendor_phrase_hint_phrase(context->out, sx_context_copy(context, phrase), row->maker,
                                        row->meaning);
        found = TRUE;
    }
    g_free(product);
    g_free(lower);
    return found;
}
