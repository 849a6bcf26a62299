/* SPDX-License-Identifier: GPL-2.0-or-later
 * What an error asks the next request to change, and whether that does: 412, 420 to 423, 494 (RFC 3261 sections 8.1.3.5
 * and 10.2.8, RFC 4028 section 7.3, RFC 3903 section 4.1, RFC 3329 section 2.3).
 */
#include <string.h>

#include "diagnose/policy/policy_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/expires.h"

#define IGNORED_GAP (60 * SX_SECOND)
#define MAX_TAGS 16

/** What the error asks for. */
typedef struct {
    guint32 limit;    /* Min-Expires or Min-SE; SX_NO_SECONDS */
    const char *tags; /* option tags, each with a space behind it; lives as long as the findings */
} demand_state;

static const sx_attachment_kind kind = {sizeof(demand_state), NULL};

/* Option tags that the error names, each with a space behind it. */
static const char *read_tags(sx_context *context, sx_header_id header) {
    GString *tags = g_string_new(NULL);
    sx_header_walk walk = {0};
    sx_slice tag;
    for (guint i = 0; i < MAX_TAGS && tags->len < 2 * SX_SHOWN; i++) {
        if (!sx_message_next_element(context->message, header, &walk, &tag))
            break;
        if (tag.len <= SX_SHOWN && memchr(tag.p, ' ', tag.len) == NULL)
            g_string_append_printf(tags, "%s ", sx_context_shown(context, tag, SX_SHOWN));
    }
    const char *all = sx_findings_text(context->out, (sx_slice){tags->str, tags->len}, tags->len);
    g_string_free(tags, TRUE);
    return all;
}

static demand_state *make_demand(sx_transaction *transaction) {
    demand_state *demand = (demand_state *)sx_attachment_make(&transaction->attached, &kind);
    if (demand->tags == NULL)
        *demand = (demand_state){SX_NO_SECONDS, ""};
    return demand;
}

void sx_policy_learn_demand(sx_context *context) {
    sx_transaction *t = context->seen.transaction;
    switch (context->message->code) {
    case 422: make_demand(t)->limit = sx_header_seconds(context->message, SX_HDR_MIN_SE); break;
    case 423:
        make_demand(t)->limit = sx_header_seconds(context->message, SX_HDR_MIN_EXPIRES);
        break;
    case 420: make_demand(t)->tags = read_tags(context, SX_HDR_UNSUPPORTED); break;
    case 421: make_demand(t)->tags = read_tags(context, SX_HDR_REQUIRE); break;
    default: break;
    }
}

/* What the answers to a transaction asked for. */
static demand_state demand_of(const sx_transaction *transaction) {
    static const demand_state none = {SX_NO_SECONDS, ""};
    const demand_state *demand = (const demand_state *)SX_ATTACHED(transaction, &kind);
    return demand != NULL ? *demand : none;
}

typedef enum { MEETS, FAILS, UNCLEAR } answer;

static answer compare_interval(guint32 now, guint32 limit) {
    if (now == SX_NO_SECONDS || limit == SX_NO_SECONDS || now == 0)
        return UNCLEAR;
    return now >= limit ? MEETS : FAILS;
}

static answer compare_session(const sx_message *message, guint32 session, guint32 limit) {
    guint32 minimum = sx_header_seconds(message, SX_HDR_MIN_SE);
    answer result = compare_interval(session, limit);
    return result == MEETS && minimum != SX_NO_SECONDS && minimum < limit ? UNCLEAR : result;
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
            found = sx_context_print(context, "%s", *tag);
    }
    g_strfreev(all);
    return found;
}

static answer compare_tags(const sx_context *context, const char *tags, gboolean present,
                           const char **tag) {
    *tag = NULL;
    if (*tags == '\0')
        return UNCLEAR;
    *tag = find_tag(context, tags, present);
    return *tag == NULL ? MEETS : FAILS;
}

/* Whether this request does what the answer to the one before it asked for. */
static answer meets_demand(const sx_context *context, guint code, const char **tag) {
    const sx_request_terms old = sx_request_terms_of(context->seen.prev);
    const sx_request_terms now = sx_request_terms_of(context->seen.transaction);
    const demand_state demand = demand_of(context->seen.prev);
    switch (code) {
    case 412: return now.etag == 0 || now.etag != old.etag ? MEETS : FAILS;
    case 420: return compare_tags(context, demand.tags, TRUE, tag);
    case 421: return compare_tags(context, demand.tags, FALSE, tag);
    case 422: return compare_session(context->message, now.session, demand.limit);
    case 423: return compare_interval(now.expires, demand.limit);
    case 494: return now.verifies && !old.verifies ? MEETS : FAILS;
    default: return UNCLEAR;
    }
}

/* The error that the request at hand follows; NULL if there is none, or if it only passes on what another hop sent. */
static const sx_final *error_before(const sx_context *context) {
    const sx_transaction *prev = context->seen.prev;
    if (prev == NULL || prev->final == NULL || prev->final->code < 412 || prev->final->code > 494)
        return NULL;
    return context->seen.transaction->upstream != 0 ? NULL : prev->final;
}

gboolean sx_rule_benign_corrected_retry(sx_context *context) {
    const sx_final *error = error_before(context);
    const char *tag = NULL;
    if (error == NULL || meets_demand(context, error->code, &tag) != MEETS)
        return FALSE;
    const sx_request_terms old = sx_request_terms_of(context->seen.prev);
    const sx_request_terms now = sx_request_terms_of(context->seen.transaction);
    const demand_state demand = demand_of(context->seen.prev);
    sx_ev_benign_corrected_retry_follows(context->out, error->code, error->frame,
                                         sx_gap(error->time, context->packet->time));
    if (error->code == 423 || error->code == 422) {
        guint32 before = error->code == 423 ? old.expires : old.session;
        guint32 after = error->code == 423 ? now.expires : now.session;
        sx_ev_benign_corrected_retry_asked(context->out, demand.limit, after);
        if (before != SX_NO_SECONDS)
            sx_ev_benign_corrected_retry_before(context->out, before, context->seen.prev->frame);
    } else if (error->code == 420) {
        sx_ev_benign_corrected_retry_dropped(
            context->out, sx_context_shown(context, (sx_slice){demand.tags, strlen(demand.tags)},
                                           SX_SHOWN_WHOLE));
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
    const sx_request_terms now = sx_request_terms_of(context->seen.transaction);
    const demand_state demand = demand_of(context->seen.prev);
    sx_ev_policy_demand_ignored_follows(context->out, error->code, error->frame,
                                        sx_gap(error->time, context->packet->time));
    switch (error->code) {
    case 412: sx_ev_policy_demand_ignored_same_etag(context->out); break;
    case 422: sx_ev_policy_demand_ignored_session(context->out, demand.limit, now.session); break;
    case 423: sx_ev_policy_demand_ignored_interval(context->out, demand.limit, now.expires); break;
    case 494:
        if (now.verifies)
            sx_ev_policy_demand_ignored_altered(context->out);
        else
            sx_ev_policy_demand_ignored_not_verified(context->out);
        break;
    default: add_ignored_tag(context, error->code, tag); break;
    }
    return TRUE;
}
