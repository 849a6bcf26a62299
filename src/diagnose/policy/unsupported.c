/* SPDX-License-Identifier: GPL-2.0-or-later
 * Methods and extensions that a server does not support, or demands: 405 and 501, 420, 421, 439 and 494.
 */
#include <string.h>

#include "diagnose/media/media.h"
#include "diagnose/policy/policy_state.h"
#include "evidence.h"
#include "rules.h"

/* Keys that went by INFO, the way out where the peer took no telephone-event. */
static void add_key_press(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const char *type = t != NULL ? sx_media_key_press(context) : NULL;
    guint32 offer_frame;
    guint32 answer_frame;
    if (type == NULL)
        return;
    sx_ev_policy_method_unsupported_key_press(context->out, t->frame, type);
    if (sx_media_lacks_events(context, &offer_frame, &answer_frame))
        sx_ev_policy_method_unsupported_no_events(context->out, offer_frame, answer_frame);
}

gboolean sx_rule_policy_method_unsupported(sx_context *context) {
    guint code = context->message->code;
    if (code != 405 && code != 501)
        return FALSE;
    const char *method =
        sx_context_shown(context, sx_message_method(context->message), SX_SHOWN_LONG);
    sx_ev_policy_method_unsupported_headline(context->out, method);
    const char *allowed = sx_context_list(context, SX_HDR_ALLOW);
    if (allowed[0] != '\0')
        sx_ev_policy_method_unsupported_allow(context->out, allowed);
    else if (!sx_message_has(context->message, SX_HDR_ALLOW) && context->message->headers_complete)
        sx_ev_policy_method_unsupported_no_allow(context->out, sx_header_name(SX_HDR_ALLOW));
    add_key_press(context);
    return TRUE;
}

static void add_required(sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    const char *require = sx_request_text(transaction, SX_REQUEST_REQUIRE);
    const char *proxy_require = sx_request_text(transaction, SX_REQUEST_PROXY_REQUIRE);
    if (require != NULL)
        sx_ev_policy_extension_mismatch_required(context->out, transaction->frame, require);
    if (proxy_require != NULL)
        sx_ev_policy_extension_mismatch_proxy_required(context->out, transaction->frame,
                                                       proxy_require);
    if (require == NULL && proxy_require == NULL)
        sx_ev_policy_extension_mismatch_not_required(context->out, transaction->frame);
}

/* The request before and behind an element that both sides of were seen; FALSE if they were not. */
static gboolean both_sides(const sx_context *context, const sx_transaction **before,
                           const sx_transaction **behind) {
    const sx_observation *seen = &context->seen;
    *behind = seen->relayed_from != NULL ? seen->relayed_from : seen->transaction;
    *before = seen->relayed_from != NULL
                  ? seen->transaction
                  : sx_calls_transaction(context->calls, seen->transaction->upstream);
    return *before != NULL && *before != *behind;
}

typedef enum { HAS, LACKS, CUT } tag_answer;

/* Whether a list of option tags has one; what was too long to be kept does not tell. */
static tag_answer look_for(const sx_transaction *t, sx_request_text_id id, sx_slice tag) {
    const char *text = sx_request_text(t, id);
    sx_slice rest = {text != NULL ? text : "", text != NULL ? strlen(text) : 0};
    tag_answer otherwise = rest.len >= SX_SHOWN - 3 ? CUT : LACKS;
    sx_slice element;
    while (sx_slice_next_element(&rest, &element)) {
        if (element.len == tag.len && sx_same_letters(element.p, tag.p, tag.len))
            return HAS;
    }
    return otherwise;
}

/* Who put a demand into the request, or took an offer out of it. */
static void add_changed_tags(sx_context *context, sx_header_id named) {
    const sx_transaction *before;
    const sx_transaction *behind;
    sx_header_walk walk = {0};
    sx_slice tag;
    if (!both_sides(context, &before, &behind))
        return;
    const char *host = sx_context_place(context, behind->client, 0);
    while (sx_message_next_element(context->message, named, &walk, &tag)) {
        const char *shown = sx_context_shown(context, tag, SX_SHOWN);
        if (named == SX_HDR_UNSUPPORTED) {
            if (look_for(before, SX_REQUEST_REQUIRE, tag) == LACKS &&
                look_for(behind, SX_REQUEST_REQUIRE, tag) == HAS)
                sx_ev_policy_extension_mismatch_added(context->out, shown, before->frame, host,
                                                      behind->frame);
        } else if (look_for(before, SX_REQUEST_SUPPORTED, tag) == HAS &&
                   look_for(behind, SX_REQUEST_SUPPORTED, tag) == LACKS) {
            sx_ev_policy_extension_mismatch_removed(context->out, shown, before->frame,
                                                    behind->frame, host);
        }
    }
}

/* 439: what the registrar looked at (RFC 5626 section 6). */
static gboolean add_outbound(sx_context *context) {
    const sx_transaction *before;
    const sx_transaction *behind;
    if (!both_sides(context, &before, &behind))
        behind = context->seen.transaction;
    const char *path = sx_request_text(behind, SX_REQUEST_PATH);
    const char *reg_id = sx_request_text(behind, SX_REQUEST_REG_ID);
    if (path == NULL)
        sx_ev_policy_extension_mismatch_no_path(context->out, behind->frame);
    else if (strlen(path) < SX_SHOWN - 3 && !sx_matches(path, ";ob\\b"))
        sx_ev_policy_extension_mismatch_no_ob(context->out, behind->frame, path,
                                              sx_context_place(context, behind->client, 0));
    if (reg_id != NULL)
        sx_ev_policy_extension_mismatch_reg_id(context->out, behind->frame, reg_id);
    return TRUE;
}

gboolean sx_rule_policy_extension_mismatch(sx_context *context) {
    const sx_message *message = context->message;
    switch (message->code) {
    case 439: return add_outbound(context);
    case 420:
        add_changed_tags(context, SX_HDR_UNSUPPORTED);
        if (sx_message_has(message, SX_HDR_UNSUPPORTED))
            sx_ev_policy_extension_mismatch_unsupported(
                context->out, sx_context_list(context, SX_HDR_UNSUPPORTED));
        else
            sx_ev_policy_extension_mismatch_no_unsupported(context->out);
        add_required(context);
        return TRUE;
    case 421:
        add_changed_tags(context, SX_HDR_REQUIRE);
        sx_ev_policy_extension_mismatch_wanted(context->out,
                                               sx_context_list(context, SX_HDR_REQUIRE));
        return TRUE;
    case 494:
        sx_ev_policy_extension_mismatch_security(context->out,
                                                 sx_context_list(context, SX_HDR_SECURITY_SERVER));
        return TRUE;
    default: return FALSE;
    }
}
