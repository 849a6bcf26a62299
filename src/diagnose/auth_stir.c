/* SPDX-License-Identifier: GPL-2.0-or-later
 * Signed caller identity (STIR, RFC 8224): refused, too old, or wrong and let through.
 */
#include <string.h>

#include "diagnose/auth.h"
#include "diagnose/auth_memory.h"
#include "evidence.h"
#include "rules.h"
#include "wire/passport.h"

#define MAX_TEXT 64              /* bytes of a value that evidence shows */
#define MAX_URL 120              /* the same for the URL of a certificate */
#define MAX_IDENTITIES 8         /* that are counted */
#define PLAUSIBLE (86400 * 3650) /* seconds; clocks that differ more do not count time since 1970 */

static const char *keep_text(sx_context *context, sx_slice text, gsize limit) {
    return text.len > 0 ? sx_findings_text(context->out, text, limit) : NULL;
}

sx_identity *sx_auth_identity_read(sx_context *context) {
    const sx_message *message = context->message;
    sx_identity *identity = g_new0(sx_identity, 1);
    sx_header_walk walk = {0};
    sx_slice value;
    sx_slice date = sx_message_header(message, SX_HDR_DATE);
    identity->attest = identity->orig = identity->dest = "";
    identity->date = keep_text(context, date, MAX_TEXT);
    identity->date_time = sx_passport_date(date);
    while (identity->count < MAX_IDENTITIES &&
           sx_message_next_element(message, SX_HDR_IDENTITY, &walk, &value)) {
        sx_passport passport;
        if (identity->count++ > 0)
            continue;
        sx_passport_read(value, &passport);
        identity->info = keep_text(context, passport.info, MAX_URL);
        identity->ppt = keep_text(context, passport.ppt, MAX_TEXT);
        identity->issued = passport.issued;
        identity->attest = sx_findings_text(
            context->out, (sx_slice){passport.attest, strlen(passport.attest)}, MAX_TEXT);
        identity->orig = sx_findings_text(
            context->out, (sx_slice){passport.orig, strlen(passport.orig)}, MAX_TEXT);
        identity->dest = sx_findings_text(
            context->out, (sx_slice){passport.dest, strlen(passport.dest)}, MAX_TEXT);
    }
    return identity;
}

static const sx_identity *identity_of(const sx_context *context) {
    const sx_auth_kept *kept = sx_auth_kept_of(context->seen.transaction);
    return kept ? kept->identity : NULL;
}

gboolean sx_rule_stir_identity_refused(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_auth_kept *kept = sx_auth_kept_of(t);
    const sx_identity *identity = identity_of(context);
    const char *text = sx_context_text(context);
    if (text[0] != '\0')
        sx_ev_stir_identity_refused_reason(context->out, sx_context_said(context));
    if (t == NULL || (kept != NULL && kept->cut))
        return TRUE;
    if (identity == NULL) {
        sx_ev_stir_identity_refused_none(context->out, t->frame);
        return TRUE;
    }
    sx_ev_stir_identity_refused_request(context->out, t->frame, identity->count);
    if (identity->info != NULL)
        sx_ev_stir_identity_refused_info(context->out, identity->info);
    if (identity->ppt != NULL)
        sx_ev_stir_identity_refused_ppt(context->out, identity->ppt);
    if (identity->date != NULL)
        sx_ev_stir_identity_refused_date(context->out, identity->date);
    if (identity->orig[0] != '\0')
        sx_ev_stir_identity_refused_claims(context->out, identity->orig, identity->dest);
    if (identity->attest[0] != '\0')
        sx_ev_stir_identity_refused_attest(context->out, identity->attest);
    return TRUE;
}

/* Microseconds from a time of a header, in seconds since 1970, to the arrival of the request. */
static gboolean age_of(const sx_transaction *t, gint64 written, gint64 *age) {
    gint64 arrived = t->time / SX_SECOND;
    *age = (arrived - written) * SX_SECOND;
    return written != 0 && ABS(arrived - written) < PLAUSIBLE;
}

gboolean sx_rule_stir_stale_date(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_identity *identity = identity_of(context);
    const char *text = sx_context_text(context);
    gint64 age;
    if (!sx_matches(text, "stale date") && !sx_reason_has(context->message, "STIR", 403))
        return FALSE;
    if (text[0] != '\0')
        sx_ev_stir_stale_date_phrase(context->out, sx_context_said(context));
    if (identity == NULL)
        return TRUE;
    if (identity->date != NULL)
        sx_ev_stir_stale_date_date(context->out, identity->date, t->frame);
    if (age_of(t, identity->date_time, &age)) {
        if (age >= 0)
            sx_ev_stir_stale_date_date_behind(context->out, age);
        else
            sx_ev_stir_stale_date_date_ahead(context->out, -age);
    }
    if (age_of(t, identity->issued, &age)) {
        if (age >= 0)
            sx_ev_stir_stale_date_iat_behind(context->out, age);
        else
            sx_ev_stir_stale_date_iat_ahead(context->out, -age);
    }
    return TRUE;
}

/* The first Reason of the message with protocol STIR. */
static gboolean find_reason(const sx_message *message, sx_reason *reason) {
    sx_header_walk walk = {0};
    if (!sx_message_has(message, SX_HDR_REASON))
        return FALSE;
    while (sx_reason_next(message, &walk, reason)) {
        if (sx_slice_is(reason->protocol, "STIR"))
            return TRUE;
    }
    return FALSE;
}

void sx_auth_note_failed_check(sx_context *context) {
    sx_reason reason;
    if (!find_reason(context->message, &reason))
        return;
    sx_auth_kept *kept = sx_auth_kept_of(context->seen.transaction);
    if (kept == NULL) {
        gboolean challenged = sx_auth_ever_challenged(context);
        kept = sx_auth_keep(context->seen.transaction);
        kept->chain_challenged = challenged != FALSE;
    }
    kept->failed_check = TRUE;
}

gboolean sx_rule_stir_failed_call_continues(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_auth_kept *kept = sx_auth_kept_of(t);
    const sx_identity *identity = identity_of(context);
    sx_reason reason;
    if ((kept != NULL && kept->failed_check) || !find_reason(context->message, &reason))
        return FALSE;
    if (reason.cause >= 0)
        sx_ev_stir_failed_call_continues_cause(
            context->out, (guint64)reason.cause,
            sx_context_copy(context, sx_slice_head(reason.text, MAX_TEXT)));
    if (identity == NULL)
        return TRUE;
    sx_ev_stir_failed_call_continues_request(context->out, t->frame, identity->count);
    if (identity->orig[0] != '\0')
        sx_ev_stir_failed_call_continues_claims(context->out, identity->orig, identity->dest);
    if (identity->attest[0] != '\0')
        sx_ev_stir_failed_call_continues_attest(context->out, identity->attest);
    return TRUE;
}
