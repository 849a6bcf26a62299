/* SPDX-License-Identifier: GPL-2.0-or-later
 * What is wrong with headers: of a request that was refused as malformed, and of the response itself.
 */
#include "details/mandatory.h"
#include "details/q850.h"
#include "diagnose/family.h"
#include "diagnose/route.h"
#include "evidence.h"
#include "rules.h"

/* Bits of sx_route_kept.defects: these headers in this order, then what else may be wrong. */
static const sx_header_id checked[] = {SX_HDR_VIA,     SX_HDR_FROM, SX_HDR_TO,
                                       SX_HDR_CALL_ID, SX_HDR_CSEQ, SX_HDR_MAX_FORWARDS,
                                       SX_HDR_CONTACT};
#define N_CHECKED G_N_ELEMENTS(checked)
#define FIRST_SINGLE 1 /* From, To, Call-ID, CSeq stand in a message once */
#define N_SINGLE 4
#define TWICE(i) (1u << (N_CHECKED + (i)))
#define BODY_LENGTH (1u << (N_CHECKED + N_SINGLE))
#define EMPTY_CONTACT (1u << (N_CHECKED + N_SINGLE + 1))
#define PRIVATE_CONTACT (1u << (N_CHECKED + N_SINGLE + 2))

static guint header_defects(const sx_context *context) {
    const sx_message *message = context->message;
    guint defects = 0;
    for (guint i = 0; i < N_CHECKED; i++) {
        gboolean needed =
            checked[i] != SX_HDR_CONTACT || context->seen.keys.method == SX_METHOD_INVITE;
        if (needed && !sx_message_has(message, checked[i]))
            defects |= 1u << i;
    }
    for (guint i = 0; i < N_SINGLE; i++) {
        if (message->count[checked[FIRST_SINGLE + i]] >= 2)
            defects |= TWICE(i);
    }
    return defects;
}

/* A private Contact can be a defect only if the request came over a public network. */
static guint contact_defects(const sx_context *context) {
    const sx_host *source = context->seen.source;
    sx_header_walk walk = {0};
    sx_slice contact;
    sx_uri uri;
    if (!sx_message_has(context->message, SX_HDR_CONTACT))
        return 0;
    if (!sx_message_next_element(context->message, SX_HDR_CONTACT, &walk, &contact))
        return EMPTY_CONTACT;
    if (sx_ip_is_public(source->ip, source->ip_len) && sx_uri_read(contact, &uri) &&
        sx_host_is_private(uri.host))
        return PRIVATE_CONTACT;
    return 0;
}

/* Before the rules: what a refusal as malformed may mean. Most requests have no defect and cost no memory. */
void sx_route_learn_defects(sx_context *context) {
    const sx_message *message = context->message;
    if (message->is_response || context->seen.repetition != SX_FIRST ||
        context->seen.transaction == NULL || !message->headers_complete)
        return;
    guint defects = header_defects(context) | contact_defects(context);
    guint32 length = sx_route_seconds(message, SX_HDR_CONTENT_LENGTH);
    if (length != SX_ROUTE_NONE && context->packet->transport == SX_TRANSPORT_UDP &&
        length != message->body.len)
        defects |= BODY_LENGTH;
    if (defects == 0)
        return;
    sx_route_kept *kept = sx_route_keep(context->seen.transaction);
    kept->defects = (guint16)defects;
    kept->length = length;
    kept->body = (guint32)MIN(message->body.len, G_MAXUINT32);
}

static void add_defects(const sx_context *context, const sx_transaction *t,
                        const sx_route_kept *kept) {
    for (guint i = 0; i < N_CHECKED; i++) {
        if ((kept->defects & 1u << i) != 0)
            sx_ev_header_rejected_as_malformed_lacks(context->out, t->frame,
                                                     sx_header_name(checked[i]));
    }
    for (guint i = 0; i < N_SINGLE; i++) {
        if ((kept->defects & TWICE(i)) != 0)
            sx_ev_header_rejected_as_malformed_twice(context->out, t->frame,
                                                     sx_header_name(checked[FIRST_SINGLE + i]));
    }
    if ((kept->defects & BODY_LENGTH) != 0)
        sx_ev_header_rejected_as_malformed_length(context->out, kept->length, kept->body, t->frame);
    if ((kept->defects & EMPTY_CONTACT) != 0)
        sx_ev_header_rejected_as_malformed_empty_contact(context->out, t->frame);
    if ((kept->defects & PRIVATE_CONTACT) != 0)
        sx_ev_header_rejected_as_malformed_private_contact(context->out, t->frame);
}

gboolean sx_rule_header_rejected_as_malformed(sx_context *context) {
    const sx_message *message = context->message;
    const sx_transaction *t = context->seen.transaction;
    const sx_route_kept *kept = sx_route_kept_of(t);
    sx_header_walk walk = {0};
    sx_slice warning;
    sx_slice phrase = sx_slice_trim(message->phrase);
    if (phrase.len > 0 && !sx_slice_is(phrase, "Bad Request"))
        sx_ev_header_rejected_as_malformed_phrase(
            context->out, sx_context_copy(context, sx_slice_head(phrase, SX_ROUTE_MAX_TEXT)));
    if (sx_message_next_element(message, SX_HDR_WARNING, &walk, &warning))
        sx_ev_header_rejected_as_malformed_warning(
            context->out, sx_context_copy(context, sx_slice_head(warning, SX_ROUTE_MAX_TEXT)));
    if (kept != NULL && kept->defects != 0)
        add_defects(context, t, kept);
    else if (t != NULL)
        sx_ev_header_rejected_as_malformed_no_defect(context->out, t->frame);
    return TRUE;
}

static gboolean is_contact_of_answer(const sx_mandatory_rule *rule) {
    return rule->one_of[0] == SX_HDR_CONTACT && rule->weight == SX_MISSING_USELESS;
}

/* A challenge that is missing has a diagnosis of its own. */
static gboolean is_challenge(const sx_mandatory_rule *rule) {
    return rule->one_of[0] == SX_HDR_WWW_AUTHENTICATE ||
           rule->one_of[0] == SX_HDR_PROXY_AUTHENTICATE;
}

gboolean sx_rule_header_missing_contact(sx_context *context) {
    sx_missing_set missing = context->missing;
    const sx_mandatory_rule *rule = sx_missing_next(&missing);
    while (rule != NULL && !is_contact_of_answer(rule))
        rule = sx_missing_next(&missing);
    if (rule == NULL)
        return FALSE;
    sx_ev_header_missing_contact_answer(context->out, context->message->code);
    if (context->seen.transaction != NULL && context->seen.transaction->keys.to_tag != 0)
        sx_ev_header_missing_contact_old_target(context->out);
    if (context->seen.keys.to_tag == 0)
        sx_ev_header_missing_contact_no_tag(context->out);
    if (sx_message_has(context->message, SX_HDR_RECORD_ROUTE))
        sx_ev_header_missing_contact_record_route(context->out);
    return TRUE;
}

gboolean sx_rule_header_missing_mandatory(sx_context *context) {
    sx_missing_set missing = context->missing;
    const sx_mandatory_rule *rule;
    gboolean any = FALSE;
    while ((rule = sx_missing_next(&missing)) != NULL) {
        if (rule->weight == SX_MISSING_NOTED || is_contact_of_answer(rule) || is_challenge(rule))
            continue;
        if (rule->weight == SX_MISSING_USELESS)
            context->severity = SX_SEVERITY_ERROR;
        if (!any)
            sx_ev_header_missing_mandatory_headline(context->out, rule->what,
                                                    context->message->code);
        sx_ev_header_missing_mandatory_missing(context->out, context->message->code, rule->what,
                                               rule->reference);
        any = TRUE;
    }
    return any;
}

/* Which of the two an ISDN gateway goes by: RFC 3398 knows the code only, RFC 6432 leaves Reason to its receiver. */
static void tell_gateway(const sx_context *context, guint code, guint cause) {
    guint mapped = sx_q850_of_code(code);
    if (mapped != 0)
        sx_ev_header_reason_mismatch_by_code(context->out, mapped, sx_q850_name(mapped));
    else
        sx_ev_header_reason_mismatch_by_no_code(context->out, code);
    if (sx_reason_has(context->message, "Q.850", (gint)cause))
        sx_ev_header_reason_mismatch_by_reason(context->out, cause);
    else
        sx_ev_header_reason_mismatch_by_asterisk(context->out);
}

gboolean sx_rule_header_reason_mismatch(sx_context *context) {
    guint code = context->message->code;
    gint cause = sx_reason_q850(context->message);
    if (cause < 0 || sx_q850_fits((guint)cause, code))
        return FALSE;
    sx_word name = sx_q850_name((guint)cause);
    sx_ev_header_reason_mismatch_headline(context->out, code, (guint64)cause, name);
    sx_ev_header_reason_mismatch_expected(context->out, (guint64)cause, name,
                                          sx_route_scratch(context, sx_q850_codes((guint)cause)));
    tell_gateway(context, code, (guint)cause);
    if (context->seen.relayed_from != NULL)
        context->severity = SX_SEVERITY_CHAT;
    return TRUE;
}
