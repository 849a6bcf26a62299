/* SPDX-License-Identifier: GPL-2.0-or-later
 * A refusal that blames the session description in words, under another code than 415, 488 or 606.
 */
#include "diagnose/context.h"
#include "diagnose/said.h"
#include "evidence.h"
#include "rules.h"

gboolean sx_rule_media_offer_blamed(sx_context *context) {
    static const char *const words[] = {"media", "codec", "sdp", "srtp", NULL};
    /* clang-format off */
    static const char pattern[] =
        "mediaoffer|srtpencryptionrequired|"
        "\\b(no|incompatible|unsupported|mismatch\\w*|invalid|bad)\\b.{0,12}"
        "\\b(codecs?|sdp|media(?! (type|server|gateway|proxy|relay|port|resource|engine)))\\b|"
        "\\b(codecs?|sdp)\\b.{0,16}\\b(mismatch|incompatible|not supported|unsupported|invalid|error|negotiation)";
    /* clang-format on */
    const char *said = sx_said_matching(context, words, pattern);
    if (said == NULL)
        return FALSE;
    sx_ev_media_offer_blamed_headline(context->out, said);
    sx_ev_media_offer_blamed_said(context->out, sx_context_said(context));
    sx_ev_media_offer_blamed_answered(context->out, sx_context_since_request(context),
                                      context->seen.transaction->frame);
    return TRUE;
}
