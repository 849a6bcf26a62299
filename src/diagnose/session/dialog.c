/* SPDX-License-Identifier: GPL-2.0-or-later
 * Requests for a dialog that the other side does not know: a wrong tag, or a dialog that was lost (RFC 3261 section
 * 12.2.2).
 */
#include <string.h>

#include "diagnose/compare.h"
#include "diagnose/session/session_state.h"
#include "evidence.h"
#include "rules.h"

static guint equal_start(const char *one, const char *other) {
    guint n = 0;
    while (one[n] != '\0' && one[n] == other[n])
        n++;
    return n;
}

/* The tag of the other side that begins most like the one on the wire. */
static const sx_told *closest_tag(const sx_tolds *all, guint64 own_tag, const char *sent,
                                  guint *n_equal) {
    const sx_told *closest = NULL;
    *n_equal = 0;
    for (guint i = 0; all != NULL && i < all->n; i++) {
        const sx_told *told = sx_told_number(all, i);
        if (told->tag == own_tag || told->tag_text == NULL)
            continue;
        guint equal = equal_start(told->tag_text, sent);
        if (closest == NULL || equal > *n_equal) {
            closest = told;
            *n_equal = equal;
        }
    }
    return closest;
}

/* Another address from which this side sent requests, if the present one is new. */
static const sx_host *usual_client(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_host *usual = NULL;
    const sx_transaction *other;
    sx_transaction_walk walk = {0};
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other == t || other->keys.from_tag != t->keys.from_tag)
            continue;
        if (other->client == t->client)
            return NULL;
        usual = other->client;
    }
    return usual;
}

/* A tag of the refused request, which the answer repeats; NULL if it does not. */
static const char *sent_tag(sx_context *context, sx_header_id header) {
    const sx_keys *request = &context->seen.transaction->keys;
    const sx_keys *answer = &context->seen.keys;
    sx_slice tag;
    gboolean same = header == SX_HDR_TO ? request->to_tag == answer->to_tag
                                        : request->from_tag == answer->from_tag;
    if (!same || !sx_slice_param(sx_message_header(context->message, header), "tag", &tag))
        return NULL;
    return sx_context_shown(context, tag, SX_SHOWN);
}

static void add_unknown(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const char *sent = sent_tag(context, SX_HDR_TO);
    guint n_equal;
    if (sent == NULL)
        return;
    const sx_told *told = closest_tag(sx_tolds_of(context), t->keys.from_tag, sent, &n_equal);
    sx_ev_session_tag_mismatch_headline(context->out, sent);
    if (told != NULL && n_equal > 0)
        sx_ev_session_tag_mismatch_closest(context->out, told->tag_text, told->frame, n_equal);
    else if (told != NULL)
        sx_ev_session_tag_mismatch_issued(context->out, told->tag_text, told->frame);
}

/* The tag of a dialog that is not `own`, as text; NULL if it is not known. */
static const char *other_tag(const sx_context *context, const sx_dialog *dialog, guint64 own) {
    if (dialog == NULL)
        return NULL;
    const sx_told *told = sx_told_first(
        sx_tolds_of(context), dialog->caller_tag == own ? dialog->callee_tag : dialog->caller_tag);
    return told != NULL ? told->tag_text : NULL;
}

static const char *method_of(const sx_transaction *t) {
    const char *method = sx_transaction_method(t);
    return method != NULL ? method : "request";
}

static void add_to_missing(sx_context *context, const sx_dialog *dialog) {
    const sx_transaction *t = context->seen.transaction;
    const char *wanted = other_tag(context, dialog, t->keys.from_tag);
    const char *method = method_of(t);
    sx_ev_session_tag_mismatch_headline_missing(context->out, method);
    if (wanted != NULL)
        sx_ev_session_tag_mismatch_missing(context->out, wanted, dialog->confirmed_frame);
    else
        sx_ev_session_tag_mismatch_always(context->out, method);
}

static void add_from_missing(sx_context *context, const sx_dialog *dialog) {
    const sx_transaction *t = context->seen.transaction;
    const char *wanted = other_tag(context, dialog, t->keys.to_tag);
    sx_ev_session_tag_mismatch_headline_from_missing(context->out, method_of(t));
    if (wanted != NULL)
        sx_ev_session_tag_mismatch_from_missing(context->out, wanted, dialog->confirmed_frame);
    else
        sx_ev_session_tag_mismatch_from_always(context->out);
}

static void add_exchanged(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_tolds *all = sx_tolds_of(context);
    const sx_told *from = sx_told_first(all, t->keys.from_tag);
    const sx_told *to = sx_told_first(all, t->keys.to_tag);
    sx_ev_session_tag_mismatch_headline_exchanged(context->out, method_of(t));
    if (from != NULL && from->tag_text != NULL)
        sx_ev_session_tag_mismatch_from_is_other(context->out, from->tag_text, from->frame);
    if (to != NULL && to->tag_text != NULL)
        sx_ev_session_tag_mismatch_to_is_own(context->out, to->tag_text, to->frame);
}

static void add_branch(sx_context *context, const sx_dialog *dialog) {
    const sx_transaction *t = context->seen.transaction;
    const sx_tag *tag = sx_call_tag(context->seen.call, t->keys.to_tag);
    const char *sent = sent_tag(context, SX_HDR_TO);
    const char *wanted = other_tag(context, dialog, t->keys.from_tag);
    if (sent != NULL) {
        sx_ev_session_tag_mismatch_headline_branch(context->out, sent);
        sx_ev_session_tag_mismatch_branch(context->out, sent, tag->frame);
    }
    if (wanted != NULL)
        sx_ev_session_tag_mismatch_answered(context->out, wanted, dialog->confirmed_frame);
}

/* Without a tag a request looks like a new one, so it may be refused as such. */
static gboolean may_mean_tags(const sx_transaction *t, guint code) {
    return code == 481 ||
           (t->keys.to_tag == 0 && (code == 400 || code == 403 || code == 404) &&
            (t->keys.method == SX_METHOD_BYE || t->keys.method == SX_METHOD_INFO ||
             t->keys.method == SX_METHOD_UPDATE || t->keys.method == SX_METHOD_PRACK));
}

gboolean sx_rule_session_tag_mismatch(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_dialog *dialog;
    if (!may_mean_tags(t, context->message->code))
        return FALSE;
    gboolean is_exchanged = FALSE;
    switch (sx_compare_tags(context, &dialog)) {
    case SX_TAGS_TO_MISSING: add_to_missing(context, dialog); break;
    case SX_TAGS_FROM_MISSING: add_from_missing(context, dialog); break;
    case SX_TAGS_EXCHANGED:
        add_exchanged(context);
        is_exchanged = TRUE;
        break;
    case SX_TAGS_OTHER_BRANCH: add_branch(context, dialog); break;
    case SX_TAGS_TO_UNKNOWN: add_unknown(context); break;
    default: return FALSE;
    }
    /* Where the tags are exchanged, what this From tag sent before is of the other side. */
    const sx_host *usual = is_exchanged ? NULL : usual_client(context);
    if (usual != NULL)
        sx_ev_session_tag_mismatch_other_address(context->out,
                                                 sx_context_place(context, t->client, 0),
                                                 sx_context_place(context, usual, 0));
    return TRUE;
}

static gboolean has_request_of_peer(const sx_context *context, const sx_transaction *t) {
    sx_transaction_walk walk = {0};
    const sx_transaction *other;
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other->client == t->server && other->server == t->client)
            return TRUE;
    }
    return FALSE;
}

/* The sender set the call up over a connection, but its Contact asks for UDP (RFC 3263 section 4.1). */
static void add_plain_contact(sx_context *context, const sx_transaction *t) {
    const sx_told *told = sx_told_at(sx_tolds_of(context), t->keys.from_tag, t->client, t->server);
    guint8 ip[16];
    sx_slice value;
    sx_uri uri;
    if (told == NULL || told->contact == NULL || told->to_port != 0 ||
        t->transport != SX_TRANSPORT_STREAM || has_request_of_peer(context, t) ||
        !sx_uri_read((sx_slice){told->contact, strlen(told->contact)}, &uri) ||
        !sx_slice_is(uri.scheme, "sip") || sx_uri_host_ip(uri.host, ip) == 0 ||
        sx_slice_param(uri.rest, "transport", &value) || sx_slice_param(uri.rest, "ob", &value))
        return;
    sx_ev_session_dialog_lost_plain_contact(context->out, told->contact_frame, sx_uri_port(&uri));
}

gboolean sx_rule_session_dialog_lost(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    if (t->keys.to_tag == 0)
        return FALSE;
    const sx_dialog *dialog = sx_call_dialog(context->seen.call, t->keys.from_tag, t->keys.to_tag);
    if (dialog == NULL || dialog->confirmed_frame == 0 || dialog->confirmed_frame > t->frame ||
        (dialog->confirmed_method == SX_METHOD_INVITE && dialog->ack_frame == 0) ||
        sx_session_other_bye(context) != NULL)
        return FALSE;
    const sx_transaction *first = sx_calls_transaction(context->calls, dialog->confirmed_by);
    sx_ev_session_dialog_lost_headline(context->out, sx_gap(dialog->confirmed_time, t->time));
    sx_ev_session_dialog_lost_set_up(context->out, dialog->confirmed_frame);
    if (first != NULL) {
        const sx_host *peer =
            t->keys.from_tag == dialog->caller_tag ? first->server : first->client;
        const sx_host *self =
            t->keys.from_tag == dialog->caller_tag ? first->client : first->server;
        if (self == t->client && peer != t->server)
            sx_ev_session_dialog_lost_other_server(context->out, sx_context_place(context, peer, 0),
                                                   sx_context_place(context, t->server, 0));
    }
    add_plain_contact(context, t);
    return TRUE;
}
