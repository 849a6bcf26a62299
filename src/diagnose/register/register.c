/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "register": who is registered where, and whether the answer lists the binding (RFC 3261 section 10.3).
 */
#include "diagnose/register/register.h"

#include "diagnose/context.h"
#include "diagnose/learner.h"
#include "diagnose/policy/policy.h"
#include "diagnose/register/register_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/expires.h"
#include "wire/keyed_hash.h"
#include "wire/uri.h"

#define MAX_ENTRIES 20000 /* of each map */
/** Frame of the 2xx that binds an address-of-record. */
typedef struct {
    guint64 key; /* of the address */
    guint32 frame;
} bound_address;

/** A user of whatever domain who is registered at a server. */
typedef struct {
    guint64 key; /* of user and server */
    gint64 ends;
    guint32 transaction, frame; /* of the REGISTER; of its 2xx */
} bound_user;

static const sx_attachment_kind kind = {sizeof(sx_register_request), NULL};

static void init(void *own) {
    sx_register_memory *memory = (sx_register_memory *)own;
    sx_map_init(&memory->registrations, sizeof(sx_registration), MAX_ENTRIES);
    sx_map_init(&memory->bound, sizeof(bound_address), MAX_ENTRIES);
    sx_map_init(&memory->reported, sizeof(guint64), MAX_ENTRIES);
    sx_map_init(&memory->users, sizeof(bound_user), MAX_ENTRIES);
    sx_map_init(&memory->phones, sizeof(sx_registered_phone), MAX_ENTRIES);
    sx_renewals_init(&memory->renewals);
}

static void clear(void *own) {
    sx_register_memory *memory = (sx_register_memory *)own;
    sx_map_clear(&memory->registrations);
    sx_map_clear(&memory->bound);
    sx_map_clear(&memory->reported);
    sx_map_clear(&memory->users);
    sx_map_clear(&memory->phones);
    sx_map_clear(&memory->renewals);
}

/* ---- the request ---- */

static guint64 hash_param(sx_slice contact, const char *name) {
    sx_slice value;
    return sx_slice_param(contact, name, &value) && value.len > 0 ? sx_hash_slice(0, value) : 0;
}

/* Contacts of a message: fills in at most `limit`; *star tells whether "*" was among them. */
static guint read_bindings(const sx_message *message, sx_binding *contacts, guint limit,
                           gboolean *star, gboolean *removed) {
    sx_header_walk walk = {0};
    sx_slice element;
    sx_uri uri;
    guint n = 0;
    *star = FALSE;
    *removed = FALSE;
    while (n < limit && sx_message_next_element(message, SX_HDR_CONTACT, &walk, &element)) {
        if (sx_slice_is(element, "*"))
            *star = TRUE;
        *removed = *removed || sx_contact_expires(message, element) == 0;
        if (!sx_uri_read(element, &uri))
            continue;
        guint64 host = sx_hash_number(sx_hash_lower(0, uri.host), uri.port);
        contacts[n++] =
            (sx_binding){uri.user.len > 0 ? sx_hash_slice(0, uri.user) : 0, host,
                         hash_param(element, "+sip.instance"), hash_param(element, "pub-gruu")};
    }
    return n;
}

/* A Call-ID that is new: the refreshes of one registration keep theirs (RFC 3261 section 10.2.4). */
static void ask_anew(const sx_context *context, const sx_register_request *asked) {
    sx_register_memory *memory = sx_register_memory_of(context);
    const sx_transaction *t = context->seen.transaction;
    if (t->older_in_call == 0 && t->upstream == 0 && !asked->removes && !asked->asks)
        memory->renewal = sx_renewals_ask(&memory->renewals, sx_renewal_key(t, 0), t);
}

static void keep_register(sx_context *context) {
    const sx_message *message = context->message;
    sx_binding contacts[SX_REGISTER_MAX_ASKED];
    gboolean star, removed;
    sx_register_memory_of(context)->renewal = NULL;
    if (context->seen.keys.method != SX_METHOD_REGISTER || !sx_context_is_initial(context))
        return;
    guint n = read_bindings(message, contacts, SX_REGISTER_MAX_ASKED, &star, &removed);
    sx_register_request *asked = (sx_register_request *)sx_attachment_add(
        &context->seen.transaction->attached, &kind,
        G_STRUCT_OFFSET(sx_register_request, contacts) + n * sizeof contacts[0]);
    asked->seconds = sx_expires_read(message).longest;
    asked->removes = star || (sx_message_has(message, SX_HDR_CONTACT) && asked->seconds == 0);
    asked->removes_some = removed != FALSE;
    asked->asks = !sx_message_has(message, SX_HDR_CONTACT) && message->headers_complete;
    asked->n_contacts = (guint8)n;
    memcpy(asked->contacts, contacts, n * sizeof contacts[0]);
    ask_anew(context, asked);
}

/* ---- the answer ---- */

static guint64 registration_key(const sx_transaction *transaction) {
    return sx_hash_number(transaction->keys.to_aor, transaction->server->key);
}

const sx_registration *sx_register_last(const sx_context *context,
                                        const sx_transaction *transaction) {
    const sx_registration *last = (const sx_registration *)sx_map_find(
        &sx_register_memory_of(context)->registrations, registration_key(transaction));
    return last != NULL && last->frame != 0 && transaction->keys.to_aor != 0 ? last : NULL;
}

const sx_register_request *sx_register_request_of(const sx_transaction *transaction) {
    return (const sx_register_request *)SX_ATTACHED(transaction, &kind);
}

static guint64 user_key(const sx_transaction *transaction, sx_slice user) {
    return sx_hash_number(sx_hash_slice(1, user), transaction->server->key);
}

/* The user alone, registered at this server with a name for a domain where the request has an address, or the reverse. */
static const sx_transaction *alive_by_user(const sx_context *context, const sx_transaction *t,
                                           guint32 *frame) {
    const char *user = sx_request_text(t, SX_REQUEST_TARGET);
    const char *host = sx_request_text(t, SX_REQUEST_TARGET_HOST);
    sx_uri uri;
    guint8 ip[16];
    if (user == NULL || host == NULL)
        return NULL;
    const bound_user *bound = (const bound_user *)sx_map_find(
        &sx_register_memory_of(context)->users, user_key(t, (sx_slice){user, strlen(user)}));
    const sx_transaction *found = bound != NULL && bound->ends >= context->packet->time
                                      ? sx_calls_transaction(context->calls, bound->transaction)
                                      : NULL;
    const char *to = found != NULL ? sx_request_text(found, SX_REQUEST_TO) : NULL;
    if (to == NULL || !sx_uri_read((sx_slice){to, strlen(to)}, &uri) ||
        (sx_uri_host_ip((sx_slice){host, strlen(host)}, ip) != 0) ==
            (sx_uri_host_ip(uri.host, ip) != 0))
        return NULL;
    *frame = bound->frame;
    return found;
}

const sx_transaction *sx_register_alive(const sx_context *context,
                                        const sx_transaction *transaction, guint32 *frame) {
    const sx_registration *last = sx_register_last(context, transaction);
    if (last == NULL)
        return alive_by_user(context, transaction, frame);
    if (last->removed || last->ends < context->packet->time)
        return NULL;
    *frame = last->frame;
    return sx_calls_transaction(context->calls, last->transaction);
}

gboolean sx_register_removes(const sx_transaction *transaction) {
    const sx_register_request *asked = (const sx_register_request *)SX_ATTACHED(transaction, &kind);
    return asked != NULL && asked->removes;
}

gboolean sx_register_asks(const sx_transaction *transaction) {
    const sx_register_request *asked = (const sx_register_request *)SX_ATTACHED(transaction, &kind);
    return asked != NULL && asked->asks;
}

guint32 sx_register_frame(const sx_context *context, guint64 aor) {
    const bound_address *bound =
        (const bound_address *)sx_map_find(&sx_register_memory_of(context)->bound, aor);
    return bound != NULL ? bound->frame : 0;
}

static void note_user(const sx_context *context, const sx_registration *last) {
    const sx_transaction *t = context->seen.transaction;
    sx_uri uri;
    if (!sx_uri_read(sx_message_header(context->message, SX_HDR_TO), &uri) || uri.user.len == 0 ||
        uri.user.len > SX_SHOWN)
        return;
    bound_user *bound =
        (bound_user *)sx_map_put(&sx_register_memory_of(context)->users, user_key(t, uri.user));
    bound->ends = last->removed || last->frame == 0 ? 0 : last->ends;
    bound->transaction = t->id;
    bound->frame = context->packet->frame;
}

static void note_registration(const sx_context *context, const sx_register_request *asked) {
    sx_register_memory *memory = sx_register_memory_of(context);
    const sx_transaction *t = context->seen.transaction;
    gboolean lists = sx_message_has(context->message, SX_HDR_CONTACT);
    guint32 frame = context->packet->frame;
    guint32 seconds = lists ? sx_expires_read(context->message).longest : 0;
    if (t->keys.to_aor == 0)
        return;
    if (seconds == 0 && !asked->removes)
        seconds = asked->seconds; /* no sx_binding listed: what was asked for */
    sx_registration *last =
        (sx_registration *)sx_map_put(&memory->registrations, registration_key(t));
    last->frame = seconds != SX_NO_SECONDS ? frame : 0;
    last->ends = context->packet->time + seconds * SX_SECOND;
    last->removed = seconds == 0;
    last->transaction = t->id;
    note_user(context, last);
    sx_register_learn_contacts(context, last, asked);
    if (!asked->removes && !asked->asks) {
        sx_renewals_grant(&memory->renewals, sx_renewal_key(t, 0), context->packet, seconds);
        sx_register_learn_phone(context);
    }
    ((bound_address *)sx_map_put(&memory->bound, t->keys.to_aor))->frame = lists ? frame : 0;
}

static gboolean is_same(guint64 one, guint64 other) {
    return one != 0 && one == other;
}

static gboolean is_listed(const sx_register_request *asked, const sx_binding *listed) {
    for (guint i = 0; i < asked->n_contacts; i++) {
        const sx_binding *sent = &asked->contacts[i];
        if (is_same(sent->user, listed->user) || is_same(sent->host_port, listed->host_port) ||
            is_same(sent->instance, listed->instance) || is_same(sent->gruu, listed->gruu))
            return TRUE;
    }
    return FALSE;
}

/* A 2xx lists all current bindings (RFC 3261 section 10.3 step 8); any likeness to what was sent is enough. */
static gboolean lacks_binding(const sx_message *message, const sx_register_request *asked) {
    sx_binding listed[SX_MAX_BINDINGS];
    gboolean star, removed;
    if (asked->n_contacts == 0 || asked->removes || asked->seconds == 0 ||
        !message->headers_complete || !message->start_line_complete)
        return FALSE;
    guint n = read_bindings(message, listed, SX_MAX_BINDINGS, &star, &removed);
    for (guint i = 0; i < n; i++) {
        if (is_listed(asked, &listed[i]))
            return FALSE;
    }
    return n < SX_MAX_BINDINGS;
}

static void learn_answer(sx_context *context) {
    sx_register_memory *memory = sx_register_memory_of(context);
    const sx_transaction *t = context->seen.transaction;
    const sx_register_request *asked = (const sx_register_request *)SX_ATTACHED(t, &kind);
    guint code = context->message->code;
    memory->binding_missing = FALSE;
    memory->dropped = memory->n_repeated = 0;
    if (code < 200 || code >= 300 || asked == NULL)
        return;
    note_registration(context, asked);
    if (context->seen.relayed_from != NULL || !lacks_binding(context->message, asked) ||
        sx_map_find(&memory->reported, registration_key(t)) != NULL)
        return;
    memory->binding_missing = TRUE;
    sx_map_add(&memory->reported, registration_key(t));
}

gboolean sx_rule_register_binding_missing(sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    if (!sx_register_memory_of(context)->binding_missing)
        return FALSE;
    sx_ev_register_binding_missing_sent(context->out, transaction->frame,
                                        sx_request_text(transaction, SX_REQUEST_CONTACT));
    if (sx_message_has(context->message, SX_HDR_CONTACT))
        sx_ev_register_binding_missing_returned(
            context->out, sx_context_header(context, SX_HDR_CONTACT, SX_SHOWN_WHOLE));
    else
        sx_ev_register_binding_missing_none(context->out);
    return TRUE;
}

gboolean sx_rule_register_flapping(sx_context *context) {
    const sx_renewal *renewal = sx_register_memory_of(context)->renewal;
    const sx_transaction *t = context->seen.transaction;
    if (renewal == NULL || t == NULL || t->keys.method != SX_METHOD_REGISTER)
        return FALSE;
    gint64 elapsed = sx_gap(renewal->first_time, renewal->last_time);
    sx_ev_register_flapping_headline(context->out, elapsed / MAX(renewal->count - 1, 1));
    sx_ev_register_flapping_anew(context->out, renewal->count, elapsed, renewal->first_frame);
    sx_ev_register_flapping_granted(context->out, renewal->granted_frame, renewal->granted);
    return TRUE;
}

gboolean sx_rule_register_unknown_account(sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    const char *to = sx_request_text(transaction, SX_REQUEST_TO);
    const char *host = sx_request_text(transaction, SX_REQUEST_TARGET_HOST);
    if (to != NULL) {
        sx_ev_register_unknown_account_headline(context->out, to);
        sx_ev_register_unknown_account_account(context->out, transaction->frame, to);
    }
    if (host == NULL)
        return TRUE;
    sx_ev_register_unknown_account_domain(context->out, host);
    const sx_policy_domains *domains = sx_policy_domains_of(context, transaction->server, TRUE);
    for (guint i = 0; domains != NULL && i < G_N_ELEMENTS(domains->hashes); i++) {
        if (domains->hashes[i] == 0)
            break;
        if (domains->hashes[i] == sx_policy_domain_hash(host))
            sx_ev_register_unknown_account_same_domain(context->out, domains->frames[i]);
        else
            sx_ev_register_unknown_account_served(context->out, domains->frames[i],
                                                  domains->texts[i]);
    }
    return TRUE;
}

const sx_learner sx_register_learner = {
    .memory_size = sizeof(sx_register_memory),
    .memory_init = init,
    .memory_clear = clear,
    .request = keep_register,
    .response = learn_answer,
};
