/* SPDX-License-Identifier: GPL-2.0-or-later
 * Requests that follow an answer: corrected, not corrected, longer, or sent elsewhere
 * (RFC 3261 sections 8.1.3.4, 8.1.3.5 and 10.2.8; RFC 4028 section 7.3; RFC 3263 section 4.3).
 */
#include <string.h>

#include "diagnose/family.h"
#include "diagnose/route.h"
#include "evidence.h"
#include "rules.h"

#define IGNORED_GAP (60 * SX_SECOND)
#define SILENT_GAP (3 * SX_SECOND)
#define FAIL_OVER_GAP (300 * SX_SECOND)
#define MAX_CONTACTS 8
#define MAX_TAGS 16

/* The smallest interval that a request asks for; removals (0) ask for none. */
static guint32 asked_interval(const sx_message *message) {
    guint32 general = sx_route_seconds(message, SX_HDR_EXPIRES);
    guint32 smallest = SX_ROUTE_NONE;
    sx_header_walk walk = {0};
    sx_slice contact;
    sx_slice value;
    gboolean any = FALSE;
    for (guint i = 0; i < MAX_CONTACTS; i++) {
        guint digits = 0;
        guint32 seconds = general;
        if (!sx_message_next_element(message, SX_HDR_CONTACT, &walk, &contact))
            break;
        any = TRUE;
        if (sx_slice_param(contact, "expires", &value)) {
            guint32 own = sx_slice_number(value, &digits);
            seconds = digits > 0 ? own : seconds;
        }
        smallest = seconds > 0 ? MIN(smallest, seconds) : smallest;
    }
    return any || general == 0 ? smallest : general;
}

/* Before the rules: what a request asks for, to be compared with the next one. */
void sx_route_learn_wish(sx_context *context) {
    const sx_message *message = context->message;
    sx_method method = context->seen.keys.method;
    guint32 expires = SX_ROUTE_NONE;
    guint32 session = SX_ROUTE_NONE;
    gboolean verifies = sx_message_has(message, SX_HDR_SECURITY_VERIFY);
    sx_slice etag = sx_slice_trim(sx_message_header(message, SX_HDR_SIP_IF_MATCH));
    if (message->is_response || context->seen.repetition != SX_FIRST ||
        context->seen.transaction == NULL)
        return;
    if (method == SX_METHOD_REGISTER)
        expires = asked_interval(message);
    else if (sx_message_has(message, SX_HDR_EXPIRES))
        expires = sx_route_seconds(message, SX_HDR_EXPIRES);
    if (sx_message_has(message, SX_HDR_SESSION_EXPIRES))
        session = sx_route_seconds(message, SX_HDR_SESSION_EXPIRES);
    if (expires == SX_ROUTE_NONE && session == SX_ROUTE_NONE && !verifies && etag.len == 0)
        return;
    sx_route_kept *kept = sx_route_keep(context->seen.transaction);
    kept->expires = expires;
    kept->session = session;
    kept->verifies = verifies;
    kept->etag = etag.len > 0 ? sx_hash_slice(0, etag) : 0;
}

static void keep_tags(sx_context *context, sx_route_kept *kept, sx_header_id header) {
    GString *tags = g_string_new(NULL);
    sx_header_walk walk = {0};
    sx_slice tag;
    for (guint i = 0; i < MAX_TAGS && tags->len < 2 * SX_ROUTE_MAX_TEXT; i++) {
        if (!sx_message_next_element(context->message, header, &walk, &tag))
            break;
        if (tag.len <= SX_ROUTE_MAX_TEXT && memchr(tag.p, ' ', tag.len) == NULL)
            g_string_append_printf(tags, "%s ", sx_context_copy(context, tag));
    }
    g_free(kept->tags);
    kept->tags = g_string_free(tags, FALSE);
}

/* After the rules: what an error asks the next request to change. */
void sx_route_learn_demand(sx_context *context) {
    sx_transaction *t = context->seen.transaction;
    guint code = sx_context_code(context);
    if (t == NULL || context->seen.repetition != SX_FIRST)
        return;
    if (code == 422)
        sx_route_keep(t)->limit = sx_route_seconds(context->message, SX_HDR_MIN_SE);
    else if (code == 423)
        sx_route_keep(t)->limit = sx_route_seconds(context->message, SX_HDR_MIN_EXPIRES);
    else if (code == 420)
        keep_tags(context, sx_route_keep(t), SX_HDR_UNSUPPORTED);
    else if (code == 421)
        keep_tags(context, sx_route_keep(t), SX_HDR_REQUIRE);
}

/* After the rules: where a redirection points. */
void sx_route_learn_contacts(sx_context *context) {
    guint code = sx_context_code(context);
    sx_header_walk walk = {0};
    sx_slice contact;
    sx_uri uri;
    if (context->seen.transaction == NULL || code < 300 || code > 399 ||
        context->seen.repetition != SX_FIRST || !sx_message_has(context->message, SX_HDR_CONTACT))
        return;
    sx_route_kept *kept = sx_route_keep(context->seen.transaction);
    if (kept->contacts == NULL)
        kept->contacts = g_new0(guint64, MAX_CONTACTS);
    while (kept->n_contacts < MAX_CONTACTS &&
           sx_message_next_element(context->message, SX_HDR_CONTACT, &walk, &contact)) {
        if (sx_uri_read(contact, &uri))
            kept->contacts[kept->n_contacts++] = sx_uri_aor(&uri);
    }
}

typedef enum { MEETS, FAILS, UNCLEAR } answer;

static answer compare_interval(guint32 now, guint32 limit) {
    if (now == SX_ROUTE_NONE || limit == SX_ROUTE_NONE || now == 0)
        return UNCLEAR;
    return now >= limit ? MEETS : FAILS;
}

static answer compare_session(const sx_message *message, guint32 session, guint32 limit) {
    guint32 minimum = sx_route_seconds(message, SX_HDR_MIN_SE);
    answer result = compare_interval(session, limit);
    return result == MEETS && minimum != SX_ROUTE_NONE && minimum < limit ? UNCLEAR : result;
}

/* One of the tags that a request has, or lacks, in these headers; NULL if it has, or lacks, none of them. */
static const char *find_tag(const sx_context *context, const char *tags, gboolean present) {
    char **all = g_strsplit(tags, " ", MAX_TAGS + 1);
    const char *found = NULL;
    for (char **tag = all; *tag != NULL && found == NULL; tag++) {
        const sx_message *message = context->message;
        gboolean demands = sx_message_has_token(message, SX_HDR_REQUIRE, *tag);
        gboolean has = present
                           ? demands || sx_message_has_token(message, SX_HDR_PROXY_REQUIRE, *tag)
                           : demands || sx_message_has_token(message, SX_HDR_SUPPORTED, *tag);
        if (**tag != '\0' && has == present)
            found = g_string_chunk_insert(context->scratch, *tag);
    }
    g_strfreev(all);
    return found;
}

static answer compare_tags(const sx_context *context, const char *tags, gboolean present,
                           const char **tag) {
    *tag = NULL;
    if (tags == NULL || *tags == '\0')
        return UNCLEAR;
    *tag = find_tag(context, tags, present);
    return *tag == NULL ? MEETS : FAILS;
}

/* Whether this request does what the answer to the one before it asked for. */
static answer meets_demand(const sx_context *context, guint code, const char **tag) {
    static const sx_route_kept nothing = {
        .expires = SX_ROUTE_NONE, .session = SX_ROUTE_NONE, .limit = SX_ROUTE_NONE};
    const sx_route_kept *old = sx_route_kept_of(context->seen.prev);
    const sx_route_kept *now = sx_route_kept_of(context->seen.transaction);
    old = old ? old : &nothing;
    now = now ? now : &nothing;
    switch (code) {
    case 412: return now->etag == 0 || now->etag != old->etag ? MEETS : FAILS;
    case 420: return compare_tags(context, old->tags, TRUE, tag);
    case 421: return compare_tags(context, old->tags, FALSE, tag);
    case 422: return compare_session(context->message, now->session, old->limit);
    case 423: return compare_interval(now->expires, old->limit);
    case 494: return now->verifies && !old->verifies ? MEETS : FAILS;
    default: return UNCLEAR;
    }
}

/* The error that the request at hand follows; NULL if there is none, or if it only passes on what another hop sent. */
static const sx_final *error_before(const sx_context *context) {
    const sx_transaction *prev = context->seen.prev;
    if (prev == NULL || prev->final == NULL || prev->final->code < 412 || prev->final->code > 494)
        return NULL;
    return sx_route_forwarded_from(context, context->seen.transaction) ? NULL : prev->final;
}

gboolean sx_rule_benign_corrected_retry(sx_context *context) {
    const sx_final *error = error_before(context);
    const char *tag = NULL;
    if (error == NULL || meets_demand(context, error->code, &tag) != MEETS)
        return FALSE;
    const sx_route_kept *old = sx_route_kept_of(context->seen.prev);
    const sx_route_kept *now = sx_route_kept_of(context->seen.transaction);
    sx_ev_benign_corrected_retry_follows(context->out, error->code, error->frame,
                                         sx_gap(error->time, context->packet->time));
    if (error->code == 423 || error->code == 422) {
        guint32 before = error->code == 423 ? old->expires : old->session;
        guint32 after = error->code == 423 ? now->expires : now->session;
        sx_ev_benign_corrected_retry_asked(context->out, old->limit, after);
        if (before != SX_ROUTE_NONE)
            sx_ev_benign_corrected_retry_before(context->out, before, context->seen.prev->frame);
    } else if (error->code == 420) {
        sx_ev_benign_corrected_retry_dropped(
            context->out, sx_route_scratch(context, g_strchomp(g_strdup(old->tags))));
    }
    return TRUE;
}

static void add_ignored_tag(const sx_context *context, guint code, const char *tag) {
    if (code == 420)
        sx_ev_policy_demand_ignored_still_required(context->out, tag);
    else
        sx_ev_policy_demand_ignored_not_offered(context->out, tag);
}

gboolean sx_rule_policy_demand_ignored(sx_context *context) {
    const sx_final *error = error_before(context);
    const char *tag = NULL;
    if (error == NULL || sx_gap(error->time, context->packet->time) > IGNORED_GAP ||
        meets_demand(context, error->code, &tag) != FAILS)
        return FALSE;
    const sx_route_kept *old = sx_route_kept_of(context->seen.prev);
    const sx_route_kept *now = sx_route_kept_of(context->seen.transaction);
    sx_ev_policy_demand_ignored_follows(context->out, error->code, error->frame,
                                        sx_gap(error->time, context->packet->time));
    switch (error->code) {
    case 412: sx_ev_policy_demand_ignored_same_etag(context->out); break;
    case 422: sx_ev_policy_demand_ignored_session(context->out, old->limit, now->session); break;
    case 423: sx_ev_policy_demand_ignored_interval(context->out, old->limit, now->expires); break;
    case 494:
        if (now != NULL && now->verifies)
            sx_ev_policy_demand_ignored_altered(context->out);
        else
            sx_ev_policy_demand_ignored_not_verified(context->out);
        break;
    default: add_ignored_tag(context, error->code, tag); break;
    }
    return TRUE;
}

gboolean sx_rule_benign_overlap_dialling(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_transaction *prev = context->seen.prev;
    const sx_route_kept *now = sx_route_kept_of(t);
    const sx_route_kept *old = sx_route_kept_of(prev);
    if (old == NULL || now == NULL || prev->final == NULL || prev->final->code != 484 ||
        prev->keys.from_tag != t->keys.from_tag || old->target == NULL || now->target == NULL ||
        old->user_len == 0 || old->user_len >= now->user_len ||
        memcmp(old->target, now->target, old->user_len) != 0)
        return FALSE;
    sx_ev_benign_overlap_dialling_longer(
        context->out, sx_route_scratch(context, g_strndup(old->target, old->user_len)),
        sx_route_scratch(context, g_strndup(now->target, now->user_len)), prev->final->frame);
    return TRUE;
}

static gboolean points_to(const sx_transaction *redirected, guint64 target) {
    const sx_route_kept *kept = sx_route_kept_of(redirected);
    if (redirected->final == NULL || redirected->final->code >= 400 || kept == NULL)
        return FALSE;
    for (guint i = 0; i < kept->n_contacts; i++) {
        if (kept->contacts[i] == target)
            return TRUE;
    }
    return FALSE;
}

/* The same request to another server, because this one failed or kept silent. */
static gboolean failed_over(const sx_transaction *old, const sx_transaction *t) {
    const sx_route_kept *before = sx_route_kept_of(old);
    const sx_route_kept *now = sx_route_kept_of(t);
    gboolean same_user = before != NULL && now != NULL && now->user != 0
                             ? before->user == now->user
                             : old->keys.request_uri == t->keys.request_uri;
    if (!same_user || (old->server == t->server && old->server_port == t->server_port) ||
        sx_gap(old->last_time, t->time) > FAIL_OVER_GAP)
        return FALSE;
    if (old->response_frame == 0)
        return sx_gap(old->time, t->time) >= SILENT_GAP;
    guint code = old->final ? old->final->code : 0;
    return code == 408 || code == 430 || code == 500 || code == 503;
}

static gboolean is_earlier_attempt(const sx_transaction *old, const sx_transaction *t) {
    return old != t && old->keys.to_tag == 0 && old->keys.method == t->keys.method &&
           old->keys.from_tag == t->keys.from_tag && old->client == t->client &&
           (old->keys.branch == 0 || old->keys.branch != t->keys.branch);
}

static void add_next_target(const sx_context *context, const sx_transaction *old,
                            gboolean redirected) {
    const sx_transaction *t = context->seen.transaction;
    const char *first = sx_route_address(context, old->server, old->server_port);
    const char *next = sx_route_address(context, t->server, t->server_port);
    if (redirected)
        sx_ev_benign_next_target_tried_redirected(context->out, old->final->code,
                                                  old->final->frame);
    else if (old->final != NULL)
        sx_ev_benign_next_target_tried_failed(context->out, first, old->final->code,
                                              old->final->frame);
    else
        sx_ev_benign_next_target_tried_silent(context->out, first, old->frame,
                                              sx_gap(old->time, t->time));
    sx_ev_benign_next_target_tried_next(context->out, next,
                                        sx_gap(old->final ? old->final->time : old->time, t->time));
}

gboolean sx_rule_benign_next_target_tried(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_transaction *upstream;
    const sx_transaction *old;
    sx_transaction_walk walk = {0};
    const sx_uri *uri = &context->seen.request_uri;
    gboolean newest = TRUE;
    if (t == NULL || t->keys.to_tag != 0 || t->keys.method == SX_METHOD_CANCEL)
        return FALSE;
    while ((old = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (!is_earlier_attempt(old, t))
            continue;
        if (newest && uri->scheme.len == 0)
            return FALSE;
        /* Tried there before: this is a repetition, perhaps with credentials. */
        if (old->server == t->server && old->server_port == t->server_port &&
            old->keys.request_uri == t->keys.request_uri)
            return FALSE;
        gboolean redirected = points_to(old, sx_uri_aor(uri));
        if (redirected || (newest && failed_over(old, t))) {
            /* The retry of another element that only passes here is told where it begins. */
            upstream = sx_route_forwarded_from(context, t);
            if (upstream != NULL && old->keys.cseq != t->keys.cseq)
                return FALSE;
            add_next_target(context, old, redirected);
            return TRUE;
        }
        newest = FALSE;
    }
    return FALSE;
}
