/* SPDX-License-Identifier: GPL-2.0-or-later
 * Mandatory headers by status code and method, each with the RFC section that demands it.
 */
#include "details/mandatory.h"

#include <string.h>

#include "wire/compiler.h"

#define ONE(id)                                                                                    \
    { SX_HDR_##id, SX_HDR_OTHER, SX_HDR_OTHER }
#define ANY_METHOD NULL

const sx_mandatory_rule sx_mandatory_rules[] = {
    /* Every response copies these from the request. */
    {100, 699, ANY_METHOD, ONE(VIA), "Via", 3261, "8.2.6.2", SX_MISSING_USELESS},
    {100, 699, ANY_METHOD, ONE(FROM), "From", 3261, "8.2.6.2", SX_MISSING_USELESS},
    {100, 699, ANY_METHOD, ONE(TO), "To", 3261, "8.2.6.2", SX_MISSING_USELESS},
    {100, 699, ANY_METHOD, ONE(CALL_ID), "Call-ID", 3261, "8.2.6.2", SX_MISSING_USELESS},
    {100, 699, ANY_METHOD, ONE(CSEQ), "CSeq", 3261, "8.2.6.2", SX_MISSING_USELESS},

    /* Reliable provisional responses: RSeq and Require: 100rel go together. */
    {101, 199, " INVITE ", ONE(RSEQ), "RSeq", 3262, "3", SX_MISSING_MUST},
    {101, 199, " INVITE ", ONE(REQUIRE), "Require: 100rel", 3262, "3", SX_MISSING_MUST},
    {199, 199, " INVITE ", ONE(REASON), "Reason", 6228, "5", SX_MISSING_MUST},
    {199, 199, " INVITE ", ONE(TO), "To tag", 6228, "5", SX_MISSING_MUST},

    {200, 299, " INVITE ", ONE(CONTACT), "Contact", 3261, "12.1.1", SX_MISSING_USELESS},
    {200, 299, " UPDATE ", ONE(CONTACT), "Contact", 3311, "8", SX_MISSING_MUST},
    {200, 202, " SUBSCRIBE ", ONE(CONTACT), "Contact", 3261, "12.1.1", SX_MISSING_MUST},
    {200, 299, " SUBSCRIBE ", ONE(EXPIRES), "Expires", 6665, "4.2.1.1", SX_MISSING_MUST},
    {200, 299, " PUBLISH ", ONE(EXPIRES), "Expires", 3903, "6", SX_MISSING_MUST},
    {200, 299, " PUBLISH ", ONE(SIP_ETAG), "SIP-ETag", 3903, "6", SX_MISSING_MUST},

    {401, 401, ANY_METHOD, ONE(WWW_AUTHENTICATE), "WWW-Authenticate", 3261, "22.2",
     SX_MISSING_USELESS},
    {405, 405, ANY_METHOD, ONE(ALLOW), "Allow", 3261, "21.4.6", SX_MISSING_MUST},
    {407, 407, ANY_METHOD, ONE(PROXY_AUTHENTICATE), "Proxy-Authenticate", 3261, "22.3",
     SX_MISSING_USELESS},
    {415,
     415,
     ANY_METHOD,
     {SX_HDR_ACCEPT, SX_HDR_ACCEPT_ENCODING, SX_HDR_ACCEPT_LANGUAGE},
     "Accept/Accept-Encoding/Accept-Language",
     3261,
     "21.4.13",
     SX_MISSING_BESIDE},
    {420, 420, ANY_METHOD, ONE(UNSUPPORTED), "Unsupported", 3261, "21.4.15", SX_MISSING_MUST},
    {421, 421, ANY_METHOD, ONE(REQUIRE), "Require", 3261, "21.4.16", SX_MISSING_MUST},
    {422, 422, ANY_METHOD, ONE(MIN_SE), "Min-SE", 4028, "6", SX_MISSING_MUST},
    {423, 423, ANY_METHOD, ONE(MIN_EXPIRES), "Min-Expires", 3261, "21.4.17", SX_MISSING_MUST},
    {424, 424, ANY_METHOD, ONE(GEOLOCATION_ERROR), "Geolocation-Error", 6442, "4.3",
     SX_MISSING_MUST},
    {425, 425, ANY_METHOD, ONE(ALERTMSG_ERROR), "AlertMsg-Error", 8876, "5.1", SX_MISSING_MUST},
    {469, 469, ANY_METHOD, ONE(RECV_INFO), "Recv-Info", 6086, "4.2.2", SX_MISSING_MUST},
    {489, 489, ANY_METHOD, ONE(ALLOW_EVENTS), "Allow-Events", 3265, "7.2", SX_MISSING_NOTED},
    {494, 494, ANY_METHOD, ONE(SECURITY_SERVER), "Security-Server", 3329, "2.3.1", SX_MISSING_MUST},
    {608, 608, ANY_METHOD, ONE(CALL_INFO), "Call-Info", 8688, "3.1", SX_MISSING_NOTED},
};
const guint sx_n_mandatory_rules = G_N_ELEMENTS(sx_mandatory_rules);
G_STATIC_ASSERT(G_N_ELEMENTS(sx_mandatory_rules) < 64);

/* No message has SX_HDR_OTHER, which fills the places that are not used. */
static gboolean has_one_of(const sx_message *response, const sx_mandatory_rule *rule) {
    return sx_message_has(response, rule->one_of[0]) || sx_message_has(response, rule->one_of[1]) ||
           sx_message_has(response, rule->one_of[2]);
}

/* Nothing is left that an entity tag could name (RFC 3903 section 4.5), though section 6 makes no exception. */
static gboolean is_removal(const sx_message *response) {
    guint digits;
    guint32 expires = sx_slice_number(sx_message_header(response, SX_HDR_EXPIRES), &digits);
    return digits > 0 && expires == 0;
}

/* Rules that look into other headers; the rest only ask whether the header is there. */
static gboolean is_met(const sx_message *response, const sx_mandatory_rule *rule) {
    sx_header_id header = rule->one_of[0];
    if (header == SX_HDR_SIP_ETAG)
        return sx_message_has(response, SX_HDR_SIP_ETAG) || is_removal(response);
    if (rule->first_code != 101 && rule->first_code != 199)
        return has_one_of(response, rule);
    if (rule->first_code == 101 && header == SX_HDR_RSEQ)
        return sx_message_has(response, SX_HDR_RSEQ) ||
               !sx_message_has_token(response, SX_HDR_REQUIRE, "100rel");
    if (rule->first_code == 101 && header == SX_HDR_REQUIRE)
        return !sx_message_has(response, SX_HDR_RSEQ) ||
               sx_message_has_token(response, SX_HDR_REQUIRE, "100rel");
    if (rule->first_code == 199 && header == SX_HDR_TO) {
        sx_slice tag;
        return sx_slice_param(sx_message_header(response, SX_HDR_TO), "tag", &tag);
    }
    return has_one_of(response, rule);
}

#define N_CODES 700
#define LOOKED_UP ((sx_missing_set)1 << 63) /* of no rule */

/* The rules for a code, looked up once. */
static sx_missing_set rules_for(guint code) {
    static sx_missing_set sets[N_CODES];
    if (code >= N_CODES)
        return 0;
    if (sets[code] == 0) {
        sets[code] = LOOKED_UP;
        for (guint i = 0; i < sx_n_mandatory_rules; i++) {
            const sx_mandatory_rule *rule = &sx_mandatory_rules[i];
            if (code >= rule->first_code && code <= rule->last_code)
                sets[code] |= (sx_missing_set)1 << i;
        }
    }
    return sets[code] & ~LOOKED_UP;
}

static gboolean applies(const sx_mandatory_rule *rule, sx_slice method) {
    if (rule->methods == ANY_METHOD)
        return TRUE;
    gsize len = strlen(rule->methods) - 2;
    return method.len == len && memcmp(rule->methods + 1, method.p, len) == 0;
}

sx_missing_set sx_mandatory_missing(const sx_message *response) {
    sx_missing_set missing = 0;
    if (!response->headers_complete)
        return 0;
    sx_missing_set rules = rules_for(response->code);
    for (; rules != 0; rules &= rules - 1) {
        const sx_mandatory_rule *rule = &sx_mandatory_rules[sx_lowest_bit(rules)];
        if (!is_met(response, rule) && applies(rule, response->cseq_method))
            missing |= rules & -rules;
    }
    return missing;
}

const sx_mandatory_rule *sx_missing_next(sx_missing_set *set) {
    if (*set == 0)
        return NULL;
    const sx_mandatory_rule *rule = &sx_mandatory_rules[sx_lowest_bit(*set)];
    *set &= *set - 1;
    return rule;
}

sx_missing_weight sx_missing_worst(sx_missing_set set) {
    sx_missing_weight worst = SX_MISSING_NOTED;
    const sx_mandatory_rule *rule;
    while ((rule = sx_missing_next(&set)) != NULL)
        worst = MAX(worst, rule->weight);
    return worst;
}
