/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "stir": signed caller identity (RFC 8224), refused, too old, or wrong and let through.
 */
#include <string.h>

#include "diagnose/context.h"
#include "diagnose/learner.h"
#include "evidence.h"
#include "rules.h"
#include "wire/passport.h"

#define MAX_URL 120              /* bytes shown of the URL of a certificate */
#define MAX_IDENTITIES 8         /* that are counted */
#define PLAUSIBLE (86400 * 3650) /* seconds; clocks that differ more do not count time since 1970 */

/** Identity header fields of a request, and what came of them. Texts live as long as the findings. */
typedef struct {
    guint count;                      /* 0: there are none */
    const char *info, *ppt;           /* of the first one; NULL: none */
    const char *date;                 /* Date header; NULL: none */
    gint64 date_time;                 /* the same in seconds since 1970; 0: not readable */
    gint64 issued;                    /* iat of the PASSporT, in the same way */
    const char *attest, *orig, *dest; /* claims; empty: none */
    gboolean failed_check;            /* a 1xx or 2xx said that the signature is wrong */
} identity_state;

static const sx_attachment_kind kind = {sizeof(identity_state), NULL};

static const char *keep_text(sx_context *context, sx_slice text, gsize limit) {
    return text.len > 0 ? sx_findings_text(context->out, text, limit) : NULL;
}

static const char *keep_claim(sx_context *context, const char *claim) {
    return sx_findings_text(context->out, (sx_slice){claim, strlen(claim)}, SX_SHOWN);
}

static void learn_identity(sx_context *context) {
    const sx_message *message = context->message;
    sx_header_walk walk = {0};
    sx_passport passport;
    sx_slice value;
    if (context->seen.transaction == NULL || !sx_message_has(message, SX_HDR_IDENTITY))
        return;
    identity_state *identity =
        (identity_state *)sx_attachment_make(&context->seen.transaction->attached, &kind);
    sx_slice date = sx_message_header(message, SX_HDR_DATE);
    identity->attest = identity->orig = identity->dest = "";
    identity->date = keep_text(context, date, SX_SHOWN);
    identity->date_time = sx_passport_date(date);
    while (identity->count < MAX_IDENTITIES &&
           sx_message_next_element(message, SX_HDR_IDENTITY, &walk, &value)) {
        if (identity->count++ > 0)
            continue;
        sx_passport_read(value, &passport);
        identity->info = keep_text(context, passport.info, MAX_URL);
        identity->ppt = keep_text(context, passport.ppt, SX_SHOWN);
        identity->issued = passport.issued;
        identity->attest = keep_claim(context, passport.attest);
        identity->orig = keep_claim(context, passport.orig);
        identity->dest = keep_claim(context, passport.dest);
    }
}

/* NULL: the request had none. */
static const identity_state *identity_of(const sx_context *context) {
    const identity_state *identity =
        (const identity_state *)SX_ATTACHED(context->seen.transaction, &kind);
    return identity != NULL && identity->count > 0 ? identity : NULL;
}

gboolean sx_rule_stir_identity_refused(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const identity_state *identity = identity_of(context);
    const char *text = sx_context_text(context);
    if (text[0] != '\0')
        sx_ev_stir_identity_refused_reason(context->out, sx_context_said(context));
    if (t == NULL || t->is_cut)
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

/* Microseconds from a time of a header, in seconds since 1970, to the arrival of the request. The clock of a log may
 * be in any time zone. */
static gboolean age_of(const sx_context *context, gint64 written, gint64 *age) {
    const sx_transaction *t = context->seen.transaction;
    gint64 arrived = t->time / SX_SECOND;
    *age = (arrived - written) * SX_SECOND;
    return written != 0 && !context->packet->from_log && ABS(arrived - written) < PLAUSIBLE;
}

gboolean sx_rule_stir_stale_date(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const identity_state *identity = identity_of(context);
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
    if (age_of(context, identity->date_time, &age)) {
        if (age >= 0)
            sx_ev_stir_stale_date_date_behind(context->out, age);
        else
            sx_ev_stir_stale_date_date_ahead(context->out, -age);
    }
    if (age_of(context, identity->issued, &age)) {
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

/* So that it is reported once a transaction. */
static void note_failed_check(sx_context *context, guint outcome G_GNUC_UNUSED) {
    sx_transaction *t = context->seen.transaction;
    guint code = sx_context_code(context);
    sx_reason reason;
    if (code != 0 && code < 300 && t != NULL && find_reason(context->message, &reason))
        ((identity_state *)sx_attachment_make(&t->attached, &kind))->failed_check = TRUE;
}

gboolean sx_rule_stir_failed_call_continues(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const identity_state *state = (const identity_state *)SX_ATTACHED(t, &kind);
    const identity_state *identity = identity_of(context);
    sx_reason reason;
    if ((state != NULL && state->failed_check) || !find_reason(context->message, &reason))
        return FALSE;
    if (reason.cause >= 0)
        sx_ev_stir_failed_call_continues_cause(context->out, (guint64)reason.cause,
                                               sx_context_shown(context, reason.text, SX_SHOWN));
    if (identity == NULL)
        return TRUE;
    sx_ev_stir_failed_call_continues_request(context->out, t->frame, identity->count);
    if (identity->orig[0] != '\0')
        sx_ev_stir_failed_call_continues_claims(context->out, identity->orig, identity->dest);
    if (identity->attest[0] != '\0')
        sx_ev_stir_failed_call_continues_attest(context->out, identity->attest);
    return TRUE;
}

const sx_learner sx_stir_learner = {.request = learn_identity, .after = note_failed_check};
