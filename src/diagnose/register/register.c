/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "register": who is registered where, and whether the answer lists the binding (RFC 3261 section 10.3).
 */
#include "diagnose/register/register.h"

#include "diagnose/context.h"
#include "diagnose/learner.h"
#include "diagnose/policy/policy.h"
#include "diagnose/requests.h"
#include "evidence.h"
#include "rules.h"
#include "wire/expires.h"
#include "wire/keyed_hash.h"
#include "wire/uri.h"

#define MAX_ENTRIES 20000 /* of each map */
#define MAX_ASKED 4       /* Contacts that are kept of a REGISTER */

/** Frame of the 2xx that binds an address-of-record. */
typedef struct {
    guint64 key; /* of the address */
    guint32 frame;
} bound_address;

/** Of the whole capture, and of the message at hand. */
typedef struct {
    sx_bounded_map registrations; /* sx_registration */
    sx_bounded_map bound;         /* bound_address */
    sx_bounded_map
        reported; /* keys only: as of registrations, missing bindings that were reported */
    gboolean binding_missing; /* the message shows one for the first time */
} register_memory;

/** What makes a Contact of a REGISTER recognizable in the response; hashes, 0: none. */
typedef struct {
    guint64 user, host_port, instance, gruu;
} binding;

/** Of a REGISTER. */
typedef struct {
    guint32 seconds; /* asked for, the longest; SX_NO_SECONDS */
    guint8 removes;  /* gboolean: it asks to end all its bindings */
    guint8 asks;     /* gboolean: it has no Contact */
    guint8 n_contacts;
    binding contacts[MAX_ASKED]; /* as many as there are */
} register_request;

static const sx_attachment_kind kind = {sizeof(register_request), NULL};

static register_memory *memory_of(const sx_context *context) {
    return (register_memory *)context->memory[SX_LEARNER_REGISTER];
}

static void init(void *own) {
    register_memory *memory = (register_memory *)own;
    sx_map_init(&memory->registrations, sizeof(sx_registration), MAX_ENTRIES);
    sx_map_init(&memory->bound, sizeof(bound_address), MAX_ENTRIES);
    sx_map_init(&memory->reported, sizeof(guint64), MAX_ENTRIES);
}

static void clear(void *own) {
    register_memory *memory = (register_memory *)own;
    sx_map_clear(&memory->registrations);
    sx_map_clear(&memory->bound);
    sx_map_clear(&memory->reported);
}

/* ---- the request ---- */

static guint64 hash_param(sx_slice contact, const char *name) {
    sx_slice value;
    return sx_slice_param(contact, name, &value) && value.len > 0 ? sx_hash_slice(0, value) : 0;
}

/* Contacts of a message: fills in at most `limit`; *star tells whether "*" was among them. */
static guint read_bindings(const sx_message *message, binding *contacts, guint limit,
                           gboolean *star) {
    sx_header_walk walk = {0};
    sx_slice element;
    sx_uri uri;
    guint n = 0;
    *star = FALSE;
    while (n < limit && sx_message_next_element(message, SX_HDR_CONTACT, &walk, &element)) {
        if (sx_slice_is(element, "*"))
            *star = TRUE;
        if (!sx_uri_read(element, &uri))
            continue;
        guint64 host = sx_hash_number(sx_hash_lower(0, uri.host), uri.port);
        contacts[n++] =
            (binding){uri.user.len > 0 ? sx_hash_slice(0, uri.user) : 0, host,
                      hash_param(element, "+sip.instance"), hash_param(element, "pub-gruu")};
    }
    return n;
}

static void keep_register(sx_context *context) {
    const sx_message *message = context->message;
    binding contacts[MAX_ASKED];
    gboolean star;
    if (context->seen.keys.method != SX_METHOD_REGISTER || !sx_context_is_initial(context))
        return;
    guint n = read_bindings(message, contacts, MAX_ASKED, &star);
    register_request *asked = (register_request *)sx_attachment_add(
        &context->seen.transaction->attached, &kind,
        G_STRUCT_OFFSET(register_request, contacts) + n * sizeof contacts[0]);
    asked->seconds = sx_expires_read(message).longest;
    asked->removes = star || (sx_message_has(message, SX_HDR_CONTACT) && asked->seconds == 0);
    asked->asks = !sx_message_has(message, SX_HDR_CONTACT) && message->headers_complete;
    asked->n_contacts = (guint8)n;
    memcpy(asked->contacts, contacts, n * sizeof contacts[0]);
}

/* ---- the answer ---- */

static guint64 registration_key(const sx_transaction *transaction) {
    return sx_hash_number(transaction->keys.to_aor, transaction->server->key);
}

const sx_registration *sx_register_last(const sx_context *context,
                                        const sx_transaction *transaction) {
    const sx_registration *last = (const sx_registration *)sx_map_find(
        &memory_of(context)->registrations, registration_key(transaction));
    return last != NULL && last->frame != 0 && transaction->keys.to_aor != 0 ? last : NULL;
}

gboolean sx_register_removes(const sx_transaction *transaction) {
    const register_request *asked = (const register_request *)SX_ATTACHED(transaction, &kind);
    return asked != NULL && asked->removes;
}

gboolean sx_register_asks(const sx_transaction *transaction) {
    const register_request *asked = (const register_request *)SX_ATTACHED(transaction, &kind);
    return asked != NULL && asked->asks;
}

guint32 sx_register_frame(const sx_context *context, guint64 aor) {
    const bound_address *bound =
        (const bound_address *)sx_map_find(&memory_of(context)->bound, aor);
    return bound != NULL ? bound->frame : 0;
}

static void note_registration(const sx_context *context, const register_request *asked) {
    register_memory *memory = memory_of(context);
    const sx_transaction *t = context->seen.transaction;
    gboolean lists = sx_message_has(context->message, SX_HDR_CONTACT);
    guint32 frame = context->packet->frame;
    guint32 seconds = lists ? sx_expires_read(context->message).longest : 0;
    if (t->keys.to_aor == 0)
        return;
    if (seconds == 0 && !asked->removes)
        seconds = asked->seconds; /* no binding listed: what was asked for */
    sx_registration *last =
        (sx_registration *)sx_map_put(&memory->registrations, registration_key(t));
    last->frame = seconds != SX_NO_SECONDS ? frame : 0;
    last->ends = context->packet->time + seconds * SX_SECOND;
    last->removed = seconds == 0;
    ((bound_address *)sx_map_put(&memory->bound, t->keys.to_aor))->frame = lists ? frame : 0;
}

static gboolean is_same(guint64 one, guint64 other) {
    return one != 0 && one == other;
}

static gboolean is_listed(const register_request *asked, const binding *listed) {
    for (guint i = 0; i < asked->n_contacts; i++) {
        const binding *sent = &asked->contacts[i];
        if (is_same(sent->user, listed->user) || is_same(sent->host_port, listed->host_port) ||
            is_same(sent->instance, listed->instance) || is_same(sent->gruu, listed->gruu))
            return TRUE;
    }
    return FALSE;
}

/* A 2xx lists all current bindings (RFC 3261 section 10.3 step 8); any likeness to what was sent is enough. */
static gboolean lacks_binding(const sx_message *message, const register_request *asked) {
    binding listed[SX_MAX_BINDINGS];
    gboolean star;
    if (asked->n_contacts == 0 || asked->removes || asked->seconds == 0 ||
        !message->headers_complete || !message->start_line_complete)
        return FALSE;
    guint n = read_bindings(message, listed, SX_MAX_BINDINGS, &star);
    for (guint i = 0; i < n; i++) {
        if (is_listed(asked, &listed[i]))
            return FALSE;
    }
    return n < SX_MAX_BINDINGS;
}

static void learn_answer(sx_context *context) {
    register_memory *memory = memory_of(context);
    const sx_transaction *t = context->seen.transaction;
    const register_request *asked = (const register_request *)SX_ATTACHED(t, &kind);
    guint code = context->message->code;
    memory->binding_missing = FALSE;
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
    if (!memory_of(context)->binding_missing)
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
    .memory_size = sizeof(register_memory),
    .memory_init = init,
    .memory_clear = clear,
    .request = keep_register,
    .response = learn_answer,
};
